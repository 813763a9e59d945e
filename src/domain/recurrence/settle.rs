//! What becomes of an occurrence that is waited for, once time has passed.

use chrono::{DateTime, TimeDelta, Utc};

use super::Occurrence;

/// What follows from time having passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The occurrences that nobody hears of any more, in order.
    pub missed: Vec<Occurrence>,
    /// The one to act on: the newest, when it is not too late for it.
    pub acts: Option<Occurrence>,
    /// The next one to wait for.
    pub next: Option<Occurrence>,
}

/// What is to be done at `now` when `waiting` is the occurrence that is waited for and `after` finds those behind an
/// instant; none while it is to come.
///
/// Of several that have passed only the newest counts, and it within its window: nobody wants last month's all at once.
#[must_use]
pub fn settle<Later: Iterator<Item = Occurrence>>(
    waiting: Occurrence,
    after: impl Fn(DateTime<Utc>) -> Later,
    window: TimeDelta,
    now: DateTime<Utc>,
) -> Option<Settled> {
    if waiting.at > now {
        return None;
    }
    let later = after(waiting.at).take_while(|later| later.at <= now);
    let mut missed: Vec<Occurrence> = std::iter::once(waiting).chain(later).collect();
    let in_time = |newest: &Occurrence| now - newest.at <= window;
    let acts = if missed.last().is_some_and(in_time) {
        missed.pop()
    } else {
        None
    };
    let next = after(now).next();
    Some(Settled { missed, acts, next })
}
