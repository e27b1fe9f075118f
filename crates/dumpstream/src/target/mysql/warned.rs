//! What a server's warning says about the rows it was told of.

/// What a warning is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Not the rows: the statement is written in an old way, or replication doesn't like it.
    Nothing,
    /// `IGNORE` left a row out because its key was there.
    Duplicate,
    /// Something else than what the dump says was stored.
    Change,
}

/// Deprecated syntax, character sets and collations; statements that are unsafe for replication; values of generated
/// columns, which MariaDB's dumps have and its server makes anew.
const STATEMENT: [u16; 6] = [1287, 1592, 1681, 1906, 3719, 3778];

pub(super) fn about(level: &[u8], code: u16) -> About {
    match code {
        _ if level == b"Note" => About::Nothing,
        1062 | 1586 => About::Duplicate,
        code if STATEMENT.contains(&code) => About::Nothing,
        _ => About::Change,
    }
}

/// The number of rows that a statement of several left out, from what the server says of it.
pub(super) fn duplicates(info: &str) -> u64 {
    let after = info.split("Duplicates:").nth(1).unwrap_or_default().trim_start();
    after.split(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_about_the_rows_counts() {
        assert_eq!(about(b"Note", 1265), About::Nothing);
        assert_eq!(about(b"Warning", 1265), About::Change);
        assert_eq!(about(b"Warning", 1287), About::Nothing);
        assert_eq!(about(b"Warning", 1906), About::Nothing);
        assert_eq!(about(b"Warning", 1062), About::Duplicate);
        assert_eq!(duplicates("Records: 5  Duplicates: 12  Warnings: 13"), 12);
        assert_eq!(duplicates(""), 0);
    }
}
