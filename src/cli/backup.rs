//! `tminus backup` and `tminus restore`.

use std::io::Write;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use crate::config::Config;
use crate::store::{self, Copied};

/// What to copy where.
#[derive(Debug, clap::Args)]
pub struct BackupArguments {
    /// The file to write; its folder has to be there.
    file: PathBuf,
    /// Replace the file if it is there.
    #[arg(long)]
    overwrite: bool,
    /// The configuration file, which names the database.
    #[arg(long, default_value = "config.toml")]
    config: PathBuf,
}

/// What to restore.
#[derive(Debug, clap::Args)]
pub struct RestoreArguments {
    /// A file that `tminus backup` or the bot has written.
    file: PathBuf,
    /// The configuration file, which names the database.
    #[arg(long, default_value = "config.toml")]
    config: PathBuf,
}

/// Copies the database, whether the bot runs or not, and says what was written.
///
/// # Errors
/// One sentence: the configuration cannot be used, or the copy did not come about.
pub async fn backup(arguments: &BackupArguments, out: &mut impl Write) -> anyhow::Result<()> {
    let database = Config::load(&arguments.config)?.database.path;
    let copied = store::back_up(&database, &arguments.file, arguments.overwrite).await?;
    writeln!(
        out,
        "{} holds {} of {}. It was checked and is on disk.",
        arguments.file.display(),
        contents(&copied),
        database.display()
    )?;
    Ok(())
}

/// Puts a backup in the place of the database, and says what is where.
///
/// # Errors
/// One sentence: the configuration cannot be used, the bot runs, or the file is no backup.
pub async fn restore(
    arguments: &RestoreArguments,
    now: DateTime<Utc>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let database = Config::load(&arguments.config)?.database.path;
    let restored = store::restore(&arguments.file, &database, now).await?;
    writeln!(
        out,
        "{} now holds {} of {}.",
        database.display(),
        contents(&restored.copied),
        arguments.file.display()
    )?;
    if let Some(replaced) = restored.replaced {
        writeln!(out, "What was there before is {}.", replaced.display())?;
    }
    writeln!(
        out,
        "Start the bot; docs/operations.md says what it does about messages that were sent after the backup."
    )?;
    Ok(())
}

/// "3 releases (159744 bytes, schema 1)"
fn contents(copied: &Copied) -> String {
    let releases = match copied.releases {
        1 => "1 release".to_owned(),
        releases => format!("{releases} releases"),
    };
    format!("{releases} ({} bytes, schema {})", copied.bytes, copied.schema)
}
