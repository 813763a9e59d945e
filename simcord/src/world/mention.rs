//! Mentions in a text, and whom they really ping.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::body::AllowedMentions;
use super::event::{Happening, Ping, Why};
use super::ids::{RoleId, UserId};
use super::message::{Message, flag};
use super::permission::Permissions;
use super::state::World;

/// The mentions in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    pub(crate) users: Vec<UserId>,
    pub(crate) roles: Vec<RoleId>,
    pub(crate) everyone: bool,
}

/// Finds the mentions in a text; code is left out.
pub(crate) fn find(text: &str) -> Mentions {
    let mut found = Mentions::default();
    let pieces: Vec<_> = text.split('`').collect();
    // Odd pieces between backticks are code, unless the last backtick has no partner.
    let is_code = |place: usize| place % 2 == 1 && place + 1 < pieces.len();
    for (_, piece) in pieces.iter().enumerate().filter(|(place, _)| !is_code(*place)) {
        found.everyone |= piece.contains("@everyone") || piece.contains("@here");
        for part in piece.split("<@").skip(1) {
            let Some((inner, _)) = part.split_once('>') else {
                continue;
            };
            if let Some(role) = inner.strip_prefix('&') {
                if let Ok(id) = role.parse()
                    && !found.roles.contains(&id)
                {
                    found.roles.push(id);
                }
            } else if let Ok(id) = inner.strip_prefix('!').unwrap_or(inner).parse()
                && !found.users.contains(&id)
            {
                found.users.push(id);
            }
        }
    }
    found
}

impl World {
    /// The mentions of `text` that `allowed` lets through and that name somebody who exists.
    pub(super) fn effective_mentions(
        &self,
        message: &Message,
        text: &str,
        allowed: &AllowedMentions,
        replied: Option<UserId>,
    ) -> Mentions {
        let mut found = find(text);
        found
            .users
            .retain(|id| (allowed.all_users || allowed.users.contains(id)) && self.users.contains_key(id));
        if let Some(replied) = replied
            && allowed.replied_user
            && !found.users.contains(&replied)
        {
            found.users.push(replied);
        }
        let Some(guild) = message.guild_id.and_then(|id| self.guilds.get(&id)) else {
            return Mentions {
                users: found.users,
                ..Mentions::default()
            };
        };
        let channel = self.channels.get(&message.channel_id);
        let held = channel.map_or(Permissions::NONE, |channel| {
            self.permissions(message.author.id, channel)
        });
        let may_ping_all = held.contains(Permissions::MENTION_EVERYONE);
        found.roles.retain(|id| {
            let role = guild.roles.get(id);
            (allowed.all_roles || allowed.roles.contains(id))
                && role.is_some_and(|role| role.mentionable || may_ping_all)
        });
        found.everyone &= allowed.everyone && may_ping_all;
        found
    }

    /// Makes the sounds of a new message.
    pub(super) fn ping(&mut self, now: DateTime<Utc>, message: &Message) {
        if message.flags & (flag::SUPPRESS_NOTIFICATIONS | flag::EPHEMERAL) != 0 {
            return;
        }
        for (user, why) in self.listeners(message) {
            let (message_id, channel_id) = (message.id, message.channel_id);
            self.pings.push(Ping {
                user,
                message_id,
                channel_id,
                at: now,
                why,
            });
            self.happen(
                now,
                Happening::Ping {
                    user,
                    message_id,
                    channel_id,
                    why,
                },
            );
        }
    }

    fn listeners(&self, message: &Message) -> Vec<(UserId, Why)> {
        let mut heard = BTreeSet::new();
        let mut found = Vec::new();
        let mut add = |user: UserId, why: Why| {
            let hears = self.users.get(&user).is_some_and(|user| !user.bot) && user != message.author.id;
            if hears && self.can_see(user, message.channel_id) && heard.insert(user) {
                found.push((user, why));
            }
        };
        for user in &message.mentions {
            add(user.id, Why::User);
        }
        match message.guild_id.and_then(|id| self.guilds.get(&id)) {
            Some(guild) => {
                for member in guild.members.values() {
                    if member
                        .roles
                        .iter()
                        .any(|role| message.mention_roles.contains(role))
                    {
                        add(member.user, Why::Role);
                    }
                }
                if message.mention_everyone {
                    for member in guild.members.values() {
                        add(member.user, Why::Everyone);
                    }
                }
            }
            None => {
                // In a conversation of two every message makes a sound.
                let channel = self.channels.get(&message.channel_id);
                for user in channel.into_iter().flat_map(|channel| &channel.recipients) {
                    add(user.id, Why::User);
                }
            }
        }
        found
    }
}
