//! Troubles of the bot itself: they stop nobody else, and operators hear of them once.

use chrono::TimeDelta;

use super::*;
use crate::domain::fixtures::date;
use crate::domain::ids::ReleaseKey;
use crate::domain::notice::Warning;

const OPERATIONS: ChannelId = ChannelId(900);

impl Place {
    /// Release 7.2.1 in a guild with an operations channel, and everything sent.
    async fn with_operators() -> Self {
        let place = Self::new().await;
        let mut administrator = person(90, RILEY.0, &[]);
        administrator.administrator = true;
        let change = [SetupChange::Operations(OPERATIONS)];
        place.app.choose(&administrator, &change).await.unwrap();
        place.running().await;
        place.app.tick(at(START)).await.unwrap();
        place.send_all(at(START)).await;
        place
    }
}

/// A release that cannot be read is set aside; its guild hears of it once, also over a restart, and sees the others.
#[tokio::test]
async fn a_release_that_cannot_be_read_is_told_and_hides_no_other() {
    let place = Place::with_operators().await;
    let other = StartRequest {
        version: "7.2.2".to_owned(),
        ..request()
    };
    place.app.start(&riley(3), &other, at(START)).await.unwrap();
    place.send_all(at(START)).await;
    place
        .app
        .store()
        .break_with("UPDATE release SET playbook = '{}', wake_at = 0 WHERE id = 1")
        .await;
    let warning = Warning::ReleaseUnreadable {
        release: ReleaseKey::new(date("2026-12-01"), 1),
        why: "release 1 holds a playbook that cannot be read".to_owned(),
    };
    let noon = at("2026-12-01T20:00:00Z");
    place.app.tick(noon).await.unwrap();
    assert_eq!(place.send_all(noon).await, [Notice::Warning { warning }]);
    place.app.recover(noon).await.unwrap();
    place.app.tick(noon).await.unwrap();
    assert_eq!(place.send_all(noon).await, [], "it was told before");

    let others = place.app.in_flight(&guest()).await.unwrap();
    let versions: Vec<&str> = others.iter().map(|view| view.release.version.as_str()).collect();
    assert_eq!(versions, ["7.2.2"]);
    let keys = |numbers: &[u32]| -> Vec<ReleaseKey> {
        let key = |number: &u32| ReleaseKey::new(date("2026-12-01"), *number);
        numbers.iter().map(key).collect()
    };
    assert_eq!(place.app.unreadable(&guest()).await.unwrap(), keys(&[1]));

    // The same where it is not the release that cannot be read, but what it was reminded of.
    place
        .app
        .store()
        .break_with("INSERT INTO reminder VALUES (2, 0, 'code', 'nag', 'a stranger', 0, 'posted')")
        .await;
    place.app.recover(noon).await.unwrap();
    place.app.tick(noon).await.unwrap();
    let sent = place.send_all(noon).await;
    assert!(matches!(sent.as_slice(), [Notice::Warning { .. }]), "{sent:?}");
    assert_eq!(place.app.unreadable(&guest()).await.unwrap(), keys(&[1, 2]));
}

/// What waits of a release that cannot be read any more is dead, told, and stops nothing else.
#[tokio::test]
async fn a_message_that_cannot_be_read_is_told() {
    let place = Place::with_operators().await;
    let now = at("2026-12-01T20:00:00Z");
    let hold = Command::Hold {
        reason: "Waiting".to_owned(),
    };
    place
        .act(&riley(10), &hold, "2026-12-01T20:00:00Z")
        .await
        .unwrap();
    place
        .app
        .store()
        .break_with("UPDATE outbox SET notice = '{\"notice\":\"sing\"}' WHERE occasion LIKE 'held:%'")
        .await;
    let sent = place.send_all(now).await;
    let [
        Notice::Board,
        Notice::Card { .. },
        Notice::Alert { what, why, .. },
    ] = sent.as_slice()
    else {
        panic!("{sent:?}")
    };
    assert_eq!(what, "a message");
    assert!(why.contains("a notice that cannot be read"), "{why}");

    // The same where the message is whole and its release is not.
    let resume = Command::Resume;
    place
        .act(&riley(11), &resume, "2026-12-01T20:00:00Z")
        .await
        .unwrap();
    place
        .app
        .store()
        .break_with("UPDATE release SET playbook = '{}' WHERE id = 1")
        .await;
    let sent = place.send_all(now).await;
    let told: Vec<&str> = sent
        .iter()
        .map(|notice| match notice {
            Notice::Alert { what, .. } => what.as_str(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            "the board",
            "the draft of the announcement",
            "that the release goes on"
        ]
    );
}

/// S5: that a plan moved or stands still is told in the operations channel, word by word, where it cannot be posted.
#[tokio::test]
async fn a_move_that_nobody_could_be_told_is_told_to_operators() {
    let place = Place::with_operators().await;
    let hold = Command::Hold {
        reason: "Waiting".to_owned(),
    };
    place
        .act(&riley(10), &hold, "2026-12-01T20:00:00Z")
        .await
        .unwrap();
    let now = at("2026-12-01T20:00:00Z");
    let refused = || SendError::Refused {
        why: "Missing Permissions".to_owned(),
    };
    while let Some(delivery) = place.app.next_delivery(now).await.unwrap() {
        match &delivery.claim.notice {
            Notice::Alert { what, instead, .. } => {
                let expected = matches!(instead.as_deref(), Some(Notice::Held { .. }));
                assert_eq!(expected, what == "that the release is on hold", "{what}");
                let posted = Ok(Receipt::Posted(MessageId(601)));
                place
                    .app
                    .record(&delivery.claim, posted, PAUSES, now)
                    .await
                    .unwrap();
            }
            _ => {
                let result = Err(refused());
                place
                    .app
                    .record(&delivery.claim, result, PAUSES, now)
                    .await
                    .unwrap();
            }
        }
    }
    let events = place.events().await;
    let told = |what: &str| {
        let is = |event: &&Event| matches!(event, Event::NotDelivered { what: known, .. } if known == what);
        events.iter().filter(is).count()
    };
    assert_eq!(told("that the release is on hold"), 1);
    let letters = place.app.dead_letters(&riley(12)).await.unwrap();
    let labels: Vec<&str> = letters.iter().map(|letter| letter.what).collect();
    assert_eq!(
        labels,
        [
            "the board",
            "the draft of the announcement",
            "that the release is on hold"
        ]
    );
}

/// Long before Discord would ban the bot nothing is sent for ten minutes; operators see it meanwhile, and hear of it once.
#[tokio::test]
async fn too_many_refusals_silence_the_bot_and_are_told_once() {
    let place = Place::with_operators().await;
    let now = at("2026-12-01T20:00:00Z");
    place
        .act(&riley(10), &tick("announce"), "2026-12-01T20:00:00Z")
        .await
        .unwrap();
    for _ in 0..4_999 {
        place.app.refused(now);
    }
    assert_eq!(place.app.silent_until(now).await.unwrap(), None);
    place.app.refused(now);
    let over = now + TimeDelta::minutes(10);
    for _ in 0..3 {
        assert_eq!(place.app.silent_until(now).await.unwrap(), Some(over));
    }
    assert!(place.app.health().is_in_trouble(Part::Refusals));

    let warning = Warning::TooManyRefusals { since: now };
    let mut sent = place.send_all(over).await;
    sent.sort_by_key(Notice::occasion);
    assert_eq!(sent, [Notice::Board, Notice::Warning { warning }]);
    assert!(!place.app.health().is_in_trouble(Part::Refusals), "it is over");
}
