//! Deleting what nobody will ask for again.

use chrono::{DateTime, Utc};

use crate::store::{Connection, StoreError, millis};

/// Deletes at most so many rows of each kind that are older than `before`: interactions that were handled, and questions
/// that nobody answered. Counts them.
///
/// # Errors
/// The query failed.
pub async fn purge(connection: &mut Connection, before: DateTime<Utc>, most: u32) -> Result<u64, StoreError> {
    let interactions = sqlx::query(
        "DELETE FROM handled_interaction WHERE id IN (
             SELECT id FROM handled_interaction WHERE at < $1 ORDER BY id LIMIT $2)",
    )
    .bind(millis(before))
    .bind(most)
    .execute(&mut *connection)
    .await?;
    let drafts = sqlx::query(
        "DELETE FROM draft WHERE id IN (SELECT id FROM draft WHERE asked_at < $1 ORDER BY id LIMIT $2)",
    )
    .bind(millis(before))
    .bind(most)
    .execute(connection)
    .await?;
    Ok(interactions.rows_affected() + drafts.rows_affected())
}
