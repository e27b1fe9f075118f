//! Server versions, and the versioned comments that depend on them.

/// Which of the two server families.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flavor {
    /// Oracle's MySQL and what is built from it: Percona Server, Aurora, RDS.
    MySql,
    /// MariaDB.
    MariaDb,
}

/// A server's family and version, as far as they decide what a dump means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ServerVersion {
    /// MySQL or MariaDB.
    pub flavor: Flavor,
    /// Major × 10000 + minor × 100 + patch: 8.0.37 is 80037, 10.11.19 is 101119.
    pub number: u32,
}

impl ServerVersion {
    /// From what `SELECT VERSION()` answers, such as `8.0.37-0ubuntu0.22.04.3` or `5.5.5-10.11.19-MariaDB-log`.
    ///
    /// The `5.5.5-` is what MariaDB puts before its version for the sake of old replicas. Parts that are missing or
    /// no numbers count as 0.
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        let flavor = if text.as_bytes().windows(7).any(|w| w.eq_ignore_ascii_case(b"mariadb")) {
            Flavor::MariaDb
        } else {
            Flavor::MySql
        };
        let text = match (flavor, text.strip_prefix("5.5.5-")) {
            (Flavor::MariaDb, Some(rest)) => rest,
            _ => text,
        };
        let mut parts = text.split('.').map(|part| {
            let digits = part.bytes().take_while(u8::is_ascii_digit).take(4);
            digits.fold(0u32, |n, b| n * 10 + u32::from(b - b'0'))
        });
        let mut next = || parts.next().unwrap_or(0);
        let (major, minor, patch) = (next(), next(), next());
        Self { flavor, number: major * 10_000 + minor.min(99) * 100 + patch.min(99) }
    }

    /// Whether this server runs what stands in a comment with this tag.
    ///
    /// MySQL takes `/*M!…*/` for a plain comment and runs the others from their version on. MariaDB runs both kinds
    /// from their version on, but skips `/*!50700 …*/` to `/*!99999 …*/`: those are for MySQL 5.7 and later, whose
    /// syntax MariaDB doesn't share ("MariaDB ignores MySQL-style executable comments that have a version number in
    /// the interval 50700..99999", MariaDB manual, Comment Syntax).
    pub fn applies(&self, tag: CommentTag) -> bool {
        let old_enough = tag.version.is_none_or(|version| version <= self.number);
        match self.flavor {
            Flavor::MySql => !tag.mariadb_only && old_enough,
            Flavor::MariaDb => {
                let for_mysql = !tag.mariadb_only && tag.version.is_some_and(|v| (50_700..=99_999).contains(&v));
                !for_mysql && old_enough
            }
        }
    }
}

/// What stands at the start of a versioned comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommentTag {
    /// `/*M!`: for MariaDB only.
    pub mariadb_only: bool,
    /// The lowest version that runs the content; `None` means every version.
    pub version: Option<u32>,
}

impl CommentTag {
    /// A version no server has: mariadb-dump opens its sandbox line with `/*M!999999\-`.
    pub const NEVER: u32 = 999_999;

    /// Reads the tag from what follows `/*`, with its length in bytes; `None` for a plain comment.
    ///
    /// The forms are `!`, `!NNNNN`, `!NNNNNN`, and the same after an upper-case `M`. Fewer than five digits are no
    /// version but content. Where both five and six digits could be meant, MySQL 8 and later take six only when white
    /// space follows, and five otherwise (MySQL manual, Comments: "the version number uses the format Mmmrr … or
    /// MMmmrr", and in 8.4 "should be followed by a whitespace character"); MariaDB takes six whenever it can. They
    /// part only over text like `/*!500031,2*/`, which no dump has; read here as MySQL does, that is, as content that
    /// every server of today would run.
    pub fn read(after: &[u8]) -> Option<(Self, usize)> {
        let (mariadb_only, start) = match after {
            [b'!', ..] => (false, 1),
            [b'M', b'!', ..] => (true, 2),
            _ => return None,
        };
        let rest = after.get(start..).unwrap_or_default();
        let digits = rest.iter().take(6).take_while(|b| b.is_ascii_digit()).count();
        let length = match digits {
            6 if mariadb_only || rest.get(6).is_none_or(|&b| is_space(b)) => 6,
            5 | 6 => 5,
            _ => 0,
        };
        let number = rest.iter().take(length).fold(0u32, |n, b| n * 10 + u32::from(b - b'0'));
        Some((Self { mariadb_only, version: (length > 0).then_some(number) }, start + length))
    }
}

/// White space as the servers' lexers have it.
pub(crate) const fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | 0x0B | 0x0C | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mysql(number: u32) -> ServerVersion {
        ServerVersion { flavor: Flavor::MySql, number }
    }

    fn mariadb(number: u32) -> ServerVersion {
        ServerVersion { flavor: Flavor::MariaDb, number }
    }

    #[test]
    fn versions_are_read_as_servers_print_them() {
        for (text, expected) in [
            ("8.0.37-0ubuntu0.22.04.3", mysql(80037)),
            ("9.7.0", mysql(90700)),
            ("8.0", mysql(80000)),
            ("5.7.44-log", mysql(50744)),
            ("8.0.mysql_aurora.3.05.2", mysql(80000)),
            ("10.11.19-MariaDB-0+deb12u1", mariadb(101119)),
            ("5.5.5-10.11.19-MariaDB-log", mariadb(101119)),
            ("12.0.2-MariaDB", mariadb(120002)),
            ("", mysql(0)),
            ("99999999999.1.1", mysql(99_990_101)),
        ] {
            assert_eq!(ServerVersion::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn tags() {
        let read = |s: &str| CommentTag::read(s.as_bytes()).map(|(t, n)| (t.mariadb_only, t.version, n));
        assert_eq!(read("!40101 SET"), Some((false, Some(40101), 6)));
        assert_eq!(read("!080029 x"), Some((false, Some(80029), 7)));
        assert_eq!(read("!100616 x"), Some((false, Some(100616), 7)));
        assert_eq!(read("!50003CREATE"), Some((false, Some(50003), 6)));
        assert_eq!(read("!500031,2"), Some((false, Some(50003), 6)));
        assert_eq!(read("! x"), Some((false, None, 1)));
        assert_eq!(read("!1234 x"), Some((false, None, 1)));
        assert_eq!(read("M!999999\\-"), Some((true, Some(999_999), 8)));
        assert_eq!(read("M! x"), Some((true, None, 2)));
        assert_eq!(read("m! x"), None);
        assert_eq!(read(" plain"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn who_runs_what() {
        let plain = |v| CommentTag { mariadb_only: false, version: Some(v) };
        let maria = |v| CommentTag { mariadb_only: true, version: Some(v) };
        assert!(mysql(80037).applies(plain(80037)) && !mysql(80037).applies(plain(80038)));
        assert!(
            !mysql(90700).applies(maria(100616))
                && !mysql(90700).applies(CommentTag { mariadb_only: true, version: None })
        );
        assert!(mariadb(101119).applies(plain(50699)) && !mariadb(101119).applies(plain(50700)));
        assert!(!mariadb(101119).applies(plain(99_999)) && mariadb(101119).applies(plain(100_000)));
        assert!(mariadb(101119).applies(maria(50700)) && !mariadb(101119).applies(maria(CommentTag::NEVER)));
        assert!(mariadb(101119).applies(CommentTag { mariadb_only: false, version: None }));
    }
}
