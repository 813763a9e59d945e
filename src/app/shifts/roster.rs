//! Writing a roster, and taking one away.

use chrono::{DateTime, Utc};

use crate::app::schedules::leads;
use crate::app::shifts::{RosterView, view};
use crate::app::{App, Error};
use crate::domain::ids::GuildId;
use crate::domain::person::{Person, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::shift::{ROSTER_LIMIT, Roster, RosterId, ShiftRefusal};
use crate::store::{Connection, guilds, rosters, timeline};

/// The most rosters of a server.
const MOST_ROSTERS: usize = 20;

/// What a form for a roster starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterDraft {
    /// Its name.
    pub name: RosterId,
    /// What people wrote; none for a new one.
    pub text: Option<String>,
    /// How often it was changed: what is written from here is refused when that has changed.
    pub revision: u32,
}

impl App {
    /// What a form for the roster of this name starts from, for a person who may write it.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`ShiftRefusal::NotAName`], or the database failed.
    pub async fn draft_roster(&self, person: &Person, name: &str) -> Result<RosterDraft, Error> {
        let name = roster_name(name)?;
        let mut reader = self.store().read().await?;
        leads(person, &guilds::load(&mut reader, person.guild).await?, ACTION)?;
        let revision = rosters::revision(&mut reader, person.guild, &name).await?;
        let all = rosters::all(&mut reader, person.guild).await?;
        let text = all
            .into_iter()
            .find(|kept| kept.name == name)
            .map(|kept| kept.text);
        Ok(RosterDraft {
            name,
            text,
            revision: revision.map_or(0, |(revision, _)| revision),
        })
    }

    /// Writes a roster, once for each interaction; `revision` is the one that the text was made of.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`ShiftRefusal::TooLong`], [`ShiftRefusal::Unreadable`] with everything that is wrong,
    /// [`ShiftRefusal::ChangedMeanwhile`], [`ShiftRefusal::TooMany`], or the database failed.
    pub async fn write_roster(
        &self,
        person: &Person,
        name: &RosterId,
        text: &str,
        revision: u32,
        now: DateTime<Utc>,
    ) -> Result<RosterView, Error> {
        let text = straight(text);
        let length = text.chars().count();
        if length > ROSTER_LIMIT {
            return Err(Rejection::from(ShiftRefusal::TooLong { length }).into());
        }
        let mut transaction = self.store().write().await?;
        leads(
            person,
            &guilds::load(&mut transaction, person.guild).await?,
            ACTION,
        )?;
        Roster::read(name.as_str(), &text).map_err(|problems| {
            let roster = name.clone();
            Rejection::from(ShiftRefusal::Unreadable { roster, problems })
        })?;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            unchanged_since(&mut transaction, person.guild, name, revision).await?;
            let all = rosters::all(&mut transaction, person.guild).await?;
            if all.len() >= MOST_ROSTERS && all.iter().all(|kept| kept.name != *name) {
                let limit = MOST_ROSTERS;
                return Err(Rejection::from(ShiftRefusal::TooMany { limit }).into());
            }
            let changed = Stamp {
                by: person.user,
                at: now,
            };
            rosters::keep(&mut transaction, person.guild, name, Some(&text), changed).await?;
        }
        let all = rosters::all(&mut transaction, person.guild).await?;
        let kept = all.into_iter().find(|kept| kept.name == *name);
        let kept = kept.ok_or_else(|| unknown(name))?;
        let view = view(&mut transaction, kept, now).await?;
        transaction.commit().await?;
        self.pulse().poke();
        Ok(view)
    }

    /// Takes a roster away and returns what it was, once for each interaction. Its history stays.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`ShiftRefusal::UnknownRoster`], or the database failed.
    pub async fn remove_roster(
        &self,
        person: &Person,
        name: &str,
        now: DateTime<Utc>,
    ) -> Result<RosterDraft, Error> {
        let name = roster_name(name)?;
        let mut transaction = self.store().write().await?;
        leads(
            person,
            &guilds::load(&mut transaction, person.guild).await?,
            ACTION,
        )?;
        let all = rosters::all(&mut transaction, person.guild).await?;
        let known: Vec<RosterId> = all.iter().map(|kept| kept.name.clone()).collect();
        let kept = all.into_iter().find(|kept| kept.name == name);
        let kept = kept.ok_or_else(|| {
            let given = name.to_string();
            Rejection::from(ShiftRefusal::UnknownRoster { given, known })
        })?;
        if timeline::handle_once(&mut transaction, person.interaction, now).await? {
            let changed = Stamp {
                by: person.user,
                at: now,
            };
            rosters::keep(&mut transaction, person.guild, &name, None, changed).await?;
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(RosterDraft {
            name,
            text: Some(kept.text),
            revision: kept.revision,
        })
    }
}

const ACTION: &str = "change a roster";

async fn unchanged_since(
    connection: &mut Connection,
    guild: GuildId,
    name: &RosterId,
    revision: u32,
) -> Result<(), Error> {
    match rosters::revision(connection, guild, name).await? {
        Some((newer, Stamp { by, at })) if newer != revision => {
            let roster = name.clone();
            Err(Rejection::from(ShiftRefusal::ChangedMeanwhile { roster, by, at }).into())
        }
        _ => Ok(()),
    }
}

fn roster_name(given: &str) -> Result<RosterId, Rejection> {
    let typed = given.trim().to_lowercase().replace([' ', '_'], "-");
    typed.parse().map_err(|_| {
        let given = given.to_owned();
        ShiftRefusal::NotAName { given }.into()
    })
}

fn unknown(name: &RosterId) -> Rejection {
    ShiftRefusal::UnknownRoster {
        given: name.to_string(),
        known: Vec::new(),
    }
    .into()
}

/// Telephones make quotation marks round, which no file knows.
fn straight(text: &str) -> String {
    text.replace(['“', '”', '„', '«', '»'], "\"")
        .replace(['‘', '’'], "'")
}
