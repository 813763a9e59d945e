//! When people are reminded of a phase, and who: heads-up, day, cut-off, and then a nag each working day, which goes
//! to more people the longer something is overdue.
//!
//! [`Ladder`] knows which steps are due and which comes next. It never makes a list of all of them, because nags have
//! no end.

mod ladder;
mod prompt;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::ladder::{Due, Ladder};
pub use self::prompt::Prompt;

use crate::domain::playbook::{PhaseId, RoleId};

/// The moments of a phase's day at which people heard of it before there was a ladder. Rows of that time name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// The working day of the phase begins.
    DayStart,
    /// The cut-off is now.
    CutOff,
}

/// A step of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Something is coming up.
    HeadsUp,
    /// The day of work before the cut-off begins.
    DayOf,
    /// The cut-off has passed with open items.
    CutOff,
    /// It passed some time ago, and items are still open.
    Nag,
}

/// Who is addressed. The person to whom an item is assigned will be one more, before the role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Audience {
    /// Whoever reads the release channel: the board shows it, that a phase begins and a cut-off are said, and nobody is
    /// pinged.
    Channel,
    /// A role, for its own items.
    Role(RoleId),
    /// The Release Manager, because items of others are overdue.
    ReleaseManager,
    /// The person whom the server has named, for the same reason.
    Manager,
}

/// One step of one phase for one audience at one instant: it is spent at most once, ever. When dates move, the steps
/// of the new dates are other occasions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Occasion {
    /// When it is due.
    pub due: DateTime<Utc>,
    /// The phase.
    pub phase: PhaseId,
    /// Which step.
    pub step: Step,
    /// For whom.
    pub audience: Audience,
}

/// An occasion with what has to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The occasion.
    #[serde(flatten)]
    pub occasion: Occasion,
    /// The cut-off that it is about; of several, the earliest.
    pub cutoff_at: DateTime<Utc>,
    /// For how many working days the items are overdue when it is due, the day of the cut-off not counted.
    pub overdue_days: u32,
}

impl Step {
    /// The name under which it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HeadsUp => "heads-up",
            Self::DayOf => "day-of",
            Self::CutOff => "cut-off",
            Self::Nag => "nag",
        }
    }
}

impl FromStr for Step {
    type Err = NotStored;

    fn from_str(text: &str) -> Result<Self, NotStored> {
        [Self::HeadsUp, Self::DayOf, Self::CutOff, Self::Nag]
            .into_iter()
            .find(|step| step.as_str() == text)
            .ok_or(NotStored)
    }
}

/// A text that names no step or no audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither a step nor an audience")]
pub struct NotStored;

impl fmt::Display for Audience {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel => formatter.write_str("channel"),
            Self::Role(role) => write!(formatter, "role:{role}"),
            Self::ReleaseManager => formatter.write_str("release-manager"),
            Self::Manager => formatter.write_str("manager"),
        }
    }
}

impl FromStr for Audience {
    type Err = NotStored;

    fn from_str(text: &str) -> Result<Self, NotStored> {
        match text {
            "channel" => Ok(Self::Channel),
            "release-manager" => Ok(Self::ReleaseManager),
            "manager" => Ok(Self::Manager),
            text => {
                let role = text.strip_prefix("role:").ok_or(NotStored)?;
                role.parse().map(Self::Role).map_err(|_| NotStored)
            }
        }
    }
}

impl TryFrom<String> for Audience {
    type Error = NotStored;

    fn try_from(text: String) -> Result<Self, NotStored> {
        text.parse()
    }
}

impl From<Audience> for String {
    fn from(audience: Audience) -> Self {
        audience.to_string()
    }
}
