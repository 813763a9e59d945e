//! Questions that a button will answer.

use chrono::{DateTime, Utc};

use crate::domain::ids::{GuildId, UserId};
use crate::domain::start::StartRequest;
use crate::store::{Connection, StoreError, millis, stored_id};

/// Keeps a request while its question is open, and returns the question's number.
///
/// # Errors
/// The query failed.
pub async fn keep(
    connection: &mut Connection,
    guild: GuildId,
    asked_of: UserId,
    request: &StartRequest,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO draft (guild_id, asked_of, asked_at, request) VALUES ($1, $2, $3, $4) RETURNING id",
    )
    .bind(stored_id(guild.0))
    .bind(stored_id(asked_of.0))
    .bind(millis(now))
    .bind(serde_json::to_string(request)?)
    .fetch_one(connection)
    .await?;
    Ok(id)
}

/// Takes a request out, when this person was asked in this guild: a question is answered once.
///
/// # Errors
/// The query failed.
pub async fn take(
    connection: &mut Connection,
    id: i64,
    guild: GuildId,
    asked_of: UserId,
) -> Result<Option<StartRequest>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "DELETE FROM draft WHERE id = $1 AND guild_id = $2 AND asked_of = $3 RETURNING request",
    )
    .bind(id)
    .bind(stored_id(guild.0))
    .bind(stored_id(asked_of.0))
    .fetch_optional(connection)
    .await?;
    row.map(|(request,)| {
        serde_json::from_str(&request).map_err(|_| StoreError::Corrupt {
            table: "draft",
            id,
            what: "a request",
        })
    })
    .transpose()
}
