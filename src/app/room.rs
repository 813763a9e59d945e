//! What people hear of what happens in the room of a release.

use chrono::{DateTime, Utc};

use crate::app::announce::tell_announcement;
use crate::domain::ids::UserId;
use crate::domain::notice::{Card, Notice};
use crate::domain::release::Release;
use crate::domain::room::{Escalation, EscalationEvent, RoomEvent};
use crate::store::{Connection, StoreError, outbox};

/// Wishes for the messages that follow from an event, when the release has a channel.
pub(super) async fn tell_of_room(
    connection: &mut Connection,
    release: &Release,
    did: RoomEvent,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    tell_announcement(connection, release, &did, now).await?;
    if release.channel.is_none() {
        return Ok(());
    }
    if let RoomEvent::DiscussionWished { item } = &did {
        let (number, item) = (release.revision, item.clone());
        let notice = Notice::Discussion { number, item, by };
        outbox::enqueue(connection, release.id, &notice, now).await?;
    }
    for card in cards_changed_by(release, &did) {
        outbox::enqueue(connection, release.id, &Notice::Card { card }, now).await?;
    }
    if is_worth_a_message(&did, by) {
        let number = release.revision;
        let did = Box::new(did);
        outbox::enqueue(connection, release.id, &Notice::Said { number, did, by }, now).await?;
    }
    Ok(())
}

/// Wishes that the cards that can be pressed show whether the release is open, also those that are on their way: nobody
/// knows yet that they have arrived, and what arrives is as it was when it left.
pub(super) async fn show_cards(
    connection: &mut Connection,
    release: &Release,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Before the channel is open there is no card; the first one will show what is so then.
    if release.channel.is_none() {
        return Ok(());
    }
    for card in cards_of(release) {
        outbox::enqueue(connection, release.id, &Notice::Card { card }, now).await?;
    }
    Ok(())
}

/// The cards that show what has not been decided yet: all that a new channel needs.
pub(super) fn cards_of(release: &Release) -> Vec<Card> {
    let sign_offs = release
        .room
        .sign_offs
        .iter()
        .filter(|sign_off| sign_off.void.is_none());
    let decisions = release
        .room
        .decisions
        .iter()
        .filter(|decision| decision.void.is_none());
    let draft = release.room.announcement.drafted.map(|_| Card::AnnouncementDraft);
    sign_offs
        .map(|sign_off| Card::SignOff {
            number: sign_off.number,
        })
        .chain(decisions.map(|decision| Card::Decision {
            number: decision.number,
        }))
        .chain(draft)
        .chain(release.room.open_escalations().flat_map(cards_of_escalation))
        .collect()
}

fn cards_changed_by(release: &Release, did: &RoomEvent) -> Vec<Card> {
    match did {
        RoomEvent::SignOffRequested { number, .. } | RoomEvent::SignOffAnswered { number, .. } => {
            vec![Card::SignOff { number: *number }]
        }
        RoomEvent::DecisionCalled { number, .. }
        | RoomEvent::Voted { number, .. }
        | RoomEvent::VoteWithdrawn { number, .. } => vec![Card::Decision { number: *number }],
        // What a new candidate makes void says so.
        RoomEvent::CandidateCut { version, number, .. } => {
            let void = Some(format!("{version}-RC{number}"));
            let room = &release.room;
            let sign_offs = room.sign_offs.iter().filter(|sign_off| sign_off.void == void);
            let decisions = room.decisions.iter().filter(|decision| decision.void == void);
            sign_offs
                .map(|sign_off| Card::SignOff {
                    number: sign_off.number,
                })
                .chain(decisions.map(|decision| Card::Decision {
                    number: decision.number,
                }))
                .collect()
        }
        RoomEvent::Escalation { number, step } => {
            let Some(escalation) = release.room.escalation(*number) else {
                return Vec::new();
            };
            // What ends the pages shows on each of them; a further call changes no other.
            match step {
                EscalationEvent::Acknowledged
                | EscalationEvent::Unanswered
                | EscalationEvent::Stopped
                | EscalationEvent::Resolved { .. } => cards_of_escalation(escalation).collect(),
                EscalationEvent::Paged { .. } | EscalationEvent::Called { .. } => {
                    let newest = cards_of_pages(escalation).last();
                    std::iter::once(Card::Escalation { number: *number })
                        .chain(newest)
                        .collect()
                }
                _ => vec![Card::Escalation { number: *number }],
            }
        }
        _ => Vec::new(),
    }
}

/// The cards of an escalation, and of everybody who was called for it.
fn cards_of_escalation(escalation: &Escalation) -> impl Iterator<Item = Card> {
    let number = escalation.number;
    std::iter::once(Card::Escalation { number }).chain(cards_of_pages(escalation))
}

/// The cards of those who were called, in the order in which they were.
fn cards_of_pages(escalation: &Escalation) -> impl Iterator<Item = Card> {
    let number = escalation.number;
    (0_u32..).zip(&escalation.pages).flat_map(move |(round, paging)| {
        let reached = paging.calls.iter().filter(|call| call.missed.is_none());
        reached.map(move |call| Card::Page {
            escalation: number,
            round,
            place: call.place,
        })
    })
}

/// What others have to hear at once; all else is on the board and in the lists.
fn is_worth_a_message(did: &RoomEvent, by: UserId) -> bool {
    match did {
        RoomEvent::ItemAssigned { to, .. } => to.is_some_and(|to| to != by),
        RoomEvent::DefectFound { severity, .. } => severity.stops_a_release(),
        RoomEvent::VerdictGiven { fix, .. } => fix.is_none(),
        RoomEvent::Escalation { step, .. } => matches!(
            step,
            EscalationEvent::Missed { .. }
                | EscalationEvent::Unanswered
                | EscalationEvent::Acknowledged
                | EscalationEvent::Resolved { .. }
        ),
        RoomEvent::ItemBlocked { .. } | RoomEvent::CandidateCut { .. } | RoomEvent::GateOpened { .. } => true,
        _ => false,
    }
}
