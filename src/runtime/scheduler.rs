//! The loop that makes time pass and messages leave.

use std::time::Duration;

use tokio::sync::watch;

use crate::app::{App, Error};
use crate::discord::send::Courier;
use crate::runtime::Clock;
use crate::runtime::clock::pause;

/// How long to wait after the database has failed.
const AFTER_FAILURE: Duration = Duration::from_secs(1);

/// Settles what is due, sends what waits, and sleeps until there is more; ends when `stop` turns true.
pub(super) async fn run(app: App, courier: Courier, clock: Clock, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let ticket = app.pulse().asked();
        if let Err(error) = step(&app, &courier, &clock, &stop).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "a step of the scheduler failed"
            );
            pause(AFTER_FAILURE).await;
        }
        app.pulse().pass(ticket);
        if app.pulse().asked() != ticket {
            continue;
        }
        let until = wakeup(&app, &clock).await;
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
async fn wakeup(app: &App, clock: &Clock) -> Option<chrono::DateTime<chrono::Utc>> {
    let now = clock.now();
    let occasion = app.next_wakeup(now).await.ok().flatten().map(|wakeup| wakeup.at);
    let attempt = app.next_attempt().await.ok().flatten();
    occasion.into_iter().chain(attempt).min()
}
