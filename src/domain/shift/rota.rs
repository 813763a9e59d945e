//! Who is on when: the rotation, with what people changed about it laid over.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::UserId;
use crate::domain::shift::change::{Said, in_order};
use crate::domain::shift::span::joined;
use crate::domain::shift::{Away, Cause, Change, Gap, Overlap, Roster, Span};

/// How far ahead the next shift is looked for.
const LOOKED_AHEAD: TimeDelta = TimeDelta::days(7 * 60);

/// How long one stretch of duty can be; so far back those that are still going on are looked for.
const LONGEST: TimeDelta = TimeDelta::days(14);

/// A roster with what people changed about it.
#[derive(Clone, Copy, Debug)]
pub struct Rota<'a> {
    /// The roster.
    pub roster: &'a Roster,
    /// Who is away; also people of other rosters.
    pub away: &'a [Away],
    /// What was taken or swapped in this roster.
    pub changes: &'a [Change],
}

/// A stretch of duty of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shift {
    /// From when to when.
    pub span: Span,
    /// Whose it is.
    pub user: UserId,
    /// How it came to be theirs; none by the rotation.
    pub cause: Option<Cause>,
}

impl Rota<'_> {
    /// The shifts that reach into `span`, whole, in the order in which they begin.
    #[must_use]
    pub fn shifts(&self, span: Span) -> Vec<Shift> {
        // What reaches into the span from before it is as long as it is, not as long as what is looked at.
        let wide = Span {
            from: span.from - LONGEST,
            until: span.until + LONGEST,
        };
        let mut shifts = self.by_rotation(wide);
        for said in in_order(self.away, self.changes) {
            shifts = match said {
                Said::Away(away) => self.without_away(shifts, away),
                Said::Change(change) => with_change(shifts, change),
            };
        }
        shifts.sort();
        let mut whole = merged(shifts);
        whole.retain(|shift| shift.span.both(span).is_some());
        whole
    }

    /// Who is on at `instant`; several where hours overlap, the one who is on longest first.
    #[must_use]
    pub fn on(&self, instant: DateTime<Utc>) -> Vec<Shift> {
        self.shifts(Span {
            from: instant,
            until: instant + TimeDelta::milliseconds(1),
        })
    }

    /// Who comes on next after `instant`, in the order in which they do, as far as it is known.
    #[must_use]
    pub fn coming(&self, instant: DateTime<Utc>) -> Vec<Shift> {
        let ahead = |length: TimeDelta| {
            let mut shifts = self.shifts(Span {
                from: instant,
                until: instant + length,
            });
            shifts.retain(|shift| shift.span.from > instant);
            shifts
        };
        // Mostly it is within two weeks; a long rotation with many away is rare and costs more.
        let soon = ahead(TimeDelta::days(14));
        if soon.is_empty() {
            ahead(LOOKED_AHEAD)
        } else {
            soon
        }
    }

    /// When nobody is on in `span` although somebody has to be, in order. Without a rule of its own a roster asks for
    /// what its rotation gives, so that a gap is a shift that nobody takes.
    #[must_use]
    pub fn gaps(&self, span: Span) -> Vec<Gap> {
        let asked = match &self.roster.cover {
            Some(cover) => cover.spans(span),
            None => joined(
                self.by_rotation(span)
                    .into_iter()
                    .map(|shift| shift.span)
                    .collect(),
            ),
        };
        self.uncovered(asked, span)
    }

    fn uncovered(&self, asked: Vec<Span>, span: Span) -> Vec<Gap> {
        let covered: Vec<Span> = self.shifts(span).into_iter().map(|shift| shift.span).collect();
        asked
            .into_iter()
            .filter_map(|asked| asked.both(span))
            .flat_map(|asked| asked.without_all(covered.iter().copied()))
            .map(|span| Gap { span })
            .collect()
    }

    /// What the rotation gives to somebody and nobody takes in `span`, in order: somebody is away, and nobody stands in.
    #[must_use]
    pub fn untaken(&self, span: Span) -> Vec<Gap> {
        let given = joined(
            self.by_rotation(span)
                .into_iter()
                .map(|shift| shift.span)
                .collect(),
        );
        self.uncovered(given, span)
    }

    /// When two people are on at once in `span`.
    #[must_use]
    pub fn overlaps(&self, span: Span) -> Vec<Overlap> {
        let shifts = self.shifts(span);
        let mut overlaps = Vec::new();
        for (place, one) in shifts.iter().enumerate() {
            for other in shifts.iter().skip(place + 1) {
                if other.user != one.user
                    && let Some(both) = one.span.both(other.span)
                {
                    overlaps.push(Overlap {
                        span: both,
                        users: [one.user, other.user],
                    });
                }
            }
        }
        overlaps
    }

    /// Whether the hours of this person are now, whoever's turn it is, and they are not away. Nobody else is asked to
    /// answer at night.
    #[must_use]
    pub fn is_at_work(&self, user: UserId, instant: DateTime<Utc>) -> bool {
        self.next_at_work(user, instant) == Some(instant)
    }

    /// Whether this person may be called at `instant`: whoever is on is at work, whatever their usual hours are.
    #[must_use]
    pub fn is_reached(&self, user: UserId, instant: DateTime<Utc>) -> bool {
        self.is_at_work(user, instant) || self.on(instant).iter().any(|shift| shift.user == user)
    }

    /// From `instant` on, the first at which this person is at work; none for somebody who is not in the roster, or away
    /// for weeks.
    #[must_use]
    pub fn next_at_work(&self, user: UserId, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let member = self.roster.member(user)?;
        let ahead = Span {
            from: instant,
            until: instant + TimeDelta::days(28),
        };
        let away = self.away.iter().filter(|away| away.user == user);
        let away: Vec<Span> = away.map(|away| member.dates(away.first, away.last)).collect();
        member
            .hours_in(ahead)
            .flat_map(|(_, day)| day.without_all(away.iter().copied()))
            .filter(|day| day.until > instant)
            .map(|day| day.from.max(instant))
            .min()
    }

    /// The shifts that the rotation alone gives.
    fn by_rotation(&self, span: Span) -> Vec<Shift> {
        let members = self.roster.members.iter().enumerate();
        members
            .flat_map(|(place, member)| {
                member
                    .hours_in(span)
                    .filter(move |(date, _)| self.roster.has_turn(place, *date))
                    .map(|(_, day)| Shift {
                        span: day,
                        user: member.user,
                        cause: None,
                    })
            })
            .collect()
    }

    fn without_away(&self, shifts: Vec<Shift>, away: &Away) -> Vec<Shift> {
        let Some(member) = self.roster.member(away.user) else {
            return shifts;
        };
        let days = member.dates(away.first, away.last);
        cut(shifts, days, |shift| shift.user == away.user)
    }
}

fn with_change(shifts: Vec<Shift>, change: &Change) -> Vec<Shift> {
    let mut shifts = cut(shifts, change.span, |shift| {
        Some(shift.user) == change.user || change.instead_of.is_none_or(|user| shift.user == user)
    });
    shifts.extend(change.user.map(|user| Shift {
        span: change.span,
        user,
        cause: Some(change.cause),
    }));
    shifts
}

/// Takes `span` out of those that `which` means.
fn cut(shifts: Vec<Shift>, span: Span, which: impl Fn(&Shift) -> bool) -> Vec<Shift> {
    shifts
        .into_iter()
        .flat_map(|shift| {
            let left = if which(&shift) {
                shift.span.without(span).collect()
            } else {
                vec![shift.span]
            };
            left.into_iter().map(move |span| Shift { span, ..shift })
        })
        .collect()
}

/// What one person has without a break is one shift, however it came about. `shifts` are in order.
fn merged(shifts: Vec<Shift>) -> Vec<Shift> {
    let mut merged: Vec<Shift> = Vec::new();
    for shift in shifts {
        let own = merged.iter_mut().rev().find(|last| last.user == shift.user);
        match own {
            Some(last) if shift.span.from <= last.span.until => {
                last.span.until = last.span.until.max(shift.span.until);
                last.cause = last.cause.or(shift.cause);
            }
            _ => merged.push(shift),
        }
    }
    merged
}
