//! What people do. Each act that reaches the application waits for its answer.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::Control;
use crate::world::{
    Attachment, Channel, ChannelId, Filled, InteractionId, Message, MessageId, ModalId, Outcome, Refusal,
    Upload, UserId, Values, World,
};

/// How many times as long a deferred answer may take as a first one.
const DEFERRED: u32 = 10;

impl Control {
    /// A person types a slash command as one line: `/release start dot-release title:"a b"`.
    pub async fn slash_text(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        text: &str,
    ) -> Outcome {
        let (user, channel) = (user.into(), channel.into());
        self.act(|world, now| {
            let (command, values) = world.read_line(user, channel, text)?;
            world.use_command(now, user, channel, &command, &values)
        })
        .await
    }

    /// A person uses a slash command: its name with subcommands (`release start`), and options by name.
    pub async fn slash(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        command: &str,
        options: Values,
    ) -> Outcome {
        let (user, channel) = (user.into(), channel.into());
        self.act(|world, now| world.use_command(now, user, channel, command, &options))
            .await
    }

    /// A person uses a context-menu command on a user or a message, given by its id.
    pub async fn menu(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        command: &str,
        target: u64,
    ) -> Outcome {
        let (user, channel) = (user.into(), channel.into());
        self.act(|world, now| world.use_menu(now, user, channel, command, target))
            .await
    }

    /// A person is typing the option `focused` of a command; the other options are what has been typed so far.
    pub async fn autocomplete(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        command: &str,
        options: Values,
        focused: &str,
    ) -> Outcome {
        let (user, channel) = (user.into(), channel.into());
        self.act(|world, now| world.type_command(now, user, channel, command, &options, focused))
            .await
    }

    /// A person has typed a line as far as `/release start version:7.` and sees what is suggested for its last option.
    pub async fn type_text(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        text: &str,
    ) -> Outcome {
        let (user, channel) = (user.into(), channel.into());
        let last = text.rsplit(' ').next().unwrap_or_default();
        let focused = last.split(':').next().unwrap_or_default();
        self.act(|world, now| {
            let (command, values) = world.read_line(user, channel, text)?;
            world.type_command(now, user, channel, &command, &values, focused)
        })
        .await
    }

    /// A person presses a button.
    pub async fn click(
        &self,
        user: impl Into<UserId>,
        message: impl Into<MessageId>,
        custom_id: &str,
    ) -> Outcome {
        let (user, message) = (user.into(), message.into());
        self.act(|world, now| world.press(now, user, message, custom_id))
            .await
    }

    /// A person chooses from a select: values or labels of a text select, else names, mentions or ids.
    pub async fn select(
        &self,
        user: impl Into<UserId>,
        message: impl Into<MessageId>,
        custom_id: &str,
        values: Vec<String>,
    ) -> Outcome {
        let (user, message) = (user.into(), message.into());
        self.act(|world, now| world.choose(now, user, message, custom_id, &values))
            .await
    }

    /// A person submits a form: what goes into its fields by their custom ids, as texts or as [`Filled`]. A field left out
    /// keeps what it was opened with.
    pub async fn submit_modal<F: Into<Filled>>(
        &self,
        user: impl Into<UserId>,
        modal: impl Into<ModalId>,
        fields: BTreeMap<String, F>,
    ) -> Outcome {
        let (user, modal) = (user.into(), modal.into());
        let fields = fields.into_iter().map(|(name, filled)| (name, filled.into()));
        let fields: BTreeMap<String, Filled> = fields.collect();
        self.act(|world, now| world.submit(now, user, modal, &fields))
            .await
    }

    /// A person writes a message. `@name` and `#name` become mentions.
    ///
    /// # Errors
    ///
    /// When the person may not, or there is nothing to send.
    pub fn post(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        text: &str,
    ) -> Result<Message, Refusal> {
        let (user, channel) = (user.into(), channel.into());
        self.core.with(|world, now| {
            let message = world.person_writes(now, user, channel, text, Vec::new())?;
            Ok(world.shown_at(now, user, &message))
        })
    }

    /// A person writes a message with a file; the text may be empty.
    ///
    /// # Errors
    ///
    /// When the person may not, or the file is too large.
    pub fn post_file(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        text: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<Message, Refusal> {
        let (user, channel) = (user.into(), channel.into());
        let file = Upload {
            place: 0,
            name: name.to_owned(),
            kind: None,
            bytes: bytes.into(),
        };
        self.core.with(|world, now| {
            let message = world.person_writes(now, user, channel, text, vec![file])?;
            Ok(world.shown_at(now, user, &message))
        })
    }

    /// A person writes a message with files that the person has, each given by its name or its id; the text may be
    /// empty.
    ///
    /// # Errors
    ///
    /// When the person may not, or has no such file.
    pub fn post_with_files(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        text: &str,
        files: &[String],
    ) -> Result<Message, Refusal> {
        let (user, channel) = (user.into(), channel.into());
        self.core.with(|world, now| {
            let files: Result<Vec<_>, String> =
                files.iter().map(|file| world.upload_of(user, file)).collect();
            let message = world.person_writes(now, user, channel, text, files?)?;
            Ok(world.shown_at(now, user, &message))
        })
    }

    /// A person reacts to a message with an emoji, or joins those who have.
    ///
    /// # Errors
    ///
    /// When the person may not, or it is no emoji.
    pub fn react(
        &self,
        user: impl Into<UserId>,
        message: impl Into<MessageId>,
        emoji: &str,
    ) -> Result<Message, Refusal> {
        let (user, message) = (user.into(), message.into());
        Ok(self
            .core
            .with(|world, now| world.person_reacts(now, user, message, emoji, true))?)
    }

    /// A person takes a reaction back.
    ///
    /// # Errors
    ///
    /// When the person does not see the message, or it is no emoji.
    pub fn take_back_reaction(
        &self,
        user: impl Into<UserId>,
        message: impl Into<MessageId>,
        emoji: &str,
    ) -> Result<Message, Refusal> {
        let (user, message) = (user.into(), message.into());
        Ok(self
            .core
            .with(|world, now| world.person_reacts(now, user, message, emoji, false))?)
    }

    /// A person has a file to give away: whatever takes one, an option of a command or a message, is given its name or
    /// its id. Of a person's files the newest hundred are kept.
    pub fn have_file(&self, user: impl Into<UserId>, name: &str, bytes: &[u8]) -> Attachment {
        let user = user.into();
        let file = Upload {
            place: 0,
            name: name.to_owned(),
            kind: None,
            bytes: bytes.into(),
        };
        self.core.with(|world, now| world.have_file(now, user, &file))
    }

    /// A person starts a thread that stands by itself in a channel.
    ///
    /// # Errors
    ///
    /// When the person may not.
    pub fn start_thread(
        &self,
        user: impl Into<UserId>,
        channel: impl Into<ChannelId>,
        name: &str,
    ) -> Result<Channel, Refusal> {
        let (user, channel) = (user.into(), channel.into());
        Ok(self
            .core
            .with(|world, now| world.person_opens_thread(now, user, channel, name))?)
    }

    /// A person has read a channel: unread and mention counts fall to zero.
    ///
    /// # Errors
    ///
    /// When the person does not see the channel.
    pub fn mark_read(&self, user: impl Into<UserId>, channel: impl Into<ChannelId>) -> Result<(), Refusal> {
        let (user, channel) = (user.into(), channel.into());
        Ok(self.core.with(|world, now| world.mark_read(now, user, channel))?)
    }

    /// Option values from names and texts, for [`Control::slash`] and [`Control::autocomplete`].
    #[must_use]
    pub fn values(pairs: &[(&str, &str)]) -> Values {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect()
    }

    /// Starts an interaction and waits for what becomes of it. Values are checked before anything is awaited.
    async fn act(
        &self,
        start: impl FnOnce(&mut World, DateTime<Utc>) -> Result<InteractionId, String>,
    ) -> Outcome {
        match self.core.with(start) {
            Ok(id) => self.settled(id).await,
            Err(sentence) => Outcome::refused(sentence),
        }
    }

    async fn settled(&self, id: InteractionId) -> Outcome {
        let patience = self.core.patience;
        if let Some(outcome) = self.wait(id, patience, true).await {
            return outcome;
        }
        if self.core.with(|world, _| world.promised(id))
            && let Some(outcome) = self.wait(id, patience * DEFERRED, false).await
        {
            return outcome;
        }
        self.core.with(|world, now| world.outcome_so_far(now, id))
    }

    /// Waits for the outcome; `None` when the application has promised one (and that is asked for) or patience is over.
    async fn wait(&self, id: InteractionId, patience: Duration, until_promised: bool) -> Option<Outcome> {
        let watcher = self.core.watch(id);
        let mut moves = self.core.clock.moves();
        let look = || {
            self.core.with(|world, now| {
                let outcome = world.outcome(now, id);
                (outcome.is_none() && until_promised && world.promised(id), outcome)
            })
        };
        let watching = async {
            loop {
                moves.mark_unchanged();
                match look() {
                    (true, _) => return None,
                    (false, Some(outcome)) => return Some(outcome),
                    (false, None) => {}
                }
                tokio::select! {
                    // The senders live as long as the core, which this handle holds.
                    () = watcher.moved() => {}
                    _ = moves.changed() => {}
                }
            }
        };
        match tokio::time::timeout(patience, watching).await {
            Ok(found) => found,
            Err(_elapsed) => {
                self.core.with(|world, now| world.lose_patience(now, id));
                None
            }
        }
    }
}
