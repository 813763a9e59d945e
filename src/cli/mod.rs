//! The command line.

pub mod backup;
pub mod calendar;
pub mod escalation;
pub mod export;
pub mod handoff;
pub mod plan;
pub mod playbook;
pub mod release;
pub mod version;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use tokio::sync::oneshot;

use crate::app::{App, CalendarSource, PlaybookSource};
use crate::config::{Config, ConfigError, Log};
use crate::demo::host;
use crate::discord::invite;
use crate::domain::escalation::Directory;
use crate::domain::playbook::Playbook;
use crate::domain::zone::zone_data;
use crate::mail::Postman;
use crate::runtime::{Bot, Clock, Signals, logging, stay_on_one_processor};
use crate::store::{self, Store};

/// Runs dot releases on Discord.
#[derive(Debug, Parser)]
#[command(
    name = "tminus",
    about,
    disable_version_flag = true,
    arg_required_else_help = true,
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = true
)]
pub struct Arguments {
    /// Print the version.
    #[arg(short = 'V', long, required = true)]
    version: bool,
    /// With --version: the versions of the time zone data, of SQLite and of the database's schema too.
    #[arg(long)]
    verbose: bool,
    /// What to do.
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bot. The token comes from DISCORD_TOKEN or from the file that the configuration names.
    Run {
        /// The configuration file (config.example.toml lists every setting).
        #[arg(long, default_value = "config.toml")]
        config: PathBuf,
    },
    /// Copy the database to a file, while the bot runs or not.
    Backup(backup::BackupArguments),
    /// Put a backup in the place of the database, while the bot does not run.
    Restore(backup::RestoreArguments),
    /// Write the record of a release as Markdown, JSON, CSV or iCalendar, while the bot runs or not.
    Export(export::ExportArguments),
    /// List the releases in flight, to come or recently shipped, while the bot runs or not.
    Release(release::ReleaseArguments),
    /// Show how a release would be handed over now, while the bot runs or not.
    #[command(name = "handoff")]
    HandOff(handoff::HandOffArguments),
    /// Try everything in a browser, on a local Discord: no account, no token, no network.
    Demo {
        /// The port of the page; 0 takes any that is free.
        #[arg(long, default_value_t = 7210)]
        port: u16,
        /// Play this script without a page, print what people saw, and exit (docs/scenarios.md).
        #[arg(long)]
        script: Option<PathBuf>,
        /// Keep the data below this folder.
        #[arg(long, default_value = "data/demo")]
        data: PathBuf,
        /// The folder of the playbooks.
        #[arg(long, default_value = "playbook-templates")]
        playbooks: PathBuf,
    },
    /// Print when each phase of a release is, and why. Needs no Discord.
    Plan(plan::PlanArguments),
    /// Print days off, why they are off, and the working days before a date. Needs no Discord.
    Calendar(calendar::CalendarArguments),
    /// Check playbook files, print the schema of their format, or import a process from elsewhere.
    Playbook(playbook::PlaybookArguments),
    /// Check the file of who helps with what when a release is blocked.
    Escalation(escalation::EscalationArguments),
    /// Print the link that adds the bot to a server, with the least permissions that it needs.
    Invite {
        /// The application id, from the application's General Information page.
        #[arg(long)]
        application_id: u64,
    },
}

/// Carries out what was asked on the command line.
///
/// # Errors
/// One sentence for the person at the prompt.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    let Some(command) = arguments.command else {
        version::print(arguments.verbose, Clock::system().now(), &mut out)?;
        return Ok(ExitCode::SUCCESS);
    };
    match command {
        Command::Run { config } => run_bot(&config).await,
        Command::Demo {
            port,
            script,
            data,
            playbooks,
        } => {
            // A demo says what it does on its page; its log is for trouble.
            logging::start(crate::config::LogLevel::Warn, Log::default().format);
            let mut playbooks = read_playbooks(&playbooks)?;
            // A folder of the script's name holds playbooks of its own.
            let own = script.as_ref().map(|script| script.with_extension(""));
            if let Some(own) = own.filter(|own| own.is_dir()) {
                playbooks.extend(read_playbooks(&own)?);
            }
            match script {
                Some(script) => host::script(&script, &data, playbooks, &mut out).await,
                None => {
                    let (quit, quitting) = oneshot::channel();
                    let page = host::page(port, &data, playbooks, &mut out, quitting);
                    Signals::install()?.forward(quit, page).await?;
                    Ok(ExitCode::SUCCESS)
                }
            }
        }
        Command::Backup(arguments) => {
            backup::backup(&arguments, &mut out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Restore(arguments) => {
            backup::restore(&arguments, Clock::system().now(), &mut out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Export(arguments) => {
            export::export(&arguments, Clock::system().now(), &mut out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Release(arguments) => {
            release::run(&arguments, Clock::system().now(), &mut out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::HandOff(arguments) => {
            handoff::run(&arguments, Clock::system().now(), &mut out).await?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Plan(arguments) => {
            plan::run(&arguments, &mut out)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Calendar(arguments) => {
            let (lines, mut complaints) = (io::stdin().lock(), io::stderr().lock());
            let now = Clock::system().now();
            Ok(calendar::run(&arguments, now, lines, &mut out, &mut complaints)?)
        }
        Command::Playbook(arguments) => {
            let mut complaints = io::stderr().lock();
            Ok(playbook::run(
                &arguments,
                Clock::system().now(),
                &mut out,
                &mut complaints,
            )?)
        }
        Command::Escalation(arguments) => Ok(escalation::run(&arguments, &mut out)?),
        Command::Invite { application_id } => {
            writeln!(out, "{}", invite::link(application_id))?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn run_bot(path: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::load(path)?;
    logging::start(config.log.level, config.log.format);
    let token = config.token()?;
    let endpoint = config.endpoint()?;
    let postman = config.mail_server()?.as_ref().map(Postman::new).transpose()?;
    let playbooks = read_playbooks(&config.playbooks.folder)?;
    let directory = match &config.escalation.file {
        Some(file) => escalation::read_directory(file).map_err(anyhow::Error::msg)?,
        None => Directory::default(),
    };
    let signals = Signals::install()?;
    let store = Store::open(&config.database.path).await?;
    let backups = config.backup_schedule();
    let mut app = App::new(store, playbooks, config.calendar)
        .with_directory(directory)
        .with_paging(config.escalation.paging)
        .with_calendar_source(rereading(path))
        .with_playbook_source(PlaybookSource::new(move || {
            playbooks_in(&config.playbooks.folder)
        }));
    if let Some(email) = config.email {
        app = app.with_mail(email.copies_to);
    }
    let mut bot = Bot::start_with_mail(app, &token, &endpoint, postman, Clock::system()).await?;
    if let Some(schedule) = backups {
        bot.keep_backups(schedule);
    }
    tracing::info!(
        database = %config.database.path.display(),
        zone_data = zone_data().version(),
        sqlite = store::sqlite_version(),
        schema = store::schema_version(),
        version = env!("CARGO_PKG_VERSION"),
        "T-minus runs"
    );
    if let Some(warning) = version::old_zone_data(zone_data(), Clock::system().now()) {
        tracing::warn!("{warning}");
    }
    tokio::select! {
        signal = signals.wait() => {
            tracing::info!(signal, "stopping");
            bot.stop().await;
            Ok(ExitCode::SUCCESS)
        }
        stopped = bot.ended() => {
            bot.stop().await;
            Err(stopped.into())
        }
    }
}

/// What `/calendar reload` reads: the configuration file of the start, with the calendar files that it names now.
fn rereading(path: &Path) -> CalendarSource {
    let path = path.to_owned();
    CalendarSource::new(move || match Config::load(&path) {
        Ok(config) => Ok(config.calendar),
        Err(ConfigError::Invalid { problems }) => {
            Err(problems.problems.iter().map(ToString::to_string).collect())
        }
        Err(error) => Err(vec![error.to_string()]),
    })
}

fn read_playbooks(folder: &Path) -> anyhow::Result<Vec<Playbook>> {
    playbooks_in(folder).map_err(|problems| anyhow::anyhow!("{}", problems.join("\n")))
}

/// Every playbook of a folder, or every problem of every file, each as one line.
fn playbooks_in(folder: &Path) -> Result<Vec<Playbook>, Vec<String>> {
    let playbooks = playbook::read_folder(folder).map_err(|errors| {
        let problems = errors.iter().map(ToString::to_string);
        let lines = problems.flat_map(|problem| problem.lines().map(str::to_owned).collect::<Vec<_>>());
        lines.collect::<Vec<_>>()
    })?;
    if playbooks.is_empty() {
        return Err(vec![format!(
            "{} holds no playbook: a playbook is a file that ends in .toml (docs/playbooks.md)",
            folder.display()
        )]);
    }
    Ok(playbooks)
}

/// Writes an error with its causes, each on its own line, for the person at the prompt.
///
/// # Errors
/// Standard error cannot be written to.
pub fn report(error: &anyhow::Error) -> io::Result<()> {
    let mut out = io::stderr().lock();
    writeln!(out, "tminus: {error}")?;
    for cause in error.chain().skip(1) {
        writeln!(out, "  because: {cause}")?;
    }
    out.flush()
}

/// How many threads carry what waits for each other, so that one that computes does not hold up all.
const THREADS: usize = 2;

/// Makes the runtime that everything else runs on, on one processor.
///
/// # Errors
/// The operating system gives no threads.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    stay_on_one_processor(None);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(THREADS)
        .enable_all()
        .build()
        .context("the operating system gives no threads")
}
