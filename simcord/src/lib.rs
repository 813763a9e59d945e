//! A local Discord: REST, gateway, people to play and a page to watch them with, good enough that an unpatched bot
//! runs against it on its production code path.
//!
//! [`Simcord::start`] serves on loopback only. [`Simcord::control`] gives the handle that plays the people.
//!
//! ```no_run
//! use simcord::{ChannelSpec, GuildSpec, MemberSpec, Options, Simcord};
//!
//! # async fn play() -> Result<(), Box<dyn std::error::Error>> {
//! let ada = MemberSpec { username: "ada".into(), ..MemberSpec::default() };
//! let general = ChannelSpec { name: "general".into(), ..ChannelSpec::default() };
//! let guild = GuildSpec { members: vec![ada], channels: vec![general], ..GuildSpec::default() };
//! let simcord = Simcord::start(Options { guilds: vec![guild], ..Options::default() }).await?;
//!
//! // The bot's HTTP client resolves `discord.com` to `simcord.rest_address()` and trusts
//! // `simcord.root_certificate_pem()`; the gateway's URL comes from REST, as always.
//! let control = simcord.control();
//! control.wait_connected().await;
//! let ada = control.user_id("ada").ok_or("nobody")?;
//! let general = control.channel_id(ada, "general").ok_or("nowhere")?;
//! let outcome = control.slash_text(ada, general, "/hello world").await;
//! println!("{}", outcome.text());
//! # Ok(())
//! # }
//! ```

mod certificate;
mod clock;
#[cfg(feature = "cli")]
pub mod conformance;
mod control;
mod core;
mod faults;
mod gateway;
mod host;
mod options;
mod page;
mod recording;
mod rest;
mod server;
mod world;

pub use clock::{AdvanceTo, Clock, ClockView, Steer};
pub use control::{Control, GatewayMishap};
pub use faults::{Fault, FaultKind, RecordedRequest, Scope};
pub use gateway::GatewayRecord;
pub use host::{Host, HostAnswer, HostFile};
pub use options::{Application, ChannelSpec, GuildSpec, LimitChanges, Limits, MemberSpec, Options, RoleSpec};
pub use server::{Simcord, StartError};
pub use world::{
    Attachment, AttachmentId, Channel, ChannelExtra, ChannelId, ChannelKind, Choice, Command, CommandId,
    CommandOption, Entry, EventStatus, Filled, Guild, GuildId, GuildView, Happening, InteractionId, Member,
    MemberView, Membership, Message, MessageExtra, MessageId, Modal, ModalId, OptionKind, Outcome,
    OutcomeState, Overwrite, OverwriteKind, Permissions, Person, Ping, Reaction, Refusal, Role, RoleColors,
    RoleId, RoleTags, ScheduledEvent, ScheduledEventId, Thread, User, UserId, Values, View, Why,
};
