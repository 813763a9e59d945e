//! A local Discord: REST, gateway, people to play and a page to watch them with, good enough that an unpatched bot
//! runs against it on its production code path.
//!
//! [`Simcord::start`] serves on loopback only. [`Simcord::control`] gives the handle that plays the people.

mod certificate;
mod clock;
mod control;
mod core;
mod faults;
mod gateway;
mod options;
mod page;
mod rest;
mod server;
mod world;

pub use clock::{AdvanceTo, Clock, ClockView, Steer};
pub use control::Control;
pub use faults::{Fault, FaultKind, RecordedRequest};
pub use options::{Application, ChannelSpec, GuildSpec, Limits, MemberSpec, Options, RoleSpec};
pub use server::{Simcord, StartError};
pub use world::{
    Channel, ChannelExtra, ChannelId, ChannelKind, Choice, Command, CommandId, CommandOption, Entry, Guild,
    GuildId, GuildView, Happening, InteractionId, Member, MemberView, Membership, Message, MessageExtra,
    MessageId, Modal, ModalId, OptionKind, Outcome, OutcomeState, Overwrite, OverwriteKind, Permissions,
    Person, Ping, Refusal, Role, RoleColors, RoleId, RoleTags, User, UserId, Values, View, Why,
};
