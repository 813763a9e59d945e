//! Makes a world from the options.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::channel::Channel;
use super::guild::{Guild, Member, Role, RoleColors, RoleTags, User};
use super::ids::{ChannelId, GuildId, RoleId, Snowflakes, UserId};
use super::permission::Permissions;
use super::state::World;
use crate::options::{Application, ChannelSpec, GuildSpec, Limits, RoleSpec};

/// What everybody may do in a guild whose options do not say otherwise.
const EVERYONE: Permissions = Permissions::VIEW_CHANNEL
    .with(Permissions::SEND_MESSAGES)
    .with(Permissions::EMBED_LINKS)
    .with(Permissions::ATTACH_FILES)
    .with(Permissions::READ_MESSAGE_HISTORY)
    .with(Permissions::ADD_REACTIONS)
    .with(Permissions::CREATE_PUBLIC_THREADS)
    .with(Permissions::SEND_MESSAGES_IN_THREADS)
    .with(Permissions::USE_APPLICATION_COMMANDS);

impl World {
    /// A world with these guilds; the error says what does not fit together.
    pub(crate) fn new(
        application: &Application,
        guilds: &[GuildSpec],
        limits: Limits,
        seed: u16,
        now: DateTime<Utc>,
    ) -> Result<Self, String> {
        let bot = UserId(application.id);
        let mut world = Self {
            bot,
            granted: application.privileged_intents,
            limits,
            ids: Snowflakes::seeded(seed),
            users: BTreeMap::from([(bot, user(bot, &application.name, None, true))]),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            messages: BTreeMap::new(),
            by_channel: BTreeMap::new(),
            pins: BTreeMap::new(),
            scheduled: BTreeMap::new(),
            commands: Vec::new(),
            interactions: BTreeMap::new(),
            open: Default::default(),
            modals: BTreeMap::new(),
            nonces: Vec::new(),
            made_commands: BTreeMap::new(),
            renames: BTreeMap::new(),
            old_edits: BTreeMap::new(),
            pings: Vec::new(),
            read: BTreeMap::new(),
            refusing: Default::default(),
            journal: Vec::new(),
            broken: Vec::new(),
            effects: Vec::new(),
            uploads: Vec::new(),
            at_hand: BTreeMap::new(),
            base: String::new(),
        };
        // A millisecond apart, since that is what shards are told apart by.
        for (before, spec) in (0..guilds.len()).rev().zip(guilds) {
            let before = TimeDelta::milliseconds(i64::try_from(before).unwrap_or_default());
            world.add_guild(spec, now - before)?;
        }
        Ok(world)
    }

    fn add_guild(&mut self, spec: &GuildSpec, now: DateTime<Utc>) -> Result<(), String> {
        let id = GuildId(self.ids.next(now));
        let everyone = spec.roles.iter().find(|role| role.name == "@everyone");
        let everyone = everyone.map_or(EVERYONE, |role| Permissions(role.permissions));
        let mut roles = BTreeMap::new();
        let base = RoleSpec {
            name: "@everyone".to_owned(),
            permissions: everyone.0,
            ..RoleSpec::default()
        };
        roles.insert(RoleId(id.0), role(RoleId(id.0), &base, 0));
        for (place, spec) in (1..).zip(spec.roles.iter().filter(|role| role.name != "@everyone")) {
            let id = RoleId(self.ids.next(now));
            roles.insert(id, role(id, spec, place));
        }
        let bot_role = RoleId(self.ids.next(now));
        let own = RoleSpec {
            name: self.bot().username.clone(),
            permissions: spec.bot_permissions,
            ..RoleSpec::default()
        };
        let place = u16::try_from(roles.len()).unwrap_or(u16::MAX);
        let mut own = role(bot_role, &own, place);
        own.managed = true;
        own.tags = Some(RoleTags { bot_id: self.bot });
        roles.insert(bot_role, own);

        let mut guild = Guild {
            id,
            name: spec.name.clone(),
            owner_id: UserId(0),
            roles,
            members: BTreeMap::new(),
            bot_role,
            joined_at: now,
        };
        guild.members.insert(
            self.bot,
            Member {
                user: self.bot,
                roles: vec![bot_role],
                joined_at: now,
            },
        );
        for member in &spec.members {
            let user_id = self.person(&member.username, &member.display_name, now);
            let mut held = Vec::new();
            for name in &member.roles {
                let role = guild.role_named(name);
                let role = role.ok_or_else(|| {
                    format!(
                        "{} is given the role {name:?}, which {} does not have",
                        member.username, spec.name
                    )
                })?;
                held.push(role.id);
            }
            if member.owner && guild.owner_id == UserId(0) {
                guild.owner_id = user_id;
            }
            guild.members.insert(
                user_id,
                Member {
                    user: user_id,
                    roles: held,
                    joined_at: now,
                },
            );
        }
        if guild.owner_id == UserId(0) {
            guild.owner_id = UserId(self.ids.next(now));
        }
        self.guilds.insert(id, guild);
        for (place, channel) in (0..).zip(&spec.channels) {
            self.add_channel(id, channel, place, &spec.name, now)?;
        }
        Ok(())
    }

    fn add_channel(
        &mut self,
        guild: GuildId,
        spec: &ChannelSpec,
        position: u16,
        guild_name: &str,
        now: DateTime<Utc>,
    ) -> Result<(), String> {
        let parent_id = match &spec.parent {
            None => None,
            Some(name) => {
                let found = self.channels.values().find(|channel| {
                    channel.guild_id == Some(guild)
                        && channel.kind == super::ChannelKind::Category
                        && channel.name == *name
                });
                let missing = || {
                    format!(
                        "#{} stands under {name:?}, which {guild_name} lacks above it",
                        spec.name
                    )
                };
                Some(found.ok_or_else(missing)?.id)
            }
        };
        let id = ChannelId(self.ids.next(now));
        let channel = Channel {
            id,
            kind: spec.kind,
            guild_id: Some(guild),
            name: spec.name.clone(),
            topic: spec.topic.clone(),
            parent_id,
            position,
            permission_overwrites: Vec::new(),
            nsfw: false,
            rate_limit_per_user: 0,
            last_message_id: None,
            last_pin_timestamp: None,
            flags: 0,
            recipients: Vec::new(),
            thread: None,
            simcord: None,
        };
        self.channels.insert(id, channel);
        Ok(())
    }

    fn person(&mut self, username: &str, display_name: &str, now: DateTime<Utc>) -> UserId {
        if let Some(known) = self
            .users
            .values()
            .find(|user| !user.bot && user.username == username)
        {
            return known.id;
        }
        let id = UserId(self.ids.next(now));
        let shown = (!display_name.is_empty()).then(|| display_name.to_owned());
        self.users.insert(id, user(id, username, shown, false));
        id
    }
}

fn user(id: UserId, username: &str, global_name: Option<String>, bot: bool) -> Arc<User> {
    Arc::new(User {
        id,
        username: username.to_owned(),
        discriminator: "0",
        global_name,
        avatar: None,
        bot,
        public_flags: 0,
        flags: 0,
        primary_guild: None,
    })
}

/// A role as the options describe it.
pub(super) fn role(id: RoleId, spec: &RoleSpec, position: u16) -> Role {
    Role {
        id,
        name: spec.name.clone(),
        color: spec.color,
        colors: RoleColors {
            primary_color: spec.color,
            ..RoleColors::default()
        },
        permissions: Permissions(spec.permissions),
        position,
        mentionable: spec.mentionable,
        hoist: false,
        managed: false,
        tags: None,
        flags: 0,
        icon: None,
        unicode_emoji: None,
    }
}
