//! The announcement and its draft: what is shown, whom it calls, what it leaves out.

use super::*;
use crate::discord::render::announcement::{announcement, draft};
use crate::domain::ids::{GuildRoleId, UserId};
use crate::domain::notice::Card;
use crate::domain::release::Reason;
use crate::domain::room::{RoomEvent, TEXT_LIMIT};

/// A customer bug's release whose announcement was drafted by itself, after it was started by this person.
fn drafted(opened_by: UserId) -> ReleaseView {
    let mut view = view();
    view.release.reason = Reason::CustomerBug;
    view.release.opened.by = opened_by;
    happened(
        view,
        RoomEvent::AnnouncementDrafted { words: None },
        UserId::ITSELF,
    )
}

fn happened(mut view: ReleaseView, did: RoomEvent, by: UserId) -> ReleaseView {
    let stamp = stamp(by.0, "2026-12-02T11:00:00Z");
    view.release.apply(&Event::Room(did), stamp);
    view
}

fn posted(view: ReleaseView, card: Card) -> ReleaseView {
    let message = MessageId(602);
    happened(view, RoomEvent::CardPosted { card, message }, UserId::ITSELF)
}

fn words() -> Option<String> {
    Some("# Mind the *log-in* @everyone".to_owned())
}

#[test]
fn the_draft_says_how_it_stands() {
    let riley = UserId(1);
    let waits = drafted(riley);
    snapshot("draft_waiting", &draft(&waits).unwrap());
    let worded = happened(
        waits.clone(),
        RoomEvent::AnnouncementWorded { words: words() },
        riley,
    );
    snapshot("draft_with_words", &draft(&worded).unwrap());
    snapshot(
        "draft_closed",
        &draft(&closed(worded.clone(), Some("Withdrawn"))).unwrap(),
    );
    let declined = happened(waits, RoomEvent::AnnouncementDeclined, riley);
    snapshot("draft_declined", &draft(&declined).unwrap());
    let announced = happened(worded, RoomEvent::Announced { words: words() }, riley);
    snapshot("draft_on_its_way", &draft(&announced).unwrap());
    let there = posted(announced, Card::Announcement);
    snapshot("draft_posted", &draft(&there).unwrap());
    snapshot("announcement_with_words", &announcement(&there));
    assert!(draft(&view()).is_none(), "nothing was drafted");
}

/// Whoever starts a release is told in the answer; of one that began by itself, the Release Manager is called, once.
#[test]
fn a_draft_calls_the_release_manager_of_a_release_that_began_by_itself() {
    assert_eq!(draft(&drafted(UserId(1))).unwrap().pings, []);
    let by_itself = drafted(UserId::ITSELF);
    let first = draft(&by_itself).unwrap();
    assert_eq!(first.pings, [GuildRoleId(11)]);
    snapshot("draft_by_itself", &first);
    let lost = happened(
        posted(by_itself, Card::AnnouncementDraft),
        RoomEvent::CardLost {
            card: Card::AnnouncementDraft,
        },
        UserId::ITSELF,
    );
    assert_eq!(
        draft(&lost).unwrap().pings,
        [],
        "it was called when it was posted first"
    );
}

/// Nobody learns from an announcement that there is a hole before it is closed, nor what it is called.
#[test]
fn an_announcement_of_a_security_release_says_nothing_of_it_before_it_ships() {
    let mut view = view();
    view.release.title = Some("Password leak".to_owned());
    let before = announcement(&view).content;
    assert!(
        !before.contains("security") && !before.contains("leak"),
        "{before}"
    );
    let moved = moves::announcement(&view, None, view.release.target).content;
    assert!(!moved.contains("leak"), "{moved}");
    let after = announcement(&done(view, &["tag", "page"])).content;
    assert!(
        after.contains("the security release has shipped") && !after.contains("leak"),
        "{after}"
    );
}

/// The draft shows all that would be posted, also of the longest words.
#[test]
fn the_draft_shows_exactly_what_is_posted() {
    for (phases, items, roles) in [(3, 2, 3), (25, 200, 25)] {
        let mut long = longest(phases, items, roles);
        long.release.room.announcement.drafted = Some(stamp(1, EARLY));
        long.release.room.announcement.words = Some("_".repeat(TEXT_LIMIT));
        let (shown, post) = (draft(&long).unwrap(), announcement(&long));
        for line in post.content.lines() {
            assert!(shown.content.contains(&format!("> {line}")), "{line}");
        }
        assert_fits("draft", &shown);
        assert_fits("announcement", &post);
    }
}
