//! Status updates and retrospectives: what is known when one is written, that it is posted, and that it is missed.

use chrono::{DateTime, Utc};

use crate::app::tick::Look;
use crate::app::{App, Error, Record, ReleaseView, Which, actor, happen};
use crate::domain::ids::UserId;
use crate::domain::notice::Notice;
use crate::domain::offset::Offset;
use crate::domain::person::Person;
use crate::domain::release::{Command, Event, Release};
use crate::domain::reminder::Prompt;
use crate::domain::room::{RoomCommand, RoomEvent, UpdateCommand, later, read_interval};
use crate::domain::standing::{Standing, standing};
use crate::store::{Connection, StoreError, outbox};

/// What a status update starts from.
#[derive(Clone, Debug)]
pub struct UpdateDraft {
    /// The release.
    pub view: ReleaseView,
    /// How it stands.
    pub standing: Standing,
    /// After how long the next update is due, unless the person says otherwise.
    pub every: Option<Offset>,
}

impl App {
    /// What a status update starts from, for a person who may give one.
    ///
    /// # Errors
    /// As [`App::update`], as far as it can be known before anything is written.
    pub async fn draft_update(
        &self,
        person: &Person,
        which: &Which,
        now: DateTime<Utc>,
    ) -> Result<UpdateDraft, Error> {
        let Record { view, events, .. } = self.record_of(person, which).await?;
        view.release.may_update(&actor(&view.setup, person))?;
        Ok(UpdateDraft {
            standing: standing(&view.release, &view.plan, &events, now),
            every: view.release.usual_interval(),
            view,
        })
    }

    /// Says how a release stands. `every` is after how long the next update is due, as typed.
    ///
    /// # Errors
    /// A rejection, or the database failed.
    pub async fn update(
        &self,
        person: &Person,
        which: &Which,
        text: &str,
        every: &str,
        now: DateTime<Utc>,
    ) -> Result<ReleaseView, Error> {
        let view = self.release(person, which).await?;
        let release = &view.release;
        release.may_update(&actor(&view.setup, person))?;
        let every = read_interval(every)?;
        let calendar = self.calendar(&release.playbook, release.guild, &view.setup.days);
        let hours = release.playbook.lead_hours(&calendar);
        let command = UpdateCommand {
            text: text.to_owned(),
            every,
            next: every.map(|every| later(now, every, &hours)),
        };
        let command = Command::Room(RoomCommand::Update(command));
        self.act(person, which, &command, now).await
    }

    /// The record that a retrospective starts from, for a person who may write one.
    ///
    /// # Errors
    /// A rejection, or the database failed.
    pub async fn draft_retrospective(&self, person: &Person, which: &Which) -> Result<Record, Error> {
        let record = self.record_of(person, which).await?;
        let view = &record.view;
        view.release.may_look_back(&actor(&view.setup, person))?;
        Ok(record)
    }

    /// Calls the Release Manager for a text that is missing, and says whether it did: each occasion once, in the
    /// transaction that hands the call to the outbox.
    pub(super) async fn prompt(
        &self,
        connection: &mut Connection,
        look: &mut Look,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let Some(prompt) = look.ladder().prompt(now) else {
            return Ok(false);
        };
        let (did, notice) = match prompt {
            Prompt::Retrospective { due } => (
                RoomEvent::RetrospectiveCalled { due },
                Notice::RetrospectiveDue { due },
            ),
            Prompt::Update { due, at } => {
                (RoomEvent::UpdateCalled { due, at }, Notice::UpdateDue { due, at })
            }
        };
        happen(connection, &mut look.release, Event::Room(did), None, now).await?;
        if look.release.channel.is_some() {
            outbox::enqueue(connection, look.release.id, &notice, now).await?;
        }
        Ok(true)
    }
}

/// What follows from a text that somebody has written: nobody waits for it any more, and the release channel reads it.
pub(super) async fn tell_text(
    connection: &mut Connection,
    release: &Release,
    did: &RoomEvent,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let number = release.revision;
    let notice = match did {
        RoomEvent::StatusUpdated { text, next, .. } => Notice::StatusUpdate {
            number,
            text: text.clone(),
            by,
            next: *next,
        },
        RoomEvent::RetrospectiveWritten { findings } => Notice::Retrospective {
            number,
            findings: findings.clone(),
            by,
        },
        _ => return Ok(()),
    };
    withdraw_calls(connection, release, now).await?;
    if release.channel.is_none() {
        return Ok(());
    }
    outbox::enqueue(connection, release.id, &notice, now).await
}

/// Withdraws the calls for a text that have not left.
pub(super) async fn withdraw_calls(
    connection: &mut Connection,
    release: &Release,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let calls =
        |notice: &Notice| matches!(notice, Notice::UpdateDue { .. } | Notice::RetrospectiveDue { .. });
    outbox::supersede(connection, release.id, calls, now).await?;
    Ok(())
}
