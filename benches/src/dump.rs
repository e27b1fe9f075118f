//! A made-up dump as mariadb-dump writes it: applicants with names and notes, their applications with a JSON payload,
//! many small audit events, and documents with binary content.

/// What the benches ask for: enough for the caches not to matter, little enough to make in a second.
pub const DUMP_BYTES: usize = 64 << 20;

/// Statements are about as long as mariadb-dump's default `net_buffer_length` allows.
const STATEMENT_BYTES: usize = 1 << 20;

const HEADER: &str = "/*M!999999\\- enable the sandbox mode */ \n\
    -- MariaDB dump 10.19  Distrib 10.11.19-MariaDB, for debian-linux-gnu (x86_64)\n--\n\
    -- Host: localhost    Database: intake\n\
    -- ------------------------------------------------------\n\
    -- Server version\t10.11.19-MariaDB\n\n\
    /*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n\
    /*!40101 SET NAMES utf8mb4 */;\n\
    /*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;\n\
    /*!40103 SET TIME_ZONE='+00:00' */;\n\
    /*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0 */;\n\
    /*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n\n";

const FOOTER: &str = "/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n\n\
    /*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n\
    /*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n\
    /*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;\n\n\
    -- Dump completed on 2026-01-01  0:00:00\n";

const TABLES: [(&str, &str); 4] = [
    (
        "applicant",
        "`id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,\n  `sin` char(9) NOT NULL,\n  `first_name` varchar(80) NOT NULL,\n  \
         `last_name` varchar(80) NOT NULL,\n  `email` varchar(190) NOT NULL,\n  `phone` varchar(32) DEFAULT NULL,\n  \
         `date_of_birth` date DEFAULT NULL,\n  `address` varchar(255) DEFAULT NULL,\n  `city` varchar(80) DEFAULT NULL,\n  \
         `notes` text DEFAULT NULL,\n  `created_at` datetime NOT NULL,\n  PRIMARY KEY (`id`),\n  UNIQUE KEY `uq_email` (`email`),\n  \
         KEY `ix_name` (`last_name`,`first_name`)",
    ),
    (
        "application",
        "`id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,\n  `applicant_id` bigint(20) unsigned NOT NULL,\n  \
         `status` enum('draft','submitted','approved','denied') NOT NULL,\n  \
         `payload` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`payload`)),\n  \
         `amount` decimal(12,2) NOT NULL,\n  `decided_at` datetime DEFAULT NULL,\n  PRIMARY KEY (`id`),\n  \
         KEY `ix_applicant` (`applicant_id`)",
    ),
    (
        "audit_event",
        "`id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,\n  `application_id` bigint(20) unsigned NOT NULL,\n  \
         `actor` varchar(64) NOT NULL,\n  `action` varchar(32) NOT NULL,\n  `ip` varchar(45) DEFAULT NULL,\n  \
         `at` datetime NOT NULL,\n  PRIMARY KEY (`id`),\n  KEY `ix_at` (`at`)",
    ),
    (
        "document",
        "`id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,\n  `application_id` bigint(20) unsigned NOT NULL,\n  \
         `filename` varchar(255) DEFAULT NULL,\n  `sha256` binary(32) DEFAULT NULL,\n  `content` longblob DEFAULT NULL,\n  \
         PRIMARY KEY (`id`)",
    ),
];

const FIRST_NAMES: [&str; 10] = ["Amélie", "Noah", "Zoé", "Liam", "Anaïs", "Jack", "Chloé", "Emma", "René", "Olivia"];
const LAST_NAMES: [&str; 10] =
    ["Gagnon", "O'Neill", "Côté", "Wilson", "Bélanger", "Smith", "Nguyen", "D'Arcy", "Roy", "Tremblay"];
const CITIES: [&str; 8] = ["Ottawa", "Québec", "Montréal", "Iqaluit", "Halifax", "Winnipeg", "Vancouver", "Toronto"];
const WORDS: [&str; 16] = [
    "applicant",
    "asked",
    "for",
    "funding",
    "the",
    "review",
    "is",
    "pending",
    "documents",
    "were",
    "received",
    "call",
    "back",
    "later",
    "eligible",
    "denied",
];

/// SplitMix64: a few lines, and the same numbers everywhere.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both included.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        let i = self.between(0, from.len() as u64 - 1);
        from.get(i as usize).copied().unwrap_or_default()
    }

    fn words(&mut self, low: u64, high: u64) -> String {
        let count = self.between(low, high);
        let words: Vec<&str> = (0..count).map(|_| self.pick(&WORDS)).collect();
        words.join(" ")
    }

    fn date(&mut self) -> String {
        format!("20{:02}-{:02}-{:02}", self.between(10, 25), self.between(1, 12), self.between(1, 28))
    }

    fn stamp(&mut self) -> String {
        format!("{} {:02}:{:02}:{:02}", self.date(), self.between(0, 23), self.between(0, 59), self.between(0, 59))
    }
}

/// The rows of one table, in statements.
struct Table {
    name: &'static str,
    text: Vec<u8>,
    statement_at: usize,
    rows: u64,
}

impl Table {
    fn new(name: &'static str) -> Self {
        Self { name, text: Vec::new(), statement_at: 0, rows: 0 }
    }

    /// Begins a row and returns its number.
    fn row(&mut self) -> u64 {
        if self.rows == 0 || self.text.len() - self.statement_at > STATEMENT_BYTES {
            self.end();
            self.statement_at = self.text.len();
            self.text.extend_from_slice(format!("INSERT INTO `{}` VALUES\n", self.name).as_bytes());
        } else {
            self.text.extend_from_slice(b"),\n");
        }
        self.rows += 1;
        self.text.extend_from_slice(format!("({}", self.rows).as_bytes());
        self.rows
    }

    fn end(&mut self) {
        if self.rows > 0 {
            self.text.extend_from_slice(b");\n");
        }
    }

    fn bare(&mut self, value: &str) {
        self.text.push(b',');
        self.text.extend_from_slice(value.as_bytes());
    }

    fn string(&mut self, value: &[u8]) {
        self.text.extend_from_slice(b",'");
        for &b in value {
            match b {
                0 => self.text.extend_from_slice(b"\\0"),
                b'\n' => self.text.extend_from_slice(b"\\n"),
                b'\r' => self.text.extend_from_slice(b"\\r"),
                0x1A => self.text.extend_from_slice(b"\\Z"),
                b'\\' | b'\'' | b'"' => self.text.extend_from_slice(&[b'\\', b]),
                _ => self.text.push(b),
            }
        }
        self.text.push(b'\'');
    }
}

/// A dump of about `bytes` bytes.
pub fn dump(bytes: usize) -> Vec<u8> {
    let mut dice = Dice(7);
    let [mut applicants, mut applications, mut events, mut documents] = TABLES.map(|(name, _)| Table::new(name));
    let size = |tables: [&Table; 4]| tables.iter().map(|t| t.text.len()).sum::<usize>();
    while size([&applicants, &applications, &events, &documents]) < bytes {
        let applicant = applicants.row();
        let (first, last) = (dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES));
        applicants.string(format!("{:09}", dice.between(0, 999_999_999)).as_bytes());
        applicants.string(first.as_bytes());
        applicants.string(last.as_bytes());
        applicants.string(format!("{}{applicant}@example.org", first.to_lowercase()).as_bytes());
        applicants.string(format!("+1-613-{:03}-{:04}", dice.between(0, 999), dice.between(0, 9999)).as_bytes());
        applicants.string(dice.date().as_bytes());
        applicants.string(format!("{} {} St.", dice.between(1, 9999), dice.pick(&LAST_NAMES)).as_bytes());
        applicants.string(dice.pick(&CITIES).as_bytes());
        applicants.string(dice.words(5, 40).as_bytes());
        applicants.string(dice.stamp().as_bytes());
        for _ in 0..dice.between(1, 3) {
            let application = applications.row();
            applications.bare(&applicant.to_string());
            applications.string(dice.pick(&["draft", "submitted", "approved", "denied"]).as_bytes());
            let answers: Vec<String> = (0..10).map(|_| dice.between(0, 5).to_string()).collect();
            let payload = format!(
                "{{\"phone\": \"613{:07}\", \"contact\": {{\"email\": \"x{applicant}@example.org\", \"name\": \"{first} {last}\"}}, \
                 \"answers\": [{}], \"note\": \"{}\"}}",
                dice.between(0, 9_999_999),
                answers.join(", "),
                dice.words(8, 8)
            );
            applications.string(payload.as_bytes());
            applications.bare(&format!("{}.{:02}", dice.between(0, 9999), dice.between(0, 99)));
            if dice.between(0, 1) == 0 {
                applications.bare("NULL")
            } else {
                applications.string(dice.stamp().as_bytes())
            }
            for _ in 0..dice.between(0, 4) {
                events.row();
                events.bare(&application.to_string());
                events.string(format!("user{}", dice.between(0, 4999)).as_bytes());
                events.string(dice.pick(&["view", "edit", "login", "export", "approve"]).as_bytes());
                let [a, b, c] = [0; 3].map(|_| dice.between(0, 255));
                events.string(format!("10.{a}.{b}.{c}").as_bytes());
                events.string(dice.stamp().as_bytes());
            }
            if dice.between(0, 9) < 3 {
                let document = documents.row();
                documents.bare(&application.to_string());
                documents.string(format!("file_{document}.pdf").as_bytes());
                let hash: Vec<u8> = (0..4).flat_map(|_| dice.next().to_le_bytes()).collect();
                documents.string(&hash);
                documents.string(&hash.repeat(dice.between(1, 40) as usize));
            }
        }
    }
    let mut out = HEADER.as_bytes().to_vec();
    for ((name, columns), table) in TABLES.iter().zip([&mut applicants, &mut applications, &mut events, &mut documents])
    {
        table.end();
        out.extend_from_slice(
            format!(
                "--\n-- Table structure for table `{name}`\n--\n\nDROP TABLE IF EXISTS `{name}`;\n\
                 CREATE TABLE `{name}` (\n  {columns}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;\n\n\
                 --\n-- Dumping data for table `{name}`\n--\n\nLOCK TABLES `{name}` WRITE;\n\
                 /*!40000 ALTER TABLE `{name}` DISABLE KEYS */;\n"
            )
            .as_bytes(),
        );
        out.append(&mut table.text);
        out.extend_from_slice(format!("/*!40000 ALTER TABLE `{name}` ENABLE KEYS */;\nUNLOCK TABLES;\n\n").as_bytes());
    }
    out.extend_from_slice(FOOTER.as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dump_is_the_same_every_time_and_about_as_long_as_asked() {
        let a = dump(1 << 20);
        assert!(a == dump(1 << 20));
        assert!((1 << 20..2 << 20).contains(&a.len()), "{}", a.len());
    }
}
