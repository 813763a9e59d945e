//! The announcement channel: one announcement that is drafted, posted when the Release Manager says so, and kept up to date.

use super::*;
use crate::domain::playbook::AnnouncementRule;
use crate::domain::room::{RoomCommand, RoomEvent, RoomRefusal, SignOffCommand, Signer};
use crate::store::outbox;

const NOON: &str = "2026-12-01T20:00:00Z";

const FIRST: MessageId = MessageId(601);

fn card() -> Notice {
    Notice::Card {
        card: Card::Announcement,
    }
}

fn hold() -> Command {
    Command::Hold {
        reason: "The vendor is late".to_owned(),
    }
}

impl Place {
    /// Delivers until the announcement is to be edited, and returns that.
    async fn card_claimed(&self) -> Delivery {
        loop {
            let delivery = self.app.next_delivery(at(NOON)).await.unwrap().unwrap();
            if delivery.claim.notice == card() {
                return delivery;
            }
            self.recorded(&delivery, Receipt::Edited).await;
        }
    }

    async fn recorded(&self, delivery: &Delivery, receipt: Receipt) {
        let result = self.app.record(&delivery.claim, Ok(receipt), PAUSES, at(NOON));
        result.await.unwrap();
    }
}

fn announced(delivery: &Delivery) -> Option<MessageId> {
    let release = &delivery.about.release().unwrap().release;
    release.room.cards.get(&Card::Announcement.name()).copied()
}

/// Also those that an earlier program posted are found: nothing but the row knows where they are.
#[tokio::test]
async fn the_announcement_is_edited_where_it_was_posted() {
    let place = Place::new().await;
    place.announced().await;
    place.act(&riley(10), &hold(), NOON).await.unwrap();
    assert_eq!(announced(&place.card_claimed().await), Some(FIRST));
}

#[tokio::test]
async fn what_ends_and_goes_on_is_shown_and_a_tick_is_not() {
    let place = Place::new().await;
    place.announced().await;
    let shown = async |command: Command, number| {
        place.act(&riley(number), &command, NOON).await.unwrap();
        place.send_all(at(NOON)).await.contains(&card())
    };
    assert!(!shown(tick("announce"), 10).await);
    assert!(shown(hold(), 11).await);
    assert!(shown(Command::Resume, 12).await);
    assert!(shown(close("Withdrawn"), 13).await);
    let reopen = Command::Reopen {
        reason: "Too early".to_owned(),
    };
    assert!(shown(reopen, 14).await);
}

/// It will say what is so when it is posted, so there is nothing to edit before.
#[tokio::test]
async fn an_announcement_that_waits_is_not_edited() {
    let place = Place::new().await;
    place.running().await;
    place.act(&riley(10), &hold(), NOON).await.unwrap();
    // What comes before it in the order of the release does not get through.
    while let Some(delivery) = place.app.next_delivery(at(NOON)).await.unwrap() {
        if let Notice::Held { .. } = delivery.claim.notice {
            let unclear = SendError::Unclear { why: String::new() };
            let failed = place.app.record(&delivery.claim, Err(unclear), PAUSES, at(NOON));
            failed.await.unwrap();
        } else {
            place.recorded(&delivery, Receipt::Edited).await;
        }
    }
    place.act(&riley(11), &post(), NOON).await.unwrap();
    place.act(&riley(12), &Command::Resume, NOON).await.unwrap();
    assert_eq!(announced(&place.card_claimed().await), None);
}

/// Somebody has deleted it: it is posted once more, and that one is edited from then on.
#[tokio::test]
async fn an_announcement_that_is_gone_is_posted_once_more() {
    let place = Place::new().await;
    place.announced().await;
    place.act(&riley(10), &hold(), NOON).await.unwrap();
    let edit = place.card_claimed().await;
    place.recorded(&edit, Receipt::Lost).await;
    place.act(&riley(11), &Command::Resume, NOON).await.unwrap();
    let sent = place.send_all(at(NOON)).await;
    let again = sent
        .iter()
        .filter(|notice| matches!(notice, Notice::AnnounceAgain { .. }));
    assert_eq!(again.count(), 1, "{sent:?}");
    place.act(&riley(12), &hold(), NOON).await.unwrap();
    assert_eq!(announced(&place.card_claimed().await), Some(FIRST));
    let events = place.events().await;
    let lost = Event::Room(RoomEvent::CardLost {
        card: Card::Announcement,
    });
    assert!(events.contains(&lost));
}

/// S4: with several items that announce the same, as one for each version, the last one says it; taking a tick back says
/// nothing and corrects the announcement, and it is said once.
#[tokio::test]
async fn s4_what_the_playbook_announces_is_told_once() {
    const READY: &str = "ready to share with the customer";
    let mut small = playbook();
    for item in small.phases.iter_mut().flat_map(|phase| &mut phase.items) {
        if ["announce", "merge"].contains(&item.id.as_str()) {
            item.announces = Some(READY.to_owned());
        }
    }
    let place = Place::with(vec![small]).await;
    place.announced().await;
    let told = async |command: Command, number| {
        place.act(&riley(number), &command, NOON).await.unwrap();
        place.send_all(at(NOON)).await
    };
    let reached = Notice::Reached {
        what: READY.to_owned(),
    };
    assert_eq!(told(tick("announce"), 10).await, [Notice::Board]);
    assert_eq!(told(tick("merge"), 11).await, [Notice::Board, card(), reached]);
    assert_eq!(place.view().await.release.reached(), [READY]);
    let undo = Command::UndoItem(item("merge"));
    assert_eq!(told(undo, 12).await, [Notice::Board, card()]);
    assert_eq!(told(tick("merge"), 13).await, [Notice::Board, card()]);
    let undo = Command::UndoItem(item("announce"));
    told(undo, 14).await;
    let set_aside = |id| Command::NotApplicable {
        item: item(id),
        reason: "Nothing to build".to_owned(),
    };
    told(set_aside("announce"), 15).await;
    assert_eq!(place.view().await.release.reached(), [READY]);
    told(Command::UndoItem(item("merge")), 16).await;
    told(set_aside("merge"), 17).await;
    assert!(
        place.view().await.release.reached().is_empty(),
        "nothing was done"
    );
}

async fn refused(place: &Place, number: u64, command: AnnouncementCommand) -> RoomRefusal {
    let result = place.act(&riley(number), &on_announcement(command), NOON).await;
    match rejection(result) {
        Rejection::Room(refusal) => *refusal,
        other => panic!("{other:?}"),
    }
}

/// Issue 4: nothing is posted before the Release Manager says so; then it is posted once, whoever presses again.
#[tokio::test]
async fn an_announcement_is_previewed_and_posted_once() {
    let place = Place::new().await;
    place.running().await;
    let announces = |sent: &[Notice]| sent.contains(&Notice::Announce);
    place.act(&riley(10), &hold(), NOON).await.unwrap();
    let sent = place.send_all(at(NOON)).await;
    assert!(sent.contains(&draft()) && !announces(&sent), "{sent:?}");
    let dev = person(11, 5, &[DEVELOPS]);
    let refusal = rejection(place.act(&dev, &post(), NOON).await);
    assert!(matches!(refusal, Rejection::RoleNeeded { .. }), "{refusal:?}");
    let words = on_announcement(AnnouncementCommand::Word(" Mind the log-in ".to_owned()));
    place.act(&riley(12), &words, NOON).await.unwrap();
    assert_eq!(place.send_all(at(NOON)).await, [Notice::Board, draft()]);
    place.act(&riley(13), &post(), NOON).await.unwrap();
    let sent = place.send_all(at(NOON)).await;
    assert_eq!(sent, [Notice::Board, Notice::Announce, draft()]);
    let announcement = place.view().await.release.room.announcement;
    assert_eq!(announcement.words.as_deref(), Some("Mind the log-in"));
    let again = refused(&place, 14, AnnouncementCommand::Post { words: None }).await;
    let posted = announcement.posted;
    assert_eq!(again, RoomRefusal::Announced { announced: posted });
    let declined = refused(&place, 15, AnnouncementCommand::Decline).await;
    assert_eq!(declined, RoomRefusal::Announced { announced: posted });
    assert_eq!(place.send_all(at(NOON)).await, []);
    let words = on_announcement(AnnouncementCommand::Post {
        words: Some("Mind the log-in page".to_owned()),
    });
    place.act(&riley(16), &words, NOON).await.unwrap();
    assert_eq!(place.send_all(at(NOON)).await, [Notice::Board, card()]);
}

/// Whoever changes their mind sees the draft again, and decides then.
#[tokio::test]
async fn a_release_that_is_not_announced_can_be_after_all() {
    let place = Place::new().await;
    place.running().await;
    let decide = async |command: AnnouncementCommand, number| {
        let command = on_announcement(command);
        place.act(&riley(number), &command, NOON).await.unwrap();
        place.send_all(at(NOON)).await
    };
    let sent = decide(AnnouncementCommand::Decline, 10).await;
    assert_eq!(sent, [Notice::Board, draft()]);
    let again = refused(&place, 11, AnnouncementCommand::Decline).await;
    assert!(matches!(again, RoomRefusal::AnnouncementDeclined { .. }));
    place.moved(12, "2026-12-15", NOON).await;
    let sent = place.send_all(at(NOON)).await;
    let moves = |notice: &Notice| matches!(notice, Notice::AnnounceMove { .. });
    assert!(!sent.iter().any(moves), "nobody has heard of it: {sent:?}");
    decide(AnnouncementCommand::Draft, 20).await;
    let waits = refused(&place, 21, AnnouncementCommand::Draft).await;
    assert!(matches!(waits, RoomRefusal::AnnouncementWaits { .. }));
    let sent = decide(AnnouncementCommand::Post { words: None }, 22).await;
    assert!(sent.contains(&Notice::Announce));
}

/// A playbook that wants no announcement has none drafted; the Release Manager asks for the draft and sees it first,
/// also when the release is closed.
#[tokio::test]
async fn without_a_draft_the_release_manager_asks_for_one() {
    let mut quiet = playbook();
    quiet.announcement = AnnouncementRule::None;
    let place = Place::with(vec![quiet]).await;
    place.running().await;
    let nothing = refused(&place, 10, AnnouncementCommand::Decline).await;
    assert_eq!(nothing, RoomRefusal::NothingDrafted);
    place
        .act(&riley(11), &close("Shipped elsewhere"), NOON)
        .await
        .unwrap();
    assert!(!place.send_all(at(NOON)).await.contains(&draft()));
    place.act(&riley(12), &post(), NOON).await.unwrap();
    assert_eq!(place.send_all(at(NOON)).await, [Notice::Board, draft()]);
    place.act(&riley(13), &post(), NOON).await.unwrap();
    assert!(place.send_all(at(NOON)).await.contains(&Notice::Announce));
}

/// An earlier program announced each release by itself; nothing but the row says so, and it is announced once.
#[tokio::test]
async fn what_an_earlier_program_announced_is_not_drafted() {
    let place = Place::new().await;
    let view = place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    let mut transaction = place.app.store().write().await.unwrap();
    outbox::enqueue(&mut transaction, view.release.id, &Notice::Announce, at(START))
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    let sent = place.send_all(at(START)).await;
    assert!(
        sent.contains(&Notice::Announce) && !sent.contains(&draft()),
        "{sent:?}"
    );
    let refusal = refused(&place, 10, AnnouncementCommand::Post { words: None }).await;
    assert_eq!(refusal, RoomRefusal::Announced { announced: None });
    place.act(&riley(11), &hold(), NOON).await.unwrap();
    assert!(place.send_all(at(NOON)).await.contains(&card()));
}

/// That it has shipped does not wait for somebody to close it.
#[tokio::test]
async fn what_has_shipped_is_shown_when_its_last_item_is_done() {
    let place = Place::new().await;
    place.announced().await;
    let told = async |command: Command, number| {
        place.act(&riley(number), &command, NOON).await.unwrap();
        place.send_all(at(NOON)).await
    };
    assert_eq!(told(tick("tag"), 10).await, [Notice::Board]);
    assert_eq!(told(tick("page"), 11).await, [Notice::Board, card()]);
    assert_eq!(place.view().await.release.shipped(), Some(at(NOON)));
    let undo = Command::UndoItem(item("page"));
    assert_eq!(told(undo, 12).await, [Notice::Board, card()]);
}

/// The release was closed while its card was on its way: what arrives has buttons, so the card is shown anew without them.
#[tokio::test]
async fn a_card_that_was_on_its_way_at_the_end_is_shown_as_it_is_then() {
    let place = Place::new().await;
    place.running().await;
    let request = SignOffCommand::Request {
        signer: Signer::Role("qa".parse().unwrap()),
        delegate: None,
        statement: "All fixes are tested".to_owned(),
        four_eyes: false,
    };
    let request = Command::Room(RoomCommand::SignOff(request));
    place.act(&riley(10), &request, NOON).await.unwrap();
    let card = Notice::Card {
        card: Card::SignOff { number: 1 },
    };
    let on_its_way = loop {
        let delivery = place.app.next_delivery(at(NOON)).await.unwrap().unwrap();
        if delivery.claim.notice == card {
            break delivery;
        }
        place.recorded(&delivery, Receipt::Edited).await;
    };
    place.act(&riley(11), &close("Withdrawn"), NOON).await.unwrap();
    place.recorded(&on_its_way, Receipt::Posted(MessageId(777))).await;
    assert!(place.send_all(at(NOON)).await.contains(&card));
}
