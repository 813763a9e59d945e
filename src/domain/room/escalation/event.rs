//! What can have happened to an escalation. Events are kept for good, so a variant is never changed, only added.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::escalation::{Helper, PageOrder, TopicId};
use crate::domain::playbook::ItemId;
use crate::domain::room::Severity;

/// One thing that has happened to an escalation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum EscalationEvent {
    /// Somebody said that the release is blocked.
    Opened {
        /// What is blocked.
        problem: String,
        /// How bad it is.
        severity: Severity,
        /// The item that it blocks.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<ItemId>,
    },
    /// Somebody has seen the problem themselves.
    Confirmed,
    /// It is worse than was thought, or not as bad.
    Rated {
        /// How bad it is.
        severity: Severity,
    },
    /// Somebody said what is at fault.
    Classified {
        /// What kind of thing.
        kind: ProblemKind,
        /// Which one exactly.
        what: String,
    },
    /// A ticket was filed.
    Filed {
        /// Its address.
        link: String,
    },
    /// Somebody chose who is asked.
    Chosen {
        /// The topic; none for whom to ask when nobody can tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        topic: Option<TopicId>,
        /// What it is called.
        title: String,
    },
    /// It was told elsewhere.
    Told {
        /// Where, as typed.
        channels: String,
    },
    /// Somebody looked who can help.
    Looked {
        /// Everybody who may help, as they were then.
        helpers: Vec<Helper>,
    },
    /// Somebody had people called. The order holds until the end, whatever becomes of the directory.
    Paged {
        /// For what they are called.
        title: String,
        /// Who is called, and who is not.
        order: PageOrder,
        /// How many minutes each of them has to answer.
        answer_within: u32,
    },
    /// One of them was called.
    Called {
        /// Which place in the order, from 0.
        place: u32,
        /// Who stands there.
        name: String,
    },
    /// One of them could not be called after all.
    Missed {
        /// Which place in the order.
        place: u32,
        /// Who stands there.
        name: String,
        /// Why.
        why: Missed,
    },
    /// Everybody was called, and nobody answered.
    Unanswered,
    /// The release was closed before anybody answered.
    Stopped,
    /// Somebody is on it.
    Acknowledged,
    /// It is over.
    Resolved {
        /// What it was.
        what: String,
    },
}

/// What kind of thing keeps a release from going on (S49).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// A service that does not answer or answers wrongly.
    Service,
    /// A kind of step in the build system.
    TaskKind,
    /// Machines, networks, disks.
    Infrastructure,
    /// Something of somebody else.
    ExternalDependency,
}

impl ProblemKind {
    /// Each of them, in the order in which people choose.
    pub const EACH: [Self; 4] = [
        Self::Service,
        Self::TaskKind,
        Self::Infrastructure,
        Self::ExternalDependency,
    ];
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Service => "service",
            Self::TaskKind => "task kind",
            Self::Infrastructure => "infrastructure",
            Self::ExternalDependency => "external dependency",
        })
    }
}

/// Why somebody could not be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Missed {
    /// They have left the server.
    Left,
    /// They do not see the channel of the release.
    DoesNotSee,
}
