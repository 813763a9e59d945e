//! Looking into a database that a bot may have open, without changing anything.

use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};

use crate::store::inspect::{Care, Unfit, inspect, newest_schema};
use crate::store::{Connection, StoreError};

/// Why nobody can look into a database. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is none of ours, or damaged.
    #[error("{} {why}, so nothing was read", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What it is instead.
        why: Unfit,
    },
    /// An older program has written it.
    #[error(
        "{} was written by an older T-minus (schema {version}): start the bot once with this version, which brings it up to date",
        path.display()
    )]
    OlderSchema {
        /// The file.
        path: PathBuf,
        /// The schema version that it has.
        version: i64,
    },
    /// The operating system or SQLite does not let us.
    #[error("{} cannot be opened: check that this user may read it and its folder", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What was in the way.
        source: sqlx::Error,
    },
}

/// Opens a database to read from it: what is committed at this moment, whatever a bot does to it meanwhile.
///
/// # Errors
/// [`SnapshotError`].
pub async fn snapshot(path: &Path) -> Result<Connection, SnapshotError> {
    let contents = inspect(path, Care::Quick)
        .await
        .map_err(|why| SnapshotError::Unfit {
            path: path.to_owned(),
            why,
        })?;
    if contents.schema < newest_schema() {
        return Err(SnapshotError::OlderSchema {
            path: path.to_owned(),
            version: contents.schema,
        });
    }
    open(path).await.map_err(|source| SnapshotError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

async fn open(path: &Path) -> Result<Connection, sqlx::Error> {
    // A reader of a database with a log has to be able to write the index of the log, so the file is not opened for
    // reading alone; SQLite itself refuses every change of what is in it.
    let options = SqliteConnectOptions::new()
        .filename(path)
        .pragma("query_only", "1");
    let mut connection = options.connect().await?;
    sqlx::query("BEGIN").execute(&mut connection).await?;
    Ok(connection)
}

/// Lets go of the database.
///
/// # Errors
/// SQLite could not end in order; nothing is lost by it.
pub async fn let_go(connection: Connection) -> Result<(), StoreError> {
    Ok(connection.close().await?)
}
