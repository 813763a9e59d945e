//! Direct messages: an order for each person, who follows what, and digests.

use super::super::digests::{self, Outcome};
use super::super::followers::{self, Followed, Refused};
use super::super::outbox::{
    Claimed, claim, enqueue, enqueue_for_guild, mark_retry, mark_sent, next_due, supersede_for,
};
use super::*;
use crate::domain::digest::{DigestDays, DigestRule};
use crate::domain::ids::{HandOffNumber, UserId};
use crate::domain::news::News;
use crate::domain::notice::{CopyTo, Notice};
use crate::domain::recurrence::Occurrence;

const NORA: UserId = UserId(71);
const OLAF: UserId = UserId(72);

fn news(to: UserId, number: i64) -> Notice {
    let news = vec![News::Held];
    Notice::News { to, number, news }
}

fn a_digest(to: UserId) -> Notice {
    Notice::Digest {
        to,
        local: "2026-12-02T09:00:00".parse().unwrap(),
        zone: "Europe/London".parse().unwrap(),
        due: at("2026-12-02T09:00:00Z"),
    }
}

async fn next(connection: &mut Connection) -> Option<Notice> {
    match claim(connection, now(), chrono::TimeDelta::seconds(60))
        .await
        .unwrap()?
    {
        Claimed::Row(claim) => Some(claim.notice),
        unreadable @ Claimed::Unreadable { .. } => panic!("{unreadable:?}"),
    }
}

/// What one person is told of one release leaves in its order; it waits for nobody else, and nobody else for it.
#[tokio::test]
async fn each_person_has_an_order() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    let mut transaction = place.write().await;
    let wished = [
        news(NORA, 1),
        Notice::Brief,
        news(NORA, 2),
        news(OLAF, 1),
        Notice::Board,
    ];
    for notice in &wished {
        enqueue(&mut transaction, release.id, notice, now())
            .await
            .unwrap();
    }
    let (early, due) = (a_digest(NORA), at("2026-12-02T10:30:00Z"));
    enqueue_for_guild(&mut transaction, GUILD, &early, due)
        .await
        .unwrap();
    let first = claim(&mut transaction, due, chrono::TimeDelta::hours(6))
        .await
        .unwrap();
    let Some(Claimed::Row(first)) = first else {
        panic!("{first:?}");
    };
    assert_eq!(first.notice, early, "it is the only one that is due");
    let mut left = Vec::new();
    while let Some(notice) = next(&mut transaction).await {
        left.push(notice);
    }
    // All that is under way: a message of each order. The board stands aside of the release's order, behind its message.
    assert_eq!(left, [news(NORA, 1), Notice::Brief, news(OLAF, 1)]);
    assert!(
        mark_sent(&mut transaction, &first, None, now(), now())
            .await
            .unwrap()
    );
    assert_eq!(next(&mut transaction).await, None, "another order ends");
}

#[tokio::test]
async fn what_waits_for_a_person_is_withdrawn_alone() {
    let place = Place::new().await;
    let (release, other) = (
        place.started(GUILD, "7.2.1").await,
        place.started(GUILD, "7.2.2").await,
    );
    let mut transaction = place.write().await;
    for (release, to) in [(release.id, NORA), (other.id, NORA), (release.id, OLAF)] {
        enqueue(&mut transaction, release, &news(to, 1), now())
            .await
            .unwrap();
    }
    enqueue_for_guild(&mut transaction, GUILD, &a_digest(NORA), now())
        .await
        .unwrap();
    let is_news = |notice: &Notice| matches!(notice, Notice::News { .. });
    let mut withdrawn = async |release, which: fn(&Notice) -> bool| {
        supersede_for(&mut transaction, GUILD, NORA, release, which, now())
            .await
            .unwrap()
    };
    assert_eq!(withdrawn(Some(release.id), is_news).await, 1);
    assert_eq!(withdrawn(None, |_| true).await, 2);
    assert_eq!(next(&mut transaction).await, Some(news(OLAF, 1)));
    assert_eq!(next(&mut transaction).await, None);
}

#[tokio::test]
async fn people_follow_releases_in_flight() {
    let place = Place::new().await;
    let mut release = place.started(GUILD, "7.2.1").await;
    let other = place.started(GUILD, "7.2.2").await;
    let elsewhere = place.started(OTHER_GUILD, "7.2.1").await;
    let mut transaction = place.write().await;
    for id in [other.id, release.id, elsewhere.id] {
        assert!(
            followers::follow(&mut transaction, id, NORA, now())
                .await
                .unwrap()
        );
    }
    assert!(
        !followers::follow(&mut transaction, release.id, NORA, now())
            .await
            .unwrap()
    );
    assert!(
        followers::follow(&mut transaction, release.id, OLAF, now())
            .await
            .unwrap()
    );
    let of = followers::of_release(&mut transaction, release.id).await.unwrap();
    assert_eq!(of, [NORA, OLAF]);
    transaction.commit().await.unwrap();
    let followed = async |guild| {
        let followed = followers::followed(&mut *place.read().await, guild, NORA)
            .await
            .unwrap();
        followed
            .into_iter()
            .map(|followed: Followed| followed.name)
            .collect::<Vec<_>>()
    };
    assert_eq!(followed(GUILD).await, ["7.2.1", "7.2.2"]);
    let closed = Event::Closed {
        override_reason: None,
        open: Vec::new(),
    };
    place
        .happen(&mut release, &closed, stamp(1, "2026-12-02T12:00:00Z"))
        .await
        .unwrap();
    assert_eq!(followed(GUILD).await, ["7.2.2"], "what is over is not followed");
    let mut transaction = place.write().await;
    assert!(
        followers::unfollow(&mut transaction, other.id, NORA)
            .await
            .unwrap()
    );
    assert!(
        !followers::unfollow(&mut transaction, other.id, NORA)
            .await
            .unwrap()
    );
    followers::unfollow_all(&mut transaction, GUILD, NORA)
        .await
        .unwrap();
    let of = followers::of_release(&mut transaction, release.id).await.unwrap();
    assert_eq!(of, [OLAF]);
    transaction.commit().await.unwrap();
    assert_eq!(
        followed(OTHER_GUILD).await,
        ["7.2.1"],
        "another server is another matter"
    );
}

#[tokio::test]
async fn who_refuses_is_remembered_until_they_ask_again() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    let refused = Refused {
        at: now(),
        releases: vec![release.key],
        digest: true,
    };
    let mut transaction = place.write().await;
    followers::refuse(&mut transaction, GUILD, NORA, &refused)
        .await
        .unwrap();
    let again = Refused {
        digest: false,
        ..refused
    };
    followers::refuse(&mut transaction, GUILD, NORA, &again)
        .await
        .unwrap();
    let known = async |transaction: &mut Transaction, guild| {
        followers::refused(transaction, guild, NORA).await.unwrap()
    };
    assert_eq!(known(&mut transaction, GUILD).await, Some(again));
    assert_eq!(known(&mut transaction, OTHER_GUILD).await, None);
    followers::forgive(&mut transaction, GUILD, NORA).await.unwrap();
    assert_eq!(known(&mut transaction, GUILD).await, None);
}

#[tokio::test]
async fn a_digest_waits_comes_once_and_ends() {
    let place = Place::new().await;
    let rule = DigestRule {
        at: "09:00:00".parse().unwrap(),
        zone: "Europe/London".parse().unwrap(),
        days: DigestDays::Every,
    };
    let mut transaction = place.write().await;
    assert_eq!(
        digests::of_person(&mut transaction, GUILD, NORA).await.unwrap(),
        None
    );
    digests::choose(&mut transaction, GUILD, NORA, rule, true, now())
        .await
        .unwrap();
    assert!(digests::is_waking(&mut transaction, now()).await.unwrap());
    let digest = digests::waking(&mut transaction, now()).await.unwrap().unwrap();
    assert_eq!(
        (digest.guild, digest.user, digest.rule, digest.on, digest.waiting),
        (GUILD, NORA, rule, true, None)
    );
    let waiting = Occurrence {
        local: "2026-12-03T09:00:00".parse().unwrap(),
        at: at("2026-12-03T09:00:00Z"),
    };
    digests::looked(&mut transaction, &digest, Some(&waiting))
        .await
        .unwrap();
    assert!(!digests::is_waking(&mut transaction, now()).await.unwrap());
    let next = digests::next_wakeup(&mut transaction).await.unwrap();
    assert_eq!(next, Some(waiting.at));
    let digest = digests::waking(&mut transaction, waiting.at)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(digest.waiting, Some(waiting));
    let mut settle = async |outcome| {
        digests::settle(&mut transaction, &digest, &waiting, outcome, waiting.at)
            .await
            .unwrap()
    };
    assert!(settle(Outcome::Came).await);
    assert!(!settle(Outcome::Missed).await, "it has come");
    digests::looked(&mut transaction, &digest, None).await.unwrap();
    assert_eq!(digests::next_wakeup(&mut transaction).await.unwrap(), None);
    digests::look_again(&mut transaction, Some(OTHER_GUILD))
        .await
        .unwrap();
    assert!(!digests::is_waking(&mut transaction, now()).await.unwrap());
    digests::look_again(&mut transaction, Some(GUILD)).await.unwrap();
    assert!(digests::is_waking(&mut transaction, now()).await.unwrap());
    assert!(digests::end(&mut transaction, GUILD, NORA).await.unwrap());
    assert!(!digests::end(&mut transaction, GUILD, NORA).await.unwrap());
    digests::look_again(&mut transaction, None).await.unwrap();
    assert!(!digests::is_waking(&mut transaction, now()).await.unwrap());
    let ended = digests::of_person(&mut transaction, GUILD, NORA)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((ended.on, ended.rule, ended.waiting), (false, rule, None));
    // One that cannot be read stands in nobody's way.
    digests::choose(&mut transaction, GUILD, NORA, rule, true, now())
        .await
        .unwrap();
    digests::choose(&mut transaction, GUILD, OLAF, rule, true, now())
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    place
        .break_with("UPDATE digest SET zone = 'Nowhere' WHERE user_id = 71")
        .await;
    let mut transaction = place.write().await;
    let digest = digests::waking(&mut transaction, now()).await.unwrap().unwrap();
    assert_eq!(digest.user, OLAF);
}

fn copy(number: i64, place: u32) -> Notice {
    let address = format!("copy{place}@example.com").parse().unwrap();
    Notice::HandOffMail {
        number: HandOffNumber(number),
        to: CopyTo::Always { place, address },
    }
}

/// Mail holds up nothing of the chat, and an address that does not take it no other one. One mail of all guilds is under
/// way at a time, so that a server that does not answer takes no more than one place.
#[tokio::test]
async fn mail_stands_in_orders_of_its_own() {
    let place = Place::new().await;
    place.started(GUILD, "7.2.1").await;
    place.started(OTHER_GUILD, "7.2.1").await;
    let mut transaction = place.write().await;
    let gaps = Notice::Gaps {
        roster: crate::domain::ids::RosterNumber(1),
        title: "QA".to_owned(),
        gaps: Vec::new(),
    };
    for notice in [copy(1, 1), copy(1, 2), copy(2, 1), gaps.clone()] {
        enqueue_for_guild(&mut transaction, GUILD, &notice, now())
            .await
            .unwrap();
    }
    enqueue_for_guild(&mut transaction, OTHER_GUILD, &copy(3, 1), now())
        .await
        .unwrap();
    let first = next(&mut transaction).await;
    assert_eq!(first, Some(gaps), "the chat does not wait, and the mail does");
    assert_eq!(next(&mut transaction).await, None);

    let due = now() + chrono::TimeDelta::seconds(30);
    let taken =
        async |transaction: &mut Transaction| match claim(transaction, due, chrono::TimeDelta::seconds(60))
            .await
            .unwrap()
        {
            Some(Claimed::Row(claim)) => Some(claim),
            other => {
                assert_eq!(other, None);
                None
            }
        };
    let held = taken(&mut transaction).await.unwrap();
    assert_eq!(held.notice, copy(1, 1));
    assert_eq!(taken(&mut transaction).await, None, "not even of another guild");
    let looks = next_due(&mut transaction).await.unwrap();
    let lease_ends = now() + chrono::TimeDelta::seconds(60);
    assert_eq!(looks, Some(lease_ends), "the chat's row has its lease until then");
    let later = due + chrono::TimeDelta::minutes(5);
    mark_retry(&mut transaction, &held, later, "451").await.unwrap();
    let mut left = Vec::new();
    while let Some(claim) = taken(&mut transaction).await {
        left.push(claim.notice.clone());
        assert!(mark_sent(&mut transaction, &claim, None, due, due).await.unwrap());
    }
    // The second of the first address waits behind the first one.
    left.retain(|notice| notice.copy_to().is_some());
    assert_eq!(left, [copy(1, 2), copy(3, 1)]);
}
