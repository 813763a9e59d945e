//! Application commands as the application has registered them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::channel::ChannelKind;
use super::ids::{CommandId, GuildId, UserId};
use super::permission::Permissions;

/// A registered application command, in Discord's shape.
#[derive(Clone, Debug, Serialize)]
pub struct Command {
    /// The command's id; the same until it is deleted.
    pub id: CommandId,
    /// 1 slash, 2 on a user, 3 on a message.
    #[serde(rename = "type")]
    pub kind: u8,
    /// Whose command it is.
    pub application_id: UserId,
    /// The guild it is registered in; none for a global command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guild_id: Option<GuildId>,
    /// Its name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Its options, or its subcommands.
    pub options: Vec<CommandOption>,
    /// What a member needs to see it; `Some(0)` is for administrators only.
    pub default_member_permissions: Option<Permissions>,
    /// Whether it may be used in a conversation of two.
    pub dm_permission: bool,
    /// Whether it is for adults only.
    pub nsfw: bool,
    /// Where it is installed.
    pub integration_types: Vec<u8>,
    /// Where it may be used.
    pub contexts: Option<Vec<u8>>,
    /// Changes with each change of the command.
    pub version: CommandId,
    /// Names in other languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_localizations: Option<Map<String, Value>>,
    /// Descriptions in other languages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_localizations: Option<Map<String, Value>>,
}

/// An option of a command, or a subcommand.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CommandOption {
    /// What values it takes.
    #[serde(rename = "type")]
    pub kind: OptionKind,
    /// Its name.
    pub name: String,
    /// What it means.
    #[serde(default)]
    pub description: String,
    /// Whether it must be given.
    #[serde(default)]
    pub required: bool,
    /// The only values it takes, when there are any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// The options of a subcommand, or the subcommands of a group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<CommandOption>,
    /// The kinds of channel it takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channel_types: Vec<ChannelKind>,
    /// The smallest number it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_value: Option<serde_json::Number>,
    /// The greatest number it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_value: Option<serde_json::Number>,
    /// The shortest text it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<usize>,
    /// The longest text it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// Whether the application suggests values while the person types.
    #[serde(default)]
    pub autocomplete: bool,
    /// Names in other languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_localizations: Option<Map<String, Value>>,
    /// Descriptions in other languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description_localizations: Option<Map<String, Value>>,
}

/// A value to choose, with the name that people see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// What people see.
    pub name: String,
    /// What the application gets.
    pub value: Value,
    /// Names in other languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_localizations: Option<Map<String, Value>>,
}

/// What values an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum OptionKind {
    /// None: it is a subcommand.
    Subcommand,
    /// None: it is a group of subcommands.
    Group,
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A user.
    User,
    /// A channel.
    Channel,
    /// A role.
    Role,
    /// A user or a role.
    Mentionable,
    /// A number.
    Number,
    /// A file; nobody sends files here.
    Attachment,
}

impl TryFrom<u8> for OptionKind {
    type Error = String;

    fn try_from(number: u8) -> Result<Self, String> {
        Ok(match number {
            1 => Self::Subcommand,
            2 => Self::Group,
            3 => Self::String,
            4 => Self::Integer,
            5 => Self::Boolean,
            6 => Self::User,
            7 => Self::Channel,
            8 => Self::Role,
            9 => Self::Mentionable,
            10 => Self::Number,
            11 => Self::Attachment,
            other => return Err(format!("there is no option type {other}")),
        })
    }
}

impl From<OptionKind> for u8 {
    fn from(kind: OptionKind) -> Self {
        match kind {
            OptionKind::Subcommand => 1,
            OptionKind::Group => 2,
            OptionKind::String => 3,
            OptionKind::Integer => 4,
            OptionKind::Boolean => 5,
            OptionKind::User => 6,
            OptionKind::Channel => 7,
            OptionKind::Role => 8,
            OptionKind::Mentionable => 9,
            OptionKind::Number => 10,
            OptionKind::Attachment => 11,
        }
    }
}
