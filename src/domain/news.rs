//! What those hear who follow a release without being in its channel: little of what happens, in a few words each.
//! Reasons, names and discussions stay in the channel.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::direct::DirectRefusal;
use crate::domain::playbook::PhaseId;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Event, Release};
use crate::domain::room::{Decision, Outcome, RoomEvent};

/// As many people may follow one release: each message to them is a request of its own.
pub const MOST_FOLLOWERS: usize = 100;

/// As many releases in flight one person may follow in a server.
pub const MOST_FOLLOWED: usize = 25;

/// One thing that followers hear. Stored as JSON: a variant is never changed, only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "kebab-case")]
pub enum News {
    /// The target was set, moved or withdrawn.
    Moved {
        /// T-0 before; none when it was to be decided.
        from: Option<NaiveDate>,
        /// T-0 from now on; none when it is to be decided again.
        to: Option<NaiveDate>,
    },
    /// The clock of the release was stopped.
    Held,
    /// It goes on.
    Resumed,
    /// The Release Manager said how it stands.
    Updated {
        /// What was said, as typed.
        text: String,
    },
    /// A release candidate was cut.
    CandidateCut {
        /// As `7.2.1-RC1`.
        candidate: String,
    },
    /// The go/no-go came to an end.
    Decided {
        /// What it was about.
        covers: Vec<String>,
        /// Whether to ship.
        go: bool,
    },
    /// The go/no-go that had come to an end is open again.
    Undecided {
        /// What it is about.
        covers: Vec<String>,
    },
    /// A gated phase was opened.
    GateOpened {
        /// The phase.
        phase: PhaseId,
        /// Whether something was missing.
        incomplete: bool,
    },
    /// The release is something that its playbook announces.
    Reached {
        /// As "ready to share with the customer".
        what: String,
    },
    /// The release was closed; following it ends.
    Closed {
        /// Whether items were left open.
        incomplete: bool,
    },
    /// The release was opened again, and whoever followed it to its end follows it again.
    Reopened,
}

/// How the go/no-go of a release stands.
#[must_use]
pub fn decision_of(release: &Release) -> Option<Outcome> {
    release.room.decision().map(Decision::outcome)
}

/// What followers hear of an event, if anything: the one list of it. `release` is as the event has left it, and
/// `decided` how its go/no-go stood before.
#[must_use]
pub fn news_of(event: &Event, decided: Option<Outcome>, release: &Release) -> Option<News> {
    match event {
        Event::Slipped { from, to, .. } => Some(News::Moved { from: *from, to: *to }),
        Event::Held { .. } => Some(News::Held),
        Event::Resumed => Some(News::Resumed),
        Event::Reopened { .. } => Some(News::Reopened),
        Event::Closed { override_reason, .. } => Some(News::Closed {
            incomplete: override_reason.is_some(),
        }),
        Event::Room(did) => news_of_room(did, decided, release),
        _ => None,
    }
}

fn news_of_room(did: &RoomEvent, decided: Option<Outcome>, release: &Release) -> Option<News> {
    match did {
        RoomEvent::StatusUpdated { text, .. } => Some(News::Updated { text: text.clone() }),
        RoomEvent::CandidateCut { version, number, .. } => Some(News::CandidateCut {
            candidate: format!("{version}-RC{number}"),
        }),
        RoomEvent::GateOpened { phase, missing, .. } => Some(News::GateOpened {
            phase: phase.clone(),
            incomplete: !missing.is_empty(),
        }),
        RoomEvent::Voted { .. } | RoomEvent::VoteWithdrawn { .. } => {
            let decision = release.room.decision()?;
            let (outcome, covers) = (decision.outcome(), decision.covers.clone());
            match outcome {
                _ if decided == Some(outcome) => None,
                Outcome::Go | Outcome::NoGo => Some(News::Decided {
                    covers,
                    go: outcome == Outcome::Go,
                }),
                Outcome::Open => Some(News::Undecided { covers }),
                Outcome::Void => None,
            }
        }
        _ => None,
    }
}

/// Whether people who are in its server may follow a release: the one place that says so.
///
/// # Errors
/// [`DirectRefusal::Private`]: nothing of it leaves its channel; [`Rejection::ReleaseClosed`]: nothing more happens.
pub fn may_follow(release: &Release) -> Result<(), Rejection> {
    if release.private {
        let key = release.key.clone();
        return Err(DirectRefusal::Private { key }.into());
    }
    match &release.closed {
        None => Ok(()),
        Some(closure) => Err(Rejection::ReleaseClosed {
            key: release.key.clone(),
            closed: closure.stamp,
        }),
    }
}

#[cfg(test)]
mod tests;
