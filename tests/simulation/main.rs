//! Plays as many histories as are asked for, and shows one that breaks a promise.
//!
//! `cargo run --release --example simulate -- --seeds 10000`

#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a program for the terminal of a developer"
)]

#[path = "mod.rs"]
mod simulation;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use clap::Parser;

use simulation::history::History;
use simulation::mutant::Mutant;
use simulation::play::{Failure, Place, Tally, play};
use simulation::shrink::shrink;
use tminus::runtime::stay_on_one_processor;

/// Plays histories of the bot, one for each seed, and checks what is promised.
#[derive(Debug, Parser)]
struct Arguments {
    /// How many histories to play.
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Plays this seed alone and tells it.
    #[arg(long)]
    replay: Option<u64>,
    /// With --replay: tells each step instead of the shortest history that breaks the same promise.
    #[arg(long)]
    verbose: bool,
    /// How many play at a time; as many as there are processors unless given.
    #[arg(long)]
    workers: Option<usize>,
    /// Builds a fault in, to see that it is found.
    #[arg(long)]
    mutant: Option<Mutant>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.replay {
        Some(seed) => replay(seed, &arguments),
        None => many(&arguments),
    }
}

fn many(arguments: &Arguments) -> ExitCode {
    let next = AtomicU64::new(arguments.first);
    let end = arguments.first + arguments.seeds;
    let stop = AtomicBool::new(false);
    let tally = Mutex::new(Tally::default());
    let failures: Mutex<Vec<Failure>> = Mutex::default();
    #[expect(
        clippy::disallowed_methods,
        reason = "the speed is measured here, and decides nothing"
    )]
    let begun = std::time::Instant::now();
    let work = |worker| {
        stay_on_one_processor(Some(worker));
        runtime().block_on(async {
            let place = Place::new().await;
            while !stop.load(Ordering::Relaxed) {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= end {
                    return;
                }
                let (played, _, result) = play(&History::of(seed), &place, arguments.mutant, false).await;
                tally.lock().unwrap().add(played);
                if let Err(failure) = result {
                    failures.lock().unwrap().push(failure);
                    stop.store(true, Ordering::Relaxed);
                }
            }
        });
    };
    let processors = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for worker in 0..arguments.workers.unwrap_or(processors) {
            scope.spawn(move || work(worker));
        }
    });
    let seconds = begun.elapsed().as_secs_f64();
    let tally = tally.into_inner().unwrap();
    let counts = tally.counts;
    println!(
        "{} histories in {seconds:.1} s ({:.0} a second): {} steps, {} looks of the loop, {} releases, {} deaths of the \
         process, {} requests, {} messages, {} repeats prevented, {} possible repeats",
        tally.histories,
        f64::from(u32::try_from(tally.histories).unwrap_or(u32::MAX)) / seconds,
        tally.steps,
        tally.looks,
        tally.releases,
        tally.deaths,
        counts.requests,
        counts.messages,
        counts.repeats_prevented,
        counts.possible_repeats,
    );
    let failures = failures.into_inner().unwrap();
    for failure in &failures {
        eprintln!(
            "seed {} breaks a promise after step {}: {}",
            failure.seed, failure.step, failure.fault
        );
        eprintln!(
            "  cargo run --release --example simulate -- --replay {} --verbose",
            failure.seed
        );
    }
    if failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn replay(seed: u64, arguments: &Arguments) -> ExitCode {
    runtime().block_on(async {
        let place = Place::new().await;
        let mut history = History::of(seed);
        let (_, mut story, mut result) = play(&history, &place, arguments.mutant, true).await;
        if let Err(failure) = &result
            && !arguments.verbose
        {
            let (shortest, _) = shrink(&history, failure.clone(), &place, arguments.mutant).await;
            println!("of {} steps, these suffice:", history.steps.len());
            history = shortest;
            (_, story, result) = play(&history, &place, arguments.mutant, true).await;
        }
        println!(
            "seed {seed} begins at {} with {} servers, a nonce that is known for {} s, and channels that {} be read",
            history.begins,
            history.guilds,
            history.window.num_seconds(),
            if history.readable { "can" } else { "cannot" },
        );
        for line in story {
            println!("{line}");
        }
        if result.is_ok() {
            println!("every promise is kept");
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}
