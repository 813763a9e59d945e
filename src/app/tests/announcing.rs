//! The announcement channel: one announcement that is kept up to date.

use super::*;
use crate::domain::room::RoomEvent;

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
    place.running().await;
    place.act(&riley(10), &hold(), NOON).await.unwrap();
    assert_eq!(announced(&place.card_claimed().await), Some(FIRST));
}

#[tokio::test]
async fn what_ends_and_goes_on_is_shown_and_a_tick_is_not() {
    let place = Place::new().await;
    place.running().await;
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
    place.app.start(&riley(2), &request(), at(START)).await.unwrap();
    let channel = place.claimed(&Notice::OpenChannel, at(START)).await;
    place.recorded(&channel, Receipt::Channel(CHANNEL)).await;
    let brief = place.claimed(&Notice::Brief, at(NOON)).await;
    let unclear = SendError::Unclear { why: String::new() };
    let failed = place.app.record(&brief.claim, Err(unclear), PAUSES, at(NOON));
    failed.await.unwrap();
    place.act(&riley(10), &hold(), NOON).await.unwrap();
    assert_eq!(announced(&place.card_claimed().await), None);
}

/// Somebody has deleted it: it is posted once more, and that one is edited from then on.
#[tokio::test]
async fn an_announcement_that_is_gone_is_posted_once_more() {
    let place = Place::new().await;
    place.running().await;
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
    place.running().await;
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
