//! The SQLite database: the only place that speaks SQL.
//!
//! One writer connection, opened with `BEGIN IMMEDIATE` each time, and a few read-only ones. A file per aggregate
//! turns rows into domain values and back. Nothing here decides anything.

pub mod calendar_days;
pub mod commands;
pub mod drafts;
mod error;
pub mod guilds;
pub mod outbox;
pub mod releases;
pub mod reminders;
pub mod timeline;

#[cfg(test)]
pub(crate) mod tests;

use std::fs::{File, TryLockError};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, SqliteConnection};

pub use self::error::{OpenError, StoreError};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// An open database that no other process may open.
#[derive(Debug)]
pub struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
    /// Locked as long as the store lives; the operating system lets go of it however the process ends.
    lock: File,
}

impl Store {
    /// Opens the file, creating it and bringing its schema up to date where needed.
    ///
    /// # Errors
    /// [`OpenError`]: the folder cannot be made, another process uses the file, it is not a database, or its schema
    /// is newer than this program.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let lock = lock(path)?;
        let open_error = |source| OpenError::Database {
            path: path.to_owned(),
            source,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .optimize_on_close(true, None);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(open_error)?;
        migrate(&writer, path).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.read_only(true).optimize_on_close(false, None))
            .await
            .map_err(open_error)?;
        Ok(Self { writer, reader, lock })
    }

    /// Begins the one write transaction that can be under way. Dropping it without [`Transaction::commit`] undoes
    /// it.
    ///
    /// # Errors
    /// The writer could not be had.
    pub async fn write(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction(self.writer.begin_with("BEGIN IMMEDIATE").await?))
    }

    /// A snapshot to read from.
    ///
    /// # Errors
    /// No reader could be had.
    pub async fn read(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction(self.reader.begin().await?))
    }

    /// Closes all connections, so that the last page is on disk, and lets another process open the file.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
        if let Err(error) = self.lock.unlock() {
            tracing::warn!(%error, "the lock of the database stays until the process ends");
        }
    }
}

/// A connection that queries run on, within a transaction or not.
pub type Connection = SqliteConnection;

/// Queries that belong together: all of them happen, or none.
#[derive(Debug)]
pub struct Transaction(sqlx::Transaction<'static, Sqlite>);

impl Transaction {
    /// Makes everything that was done in it lasting: it is on disk when this returns.
    ///
    /// # Errors
    /// SQLite could not write; nothing has happened then.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.0.commit().await?)
    }
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

async fn migrate(writer: &SqlitePool, path: &Path) -> Result<(), OpenError> {
    use sqlx::migrate::MigrateError;
    MIGRATIONS.run(writer).await.map_err(|error| match error {
        MigrateError::VersionMissing(version) | MigrateError::VersionTooNew(version, _) => {
            OpenError::NewerSchema {
                path: path.to_owned(),
                version,
            }
        }
        source => OpenError::Migration {
            path: path.to_owned(),
            source,
        },
    })
}

/// Takes the lock that lies beside the database.
fn lock(path: &Path) -> Result<File, OpenError> {
    let folder_error = |source| OpenError::Folder {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(folder_error)?;
    }
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(PathBuf::from(name))
        .map_err(folder_error)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(folder_error(source)),
    }
}

/// Milliseconds since 1970, as instants are stored.
fn millis(instant: DateTime<Utc>) -> i64 {
    instant.timestamp_millis()
}

/// A stored instant.
fn instant(millis: i64, table: &'static str, id: i64) -> Result<DateTime<Utc>, StoreError> {
    DateTime::from_timestamp_millis(millis).ok_or(StoreError::Corrupt {
        table,
        id,
        what: "an instant",
    })
}

/// An id of the chat platform as SQLite keeps it. Such ids use 63 bits until the year 2084.
fn stored_id(id: u64) -> i64 {
    id.cast_signed()
}

fn loaded_id(id: i64) -> u64 {
    id.cast_unsigned()
}
