//! Starting the process.

use std::process::Stdio;
use std::time::Duration;

use super::place::{Place, program};
use super::stopwatch::{Stopwatch, pause};

/// From the start of the process until it has a session on the gateway. The bot is ended again.
pub(crate) async fn ready(place: &Place) -> anyhow::Result<Duration> {
    let control = place.control();
    // The session of an earlier bot has to be over, or it would count as this one's.
    while control.connected() {
        tokio::task::yield_now().await;
    }
    let watch = Stopwatch::start();
    let _bot = place.start()?;
    control.wait_connected().await;
    Ok(watch.passed())
}

/// From SIGTERM until the process is gone, with its session ended in order.
pub(crate) async fn ended(place: &Place) -> anyhow::Result<Duration> {
    let control = place.control();
    let bot = place.start()?;
    control.wait_connected().await;
    pause(Duration::from_millis(300)).await;
    let time = bot.terminate()?;
    anyhow::ensure!(
        control.gateway_record().borrow().farewells == 1,
        "the session was ended"
    );
    Ok(time)
}

/// A process that does next to nothing: what starting one costs.
pub(crate) fn nothing() -> anyhow::Result<Duration> {
    let watch = Stopwatch::start();
    let status = program().arg("--version").stdout(Stdio::null()).status()?;
    anyhow::ensure!(status.success(), "the program prints its version");
    Ok(watch.passed())
}
