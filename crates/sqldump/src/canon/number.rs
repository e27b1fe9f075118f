//! Numbers, as servers print them.

use super::Doubt;
use alloc::vec::Vec;
use core::fmt::{self, Write};

/// Digits of a FLOAT that servers write, and so dumps have.
const FLOAT_DIGITS: usize = 6;
/// Digits of a DOUBLE that servers write before the point: beyond them, and as far behind it, they use an exponent.
const POINT_MAX: i32 = 15;
/// A DECIMAL column takes so many digits behind the point at most.
const SCALE_MAX: usize = 30;
/// And a literal, before it becomes a FLOAT or DOUBLE: servers write a DOUBLE with 31 of them at most.
const LITERAL_SCALE_MAX: usize = 38;
/// And so many in all.
const DIGITS_MAX: usize = 65;

/// A number's sign, its digits before and behind the point, and whether an exponent follows.
struct Parts<'a> {
    negative: bool,
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: bool,
}

impl<'a> Parts<'a> {
    fn read(text: &'a [u8]) -> Result<Self, Doubt> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
        let (whole, rest) = rest.split_at(digits(rest));
        let (fraction, rest) = match rest {
            [b'.', rest @ ..] => rest.split_at(digits(rest)),
            rest => (&[][..], rest),
        };
        if whole.is_empty() && fraction.is_empty() {
            return Err(Doubt::Form);
        }
        let exponent = match rest {
            [] => false,
            [b'e' | b'E', b'-' | b'+', digits @ ..] | [b'e' | b'E', digits @ ..]
                if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) =>
            {
                true
            }
            _ => return Err(Doubt::Form),
        };
        let zeros = whole.iter().take_while(|b| **b == b'0').count();
        Ok(Self { negative, whole: whole.get(zeros..).unwrap_or_default(), fraction, exponent })
    }
}

/// An integer of `bits` bits.
#[inline]
pub(super) fn integer(text: &[u8], bits: u8, unsigned: bool, out: &mut Vec<u8>) -> Result<(), Doubt> {
    // Most stand as they are printed, and are far from any limit: so many digits fit in any case.
    let safe = match bits {
        8 => 2,
        16 => 4,
        24 => 6,
        32 => 9,
        _ => 18,
    };
    if text.len() <= safe
        && let [b'1'..=b'9', rest @ ..] = text
        && rest.iter().all(u8::is_ascii_digit)
    {
        out.extend_from_slice(text);
        return Ok(());
    }
    let parts = Parts::read(text)?;
    if parts.exponent || parts.fraction.iter().any(|b| *b != b'0') {
        return Err(Doubt::Form);
    }
    if parts.whole.len() > 20 {
        return Err(Doubt::Range);
    }
    let value = parts.whole.iter().fold(0u128, |n, b| n * 10 + u128::from(b - b'0'));
    let limit = match (unsigned, parts.negative) {
        (true, true) => 0,
        (true, false) => (1 << bits) - 1,
        (false, true) => 1 << (bits - 1),
        (false, false) => (1 << (bits - 1)) - 1,
    };
    if value > limit {
        return Err(Doubt::Range);
    }
    if parts.negative && value > 0 {
        out.push(b'-');
    }
    out.extend_from_slice(if parts.whole.is_empty() { b"0" } else { parts.whole });
    Ok(())
}

/// A canonical or zero-padded unsigned integer.
pub(super) fn unsigned(text: &[u8]) -> Result<u64, Doubt> {
    let digits = core::str::from_utf8(text).ok().filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
    digits.and_then(|d| d.parse().ok()).ok_or(Doubt::Form)
}

pub(super) fn push_unsigned(value: u64, out: &mut Vec<u8>) {
    // Into memory, where writing can't fail.
    let _ = write!(Bytes(out), "{value}");
}

/// A DECIMAL: rounded to its scale, half away from zero.
pub(super) fn decimal(text: &[u8], digits: u8, scale: u8, unsigned: bool, out: &mut Vec<u8>) -> Result<(), Doubt> {
    let parts = Parts::read(text)?;
    if parts.exponent || parts.fraction.len() > SCALE_MAX || parts.whole.len() + parts.fraction.len() > DIGITS_MAX {
        return Err(Doubt::Form);
    }
    let scale = usize::from(scale);
    let whole_max = usize::from(digits) - scale;
    let start = out.len();
    if parts.negative {
        out.push(b'-');
    }
    let first = out.len();
    out.extend_from_slice(if parts.whole.is_empty() { b"0" } else { parts.whole });
    let kept = parts.fraction.get(..scale).unwrap_or(parts.fraction);
    if scale > 0 {
        out.push(b'.');
        out.extend_from_slice(kept);
        out.resize(out.len() + scale - kept.len(), b'0');
    }
    if parts.fraction.get(scale).is_some_and(|b| *b >= b'5') {
        let mut carry = true;
        for b in out.iter_mut().skip(first).rev().filter(|b| **b != b'.') {
            carry = *b == b'9';
            *b = if carry { b'0' } else { *b + 1 };
            if !carry {
                break;
            }
        }
        if carry {
            out.insert(first, b'1');
        }
    }
    let written = out.get(first..).unwrap_or_default();
    let whole = written.iter().take_while(|b| **b != b'.').count();
    let zero = written.iter().all(|b| matches!(b, b'0' | b'.'));
    let leading = whole - written.iter().take(whole).take_while(|b| **b == b'0').count();
    if leading > whole_max || (unsigned && parts.negative && !zero) {
        return Err(Doubt::Range);
    }
    if parts.negative && zero {
        out.remove(start);
    }
    Ok(())
}

/// A FLOAT or DOUBLE; as JSON has it, or as an expression of that type is printed.
#[allow(clippy::too_many_arguments)]
pub(super) fn float(
    text: &[u8],
    number: bool,
    double: bool,
    size: Option<(u8, u8)>,
    unsigned: bool,
    json: bool,
    out: &mut Vec<u8>,
) -> Result<(), Doubt> {
    let parts = Parts::read(text)?;
    // A number without an exponent is a DECIMAL first, which rounds.
    if number
        && !parts.exponent
        && (parts.fraction.len() > LITERAL_SCALE_MAX || parts.whole.len() + parts.fraction.len() > DIGITS_MAX)
    {
        return Err(Doubt::Form);
    }
    let mut value: f64 = core::str::from_utf8(text).ok().and_then(|t| t.parse().ok()).ok_or(Doubt::Form)?;
    if let Some((digits, scale)) = size {
        value = rounded(value, digits, scale).ok_or(Doubt::Range)?;
    }
    if !double {
        value = f64::from(value as f32);
    }
    if !value.is_finite() || (unsigned && value < 0.0) {
        return Err(Doubt::Range);
    }
    // What the server prints of it, as a number again.
    let mut printed = Shortest::default();
    let _ = match size {
        Some((_, scale)) => write!(printed, "{value:.*}", usize::from(scale)),
        None if !double => write!(printed, "{value:.*e}", FLOAT_DIGITS - 1),
        None => Ok(()),
    };
    if let Ok(text) = core::str::from_utf8(printed.bytes.get(..printed.len).unwrap_or_default())
        && !text.is_empty()
    {
        value = text.parse().map_err(|_| Doubt::Form)?;
    }
    // No zero is negative.
    if json {
        push_json_double(value + 0.0, out);
    } else {
        push_double(value + 0.0, out);
    }
    Ok(())
}

/// As servers round what goes into a FLOAT(digits, scale). `None` for what they would cut to the largest value.
fn rounded(value: f64, digits: u8, scale: u8) -> Option<f64> {
    let power = |n: u8| (0..n).fold(1.0f64, |p, _| p * 10.0);
    // Powers beyond these aren't exact, and whole numbers beyond those have no fraction to round.
    if scale > 15 || digits > 22 || !(-9e15..=9e15).contains(&value) {
        return None;
    }
    let step = power(scale);
    let truncated = value as i64 as f64;
    let floor = if truncated > value { truncated - 1.0 } else { truncated };
    let rounded = floor + nearest((value - floor) * step) / step;
    let limit = power(digits - scale) - 1.0 / step;
    (-limit..=limit).contains(&rounded).then_some(rounded)
}

/// To the nearest whole number, and between two to the even one. For numbers that aren't negative, below 2^53.
fn nearest(value: f64) -> f64 {
    let down = value as u64;
    let fraction = value - down as f64;
    let up = fraction > 0.5 || (fraction == 0.5 && down % 2 == 1);
    (down + u64::from(up)) as f64
}

/// A finite DOUBLE as JSON has it, which is never without a point or an exponent.
pub(super) fn push_json_double(value: f64, out: &mut Vec<u8>) {
    let start = out.len();
    push_double(value, out);
    if out.iter().skip(start).all(|b| !matches!(b, b'.' | b'e')) {
        out.extend_from_slice(b".0");
    }
}

/// A finite DOUBLE as servers print it: the fewest digits that say which it is, and of these the nearest.
pub(super) fn push_double(value: f64, out: &mut Vec<u8>) {
    let mut number = Shortest::default();
    // It fits: 17 digits, a sign, a point and an exponent.
    let _ = write!(number, "{value:e}");
    let digits = memchr::memchr(b'e', &number.bytes).unwrap_or(number.len);
    // Right between two of that many digits, servers take the even one. Fewer digits are exact.
    if digits > 15 {
        let after_point = digits - 2 - usize::from(value < 0.0);
        number.len = 0;
        let _ = write!(number, "{value:.after_point$e}");
    }
    let text = number.bytes.get(..number.len).unwrap_or_default();
    let (mantissa, exponent) = match memchr::memchr(b'e', text) {
        Some(e) => (text.get(..e).unwrap_or_default(), text.get(e + 1..).unwrap_or_default()),
        None => (text, &b"0"[..]),
    };
    let exponent: i32 = core::str::from_utf8(exponent).ok().and_then(|e| e.parse().ok()).unwrap_or_default();
    let mantissa = match mantissa {
        [b'-', rest @ ..] => {
            out.push(b'-');
            rest
        }
        rest => rest,
    };
    let mut digits = [0u8; 20];
    let mut len = 0;
    for (slot, b) in digits.iter_mut().zip(mantissa.iter().filter(|b| **b != b'.')) {
        *slot = *b;
        len += 1;
    }
    let digits = digits.get(..len).unwrap_or_default();
    // How many digits stand before the point; none or fewer means zeros behind it.
    let point = exponent + 1;
    let count = i32::try_from(len).unwrap_or(i32::MAX);
    if point > -POINT_MAX && (point <= POINT_MAX || count > point) {
        match usize::try_from(point) {
            Ok(point @ 1..) if point < len => {
                let (whole, fraction) = digits.split_at(point);
                out.extend_from_slice(whole);
                out.push(b'.');
                out.extend_from_slice(fraction);
            }
            Ok(point @ 1..) => {
                out.extend_from_slice(digits);
                out.resize(out.len() + point - len, b'0');
            }
            _ => {
                out.extend_from_slice(b"0.");
                out.resize(out.len() + point.unsigned_abs() as usize, b'0');
                out.extend_from_slice(digits);
            }
        }
        return;
    }
    let (first, rest) = digits.split_at(digits.len().min(1));
    out.extend_from_slice(first);
    if !rest.is_empty() {
        out.push(b'.');
        out.extend_from_slice(rest);
    }
    let _ = write!(Bytes(out), "e{exponent}");
}

/// Writes text into a vector.
struct Bytes<'a>(&'a mut Vec<u8>);

impl Write for Bytes<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Room for a number in digits and an exponent.
struct Shortest {
    bytes: [u8; 64],
    len: usize,
}

impl Default for Shortest {
    fn default() -> Self {
        Self { bytes: [0; 64], len: 0 }
    }
}

impl Write for Shortest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn show(result: Result<(), Doubt>, out: Vec<u8>) -> Result<String, Doubt> {
        result.map(|()| String::from_utf8(out).unwrap())
    }

    fn int(text: &str, bits: u8, unsigned: bool) -> Result<String, Doubt> {
        let mut out = Vec::new();
        show(integer(text.as_bytes(), bits, unsigned, &mut out), out)
    }

    fn dec(text: &str, digits: u8, scale: u8) -> Result<String, Doubt> {
        let mut out = Vec::new();
        show(decimal(text.as_bytes(), digits, scale, false, &mut out), out)
    }

    fn real(text: &str, double: bool, size: Option<(u8, u8)>) -> Result<String, Doubt> {
        let mut out = Vec::new();
        show(float(text.as_bytes(), false, double, size, false, false, &mut out), out)
    }

    #[test]
    fn integers() {
        for (text, expected) in [("0", "0"), ("-0", "0"), ("+7", "7"), ("007", "7"), ("-128", "-128"), ("12.00", "12")]
        {
            assert_eq!(int(text, 8, false).unwrap(), expected, "{text}");
        }
        assert_eq!(int("18446744073709551615", 64, true).unwrap(), "18446744073709551615");
        assert_eq!(int("-9223372036854775808", 64, false).unwrap(), "-9223372036854775808");
        assert_eq!(int("16777215", 24, true).unwrap(), "16777215");
        for (text, bits, unsigned) in [
            ("128", 8, false),
            ("-129", 8, false),
            ("256", 8, true),
            ("-1", 8, true),
            ("16777216", 24, true),
            ("18446744073709551616", 64, true),
            ("9223372036854775808", 64, false),
            ("999999999999999999999999999999999999999999", 64, true),
        ] {
            assert_eq!(int(text, bits, unsigned), Err(Doubt::Range), "{text}");
        }
        for text in ["", "-", "1e2", "1.5", " 1", "1 ", "x", "1x"] {
            assert_eq!(int(text, 32, false), Err(Doubt::Form), "{text}");
        }
    }

    #[test]
    fn decimals_round_half_away_from_zero() {
        for (text, expected) in [
            ("1.5", "1.50"),
            ("-.005", "-0.01"),
            ("1.004999", "1.00"),
            ("9.995", "10.00"),
            ("-0.004", "0.00"),
            ("-0.00", "0.00"),
            ("0012.3", "12.30"),
            ("5.", "5.00"),
            ("999.994", "999.99"),
        ] {
            assert_eq!(dec(text, 5, 2).unwrap(), expected, "{text}");
        }
        assert_eq!(dec("7.5", 3, 0).unwrap(), "8");
        assert_eq!(dec("0.123", 3, 3).unwrap(), "0.123");
        assert_eq!(dec("999.995", 5, 2), Err(Doubt::Range));
        assert_eq!(dec("1", 3, 3), Err(Doubt::Range));
        assert_eq!(dec("1e2", 5, 2), Err(Doubt::Form));
        assert_eq!(decimal(b"-1", 5, 2, true, &mut Vec::new()), Err(Doubt::Range));
    }

    #[test]
    fn doubles_are_printed_as_servers_do() {
        for (text, expected) in [
            ("0", "0"),
            ("-0", "0"),
            ("1", "1"),
            ("-1.50", "-1.5"),
            ("100000000000000", "100000000000000"),
            ("999999999999999", "999999999999999"),
            ("1e15", "1e15"),
            ("123456789012345678", "1.2345678901234568e17"),
            ("1234567890123456.5", "1234567890123456.5"),
            ("512.70001220703125", "512.7000122070312"),
            ("-562949953421312.1875", "-562949953421312.2"),
            ("1000.50001220703125", "1000.5000122070312"),
            ("1e-7", "0.0000001"),
            ("1e-15", "0.000000000000001"),
            ("1.25e-16", "1.25e-16"),
            ("1.7976931348623157e308", "1.7976931348623157e308"),
            ("5e-324", "5e-324"),
        ] {
            assert_eq!(real(text, true, None).unwrap(), expected, "{text}");
        }
        for (text, expected) in [
            ("3.4e38", "3.4e38"),
            ("1.5000001", "1.5"),
            ("1e-45", "1.4013e-45"),
            ("16777217", "16777200"),
            ("-0.000012345678", "-0.0000123457"),
            ("-0", "0"),
            ("1e15", "1e15"),
            ("123456789012", "123457000000"),
        ] {
            assert_eq!(real(text, false, None).unwrap(), expected, "{text}");
        }
        assert_eq!(real("12345678.90", false, Some((10, 2))).unwrap(), "12345679");
        assert_eq!(real("0.005", false, Some((10, 2))).unwrap(), "0");
        assert_eq!(real("2.675", false, Some((10, 2))).unwrap(), "2.67");
        assert_eq!(real("31.513", true, Some((9, 4))).unwrap(), "31.513");
        for text in ["1e400", "-1e400"] {
            assert_eq!(real(text, true, None), Err(Doubt::Range), "{text}");
        }
        assert_eq!(real("1e39", false, None), Err(Doubt::Range));
        assert_eq!(real("1000", true, Some((5, 2))), Err(Doubt::Range));
        // The longest that a server writes, as a DECIMAL literal.
        let tiny = |text: &str| {
            let mut out = Vec::new();
            show(float(text.as_bytes(), true, true, None, false, false, &mut out), out)
        };
        let longest = "-0.0000000000000025320512802453755";
        assert_eq!(tiny(longest).unwrap(), longest);
        assert_eq!(tiny("0.000000000000000000000000000000000000001"), Err(Doubt::Form));
        for text in ["inf", "nan", "", "1e", "0x10", "1_000"] {
            assert_eq!(real(text, true, None), Err(Doubt::Form), "{text}");
        }
    }
}
