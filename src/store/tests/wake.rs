//! Which release is looked at when.

use super::super::wake::{look_again, looked, next, set_aside, waking};
use super::*;
use crate::domain::room::RoomEvent;

#[tokio::test]
async fn a_release_is_looked_at_when_its_instant_comes_or_something_changes() {
    let place = Place::new().await;
    let mut release = place.started(GUILD, "7.2.1").await;
    let other = place.started(OTHER_GUILD, "7.2.1").await;
    let later = at("2026-12-04T17:00:00Z");
    let woken = async |now| waking(&mut *place.read().await, now, 10).await.unwrap();
    let ahead = async |now| next(&mut *place.read().await, now, 0).await.unwrap();
    assert_eq!(woken(now()).await, [release.id, other.id], "both are new");
    let mut transaction = place.write().await;
    looked(&mut transaction, release.id, &NOT_TOLD, Some(later))
        .await
        .unwrap();
    looked(&mut transaction, other.id, &NOT_TOLD, None).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(woken(now()).await, []);
    assert_eq!(ahead(now()).await, Some(release.id));
    assert_eq!(woken(later).await, [release.id]);
    assert_eq!(ahead(later).await, None);
    // A person acts: look now.
    let stamp = stamp(1, "2026-12-02T12:00:00Z");
    release.told = Some(NOT_TOLD.clone());
    place
        .happen(&mut release, &Event::BoardLost, stamp)
        .await
        .unwrap();
    assert_eq!(woken(now()).await, [release.id]);
    // A server's calendar, then everything.
    let mut transaction = place.write().await;
    set_aside(&mut transaction, release.id).await.unwrap();
    look_again(&mut transaction, Some(OTHER_GUILD)).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(woken(now()).await, [other.id]);
    let mut transaction = place.write().await;
    look_again(&mut transaction, None).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(waking(&mut *place.read().await, now(), 1).await.unwrap().len(), 1);
    assert_eq!(woken(now()).await, [release.id, other.id]);
    // A closed release is looked at until its retrospective was called for, and never again.
    let closed = Event::Closed {
        override_reason: None,
        open: Vec::new(),
    };
    place.happen(&mut release, &closed, stamp).await.unwrap();
    assert_eq!(woken(now()).await, [release.id, other.id]);
    let called = Event::Room(RoomEvent::RetrospectiveCalled { due: now() });
    place.happen(&mut release, &called, stamp).await.unwrap();
    let mut transaction = place.write().await;
    look_again(&mut transaction, None).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(woken(now()).await, [other.id]);
}

/// Design, "Speed": a step of time reads an index, however many releases there are.
#[tokio::test]
async fn the_next_release_is_found_by_the_index() {
    let place = Place::new().await;
    let mut reader = place.read().await;
    for query in [
        "EXPLAIN QUERY PLAN SELECT id FROM release WHERE wake_at IS NOT NULL AND wake_at <= 1
         ORDER BY wake_at, id LIMIT 20",
        "EXPLAIN QUERY PLAN SELECT id FROM release WHERE wake_at IS NOT NULL AND wake_at > 1
         ORDER BY wake_at, id LIMIT 1",
    ] {
        let steps: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(query).fetch_all(&mut *reader).await.unwrap();
        let steps: Vec<String> = steps.into_iter().map(|(_, _, _, step)| step).collect();
        assert_eq!(steps.len(), 1, "{steps:?}");
        assert!(steps[0].contains("INDEX release_wake (wake_at"), "{steps:?}");
    }
}
