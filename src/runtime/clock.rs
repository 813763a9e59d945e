//! The one clock: the machine's own, or one that is moved by hand.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::discord::RealTime;

/// Tells the time and waits for it.
#[derive(Clone, Debug)]
pub struct Clock(Kind);

#[derive(Clone, Debug)]
enum Kind {
    System,
    Manual(watch::Sender<DateTime<Utc>>),
}

/// The longest nap: timers ignore that a machine was suspended or its clock set, so the clock is read again.
const LONGEST_NAP: Duration = Duration::from_secs(30);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Kind::System)
    }

    /// A clock that stands still until it is [set](Clock::set).
    #[must_use]
    pub fn manual(now: DateTime<Utc>) -> Self {
        Self(Kind::Manual(watch::Sender::new(now)))
    }

    /// The instant, in whole milliseconds, as it is stored.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Kind::System => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "this is the one clock that the ban points to"
                )]
                let now = Utc::now();
                DateTime::from_timestamp_millis(now.timestamp_millis()).unwrap_or(now)
            }
            Kind::Manual(time) => *time.borrow(),
        }
    }

    /// Whether somebody moves it by hand.
    pub(super) fn is_manual(&self) -> bool {
        matches!(self.0, Kind::Manual(_))
    }

    /// Moves a manual clock; the machine's clock cannot be moved.
    pub fn set(&self, now: DateTime<Utc>) {
        match &self.0 {
            Kind::System => {}
            Kind::Manual(time) => {
                time.send_replace(now);
            }
        }
    }

    /// Waits until `at`, or shorter: whoever waits looks at the clock again.
    pub(super) async fn nap(&self, at: Option<DateTime<Utc>>) {
        match &self.0 {
            Kind::System => {
                let left = at.map(|at| (at - self.now()).to_std().unwrap_or(Duration::ZERO));
                pause(left.unwrap_or(LONGEST_NAP).min(LONGEST_NAP)).await;
            }
            Kind::Manual(time) => {
                let mut time = time.subscribe();
                let reached = time.wait_for(|now| at.is_some_and(|at| *now >= at)).await;
                // The sender lives in this very clock, so waiting ends by reaching the instant alone.
                drop(reached);
            }
        }
    }
}

/// Real time for what must go on while a manual clock stands still: heartbeats, and pauses between attempts.
pub(super) fn real_time() -> RealTime {
    #[expect(
        clippy::disallowed_methods,
        reason = "lengths of real time are measured here and handed out as an argument"
    )]
    let start = Instant::now();
    RealTime::new(move || start.elapsed(), |length| Box::pin(pause(length)))
}

/// Sleeps in real time: for what has to wait whatever a clock that is moved by hand shows.
#[expect(
    clippy::disallowed_methods,
    reason = "sleeping lives in runtime; this is the place"
)]
pub async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}
