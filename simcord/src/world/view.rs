//! What a person sees.

use chrono::{DateTime, Utc};

use super::channel::{Channel, ChannelExtra};
use super::command::Command;
use super::event::Ping;
use super::guild::Guild;
use super::ids::{ChannelId, GuildId, MessageId, UserId};
use super::message::{Message, MessageExtra};
use super::permission::Permissions;
use super::shown::{GuildView, MemberView, Membership, Person};
use super::state::World;

impl World {
    /// The humans.
    pub(crate) fn people(&self) -> Vec<Person> {
        let humans = self.users.values().filter(|user| !user.bot);
        humans.filter_map(|user| self.person_shown(user.id)).collect()
    }

    /// One human.
    pub(crate) fn person_shown(&self, id: UserId) -> Option<Person> {
        let user = self.users.get(&id).filter(|user| !user.bot)?;
        let mut color = (0, 0);
        let mut guilds = Vec::new();
        for guild in self.guilds.values() {
            let Some(member) = guild.members.get(&id) else {
                continue;
            };
            for role in member
                .roles
                .iter()
                .filter_map(|id| guild.roles.get(id))
                .filter(|role| role.color != 0)
            {
                color = color.max((role.position, role.color));
            }
            guilds.push(Membership {
                guild_id: guild.id,
                roles: role_names(guild, id),
            });
        }
        let color = if color.1 == 0 {
            "#b5bac1".to_owned()
        } else {
            format!("#{:06x}", color.1)
        };
        Some(Person {
            id,
            username: user.username.clone(),
            display_name: user.display_name().to_owned(),
            color,
            guilds,
        })
    }

    /// The human of this name.
    pub(crate) fn user_named(&self, username: &str) -> Option<UserId> {
        self.users
            .values()
            .find(|user| !user.bot && user.username == username)
            .map(|user| user.id)
    }

    /// The guilds that a person is in, as the person sees them.
    pub(crate) fn guilds_seen(&self, user: UserId) -> Vec<GuildView> {
        let mine = self
            .guilds
            .values()
            .filter(|guild| guild.members.contains_key(&user));
        mine.map(|guild| self.guild_seen(user, guild)).collect()
    }

    /// One guild as a person sees it.
    pub(crate) fn guild_seen(&self, user: UserId, guild: &Guild) -> GuildView {
        let mut roles: Vec<_> = guild.roles.values().cloned().collect();
        roles.sort_by_key(|role| std::cmp::Reverse((role.position, role.id)));
        let members = guild
            .members
            .keys()
            .filter_map(|id| self.users.get(id))
            .map(|member| MemberView {
                user: member.clone(),
                display_name: member.display_name().to_owned(),
                roles: role_names(guild, member.id),
            });
        let channels = self.places_of(guild.id).into_iter();
        GuildView {
            id: guild.id,
            name: guild.name.clone(),
            roles,
            members: members.collect(),
            channels: channels
                .filter_map(|channel| self.channel_seen(user, channel))
                .collect(),
            scheduled_events: self.scheduled_events(guild.id).cloned().collect(),
        }
    }

    /// A channel as a person sees it, if the person does.
    pub(crate) fn channel_seen(&self, user: UserId, channel: &Channel) -> Option<Channel> {
        if !self.can_see(user, channel.id) {
            return None;
        }
        let read = self.read.get(&(user, channel.id)).copied().unwrap_or_default();
        let all = self
            .by_channel
            .get(&channel.id)
            .into_iter()
            .flatten()
            .filter(|id| **id > read);
        let unread = all.filter_map(|id| self.message(*id));
        let unread = unread
            .filter(|message| message.visible_to(user) && message.author.id != user)
            .count();
        let heard = self.pings.iter().filter(|ping| {
            ping.user == user
                && ping.channel_id == channel.id
                && ping.message_id > read
                && self.messages.contains_key(&ping.message_id)
        });
        let mut shown = channel.clone();
        shown.simcord = Some(ChannelExtra {
            unread,
            mentions: heard.count(),
        });
        Some(shown)
    }

    /// A channel by its id, as a person sees it.
    pub(crate) fn channel_seen_by_id(&self, user: UserId, id: ChannelId) -> Option<Channel> {
        self.channel_seen(user, self.channels.get(&id)?)
    }

    /// Every channel that a person sees: the guilds' in order, then conversations of two.
    pub(crate) fn channels_seen(&self, user: UserId) -> Vec<Channel> {
        let guilds = self.guilds.keys().flat_map(|guild| self.places_of(*guild));
        let mut seen: Vec<_> = guilds
            .filter_map(|channel| self.channel_seen(user, channel))
            .collect();
        seen.extend(self.conversations_seen(user));
        seen
    }

    /// A person's conversations with the application.
    pub(crate) fn conversations_seen(&self, user: UserId) -> Vec<Channel> {
        let own = self
            .channels
            .values()
            .filter(|channel| channel.guild_id.is_none());
        own.filter_map(|channel| self.channel_seen(user, channel))
            .collect()
    }

    /// The commands that a person can use somewhere.
    pub(crate) fn commands_seen(&self, user: UserId) -> Vec<Command> {
        let mut found: Vec<Command> = Vec::new();
        let seen = self.channels.values().filter(|channel| {
            self.permissions(user, channel)
                .contains(Permissions::VIEW_CHANNEL)
        });
        for channel in seen {
            for command in self.commands_for(user, channel.id) {
                if !found.iter().any(|known| known.id == command.id) {
                    found.push(command.clone());
                }
            }
        }
        found.sort_by(|one, other| (one.kind, &one.name).cmp(&(other.kind, &other.name)));
        found
    }

    /// The messages of a channel that a person sees, oldest first.
    pub(crate) fn messages_seen(
        &self,
        now: DateTime<Utc>,
        user: UserId,
        channel: ChannelId,
        before: Option<MessageId>,
        limit: usize,
    ) -> Vec<Message> {
        if !self.can_see(user, channel) {
            return Vec::new();
        }
        let ids = self.by_channel.get(&channel).into_iter().flatten().rev();
        let ids = ids.filter(|id| before.is_none_or(|before| **id < before));
        let seen = ids
            .filter_map(|id| self.message(*id))
            .filter(|message| message.visible_to(user));
        let mut seen: Vec<_> = seen
            .take(limit)
            .map(|message| self.shown_at(now, user, message))
            .collect();
        seen.reverse();
        seen
    }

    /// The pinned messages of a channel that a person sees, the latest pin first.
    pub(crate) fn pins_seen(&self, now: DateTime<Utc>, user: UserId, channel: ChannelId) -> Vec<Message> {
        if !self.can_see(user, channel) {
            return Vec::new();
        }
        self.pinned(channel)
            .into_iter()
            .map(|(message, _)| self.shown_at(now, user, message))
            .collect()
    }

    /// A message as a person sees it at `now`.
    pub(crate) fn shown_at(&self, now: DateTime<Utc>, user: UserId, message: &Message) -> Message {
        let pinged = self
            .pings
            .iter()
            .rev()
            .any(|ping| ping.user == user && ping.message_id == message.id);
        let mut shown = message.clone();
        for reaction in &mut shown.reactions {
            reaction.me = reaction.users.contains(&user);
        }
        shown.simcord = Some(MessageExtra {
            ephemeral: message.only_for.is_some(),
            thinking: message.thinking(),
            failed: message.failed,
            pinged_me: pinged,
            text: self.text_of(now, message),
        });
        shown
    }

    /// A message by its id as a person sees it, if the person does.
    pub(crate) fn message_seen(&self, now: DateTime<Utc>, user: UserId, id: MessageId) -> Option<Message> {
        let found = self.visible_message(user, id).ok()?;
        Some(self.shown_at(now, user, found))
    }

    /// The sounds that a person heard.
    pub(crate) fn pings_heard(&self, user: UserId) -> Vec<Ping> {
        self.pings
            .iter()
            .filter(|ping| ping.user == user)
            .cloned()
            .collect()
    }

    /// A person has read a channel to its end.
    pub(crate) fn mark_read(
        &mut self,
        now: DateTime<Utc>,
        user: UserId,
        channel: ChannelId,
    ) -> Result<(), String> {
        if !self.can_see(user, channel) {
            return Err("There is no such channel.".to_owned());
        }
        let last = self
            .by_channel
            .get(&channel)
            .and_then(|ids| ids.last())
            .copied()
            .unwrap_or_default();
        self.read.insert((user, channel), last);
        self.happen(
            now,
            super::event::Happening::Read {
                user,
                channel_id: channel,
            },
        );
        Ok(())
    }

    /// The guild of this name.
    pub(crate) fn guild_named(&self, name: &str) -> Option<GuildId> {
        self.guilds
            .values()
            .find(|guild| guild.name == name)
            .map(|guild| guild.id)
    }
}

fn role_names(guild: &Guild, user: UserId) -> Vec<String> {
    let Some(member) = guild.members.get(&user) else {
        return Vec::new();
    };
    let mut roles: Vec<_> = member.roles.iter().filter_map(|id| guild.roles.get(id)).collect();
    roles.sort_by_key(|role| std::cmp::Reverse(role.position));
    roles.into_iter().map(|role| role.name.clone()).collect()
}
