//! What was understood and refused about an escalation. The variants carry facts; `discord::render` makes the sentence.

use crate::domain::escalation::PageOrder;
use crate::domain::person::Stamp;
use crate::domain::rejection::Rejection;
use crate::domain::room::RoomRefusal;

/// Why nothing was changed about an escalation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EscalationRefusal {
    /// Several are open, and none was named.
    Which {
        /// Their numbers, each with what is blocked.
        open: Vec<(u32, String)>,
    },
    /// The release has none of this number, or none at all that is open.
    Unknown {
        /// Those that are open.
        open: Vec<(u32, String)>,
    },
    /// It is over.
    Resolved {
        /// Its number.
        number: u32,
        /// Who said so, and when.
        resolved: Stamp,
    },
    /// The item has one that is open.
    ItemEscalated {
        /// Its number.
        number: u32,
        /// The item.
        title: String,
    },
    /// Somebody has confirmed the problem.
    Confirmed {
        /// Who, and when.
        confirmed: Stamp,
    },
    /// It has this severity and this topic already.
    Unchanged,
    /// What was typed is no severity.
    NotASeverity {
        /// What was typed.
        given: String,
    },
    /// Nobody said who is to be asked.
    TopicNeeded,
    /// The directory has no such topic.
    UnknownTopic {
        /// What was typed.
        given: String,
        /// The titles of those that come close.
        near: Vec<String>,
    },
    /// Nobody has written down whom to ask.
    NoDirectory,
    /// People are being called.
    PagingUnderWay {
        /// Who had them called, and when.
        paged: Stamp,
    },
    /// Somebody is on it, and nobody else was asked for since.
    Taken {
        /// Who, and since when.
        taken: Stamp,
    },
    /// Nobody can be called.
    NobodyToCall {
        /// Who was passed over, and why.
        order: PageOrder,
    },
    /// Nobody was called, so there is nothing to answer.
    NotPaged,
}

impl From<EscalationRefusal> for RoomRefusal {
    fn from(refusal: EscalationRefusal) -> Self {
        Self::Escalation(Box::new(refusal))
    }
}

impl From<EscalationRefusal> for Rejection {
    fn from(refusal: EscalationRefusal) -> Self {
        RoomRefusal::from(refusal).into()
    }
}
