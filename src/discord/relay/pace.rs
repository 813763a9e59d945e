//! How fast the relay tries again: at once, then with pauses that grow; and how many sessions it may begin.
//!
//! Time is the time that has passed since some instant before, in real time: it stands still for nobody's clock.

use std::collections::VecDeque;
use std::time::Duration;

/// A session that was up for this long had nothing to do with the trouble before it.
const STABLE: Duration = Duration::from_secs(30);
/// The shortest bound of a pause.
const SHORTEST: Duration = Duration::from_millis(500);
/// The longest bound of a pause.
const LONGEST: Duration = Duration::from_secs(30);
/// Which part of an outage so far a pause may last: after one of 12 s, a sixteenth is three quarters of a second.
const PART: u32 = 16;
/// So many sessions in a row may come up and go before the pauses grow: Discord moves sessions when it pleases, and
/// resuming one costs little.
const FLAPS: u32 = 50;

/// Discord lets a bot of one shard identify once in five seconds (`max_concurrency`).
const BETWEEN_IDENTIFIES: Duration = Duration::from_secs(5);
/// So many IDENTIFYs within an hour are no sign of a loop.
const HARMLESS: u32 = 3;
/// The longest pause between two of a loop.
const LOOPING: Duration = Duration::from_secs(600);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// Full jitter over a bound that grows with the outage: nobody waits for long after a short one, and thousands of bots
/// do not come back at the same instant after a long one.
#[derive(Clone, Debug, Default)]
pub(super) struct Backoff {
    /// Since when no session is up, after the first attempt.
    away_since: Option<Duration>,
    up_since: Option<Duration>,
    /// Sessions in a row that came up and did not last.
    flaps: u32,
}

impl Backoff {
    /// The session is up.
    pub(super) fn up(&mut self, now: Duration) {
        self.up_since = Some(now);
        self.away_since = None;
    }

    /// The connection is gone or did not come about: the longest that the pause before the next one may be.
    pub(super) fn down(&mut self, now: Duration) -> Duration {
        if let Some(up) = self.up_since.take() {
            self.flaps = if now.saturating_sub(up) < STABLE {
                self.flaps.saturating_add(1)
            } else {
                0
            };
        }
        let Some(since) = self.away_since else {
            self.away_since = Some(now);
            let doublings = self.flaps.saturating_sub(FLAPS).min(31);
            let growing = SHORTEST.saturating_mul((1 << doublings) - 1);
            return growing.min(LONGEST);
        };
        (now.saturating_sub(since) / PART).clamp(SHORTEST, LONGEST)
    }
}

/// Counts IDENTIFYs. Discord resets the token of a bot that sends more than 1,000 in a day.
#[derive(Clone, Debug)]
pub(super) struct Budget {
    per_day: usize,
    spent: VecDeque<Duration>,
}

impl Budget {
    pub(super) fn new(per_day: usize) -> Self {
        Self {
            per_day,
            spent: VecDeque::new(),
        }
    }

    /// How long the next IDENTIFY has to wait.
    pub(super) fn wait(&self, now: Duration) -> Duration {
        let Some(last) = self.spent.back() else {
            return Duration::ZERO;
        };
        let recent = self
            .spent
            .iter()
            .filter(|spent| now.saturating_sub(**spent) < HOUR);
        let doublings = u32::try_from(recent.count())
            .unwrap_or(u32::MAX)
            .saturating_sub(HARMLESS);
        let growth = 2_u32.saturating_pow(doublings);
        let between = BETWEEN_IDENTIFIES.saturating_mul(growth).min(LOOPING);
        let paced = (*last + between).saturating_sub(now);
        // The oldest of as many as a day may have must be a day old.
        let oldest = self.spent.len().checked_sub(self.per_day);
        let limited = oldest
            .and_then(|index| self.spent.get(index))
            .map_or(Duration::ZERO, |oldest| (*oldest + DAY).saturating_sub(now));
        paced.max(limited)
    }

    /// An IDENTIFY is sent.
    pub(super) fn spend(&mut self, now: Duration) {
        self.spent.retain(|spent| now.saturating_sub(*spent) < DAY);
        self.spent.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_first_attempt_is_made_at_once_and_the_pauses_grow() {
        let mut backoff = Backoff::default();
        backoff.up(seconds(0));
        assert_eq!(backoff.down(seconds(100)), Duration::ZERO);
        assert_eq!(backoff.down(seconds(100)), SHORTEST);
        assert_eq!(backoff.down(seconds(112)), seconds(12) / 16);
        assert_eq!(backoff.down(seconds(180)), seconds(5));
        assert_eq!(backoff.down(seconds(4_000)), LONGEST);
    }

    /// An outage is no longer than the time since a session was up.
    #[test]
    fn each_outage_begins_anew() {
        let mut backoff = Backoff::default();
        assert_eq!(backoff.down(seconds(0)), Duration::ZERO);
        assert_eq!(backoff.down(seconds(160)), seconds(10));
        backoff.up(seconds(160));
        assert_eq!(backoff.down(seconds(161)), Duration::ZERO);
        assert_eq!(backoff.down(seconds(162)), SHORTEST);
    }

    #[test]
    fn sessions_that_come_up_and_go_are_slowed_down_in_the_end() {
        let mut backoff = Backoff::default();
        let mut flap = |lasts| {
            backoff.up(seconds(0));
            backoff.down(lasts)
        };
        for _ in 0..FLAPS {
            assert_eq!(flap(seconds(1)), Duration::ZERO);
        }
        let pauses: Vec<u128> = (0..9).map(|_| flap(seconds(1)).as_millis()).collect();
        assert_eq!(pauses, [500, 1500, 3500, 7500, 15500, 30000, 30000, 30000, 30000]);
        assert_eq!(flap(STABLE), Duration::ZERO);
        assert_eq!(flap(seconds(1)), Duration::ZERO);
    }

    #[test]
    fn sessions_begin_five_seconds_apart_and_slower_in_a_loop() {
        let mut budget = Budget::new(200);
        assert_eq!(budget.wait(seconds(0)), Duration::ZERO);
        let (mut now, mut waits) = (seconds(0), Vec::new());
        for _ in 0..10 {
            budget.spend(now);
            let wait = budget.wait(now);
            waits.push(wait.as_secs());
            now += wait;
        }
        assert_eq!(waits, [5, 5, 5, 10, 20, 40, 80, 160, 320, 600]);
        assert_eq!(budget.wait(now + HOUR), Duration::ZERO);
    }

    /// Whatever Discord does, no stretch of 24 hours has more IDENTIFYs than the budget.
    #[test]
    fn no_day_has_more_than_the_budget() {
        for per_day in [1, 7, 200] {
            let mut budget = Budget::new(per_day);
            let (mut now, mut sent) = (seconds(0), Vec::new());
            while now < DAY * 5 {
                now += budget.wait(now);
                budget.spend(now);
                sent.push(now);
            }
            for (index, at) in sent.iter().enumerate() {
                let within = sent.get(index..).unwrap().iter();
                let count = within.take_while(|later| **later - *at < DAY).count();
                assert!(count <= per_day, "{count} within a day of {at:?}");
            }
        }
    }
}
