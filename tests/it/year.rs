//! Some weeks of the year run (the proof "Year"), and that its account would show what is wrong.

#[path = "../year/mod.rs"]
mod weeks;

use simcord::MessageId;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use super::simulation::histories::chance;
use weeks::account::{Account, Class, account};
use weeks::diary::Diary;
use weeks::play::{Played, play, playbooks};

/// The bot is down at one time only once, in the whole year.
#[test]
fn absences_of_a_year_do_not_overlap() {
    let (dot, weekly) = playbooks().unwrap();
    for seed in 0..20 {
        let mut downs = Diary::of(seed, 52, &dot, &weekly).downs;
        downs.sort();
        assert!(downs.windows(2).all(|pair| pair[0].1 < pair[1].0), "{downs:?}");
    }
}

/// S5, S7, S8: each reminder that had to be is accounted for, in the file and at Discord. Then things are changed behind
/// the bot's back, and the account shows each of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn weeks_of_a_year_reconcile_and_what_is_tampered_with_does_not() {
    let data = tempfile::tempdir().unwrap();
    let mut played = play(0, 2, data.path()).await.unwrap();
    let told = account(&played).await.unwrap();
    assert_eq!(told.differences, Vec::<String>::new(), "{told}");
    for class in [
        Class::InTime,
        Class::Late,
        Class::Collapsed,
        Class::Dead,
        Class::Board,
    ] {
        assert!(told.classes.contains_key(&class), "nothing is {class:?}: {told}");
    }
    assert!(told.releases > 9 && told.expected > 300, "{told}");

    let sent = "SELECT MAX(id) FROM outbox WHERE state = 'sent' AND message_id IS NOT NULL AND notice LIKE '%calls%'";
    for (change, undo, shows) in [
        (
            format!("UPDATE outbox SET message_id = message_id + 1 WHERE id = ({sent})"),
            format!("UPDATE outbox SET message_id = message_id - 1 WHERE id = ({sent})"),
            "Discord never received it",
        ),
        (
            format!("UPDATE outbox SET state = 'pending' WHERE id = ({sent})"),
            "UPDATE outbox SET state = 'sent' WHERE state = 'pending' AND message_id IS NOT NULL".to_owned(),
            "is pending at the end",
        ),
        (
            "UPDATE reminder SET outcome = 'expired' WHERE rowid = (SELECT MIN(rowid) FROM reminder)"
                .to_owned(),
            "UPDATE reminder SET outcome = 'posted' WHERE rowid = (SELECT MIN(rowid) FROM reminder)"
                .to_owned(),
            "is expired and had to be posted",
        ),
        (
            "UPDATE reminder SET due_at = due_at + 1 WHERE rowid = (SELECT MIN(rowid) FROM reminder)"
                .to_owned(),
            "UPDATE reminder SET due_at = due_at - 1 WHERE rowid = (SELECT MIN(rowid) FROM reminder)"
                .to_owned(),
            "is settled and was not due",
        ),
    ] {
        change_file(&played, change).await;
        shows_that(&account(&played).await.unwrap(), shows);
        change_file(&played, undo).await;
    }

    let control = played.stage.control();
    let kept = played
        .received
        .iter()
        .find(|one| !played.deleted.contains(&one.channel));
    control.delete_message(kept.unwrap().id).unwrap();
    shows_that(&account(&played).await.unwrap(), "Discord does not have it");

    let mut again = played.received[0].clone();
    again.id = MessageId(again.id.0 + 1);
    played.received.push(again);
    let twice = account(&played).await.unwrap();
    shows_that(&twice, "the same was said twice");
    shows_that(&twice, "no row of the file is it");

    played.received.pop();
    played.received[0].at -= chrono::TimeDelta::hours(12);
    shows_that(&account(&played).await.unwrap(), "before it was due");
    played.acknowledged.ticks += 1;
    shows_that(&account(&played).await.unwrap(), "ticks were acknowledged");
    played.stage.close().await;
}

fn shows_that(account: &Account, text: &str) {
    let shown = account
        .differences
        .iter()
        .any(|difference| difference.contains(text));
    assert!(shown, "{text} is not among {:?}", account.differences);
}

async fn change_file(played: &Played, sql: String) {
    let options = SqliteConnectOptions::new().filename(played.stage.database());
    let mut file = SqliteConnection::connect_with(&options).await.unwrap();
    let done = sqlx::query(AssertSqlSafe(sql)).execute(&mut file).await.unwrap();
    assert_eq!(done.rows_affected(), 1);
    file.close().await.unwrap();
}
