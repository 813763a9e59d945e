//! A full disk, by the limit that SQLite itself keeps.

use super::*;

/// A write that finds no room fails as a whole, is recognised, and leaves a writer that works when there is room.
/// SQLite ends such a transaction by itself, wherever the room runs out.
#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_committed() {
    let place = Place::new().await;
    place.started(GUILD, "7.2.1").await;
    let playbook = playbook();
    let mut transaction = place.write().await;
    // As many pages as there are; the limit belongs to the connection.
    sqlx::query("PRAGMA max_page_count = 1")
        .execute(&mut *transaction)
        .await
        .unwrap();
    let mut full = None;
    for number in 0..1000 {
        let version = format!("9.9.{number}");
        let new = a_new(&playbook, GUILD, &version);
        if let Err(error) = super::super::releases::insert(&mut transaction, &new).await {
            full = Some(error);
            break;
        }
    }
    let full = full.unwrap();
    assert!(full.is_disk(), "{full:?}");
    drop(transaction);
    // The limit goes with the connection that met it, or is lifted here.
    let mut transaction = place.write().await;
    sqlx::query("PRAGMA max_page_count = 1000000")
        .execute(&mut *transaction)
        .await
        .unwrap();
    drop(transaction);
    place.store.probe().await.unwrap();
    place.started(GUILD, "7.2.2").await;
    let kept = super::super::releases::in_flight(&mut *place.read().await, GUILD)
        .await
        .unwrap();
    let versions: Vec<&str> = kept.iter().map(|release| release.version.as_str()).collect();
    assert_eq!(versions, ["7.2.1", "7.2.2"]);
}

/// What only a wrong query can bring about is no matter of the disk.
#[tokio::test]
async fn other_failures_are_not_taken_for_a_full_disk() {
    let place = Place::new().await;
    let wrong = sqlx::query("SELECT nothing FROM nowhere")
        .execute(&mut *place.write().await)
        .await;
    assert!(!StoreError::from(wrong.unwrap_err()).is_disk());
    assert!(!StoreError::Conflict { id: 1 }.is_disk());
}
