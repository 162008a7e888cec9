//! A point in time that is passed to a build in place of the clock.

use std::fmt;
use std::str::FromStr;

use crate::values::ParseError;

/// The last second of the year 9999: RFC 3339 has four digits for a year.
const LAST: i64 = 253_402_300_799;
const SECONDS_OF_DAY: i64 = 86_400;

/// `SOURCE_DATE_EPOCH`: seconds since 1970 in UTC (reproducible-builds.org, "`SOURCE_DATE_EPOCH`
/// specification"); from 1970 to 9999.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Epoch(i64);

impl Epoch {
    /// The seconds.
    pub fn seconds(self) -> i64 {
        self.0
    }
}

impl FromStr for Epoch {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = text.parse().ok().filter(|seconds| *seconds <= LAST);
        seconds.filter(|_| digits).map(Self).ok_or_else(|| {
            ParseError(format!(
                "`{text}` is not a time, expected seconds since 1970 as a number such as `1767225600`"
            ))
        })
    }
}

impl fmt::Display for Epoch {
    /// RFC 3339, as image configurations have it: `2026-01-01T00:00:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, second) = (self.0 / SECONDS_OF_DAY, self.0 % SECONDS_OF_DAY);
        let (year, month, day) = civil(days);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        )
    }
}

/// Year, month and day of a count of days since 1970, in the Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last of its year and the lengths of months follow
/// one formula: 153 days in each five months.
fn civil(days: i64) -> (i64, i64, i64) {
    const DAYS_OF_ERA: i64 = 146_097;
    // Day 0 is 0000-03-01, the first of an era of 400 years.
    let days = days + 719_468;
    let (era, day_of_era) = (days / DAYS_OF_ERA, days % DAYS_OF_ERA);
    let leap_days = day_of_era / 1_460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use crate::values::Epoch;

    #[test]
    fn seconds_are_written_as_rfc_3339() {
        for (text, written) in [
            ("0", "1970-01-01T00:00:00Z"),
            ("951782399", "2000-02-28T23:59:59Z"),
            ("951782400", "2000-02-29T00:00:00Z"),
            ("951868800", "2000-03-01T00:00:00Z"),
            ("1767225600", "2026-01-01T00:00:00Z"),
            ("4107542400", "2100-03-01T00:00:00Z"),
            ("253402300799", "9999-12-31T23:59:59Z"),
        ] {
            let epoch: Epoch = text.parse().unwrap();
            assert_eq!(epoch.to_string(), written);
            assert_eq!(epoch.seconds().to_string(), text);
        }
    }

    #[test]
    fn other_words_are_no_time() {
        let wrong = [
            "",
            "context",
            "-1",
            "+1",
            "1.5",
            " 1",
            "253402300800",
            "9999999999999999999999",
        ];
        for text in wrong {
            assert_eq!(
                text.parse::<Epoch>().unwrap_err().to_string(),
                format!(
                    "`{text}` is not a time, expected seconds since 1970 as a number such as `1767225600`"
                )
            );
        }
    }
}
