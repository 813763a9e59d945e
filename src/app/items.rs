//! Ticking items, and closing.

use chrono::{DateTime, Utc};

use crate::app::{App, Error, ReleaseView, Which, happen, show};
use crate::domain::notice::Notice;
use crate::domain::person::{Actor, Person};
use crate::domain::release::{Command, Event};
use crate::store::{guilds, outbox, timeline};

impl App {
    /// Does to a release what a person asks for, once for each interaction.
    ///
    /// # Errors
    /// A rejection, or the database failed.
    pub async fn act(
        &self,
        person: &Person,
        which: &Which,
        command: &Command,
        now: DateTime<Utc>,
    ) -> Result<ReleaseView, Error> {
        let mut transaction = self.store().write().await?;
        let mut release = self.find(&mut transaction, person.guild, which).await?;
        let setup = guilds::load(&mut transaction, person.guild).await?;
        if !timeline::handle_once(&mut transaction, person.interaction, now).await? {
            return Ok(self.view_of(release, setup));
        }
        let actor = Actor {
            user: person.user,
            roles: setup.playbook_roles(&person.guild_roles),
        };
        let events = release.decide(command, &actor)?;
        for event in events {
            let closed = matches!(event, Event::Closed { .. });
            happen(&mut transaction, &mut release, event, Some(person.user), now).await?;
            show(&mut transaction, &release, now).await?;
            if closed {
                outbox::enqueue(&mut transaction, release.id, &Notice::Closed, now).await?;
            }
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(self.view_of(release, setup))
    }
}
