//! How fast messages leave, and when the bot falls silent.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::app::{Pauses, SendError};
use crate::runtime::Clock;

/// Requests a second, below the 50 that Discord allows (topics/rate-limits).
const PER_SECOND: f64 = 40.0;

/// Requests that may leave at once.
const BURST: f64 = 10.0;

/// A board is edited at most this often, whatever the load.
const BOARD_REST: TimeDelta = TimeDelta::seconds(2);

/// How the bot behaves towards the platform.
#[derive(Debug)]
pub(super) struct Pace {
    bucket: Option<Bucket>,
    board_rest: TimeDelta,
    chance: u64,
}

impl Pace {
    /// That of real time. Under a manual clock nobody waits in real time, and each retry takes the same pause whenever
    /// the same script is played.
    pub(super) fn of(clock: &Clock, now: Instant) -> Self {
        if clock.is_manual() {
            return Self {
                bucket: None,
                board_rest: TimeDelta::zero(),
                chance: 1,
            };
        }
        Self {
            bucket: Some(Bucket::full(now)),
            board_rest: BOARD_REST,
            chance: RandomState::new().build_hasher().finish(),
        }
    }

    /// How long to wait before making so many requests.
    pub(super) fn wait(&mut self, requests: u32, now: Instant) -> Duration {
        self.bucket
            .as_mut()
            .map_or(Duration::ZERO, |bucket| bucket.take(requests, now))
    }

    /// The pauses after one attempt.
    pub(super) fn pauses(&mut self) -> Pauses {
        // SplitMix64 (Steele, Lea, Flood 2014): a pause needs spread, not secrecy.
        self.chance = self.chance.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.chance;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        Pauses {
            share: f64::from(u32::try_from(mixed >> 32).unwrap_or(0)) / (f64::from(u32::MAX) + 1.0),
            board: self.board_rest,
        }
    }
}

/// A token bucket that may be overdrawn: whoever overdraws it waits until it is level again.
#[derive(Debug)]
struct Bucket {
    level: f64,
    at: Instant,
}

impl Bucket {
    fn full(now: Instant) -> Self {
        Self {
            level: BURST,
            at: now,
        }
    }

    fn take(&mut self, requests: u32, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.level = (self.level + passed * PER_SECOND).min(BURST) - f64::from(requests);
        self.at = now;
        Duration::from_secs_f64((-self.level / PER_SECOND).max(0.0))
    }
}

/// Discord bans an address after 10,000 answers of 401, 403 and 429 in ten minutes (topics/rate-limits). At half of
/// them the bot falls silent.
const REFUSALS: usize = 5_000;

/// The time over which they are counted, and for which the bot is silent then.
const REFUSALS_WITHIN: TimeDelta = TimeDelta::minutes(10);

/// How long nothing is sent once the token was refused.
const AFTER_REFUSED_TOKEN: TimeDelta = TimeDelta::minutes(15);

/// Counts the answers that count against the bot, and says until when it has to be silent.
#[derive(Debug, Default)]
pub(super) struct Silence {
    refusals: VecDeque<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl Silence {
    /// Takes note of an attempt that failed.
    pub(super) fn heed(&mut self, error: &SendError, now: DateTime<Utc>) {
        match error {
            SendError::Unclear { .. } => return,
            SendError::Unauthorised => {
                tracing::error!(
                    "Discord does not accept the token any more: nothing is sent until it is replaced"
                );
                self.until = Some(now + AFTER_REFUSED_TOKEN);
            }
            SendError::Wait { .. } | SendError::Refused { .. } => {}
        }
        self.refusals.push_back(now);
        while self
            .refusals
            .front()
            .is_some_and(|first| *first <= now - REFUSALS_WITHIN)
        {
            self.refusals.pop_front();
        }
        if self.refusals.len() >= REFUSALS {
            tracing::error!(
                refusals = self.refusals.len(),
                "Discord refuses too much, and would ban this address: nothing is sent for ten minutes; see what is \
                 refused in /outbox list"
            );
            self.refusals.clear();
            self.until = Some(now + REFUSALS_WITHIN);
        }
    }

    /// Until when nothing may be sent, if so at `now`. A clock that was set back does not make it longer.
    pub(super) fn until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.until
            .filter(|until| now < *until && *until <= now + AFTER_REFUSED_TOKEN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_backlog_leaves_in_a_burst_of_ten_and_then_forty_a_second() {
        let start = Instant::now();
        let mut bucket = Bucket::full(start);
        let mut now = start;
        let mut left = Vec::new();
        for _ in 0..1000 {
            now += bucket.take(1, now);
            left.push(now - start);
        }
        assert_eq!(left.iter().filter(|at| at.is_zero()).count(), 10);
        for (index, at) in left.iter().enumerate() {
            let window = left[index..]
                .iter()
                .take_while(|later| **later - *at < Duration::from_secs(1))
                .count();
            assert!(window <= 50, "{window} within a second of {at:?}");
        }
        let whole = left.last().unwrap().as_secs_f64();
        assert!(
            (24.0..25.5).contains(&whole),
            "990 requests at 40 a second: {whole}"
        );
    }

    #[test]
    fn it_falls_silent_long_before_a_ban() {
        let now: DateTime<Utc> = "2026-12-01T12:00:00Z".parse().unwrap();
        let refused = SendError::Refused { why: String::new() };
        let mut silence = Silence::default();
        for _ in 1..REFUSALS {
            silence.heed(&refused, now);
        }
        silence.heed(&SendError::Unclear { why: String::new() }, now);
        assert_eq!(silence.until(now), None);
        silence.heed(&refused, now + REFUSALS_WITHIN);
        assert_eq!(
            silence.until(now + REFUSALS_WITHIN),
            None,
            "the earlier ones are forgotten"
        );
        for _ in 1..REFUSALS {
            silence.heed(&refused, now + REFUSALS_WITHIN);
        }
        assert_eq!(
            silence.until(now + REFUSALS_WITHIN),
            Some(now + REFUSALS_WITHIN + REFUSALS_WITHIN)
        );
        assert_eq!(
            silence.until(now - TimeDelta::hours(1)),
            None,
            "the clock was set back"
        );
    }

    #[tokio::test]
    async fn chances_are_spread_and_repeat_under_a_manual_clock() {
        let clock = Clock::manual("2026-12-01T12:00:00Z".parse().unwrap());
        let draw = || {
            let mut pace = Pace::of(&clock, Instant::now());
            std::iter::repeat_with(move || pace.pauses().share)
                .take(1000)
                .collect::<Vec<f64>>()
        };
        let shares = draw();
        assert_eq!(shares, draw());
        assert!(shares.iter().all(|share| (0.0..1.0).contains(share)));
        let low = shares.iter().filter(|share| **share < 0.5).count();
        assert!((400..600).contains(&low), "{low}");
    }
}
