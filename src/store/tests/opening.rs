//! Opening, locking, migrating, and what the connections are set to.

use super::*;

#[tokio::test]
async fn both_kinds_of_connection_are_set_for_durability() {
    let place = Place::new().await;
    for mut connection in [place.write().await, place.read().await] {
        let (journal,): (String,) = sqlx::query_as("PRAGMA journal_mode")
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        assert_eq!(journal, "wal");
        for (pragma, expected) in [
            ("PRAGMA synchronous", 2),
            ("PRAGMA foreign_keys", 1),
            ("PRAGMA busy_timeout", 5000),
        ] {
            let (value,): (i64,) = sqlx::query_as(pragma).fetch_one(&mut *connection).await.unwrap();
            assert_eq!(value, expected, "{pragma}");
        }
    }
}

/// Earlier ones have a fault in the write-ahead log.
#[tokio::test]
async fn sqlite_is_recent_enough() {
    let place = Place::new().await;
    let (version,): (String,) = sqlx::query_as("SELECT sqlite_version()")
        .fetch_one(&mut *place.read().await)
        .await
        .unwrap();
    let numbers: Vec<u32> = version.split('.').map(|number| number.parse().unwrap()).collect();
    assert!(numbers >= vec![3, 51, 3], "{version}");
}

#[tokio::test]
async fn every_table_is_strict_and_every_migration_applied() {
    let place = Place::new().await;
    let mut reader = place.read().await;
    let lax: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0
         AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations'",
    )
    .fetch_all(&mut *reader)
    .await
    .unwrap();
    assert_eq!(lax, []);
    let (applied,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM _sqlx_migrations WHERE success")
        .fetch_one(&mut *reader)
        .await
        .unwrap();
    assert_eq!(usize::try_from(applied).unwrap(), MIGRATIONS.iter().count());
    let refused = sqlx::query("INSERT INTO guild (id) VALUES ('not a number')")
        .execute(&mut *place.write().await)
        .await;
    assert!(refused.is_err(), "a STRICT table takes no text for a number");
}

#[tokio::test]
async fn foreign_keys_are_enforced_and_readers_cannot_write() {
    let place = Place::new().await;
    let orphan =
        sqlx::query("INSERT INTO completion (release_id, item, done_by, done_at) VALUES (7, 'x', 1, 1)")
            .execute(&mut *place.write().await)
            .await;
    assert!(orphan.unwrap_err().to_string().contains("FOREIGN KEY"));
    let written = sqlx::query("INSERT INTO guild (id) VALUES (1)")
        .execute(&mut *place.read().await)
        .await;
    assert!(written.unwrap_err().to_string().contains("readonly"));
}

#[tokio::test]
async fn a_second_process_is_refused_until_the_first_has_closed() {
    let place = Place::new().await;
    let second = Store::open(&place.path()).await;
    assert!(matches!(second, Err(OpenError::InUse { path }) if path == place.path()));
    place.started(GUILD, "7.2.1").await;
    place.store.close().await;
    let again = Store::open(&place.path()).await.unwrap();
    let kept = super::super::releases::in_flight(&mut again.read().await.unwrap(), GUILD)
        .await
        .unwrap();
    assert_eq!(
        kept.len(),
        1,
        "what was committed is there after closing and opening"
    );
    again.close().await;
}

/// A store that is dropped without being closed lets go of the file as well, as a killed process does.
#[tokio::test]
async fn a_dropped_store_lets_go() {
    let Place { store, folder } = Place::new().await;
    drop(store);
    Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
}

#[tokio::test]
async fn a_newer_schema_is_refused_each_time() {
    let place = Place::new().await;
    place
        .break_with(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'from the future', TRUE, x'00', 0)",
        )
        .await;
    place.store.close().await;
    for _ in 0..2 {
        let error = Store::open(&place.path()).await.unwrap_err();
        assert!(
            matches!(error, OpenError::NewerSchema { version: 9999, .. }),
            "{error:?}"
        );
        assert!(
            error
                .to_string()
                .contains("was written by a newer T-minus (schema 9999)")
        );
    }
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let path = folder.path().join("file").join("tminus.sqlite");
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, OpenError::Folder { .. }), "{error:?}");
    let path = folder.path().join("new").join("folder").join("tminus.sqlite");
    Store::open(&path).await.unwrap();
}

/// Dropping a transaction undoes it; a snapshot does not see what is committed after it was taken.
#[tokio::test]
async fn transactions_are_whole_and_snapshots_stand_still() {
    let place = Place::new().await;
    let count = "SELECT COUNT(*) FROM guild";
    let mut snapshot = place.read().await;
    let (before,): (i64,) = sqlx::query_as(count).fetch_one(&mut *snapshot).await.unwrap();
    let mut dropped = place.write().await;
    sqlx::query("INSERT INTO guild (id) VALUES (1)")
        .execute(&mut *dropped)
        .await
        .unwrap();
    drop(dropped);
    place.break_with("INSERT INTO guild (id) VALUES (2)").await;
    let (standing,): (i64,) = sqlx::query_as(count).fetch_one(&mut *snapshot).await.unwrap();
    let (after,): (i64,) = sqlx::query_as(count)
        .fetch_one(&mut *place.read().await)
        .await
        .unwrap();
    assert_eq!((before, standing, after), (0, 0, 1));
}
