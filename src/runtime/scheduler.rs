//! The loop that makes time pass and messages leave.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use crate::app::{App, Carrier, Error, Part, SendError, Wakeup};
use crate::runtime::Clock;
use crate::runtime::rest::rest_after;

/// How long nothing is sent once the token was refused.
const AFTER_REFUSED_TOKEN: TimeDelta = TimeDelta::minutes(15);

/// Settles what is due, sends what waits, tells what is `planned` next, and sleeps until then; ends when `stop` turns
/// true.
pub(super) async fn run<C: Carrier>(
    app: App,
    carrier: C,
    clock: Clock,
    planned: watch::Sender<Planned>,
    mut stop: watch::Receiver<bool>,
) {
    let mut silent_until = None;
    while !*stop.borrow() {
        let ticket = app.pulse().asked();
        match step(&app, &carrier, &clock, &stop, &mut silent_until).await {
            Ok(()) => app.health().well(Part::Database),
            Err(error) => {
                let failures = app.health().failed(Part::Database, &error, clock.now());
                rest_after(failures, &mut stop).await;
            }
        }
        let until = plan(&app, &clock, silent_until, &planned).await;
        app.pulse().pass(ticket);
        if app.pulse().asked() != ticket {
            continue;
        }
        tokio::select! {
            () = app.pulse().woken() => {}
            () = clock.nap(until) => {}
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }
}

/// Everything that can be done at this instant.
async fn step(
    app: &App,
    carrier: &impl Carrier,
    clock: &Clock,
    stop: &watch::Receiver<bool>,
    silent_until: &mut Option<DateTime<Utc>>,
) -> Result<(), Error> {
    app.probe().await?;
    app.tick(clock.now()).await?;
    while !*stop.borrow() {
        // Requests with a token that is not accepted count towards a ban of the whole address: be silent for a while.
        if silent_until.is_some_and(|until| clock.now() < until) {
            break;
        }
        let Some(delivery) = app.next_delivery(clock.now()).await? else {
            break;
        };
        let result = carrier.deliver(&delivery).await;
        if matches!(result, Err(SendError::Unauthorised)) {
            tracing::error!(
                "Discord does not accept the token any more: nothing is sent until it is replaced"
            );
            *silent_until = Some(clock.now() + AFTER_REFUSED_TOKEN);
        }
        app.record(&delivery.claim, result, clock.now()).await?;
    }
    Ok(())
}

/// When to look again by ourselves. Where the database cannot tell, the next nap ends soon enough.
async fn plan(
    app: &App,
    clock: &Clock,
    silent_until: Option<DateTime<Utc>>,
    planned: &watch::Sender<Planned>,
) -> Option<DateTime<Utc>> {
    let attempt = app.next_attempt().await.ok().flatten();
    let plan = Planned {
        wakeup: app.next_wakeup(clock.now()).await.ok().flatten(),
        // What is due while the bot is silent is tried after it, not looked at without a pause.
        attempt: attempt.map(|attempt| silent_until.map_or(attempt, |silent| attempt.max(silent))),
    };
    let until = plan.next();
    planned.send_if_modified(|known| {
        let changed = *known != plan;
        *known = plan;
        changed
    });
    until
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
        self.wakeup
            .iter()
            .map(|wakeup| wakeup.at)
            .chain(self.attempt)
            .min()
    }
}
