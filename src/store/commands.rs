//! Which commands were registered last.

use crate::store::{Connection, StoreError, stored_id};

/// Whether exactly this definition was registered last for the application.
///
/// # Errors
/// The query failed.
pub async fn are_registered(
    connection: &mut Connection,
    application: u64,
    definition: &str,
) -> Result<bool, StoreError> {
    let stored: Option<(String,)> =
        sqlx::query_as("SELECT definition FROM registered_commands WHERE application_id = $1")
            .bind(stored_id(application))
            .fetch_optional(connection)
            .await?;
    Ok(stored.is_some_and(|(stored,)| stored == definition))
}

/// Remembers what was registered.
///
/// # Errors
/// The query failed.
pub async fn remember(
    connection: &mut Connection,
    application: u64,
    definition: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO registered_commands (application_id, definition) VALUES ($1, $2)
         ON CONFLICT (application_id) DO UPDATE SET definition = excluded.definition",
    )
    .bind(stored_id(application))
    .bind(definition)
    .execute(connection)
    .await?;
    Ok(())
}
