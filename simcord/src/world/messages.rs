//! Writing, changing, deleting and pinning messages.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::attachment::{self, Attachment, Upload};
use super::body::{AllowedMentions, MessageBody, nonce_text};
use super::error::{ApiError, Form};
use super::event::{Happening, intent};
use super::guild::User;
use super::ids::{AttachmentId, ChannelId, MessageId, UserId};
use super::layout;
use super::message::{Message, flag};
use super::permission::Permissions;
use super::state::{Nonce, World};
use super::stored;

impl World {
    /// The bot writes into a channel.
    pub(crate) fn bot_writes(
        &mut self,
        now: DateTime<Utc>,
        channel: ChannelId,
        body: MessageBody,
    ) -> Result<Message, ApiError> {
        let mut needed = self.channel(channel)?.writing();
        if body.embeds.as_ref().is_some_and(|embeds| !embeds.is_empty()) {
            needed = needed.with(Permissions::EMBED_LINKS);
        }
        if !self.uploads.is_empty() {
            needed = needed.with(Permissions::ATTACH_FILES);
        }
        let found = self.channel_for_bot(channel, needed)?;
        if !found.kind.holds_messages() {
            return Err(ApiError::wrong_channel_type());
        }
        self.may_be_told(found)?;
        if let Some(first) = self.same_nonce(now, channel, &body) {
            return Ok(first);
        }
        let nonce = body.nonce.clone().filter(|_| body.enforce_nonce);
        let bot = self.bot().clone();
        self.wake_thread(now, bot.id, channel)?;
        let message = self.write(now, channel, bot, body)?;
        if let Some(nonce) = nonce {
            let nonce = nonce_text(&nonce);
            self.nonces.push(Nonce {
                channel,
                nonce,
                at: now,
                message: message.id,
            });
        }
        Ok(message)
    }

    fn same_nonce(&mut self, now: DateTime<Utc>, channel: ChannelId, body: &MessageBody) -> Option<Message> {
        let window = self.limits.nonce_window;
        self.nonces.retain(|known| known.at + window > now);
        let nonce = nonce_text(body.nonce.as_ref().filter(|_| body.enforce_nonce)?);
        let known = self
            .nonces
            .iter()
            .find(|known| known.channel == channel && known.nonce == nonce)?;
        self.message(known.message).cloned()
    }

    /// A person writes into a channel, with files or without; the error is a sentence.
    pub(crate) fn person_writes(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        channel: ChannelId,
        text: &str,
        files: Vec<Upload>,
    ) -> Result<Message, String> {
        let author = self.users.get(&user).cloned().ok_or("There is no such person.")?;
        let found = self.channels.get(&channel).ok_or("There is no such channel.")?;
        let held = self.permissions(user, found);
        if !held.contains(Permissions::VIEW_CHANNEL) {
            return Err("There is no such channel.".to_owned());
        }
        if !held.contains(found.writing()) || !found.kind.holds_messages() {
            return Err("You do not have permission to send messages in this channel.".to_owned());
        }
        if !files.is_empty() && !held.contains(Permissions::ATTACH_FILES) {
            return Err("You do not have permission to attach files in this channel.".to_owned());
        }
        let text = text.trim();
        if text.is_empty() && files.is_empty() {
            return Err("There is nothing to send.".to_owned());
        }
        if text.chars().count() > 2_000 {
            return Err("Your message is longer than 2000 characters.".to_owned());
        }
        let guild = found.guild_id;
        let body = MessageBody {
            content: Some(self.link_mentions(guild, text)),
            ..MessageBody::default()
        };
        self.wake_thread(now, user, channel)
            .map_err(|error| error.message)?;
        self.uploads = files;
        let message = self
            .write(now, channel, author, body)
            .map_err(|error| error.message)?;
        self.read.insert((user, channel), message.id);
        Ok(message)
    }

    /// Writes an ordinary message.
    fn write(
        &mut self,
        now: DateTime<Utc>,
        channel: ChannelId,
        author: Arc<User>,
        body: MessageBody,
    ) -> Result<Message, ApiError> {
        let replied = match body.replies_to {
            None => None,
            Some(id) => {
                let found = self.message(id).filter(|found| found.channel_id == channel);
                Some(found.ok_or_else(ApiError::unknown_message)?)
            }
        };
        let reference = replied.map(|found| {
            (
                found.author.id,
                json!({"type": 0, "message_id": found.id, "channel_id": channel, "guild_id": found.guild_id}),
            )
        });
        let mut message = self.blank(now, channel, author)?;
        if let Some((_, reference)) = &reference {
            message.kind = 19;
            message.message_reference = Some(reference.clone());
        }
        let flags = body.flags.unwrap_or(0);
        message.flags = flags & (flag::SUPPRESS_EMBEDS | flag::SUPPRESS_NOTIFICATIONS | flag::COMPONENTS_V2);
        self.fill(
            &mut message,
            body,
            &AllowedMentions::for_messages(),
            reference.map(|(user, _)| user),
        )?;
        self.add_message(now, &message);
        Ok(message)
    }

    /// An empty message at `now`, not yet in the world.
    pub(super) fn blank(
        &mut self,
        now: DateTime<Utc>,
        channel: ChannelId,
        author: Arc<User>,
    ) -> Result<Message, ApiError> {
        let guild_id = self.channel(channel)?.guild_id;
        Ok(Message {
            id: MessageId(self.ids.next(now)),
            channel_id: channel,
            guild_id,
            author,
            content: String::new(),
            timestamp: now,
            edited_timestamp: None,
            tts: false,
            mention_everyone: false,
            mentions: Vec::new(),
            mention_roles: Vec::new(),
            attachments: Vec::new(),
            embeds: Vec::new(),
            components: Vec::new(),
            reactions: Vec::new(),
            pinned: false,
            kind: 0,
            flags: 0,
            nonce: None,
            application_id: None,
            webhook_id: None,
            interaction_metadata: None,
            message_reference: None,
            simcord: None,
            only_for: None,
            interaction: None,
            failed: false,
        })
    }

    /// Puts a body into a message; what the body does not name stays. An empty result is refused.
    pub(super) fn fill(
        &mut self,
        message: &mut Message,
        body: MessageBody,
        default: &AllowedMentions,
        replied: Option<UserId>,
    ) -> Result<(), ApiError> {
        let flags = body.flags.unwrap_or(0);
        message.flags |= flags & flag::COMPONENTS_V2;
        // Of the others an edit changes one; what it does not repeat goes (page "Message", Edit Message).
        if body.flags.is_some() {
            message.flags &= !flag::SUPPRESS_EMBEDS;
            message.flags |= flags & flag::SUPPRESS_EMBEDS;
        }
        message.tts |= body.tts;
        if let Some(nonce) = body.nonce {
            message.nonce = Some(nonce);
        }
        if let Some(embeds) = body.embeds {
            message.embeds = embeds.into_iter().map(rich).collect();
        }
        let uploads = std::mem::take(&mut self.uploads);
        let kept = std::mem::take(&mut message.attachments);
        let named = body.attachments.as_deref();
        let (base, largest) = (self.base.as_str(), self.limits.bytes_per_file);
        message.attachments = attachment::merged(kept, named, &uploads, largest, |upload, said| {
            let id = AttachmentId(self.ids.next(message.timestamp));
            let file = attachment::stored(id, base, message.channel_id, upload, said);
            Attachment {
                ephemeral: message.only_for.is_some(),
                ..file
            }
        })?;
        if let Some(components) = body.components {
            let ids = &mut self.ids;
            let at = message.timestamp;
            message.components = stored::components(components, &message.attachments, || ids.next(at))?;
        }
        if let Some(text) = body.content {
            message.content = text;
        }
        stays_of_its_kind(message)?;
        let allowed = body.allowed_mentions.as_ref().unwrap_or(default);
        let text = spoken(message);
        let mentions = self.effective_mentions(message, &text, allowed, replied);
        message.mention_everyone = mentions.everyone;
        message.mention_roles = mentions.roles;
        message.mentions = mentions
            .users
            .iter()
            .filter_map(|id| self.users.get(id))
            .cloned()
            .collect();
        let empty = message.content.trim().is_empty()
            && message.embeds.is_empty()
            && message.components.is_empty()
            && message.attachments.is_empty();
        if empty {
            Err(ApiError::empty_message())
        } else {
            Ok(())
        }
    }

    /// Puts a new message into the world, tells everybody, and makes its sounds.
    pub(super) fn add_message(&mut self, now: DateTime<Utc>, message: &Message) {
        self.by_channel
            .entry(message.channel_id)
            .or_default()
            .insert(message.id);
        if message.only_for.is_none()
            && let Some(channel) = self.channels.get_mut(&message.channel_id)
        {
            channel.last_message_id = Some(message.id);
        }
        self.count_in_thread(now, message);
        let shown = Arc::new(message.clone());
        self.messages.insert(message.id, Arc::clone(&shown));
        if message.thinking() {
            self.happen(now, Happening::Thinking { message: shown });
        } else {
            self.happen(now, Happening::MessageCreated { message: shown });
        }
        self.tell_bot_of("MESSAGE_CREATE", message);
        self.ping(now, message);
    }

    /// Replaces a message and tells everybody; a promised answer that has come counts as new.
    pub(super) fn replace_message(&mut self, now: DateTime<Utc>, message: &Message) {
        let was_thinking = self.message(message.id).is_some_and(Message::thinking);
        let shown = Arc::new(message.clone());
        self.messages.insert(message.id, Arc::clone(&shown));
        if was_thinking {
            self.happen(now, Happening::MessageCreated { message: shown });
        } else {
            self.happen(now, Happening::MessageEdited { message: shown });
        }
        self.tell_bot_of("MESSAGE_UPDATE", message);
    }

    /// Tells the bot of a message that it can see.
    pub(super) fn tell_bot_of(&mut self, name: &'static str, message: &Message) {
        if message.only_for.is_some() || !self.can_see(self.bot, message.channel_id) {
            return;
        }
        let mut data = json!(message);
        let guild = message.guild_id.and_then(|id| self.guilds.get(&id));
        if let Some(guild) = guild {
            data["guild_id"] = json!(guild.id);
            if let Some(member) = guild.members.get(&message.author.id) {
                let mut member = self.member_json(member);
                if let Some(member) = member.as_object_mut() {
                    member.remove("user");
                }
                data["member"] = member;
            }
        }
        let needed = if guild.is_some() {
            intent::GUILD_MESSAGES
        } else {
            intent::DIRECT_MESSAGES
        };
        self.dispatch(name, needed, data);
    }

    /// A message that is really in this channel and that everybody there can see.
    pub(crate) fn public_message(&self, channel: ChannelId, id: MessageId) -> Result<&Message, ApiError> {
        let found = self
            .message(id)
            .filter(|found| found.channel_id == channel && found.only_for.is_none());
        found.ok_or_else(ApiError::unknown_message)
    }

    /// The flags of a message; none when there is no such message.
    pub(crate) fn flags_of(&self, id: MessageId) -> u64 {
        self.message(id).map_or(0, |message| message.flags)
    }

    /// The bot changes a message of its own.
    pub(crate) fn bot_edits(
        &mut self,
        now: DateTime<Utc>,
        channel: ChannelId,
        id: MessageId,
        body: MessageBody,
    ) -> Result<Message, ApiError> {
        self.channel_for_bot(channel, Permissions::NONE)?;
        self.thread_is_awake(channel)?;
        let mut message = self.public_message(channel, id)?.clone();
        if message.author.id != self.bot {
            return Err(ApiError::not_the_author());
        }
        if matches!(message.kind, 6 | 18 | 21) {
            return Err(ApiError::system_message());
        }
        self.fill(&mut message, body, &AllowedMentions::for_messages(), None)?;
        self.count_old_edit(now, &message)?;
        message.edited_timestamp = Some(now);
        self.replace_message(now, &message);
        Ok(message)
    }

    fn count_old_edit(&mut self, now: DateTime<Utc>, message: &Message) -> Result<(), ApiError> {
        let hour = TimeDelta::hours(1);
        let Some(most) = self
            .limits
            .old_message_edits
            .filter(|_| message.timestamp + hour <= now)
        else {
            return Ok(());
        };
        let recent = self.old_edits.entry(message.id).or_default();
        recent.retain(|at| *at + hour > now);
        if let Some(first) = recent.first().filter(|_| recent.len() >= most) {
            return Err(ApiError::too_many_old_edits(
                (*first + hour - now).as_seconds_f64(),
            ));
        }
        recent.push(now);
        Ok(())
    }

    /// The bot deletes a message: its own, or anybody's with the permission.
    pub(crate) fn bot_deletes(
        &mut self,
        now: DateTime<Utc>,
        channel: ChannelId,
        id: MessageId,
    ) -> Result<(), ApiError> {
        self.channel_for_bot(channel, Permissions::NONE)?;
        if self.public_message(channel, id)?.author.id != self.bot {
            self.channel_for_bot(channel, Permissions::MANAGE_MESSAGES)?;
        }
        self.remove_message(now, id);
        Ok(())
    }

    /// Takes a message out of the world and tells everybody.
    pub(crate) fn remove_message(&mut self, now: DateTime<Utc>, id: MessageId) -> bool {
        let Some(message) = self.messages.remove(&id) else {
            return false;
        };
        let channel_id = message.channel_id;
        if let Some(ids) = self.by_channel.get_mut(&channel_id) {
            ids.remove(&id);
        }
        if let Some(pins) = self.pins.get_mut(&channel_id) {
            pins.retain(|pin| pin.message != id);
        }
        self.happen(
            now,
            Happening::MessageDeleted {
                id,
                channel_id,
                only_for: message.only_for,
            },
        );
        if message.only_for.is_none() && self.can_see(self.bot, channel_id) {
            let mut data = json!({"id": id, "channel_id": channel_id});
            let mut needed = intent::DIRECT_MESSAGES;
            if let Some(guild) = message.guild_id {
                data["guild_id"] = json!(guild);
                needed = intent::GUILD_MESSAGES;
            }
            self.dispatch("MESSAGE_DELETE", needed, data);
        }
        true
    }
}

/// What stands in a message to be read and to mention people: its text, or the texts among its components.
fn spoken(message: &Message) -> String {
    let mut texts = layout::texts(&message.components);
    texts.insert(0, &message.content);
    texts.join("\n")
}

/// A message that becomes one of the newer kind gives up its text and its embeds.
fn stays_of_its_kind(message: &Message) -> Result<(), ApiError> {
    if message.flags & flag::COMPONENTS_V2 == 0 {
        return Ok(());
    }
    let mut form = Form::default();
    if !message.content.is_empty() {
        layout::refuse_legacy("content", &mut form);
    }
    if !message.embeds.is_empty() {
        layout::refuse_legacy("embeds", &mut form);
    }
    form.finish()
}

/// An embed as Discord gives it back: with its kind, and each field saying whether it stands beside others.
fn rich(mut embed: Value) -> Value {
    if let Some(map) = embed.as_object_mut() {
        map.retain(|_, value| !value.is_null());
        map.insert("type".to_owned(), json!("rich"));
        for field in map
            .get_mut("fields")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if let Some(field) = field.as_object_mut() {
                field.entry("inline").or_insert(json!(false));
            }
        }
    }
    embed
}
