//! The announcement of a release: drafted when its channel opens, posted once when the Release Manager says so, and kept
//! up to date in place.
//!
//! Where it stands is known from the row of the outbox that posted it, so that those of earlier programs are kept up to
//! date as well; one that had to be posted again is a card of the room like any other.

use chrono::{DateTime, Utc};

use crate::app::happen;
use crate::domain::notice::{Card, Notice};
use crate::domain::rejection::Rejection;
use crate::domain::release::{Event, Release};
use crate::domain::room::{RoomEvent, RoomRefusal};
use crate::store::{Connection, StoreError, outbox};

/// Drafts the announcement of a release whose channel has opened, as its playbook wants it. One that an earlier program
/// has announced by itself gets no draft.
pub(super) async fn draft(
    connection: &mut Connection,
    release: &mut Release,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if release.drafts_announcement() && !is_announced(connection, release).await? {
        let drafted = RoomEvent::AnnouncementDrafted { words: None };
        happen(connection, release, Event::Room(drafted), None, now).await?;
    }
    show_draft(connection, release, now).await
}

/// Wishes that the draft shows what would be posted now, or what was decided about it; nothing is wished for where there
/// is none.
pub(super) async fn show_draft(
    connection: &mut Connection,
    release: &Release,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if release.channel.is_none() || release.room.announcement.drafted.is_none() {
        return Ok(());
    }
    let card = Card::AnnouncementDraft;
    outbox::enqueue(connection, release.id, &Notice::Card { card }, now).await
}

/// What follows from what somebody has decided about the announcement.
pub(super) async fn tell_announcement(
    connection: &mut Connection,
    release: &Release,
    did: &RoomEvent,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    match did {
        RoomEvent::Announced { .. } => {
            outbox::enqueue(connection, release.id, &Notice::Announce, now).await?;
            show_draft(connection, release, now).await
        }
        RoomEvent::AnnouncementWorded { .. } => announce_anew(connection, release, now).await,
        RoomEvent::AnnouncementDrafted { .. } | RoomEvent::AnnouncementDeclined => {
            show_draft(connection, release, now).await
        }
        _ => Ok(()),
    }
}

/// Whether the announcement was ever wished for. Earlier programs announced each release by themselves and recorded no
/// more than the row of the outbox.
pub(super) async fn is_announced(connection: &mut Connection, release: &Release) -> Result<bool, StoreError> {
    outbox::is_known(connection, release.id, &Notice::Announce).await
}

/// Why nobody decides about an announcement that an earlier program has posted by itself.
pub(super) async fn announced_before(
    connection: &mut Connection,
    release: &Release,
) -> Result<Option<Rejection>, StoreError> {
    let by_itself = release.room.announcement.posted.is_none() && is_announced(connection, release).await?;
    Ok(by_itself.then(|| RoomRefusal::Announced { announced: None }.into()))
}

/// Wishes that the announcement and its draft say what is so now; nothing is wished for of what is not there.
pub(super) async fn announce_anew(
    connection: &mut Connection,
    release: &Release,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if is_announced(connection, release).await? {
        let card = Card::Announcement;
        return outbox::enqueue(connection, release.id, &Notice::Card { card }, now).await;
    }
    show_draft(connection, release, now).await
}

/// What everybody is told a release is.
pub(super) struct Standing {
    reached: Vec<String>,
    shipped: Option<DateTime<Utc>>,
}

impl Standing {
    pub(super) fn of(release: &Release) -> Self {
        Self {
            reached: release.reached().into_iter().map(str::to_owned).collect(),
            shipped: release.shipped(),
        }
    }
}

/// Tells what the release has become since it was `before`, once, and returns it; what it is no longer is withdrawn where
/// it waits. That it has shipped is in the announcement alone: whoever reads the release channel sees the board.
pub(super) async fn tell_reached(
    connection: &mut Connection,
    release: &Release,
    before: &Standing,
    now: DateTime<Utc>,
) -> Result<Vec<String>, StoreError> {
    if release.shipped() != before.shipped {
        announce_anew(connection, release, now).await?;
    }
    let (before, after) = (&before.reached, release.reached());
    let reached = after
        .iter()
        .filter(|what| !before.iter().any(|known| known == *what));
    let reached: Vec<String> = reached.map(|what| (*what).to_owned()).collect();
    if release.channel.is_none() || after == *before {
        return Ok(reached);
    }
    announce_anew(connection, release, now).await?;
    let is_over =
        |notice: &Notice| matches!(notice, Notice::Reached { what } if !after.contains(&what.as_str()));
    outbox::supersede(connection, release.id, is_over, now).await?;
    for what in reached.iter().cloned() {
        outbox::enqueue(connection, release.id, &Notice::Reached { what }, now).await?;
    }
    Ok(reached)
}

/// Lets the release know where its announcement stands, when it does not yet.
pub(super) async fn find_announcement(
    connection: &mut Connection,
    release: &mut Release,
) -> Result<(), StoreError> {
    let name = Card::Announcement.name();
    if !release.room.cards.contains_key(&name)
        && let Some(message) = outbox::message_of(connection, release.id, &Notice::Announce).await?
    {
        release.room.cards.insert(name, message);
    }
    Ok(())
}

/// What follows when the announcement is gone: it is posted once more, and the old one is forgotten.
pub(super) async fn announcement_lost(
    connection: &mut Connection,
    release: &Release,
) -> Result<Vec<Notice>, StoreError> {
    outbox::forget_message(connection, release.id, &Notice::Announce).await?;
    let number = release.revision;
    Ok(vec![Notice::AnnounceAgain { number }])
}
