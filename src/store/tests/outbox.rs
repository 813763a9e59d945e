//! The outbox: order, leases, generations, retries, dead rows.

use chrono::TimeDelta;

use super::super::outbox::{
    Claim, claim, dead, enqueue, mark_dead, mark_retry, mark_sent, next_due, release_leases,
};
use super::*;
use crate::domain::fixtures::phase;
use crate::domain::notice::Notice;
use crate::domain::reminder::Moment;

const LEASE: TimeDelta = TimeDelta::seconds(60);

impl Place {
    async fn wish(&self, release: &Release, notice: &Notice, now: DateTime<Utc>) {
        let mut transaction = self.write().await;
        enqueue(&mut transaction, release.id, notice, now).await.unwrap();
        transaction.commit().await.unwrap();
    }

    async fn claim(&self, now: DateTime<Utc>) -> Option<Claim> {
        let mut transaction = self.write().await;
        let claimed = claim(&mut transaction, now, LEASE).await.unwrap();
        transaction.commit().await.unwrap();
        claimed
    }

    async fn sent(&self, claim: &Claim, posted: bool, now: DateTime<Utc>) -> bool {
        let mut transaction = self.write().await;
        let done = mark_sent(&mut transaction, claim, posted, now).await.unwrap();
        transaction.commit().await.unwrap();
        done
    }

    async fn retry(&self, claim: &Claim, due: DateTime<Utc>) {
        let mut transaction = self.write().await;
        mark_retry(&mut transaction, claim, due, "no answer")
            .await
            .unwrap();
        transaction.commit().await.unwrap();
    }

    async fn give_up(&self, claim: &Claim) -> bool {
        let mut transaction = self.write().await;
        let done = mark_dead(&mut transaction, claim, "forbidden").await.unwrap();
        transaction.commit().await.unwrap();
        done
    }

    async fn due(&self) -> Option<DateTime<Utc>> {
        next_due(&mut *self.read().await).await.unwrap()
    }
}

fn reminder(id: &str) -> Notice {
    Notice::Reminder {
        phase: phase(id),
        moment: Moment::CutOff,
        due: now(),
        instead_of: Vec::new(),
    }
}

fn later(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

fn label(claim: Option<&Claim>) -> Option<String> {
    claim.map(|claim| format!("{} {}", claim.release, claim.notice.occasion()))
}

#[tokio::test]
async fn a_release_speaks_in_order_and_waits_for_no_other() {
    let place = Place::new().await;
    let first = place.started(GUILD, "7.2.1").await;
    let second = place.started(GUILD, "7.2.2").await;
    for release in [&first, &second] {
        for notice in [Notice::Brief, Notice::Announce] {
            place.wish(release, &notice, now()).await;
        }
    }
    let mut claims = Vec::new();
    while let Some(claim) = place.claim(now()).await {
        claims.push(claim);
    }
    let labels: Vec<_> = claims.iter().filter_map(|claim| label(Some(claim))).collect();
    assert_eq!(
        labels,
        ["1 brief", "2 brief"],
        "the second row of each waits for the first"
    );
    assert!(place.sent(&claims[1], true, now()).await);
    assert_eq!(
        label(place.claim(now()).await.as_ref()).as_deref(),
        Some("2 announce")
    );
    place.retry(&claims[0], later(30)).await;
    assert_eq!(
        place.claim(later(29)).await,
        None,
        "a row that will be tried again keeps its place"
    );
    let again = place.claim(later(30)).await.unwrap();
    assert_eq!(
        (label(Some(&again)).as_deref(), again.attempts),
        (Some("1 brief"), 2)
    );
    assert!(place.give_up(&again).await);
    assert_eq!(
        label(place.claim(later(30)).await.as_ref()).as_deref(),
        Some("1 announce"),
        "a dead row holds nobody back"
    );
}

/// The board shows what is, so it neither waits nor holds anybody back.
#[tokio::test]
async fn the_board_stands_outside_the_order() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    for notice in [Notice::Brief, Notice::Board, reminder("code")] {
        place.wish(&release, &notice, now()).await;
    }
    let brief = place.claim(now()).await.unwrap();
    let board = place.claim(now()).await.unwrap();
    assert_eq!((&brief.notice, &board.notice), (&Notice::Brief, &Notice::Board));
    assert_eq!(place.claim(now()).await, None, "the reminder waits for the brief");
    place.retry(&board, later(600)).await;
    assert!(place.sent(&brief, true, now()).await);
    assert_eq!(
        place.claim(now()).await.unwrap().notice,
        reminder("code"),
        "and not for the board"
    );
}

#[tokio::test]
async fn a_notice_is_kept_once_and_the_board_is_renewed() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Brief, now()).await;
    let brief = place.claim(now()).await.unwrap();
    assert!(place.sent(&brief, true, now()).await);
    place.wish(&release, &Notice::Brief, now()).await;
    assert_eq!(place.claim(now()).await, None, "said once is said");
    for _ in 0..3 {
        place.wish(&release, &Notice::Board, now()).await;
    }
    let board = place.claim(now()).await.unwrap();
    assert!(place.sent(&board, true, now()).await);
    assert_eq!(place.claim(now()).await, None, "three wishes are one row");
    place.wish(&release, &Notice::Board, later(5)).await;
    assert_eq!(place.due().await, Some(later(5)));
    let again = place.claim(later(5)).await.unwrap();
    assert_eq!((again.row, again.attempts), (board.row, 1));
    assert!(again.generation > board.generation);
    assert_ne!(
        again.nonce(),
        board.nonce(),
        "a board that is posted anew is another message"
    );
}

/// A wish that comes while the board is being sent is not lost with the answer to the older one.
#[tokio::test]
async fn a_wish_made_while_leased_is_sent_after_it() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Board, now()).await;
    let sending = place.claim(now()).await.unwrap();
    place.wish(&release, &Notice::Board, later(1)).await;
    assert_eq!(place.claim(later(1)).await, None, "one sender at a time");
    assert!(place.sent(&sending, true, later(2)).await);
    let newer = place.claim(later(2)).await.unwrap();
    assert_eq!(newer.row, sending.row);
    assert_eq!(newer.attempts, 1, "the newer wish begins anew");
    assert!(place.sent(&newer, false, later(3)).await);
    assert_eq!(place.claim(later(3)).await, None);
    assert_eq!(place.due().await, None);
}

#[tokio::test]
async fn an_expired_lease_goes_to_another_sender_and_the_first_is_fenced_out() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Brief, now()).await;
    let slow = place.claim(now()).await.unwrap();
    assert_eq!(place.due().await, Some(now() + LEASE));
    assert_eq!(place.claim(later(59)).await, None);
    let quick = place.claim(later(60)).await.unwrap();
    assert_eq!((quick.row, quick.attempts), (slow.row, 2));
    assert_eq!(
        quick.nonce(),
        slow.nonce(),
        "the platform can tell that it is the same message"
    );
    assert!(!place.sent(&slow, true, later(61)).await);
    place.retry(&slow, later(1000)).await;
    assert!(
        !place.give_up(&slow).await,
        "what the first one believes changes nothing"
    );
    assert_eq!(place.due().await, Some(later(60) + LEASE));
    assert!(place.sent(&quick, true, later(62)).await);
    assert!(!place.sent(&quick, true, later(62)).await, "sent is sent once");
}

#[tokio::test]
async fn leases_of_an_earlier_process_are_given_up() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Brief, now()).await;
    let before = place.claim(now()).await.unwrap();
    let mut transaction = place.write().await;
    assert_eq!(release_leases(&mut transaction).await.unwrap(), 1);
    assert_eq!(release_leases(&mut transaction).await.unwrap(), 0);
    transaction.commit().await.unwrap();
    let after = place.claim(later(1)).await.unwrap();
    assert_eq!(after.nonce(), before.nonce());
    assert!(!place.sent(&before, true, later(1)).await);
}

#[tokio::test]
async fn dead_rows_stay_with_their_error_in_order() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    let other = place.started(OTHER_GUILD, "7.2.1").await;
    for notice in [Notice::Brief, Notice::Board, Notice::Announce] {
        place.wish(&release, &notice, now()).await;
    }
    while let Some(claim) = place.claim(now()).await {
        assert!(place.give_up(&claim).await);
    }
    let all = [Notice::Brief, Notice::Board, Notice::Announce].map(|notice| (notice, "forbidden".to_owned()));
    assert_eq!(dead(&mut *place.read().await, release.id).await.unwrap(), all);
    assert_eq!(dead(&mut *place.read().await, other.id).await.unwrap(), []);
    assert_eq!(place.due().await, None);
    place.wish(&release, &Notice::Board, now()).await;
    assert_eq!(
        place.claim(now()).await.unwrap().attempts,
        1,
        "a new wish revives a dead board"
    );
    assert_eq!(dead(&mut *place.read().await, release.id).await.unwrap().len(), 2);
}

/// Whoever waits for this instant must find something to do at it, else waiting becomes turning in circles.
#[tokio::test]
async fn what_is_due_next_can_be_claimed_then() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    assert_eq!(place.due().await, None);
    place.wish(&release, &Notice::Brief, now()).await;
    place.wish(&release, &Notice::Announce, now()).await;
    assert_eq!(place.due().await, Some(now()));
    let brief = place.claim(now()).await.unwrap();
    assert_eq!(
        place.due().await,
        Some(now() + LEASE),
        "the announcement waits for the brief"
    );
    place.retry(&brief, later(600)).await;
    assert_eq!(place.due().await, Some(later(600)));
    assert!(place.claim(later(600)).await.is_some());
}

#[tokio::test]
async fn corrupt_rows_are_reported() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Brief, now()).await;
    place
        .break_with("UPDATE outbox SET notice = '{\"notice\":\"sing\"}'")
        .await;
    let claimed = claim(&mut *place.write().await, now(), LEASE).await;
    assert_eq!(corrupt(claimed), "outbox 1 holds a notice that cannot be read");
    place.break_with("UPDATE outbox SET state = 'dead'").await;
    let listed = dead(&mut *place.read().await, release.id).await;
    assert_eq!(corrupt(listed), "outbox 1 holds a notice that cannot be read");
    place
        .break_with("UPDATE outbox SET state = 'pending', due_at = 9223372036854775807")
        .await;
    let due = next_due(&mut *place.read().await).await;
    assert_eq!(corrupt(due), "outbox 0 holds an instant that cannot be read");
}
