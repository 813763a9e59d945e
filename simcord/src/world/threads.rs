//! Threads: conversations beside a channel. What somebody may do in one is what they may do in its channel, but writing
//! there has a permission of its own. Public threads of text channels are played.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value, json};

use super::body::text;
use super::channel::{Channel, ChannelExtra, ChannelKind};
use super::error::{ApiError, Form};
use super::event::{Happening, intent};
use super::ids::{ChannelId, GuildId, MessageId, UserId};
use super::instant::{self, written};
use super::message::{Message, flag};
use super::permission::Permissions;
use super::state::World;

/// The minutes of silence after which a thread may be archived by itself.
const SILENCES: [u16; 4] = [60, 1_440, 4_320, 10_080];

/// Messages that a thread begins with and that do not count as said in it.
const STARTER: u8 = 21;

/// "Somebody started a thread", in its channel.
pub(super) const STARTED: u8 = 18;

/// What a channel has beside the rest when it is a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// Who made it.
    pub owner_id: UserId,
    /// Whether it is put away; a message takes it out again.
    pub archived: bool,
    /// Whether only those who manage threads may write in it or take it out.
    pub locked: bool,
    /// After how many minutes without a message it is put away.
    pub auto_archive_duration: u16,
    /// When it was last put away or taken out.
    pub archive_timestamp: DateTime<Utc>,
    /// When it was made.
    pub create_timestamp: DateTime<Utc>,
    /// Who is in it: its maker, and whoever has written there.
    pub members: BTreeSet<UserId>,
    /// How many messages were written in it.
    pub message_count: u32,
    /// When something last happened in it.
    pub active_at: DateTime<Utc>,
}

/// A thread in Discord's shape, which lacks much of what other channels have.
#[derive(Serialize)]
pub(super) struct Shape<'c> {
    id: ChannelId,
    #[serde(rename = "type")]
    kind: ChannelKind,
    guild_id: Option<GuildId>,
    name: &'c str,
    parent_id: Option<ChannelId>,
    owner_id: UserId,
    last_message_id: Option<MessageId>,
    #[serde(serialize_with = "instant::maybe::serialize")]
    last_pin_timestamp: Option<DateTime<Utc>>,
    rate_limit_per_user: u16,
    flags: u32,
    thread_metadata: Value,
    message_count: u32,
    member_count: usize,
    total_message_sent: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    simcord: Option<ChannelExtra>,
}

impl Thread {
    pub(super) fn shape<'c>(&self, channel: &'c Channel) -> Shape<'c> {
        Shape {
            id: channel.id,
            kind: channel.kind,
            guild_id: channel.guild_id,
            name: &channel.name,
            parent_id: channel.parent_id,
            owner_id: self.owner_id,
            last_message_id: channel.last_message_id,
            last_pin_timestamp: channel.last_pin_timestamp,
            rate_limit_per_user: channel.rate_limit_per_user,
            flags: channel.flags,
            thread_metadata: json!({
                "archived": self.archived, "locked": self.locked,
                "auto_archive_duration": self.auto_archive_duration,
                "archive_timestamp": written(self.archive_timestamp), "create_timestamp": written(self.create_timestamp),
            }),
            message_count: self.message_count,
            // Discord stops counting at 50.
            member_count: self.members.len().min(50),
            total_message_sent: self.message_count,
            simcord: channel.simcord,
        }
    }

    fn goes_to_sleep_at(&self) -> DateTime<Utc> {
        self.active_at + TimeDelta::minutes(i64::from(self.auto_archive_duration))
    }
}

impl Channel {
    /// What somebody needs to write in it.
    #[must_use]
    pub fn writing(&self) -> Permissions {
        if self.thread.is_some() {
            Permissions::SEND_MESSAGES_IN_THREADS
        } else {
            Permissions::SEND_MESSAGES
        }
    }
}

/// What a request says about a thread; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct ThreadBody {
    name: Option<String>,
    is_public: bool,
    archived: Option<bool>,
    locked: Option<bool>,
    auto_archive_duration: Option<u16>,
    rate_limit_per_user: Option<u16>,
}

impl ThreadBody {
    /// Reads a body and checks it against the limits.
    pub(crate) fn parse(body: &Value) -> Result<Self, ApiError> {
        let Some(map) = body.as_object() else {
            return Err(ApiError::invalid_json());
        };
        let mut form = Form::default();
        let number = |key: &str| map.get(key).filter(|value| !value.is_null()).map(Value::as_u64);
        let mut checked = |key: &str, fits: &dyn Fn(u16) -> bool, which: &str| -> Option<u16> {
            let given = number(key)?;
            let read = given
                .and_then(|given| u16::try_from(given).ok())
                .filter(|given| fits(*given));
            if read.is_none() {
                form.add(key, "BASE_TYPE_CHOICES", which);
            }
            read
        };
        let auto_archive_duration = checked(
            "auto_archive_duration",
            &|minutes| SILENCES.contains(&minutes),
            "Value must be one of {60, 1440, 4320, 10080}.",
        );
        let rate_limit_per_user = checked(
            "rate_limit_per_user",
            &|seconds| seconds <= 21_600,
            "int value should be between 0 and 21600.",
        );
        let name = text(map, "name", &mut form);
        if let Some(name) = &name {
            form.length("name", name, 1, 100);
        }
        form.finish()?;
        Ok(Self {
            name,
            is_public: map.get("type").and_then(Value::as_u64) == Some(11),
            archived: map.get("archived").and_then(Value::as_bool),
            locked: map.get("locked").and_then(Value::as_bool),
            auto_archive_duration,
            rate_limit_per_user,
        })
    }
}

impl World {
    /// The channel that says what is allowed here: that of a thread, else the channel itself.
    pub(super) fn ruling<'w>(&'w self, channel: &'w Channel) -> Option<&'w Channel> {
        match channel.thread {
            None => Some(channel),
            Some(_) => self.channels.get(&channel.parent_id?),
        }
    }

    /// The threads of a channel, the oldest first.
    pub(crate) fn threads_of(&self, channel: ChannelId) -> impl Iterator<Item = &Channel> {
        let threads = self.channels.values();
        threads.filter(move |thread| thread.thread.is_some() && thread.parent_id == Some(channel))
    }

    /// The threads of a guild that are not put away and that the bot sees.
    pub(crate) fn active_threads(&self, guild: GuildId) -> Vec<&Channel> {
        let all = self.channels.values();
        all.filter(|channel| channel.guild_id == Some(guild))
            .filter(|channel| channel.thread.as_ref().is_some_and(|thread| !thread.archived))
            .filter(|channel| self.can_see(self.bot, channel.id))
            .collect()
    }

    /// The bot's own membership in each of these threads.
    pub(crate) fn own_memberships(&self, threads: &[&Channel]) -> Value {
        let own = threads.iter().filter_map(|channel| {
            let thread = channel.thread.as_ref()?;
            thread.members.contains(&self.bot).then(|| {
                json!({
                    "id": channel.id, "user_id": self.bot, "join_timestamp": written(thread.create_timestamp), "flags": 0,
                })
            })
        });
        own.collect()
    }

    /// The bot makes a thread: of a message, or one that stands by itself.
    pub(crate) fn bot_opens_thread(
        &mut self,
        now: DateTime<Utc>,
        parent: ChannelId,
        of: Option<MessageId>,
        body: ThreadBody,
    ) -> Result<Channel, ApiError> {
        let found = self.channel_for_bot(parent, Permissions::CREATE_PUBLIC_THREADS)?;
        if found.kind != ChannelKind::Text {
            return Err(ApiError::wrong_channel_type());
        }
        if body.name.is_none() {
            return Err(Form::refuse(
                "name",
                "BASE_TYPE_REQUIRED",
                "This field is required",
            ));
        }
        if let Some(message) = of {
            self.public_message(parent, message)?;
            if self.channels.contains_key(&ChannelId(message.0)) {
                return Err(ApiError::thread_exists());
            }
        } else if !body.is_public {
            // What is not said to be public would be private, and those are not played.
            return Err(Form::refuse(
                "type",
                "BASE_TYPE_CHOICES",
                "Value must be one of {11}.",
            ));
        }
        let owner = self.bot;
        self.open_thread(now, parent, owner, of, body)
    }

    /// A person makes a thread that stands by itself; the error is a sentence.
    pub(crate) fn person_opens_thread(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        parent: ChannelId,
        name: &str,
    ) -> Result<Channel, String> {
        let found = self.channels.get(&parent).filter(|_| self.can_see(user, parent));
        let found = found.ok_or("There is no such channel.")?;
        let held = self.permissions(user, found);
        if found.kind != ChannelKind::Text || !held.contains(Permissions::CREATE_PUBLIC_THREADS) {
            return Err("You do not have permission to create threads in this channel.".to_owned());
        }
        let body = ThreadBody {
            name: Some(name.to_owned()),
            ..ThreadBody::default()
        };
        self.open_thread(now, parent, user, None, body)
            .map_err(|error| error.message)
    }

    fn open_thread(
        &mut self,
        now: DateTime<Utc>,
        parent: ChannelId,
        owner: UserId,
        of: Option<MessageId>,
        body: ThreadBody,
    ) -> Result<Channel, ApiError> {
        let guild_id = self.channel(parent)?.guild_id;
        let awake = |channel: &&Channel| {
            let thread = channel.thread.as_ref();
            channel.guild_id == guild_id && thread.is_some_and(|thread| !thread.archived)
        };
        if self.channels.values().filter(awake).count() >= self.limits.active_threads {
            return Err(ApiError::too_many_threads());
        }
        let id = of.map_or_else(|| ChannelId(self.ids.next(now)), |message| ChannelId(message.0));
        let channel = Channel {
            id,
            kind: ChannelKind::PublicThread,
            guild_id,
            name: body.name.unwrap_or_default().trim().to_owned(),
            topic: None,
            parent_id: Some(parent),
            position: 0,
            permission_overwrites: Vec::new(),
            nsfw: false,
            rate_limit_per_user: body.rate_limit_per_user.unwrap_or(0),
            last_message_id: None,
            last_pin_timestamp: None,
            flags: 0,
            recipients: Vec::new(),
            thread: Some(Thread {
                owner_id: owner,
                archived: false,
                locked: false,
                auto_archive_duration: body.auto_archive_duration.unwrap_or(4_320),
                archive_timestamp: now,
                create_timestamp: now,
                members: BTreeSet::from([owner]),
                message_count: 0,
                active_at: now,
            }),
            simcord: None,
        };
        self.channels.insert(id, channel.clone());
        self.happen(
            now,
            Happening::ChannelCreated {
                channel: Box::new(channel.clone()),
            },
        );
        if self.can_see(self.bot, id) {
            let mut data = json!(channel);
            data["newly_created"] = json!(true);
            self.dispatch("THREAD_CREATE", intent::GUILDS, data);
        }
        match of {
            Some(message) => self.begin_below(now, parent, id, message)?,
            None => self.note_thread(now, parent, owner, &channel)?,
        }
        Ok(channel)
    }

    /// The message that a thread was made of is marked, and stands at its beginning.
    fn begin_below(
        &mut self,
        now: DateTime<Utc>,
        parent: ChannelId,
        thread: ChannelId,
        message: MessageId,
    ) -> Result<(), ApiError> {
        let mut marked = self.public_message(parent, message)?.clone();
        marked.flags |= flag::HAS_THREAD;
        let mut starter = self.blank(now, thread, marked.author.clone())?;
        starter.kind = STARTER;
        starter.message_reference = Some(json!({
            "type": 0, "message_id": message, "channel_id": parent, "guild_id": starter.guild_id,
        }));
        self.replace_message(now, &marked);
        self.add_message(now, &starter);
        Ok(())
    }

    /// What is said in the channel of a thread that stands by itself.
    fn note_thread(
        &mut self,
        now: DateTime<Utc>,
        parent: ChannelId,
        owner: UserId,
        thread: &Channel,
    ) -> Result<(), ApiError> {
        let author = self
            .users
            .get(&owner)
            .cloned()
            .ok_or_else(ApiError::unknown_user)?;
        let mut note = self.blank(now, parent, author)?;
        note.kind = STARTED;
        note.content.clone_from(&thread.name);
        note.message_reference = Some(json!({"type": 0, "channel_id": thread.id, "guild_id": note.guild_id}));
        self.add_message(now, &note);
        Ok(())
    }

    /// The bot changes a thread: its own, or anybody's with the permission to manage threads.
    pub(crate) fn bot_edits_thread(
        &mut self,
        now: DateTime<Utc>,
        id: ChannelId,
        body: ThreadBody,
    ) -> Result<Channel, ApiError> {
        let mut channel = self.channel_for_bot(id, Permissions::NONE)?.clone();
        let manages = self
            .permissions(self.bot, &channel)
            .contains(Permissions::MANAGE_THREADS);
        let Some(thread) = &mut channel.thread else {
            return Err(ApiError::wrong_channel_type());
        };
        let locks = body.locked.is_some_and(|locked| locked != thread.locked);
        let takes_out = thread.archived && body.archived == Some(false);
        if !manages && (thread.owner_id != self.bot || locks || (takes_out && thread.locked)) {
            return Err(ApiError::missing_permissions());
        }
        if thread.archived && !takes_out {
            return Err(ApiError::archived_thread());
        }
        if let Some(archived) = body.archived.filter(|archived| *archived != thread.archived) {
            thread.archived = archived;
            thread.archive_timestamp = now;
            thread.active_at = now;
        }
        thread.locked = body.locked.unwrap_or(thread.locked);
        thread.auto_archive_duration = body.auto_archive_duration.unwrap_or(thread.auto_archive_duration);
        channel.name = body.name.unwrap_or(channel.name);
        channel.rate_limit_per_user = body.rate_limit_per_user.unwrap_or(channel.rate_limit_per_user);
        self.replace_channel(now, channel.clone());
        Ok(channel)
    }

    /// Whether `user`, who may write here, can: a locked thread is for those who manage threads, and one that was put away
    /// is taken out by whoever writes.
    pub(super) fn wake_thread(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        id: ChannelId,
    ) -> Result<(), ApiError> {
        let mut channel = self.channel(id)?.clone();
        let manages = self
            .permissions(user, &channel)
            .contains(Permissions::MANAGE_THREADS);
        let Some(thread) = &mut channel.thread else {
            return Ok(());
        };
        if thread.locked && !manages {
            return Err(ApiError::locked_thread());
        }
        if thread.archived {
            thread.archived = false;
            thread.archive_timestamp = now;
            thread.active_at = now;
            self.replace_channel(now, channel);
        }
        Ok(())
    }

    /// Refuses to change what is in a thread that was put away.
    pub(super) fn thread_is_awake(&self, id: ChannelId) -> Result<(), ApiError> {
        let thread = self.channel(id)?.thread.as_ref();
        if thread.is_some_and(|thread| thread.archived) {
            return Err(ApiError::archived_thread());
        }
        Ok(())
    }

    /// The message that a thread was made of, for what stands for it at the thread's beginning.
    pub(super) fn started_below(&self, message: &Message) -> Option<&Message> {
        let reference = message
            .message_reference
            .as_ref()
            .filter(|_| message.kind == STARTER)?;
        self.message(MessageId(super::body::id(reference.get("message_id")?)?))
    }

    /// Counts a message that was written in a thread.
    pub(super) fn count_in_thread(&mut self, now: DateTime<Utc>, message: &Message) {
        let channel = self.channels.get_mut(&message.channel_id);
        let Some(thread) = channel.and_then(|channel| channel.thread.as_mut()) else {
            return;
        };
        if message.kind != STARTER && message.only_for.is_none() {
            thread.message_count += 1;
            thread.members.insert(message.author.id);
            thread.active_at = now;
        }
    }

    /// Puts threads away in which nobody has written for as long as they say.
    pub(super) fn archive_silent_threads(&mut self, now: DateTime<Utc>) {
        let is_over = |channel: &&Channel| {
            let thread = channel.thread.as_ref();
            thread.is_some_and(|thread| !thread.archived && thread.goes_to_sleep_at() <= now)
        };
        let over: Vec<Channel> = self.channels.values().filter(is_over).cloned().collect();
        for mut channel in over {
            if let Some(thread) = &mut channel.thread {
                thread.archived = true;
                thread.archive_timestamp = now;
            }
            self.replace_channel(now, channel);
        }
    }
}
