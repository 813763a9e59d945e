//! What nobody in the play does: administration and mishaps, for tests.

use std::time::Duration;

use serde::Deserialize;
use tokio::sync::watch;

use super::Control;
use crate::core::lock;
use crate::faults::Fault;
use crate::gateway::GatewayRecord;
use crate::options::Limits;
use crate::server::pause;
use crate::world::{ChannelId, GuildId, MessageId, Overwrite, OverwriteKind, Permissions, Refusal, UserId};

/// What can befall the gateway. Every connection that is open is hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum GatewayMishap {
    /// Closed with this code, or with a close frame that has none. 4003, 4004, 4007, 4009 and 4010 to 4014 end the
    /// session too.
    Close {
        /// The code.
        code: Option<u16>,
    },
    /// The TCP connection ends, without a close frame.
    Cut,
    /// Stays open, but answers no heartbeat and brings no event.
    FallSilent,
    /// Asked to reconnect and resume (op 7).
    AskToReconnect,
    /// Told that the session is invalid (op 9); one that is not resumable is over.
    Invalidate {
        /// Whether it can be resumed.
        resumable: bool,
    },
    /// Cut, and new connections are turned away with 503.
    GoAway,
    /// New connections are let in again.
    ComeBack,
    /// The next events come twice.
    Double {
        /// How many.
        events: u32,
    },
    /// The next event comes behind the one after it, this many times. The last one waits for another to come.
    Swap {
        /// How many times.
        events: u32,
    },
    /// Connections from now on are asked for a heartbeat this often; Discord asks for 41,250 ms.
    Heartbeat {
        /// Milliseconds.
        ms: u64,
    },
}

impl Control {
    /// Gives a member exactly these roles, by name.
    ///
    /// # Errors
    ///
    /// When there is no such guild, member or role.
    pub fn set_member_roles(
        &self,
        guild: impl Into<GuildId>,
        user: impl Into<UserId>,
        roles: &[&str],
    ) -> Result<(), Refusal> {
        let (guild, user) = (guild.into(), user.into());
        Ok(self
            .core
            .with(|world, now| world.set_member_roles(now, guild, user, roles))?)
    }

    /// A person takes direct messages from now on, or none: what the bot sends then is refused with 50007.
    ///
    /// # Errors
    ///
    /// When nobody has this id.
    pub fn take_direct_messages(&self, user: impl Into<UserId>, takes: bool) -> Result<(), Refusal> {
        let user = user.into();
        let known = self
            .core
            .with(|world, _| world.person_takes_messages(user, takes));
        if known {
            Ok(())
        } else {
            Err("There is no such person.".into())
        }
    }

    /// A person leaves a guild.
    ///
    /// # Errors
    ///
    /// When there is no such guild or member, or the person owns it.
    pub fn leave(&self, guild: impl Into<GuildId>, user: impl Into<UserId>) -> Result<(), Refusal> {
        let (guild, user) = (guild.into(), user.into());
        Ok(self
            .core
            .with(|world, now| world.person_leaves(now, guild, user))?)
    }

    /// Sets what the bot's own role grants in a guild.
    ///
    /// # Errors
    ///
    /// When there is no such guild.
    pub fn set_bot_permissions(&self, guild: impl Into<GuildId>, bits: u64) -> Result<(), Refusal> {
        let guild = guild.into();
        Ok(self
            .core
            .with(|world, now| world.set_bot_permissions(now, guild, Permissions(bits)))?)
    }

    /// Denies the bot these permissions in one channel, whatever its roles grant.
    ///
    /// # Errors
    ///
    /// When there is no such channel.
    pub fn deny_bot(&self, channel: impl Into<ChannelId>, bits: u64) -> Result<(), Refusal> {
        let channel = channel.into();
        Ok(self.core.with(|world, now| {
            let overwrite = Overwrite {
                id: world.bot_id().0,
                kind: OverwriteKind::Member,
                allow: Permissions::NONE,
                deny: Permissions(bits),
            };
            world.person_sets_overwrite(now, channel, overwrite)
        })?)
    }

    /// Makes a text channel, under a category if one is given, as an administrator would.
    ///
    /// # Errors
    ///
    /// When there is no such guild or category, or no room for another channel.
    pub fn make_channel(
        &self,
        guild: impl Into<GuildId>,
        name: &str,
        under: Option<ChannelId>,
    ) -> Result<ChannelId, Refusal> {
        let guild = guild.into();
        let made = self
            .core
            .with(|world, now| world.person_makes_channel(now, guild, name, under));
        made.map_err(|error| error.message.as_str().into())
    }

    /// Renames a channel or category, as an administrator would.
    ///
    /// # Errors
    ///
    /// When there is no such channel.
    pub fn rename_channel(&self, channel: impl Into<ChannelId>, name: &str) -> Result<(), Refusal> {
        let channel = channel.into();
        let done = self
            .core
            .with(|world, now| world.person_renames_channel(now, channel, name));
        if done {
            Ok(())
        } else {
            Err("There is no such channel.".into())
        }
    }

    /// Sets what a channel or category allows and denies to a role or a member, as an administrator would.
    ///
    /// # Errors
    ///
    /// When there is no such channel.
    pub fn set_overwrite(&self, channel: impl Into<ChannelId>, overwrite: Overwrite) -> Result<(), Refusal> {
        let channel = channel.into();
        Ok(self
            .core
            .with(|world, now| world.person_sets_overwrite(now, channel, overwrite))?)
    }

    /// Deletes a channel, as an administrator would.
    ///
    /// # Errors
    ///
    /// When there is no such channel.
    pub fn delete_channel(&self, channel: impl Into<ChannelId>) -> Result<(), Refusal> {
        let channel = channel.into();
        let done = self.core.with(|world, now| world.remove_channel(now, channel));
        if done {
            Ok(())
        } else {
            Err("There is no such channel.".into())
        }
    }

    /// Deletes a message, as an administrator would.
    ///
    /// # Errors
    ///
    /// When there is no such message.
    pub fn delete_message(&self, message: impl Into<MessageId>) -> Result<(), Refusal> {
        let message = message.into();
        let done = self.core.with(|world, now| world.remove_message(now, message));
        if done {
            Ok(())
        } else {
            Err("There is no such message.".into())
        }
    }

    /// Does one of the mishaps that can befall a gateway.
    pub fn gateway(&self, mishap: GatewayMishap) {
        let hub = &self.core.hub;
        match mishap {
            GatewayMishap::Close { code } => hub.close_connections(code),
            GatewayMishap::Cut => hub.cut_connections(),
            GatewayMishap::FallSilent => hub.fall_silent(),
            GatewayMishap::AskToReconnect => hub.ask_to_reconnect(),
            GatewayMishap::Invalidate { resumable } => hub.invalidate(resumable),
            GatewayMishap::GoAway => hub.set_away(true),
            GatewayMishap::ComeBack => hub.set_away(false),
            GatewayMishap::Double { events } => hub.double_events(events),
            GatewayMishap::Swap { events } => hub.swap_events(events),
            GatewayMishap::Heartbeat { ms } => hub.set_heartbeat(Duration::from_millis(ms)),
        }
    }

    /// Closes every gateway connection with 4000; the sessions can be resumed.
    pub fn drop_connections(&self) {
        self.gateway(GatewayMishap::Close { code: Some(4000) });
    }

    /// The gateway is away for so much real time: every connection is cut and new ones are turned away.
    pub async fn away_for(&self, time: Duration) {
        self.gateway(GatewayMishap::GoAway);
        pause(time).await;
        self.gateway(GatewayMishap::ComeBack);
    }

    /// What bots have done over the gateway so far; the receiver changes with it.
    #[must_use]
    pub fn gateway_record(&self) -> watch::Receiver<GatewayRecord> {
        self.core.hub.record()
    }

    /// Lets something go wrong with the next matching REST requests.
    pub fn fault(&self, fault: Fault) {
        lock(&self.core.faults).add(fault);
    }

    /// Waits until every fault that was asked for has hit its requests.
    pub async fn faults_over(&self) {
        let mut left = lock(&self.core.faults).left();
        // The sender lives as long as the core, which this handle holds.
        let _ = left.wait_for(|left| *left == 0).await;
    }

    /// Changes the numbers that Discord does not publish, from now on.
    pub fn change_limits(&self, change: impl FnOnce(&mut Limits)) {
        self.core.with(|world, _| change(&mut world.limits));
    }
}
