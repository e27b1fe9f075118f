//! The comments at the head and the foot of a dump: who made it, from what, and whether it is whole.

use alloc::{borrow::ToOwned, string::String};

/// What a dump says about itself.
///
/// Comments are for people: nothing here is certain, and nothing but [`footer`] should rest on it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The program: `mysqldump`, `mariadb-dump`, `MySQL Shell`, `phpMyAdmin`, `HeidiSQL`, `Adminer`, `Navicat`,
    /// `Sequel Pro`, `Sequel Ace`, `mydumper` (or TiDB's dumpling, which begins in the same way), `DBeaver`,
    /// `MySQL Workbench`, `SQLyog` or `mysqldump-php`.
    pub producer: Option<String>,
    /// The program's version. For `mysqldump` and `mariadb-dump` that of the distribution it came with.
    pub producer_version: Option<String>,
    /// The version of the server that was dumped.
    pub server: Option<String>,
    /// The host that was dumped.
    pub host: Option<String>,
    /// The database that was dumped; none if the dump names none here, as with several.
    pub database: Option<String>,
    /// When it was dumped, as written, where the producer says so at the head.
    pub date: Option<String>,
}

/// Longest value taken from a header.
const VALUE_BYTES_MAX: usize = 200;

/// Reads the head of a dump, of which a few kilobytes are enough.
pub fn header(text: &[u8]) -> Header {
    let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    let mut header = Header::default();
    let mut in_comment = false;
    for (number, line) in text.split(|&b| b == b'\n').enumerate() {
        let line = String::from_utf8_lossy(line);
        let line = line.trim();
        if number == 0 && line.replace(' ', "").eq_ignore_ascii_case("/*!40101SETNAMESbinary*/;") {
            header.producer = Some("mydumper".to_owned());
        }
        let comment = if in_comment {
            Some(line)
        } else if let Some(rest) = line.strip_prefix("/*") {
            (!rest.starts_with('!') && !rest.starts_with("M!")).then_some(rest)
        } else if let Some(rest) = line.strip_prefix("--") {
            (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
        } else {
            line.strip_prefix('#')
        };
        in_comment = (in_comment || line.starts_with("/*")) && !line.contains("*/");
        if let Some(comment) = comment {
            read_line(&mut header, comment.trim());
        }
    }
    header
}

fn put(field: &mut Option<String>, value: &str) {
    let value = value.trim().trim_matches('`');
    if field.is_none() && !value.is_empty() {
        let end = (0..=VALUE_BYTES_MAX.min(value.len())).rev().find(|&end| value.is_char_boundary(end)).unwrap_or(0);
        *field = value.get(..end).map(ToOwned::to_owned);
    }
}

/// What follows `key` and a colon or spaces, or a tab.
fn after<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let rest = line.strip_prefix(key)?;
    let value = rest.trim_start_matches([' ', '\t']);
    match value.strip_prefix(':') {
        Some(value) => Some(value.trim()),
        None => (value.len() < rest.len()).then(|| value.trim()),
    }
}

fn read_line(header: &mut Header, line: &str) {
    if header.producer.is_none() {
        read_producer(header, line);
    }
    let producer = header.producer.as_deref().unwrap_or_default();
    if matches!(producer, "phpMyAdmin" | "Sequel Pro" | "Sequel Ace")
        && let Some(version) = after(line, "version").or_else(|| after(line, "Version"))
    {
        put(&mut header.producer_version, version);
    } else if let Some(version) = after(line, "HeidiSQL Version") {
        put(&mut header.producer_version, version);
    } else if let Some(version) = after(line, "Server version").or_else(|| after(line, "Source Server Version")) {
        put(&mut header.server, version);
    } else if let Some(host) = after(line, "Host").or_else(|| after(line, "Source Host")) {
        // mysqldump has the database on the same line, MySQL Shell the table as well, Sequel Ace the server.
        let (host, rest) = host.split_once("Database:").unwrap_or((host, ""));
        put(&mut header.database, rest.split("Table:").next().unwrap_or(rest));
        let (host, server) = host.split_once('(').unwrap_or((host, ""));
        put(&mut header.server, server.trim_end().trim_end_matches(')').trim_start_matches("MySQL "));
        put(&mut header.host, host);
    } else if let Some(database) = ["Database", "Source Database", "Source Schema", "Dumping database structure for"]
        .iter()
        .find_map(|key| after(line, key))
    {
        put(&mut header.database, database);
    } else if let Some(date) =
        ["Generation Time", "Started dump at", "Date"].iter().find_map(|key| line.strip_prefix(key)?.strip_prefix(':'))
    {
        put(&mut header.date, date);
    } else if producer == "SQLyog"
        && let Some((server, database)) = line.split_once(": Database -")
    {
        // `MySQL - 5.6.17 : Database - name`
        put(&mut header.server, server.split_once('-').map_or(server, |(_, server)| server));
        put(&mut header.database, database);
    }
}

fn read_producer(header: &mut Header, line: &str) {
    let first = |text: &str| text.split([' ', ',', '\t']).next().unwrap_or_default().to_owned();
    // `MySQL dump 10.13  Distrib 8.0.37, for …`, `MariaDB dump 10.19-12.0.2-MariaDB, for …`
    for (start, name) in
        [("MySQL dump ", "mysqldump"), ("MariaDB dump ", "mariadb-dump"), ("MySQLShell dump ", "MySQL Shell")]
    {
        if let Some(rest) = line.strip_prefix(start)
            && rest.starts_with(|c: char| c.is_ascii_digit())
        {
            header.producer = Some(name.to_owned());
            let own = first(rest);
            if let Some((_, distribution)) = rest.split_once("Distrib ") {
                let distribution = distribution.strip_prefix("Ver ").unwrap_or(distribution);
                put(&mut header.producer_version, &first(distribution));
            } else if name == "mariadb-dump"
                && let Some((_, distribution)) = own.split_once('-')
            {
                put(&mut header.producer_version, distribution);
            }
            return;
        }
    }
    if let Some(rest) = line.strip_prefix("Adminer ") {
        // `Adminer 4.8.1 MySQL 8.0.30 dump`
        header.producer = Some("Adminer".to_owned());
        put(&mut header.producer_version, &first(rest));
        if let Some((_, server)) = rest.split_once(' ')
            && let Some(server) = server.strip_suffix(" dump")
            && let Some((_, server)) = server.split_once(' ')
        {
            put(&mut header.server, server);
        }
        return;
    }
    if let Some(rest) = line.strip_prefix("SQLyog ") {
        header.producer = Some("SQLyog".to_owned());
        let version = rest.split(' ').find_map(|word| {
            word.strip_prefix('v').filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
        });
        put(&mut header.producer_version, version.unwrap_or_default());
        return;
    }
    let known = [
        ("phpMyAdmin SQL Dump", "phpMyAdmin"),
        ("HeidiSQL", "HeidiSQL"),
        ("Sequel Pro SQL dump", "Sequel Pro"),
        ("Sequel Ace SQL dump", "Sequel Ace"),
        ("Navicat", "Navicat"),
        ("mysqldump-php", "mysqldump-php"),
        ("MySQL Workbench", "MySQL Workbench"),
        ("MySQL Script generated by MySQL Workbench", "MySQL Workbench"),
        ("DBeaver", "DBeaver"),
        ("Started dump at", "mydumper"),
        ("metadata.header", "mydumper"),
        ("mydumper", "mydumper"),
    ];
    if let Some((_, name)) = known.iter().find(|(start, _)| line.starts_with(start)) {
        header.producer = Some((*name).to_owned());
    }
}

/// The last line that a producer writes, when it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Footer {
    /// `-- Dump completed`, with or without a date.
    Completed,
    /// A date alone.
    Date,
}

impl Footer {
    /// Whether a line is this one.
    pub fn is(self, line: &[u8]) -> bool {
        match self {
            Self::Completed => is_completion_line(line),
            Self::Date => {
                let Some(text) = line.trim_ascii().strip_prefix(b"-- ") else { return false };
                let shape = b"dddd-dd-dd dd:dd:dd";
                let matches = |(b, shape): (&u8, &u8)| if *shape == b'd' { b.is_ascii_digit() } else { b == shape };
                let (date, zone) = text.split_at(shape.len().min(text.len()));
                date.len() == shape.len() && date.iter().zip(shape).all(matches) && matches!(zone, b"" | b" UTC")
            }
        }
    }
}

/// The line that a whole dump by this producer ends with.
///
/// `mysqldump` from 5.0 on, `mariadb-dump`, and Adminer from 4 on have one. With `--skip-comments` or `--compact` the dump
/// programs write neither the line nor the header, so that none is expected.
pub fn footer(header: &Header) -> Option<Footer> {
    let major = header.producer_version.as_deref().and_then(|v| v.split('.').next()?.parse::<u32>().ok())?;
    match header.producer.as_deref()? {
        "mysqldump" | "mariadb-dump" if major >= 5 => Some(Footer::Completed),
        "Adminer" if major >= 4 => Some(Footer::Date),
        _ => None,
    }
}

/// Whether a line is the one that most producers write when they are done: `-- Dump completed`, with or without a date.
pub fn is_completion_line(line: &[u8]) -> bool {
    completion(line).is_some()
}

/// The date in a completion line, as it stands there.
pub fn completion_date(line: &[u8]) -> Option<String> {
    let date = match completion(line) {
        Some(rest) => {
            let rest = rest.trim_ascii_start().strip_prefix(b"on")?;
            rest.strip_prefix(b":").unwrap_or(rest)
        }
        None if Footer::Date.is(line) => line.trim_ascii().strip_prefix(b"-- ")?,
        None => return None,
    };
    let mut field = None;
    put(&mut field, &String::from_utf8_lossy(date));
    field
}

/// What stands behind `-- Dump completed`.
fn completion(line: &[u8]) -> Option<&[u8]> {
    let rest = line.trim_ascii().strip_prefix(b"-- Dump completed")?;
    rest.first().is_none_or(|&b| b == b' ' || b == b':').then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> [Option<String>; 5] {
        let h = header(text.as_bytes());
        [h.producer, h.producer_version, h.server, h.host, h.database]
    }

    fn some(fields: [&str; 5]) -> [Option<String>; 5] {
        fields.map(|f| (!f.is_empty()).then(|| f.to_owned()))
    }

    #[test]
    fn producers() {
        for (text, expected) in [
            (
                "-- MySQL dump 10.13  Distrib 8.0.37, for Linux (x86_64)\n--\n-- Host: localhost    Database: otus\n\
                 -- ------------------------------------------------------\n-- Server version\t8.0.37-0ubuntu0.22.04.3\n",
                ["mysqldump", "8.0.37", "8.0.37-0ubuntu0.22.04.3", "localhost", "otus"],
            ),
            (
                "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19-12.0.2-MariaDB, for Linux (x86_64)\n--\n\
                 -- Host: 127.0.0.1    Database: \n-- ---\n-- Server version\t11.8.5-MariaDB-ubu2404\r\n",
                ["mariadb-dump", "12.0.2-MariaDB", "11.8.5-MariaDB-ubu2404", "127.0.0.1", ""],
            ),
            (
                "-- MariaDB dump 10.17  Distrib 10.4.8-MariaDB, for Linux (x86_64)\n",
                ["mariadb-dump", "10.4.8-MariaDB", "", "", ""],
            ),
            (
                "-- MySQL dump 10.9\n--\n-- Host: localhost    Database: world\n",
                ["mysqldump", "", "", "localhost", "world"],
            ),
            ("-- MySQL dump with legacy collations\n", ["", "", "", "", ""]),
            (
                "-- MySQLShell dump 1.0.0  Distrib Ver 8.0.21 for Linux on x86_64\n--\n-- Host: localhost    Database: a    Table: b\n\
                 -- Server version\t5.7.33",
                ["MySQL Shell", "8.0.21", "5.7.33", "localhost", "a"],
            ),
            (
                "-- phpMyAdmin SQL Dump\n-- version 5.2.3\n-- https://www.phpmyadmin.net/\n--\n-- Host: mysql\n\
                 -- Server version: 10.11.11-MariaDB-ubu2204\n-- PHP Version: 8.3.30\n\nSET x;\n--\n-- Database: `testdb`\n--",
                ["phpMyAdmin", "5.2.3", "10.11.11-MariaDB-ubu2204", "mysql", "testdb"],
            ),
            (
                "-- ----\n-- Host:                         127.0.0.1\n-- Server version:               8.3.0 - MySQL Community\n\
                 -- Server OS:                    Win64\n-- HeidiSQL Version:             12.6.0.6765\n-- ----\n\
                 -- Dumping database structure for db\n",
                ["HeidiSQL", "12.6.0.6765", "8.3.0 - MySQL Community", "127.0.0.1", "db"],
            ),
            ("-- Adminer 4.8.1 MySQL 8.0.30 dump\n", ["Adminer", "4.8.1", "8.0.30", "", ""]),
            ("-- Adminer 4.7.1 MySQL dump\n", ["Adminer", "4.7.1", "", "", ""]),
            (
                "# ****\n# Sequel Ace SQL dump\n# Version 20033\n#\n# https://sequel-ace.com/\n#\n\
                 # Host: 127.0.0.1 (MySQL 5.7.38)\n# Database: endangeredlist\n",
                ["Sequel Ace", "20033", "5.7.38", "127.0.0.1", "endangeredlist"],
            ),
            (
                "/*\nNavicat MySQL Data Transfer\n\nSource Server         : localhost\nSource Server Version : 50615\n\
                 Source Host           : localhost:3306\nSource Database       : test\n*/\nSource Database: no",
                ["Navicat", "", "50615", "localhost:3306", "test"],
            ),
            (
                "/*\nSQLyog Ultimate v12.09 (64 bit)\nMySQL - 5.6.17 : Database - cards\n*****\n*/",
                ["SQLyog", "12.09", "5.6.17", "", "cards"],
            ),
            ("/*!40101 SET NAMES binary*/;\n/*!40014 SET FOREIGN_KEY_CHECKS=0*/;", ["mydumper", "", "", "", ""]),
            ("-- metadata.header 198\n# Started dump at: 2024-07-26 03:00:36\n", ["mydumper", "", "", "", ""]),
            ("-- MySQL Workbench Forward Engineering\n", ["MySQL Workbench", "", "", "", ""]),
            ("\u{feff}-- phpMyAdmin SQL Dump\n", ["phpMyAdmin", "", "", "", ""]),
            ("INSERT INTO t VALUES ('\n-- Host: x'", ["", "", "", "x'", ""]),
            ("", ["", "", "", "", ""]),
        ] {
            assert_eq!(read(text), some(expected), "{text}");
        }
    }

    #[test]
    fn completion() {
        let expected = |text: &str| footer(&header(text.as_bytes()));
        assert_eq!(expected("-- MySQL dump 10.11  Distrib 5.0.67, for pc"), Some(Footer::Completed));
        assert_eq!(expected("-- MariaDB dump 10.19-12.0.2-MariaDB, for Linux"), Some(Footer::Completed));
        assert_eq!(expected("-- Adminer 4.7.1 MySQL dump"), Some(Footer::Date));
        assert_eq!(expected("-- Adminer 3.3.3 MySQL dump"), None);
        assert_eq!(expected("-- MySQL dump 10.9\n"), None);
        assert_eq!(expected("-- phpMyAdmin SQL Dump"), None);
        assert_eq!(expected("CREATE TABLE t (a int);"), None);
        for line in ["-- Dump completed on 2024-07-26  3:00:36\r\n", "-- Dump completed", "-- Dump completed\n"] {
            assert!(Footer::Completed.is(line.as_bytes()), "{line}");
        }
        for line in ["-- Dump completedly", "--", "Dump completed", "x -- Dump completed", "-- 2019-09-29 04:02:16"] {
            assert!(!Footer::Completed.is(line.as_bytes()), "{line}");
        }
        for line in ["-- 2019-09-29 04:02:16\n", "-- 2025-01-14 12:00:00 UTC"] {
            assert!(Footer::Date.is(line.as_bytes()), "{line}");
        }
        for line in ["-- 2019-09-29 04:02:1", "-- 2019-09-29 04:02:16 or so", "2019-09-29 04:02:16", "--", ""] {
            assert!(!Footer::Date.is(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn dates() {
        let date = |text: &str| header(text.as_bytes()).date;
        assert_eq!(
            date("-- phpMyAdmin SQL Dump\n-- Generation Time: Mar 16, 2026 at 03:46 PM\n").as_deref(),
            Some("Mar 16, 2026 at 03:46 PM")
        );
        assert_eq!(date("# Started dump at: 2024-07-26 03:00:36").as_deref(), Some("2024-07-26 03:00:36"));
        assert_eq!(date("/*\nDate: 2015-09-08 21:04:24\n*/").as_deref(), Some("2015-09-08 21:04:24"));
        assert_eq!(date("-- MySQL dump 10.13  Distrib 8.0.37"), None);
        let completed = |text: &str| completion_date(text.as_bytes());
        assert_eq!(completed("-- Dump completed on 2024-07-26  3:00:36\n").as_deref(), Some("2024-07-26  3:00:36"));
        assert_eq!(completed("-- Dump completed on: Tue, 02 Feb").as_deref(), Some("Tue, 02 Feb"));
        assert_eq!(completed("-- 2025-01-14 12:00:00 UTC").as_deref(), Some("2025-01-14 12:00:00 UTC"));
        assert_eq!(completed("-- Dump completed"), None);
        assert_eq!(completed("-- 2025"), None);
    }
}
