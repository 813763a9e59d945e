//! What people changed of the directory.

use super::super::directory;
use super::*;
use crate::domain::escalation::{Edit, Entry, EntryId, Kind};
use crate::domain::ids::UserId;
use crate::domain::person::Stamp;

fn topic(id: &str, title: &str) -> Entry {
    let json = format!(r#"{{"id":"{id}","title":"{title}","contacts":["ann"]}}"#);
    Entry::read(Kind::Topic, &json).unwrap()
}

fn always(json: &str) -> Entry {
    Entry::read(Kind::Always, json).unwrap()
}

fn stamp() -> Stamp {
    Stamp {
        by: UserId(u64::MAX),
        at: now(),
    }
}

#[tokio::test]
async fn changes_are_kept_for_good_and_the_newest_of_each_entry_counts() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    let id = |id| EntryId::typed(Kind::Topic, id).unwrap();
    let edit = |id: EntryId, before, after| Edit { id, before, after };
    assert_eq!(directory::newest(&mut transaction, GUILD).await.unwrap(), 0);
    let mut changes = Vec::new();
    for edit in [
        edit(id("mirror"), None, Some(topic("mirror", "Mirror"))),
        edit(id("balrog"), Some(topic("balrog", "Balrog")), None),
        edit(
            EntryId::Always,
            Some(always("{}")),
            Some(always(r##"{"always":["#ops"],"fallback":"ann"}"##)),
        ),
        edit(
            id("mirror"),
            Some(topic("mirror", "Mirror")),
            Some(topic("mirror", "The mirror")),
        ),
    ] {
        let change = directory::append(&mut transaction, GUILD, edit, stamp()).await;
        changes.push(change.unwrap());
    }
    let elsewhere = edit(id("mirror"), None, Some(topic("mirror", "Elsewhere")));
    directory::append(&mut transaction, OTHER_GUILD, elsewhere, stamp())
        .await
        .unwrap();
    transaction.commit().await.unwrap();

    let mut reader = place.read().await;
    let newest = directory::newest(&mut reader, GUILD).await.unwrap();
    assert_eq!(newest, changes[3].number);
    // In the order in which the entries were first changed, so that a later change moves nothing.
    let laid = directory::laid_over(&mut reader, GUILD).await.unwrap();
    assert_eq!(laid, [changes[3].clone(), changes[1].clone(), changes[2].clone()]);
    let of_mirror = directory::newest_of(&mut reader, GUILD, &id("mirror")).await;
    assert_eq!(of_mirror.unwrap().as_ref(), Some(&changes[3]));
    let of_none = directory::newest_of(&mut reader, GUILD, &id("signing")).await;
    assert_eq!(of_none.unwrap(), None);
    assert_eq!(directory::count(&mut reader, GUILD).await.unwrap(), 4);
    let page = directory::history(&mut reader, GUILD, 1, 2).await.unwrap();
    assert_eq!(page, [changes[2].clone(), changes[1].clone()]);
    drop(reader);

    for (change, report) in [
        ("UPDATE directory_change SET changed_by = 1", "append-only"),
        ("DELETE FROM directory_change", "append-only"),
    ] {
        let mut transaction = place.write().await;
        let refused = sqlx::query(change).execute(&mut *transaction).await.unwrap_err();
        assert!(refused.to_string().contains(report), "{refused}");
    }
    place
        .break_with("DROP TRIGGER directory_change_is_never_changed")
        .await;
    place
        .break_with("UPDATE directory_change SET state_after = '{}' WHERE what = 'topic'")
        .await;
    let report = corrupt(directory::laid_over(&mut *place.read().await, GUILD).await);
    assert_eq!(report, "directory_change 4 holds a state that cannot be read");
}
