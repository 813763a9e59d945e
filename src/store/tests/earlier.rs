//! Databases of earlier schemas, made by the program of their time (`tests/fixtures`, CONTRIBUTING.md): they are brought
//! up to date, and what last year's program wrote can still be read.

use std::collections::BTreeMap;

use super::*;
use crate::domain::notice::Notice;
use crate::domain::start::StartRequest;

/// A copy of each database in `tests/fixtures`, with its schema version, in a folder that goes with it.
pub(crate) fn earlier_databases() -> Vec<(i64, PathBuf, tempfile::TempDir)> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut found: Vec<_> = std::fs::read_dir(fixtures)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?;
            let version = name.strip_prefix("schema-")?.strip_suffix(".db")?.parse().ok()?;
            let folder = tempfile::tempdir().unwrap();
            let copy = folder.path().join("tminus.sqlite");
            std::fs::copy(&path, &copy).unwrap();
            Some((version, copy, folder))
        })
        .collect();
    found.sort_by_key(|(version, ..)| *version);
    assert_eq!(
        found.first().map(|(version, ..)| *version),
        Some(1),
        "the first schema is there"
    );
    found
}

#[tokio::test]
async fn an_earlier_database_gets_the_schema_of_a_new_one() {
    let new = Place::new().await;
    let expected = schema(&new.store).await;
    for (version, path, _folder) in earlier_databases() {
        let store = Store::open(&path).await.unwrap();
        assert_eq!(schema(&store).await, expected, "from schema {version}");
        let mut reader = store.read().await.unwrap();
        let whole: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check")
            .fetch_all(&mut *reader)
            .await
            .unwrap();
        assert_eq!(whole, [("ok".to_owned(),)]);
        let dangling: Vec<(String,)> = sqlx::query_as("SELECT \"table\" FROM pragma_foreign_key_check")
            .fetch_all(&mut *reader)
            .await
            .unwrap();
        assert_eq!(dangling, []);
    }
}

/// Stored variants are added, never changed: every playbook, event, notice and question is read.
#[tokio::test]
async fn what_an_earlier_program_wrote_is_read() {
    for (version, path, _folder) in earlier_databases() {
        let store = Store::open(&path).await.unwrap();
        let mut reader = store.read().await.unwrap();
        let releases: Vec<(i64, Option<i64>)> =
            sqlx::query_as("SELECT id, closed_at FROM release ORDER BY id")
                .fetch_all(&mut *reader)
                .await
                .unwrap();
        assert!(
            releases.iter().any(|(_, closed)| closed.is_some()),
            "one is closed"
        );
        assert!(
            releases.iter().any(|(_, closed)| closed.is_none()),
            "one is in flight"
        );
        let mut events = 0;
        for (id, _) in releases {
            let release = crate::store::releases::load(&mut reader, ReleaseId(id))
                .await
                .unwrap();
            assert!(
                release.playbook.items().count() > 0,
                "schema {version}: the playbook is there"
            );
            events += timeline::load(&mut reader, release.id).await.unwrap().len();
            reminders::settled(&mut reader, release.id).await.unwrap();
            guilds::load(&mut reader, release.guild).await.unwrap();
        }
        assert!(events > 30, "schema {version}: {events} events");
        let rows: Vec<(i64, String, String)> = sqlx::query_as("SELECT id, state, notice FROM outbox")
            .fetch_all(&mut *reader)
            .await
            .unwrap();
        let mut states = BTreeMap::new();
        for (id, state, notice) in rows {
            let notice: Result<Notice, _> = serde_json::from_str(&notice);
            assert!(notice.is_ok(), "schema {version}, row {id}: {notice:?}");
            *states.entry(state).or_insert(0) += 1;
        }
        for state in ["sent", "dead", "pending"] {
            assert!(
                states.contains_key(state),
                "schema {version} has a row that is {state}: {states:?}"
            );
        }
        let drafts: Vec<(String,)> = sqlx::query_as("SELECT request FROM draft")
            .fetch_all(&mut *reader)
            .await
            .unwrap();
        assert!(!drafts.is_empty());
        for (request,) in drafts {
            serde_json::from_str::<StartRequest>(&request).unwrap();
        }
    }
}

/// Every object of the schema in the words that made it, white space apart.
async fn schema(store: &Store) -> Vec<(String, String)> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .fetch_all(&mut *store.read().await.unwrap())
    .await
    .unwrap();
    rows.into_iter()
        .map(|(name, sql)| (name, sql.split_whitespace().collect::<Vec<_>>().join(" ")))
        .collect()
}
