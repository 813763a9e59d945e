//! One clock for the bot and the local Discord, moved by the bot's own wake-ups.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use simcord::{AdvanceTo, Steer};

use crate::app::{AwaitedReminder, Wakeup};
use crate::domain::ids::ReleaseKey;
use crate::domain::reminder::Step;
use crate::runtime::{Clock, Pilot};

/// Steers the local Discord's clock by the bot that is running at the moment.
#[derive(Clone, Debug)]
pub(super) struct Steering {
    clock: Clock,
    pilot: Arc<RwLock<Option<Pilot>>>,
    /// What stands beside the time.
    headline: Arc<RwLock<Option<String>>>,
    /// Whether there is one release at most, so that nobody has to be told which one is meant.
    alone: Arc<AtomicBool>,
    /// Whether a script alone moves the clock.
    kept: Arc<AtomicBool>,
}

impl Steering {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock,
            pilot: Arc::default(),
            headline: Arc::default(),
            alone: Arc::default(),
            kept: Arc::default(),
        }
    }

    /// From now on this bot's wake-ups count; with none, nothing happens by itself.
    pub(super) fn follow(&self, pilot: Option<Pilot>) {
        *self.pilot.write().unwrap_or_else(PoisonError::into_inner) = pilot;
    }

    /// What stands beside the time from now on; whether that is something new.
    pub(super) fn head(&self, headline: Option<String>, releases: usize) -> bool {
        self.alone.store(releases == 1, Ordering::SeqCst);
        let mut shown = self.headline.write().unwrap_or_else(PoisonError::into_inner);
        let changed = *shown != headline;
        *shown = headline;
        changed
    }

    /// Whether a script alone moves the clock from now on.
    pub(super) fn keep(&self, kept: bool) {
        self.kept.store(kept, Ordering::SeqCst);
    }

    fn pilot(&self) -> Option<Pilot> {
        self.pilot.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Steer for Steering {
    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    fn next_wakeup(&self) -> Option<(DateTime<Utc>, String)> {
        let wakeup = self.pilot()?.next_wakeup()?;
        let what = what(&wakeup);
        let alone = self.alone.load(Ordering::SeqCst);
        let which = which(&wakeup).filter(|_| !alone);
        let label = which.map_or_else(|| what.clone(), |key| format!("{key}: {what}"));
        Some((wakeup.at(), label))
    }

    fn headline(&self) -> Option<String> {
        self.headline
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn advance(&self, to: AdvanceTo) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send + '_>> {
        Box::pin(async move {
            if self.kept.load(Ordering::SeqCst) {
                return Err("The story moves the clock. Press Stop to move it yourself.".to_owned());
            }
            let next = self.next_wakeup().map(|(at, _)| at);
            let to = match to {
                AdvanceTo::By(length) => self.clock.now() + length,
                AdvanceTo::At(at) => at,
                AdvanceTo::Next => next.ok_or("Nothing is planned. Start a release first.")?,
            };
            if to < self.clock.now() {
                return Err("The clock only goes forward.".to_owned());
            }
            match self.pilot() {
                Some(pilot) => pilot.advance(to).await,
                None => self.clock.set(to),
            }
            Ok(())
        })
    }
}

/// The release that a wake-up is about.
fn which(wakeup: &Wakeup) -> Option<&ReleaseKey> {
    match wakeup {
        Wakeup::Reminder(AwaitedReminder { key, .. })
        | Wakeup::Prompt { key, .. }
        | Wakeup::Page { key, .. } => Some(key),
        Wakeup::Occurrence { .. } | Wakeup::Digest { .. } | Wakeup::Roster { .. } => None,
    }
}

/// What the bot does then.
fn what(wakeup: &Wakeup) -> String {
    match wakeup {
        Wakeup::Reminder(AwaitedReminder { phase, step, .. }) => match step {
            Step::HeadsUp => format!("heads-up for {phase}"),
            Step::DayOf => format!("the day of {phase} begins"),
            Step::CutOff => format!("cut-off of {phase}"),
            Step::Nag => format!("{phase} is overdue"),
        },
        Wakeup::Prompt { .. } => "a status update or the retrospective is due".to_owned(),
        Wakeup::Page { .. } => "the next person is called for help".to_owned(),
        Wakeup::Occurrence { playbook, .. } => format!("{playbook} comes again"),
        Wakeup::Digest { .. } => "somebody's digest".to_owned(),
        Wakeup::Roster { .. } => "a roster is looked at".to_owned(),
    }
}
