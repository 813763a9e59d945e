//! Measures how the bot gets over what befalls its connection to Discord: `cargo bench --bench gateway`.
//!
//! The bot runs in this process, on a runtime of its own, beside a task that has nothing to do with it: it wakes every
//! 10 ms and notes how late it was. `docs/measurements.md` keeps the figures of one run.

#[expect(dead_code, reason = "the other measurements use the rest of it")]
mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use simcord::{GatewayMishap, GatewayRecord};
use support::place::{self, Place};
use support::process::{Machine, Usage};
use support::report::{Figures, ms};
use support::start;
use support::stopwatch::{Stopwatch, pause};
use tminus::app::App;
use tminus::discord::connect::Endpoint;
use tminus::domain::calendar::CalendarSettings;
use tminus::runtime::{Bot, Clock};
use tminus::store::Store;

/// What the unrelated task waits for.
const TICK: Duration = Duration::from_millis(10);
/// How long the bot is watched after it is back.
const AFTERMATH: Duration = Duration::from_millis(300);
/// How long the outage lasts.
const OUTAGE: Duration = Duration::from_secs(12);
/// How often a heartbeat is asked for while dead links are measured; Discord asks each 41.25 s.
const HEARTBEAT_MS: u64 = 1_000;
/// Discord allows one new session in five seconds; a session that lives is older than that.
const SESSION_AGE: Duration = Duration::from_millis(5_200);
/// No other work may be late by more than this, in milliseconds.
const LATEST: f64 = 100.0;

fn main() -> anyhow::Result<()> {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("This measures under `cargo bench` alone.");
        return Ok(());
    }
    let bots = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let measuring = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let result = measuring.block_on(measure(&bots));
    bots.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn measure(bots: &tokio::runtime::Runtime) -> anyhow::Result<()> {
    let machine = Machine::now()?;
    println!("{}", Machine::describe()?);
    let place = Place::open(1).await?;
    let control = place.control();
    control.gateway(GatewayMishap::Heartbeat { ms: HEARTBEAT_MS });
    let folder = place::folder()?;
    let database = folder.path().join("tminus.sqlite");
    let endpoint = Endpoint::Local {
        rest: place.simcord().rest_address(),
        root_certificate_pem: place.simcord().root_certificate_pem().to_owned(),
    };
    let starting = bots.spawn(async move {
        let app = App::new(
            Store::open(&database).await?,
            Vec::new(),
            CalendarSettings::default(),
        );
        let token = SecretString::from(place::TOKEN);
        anyhow::Ok(Bot::start(app, &token, &endpoint, Clock::system()).await?)
    });
    let bot = starting.await??;
    control.wait_connected().await;
    let latest = Arc::new(AtomicU64::new(0));
    bots.spawn(unrelated(Arc::clone(&latest)));
    let bench = Bench { place, latest };
    pause(Duration::from_secs(1)).await;

    let mut rows = Vec::new();
    let (close, resumed) = (
        |code| GatewayMishap::Close { code },
        |record: &GatewayRecord| record.resumes,
    );
    for (name, mishap) in [
        ("TCP dropped", GatewayMishap::Cut),
        ("close without a code", close(None)),
        ("close 1000", close(Some(1000))),
        ("close 1001", close(Some(1001))),
        ("close 4000", close(Some(4000))),
        ("op 7", GatewayMishap::AskToReconnect),
        ("op 9 `true`", GatewayMishap::Invalidate { resumable: true }),
    ] {
        rows.push(
            bench
                .fault(name, "RESUME", &[mishap], 5, 1_000.0, resumed)
                .await?,
        );
    }
    let silent = "no acks and no events (heartbeat each 1 s)";
    let noticing = 2.0 * HEARTBEAT_MS as f64 + 1_000.0;
    rows.push(
        bench
            .fault(
                silent,
                "RESUME",
                &[GatewayMishap::FallSilent],
                3,
                noticing,
                resumed,
            )
            .await?,
    );
    let outage = [GatewayMishap::GoAway, GatewayMishap::ComeBack];
    rows.push(
        bench
            .fault("12 s outage", "RESUME", &outage, 2, 1_000.0, resumed)
            .await?,
    );
    for (name, mishap) in [
        ("close 4007", close(Some(4007))),
        ("close 4009", close(Some(4009))),
        ("op 9 `false`", GatewayMishap::Invalidate { resumable: false }),
    ] {
        pause(SESSION_AGE).await;
        let begun = |record: &GatewayRecord| record.identifies;
        rows.push(
            bench
                .fault(name, "IDENTIFY", &[mishap], 1, 5_000.0, begun)
                .await?,
        );
    }
    let record = *control.gateway_record().borrow();
    anyhow::ensure!(
        control.errors().is_empty(),
        "broken rules: {:?}",
        control.errors()
    );
    bots.spawn(bot.stop()).await?;

    println!("\n| Fault | Back by | Back after, median (longest) | | Longest delay of other work | | CPU |");
    println!("|---|---|---|---|---|---|---|");
    rows.iter().for_each(|row| println!("{row}"));
    println!("\n{record:?}");
    let mut ends = Figures::default();
    for _ in 0..5 {
        ends.add(start::ended(&Place::open(1).await?).await?);
    }
    println!(
        "SIGTERM until the process is gone: median {}, longest {} of {}",
        ms(ends.median()),
        ms(ends.longest()),
        ends.count()
    );
    let used = Usage::of(std::process::id())?;
    println!(
        "other processes used {:.0} % of the machine meanwhile",
        machine.others(used.ticks)? * 100.0
    );
    Ok(())
}

struct Bench {
    place: Place,
    latest: Arc<AtomicU64>,
}

impl Bench {
    /// Lets something happen several times; the time runs from the last of its mishaps until `count` has risen.
    async fn fault(
        &self,
        name: &str,
        by: &str,
        mishaps: &[GatewayMishap],
        times: u32,
        most: f64,
        count: impl Fn(&GatewayRecord) -> u64,
    ) -> anyhow::Result<String> {
        let control = self.place.control();
        let mut record = control.gateway_record();
        let mut back = Figures::default();
        self.latest.store(0, Ordering::Relaxed);
        let (before, whole) = (Usage::of(std::process::id())?, Stopwatch::start());
        for _ in 0..times {
            let known = count(&record.borrow());
            let mut watch = Stopwatch::start();
            for (number, mishap) in mishaps.iter().enumerate() {
                if number > 0 {
                    pause(OUTAGE).await;
                    watch = Stopwatch::start();
                }
                control.gateway(*mishap);
            }
            record.wait_for(|record| count(record) > known).await?;
            back.add(watch.passed());
            pause(AFTERMATH).await;
        }
        let usage = Usage::of(std::process::id())?;
        let cpu = usage.share_since(&before, whole.passed()) * 100.0;
        let late = self.latest.load(Ordering::Relaxed) as f64 / 1_000.0;
        let verdict = |kept| if kept { "ok" } else { "MISSED" };
        let row = format!(
            "| {name}, {times} times | {by} | {} ({}) | {} | {} | {} | {cpu:.1} % of a core |",
            ms(back.median()),
            ms(back.longest()),
            verdict(back.longest() <= most),
            ms(late),
            verdict(late <= LATEST),
        );
        println!("{row}");
        Ok(row)
    }
}

/// Work that has nothing to do with the gateway: notes by how many microseconds it was late at worst.
async fn unrelated(latest: Arc<AtomicU64>) {
    loop {
        let watch = Stopwatch::start();
        pause(TICK).await;
        let late = watch.passed().saturating_sub(TICK);
        latest.fetch_max(
            u64::try_from(late.as_micros()).unwrap_or(u64::MAX),
            Ordering::Relaxed,
        );
    }
}
