//! The world: guilds, people, channels, messages, commands and interactions. Pure: time is an argument, nothing waits,
//! nothing is read or written outside it. What a change leads to is collected as effects.

mod answer;
mod attachment;
mod body;
mod build;
mod channel;
mod channels;
mod command;
mod commands;
mod component;
mod direct;
mod error;
mod event;
mod guild;
mod history;
mod ids;
mod instant;
mod interaction;
mod invoke;
mod layout;
mod line;
mod mention;
mod message;
mod messages;
mod modal;
mod options;
mod permission;
mod pins;
mod reactions;
mod removal;
mod roles;
mod scheduled;
mod shown;
mod state;
mod stored;
mod submit;
#[cfg(test)]
mod tests;
mod text;
mod threads;
mod view;

pub(crate) use answer::Which;
pub use attachment::Attachment;
pub(crate) use attachment::Upload;
pub(crate) use body::{MessageBody, id as id_in};
pub use channel::{Channel, ChannelExtra, ChannelKind, Overwrite, OverwriteKind};
pub(crate) use channels::ChannelBody;
pub use command::{Choice, Command, CommandOption, OptionKind};
pub(crate) use error::{ApiError, Form};
pub(crate) use event::{Dispatch, Effect, intent};
pub use event::{Entry, Happening, Ping, Why};
pub use guild::{Guild, Member, Role, RoleColors, RoleTags, User};
pub(crate) use history::{Anchor, Window};
pub use ids::{
    AttachmentId, ChannelId, CommandId, GuildId, InteractionId, MessageId, ModalId, RoleId, ScheduledEventId,
    UserId,
};
pub(crate) use instant::written;
pub use message::{Message, MessageExtra};
pub use permission::Permissions;
pub use reactions::Reaction;
pub(crate) use roles::RoleBody;
pub(crate) use scheduled::ScheduledEventBody;
pub use scheduled::{EventStatus, ScheduledEvent};
pub use shown::{
    Filled, GuildView, MemberView, Membership, Modal, Outcome, OutcomeState, Person, Refusal, Values, View,
};
pub(crate) use state::World;
pub use threads::Thread;
pub(crate) use threads::ThreadBody;
