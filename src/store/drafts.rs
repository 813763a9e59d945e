//! Questions that a button will answer.

use chrono::{DateTime, Utc};

use crate::domain::ids::{GuildId, UserId};
use crate::domain::question::Question;
use crate::store::{Connection, StoreError, millis, stored_id};

/// Keeps a question while it is open, and returns its number.
///
/// # Errors
/// The query failed.
pub async fn keep(
    connection: &mut Connection,
    guild: GuildId,
    asked_of: UserId,
    question: &Question,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let (id,): (i64,) = sqlx::query_as(
        "INSERT INTO draft (guild_id, asked_of, asked_at, request) VALUES ($1, $2, $3, $4) RETURNING id",
    )
    .bind(stored_id(guild.0))
    .bind(stored_id(asked_of.0))
    .bind(millis(now))
    .bind(serde_json::to_string(question)?)
    .fetch_one(connection)
    .await?;
    Ok(id)
}

/// Takes a question out, when this person was asked in this guild: a question is answered once.
///
/// # Errors
/// The query failed.
pub async fn take(
    connection: &mut Connection,
    id: i64,
    guild: GuildId,
    asked_of: UserId,
) -> Result<Option<Question>, StoreError> {
    let row: Option<(String,)> = sqlx::query_as(
        "DELETE FROM draft WHERE id = $1 AND guild_id = $2 AND asked_of = $3 RETURNING request",
    )
    .bind(id)
    .bind(stored_id(guild.0))
    .bind(stored_id(asked_of.0))
    .fetch_optional(connection)
    .await?;
    row.map(|(request,)| {
        Question::read(&request).map_err(|_| StoreError::Corrupt {
            table: "draft",
            id,
            what: "a question",
        })
    })
    .transpose()
}
