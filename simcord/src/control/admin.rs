//! What nobody in the play does: administration and mishaps, for tests.

use super::Control;
use crate::core::lock;
use crate::faults::Fault;
use crate::world::{ChannelId, GuildId, MessageId, Permissions, Refusal, UserId};

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

    /// Closes every gateway connection with 4000; the sessions can be resumed.
    pub fn drop_connections(&self) {
        self.close_connections(Some(4000));
    }

    /// Closes every gateway connection with this code, or with a close frame that has none.
    pub fn close_connections(&self, code: Option<u16>) {
        self.core.hub.close_connections(code);
    }

    /// Asks every gateway connection to reconnect and resume (op 7).
    pub fn ask_to_reconnect(&self) {
        self.core.hub.ask_to_reconnect();
    }

    /// Ends every gateway session: connections are told so (op 9), and a resume fails.
    pub fn invalidate_sessions(&self) {
        self.core.hub.invalidate();
    }

    /// Lets something go wrong with the next matching REST requests.
    pub fn fault(&self, fault: Fault) {
        lock(&self.core.faults).add(fault);
    }
}
