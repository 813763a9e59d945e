//! People who tick as fast as they are answered.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tminus::app::Which;
use tminus::domain::release::Command;
use tokio::task::JoinSet;

use crate::full::Full;
use crate::support::append::append;
use crate::support::report::Figures;
use crate::support::stopwatch::Stopwatch;

/// How long each of the two is done, twice in turns, because a disk has its moods.
const TURN: Duration = Duration::from_secs(2);

/// What was measured, in the same folder.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// Appends of 4 KiB, each with `fdatasync`.
    pub(crate) appends: Figures,
    /// Each tick, from the press to its acknowledgement.
    pub(crate) acts: Figures,
    /// Ticks acknowledged in a second, by all together.
    pub(crate) per_second: f64,
}

static PRESSES: AtomicU64 = AtomicU64::new(0);

pub(crate) async fn measure(full: &Full, writers: usize) -> anyhow::Result<Measured> {
    let mut measured = Measured::default();
    let (mut acts, mut seconds) = (0, 0.0);
    for _ in 0..2 {
        append(full.folder(), TURN, &mut measured.appends)?;
        let watch = Stopwatch::start();
        let mut ticking = JoinSet::new();
        for writer in 0..writers {
            ticking.spawn(tick(
                full.app().clone(),
                full.releases()[writer].clone(),
                full.presses(0),
                full.later(),
            ));
        }
        while let Some(done) = ticking.join_next().await {
            let figures = done??;
            acts += figures.count();
            measured.acts += figures;
        }
        seconds += watch.passed().as_secs_f64();
    }
    measured.per_second = acts as f64 / seconds;
    Ok(measured)
}

/// Ticks and undoes the items of one release in turn.
async fn tick(
    app: tminus::app::App,
    release: tminus::domain::release::Release,
    person: tminus::domain::person::Person,
    now: chrono::DateTime<chrono::Utc>,
) -> anyhow::Result<Figures> {
    let which = Which::Key(release.key.to_string());
    let mut figures = Figures::default();
    let turn = Stopwatch::start();
    let items: Vec<_> = release
        .playbook
        .items()
        .map(|(_, item)| item.id.clone())
        .collect();
    for item in items.into_iter().cycle() {
        if turn.passed() >= TURN {
            break;
        }
        for command in [Command::CompleteItem(item.clone()), Command::UndoItem(item)] {
            let mut person = person.clone();
            person.interaction.0 += PRESSES.fetch_add(1, Ordering::Relaxed);
            let watch = Stopwatch::start();
            app.act(&person, &which, &command, now).await?;
            figures.add(watch.passed());
        }
    }
    Ok(figures)
}
