//! What a guild has chosen for T-minus.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::calendar::CalendarDays;
use crate::domain::ids::{ChannelId, GuildId, GuildRoleId, UserId};
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::playbook::{RoleDefinition, RoleId};

/// The roles, places and manners of one guild. Empty until somebody runs `/setup`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuildSetup {
    /// The guild.
    pub guild: GuildId,
    /// Which role of the guild plays which role of the playbooks.
    pub roles: BTreeMap<RoleId, GuildRoleId>,
    /// Release channels are opened under this category.
    pub category: Option<ChannelId>,
    /// Those that followed it when it was full, in the order in which they came to be used.
    pub following: Vec<ChannelId>,
    /// The channels of closed releases move under this category; none where they stay.
    pub archive: Option<ChannelId>,
    /// Those that followed it when it was full, in the order in which they came to be used.
    pub archive_following: Vec<ChannelId>,
    /// New releases are announced here.
    pub announcements: Option<ChannelId>,
    /// Operators hear here of what could not be delivered. Nothing needs it.
    pub operations: Option<ChannelId>,
    /// Hand-offs and swaps are spoken of here. Nothing needs it but they.
    pub hand_offs: Option<ChannelId>,
    /// Whether only the release roles see a release channel.
    pub private_channels: bool,
    /// What its people said about single days, with `/calendar`.
    pub days: Arc<CalendarDays>,
    /// To whom what stays overdue is brought in the end; none where that is the Release Manager.
    pub manager: Option<UserId>,
}

impl GuildSetup {
    /// A guild that has chosen nothing yet.
    #[must_use]
    pub fn empty(guild: GuildId) -> Self {
        Self {
            guild,
            roles: BTreeMap::new(),
            category: None,
            following: Vec::new(),
            archive: None,
            archive_following: Vec::new(),
            announcements: None,
            operations: None,
            hand_offs: None,
            private_channels: false,
            days: Arc::default(),
            manager: None,
        }
    }

    /// What is missing before a release with these roles can start, in words.
    #[must_use]
    pub fn missing(&self, roles: &[RoleDefinition]) -> Vec<String> {
        let roles = roles
            .iter()
            .filter(|role| !self.roles.contains_key(&role.id))
            .map(|role| format!("the {} role", role.title));
        let category = self
            .category
            .is_none()
            .then(|| "the category for release channels".to_owned());
        let announcements = self
            .announcements
            .is_none()
            .then(|| "the announcement channel".to_owned());
        roles.chain(category).chain(announcements).collect()
    }

    /// The guild's role that leads releases, once it is chosen.
    #[must_use]
    pub fn release_manager(&self) -> Option<GuildRoleId> {
        let mut roles = self.roles.iter();
        let found = roles.find(|(role, _)| role.as_str() == RELEASE_MANAGER);
        found.map(|(_, chosen)| *chosen)
    }

    /// The playbook roles that somebody with these guild roles holds.
    #[must_use]
    pub fn playbook_roles(&self, held: &[GuildRoleId]) -> std::collections::BTreeSet<RoleId> {
        self.roles
            .iter()
            .filter(|(_, role)| held.contains(role))
            .map(|(id, _)| id.clone())
            .collect()
    }
}

/// One choice made in `/setup`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupChange {
    /// This guild role plays that playbook role.
    Role(RoleId, GuildRoleId),
    /// Release channels go under this category.
    Category(ChannelId),
    /// The channels of closed releases go under this category.
    Archive(ChannelId),
    /// Announcements go to this channel.
    Announcements(ChannelId),
    /// Alerts for operators go to this channel.
    Operations(ChannelId),
    /// Hand-offs and swaps are spoken of in this channel.
    HandOffs(ChannelId),
    /// Release channels are visible to the release roles only, or to everybody.
    PrivateChannels(bool),
    /// What stays overdue is brought to this person in the end, or to nobody.
    Manager(Option<UserId>),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{playbook, role, setup};

    #[test]
    fn what_is_missing_is_named_roles_first() {
        let playbook = playbook();
        assert_eq!(
            GuildSetup::empty(GuildId(1)).missing(&playbook.roles),
            [
                "the Release Manager role",
                "the Dev role",
                "the QA role",
                "the category for release channels",
                "the announcement channel",
            ]
        );
        assert_eq!(setup().missing(&playbook.roles), Vec::<String>::new());
    }

    /// One role of the guild may play two roles of the playbook, and a role of no playbook plays none.
    #[test]
    fn guild_roles_are_translated() {
        let mut setup = setup();
        let dev = setup.roles[&role("dev")];
        setup.roles.insert(role("qa"), dev);
        let held = |roles: &[GuildRoleId]| -> Vec<String> {
            setup
                .playbook_roles(roles)
                .iter()
                .map(RoleId::to_string)
                .collect()
        };
        assert_eq!(held(&[dev]), ["dev", "qa"]);
        assert_eq!(held(&[GuildRoleId(999)]), Vec::<String>::new());
        assert_eq!(held(&[]), Vec::<String>::new());
    }
}
