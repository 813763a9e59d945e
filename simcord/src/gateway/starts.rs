//! How often a bot may begin a session (page "Gateway", Session Start Limit).

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::options::Limits;

/// How long a day's sessions are counted from the first one on.
const DAY: TimeDelta = TimeDelta::hours(24);

/// The time within which only so many sessions begin at once.
const AT_ONCE: TimeDelta = TimeDelta::seconds(5);

/// What is said of sessions at once when nothing is counted: Discord's number.
const USUAL_AT_ONCE: usize = 1;

/// The sessions that a bot has begun.
#[derive(Debug, Default)]
pub(super) struct Starts {
    day: Option<DateTime<Utc>>,
    today: usize,
    recent: Vec<DateTime<Utc>>,
    token_is_reset: bool,
}

/// What becomes of an IDENTIFY.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// It begins a session.
    Begins,
    /// It came too soon after another.
    TooSoon,
    /// It was the one too many of its day: the token is reset now.
    ResetsToken,
}

impl Starts {
    /// Counts an IDENTIFY.
    pub(super) fn count(&mut self, now: DateTime<Utc>, limits: &Limits) -> Start {
        self.recent.retain(|at| now < *at + AT_ONCE);
        if limits
            .sessions_at_once
            .is_some_and(|most| self.recent.len() >= most)
        {
            return Start::TooSoon;
        }
        self.recent.push(now);
        if self.day.is_none_or(|began| began + DAY <= now) {
            self.day = Some(now);
            self.today = 0;
        }
        self.today += 1;
        if self.today <= limits.sessions_per_day {
            return Start::Begins;
        }
        self.token_is_reset = true;
        Start::ResetsToken
    }

    /// Whether the bot's token is one no more.
    pub(super) fn token_is_reset(&self) -> bool {
        self.token_is_reset
    }

    /// What is left, as `session_start_limit` of `/gateway/bot` says it.
    pub(super) fn left(&self, now: DateTime<Utc>, limits: &Limits) -> Value {
        let ends = self.day.map(|began| began + DAY).filter(|ends| now < *ends);
        let begun = ends.map_or(0, |_| self.today);
        json!({
            "total": limits.sessions_per_day,
            "remaining": limits.sessions_per_day.saturating_sub(begun),
            "reset_after": ends.map_or(0, |ends| (ends - now).num_milliseconds()),
            "max_concurrency": limits.sessions_at_once.unwrap_or(USUAL_AT_ONCE),
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::{Start, Starts};
    use crate::options::Limits;

    #[test]
    fn a_day_has_its_sessions_and_one_more_resets_the_token() {
        let limits = Limits {
            sessions_per_day: 2,
            ..Limits::default()
        };
        let at = |hours| DateTime::UNIX_EPOCH + TimeDelta::hours(hours);
        let mut starts = Starts::default();
        assert_eq!(starts.left(at(0), &limits)["remaining"], 2);
        assert_eq!(starts.count(at(1), &limits), Start::Begins);
        assert_eq!(starts.count(at(2), &limits), Start::Begins);
        let left = starts.left(at(3), &limits);
        assert_eq!(
            (&left["remaining"], &left["reset_after"]),
            (&0.into(), &(22 * 3_600_000).into())
        );
        assert_eq!(starts.count(at(25), &limits), Start::Begins, "a new day");
        assert_eq!(starts.left(at(25), &limits)["remaining"], 1);
        assert_eq!(starts.count(at(25), &limits), Start::Begins);
        assert!(!starts.token_is_reset());
        assert_eq!(starts.count(at(48), &limits), Start::ResetsToken);
        assert!(starts.token_is_reset());
    }

    #[test]
    fn one_at_once_means_five_seconds_apart() {
        let limits = Limits {
            sessions_at_once: Some(1),
            ..Limits::default()
        };
        let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
        let mut starts = Starts::default();
        let said = [0, 4, 5, 6].map(|second| starts.count(at(second), &limits));
        assert_eq!(
            said,
            [Start::Begins, Start::TooSoon, Start::Begins, Start::TooSoon]
        );
    }
}
