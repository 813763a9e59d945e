//! Asking again, as long as nobody has accepted: those who come on, then the next ones of the roster, then whoever leads
//! releases; each in their working hours.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::handoff::HandOff;
use crate::domain::hours::WorkingHours;
use crate::domain::ids::UserId;
use crate::domain::shift::Rota;

/// Nobody is asked more often than this.
pub const ASKED_AGAIN: TimeDelta = TimeDelta::minutes(15);

/// How often somebody is asked when so many calls have brought no answer: whoever does not hear it four times an hour
/// does not hear it at all.
const ASKED_SELDOM: TimeDelta = TimeDelta::hours(1);

/// After so many calls the next ones are seldom.
const OFTEN: usize = 6;

/// So often somebody is asked before the next ones are.
const TIMES: usize = 2;

/// So many of the roster are asked after those who come on.
const NEXT: usize = 2;

/// How many instants ahead are tried before a roster counts as one that nobody works in.
const TRIED: usize = 64;

/// Whom a call is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// These people.
    People(Vec<UserId>),
    /// Whoever leads releases.
    ReleaseManager,
}

/// A call for an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// When.
    pub at: DateTime<Utc>,
    /// Whom.
    pub to: Audience,
}

impl HandOff {
    /// The next call for an answer from `now` on; none when it is settled, or nobody of them ever works. What should have
    /// come before is for whoever is at work now.
    ///
    /// `lead` is when whoever leads releases works.
    #[must_use]
    pub fn call_from(&self, rota: &Rota<'_>, lead: &WorkingHours<'_>, now: DateTime<Utc>) -> Option<Called> {
        if !self.is_open() {
            return None;
        }
        let last = self.calls.last().map_or(self.offered, |call| call.at);
        let declined = self.declined.last().map(|declined| declined.stamp.at);
        // Whoever declines lets the others be asked at once.
        let due = match declined.filter(|declined| *declined > last) {
            Some(declined) => declined,
            None if self.calls.len() < OFTEN => last + ASKED_AGAIN,
            None => last + ASKED_SELDOM,
        };
        let mut at = due.max(now);
        for _ in 0..TRIED {
            let tiers = self.tiers(rota, at);
            let from = self.reached(&tiers);
            // Those who were asked often enough are asked again when nobody else is at work.
            for tier in tiers.iter().skip(from).chain(tiers.iter().take(from)) {
                if let Some(to) = at_work(tier, rota, lead, at) {
                    return Some(Called { at, to });
                }
            }
            at = tiers
                .iter()
                .filter_map(|tier| next_at_work(tier, rota, lead, at))
                .min()
                .filter(|next| *next > at)?;
        }
        None
    }

    /// Whom to ask, in order: those who come on, the next ones of the roster, and whoever leads releases.
    fn tiers(&self, rota: &Rota<'_>, at: DateTime<Utc>) -> Vec<Audience> {
        let open = |user: &UserId| *user != self.from && !self.has_declined(*user);
        let first: Vec<UserId> = self.to.iter().copied().filter(open).collect();
        let mut next: Vec<UserId> = Vec::new();
        let on = rota.on(at);
        for shift in on.iter().chain(&rota.coming(at)) {
            if open(&shift.user) && !self.to.contains(&shift.user) && !next.contains(&shift.user) {
                next.push(shift.user);
            }
        }
        next.truncate(NEXT);
        vec![
            Audience::People(first),
            Audience::People(next),
            Audience::ReleaseManager,
        ]
    }

    /// From which tier on somebody is asked: each has its times, and those who all declined have none.
    fn reached(&self, tiers: &[Audience]) -> usize {
        let people = |audience: &Audience| match audience {
            Audience::People(people) => people.clone(),
            Audience::ReleaseManager => Vec::new(),
        };
        for (place, tier) in tiers.iter().enumerate() {
            let own = people(tier);
            if *tier == Audience::ReleaseManager {
                return place;
            }
            let asked = self.calls.iter().filter(|call| {
                let called = people(&call.to);
                own.iter().any(|user| called.contains(user))
            });
            // The offer itself asks those of them who are at work.
            let offered = usize::from(place == 0 && !self.called.is_empty());
            if !own.is_empty() && asked.count() + offered < TIMES {
                return place;
            }
        }
        tiers.len().saturating_sub(1)
    }
}

/// Those of an audience who are at work at this instant, if any are.
fn at_work(
    audience: &Audience,
    rota: &Rota<'_>,
    lead: &WorkingHours<'_>,
    at: DateTime<Utc>,
) -> Option<Audience> {
    match audience {
        Audience::People(people) => {
            let people: Vec<UserId> = people
                .iter()
                .copied()
                .filter(|user| rota.is_reached(*user, at))
                .collect();
            (!people.is_empty()).then_some(Audience::People(people))
        }
        Audience::ReleaseManager => lead.contain(at).then_some(Audience::ReleaseManager),
    }
}

fn next_at_work(
    audience: &Audience,
    rota: &Rota<'_>,
    lead: &WorkingHours<'_>,
    at: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    match audience {
        Audience::People(people) => {
            let hours = people.iter().filter_map(|user| rota.next_at_work(*user, at));
            let shifts = rota.coming(at).into_iter();
            let shifts = shifts
                .filter(|shift| people.contains(&shift.user))
                .map(|shift| shift.span.from);
            hours.chain(shifts).min()
        }
        Audience::ReleaseManager => Some(lead.from(at)),
    }
}
