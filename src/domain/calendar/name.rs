//! The names of the calendars.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose days off count. "Concurrent" can be read in several ways, so each reading has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CalendarName {
    /// Off in the US and in Canada on the same date, whatever the names. The default (S8).
    UsCaConcurrent,
    /// Of the concurrent days, only those of New Year, Labour Day and Christmas.
    UsCaCore,
    /// The concurrent days and the third Monday of February.
    UsCaExtended,
    /// Off in the US or in Canada.
    UsCaUnion,
    /// Saturdays and Sundays only.
    Weekdays,
}

impl CalendarName {
    /// All of them, the default first.
    pub const ALL: [CalendarName; 5] = [
        Self::UsCaConcurrent,
        Self::UsCaCore,
        Self::UsCaExtended,
        Self::UsCaUnion,
        Self::Weekdays,
    ];

    /// The name as files and commands write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UsCaConcurrent => "us-ca-concurrent",
            Self::UsCaCore => "us-ca-core",
            Self::UsCaExtended => "us-ca-extended",
            Self::UsCaUnion => "us-ca-union",
            Self::Weekdays => "weekdays",
        }
    }
}

impl fmt::Display for CalendarName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A calendar was named that does not exist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no calendar `{given}`; there are us-ca-concurrent, us-ca-core, us-ca-extended, us-ca-union and \
     weekdays"
)]
pub struct UnknownCalendar {
    /// What was given.
    pub given: String,
}

impl FromStr for CalendarName {
    type Err = UnknownCalendar;

    /// Reads the full name, or the name without `us-ca-`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|name| name.as_str() == text || name.as_str().strip_prefix("us-ca-") == Some(text))
            .ok_or_else(|| UnknownCalendar {
                given: text.to_owned(),
            })
    }
}
