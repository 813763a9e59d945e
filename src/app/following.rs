//! Following a release without being in its channel, and what followers are told.

use chrono::{DateTime, Utc};

use crate::app::{App, Error, ReleaseView, Which};
use crate::domain::direct::DirectRefusal;
use crate::domain::ids::{GuildId, UserId};
use crate::domain::news::{MOST_FOLLOWED, MOST_FOLLOWERS, News, may_follow};
use crate::domain::notice::Notice;
use crate::domain::person::Person;
use crate::domain::rejection::Rejection;
use crate::domain::release::Release;
pub use crate::store::followers::{Followed, Refused};
use crate::store::{Connection, StoreError, followers, guilds, outbox, timeline};

/// What a person follows in a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Following {
    /// The releases in flight, in the order in which they were started.
    pub releases: Vec<Followed>,
    /// That the person refused a direct message since they asked for some.
    pub refused: Option<Refused>,
}

/// What has come of asking to follow a release, or not to.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowChange {
    /// The release.
    pub view: ReleaseView,
    /// Whether it was so before.
    pub known: bool,
    /// What the person follows now. What was refused before this is still in it.
    pub following: Following,
}

impl App {
    /// Lets a person follow a release, once for each interaction.
    ///
    /// # Errors
    /// [`Rejection::ReleaseClosed`], [`DirectRefusal::TooManyFollowers`], [`DirectRefusal::TooManyFollowed`], as
    /// [`App::release`], or the database failed.
    pub async fn follow(
        &self,
        person: &Person,
        which: &Which,
        now: DateTime<Utc>,
    ) -> Result<FollowChange, Error> {
        let mut transaction = self.store().write().await?;
        let release = self.find(&mut transaction, person, which).await?;
        may_follow(&release)?;
        let refused = followers::refused(&mut transaction, person.guild, person.user).await?;
        let mut known = true;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            let others = followers::of_release(&mut transaction, release.id).await?;
            let mine = followers::followed(&mut transaction, person.guild, person.user).await?;
            known = others.contains(&person.user);
            if !known && others.len() >= MOST_FOLLOWERS {
                let key = release.key.clone();
                let limit = MOST_FOLLOWERS;
                return Err(Rejection::from(DirectRefusal::TooManyFollowers { key, limit }).into());
            }
            if !known && mine.len() >= MOST_FOLLOWED {
                let limit = MOST_FOLLOWED;
                return Err(Rejection::from(DirectRefusal::TooManyFollowed { limit }).into());
            }
            followers::follow(&mut transaction, release.id, person.user, now).await?;
            followers::forgive(&mut transaction, person.guild, person.user).await?;
        }
        let releases = followers::followed(&mut transaction, person.guild, person.user).await?;
        let setup = guilds::load(&mut transaction, person.guild).await?;
        transaction.commit().await?;
        Ok(FollowChange {
            view: self.view_of(release, setup),
            known,
            following: Following { releases, refused },
        })
    }

    /// Lets a person follow a release no more, once for each interaction. What waits for them is withdrawn.
    ///
    /// # Errors
    /// [`DirectRefusal::NotFollowed`], as [`App::release`], or the database failed.
    pub async fn unfollow(
        &self,
        person: &Person,
        which: &Which,
        now: DateTime<Utc>,
    ) -> Result<FollowChange, Error> {
        let mut transaction = self.store().write().await?;
        let release = self.find(&mut transaction, person, which).await?;
        let refused = followers::refused(&mut transaction, person.guild, person.user).await?;
        let mut known = false;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            known = followers::unfollow(&mut transaction, release.id, person.user).await?;
            if !known {
                let followed = followers::followed(&mut transaction, person.guild, person.user).await?;
                let followed = followed.into_iter().map(|followed| followed.key).collect();
                let key = release.key.clone();
                return Err(Rejection::from(DirectRefusal::NotFollowed { key, followed }).into());
            }
            outbox::supersede_for(
                &mut transaction,
                person.guild,
                person.user,
                Some(release.id),
                |notice| matches!(notice, Notice::News { .. }),
                now,
            )
            .await?;
        }
        let releases = followers::followed(&mut transaction, person.guild, person.user).await?;
        let setup = guilds::load(&mut transaction, person.guild).await?;
        transaction.commit().await?;
        Ok(FollowChange {
            view: self.view_of(release, setup),
            known,
            following: Following { releases, refused },
        })
    }

    /// What a person follows in a server.
    ///
    /// # Errors
    /// The database failed.
    pub async fn following(&self, guild: GuildId, user: UserId) -> Result<Following, Error> {
        let mut reader = self.store().read().await?;
        Ok(Following {
            releases: followers::followed(&mut reader, guild, user).await?,
            refused: followers::refused(&mut reader, guild, user).await?,
        })
    }
}

/// Tells those who follow a release what has happened in one step, in one message each. Whoever did it knows.
pub(super) async fn tell_followers(
    connection: &mut Connection,
    release: &Release,
    news: Vec<News>,
    by: UserId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // After its end there is nothing to tell, but that it has ended.
    let is_the_end = news.iter().any(|news| matches!(news, News::Closed { .. }));
    if news.is_empty() || !(release.is_open() || is_the_end) {
        return Ok(());
    }
    for to in followers::of_release(connection, release.id).await? {
        if to == by {
            continue;
        }
        let (number, news) = (release.revision, news.clone());
        outbox::enqueue(connection, release.id, &Notice::News { to, number, news }, now).await?;
    }
    Ok(())
}
