//! The handle that plays the people: looking here, acting and administration beside it.

mod act;
mod admin;
mod events;
mod files;
mod http;
mod mishaps;
mod script;

use std::fmt;
use std::sync::Arc;

use tokio::sync::broadcast;

pub use admin::GatewayMishap;
pub(crate) use http::routes;

use crate::clock::{AdvanceTo, ClockView};
use crate::core::{Core, lock};
use crate::faults::RecordedRequest;
use crate::world::{
    Channel, ChannelId, Entry, GuildId, Message, MessageId, Person, Ping, Refusal, UserId, View,
};

/// Plays the people of a local Discord. Cheap to clone.
#[derive(Clone)]
pub struct Control {
    core: Arc<Core>,
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("http", &self.core.http)
            .finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// The humans.
    #[must_use]
    pub fn people(&self) -> Vec<Person> {
        self.core.with(|world, _| world.people())
    }

    /// The human of this name.
    #[must_use]
    pub fn user_id(&self, username: &str) -> Option<UserId> {
        self.core.with(|world, _| world.user_named(username))
    }

    /// The guild of this name.
    #[must_use]
    pub fn guild_id(&self, name: &str) -> Option<GuildId> {
        self.core.with(|world, _| world.guild_named(name))
    }

    /// Everything that a person sees, messages left out; `None` when nobody has this id.
    #[must_use]
    pub fn view(&self, user: impl Into<UserId>) -> Option<View> {
        let user = user.into();
        let clock = self.core.clock.view();
        self.core.with(|world, _| {
            let me = world.person_shown(user)?;
            Some(View {
                me,
                guilds: world.guilds_seen(user),
                conversations: world.conversations_seen(user),
                commands: world.commands_seen(user),
                clock,
            })
        })
    }

    /// The channel of this name that a person sees; the newest when several have it. A leading `#` is left aside.
    #[must_use]
    pub fn channel_id(&self, user: impl Into<UserId>, name: &str) -> Option<ChannelId> {
        let name = name.trim_start_matches('#');
        let seen = self.channels(user);
        seen.iter()
            .filter(|channel| channel.name == name && channel.thread.is_none())
            .map(|channel| channel.id)
            .max()
    }

    /// The thread of this name that a person sees in a channel; the newest when several have it.
    #[must_use]
    pub fn thread_id(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        name: &str,
    ) -> Option<ChannelId> {
        let channel = Some(channel.into());
        let seen = self.channels(user);
        seen.iter()
            .filter(|thread| thread.thread.is_some() && thread.parent_id == channel && thread.name == name)
            .map(|thread| thread.id)
            .max()
    }

    /// The channels that a person sees, in order, each followed by its threads.
    #[must_use]
    pub fn channels(&self, user: impl Into<UserId>) -> Vec<Channel> {
        let user = user.into();
        self.core.with(|world, _| world.channels_seen(user))
    }

    /// All messages of a channel that a person sees, newest last.
    #[must_use]
    pub fn messages(&self, user: impl Into<UserId>, channel: impl Into<ChannelId>) -> Vec<Message> {
        self.messages_before(user, channel, None, usize::MAX)
    }

    /// The last `limit` messages of a channel that a person sees, those older than `before`, newest last.
    #[must_use]
    pub fn messages_before(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        before: Option<MessageId>,
        limit: usize,
    ) -> Vec<Message> {
        let (user, channel) = (user.into(), channel.into());
        self.core
            .with(|world, now| world.messages_seen(now, user, channel, before, limit))
    }

    /// One message as a person sees it.
    #[must_use]
    pub fn message(&self, user: impl Into<UserId>, message: impl Into<MessageId>) -> Option<Message> {
        let (user, message) = (user.into(), message.into());
        self.core
            .with(|world, now| world.message_seen(now, user, message))
    }

    /// The pinned messages of a channel that a person sees, the latest pin first.
    #[must_use]
    pub fn pins(&self, user: impl Into<UserId>, channel: impl Into<ChannelId>) -> Vec<Message> {
        let (user, channel) = (user.into(), channel.into());
        self.core.with(|world, now| world.pins_seen(now, user, channel))
    }

    /// What really made a sound for a person.
    #[must_use]
    pub fn pings(&self, user: impl Into<UserId>) -> Vec<Ping> {
        let user = user.into();
        self.core.with(|world, _| world.pings_heard(user))
    }

    /// Unknown routes and broken rules met so far, one sentence each; a test fails when there are any.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        self.core.with(|world, _| world.broken().to_vec())
    }

    /// The plain text that a person reads in a message, as it is in `message` and by the clock of now: names instead
    /// of ids, times in UTC, embeds line by line, components as `[Button]`.
    #[must_use]
    pub fn read(&self, _user: impl Into<UserId>, message: &Message) -> String {
        self.core.with(|world, now| world.text_of(now, message))
    }

    /// What the clock shows.
    #[must_use]
    pub fn clock(&self) -> ClockView {
        self.core.clock.view()
    }

    /// Moves the clock as a person does, and gives what it shows then.
    ///
    /// # Errors
    ///
    /// When the clock cannot be moved, or not there.
    pub async fn advance_clock(&self, to: AdvanceTo) -> Result<ClockView, Refusal> {
        self.core.clock.advance(to).await?;
        // What the move has ended is ended now, not with the next call.
        self.core.with(|_, _| ());
        Ok(self.core.clock.view())
    }

    /// Everything that has happened, in order.
    #[must_use]
    pub fn journal(&self) -> Vec<Entry> {
        self.core.with(|world, _| world.journal().to_vec())
    }

    /// What has happened since the entry with this number, in order.
    #[must_use]
    pub fn journal_after(&self, number: u64) -> Vec<Entry> {
        self.core.with(|world, _| {
            let journal = world.journal();
            let known = journal.partition_point(|entry| entry.number <= number);
            journal.get(known..).unwrap_or_default().to_vec()
        })
    }

    /// Everything that happens from now on, in order. A receiver that is thousands of entries behind misses some and is
    /// told how many; [`Control::journal`] has them all.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<Entry> {
        self.core.news()
    }

    /// Whether the bot is connected and has identified or resumed.
    #[must_use]
    pub fn connected(&self) -> bool {
        self.core.hub.connected()
    }

    /// Waits until the bot is connected and has identified or resumed.
    pub async fn wait_connected(&self) {
        let mut record = self.core.hub.record();
        while !self.core.hub.connected() {
            // The sender lives as long as the core, which this handle holds.
            let _ = record.changed().await;
        }
    }

    /// Waits until something is so: looks now, and again after each change of the world.
    ///
    /// ```no_run
    /// # async fn wait(control: simcord::Control, ada: simcord::UserId) {
    /// let knows = |name: &str| {
    ///     let view = control.view(ada);
    ///     view.is_some_and(|view| view.commands.iter().any(|command| command.name == name))
    /// };
    /// control.wait_until(|| knows("ping")).await;
    /// # }
    /// ```
    pub async fn wait_until(&self, so: impl Fn() -> bool) {
        let mut changes = self.core.changes();
        while !so() {
            // The sender lives as long as the core, which this handle holds.
            let _ = changes.changed().await;
        }
    }

    /// Whether no REST request is being answered and every event has been written to the bot's connection.
    #[must_use]
    pub fn quiet(&self) -> bool {
        self.core.quiet()
    }

    /// The REST requests answered so far.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        lock(&self.core.requests).clone()
    }
}
