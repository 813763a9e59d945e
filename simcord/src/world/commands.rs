//! Registering commands, with Discord's limits.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::command::{Command, CommandOption, OptionKind};
use super::error::{ApiError, Form};
use super::event::Happening;
use super::ids::{CommandId, GuildId};
use super::permission::Permissions;
use super::state::World;

/// A command as the application registers it.
#[derive(Clone, Debug, Deserialize)]
struct CommandBody {
    #[serde(rename = "type", default = "slash")]
    kind: u8,
    name: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    options: Option<Vec<CommandOption>>,
    #[serde(default)]
    default_member_permissions: Option<Permissions>,
    #[serde(default)]
    dm_permission: Option<bool>,
    #[serde(default)]
    nsfw: Option<bool>,
    #[serde(default)]
    integration_types: Option<Vec<u8>>,
    #[serde(default)]
    contexts: Option<Vec<u8>>,
    #[serde(default)]
    name_localizations: Option<Map<String, Value>>,
    #[serde(default)]
    description_localizations: Option<Map<String, Value>>,
}

fn slash() -> u8 {
    1
}

impl World {
    /// The commands of one scope: global, or one guild's.
    pub(crate) fn commands_in(&self, guild: Option<GuildId>) -> Vec<&Command> {
        self.commands
            .iter()
            .filter(|command| command.guild_id == guild)
            .collect()
    }

    /// One command of a scope.
    pub(crate) fn command_in(&self, guild: Option<GuildId>, id: CommandId) -> Result<&Command, ApiError> {
        let found = self
            .commands
            .iter()
            .find(|command| command.guild_id == guild && command.id == id);
        found.ok_or_else(ApiError::unknown_command)
    }

    /// Replaces all commands of a scope; those that keep their name keep their id.
    pub(crate) fn overwrite_commands(
        &mut self,
        now: DateTime<Utc>,
        guild: Option<GuildId>,
        body: &Value,
    ) -> Result<Vec<Command>, ApiError> {
        let Some(list) = body.as_array() else {
            return Err(ApiError::invalid_json());
        };
        let mut form = Form::default();
        let mut parsed = Vec::new();
        for (place, item) in list.iter().enumerate() {
            if let Some(command) = parse(item, &place.to_string(), &mut form) {
                parsed.push(command);
            }
        }
        let mut seen = BTreeSet::new();
        for (place, command) in parsed.iter().enumerate() {
            if !seen.insert((command.kind, command.name.clone())) {
                let message = "Application command names must be unique";
                form.add(&place.to_string(), "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
            }
        }
        form.finish()?;
        check_counts(parsed.iter().map(|command| command.kind))?;
        self.count_made(now, guild, &parsed)?;
        let made: Vec<_> = parsed
            .into_iter()
            .map(|command| self.made(now, guild, command))
            .collect();
        self.commands.retain(|command| command.guild_id != guild);
        self.commands.extend(made.iter().cloned());
        self.happen(now, Happening::CommandsChanged);
        Ok(made)
    }

    /// Adds one command to a scope, or replaces the one of that name.
    pub(crate) fn create_command(
        &mut self,
        now: DateTime<Utc>,
        guild: Option<GuildId>,
        body: &Value,
    ) -> Result<Command, ApiError> {
        let mut form = Form::default();
        let parsed = parse(body, "", &mut form);
        form.finish()?;
        let Some(parsed) = parsed else {
            return Err(ApiError::invalid_json());
        };
        let others = self
            .commands_in(guild)
            .into_iter()
            .filter(|other| other.name != parsed.name);
        check_counts(others.map(|other| other.kind).chain([parsed.kind]))?;
        self.count_made(now, guild, std::slice::from_ref(&parsed))?;
        let made = self.made(now, guild, parsed);
        self.commands.retain(|command| command.id != made.id);
        self.commands.push(made.clone());
        self.happen(now, Happening::CommandsChanged);
        Ok(made)
    }

    /// Changes one command of a scope.
    pub(crate) fn edit_command(
        &mut self,
        now: DateTime<Utc>,
        guild: Option<GuildId>,
        id: CommandId,
        body: &Value,
    ) -> Result<Command, ApiError> {
        let old = self.command_in(guild, id)?;
        let mut whole = serde_json::json!(old);
        if let (Some(whole), Some(changes)) = (whole.as_object_mut(), body.as_object()) {
            whole.extend(changes.clone());
        }
        let mut form = Form::default();
        let parsed = parse(&whole, "", &mut form);
        form.finish()?;
        let Some(parsed) = parsed else {
            return Err(ApiError::invalid_json());
        };
        let mut made = self.made(now, guild, parsed);
        made.id = id;
        self.commands.retain(|command| command.id != id);
        self.commands.push(made.clone());
        self.happen(now, Happening::CommandsChanged);
        Ok(made)
    }

    /// Takes one command out of a scope.
    pub(crate) fn delete_command(
        &mut self,
        now: DateTime<Utc>,
        guild: Option<GuildId>,
        id: CommandId,
    ) -> Result<(), ApiError> {
        self.command_in(guild, id)?;
        self.commands.retain(|command| command.id != id);
        self.happen(now, Happening::CommandsChanged);
        Ok(())
    }

    /// Counts those of `parsed` that are new: so many a day may be made of each scope (page "Application Commands",
    /// Registering a Command).
    fn count_made(
        &mut self,
        now: DateTime<Utc>,
        guild: Option<GuildId>,
        parsed: &[CommandBody],
    ) -> Result<(), ApiError> {
        let known = self.commands_in(guild);
        let is_new = |body: &&CommandBody| {
            !known
                .iter()
                .any(|known| known.kind == body.kind && known.name == body.name)
        };
        let new = parsed.iter().filter(is_new).count();
        let most = self.limits.commands_per_day;
        let recent = self.made_commands.entry(guild).or_default();
        recent.retain(|at| *at + TimeDelta::days(1) > now);
        if new > 0 && recent.len() + new > most {
            return Err(ApiError::too_many_made_commands(most));
        }
        recent.extend(std::iter::repeat_n(now, new));
        Ok(())
    }

    fn made(&mut self, now: DateTime<Utc>, guild: Option<GuildId>, body: CommandBody) -> Command {
        let known = self
            .commands
            .iter()
            .find(|known| known.guild_id == guild && known.kind == body.kind && known.name == body.name);
        let id = known.map(|known| known.id);
        let id = id.unwrap_or_else(|| CommandId(self.ids.next(now)));
        Command {
            id,
            kind: body.kind,
            application_id: self.bot,
            guild_id: guild,
            name: body.name,
            description: body.description.unwrap_or_default(),
            options: body.options.unwrap_or_default(),
            default_member_permissions: body.default_member_permissions,
            dm_permission: body.dm_permission.unwrap_or(true),
            nsfw: body.nsfw.unwrap_or(false),
            integration_types: body.integration_types.unwrap_or_else(|| vec![0]),
            contexts: body.contexts,
            version: CommandId(self.ids.next(now)),
            name_localizations: body.name_localizations,
            description_localizations: body.description_localizations,
        }
    }
}

fn parse(body: &Value, at: &str, form: &mut Form) -> Option<CommandBody> {
    let command: CommandBody = match serde_json::from_value(body.clone()) {
        Ok(command) => command,
        Err(error) => {
            form.add(at, "MODEL_TYPE_CONVERT", error.to_string());
            return None;
        }
    };
    let path = |key: &str| {
        if at.is_empty() {
            key.to_owned()
        } else {
            format!("{at}.{key}")
        }
    };
    let description = command.description.as_deref().unwrap_or("");
    match command.kind {
        1 => {
            check_name(&command.name, &path("name"), form);
            form.length(&path("description"), description, 1, 100);
        }
        2 | 3 => {
            form.length(&path("name"), &command.name, 1, 32);
            form.length(&path("description"), description, 0, 0);
        }
        _ => form.add(
            &path("type"),
            "BASE_TYPE_CHOICES",
            "Value must be one of (1, 2, 3).",
        ),
    }
    let options = command.options.as_deref().unwrap_or(&[]);
    check_options(options, &path("options"), form);
    let total = command.name.chars().count() + description.chars().count() + weight(options);
    if total > 8_000 {
        form.add(
            at,
            "APPLICATION_COMMAND_TOO_LARGE",
            "Command exceeds maximum size (8000) of combined name, description, and values",
        );
    }
    Some(command)
}

fn check_counts(kinds: impl Iterator<Item = u8>) -> Result<(), ApiError> {
    let mut counts = [0_usize; 4];
    for kind in kinds {
        if let Some(count) = counts.get_mut(usize::from(kind)) {
            *count += 1;
        }
    }
    let [_, slash, user, message] = counts;
    if slash > 100 || user > 15 || message > 15 {
        Err(ApiError::too_many_commands())
    } else {
        Ok(())
    }
}

fn check_options(options: &[CommandOption], at: &str, form: &mut Form) {
    form.count(at, options.len(), 25);
    let mut names = BTreeSet::new();
    let mut optional_seen = false;
    for (place, option) in options.iter().enumerate() {
        let at = format!("{at}.{place}");
        check_name(&option.name, &format!("{at}.name"), form);
        form.length(&format!("{at}.description"), &option.description, 1, 100);
        if !names.insert(option.name.as_str()) {
            form.add(
                &at,
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            );
        }
        if option.required && optional_seen {
            let message = "Required options must be placed before non-required options";
            form.add(&at, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
        }
        let is_value = !matches!(option.kind, OptionKind::Subcommand | OptionKind::Group);
        optional_seen |= is_value && !option.required;
        form.count(&format!("{at}.choices"), option.choices.len(), 25);
        for (number, choice) in option.choices.iter().enumerate() {
            let at = format!("{at}.choices.{number}");
            form.length(&format!("{at}.name"), &choice.name, 1, 100);
            if let Some(value) = choice.value.as_str() {
                form.length(&format!("{at}.value"), value, 0, 100);
            }
        }
        if option.autocomplete && !option.choices.is_empty() {
            let message = "Autocomplete options cannot have choices";
            form.add(&at, "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", message);
        }
        check_options(&option.options, &format!("{at}.options"), form);
    }
}

fn check_name(name: &str, path: &str, form: &mut Form) {
    form.length(path, name, 1, 32);
    let fits = name
        .chars()
        .all(|c| c == '-' || c == '_' || c == '\'' || (c.is_alphanumeric() && c.to_lowercase().eq([c])));
    if !fits {
        form.add(
            path,
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        );
    }
}

fn weight(options: &[CommandOption]) -> usize {
    let one = |option: &CommandOption| {
        let choices = option.choices.iter().map(|choice| {
            choice.name.chars().count() + choice.value.as_str().map_or(0, |value| value.chars().count())
        });
        option.name.chars().count()
            + option.description.chars().count()
            + choices.sum::<usize>()
            + weight(&option.options)
    };
    options.iter().map(one).sum()
}
