//! The messages that rows have brought into the world.

use crate::domain::ids::{MessageId, ReleaseId};
use crate::domain::notice::Notice;
use crate::store::{Connection, StoreError, loaded_id};

/// The message that this notice of a release was sent as, if it was, and nobody has found it missing.
///
/// # Errors
/// The query failed.
pub async fn message_of(
    connection: &mut Connection,
    release: ReleaseId,
    notice: &Notice,
) -> Result<Option<MessageId>, StoreError> {
    let row: Option<(Option<i64>,)> = sqlx::query_as(
        "SELECT message_id FROM outbox
         WHERE guild_id = (SELECT guild_id FROM release WHERE id = $1) AND COALESCE(release_id, 0) = $1
           AND occasion = $2",
    )
    .bind(release.0)
    .bind(notice.occasion())
    .fetch_optional(connection)
    .await?;
    Ok(row
        .and_then(|(message,)| message)
        .map(|message| MessageId(loaded_id(message))))
}

/// Forgets the message of a notice, because it is gone.
///
/// # Errors
/// The query failed.
pub async fn forget_message(
    connection: &mut Connection,
    release: ReleaseId,
    notice: &Notice,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE outbox SET message_id = NULL
         WHERE guild_id = (SELECT guild_id FROM release WHERE id = $1) AND COALESCE(release_id, 0) = $1
           AND occasion = $2",
    )
    .bind(release.0)
    .bind(notice.occasion())
    .execute(connection)
    .await?;
    Ok(())
}
