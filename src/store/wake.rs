//! When to look at which release again, so that a step of time reads nothing else.

use chrono::{DateTime, Utc};

use crate::domain::ids::{GuildId, ReleaseId};
use crate::domain::plan::Dates;
use crate::store::{Connection, StoreError, digests, millis, stored_id};

/// The open releases whose instant has come, at most `limit` of them, the longest waiting first.
///
/// # Errors
/// The query failed.
pub async fn waking(
    connection: &mut Connection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<ReleaseId>, StoreError> {
    let rows: Vec<(i64,)> = sqlx::query_as(
        "SELECT id FROM release WHERE wake_at IS NOT NULL AND wake_at <= $1 ORDER BY wake_at, id LIMIT $2",
    )
    .bind(millis(now))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id,)| ReleaseId(id)).collect())
}

/// The release whose instant comes next after `now`, behind so many others that were `passed` over.
///
/// # Errors
/// The query failed.
pub async fn next(
    connection: &mut Connection,
    now: DateTime<Utc>,
    passed: u32,
) -> Result<Option<ReleaseId>, StoreError> {
    let row: Option<(i64,)> = sqlx::query_as(
        "SELECT id FROM release WHERE wake_at IS NOT NULL AND wake_at > $1 ORDER BY wake_at, id LIMIT 1 OFFSET $2",
    )
    .bind(millis(now))
    .bind(passed)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|(id,)| ReleaseId(id)))
}

/// Notes after a look which dates people know and when to look again; never, with none.
///
/// # Errors
/// The query failed.
pub async fn looked(
    connection: &mut Connection,
    release: ReleaseId,
    told: &Dates,
    next: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE release SET told = $2, wake_at = $3 WHERE id = $1")
        .bind(release.0)
        .bind(serde_json::to_string(told)?)
        .bind(next.map(millis))
        .execute(connection)
        .await?;
    Ok(())
}

/// Looks at this release no more until somebody [asks](look_again) for all: it cannot be read.
///
/// # Errors
/// The query failed.
pub async fn set_aside(connection: &mut Connection, release: ReleaseId) -> Result<(), StoreError> {
    sqlx::query("UPDATE release SET wake_at = NULL WHERE id = $1")
        .bind(release.0)
        .execute(connection)
        .await?;
    Ok(())
}

/// Has every release looked at that is open or has something ahead, and every digest, of this guild or of all: what its
/// plan depends on may have changed.
///
/// # Errors
/// The query failed.
pub async fn look_again(connection: &mut Connection, guild: Option<GuildId>) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE release SET wake_at = 0 WHERE (closed_at IS NULL OR wake_at IS NOT NULL)
         AND ($1 IS NULL OR guild_id = $1)",
    )
    .bind(guild.map(|guild| stored_id(guild.0)))
    .execute(&mut *connection)
    .await?;
    digests::look_again(connection, guild).await
}
