//! Who has the duty of a roster, and when it is time to hand it over. The roster says who should have it; who has it is
//! whoever accepted it last.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::shift::{Rota, Shift, Span};

/// So long before the end of their shift whoever goes is asked for a note.
pub const NOTE_AHEAD: TimeDelta = TimeDelta::hours(1);

/// How far ahead the end of a duty is looked for.
const LOOKED_AHEAD: TimeDelta = TimeDelta::days(21);

/// Who has the duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// Who.
    pub holder: UserId,
    /// Since when.
    pub since: DateTime<Utc>,
    /// From when on its end is looked for: later than `since` for somebody whose next shift was their own.
    pub from: DateTime<Utc>,
    /// What they want those to know who come after them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The end of duty before which they were asked for it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_before: Option<DateTime<Utc>>,
}

/// What time does to the duty of a roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nobody had it, and this person's shift has begun.
    TakesUp(UserId),
    /// The shift is over, and nothing is in flight: nothing is handed over.
    LaysDown,
    /// The shift is over, and releases are in flight.
    HandsOver,
}

impl Duty {
    /// The duty of somebody who takes it up at `now`.
    #[must_use]
    pub fn taken_up(holder: UserId, now: DateTime<Utc>) -> Self {
        Self {
            holder,
            since: now,
            from: now,
            note: None,
            asked_before: None,
        }
    }

    /// The end of duty for which a note is asked at `now`; none when it was asked, is there, or is not due.
    #[must_use]
    pub fn note_due(&self, rota: &Rota<'_>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let ends = self.ends(rota)?;
        let due = self.note.is_none() && ends - NOTE_AHEAD <= now && now < ends;
        (due && self.asked_before != Some(ends)).then_some(ends)
    }

    /// From when on what happened counts as done in the shift that ends at `now`.
    #[must_use]
    pub fn shift_began(&self, rota: &Rota<'_>, now: DateTime<Utc>) -> DateTime<Utc> {
        let before = Span {
            from: self.since,
            until: now,
        };
        let mut own = rota.shifts(before);
        own.retain(|shift| shift.user == self.holder);
        own.last()
            .map_or(self.since, |shift| shift.span.from.max(self.since))
    }

    /// What has become due at `now`. `in_flight` is whether there is something to hand over.
    #[must_use]
    pub fn step(duty: Option<&Self>, rota: &Rota<'_>, in_flight: bool, now: DateTime<Utc>) -> Option<Step> {
        let Some(duty) = duty else {
            return rota.on(now).first().map(|shift| Step::TakesUp(shift.user));
        };
        duty.ends(rota).filter(|ends| *ends <= now)?;
        Some(if in_flight {
            Step::HandsOver
        } else {
            Step::LaysDown
        })
    }

    /// When something becomes due next.
    #[must_use]
    pub fn next(duty: Option<&Self>, rota: &Rota<'_>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let Some(duty) = duty else {
            return rota.coming(now).first().map(|shift| shift.span.from);
        };
        let ends = duty.ends(rota)?;
        [ends - NOTE_AHEAD, ends]
            .into_iter()
            .find(|instant| *instant > now)
    }

    /// When it is to be handed over: at the end of the holder's shift; or, where they have none before others come, when
    /// the first of them does. None as long as nobody is known to come.
    #[must_use]
    pub fn ends(&self, rota: &Rota<'_>) -> Option<DateTime<Utc>> {
        let ahead = Span {
            from: self.from,
            until: self.from + LOOKED_AHEAD,
        };
        let shifts = rota.shifts(ahead);
        let own = shifts.iter().find(|shift| shift.user == self.holder);
        let is_other = |shift: &&Shift| shift.user != self.holder && shift.span.from > self.from;
        let other = shifts.iter().find(is_other).map(|shift| shift.span.from);
        match (own.map(|shift| shift.span), other) {
            (Some(own), Some(other)) if own.from > self.from && other < own.from => Some(other),
            (Some(own), _) => Some(own.until),
            (None, other) => other,
        }
    }
}
