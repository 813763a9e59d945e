//! The world: guilds, people, channels, messages, commands and interactions. Pure: time is an argument, nothing waits,
//! nothing is read or written outside it. What a change leads to is collected as effects.

mod channel;
mod command;
mod event;
mod guild;
mod ids;
mod message;
mod permission;

pub use channel::{Channel, ChannelExtra, ChannelKind, Overwrite, OverwriteKind};
pub use command::{Choice, Command, CommandOption, OptionKind};
pub use event::{Entry, Happening, Ping, Why};
pub use guild::{Guild, Member, Role, RoleColors, RoleTags, User};
pub use ids::{ChannelId, CommandId, GuildId, InteractionId, MessageId, ModalId, RoleId, UserId};
pub use message::{Message, MessageExtra};
pub use permission::Permissions;
