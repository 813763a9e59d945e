//! How fast messages leave.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::Instant;

use crate::app::Pauses;
use crate::runtime::Clock;

/// Requests a second. With the burst before it they stay below the 50 that Discord allows (topics/rate-limits), and leave
/// room for what is asked beside the outbox: five requests at the start, and two for a person whose rights are looked up.
const PER_SECOND: f64 = 35.0;

/// Requests that may leave at once.
const BURST: f64 = 8.0;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_backlog_leaves_in_a_burst_and_then_steadily() {
        let start = Instant::now();
        let mut bucket = Bucket::full(start);
        let mut now = start;
        let mut left = Vec::new();
        for _ in 0..1000 {
            now += bucket.take(1, now);
            left.push(now - start);
        }
        assert_eq!(left.iter().filter(|at| at.is_zero()).count(), 8);
        for (index, at) in left.iter().enumerate() {
            let window = left[index..]
                .iter()
                .take_while(|later| **later - *at < Duration::from_secs(1))
                .count();
            assert!(window <= 43, "{window} within a second of {at:?}");
        }
        let whole = left.last().unwrap().as_secs_f64();
        assert!(
            (28.0..29.0).contains(&whole),
            "992 requests at 35 a second: {whole}"
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
