//! What stands in the way, and who can clear it.

use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::room::{FixStep, Severity};

/// One thing that stands in the way of a phase or of a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocker {
    /// What is missing.
    pub lack: Lack,
    /// Who can do something about it.
    pub owner: Owner,
}

/// Who can clear a blocker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// A role, by its title.
    Role(String),
    /// A person.
    Person(UserId),
}

impl Lack {
    /// Whether something went wrong, rather than that it has not come yet.
    #[must_use]
    pub fn is_trouble(&self) -> bool {
        matches!(
            self,
            Self::FixFailed { .. }
                | Self::CandidateFailed { .. }
                | Self::CandidateSpoilt { .. }
                | Self::DefectOpen { .. }
                | Self::Objection { .. }
                | Self::SignOffRejected { .. }
                | Self::Escalated { .. }
        )
    }
}

/// What is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "lack", rename_all = "kebab-case")]
pub enum Lack {
    /// An item is open.
    ItemOpen {
        /// Its title.
        title: String,
    },
    /// A fix has not got far enough for a version.
    FixBehind {
        /// The fix.
        reference: String,
        /// The version.
        version: String,
        /// The step that comes next.
        next: FixStep,
    },
    /// No release candidate of a version was cut.
    NoCandidate {
        /// The version.
        version: String,
    },
    /// QA has not said whether a fix works in a candidate.
    FixUnverified {
        /// The fix.
        reference: String,
        /// The candidate.
        candidate: String,
    },
    /// A fix does not work in a candidate.
    FixFailed {
        /// The fix.
        reference: String,
        /// The candidate.
        candidate: String,
    },
    /// QA has not said whether a candidate passed.
    NoVerdict {
        /// The candidate.
        candidate: String,
    },
    /// A candidate failed.
    CandidateFailed {
        /// The candidate.
        candidate: String,
    },
    /// A candidate has a critical or high defect, so a new one has to be cut, even when the defect is mended (S112).
    CandidateSpoilt {
        /// The candidate.
        candidate: String,
        /// The defect's number.
        defect: u32,
    },
    /// A defect is open that nobody may ship.
    DefectOpen {
        /// Its number.
        number: u32,
        /// Its title.
        title: String,
        /// How bad it is.
        severity: Severity,
    },
    /// A defect is open that may be shipped as a known issue, and nobody has described it (S105).
    DefectUndocumented {
        /// Its number.
        number: u32,
        /// Its title.
        title: String,
        /// How bad it is.
        severity: Severity,
    },
    /// Nobody has asked whether to ship.
    NoDecision,
    /// The decision is about candidates that are superseded.
    DecisionVoid {
        /// The newer candidate.
        by: String,
    },
    /// A role has not answered the go/no-go.
    VoteMissing,
    /// The go/no-go is complete, and nobody said go.
    NobodySaysGo,
    /// Somebody objects.
    Objection {
        /// For which role, by its title.
        role: String,
        /// Why.
        reason: String,
    },
    /// A sign-off was not answered.
    SignOffOpen {
        /// Its number.
        number: u32,
    },
    /// A sign-off was refused.
    SignOffRejected {
        /// Its number.
        number: u32,
    },
    /// A sign-off is about a candidate that is superseded, and was not asked for again.
    SignOffVoid {
        /// Its number.
        number: u32,
        /// The newer candidate.
        by: String,
    },
    /// Something keeps the release from going on.
    Escalated {
        /// Its number.
        number: u32,
        /// What is blocked.
        problem: String,
    },
}
