//! What follows when a message has left.

use chrono::{DateTime, Utc};

use crate::app::announce::{announce_anew, announcement_lost, draft, show_draft};
use crate::app::delivery::{Receipt, append, tell};
use crate::app::direct::{Silent, fall_silent};
use crate::app::paging::page_missed;
use crate::app::room::cards_of;
use crate::app::{Error, happen};
use crate::domain::ids::ChannelId;
use crate::domain::notice::{Card, Notice};
use crate::domain::release::Event;
use crate::domain::room::{Missed, RoomEvent};
use crate::store::outbox::Claim;
use crate::store::{Connection, guilds, handoffs, outbox, releases, schedules, shifts};

/// Remembers where a proposal, a swap or a hand-off stands, so that what becomes of it can be shown there.
async fn follow_up_in_guild(
    connection: &mut Connection,
    claim: &Claim,
    receipt: &Receipt,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if let (Notice::Proposal { occurrence, .. }, Some(message)) = (&claim.notice, receipt.posted())
        && let Some(channel) = guilds::load(connection, claim.guild).await?.announcements
    {
        schedules::posted(connection, *occurrence, channel, message).await?;
    }
    if !matches!(claim.notice, Notice::HandOff { .. } | Notice::Swap { .. }) {
        return Ok(());
    }
    // A message that is kept up to date is edited where it was posted, and posted anew where that is not possible any more.
    let is_gone = matches!(receipt, Receipt::Lost | Receipt::Worn);
    let channel = guilds::load(connection, claim.guild).await?.hand_offs;
    let place = channel.zip(receipt.posted());
    if !is_gone && place.is_none() {
        return Ok(());
    }
    match &claim.notice {
        Notice::HandOff { number } => handoffs::posted(connection, *number, place).await?,
        Notice::Swap { number } => shifts::posted(connection, *number, place).await?,
        _ => return Ok(()),
    }
    // What arrived may be what an earlier attempt said.
    if is_gone || claim.attempts > 1 {
        outbox::enqueue_for_guild(connection, claim.guild, &claim.notice, now).await?;
    }
    Ok(())
}

/// What follows from what the platform did: the release learns of it, and what waited for it is wished for.
///
/// # Errors
/// The database failed.
pub(super) async fn follow_up(
    connection: &mut Connection,
    claim: &Claim,
    receipt: Receipt,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if let (Some(user), Receipt::Left) = (claim.notice.recipient(), &receipt) {
        return Ok(fall_silent(connection, claim.guild, user, Silent::Left, now).await?);
    }
    let Some(release) = claim.release else {
        return follow_up_in_guild(connection, claim, &receipt, now).await;
    };
    let mut release = releases::load(connection, release).await?;
    if let Notice::Card { card } = &claim.notice {
        let missed = match receipt {
            Receipt::Left => Some(Missed::Left),
            Receipt::DoesNotSee => Some(Missed::DoesNotSee),
            _ => None,
        };
        if let Some(why) = missed {
            return Ok(page_missed(connection, &mut release, card, why, now).await?);
        }
    }
    if matches!(receipt, Receipt::PostedAgain(_)) {
        let what = claim.notice.label().to_owned();
        append(connection, release.id, Event::PossiblyRepeated { what }, now).await?;
    }
    // What arrived may be what an earlier attempt said.
    if claim.notice == Notice::Announce && claim.attempts > 1 && receipt.posted().is_some() {
        announce_anew(connection, &release, now).await?;
    }
    // The draft says where the announcement is.
    let announces = matches!(claim.notice, Notice::Announce | Notice::AnnounceAgain { .. });
    if announces && receipt.posted().is_some() {
        show_draft(connection, &release, now).await?;
    }
    let event = match (&claim.notice, receipt) {
        (Notice::OpenChannel, Receipt::Channel(channel)) => Event::ChannelOpened { channel },
        (
            Notice::OpenChannel,
            Receipt::ChannelFollowing {
                channel,
                category,
                chosen,
            },
        ) => {
            guilds::follow(connection, claim.guild, chosen, category).await?;
            Event::ChannelOpened { channel }
        }
        (Notice::Archive { .. } | Notice::Unarchive { .. }, Receipt::MovedFollowing { category, chosen }) => {
            guilds::follow(connection, claim.guild, chosen, category).await?;
            return Ok(());
        }
        (Notice::Board, Receipt::Posted(message) | Receipt::PostedAgain(message)) => {
            Event::BoardPosted { message }
        }
        (Notice::Board, Receipt::PostedUnpinned(message, why)) => {
            tell(connection, Some(release.id), "the pin of the board", why, now).await?;
            Event::BoardPosted { message }
        }
        (Notice::Card { card }, Receipt::Posted(message) | Receipt::PostedAgain(message)) => {
            let card = card.clone();
            Event::Room(RoomEvent::CardPosted { card, message })
        }
        (Notice::Card { card }, Receipt::Lost | Receipt::Worn) => {
            Event::Room(RoomEvent::CardLost { card: card.clone() })
        }
        // A thread has the id of the message that it was made of.
        (Notice::Discussion { item, .. }, Receipt::Posted(message) | Receipt::PostedAgain(message)) => {
            let (item, thread) = (item.clone(), ChannelId(message.0));
            Event::Room(RoomEvent::DiscussionOpened { item, thread })
        }
        (Notice::DiscussionBegins { item, thread }, Receipt::Lost) => {
            let (item, thread) = (item.clone(), *thread);
            Event::Room(RoomEvent::DiscussionLost { item, thread })
        }
        (Notice::AnnounceAgain { .. }, Receipt::Posted(message) | Receipt::PostedAgain(message)) => {
            let card = Card::Announcement;
            Event::Room(RoomEvent::CardPosted { card, message })
        }
        (Notice::Board, Receipt::Lost) => Event::BoardLost,
        (Notice::Board, Receipt::Worn) => Event::BoardWorn,
        (
            Notice::Reminder {
                phase, moment, due, ..
            },
            Receipt::Posted(_) | Receipt::PostedAgain(_),
        ) => Event::Reminded {
            phase: phase.clone(),
            moment: *moment,
            due: *due,
        },
        (Notice::Calls { calls, .. }, Receipt::Posted(_) | Receipt::PostedAgain(_)) => Event::Called {
            occasions: calls.iter().map(|call| call.occasion.clone()).collect(),
        },
        (
            Notice::OpenChannel
            | Notice::Brief
            | Notice::Board
            | Notice::Announce
            | Notice::AnnounceAgain { .. }
            | Notice::Calls { .. }
            | Notice::Reminder { .. }
            | Notice::Moved { .. }
            | Notice::AnnounceMove { .. }
            | Notice::Held { .. }
            | Notice::Resumed { .. }
            | Notice::Said { .. }
            | Notice::Discussion { .. }
            | Notice::DiscussionBegins { .. }
            | Notice::StatusUpdate { .. }
            | Notice::UpdateDue { .. }
            | Notice::Retrospective { .. }
            | Notice::RetrospectiveDue { .. }
            | Notice::Reached { .. }
            | Notice::Card { .. }
            | Notice::Reopened { .. }
            | Notice::ClosedAgain { .. }
            | Notice::Closed
            | Notice::Scorecard { .. }
            | Notice::Archive { .. }
            | Notice::Unarchive { .. }
            | Notice::Alert { .. }
            | Notice::Warning { .. }
            | Notice::Proposal { .. }
            | Notice::ProposalAnswered { .. }
            | Notice::News { .. }
            | Notice::Turn { .. }
            | Notice::Gaps { .. }
            | Notice::Swap { .. }
            | Notice::HandOffSummary { .. }
            | Notice::HandOff { .. }
            | Notice::HandOffCall { .. }
            | Notice::HandOffQuestion { .. }
            | Notice::HandOffNote { .. }
            | Notice::HandOffMail { .. }
            | Notice::Digest { .. },
            _,
        ) => return Ok(()),
    };
    let follows: Vec<Notice> = match &event {
        Event::ChannelOpened { .. } if release.is_open() => {
            let cards = cards_of(&release).into_iter().map(|card| Notice::Card { card });
            [Notice::Brief, Notice::Board].into_iter().chain(cards).collect()
        }
        Event::ChannelOpened { .. } | Event::BoardLost | Event::BoardWorn => vec![Notice::Board],
        // What arrived may be what an earlier attempt said.
        Event::BoardPosted { .. } if claim.attempts > 1 => vec![claim.notice.clone()],
        Event::Room(RoomEvent::CardPosted { card, .. }) if claim.attempts > 1 => {
            vec![Notice::Card { card: card.clone() }]
        }
        Event::Room(RoomEvent::CardLost {
            card: Card::Announcement,
        }) => announcement_lost(connection, &release).await?,
        Event::Room(RoomEvent::CardLost { .. }) => vec![claim.notice.clone()],
        Event::Room(RoomEvent::DiscussionOpened { item, thread }) => {
            let (item, thread) = (item.clone(), *thread);
            vec![Notice::DiscussionBegins { item, thread }]
        }
        _ => Vec::new(),
    };
    let opens = matches!(event, Event::ChannelOpened { .. });
    happen(connection, &mut release, event, None, now).await?;
    for notice in &follows {
        outbox::enqueue(connection, release.id, notice, now).await?;
    }
    if opens {
        draft(connection, &mut release, now).await?;
    }
    Ok(())
}
