//! Measured values, and how they are printed: the median and the range.

use std::fmt;
use std::time::Duration;

/// Values of one kind, in the order in which they were measured.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<f64>);

impl Samples {
    /// Adds a value.
    pub(crate) fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    /// Adds a time, in seconds.
    pub(crate) fn time(&mut self, time: Duration) {
        self.push(time.as_secs_f64());
    }

    fn sorted(&self) -> Vec<f64> {
        let mut values = self.0.clone();
        values.sort_by(f64::total_cmp);
        values
    }

    /// The middle; of an even number the mean of the two in the middle. Not a number where there is none.
    pub(crate) fn median(&self) -> f64 {
        let values = self.sorted();
        let (half, count) = (values.len() / 2, values.len());
        match count {
            0 => f64::NAN,
            _ if count % 2 == 1 => values[half],
            _ => f64::midpoint(values[half - 1], values[half]),
        }
    }

    /// The values times a factor, for another unit.
    pub(crate) fn scaled(&self, factor: f64) -> Self {
        Self(self.0.iter().map(|value| value * factor).collect())
    }
}

/// The median and the range; `{:.3}` says how many digits.
impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        let values = self.sorted();
        let (Some(least), Some(most)) = (values.first(), values.last()) else {
            return write!(f, "not measured");
        };
        let median = self.median();
        write!(f, "{median:.digits$} ({least:.digits$}..{most:.digits$})")
    }
}

/// A target of the project: told, never enforced, since a time depends on the machine.
pub(crate) struct Target {
    /// What it is about, and the value that it shall not pass.
    pub(crate) what: String,
    pub(crate) limit: f64,
    pub(crate) unit: &'static str,
}

impl Target {
    /// The line that tells whether a value is within the target.
    pub(crate) fn judge(&self, value: f64) -> String {
        let Self { what, limit, unit } = self;
        let word = if value <= *limit { "met" } else { "**MISSED**" };
        format!("- {word}: {what}: {value:.3}{unit}, target at most {limit}{unit}")
    }
}
