//! `tminus export`: the record of a release, as a file or to standard output.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::ValueEnum;

use crate::app::Record;
use crate::config::Config;
use crate::discord::render::plain::told;
use crate::domain::ids::GuildId;
use crate::domain::release::Release;
use crate::domain::report::Form;
use crate::store::{self, releases};

/// What to export, and where to.
#[derive(Debug, clap::Args)]
pub struct ExportArguments {
    /// The release, like REL-2026-12-001.
    release: String,
    /// The form of the report (docs/record.md).
    #[arg(long, value_enum, default_value_t = FormChoice::Md)]
    format: FormChoice,
    /// The file to write; standard output when left out.
    #[arg(long)]
    output: Option<PathBuf>,
    /// Replace the file if it is there.
    #[arg(long, requires = "output")]
    overwrite: bool,
    /// The id of the server, when several servers have a release of that key.
    #[arg(long)]
    server: Option<u64>,
    /// The configuration file, which names the database.
    #[arg(long, default_value = "config.toml")]
    config: PathBuf,
}

/// A form, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormChoice {
    /// Markdown, for people.
    Md,
    /// JSON, for programs.
    Json,
    /// CSV: the timeline, for spreadsheets.
    Csv,
    /// iCalendar: the cut-offs, for calendars.
    Ics,
}

/// Writes the record of a release at `now`, whether the bot runs or not.
///
/// # Errors
/// One sentence: the configuration or the database cannot be used, there is no such release, or the file cannot be
/// written.
pub async fn export(
    arguments: &ExportArguments,
    now: DateTime<Utc>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let form = match arguments.format {
        FormChoice::Md => Form::Markdown,
        FormChoice::Json => Form::Json,
        FormChoice::Csv => Form::Csv,
        FormChoice::Ics => Form::Ics,
    };
    if let Some(output) = arguments.output.as_ref().filter(|output| output.exists())
        && !arguments.overwrite
    {
        bail!(
            "{} is there already: name another file, or say --overwrite",
            output.display()
        );
    }
    let config = Config::load(&arguments.config)?;
    let database = &config.database.path;
    let mut connection = store::snapshot(database).await?;
    let key = arguments.release.trim().to_uppercase();
    let found = releases::find_everywhere(&mut connection, &key).await?;
    let release = the_one(found, &key, arguments.server.map(GuildId), database)?;
    let record = Record::read(&mut connection, &config.calendar, release).await?;
    store::let_go(connection).await?;
    let nobody = BTreeMap::new();
    let tell = |event: &_| told(&record.view.release, event, &nobody);
    let text = record.report(&nobody, &tell, now).write(form);
    match &arguments.output {
        None => out.write_all(text.as_bytes())?,
        Some(output) => {
            write(output, &text, arguments.overwrite).with_context(|| {
                format!(
                    "{} cannot be written: check that its folder exists, that this user may write there, and that the \
                     disk has room",
                    output.display()
                )
            })?;
            writeln!(
                out,
                "{} holds {key} as {form} ({} bytes).",
                output.display(),
                text.len()
            )?;
        }
    }
    Ok(())
}

/// The release that is meant.
pub(super) fn the_one(
    mut found: Vec<Release>,
    key: &str,
    server: Option<GuildId>,
    database: &Path,
) -> anyhow::Result<Release> {
    found.retain(|release| server.is_none_or(|server| release.guild == server));
    let servers: Vec<String> = found.iter().map(|release| release.guild.to_string()).collect();
    match (found.pop(), servers.len()) {
        (Some(release), 1) => Ok(release),
        (None, _) => bail!(
            "{} has no release {key}: /release list and the announcements name the releases of a server",
            database.display()
        ),
        _ => bail!(
            "several servers have a release {key}: say --server with one of {}",
            servers.join(", ")
        ),
    }
}

fn write(path: &Path, text: &str, overwrite: bool) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true);
    if overwrite {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
