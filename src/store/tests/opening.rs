//! Opening, locking, migrating, and what the connections are set to.

use sqlx::ConnectOptions as _;

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
            matches!(
                error,
                OpenError::Unfit {
                    why: Unfit::NewerSchema { version: 9999 },
                    ..
                }
            ),
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

/// What waited under the first schema waits under the second, in the same order and with the same nonces.
#[tokio::test]
async fn the_outbox_of_the_first_schema_is_carried_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tminus.sqlite");
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let old = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .unwrap();
    let first = MIGRATIONS
        .iter()
        .filter(|migration| migration.version == 1)
        .cloned();
    let mut first_schema = sqlx::migrate!();
    first_schema.migrations = first.collect();
    first_schema.run(&old).await.unwrap();
    let filled = sqlx::raw_sql(
        "INSERT INTO release (id, guild_id, key, playbook, product, version, reason, target, opened_by, opened_at)
         VALUES (7, 900, 'REL-2026-12-001', '{}', 'x', '1', 'security', '2026-12-10', 1, 1000);
         INSERT INTO outbox (id, release_id, occasion, notice, state, position, generation, posts, attempts, due_at,
                             leased_until, lease, sent_at, last_error) VALUES
         (1, 7, 'open-channel', '{\"notice\":\"open-channel\"}', 'sent', 1, 0, 0, 0, 1000, NULL, 1, 1500, NULL),
         (2, 7, 'board', '{\"notice\":\"board\"}', 'leased', 5, 3, 1, 1, 2000, 62000, 4, 1600, NULL),
         (3, 7, 'brief', '{\"notice\":\"brief\"}', 'pending', 2, 0, 0, 2, 9000, NULL, 2, NULL, 'no answer'),
         (4, 7, 'announce', '{\"notice\":\"announce\"}', 'pending', 4, 0, 0, 0, 1500, NULL, 0, NULL, NULL);",
    );
    filled.execute(&old).await.unwrap();
    old.close().await;

    let store = Store::open(&path).await.unwrap();
    let mut reader = store.read().await.unwrap();
    let rows: Vec<(String,)> = sqlx::query_as(
        "SELECT CONCAT_WS(' ', id, guild_id, state, aside, head, due_at, first_attempt_at) FROM outbox ORDER BY position",
    )
    .fetch_all(&mut *reader)
    .await
    .unwrap();
    drop(reader);
    let rows: Vec<&str> = rows.iter().map(|(row,)| row.as_str()).collect();
    assert_eq!(
        rows,
        [
            "1 900 sent 0 0 1000",
            "3 900 pending 0 1 9000 1000",
            "4 900 pending 0 0 1500",
            "2 900 leased 1 1 62000 1000",
        ]
    );
    let mut transaction = store.write().await.unwrap();
    super::super::outbox::release_leases(&mut transaction, now())
        .await
        .unwrap();
    let claimed = super::super::outbox::claim(&mut transaction, now(), chrono::TimeDelta::seconds(60))
        .await
        .unwrap();
    let Some(super::super::outbox::Claimed::Row(board)) = claimed else {
        panic!("{claimed:?}")
    };
    assert_eq!(board.nonce(), "t2.1");
}

/// A migration that fails leaves nothing of itself, the copy from before is whole, and the sentence says how to go on.
/// Once the obstacle is gone, the same file is brought up to date.
#[tokio::test]
async fn a_migration_that_fails_half_way_can_be_gone_back_from() {
    let newest = newest_schema();
    let mut tried = 0;
    for (version, path, _folder) in earlier::earlier_databases() {
        if version == newest {
            continue;
        }
        tried += 1;
        let before = inspect(&path, Care::Full).await.unwrap();
        // The sixth migration makes two tables, and the name of the second is taken.
        raw(&path, "CREATE TABLE occurrence (taken INTEGER)").await;
        let error = Store::open(&path).await.unwrap_err();
        let OpenError::Migration { copy: Some(copy), .. } = &error else {
            panic!("{error:?}")
        };
        let sentence = error.to_string();
        assert!(
            sentence.contains(&format!("`tminus restore {}`", copy.display())),
            "{sentence}"
        );
        raw(copy, "DROP TABLE occurrence").await;
        let kept = inspect(copy, Care::Full).await.unwrap();
        assert_eq!((kept.schema, kept.releases), (version, before.releases));

        // What came before the failure has happened whole, and nothing of what failed.
        let half = inspect(&path, Care::Full).await.unwrap();
        assert_eq!((half.schema, half.releases), (5, before.releases));
        assert_eq!(tables(&path, "schedule").await, 0);
        raw(&path, "DROP TABLE occurrence").await;
        let store = Store::open(&path).await.unwrap();
        store.close().await;
        assert_eq!(inspect(&path, Care::Full).await.unwrap().schema, newest);
    }
    assert!(tried > 0, "there is an earlier schema");
}

async fn raw(path: &Path, sql: &'static str) {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    sqlx::query(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

async fn tables(path: &Path, name: &str) -> i64 {
    let mut connection = SqliteConnectOptions::new()
        .filename(path)
        .connect()
        .await
        .unwrap();
    let (count,): (i64,) =
        sqlx::query_as("SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = $1")
            .bind(name)
            .fetch_one(&mut connection)
            .await
            .unwrap();
    connection.close().await.unwrap();
    count
}
