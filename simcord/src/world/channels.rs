//! Making, changing and deleting channels, and what they allow to whom.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::body::{id, text};
use super::channel::{Channel, ChannelKind, Overwrite, OverwriteKind};
use super::error::{ApiError, FULL_CATEGORY, Form};
use super::event::{Happening, intent};
use super::ids::{ChannelId, GuildId, RoleId, UserId};
use super::permission::{self, Permissions};
use super::state::World;

/// What a request says about a channel; what is absent stays.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChannelBody {
    name: Option<String>,
    kind: Option<ChannelKind>,
    topic: Option<String>,
    parent: Option<Option<ChannelId>>,
    position: Option<u16>,
    overwrites: Option<Vec<Overwrite>>,
    nsfw: Option<bool>,
    rate_limit_per_user: Option<u16>,
}

impl ChannelBody {
    /// Reads a body and checks it against the limits.
    pub(crate) fn parse(body: &Value) -> Result<Self, ApiError> {
        let Some(map) = body.as_object() else {
            return Err(ApiError::invalid_json());
        };
        let mut form = Form::default();
        let parsed = Self {
            name: text(map, "name", &mut form),
            kind: map.get("type").and_then(|kind| channel_kind(kind, &mut form)),
            topic: text(map, "topic", &mut form),
            parent: map.get("parent_id").map(|parent| id(parent).map(ChannelId)),
            position: map
                .get("position")
                .and_then(Value::as_u64)
                .and_then(|place| u16::try_from(place).ok()),
            overwrites: overwrites(map, &mut form),
            nsfw: map.get("nsfw").and_then(Value::as_bool),
            rate_limit_per_user: map
                .get("rate_limit_per_user")
                .and_then(Value::as_u64)
                .and_then(|seconds| u16::try_from(seconds).ok()),
        };
        if let Some(name) = &parsed.name {
            form.length("name", name, 1, 100);
        }
        if let Some(topic) = &parsed.topic {
            form.length("topic", topic, 0, 1_024);
        }
        form.number("rate_limit_per_user", map.get("rate_limit_per_user"), 0, 21_600);
        form.finish()?;
        Ok(parsed)
    }
}

impl World {
    /// The bot makes a channel in a guild.
    pub(crate) fn bot_makes_channel(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        body: ChannelBody,
    ) -> Result<Channel, ApiError> {
        self.bot_in_guild(guild, Permissions::MANAGE_CHANNELS)?;
        let Some(name) = body.name else {
            return Err(Form::refuse(
                "name",
                "BASE_TYPE_REQUIRED",
                "This field is required",
            ));
        };
        let parent_id = body.parent.flatten();
        self.check_room(guild, parent_id)?;
        let overwrites = match (body.overwrites, parent_id.and_then(|id| self.channels.get(&id))) {
            (Some(overwrites), _) => {
                self.check_overwrites(guild, None, &overwrites)?;
                // Handing out MANAGE_ROLES with a new channel is for administrators.
                let hands_out = overwrites.iter().any(|overwrite| {
                    overwrite
                        .allow
                        .with(overwrite.deny)
                        .contains(Permissions::MANAGE_ROLES)
                });
                if hands_out {
                    self.bot_in_guild(guild, Permissions::ADMINISTRATOR)?;
                }
                overwrites
            }
            (None, Some(parent)) => parent.permission_overwrites.clone(),
            (None, None) => Vec::new(),
        };
        let body = ChannelBody {
            name: Some(name),
            overwrites: Some(overwrites),
            ..body
        };
        Ok(self.new_channel(now, guild, body))
    }

    /// An administrator makes a channel.
    pub(crate) fn person_makes_channel(
        &mut self,
        now: DateTime<Utc>,
        guild: GuildId,
        name: &str,
        parent: Option<ChannelId>,
    ) -> Result<ChannelId, ApiError> {
        self.guild(guild)?;
        self.check_room(guild, parent)?;
        let body = ChannelBody {
            name: Some(name.to_owned()),
            parent: Some(parent),
            ..ChannelBody::default()
        };
        Ok(self.new_channel(now, guild, body).id)
    }

    /// Whether there is room for one more channel, in the guild and under the category.
    fn check_room(&self, guild: GuildId, parent: Option<ChannelId>) -> Result<(), ApiError> {
        let channels = self.channels.values();
        // Threads do not count.
        let own = channels.filter(|channel| channel.guild_id == Some(guild) && channel.thread.is_none());
        if own.count() >= self.limits.channels_per_guild {
            return Err(ApiError::too_many_channels());
        }
        self.check_parent(guild, parent, None)
    }

    fn new_channel(&mut self, now: DateTime<Utc>, guild: GuildId, body: ChannelBody) -> Channel {
        let kind = body.kind.unwrap_or_default();
        let position = body.position.unwrap_or_else(|| {
            let siblings = self
                .channels
                .values()
                .filter(|channel| channel.guild_id == Some(guild));
            siblings.map(|channel| channel.position + 1).max().unwrap_or(0)
        });
        let channel = Channel {
            id: ChannelId(self.ids.next(now)),
            kind,
            guild_id: Some(guild),
            name: channel_name(kind, &body.name.unwrap_or_default()),
            topic: body.topic.filter(|topic| !topic.is_empty()),
            parent_id: body.parent.flatten(),
            position,
            permission_overwrites: body.overwrites.unwrap_or_default(),
            nsfw: body.nsfw.unwrap_or(false),
            rate_limit_per_user: body.rate_limit_per_user.unwrap_or(0),
            last_message_id: None,
            last_pin_timestamp: None,
            flags: 0,
            recipients: Vec::new(),
            thread: None,
            simcord: None,
        };
        self.channels.insert(channel.id, channel.clone());
        self.happen(
            now,
            Happening::ChannelCreated {
                channel: Box::new(channel.clone()),
            },
        );
        self.dispatch("CHANNEL_CREATE", intent::GUILDS, json!(channel));
        channel
    }

    /// An administrator renames a channel.
    pub(crate) fn person_renames_channel(&mut self, now: DateTime<Utc>, id: ChannelId, name: &str) -> bool {
        let Some(mut channel) = self.channels.get(&id).cloned() else {
            return false;
        };
        channel.name = channel_name(channel.kind, name);
        self.replace_channel(now, channel);
        true
    }

    /// The bot changes a channel. Name and topic may only change so often.
    pub(crate) fn bot_edits_channel(
        &mut self,
        now: DateTime<Utc>,
        id: ChannelId,
        body: ChannelBody,
    ) -> Result<Channel, ApiError> {
        let mut channel = self.channel_for_bot(id, Permissions::MANAGE_CHANNELS)?.clone();
        let Some(guild) = channel.guild_id else {
            return Err(ApiError::wrong_channel_type());
        };
        let name = body.name.map(|name| channel_name(channel.kind, &name));
        let topic = body
            .topic
            .map(|topic| Some(topic).filter(|topic| !topic.is_empty()));
        let renames = name.as_ref().is_some_and(|name| *name != channel.name)
            || topic.as_ref().is_some_and(|topic| *topic != channel.topic);
        if let Some(parent) = body.parent {
            self.check_parent(guild, parent, Some(id))?;
            channel.parent_id = parent;
        }
        if let Some(overwrites) = body.overwrites {
            self.channel_for_bot(id, Permissions::MANAGE_ROLES)?;
            self.check_overwrites(guild, Some(&channel), &overwrites)?;
            channel.permission_overwrites = overwrites;
        }
        if renames {
            self.count_rename(now, id)?;
        }
        channel.name = name.unwrap_or(channel.name);
        channel.topic = topic.unwrap_or(channel.topic);
        channel.position = body.position.unwrap_or(channel.position);
        channel.nsfw = body.nsfw.unwrap_or(channel.nsfw);
        channel.rate_limit_per_user = body.rate_limit_per_user.unwrap_or(channel.rate_limit_per_user);
        self.replace_channel(now, channel.clone());
        Ok(channel)
    }

    fn count_rename(&mut self, now: DateTime<Utc>, id: ChannelId) -> Result<(), ApiError> {
        let window = self.limits.rename_window;
        let recent = self.renames.entry(id).or_default();
        recent.retain(|at| *at + window > now);
        if let Some(first) = recent.first().filter(|_| recent.len() >= self.limits.renames) {
            let wait = *first + window - now;
            return Err(ApiError::rate_limited(wait.as_seconds_f64()));
        }
        recent.push(now);
        Ok(())
    }

    fn check_parent(
        &self,
        guild: GuildId,
        parent: Option<ChannelId>,
        child: Option<ChannelId>,
    ) -> Result<(), ApiError> {
        let Some(parent) = parent else { return Ok(()) };
        let found = self.channels.get(&parent);
        let fits =
            found.is_some_and(|found| found.kind == ChannelKind::Category && found.guild_id == Some(guild));
        if !fits {
            return Err(Form::refuse(
                "parent_id",
                "CHANNEL_PARENT_INVALID",
                "Category does not exist",
            ));
        }
        let siblings = self
            .channels
            .values()
            .filter(|other| other.parent_id == Some(parent) && Some(other.id) != child);
        if siblings.count() >= self.limits.channels_per_category {
            let message = "Maximum number of channels in category reached (50)";
            return Err(Form::refuse("parent_id", FULL_CATEGORY, message));
        }
        Ok(())
    }

    /// A bot may only set bits that it holds itself: in the channel, or in the guild for a new one.
    fn check_overwrites(
        &self,
        guild: GuildId,
        channel: Option<&Channel>,
        overwrites: &[Overwrite],
    ) -> Result<(), ApiError> {
        let held = match channel {
            Some(channel) => self.permissions(self.bot, channel),
            None => permission::in_guild(self.guild(guild)?, self.bot),
        };
        let before = channel.map_or(&[][..], |channel| &channel.permission_overwrites);
        if overwrites.len() > self.limits.overwrites_per_channel {
            return Err(ApiError::too_many_overwrites());
        }
        for overwrite in overwrites {
            let old = before.iter().find(|old| old.id == overwrite.id);
            let (allow, deny) = old.map_or((Permissions::NONE, Permissions::NONE), |old| {
                (old.allow, old.deny)
            });
            let changed = Permissions((allow.0 ^ overwrite.allow.0) | (deny.0 ^ overwrite.deny.0));
            if !held.contains(changed) {
                return Err(ApiError::missing_permissions());
            }
            let guild = self.guild(guild)?;
            let exists = match overwrite.kind {
                OverwriteKind::Role => guild.roles.contains_key(&RoleId(overwrite.id)),
                OverwriteKind::Member => self.users.contains_key(&UserId(overwrite.id)),
            };
            if !exists {
                return Err(match overwrite.kind {
                    OverwriteKind::Role => ApiError::unknown_role(),
                    OverwriteKind::Member => ApiError::unknown_member(),
                });
            }
        }
        Ok(())
    }

    /// The bot sets one overwrite.
    pub(crate) fn bot_sets_overwrite(
        &mut self,
        now: DateTime<Utc>,
        id: ChannelId,
        overwrite: Overwrite,
    ) -> Result<(), ApiError> {
        let mut channel = self.channel_for_bot(id, Permissions::MANAGE_ROLES)?.clone();
        let Some(guild) = channel.guild_id.filter(|_| channel.thread.is_none()) else {
            return Err(ApiError::wrong_channel_type());
        };
        self.check_overwrites(guild, Some(&channel), &[overwrite])?;
        channel.permission_overwrites.retain(|old| old.id != overwrite.id);
        channel.permission_overwrites.push(overwrite);
        if channel.permission_overwrites.len() > self.limits.overwrites_per_channel {
            return Err(ApiError::too_many_overwrites());
        }
        self.replace_channel(now, channel);
        Ok(())
    }

    /// An administrator sets one overwrite.
    pub(crate) fn person_sets_overwrite(
        &mut self,
        now: DateTime<Utc>,
        id: ChannelId,
        overwrite: Overwrite,
    ) -> Result<(), String> {
        let channel = self.channels.get(&id).ok_or("There is no such channel.")?;
        let mut channel = channel.clone();
        channel.permission_overwrites.retain(|old| old.id != overwrite.id);
        channel.permission_overwrites.push(overwrite);
        self.replace_channel(now, channel);
        Ok(())
    }

    /// The bot takes one overwrite away.
    pub(crate) fn bot_drops_overwrite(
        &mut self,
        now: DateTime<Utc>,
        id: ChannelId,
        target: u64,
    ) -> Result<(), ApiError> {
        let mut channel = self.channel_for_bot(id, Permissions::MANAGE_ROLES)?.clone();
        let before = channel.permission_overwrites.len();
        channel.permission_overwrites.retain(|old| old.id != target);
        if channel.permission_overwrites.len() == before {
            return Err(ApiError::unknown_overwrite());
        }
        self.replace_channel(now, channel);
        Ok(())
    }

    pub(super) fn replace_channel(&mut self, now: DateTime<Utc>, channel: Channel) {
        self.channels.insert(channel.id, channel.clone());
        if channel.thread.is_none() {
            self.dispatch("CHANNEL_UPDATE", intent::GUILDS, json!(channel));
        } else if self.can_see(self.bot, channel.id) {
            self.dispatch("THREAD_UPDATE", intent::GUILDS, json!(channel));
        }
        self.happen(
            now,
            Happening::ChannelChanged {
                channel: Box::new(channel),
            },
        );
    }
}

/// The name Discord makes of what was asked for: text channels are lower case with dashes.
fn channel_name(kind: ChannelKind, name: &str) -> String {
    match kind {
        ChannelKind::Text | ChannelKind::Announcement => {
            let words: Vec<_> = name.split_whitespace().collect();
            words.join("-").to_lowercase()
        }
        ChannelKind::Dm | ChannelKind::Voice | ChannelKind::Category | ChannelKind::PublicThread => {
            name.trim().to_owned()
        }
    }
}

fn channel_kind(value: &Value, form: &mut Form) -> Option<ChannelKind> {
    let kind = value
        .as_u64()
        .and_then(ChannelKind::from_number)
        .filter(|kind| !matches!(kind, ChannelKind::Dm | ChannelKind::PublicThread));
    if kind.is_none() {
        form.add("type", "BASE_TYPE_CHOICES", "Value must be one of {0, 2, 4, 5}.");
    }
    kind
}

fn overwrites(map: &Map<String, Value>, form: &mut Form) -> Option<Vec<Overwrite>> {
    let list = map.get("permission_overwrites")?.as_array()?;
    let mut found = Vec::new();
    for (place, item) in list.iter().enumerate() {
        match serde_json::from_value(item.clone()) {
            Ok(overwrite) => found.push(overwrite),
            Err(error) => {
                let path = format!("permission_overwrites.{place}");
                form.add(&path, "MODEL_TYPE_CONVERT", error.to_string());
            }
        }
    }
    Some(found)
}
