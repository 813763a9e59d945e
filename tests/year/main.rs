//! Plays a year of releases and prints where every reminder has gone.
//!
//! `cargo run --release --example year`

#![expect(clippy::print_stderr, reason = "a program for the terminal of a developer")]
#![expect(clippy::unwrap_used, reason = "dates that are written down here are dates")]

#[path = "../simulation/chance.rs"]
mod chance;
#[path = "mod.rs"]
mod year;

use std::process::ExitCode;

use clap::Parser;

use year::account::account;
use year::play::play;

/// Plays a year on the real client, and reconciles what was due, what the file says and what Discord has.
#[derive(Debug, Parser)]
struct Arguments {
    /// For how many weeks releases are started; four more follow, in which the last ones end.
    #[arg(long, default_value_t = 52)]
    weeks: u32,
    /// Another seed is another year.
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// How many differences are printed.
const PRINTED: usize = 40;

#[tokio::main]
async fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    #[expect(
        clippy::disallowed_methods,
        reason = "the speed is measured here, and decides nothing"
    )]
    let begun = std::time::Instant::now();
    let data = tempfile::tempdir()?;
    let played = play(arguments.seed, arguments.weeks, data.path()).await?;
    let account = account(&played).await?;
    let (diary, acts) = (&played.diary, played.acknowledged);
    println!(
        "{} weeks from {} with seed {}: {} releases, {} started by people; {} ticks and {} closes acknowledged, {} refused",
        arguments.weeks,
        diary.begins.date_naive(),
        arguments.seed,
        account.releases,
        acts.starts,
        acts.ticks,
        acts.closes,
        acts.refused,
    );
    println!("{account}");
    println!("{:.1} s", begun.elapsed().as_secs_f64());
    for difference in account.differences.iter().take(PRINTED) {
        eprintln!("DIFFERENCE {difference}");
    }
    played.stage.close().await;
    if account.differences.is_empty() {
        println!("every count reconciles");
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::FAILURE)
    }
}
