//! A length of time with its unit: "6 hours".

use std::fmt;
use std::str::FromStr;

use chrono::TimeDelta;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// A length of time from one minute to 31 days, in whole minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Window {
    minutes: u32,
}

/// The most minutes of a window: 31 days.
const LONGEST: u32 = 31 * 24 * 60;

/// What a window looks like, in words.
pub const WINDOW_FORM: &str =
    "a length of time with its unit, such as \"6 hours\", from \"1 minute\" to \"744 hours\" (31 days)";

/// A text that is no window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {WINDOW_FORM}")]
pub struct NotAWindow;

impl Window {
    /// Six hours: a working morning that was missed can still be made up for on the day.
    pub const SIX_HOURS: Self = Self { minutes: 6 * 60 };

    /// How long it is.
    #[must_use]
    pub fn length(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.minutes))
    }
}

impl FromStr for Window {
    type Err = NotAWindow;

    fn from_str(text: &str) -> Result<Self, NotAWindow> {
        let length: SignedDuration = text.trim().parse().map_err(|_| NotAWindow)?;
        u32::try_from(length.as_mins())
            .ok()
            .filter(|minutes| (1..=LONGEST).contains(minutes) && length.as_secs() % 60 == 0)
            .map(|minutes| Self { minutes })
            .ok_or(NotAWindow)
    }
}

impl fmt::Display for Window {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self.minutes {
            minutes if minutes % 60 == 0 => (minutes / 60, "hour"),
            minutes => (minutes, "minute"),
        };
        let plural = if count == 1 { "" } else { "s" };
        write!(formatter, "{count} {unit}{plural}")
    }
}

impl TryFrom<String> for Window {
    type Error = NotAWindow;

    fn try_from(text: String) -> Result<Self, NotAWindow> {
        text.parse()
    }
}

impl From<Window> for String {
    fn from(window: Window) -> Self {
        window.to_string()
    }
}
