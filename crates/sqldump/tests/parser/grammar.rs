//! Dumps made from a list of choices: the same choices give the same dump, and fewer or smaller choices a simpler one,
//! so that a failing case shrinks. A fuzzer's input serves as well.

use sqldump::{Charset, LexMode};

/// A made-up dump.
#[derive(Debug, Clone)]
pub(crate) struct Dump {
    /// The dump.
    pub(crate) bytes: Vec<u8>,
    /// The rules in force at its start.
    pub(crate) mode: LexMode,
}

/// Makes a dump of any kind of statements.
pub(crate) fn dump(choices: &[u8]) -> Dump {
    Writer::new(choices, false).dump()
}

/// Makes a dump that ends properly: without stray bytes, whose strings all close.
pub(crate) fn well_formed(choices: &[u8]) -> Dump {
    Writer::new(choices, true).dump()
}

struct Writer<'a> {
    choices: &'a [u8],
    out: Vec<u8>,
    mode: LexMode,
    delimiter: Vec<u8>,
    head: Vec<u8>,
    columns: usize,
    line_end: &'static [u8],
    well_formed: bool,
}

const CHARSETS: [(&str, Charset); 6] = [
    ("utf8mb4", Charset::Plain),
    ("gbk", Charset::Gbk),
    ("sjis", Charset::Sjis),
    ("big5", Charset::Big5),
    ("gb18030", Charset::Gb18030),
    ("latin1", Charset::Plain),
];

/// Characters that some parser took for something else.
const PIECES: [&[u8]; 40] = [
    b"a",
    b"'",
    b"\\",
    b"\"",
    b"`",
    b";",
    b",",
    b"(",
    b")",
    b"\n",
    b"\r\n",
    b"\t",
    b"\0",
    b"\x1A",
    b"--",
    b"-- ",
    b"#",
    b"/*",
    b"*/",
    b"/*!50000",
    b"N",
    b"\\N",
    b"%",
    b"_",
    b"0",
    b"\xC3\xA9",
    b"\xE2\x80\x99",
    b"\xF0\x9F\x92\xA9",
    b"\xFF",
    b"\x81\x5C",
    b"\x95\x60",
    b"\x81\x27",
    b"\xA4\x5C",
    b"\x81\x30\x81\x30",
    b"\xE0\x5C",
    b"),(",
    b"\\g",
    b"DELIMITER ",
    b"\n-- x\n",
    b" ",
];

impl<'a> Writer<'a> {
    fn new(choices: &'a [u8], well_formed: bool) -> Self {
        Self {
            choices,
            out: Vec::new(),
            mode: LexMode::default(),
            delimiter: b";".to_vec(),
            head: Vec::new(),
            columns: 0,
            line_end: b"\n",
            well_formed,
        }
    }

    /// The next choice, and 0 when there are no more.
    fn next(&mut self) -> usize {
        let Some((&first, rest)) = self.choices.split_first() else { return 0 };
        self.choices = rest;
        usize::from(first)
    }

    fn below(&mut self, n: usize) -> usize {
        self.next() % n
    }

    /// Rather not.
    fn seldom(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    fn pick(&mut self, from: &[&'static [u8]]) -> &'static [u8] {
        let i = self.below(from.len());
        from[i]
    }

    fn put(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }

    fn put_one_of(&mut self, from: &[&'static [u8]]) {
        let bytes = self.pick(from);
        self.put(bytes);
    }

    fn line_end(&mut self) {
        self.put(self.line_end);
    }

    /// `word` with some letters in the other case.
    fn word(&mut self, word: &str) {
        let mask = if self.seldom(8) { self.next() } else { 0 };
        let lower = self.seldom(8);
        for (i, b) in word.bytes().enumerate() {
            let flip = lower ^ (mask >> (i % 8) & 1 == 1);
            self.out.push(if flip { b.to_ascii_lowercase() } else { b });
        }
    }

    /// A single space in most cases, but whatever may stand there.
    fn blank(&mut self) {
        self.put(b" ");
        self.maybe_blank();
    }

    fn maybe_blank(&mut self) {
        while self.seldom(12) {
            self.trivia();
        }
    }

    fn trivia(&mut self) {
        match self.below(9) {
            0 => self.put(b" "),
            1 => self.line_end(),
            2 => self.put(b"\t"),
            3 => self.put(b"\x0B\x0C"),
            4 => {
                self.put_one_of(&[b"-- it's", b"--", b"# \"", b"#", b"-- ;", b"--\t`*/", b"-- \xC3\xA9 /*"]);
                self.line_end();
            }
            5 => self.put_one_of(&[b"/* it's; */", b"/**/", b"/***/", b"/*/ ` */", b"/*\n--\n*/", b"/* (( */"]),
            6 => self.put(&b"                                                                    "[..]),
            7 => self.put(b"/* \x81\x5C */"),
            _ => self.put(b"\n\n"),
        }
    }

    fn number(&mut self) -> usize {
        self.next() << 8 | self.next()
    }

    fn name(&mut self) {
        let mark = if self.mode.ansi_quotes && self.seldom(2) { b'"' } else { b'`' };
        match self.below(5) {
            0 | 1 => {
                self.out.push(mark);
                self.put(b"t");
                self.out.push(mark);
            }
            2 => self.put_one_of(&[b"t1", b"tbl_$x", b"\xC3\xA9t\xC3\xA9", b"1a"]),
            _ => {
                self.out.push(mark);
                for _ in 0..self.below(4) + 1 {
                    let piece = self.pick(&PIECES);
                    if self.well_formed && self.mode.charset != Charset::Plain && !piece.is_ascii() {
                        continue;
                    }
                    for &b in piece {
                        self.out.push(b);
                        if b == mark {
                            self.out.push(b);
                        }
                    }
                }
                self.put(b"n");
                self.out.push(mark);
            }
        }
    }

    /// A value, written as a string in one of the ways there are.
    fn string(&mut self) {
        let mark = if !self.mode.ansi_quotes && self.seldom(6) { b'"' } else { b'\'' };
        let escapes = !self.mode.no_backslash_escapes;
        self.out.push(mark);
        let length = match self.below(8) {
            0 => 0,
            1..=5 => self.below(4) + 1,
            _ => self.below(24),
        };
        for _ in 0..length {
            match self.below(6) {
                0 => self.put(b"plain text"),
                1 => {
                    let run = self.below(140);
                    self.out.extend(std::iter::repeat_n(b'x', run));
                }
                2 if escapes => self.put_one_of(&[
                    b"\\0",
                    b"\\n",
                    b"\\r",
                    b"\\t",
                    b"\\Z",
                    b"\\b",
                    b"\\\\",
                    b"\\'",
                    b"\\\"",
                    b"\\%",
                    b"\\_",
                    b"\\a",
                    b"\\N",
                    b"\\\n",
                    b"\\\t",
                    b"\\\xC3\xA9",
                    b"\\`",
                    b"\\;",
                ]),
                3 if escapes => {
                    let run = self.below(70);
                    self.out.extend(std::iter::repeat_n(b'\\', run * 2));
                }
                _ => self.piece(mark),
            }
        }
        self.out.push(mark);
    }

    fn piece(&mut self, mark: u8) {
        let piece = self.pick(&PIECES);
        // The bytes of a character may be whole in one charset and loose in another; loose ones can eat the mark.
        if self.well_formed && self.mode.charset != Charset::Plain && !piece.is_ascii() {
            let whole: &[u8] = match self.mode.charset {
                Charset::Plain => b"\xC3\xA9",
                Charset::Gbk => b"\x95\x5C",
                Charset::Sjis => b"\x83\x5C",
                Charset::Big5 => b"\xA5\x5C",
                Charset::Gb18030 => b"\x81\x30\x81\x30",
            };
            self.put(whole);
            return;
        }
        let escapes = !self.mode.no_backslash_escapes;
        let whole = !self.well_formed && super::reference::char_bytes(self.mode.charset, piece, 0) == piece.len();
        if whole && piece.len() > 1 {
            self.put(piece);
            return;
        }
        for &b in piece {
            match b {
                b'\\' if escapes => self.put(b"\\\\"),
                _ if b == mark => {
                    let first = if escapes && self.seldom(2) { b'\\' } else { mark };
                    self.out.extend([first, mark]);
                }
                0 if escapes && self.seldom(2) => self.put(b"\\0"),
                b'\n' if escapes && self.seldom(2) => self.put(b"\\n"),
                _ => self.out.push(b),
            }
        }
    }

    fn hex_digits(&mut self, count: usize) {
        for _ in 0..count {
            let digit = self.below(22);
            self.out.push(b"0123456789abcdefABCDEF"[digit]);
        }
    }

    fn value(&mut self) {
        match self.below(20) {
            0 => {
                let n = self.number();
                self.put(n.to_string().as_bytes());
            }
            1..=7 => self.string(),
            8 => self.word("NULL"),
            9 => self.put_one_of(&[
                b"-1",
                b"+3",
                b"1.50",
                b"-.5",
                b"5.",
                b"1e10",
                b"-1.5E-3",
                b"0",
                b"00012",
                b"-0",
                b"0e5",
                b"123456789012345678",
                b"-1234567890123456789012345.125e-10",
                b"0.1234567890123456789",
            ]),
            10 => {
                self.put(b"0x");
                let n = if self.seldom(4) { self.next() } else { self.below(9) };
                self.hex_digits(n);
            }
            11 => {
                self.put_one_of(&[b"x'", b"X'"]);
                let n = if self.seldom(4) { self.next() } else { self.below(9) };
                self.hex_digits(n);
                self.put(b"'");
            }
            12 => {
                let quoted = self.seldom(2);
                self.put(if quoted { b"b'" } else { b"0b" });
                for _ in 0..self.below(20) {
                    let bit = self.below(2);
                    self.out.push(b"01"[bit]);
                }
                if quoted {
                    self.put(b"'");
                }
            }
            13 => {
                self.word("_BINARY");
                self.blank();
                if self.seldom(4) { self.put(b"0x4142") } else { self.string() }
            }
            14 => {
                self.put_one_of(&[b"N", b"n", b"_utf8mb4", b"_latin1 "]);
                self.string();
            }
            15 => {
                self.put_one_of(&[
                    b"now()",
                    b"CURRENT_TIMESTAMP",
                    b"uuid ( )",
                    b"@x",
                    b"@@y.z",
                    b"`c`+1",
                    b"1+1",
                    b"- 1",
                    b"(2)",
                ]);
                if self.seldom(2) {
                    self.maybe_blank();
                }
            }
            16 => {
                self.put_one_of(&[b"ST_GeomFromText", b"CONVERT", b"f"]);
                self.put(b"(");
                self.string();
                self.put(b",");
                self.maybe_blank();
                self.value();
                self.put(b")");
            }
            17 => self.put_one_of(&[
                b"DEFAULT",
                b"TRUE",
                b"false",
                b"default(x)",
                b"nullif(1,1)",
                b"_binary",
                b"\\N",
                b"xy",
                b"b",
                b"x",
            ]),
            18 => {
                self.string();
                self.blank();
                self.string();
            }
            _ => self.put_one_of(
                &[
                    &b"1a"[..],
                    b"0xG1",
                    b"0X41",
                    b"0b2",
                    b"1.5.6",
                    b"1--1",
                    b"2*/**/3",
                    b"1e",
                    b"x'4",
                    b"1\xC3\xA9",
                    b"b'12'",
                    b"x'zz'",
                ][..if self.well_formed { 8 } else { 12 }],
            ),
        }
    }

    fn row(&mut self) {
        self.put(b"(");
        // The odd row of another length, as a broken dump has it.
        let columns = if self.seldom(50) { self.below(4) } else { self.columns };
        for i in 0..columns {
            if i > 0 {
                self.put(b",");
            }
            self.maybe_blank();
            // A value that only some servers read, with its comma, before or after it.
            if self.seldom(16) {
                self.put_one_of(&[
                    b"/*!50705 ",
                    b"/*!80000 ",
                    b"/*!100100 ",
                    b"/*!99999 ",
                    b"/*!",
                    b"/*M!100616 ",
                    b"/*M! ",
                ]);
                let after = self.seldom(2);
                if after {
                    self.put(b"0x41,*/");
                    self.value();
                } else {
                    self.value();
                    self.put(b"/* nested */");
                    self.put_one_of(&[b"*/", b" */"]);
                }
            } else {
                self.value();
            }
            self.maybe_blank();
        }
        self.put(b")");
    }

    fn new_head(&mut self) {
        let start = self.out.len();
        let verb = if self.seldom(5) { "REPLACE" } else { "INSERT" };
        self.word(verb);
        for word in ["LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO"] {
            let odds = if word == "INTO" { self.below(10) != 9 } else { self.seldom(10) };
            if odds {
                self.blank();
                self.word(word);
            }
        }
        self.blank();
        if self.seldom(5) {
            self.name();
            self.maybe_blank();
            self.put(b".");
            self.maybe_blank();
        }
        self.name();
        self.columns = self.below(4) + 1;
        self.maybe_blank();
        if self.seldom(3) {
            self.put(b" (");
            for i in 0..self.columns {
                if i > 0 {
                    self.put(b", ");
                }
                self.name();
                self.maybe_blank();
            }
            self.put(b")");
        }
        self.blank();
        let values = if self.seldom(6) { "VALUE" } else { "VALUES" };
        self.word(values);
        if self.below(4) != 3 {
            self.blank();
        }
        self.head = self.out.split_off(start);
    }

    fn insert(&mut self) {
        if self.head.is_empty() || self.seldom(3) {
            self.new_head();
        }
        let head = std::mem::take(&mut self.head);
        self.put(&head);
        self.head = head;
        let rows = if self.seldom(6) { self.below(60) } else { self.below(5) } + 1;
        for i in 0..rows {
            if i > 0 {
                self.put(b",");
                self.maybe_blank();
                if self.seldom(40) {
                    self.put(b"/*!80000 ");
                    self.row();
                    self.put(b",*/");
                }
            }
            self.row();
            self.maybe_blank();
        }
        if self.seldom(12) {
            self.put_one_of(&[
                b" ON DUPLICATE KEY UPDATE a=VALUES(a), b = b + 1",
                b" RETURNING id",
                b" AS new ON DUPLICATE KEY UPDATE a = new.a",
                b"/*!80000 AS new*/",
                b")",
                b"x",
                b",",
            ]);
        }
        self.end();
    }

    fn end(&mut self) {
        self.maybe_blank();
        let delimiter = self.delimiter.clone();
        self.put(&delimiter);
        match self.below(8) {
            0..=5 => self.line_end(),
            6 => {}
            _ => self.put(b" \t\r\n\n"),
        }
    }

    fn text_statement(&mut self) {
        match self.below(9) {
            0 => self.put(b"DROP TABLE IF EXISTS `t`"),
            1 => {
                self.word("CREATE TABLE");
                self.blank();
                self.name();
                self.put(b" (\n  ");
                self.name();
                self.put(b" int(11) DEFAULT ");
                self.string();
                self.put(b" COMMENT ");
                self.string();
                self.put(b",\n  KEY (`a`)\n) ENGINE=InnoDB");
            }
            2 => {
                self.put_one_of(&[b"/*!40101 SET @x = ", b"/*!40014 SET x=", b"/*M!100616 SET n=", b"/*! SET z="]);
                self.string();
                self.put(b" */");
            }
            3 => {
                self.put(b"/*!50003 CREATE*/ /*!50017 DEFINER=");
                self.name();
                self.put(b"*/ /*!50003 TRIGGER x BEGIN /* nested ' */ SET @a = 2*/* c */3 */");
            }
            4 => {
                self.put(b"SELECT ");
                self.value();
                self.put(b", ");
                self.value();
            }
            5 => self.put(b"LOCK TABLES `t` WRITE"),
            6 => {
                self.put_one_of(&[
                    b"INSERT INTO t SELECT ",
                    b"INSERT INTO t SET a = ",
                    b"INSERT INTO t () VALUES ",
                    b"REPLACE(",
                    b"INSERTED ",
                ]);
                self.value();
            }
            7 => {
                self.put(b"INSERT /*!50000 IGNORE */ INTO t VALUES (1, ");
                self.string();
                self.put(b")");
            }
            _ => {
                for _ in 0..self.below(6) {
                    self.value();
                    self.blank();
                }
            }
        }
        self.end();
    }

    fn change_mode(&mut self) {
        if self.seldom(2) {
            let (name, charset) = CHARSETS[self.below(CHARSETS.len())];
            self.put(b"SET NAMES ");
            self.put(name.as_bytes());
            self.mode.charset = charset;
        } else {
            self.mode.no_backslash_escapes = self.seldom(2);
            self.mode.ansi_quotes = self.seldom(2);
            self.put(b"SET sql_mode='");
            self.put(match (self.mode.no_backslash_escapes, self.mode.ansi_quotes) {
                (false, false) => b"",
                (true, false) => b"NO_BACKSLASH_ESCAPES",
                (false, true) => b"ANSI_QUOTES",
                (true, true) => b"ANSI_QUOTES,NO_BACKSLASH_ESCAPES",
            });
            self.put(b"'");
        }
        let delimiter = self.delimiter.clone();
        self.put(&delimiter);
        self.line_end();
    }

    fn change_delimiter(&mut self) {
        let new = self.pick(&[b";", b";;", b"//", b"$$", b"|", b"MySQL", b":;", b"/", b"--", b"#", b"';'", b"\"//\""]);
        self.word("DELIMITER");
        self.put(b" ");
        self.put(new);
        if self.seldom(4) {
            self.put_one_of(&[b" ", b"  # comment", b" it's"]);
        }
        self.line_end();
        self.delimiter = match new {
            [b'\'' | b'"', inner @ .., _] => inner.to_vec(),
            all => all.to_vec(),
        };
    }

    fn command(&mut self) {
        self.put_one_of(&[
            b"USE `db`",
            b"use db",
            b"USE `d;b` ",
            b"SOURCE it's.sql",
            b"source x.sql ;",
            b"\\! it's",
            b"\\u db",
            b"exit",
            b"WARNINGS",
            b"--no space",
            b"-----",
            b"--",
        ]);
        self.line_end();
    }

    fn dump(mut self) -> Dump {
        self.mode = LexMode {
            no_backslash_escapes: self.seldom(4),
            ansi_quotes: self.seldom(4),
            charset: if self.seldom(3) { CHARSETS[self.below(CHARSETS.len())].1 } else { Charset::Plain },
        };
        let mode = self.mode;
        if self.seldom(8) {
            self.line_end = b"\r\n";
        }
        if self.seldom(8) {
            self.put(b"\xEF\xBB\xBF");
        }
        loop {
            match self.below(24) {
                0..=10 => self.insert(),
                11..=14 => self.text_statement(),
                15 | 16 => self.trivia(),
                17 => {
                    self.put(b"/*M!999999\\- enable the sandbox mode */ ");
                    self.line_end();
                }
                18 => {
                    self.put(b"--\n-- Table structure for table `t`\n--\n\n");
                }
                19 => self.change_mode(),
                20 => self.change_delimiter(),
                21 => self.command(),
                22 if !self.well_formed => {
                    self.put_one_of(&[b"'", b"\\", b"/*", b"(", b"\xFF", b"*/", b"\\g", b"\"", b"`"])
                }
                _ => {
                    // As stored programs stand in dumps.
                    self.put(
                        b"DELIMITER ;;\nCREATE PROCEDURE p() BEGIN INSERT INTO t VALUES (1); END ;;\nDELIMITER ;\n",
                    );
                    self.delimiter = b";".to_vec();
                }
            }
            if self.choices.is_empty() || self.out.len() > 1 << 16 {
                return Dump { bytes: self.out, mode };
            }
        }
    }
}
