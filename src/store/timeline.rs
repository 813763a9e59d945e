//! What happened to releases: appended, read, never changed.

use chrono::{DateTime, Utc};

use crate::domain::ids::{InteractionId, ReleaseId, UserId};
use crate::domain::release::TimelineEvent;
use crate::store::{Connection, StoreError, instant, loaded_id, millis, stored_id};

/// Appends what happened.
///
/// # Errors
/// The query failed.
pub async fn append(
    connection: &mut Connection,
    release: ReleaseId,
    event: &TimelineEvent,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO timeline_event (release_id, at, actor, event) VALUES ($1, $2, $3, $4)")
        .bind(release.0)
        .bind(millis(event.at))
        .bind(event.actor.map(|actor| stored_id(actor.0)))
        .bind(serde_json::to_string(&event.event)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// Everything that happened to a release, oldest first.
///
/// # Errors
/// The query failed or a stored event cannot be read.
pub async fn load(connection: &mut Connection, release: ReleaseId) -> Result<Vec<TimelineEvent>, StoreError> {
    let rows: Vec<(i64, i64, Option<i64>, String)> =
        sqlx::query_as("SELECT id, at, actor, event FROM timeline_event WHERE release_id = $1 ORDER BY id")
            .bind(release.0)
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|(id, at, actor, event)| {
            Ok(TimelineEvent {
                at: instant(at, "timeline_event", id)?,
                actor: actor.map(|actor| UserId(loaded_id(actor))),
                event: serde_json::from_str(&event).map_err(|_| StoreError::Corrupt {
                    table: "timeline_event",
                    id,
                    what: "an event",
                })?,
            })
        })
        .collect()
}

/// Marks an interaction as handled; false when it was handled before, so that a redelivered one changes nothing.
///
/// # Errors
/// The query failed.
pub async fn handle_once(
    connection: &mut Connection,
    interaction: InteractionId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let result =
        sqlx::query("INSERT INTO handled_interaction (id, at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING")
            .bind(stored_id(interaction.0))
            .bind(millis(now))
            .execute(connection)
            .await?;
    Ok(result.rows_affected() == 1)
}

/// Forgets that an interaction was handled: it was refused, and may be asked again.
///
/// # Errors
/// The query failed.
pub async fn forget(connection: &mut Connection, interaction: InteractionId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM handled_interaction WHERE id = $1")
        .bind(stored_id(interaction.0))
        .execute(connection)
        .await?;
    Ok(())
}
