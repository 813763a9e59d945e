//! The announcement of a release: posted once, and kept up to date in place.
//!
//! Where it stands is known from the row of the outbox that posted it, so that those of earlier programs are kept up to
//! date as well; one that had to be posted again is a card of the room like any other.

use chrono::{DateTime, Utc};

use crate::domain::notice::{Card, Notice};
use crate::domain::release::Release;
use crate::store::{Connection, StoreError, outbox};

/// Wishes that the announcement says what is so now; nothing is wished for when the release was never announced.
pub(super) async fn announce_anew(
    connection: &mut Connection,
    release: &Release,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if release.channel.is_none() || !outbox::is_known(connection, release.id, &Notice::Announce).await? {
        return Ok(());
    }
    let card = Card::Announcement;
    outbox::enqueue(connection, release.id, &Notice::Card { card }, now).await
}

/// Tells what the release has become since it was `before`, once, and returns it; what it is no longer is withdrawn where
/// it waits.
pub(super) async fn tell_reached(
    connection: &mut Connection,
    release: &Release,
    before: &[String],
    now: DateTime<Utc>,
) -> Result<Vec<String>, StoreError> {
    let after = release.reached();
    let reached = after
        .iter()
        .filter(|what| !before.iter().any(|known| known == *what));
    let reached: Vec<String> = reached.map(|what| (*what).to_owned()).collect();
    if release.channel.is_none() || after == before {
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
