//! What could not be delivered: who hears of it, and who may have it tried again or dropped.

use chrono::{DateTime, Utc};

use crate::app::sight::Sight;
use crate::app::{App, Error};
use crate::domain::ids::{GuildId, ReleaseId, ReleaseKey};
use crate::domain::notice::{Notice, Warning};
use crate::domain::person::{Actor, Person};
use crate::domain::rejection::Rejection;
use crate::domain::release::{Event, TimelineEvent};
use crate::store::outbox::{Claim, Dead};
use crate::store::{Connection, StoreError, guilds, outbox, releases, timeline};

/// One message that could not be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its number, as people see it on messages and name it in commands.
    pub note: i64,
    /// The release that it belongs to, if any.
    pub release: Option<ReleaseKey>,
    /// What it was, as "a reminder".
    pub what: &'static str,
    /// The platform's words.
    pub why: String,
    /// Since when nobody tries any more.
    pub since: DateTime<Utc>,
}

/// What to do about a message that could not be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Send it after all.
    Retry,
    /// Give it up for good.
    Drop,
}

impl App {
    /// What could not be delivered in this person's guild, oldest first: everything for those who manage the server,
    /// what belongs to a release for Release Managers.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], or the database failed.
    pub async fn dead_letters(&self, person: &Person) -> Result<Vec<DeadLetter>, Error> {
        let mut reader = self.store().read().await?;
        let sight = may_look_after(&mut reader, person).await?;
        let mut letters = Vec::new();
        for dead in outbox::dead(&mut reader, person.guild, None).await? {
            let shown = match dead.release {
                Some(release) => sight.shows_number(&mut reader, release).await?,
                None => person.administrator,
            };
            if shown {
                letters.push(letter(&mut reader, dead).await?);
            }
        }
        Ok(letters)
    }

    /// Has one message tried again, behind everything that waits, or gives it up; once for each interaction.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`Rejection::NotAnAdministrator`] for one that belongs to no release,
    /// [`Rejection::UnknownNote`], [`Rejection::NoteUnreadable`], or the database failed.
    pub async fn remedy(
        &self,
        person: &Person,
        note: i64,
        remedy: Remedy,
        now: DateTime<Utc>,
    ) -> Result<DeadLetter, Error> {
        let mut transaction = self.store().write().await?;
        let sight = may_look_after(&mut transaction, person).await?;
        let known = outbox::dead(&mut transaction, person.guild, None).await?;
        let dead = known
            .into_iter()
            .find(|dead| dead.row == note)
            .ok_or(Rejection::UnknownNote { note })?;
        match dead.release {
            Some(release) if !sight.shows_number(&mut transaction, release).await? => {
                return Err(Rejection::UnknownNote { note }.into());
            }
            None if !person.administrator => return Err(Rejection::NotAnAdministrator.into()),
            _ => {}
        }
        let (release, notice) = (dead.release, dead.notice.clone());
        let letter = letter(&mut transaction, dead).await?;
        if !timeline::handle_once(&mut transaction, person.interaction, now).await? {
            return Ok(letter);
        }
        let what = letter.what.to_owned();
        let event = match (remedy, notice) {
            (Remedy::Retry, Some(notice)) => {
                outbox::retry(&mut transaction, note, &notice, now).await?;
                Event::Retried { what }
            }
            (Remedy::Retry, None) => return Err(Rejection::NoteUnreadable { note }.into()),
            (Remedy::Drop, _) => {
                outbox::drop_dead(&mut transaction, note, now).await?;
                Event::Dropped { what }
            }
        };
        if let Some(release) = release {
            let event = TimelineEvent {
                at: now,
                actor: Some(person.user),
                event,
            };
            timeline::append(&mut transaction, release, &event).await?;
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(letter)
    }
}

/// What of it the person may know, if they may look after it.
async fn may_look_after(connection: &mut Connection, person: &Person) -> Result<Sight, Error> {
    let setup = guilds::load(connection, person.guild).await?;
    let actor = Actor {
        user: person.user,
        roles: setup.playbook_roles(&person.guild_roles),
    };
    if person.administrator || actor.is_release_manager() {
        return Ok(Sight::of(person, &setup));
    }
    Err(Rejection::RoleNeeded {
        roles: vec!["Release Manager".to_owned()],
        action: "look after what could not be delivered",
    }
    .into())
}

async fn letter(connection: &mut Connection, dead: Dead) -> Result<DeadLetter, StoreError> {
    let release = match dead.release {
        Some(release) => releases::name(connection, release).await?.map(|(_, key)| key),
        None => None,
    };
    Ok(DeadLetter {
        note: dead.row,
        release,
        what: dead.notice.as_ref().map_or("a message", Notice::label),
        why: dead.why,
        since: dead.since,
    })
}

/// Tells the operations channel, where one is chosen, that a message is dead. An alert that dies is told to nobody else:
/// it stays in the list.
pub(super) async fn alert(
    connection: &mut Connection,
    claim: &Claim,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if matches!(claim.notice, Notice::Alert { .. } | Notice::Warning { .. }) {
        return Ok(());
    }
    let notice = Notice::Alert {
        note: claim.row,
        lease: claim.lease,
        what: claim.notice.label().to_owned(),
        why: why.to_owned(),
        instead: claim
            .notice
            .must_be_heard()
            .then(|| Box::new(claim.notice.clone())),
    };
    enqueue_alert(connection, claim.guild, claim.release, &notice, now).await
}

/// The same of a message that cannot be read, or whose release cannot: it is told without the release.
pub(super) async fn alert_unreadable(
    connection: &mut Connection,
    guild: GuildId,
    row: i64,
    what: &str,
    why: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let notice = Notice::Alert {
        note: row,
        lease: 0,
        what: what.to_owned(),
        why: why.to_owned(),
        instead: None,
    };
    enqueue_alert(connection, guild, None, &notice, now).await
}

/// Tells the operations channel of a guild, where one is chosen, of a trouble of the bot itself.
pub(super) async fn warn(
    connection: &mut Connection,
    guild: GuildId,
    warning: Warning,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    enqueue_alert(connection, guild, None, &Notice::Warning { warning }, now).await
}

/// Hands an alert to the outbox, unless the guild has no operations channel.
async fn enqueue_alert(
    connection: &mut Connection,
    guild: GuildId,
    release: Option<ReleaseId>,
    notice: &Notice,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if guilds::operations(connection, guild).await?.is_none() {
        return Ok(());
    }
    match release {
        Some(release) => outbox::enqueue(connection, release, notice, now).await,
        None => outbox::enqueue_for_guild(connection, guild, notice, now).await,
    }
}
