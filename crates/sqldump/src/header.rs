//! The comments at the head and the foot of a dump: who made it, from what, and whether it is whole.

use alloc::string::String;

/// What a dump says about itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The program, such as `mysqldump`, `mariadb-dump` or `phpMyAdmin`.
    pub producer: Option<String>,
    /// The program's version.
    pub producer_version: Option<String>,
    /// The version of the server that was dumped.
    pub server: Option<String>,
    /// The host that was dumped.
    pub host: Option<String>,
    /// The database that was dumped; none for several.
    pub database: Option<String>,
}

/// Reads the head of a dump, of which a few kilobytes are enough.
pub fn header(_text: &[u8]) -> Header {
    Header::default()
}

/// Whether a whole dump by this producer ends with a completion line.
pub fn footer_expected(_header: &Header) -> bool {
    false
}

/// Whether a line is the one that a producer writes when it is done.
pub fn is_completion_line(_line: &[u8]) -> bool {
    false
}
