//! Who acts, and with which rights.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::ids::{GuildId, GuildRoleId, InteractionId, UserId};
use crate::domain::playbook::RoleId;

/// The role that leads a release. Every playbook that people use with T-minus has it.
pub const RELEASE_MANAGER: &str = "release-manager";

/// The role that develops, in playbooks that have one.
pub const DEV: &str = "dev";

/// The role that tests, in playbooks that have one.
pub const QA: &str = "qa";

/// The person behind a command, with the playbook roles that this person holds in the guild right now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// Who it is.
    pub user: UserId,
    /// The playbook roles held, translated from the guild's roles for this one action.
    pub roles: BTreeSet<RoleId>,
}

impl Actor {
    /// Whether this person leads releases.
    #[must_use]
    pub fn is_release_manager(&self) -> bool {
        self.roles.iter().any(|role| role.as_str() == RELEASE_MANAGER)
    }
}

/// Who did something, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The person.
    pub by: UserId,
    /// The instant.
    pub at: DateTime<Utc>,
}

/// A person who pressed or typed something, as the chat platform vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Where.
    pub guild: GuildId,
    /// Who.
    pub user: UserId,
    /// The guild's roles that this person holds at this moment.
    pub guild_roles: Vec<GuildRoleId>,
    /// Whether this person may manage the guild.
    pub administrator: bool,
    /// The command, click or form itself; it is carried out at most once.
    pub interaction: InteractionId,
}
