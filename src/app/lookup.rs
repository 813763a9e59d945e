//! Looking without touching.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::app::sight::Sight;
use crate::app::{App, Error, actor};
use crate::domain::ids::{ChannelId, GuildId, ReleaseKey};
use crate::domain::notice::Notice;
use crate::domain::person::{Actor, Person};
use crate::domain::plan::Plan;
use crate::domain::playbook::{ItemId, RoleId};
use crate::domain::rejection::Rejection;
use crate::domain::release::{Release, TimelineEvent};
use crate::domain::setup::GuildSetup;
use crate::store::{Connection, StoreError, guilds, outbox, releases, reminders, timeline};

/// Which release somebody means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that this channel was opened for.
    Channel(ChannelId),
    /// The one with this key.
    Key(String),
}

/// A release with everything that its texts need.
#[derive(Clone, Debug, PartialEq)]
pub struct ReleaseView {
    /// The release.
    pub release: Release,
    /// When its phases are, and why.
    pub plan: Plan,
    /// The guild's roles and channels.
    pub setup: GuildSetup,
}

/// Something that the platform refused for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undelivered {
    /// Its number, by which `/outbox` names it.
    pub note: i64,
    /// What it was, as "the release channel".
    pub what: &'static str,
    /// The platform's words.
    pub why: String,
}

/// What one person still owes to one release.
#[derive(Clone, Debug, PartialEq)]
pub struct MyItems {
    /// The release.
    pub view: ReleaseView,
    /// The open items with the instant of their cut-off, soonest first; those without a date come last.
    pub items: Vec<(ItemId, Option<DateTime<Utc>>)>,
}

impl App {
    /// One release.
    ///
    /// # Errors
    /// [`Rejection::NotAReleaseChannel`], [`Rejection::UnknownRelease`], or the database failed.
    pub async fn release(&self, person: &Person, which: &Which) -> Result<ReleaseView, Error> {
        let mut reader = self.store().read().await?;
        let release = self.find(&mut reader, person, which).await?;
        let setup = guilds::load(&mut reader, person.guild).await?;
        Ok(self.view_of(release, setup))
    }

    /// The releases that are in flight, that this person may know of and that can be read, in the order in which they were
    /// started.
    ///
    /// # Errors
    /// The database failed.
    pub async fn in_flight(&self, person: &Person) -> Result<Vec<ReleaseView>, Error> {
        let mut reader = self.store().read().await?;
        let setup = guilds::load(&mut reader, person.guild).await?;
        let releases = releases::in_flight(&mut reader, person.guild).await?;
        let sight = Sight::of(person, &setup);
        Ok(releases
            .into_iter()
            .filter(|release| sight.shows(release))
            .map(|release| self.view_of(release, setup.clone()))
            .collect())
    }

    /// The releases of a guild that are in flight and cannot be read: nothing of them is reminded of.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unreadable(&self, person: &Person) -> Result<Vec<ReleaseKey>, Error> {
        let mut reader = self.store().read().await?;
        let mut unreadable = releases::unreadable(&mut reader, person.guild).await?;
        for release in releases::in_flight(&mut reader, person.guild).await? {
            match reminders::settled(&mut reader, release.id).await {
                Ok(_) => {}
                Err(StoreError::Corrupt { .. }) => unreadable.push(release.key),
                Err(error) => return Err(error.into()),
            }
        }
        unreadable.sort();
        Ok(unreadable)
    }

    /// What this person still owes, over all releases that have something open, and which roles they hold.
    ///
    /// # Errors
    /// The database failed.
    pub async fn my_items(&self, person: &Person) -> Result<(Vec<String>, Vec<MyItems>), Error> {
        let mut reader = self.store().read().await?;
        let setup = guilds::load(&mut reader, person.guild).await?;
        let views = self.open_in(&mut reader, &setup).await?;
        let actor = actor(&setup, person);
        let mine = items_of(views, &actor);
        Ok((self.role_titles(&actor.roles), mine))
    }

    /// The releases of a guild that have something open and can be read: those in flight, and the closed ones that live
    /// on.
    pub(super) async fn open_in(
        &self,
        connection: &mut Connection,
        setup: &GuildSetup,
    ) -> Result<Vec<ReleaseView>, StoreError> {
        let mut open = releases::in_flight(connection, setup.guild).await?;
        open.extend(releases::living_on(connection, setup.guild).await?);
        let views = open
            .into_iter()
            .map(|release| self.view_of(release, setup.clone()));
        Ok(views.collect())
    }

    /// What could not be delivered of a release.
    ///
    /// # Errors
    /// The database failed.
    pub async fn undelivered(&self, release: &Release) -> Result<Vec<Undelivered>, Error> {
        let mut reader = self.store().read().await?;
        let dead = outbox::dead(&mut reader, release.guild, Some(release.id)).await?;
        Ok(dead
            .into_iter()
            .map(|dead| Undelivered {
                note: dead.row,
                what: dead.notice.as_ref().map_or("a message", Notice::label),
                why: dead.why,
            })
            .collect())
    }

    /// What happened to a release, oldest first.
    ///
    /// # Errors
    /// As [`App::release`].
    pub async fn timeline(
        &self,
        person: &Person,
        which: &Which,
    ) -> Result<(ReleaseView, Vec<TimelineEvent>), Error> {
        let view = self.release(person, which).await?;
        let mut reader = self.store().read().await?;
        let events = timeline::load(&mut reader, view.release.id).await?;
        Ok((view, events))
    }

    /// The titles that the loaded playbooks give to these roles.
    #[must_use]
    pub fn role_titles(&self, roles: &BTreeSet<RoleId>) -> Vec<String> {
        self.roles()
            .into_iter()
            .filter(|role| roles.contains(&role.id))
            .map(|role| role.title)
            .collect()
    }

    pub(super) fn view_of(&self, release: Release, setup: GuildSetup) -> ReleaseView {
        ReleaseView {
            plan: self.plan_of(&release, &setup.days),
            release,
            setup,
        }
    }

    pub(super) async fn find(
        &self,
        connection: &mut Connection,
        person: &Person,
        which: &Which,
    ) -> Result<Release, Error> {
        let guild = person.guild;
        let found = match which {
            Which::Channel(channel) => releases::find_by_channel(connection, guild, *channel).await?,
            Which::Key(key) => releases::find_by_key(connection, guild, key).await?,
        };
        // Most releases are for everybody, and take no look at who asks.
        match found {
            Some(release) if !release.private => Ok(release),
            found => {
                let sight = Sight::of(person, &guilds::load(connection, guild).await?);
                match found.filter(|release| sight.shows(release)) {
                    Some(release) => Ok(release),
                    None => Err(not_found(connection, guild, which, &sight).await?.into()),
                }
            }
        }
    }
}

/// Why there is no such release, with those that there are.
async fn not_found(
    connection: &mut Connection,
    guild: GuildId,
    which: &Which,
    sight: &Sight,
) -> Result<Rejection, StoreError> {
    Ok(match which {
        Which::Key(key) => Rejection::UnknownRelease { given: key.clone() },
        Which::Channel(_) => Rejection::NotAReleaseChannel {
            in_flight: releases::in_flight(connection, guild)
                .await?
                .into_iter()
                .filter(|release| sight.shows(release))
                .map(|release| (release.key.clone(), release.name(), release.channel))
                .collect(),
        },
    })
}

/// What a person owes to those of these releases that they may know of: the items of the roles that they hold, and those
/// that are their own. The release with the soonest item comes first.
#[must_use]
pub fn items_of(views: Vec<ReleaseView>, actor: &Actor) -> Vec<MyItems> {
    let mut mine: Vec<MyItems> = views
        .into_iter()
        .filter(|view| view.release.is_shown_to(&actor.roles))
        .filter_map(|view| my_items_of(view, actor))
        .collect();
    mine.sort_by_key(|mine| mine.items.first().map(|(_, due)| soonest(*due)));
    mine
}

fn my_items_of(view: ReleaseView, actor: &Actor) -> Option<MyItems> {
    let mut items: Vec<(ItemId, Option<DateTime<Utc>>)> = view
        .release
        .live_items()
        .filter(|(_, item)| {
            std::iter::once(&item.role)
                .chain(&item.with)
                .any(|role| actor.roles.contains(role))
                || view.release.room.assignee(&item.id) == Some(actor.user)
        })
        .map(|(phase, item)| {
            let day = view.release.day_of(&view.plan, phase, item);
            (item.id.clone(), day.map(|day| day.cutoff_at))
        })
        .collect();
    items.sort_by_key(|(_, due)| soonest(*due));
    (!items.is_empty()).then_some(MyItems { view, items })
}

/// What has no date comes last.
fn soonest(due: Option<DateTime<Utc>>) -> DateTime<Utc> {
    due.unwrap_or(DateTime::<Utc>::MAX_UTC)
}
