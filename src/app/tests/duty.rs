//! Duties and hand-offs, as time and people move them.

use super::*;
use crate::domain::handoff::{Audience, HandOffState};
use crate::domain::ids::{HandOffNumber, UserId};
use crate::domain::mail::Address;
use crate::domain::notice::{CopyTo, Notice};
use crate::store::{handoffs, outbox};

const ANN: u64 = 100_000_000_000_000_001;
const BEN: u64 = 100_000_000_000_000_002;

/// Berlin and then Los Angeles: 07:00–15:00 and 16:00–24:00 UTC in December.
const ROSTER: &str = "title = 'Release duty'\nrotation = 'daily'\n\
                      [[members]]\ndiscord = '100000000000000001'\nzone = 'Europe/Berlin'\nhours = '08:00-16:00'\n\
                      [[members]]\ndiscord = '100000000000000002'\nzone = 'America/Los_Angeles'\nhours = '08:00-16:00'\n";

/// A server with a roster and a channel for hand-offs, and a release in flight since the evening before.
async fn stage() -> Place {
    stage_with(None, ROSTER).await
}

/// The same where e-mail is sent.
async fn stage_with(copies: Option<&[&str]>, roster: &str) -> Place {
    let mut place = Place::new().await;
    if let Some(copies) = copies {
        let always: Vec<Address> = copies.iter().map(|copy| copy.parse().unwrap()).collect();
        place.app = place.app.with_mail(always);
    }
    let mut administrator = person(1, RILEY.0, &[]);
    administrator.administrator = true;
    let channel = SetupChange::HandOffs(ChannelId(700));
    place.app.choose(&administrator, &[channel]).await.unwrap();
    let name = "duty".parse().unwrap();
    let written = place
        .app
        .write_roster(&riley(901), &name, roster, 0, at(START))
        .await;
    assert!(written.unwrap().kept.roster.hands_over);
    place.running().await;
    place
}

/// Lets time pass to this instant, and returns what is said then.
async fn said(place: &Place, now: &str) -> Vec<Notice> {
    place.app.tick(at(now)).await.unwrap();
    place.send_all(at(now)).await
}

async fn state(place: &Place) -> HandOffState {
    let mut reader = place.app.store().read().await.unwrap();
    let kept = handoffs::of_number(&mut reader, GUILD, HandOffNumber(1))
        .await
        .unwrap();
    kept.unwrap().hand_off.state
}

fn calls(said: &[Notice]) -> Vec<Audience> {
    let calls = said.iter().filter_map(|notice| match notice {
        Notice::HandOffCall { call, .. } => Some(call.to.clone()),
        _ => None,
    });
    calls.collect()
}

/// S45: at the end of a shift each release and the channel for hand-offs hear of it once, however often time is looked at.
#[tokio::test]
async fn s45_the_end_of_a_shift_is_said_once() {
    let place = stage().await;
    said(&place, "2026-12-02T07:00:00Z").await;
    let note = said(&place, "2026-12-02T14:00:00Z").await;
    assert!(
        matches!(note[..], [Notice::HandOffNote { to: UserId(ANN), .. }]),
        "{note:?}"
    );
    let ends = said(&place, "2026-12-02T15:00:00Z").await;
    assert!(
        matches!(
            ends[..],
            [Notice::HandOffSummary { .. }, Notice::HandOff { .. }]
                | [Notice::HandOff { .. }, Notice::HandOffSummary { .. }]
        ),
        "{ends:?}"
    );
    assert_eq!(said(&place, "2026-12-02T15:00:00Z").await, []);
    assert_eq!(calls(&said(&place, "2026-12-02T15:59:59Z").await), []);
    let ben = Audience::People(vec![UserId(BEN)]);
    assert_eq!(calls(&said(&place, "2026-12-02T16:00:00Z").await), [ben]);
}

/// Whoever was to be called while the bot was away sleeps when it is back, and nobody is called; in the morning whoever
/// wanted to go is on again, and has the duty.
#[tokio::test]
async fn after_an_absence_nobody_is_called_at_night() {
    let place = stage().await;
    said(&place, "2026-12-02T07:00:00Z").await;
    said(&place, "2026-12-02T15:00:00Z").await;
    let back = said(&place, "2026-12-03T05:00:00Z").await;
    assert_eq!(calls(&back), [], "Ben sleeps, and the Release Manager");
    assert_eq!(calls(&said(&place, "2026-12-03T07:00:00Z").await), []);
    assert!(matches!(state(&place).await, HandOffState::Returned { .. }));
}

/// When the last release is closed, nobody is asked to take over what is not there.
#[tokio::test]
async fn what_is_not_in_flight_any_more_is_asked_for_no_more() {
    let place = stage().await;
    said(&place, "2026-12-02T07:00:00Z").await;
    said(&place, "2026-12-02T15:00:00Z").await;
    let close = Command::Close {
        override_reason: Some("Withdrawn".to_owned()),
    };
    place
        .act(&riley(902), &close, "2026-12-02T15:10:00Z")
        .await
        .unwrap();
    let later = said(&place, "2026-12-02T16:00:00Z").await;
    assert_eq!(calls(&later), []);
    assert!(matches!(state(&place).await, HandOffState::FellAway { .. }));
    // The message shows it.
    assert!(
        later
            .iter()
            .any(|notice| matches!(notice, Notice::HandOff { .. })),
        "{later:?}"
    );
    // Ben has taken up an empty duty, and lays it down without a word.
    assert_eq!(said(&place, "2026-12-03T00:00:00Z").await, []);
}

/// What somebody deletes, or what cannot be edited any more, is posted anew and shows what became of it.
#[tokio::test]
async fn a_message_of_a_hand_off_that_is_gone_is_posted_anew() {
    let place = stage().await;
    said(&place, "2026-12-02T07:00:00Z").await;
    said(&place, "2026-12-02T15:00:00Z").await;
    let now = at("2026-12-02T15:30:00Z");
    for gone in [Receipt::Lost, Receipt::Worn] {
        let mut transaction = place.app.store().write().await.unwrap();
        let notice = Notice::HandOff {
            number: HandOffNumber(1),
        };
        outbox::enqueue_for_guild(&mut transaction, GUILD, &notice, now)
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        let edit = place.app.next_delivery(now).await.unwrap().unwrap();
        assert_eq!(edit.claim.notice, notice);
        place
            .app
            .record(&edit.claim, Ok(gone), PAUSES, now)
            .await
            .unwrap();
        let anew = place.app.next_delivery(now).await.unwrap().unwrap();
        let About::HandOff(view) = &anew.about else {
            panic!("{anew:?}");
        };
        assert_eq!((&anew.claim.notice, view.kept.message), (&notice, None));
        place
            .app
            .record(&anew.claim, Ok(Receipt::Posted(MessageId(4_000))), PAUSES, now)
            .await
            .unwrap();
    }
}

/// One row that cannot be read stops neither the releases nor the other rosters.
#[tokio::test]
async fn a_duty_that_cannot_be_read_stops_nobody() {
    let place = stage().await;
    said(&place, "2026-12-02T07:00:00Z").await;
    place.app.store().break_with("UPDATE duty SET facts = '{}'").await;
    place
        .app
        .store()
        .break_with("UPDATE roster SET wake_at = 0")
        .await;
    let heads_up = said(&place, "2026-12-03T17:00:00Z").await;
    assert!(
        heads_up
            .iter()
            .any(|notice| matches!(notice, Notice::Calls { .. })),
        "{heads_up:?}"
    );
    place
        .app
        .store()
        .break_with("UPDATE roster SET text = 'nothing', wake_at = 0")
        .await;
    place.app.tick(at("2026-12-03T17:00:01Z")).await.unwrap();
    assert_eq!(place.app.rosters(GUILD, at(START)).await.unwrap(), []);
}

fn mailed(said: &[Notice]) -> Vec<CopyTo> {
    said.iter().filter_map(Notice::copy_to).cloned().collect()
}

/// S47: after the chat, whoever comes gets a copy, and whoever always gets one; each address once. Without e-mail nobody.
#[tokio::test]
async fn s47_copies_go_by_mail_after_the_chat() {
    let roster = ROSTER.replace(
        "discord = '100000000000000002'\n",
        "discord = '100000000000000002'\nemail = 'ben@example.com'\n",
    );
    let always = ["releases@example.com", "Ben@example.com", "Releases@Example.com"];
    let place = stage_with(Some(&always), &roster).await;
    said(&place, "2026-12-02T07:00:00Z").await;
    let ends = said(&place, "2026-12-02T15:00:00Z").await;
    assert!(ends.iter().any(|notice| matches!(notice, Notice::HandOff { .. })));
    assert_eq!(mailed(&ends), [], "the chat hears first");
    assert_eq!(mailed(&place.send_all(at("2026-12-02T15:00:29Z")).await), []);
    let copies = mailed(&place.send_all(at("2026-12-02T15:00:30Z")).await);
    let address = "releases@example.com".parse().unwrap();
    assert_eq!(
        copies,
        [
            CopyTo::Member { user: UserId(BEN) },
            CopyTo::Always { place: 1, address }
        ]
    );

    let without = stage_with(None, &roster).await;
    said(&without, "2026-12-02T07:00:00Z").await;
    said(&without, "2026-12-02T15:00:00Z").await;
    assert_eq!(mailed(&without.send_all(at("2026-12-02T15:00:30Z")).await), []);
}
