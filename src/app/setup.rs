//! Choosing roles and channels.

use chrono::{DateTime, Utc};

use crate::app::announce::show_draft;
use crate::app::{App, Error};
use crate::domain::ids::GuildId;
use crate::domain::person::Person;
use crate::domain::playbook::RoleDefinition;
use crate::domain::rejection::Rejection;
use crate::domain::setup::{GuildSetup, SetupChange};
use crate::store::{StoreError, commands, guilds, releases, rosters, wake};

impl App {
    /// The roles that the loaded playbooks speak of, in their order, each once.
    #[must_use]
    pub fn roles(&self) -> Vec<RoleDefinition> {
        let mut roles: Vec<RoleDefinition> = Vec::new();
        for role in self.playbooks().iter().flat_map(|playbook| &playbook.roles) {
            if !roles.iter().any(|known| known.id == role.id) {
                roles.push(role.clone());
            }
        }
        roles
    }

    /// What the guild has chosen.
    ///
    /// # Errors
    /// The database failed.
    pub async fn setup(&self, guild: GuildId) -> Result<GuildSetup, Error> {
        let mut reader = self.store().read().await?;
        Ok(guilds::load(&mut reader, guild).await?)
    }

    /// Records choices and returns the set-up after them.
    ///
    /// # Errors
    /// [`Rejection::NotAnAdministrator`], or the database failed.
    pub async fn choose(&self, person: &Person, changes: &[SetupChange]) -> Result<GuildSetup, Error> {
        if !person.administrator {
            return Err(Rejection::NotAnAdministrator.into());
        }
        let mut transaction = self.store().write().await?;
        for change in changes {
            guilds::save(&mut transaction, person.guild, change).await?;
        }
        // Whom a release calls next depends on whether there is a manager.
        let manager = |change: &SetupChange| matches!(change, SetupChange::Manager(_));
        if changes.iter().any(manager) {
            wake::look_again(&mut transaction, Some(person.guild)).await?;
        }
        // Gaps that nobody could be told of are told where there is a place for it.
        if changes
            .iter()
            .any(|change| matches!(change, SetupChange::HandOffs(_)))
        {
            rosters::look_again(&mut transaction, Some(person.guild)).await?;
        }
        let setup = guilds::load(&mut transaction, person.guild).await?;
        transaction.commit().await?;
        self.pulse().poke();
        Ok(setup)
    }

    /// Has the drafts of a guild name the announcement channel that is chosen now.
    ///
    /// # Errors
    /// The database failed.
    pub async fn show_drafts(&self, guild: GuildId, now: DateTime<Utc>) -> Result<(), Error> {
        let mut transaction = self.store().write().await?;
        for release in releases::in_flight(&mut transaction, guild).await? {
            show_draft(&mut transaction, &release, now).await?;
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(())
    }

    /// Whether exactly these commands were registered last for this application.
    ///
    /// # Errors
    /// The database failed.
    pub async fn commands_are_registered(
        &self,
        application: u64,
        definition: &str,
    ) -> Result<bool, StoreError> {
        let mut reader = self.store().read().await?;
        commands::are_registered(&mut reader, application, definition).await
    }

    /// Remembers what was registered.
    ///
    /// # Errors
    /// The database failed.
    pub async fn remember_commands(&self, application: u64, definition: &str) -> Result<(), StoreError> {
        let mut transaction = self.store().write().await?;
        commands::remember(&mut transaction, application, definition).await?;
        transaction.commit().await
    }
}
