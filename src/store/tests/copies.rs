//! Backups, restores, and files that are refused.

use super::earlier::earlier_databases;
use super::*;

impl Place {
    fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn versions(&self) -> Vec<String> {
        let releases = super::super::releases::in_flight(&mut *self.read().await, GUILD)
            .await
            .unwrap();
        releases.into_iter().map(|release| release.version).collect()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

/// The store is open and has a transaction under way: the copy has what was committed, and nothing else.
#[tokio::test]
async fn a_backup_is_taken_while_the_store_is_at_work() {
    let place = Place::new().await;
    place.started(GUILD, "7.2.1").await;
    let mut under_way = place.write().await;
    super::super::releases::insert(&mut under_way, &a_new(&playbook(), GUILD, "7.2.2"))
        .await
        .unwrap();
    let copy = place.beside("copy.sqlite");
    let copied = back_up(&place.path(), &copy, false).await.unwrap();
    under_way.commit().await.unwrap();
    assert_eq!(copied.releases, 1);
    assert_eq!(copied.bytes, std::fs::metadata(&copy).unwrap().len());
    assert_eq!(copied.schema, newest_schema());

    let again = back_up(&place.path(), &copy, false).await.unwrap_err();
    assert!(matches!(again, BackupError::Exists { .. }), "{again:?}");
    assert_eq!(back_up(&place.path(), &copy, true).await.unwrap().releases, 2);
    let nowhere = back_up(&place.path(), &place.beside("no/such/folder"), false)
        .await
        .unwrap_err();
    assert!(matches!(nowhere, BackupError::Write { .. }), "{nowhere:?}");
    assert!(
        !place.names().iter().any(|name| name.contains("partial")),
        "{:?}",
        place.names()
    );
}

/// What a backup that was cut off has left is no obstacle, and two do not write the same copy at once.
#[tokio::test]
async fn half_a_copy_is_written_anew() {
    let place = Place::new().await;
    let half = place.beside("copy.sqlite.partial");
    std::fs::write(&half, "half").unwrap();
    let other = File::open(&half).unwrap();
    other.try_lock().unwrap();
    let refused = back_up(&place.path(), &place.beside("copy.sqlite"), false)
        .await
        .unwrap_err();
    assert!(matches!(refused, BackupError::UnderWay { .. }), "{refused:?}");
    drop(other);
    back_up(&place.path(), &place.beside("copy.sqlite"), false)
        .await
        .unwrap();
    assert!(!half.exists());
}

#[tokio::test]
async fn a_restore_takes_the_place_and_keeps_what_was_there() {
    let mut place = Place::new().await;
    place.started(GUILD, "7.2.1").await;
    let copy = place.beside("copy.sqlite");
    back_up(&place.path(), &copy, false).await.unwrap();
    place.started(GUILD, "7.2.2").await;
    let in_use = restore(&copy, &place.path(), now()).await.unwrap_err();
    assert!(
        matches!(in_use, BackupError::Open(OpenError::InUse { .. })),
        "{in_use:?}"
    );

    place.store.close().await;
    let restored = restore(&copy, &place.path(), now()).await.unwrap();
    assert_eq!(restored.copied.releases, 1);
    let replaced = restored.replaced.unwrap();
    assert_eq!(replaced, place.beside("tminus.sqlite.replaced-20261202T120000Z"));
    assert_eq!(
        place.names(),
        [
            "copy.sqlite",
            "tminus.sqlite",
            "tminus.sqlite.lock",
            "tminus.sqlite.replaced-20261202T120000Z"
        ]
    );
    place.store = Store::open(&place.path()).await.unwrap();
    assert_eq!(place.versions().await, ["7.2.1"]);
    place.store.close().await;
    restore(&replaced, &place.path(), at("2026-12-02T12:00:01Z"))
        .await
        .unwrap();
    place.store = Store::open(&place.path()).await.unwrap();
    assert_eq!(place.versions().await, ["7.2.1", "7.2.2"], "the way back");
}

/// After a crash the newest commits are in the log alone. Neither the file that is kept nor the one that is restored may
/// lose or inherit them.
#[tokio::test]
async fn a_log_stays_with_its_file() {
    let mut place = Place::new().await;
    place.started(GUILD, "7.2.1").await;
    let copy = place.beside("copy.sqlite");
    back_up(&place.path(), &copy, false).await.unwrap();
    place.started(GUILD, "7.2.2").await;
    let crashed = tempfile::tempdir().unwrap();
    for ending in ["", "-wal"] {
        let name = format!("tminus.sqlite{ending}");
        std::fs::copy(place.beside(&name), crashed.path().join(name)).unwrap();
    }
    std::fs::rename(&copy, crashed.path().join("copy.sqlite")).unwrap();
    place.store.close().await;
    place.folder = crashed;

    let restored = restore(&place.beside("copy.sqlite"), &place.path(), now())
        .await
        .unwrap();
    place.store = Store::open(&place.path()).await.unwrap();
    assert_eq!(place.versions().await, ["7.2.1"]);
    place.store.close().await;
    restore(
        &restored.replaced.unwrap(),
        &place.path(),
        at("2026-12-02T12:00:01Z"),
    )
    .await
    .unwrap();
    place.store = Store::open(&place.path()).await.unwrap();
    assert_eq!(place.versions().await, ["7.2.1", "7.2.2"]);
}

/// A copy is made before the schema changes, and a second one when an older backup was restored meanwhile.
#[tokio::test]
async fn a_database_is_copied_before_it_is_brought_up_to_date() {
    for (version, path, folder) in earlier_databases() {
        if version == newest_schema() {
            continue;
        }
        let original = std::fs::read(&path).unwrap();
        for copy in [
            format!("tminus.sqlite.schema-{version}.backup"),
            format!("tminus.sqlite.schema-{version}.2.backup"),
        ] {
            std::fs::write(&path, &original).unwrap();
            Store::open(&path).await.unwrap().close().await;
            let contents = inspect(&folder.path().join(copy), Care::Full).await.unwrap();
            assert_eq!(contents.schema, version);
            assert_eq!(inspect(&path, Care::Full).await.unwrap().schema, newest_schema());
        }
        Store::open(&path).await.unwrap().close().await;
        let third = folder
            .path()
            .join(format!("tminus.sqlite.schema-{version}.3.backup"));
        assert!(!third.exists(), "nothing to bring up to date, nothing to copy");
    }
}

/// The sentence without the place at which SQLite stumbled over flipped bytes: it is another one in each schema.
fn without_place(refusal: &str) -> String {
    let Some((before, rest)) = refusal.split_once("(***") else {
        return refusal.to_owned();
    };
    let after = rest.split_once(')').map_or(rest, |(_, after)| {
        // SQLite names a function, with brackets of its own.
        after.split_once(')').map_or(after, |(_, after)| after)
    });
    format!("{before}(database disk image is malformed){after}")
}

/// One sentence for each file that cannot be the database: what it is, and what to do.
#[tokio::test]
async fn files_that_are_no_database_of_ours_are_refused() {
    let place = Place::new().await;
    for number in 0..40 {
        place.started(GUILD, &format!("7.3.{number}")).await;
    }
    place.store.close().await;
    let good = std::fs::read(place.path()).unwrap();
    let mut said = Vec::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tminus.sqlite");
    let page = 4096;
    let middle = good.len() / page / 2 * page;
    let mut flipped = good.clone();
    flipped[middle..middle + 64]
        .iter_mut()
        .for_each(|byte| *byte ^= 0xFF);
    let other = other_program(folder.path(), "CREATE TABLE guild (id INTEGER)").await;
    let marked = other_program(folder.path(), "PRAGMA application_id = 1").await;
    let newer = other_program(
        folder.path(),
        "PRAGMA application_id = 0x544D494E;
         CREATE TABLE _sqlx_migrations (version BIGINT); INSERT INTO _sqlx_migrations VALUES (9999)",
    )
    .await;
    for (what, bytes) in [
        (
            "a text file",
            b"this is no database, and it is long enough for the header of one, which has a hundred bytes."
                .to_vec(),
        ),
        ("a truncated file", good[..middle].to_vec()),
        ("a file that ends within a page", good[..middle + 1000].to_vec()),
        ("flipped bytes in the middle", flipped),
        ("another program's", other),
        ("another program's, with its mark", marked),
        ("a newer schema", newer),
    ] {
        std::fs::write(&path, &bytes).unwrap();
        let refusals = [
            Store::open(&path).await.unwrap_err().to_string(),
            restore(&path, &place.path(), now())
                .await
                .unwrap_err()
                .to_string(),
            back_up(&path, &folder.path().join("copy"), false)
                .await
                .unwrap_err()
                .to_string(),
        ];
        assert!(!folder.path().join("copy").exists());
        assert_eq!(std::fs::read(&path).unwrap(), bytes, "{what} is as it was");
        let refusals = refusals.map(|refusal| without_place(&refusal));
        said.push(format!("{what}:\n  {}", refusals.join("\n  ")));
    }
    assert_eq!(
        std::fs::read(place.path()).unwrap(),
        good,
        "the good one was not replaced"
    );
    let text = said
        .join("\n")
        .replace(&folder.path().display().to_string(), "FOLDER");
    // Where SQLite stumbles first depends on how large the schema is.
    let words = regex::Regex::new(r"damaged \(.*?\)(, so|: put)").unwrap();
    let text = words.replace_all(&text, "damaged (the words of SQLite)$1");
    insta::assert_snapshot!(text);
}

async fn other_program(folder: &Path, sql: &'static str) -> Vec<u8> {
    use sqlx::ConnectOptions as _;
    let path = folder.join("other.sqlite");
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    bytes
}

/// The newest stay, other files are left alone, and half of one that was cut off is cleared away.
#[tokio::test]
async fn scheduled_backups_are_kept_by_number() {
    let place = Place::new().await;
    place.started(GUILD, "7.2.1").await;
    let folder = place.beside("backups");
    assert!(backups_in(&folder).unwrap().is_empty());
    for hour in 10..14 {
        let now = at(&format!("2026-12-01T{hour}:00:00Z"));
        assert_eq!(
            place.store.back_up_into(&folder, 2, now).await.unwrap().releases,
            1
        );
        std::fs::write(folder.join("notes.txt"), "mine").unwrap();
        std::fs::write(folder.join("tminus-20261130T000000Z.sqlite.partial"), "half").unwrap();
    }
    let mut taken = backups_in(&folder).unwrap();
    taken.sort_unstable();
    assert_eq!(taken, [at("2026-12-01T12:00:00Z"), at("2026-12-01T13:00:00Z")]);
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "notes.txt",
            "tminus-20261201T120000Z.sqlite",
            "tminus-20261201T130000Z.sqlite"
        ]
    );
    std::fs::write(place.beside("file"), "").unwrap();
    assert!(
        place
            .store
            .back_up_into(&place.beside("file"), 2, now())
            .await
            .is_err()
    );
}
