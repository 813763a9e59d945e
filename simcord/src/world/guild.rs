//! Users, guilds, roles and members.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::ids::{GuildId, RoleId, UserId};
use super::permission::Permissions;

/// A person or a bot.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct User {
    /// The user's id.
    pub id: UserId,
    /// The unique name.
    pub username: String,
    /// Always `"0"`: nobody has a number behind the name any more.
    pub discriminator: &'static str,
    /// The name that people see.
    pub global_name: Option<String>,
    /// No pictures here.
    pub avatar: Option<String>,
    /// Whether this is an application's user.
    pub bot: bool,
    /// Public flags; none here.
    pub public_flags: u32,
    /// All flags; none here.
    pub flags: u32,
    /// The guild whose tag stands behind the name; nobody shows one here.
    pub primary_guild: Option<GuildId>,
}

impl User {
    /// The name that people see.
    #[must_use]
    pub fn display_name(&self) -> &str {
        self.global_name.as_deref().unwrap_or(&self.username)
    }

    /// Whether one of the names begins with this, which is in small letters.
    pub(crate) fn begins_with(&self, beginning: &str) -> bool {
        let mut names = [self.username.as_str(), self.display_name()].into_iter();
        names.any(|name| name.to_lowercase().starts_with(beginning))
    }
}

/// A role of a guild.
#[derive(Clone, Debug, Serialize)]
pub struct Role {
    /// The role's id.
    pub id: RoleId,
    /// Its name.
    pub name: String,
    /// Its colour as `0xRRGGBB`; 0 is none.
    pub color: u32,
    /// The same colour in Discord's newer shape.
    pub colors: RoleColors,
    /// What it grants.
    pub permissions: Permissions,
    /// Its place in the order; `@everyone` is 0.
    pub position: u16,
    /// Whether anybody may ping it.
    pub mentionable: bool,
    /// Whether its members are listed apart.
    pub hoist: bool,
    /// Whether an integration owns it.
    pub managed: bool,
    /// Whose role it is, when managed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<RoleTags>,
    /// Flags; none here.
    pub flags: u32,
    /// No icons here.
    pub icon: Option<String>,
    /// No icons here.
    pub unicode_emoji: Option<String>,
}

/// A role's colours.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct RoleColors {
    /// The colour.
    pub primary_color: u32,
    /// The second colour of a gradient; none here.
    pub secondary_color: Option<u32>,
    /// The third colour of a holographic style; none here.
    pub tertiary_color: Option<u32>,
}

/// Whose managed role this is.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RoleTags {
    /// The bot that the role belongs to.
    pub bot_id: UserId,
}

/// A member of a guild: which roles a user has there.
#[derive(Clone, Debug)]
pub struct Member {
    /// The user.
    pub user: UserId,
    /// The member's roles, without `@everyone`.
    pub roles: Vec<RoleId>,
    /// When the member came.
    pub joined_at: DateTime<Utc>,
}

/// A guild.
#[derive(Clone, Debug)]
pub struct Guild {
    /// The guild's id.
    pub id: GuildId,
    /// Its name.
    pub name: String,
    /// The owner, who may do everything.
    pub owner_id: UserId,
    /// Its roles.
    pub roles: BTreeMap<RoleId, Role>,
    /// Its members.
    pub members: BTreeMap<UserId, Member>,
    /// The bot's own role.
    pub bot_role: RoleId,
    /// When the bot came.
    pub joined_at: DateTime<Utc>,
}

impl Guild {
    /// The highest place among a member's roles.
    pub(crate) fn rank(&self, user: UserId) -> u16 {
        if self.owner_id == user {
            return u16::MAX;
        }
        let Some(member) = self.members.get(&user) else {
            return 0;
        };
        member
            .roles
            .iter()
            .filter_map(|id| self.roles.get(id))
            .map(|role| role.position)
            .max()
            .unwrap_or(0)
    }

    /// The role of this name.
    pub(crate) fn role_named(&self, name: &str) -> Option<&Role> {
        self.roles.values().find(|role| role.name == name).or_else(|| {
            self.roles
                .values()
                .find(|role| role.name.eq_ignore_ascii_case(name))
        })
    }

    /// The fields that every Discord shape of a guild has.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "icon": null, "icon_hash": null, "splash": null,
            "discovery_splash": null, "owner_id": self.owner_id, "afk_channel_id": null, "afk_timeout": 300,
            "widget_enabled": false, "widget_channel_id": null, "verification_level": 0,
            "default_message_notifications": 1, "explicit_content_filter": 0,
            "roles": self.roles.values().collect::<Vec<_>>(), "emojis": [], "features": [], "mfa_level": 0,
            "application_id": null, "system_channel_id": null, "system_channel_flags": 0,
            "rules_channel_id": null, "max_presences": null, "max_members": 500_000, "vanity_url_code": null,
            "description": null, "banner": null, "home_header": null, "premium_tier": 0, "premium_subscription_count": 0,
            "preferred_locale": "en-US", "public_updates_channel_id": null, "max_video_channel_users": 25,
            "max_stage_video_channel_users": 50, "nsfw": false, "nsfw_level": 0, "stickers": [],
            "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null, "incidents_data": null,
            "region": "deprecated",
        })
    }
}
