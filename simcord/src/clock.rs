//! The one clock of a local Discord: the machine's, one that only moves by hand, or one that the embedder steers.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use tokio::sync::watch;

/// What time it is. Clones tell the same time.
#[derive(Clone)]
pub struct Clock {
    source: Source,
    moves: watch::Sender<u64>,
}

#[derive(Clone)]
enum Source {
    System,
    Manual(Arc<Mutex<DateTime<Utc>>>),
    Steered(DateTime<Utc>, Arc<dyn Steer>),
}

/// A clock that the embedder moves. simcord asks it to move when a person presses the clock bar.
pub trait Steer: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> DateTime<Utc>;

    /// When something will happen by itself next, and what.
    fn next_wakeup(&self) -> Option<(DateTime<Utc>, String)>;

    /// What stands beside the time in the clock bar, in a few words.
    fn headline(&self) -> Option<String> {
        None
    }

    /// Moves the clock; ready when everything that became due has happened. The error is a sentence for the person.
    fn advance(&self, to: AdvanceTo) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>>;
}

/// Where to move a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdvanceTo {
    /// Onward by this much.
    By(TimeDelta),
    /// To this instant.
    At(DateTime<Utc>),
    /// To the next wake-up.
    Next,
}

/// What the clock shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClockView {
    /// What time it is.
    pub now: DateTime<Utc>,
    /// Whether a person can move it.
    pub manual: bool,
    /// When something will happen by itself next.
    pub next_wakeup: Option<DateTime<Utc>>,
    /// What that is.
    pub next_label: Option<String>,
    /// What stands beside the time, in a few words.
    pub headline: Option<String>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Source::System)
    }

    /// A clock that stands at `now` until somebody moves it.
    #[must_use]
    pub fn manual(now: DateTime<Utc>) -> Self {
        Self::new(Source::Manual(Arc::new(Mutex::new(now))))
    }

    /// A clock that `steer` moves. It never shows anything before `start`.
    #[must_use]
    pub fn steered(start: DateTime<Utc>, steer: Arc<dyn Steer>) -> Self {
        Self::new(Source::Steered(start, steer))
    }

    fn new(source: Source) -> Self {
        Self {
            source,
            moves: watch::Sender::new(0),
        }
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.source {
            Source::System => system_now(),
            Source::Manual(now) => *now.lock().unwrap_or_else(PoisonError::into_inner),
            Source::Steered(start, steer) => steer.now().max(*start),
        }
    }

    /// Puts a manual clock at `now`. The other clocks are not moved from here.
    pub fn set(&self, now: DateTime<Utc>) {
        match &self.source {
            Source::Manual(held) => {
                *held.lock().unwrap_or_else(PoisonError::into_inner) = now;
                self.moved();
            }
            Source::System | Source::Steered(..) => {
                tracing::warn!("only a manual clock is set from outside; this one keeps its time");
            }
        }
    }

    /// Tells everybody who waits that the clock was moved. An embedder that steers its own clock calls this after a
    /// move that simcord did not ask for.
    pub fn moved(&self) {
        self.moves.send_modify(|moves| *moves += 1);
    }

    /// Changes each time the clock was moved by hand.
    pub(crate) fn moves(&self) -> watch::Receiver<u64> {
        self.moves.subscribe()
    }

    /// What the clock shows.
    #[must_use]
    pub fn view(&self) -> ClockView {
        let (manual, next, headline) = match &self.source {
            Source::System => (false, None, None),
            Source::Manual(_) => (true, None, None),
            Source::Steered(_, steer) => (true, steer.next_wakeup(), steer.headline()),
        };
        let (next_wakeup, next_label) = next.unzip();
        ClockView {
            now: self.now(),
            manual,
            next_wakeup,
            next_label,
            headline,
        }
    }

    /// Moves the clock as a person asked; the error is a sentence.
    pub(crate) async fn advance(&self, to: AdvanceTo) -> Result<(), String> {
        match &self.source {
            Source::System => Err("This clock is the machine's own; it cannot be moved.".to_owned()),
            Source::Manual(_) => {
                let now = self.now();
                let target = match to {
                    AdvanceTo::By(step) => now.checked_add_signed(step),
                    AdvanceTo::At(instant) => Some(instant),
                    AdvanceTo::Next => {
                        return Err("Nobody has told this clock when something happens next.".to_owned());
                    }
                };
                match target {
                    Some(target) if target >= now => {
                        self.set(target);
                        Ok(())
                    }
                    Some(_) => Err("A clock does not go back.".to_owned()),
                    None => Err("That is too far ahead.".to_owned()),
                }
            }
            Source::Steered(_, steer) => {
                let done = steer.advance(to).await;
                self.moved();
                done
            }
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.source {
            Source::System => "system",
            Source::Manual(_) => "manual",
            Source::Steered(..) => "steered",
        };
        write!(f, "Clock({kind})")
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the machine's clock"
)]
fn system_now() -> DateTime<Utc> {
    Utc::now()
}
