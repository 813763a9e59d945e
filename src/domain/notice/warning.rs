//! Troubles that operators hear of.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::ReleaseKey;

/// A trouble of the bot itself that operators have to hear of. Stored as JSON: a variant is never changed, only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "warning", rename_all = "kebab-case")]
pub enum Warning {
    /// The platform did not accept the token.
    TokenRefused {
        /// Since when nothing was sent.
        since: DateTime<Utc>,
    },
    /// The platform refused so much that it would have banned the bot's address.
    TooManyRefusals {
        /// Since when nothing was sent.
        since: DateTime<Utc>,
    },
    /// A release cannot be read, so nothing of it is reminded of.
    ReleaseUnreadable {
        /// The release.
        release: ReleaseKey,
        /// What cannot be read.
        why: String,
    },
}

impl Warning {
    /// What makes it unique within its guild.
    pub(super) fn occasion(&self) -> String {
        match self {
            Self::TokenRefused { since } => format!("token-refused:{}", since.timestamp_millis()),
            Self::TooManyRefusals { since } => format!("too-many-refusals:{}", since.timestamp_millis()),
            Self::ReleaseUnreadable { release, .. } => format!("release-unreadable:{release}"),
        }
    }
}
