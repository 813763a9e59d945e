//! From what a person types to what the application gets: names become ids, texts become numbers, limits are kept.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::attachment::Attachment;
use super::command::{Command, CommandOption, OptionKind};
use super::ids::{ChannelId, GuildId, RoleId, UserId};
use super::message::Message;
use super::state::World;

/// The greatest whole number Discord takes, and below zero the smallest.
const SAFE: i64 = 1 << 53;

/// Options as the application gets them.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) options: Vec<Value>,
    pub(super) resolved: Resolved,
}

/// The objects behind the ids in an interaction.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    parts: BTreeMap<&'static str, Map<String, Value>>,
}

impl Resolved {
    fn add(&mut self, part: &'static str, id: String, value: Value) {
        self.parts.entry(part).or_default().insert(id, value);
    }

    pub(super) fn add_user(&mut self, world: &World, channel: ChannelId, user: UserId) {
        let Some(found) = world.users.get(&user) else {
            return;
        };
        self.add("users", user.to_string(), json!(found));
        let channel = world.channels.get(&channel);
        let guild = channel
            .and_then(|channel| channel.guild_id)
            .and_then(|id| world.guilds.get(&id));
        if let (Some(guild), Some(channel)) = (guild, channel)
            && let Some(member) = guild.members.get(&user)
        {
            let mut shown = world.member_json(member);
            if let Some(map) = shown.as_object_mut() {
                for left_out in ["user", "deaf", "mute"] {
                    map.remove(left_out);
                }
                map.insert("permissions".to_owned(), json!(world.permissions(user, channel)));
            }
            self.add("members", user.to_string(), shown);
        }
    }

    pub(super) fn add_role(&mut self, world: &World, guild: GuildId, role: RoleId) {
        let found = world.guilds.get(&guild).and_then(|guild| guild.roles.get(&role));
        if let Some(found) = found {
            self.add("roles", role.to_string(), json!(found));
        }
    }

    pub(super) fn add_channel(&mut self, world: &World, channel: ChannelId) {
        if let Some(found) = world.channels.get(&channel) {
            let shown = json!({
                "id": found.id, "name": found.name, "type": found.kind, "parent_id": found.parent_id,
                "permissions": world.permissions(world.bot, found),
            });
            self.add("channels", channel.to_string(), shown);
        }
    }

    pub(super) fn add_message(&mut self, message: &Message) {
        self.add("messages", message.id.to_string(), json!(message));
    }

    pub(super) fn add_file(&mut self, file: &Attachment) {
        self.add("attachments", file.id.to_string(), json!(file));
    }

    pub(super) fn into_json(self) -> Option<Value> {
        (!self.parts.is_empty()).then(|| json!(self.parts))
    }
}

/// A command, the subcommands taken (each with its number), and the options that are left to fill.
pub(super) type Found = (Command, Vec<(u8, String)>, Vec<CommandOption>);

impl World {
    /// The command that a person means: `release start`.
    pub(super) fn find_command(&self, user: UserId, channel: ChannelId, text: &str) -> Result<Found, String> {
        let words: Vec<&str> = text.trim_start_matches('/').split_whitespace().collect();
        let (found, rest) = self.walk_command(user, channel, &words)?;
        match rest.first() {
            None => Ok(found),
            Some(word) => Err(format!(
                "`/{}` has no subcommand `{word}`.",
                words[..words.len() - rest.len()].join(" ")
            )),
        }
    }

    /// Follows words as far as they name a command and its subcommands; gives back the words left.
    pub(super) fn walk_command<'w, 't>(
        &self,
        user: UserId,
        channel: ChannelId,
        words: &'w [&'t str],
    ) -> Result<(Found, &'w [&'t str]), String> {
        let Some((name, mut rest)) = words.split_first() else {
            return Err("There is no command.".to_owned());
        };
        if !self.can_see(user, channel) {
            return Err("There is no such channel.".to_owned());
        }
        let command = self
            .commands_for(user, channel)
            .into_iter()
            .find(|found| found.kind == 1 && found.name == *name);
        let command = command.ok_or_else(|| format!("There is no command `/{name}` here."))?;
        let mut options = &command.options;
        let mut path = Vec::new();
        let branches = |options: &[CommandOption]| {
            options
                .iter()
                .any(|option| matches!(option.kind, OptionKind::Subcommand | OptionKind::Group))
        };
        while branches(options) {
            let names: Vec<_> = options
                .iter()
                .map(|option| format!("`{}`", option.name))
                .collect();
            let Some((word, further)) = rest.split_first() else {
                return Err(format!("`/{name}` needs a subcommand: {}.", names.join(", ")));
            };
            let next = options.iter().find(|option| option.name == *word);
            let next =
                next.ok_or_else(|| format!("There is no `{word}` here; there is {}.", names.join(", ")))?;
            path.push((u8::from(next.kind), next.name.clone()));
            options = &next.options;
            rest = further;
        }
        Ok(((command.clone(), path, options.clone()), rest))
    }

    /// Turns what a person gave into what the application gets; the error is a sentence.
    pub(super) fn type_options(
        &self,
        user: UserId,
        channel: ChannelId,
        options: &[CommandOption],
        values: &BTreeMap<String, Value>,
    ) -> Result<Typed, String> {
        for name in values.keys() {
            if !options.iter().any(|option| option.name == *name) {
                return Err(format!("There is no option `{name}`."));
            }
        }
        let mut typed = Typed::default();
        for option in options {
            match values.get(&option.name) {
                Some(value) => {
                    let value = self.type_value(user, channel, option, value, &mut typed.resolved)?;
                    typed
                        .options
                        .push(json!({"type": option.kind, "name": option.name, "value": value}));
                }
                None if option.required => return Err(format!("The option `{}` is required.", option.name)),
                None => {}
            }
        }
        Ok(typed)
    }

    /// The same while the person is still typing: what does not fit yet is left out.
    pub(super) fn type_so_far(
        &self,
        user: UserId,
        channel: ChannelId,
        options: &[CommandOption],
        values: &BTreeMap<String, Value>,
        focused: &str,
    ) -> Typed {
        let mut typed = Typed::default();
        for option in options {
            let value = values.get(&option.name);
            if option.name == focused {
                let value = value.map(plain).unwrap_or_default();
                let value =
                    json!({"type": option.kind, "name": option.name, "value": value, "focused": true});
                typed.options.push(value);
            } else if let Some(value) = value
                && let Ok(value) = self.type_value(user, channel, option, value, &mut typed.resolved)
            {
                typed
                    .options
                    .push(json!({"type": option.kind, "name": option.name, "value": value}));
            }
        }
        typed
    }

    fn type_value(
        &self,
        user: UserId,
        channel: ChannelId,
        option: &CommandOption,
        value: &Value,
        resolved: &mut Resolved,
    ) -> Result<Value, String> {
        let text = plain(value);
        let name = &option.name;
        if !option.choices.is_empty() {
            let choice = option.choices.iter().find(|choice| plain(&choice.value) == text);
            let choice = choice.or_else(|| {
                option
                    .choices
                    .iter()
                    .find(|choice| choice.name.eq_ignore_ascii_case(&text))
            });
            let names: Vec<_> = option.choices.iter().map(|choice| choice.name.as_str()).collect();
            return choice
                .map(|choice| choice.value.clone())
                .ok_or_else(|| format!("`{name}` is one of {}; {text:?} is not.", names.join(", ")));
        }
        let guild = self.channels.get(&channel).and_then(|channel| channel.guild_id);
        match option.kind {
            OptionKind::String => check_text(option, &text).map(Value::from),
            OptionKind::Integer => {
                let number: i64 = text
                    .parse()
                    .map_err(|_| format!("`{name}` is a whole number; {text:?} is not."))?;
                if number <= -SAFE || number >= SAFE {
                    return Err(format!("`{name}` is too large a number."));
                }
                #[expect(clippy::cast_precision_loss, reason = "smaller than 2^53 is exact")]
                check_number(option, number as f64)?;
                Ok(json!(number))
            }
            OptionKind::Number => {
                let number = text.parse().ok().filter(|number: &f64| number.is_finite());
                let number = number.ok_or_else(|| format!("`{name}` is a number; {text:?} is not."))?;
                check_number(option, number)?;
                Ok(json!(number))
            }
            OptionKind::Boolean => match text.to_lowercase().as_str() {
                "true" | "yes" | "on" => Ok(json!(true)),
                "false" | "no" | "off" => Ok(json!(false)),
                _ => Err(format!("`{name}` is true or false; {text:?} is neither.")),
            },
            OptionKind::User => {
                let found = self.find_user(guild, &text);
                let found =
                    found.ok_or_else(|| format!("`{name}` is a person; nobody here is called {text:?}."))?;
                resolved.add_user(self, channel, found);
                Ok(json!(found))
            }
            OptionKind::Role => {
                let found = self.find_role(guild, &text).zip(guild);
                let (found, guild) =
                    found.ok_or_else(|| format!("`{name}` is a role; there is none called {text:?}."))?;
                resolved.add_role(self, guild, found);
                Ok(json!(found))
            }
            OptionKind::Mentionable => {
                if let Some((role, guild)) = self.find_role(guild, &text).zip(guild) {
                    resolved.add_role(self, guild, role);
                    return Ok(json!(role));
                }
                let found = self.find_user(guild, &text);
                let found =
                    found.ok_or_else(|| format!("`{name}` is a person or a role; {text:?} is neither."))?;
                resolved.add_user(self, channel, found);
                Ok(json!(found))
            }
            OptionKind::Channel => {
                let found = self
                    .find_channel(guild, &text)
                    .filter(|found| self.can_see(user, *found));
                let found =
                    found.ok_or_else(|| format!("`{name}` is a channel; there is none called {text:?}."))?;
                let kind = self.channels.get(&found).map(|channel| channel.kind);
                let fits = kind.is_some_and(|kind| option.channel_types.contains(&kind));
                if !option.channel_types.is_empty() && !fits {
                    return Err(format!("`{name}` takes another kind of channel than {text:?}."));
                }
                resolved.add_channel(self, found);
                Ok(json!(found))
            }
            OptionKind::Attachment => {
                let file = self.file_at_hand(user, &text);
                let file =
                    file.ok_or_else(|| format!("`{name}` is a file; you have none called {text:?}."))?;
                resolved.add_file(file);
                Ok(json!(file.id))
            }
            OptionKind::Subcommand | OptionKind::Group => Err(format!("`{name}` is a subcommand.")),
        }
    }

    /// The user that a person means by `@name`, a mention, or an id.
    pub(super) fn find_user(&self, guild: Option<GuildId>, text: &str) -> Option<UserId> {
        let inner = text
            .strip_prefix("<@")
            .and_then(|rest| rest.strip_suffix('>'))
            .unwrap_or(text);
        if let Ok(id) = inner.trim_start_matches('!').parse()
            && self.users.contains_key(&id)
        {
            return Some(id);
        }
        let name = text.strip_prefix('@').unwrap_or(text);
        let members = guild.and_then(|id| self.guilds.get(&id));
        let known = || {
            self.users
                .values()
                .filter(|user| members.is_none_or(|guild| guild.members.contains_key(&user.id)))
        };
        let found = known().find(|user| user.username == name);
        let found = found.or_else(|| known().find(|user| user.display_name().eq_ignore_ascii_case(name)));
        found.map(|user| user.id)
    }

    /// The channel that a person means by `#name`, a mention, or an id.
    pub(super) fn find_channel(&self, guild: Option<GuildId>, text: &str) -> Option<ChannelId> {
        let inner = text
            .strip_prefix("<#")
            .and_then(|rest| rest.strip_suffix('>'))
            .unwrap_or(text);
        let in_guild = |id: ChannelId| {
            self.channels
                .get(&id)
                .is_some_and(|channel| channel.guild_id == guild)
        };
        if let Ok(id) = inner.parse()
            && in_guild(id)
        {
            return Some(id);
        }
        let name = text.strip_prefix('#').unwrap_or(text);
        let mut here = self.channels.values().filter(|channel| channel.guild_id == guild);
        here.find(|channel| channel.name == name)
            .map(|channel| channel.id)
    }
}

/// A value as the person would write it.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn check_text(option: &CommandOption, text: &str) -> Result<String, String> {
    let count = text.chars().count();
    let name = &option.name;
    if let Some(least) = option.min_length.filter(|least| count < *least) {
        return Err(format!("`{name}` needs at least {least} characters."));
    }
    let most = option.max_length.unwrap_or(6_000);
    if count > most {
        return Err(format!("`{name}` takes at most {most} characters."));
    }
    Ok(text.to_owned())
}

fn check_number(option: &CommandOption, number: f64) -> Result<(), String> {
    let name = &option.name;
    let bound = |bound: &Option<serde_json::Number>| bound.as_ref().and_then(serde_json::Number::as_f64);
    if let Some(least) = bound(&option.min_value).filter(|least| number < *least) {
        return Err(format!("`{name}` is at least {least}."));
    }
    if let Some(most) = bound(&option.max_value).filter(|most| number > *most) {
        return Err(format!("`{name}` is at most {most}."));
    }
    Ok(())
}
