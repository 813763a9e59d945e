//! Handing the duty over at the end of a shift (S45–S47): offered, asked for again and again, accepted or declined.
//!
//! Whoever goes keeps the [`Duty`] until somebody accepts. Nothing here knows what time it is.

mod call;
mod duty;
mod facts;
mod refusal;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::call::{ASKED_AGAIN, Audience, Called};
pub use self::duty::{Duty, NOTE_AHEAD, Step};
pub use self::facts::{Did, Escalated, ShiftFacts};
pub use self::refusal::{HandOffRefusal, Unfinished};

use crate::domain::ids::UserId;
use crate::domain::person::Stamp;
use crate::domain::shift::Rota;

/// The longest note of the person who leaves, in characters.
pub const NOTE_LIMIT: usize = 1_000;

/// A hand-off, as it is kept. Stored as JSON: a field is only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOff {
    /// Who goes.
    pub from: UserId,
    /// From when they had the duty: what was done since then was done in their shift.
    pub since: DateTime<Utc>,
    /// When it was offered.
    pub offered: DateTime<Utc>,
    /// Who comes on next or stays on; they are asked first. Empty where the roster knows nobody.
    pub to: Vec<UserId>,
    /// Those of them who were at work when it was offered, and heard of it then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub called: Vec<UserId>,
    /// What the person who goes wants others to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who declined, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub declined: Vec<Declined>,
    /// Who was asked again, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Called>,
    /// How many questions were put to whoever goes.
    #[serde(default, skip_serializing_if = "is_none_yet")]
    pub questions: u32,
    /// Whether whoever goes has left before somebody accepted, with a reason that is on the record.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub left: bool,
    /// What became of it.
    pub state: HandOffState,
}

/// That somebody does not take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// Who, and when.
    pub stamp: Stamp,
    /// Why.
    pub reason: String,
}

/// What became of a hand-off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum HandOffState {
    /// Nobody has accepted it.
    Offered,
    /// Somebody has the duty now.
    Accepted(Stamp),
    /// There was nobody to ask: the next shift is that of the person who goes.
    Kept,
    /// The last release was closed before somebody accepted: there is nothing to take over.
    FellAway {
        /// When that was seen.
        at: DateTime<Utc>,
    },
    /// Nobody had accepted when the next shift of whoever wanted to go began.
    Returned {
        /// When that was seen.
        at: DateTime<Utc>,
    },
}

impl HandOff {
    /// What whoever had the duty since `since` offers at `now`: to those who are on beside them, or to the next one who
    /// comes.
    #[must_use]
    pub fn offer(
        rota: &Rota<'_>,
        from: UserId,
        since: DateTime<Utc>,
        note: Option<String>,
        now: DateTime<Utc>,
    ) -> Self {
        let to = receivers(rota, from, now);
        let mut called = to.clone();
        called.retain(|user| *user != from && rota.is_reached(*user, now));
        let state = if to == [from] {
            HandOffState::Kept
        } else {
            HandOffState::Offered
        };
        Self {
            from,
            since,
            offered: now,
            to,
            called,
            note,
            declined: Vec::new(),
            calls: Vec::new(),
            questions: 0,
            left: false,
            state,
        }
    }

    /// How it has ended at `now` without an answer: nothing is in flight any more, or whoever wanted to go is on again. None
    /// while it is to be answered, and when it was.
    #[must_use]
    pub fn ended(&self, rota: &Rota<'_>, in_flight: bool, now: DateTime<Utc>) -> Option<HandOffState> {
        let is_on_again = || {
            let on = rota.on(now);
            on.iter()
                .any(|shift| shift.user == self.from && shift.span.from > self.offered)
        };
        match self.is_open() {
            false => None,
            true if !in_flight => Some(HandOffState::FellAway { at: now }),
            true => is_on_again().then_some(HandOffState::Returned { at: now }),
        }
    }

    /// Whether somebody can still accept it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == HandOffState::Offered
    }

    /// Accepts it. Whoever is asked may, and whoever is `entitled`: who is on, or leads releases.
    ///
    /// # Errors
    /// [`HandOffRefusal::Settled`], [`HandOffRefusal::OwnDuty`] or [`HandOffRefusal::ForOthers`].
    pub fn accept(&mut self, accepted: Stamp, entitled: bool) -> Result<(), HandOffRefusal> {
        self.may_answer(accepted.by, entitled)?;
        self.state = HandOffState::Accepted(accepted);
        Ok(())
    }

    /// Declines it. The next ones are asked at once.
    ///
    /// # Errors
    /// As [`HandOff::accept`]; [`HandOffRefusal::DeclinedAlready`] and [`HandOffRefusal::ReasonNeeded`].
    pub fn decline(&mut self, declined: Stamp, reason: &str, entitled: bool) -> Result<(), HandOffRefusal> {
        self.may_answer(declined.by, entitled)?;
        if self.has_declined(declined.by) {
            return Err(HandOffRefusal::DeclinedAlready);
        }
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(HandOffRefusal::ReasonNeeded);
        }
        self.declined.push(Declined {
            stamp: declined,
            reason: reason.chars().take(NOTE_LIMIT).collect(),
        });
        Ok(())
    }

    /// Whether this person can put a question to whoever goes: everybody who sees it may, as long as it is open.
    ///
    /// # Errors
    /// [`HandOffRefusal::Settled`] or [`HandOffRefusal::AskingOneself`].
    pub fn may_ask(&self, user: UserId) -> Result<(), HandOffRefusal> {
        if !self.is_open() {
            return Err(HandOffRefusal::Settled { state: self.state });
        }
        if user == self.from {
            return Err(HandOffRefusal::AskingOneself);
        }
        Ok(())
    }

    /// Everybody who was asked so far, each once.
    #[must_use]
    pub fn asked(&self) -> Vec<UserId> {
        let mut asked = self.to.clone();
        for call in &self.calls {
            if let Audience::People(people) = &call.to {
                asked.extend(people);
            }
        }
        asked.sort();
        asked.dedup();
        asked
    }

    /// Whether this person has declined it.
    #[must_use]
    pub fn has_declined(&self, user: UserId) -> bool {
        self.declined.iter().any(|declined| declined.stamp.by == user)
    }

    fn may_answer(&self, user: UserId, entitled: bool) -> Result<(), HandOffRefusal> {
        if !self.is_open() {
            return Err(HandOffRefusal::Settled { state: self.state });
        }
        if user == self.from {
            return Err(HandOffRefusal::OwnDuty);
        }
        let asked = self.asked();
        if !entitled && !asked.contains(&user) {
            return Err(HandOffRefusal::ForOthers { to: asked });
        }
        Ok(())
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_none_yet(questions: &u32) -> bool {
    *questions == 0
}

/// Who is on beside the one who goes; or the next one who comes, who may be the same. Somebody who is on and comes again
/// is named once.
fn receivers(rota: &Rota<'_>, from: UserId, now: DateTime<Utc>) -> Vec<UserId> {
    let mut on: Vec<UserId> = rota.on(now).iter().map(|shift| shift.user).collect();
    on.retain(|user| *user != from);
    on.dedup();
    if on.is_empty() {
        on.extend(rota.coming(now).first().map(|shift| shift.user));
    }
    on
}
