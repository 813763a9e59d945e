//! `tminus playbook import`: a process that was written elsewhere becomes a playbook file.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::counts;
use crate::domain::file::Problems;
use crate::domain::playbook::import::{Entry, Import, from_markdown, from_mattermost};

/// What to import.
#[derive(Clone, Debug, clap::Args)]
pub struct ImportArguments {
    /// What the file is.
    #[arg(long)]
    from: Format,
    /// The file.
    file: PathBuf,
    /// Write the playbook to this file, not to standard output.
    #[arg(long, value_name = "PLAYBOOK")]
    output: Option<PathBuf>,
    /// Replace that file if it is there.
    #[arg(long, requires = "output")]
    overwrite: bool,
    /// Fail, and write no playbook, when something finds no place in it.
    #[arg(long)]
    strict: bool,
}

/// What can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A written release process, with a heading such as "Code complete (T-minus 4 working days)" for each phase.
    Markdown,
    /// An export of Mattermost Playbooks, version 1.
    Mattermost,
}

/// Carries out the import: the playbook goes to `out` or to a file, what became of the source to `complaints`.
///
/// # Errors
/// Only when `out` or `complaints` cannot be written to.
pub(super) fn run(
    arguments: &ImportArguments,
    out: &mut impl Write,
    complaints: &mut impl Write,
) -> io::Result<ExitCode> {
    let file = arguments.file.display();
    let bytes = match fs::read(&arguments.file) {
        Ok(bytes) => bytes,
        Err(reason) => {
            writeln!(complaints, "`{file}` cannot be read: {reason}")?;
            return Ok(ExitCode::FAILURE);
        }
    };
    let import = match arguments.from {
        Format::Markdown => from_markdown(&file.to_string(), &bytes),
        Format::Mattermost => from_mattermost(&file.to_string(), &bytes),
    };
    let import = match import {
        Ok(import) => import,
        Err(problems) => return refused(&arguments.file, &problems, complaints),
    };
    report(&arguments.file, &import, complaints)?;
    if arguments.strict && !import.account.left.is_empty() {
        writeln!(
            complaints,
            "{file}: no playbook was written, because something is not placed (--strict)"
        )?;
        return Ok(ExitCode::FAILURE);
    }
    let Some(output) = &arguments.output else {
        out.write_all(import.toml.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    };
    match write(output, &import.toml, arguments.overwrite) {
        Ok(()) => {
            writeln!(complaints, "{} was written.", output.display())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let output = output.display();
            writeln!(
                complaints,
                "{output} is there already: name another file, or say --overwrite"
            )?;
            Ok(ExitCode::FAILURE)
        }
        Err(reason) => {
            writeln!(complaints, "{} cannot be written: {reason}", output.display())?;
            Ok(ExitCode::FAILURE)
        }
    }
}

/// A file that is there is never replaced unasked, not even one that comes into being meanwhile.
fn write(path: &Path, text: &str, overwrite: bool) -> io::Result<()> {
    let mut options = OpenOptions::new();
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

fn refused(file: &Path, problems: &Problems, complaints: &mut impl Write) -> io::Result<ExitCode> {
    writeln!(complaints, "{problems}")?;
    writeln!(complaints, "{}: no playbook was written", file.display())?;
    Ok(ExitCode::FAILURE)
}

fn report(file: &Path, import: &Import, complaints: &mut impl Write) -> io::Result<()> {
    let account = &import.account;
    writeln!(complaints, "{}: {}", file.display(), counts(&import.playbook))?;
    entries("read in its own way:", &account.read, complaints)?;
    if !account.assumed.is_empty() {
        writeln!(complaints, "assumed, because it does not say:")?;
    }
    for assumed in &account.assumed {
        writeln!(complaints, "  {assumed}")?;
    }
    if account.left.is_empty() {
        return writeln!(complaints, "everything else is in the playbook");
    }
    entries("not placed:", &account.left, complaints)
}

fn entries(title: &str, entries: &[Entry], complaints: &mut impl Write) -> io::Result<()> {
    if !entries.is_empty() {
        writeln!(complaints, "{title}")?;
    }
    for entry in entries {
        writeln!(complaints, "  {entry}")?;
    }
    Ok(())
}
