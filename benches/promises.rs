//! Measures what T-minus promises about speed and size: `cargo bench --bench promises`.
//!
//! The bot is the program itself, as a child process, against a local Discord in this process; nothing leaves this
//! machine. Beside each figure stands the physical limit, measured in the same run. `docs/measurements.md` keeps the
//! figures of one run.

mod support;

use std::time::Duration;

use simcord::{Fault, FaultKind};
use support::disk;
use support::load::{self, Releases};
use support::place::{Bot, Place};
use support::process::{Machine, Usage};
use support::report::{Figures, Report, ms};
use support::stopwatch::{Stopwatch, pause};
use support::{network, start};

/// How many times the process is started.
const STARTS: usize = 10;

/// How many releases are started.
const RELEASES: usize = 30;

/// Over how many servers the releases are spread.
const SERVERS: usize = 3;

/// How many interactions there are per second, and for how many seconds.
const LOAD: (u32, u32) = (50, 30);

/// How long the bot is watched while nothing happens.
const IDLE: Duration = Duration::from_secs(60);

/// How long an edit of a board takes in the run that imitates a distant Discord, and how long that run is, in seconds.
const DISTANT: (Duration, u32) = (Duration::from_millis(150), 8);

/// How long the bot is watched while it cannot send.
const WAITING: Duration = Duration::from_secs(8);

/// How much of one core a bot may use while nothing happens and still count as using none: a thousandth, 60 ms in a
/// minute. Less than the looks that serenity takes at its connection, twice a second, cannot be had.
const NO_CPU: f64 = 0.001;

fn main() -> anyhow::Result<()> {
    // A test run over all targets starts benches as well; it is not the place for three minutes of measuring.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("This measures under `cargo bench` alone.");
        return Ok(());
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(measure())
}

async fn measure() -> anyhow::Result<()> {
    let watch = Stopwatch::start();
    let machine = Machine::now()?;
    let mut report = Report::default();
    println!("{}", Machine::describe()?);

    ready(&mut report).await?;
    durable(&mut report).await?;

    let place = Place::open(SERVERS).await?;
    let bot = place.start()?;
    place.control().wait_connected().await;
    place.set_up().await?;
    let mut releases = boards(&place, &mut report).await?;
    under_load(&place, &bot, &mut releases, &mut report).await?;
    from_afar(&place, &mut releases, &mut report).await?;
    idle(&bot, &mut report).await?;
    waiting(
        500,
        "while Discord fails and messages are tried again",
        &mut report,
    )
    .await?;
    waiting(401, "after the token was refused", &mut report).await?;
    let errors = place.control().errors();
    anyhow::ensure!(
        errors.is_empty(),
        "the local Discord found broken rules: {errors:?}"
    );

    println!("\n{}", report.table());
    println!(
        "{:.0} s in all; other processes used {:.0} % of the machine meanwhile.",
        watch.passed().as_secs_f64(),
        machine.others(bot.usage()?.ticks)? * 100.0
    );
    Ok(())
}

/// From the start of the process to a session on the gateway: on an empty folder, and on the database that is there.
async fn ready(report: &mut Report) -> anyhow::Result<()> {
    let (mut first, mut again, mut process) = (Figures::default(), Figures::default(), Figures::default());
    for _ in 0..STARTS {
        process.add(start::nothing()?);
        let place = Place::open(1).await?;
        first.add(start::ready(&place).await?);
        again.add(start::ready(&place).await?);
    }
    let mut ends = Figures::default();
    for _ in 0..STARTS {
        ends.add(start::ended(&Place::open(1).await?).await?);
    }
    report.add(
        "Gone within 1 s of SIGTERM",
        format!("median {}, longest {}", ms(ends.median()), ms(ends.longest())),
        Some(ends.longest() < 1_000.0),
        "a session that is idle: nobody waits for an answer".to_owned(),
    );
    report.add(
        "Ready within 1 s of the start",
        format!(
            "median {} on an empty folder (longest {}), {} on a database that is there",
            ms(first.median()),
            ms(first.longest()),
            ms(again.median())
        ),
        Some(first.median() < 1_000.0 && again.median() < 1_000.0),
        format!("a process that only prints its version: {}", ms(process.median())),
    );
    Ok(())
}

/// Acknowledgements that are on disk, one after the other.
async fn durable(report: &mut Report) -> anyhow::Result<()> {
    let disk = disk::measure().await?;
    report.add(
        "Durable before it is acknowledged",
        format!(
            "{:.0} ticks/s one after the other, median {}, p99 {}",
            disk.ticks.per_second(),
            ms(disk.ticks.median()),
            ms(disk.ticks.percentile(99.0))
        ),
        None,
        format!(
            "{:.0} fdatasync/s of 4 KiB appends, median {}, p99 {}: {:.0} % of it",
            disk.appends.per_second(),
            ms(disk.appends.median()),
            ms(disk.appends.percentile(99.0)),
            disk.ticks.per_second() / disk.appends.per_second() * 100.0
        ),
    );
    Ok(())
}

/// From `/release start` to the pinned board.
async fn boards(place: &Place, report: &mut Report) -> anyhow::Result<Releases> {
    let round_trip = network::round_trips(place).await?;
    let before = place.control().requests().len();
    let (releases, figures) = load::start_releases(place, RELEASES).await?;
    let requests = place.control().requests().len() - before;
    report.add(
        "Board visible within 1 s of `/release start`",
        format!(
            "median {}, longest {} of {RELEASES} over {SERVERS} servers; the person is answered after {}",
            ms(figures.board.median()),
            ms(figures.board.longest()),
            ms(figures.answer.median())
        ),
        Some(figures.board.longest() < 1_000.0),
        format!(
            "{:.1} requests each, and a round trip over loopback (TLS) takes {}, p99 {}",
            requests as f64 / RELEASES as f64,
            ms(round_trip.median()),
            ms(round_trip.percentile(99.0))
        ),
    );
    Ok(releases)
}

async fn under_load(
    place: &Place,
    bot: &Bot,
    releases: &mut Releases,
    report: &mut Report,
) -> anyhow::Result<()> {
    let (rate, seconds) = LOAD;
    let resting = bot.usage()?;
    let machine = Machine::now()?;
    let (before, watch) = (bot.usage()?, Stopwatch::start());
    let seen = load::run(place, releases, rate, seconds).await?;
    let (after, passed) = (bot.usage()?, watch.passed());
    println!(
        "load: {} interactions, the last {} late; the bot used {:.0} % of a core, other processes {:.0} % of the machine",
        seen.acknowledged.count(),
        ms(seen.lateness.longest()),
        after.share_since(&before, passed) * 100.0,
        machine.others(after.ticks - before.ticks)? * 100.0
    );
    report.add(
        &format!("Acknowledged within 50 ms (p99) at {rate}/s for {seconds} s"),
        format!(
            "p99 {}, median {}, longest {}",
            ms(seen.acknowledged.percentile(99.0)),
            ms(seen.acknowledged.median()),
            ms(seen.acknowledged.longest())
        ),
        Some(seen.acknowledged.percentile(99.0) < 50.0),
        "one frame of the gateway and one request: about the round trip above".to_owned(),
    );
    report.add(
        "— the answer that the person reads",
        format!(
            "p50 {}, p99 {}, longest {}",
            ms(seen.answered.median()),
            ms(seen.answered.percentile(99.0)),
            ms(seen.answered.longest())
        ),
        None,
        "two requests; a tick waits for the disk once".to_owned(),
    );
    report.add(
        "— a tick by the board's select, shown on the board",
        format!(
            "p50 {}, p99 {}, longest {}",
            ms(seen.shown.median()),
            ms(seen.shown.percentile(99.0)),
            ms(seen.shown.longest())
        ),
        None,
        format!(
            "{} edits for {} changes: {:.2} edits a change, by coalescing",
            seen.edits,
            seen.changes,
            f64::from(seen.edits) / f64::from(seen.changes)
        ),
    );
    // What was freed is given back with a delay; the figure is what an operator sees soon after.
    pause(Duration::from_secs(2)).await;
    let busy = bot.usage()?;
    report.add(
        "Idle resident memory under 40 MB",
        format!(
            "{} with {RELEASES} releases in flight, {} after the load",
            resting.memory(),
            busy.memory()
        ),
        Some(resting.resident_kib.max(busy.resident_kib) < 40_000),
        "the program's own code and data are part of it".to_owned(),
    );
    Ok(())
}

/// The same load while each edit of a board takes as long as it may over the internet: edits have to be coalesced.
async fn from_afar(place: &Place, releases: &mut Releases, report: &mut Report) -> anyhow::Result<()> {
    let (delay, seconds) = DISTANT;
    place.control().fault(Fault {
        method: Some("PATCH".to_owned()),
        path_contains: "/channels/".to_owned(),
        times: u32::MAX,
        kind: FaultKind::Delay {
            ms: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
        },
    });
    let seen = load::run(place, releases, LOAD.0, seconds).await?;
    report.add(
        &format!(
            "— the same when an edit takes {} ms, for {seconds} s",
            delay.as_millis()
        ),
        format!(
            "acknowledged p99 {}; a tick by the select shown p50 {}, p99 {}; {:.2} edits a change",
            ms(seen.acknowledged.percentile(99.0)),
            ms(seen.shown.median()),
            ms(seen.shown.percentile(99.0)),
            f64::from(seen.edits) / f64::from(seen.changes)
        ),
        None,
        format!("one edit: {} ms", delay.as_millis()),
    );
    Ok(())
}

/// A bot that has something to send and is told to try later: it has to wait, not to look again and again.
async fn waiting(status: u16, when: &str, report: &mut Report) -> anyhow::Result<()> {
    let place = Place::open(1).await?;
    let bot = place.start()?;
    let control = place.control();
    control.wait_connected().await;
    place.set_up().await?;
    control.fault(Fault {
        method: Some("POST".to_owned()),
        path_contains: "/messages".to_owned(),
        times: u32::MAX,
        kind: FaultKind::Status {
            status,
            retry_after: None,
        },
    });
    load::start_one(&place).await?;
    pause(Duration::from_secs(2)).await;
    let (before, watch) = (bot.usage()?, Stopwatch::start());
    pause(WAITING).await;
    let share = bot.usage()?.share_since(&before, watch.passed());
    report.add(
        &format!("— {when}"),
        format!("{:.2} % of a core over {} s", share * 100.0, WAITING.as_secs()),
        Some(share < 0.01),
        "a few attempts".to_owned(),
    );
    Ok(())
}

/// Two bots that nobody talks to: one that has just started, and one that has many releases in flight.
async fn idle(busy: &Bot, report: &mut Report) -> anyhow::Result<()> {
    let place = Place::open(1).await?;
    let fresh = place.start()?;
    place.control().wait_connected().await;
    pause(Duration::from_secs(2)).await;
    let before = [fresh.usage()?, busy.usage()?];
    let watch = Stopwatch::start();
    pause(IDLE).await;
    let after = [fresh.usage()?, busy.usage()?];
    let passed = watch.passed();
    let told = |before: &Usage, after: &Usage| {
        format!(
            "{} ticks of 10 ms ({:.1} ms by the scheduler's count, {} wake-ups)",
            after.ticks - before.ticks,
            after.run_since(before).as_secs_f64() * 1_000.0,
            after.wakeups_since(before)
        )
    };
    let [fresh_before, busy_before] = &before;
    let [fresh_after, busy_after] = &after;
    let most = fresh_after
        .share_since(fresh_before, passed)
        .max(busy_after.share_since(busy_before, passed));
    report.add(
        "No CPU when nothing happens",
        format!(
            "in {} s: {} just started, {} with {RELEASES} releases in flight",
            IDLE.as_secs(),
            told(fresh_before, fresh_after),
            told(busy_before, busy_after)
        ),
        Some(most <= NO_CPU),
        "serenity looks at its connection twice a second; a heartbeat each 41 s; the releases are read each 30 s"
            .to_owned(),
    );
    report.add(
        "— resident memory of a bot that has just started",
        fresh_after.memory(),
        Some(fresh_after.resident_kib < 40_000),
        String::new(),
    );
    Ok(())
}
