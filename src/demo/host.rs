//! `tminus demo`: the page for a person, or a script without one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use tokio::sync::oneshot;

use crate::demo::player::play;
use crate::demo::script::Script;
use crate::demo::tour::{Director, Staging};
use crate::domain::playbook::Playbook;
use crate::runtime::Clock;

/// What the first channel says to a newcomer; `target` is a day that leaves time for every phase.
pub(super) fn introduction(target: &str) -> String {
    format!(
        "## 👋 Run your first dot release
You are **Riley**, the Release Manager. This is the real bot on a real database; only Discord is local.
1. Type `/release start` below, choose **Dot release**, version `7.2.1`, target `{target}`, and press Enter.
2. Open **#rel-7-2-1** on the left: the pinned board lists every step by phase and role. Tick one in its select.
3. Press **Next wake-up** at the top and watch T−4 to T−0 pass: each reminder pings only the roles that still owe something.
4. Be somebody else (bottom left: Devon, Quinn, Mona) and tick items as Dev, QA or Marketing.
5. As Riley, finish with `/release close`. `/help` lists everything else."
    )
}

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
    let data = data.to_owned();
    let staging = Staging {
        port,
        data,
        playbooks,
    };
    // What sets a stage is large, and whoever waits for the demo carries it.
    let mut director = Box::pin(Director::begin(staging)).await?;
    let ready = clock.now() - started;
    let stage = director.stage()?;
    writeln!(out, "The demo is ready: open {} in a browser.", stage.address())?;
    writeln!(
        out,
        "The bot was ready {} ms after the start. Its database is {}.",
        ready.num_milliseconds(),
        stage.database().display()
    )?;
    writeln!(out, "Press Ctrl-C to end it.")?;
    out.flush()?;
    let led = tokio::select! {
        _ = quit => Ok(()),
        led = Box::pin(director.lead()) => led,
    };
    director.close().await;
    led
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
    let data = fresh(data)?;
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

/// The hour of a new stage, in whole minutes.
pub(super) fn now() -> DateTime<Utc> {
    let now = Clock::system().now();
    now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now)
}

/// A new folder for the database of a stage.
pub(super) fn fresh(data: &Path) -> anyhow::Result<PathBuf> {
    let now = Clock::system().now();
    let folder = data.join(now.format("%Y%m%dT%H%M%S%3f").to_string());
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    Ok(folder)
}
