//! Plays the script of `tests/script` with a bot in another language, which is started here:
//! `cargo run -p simcord --example foreign -- node simcord/clients/discord-js/bot.mjs`.
//!
//! Each step is a line of what is printed; the first one that does not hold ends it, and badly.

#[path = "../tests/script/mod.rs"]
mod script;

use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use simcord::{Control, Simcord};
use tokio::process::Command;

/// Real time for the whole script: a client that hangs must not hang whoever waits for it.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(held) => {
            println!("{held} steps hold");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("it does not hold: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<usize> {
    let mut words = std::env::args_os().skip(1);
    let program = words
        .next()
        .context("name the program of the bot, and its arguments")?;
    let options = script::options();
    let token = options.application.token.clone();
    let simcord = Simcord::start(options).await?;
    let mut bot = Command::new(&program)
        .args(words)
        .env("SIMCORD_HTTP", format!("http://{}", simcord.http_address()))
        .env("SIMCORD_GATEWAY", simcord.gateway_url())
        .env("SIMCORD_TOKEN", token)
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} cannot be started", program.display()))?;
    let control = simcord.control();
    let held = tokio::select! {
        held = play(&control) => held,
        ended = bot.wait() => ended.map_err(anyhow::Error::from).and_then(too_soon),
    };
    bot.kill().await?;
    simcord.stop().await;
    held
}

async fn play(control: &Control) -> anyhow::Result<usize> {
    let mut tell = |line: &str| println!("{line}");
    match tokio::time::timeout(PATIENCE, script::play(control, &mut tell)).await {
        Ok(held) => held.map_err(|why| anyhow!(why)),
        Err(_elapsed) => bail!("no next step within {PATIENCE:?}; {:?}", control.errors()),
    }
}

fn too_soon(status: ExitStatus) -> anyhow::Result<usize> {
    bail!("the bot ended by itself: {status}")
}
