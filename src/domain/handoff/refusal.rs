//! Why nothing was changed about a hand-off.

use chrono::{DateTime, Utc};

use crate::domain::handoff::HandOffState;
use crate::domain::ids::{ReleaseKey, UserId};
use crate::domain::rejection::{PhaseLabel, Rejection};

/// What was understood and refused about hand-offs. The variants carry facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HandOffRefusal {
    /// It was answered.
    Settled {
        /// What became of it.
        state: HandOffState,
    },
    /// Whoever goes cannot accept what they hand over.
    OwnDuty,
    /// It is meant for others.
    ForOthers {
        /// Who is asked.
        to: Vec<UserId>,
    },
    /// This person has declined it already.
    DeclinedAlready,
    /// Declining takes a reason.
    ReasonNeeded,
    /// Whoever goes would be asked by themselves.
    AskingOneself,
    /// A question without words.
    QuestionNeeded,
    /// This person does not have the duty.
    NotOnDuty {
        /// Who has it.
        holder: Option<UserId>,
    },
    /// There is one that waits for an answer.
    OpenAlready {
        /// Since when.
        since: DateTime<Utc>,
        /// Who is asked.
        to: Vec<UserId>,
    },
    /// Nothing is in flight.
    NothingInFlight,
    /// Nobody waits for an answer.
    NoneOpen,
    /// Phases that have to be complete before whoever is on duty may leave are not.
    Unfinished {
        /// The releases with these phases; never empty.
        releases: Vec<Unfinished>,
    },
}

/// A release with phases that have to be complete before whoever has the duty may leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// The release.
    pub key: ReleaseKey,
    /// The phases; never empty.
    pub phases: Vec<PhaseLabel>,
}

impl From<HandOffRefusal> for Rejection {
    fn from(refusal: HandOffRefusal) -> Self {
        Self::HandOff(Box::new(refusal))
    }
}
