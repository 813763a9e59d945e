//! `tminus demo`: the page for a person, or a script without one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, DurationRound as _, TimeDelta};
use tokio::sync::oneshot;

use crate::demo::player::{SERVER, play};
use crate::demo::script::Script;
use crate::demo::stage::{Stage, StageOptions};
use crate::domain::playbook::Playbook;
use crate::runtime::Clock;

/// What the first channel says to a newcomer.
const WELCOME: &str = "## 👋 Run your first dot release
You are **Riley**, the Release Manager. Everything here is the real bot on a real database; only Discord is local.
1. Type `/release start` below, pick **dot-release**, a version like `7.2.1` and a day about two weeks ahead.
2. Open the new channel under **Releases**: the pinned board lists every step, by phase and role.
3. Switch the person at the bottom left (Devon, Quinn, Mona) and tick items on the board.
4. Press **Next wake-up** in the bar at the top and watch the reminders of T−4 to T−0 arrive, each pinging only who still owes something.
5. As Riley, finish with `/release close`. `/help` lists everything else.";

/// Runs the demo for a person until `quit` fires.
///
/// # Errors
/// A port or the database is in use, or the bot does not start.
pub async fn page(
    port: u16,
    data: &Path,
    playbooks: Vec<Playbook>,
    out: &mut impl Write,
    quit: oneshot::Receiver<()>,
) -> anyhow::Result<()> {
    let clock = Clock::system();
    let started = clock.now();
    let now = started.duration_trunc(TimeDelta::minutes(1)).unwrap_or(started);
    // The local Discord is new each time, so the releases of an earlier demo would have no channels: begin afresh.
    let data = fresh(data, started)?;
    let options = StageOptions {
        port,
        data,
        playbooks,
        now,
        guilds: vec![SERVER.to_owned()],
        patience: Duration::from_secs(3),
    };
    let stage = Stage::open(options).await?;
    let ready = clock.now() - started;
    stage.set_up().await?;
    welcome(&stage)?;
    writeln!(out, "The demo is ready: open {} in a browser.", stage.address())?;
    writeln!(
        out,
        "The bot was ready {} ms after the start. Its database is {}.",
        ready.num_milliseconds(),
        stage.database().display()
    )?;
    writeln!(out, "Press Ctrl-C to end it.")?;
    out.flush()?;
    let mut quit = quit;
    let mut pilot = stage.pilot().context("the bot was just started")?;
    loop {
        tokio::select! {
            _ = &mut quit => break,
            changed = pilot.replanned() => {
                stage.clock_changed();
                if changed.is_none() {
                    break;
                }
            }
        }
    }
    stage.close().await;
    Ok(())
}

/// Plays a script and prints its transcript. The exit code is a failure when a step failed.
///
/// # Errors
/// The script has problems, or the stage could not be set.
pub async fn script(
    file: &Path,
    data: &Path,
    playbooks: Vec<Playbook>,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let script: Script = text
        .parse()
        .with_context(|| format!("{} is no script", file.display()))?;
    let clock = Clock::system();
    let started = clock.now();
    let data = fresh(data, started)?;
    let performance = play(&script, playbooks, &data).await?;
    write!(out, "{}", performance.transcript)?;
    for failure in &performance.failures {
        writeln!(out, "FAILED {failure}")?;
    }
    let passed = performance.failures.is_empty();
    writeln!(
        out,
        "{}: {} steps in {} ms; the database is in {}",
        if passed {
            "every step did what it should"
        } else {
            "the script failed"
        },
        script.steps.len(),
        (clock.now() - started).num_milliseconds(),
        data.display(),
    )?;
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A new folder for the database of this demo.
fn fresh(data: &Path, now: DateTime<chrono::Utc>) -> anyhow::Result<PathBuf> {
    let folder = data.join(now.format("%Y%m%dT%H%M%S%3f").to_string());
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}

fn welcome(stage: &Stage) -> anyhow::Result<()> {
    let control = stage.control();
    let manager = control.user_id("riley").context("the demo has a manager")?;
    let channel = control
        .channel_id(manager, "start-here")
        .context("the demo has #start-here")?;
    control.post(manager, channel, WELCOME)?;
    Ok(())
}
