//! Which releases a person may know of. Those that are private are known to the roles of their playbook alone: whoever
//! plays none of them gets the answers that they would get if there were no such release.

use std::collections::BTreeSet;

use crate::domain::ids::ReleaseId;
use crate::domain::person::Person;
use crate::domain::playbook::{Playbook, RoleId};
use crate::domain::release::Release;
use crate::domain::setup::GuildSetup;
use crate::store::{Connection, StoreError, releases};

/// The roles that a person plays while looking.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    held: BTreeSet<RoleId>,
}

impl Sight {
    pub(super) fn of(person: &Person, setup: &GuildSetup) -> Self {
        let held = setup.playbook_roles(&person.guild_roles);
        Self { held }
    }

    /// Whether the person may know of this release.
    pub(super) fn shows(&self, release: &Release) -> bool {
        release.is_shown_to(&self.held)
    }

    /// Whether the person may know of a release that is private to the roles of this playbook; of any when there is none.
    pub(super) fn shows_private_to(&self, playbook: Option<&Playbook>) -> bool {
        playbook.is_none_or(|playbook| playbook.is_played_by(&self.held))
    }

    /// Whether the person may know of the release of this number. One that is private and cannot be read is shown to
    /// nobody.
    pub(super) async fn shows_number(
        &self,
        connection: &mut Connection,
        release: ReleaseId,
    ) -> Result<bool, StoreError> {
        match releases::private_to(connection, release).await {
            Ok(playbook) => Ok(self.shows_private_to(playbook.as_deref())),
            Err(StoreError::Corrupt { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
