//! `tminus playbook`: checks playbook files, prints the schema of their format and imports processes from elsewhere.
//! Playbook files are read here.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use chrono::{DateTime, Utc};

use crate::domain::file::Problems;
use crate::domain::playbook::Playbook;
use crate::domain::recurrence::Recurrence;

pub mod import;

#[cfg(test)]
mod tests;

/// What `tminus playbook` is given.
#[derive(Clone, Debug, clap::Args)]
pub struct PlaybookArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: PlaybookCommand,
}

/// The subcommands of `tminus playbook`.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum PlaybookCommand {
    /// Report every problem of these playbook files.
    Check {
        /// The files.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Print the JSON Schema of the file format, with which editors complete and check.
    Schema,
    /// Make a playbook of a process that was written elsewhere. What finds no place in it is listed.
    Import(import::ImportArguments),
}

/// A playbook file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file or folder cannot be read. The message includes the reason, because it is for a person at a prompt.
    #[error("`{}` cannot be read: {reason}", path.display())]
    Unreadable {
        /// Which file or folder.
        path: PathBuf,
        /// Why not.
        reason: io::Error,
    },
    /// The file has problems.
    #[error(transparent)]
    Problems(#[from] Problems),
}

/// Carries out `tminus playbook …`. The exit code is a failure when a file is not in order. What an import has to say
/// goes to `complaints`, because its playbook goes to `out`.
///
/// # Errors
/// Only when `out` or `complaints` cannot be written to.
pub fn run(
    arguments: &PlaybookArguments,
    now: DateTime<Utc>,
    out: &mut impl Write,
    complaints: &mut impl Write,
) -> io::Result<ExitCode> {
    match &arguments.command {
        PlaybookCommand::Check { files } => check(files, now, out),
        PlaybookCommand::Schema => {
            serde_json::to_writer_pretty(&mut *out, &Playbook::json_schema())?;
            out.write_all(b"\n")?;
            Ok(ExitCode::SUCCESS)
        }
        PlaybookCommand::Import(arguments) => import::run(arguments, out, complaints),
    }
}

/// Reads one playbook file.
///
/// # Errors
/// [`ReadError`]: unreadable, or all its problems.
pub fn read_file(path: &Path) -> Result<Playbook, ReadError> {
    let unreadable = |reason| ReadError::Unreadable {
        path: path.to_owned(),
        reason,
    };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    Ok(Playbook::read(&path.display().to_string(), &text)?)
}

/// Reads every playbook of a folder, ordered by name.
///
/// # Errors
/// One [`ReadError`] for the folder, or one for each file that is not in order.
pub fn read_folder(folder: &Path) -> Result<Vec<Playbook>, Vec<ReadError>> {
    let names = names_in(folder).map_err(|error| vec![error])?;
    let mut playbooks = Vec::new();
    let mut errors = Vec::new();
    for name in names {
        match read_file(&folder.join(format!("{name}.toml"))) {
            Ok(playbook) => playbooks.push(playbook),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() {
        Ok(playbooks)
    } else {
        Err(errors)
    }
}

/// The names of the playbooks in a folder, in order: its `.toml` files without the ending.
///
/// # Errors
/// [`ReadError::Unreadable`] for the folder.
pub fn names_in(folder: &Path) -> Result<Vec<String>, ReadError> {
    let unreadable = |reason| ReadError::Unreadable {
        path: folder.to_owned(),
        reason,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let name = entry.map_err(unreadable)?.file_name();
        names.extend(
            name.to_str()
                .and_then(|name| name.strip_suffix(".toml"))
                .map(str::to_owned),
        );
    }
    names.sort();
    Ok(names)
}

fn check(files: &[PathBuf], now: DateTime<Utc>, out: &mut impl Write) -> io::Result<ExitCode> {
    let mut all_in_order = true;
    for file in files {
        match read_file(file) {
            Ok(playbook) => {
                writeln!(out, "{}: ok, {}", file.display(), counts(&playbook))?;
                if let Some(recurring) = &playbook.recurring {
                    next_times(&recurring.at, now, out)?;
                }
            }
            Err(error) => {
                all_in_order = false;
                writeln!(out, "{error}")?;
                if let ReadError::Problems(Problems { problems }) = &error {
                    writeln!(out, "{}: {}", file.display(), counted(problems.len(), "problem"))?;
                }
            }
        }
    }
    Ok(if all_in_order {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// When a playbook comes next, which is part of seeing that its rule says what was meant.
fn next_times(at: &Recurrence, now: DateTime<Utc>, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "  comes again: {at}")?;
    for occurrence in at.next_five(now) {
        let moved = if occurrence.is_moved(at.zone()) {
            ", which clocks skip on that day"
        } else {
            ""
        };
        writeln!(
            out,
            "  {} {}{moved}, {}",
            occurrence.local.format("%a %Y-%m-%d %H:%M"),
            at.zone(),
            occurrence.at.format("%Y-%m-%d %H:%M UTC"),
        )?;
    }
    match at.caution() {
        Some(caution) => writeln!(out, "  note: {caution}"),
        None => Ok(()),
    }
}

fn counts(playbook: &Playbook) -> String {
    format!(
        "{}, {}, {}",
        counted(playbook.phases.len(), "phase"),
        counted(playbook.roles.len(), "role"),
        counted(playbook.items().count(), "item")
    )
}

/// "1 item", "2 items".
fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
