//! The loop that makes time pass and messages leave.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, timeout};

use crate::app::{App, Carrier, Claim, Delivery, Error, Part, Receipt, SendError, Wakeup};
use crate::runtime::Clock;
use crate::runtime::clock::pause;
use crate::runtime::pace::{Pace, Silence};
use crate::runtime::rest::rest_after;

/// Messages under way at a time, each of another release or guild, so that a slow one delays nobody else.
const IN_FLIGHT: usize = 8;

/// How long one delivery may take in real time; it ends before its lease does.
const PATIENCE: Duration = Duration::from_secs(50);

/// How often old rows are looked for.
const PURGE_EVERY: TimeDelta = TimeDelta::hours(1);

/// Whoever waits for the loop waits at most about this long in real time for messages of others.
const PASS_AFTER: Duration = Duration::from_secs(15);

/// A clock that goes back by more than this was set back.
const SET_BACK: TimeDelta = TimeDelta::minutes(1);

/// Settles what is due, sends what waits, tells what is `planned` next, and sleeps until then. Ends when `stop` turns
/// true, after what is under way has been answered.
pub(super) async fn run<C: Carrier + Clone + 'static>(
    app: App,
    carrier: C,
    clock: Clock,
    planned: watch::Sender<Planned>,
    mut stop: watch::Receiver<bool>,
) {
    let pace = Pace::of(&clock, Instant::now());
    let mut scheduler = Scheduler {
        seen: clock.now(),
        app,
        carrier,
        clock,
        pace,
        silence: Silence::default(),
        sending: JoinSet::new(),
        claims: HashMap::new(),
        purged: None,
    };
    let mut ticket = scheduler.app.pulse().asked();
    let mut look = true;
    let mut busy_since = Instant::now();
    while !*stop.borrow() {
        if look {
            ticket = scheduler.app.pulse().asked();
        }
        let stepped = scheduler.step(look).await;
        scheduler.heed(stepped, &mut stop).await;
        let until = scheduler.plan(&planned).await;
        let idle = scheduler.sending.is_empty();
        if idle || busy_since.elapsed() >= PASS_AFTER {
            busy_since = Instant::now();
            scheduler.app.pulse().pass(ticket);
        }
        if idle && scheduler.app.pulse().asked() != ticket {
            look = true;
            continue;
        }
        let answer = tokio::select! {
            Some(answer) = scheduler.sending.join_next_with_id() => Some(answer),
            () = scheduler.app.pulse().woken() => None,
            () = scheduler.clock.nap(until) => None,
            () = pause(PASS_AFTER), if !idle => None,
            _ = stop.wait_for(|stop| *stop) => None,
        };
        if idle {
            busy_since = Instant::now();
        }
        look = answer.is_none();
        if let Some(answer) = answer {
            let recorded = scheduler.answered(answer).await;
            scheduler.heed(recorded, &mut stop).await;
        }
    }
    while let Some(answer) = scheduler.sending.join_next_with_id().await {
        let recorded = scheduler.answered(answer).await;
        scheduler.heed(recorded, &mut stop).await;
    }
}

/// What became of one delivery.
type Answer = Result<(Id, Result<Receipt, SendError>), JoinError>;

struct Scheduler<C> {
    app: App,
    carrier: C,
    clock: Clock,
    pace: Pace,
    silence: Silence,
    sending: JoinSet<Result<Receipt, SendError>>,
    claims: HashMap<Id, Claim>,
    /// When old rows were deleted last.
    purged: Option<DateTime<Utc>>,
    /// What the clock showed last.
    seen: DateTime<Utc>,
}

impl<C: Carrier + Clone + 'static> Scheduler<C> {
    /// Everything that can be begun at this instant. Time is looked at when somebody asked to `look`; after an answer
    /// there may be no more than further messages.
    async fn step(&mut self, look: bool) -> Result<(), Error> {
        let now = self.clock.now();
        if now < self.seen - SET_BACK {
            tracing::warn!(from = %self.seen, to = %now, "the clock was set back");
            self.app.follow_clock(now).await?;
        }
        self.seen = now;
        self.app.probe().await?;
        if look {
            self.app.tick(now).await?;
            if self
                .purged
                .is_none_or(|purged| (now - purged).abs() >= PURGE_EVERY)
                && !self.app.purge(now).await?
            {
                self.purged = Some(now);
            }
        }
        while self.sending.len() < IN_FLIGHT && self.silence.until(now).is_none() {
            let Some(delivery) = self.app.next_delivery(now).await? else {
                break;
            };
            self.send(delivery);
        }
        Ok(())
    }

    fn send(&mut self, delivery: Delivery) {
        let claim = delivery.claim.clone();
        let wait = self.pace.wait(self.carrier.requests(&delivery), Instant::now());
        let carrier = self.carrier.clone();
        let handle = self.sending.spawn(async move {
            if !wait.is_zero() {
                pause(wait).await;
            }
            let delivered = timeout(PATIENCE, carrier.deliver(&delivery)).await;
            delivered.unwrap_or_else(|_| {
                Err(SendError::Unclear {
                    why: format!("no answer within {} s", PATIENCE.as_secs()),
                })
            })
        });
        self.claims.insert(handle.id(), claim);
    }

    /// Records an answer. What cannot be recorded is tried again when its lease ends.
    async fn answered(&mut self, answer: Answer) -> Result<(), Error> {
        let (id, result) = answer.unwrap_or_else(|error| {
            // The libraries below may panic on an answer that nobody expected; that is no reason to stop sending.
            let why = "the attempt broke off".to_owned();
            (error.id(), Err(SendError::Unclear { why }))
        });
        let Some(claim) = self.claims.remove(&id) else {
            return Ok(());
        };
        let now = self.clock.now();
        if let Err(error) = &result {
            self.silence.heed(error, now);
        }
        self.app.record(&claim, result, self.pace.pauses(), now).await
    }

    /// Keeps the health of the database up to date, and rests after a failure.
    async fn heed(&self, result: Result<(), Error>, stop: &mut watch::Receiver<bool>) {
        match result {
            Ok(()) => self.app.health().well(Part::Database),
            Err(error) => {
                let failures = self.app.health().failed(Part::Database, &error, self.clock.now());
                rest_after(failures, stop).await;
            }
        }
    }

    /// When to look again by ourselves. Where the database cannot tell, the next nap ends soon enough.
    async fn plan(&self, planned: &watch::Sender<Planned>) -> Option<DateTime<Utc>> {
        let now = self.clock.now();
        let attempt = self.app.next_attempt().await.ok().flatten();
        let silent = self.silence.until(now);
        let plan = Planned {
            wakeup: self.app.next_wakeup(now).await.ok().flatten(),
            // What is due while the bot is silent is tried after it, not looked at without a pause.
            attempt: attempt.map(|attempt| silent.map_or(attempt, |silent| attempt.max(silent))),
        };
        // With everything under way that may be, an answer is what to wait for.
        let until = if self.sending.len() < IN_FLIGHT {
            plan.next()
        } else {
            plan.wakeup.as_ref().map(Wakeup::at)
        };
        planned.send_if_modified(|known| {
            let changed = *known != plan;
            *known = plan;
            changed
        });
        until
    }
}

/// What the scheduler will do by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Planned {
    /// The next occasion of a release.
    pub(super) wakeup: Option<Wakeup>,
    /// The next attempt to send what could not be sent.
    pub(super) attempt: Option<DateTime<Utc>>,
}

impl Planned {
    /// The earlier of both.
    pub(super) fn next(&self) -> Option<DateTime<Utc>> {
        self.wakeup.iter().map(Wakeup::at).chain(self.attempt).min()
    }
}
