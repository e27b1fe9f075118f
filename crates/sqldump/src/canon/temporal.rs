//! Dates and times, as servers print them.

use super::Doubt;
use alloc::vec::Vec;

/// A YEAR of four digits; as a number and as a string they mean the same.
pub(super) fn year(text: &[u8], out: &mut Vec<u8>) -> Result<(), Doubt> {
    let value = fixed::<4>(text)?;
    match value {
        0 => out.push(b'0'),
        1901..=2155 => out.extend_from_slice(text),
        _ => return Err(Doubt::Range),
    }
    Ok(())
}

/// `YYYY-MM-DD`.
pub(super) fn date(text: &[u8], zero_in_date: bool, out: &mut Vec<u8>) -> Result<(), Doubt> {
    check_date(text, zero_in_date)?;
    out.extend_from_slice(text);
    Ok(())
}

/// `YYYY-MM-DD HH:MM:SS` and a fraction; midnight where there is no time.
pub(super) fn datetime(text: &[u8], digits: u8, zero_in_date: bool, out: &mut Vec<u8>) -> Result<(), Doubt> {
    let (date, time) = text.split_at(text.len().min(10));
    check_date(date, zero_in_date)?;
    out.extend_from_slice(date);
    out.push(b' ');
    match time {
        [] => {
            out.extend_from_slice(b"00:00:00");
            fraction(b"", digits, out).map(|_| ())
        }
        [b' ', time @ ..] => {
            let (clock, rest) = time.split_at(time.len().min(8));
            check_clock(clock, 23)?;
            out.extend_from_slice(clock);
            fraction(rest, digits, out).map(|_| ())
        }
        _ => Err(Doubt::Form),
    }
}

/// As [`datetime`], for what lies within a TIMESTAMP's range: surely, or in UTC.
pub(super) fn timestamp(text: &[u8], digits: u8, utc: bool, out: &mut Vec<u8>) -> Result<(), Doubt> {
    let zero = text.iter().all(|b| matches!(b, b'0' | b'-' | b':' | b' ' | b'.'));
    let part = |len: usize| text.get(..len).unwrap_or_default();
    let within = match utc {
        true => (&b"1970-01-01 00:00:01"[..]..=&b"2038-01-19 03:14:07"[..]).contains(&part(19)),
        // The first and the last days are for the time zone to tell.
        false => (&b"1970-01-03"[..]..=&b"2038-01-17"[..]).contains(&part(10)),
    };
    if !zero && !within {
        return Err(Doubt::Range);
    }
    datetime(text, digits, zero, out)
}

/// `[-]H…:MM:SS` and a fraction, with two or three digits for the hours.
pub(super) fn time(text: &[u8], digits: u8, out: &mut Vec<u8>) -> Result<(), Doubt> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let start = out.len();
    if negative {
        out.push(b'-');
    }
    let hours = memchr::memchr(b':', text).filter(|n| matches!(n, 2 | 3)).ok_or(Doubt::Form)?;
    let (hours, rest) = text.split_at(hours);
    let minutes = rest.get(..6).ok_or(Doubt::Form)?;
    check_minutes(minutes)?;
    let number = match hours.len() {
        2 => fixed::<2>(hours)?,
        _ => fixed::<3>(hours)?,
    };
    if number > 838 {
        return Err(Doubt::Range);
    }
    // Two digits at least, and no zero before them.
    let hours = if let [b'0', rest @ ..] = hours
        && rest.len() == 2
    {
        rest
    } else {
        hours
    };
    out.extend_from_slice(hours);
    out.extend_from_slice(minutes);
    let nonzero = fraction(rest.get(6..).unwrap_or_default(), digits, out)?;
    if number == 838 && minutes == b":59:59" && nonzero {
        return Err(Doubt::Range);
    }
    if negative && number == 0 && minutes == b":00:00" && !nonzero {
        out.remove(start);
    }
    Ok(())
}

/// A number of exactly `N` digits.
fn fixed<const N: usize>(text: &[u8]) -> Result<u32, Doubt> {
    if text.len() != N || !text.iter().all(u8::is_ascii_digit) {
        return Err(Doubt::Form);
    }
    Ok(text.iter().fold(0, |n, b| n * 10 + u32::from(b - b'0')))
}

fn check_date(text: &[u8], zero_in_date: bool) -> Result<(), Doubt> {
    let [y @ .., b'-', m1, m2, b'-', d1, d2] = text else { return Err(Doubt::Form) };
    let (year, month, day) = (fixed::<4>(y)?, fixed::<2>(&[*m1, *m2])?, fixed::<2>(&[*d1, *d2])?);
    if month > 12 {
        return Err(Doubt::Range);
    }
    if (year, month, day) == (0, 0, 0) {
        return Ok(());
    }
    if (month == 0 || day == 0) && !zero_in_date {
        return Err(Doubt::Form);
    }
    // To servers, the year 0 is none.
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400) && year > 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if day > days { Err(Doubt::Range) } else { Ok(()) }
}

fn check_clock(text: &[u8], hours_max: u32) -> Result<(), Doubt> {
    let [h1, h2, rest @ ..] = text else { return Err(Doubt::Form) };
    if fixed::<2>(&[*h1, *h2])? > hours_max {
        return Err(Doubt::Range);
    }
    check_minutes(rest)
}

/// `:MM:SS`.
fn check_minutes(text: &[u8]) -> Result<(), Doubt> {
    let [b':', m1, m2, b':', s1, s2] = text else { return Err(Doubt::Form) };
    if fixed::<2>(&[*m1, *m2])? > 59 || fixed::<2>(&[*s1, *s2])? > 59 { Err(Doubt::Range) } else { Ok(()) }
}

/// Appends the fraction with `digits` digits; true if it isn't zero.
fn fraction(text: &[u8], digits: u8, out: &mut Vec<u8>) -> Result<bool, Doubt> {
    let given = match text {
        [] => text,
        [b'.', given @ ..] if !given.is_empty() && given.iter().all(u8::is_ascii_digit) => given,
        _ => return Err(Doubt::Form),
    };
    let digits = usize::from(digits);
    let (kept, cut) = given.split_at(given.len().min(digits));
    // Some servers round, and some cut.
    if cut.iter().any(|b| *b != b'0') {
        return Err(Doubt::Form);
    }
    if digits > 0 {
        out.push(b'.');
        out.extend_from_slice(kept);
        out.resize(out.len() + digits - kept.len(), b'0');
    }
    Ok(kept.iter().any(|b| *b != b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn show(read: impl FnOnce(&mut Vec<u8>) -> Result<(), Doubt>) -> Result<String, Doubt> {
        let mut out = Vec::new();
        read(&mut out).map(|()| String::from_utf8(out).unwrap())
    }

    #[test]
    fn dates() {
        for text in ["2024-02-29", "0000-00-00", "9999-12-31", "0001-01-01", "2000-02-29"] {
            assert_eq!(show(|out| date(text.as_bytes(), false, out)).unwrap(), text);
        }
        assert_eq!(show(|out| date(b"2024-00-00", true, out)).unwrap(), "2024-00-00");
        for text in ["2023-02-29", "1900-02-29", "2024-13-01", "2024-04-31", "0000-02-29"] {
            assert_eq!(show(|out| date(text.as_bytes(), true, out)), Err(Doubt::Range), "{text}");
        }
        for text in ["2024-1-1", "20240101", "2024/01/01", "2024-01-01 ", "", "2024-00-01"] {
            assert_eq!(show(|out| date(text.as_bytes(), false, out)), Err(Doubt::Form), "{text}");
        }
    }

    #[test]
    fn fractions_are_padded_and_never_rounded() {
        for (text, digits, expected) in [
            ("2024-01-02 03:04:05", 0, "2024-01-02 03:04:05"),
            ("2024-01-02 03:04:05.1", 3, "2024-01-02 03:04:05.100"),
            ("2024-01-02 03:04:05.120000", 2, "2024-01-02 03:04:05.12"),
            ("2024-01-02", 1, "2024-01-02 00:00:00.0"),
        ] {
            assert_eq!(show(|out| datetime(text.as_bytes(), digits, false, out)).unwrap(), expected, "{text}");
        }
        for text in ["2024-01-02 03:04:05.15", "2024-01-02T03:04:05", "2024-01-02 3:04:05", "2024-01-02 03:04:05+00:00"]
        {
            assert_eq!(show(|out| datetime(text.as_bytes(), 1, false, out)), Err(Doubt::Form), "{text}");
        }
        for text in ["2024-01-02 24:00:00", "2024-01-02 23:60:00", "2024-01-02 23:59:60"] {
            assert_eq!(show(|out| datetime(text.as_bytes(), 1, false, out)), Err(Doubt::Range), "{text}");
        }
        assert_eq!(show(|out| timestamp(b"0000-00-00 00:00:00", 0, false, out)).unwrap(), "0000-00-00 00:00:00");
        assert_eq!(show(|out| timestamp(b"1970-01-01 10:00:00", 0, false, out)), Err(Doubt::Range));
        assert!(show(|out| timestamp(b"1970-01-01 00:00:01", 0, true, out)).is_ok());
        assert_eq!(show(|out| timestamp(b"1970-01-01 00:00:00", 0, true, out)), Err(Doubt::Range));
        assert!(show(|out| timestamp(b"2038-01-19 03:14:07.999", 3, true, out)).is_ok());
        assert_eq!(show(|out| timestamp(b"2038-01-19 03:14:08", 0, true, out)), Err(Doubt::Range));
    }

    #[test]
    fn times() {
        for (text, digits, expected) in [
            ("00:00:00", 0, "00:00:00"),
            ("-00:00:00", 2, "00:00:00.00"),
            ("-00:00:00.5", 1, "-00:00:00.5"),
            ("838:59:59", 6, "838:59:59.000000"),
            ("-838:59:59.000", 0, "-838:59:59"),
            ("099:01:02", 0, "99:01:02"),
        ] {
            assert_eq!(show(|out| time(text.as_bytes(), digits, out)).unwrap(), expected, "{text}");
        }
        for text in ["838:59:59.1", "839:00:00", "10:60:00"] {
            assert_eq!(show(|out| time(text.as_bytes(), 1, out)), Err(Doubt::Range), "{text}");
        }
        for text in ["1:00:00", "10:00", "100000", "1 10:00:00", ""] {
            assert_eq!(show(|out| time(text.as_bytes(), 1, out)), Err(Doubt::Form), "{text}");
        }
    }

    #[test]
    fn years() {
        assert_eq!(show(|out| year(b"2024", out)).unwrap(), "2024");
        assert_eq!(show(|out| year(b"0000", out)).unwrap(), "0");
        assert!(show(|out| year(b"24", out)).is_err() && show(|out| year(b"1900", out)).is_err());
    }
}
