//! Since when items are open that were done before.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::ids::ReleaseId;
use crate::domain::playbook::ItemId;
use crate::store::{Connection, StoreError, instant, millis};

/// Remembers since when an item is open again.
pub(super) async fn note(
    connection: &mut Connection,
    release: ReleaseId,
    item: &ItemId,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO reopened (release_id, item, since) VALUES ($1, $2, $3)
         ON CONFLICT (release_id, item) DO UPDATE SET since = excluded.since",
    )
    .bind(release.0)
    .bind(item.to_string())
    .bind(millis(since))
    .execute(connection)
    .await?;
    Ok(())
}

/// The items of a release that were opened again, and since when.
pub(super) async fn load(
    connection: &mut Connection,
    release: i64,
) -> Result<BTreeMap<ItemId, DateTime<Utc>>, StoreError> {
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT item, since FROM reopened WHERE release_id = $1")
        .bind(release)
        .fetch_all(connection)
        .await?;
    rows.into_iter()
        .map(|(item, since)| {
            let item = item.parse().map_err(|_| StoreError::Corrupt {
                table: "reopened",
                id: release,
                what: "an item",
            })?;
            Ok((item, instant(since, "reopened", release)?))
        })
        .collect()
}
