//! Schedules and their occurrences.

use super::super::schedules::{
    Answered, Asked, answer, ask, asked, miss, posted, releases_so_far, switch, switched_on, unanswered,
    wait_for, wait_for_nothing,
};
use super::*;
use crate::domain::fixtures::recurring_release;
use crate::domain::ids::{ChannelId, MessageId, OccurrenceId, ScheduleId};
use crate::domain::recurrence::{Occurrence, Recurrence};

fn rule() -> Recurrence {
    "weekly, Tuesday 09:00 Pacific/Auckland".parse().unwrap()
}

/// The n-th Tuesday from 1 December 2026 on.
fn tuesday(n: usize) -> Occurrence {
    rule().after(at("2026-11-30T00:00:00Z")).nth(n).unwrap()
}

fn by_riley() -> Stamp {
    stamp(1, "2026-12-01T17:00:00Z")
}

async fn switched(connection: &mut Connection) -> ScheduleId {
    switch(connection, GUILD, "patch", true, by_riley())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_schedule_waits_for_one_occurrence() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    let id = switched(&mut transaction).await;
    assert!(
        wait_for(&mut transaction, id, &rule(), &tuesday(0))
            .await
            .unwrap()
    );
    let error = wait_for(&mut transaction, id, &rule(), &tuesday(1))
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    let known = switched_on(&mut transaction).await.unwrap();
    assert_eq!(known.len(), 1);
    assert_eq!(
        (known[0].id, known[0].guild, known[0].playbook.as_str()),
        (id, GUILD, "patch")
    );
    let waiting = known[0].waiting.clone().unwrap();
    assert_eq!(waiting.occurrence, tuesday(0));
    assert_eq!(waiting.zone, rule().zone());
    assert_eq!(waiting.recurrence, rule().to_string());
    wait_for_nothing(&mut transaction, id).await.unwrap();
    assert_eq!(switched_on(&mut transaction).await.unwrap()[0].waiting, None);
}

#[tokio::test]
async fn switching_off_forgets_what_is_to_come_and_keeps_what_was() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    let id = switched(&mut transaction).await;
    ask(
        &mut transaction,
        id,
        &rule(),
        &tuesday(0),
        &recurring_release(),
        now(),
    )
    .await
    .unwrap();
    wait_for(&mut transaction, id, &rule(), &tuesday(1))
        .await
        .unwrap();
    assert_eq!(
        switch(&mut transaction, GUILD, "patch", false, by_riley())
            .await
            .unwrap(),
        id
    );
    assert_eq!(switched_on(&mut transaction).await.unwrap(), []);
    assert_eq!(switched(&mut transaction).await, id);
    assert_eq!(switched_on(&mut transaction).await.unwrap()[0].waiting, None);
    // What has been does not come again, whatever the clock says.
    assert!(
        !wait_for(&mut transaction, id, &rule(), &tuesday(0))
            .await
            .unwrap()
    );
    assert!(
        wait_for(&mut transaction, id, &rule(), &tuesday(1))
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn an_occurrence_is_asked_about_once() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    let id = switched(&mut transaction).await;
    wait_for(&mut transaction, id, &rule(), &tuesday(0))
        .await
        .unwrap();
    let release = recurring_release();
    let first = ask(&mut transaction, id, &rule(), &tuesday(0), &release, now())
        .await
        .unwrap();
    let again = ask(&mut transaction, id, &rule(), &tuesday(0), &release, now())
        .await
        .unwrap();
    assert!(first.is_some());
    assert_eq!(again, None);
    miss(&mut transaction, id, &rule(), &tuesday(0), now())
        .await
        .unwrap();
    let kept = asked(&mut transaction, GUILD, first.unwrap())
        .await
        .unwrap()
        .unwrap();
    assert_eq!((kept.release, kept.answer), (release, None));
    // The same civil time somewhere else is another one.
    let london: Recurrence = "weekly, Tuesday 09:00 Europe/London".parse().unwrap();
    let there = london.after(at("2026-11-30T00:00:00Z")).next().unwrap();
    assert_eq!(there.local, tuesday(0).local);
    assert!(wait_for(&mut transaction, id, &london, &there).await.unwrap());
}

#[tokio::test]
async fn a_proposal_is_answered_once() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    let mut transaction = place.write().await;
    let id = switched(&mut transaction).await;
    let mut proposals = Vec::new();
    for n in 0..2 {
        let asked = ask(
            &mut transaction,
            id,
            &rule(),
            &tuesday(n),
            &recurring_release(),
            now(),
        )
        .await;
        proposals.push(asked.unwrap().unwrap());
    }
    posted(&mut transaction, proposals[0], ChannelId(22), MessageId(601))
        .await
        .unwrap();
    let open = unanswered(&mut transaction, GUILD).await.unwrap();
    let asked_in = |asked: &Asked| asked.message.map(|(channel, _)| channel);
    assert_eq!(
        open.iter().map(asked_in).collect::<Vec<_>>(),
        [Some(ChannelId(22)), None]
    );
    let elsewhere = unanswered(&mut transaction, GuildId(901)).await.unwrap();
    assert_eq!(elsewhere, []);
    assert!(
        answer(&mut transaction, proposals[0], Some(release.id), by_riley())
            .await
            .unwrap()
    );
    assert!(
        !answer(&mut transaction, proposals[0], None, by_riley())
            .await
            .unwrap()
    );
    assert!(
        answer(&mut transaction, proposals[1], None, by_riley())
            .await
            .unwrap()
    );
    assert!(
        !answer(&mut transaction, proposals[1], Some(release.id), by_riley())
            .await
            .unwrap()
    );
    assert_eq!(unanswered(&mut transaction, GUILD).await.unwrap(), []);
    let known = guilds::with_releases(&mut transaction).await.unwrap();
    assert_eq!(known, [GUILD]);
    assert_eq!(
        asked(&mut transaction, GUILD, proposals[0])
            .await
            .unwrap()
            .unwrap(),
        Asked {
            release: recurring_release(),
            message: Some((ChannelId(22), MessageId(601))),
            answer: Some((Answered::Started(release.key.clone()), by_riley())),
        }
    );
    let second = asked(&mut transaction, GUILD, proposals[1])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (second.message, second.answer),
        (None, Some((Answered::Declined, by_riley())))
    );
    // Another server sees none of it.
    assert_eq!(
        asked(&mut transaction, OTHER_GUILD, proposals[0]).await.unwrap(),
        None
    );
    assert_eq!(
        asked(&mut transaction, GUILD, OccurrenceId(99)).await.unwrap(),
        None
    );
    assert_eq!(
        releases_so_far(&mut transaction, GUILD, "Thing").await.unwrap(),
        1
    );
    assert_eq!(
        releases_so_far(&mut transaction, OTHER_GUILD, "Thing")
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        releases_so_far(&mut transaction, GUILD, "Other").await.unwrap(),
        0
    );
}

#[tokio::test]
async fn what_was_missed_is_recorded_and_nobody_is_asked() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    let id = switched(&mut transaction).await;
    wait_for(&mut transaction, id, &rule(), &tuesday(0))
        .await
        .unwrap();
    for n in 0..3 {
        miss(&mut transaction, id, &rule(), &tuesday(n), now())
            .await
            .unwrap();
    }
    assert_eq!(switched_on(&mut transaction).await.unwrap()[0].waiting, None);
    for n in 0..3 {
        assert!(
            !wait_for(&mut transaction, id, &rule(), &tuesday(n))
                .await
                .unwrap()
        );
    }
    for row in 1..=3 {
        assert_eq!(
            asked(&mut transaction, GUILD, OccurrenceId(row)).await.unwrap(),
            None
        );
    }
    let nobody = answer(&mut transaction, OccurrenceId(1), Some(ReleaseId(1)), by_riley()).await;
    assert!(!nobody.unwrap());
}

#[tokio::test]
async fn a_row_that_this_program_did_not_write_is_named() {
    let place = Place::new().await;
    let mut transaction = place.write().await;
    let id = switched(&mut transaction).await;
    wait_for(&mut transaction, id, &rule(), &tuesday(0))
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    place
        .break_with("UPDATE occurrence SET meant = '2026-12-01T09:00 Middle/Earth'")
        .await;
    let report = corrupt(switched_on(&mut *place.read().await).await);
    assert_eq!(report, "occurrence 1 holds a time that cannot be read");
    place
        .break_with("UPDATE occurrence SET state = 'asked', settled_at = 1, release = '{}'")
        .await;
    let report = corrupt(asked(&mut *place.read().await, GUILD, OccurrenceId(1)).await);
    assert_eq!(report, "occurrence 1 holds a release that cannot be read");
}
