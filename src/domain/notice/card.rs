//! Messages that are kept up to date.

use serde::{Deserialize, Serialize};

/// A message that shows how something stands and is kept up to date. All but the announcement are in the release channel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "card", rename_all = "kebab-case")]
pub enum Card {
    /// A sign-off.
    SignOff {
        /// Its number.
        number: u32,
    },
    /// A go/no-go.
    Decision {
        /// Its number.
        number: u32,
    },
    /// What the announcement channel was told of the release.
    Announcement,
    /// What it would be told, before the Release Manager has it posted.
    AnnouncementDraft,
    /// What keeps the release from going on.
    Escalation {
        /// Its number.
        number: u32,
    },
    /// The call for one person to help with it.
    Page {
        /// The number of the escalation.
        escalation: u32,
        /// Which round of pages it is, from 0.
        round: u32,
        /// The place in its order, from 0.
        place: u32,
    },
}

impl Card {
    /// What makes it unique within its release.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::SignOff { number } => format!("sign-off:{number}"),
            Self::Decision { number } => format!("decision:{number}"),
            Self::Announcement => "announcement".to_owned(),
            Self::AnnouncementDraft => "announcement-draft".to_owned(),
            Self::Escalation { number } => format!("escalation:{number}"),
            Self::Page {
                escalation,
                round,
                place,
            } => format!("page:{escalation}:{round}:{place}"),
        }
    }
}
