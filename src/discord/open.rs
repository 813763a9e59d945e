//! Opening the channel of a release.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serenity::all::{
    ChannelId as DiscordChannelId, ChannelType, CreateChannel, GuildChannel, GuildId as DiscordGuildId,
    HttpError, PermissionOverwrite, PermissionOverwriteType, Permissions, RoleId as DiscordRoleId,
};

use crate::app::{Receipt, ReleaseView, SendError};
use crate::discord::room::{Place, Room, room};
use crate::discord::send::{Courier, code, refused};
use crate::domain::ids::{ChannelId, GuildId};
use crate::domain::playbook::RoleId;

/// Discord's code for a server that has all the channels it can have: 500, categories counted.
const SERVER_IS_FULL: isize = 30013;

/// Discord's codes for what the bot may not see or do.
pub(super) const MAY_NOT: [isize; 2] = [50001, 50013];

/// Discord's code, at the place of a mistake in a form, for a category that has all the channels it can have.
const CATEGORY_IS_FULL: &str = "CHANNEL_PARENT_MAX_CHANNELS";

/// What people and the bot may do in a release channel.
pub(super) const IN_CHANNEL: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::READ_MESSAGE_HISTORY);

impl Courier {
    /// Opens the channel of a release under the chosen category or, once that is full, under one that follows it.
    /// Repeating it has no second effect: channel and category are looked for before they are made.
    pub(super) async fn open_channel(&self, view: &ReleaseView) -> Result<Receipt, SendError> {
        let guild = DiscordGuildId::new(view.release.guild.0);
        let chosen = view
            .setup
            .category
            .ok_or_else(|| refused("no category is chosen"))?;
        let mut search = Search::new(view.release.guild, chosen, &view.setup.following);
        loop {
            let channels = guild.channels(&self.http).await;
            let channels = channels.map_err(|error| self.failed(error))?;
            if let Some(channel) = channel_of(view, channels.values()) {
                return Ok(Receipt::Channel(channel));
            }
            let (category, is_new) = match self.category(&mut search, &channels).await? {
                Found::Under { category, is_new } => (category, is_new),
                Found::LookAgain => continue,
                Found::Gone => {
                    return Err(refused(
                        "the category for release channels is gone; choose another one with /setup",
                    ));
                }
            };
            match guild
                .create_channel(&self.http, self.channel(view, category))
                .await
            {
                Ok(channel) => {
                    let channel = ChannelId(channel.id.get());
                    return Ok(if category == chosen {
                        Receipt::Channel(channel)
                    } else {
                        Receipt::ChannelFollowing {
                            channel,
                            category,
                            chosen,
                        }
                    });
                }
                // Somebody was faster, since the list was read.
                Err(error) if is_full(&error) && !is_new => {
                    search.full.insert(category);
                }
                Err(error) => return Err(self.not_made(error)),
            }
        }
    }

    /// Finds the category for one more channel among the `channels` of the server, or makes the next of the series.
    pub(super) async fn category(
        &self,
        search: &mut Search<'_>,
        channels: &HashMap<DiscordChannelId, GuildChannel>,
    ) -> Result<Found, SendError> {
        let (category, is_new) = match room(&places(channels), search.chosen, search.known, &search.full) {
            Room::Under(category) => (category, false),
            // Another attempt may have made it since the list was read, so it is read again in our turn.
            Room::Make { .. } if search.turn.is_none() => {
                search.turn = Some(self.making.turn(search.guild)?);
                return Ok(Found::LookAgain);
            }
            Room::Make { name, position } => {
                let guild = DiscordGuildId::new(search.guild.0);
                let like = channels.get(&DiscordChannelId::new(search.chosen.0));
                (self.make_category(guild, &name, position, like).await?, true)
            }
            Room::Gone => return Ok(Found::Gone),
        };
        Ok(Found::Under { category, is_new })
    }

    /// Makes a category that allows what another one allows, as far as the bot may hand that out.
    async fn make_category(
        &self,
        guild: DiscordGuildId,
        name: &str,
        position: u16,
        like: Option<&GuildChannel>,
    ) -> Result<ChannelId, SendError> {
        let overwrites = like.map_or_else(Vec::new, |like| like.permission_overwrites.clone());
        let category = |overwrites: Vec<PermissionOverwrite>| {
            CreateChannel::new(name)
                .kind(ChannelType::Category)
                .position(position)
                .permissions(overwrites)
        };
        let mut made = guild
            .create_channel(&self.http, category(overwrites.clone()))
            .await;
        if let Err(error) = &made
            && may_not(error)
        {
            self.refused.seen(error);
            // Nobody may set what they may not do themselves. Who sees the category and writes there is what counts.
            let ours = |overwrite: PermissionOverwrite| PermissionOverwrite {
                allow: overwrite.allow & IN_CHANNEL,
                deny: overwrite.deny & IN_CHANNEL,
                kind: overwrite.kind,
            };
            let overwrites = overwrites.into_iter().map(ours).collect();
            made = guild.create_channel(&self.http, category(overwrites)).await;
        }
        let made = made.map_err(|error| self.not_made(error))?;
        tracing::info!(
            guild = guild.get(),
            category = made.id.get(),
            "a category is full; made the next one"
        );
        Ok(ChannelId(made.id.get()))
    }

    /// Why a channel or category was not made, with what to do about it.
    fn not_made(&self, error: serenity::Error) -> SendError {
        let code = code(&error);
        let failed = self.failed(error);
        match code {
            Some(SERVER_IS_FULL) => refused(
                "this server has all the 500 channels that Discord allows (30013); delete some that nobody needs",
            ),
            Some(code) if MAY_NOT.contains(&code) => refused(&format!(
                "I may not make channels in this server or in that category ({code}); I need Manage Channels and Manage Roles"
            )),
            _ => failed,
        }
    }

    fn channel(&self, view: &ReleaseView, category: ChannelId) -> CreateChannel<'static> {
        let release = &view.release;
        let topic = format!(
            "{} · {} {} · run by T-minus",
            release.key, release.playbook.product, release.version
        );
        CreateChannel::new(format!("rel-{}", release.version.replace('.', "-")))
            .kind(ChannelType::Text)
            .category(DiscordChannelId::new(category.0))
            .topic(topic)
            .permissions(self.overwrites(view))
    }

    /// Who may see and write: everybody, or the release roles alone. The bot always may.
    fn overwrites(&self, view: &ReleaseView) -> Vec<PermissionOverwrite> {
        let allow = |kind| PermissionOverwrite {
            allow: IN_CHANNEL,
            deny: Permissions::empty(),
            kind,
        };
        let mut overwrites = vec![allow(PermissionOverwriteType::Member(self.bot))];
        let release = &view.release;
        let plays = |role: &RoleId| release.playbook.roles.iter().any(|known| known.id == *role);
        let roles = view
            .setup
            .roles
            .iter()
            .filter(|(role, _)| !release.private || plays(role));
        let roles = roles.map(|(_, role)| DiscordRoleId::new(role.0));
        overwrites.extend(roles.map(|role| allow(PermissionOverwriteType::Role(role))));
        if release.private || view.setup.private_channels {
            // The role of everybody has the server's own id.
            overwrites.push(PermissionOverwrite {
                allow: Permissions::empty(),
                deny: Permissions::VIEW_CHANNEL,
                kind: PermissionOverwriteType::Role(DiscordRoleId::new(view.release.guild.0)),
            });
        }
        overwrites
    }
}

/// A search for room in a series of categories, which goes on when somebody else was faster.
pub(super) struct Search<'a> {
    guild: GuildId,
    chosen: ChannelId,
    known: &'a [ChannelId],
    /// Those that Discord says are full.
    pub(super) full: BTreeSet<ChannelId>,
    turn: Option<Turn>,
}

impl<'a> Search<'a> {
    pub(super) fn new(guild: GuildId, chosen: ChannelId, known: &'a [ChannelId]) -> Self {
        Self {
            guild,
            chosen,
            known,
            full: BTreeSet::new(),
            turn: None,
        }
    }
}

/// What a search for room has found.
pub(super) enum Found {
    /// Room under this category, which may just have been made.
    Under { category: ChannelId, is_new: bool },
    /// Nothing that can be relied on: the list of channels has to be read again.
    LookAgain,
    /// The chosen category is gone.
    Gone,
}

/// The servers in which a category is being made, so that no two attempts of this process make one each. An attempt of
/// an earlier process is found by the category's name.
#[derive(Clone, Debug, Default)]
pub(super) struct Making(Arc<Mutex<BTreeSet<GuildId>>>);

/// The one attempt that may make a category in a server, until it is dropped.
struct Turn {
    making: Making,
    guild: GuildId,
}

impl Making {
    /// The turn to make a category there. Whoever does not get it comes back, and finds what was made.
    fn turn(&self, guild: GuildId) -> Result<Turn, SendError> {
        if self.guilds().insert(guild) {
            let making = self.clone();
            return Ok(Turn { making, guild });
        }
        Err(SendError::Wait {
            after: Duration::from_secs(1),
        })
    }

    fn guilds(&self) -> MutexGuard<'_, BTreeSet<GuildId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.making.guilds().remove(&self.guild);
    }
}

/// The channel that an earlier attempt has made: its topic begins with the key.
fn channel_of<'a>(
    view: &ReleaseView,
    mut channels: impl Iterator<Item = &'a GuildChannel>,
) -> Option<ChannelId> {
    let key = view.release.key.as_str();
    let is_ours = |channel: &&GuildChannel| {
        let topic = channel.topic.as_deref();
        topic.is_some_and(|topic| topic.split(' ').next() == Some(key))
    };
    channels.find(is_ours).map(|channel| ChannelId(channel.id.get()))
}

/// The channels and categories of a server.
pub(super) fn places(channels: &HashMap<DiscordChannelId, GuildChannel>) -> Vec<Place> {
    channels.values().map(place).collect()
}

fn place(channel: &GuildChannel) -> Place {
    Place {
        id: ChannelId(channel.id.get()),
        name: channel.name.clone(),
        is_category: channel.kind == ChannelType::Category,
        under: channel.parent_id.map(|parent| ChannelId(parent.get())),
        position: channel.position,
    }
}

pub(super) fn may_not(error: &serenity::Error) -> bool {
    code(error).is_some_and(|code| MAY_NOT.contains(&code))
}

pub(super) fn is_full(error: &serenity::Error) -> bool {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => response
            .error
            .errors
            .iter()
            .any(|mistake| mistake.code == CATEGORY_IS_FULL),
        _ => false,
    }
}
