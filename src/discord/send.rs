//! From an outbox row to Discord.

use std::sync::Arc;
use std::time::Duration;

use serenity::all::{
    ChannelId as DiscordChannelId, ChannelType, CreateChannel, GuildId as DiscordGuildId, Http, HttpError,
    MessageId as DiscordMessageId, PermissionOverwrite, PermissionOverwriteType, Permissions,
    RoleId as DiscordRoleId, UserId as DiscordUserId,
};

use crate::app::{Carrier, Delivery, Receipt, ReleaseView, SendError};
use crate::discord::post::Post;
use crate::discord::render::{board, brief, reminder};
use crate::domain::ids::{ChannelId, MessageId};
use crate::domain::notice::Notice;

/// Carries rows to Discord, one at a time, and knows nothing of the database.
#[derive(Clone, Debug)]
pub struct Courier {
    http: Arc<Http>,
    bot: DiscordUserId,
}

/// Discord's code for a message that is not there.
const UNKNOWN_MESSAGE: isize = 10008;

/// What people and the bot may do in a release channel.
const IN_CHANNEL: Permissions = Permissions::VIEW_CHANNEL
    .union(Permissions::SEND_MESSAGES)
    .union(Permissions::EMBED_LINKS)
    .union(Permissions::READ_MESSAGE_HISTORY);

impl Courier {
    pub(super) fn new(http: Arc<Http>, bot: DiscordUserId) -> Self {
        Self { http, bot }
    }

    async fn post(&self, channel: ChannelId, post: Post, nonce: String) -> Result<Receipt, SendError> {
        let channel = DiscordChannelId::new(channel.0);
        let message = channel
            .send_message(&self.http, post.message(nonce))
            .await
            .map_err(send_error)?;
        Ok(Receipt::Posted(MessageId(message.id.get())))
    }

    async fn board(&self, view: &ReleaseView, post: Post, nonce: String) -> Result<Receipt, SendError> {
        let channel = release_channel(view)?;
        let place = DiscordChannelId::new(channel.0);
        if let Some(board) = view.release.board {
            let edited = place
                .edit_message(&self.http, DiscordMessageId::new(board.0), post.edit())
                .await;
            return match edited {
                Ok(_) => Ok(Receipt::Edited),
                Err(error) if code(&error) == Some(UNKNOWN_MESSAGE) => Ok(Receipt::Lost),
                Err(error) => Err(send_error(error)),
            };
        }
        let receipt = self.post(channel, post, nonce).await?;
        let Receipt::Posted(message) = receipt else {
            return Ok(receipt);
        };
        let pinned = place.pin(&self.http, DiscordMessageId::new(message.0)).await;
        match pinned.map_err(send_error) {
            Ok(()) => Ok(receipt),
            // The board is there and must not be posted again; that it is not pinned goes on the record.
            Err(SendError::Refused { why }) => Ok(Receipt::PostedUnpinned(message, why)),
            Err(error) => Err(error),
        }
    }

    async fn open_channel(&self, view: &ReleaseView) -> Result<Receipt, SendError> {
        let release = &view.release;
        let guild = DiscordGuildId::new(release.guild.0);
        let key = release.key.as_str();
        // A channel that an earlier attempt created is adopted.
        let channels = guild.channels(&self.http).await.map_err(send_error)?;
        let has_key = |topic: &str| topic.split(' ').next() == Some(key);
        let found = channels
            .values()
            .find(|channel| channel.topic.as_deref().is_some_and(has_key));
        if let Some(channel) = found {
            return Ok(Receipt::Channel(ChannelId(channel.id.get())));
        }
        let category = view
            .setup
            .category
            .ok_or_else(|| refused("no category is chosen"))?;
        let topic = format!(
            "{key} · {} {} · run by T-minus",
            release.playbook.product, release.version
        );
        let channel = CreateChannel::new(format!("rel-{}", release.version.replace('.', "-")))
            .kind(ChannelType::Text)
            .category(DiscordChannelId::new(category.0))
            .topic(topic)
            .permissions(self.overwrites(view));
        let channel = guild
            .create_channel(&self.http, channel)
            .await
            .map_err(send_error)?;
        Ok(Receipt::Channel(ChannelId(channel.id.get())))
    }

    /// Who may see and write: everybody, or the release roles alone. The bot always may.
    fn overwrites(&self, view: &ReleaseView) -> Vec<PermissionOverwrite> {
        let allow = |kind| PermissionOverwrite {
            allow: IN_CHANNEL,
            deny: Permissions::empty(),
            kind,
        };
        let mut overwrites = vec![allow(PermissionOverwriteType::Member(self.bot))];
        let roles = view.setup.roles.values().map(|role| DiscordRoleId::new(role.0));
        overwrites.extend(roles.map(|role| allow(PermissionOverwriteType::Role(role))));
        if view.setup.private_channels {
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

impl Carrier for Courier {
    /// A channel is found by the key in its topic, a message by its nonce, an edit and a pin are the same twice.
    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, SendError> {
        let Delivery { claim, about, now } = delivery;
        let view = about
            .release()
            .ok_or_else(|| refused("this message belongs to a release, and names none"))?;
        let nonce = claim.nonce();
        match &claim.notice {
            Notice::OpenChannel => self.open_channel(view).await,
            Notice::Brief => {
                self.post(release_channel(view)?, brief::brief(view, *now), nonce)
                    .await
            }
            Notice::Board => self.board(view, board::board(view, *now), nonce).await,
            Notice::Announce => {
                let channel = view
                    .setup
                    .announcements
                    .ok_or_else(|| refused("no announcement channel is chosen"))?;
                self.post(channel, brief::announcement(view), nonce).await
            }
            Notice::Reminder {
                phase,
                moment,
                due,
                instead_of,
            } => {
                let subject = reminder::Subject {
                    phase,
                    moment: *moment,
                    due: *due,
                    instead_of,
                };
                match reminder::reminder(view, subject, *now) {
                    Some(post) => self.post(release_channel(view)?, post, nonce).await,
                    // Everything was done in the meantime: silence is right.
                    None => Ok(Receipt::Edited),
                }
            }
            Notice::Closed => {
                self.post(release_channel(view)?, brief::closed(view), nonce)
                    .await
            }
        }
    }
}

fn release_channel(view: &ReleaseView) -> Result<ChannelId, SendError> {
    view.release
        .channel
        .ok_or_else(|| refused("the release has no channel"))
}

fn refused(why: &str) -> SendError {
    SendError::Refused { why: why.to_owned() }
}

/// Discord's own number for what went wrong.
fn code(error: &serenity::Error) -> Option<isize> {
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => Some(response.error.code),
        _ => None,
    }
}

/// Sorts an error into: wait, unclear, stop, never. The text names no body and no token.
fn send_error(error: serenity::Error) -> SendError {
    let serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) = error else {
        // The request may have arrived: reqwest's own words could hold the address, which for interactions is secret.
        return SendError::Unclear {
            why: "the request did not complete".to_owned(),
        };
    };
    let status = response.status_code.as_u16();
    match status {
        401 => SendError::Unauthorised,
        429 => SendError::Wait {
            after: Duration::from_secs(5),
        },
        400 | 403 | 404 => refused(&format!(
            "Discord answered {status} ({}): {}",
            response.error.code, response.error.message
        )),
        _ => SendError::Unclear {
            why: format!("Discord answered {status}"),
        },
    }
}
