//! Playbooks that come again: when, what then happens, and what becomes of occurrences that were missed.

mod version;
mod window;

#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::version::{NotATemplate, TEMPLATE_FORM, VersionTemplate};
pub use self::window::{NotAWindow, WINDOW_FORM, Window};

use crate::domain::calendar::Calendar;
use crate::domain::ids::{ChannelId, ReleaseKey};
use crate::domain::offset::{Offset, Unit};
pub use crate::domain::recurrence::Settled;
use crate::domain::recurrence::{Occurrence, Recurrence, settle};
use crate::domain::rejection::Rejection;
use crate::domain::zone::Zone;

/// That releases of a playbook come again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurring {
    /// When.
    pub at: Recurrence,
    /// What happens then.
    pub mode: Mode,
    /// How far the target date is from the date of the occurrence, in the playbook's calendar.
    pub target: Offset,
    /// How the version is made.
    pub version: VersionTemplate,
    /// How late an occurrence may still be acted on, when the bot was away.
    pub catch_up: Window,
}

/// What happens when an occurrence comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The Release Manager is asked.
    Propose,
    /// The release is started.
    Start,
}

impl Recurring {
    /// The target date of the release of an occurrence.
    #[must_use]
    pub fn target_of(&self, occurrence: &Occurrence, calendar: &Calendar) -> NaiveDate {
        let date = self.target.date(occurrence.local.date(), calendar);
        match self.target.unit {
            // The day itself stays, so that somebody is asked when it is a day off.
            Unit::WorkingDays | Unit::Hours => date,
            Unit::Days | Unit::Months => self.target.default_roll().apply(date, calendar),
        }
    }

    /// What is to be done at `now` when `waiting` is the occurrence that is waited for; none while it is to come. Of
    /// several that have passed only the newest counts, and it within its window.
    #[must_use]
    pub fn settle(&self, waiting: Occurrence, now: DateTime<Utc>) -> Option<Settled> {
        settle(
            waiting,
            |instant| self.at.after(instant),
            self.catch_up.length(),
            now,
        )
    }
}

/// A release that an occurrence asks for, as it was on the day: what the message about it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecurringRelease {
    /// The playbook's name.
    pub playbook: String,
    /// The playbook's title.
    pub title: String,
    /// When it was meant to be, in civil time.
    pub local: NaiveDateTime,
    /// The zone of that.
    pub zone: Zone,
    /// When it was due.
    pub due: DateTime<Utc>,
    /// The target date.
    pub target: NaiveDate,
    /// The version.
    pub version: String,
    /// How many earlier occurrences were missed together with it.
    pub missed: usize,
}

/// Why a release that should have started by itself did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "obstacle", rename_all = "kebab-case")]
pub enum Obstacle {
    /// The server has not chosen roles or channels.
    NotSetUp {
        /// What is missing, in words.
        missing: Vec<String>,
    },
    /// The version is in flight already.
    InFlight {
        /// The release.
        key: ReleaseKey,
        /// Its channel, when it is open.
        channel: Option<ChannelId>,
    },
    /// The target is a day off.
    DayOff {
        /// Why it is off.
        reason: String,
    },
    /// The target is over where the cut-offs are counted.
    TargetPast,
    /// Phases would be over at the start.
    PhasesOver {
        /// How many.
        count: usize,
    },
    /// The playbook does not accept the version.
    Version {
        /// A version that it accepts.
        example: String,
    },
    /// Anything else.
    Other,
}

impl From<&Rejection> for Obstacle {
    fn from(rejection: &Rejection) -> Self {
        match rejection {
            Rejection::NotSetUp { missing } => Self::NotSetUp {
                missing: missing.clone(),
            },
            Rejection::AlreadyInFlight { key, channel, .. } => Self::InFlight {
                key: key.clone(),
                channel: *channel,
            },
            Rejection::TargetIsDayOff { reason, .. } => Self::DayOff {
                reason: reason.clone(),
            },
            Rejection::TargetInPast { .. } => Self::TargetPast,
            Rejection::PhasesAlreadyOver { phases } => Self::PhasesOver { count: phases.len() },
            Rejection::VersionNotAccepted { example, .. } => Self::Version {
                example: example.clone(),
            },
            _ => Self::Other,
        }
    }
}
