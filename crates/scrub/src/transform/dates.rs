//! Transformers of dates and times.

use super::build::{Build, BuildContext, BuildError};
use super::spec::{DateUnit, FailOrKeep, OutOfRange};
use super::tokens::{KEYED, limit, message};
use super::{Input, Invalid, Mapping, Output, Properties, Transform};
use crate::prf::Prf;
use crate::table::Class;

/// A date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: u32,
    pub(super) month: u32,
    pub(super) day: u32,
}

const DATE: Invalid = Invalid("a date or a date and time, YYYY-MM-DD first");
const ZERO: Invalid = Invalid("a date without parts that are 0");

/// Reads `YYYY-MM-DD` and, after a space or a T, a time of digits and what stands between them. Parts of the date may be 0.
pub(super) fn parse(text: &[u8]) -> Option<(Date, &[u8])> {
    let (date, time) = text.split_at_checked(10)?;
    let digit = |at: usize| date.get(at).filter(|b| b.is_ascii_digit()).map(|b| u32::from(b - b'0'));
    if date.get(4) != Some(&b'-') || date.get(7) != Some(&b'-') {
        return None;
    }
    let year = digit(0)? * 1000 + digit(1)? * 100 + digit(2)? * 10 + digit(3)?;
    let (month, day) = (digit(5)? * 10 + digit(6)?, digit(8)? * 10 + digit(9)?);
    let formed = match time.split_first() {
        None => true,
        Some((b' ' | b'T', time)) => {
            time.len() <= 32
                && time.iter().filter(|b| b.is_ascii_digit()).count() >= 4
                && time.iter().all(|b| b.is_ascii_digit() || b":.+-Z ".contains(b))
        }
        Some(_) => false,
    };
    (formed && month <= 12 && day <= days_in(year, month)).then_some((Date { year, month, day }, time))
}

fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

impl Date {
    fn has_zeros(self) -> bool {
        self.year == 0 || self.month == 0 || self.day == 0
    }

    /// Days since 1 March of the year 0 in the Gregorian calendar.
    fn number(self) -> i64 {
        let (year, month) = if self.month > 2 { (self.year, self.month - 3) } else { (self.year - 1, self.month + 9) };
        i64::from(year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + self.day - 1)
    }

    /// From such a number, which is of the years 1 to 9999.
    fn of(number: i64) -> Self {
        let days = number as u32;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let year = era * 400 + year_of_era;
        if month < 10 { Self { year, month: month + 3, day } } else { Self { year: year + 1, month: month - 9, day } }
    }

    fn write(self, out: &mut Vec<u8>) {
        let mut push = |number: u32| {
            out.push(b'0' + (number / 10 % 10) as u8);
            out.push(b'0' + (number % 10) as u8);
        };
        push(self.year / 100);
        push(self.year % 100);
        for part in [self.month, self.day] {
            out.push(b'-');
            out.push(b'0' + (part / 10) as u8);
            out.push(b'0' + (part % 10) as u8);
        }
    }
}

/// The first and the last date that a column's type holds with any time and in any time zone.
fn limits(c: &BuildContext<'_>) -> (Date, Date) {
    match c.column.type_name.as_str() {
        "TIMESTAMP" => (Date { year: 1970, month: 1, day: 2 }, Date { year: 2038, month: 1, day: 18 }),
        _ => (Date { year: 1000, month: 1, day: 1 }, Date { year: 9999, month: 12, day: 31 }),
    }
}

/// Refuses columns that hold no dates.
fn date_column(name: &str, c: &BuildContext<'_>) -> Result<(), BuildError> {
    match (c.column.class, c.column.type_name.as_str()) {
        (Class::Temporal, "TIME") | (Class::Json | Class::Label | Class::Number, _) => Err(BuildError::new(
            format!("`{name}` is for dates, and the column holds {}", c.column.type_name),
            "use `noise` for a number, `constant` or `set_null`",
        )),
        _ => Ok(()),
    }
}

/// `date_shift`.
#[derive(Debug)]
struct DateShift {
    prf: Prf,
    days: u64,
    limits: (Date, Date),
    out_of_range: OutOfRange,
    zero_dates: FailOrKeep,
}

impl Transform for DateShift {
    fn properties(&self) -> Properties {
        Properties { mapping: Mapping::KeyedLossy, may_keep: self.zero_dates == FailOrKeep::Keep, ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let (date, time) = parse(input.value).ok_or(DATE)?;
        if date.has_zeros() {
            if self.zero_dates == FailOrKeep::Fail {
                return Err(ZERO);
            }
            out.extend_from_slice(input.value);
            return Ok(Output::Value);
        }
        // From -days to days without 0.
        let draw = self.prf.stream(message(input)).below(2 * self.days) as i64;
        let days = self.days as i64;
        let shift = if draw < days { draw - days } else { draw - days + 1 };
        let within = |number: i64| (self.limits.0.number()..=self.limits.1.number()).contains(&number);
        let mut to = date.number() + shift;
        if !within(to) && self.out_of_range == OutOfRange::Reverse {
            to = date.number() - shift;
        }
        if !within(to) {
            return Err(Invalid("a date that stays within its type's range when it is moved"));
        }
        Date::of(to).write(out);
        out.extend_from_slice(time);
        Ok(Output::Value)
    }
}

pub(super) fn date_shift(days: u32, out_of_range: OutOfRange, zero_dates: FailOrKeep, c: &BuildContext<'_>) -> Build {
    date_column("date_shift", c)?;
    limit("days", days, 1, 36_500)?;
    let (prf, limits) = (c.prf("date_shift")?, limits(c));
    Ok(Box::new(DateShift { prf, days: u64::from(days), limits, out_of_range, zero_dates }))
}

/// `date_truncate`.
#[derive(Debug)]
struct DateTruncate {
    to: DateUnit,
    first: Date,
    zero_dates: FailOrKeep,
}

/// Of transformers that look at the value alone.
const PLAIN: Properties =
    Properties { mapping: Mapping::Lossy, max_chars: None, ascii: true, keyed: false, nulls: false, may_keep: true };

impl Transform for DateTruncate {
    fn properties(&self) -> Properties {
        PLAIN
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let (date, time) = parse(input.value).ok_or(DATE)?;
        if date.has_zeros() {
            if self.zero_dates == FailOrKeep::Fail {
                return Err(ZERO);
            }
            out.extend_from_slice(input.value);
            return Ok(Output::Value);
        }
        let Date { year, month, .. } = date;
        let first = match self.to {
            DateUnit::Decade => Date { year: year - year % 10, month: 1, day: 1 },
            DateUnit::Year => Date { year, month: 1, day: 1 },
            DateUnit::Quarter => Date { year, month: month - (month - 1) % 3, day: 1 },
            DateUnit::Month => Date { year, month, day: 1 },
            DateUnit::Day | DateUnit::Hour => date,
        };
        let first = if first.number() < self.first.number() { self.first } else { first };
        first.write(out);
        // The separator and, of `hour`, two digits stay.
        let kept = if self.to == DateUnit::Hour { 3 } else { 1 };
        let zone = time.iter().skip(1).position(|b| b"+-Z".contains(b)).map_or(time.len(), |at| at + 1);
        for (at, byte) in time.iter().enumerate() {
            out.push(if at >= kept && at < zone && byte.is_ascii_digit() { b'0' } else { *byte });
        }
        Ok(Output::Value)
    }
}

pub(super) fn date_truncate(to: DateUnit, zero_dates: FailOrKeep, c: &BuildContext<'_>) -> Build {
    date_column("date_truncate", c)?;
    if c.column.type_name == "DATE" && matches!(to, DateUnit::Day | DateUnit::Hour) {
        return Err(BuildError::new("a DATE has no time to cut off", "use month, quarter, year or decade"));
    }
    Ok(Box::new(DateTruncate { to, first: limits(c).0, zero_dates }))
}

/// `age_band`.
#[derive(Debug)]
struct AgeBand {
    width: u32,
    top: u32,
    text: bool,
    first: Date,
}

impl Transform for AgeBand {
    fn properties(&self) -> Properties {
        Properties { max_chars: if self.text { Some(19) } else { None }, ..PLAIN }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        if let Some((date, time)) = parse(input.value) {
            if date.has_zeros() {
                return Err(ZERO);
            }
            let first = Date { year: (date.year - date.year % self.width).max(1000), month: 1, day: 1 };
            let first = if first.number() < self.first.number() { self.first } else { first };
            first.write(out);
            out.extend(time.iter().take(9).map(|b| if b.is_ascii_digit() { b'0' } else { *b }));
            return Ok(Output::Value);
        }
        let age: Option<u32> = std::str::from_utf8(input.value).ok().and_then(|t| t.trim().parse().ok());
        let age = age.ok_or(Invalid("an age in years, or a date"))?;
        let band = |age: u32| age - age % self.width;
        let made = match age {
            // A year of birth.
            1000..=9999 if !self.text => band(age).to_string(),
            0..=150 if self.text && age >= self.top => format!("{}+", self.top),
            0..=150 if self.text => {
                format!("{}-{}", band(age), (band(age) + self.width).min(self.top.max(band(age) + 1)) - 1)
            }
            0..=150 => band(age).min(self.top).to_string(),
            _ => return Err(Invalid("an age from 0 to 150, or a date")),
        };
        out.extend_from_slice(made.as_bytes());
        Ok(Output::Value)
    }
}

pub(super) fn age_band(width: u32, top: u32, c: &BuildContext<'_>) -> Build {
    if c.column.class != Class::Number {
        date_column("age_band", c)?;
    }
    limit("width", width, 2, 100)?;
    limit("top", top, 1, 150)?;
    let text = matches!(c.column.class, Class::Text | Class::Binary);
    Ok(Box::new(AgeBand { width, top, text, first: limits(c).0 }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::Locale;
    use crate::transform::tests::{apply, apply_as, column, make};
    use serde_json::json;

    #[test]
    fn every_day_has_a_number_and_every_number_a_day() {
        let mut number = Date { year: 1, month: 1, day: 1 }.number();
        for year in 1..=9999 {
            for month in 1..=12 {
                for day in 1..=days_in(year, month) {
                    let date = Date { year, month, day };
                    assert_eq!((date.number(), Date::of(number)), (number, date));
                    number += 1;
                }
            }
        }
    }

    fn day(text: &[u8]) -> i64 {
        parse(text).unwrap().0.number()
    }

    #[test]
    fn dates_of_a_subject_move_together_and_keep_their_time() {
        let datetime = column(Class::Temporal, "DATETIME");
        let shift = make(json!({ "do": "date_shift", "days": 30 }), &datetime, Locale::EnCa).unwrap();
        let mut shifts = std::collections::HashSet::new();
        for subject in 0..2000_u32 {
            let subject = subject.to_string();
            let made = |v: &[u8]| apply_as(&*shift, v, v, Some(subject.as_bytes())).unwrap().unwrap();
            let (a, b) = (made(b"2001-02-28 23:59:59.123456"), made(b"1999-12-31"));
            assert!(a.ends_with(b" 23:59:59.123456"));
            assert_eq!(day(&a) - day(&b), day(b"2001-02-28") - day(b"1999-12-31"));
            shifts.insert(day(&b) - day(b"1999-12-31"));
        }
        let all: std::collections::HashSet<i64> = (-30..=30).filter(|s| *s != 0).collect();
        assert_eq!(shifts, all);
    }

    #[test]
    fn what_is_no_date_or_leaves_its_type_is_invalid() {
        let timestamp = column(Class::Temporal, "TIMESTAMP");
        let shift = |spec| make(spec, &timestamp, Locale::EnCa).unwrap();
        let fail = shift(json!({ "do": "date_shift", "days": 36500 }));
        let reverse = shift(json!({ "do": "date_shift", "days": 3, "out_of_range": "reverse", "zero_dates": "keep" }));
        for value in [
            "0000-00-00 00:00:00",
            "2020-00-10",
            "2020-13-01",
            "2021-02-29",
            "2020-1-1",
            "20200101",
            "2020-01-01x",
            "x",
        ] {
            assert!(apply(&*fail, value.as_bytes()).is_err(), "{value}");
        }
        assert!((0..50).any(|i| apply_as(&*fail, b"2001-01-01 00:00:00", format!("{i}").as_bytes(), None).is_err()));
        for i in 0..50 {
            let made = apply_as(&*reverse, b"1970-01-03 00:00:00", format!("{i}").as_bytes(), None);
            assert!(made.is_err() || day(&made.unwrap().unwrap()) >= day(b"1970-01-02"));
        }
        assert_eq!(apply(&*reverse, b"0000-00-00").unwrap().unwrap(), b"0000-00-00");
        assert!(make(json!({ "do": "date_shift" }), &column(Class::Temporal, "TIME"), Locale::EnCa).is_err());
        assert!(make(json!({ "do": "date_shift", "days": 0 }), &timestamp, Locale::EnCa).is_err());
    }

    #[test]
    fn dates_are_cut_down() {
        for (to, expected) in [
            ("decade", "1980-01-01 00:00:00.000"),
            ("year", "1987-01-01 00:00:00.000"),
            ("quarter", "1987-04-01 00:00:00.000"),
            ("month", "1987-06-01 00:00:00.000"),
            ("day", "1987-06-15 00:00:00.000"),
            ("hour", "1987-06-15 13:00:00.000"),
        ] {
            let cut =
                make(json!({ "do": "date_truncate", "to": to }), &column(Class::Temporal, "DATETIME"), Locale::EnCa);
            assert_eq!(apply(&*cut.unwrap(), b"1987-06-15 13:45:59.123").unwrap().unwrap(), expected.as_bytes());
        }
        let cut = make(json!({ "do": "date_truncate" }), &column(Class::Temporal, "TIMESTAMP"), Locale::EnCa).unwrap();
        assert_eq!(apply(&*cut, b"1970-05-05 01:00:00").unwrap().unwrap(), b"1970-01-02 00:00:00");
        let iso = make(json!({ "do": "date_truncate", "to": "day" }), &Column::text("c"), Locale::EnCa).unwrap();
        assert_eq!(apply(&*iso, b"2020-02-03T04:05:06+07:00").unwrap().unwrap(), b"2020-02-03T00:00:00+07:00");
        assert!(
            make(json!({ "do": "date_truncate", "to": "hour" }), &column(Class::Temporal, "DATE"), Locale::EnCa)
                .is_err()
        );
    }

    use crate::table::Column;

    #[test]
    fn ages_fall_into_bands() {
        let text = make(json!({ "do": "age_band" }), &Column::text("c"), Locale::EnCa).unwrap();
        let number =
            make(json!({ "do": "age_band", "width": 5 }), &column(Class::Number, "INT"), Locale::EnCa).unwrap();
        let date = make(json!({ "do": "age_band" }), &column(Class::Temporal, "DATE"), Locale::EnCa).unwrap();
        let of = |t: &dyn Transform, v: &str| apply(t, v.as_bytes()).map(|o| String::from_utf8(o.unwrap()).unwrap());
        assert_eq!(of(&*text, "37").unwrap(), "30-39");
        assert_eq!(of(&*text, "104").unwrap(), "90+");
        assert_eq!(of(&*number, "37").unwrap(), "35");
        assert_eq!(of(&*number, "104").unwrap(), "90");
        assert_eq!(of(&*date, "1987-06-15").unwrap(), "1980-01-01");
        assert!(of(&*number, "-3").is_err() && of(&*text, "old").is_err() && of(&*date, "0000-00-00").is_err());
    }
}
