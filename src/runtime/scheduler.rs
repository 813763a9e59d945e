//! The loop that makes time pass and messages leave.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, timeout};

use crate::app::{App, Carrier, Claim, Delivery, Error, Part, Receipt, SendError};
use crate::runtime::Clock;
use crate::runtime::clock::pause;
use crate::runtime::pace::Pace;
use crate::runtime::rest::rest_after;
use crate::runtime::steps::{Planned, Steps};

/// How long one delivery may take in real time; it ends before its lease does.
const PATIENCE: Duration = Duration::from_secs(50);

/// Whoever waits for the loop waits at most about this long in real time for messages of others.
const PASS_AFTER: Duration = Duration::from_secs(15);

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
        steps: Steps::new(app, clock.now()),
        carrier,
        clock,
        pace,
        sending: JoinSet::new(),
        claims: HashMap::new(),
    };
    let mut ticket = scheduler.steps.app().pulse().asked();
    let mut look = true;
    let mut busy_since = Instant::now();
    while !*stop.borrow() {
        if look {
            ticket = scheduler.steps.app().pulse().asked();
        }
        let stepped = scheduler.step(look).await;
        scheduler.heed(stepped, &mut stop).await;
        let until = scheduler.plan(&planned).await;
        let idle = scheduler.is_idle();
        if idle || busy_since.elapsed() >= PASS_AFTER {
            busy_since = Instant::now();
            scheduler.steps.app().pulse().pass(ticket);
        }
        if idle && scheduler.steps.app().pulse().asked() != ticket {
            look = true;
            continue;
        }
        let answer = tokio::select! {
            Some(answer) = scheduler.sending.join_next_with_id() => Some(answer),
            () = scheduler.steps.app().pulse().woken() => None,
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
    steps: Steps,
    carrier: C,
    clock: Clock,
    pace: Pace,
    sending: JoinSet<Result<Receipt, SendError>>,
    claims: HashMap<Id, Claim>,
}

impl<C: Carrier + Clone + 'static> Scheduler<C> {
    /// Everything that can be begun at this instant.
    async fn step(&mut self, look: bool) -> Result<(), Error> {
        let now = self.clock.now();
        self.steps.begin(look, now).await?;
        while let Some(delivery) = self.steps.next(self.sending.len(), now).await? {
            self.send(delivery);
        }
        Ok(())
    }

    /// Whether nothing is under way that anybody waits for: nobody waits for a mail.
    fn is_idle(&self) -> bool {
        let mut claims = self.claims.values();
        claims.all(|claim| claim.notice.copy_to().is_some())
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
        let pauses = self.pace.pauses();
        let now = self.clock.now();
        self.steps.answered(&claim, result, pauses, now).await
    }

    /// Keeps the health of the database up to date, and rests after a failure.
    async fn heed(&self, result: Result<(), Error>, stop: &mut watch::Receiver<bool>) {
        let health = self.steps.app().health();
        match result {
            Ok(()) => health.well(Part::Database),
            Err(error) => {
                let failures = health.failed(Part::Database, &error, self.clock.now());
                rest_after(failures, stop).await;
            }
        }
    }

    /// When to look again by ourselves.
    async fn plan(&mut self, planned: &watch::Sender<Planned>) -> Option<DateTime<Utc>> {
        let (plan, until) = self.steps.plan(self.sending.len(), self.clock.now()).await;
        planned.send_if_modified(|known| {
            let changed = *known != plan;
            *known = plan;
            changed
        });
        until
    }
}
