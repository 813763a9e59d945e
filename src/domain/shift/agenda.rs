//! What a roster says by itself, and when: that somebody's turn comes, and that nobody will be on.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::shift::{Gap, Rota, Shift, Span};

/// So far ahead people are warned that nobody will be on.
pub const GAPS_AHEAD: TimeDelta = TimeDelta::days(7);

/// Whoever was on within this time before a shift knows that it comes: a weekend is shorter.
const STILL_KNOWN: TimeDelta = TimeDelta::hours(72);

/// Something that is said once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "occasion", rename_all = "kebab-case")]
pub enum Occasion {
    /// Somebody's turn comes.
    Turn {
        /// Whose.
        user: UserId,
        /// When it begins.
        from: DateTime<Utc>,
    },
    /// Nobody takes a shift.
    Gap {
        /// When it begins.
        from: DateTime<Utc>,
    },
}

/// What a roster has to say at an instant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// The turns that people are told of now.
    pub turns: Vec<Shift>,
    /// The gaps that are warned of now, in one message.
    pub gaps: Vec<Gap>,
}

impl Agenda {
    /// What is to be said at `now`, of what was not said before.
    #[must_use]
    pub fn due(rota: &Rota<'_>, settled: &BTreeSet<Occasion>, now: DateTime<Utc>) -> Self {
        let mut turns = Vec::new();
        if let Some(notice) = notice(rota) {
            let turn = |shift: &Shift| Occasion::Turn {
                user: shift.user,
                from: shift.span.from,
            };
            turns = begins_within(rota, now, notice);
            turns.retain(|shift| !settled.contains(&turn(shift)) && is_news(rota, shift));
        }
        // A gap is known by its beginning, so neither end of it may be cut off by what is looked at.
        let around = Span {
            from: now - GAPS_AHEAD * 2,
            until: now + GAPS_AHEAD * 2,
        };
        let mut gaps = rota.untaken(around);
        gaps.retain(|gap| {
            // Of one that has begun nobody can be warned.
            let comes = now < gap.span.from && gap.span.from <= now + GAPS_AHEAD;
            comes && !settled.contains(&Occasion::Gap { from: gap.span.from })
        });
        Self { turns, gaps }
    }

    /// The occasions that it settles.
    pub fn occasions(&self) -> impl Iterator<Item = Occasion> + '_ {
        let turns = self.turns.iter().map(|shift| Occasion::Turn {
            user: shift.user,
            from: shift.span.from,
        });
        let gaps = self.gaps.iter().map(|gap| Occasion::Gap { from: gap.span.from });
        turns.chain(gaps)
    }

    /// The next instant after `now` at which there may be something to say, as the roster is at this moment.
    #[must_use]
    pub fn next(rota: &Rota<'_>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let turn = notice(rota).and_then(|notice| {
            let after = rota.coming(now + notice);
            let first = after.iter().find(|shift| is_news(rota, shift));
            first.map(|shift| shift.span.from - notice)
        });
        let beyond = Span {
            from: now + GAPS_AHEAD,
            until: now + GAPS_AHEAD * 8,
        };
        let gap = rota.untaken(beyond).first().map(|gap| gap.span.from - GAPS_AHEAD);
        turn.into_iter().chain(gap).filter(|instant| *instant > now).min()
    }
}

/// How long before a turn it is told of; none for never.
fn notice(rota: &Rota<'_>) -> Option<TimeDelta> {
    let hours = rota.roster.notice_hours;
    (hours > 0).then(|| TimeDelta::hours(hours.into()))
}

fn begins_within(rota: &Rota<'_>, now: DateTime<Utc>, length: TimeDelta) -> Vec<Shift> {
    let mut shifts = rota.shifts(Span {
        from: now,
        until: now + length + TimeDelta::milliseconds(1),
    });
    shifts.retain(|shift| shift.span.from > now);
    shifts
}

/// Whether somebody's turn begins with this shift, so that they may not think of it.
fn is_news(rota: &Rota<'_>, shift: &Shift) -> bool {
    let before = Span {
        from: shift.span.from - STILL_KNOWN,
        until: shift.span.from,
    };
    let mut shifts = rota.shifts(before).into_iter();
    !shifts.any(|earlier| earlier.user == shift.user && earlier.span.from < shift.span.from)
}
