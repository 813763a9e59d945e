//! What becomes of a row: sent, tried again, given up, and what follows.

use std::time::Duration;

use chrono::TimeDelta;

use super::*;

fn unclear() -> Result<Receipt, SendError> {
    Err(SendError::Unclear {
        why: "no answer".to_owned(),
    })
}

fn refused() -> Result<Receipt, SendError> {
    Err(SendError::Refused {
        why: "Discord answered 403 (50013): Missing Permissions".to_owned(),
    })
}

fn not_delivered(what: &str, why: &str) -> Event {
    Event::NotDelivered {
        what: what.to_owned(),
        why: why.to_owned(),
    }
}

/// Full jitter: any share of a limit that doubles with each attempt, up to a quarter of an hour.
#[tokio::test]
async fn pauses_grow_and_stay_within_their_bounds() {
    for share in [0.0, 0.5, 0.999_999] {
        let place = Place::new().await;
        place.app.start(&riley(2), &request(), at(START)).await.unwrap();
        let mut now = at(START);
        for attempt in 1..=20_u32 {
            let delivery = place.claimed(&Notice::OpenChannel, now).await;
            assert_eq!(delivery.claim.attempts, attempt);
            assert_eq!(delivery.claim.first_attempt, at(START));
            let pauses = Pauses { share, ..PAUSES };
            place
                .app
                .record(&delivery.claim, unclear(), pauses, now)
                .await
                .unwrap();
            let due = place.app.next_attempt().await.unwrap().unwrap();
            let limit = TimeDelta::minutes(15).min(TimeDelta::seconds(1 << attempt));
            let expected = limit.to_std().unwrap().mul_f64(share);
            let difference = (due - now).to_std().unwrap().abs_diff(expected);
            assert!(
                difference < Duration::from_millis(2),
                "{share} {attempt}: {}",
                due - now
            );
            now = due;
        }
    }
}

#[tokio::test]
async fn a_wait_is_as_long_as_told_and_a_refused_token_waits_for_an_operator() {
    for (error, pause) in [
        (
            SendError::Wait {
                after: Duration::from_millis(1500),
            },
            TimeDelta::milliseconds(1500),
        ),
        (
            SendError::Wait {
                after: Duration::from_secs(3600),
            },
            TimeDelta::hours(1),
        ),
        (
            SendError::Wait {
                after: Duration::from_secs(10_000_000_000_000),
            },
            TimeDelta::days(1),
        ),
        (SendError::Wait { after: Duration::MAX }, TimeDelta::days(1)),
        (SendError::Unauthorised, TimeDelta::minutes(15)),
    ] {
        let place = Place::new().await;
        place.app.start(&riley(2), &request(), at(START)).await.unwrap();
        let delivery = place.claimed(&Notice::OpenChannel, at(START)).await;
        let name = error.to_string();
        place
            .app
            .record(&delivery.claim, Err(error), PAUSES, at(START))
            .await
            .unwrap();
        let due = place.app.next_attempt().await.unwrap();
        assert_eq!(due, Some(at(START) + pause), "{name}");
        assert_eq!(place.events().await.len(), 1, "nothing is told of it yet");
    }
}

/// What the platform refuses for good is on the record and shown to people; the rest goes on.
#[tokio::test]
async fn a_refused_message_is_visibly_dead() {
    let place = Place::new().await;
    place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    let channel = place.claimed(&Notice::OpenChannel, at(START)).await;
    place
        .app
        .record(&channel.claim, Ok(Receipt::Channel(CHANNEL)), PAUSES, at(START))
        .await
        .unwrap();
    let brief = place.claimed(&Notice::Brief, at(START)).await;
    place
        .app
        .record(&brief.claim, refused(), PAUSES, at(START))
        .await
        .unwrap();
    assert_eq!(place.send_all(at(START)).await, [Notice::Board, draft()]);
    let why = "Discord answered 403 (50013): Missing Permissions";
    assert_eq!(place.events().await[3], not_delivered("the brief", why));
    let release = place.view().await.release;
    assert_eq!(
        place.app.undelivered(&release).await.unwrap(),
        [Undelivered {
            note: brief.claim.row,
            what: "the brief",
            why: why.to_owned()
        }]
    );
}

/// A sender that was too slow is believed in nothing: neither that it succeeded nor that it was refused.
#[tokio::test]
async fn an_answer_after_the_lease_changes_nothing() {
    let place = Place::new().await;
    place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    let slow = place.claimed(&Notice::OpenChannel, at(START)).await;
    let later = at("2026-12-01T17:01:00Z");
    let quick = place.claimed(&Notice::OpenChannel, later).await;
    for answer in [refused(), unclear(), Ok(Receipt::Channel(ChannelId(1)))] {
        place
            .app
            .record(&slow.claim, answer, PAUSES, later)
            .await
            .unwrap();
    }
    assert_eq!(place.events().await.len(), 1);
    place
        .app
        .record(&quick.claim, Ok(Receipt::Channel(CHANNEL)), PAUSES, later)
        .await
        .unwrap();
    assert_eq!(place.view().await.release.channel, Some(CHANNEL));
    assert_eq!(
        place.send_all(later).await,
        [Notice::Brief, Notice::Board, draft()]
    );
}

/// After a crash the rows that were being sent are sent by the next process, at once and under the same nonce.
#[tokio::test]
async fn recovery_takes_leased_rows_back() {
    let place = Place::new().await;
    place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    let before = place.claimed(&Notice::OpenChannel, at(START)).await;
    assert!(place.app.next_delivery(at(START)).await.unwrap().is_none());
    place.app.recover(at(START)).await.unwrap();
    let after = place.claimed(&Notice::OpenChannel, at(START)).await;
    assert_eq!(before.claim.nonce(), after.claim.nonce());
}

/// Somebody deleted the board: it is posted anew, as another message.
#[tokio::test]
async fn a_lost_board_comes_back() {
    let place = Place::new().await;
    place.running().await;
    place
        .act(&riley(10), &tick("announce"), "2026-12-02T12:00:00Z")
        .await
        .unwrap();
    let now = at("2026-12-02T12:00:00Z");
    let edit = place.claimed(&Notice::Board, now).await;
    assert_eq!(edit.about.release().unwrap().release.board, Some(BOARD));
    place
        .app
        .record(&edit.claim, Ok(Receipt::Lost), PAUSES, now)
        .await
        .unwrap();
    assert_eq!(place.view().await.release.board, None);
    let anew = place.claimed(&Notice::Board, now).await;
    assert_eq!(anew.about.release().unwrap().release.board, None);
    place
        .app
        .record(&anew.claim, Ok(Receipt::Posted(MessageId(700))), PAUSES, now)
        .await
        .unwrap();
    assert_eq!(place.view().await.release.board, Some(MessageId(700)));
    assert_eq!(
        place.events().await.split_off(6),
        [
            Event::BoardLost,
            Event::BoardPosted {
                message: MessageId(700)
            }
        ]
    );
    assert_eq!(place.send_all(now).await, []);
    assert_ne!(
        anew.claim.nonce(),
        format!("t{}.0", anew.claim.row),
        "the first board had that nonce"
    );
}

#[tokio::test]
async fn a_board_that_cannot_be_pinned_is_kept_and_told() {
    let place = Place::new().await;
    place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    let channel = place.claimed(&Notice::OpenChannel, at(START)).await;
    place
        .app
        .record(&channel.claim, Ok(Receipt::Channel(CHANNEL)), PAUSES, at(START))
        .await
        .unwrap();
    let brief = place.claimed(&Notice::Brief, at(START)).await;
    place
        .app
        .record(
            &brief.claim,
            Ok(Receipt::Posted(MessageId(601))),
            PAUSES,
            at(START),
        )
        .await
        .unwrap();
    let board = place.claimed(&Notice::Board, at(START)).await;
    let unpinned = Receipt::PostedUnpinned(BOARD, "Missing Permissions".to_owned());
    place
        .app
        .record(&board.claim, Ok(unpinned), PAUSES, at(START))
        .await
        .unwrap();
    assert_eq!(place.view().await.release.board, Some(BOARD));
    assert_eq!(
        place.events().await.split_off(3),
        [
            not_delivered("the pin of the board", "Missing Permissions"),
            Event::BoardPosted { message: BOARD }
        ]
    );
    assert_eq!(place.send_all(at(START)).await, [draft()]);
}

/// Everything was done before the reminder could leave: it stays silent, and the timeline does not say otherwise.
#[tokio::test]
async fn a_reminder_that_was_not_needed_is_not_told() {
    let place = Place::new().await;
    place.running().await;
    let morning = at("2026-12-03T17:00:00Z");
    place.app.tick(morning).await.unwrap();
    let board = place.claimed(&Notice::Board, morning).await;
    place
        .app
        .record(&board.claim, Ok(Receipt::Edited), PAUSES, morning)
        .await
        .unwrap();
    let reminder = place.app.next_delivery(morning).await.unwrap().unwrap();
    assert!(
        matches!(reminder.claim.notice, Notice::Calls { .. }),
        "{:?}",
        reminder.claim.notice
    );
    place
        .app
        .record(&reminder.claim, Ok(Receipt::Edited), PAUSES, morning)
        .await
        .unwrap();
    assert_eq!(place.events().await.len(), 5);
}

/// A reminder that may be there twice was said: who was called is on the record beside the doubt.
#[tokio::test]
async fn a_reminder_that_may_be_there_twice_was_said() {
    let place = Place::new().await;
    place.running().await;
    let morning = at("2026-12-03T17:00:00Z");
    place.app.tick(morning).await.unwrap();
    while let Some(delivery) = place.app.next_delivery(morning).await.unwrap() {
        let receipt = match delivery.claim.notice {
            Notice::Calls { .. } => Receipt::PostedAgain(MessageId(602)),
            _ => Receipt::Edited,
        };
        place
            .app
            .record(&delivery.claim, Ok(receipt), PAUSES, morning)
            .await
            .unwrap();
    }
    let events = place.events().await.split_off(5);
    let repeated = Event::PossiblyRepeated {
        what: "a reminder".to_owned(),
    };
    let [doubt, Event::Called { occasions }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(doubt, &repeated);
    assert!(!occasions.is_empty());
}

/// A delivery carries the release as it is when it leaves, not as it was when it was wished for.
#[tokio::test]
async fn a_delivery_shows_the_present() {
    let place = Place::new().await;
    place.running().await;
    place
        .act(&riley(10), &tick("announce"), "2026-12-02T12:00:00Z")
        .await
        .unwrap();
    place
        .act(&riley(11), &tick("merge"), "2026-12-02T12:00:01Z")
        .await
        .unwrap();
    let board = place.claimed(&Notice::Board, at("2026-12-02T12:00:02Z")).await;
    assert_eq!(board.about.release().unwrap().release.progress().done, 2);
    assert_eq!(board.now, at("2026-12-02T12:00:02Z"));
}

/// The channel is still on its way: there is no board to bring up to date, and the first one will show everything.
#[tokio::test]
async fn without_a_channel_the_board_is_not_tried() {
    let place = Place::new().await;
    place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    let channel = place.claimed(&Notice::OpenChannel, at(START)).await;
    place.act(&riley(10), &tick("announce"), START).await.unwrap();
    let nothing = place.app.next_delivery(at(START)).await.unwrap();
    assert_eq!(nothing.map(|delivery| delivery.claim.notice), None);
    place
        .app
        .record(&channel.claim, Ok(Receipt::Channel(CHANNEL)), PAUSES, at(START))
        .await
        .unwrap();
    assert_eq!(
        place.send_all(at(START)).await,
        [Notice::Brief, Notice::Board, draft()]
    );
}

/// Closed before Discord could open its channel: nobody is told that it starts.
#[tokio::test]
async fn a_release_that_was_closed_meanwhile_is_not_announced() {
    let place = Place::new().await;
    place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    let channel = place.claimed(&Notice::OpenChannel, at(START)).await;
    place.act(&riley(10), &close("Withdrawn"), START).await.unwrap();
    place
        .app
        .record(&channel.claim, Ok(Receipt::Channel(CHANNEL)), PAUSES, at(START))
        .await
        .unwrap();
    assert_eq!(
        place.send_all(at(START)).await,
        [
            Notice::Closed,
            Notice::Scorecard { number: 2 },
            Notice::Archive { number: 2 },
            Notice::Board
        ]
    );
}

/// What comes too late to be worth anything is left out, and the timeline says so.
#[tokio::test]
async fn an_expired_reminder_is_left_out_visibly() {
    let place = Place::new().await;
    place.running().await;
    let morning = at("2026-12-04T17:00:00Z");
    place.app.tick(morning).await.unwrap();
    let board = place.claimed(&Notice::Board, morning).await;
    place
        .app
        .record(&board.claim, Ok(Receipt::Edited), PAUSES, morning)
        .await
        .unwrap();
    let mut now = morning;
    while let Some(reminder) = place.app.next_delivery(now).await.unwrap() {
        assert!(now < at("2026-12-04T18:00:00Z"), "{now}");
        place
            .app
            .record(&reminder.claim, unclear(), PAUSES, now)
            .await
            .unwrap();
        now = place.app.next_attempt().await.unwrap().unwrap();
    }
    assert_eq!(
        now,
        at("2026-12-04T18:00:00Z"),
        "the cut-off of the day that it spoke of"
    );
    let expired = Event::Expired {
        what: "a reminder".to_owned(),
    };
    assert_eq!(place.events().await.last(), Some(&expired));
}

/// What arrived on a later attempt may show what the first one knew, so the board is brought up to date once more.
#[tokio::test]
async fn a_board_that_arrived_late_is_brought_up_to_date() {
    let place = Place::new().await;
    place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    let channel = place.claimed(&Notice::OpenChannel, at(START)).await;
    let opened = Ok(Receipt::Channel(CHANNEL));
    place
        .app
        .record(&channel.claim, opened, PAUSES, at(START))
        .await
        .unwrap();
    let brief = place.claimed(&Notice::Brief, at(START)).await;
    let posted = Ok(Receipt::PostedAgain(MessageId(601)));
    place
        .app
        .record(&brief.claim, posted, PAUSES, at(START))
        .await
        .unwrap();
    let repeated = Event::PossiblyRepeated {
        what: "the brief".to_owned(),
    };
    assert_eq!(place.events().await.last(), Some(&repeated));
    let board = place.claimed(&Notice::Board, at(START)).await;
    place
        .app
        .record(&board.claim, unclear(), PAUSES, at(START))
        .await
        .unwrap();
    let now = place.app.next_attempt().await.unwrap().unwrap();
    let again = place.claimed(&Notice::Board, now).await;
    place
        .app
        .record(&again.claim, Ok(Receipt::Posted(BOARD)), PAUSES, now)
        .await
        .unwrap();
    assert_eq!(place.send_all(now).await, [draft(), Notice::Board]);
}

/// Discord takes no more edits of the old board, so there is a new one.
#[tokio::test]
async fn a_worn_board_is_posted_anew() {
    let place = Place::new().await;
    place.running().await;
    let now = at("2026-12-02T12:00:00Z");
    place
        .act(&riley(10), &tick("announce"), "2026-12-02T12:00:00Z")
        .await
        .unwrap();
    let edit = place.claimed(&Notice::Board, now).await;
    place
        .app
        .record(&edit.claim, Ok(Receipt::Worn), PAUSES, now)
        .await
        .unwrap();
    assert_eq!(place.events().await.last(), Some(&Event::BoardWorn));
    assert_eq!(place.send_all(now).await, [Notice::Board]);
    assert_eq!(place.view().await.release.board, Some(BOARD));
}
