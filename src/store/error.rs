//! What can go wrong with the database.

use std::path::{Path, PathBuf};

use crate::store::inspect::primary_code;
use crate::store::{BackupError, Unfit};

/// `SQLITE_READONLY`, `SQLITE_IOERR`, `SQLITE_FULL` and `SQLITE_CANTOPEN` (<https://sqlite.org/rescode.html>).
const DISK: [u32; 4] = [8, 10, 13, 14];

/// A query that did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A row holds something that this program did not write.
    #[error("{table} {id} holds {what} that cannot be read")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The row.
        id: i64,
        /// What could not be read.
        what: &'static str,
    },
    /// Somebody else changed the release in between.
    #[error("release {id} was changed in between")]
    Conflict {
        /// The release.
        id: i64,
    },
    /// SQLite said no.
    #[error("the database refused a query")]
    Database(#[from] sqlx::Error),
    /// A value could not be written as JSON.
    #[error("a value could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

impl StoreError {
    /// Whether the disk is full or refuses to write, so that the same may succeed later. A quota that is used up and a
    /// file system that was remounted read-only look like a failure to read or write.
    #[must_use]
    pub fn is_disk(&self) -> bool {
        let Self::Database(error) = self else { return false };
        primary_code(error).is_some_and(|code| DISK.contains(&code))
    }

    /// Whether a unique index refused the row.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// A database that could not be opened. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or the lock file cannot be written.
    #[error("cannot write beside {}: check that the folder exists and that this user may write to it", path.display())]
    Folder {
        /// The database file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// Another process has it open.
    #[error(
        "{} is in use by another T-minus process: stop that one first, or set another file under [database] in the configuration",
        path.display()
    )]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// The file cannot be opened as a database.
    #[error("{} cannot be opened as a SQLite database: restore it from a backup, or name another file", path.display())]
    Database {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The file is there, and is not what this program can work on.
    #[error("{} {why}: {}", path.display(), advice(why))]
    Unfit {
        /// The database file.
        path: PathBuf,
        /// What it is instead.
        why: Unfit,
    },
    /// The copy that is made before the schema changes could not be written; nothing was changed.
    #[error("{} has to be brought up to date and could not be copied before: nothing was changed", path.display())]
    CopyBeforeMigration {
        /// The database file.
        path: PathBuf,
        /// Why.
        source: Box<BackupError>,
    },
    /// A migration failed.
    #[error("{} could not be brought up to date: {}, and report this", path.display(), way_back(copy.as_deref()))]
    Migration {
        /// The database file.
        path: PathBuf,
        /// Where its copy from before is; none of a file that was new.
        copy: Option<PathBuf>,
        /// Why.
        source: sqlx::migrate::MigrateError,
    },
}

/// How to go on after a migration that failed.
fn way_back(copy: Option<&Path>) -> String {
    match copy {
        Some(copy) => format!(
            "install the version that you had, put the copy from before back with `tminus restore {}`, start it",
            copy.display()
        ),
        None => "it is new and empty, so delete it, start again".to_owned(),
    }
}

/// What to do about a database that cannot be worked on.
fn advice(why: &Unfit) -> &'static str {
    match why {
        Unfit::NoDatabase | Unfit::OtherProgram => {
            "name another file under [database] in the configuration, or move this one away"
        }
        Unfit::Damaged { .. } => {
            "put a backup in its place with `tminus restore BACKUP`, which keeps this file (docs/operations.md)"
        }
        Unfit::NewerSchema { .. } => {
            "start that version, or put an older backup in its place with `tminus restore BACKUP`"
        }
        Unfit::Missing | Unfit::Unreadable(_) => "check that this user may read and write it",
    }
}
