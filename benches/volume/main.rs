//! Measures what T-minus promises about a full database: `cargo bench --bench volume`.
//!
//! 10,000 open items in flight and 100,000 messages sent before, in one file. Beside each figure stands what the disk
//! can do, measured in the same run. `docs/measurements.md` keeps the figures of one run.

mod due;
mod export;
mod full;
#[path = "../support/mod.rs"]
#[expect(
    dead_code,
    reason = "shared with the other measurements, which need more of it"
)]
mod support;
mod writers;

use std::time::Duration;

use full::Full;
use support::report::{Figures, Report, ms};
use support::stopwatch::Stopwatch;

/// How many looks at the database are measured when nothing is due.
const LOOKS: usize = 200;

/// How many people tick at the same time, each as soon as the last tick is acknowledged.
const WRITERS: [usize; 4] = [1, 4, 16, 64];

fn main() -> anyhow::Result<()> {
    // A test run over all targets starts benches as well; it is not the place for measuring.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("This measures under `cargo bench` alone.");
        return Ok(());
    }
    tminus::cli::runtime()?.block_on(measure())
}

async fn measure() -> anyhow::Result<()> {
    let mut report = Report::default();
    let watch = Stopwatch::start();
    let full = Full::prepare().await?;
    println!(
        "{} is filled in {:.1} s",
        full.described(),
        watch.passed().as_secs_f64()
    );
    let full = due(full, &mut report).await?;
    ticks(&full, &mut report).await?;
    let full = restart(full, &mut report).await?;
    completions(&full, &mut report).await?;
    exports(&full, &mut report).await?;
    println!("\n{}", report.table());
    Ok(())
}

/// From the instant at which a reminder is due until Discord has it.
async fn due(full: Full, report: &mut Report) -> anyhow::Result<Full> {
    let described = full.described();
    let due::Due {
        closed,
        late,
        instants,
    } = due::measure(full).await?;
    anyhow::ensure!(late.count() >= 50, "{} reminders are too few", late.count());
    report.add(
        "Due to POST under 250 ms (p99)",
        format!(
            "p50 {}, p99 {}, longest {} of {} messages at {instants} instants",
            ms(late.median()),
            ms(late.percentile(99.0)),
            ms(late.longest()),
            late.count()
        ),
        Some(late.percentile(99.0) < 250.0),
        described,
    );
    closed.open().await
}

/// One step of the scheduler, with nothing due, with one release due, and with all of them due at once.
async fn ticks(full: &Full, report: &mut Report) -> anyhow::Result<()> {
    let mut idle = Figures::default();
    for _ in 0..LOOKS {
        let watch = Stopwatch::start();
        full.app().tick(full.now()).await?;
        full.app().next_wakeup(full.now()).await?;
        idle.add(watch.passed());
    }
    report.add(
        "One tick under 10 ms, nothing due",
        format!("median {}, p99 {}", ms(idle.median()), ms(idle.percentile(99.0))),
        Some(idle.percentile(99.0) < 10.0),
        full.described(),
    );
    let mut one = Figures::default();
    for release in full.releases().iter().take(LOOKS) {
        full.touch(release).await?;
        let watch = Stopwatch::start();
        full.app().tick(full.now()).await?;
        one.add(watch.passed());
    }
    report.add(
        "One tick under 10 ms, one release to look at",
        format!("median {}, p99 {}", ms(one.median()), ms(one.percentile(99.0))),
        Some(one.percentile(99.0) < 10.0),
        full.described(),
    );
    let watch = Stopwatch::start();
    full.app().tick(full.all_due()).await?;
    let all = watch.passed();
    report.add(
        "— all releases due at the same instant",
        format!(
            "{} for {} releases, {} each",
            ms(all.as_secs_f64() * 1_000.0),
            full.releases().len(),
            ms(all.as_secs_f64() * 1_000.0 / full.releases().len() as f64)
        ),
        None,
        "one transaction: all of it or nothing".to_owned(),
    );
    Ok(())
}

/// From opening the file to having everything that came due meanwhile in the outbox, and the first message in hand.
async fn restart(full: Full, report: &mut Report) -> anyhow::Result<Full> {
    let now = full.later();
    let closed = full.close().await;
    let watch = Stopwatch::start();
    let full = closed.open().await?;
    full.app().recover(now).await?;
    full.app().tick(now).await?;
    let first = full.app().next_delivery(now).await?;
    let passed = watch.passed();
    anyhow::ensure!(first.is_some(), "something came due while the bot was away");
    report.add(
        "Restart to caught up under 2 s",
        ms(passed.as_secs_f64() * 1_000.0),
        Some(passed < Duration::from_secs(2)),
        format!("{} releases were due meanwhile", full.releases().len()),
    );
    Ok(full)
}

/// Ticks that are on the disk when they are acknowledged, by one person and by many.
async fn completions(full: &Full, report: &mut Report) -> anyhow::Result<()> {
    for writers in WRITERS {
        let measured = writers::measure(full, writers).await?;
        let disk = measured.appends.per_second();
        let share = measured.per_second / disk;
        report.add(
            &format!("Completions durable before acknowledged, {writers} at a time"),
            format!(
                "{:.0}/s, median {}, p99 {}",
                measured.per_second,
                ms(measured.acts.median()),
                ms(measured.acts.percentile(99.0))
            ),
            (writers > 1).then_some(share >= 0.8),
            format!(
                "{disk:.0} fdatasync/s of 4 KiB appends: {:.0} % of it",
                share * 100.0
            ),
        );
    }
    Ok(())
}

/// The record of a release with a long timeline, from the question to the bytes of the file.
async fn exports(full: &Full, report: &mut Report) -> anyhow::Result<()> {
    for (form, bytes, times) in export::measure(full).await? {
        report.add(
            &format!("Export under 200 ms as {form}, {} events", export::EVENTS),
            format!("median {}, longest {}", ms(times.median()), ms(times.longest())),
            Some(times.longest() < 200.0),
            format!("{} KB", bytes / 1024),
        );
    }
    Ok(())
}
