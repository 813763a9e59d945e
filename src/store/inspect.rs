//! What a file is, before anything is written to it.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::store::MIGRATIONS;

/// Marks a file as a database of this program: "TMIN" (<https://sqlite.org/pragma.html#pragma_application_id>).
pub(super) const APPLICATION_ID: i64 = 0x544D_494E;

/// How thoroughly to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Care {
    /// Every page: structure and ranges.
    Quick,
    /// And that each index agrees with its table.
    Full,
}

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contents {
    /// The schema version; 0 for a database without any table.
    pub(super) schema: i64,
    /// How many releases there are, closed ones too.
    pub(super) releases: u64,
}

/// Why a file cannot be used as a database of this program.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// There is no such file.
    #[error("is not there")]
    Missing,
    /// Its first bytes are not those of SQLite.
    #[error("is no SQLite database")]
    NoDatabase,
    /// It has tables, but not ours.
    #[error("is the database of another program")]
    OtherProgram,
    /// SQLite finds its pages in disorder.
    #[error("is damaged ({what})")]
    Damaged {
        /// SQLite's words about the first fault.
        what: String,
    },
    /// A newer program has written it.
    #[error("was written by a newer T-minus (schema {version})")]
    NewerSchema {
        /// The schema version that this program does not know.
        version: i64,
    },
    /// The operating system does not let us.
    #[error("cannot be opened ({0})")]
    Unreadable(sqlx::Error),
}

impl From<sqlx::Error> for Unfit {
    fn from(error: sqlx::Error) -> Self {
        match primary_code(&error) {
            Some(SQLITE_NOTADB) => Self::NoDatabase,
            Some(SQLITE_CORRUPT) => Self::Damaged {
                what: error
                    .as_database_error()
                    .map(|error| error.message().to_owned())
                    .unwrap_or_default(),
            },
            _ => Self::Unreadable(error),
        }
    }
}

const SQLITE_CORRUPT: u32 = 11;
const SQLITE_NOTADB: u32 = 26;

/// SQLite's result code without its extension (<https://sqlite.org/rescode.html>).
pub(super) fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code: u32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xFF)
}

/// Looks at a file. It is opened as any reader opens it: what a crash left in its log is taken up.
///
/// # Errors
/// [`Unfit`].
pub(super) async fn inspect(path: &Path, care: Care) -> Result<Contents, Unfit> {
    if !path.exists() {
        return Err(Unfit::Missing);
    }
    let mut connection = SqliteConnectOptions::new().filename(path).connect().await?;
    let contents = look(&mut connection, care).await;
    // Nothing was written, so a close that fails loses nothing.
    let _ = connection.close().await;
    contents
}

async fn look(connection: &mut SqliteConnection, care: Care) -> Result<Contents, Unfit> {
    let check = match care {
        Care::Quick => "PRAGMA quick_check(1)",
        Care::Full => "PRAGMA integrity_check(1)",
    };
    let (found,): (String,) = sqlx::query_as(check).fetch_one(&mut *connection).await?;
    if found != "ok" {
        return Err(Unfit::Damaged {
            what: found.replace('\n', " "),
        });
    }
    let (application,): (i64,) = sqlx::query_as("PRAGMA application_id")
        .fetch_one(&mut *connection)
        .await?;
    let tables: Vec<(String,)> =
        sqlx::query_as("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            .fetch_all(&mut *connection)
            .await?;
    let has = |name: &str| tables.iter().any(|(table,)| table == name);
    // The first version wrote no mark, and a start that was cut off may have left the list of migrations alone.
    let ours = ["release", "timeline_event", "outbox", MIGRATIONS_TABLE]
        .into_iter()
        .all(has);
    let empty = tables.iter().all(|(table,)| table == MIGRATIONS_TABLE);
    match application {
        APPLICATION_ID => {}
        0 if ours || empty => {}
        _ => return Err(Unfit::OtherProgram),
    }
    let schema = if has(MIGRATIONS_TABLE) {
        let (schema,): (Option<i64>,) = sqlx::query_as("SELECT MAX(version) FROM _sqlx_migrations")
            .fetch_one(&mut *connection)
            .await?;
        schema.unwrap_or(0)
    } else {
        0
    };
    if schema > newest_schema() {
        return Err(Unfit::NewerSchema { version: schema });
    }
    let releases = if has("release") {
        let (releases,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM release")
            .fetch_one(connection)
            .await?;
        releases.unsigned_abs()
    } else {
        0
    };
    Ok(Contents { schema, releases })
}

const MIGRATIONS_TABLE: &str = "_sqlx_migrations";

/// The schema that this program writes.
pub(super) fn newest_schema() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}
