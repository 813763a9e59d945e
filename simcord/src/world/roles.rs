//! Roles and who has them.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::body::text;
use super::build;
use super::error::{ApiError, Form};
use super::event::{Happening, intent};
use super::guild::{Role, RoleColors};
use super::ids::{GuildId, RoleId, UserId};
use super::permission::{self, Permissions};
use super::state::World;
use crate::options::RoleSpec;

/// What a request says about a role; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoleBody {
    name: Option<String>,
    color: Option<u32>,
    permissions: Option<Permissions>,
    mentionable: Option<bool>,
    hoist: Option<bool>,
}

impl RoleBody {
    /// Reads a body and checks it against the limits.
    pub(crate) fn parse(body: &Value) -> Result<Self, ApiError> {
        let Some(map) = body.as_object() else {
            return Err(ApiError::invalid_json());
        };
        let mut form = Form::default();
        let color = map.get("color").or_else(|| body.pointer("/colors/primary_color"));
        let parsed = Self {
            name: text(map, "name", &mut form).filter(|name| !name.is_empty()),
            color: color
                .and_then(Value::as_u64)
                .and_then(|color| u32::try_from(color).ok()),
            permissions: map
                .get("permissions")
                .and_then(|bits| serde_json::from_value(bits.clone()).ok()),
            mentionable: map.get("mentionable").and_then(Value::as_bool),
            hoist: map.get("hoist").and_then(Value::as_bool),
        };
        form.length("name", parsed.name.as_deref().unwrap_or(""), 0, 100);
        form.finish()?;
        Ok(parsed)
    }

    fn apply(self, role: &mut Role) {
        if let Some(name) = self.name {
            role.name = name;
        }
        if let Some(color) = self.color {
            role.color = color;
            role.colors = RoleColors {
                primary_color: color,
                ..RoleColors::default()
            };
        }
        role.permissions = self.permissions.unwrap_or(role.permissions);
        role.mentionable = self.mentionable.unwrap_or(role.mentionable);
        role.hoist = self.hoist.unwrap_or(role.hoist);
    }
}

impl World {
    /// The bot makes a role; it stands just above `@everyone`.
    pub(crate) fn bot_makes_role(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        body: RoleBody,
    ) -> Result<Role, ApiError> {
        let found = self.bot_in_guild(guild, Permissions::MANAGE_ROLES)?;
        if found.roles.len() >= self.limits.roles_per_guild {
            return Err(ApiError::too_many_roles());
        }
        let held = permission::in_guild(found, self.bot);
        let id = RoleId(self.ids.next(now));
        let spec = RoleSpec {
            name: "new role".to_owned(),
            ..RoleSpec::default()
        };
        let mut role = build::role(id, &spec, 1);
        body.apply(&mut role);
        if !held.contains(role.permissions) {
            return Err(ApiError::missing_permissions());
        }
        if let Some(found) = self.guilds.get_mut(&guild) {
            for other in found.roles.values_mut().filter(|other| other.position >= 1) {
                other.position += 1;
            }
            found.roles.insert(id, role.clone());
        }
        self.role_event(now, "GUILD_ROLE_CREATE", guild, &role);
        Ok(role)
    }

    /// The bot changes a role below its own.
    pub(crate) fn bot_edits_role(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        id: RoleId,
        body: RoleBody,
    ) -> Result<Role, ApiError> {
        self.check_rank(guild, id)?;
        let held = permission::in_guild(self.guild(guild)?, self.bot);
        let found = self
            .guilds
            .get_mut(&guild)
            .and_then(|guild| guild.roles.get_mut(&id));
        let role = found.ok_or_else(ApiError::unknown_role)?;
        let mut changed = role.clone();
        body.apply(&mut changed);
        if !held.contains(Permissions(changed.permissions.0 & !role.permissions.0)) {
            return Err(ApiError::missing_permissions());
        }
        *role = changed.clone();
        self.role_event(now, "GUILD_ROLE_UPDATE", guild, &changed);
        Ok(changed)
    }

    /// The bot deletes a role below its own.
    pub(crate) fn bot_deletes_role(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        id: RoleId,
    ) -> Result<(), ApiError> {
        self.check_rank(guild, id)?;
        if let Some(found) = self.guilds.get_mut(&guild) {
            found.roles.remove(&id);
            for member in found.members.values_mut() {
                member.roles.retain(|held| *held != id);
            }
        }
        for channel in self.channels.values_mut() {
            channel
                .permission_overwrites
                .retain(|overwrite| overwrite.id != id.0);
        }
        self.dispatch(
            "GUILD_ROLE_DELETE",
            intent::GUILDS,
            json!({"guild_id": guild, "role_id": id}),
        );
        self.happen(now, Happening::GuildChanged { guild_id: guild });
        Ok(())
    }

    /// The bot gives a role to a member or takes it away.
    pub(crate) fn bot_sets_role(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        user: UserId,
        role: RoleId,
        held: bool,
    ) -> Result<(), ApiError> {
        self.check_rank(guild, role)?;
        let member = self
            .guilds
            .get_mut(&guild)
            .and_then(|guild| guild.members.get_mut(&user));
        let member = member.ok_or_else(ApiError::unknown_member)?;
        member.roles.retain(|other| *other != role);
        if held {
            member.roles.push(role);
        }
        self.member_event(now, guild, user);
        Ok(())
    }

    fn check_rank(&self, guild: GuildId, role: RoleId) -> Result<(), ApiError> {
        let guild = self.bot_in_guild(guild, Permissions::MANAGE_ROLES)?;
        let role = guild.roles.get(&role).ok_or_else(ApiError::unknown_role)?;
        let below = role.position < guild.rank(self.bot) && !role.managed;
        if below {
            Ok(())
        } else {
            Err(ApiError::missing_permissions())
        }
    }

    /// Somebody outside the play gives a member exactly these roles; the error is a sentence.
    pub(crate) fn set_member_roles(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        user: UserId,
        names: &[&str],
    ) -> Result<(), String> {
        let found = self.guilds.get_mut(&guild).ok_or("There is no such guild.")?;
        let mut roles = Vec::new();
        for name in names {
            let role = found
                .role_named(name)
                .ok_or_else(|| format!("{} has no role {name:?}.", found.name))?;
            roles.push(role.id);
        }
        let member = found
            .members
            .get_mut(&user)
            .ok_or("That person is not a member.")?;
        member.roles = roles;
        self.member_event(now, guild, user);
        Ok(())
    }

    /// Somebody outside the play sets what the bot's own role grants.
    pub(crate) fn set_bot_permissions(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        bits: Permissions,
    ) -> Result<(), String> {
        let found = self.guilds.get_mut(&guild).ok_or("There is no such guild.")?;
        let own = found.bot_role;
        let role = found.roles.get_mut(&own).ok_or("The bot has lost its role.")?;
        role.permissions = bits;
        let role = role.clone();
        self.role_event(now, "GUILD_ROLE_UPDATE", guild, &role);
        Ok(())
    }

    fn role_event(&mut self, now: DateTime<Utc>, name: &'static str, guild: GuildId, role: &Role) {
        self.dispatch(name, intent::GUILDS, json!({"guild_id": guild, "role": role}));
        self.happen(now, Happening::GuildChanged { guild_id: guild });
    }

    fn member_event(&mut self, now: DateTime<Utc>, guild: GuildId, user: UserId) {
        let member = self.guilds.get(&guild).and_then(|guild| guild.members.get(&user));
        if let Some(member) = member {
            let mut data = self.member_json(member);
            data["guild_id"] = json!(guild);
            self.dispatch("GUILD_MEMBER_UPDATE", intent::GUILD_MEMBERS, data);
        }
        self.happen(now, Happening::GuildChanged { guild_id: guild });
    }
}
