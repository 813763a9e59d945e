//! The outbox: order, leases, generations, retries, dead rows.

use chrono::TimeDelta;

use super::super::outbox::{
    CLAIM, Claim, Claimed, Dead, NEXT_DUE, OF_RELEASE, claim, date_back, dead, enqueue, enqueue_for_guild,
    expire, mark_dead, mark_retry, mark_sent, mark_waiting, next_due, rebase, release_leases, supersede,
};
use super::*;
use crate::domain::fixtures::phase;
use crate::domain::ids::MessageId;
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
        claimed.map(|claimed| match claimed {
            Claimed::Row(claim) => claim,
            other @ Claimed::Unreadable { .. } => panic!("{other:?}"),
        })
    }

    async fn sent(&self, claim: &Claim, posted: bool, now: DateTime<Utc>) -> bool {
        let mut transaction = self.write().await;
        let message = posted.then_some(MessageId(700));
        let done = mark_sent(&mut transaction, claim, message, now, now)
            .await
            .unwrap();
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
        let done = mark_dead(&mut transaction, claim, "forbidden", now())
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        done
    }

    async fn dead(&self, release: &Release) -> Vec<Dead> {
        dead(&mut *self.read().await, release.guild, Some(release.id))
            .await
            .unwrap()
    }

    async fn withdraw(&self, release: &Release, which: impl Fn(&Notice) -> bool) -> usize {
        let mut transaction = self.write().await;
        let count = supersede(&mut transaction, release.id, which, now())
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        count
    }

    async fn states(&self) -> Vec<String> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT state FROM outbox ORDER BY id")
            .fetch_all(&mut *self.read().await)
            .await
            .unwrap();
        rows.into_iter().map(|(state,)| state).collect()
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
    claim.map(|claim| {
        let release = claim
            .release
            .map_or_else(|| "guild".to_owned(), |release| release.to_string());
        format!("{release} {}", claim.notice.occasion())
    })
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

/// The board shows what is, so it neither waits nor holds anybody back. One message of a release is under way at a time
/// all the same, so that a channel is read in the order in which it was written.
#[tokio::test]
async fn the_board_stands_outside_the_order() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    for notice in [Notice::Brief, Notice::Board, reminder("code")] {
        place.wish(&release, &notice, now()).await;
    }
    let brief = place.claim(now()).await.unwrap();
    assert_eq!(brief.notice, Notice::Brief);
    assert_eq!(place.claim(now()).await, None, "one at a time");
    assert_eq!(place.due().await, Some(now() + LEASE));
    place.retry(&brief, later(600)).await;
    let board = place.claim(now()).await.unwrap();
    assert_eq!(board.notice, Notice::Board, "it waits for nobody");
    place.retry(&board, later(700)).await;
    assert_eq!(place.claim(now()).await, None, "the reminder waits for the brief");
    let brief = place.claim(later(600)).await.unwrap();
    assert!(place.sent(&brief, true, later(600)).await);
    assert_eq!(
        place.claim(later(600)).await.unwrap().notice,
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
    assert_eq!(release_leases(&mut transaction, now()).await.unwrap(), 1);
    assert_eq!(release_leases(&mut transaction, now()).await.unwrap(), 0);
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
    let listed = place.dead(&release).await;
    let expected =
        [(1, Notice::Brief), (2, Notice::Board), (3, Notice::Announce)].map(|(row, notice)| Dead {
            row,
            release: Some(release.id),
            notice: Some(notice),
            why: "forbidden".to_owned(),
            since: now(),
        });
    assert_eq!(listed, expected);
    assert_eq!(place.dead(&other).await, []);
    assert_eq!(place.due().await, None);
    place.wish(&release, &Notice::Board, now()).await;
    assert_eq!(
        place.claim(now()).await.unwrap().attempts,
        2,
        "a new wish revives a dead board, and what was tried before counts"
    );
    assert_eq!(place.dead(&release).await.len(), 2);
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

/// A row that no program can read does not stop those behind it, and is there to be seen.
#[tokio::test]
async fn a_row_that_cannot_be_read_is_set_aside() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Brief, now()).await;
    place.wish(&release, &Notice::Announce, now()).await;
    place
        .break_with("UPDATE outbox SET notice = '{\"notice\":\"sing\"}' WHERE id = 1")
        .await;
    let mut transaction = place.write().await;
    let claimed = claim(&mut transaction, now(), LEASE).await.unwrap();
    transaction.commit().await.unwrap();
    let why = "outbox 1 holds a notice that cannot be read".to_owned();
    let unreadable = Claimed::Unreadable {
        row: 1,
        guild: GUILD,
        release: Some(release.id),
        why: why.clone(),
    };
    assert_eq!(claimed, Some(unreadable));
    let listed = place.dead(&release).await;
    assert_eq!((listed[0].notice.as_ref(), &listed[0].why), (None, &why));
    assert_eq!(place.claim(now()).await.unwrap().notice, Notice::Announce);
    place
        .break_with("UPDATE outbox SET due_at = 9223372036854775807")
        .await;
    let due = next_due(&mut *place.read().await).await;
    assert_eq!(corrupt(due), "outbox 0 holds an instant that cannot be read");
}

/// What a guild hears without a release has an order of its own, and its own keys.
#[tokio::test]
async fn a_guild_speaks_without_a_release() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    let mut transaction = place.write().await;
    for guild in [GUILD, OTHER_GUILD] {
        for notice in [Notice::Brief, Notice::Announce, Notice::Brief] {
            enqueue_for_guild(&mut transaction, guild, &notice, now())
                .await
                .unwrap();
        }
    }
    enqueue(&mut transaction, release.id, &Notice::Brief, now())
        .await
        .unwrap();
    let nowhere = enqueue(&mut transaction, ReleaseId(99), &Notice::Brief, now()).await;
    assert!(nowhere.is_err(), "no such release");
    transaction.commit().await.unwrap();
    let mut claims = Vec::new();
    while let Some(claim) = place.claim(now()).await {
        claims.push(claim);
    }
    let whose: Vec<_> = claims.iter().map(|claim| (claim.guild, claim.release)).collect();
    assert_eq!(
        whose,
        [(GUILD, None), (OTHER_GUILD, None), (GUILD, Some(release.id))]
    );
    assert!(place.give_up(&claims[0]).await);
    assert!(place.sent(&claims[1], true, now()).await);
    let in_guild = dead(&mut *place.read().await, GUILD, None).await.unwrap();
    assert_eq!(in_guild.len(), 1);
    assert_eq!(
        place.claim(now()).await.unwrap().notice,
        Notice::Announce,
        "a row that is dead holds nobody back"
    );
    assert_eq!(place.states().await.len(), 5, "each occasion once");
}

#[tokio::test]
async fn what_is_withdrawn_does_not_leave() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    let other = place.started(GUILD, "7.2.2").await;
    for notice in [reminder("code"), Notice::Brief, reminder("test")] {
        place.wish(&release, &notice, now()).await;
    }
    place.wish(&other, &reminder("code"), now()).await;
    let reminders = |notice: &Notice| matches!(notice, Notice::Reminder { .. });
    let sending = place.claim(now()).await.unwrap();
    assert_eq!(sending.notice, reminder("code"));
    assert_eq!(place.withdraw(&release, reminders).await, 2);
    assert_eq!(
        place.states().await,
        ["leased", "pending", "superseded", "pending"]
    );
    place.retry(&sending, later(30)).await;
    assert_eq!(place.states().await[0], "superseded", "it is not tried again");
    let brief = place.claim(now()).await.unwrap();
    assert_eq!((brief.release, &brief.notice), (Some(release.id), &Notice::Brief));
    assert!(place.sent(&brief, true, now()).await);
    assert_eq!(place.withdraw(&release, |_| true).await, 0);

    // The plan moved again: the same occasion has to be said after all, and is another message than the one that was
    // tried and may have arrived.
    place.wish(&release, &reminder("code"), later(60)).await;
    let rows = [
        place.claim(later(60)).await.unwrap(),
        place.claim(later(60)).await.unwrap(),
    ];
    let again = rows.iter().find(|claim| claim.row == sending.row).unwrap();
    assert_ne!(again.nonce(), sending.nonce());
    assert_eq!((again.attempts, again.first_attempt), (1, later(60)));
}

/// The one that is being sent may arrive; a wish that came after its withdrawal leaves as another message.
#[tokio::test]
async fn what_is_withdrawn_while_it_is_sent_may_finish() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &reminder("code"), now()).await;
    let sending = place.claim(now()).await.unwrap();
    assert_eq!(place.withdraw(&release, |_| true).await, 1);
    assert!(place.sent(&sending, true, later(1)).await);
    assert_eq!(place.states().await, ["sent"]);

    place.wish(&release, &reminder("test"), later(2)).await;
    let sending = place.claim(later(2)).await.unwrap();
    assert_eq!(place.withdraw(&release, |_| true).await, 1);
    place.wish(&release, &reminder("test"), later(3)).await;
    place.retry(&sending, later(4)).await;
    let again = place.claim(later(4)).await.unwrap();
    assert_eq!(again.row, sending.row);
    assert_ne!(again.nonce(), sending.nonce());
    assert_eq!(again.first_attempt, later(4));

    // A crash between withdrawal and answer.
    assert_eq!(place.withdraw(&release, |_| true).await, 1);
    let mut transaction = place.write().await;
    assert_eq!(release_leases(&mut transaction, later(5)).await.unwrap(), 1);
    transaction.commit().await.unwrap();
    assert_eq!(place.states().await, ["sent", "superseded"]);
}

/// The plan moved while the reminder was being sent, and the disk was full when its sender wanted to say so: nobody puts
/// the row back, and its lease ends. It is not said again for the old date, and is there for a plan that moves back.
#[tokio::test]
async fn what_is_withdrawn_is_not_sent_again_when_its_sender_is_lost() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    for notice in [reminder("code"), Notice::Brief] {
        place.wish(&release, &notice, now()).await;
    }
    let lost = place.claim(now()).await.unwrap();
    assert_eq!(
        place.withdraw(&release, |notice| *notice != Notice::Brief).await,
        1
    );
    assert_eq!(place.due().await, Some(now() + LEASE));
    let next = place.claim(now() + LEASE).await.unwrap();
    assert_eq!(next.notice, Notice::Brief, "the next row of the order leaves");
    assert_eq!(place.states().await, ["superseded", "leased"]);
    assert!(
        !place.sent(&lost, true, later(61)).await,
        "the lost sender comes too late to be believed"
    );

    assert!(place.sent(&next, true, later(62)).await);
    place.wish(&release, &reminder("code"), later(63)).await;
    let again = place.claim(later(63)).await.unwrap();
    assert_eq!(again.row, lost.row);
    assert_ne!(
        again.nonce(),
        lost.nonce(),
        "the lost one may have arrived, and is another message"
    );
}

#[tokio::test]
async fn what_has_expired_does_not_leave() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    let day_start = Notice::Reminder {
        phase: phase("code"),
        moment: Moment::DayStart,
        due: now(),
        instead_of: Vec::new(),
    };
    let expires = day_start.expires(now()).unwrap();
    place.wish(&release, &day_start, now()).await;
    place.wish(&release, &Notice::Brief, now()).await;
    let claim = place.claim(now()).await.unwrap();
    place.retry(&claim, expires + TimeDelta::hours(1)).await;
    assert_eq!(place.due().await, Some(expires), "not an hour later");
    let mut transaction = place.write().await;
    assert_eq!(
        expire(&mut transaction, expires - TimeDelta::seconds(1))
            .await
            .unwrap(),
        []
    );
    let expired = expire(&mut transaction, expires).await.unwrap();
    assert_eq!(expired[0].notice, Some(day_start));
    assert_eq!(expire(&mut transaction, expires).await.unwrap(), []);
    transaction.commit().await.unwrap();
    assert_eq!(place.states().await, ["expired", "pending"]);
    assert_eq!(place.claim(expires).await.unwrap().notice, Notice::Brief);
}

/// The platform asked to wait, so that nothing was tried; and the first attempt is remembered over all others.
#[tokio::test]
async fn a_wait_is_no_attempt() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Brief, now()).await;
    for (seconds, attempts, first, waits) in [
        (0, 1, 0, true),
        (10, 1, 10, false),
        (20, 2, 10, true),
        (30, 2, 10, false),
        (40, 3, 10, false),
    ] {
        let claim = place.claim(later(seconds)).await.unwrap();
        assert_eq!(
            (claim.attempts, claim.first_attempt),
            (attempts, later(first)),
            "{seconds}"
        );
        let mut transaction = place.write().await;
        if waits {
            mark_waiting(&mut transaction, &claim, later(seconds + 10), "asked")
                .await
                .unwrap();
        } else {
            mark_retry(&mut transaction, &claim, later(seconds + 10), "no answer")
                .await
                .unwrap();
        }
        transaction.commit().await.unwrap();
    }
}

/// What was refused in the end may have arrived before, so its first attempt is known in its next life as well.
#[tokio::test]
async fn a_wait_does_not_forget_what_was_tried_in_an_earlier_life() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Board, now()).await;
    let lost = place.claim(now()).await.unwrap();
    place.retry(&lost, later(1)).await;
    let refused = place.claim(later(1)).await.unwrap();
    let mut transaction = place.write().await;
    assert!(
        mark_dead(&mut transaction, &refused, "403", later(1))
            .await
            .unwrap()
    );
    transaction.commit().await.unwrap();
    place.wish(&release, &Notice::Board, later(600)).await;
    let revived = place.claim(later(600)).await.unwrap();
    assert_eq!(revived.nonce(), lost.nonce());
    let mut transaction = place.write().await;
    mark_waiting(&mut transaction, &revived, later(610), "asked")
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(place.claim(later(610)).await.unwrap().first_attempt, now());
}

/// The clock was set back: what was tried under the old one must not look young.
#[tokio::test]
async fn an_attempt_is_dated_back_and_never_forward() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Brief, now()).await;
    let claim = place.claim(later(60)).await.unwrap();
    place.retry(&claim, later(60)).await;
    for (latest, first) in [(later(70), later(60)), (now(), now()), (later(30), now())] {
        let mut transaction = place.write().await;
        date_back(&mut transaction, latest).await.unwrap();
        transaction.commit().await.unwrap();
        let claim = place.claim(later(60)).await.unwrap();
        assert_eq!(claim.first_attempt, first);
        place.retry(&claim, later(60)).await;
    }
}

/// A board that rests leaves when it has rested, with everything that was wished for meanwhile.
#[tokio::test]
async fn a_board_rests() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Board, now()).await;
    let board = place.claim(now()).await.unwrap();
    place.wish(&release, &Notice::Board, now()).await;
    let mut transaction = place.write().await;
    assert!(
        mark_sent(&mut transaction, &board, None, later(2), now())
            .await
            .unwrap()
    );
    transaction.commit().await.unwrap();
    assert_eq!(
        place.due().await,
        Some(later(2)),
        "with a wish made while it was sent"
    );
    let board = place.claim(later(2)).await.unwrap();
    let mut transaction = place.write().await;
    assert!(
        mark_sent(&mut transaction, &board, None, later(4), later(2))
            .await
            .unwrap()
    );
    transaction.commit().await.unwrap();
    place.wish(&release, &Notice::Board, later(3)).await;
    assert_eq!(place.due().await, Some(later(4)), "with a wish made after it");
}

/// The clock was set back by an hour: what was due in a minute is not due in an hour and a minute.
#[tokio::test]
async fn what_waits_follows_a_clock_that_was_set_back() {
    let place = Place::new().await;
    let release = place.started(GUILD, "7.2.1").await;
    place.wish(&release, &Notice::Brief, now()).await;
    let claim = place.claim(now()).await.unwrap();
    place.retry(&claim, later(60)).await;
    let back = now() - TimeDelta::hours(1);
    let mut transaction = place.write().await;
    assert_eq!(
        rebase(&mut transaction, back + TimeDelta::minutes(15))
            .await
            .unwrap(),
        1
    );
    transaction.commit().await.unwrap();
    assert_eq!(place.due().await, Some(back + TimeDelta::minutes(15)));
}

/// Among 100,000 rows of history, the row of an occasion is found by all three of its columns.
#[tokio::test]
async fn the_row_of_an_occasion_is_found_by_its_index() {
    let place = Place::new().await;
    let mut reader = place.read().await;
    let plan: Vec<(i64, i64, i64, String)> =
        sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {OF_RELEASE}")))
            .bind(0)
            .bind("board")
            .fetch_all(&mut *reader)
            .await
            .unwrap();
    let by_all = "outbox_occasion (guild_id=? AND <expr>=? AND occasion=?)";
    assert!(plan.iter().any(|(.., step)| step.contains(by_all)), "{plan:?}");
}

/// With 100,000 rows of history and 10,000 that wait, claiming reads the heads alone, by indexes alone.
#[tokio::test]
async fn claiming_uses_indexes_alone() {
    let place = Place::new().await;
    let mut reader = place.read().await;
    for (what, sql) in [("claim", CLAIM), ("next due", NEXT_DUE)] {
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
                .bind(0)
                .bind(0)
                .fetch_all(&mut *reader)
                .await
                .unwrap();
        let steps: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
        let text = steps.join("; ");
        assert!(text.contains("outbox_next"), "{what}: {text}");
        assert!(text.contains("outbox_busy"), "{what}: {text}");
        assert!(!text.contains("TEMP B-TREE"), "{what}: {text}");
        for step in &steps {
            let whole = step.starts_with("SCAN") && !step.contains("USING");
            assert!(!whole, "{what}: {step}");
        }
    }
}
