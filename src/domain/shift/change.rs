//! What people change about a roster: that they are away, and that somebody else has a shift.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::UserId;
use crate::domain::person::Stamp;
use crate::domain::shift::{Rota, ShiftRefusal, Span};

/// The most days that somebody is away at once.
const LONGEST_AWAY: i64 = 366;

/// The longest stretch that somebody takes at once.
const LONGEST_TAKEN: TimeDelta = TimeDelta::days(7);

/// How long somebody has the duty who takes it when nobody else is known to come.
const TAKEN_ALONE: TimeDelta = TimeDelta::hours(8);

/// That somebody is away for whole days, as their own clock shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// Its number.
    pub number: i64,
    /// Who.
    pub user: UserId,
    /// The first day.
    pub first: NaiveDate,
    /// The last day; not before the first.
    pub last: NaiveDate,
    /// Why, as typed; nobody has to say.
    pub reason: Option<String>,
    /// Who said so, and when.
    pub said: Stamp,
}

/// That a stretch of a roster is somebody's, or nobody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The stretch.
    pub span: Span,
    /// Whose it is; none when whoever had it left.
    pub user: Option<UserId>,
    /// In whose place; none for whoever would be on.
    pub instead_of: Option<UserId>,
    /// How that came about.
    pub cause: Cause,
    /// Who made it so, and when.
    pub made: Stamp,
}

/// How somebody came to have a shift that is not their own by the rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// They took it.
    Taken,
    /// They agreed to swap.
    Swapped,
    /// Whoever had it left before its end.
    Left,
}

/// Whether somebody can be away from `first` to `last`, when it is `today` where they are.
///
/// # Errors
/// [`ShiftRefusal::AwayBackwards`], [`ShiftRefusal::AwayOver`] or [`ShiftRefusal::AwayTooLong`].
pub fn check_away(first: NaiveDate, last: NaiveDate, today: NaiveDate) -> Result<(), ShiftRefusal> {
    let days = last.signed_duration_since(first).num_days() + 1;
    if days < 1 {
        Err(ShiftRefusal::AwayBackwards { first, last })
    } else if last < today {
        Err(ShiftRefusal::AwayOver { last })
    } else if days > LONGEST_AWAY {
        let limit = LONGEST_AWAY;
        Err(ShiftRefusal::AwayTooLong { days, limit })
    } else {
        Ok(())
    }
}

impl Rota<'_> {
    /// That somebody takes the duty now: until `until`, or until the end of the shift that goes on, or until somebody
    /// comes on, or for eight hours.
    ///
    /// # Errors
    /// [`ShiftRefusal::NotAStretch`] or [`ShiftRefusal::OnAlready`].
    pub fn take(&self, until: Option<DateTime<Utc>>, taken: Stamp) -> Result<Change, ShiftRefusal> {
        let now = taken.at;
        let on = self.on(now);
        let ends = on.iter().map(|shift| shift.span.until).max();
        let comes = || self.coming(now).first().map(|shift| shift.span.from);
        let until = until.or(ends).or_else(comes).unwrap_or(now + TAKEN_ALONE);
        if until <= now || until > now + LONGEST_TAKEN {
            return Err(ShiftRefusal::NotAStretch);
        }
        let own = on.iter().find(|shift| shift.user == taken.by);
        if let Some(own) = own.filter(|own| own.span.until >= until && on.len() == 1) {
            return Err(ShiftRefusal::OnAlready {
                until: own.span.until,
            });
        }
        Ok(Change {
            span: Span { from: now, until },
            user: Some(taken.by),
            instead_of: None,
            cause: Cause::Taken,
            made: taken,
        })
    }

    /// That somebody goes before the end of their shift; none when they are not on.
    #[must_use]
    pub fn leave(&self, left: Stamp) -> Option<Change> {
        let on = self.on(left.at);
        let own = on.iter().find(|shift| shift.user == left.by)?;
        Some(Change {
            span: Span {
                from: left.at,
                until: own.span.until,
            },
            user: None,
            instead_of: Some(left.by),
            cause: Cause::Left,
            made: left,
        })
    }

    /// That somebody takes the shift that nobody has and that begins at `begins`.
    ///
    /// # Errors
    /// [`ShiftRefusal::NoSuchGap`].
    pub fn take_gap(&self, begins: DateTime<Utc>, taken: Stamp) -> Result<Change, ShiftRefusal> {
        let around = Span {
            from: begins - LONGEST_TAKEN,
            until: begins + LONGEST_TAKEN,
        };
        let gaps = self.untaken(around);
        let gap = gaps
            .iter()
            .find(|gap| gap.span.from == begins && gap.span.until > taken.at);
        let gap = gap.ok_or(ShiftRefusal::NoSuchGap)?;
        Ok(Change {
            span: gap.span,
            user: Some(taken.by),
            instead_of: None,
            cause: Cause::Taken,
            made: taken,
        })
    }
}

/// One of the two, in the order in which people said them.
pub(super) enum Said<'a> {
    Away(&'a Away),
    Change(&'a Change),
}

/// Everything that was said, the earliest first: what is said later counts more.
pub(super) fn in_order<'a>(away: &'a [Away], changes: &'a [Change]) -> Vec<Said<'a>> {
    let at = |said: &Said<'_>| -> DateTime<Utc> {
        match said {
            Said::Away(away) => away.said.at,
            Said::Change(change) => change.made.at,
        }
    };
    let mut all: Vec<Said<'a>> = away.iter().map(Said::Away).collect();
    all.extend(changes.iter().map(Said::Change));
    all.sort_by_key(at);
    all
}
