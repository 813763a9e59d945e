//! The state of the world, and the few things that every part of it does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::attachment::{self, Attachment, Upload};
use super::channel::{Channel, ChannelKind};
use super::command::Command;
use super::error::ApiError;
use super::event::{Dispatch, Effect, Entry, Happening, Ping, intent};
use super::guild::{Guild, Member, User};
use super::ids::{
    AttachmentId, ChannelId, GuildId, InteractionId, MessageId, ModalId, ScheduledEventId, Snowflakes, UserId,
};
use super::instant::written;
use super::interaction::{Interaction, OpenModal};
use super::message::Message;
use super::permission::{self, Permissions};
use super::scheduled::ScheduledEvent;
use crate::options::Limits;

/// Files that a person has at hand.
const AT_HAND: usize = 100;

/// Everything there is.
#[derive(Debug)]
pub(crate) struct World {
    pub(super) bot: UserId,
    /// The privileged intents that the application was granted.
    pub(super) granted: u64,
    pub(crate) limits: Limits,
    pub(super) ids: Snowflakes,
    pub(super) users: BTreeMap<UserId, Arc<User>>,
    pub(super) guilds: BTreeMap<GuildId, Guild>,
    pub(super) channels: BTreeMap<ChannelId, Channel>,
    pub(super) messages: BTreeMap<MessageId, Arc<Message>>,
    pub(super) by_channel: BTreeMap<ChannelId, BTreeSet<MessageId>>,
    pub(super) pins: BTreeMap<ChannelId, Vec<Pin>>,
    pub(super) scheduled: BTreeMap<ScheduledEventId, ScheduledEvent>,
    pub(super) commands: Vec<Command>,
    pub(super) interactions: BTreeMap<InteractionId, Interaction>,
    /// Interactions that somebody waits for.
    pub(super) open: BTreeSet<InteractionId>,
    pub(super) modals: BTreeMap<ModalId, OpenModal>,
    pub(super) nonces: Vec<Nonce>,
    /// When commands were made, by scope.
    pub(super) made_commands: BTreeMap<Option<GuildId>, Vec<DateTime<Utc>>>,
    pub(super) renames: BTreeMap<ChannelId, Vec<DateTime<Utc>>>,
    /// When messages older than an hour were edited.
    pub(super) old_edits: BTreeMap<MessageId, Vec<DateTime<Utc>>>,
    pub(super) pings: Vec<Ping>,
    pub(super) read: BTreeMap<(UserId, ChannelId), MessageId>,
    /// Who takes no direct messages.
    pub(super) refusing: BTreeSet<UserId>,
    pub(super) journal: Vec<Entry>,
    pub(super) broken: Vec<String>,
    pub(super) effects: Vec<Effect>,
    /// The files of the request that is being answered.
    pub(crate) uploads: Vec<Upload>,
    /// The files that people have to give away with commands.
    pub(super) at_hand: BTreeMap<(UserId, AttachmentId), Attachment>,
    /// Where files are served, as `http://127.0.0.1:7210`.
    pub(crate) base: String,
}

/// A pinned message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pin {
    pub(super) message: MessageId,
    pub(super) at: DateTime<Utc>,
}

/// A nonce that was sent with `enforce_nonce`.
#[derive(Clone, Debug)]
pub(super) struct Nonce {
    pub(super) channel: ChannelId,
    pub(super) nonce: String,
    pub(super) at: DateTime<Utc>,
    pub(super) message: MessageId,
}

impl World {
    /// What the changes since the last call lead to, in order.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Everything that has happened.
    pub(crate) fn journal(&self) -> &[Entry] {
        &self.journal
    }

    /// Rules that the application broke, and routes it asked for in vain.
    pub(crate) fn broken(&self) -> &[String] {
        &self.broken
    }

    /// Notes that the application broke a rule.
    pub(crate) fn note_broken(&mut self, sentence: String) {
        self.broken.push(sentence);
    }

    /// The bot's user.
    pub(crate) fn bot(&self) -> &Arc<User> {
        // The bot is put in when the world is made, and users never leave.
        &self.users[&self.bot]
    }

    /// The bot's user as it is told to the bot alone, over REST and in READY.
    pub(crate) fn bot_itself(&self) -> Value {
        let mut shape = json!(self.bot());
        shape["verified"] = json!(true);
        shape["mfa_enabled"] = json!(true);
        shape["locale"] = json!("en-US");
        shape
    }

    /// The bot's id, which is the application's.
    pub(crate) fn bot_id(&self) -> UserId {
        self.bot
    }

    /// Whether the application may list members (page "Guild", List Guild Members).
    pub(crate) fn may_list_members(&self) -> Result<(), ApiError> {
        if self.granted & intent::GUILD_MEMBERS == 0 {
            return Err(ApiError::missing_access());
        }
        Ok(())
    }

    /// The guilds, the oldest first.
    pub(crate) fn guilds(&self) -> impl Iterator<Item = &Guild> {
        self.guilds.values()
    }

    /// A guild.
    pub(crate) fn guild(&self, id: GuildId) -> Result<&Guild, ApiError> {
        self.guilds.get(&id).ok_or_else(ApiError::unknown_guild)
    }

    /// A user.
    pub(crate) fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id).map(Arc::as_ref)
    }

    /// A message, whoever can see it.
    pub(super) fn message(&self, id: MessageId) -> Option<&Message> {
        self.messages.get(&id).map(Arc::as_ref)
    }

    /// A file of a message that is there.
    pub(crate) fn file(&self, channel: ChannelId, id: AttachmentId) -> Option<&Attachment> {
        let messages = self.by_channel.get(&channel)?.iter();
        let mut files = messages
            .filter_map(|id| self.message(*id))
            .flat_map(|message| &message.attachments);
        files.find(|file| file.id == id)
    }

    /// A person has a file to give away, and with it no more than [`AT_HAND`]: the one that came first goes.
    pub(crate) fn have_file(&mut self, now: DateTime<Utc>, user: UserId, upload: &Upload) -> Attachment {
        let id = AttachmentId(self.ids.next(now));
        let file = attachment::stored(id, &self.base, ChannelId(user.0), upload, None);
        let url = file.url.replacen("/attachments/", "/ephemeral-attachments/", 1);
        let file = Attachment {
            ephemeral: true,
            proxy_url: url.clone(),
            url,
            ..file
        };
        let own = (user, AttachmentId(0))..=(user, AttachmentId(u64::MAX));
        let mut own = self.at_hand.range(own).map(|(key, _)| *key);
        if let (Some(first), true) = (own.next(), own.count() + 1 >= AT_HAND) {
            self.at_hand.remove(&first);
        }
        self.at_hand.insert((user, id), file.clone());
        file
    }

    /// The file that a person means by its id or its name; the newest when several are called so.
    pub(crate) fn file_at_hand(&self, user: UserId, word: &str) -> Option<&Attachment> {
        let mut own = self.at_hand.iter().rev().filter(|((owner, _), _)| *owner == user);
        let name = attachment::clean(word);
        let found = own.find(|(_, file)| file.filename == name || file.id.to_string() == word);
        found.map(|(_, file)| file)
    }

    /// A file at hand, as it comes with a message; the error is a sentence.
    pub(crate) fn upload_of(&self, user: UserId, word: &str) -> Result<Upload, String> {
        let file = self.file_at_hand(user, word);
        let file = file.ok_or_else(|| format!("You have no file called {word:?}."))?;
        Ok(Upload {
            place: 0,
            name: file.filename.clone(),
            kind: file.content_type.clone(),
            bytes: Arc::clone(&file.bytes),
        })
    }

    /// A file that somebody has to give away.
    pub(crate) fn given_file(&self, id: AttachmentId) -> Option<&Attachment> {
        self.at_hand.values().find(|file| file.id == id)
    }

    /// A channel, whoever can see it.
    pub(crate) fn channel(&self, id: ChannelId) -> Result<&Channel, ApiError> {
        self.channels.get(&id).ok_or_else(ApiError::unknown_channel)
    }

    /// A channel that the bot can see and in which it may do `needed`.
    pub(crate) fn channel_for_bot(&self, id: ChannelId, needed: Permissions) -> Result<&Channel, ApiError> {
        let channel = self.channel(id)?;
        let held = self.permissions(self.bot, channel);
        if !held.contains(Permissions::VIEW_CHANNEL) {
            return Err(ApiError::missing_access());
        }
        if held.contains(needed) {
            Ok(channel)
        } else {
            Err(ApiError::missing_permissions())
        }
    }

    /// What `user` may do in `channel`.
    pub(crate) fn permissions(&self, user: UserId, channel: &Channel) -> Permissions {
        match channel.guild_id.and_then(|id| self.guilds.get(&id)) {
            Some(guild) => {
                let ruling = self.ruling(channel);
                ruling.map_or(Permissions::NONE, |ruling| {
                    permission::in_channel(guild, ruling, user)
                })
            }
            None if user == self.bot || channel.recipients.iter().any(|other| other.id == user) => {
                Permissions::ALL
            }
            None => Permissions::NONE,
        }
    }

    /// Whether `user` can see `channel`.
    pub(crate) fn can_see(&self, user: UserId, channel: ChannelId) -> bool {
        self.channels.get(&channel).is_some_and(|channel| {
            self.permissions(user, channel)
                .contains(Permissions::VIEW_CHANNEL)
        })
    }

    /// What the bot may do in the guild, or a refusal when it lacks `needed`.
    pub(crate) fn bot_in_guild(&self, id: GuildId, needed: Permissions) -> Result<&Guild, ApiError> {
        let guild = self.guild(id)?;
        let held = permission::in_guild(guild, self.bot);
        if held.contains(needed) {
            Ok(guild)
        } else {
            Err(ApiError::missing_permissions())
        }
    }

    /// A guild's channels, in the order people see them: loose ones first, then each category with its own. Threads are no
    /// channels of the guild's.
    pub(crate) fn channels_of(&self, guild: GuildId) -> Vec<&Channel> {
        let mut channels: Vec<_> = self
            .channels
            .values()
            .filter(|channel| channel.guild_id == Some(guild) && channel.thread.is_none())
            .collect();
        let category_place = |id: ChannelId| self.channels.get(&id).map(|found| (found.position, id));
        channels.sort_by_key(|channel| match (channel.kind, channel.parent_id) {
            (ChannelKind::Category, _) => (
                Some((channel.position, channel.id)),
                0,
                channel.position,
                channel.id,
            ),
            (_, Some(parent)) => (category_place(parent), 1, channel.position, channel.id),
            (_, None) => (None, 0, channel.position, channel.id),
        });
        channels
    }

    /// The same with each channel's threads behind it.
    pub(crate) fn places_of(&self, guild: GuildId) -> Vec<&Channel> {
        let channels = self.channels_of(guild).into_iter();
        channels
            .flat_map(|channel| std::iter::once(channel).chain(self.threads_of(channel.id)))
            .collect()
    }

    /// A member in Discord's shape.
    pub(crate) fn member_json(&self, member: &Member) -> Value {
        json!({
            "user": self.users.get(&member.user), "nick": null, "avatar": null, "banner": null,
            "roles": member.roles, "joined_at": written(member.joined_at), "premium_since": null, "deaf": false,
            "mute": false, "flags": 0, "pending": false, "communication_disabled_until": null,
        })
    }

    /// A guild as the gateway tells it when a bot connects that asked for `intents`: without that for members it sees
    /// itself alone (page "Gateway Events", Guild Create).
    pub(crate) fn guild_create(&self, guild: &Guild, intents: u64) -> Value {
        let all = intents & intent::GUILD_MEMBERS != 0;
        let mut data = guild.to_json();
        data["joined_at"] = json!(written(guild.joined_at));
        data["large"] = json!(false);
        data["unavailable"] = json!(false);
        data["member_count"] = json!(guild.members.len());
        data["members"] = guild
            .members
            .values()
            .filter(|member| all || member.user == self.bot)
            .map(|member| self.member_json(member))
            .collect();
        data["channels"] = json!(self.channels_of(guild.id));
        data["threads"] = json!(self.active_threads(guild.id));
        data["guild_scheduled_events"] = self
            .scheduled_events(guild.id)
            .map(|event| self.event_json(event, false))
            .collect();
        for nothing in [
            "presences",
            "voice_states",
            "stage_instances",
            "soundboard_sounds",
        ] {
            data[nothing] = json!([]);
        }
        data
    }

    /// Writes into the journal.
    pub(super) fn happen(&mut self, now: DateTime<Utc>, event: Happening) {
        let number = self.journal.len() as u64 + 1;
        let entry = Entry {
            number,
            at: now,
            event,
        };
        self.journal.push(entry.clone());
        self.effects.push(Effect::Journal(entry));
    }

    /// Tells the bot.
    pub(super) fn dispatch(&mut self, name: &'static str, intent: u64, data: Value) {
        self.effects
            .push(Effect::Dispatch(Dispatch { name, intent, data }));
    }
}
