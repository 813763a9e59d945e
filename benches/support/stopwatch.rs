//! Real time: the one place of the measurements that reads it or lets it pass.

use std::time::{Duration, Instant};

/// Runs from its start.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "measuring is what a stopwatch is for")]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn passed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// Lets time pass, where doing nothing is what is measured.
#[expect(
    clippy::disallowed_methods,
    reason = "the bot is watched while nothing happens"
)]
pub(crate) async fn pause(length: Duration) {
    tokio::time::sleep(length).await;
}
