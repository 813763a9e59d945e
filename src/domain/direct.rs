//! Why nothing was changed about what a person is told by direct message.

use crate::domain::ids::ReleaseKey;
use crate::domain::rejection::Rejection;

/// What was understood and refused about following and digests. The variants carry facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DirectRefusal {
    /// The release is private, so that nothing of it leaves its channel.
    Private {
        /// The release.
        key: ReleaseKey,
    },
    /// So many people follow the release that it takes no more.
    TooManyFollowers {
        /// The release.
        key: ReleaseKey,
        /// How many may.
        limit: usize,
    },
    /// The person follows as many releases as one person may.
    TooManyFollowed {
        /// How many that is.
        limit: usize,
    },
    /// The person does not follow the release.
    NotFollowed {
        /// The release.
        key: ReleaseKey,
        /// What they follow.
        followed: Vec<ReleaseKey>,
    },
    /// A text that is no time of day.
    NotATimeOfDay {
        /// What was typed.
        given: String,
    },
    /// A text that names no time zone.
    UnknownZone {
        /// What was typed.
        given: String,
        /// The name that looks most like it, if one does.
        nearest: Option<&'static str>,
    },
    /// Nobody has said yet when, or where, the digest shall come.
    DigestIncomplete {
        /// Whether the time is missing.
        time: bool,
        /// Whether the zone is missing.
        zone: bool,
    },
}

impl From<DirectRefusal> for Rejection {
    fn from(refusal: DirectRefusal) -> Self {
        Self::Direct(Box::new(refusal))
    }
}
