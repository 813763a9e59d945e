//! What people do to the application: commands, typing, clicks, choices. The errors are sentences for them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::command::Command;
use super::component::{self, kind};
use super::event::intent;
use super::ids::{ChannelId, InteractionId, MessageId, RoleId, UserId};
use super::interaction::{Interaction, Kind, Progress, TOKEN_BEGINS};
use super::message::Message;
use super::options::{Resolved, Typed};
use super::permission::Permissions;
use super::state::World;

/// Everything about one interaction that is not the same for all.
pub(super) struct Act {
    pub(super) kind: Kind,
    pub(super) user: UserId,
    pub(super) channel: ChannelId,
    pub(super) data: Value,
    pub(super) source: Option<MessageId>,
    pub(super) metadata: Option<Value>,
}

impl World {
    /// A person uses a command: its name and subcommands with spaces, options by name.
    pub(crate) fn use_command(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        channel: ChannelId,
        command: &str,
        values: &BTreeMap<String, Value>,
    ) -> Result<InteractionId, String> {
        let name = json!({"name": command});
        let (command, path, leaf) = self.find_command(user, channel, command)?;
        let typed = self.type_options(user, channel, &leaf, values)?;
        let data = command_data(&command, &path, typed);
        self.interact(
            now,
            Act {
                kind: Kind::Command,
                user,
                channel,
                data,
                source: None,
                metadata: Some(name),
            },
        )
    }

    /// A person uses a context-menu command on a user or a message.
    pub(crate) fn use_menu(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        channel: ChannelId,
        command: &str,
        target: u64,
    ) -> Result<InteractionId, String> {
        let available = self.commands_for(user, channel);
        let found = available
            .into_iter()
            .find(|found| found.kind != 1 && found.name == command);
        let found = found
            .ok_or_else(|| format!("There is no menu command {command:?} here."))?
            .clone();
        let mut resolved = Resolved::default();
        if found.kind == 2 {
            if !self.users.contains_key(&UserId(target)) {
                return Err("There is nobody of this id.".to_owned());
            }
            resolved.add_user(self, channel, UserId(target));
        } else {
            let message = self.visible_message(user, MessageId(target))?;
            if message.only_for.is_some() {
                return Err("Messages that only you can see have no apps.".to_owned());
            }
            resolved.add_message(message);
        }
        let mut data = command_data(
            &found,
            &[],
            Typed {
                options: Vec::new(),
                resolved,
            },
        );
        data["target_id"] = json!(UserId(target));
        self.interact(
            now,
            Act {
                kind: Kind::Command,
                user,
                channel,
                data,
                source: None,
                metadata: Some(json!({"name": found.name})),
            },
        )
    }

    /// A person is typing the option `focused` of a command.
    pub(crate) fn type_command(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        channel: ChannelId,
        command: &str,
        values: &BTreeMap<String, Value>,
        focused: &str,
    ) -> Result<InteractionId, String> {
        let (command, path, leaf) = self.find_command(user, channel, command)?;
        let option = leaf.iter().find(|option| option.name == focused);
        let option = option.ok_or_else(|| format!("There is no option `{focused}`."))?;
        if !option.autocomplete {
            return Err(format!("Nothing is suggested for `{focused}`."));
        }
        let typed = self.type_so_far(user, channel, &leaf, values, focused);
        let data = command_data(&command, &path, typed);
        self.interact(
            now,
            Act {
                kind: Kind::Autocomplete,
                user,
                channel,
                data,
                source: None,
                metadata: None,
            },
        )
    }

    /// A person presses a button.
    pub(crate) fn press(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        message: MessageId,
        custom_id: &str,
    ) -> Result<InteractionId, String> {
        let found = self.visible_message(user, message)?;
        let button = usable(found, custom_id)?;
        if component::number(button) != kind::BUTTON {
            return Err("That is not a button.".to_owned());
        }
        let data = json!({
            "id": button.get("id"), "custom_id": custom_id, "component_type": kind::BUTTON,
        });
        self.interact_on(now, user, message, data)
    }

    /// A person chooses from a select.
    pub(crate) fn choose(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        message: MessageId,
        custom_id: &str,
        values: &[String],
    ) -> Result<InteractionId, String> {
        let found = self.visible_message(user, message)?;
        let channel = found.channel_id;
        let select = usable(found, custom_id)?;
        if !component::is_select(select) {
            return Err("That is not a select.".to_owned());
        }
        let number = |key: &str| select.get(key).and_then(Value::as_u64).unwrap_or(1);
        let (least, most) = (number("min_values"), number("max_values"));
        let count = values.len() as u64;
        if count < least || count > most {
            return Err(format!(
                "Choose between {least} and {most} values; these are {count}."
            ));
        }
        let mut resolved = Resolved::default();
        let mut chosen = Vec::new();
        for value in values {
            chosen.push(self.one_choice(select, channel, value, &mut resolved)?);
        }
        let mut data = json!({
            "id": select.get("id"), "custom_id": custom_id, "component_type": component::number(select),
            "values": chosen,
        });
        if let Some(resolved) = resolved.into_json() {
            data["resolved"] = resolved;
        }
        self.interact_on(now, user, message, data)
    }

    /// What the application gets for one value of something to choose from, which may also be a name that people see.
    pub(super) fn one_choice(
        &self,
        select: &Value,
        channel: ChannelId,
        value: &str,
        resolved: &mut Resolved,
    ) -> Result<String, String> {
        let number = component::number(select);
        if matches!(
            number,
            kind::TEXT_SELECT | kind::RADIO_GROUP | kind::CHECKBOX_GROUP
        ) {
            let option = component::parts(select, "options").iter().find(|option| {
                component::text(option, "value") == Some(value)
                    || component::text(option, "label") == Some(value)
            });
            let option = option.ok_or_else(|| format!("{value:?} is not among the options."))?;
            return Ok(component::text(option, "value").unwrap_or(value).to_owned());
        }
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild_id);
        let missing = || format!("There is nothing here called {value:?}.");
        if number == kind::CHANNEL_SELECT {
            let id = self.find_channel(guild, value).ok_or_else(missing)?;
            let kinds = component::parts(select, "channel_types");
            let of_kind = self.channels.get(&id).map(|channel| json!(channel.kind));
            if !kinds.is_empty() && !of_kind.is_some_and(|of_kind| kinds.contains(&of_kind)) {
                return Err(format!("{value:?} is no channel of the kind that is asked for."));
            }
            resolved.add_channel(self, id);
            return Ok(id.to_string());
        }
        let role = self
            .find_role(guild, value)
            .filter(|_| number != kind::USER_SELECT);
        if let (Some(role), Some(guild)) = (role, guild) {
            resolved.add_role(self, guild, role);
            return Ok(role.to_string());
        }
        let user = self
            .find_user(guild, value)
            .filter(|_| number != kind::ROLE_SELECT)
            .ok_or_else(missing)?;
        resolved.add_user(self, channel, user);
        Ok(user.to_string())
    }

    /// A message that this person can see.
    pub(crate) fn visible_message(&self, user: UserId, id: MessageId) -> Result<&Message, String> {
        let found = self
            .message(id)
            .filter(|found| found.visible_to(user) && self.can_see(user, found.channel_id));
        found.ok_or_else(|| "There is no such message.".to_owned())
    }

    fn interact_on(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        message: MessageId,
        data: Value,
    ) -> Result<InteractionId, String> {
        let channel = self.visible_message(user, message)?.channel_id;
        let metadata = json!({"interacted_message_id": message});
        let act = Act {
            kind: Kind::Component,
            user,
            channel,
            data,
            source: Some(message),
            metadata: Some(metadata),
        };
        self.interact(now, act)
    }

    /// Makes an interaction and tells the bot.
    pub(super) fn interact(&mut self, now: DateTime<Utc>, act: Act) -> Result<InteractionId, String> {
        let channel = self
            .channels
            .get(&act.channel)
            .ok_or("There is no such channel.")?
            .clone();
        let held = self.permissions(act.user, &channel);
        if !held.contains(Permissions::VIEW_CHANNEL) {
            return Err("There is no such channel.".to_owned());
        }
        let user = self
            .users
            .get(&act.user)
            .ok_or("There is no such person.")?
            .clone();
        let id = InteractionId(self.ids.next(now));
        let token = format!("{TOKEN_BEGINS}{id}");
        let owners = json!({"0": channel.guild_id.map_or_else(|| "0".to_owned(), |guild| guild.to_string())});
        let mut metadata = json!({
            "id": id, "type": act.kind.number(), "user": user, "authorizing_integration_owners": owners,
        });
        if let (Some(metadata), Some(Value::Object(more))) = (metadata.as_object_mut(), act.metadata) {
            metadata.extend(more);
        }
        let mut data = json!({
            "id": id, "application_id": self.bot, "type": act.kind.number(), "token": token, "version": 1,
            "channel_id": channel.id, "locale": "en-US", "entitlements": [], "data": act.data,
            "app_permissions": self.permissions(self.bot, &channel),
            "authorizing_integration_owners": owners, "attachment_size_limit": 10_485_760,
            "context": if channel.guild_id.is_some() { 0 } else { 1 },
        });
        data["channel"] = json!(channel);
        data["channel"]["permissions"] = json!(held);
        match channel.guild_id.and_then(|id| self.guilds.get(&id)) {
            Some(guild) => {
                let member = guild
                    .members
                    .get(&act.user)
                    .ok_or("That person is not a member here.")?;
                let mut member = self.member_json(member);
                member["permissions"] = json!(held);
                data["member"] = member;
                data["guild_id"] = json!(guild.id);
                data["guild_locale"] = json!("en-US");
                data["guild"] = json!({"id": guild.id, "locale": "en-US", "features": []});
            }
            None => data["user"] = json!(user),
        }
        if let Some(message) = act.source.and_then(|id| self.message(id)) {
            data["message"] = json!(message);
        }
        let interaction = Interaction {
            id,
            token,
            kind: act.kind,
            user: act.user,
            guild: channel.guild_id,
            channel: channel.id,
            born: now,
            progress: Progress::Waiting,
            source: act.source,
            original: None,
            metadata,
        };
        self.interactions.insert(id, interaction);
        self.open.insert(id);
        self.dispatch("INTERACTION_CREATE", intent::NONE, data);
        Ok(id)
    }

    /// The commands a person can use in a channel: the guild's, then global ones.
    pub(crate) fn commands_for(&self, user: UserId, channel: ChannelId) -> Vec<&Command> {
        let Some(channel) = self.channels.get(&channel) else {
            return Vec::new();
        };
        let held = self.permissions(user, channel);
        let may_use = held.contains(Permissions::USE_APPLICATION_COMMANDS);
        let fits = |command: &&Command| {
            let here = match (command.guild_id, channel.guild_id) {
                (Some(scope), Some(guild)) => scope == guild,
                (Some(_), None) => false,
                (None, Some(_)) => command
                    .contexts
                    .as_ref()
                    .is_none_or(|contexts| contexts.contains(&0)),
                (None, None) => command
                    .contexts
                    .as_ref()
                    .map_or(command.dm_permission, |contexts| contexts.contains(&1)),
            };
            let allowed = match command.default_member_permissions {
                None => true,
                Some(Permissions::NONE) => held.contains(Permissions::ADMINISTRATOR),
                Some(needed) => held.contains(needed),
            };
            here && ((allowed && may_use) || channel.guild_id.is_none())
        };
        let mut found: Vec<_> = self.commands.iter().filter(fits).collect();
        found.sort_by_key(|command| (command.guild_id.is_none(), command.name.clone()));
        found
    }

    /// The role that a person means by `@name`, a mention, or an id.
    pub(crate) fn find_role(&self, guild: Option<super::ids::GuildId>, text: &str) -> Option<RoleId> {
        let guild = self.guilds.get(&guild?)?;
        let inner = text
            .strip_prefix("<@&")
            .and_then(|rest| rest.strip_suffix('>'))
            .unwrap_or(text);
        if let Ok(id) = inner.parse()
            && guild.roles.contains_key(&id)
        {
            return Some(id);
        }
        let name = text.strip_prefix('@').unwrap_or(text);
        let everyone = (name == "everyone").then_some("@everyone");
        guild.role_named(everyone.unwrap_or(name)).map(|role| role.id)
    }
}

/// A component that is on the message and not greyed out.
fn usable<'a>(message: &'a Message, custom_id: &str) -> Result<&'a Value, String> {
    let found = component::find(&message.components, custom_id);
    let found = found.ok_or_else(|| format!("The message has no component {custom_id:?}."))?;
    if component::is_disabled(found) {
        let name = component::text(found, "label")
            .or(component::text(found, "placeholder"))
            .unwrap_or(custom_id);
        return Err(format!("{name:?} is disabled."));
    }
    Ok(found)
}

fn command_data(command: &Command, path: &[(u8, String)], typed: Typed) -> Value {
    let mut options = typed.options;
    for (kind, name) in path.iter().rev() {
        options = vec![json!({"type": kind, "name": name, "options": options})];
    }
    let mut data = json!({"id": command.id, "name": command.name, "type": command.kind, "options": options});
    if let Some(guild) = command.guild_id {
        data["guild_id"] = json!(guild);
    }
    if let Some(resolved) = typed.resolved.into_json() {
        data["resolved"] = resolved;
    }
    data
}
