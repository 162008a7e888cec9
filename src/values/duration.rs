//! Lengths of time, as Docker writes them.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::values::ParseError;

/// A length of time such as `30s` or `1m30s`, kept as it was written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Period {
    written: String,
    length: Duration,
}

/// The units in the order in which they may stand, with their milliseconds.
const UNITS: &[(&str, u64)] = &[("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl Period {
    /// The length in nanoseconds, the unit of `Healthcheck` in an image configuration (Docker Image
    /// Specification v1.2).
    pub fn as_nanos(&self) -> u64 {
        u64::try_from(self.length.as_nanos()).unwrap_or(u64::MAX)
    }
}

impl FromStr for Period {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let length = milliseconds(text).ok_or_else(|| {
            ParseError(format!(
                "`{text}` is no length of time, expected one such as `30s`, `1m30s` or `500ms`"
            ))
        })?;
        Ok(Self {
            written: text.to_owned(),
            length: Duration::from_millis(length),
        })
    }
}

/// `None` for what is no length, or one of more than the 292 years that 64 bits of nanoseconds hold.
fn milliseconds(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut units = UNITS.iter();
    let mut sum = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest.get(..digits)?.parse().ok()?;
        rest = rest.get(digits..)?;
        let letters = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (unit, after) = rest.split_at(letters);
        // The search goes on behind the unit that was there last: each once, larger ones first.
        let (_, milliseconds) = units.find(|(name, _)| *name == unit)?;
        sum = sum.checked_add(number.checked_mul(*milliseconds)?)?;
        rest = after;
    }
    let limit = u64::try_from(i64::MAX).ok()? / 1_000_000;
    (!text.is_empty() && sum <= limit).then_some(sum)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

#[cfg(test)]
mod tests {
    use crate::values::Period;

    #[test]
    fn reads_lengths_of_time() {
        for (text, milliseconds) in [
            ("30s", 30_000),
            ("1m30s", 90_000),
            ("2h", 7_200_000),
            ("1h1m1s1ms", 3_661_001),
            ("500ms", 500),
            ("0s", 0),
        ] {
            let period: Period = text.parse().unwrap();
            assert_eq!(period.as_nanos(), milliseconds * 1_000_000, "{text}");
            assert_eq!(period.to_string(), text);
        }
    }

    #[test]
    fn refuses_other_text() {
        for text in [
            "",
            "30",
            "s",
            "1.5s",
            "-1s",
            "1s1m",
            "1s1s",
            "1d",
            "1 s",
            "9999999999999h",
            "1ö",
        ] {
            let error = text.parse::<Period>().unwrap_err().to_string();
            assert_eq!(
                error,
                format!(
                    "`{text}` is no length of time, expected one such as `30s`, `1m30s` or `500ms`"
                )
            );
        }
    }
}
