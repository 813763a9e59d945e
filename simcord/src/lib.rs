//! A local Discord: REST, gateway, people to play and a page to watch them with, good enough that an unpatched bot
//! runs against it on its production code path.
//!
//! [`Simcord::start`] serves on loopback only. [`Simcord::control`] gives the handle that plays the people.

mod clock;
mod control;
mod faults;
mod options;
mod server;
mod world;

pub use clock::{AdvanceTo, Clock, ClockView, Steer};
pub use control::{
    Control, GuildView, MemberView, Membership, Modal, Outcome, OutcomeState, Person, Refusal, Values, View,
};
pub use faults::{Fault, FaultKind, RecordedRequest};
pub use options::{Application, ChannelSpec, GuildSpec, Limits, MemberSpec, Options, RoleSpec};
pub use server::{Simcord, StartError};
pub use world::{
    Channel, ChannelExtra, ChannelId, ChannelKind, Choice, Command, CommandId, CommandOption, Entry, Guild,
    GuildId, Happening, InteractionId, Member, Message, MessageExtra, MessageId, ModalId, OptionKind,
    Overwrite, OverwriteKind, Permissions, Ping, Role, RoleColors, RoleId, RoleTags, User, UserId, Why,
};
