//! Numbers and coordinates moved by the key.

use super::basic::text_column;
use super::build::{Build, BuildContext, BuildError};
use super::spec::GeoAxis;
use super::tokens::{KEYED, message};
use super::{Input, Invalid, Output, Properties, Transform};
use crate::prf::{Prf, Stream};
use crate::table::Class;

/// A decimal number: so many units of 10^-scale.
#[derive(Clone, Copy)]
struct Decimal {
    units: i128,
    scale: u32,
}

impl Decimal {
    /// Digits with a sign and a point perhaps, of at most 30 digits, or with an exponent as floats are printed.
    fn parse(text: &[u8]) -> Option<Self> {
        if text.iter().any(|b| matches!(b, b'e' | b'E')) {
            return Self::of_float(std::str::from_utf8(text).ok()?.parse().ok()?);
        }
        let (negative, digits) = match text.split_first()? {
            (b'-', rest) => (true, rest),
            (b'+', rest) => (false, rest),
            _ => (false, text),
        };
        let (mut units, mut scale, mut count, mut point) = (0_i128, 0, 0, false);
        for byte in digits {
            match byte {
                b'0'..=b'9' if count < 30 => {
                    units = units * 10 + i128::from(byte - b'0');
                    scale += u32::from(point);
                    count += 1;
                }
                b'.' if !point => point = true,
                _ => return None,
            }
        }
        (count > 0).then_some(Self { units: if negative { -units } else { units }, scale })
    }

    /// A float that fits, with six digits after the point or none if it is great.
    fn of_float(float: f64) -> Option<Self> {
        let scale = if float.abs() < 1e6 { 6 } else { 0 };
        let units = (float * 10_f64.powi(scale)).round();
        (units.abs() < 1e30).then_some(Self { units: units as i128, scale: scale as u32 })
    }

    fn write(self, out: &mut Vec<u8>) {
        if self.units < 0 {
            out.push(b'-');
        }
        let digits = self.units.unsigned_abs().to_string();
        let scale = self.scale as usize;
        let padded = format!("{digits:0>width$}", width = scale + 1);
        let (whole, fraction) = padded.split_at(padded.len() - scale);
        out.extend_from_slice(whole.as_bytes());
        if scale > 0 {
            out.push(b'.');
            out.extend_from_slice(fraction.as_bytes());
        }
    }

    /// Moved by 1 to `most` units, up or down; the other way where that would leave the limits.
    fn moved(self, most: i128, limits: (i128, i128), stream: &mut Stream<'_>) -> Option<Self> {
        let most = u64::try_from(most.max(1)).unwrap_or(u64::MAX);
        let by = i128::from(stream.below(most)) + 1;
        let by = if stream.below(2) == 0 { by } else { -by };
        let fits = |units: &i128| (limits.0..=limits.1).contains(units);
        let near = [self.units + 1, self.units - 1];
        let units = [self.units + by, self.units - by].into_iter().chain(near).find(fits)?;
        Some(Self { units, ..self })
    }
}

fn power(scale: u32) -> i128 {
    10_i128.saturating_pow(scale)
}

/// `noise`.
#[derive(Debug)]
struct Noise {
    prf: Prf,
    percent: Option<f64>,
    amount: Option<f64>,
    range: Option<(i128, i128)>,
    digits: Option<u32>,
}

impl Transform for Noise {
    fn properties(&self) -> Properties {
        Properties { max_chars: Some(40), ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let old = Decimal::parse(input.value).ok_or(Invalid("a number of at most 30 digits"))?;
        let unit = power(old.scale);
        let share = self.percent.map(|p| old.units.unsigned_abs() as f64 * p / 100.0);
        let fixed = self.amount.map(|a| a * unit as f64);
        let most = share.into_iter().chain(fixed).fold(f64::INFINITY, f64::min) as i128;
        // The sign stays, and with it that of a column without one.
        let (mut least, mut greatest) = if old.units < 0 { (i128::MIN / 4, -1) } else { (0, i128::MAX / 4) };
        if let Some((from, to)) = self.range {
            (least, greatest) = (least.max(from.saturating_mul(unit)), greatest.min(to.saturating_mul(unit)));
        }
        if let Some(digits) = self.digits {
            (least, greatest) = (least.max(1 - power(digits)), greatest.min(power(digits) - 1));
        }
        let moved = old.moved(most, (least, greatest), &mut self.prf.stream(message(input)));
        moved.ok_or(Invalid("a number that can be moved within the column's range"))?.write(out);
        Ok(Output::Value)
    }
}

pub(super) fn noise(percent: Option<f64>, amount: Option<f64>, c: &BuildContext<'_>) -> Build {
    if !matches!(c.column.class, Class::Number | Class::Text) {
        return Err(BuildError::new("`noise` is for numbers", "use `date_shift` for dates"));
    }
    let percent = if amount.is_none() { Some(percent.unwrap_or(10.0)) } else { percent };
    if percent.is_some_and(|p| !(p > 0.0 && p <= 1000.0)) || amount.is_some_and(|a| !(a > 0.0 && a.is_finite())) {
        return Err(BuildError::new("`percent` or `amount` is out of its limits", "above 0; at most 1000 per cent"));
    }
    let digits = c.column.decimal.map(|(precision, _)| precision.min(30));
    Ok(Box::new(Noise { prf: c.prf("noise")?, percent, amount, range: c.column.range, digits }))
}

/// `geo`.
#[derive(Debug)]
struct Geo {
    prf: Prf,
    axis: GeoAxis,
    degrees: f64,
}

const PAIR: Invalid = Invalid("a latitude and a longitude with a comma between them");

impl Geo {
    fn moved(&self, text: &[u8], most: i128, stream: &mut Stream<'_>, out: &mut Vec<u8>) -> Result<(), Invalid> {
        let expected = Invalid("a coordinate in degrees");
        let old = Decimal::parse(text).filter(|d| d.scale <= 18).ok_or(expected)?;
        let unit = power(old.scale);
        let limits = (-most * unit, most * unit);
        if !(limits.0..=limits.1).contains(&old.units) {
            return Err(expected);
        }
        let by = (self.degrees * unit as f64) as i128;
        old.moved(by, limits, stream).ok_or(expected)?.write(out);
        Ok(())
    }
}

impl Transform for Geo {
    fn properties(&self) -> Properties {
        Properties { max_chars: Some(if self.axis == GeoAxis::Pair { 60 } else { 30 }), ..KEYED }
    }

    fn apply(&self, input: &Input<'_>, out: &mut Vec<u8>) -> Result<Output, Invalid> {
        if input.value.is_empty() {
            return Ok(Output::Value);
        }
        let mut stream = self.prf.stream(message(input));
        match self.axis {
            GeoAxis::Latitude => self.moved(input.value, 90, &mut stream, out)?,
            GeoAxis::Longitude => self.moved(input.value, 180, &mut stream, out)?,
            GeoAxis::Pair => {
                let comma = input.value.iter().position(|b| *b == b',').ok_or(PAIR)?;
                let (latitude, rest) = input.value.split_at(comma);
                let longitude = rest.get(1..).unwrap_or_default();
                self.moved(latitude.trim_ascii(), 90, &mut stream, out)?;
                out.extend_from_slice(if longitude.starts_with(b" ") { b", " } else { b"," });
                self.moved(longitude.trim_ascii(), 180, &mut stream, out)?;
            }
        }
        Ok(Output::Value)
    }
}

pub(super) fn geo(axis: GeoAxis, degrees: f64, c: &BuildContext<'_>) -> Build {
    match (axis, c.column.class) {
        (GeoAxis::Latitude | GeoAxis::Longitude, Class::Number | Class::Text) | (GeoAxis::Pair, Class::Text) => {}
        (_, Class::Number) => return Err(BuildError::new("a number holds one coordinate", "set `axis`")),
        _ => text_column("geo", c)?,
    }
    if !(degrees > 0.0 && degrees <= 90.0) {
        return Err(BuildError::new(format!("`degrees` is {degrees}"), "above 0, at most 90"));
    }
    let purpose = match axis {
        GeoAxis::Latitude => "geo latitude",
        GeoAxis::Longitude => "geo longitude",
        GeoAxis::Pair => "geo",
    };
    Ok(Box::new(Geo { prf: c.prf(purpose)?, axis, degrees }))
}
