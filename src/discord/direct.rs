//! Direct messages and pages: rows of the outbox that go to one person.

use serenity::all::{GuildId as DiscordGuildId, UserId as DiscordUserId};

use crate::app::{About, Delivery, Receipt, ReleaseView, SendError, items_of};
use crate::discord::post::Post;
use crate::discord::render::room::escalation::page;
use crate::discord::render::{digest, follow, shift};
use crate::discord::send::{Courier, code, release_channel};
use crate::domain::ids::{ChannelId, GuildId, GuildRoleId, UserId};
use crate::domain::notice::Notice;
use crate::domain::person::Actor;

/// Discord's code for somebody who is not in the server.
const UNKNOWN_MEMBER: isize = 10007;

/// Discord's code for somebody who does not exist any more.
const UNKNOWN_USER: isize = 10013;

impl Courier {
    /// Tells a person what a row says, if they are in the server at this moment: what is said there is not for those who
    /// have left. Finding the conversation twice finds the same.
    pub(super) async fn tell_person(&self, delivery: &Delivery, to: UserId) -> Result<Receipt, SendError> {
        let claim = &delivery.claim;
        let Some(roles) = self.roles_of(claim.guild, to).await? else {
            return Ok(Receipt::Left);
        };
        let post = match (&claim.notice, &delivery.about) {
            (Notice::News { news, .. }, About::Release(view)) => Some(follow::news(view, news)),
            (Notice::Digest { .. }, About::Open { setup, views }) => {
                let roles = setup.playbook_roles(&roles);
                let actor = Actor { user: to, roles };
                digest::digest(&items_of(views.clone(), &actor), delivery.now)
            }
            (Notice::Turn { title, span, .. }, _) => Some(shift::turn(title, *span)),
            _ => None,
        };
        // Nothing is open for this person: silence is right.
        let Some(post) = post else {
            return Ok(Receipt::Edited);
        };
        let channel = self.conversation_with(to).await?;
        self.post(delivery, channel, post).await
    }

    /// Calls one person in the release channel, if they are in the server at this moment and see that channel.
    pub(super) async fn page(
        &self,
        delivery: &Delivery,
        view: &ReleaseView,
        which: (u32, u32, u32),
        post: Post,
    ) -> Result<Receipt, SendError> {
        match page::called(view, which) {
            Some(user) => {
                let Some(roles) = self.roles_of(view.release.guild, user).await? else {
                    return Ok(Receipt::Left);
                };
                let held = view.setup.playbook_roles(&roles);
                let outside = view.setup.private_channels && held.is_empty();
                if outside || !view.release.is_shown_to(&held) {
                    return Ok(Receipt::DoesNotSee);
                }
            }
            // Nobody waits for an answer any more; only what may have arrived is looked for, to be brought up to date.
            None if delivery.claim.attempts <= 1 => return Ok(Receipt::Edited),
            None => {}
        }
        self.post(delivery, release_channel(view)?, post).await
    }

    /// The roles that a person holds in a server; none when they are not in it. The bot may not listen to who comes and
    /// goes, so it asks when it matters.
    async fn roles_of(&self, guild: GuildId, user: UserId) -> Result<Option<Vec<GuildRoleId>>, SendError> {
        let guild = DiscordGuildId::new(guild.0);
        match guild.member(&self.http, DiscordUserId::new(user.0)).await {
            Ok(member) => Ok(Some(
                member.roles.iter().map(|role| GuildRoleId(role.get())).collect(),
            )),
            Err(error) if matches!(code(&error), Some(UNKNOWN_MEMBER | UNKNOWN_USER)) => Ok(None),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// The channel of the conversation with a person, which Discord makes when there is none.
    async fn conversation_with(&self, user: UserId) -> Result<ChannelId, SendError> {
        let opened = DiscordUserId::new(user.0).create_dm_channel(&self.http).await;
        let channel = opened.map_err(|error| self.failed(error))?;
        Ok(ChannelId(channel.id.get()))
    }
}
