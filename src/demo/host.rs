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
use crate::domain::calendar::{Calendar, CalendarName};
use crate::domain::playbook::Playbook;
use crate::domain::zone::Zone;
use crate::runtime::Clock;

/// What the first channel says to a newcomer; `target` is a day that leaves time for every phase.
fn introduction(target: &str) -> String {
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
    let now = started.duration_trunc(TimeDelta::minutes(1)).unwrap_or(started);
    // The local Discord is new each time, so the releases of an earlier demo would have no channels: begin afresh.
    let data = fresh(data, started)?;
    let options = StageOptions {
        port,
        data,
        playbooks,
        now,
        guilds: vec![SERVER.to_owned()],
        guests: Vec::new(),
        patience: Duration::from_secs(3),
        directory: String::new(),
        limits: simcord::Limits::default(),
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
    let calendar = Calendar::named(CalendarName::UsCaConcurrent);
    let today = Zone::SAN_FRANCISCO.to_local(stage.now()).date();
    let target = (0..8).fold(today, |day, _| calendar.next_working_day(day));
    control.post(manager, channel, &introduction(&target.to_string()))?;
    Ok(())
}
