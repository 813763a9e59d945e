//! `simcord serve`: a local Discord to point a bot at; `simcord conformance`: whether what was asked and answered there is
//! what Discord's description of its API says.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};
use simcord::conformance::{self, Document, KNOWN};
use simcord::{Clock, GuildSpec, Options, Simcord};

/// The world that is served when nobody names another.
const WORLD: &str = include_str!("../world.example.toml");

/// A local Discord for testing and showing bots.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves until it is interrupted: a guild with three people, or those of a file.
    Serve(Serve),
    /// Holds recordings of REST against a description of its API, and ends badly when they differ.
    Conformance(Conformance),
}

#[derive(Debug, Args)]
struct Serve {
    /// The port of the page, the control API and the gateway; 0 takes any free one.
    #[arg(long, default_value_t = 7878)]
    port: u16,
    /// The bot token to accept.
    #[arg(long, default_value = "local.bot.token")]
    token: String,
    /// Privileged intents that the application was granted.
    #[arg(long, value_enum, value_delimiter = ',')]
    privileged_intents: Vec<Privileged>,
    /// A TOML file with the guilds, their people and channels, as world.example.toml.
    #[arg(long)]
    world: Option<PathBuf>,
    /// A clock that starts at this instant (RFC 3339) and is moved on the page or by the control API alone. Without it
    /// the clock is the machine's.
    #[arg(long)]
    at: Option<DateTime<Utc>>,
    /// Who makes the ids, from 0 to 1023: with `--at`, the same things happening make the same ids.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..1024))]
    seed: u16,
    /// A file of what goes wrong from the start, one JSON object a line, as CONTROL.md describes.
    #[arg(long)]
    mishaps: Option<PathBuf>,
    /// A file to write the root certificate for REST over TLS into.
    #[arg(long)]
    certificate: Option<PathBuf>,
    /// A file to record the REST requests and their answers into, or a folder for such files; tokens are left out.
    #[arg(long)]
    recording: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Privileged {
    /// Who is in a guild.
    Members,
    /// Who is there.
    Presences,
    /// What others write.
    MessageContent,
}

impl Privileged {
    /// The bit that a bot asks with (page "Gateway", List of Intents).
    fn bit(self) -> u64 {
        match self {
            Self::Members => 1 << 1,
            Self::Presences => 1 << 8,
            Self::MessageContent => 1 << 15,
        }
    }
}

#[derive(Debug, Args)]
struct Conformance {
    /// The description: an OpenAPI 3.1 document, such as Discord's own.
    #[arg(long)]
    spec: PathBuf,
    /// What was recorded is all that there is to record: a known fault of the description that it does not show is told as
    /// a finding is.
    #[arg(long)]
    complete: bool,
    /// Recordings, or folders of them.
    #[arg(required = true)]
    recordings: Vec<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    let done = match command {
        Command::Serve(asked) => serve(asked).await,
        Command::Conformance(asked) => check(&asked),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Of help is what happened and why; where in the code it did is not.
            tell(&error);
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stderr, reason = "a command line tells its errors there")]
fn tell(error: &anyhow::Error) {
    eprintln!("{error:#}");
}

async fn serve(asked: Serve) -> anyhow::Result<()> {
    let mut options = Options {
        port: asked.port,
        guilds: guilds(asked.world.as_deref())?,
        clock: asked.at.map_or_else(Clock::system, Clock::manual),
        seed: asked.seed,
        recording: asked.recording,
        ..Options::default()
    };
    options.application.token = asked.token;
    let granted = asked.privileged_intents.iter();
    options.application.privileged_intents = granted.fold(0, |bits, one| bits | one.bit());
    let simcord = Simcord::start(options).await?;
    if let Some(file) = &asked.mishaps {
        let played = simcord.control().play_mishaps(&read(file)?);
        played.with_context(|| format!("{} is no script of mishaps", file.display()))?;
    }
    if let Some(file) = &asked.certificate {
        let written = std::fs::write(file, simcord.root_certificate_pem());
        written.with_context(|| format!("{} cannot be written", file.display()))?;
    }
    println!("page     http://{}/", simcord.http_address());
    println!("gateway  {}", simcord.gateway_url());
    println!("REST     http://{}/api/v10/", simcord.http_address());
    println!(
        "         https://discord.com/ resolved to {}",
        simcord.rest_address()
    );
    tokio::signal::ctrl_c().await?;
    simcord.stop().await;
    Ok(())
}

fn check(asked: &Conformance) -> anyhow::Result<()> {
    let document = Document::read(&asked.spec)?;
    let report = conformance::check(&document, &asked.recordings, KNOWN)?;
    println!("{report}");
    if report.findings().next().is_some() {
        bail!("what was recorded is not what {} says", asked.spec.display());
    }
    if asked.complete && report.stale().next().is_some() {
        bail!(
            "faults of {} are known that nothing shows any more",
            asked.spec.display()
        );
    }
    Ok(())
}

fn guilds(file: Option<&Path>) -> anyhow::Result<Vec<GuildSpec>> {
    let Some(file) = file else {
        return Ok(GuildSpec::all_from_toml(WORLD)?);
    };
    let guilds = GuildSpec::all_from_toml(&read(file)?);
    guilds.with_context(|| format!("{} describes no world", file.display()))
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}
