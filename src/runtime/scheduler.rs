//! The loop that makes time pass and messages leave.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::watch;

use crate::app::{App, Error, Wakeup};
use crate::discord::send::Courier;
use crate::runtime::Clock;
use crate::runtime::clock::pause;

/// How long to wait after the database has failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Settles what is due, sends what waits, tells what is `planned` next, and sleeps until then; ends when `stop` turns
/// true.
pub(super) async fn run(
    app: App,
    courier: Courier,
    clock: Clock,
    planned: watch::Sender<Option<Wakeup>>,
    mut stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        let ticket = app.pulse().asked();
        if let Err(error) = step(&app, &courier, &clock, &stop).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a step of the scheduler failed"
            );
            pause(AFTER_FAILURE).await;
        }
        let until = plan(&app, &clock, &planned).await;
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
    courier: &Courier,
    clock: &Clock,
    stop: &watch::Receiver<bool>,
) -> Result<(), Error> {
    app.tick(clock.now()).await?;
    while !*stop.borrow() {
        let Some(delivery) = app.next_delivery(clock.now()).await? else {
            break;
        };
        let result = courier.deliver(&delivery).await;
        app.record(&delivery.claim, result, clock.now()).await?;
    }
    Ok(())
}

/// When to look again by ourselves. Where the database cannot tell, the next nap ends soon enough.
async fn plan(app: &App, clock: &Clock, planned: &watch::Sender<Option<Wakeup>>) -> Option<DateTime<Utc>> {
    let wakeup = app.next_wakeup(clock.now()).await.ok().flatten();
    let attempt = app.next_attempt().await.ok().flatten();
    let until = wakeup.iter().map(|wakeup| wakeup.at).chain(attempt).min();
    planned.send_if_modified(|known| {
        let changed = *known != wakeup;
        *known = wakeup;
        changed
    });
    until
}
