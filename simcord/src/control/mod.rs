//! The handle that plays the people: looking, acting, and administration for tests.

mod types;

use tokio::sync::broadcast;

use crate::clock::{AdvanceTo, ClockView};
use crate::faults::{Fault, RecordedRequest};
use crate::world::{
    Channel, ChannelId, Entry, GuildId, Message, MessageId, ModalId, Permissions, Ping, UserId,
};
pub use types::{
    GuildView, MemberView, Membership, Modal, Outcome, OutcomeState, Person, Refusal, Values, View,
};

/// Plays the people of a local Discord. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Control {}

#[expect(
    missing_docs,
    unused_variables,
    reason = "the surface, before what is behind it"
)]
impl Control {
    pub fn people(&self) -> Vec<Person> {
        Vec::new()
    }
    pub fn user_id(&self, username: &str) -> Option<UserId> {
        None
    }
    pub fn guild_id(&self, name: &str) -> Option<GuildId> {
        None
    }
    pub fn view(&self, user: impl Into<UserId>) -> Option<View> {
        None
    }
    pub fn channel_id(&self, user: impl Into<UserId>, name: &str) -> Option<ChannelId> {
        None
    }
    pub fn channels(&self, user: impl Into<UserId>) -> Vec<Channel> {
        Vec::new()
    }
    pub fn messages(&self, user: impl Into<UserId>, channel: impl Into<ChannelId>) -> Vec<Message> {
        Vec::new()
    }
    pub fn pins(&self, user: impl Into<UserId>, channel: impl Into<ChannelId>) -> Vec<Message> {
        Vec::new()
    }
    pub fn pings(&self, user: impl Into<UserId>) -> Vec<Ping> {
        Vec::new()
    }
    pub fn errors(&self) -> Vec<String> {
        Vec::new()
    }
    pub fn read(&self, user: impl Into<UserId>, message: &Message) -> String {
        String::new()
    }
    pub fn clock(&self) -> ClockView {
        crate::clock::Clock::system().view()
    }
    pub fn journal(&self) -> Vec<Entry> {
        Vec::new()
    }
    pub fn subscribe(&self) -> broadcast::Receiver<Entry> {
        broadcast::channel(1).1
    }
    pub fn connected(&self) -> bool {
        false
    }
    pub async fn wait_connected(&self) {}
    pub fn quiet(&self) -> bool {
        true
    }
    pub fn requests(&self) -> Vec<RecordedRequest> {
        Vec::new()
    }

    pub async fn slash_text(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        text: &str,
    ) -> Outcome {
        Outcome::refused("")
    }
    pub async fn slash(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        command: &str,
        options: Values,
    ) -> Outcome {
        Outcome::refused("")
    }
    pub async fn autocomplete(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        command: &str,
        options: Values,
        focused: &str,
    ) -> Outcome {
        Outcome::refused("")
    }
    pub async fn click(
        &self,
        user: impl Into<UserId>,
        message: impl Into<MessageId>,
        custom_id: &str,
    ) -> Outcome {
        Outcome::refused("")
    }
    pub async fn select(
        &self,
        user: impl Into<UserId>,
        message: impl Into<MessageId>,
        custom_id: &str,
        values: Vec<String>,
    ) -> Outcome {
        Outcome::refused("")
    }
    pub async fn submit_modal(
        &self,
        user: impl Into<UserId>,
        modal: impl Into<ModalId>,
        fields: Vec<(String, String)>,
    ) -> Outcome {
        Outcome::refused("")
    }
    pub fn post(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        text: &str,
    ) -> Result<Message, Refusal> {
        Err("".into())
    }
    pub fn mark_read(&self, user: impl Into<UserId>, channel: impl Into<ChannelId>) -> Result<(), Refusal> {
        Ok(())
    }
    pub async fn advance_clock(&self, to: AdvanceTo) -> Result<ClockView, Refusal> {
        Err("".into())
    }

    pub fn set_member_roles(
        &self,
        guild: impl Into<GuildId>,
        user: impl Into<UserId>,
        roles: &[&str],
    ) -> Result<(), Refusal> {
        Ok(())
    }
    pub fn set_bot_permissions(&self, guild: impl Into<GuildId>, bits: Permissions) -> Result<(), Refusal> {
        Ok(())
    }
    pub fn delete_channel(&self, channel: impl Into<ChannelId>) -> Result<(), Refusal> {
        Ok(())
    }
    pub fn delete_message(&self, message: impl Into<MessageId>) -> Result<(), Refusal> {
        Ok(())
    }
    pub fn drop_connections(&self) {}
    pub fn fault(&self, fault: Fault) {}
}
