//! Transformers of dates and times.

/// A date, perhaps with a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamp {
    pub(super) year: u32,
    pub(super) month: u32,
    pub(super) day: u32,
}

/// Reads `YYYY-MM-DD`, and whatever follows it.
pub(super) fn parse(text: &[u8]) -> Option<(Stamp, &[u8])> {
    let (date, rest) = text.split_at_checked(10)?;
    let digit = |at: usize| date.get(at).filter(|b| b.is_ascii_digit()).map(|b| u32::from(b - b'0'));
    if date.get(4) != Some(&b'-') || date.get(7) != Some(&b'-') {
        return None;
    }
    let year = digit(0)? * 1000 + digit(1)? * 100 + digit(2)? * 10 + digit(3)?;
    let month = digit(5)? * 10 + digit(6)?;
    let day = digit(8)? * 10 + digit(9)?;
    let time = rest.is_empty() || matches!(rest.first(), Some(b' ' | b'T'));
    (month <= 12 && day <= 31 && time).then_some((Stamp { year, month, day }, rest))
}
