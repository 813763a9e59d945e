//! Releases: keys, lookups, conflicts, and rows that cannot be read.

use super::super::releases::{
    apply, find_by_channel, find_by_key, find_in_flight, in_flight, in_flight_everywhere, insert, load,
};
use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::fixtures::{RILEY, item};
use crate::domain::ids::{ChannelId, MessageId};
use crate::domain::plan::{Dates, plan};
use crate::domain::release::Closure;
use crate::domain::room::RoomEvent;

#[tokio::test]
async fn a_release_reads_back_as_it_was_at_each_step() {
    let place = Place::new().await;
    let playbook = playbook();
    let mut transaction = place.write().await;
    let new = NewRelease {
        title: Some("Login `fix`"),
        reason: Reason::CustomerBug,
        ..a_new(&playbook, GUILD, "7.2.1")
    };
    let mut release = insert(&mut transaction, &new).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(release.key.as_str(), "REL-2026-12-001", "S91");
    assert_eq!(
        *release.playbook, playbook,
        "S6: the playbook is frozen in the release"
    );
    assert_eq!(place.load(release.id).await.unwrap(), release);
    for (event, by) in [
        (
            Event::ChannelOpened {
                channel: ChannelId(u64::MAX),
            },
            0,
        ),
        (
            Event::BoardPosted {
                message: MessageId(600),
            },
            0,
        ),
        (
            Event::ItemDone {
                item: item("merge"),
                evidence: None,
            },
            5,
        ),
        (
            Event::ItemDone {
                item: item("verify"),
                evidence: None,
            },
            6,
        ),
        (Event::ItemUndone { item: item("merge") }, 5),
        (Event::BoardLost, 0),
        (
            Event::Slipped {
                from: Some(target()),
                to: None,
                reason: "Not ready".to_owned(),
            },
            1,
        ),
        (snoozed("merge", "2026-12-03T17:00:00Z"), 5),
        (snoozed("merge", "2026-12-04T17:00:00Z"), 6),
        (snoozed("tag", "2026-12-04T17:00:00Z"), 6),
        (snoozed("page", "2026-12-04T17:00:00Z"), 6),
        (
            Event::ItemDone {
                item: item("tag"),
                evidence: None,
            },
            5,
        ),
        (Event::ItemWoken { item: item("page") }, 5),
        (
            Event::Held {
                reason: "Waiting".to_owned(),
            },
            1,
        ),
        (Event::Resumed, 1),
        (
            Event::Held {
                reason: "Waiting again".to_owned(),
            },
            1,
        ),
        (
            Event::Closed {
                override_reason: Some("Withdrawn".to_owned()),
                open: vec![item("merge")],
            },
            1,
        ),
    ] {
        let stamp = stamp(by, "2026-12-02T12:00:00.123Z");
        place.happen(&mut release, &event, stamp).await.unwrap();
        assert_eq!(place.load(release.id).await.unwrap(), release, "{event:?}");
    }
    assert_eq!(release.revision, 17);
    assert_eq!(release.snoozes.keys().collect::<Vec<_>>(), [&item("merge")]);
    assert_eq!(
        release.closed,
        Some(Closure {
            stamp: stamp(1, "2026-12-02T12:00:00.123Z"),
            override_reason: Some("Withdrawn".to_owned()),
        })
    );
}

fn snoozed(id: &str, until: &str) -> Event {
    Event::ItemSnoozed {
        item: item(id),
        until: at(until),
        intent: "tomorrow".to_owned(),
    }
}

/// What people were told is kept with the release, also without a date, and what is in the way of it is named.
/// Ticking a blocked item ends the block, and undoing the tick does not bring it back.
#[tokio::test]
async fn a_block_ends_with_its_item_for_good() {
    let place = Place::new().await;
    let blocked = || {
        Event::Room(RoomEvent::ItemBlocked {
            item: item("tag"),
            reason: "The mirror is down".to_owned(),
        })
    };
    let settled = [
        Event::ItemDone {
            item: item("tag"),
            evidence: None,
        },
        Event::ItemNotApplicable {
            item: item("tag"),
            reason: "There is no tag".to_owned(),
        },
    ];
    for (version, settled) in ["7.2.1", "7.2.2"].into_iter().zip(settled) {
        let mut release = place.started(GUILD, version).await;
        for event in [blocked(), settled, Event::ItemUndone { item: item("tag") }] {
            place
                .happen(&mut release, &event, stamp(1, "2026-12-02T12:00:00Z"))
                .await
                .unwrap();
            assert_eq!(place.load(release.id).await.unwrap(), release, "{event:?}");
        }
        assert!(!release.room.is_blocked(&item("tag")));
    }
}

#[tokio::test]
async fn the_dates_that_were_told_are_kept() {
    let place = Place::new().await;
    let mut release = place.started(GUILD, "7.2.1").await;
    let calendar = Calendar::named(release.playbook.calendar);
    let told = plan(&release.playbook, target(), &calendar).dates(&calendar);
    assert_eq!(told.phases.len(), 3);
    assert_eq!(told.days_off.len(), 2, "a weekend: {:?}", told.days_off);
    for told in [told, Dates::default()] {
        release.told = Some(told);
        place
            .happen(&mut release, &Event::Resumed, stamp(1, "2026-12-02T12:00:00Z"))
            .await
            .unwrap();
        assert_eq!(place.load(release.id).await.unwrap(), release);
    }
    place.break_with("UPDATE release SET told = '[]'").await;
    let report = corrupt(place.load(release.id).await);
    assert_eq!(report, "release 1 holds dates that cannot be read");
}

/// S91: numbers count up per guild and month of the playbook's zone, and none is given twice.
#[tokio::test]
async fn s91_keys_count_per_guild_and_month_and_are_never_reused() {
    let place = Place::new().await;
    let playbook = playbook();
    let key = async |guild, version: &'static str, opened: &str| {
        let mut transaction = place.write().await;
        let new = NewRelease {
            opened: stamp(RILEY.0, opened),
            ..a_new(&playbook, guild, version)
        };
        let release = insert(&mut transaction, &new).await.unwrap();
        transaction.commit().await.unwrap();
        release.key.to_string()
    };
    assert_eq!(
        key(GUILD, "1.0.0", "2026-11-30T20:00:00Z").await,
        "REL-2026-11-001"
    );
    // Already December in London, still November in San Francisco.
    assert_eq!(
        key(GUILD, "1.0.1", "2026-12-01T07:59:59Z").await,
        "REL-2026-11-002"
    );
    assert_eq!(
        key(GUILD, "1.0.2", "2026-12-01T08:00:00Z").await,
        "REL-2026-12-001"
    );
    assert_eq!(
        key(OTHER_GUILD, "1.0.2", "2026-12-01T08:00:00Z").await,
        "REL-2026-12-001"
    );
    let mut undone = place.write().await;
    let never = insert(&mut undone, &a_new(&playbook, GUILD, "2.0.0"))
        .await
        .unwrap();
    assert_eq!(never.key.as_str(), "REL-2026-12-002");
    drop(undone);
    assert_eq!(
        key(GUILD, "2.0.1", "2026-12-03T08:00:00Z").await,
        "REL-2026-12-002",
        "what was rolled back was never given to anybody"
    );
    place
        .break_with("DELETE FROM release WHERE key = 'REL-2026-12-002'")
        .await;
    assert_eq!(
        key(GUILD, "2.0.2", "2026-12-03T08:00:00Z").await,
        "REL-2026-12-003",
        "a deleted one was"
    );
}

#[tokio::test]
async fn one_release_of_a_version_is_in_flight_in_a_guild() {
    let place = Place::new().await;
    let mut first = place.started(GUILD, "7.2.1").await;
    place.started(GUILD, "7.2.2").await;
    place.started(OTHER_GUILD, "7.2.1").await;
    let playbook = playbook();
    let mut again = place.write().await;
    let refused = insert(&mut again, &a_new(&playbook, GUILD, "7.2.1"))
        .await
        .unwrap_err();
    assert!(refused.is_unique_violation(), "{refused:?}");
    drop(again);
    let closed = Event::Closed {
        override_reason: None,
        open: Vec::new(),
    };
    place
        .happen(&mut first, &closed, stamp(1, "2026-12-02T12:00:00Z"))
        .await
        .unwrap();
    place.started(GUILD, "7.2.1").await;
}

/// Every lookup names its guild, and another guild's release is not found by it.
#[tokio::test]
async fn lookups_stay_in_their_guild() {
    let place = Place::new().await;
    let mut ours = place.started(GUILD, "7.2.1").await;
    let theirs = place.started(OTHER_GUILD, "7.2.1").await;
    let opened = Event::ChannelOpened {
        channel: ChannelId(500),
    };
    place
        .happen(&mut ours, &opened, stamp(0, "2026-12-01T17:00:01Z"))
        .await
        .unwrap();
    assert_eq!(ours.key, theirs.key, "both guilds count from one");
    let mut reader = place.read().await;
    let nobody = GuildId(1);
    let key = ours.key.as_str();
    assert_eq!(
        find_by_key(&mut reader, GUILD, key).await.unwrap(),
        Some(ours.clone())
    );
    assert_eq!(
        find_by_key(&mut reader, OTHER_GUILD, key).await.unwrap(),
        Some(theirs.clone())
    );
    assert_eq!(find_by_key(&mut reader, nobody, key).await.unwrap(), None);
    let channel = ChannelId(500);
    assert_eq!(
        find_by_channel(&mut reader, GUILD, channel).await.unwrap(),
        Some(ours.clone())
    );
    assert_eq!(
        find_by_channel(&mut reader, OTHER_GUILD, channel).await.unwrap(),
        None
    );
    assert_eq!(
        find_in_flight(&mut reader, GUILD, "Thing", "7.2.1")
            .await
            .unwrap(),
        Some(ours.clone())
    );
    assert_eq!(
        find_in_flight(&mut reader, OTHER_GUILD, "Thing", "7.2.1")
            .await
            .unwrap(),
        Some(theirs.clone())
    );
    assert_eq!(
        find_in_flight(&mut reader, GUILD, "Thing", "7.2.2")
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        find_in_flight(&mut reader, GUILD, "Other", "7.2.1")
            .await
            .unwrap(),
        None
    );
    assert_eq!(
        in_flight(&mut reader, GUILD).await.unwrap(),
        std::slice::from_ref(&ours)
    );
    assert_eq!(in_flight(&mut reader, nobody).await.unwrap(), []);
    assert_eq!(in_flight_everywhere(&mut reader).await.unwrap(), [ours, theirs]);
    assert!(load(&mut reader, ReleaseId(99)).await.is_err());
}

#[tokio::test]
async fn a_closed_release_is_found_by_key_and_channel_alone() {
    let place = Place::new().await;
    let mut release = place.started(GUILD, "7.2.1").await;
    let when = stamp(1, "2026-12-02T12:00:00Z");
    place
        .happen(
            &mut release,
            &Event::ChannelOpened {
                channel: ChannelId(500),
            },
            when,
        )
        .await
        .unwrap();
    let closed = Event::Closed {
        override_reason: None,
        open: Vec::new(),
    };
    place.happen(&mut release, &closed, when).await.unwrap();
    let mut reader = place.read().await;
    assert_eq!(
        find_in_flight(&mut reader, GUILD, "Thing", "7.2.1")
            .await
            .unwrap(),
        None
    );
    assert_eq!(in_flight(&mut reader, GUILD).await.unwrap(), []);
    assert_eq!(in_flight_everywhere(&mut reader).await.unwrap(), []);
    assert!(
        find_by_key(&mut reader, GUILD, release.key.as_str())
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        find_by_channel(&mut reader, GUILD, ChannelId(500))
            .await
            .unwrap()
            .is_some()
    );
}

#[tokio::test]
async fn of_two_writers_the_second_is_told() {
    let place = Place::new().await;
    let mut mine = place.started(GUILD, "7.2.1").await;
    let mut theirs = mine.clone();
    let when = stamp(1, "2026-12-02T12:00:00Z");
    place
        .happen(
            &mut mine,
            &Event::ItemDone {
                item: item("merge"),
                evidence: None,
            },
            when,
        )
        .await
        .unwrap();
    let refused = place
        .happen(
            &mut theirs,
            &Event::ItemDone {
                item: item("verify"),
                evidence: None,
            },
            when,
        )
        .await;
    assert!(
        matches!(refused, Err(StoreError::Conflict { id }) if id == mine.id.0),
        "{refused:?}"
    );
    assert_eq!(
        place.load(mine.id).await.unwrap(),
        mine,
        "nothing of the second is kept"
    );
    let mut loaded = place.load(mine.id).await.unwrap();
    let mut transaction = place.write().await;
    let event = Event::ItemDone {
        item: item("verify"),
        evidence: None,
    };
    apply(&mut transaction, &mut loaded, &event, when).await.unwrap();
    assert_eq!(loaded.revision, 2);
}

/// What this program did not write is named by table, row and field.
#[tokio::test]
async fn corrupt_releases_are_reported() {
    let mut reports = Vec::new();
    for sql in [
        "UPDATE release SET playbook = '{}'",
        "UPDATE release SET reason = 'boredom'",
        "UPDATE release SET target = 'soon'",
        "UPDATE release SET opened_at = 9223372036854775807",
        "UPDATE release SET closed_at = 9223372036854775807, closed_by = 1",
        "INSERT INTO completion (release_id, item, done_by, done_at) VALUES (1, 'Not A Slug', 1, 1)",
        "INSERT INTO completion (release_id, item, done_by, done_at) VALUES (1, 'merge', 1, 9223372036854775807)",
    ] {
        let place = Place::new().await;
        let release = place.started(GUILD, "7.2.1").await;
        place.break_with(sql).await;
        reports.push(corrupt(place.load(release.id).await));
    }
    insta::assert_snapshot!(reports.join("\n"));
}
