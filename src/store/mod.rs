//! The SQLite database: the only place that speaks SQL.
//!
//! One writer connection, opened with `BEGIN IMMEDIATE` each time, and a few read-only ones. A file per aggregate
//! turns rows into domain values and back. Nothing here decides anything.

mod backup;
pub mod calendar_days;
pub mod commands;
pub mod digests;
pub mod directory;
pub mod drafts;
mod error;
pub mod followers;
mod frozen;
pub mod guilds;
pub mod handoffs;
mod inspect;
pub mod outbox;
mod purge;
mod rehearsal;
pub mod releases;
pub mod reminders;
pub mod rosters;
pub mod schedules;
pub mod shifts;
mod snapshot;
pub mod timeline;
pub mod wake;

#[cfg(test)]
pub(crate) mod tests;

use std::fs::{File, TryLockError};
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection as _, Sqlite, SqliteConnection};

use crate::domain::ids::{ChannelId, MessageId};

pub use self::backup::{BackupError, Copied, Restored, WriteError, back_up, backups_in, restore};
pub use self::error::{OpenError, StoreError};
pub use self::inspect::Unfit;
pub use self::purge::purge;
pub use self::rehearsal::{Gate, Passage};
pub use self::snapshot::{SnapshotError, let_go, snapshot};

use self::backup::beside;
use self::inspect::{APPLICATION_ID, Care, inspect, newest_schema};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// An open database that no other process may open.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    writer: SqlitePool,
    reader: SqlitePool,
    /// Locked as long as the store lives; the operating system lets go of it however the process ends.
    lock: File,
    gate: Option<Arc<dyn Gate>>,
}

impl Store {
    /// Opens the file, creating it and bringing its schema up to date where needed. Before that it is copied to
    /// `….schema-N.backup` beside it, where N is the schema that it had.
    ///
    /// # Errors
    /// [`OpenError`]: the folder cannot be made, another process uses the file, it is not a database of ours, it is
    /// damaged, or its schema is newer than this program.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_with(path, SqliteSynchronous::Full, None).await
    }

    /// Opens the file for a rehearsal of crashes: the gate decides what becomes of each commit, and nothing waits for
    /// the disk, so that a failure of power would lose it.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn rehearse(path: &Path, gate: Arc<dyn Gate>) -> Result<Self, OpenError> {
        Self::open_with(path, SqliteSynchronous::Off, Some(gate)).await
    }

    async fn open_with(
        path: &Path,
        synchronous: SqliteSynchronous,
        gate: Option<Arc<dyn Gate>>,
    ) -> Result<Self, OpenError> {
        let lock = lock(path)?;
        let schema = schema_of(path).await?;
        let before = match schema {
            Some(schema) if schema < newest_schema() => Some(copy_before_migration(path, schema).await?),
            _ => None,
        };
        let open_error = |source| OpenError::Database {
            path: path.to_owned(),
            source,
        };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .optimize_on_close(true, None);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            // A file does not hang up, and each question to a connection costs a journey to its thread.
            .test_before_acquire(false)
            // When the disk is full SQLite ends the transaction by itself, and sqlx goes on to count it: such a connection
            // would refuse every later one. A new one takes its place.
            .after_release(|connection, _| {
                Box::pin(async move {
                    if connection.is_in_transaction() {
                        // What undoes it may be under way.
                        connection.ping().await?;
                    }
                    Ok(!connection.is_in_transaction())
                })
            })
            .connect_with(options.clone())
            .await
            .map_err(open_error)?;
        migrate(&writer, path, before).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(4)
            .test_before_acquire(false)
            .connect_with(options.read_only(true).optimize_on_close(false, None))
            .await
            .map_err(open_error)?;
        Ok(Self {
            path: path.to_owned(),
            writer,
            reader,
            lock,
            gate,
        })
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins the one write transaction that can be under way. Dropping it without [`Transaction::commit`] undoes
    /// it.
    ///
    /// # Errors
    /// The writer could not be had.
    pub async fn write(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction {
            queries: self.writer.begin_with("BEGIN IMMEDIATE").await?,
            gate: self.gate.clone(),
        })
    }

    /// Writes one page and changes nothing by it.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn probe(&self) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        // Nobody reads this number, and SQLite writes it each time.
        sqlx::query("PRAGMA user_version = 0")
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// A snapshot to read from.
    ///
    /// # Errors
    /// No reader could be had.
    pub async fn read(&self) -> Result<Transaction, StoreError> {
        Ok(Transaction {
            queries: self.reader.begin().await?,
            gate: None,
        })
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

/// The version of the SQLite that is compiled in.
#[must_use]
pub fn sqlite_version() -> &'static str {
    libsqlite3_sys::SQLITE_VERSION
        .to_str()
        .unwrap_or("of unknown version")
}

/// The newest schema that this program knows: the number of its last migration.
#[must_use]
pub fn schema_version() -> i64 {
    newest_schema()
}

/// A connection that queries run on, within a transaction or not.
pub type Connection = SqliteConnection;

/// Queries that belong together: all of them happen, or none.
#[derive(Debug)]
pub struct Transaction {
    queries: sqlx::Transaction<'static, Sqlite>,
    gate: Option<Arc<dyn Gate>>,
}

impl Transaction {
    /// Makes everything that was done in it lasting: it is on disk when this returns.
    ///
    /// # Errors
    /// SQLite could not write; nothing has happened then.
    pub async fn commit(self) -> Result<(), StoreError> {
        let passage = self.gate.map_or(Passage::Open, |gate| gate.pass());
        if passage != Passage::Shut {
            self.queries.commit().await?;
        }
        match passage {
            Passage::Open => Ok(()),
            Passage::Shut | Passage::Unheard => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.queries
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.queries
    }
}

/// The schema of a database that is there, if it holds anything.
async fn schema_of(path: &Path) -> Result<Option<i64>, OpenError> {
    // A file that a start has made and not filled yet is as good as none.
    if std::fs::metadata(path).map_or(true, |file| file.len() == 0) {
        return Ok(None);
    }
    let contents = inspect(path, Care::Quick).await.map_err(|why| OpenError::Unfit {
        path: path.to_owned(),
        why,
    })?;
    Ok(Some(contents.schema).filter(|schema| *schema > 0))
}

/// Copies a database before its schema changes. The name is new each time, because an older backup may have been
/// restored meanwhile, and then an earlier copy says something else.
async fn copy_before_migration(path: &Path, schema: i64) -> Result<PathBuf, OpenError> {
    let names = (1..).map(|number: u32| match number {
        1 => format!(".schema-{schema}.backup"),
        _ => format!(".schema-{schema}.{number}.backup"),
    });
    let mut copies = names.map(|name| beside(path, &name));
    let copy = copies
        .find(|copy| !copy.exists())
        .unwrap_or_else(|| beside(path, ".backup"));
    let copied = back_up(path, &copy, false)
        .await
        .map_err(|source| OpenError::CopyBeforeMigration {
            path: path.to_owned(),
            source: Box::new(source),
        })?;
    tracing::info!(
        copy = %copy.display(),
        bytes = copied.bytes,
        schema,
        "copied the database before bringing it up to date"
    );
    Ok(copy)
}

async fn migrate(writer: &SqlitePool, path: &Path, copy: Option<PathBuf>) -> Result<(), OpenError> {
    if let Err(source) = MIGRATIONS.run(writer).await {
        return Err(OpenError::Migration {
            path: path.to_owned(),
            copy,
            source,
        });
    }
    let mark = || async {
        let (mark,): (i64,) = sqlx::query_as("PRAGMA application_id").fetch_one(writer).await?;
        if mark != APPLICATION_ID {
            // A pragma takes no bound value; the test of an earlier database compares the two.
            sqlx::query("PRAGMA application_id = 0x544D494E")
                .execute(writer)
                .await?;
        }
        Ok(())
    };
    mark().await.map_err(|source| OpenError::Database {
        path: path.to_owned(),
        source,
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
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(beside(path, ".lock"))
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

/// Where a message is, once it is posted: its channel and itself.
fn place(channel: Option<i64>, message: Option<i64>) -> Option<(ChannelId, MessageId)> {
    let (channel, message) = channel.zip(message)?;
    Some((ChannelId(loaded_id(channel)), MessageId(loaded_id(message))))
}

fn loaded_id(id: i64) -> u64 {
    id.cast_unsigned()
}
