//! Whom to ask, and what to do about what is seen: the file with what the people of a server changed laid over it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use crate::app::schedules::leads;
use crate::app::{App, Error};
use crate::domain::escalation::{Change, Directory, Draft, Edit, EditRefusal, Entry, EntryId, Kind, Target};
use crate::domain::ids::GuildId;
use crate::domain::person::{Person, Stamp};
use crate::domain::rejection::Rejection;
use crate::domain::shift::Away;
use crate::store::{Connection, directory, guilds, shifts, timeline};

/// The changes on one page of the history.
const CHANGES_ON_A_PAGE: u32 = 5;

/// The directory of the file, and those that servers made of it.
#[derive(Debug, Default)]
pub(super) struct Directories {
    /// As the file has it.
    pub(super) file: Arc<Directory>,
    /// With what a server changed up to the change of this number. A change has a higher one, so what is kept is never
    /// out of date.
    changed: Mutex<HashMap<GuildId, (i64, Arc<Directory>)>>,
}

/// Whom to ask, as far as it is known at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct WhomToAsk {
    /// The directory of the server.
    pub directory: Arc<Directory>,
    /// Who of the server is away now or later, or was not long ago.
    pub away: Vec<Away>,
}

/// An entry that somebody wants to change.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenEntry {
    /// What it is now; none when nothing is said yet.
    pub entry: Option<Entry>,
    /// The number of the newest change of the server.
    pub since: i64,
    /// The directory that it stands in.
    pub directory: Arc<Directory>,
}

/// A page of what was changed.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// The changes, the newest first.
    pub changes: Vec<Change>,
    /// The page, from 0 for the newest.
    pub page: usize,
    /// How many pages there are; at least one.
    pub pages: usize,
}

impl App {
    /// Whom to ask about what in a server.
    ///
    /// # Errors
    /// The database failed.
    pub async fn directory(&self, guild: GuildId) -> Result<Arc<Directory>, Error> {
        let mut reader = self.store().read().await?;
        Ok(self.directory_by(&mut reader, guild).await?.1)
    }

    /// Whom to ask about what in a server, and who is away.
    ///
    /// # Errors
    /// The database failed.
    pub async fn whom_to_ask(&self, guild: GuildId, now: DateTime<Utc>) -> Result<WhomToAsk, Error> {
        let mut reader = self.store().read().await?;
        Ok(WhomToAsk {
            directory: self.directory_by(&mut reader, guild).await?.1,
            away: shifts::away(&mut reader, guild, now).await?,
        })
    }

    /// The entry of this kind that somebody means, to change it; a page that anybody may look at says what it is.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`EditRefusal::Unknown`]; or the database failed.
    pub async fn open_entry(
        &self,
        person: &Person,
        kind: Kind,
        given: Option<&str>,
    ) -> Result<OpenEntry, Error> {
        let mut reader = self.store().read().await?;
        self.may_edit(&mut reader, person).await?;
        let (since, directory) = self.directory_by(&mut reader, person.guild).await?;
        let entry = match (kind, given) {
            (Kind::Always, _) => directory.entry(&EntryId::Always),
            (_, Some(given)) => Some(directory.entry_named(kind, given).map_err(Rejection::from)?),
            (_, None) => None,
        };
        Ok(OpenEntry {
            entry,
            since,
            directory,
        })
    }

    /// Whether somebody may add an entry of this id, before they write it.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`EditRefusal::Taken`]; or the database failed.
    pub async fn open_new(&self, person: &Person, id: Option<&EntryId>) -> Result<(), Error> {
        let mut reader = self.store().read().await?;
        self.may_edit(&mut reader, person).await?;
        let directory = self.directory_by(&mut reader, person.guild).await?.1;
        if let Some(id) = id {
            directory.still_free(id).map_err(Rejection::from)?;
        }
        Ok(())
    }

    /// Writes an entry, and returns what it changed: nothing when this interaction has written it before.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], or an [`EditRefusal`]; or the database failed.
    pub async fn write_entry(
        &self,
        person: &Person,
        target: &Target,
        draft: &Draft,
        now: DateTime<Utc>,
    ) -> Result<Vec<Change>, Error> {
        let mut transaction = self.store().write().await?;
        self.may_edit(&mut transaction, person).await?;
        if !timeline::handle_once(&mut transaction, person.interaction, now).await? {
            return Ok(Vec::new());
        }
        let directory = self.directory_by(&mut transaction, person.guild).await?.1;
        if let Target::Existing { id, since } = target {
            unchanged_since(&mut transaction, person, id, *since).await?;
        }
        let edits = directory.edit(target, draft).map_err(Rejection::from)?;
        let changes = happen(&mut transaction, person, edits, now).await?;
        transaction.commit().await?;
        Ok(changes)
    }

    /// What is asked before an entry is taken away: the entry, when it may be.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], [`EditRefusal::Unknown`], [`EditRefusal::StillNamed`]; or the database failed.
    pub async fn consider_removal(
        &self,
        person: &Person,
        kind: Kind,
        given: &str,
    ) -> Result<(Entry, i64), Error> {
        let open = self.open_entry(person, kind, Some(given)).await?;
        let entry = open.directory.entry_named(kind, given).map_err(Rejection::from)?;
        open.directory.remove(&entry.id()).map_err(Rejection::from)?;
        Ok((entry, open.since))
    }

    /// Takes an entry away that was like this at the change of number `since`, and returns what that changed, as
    /// [`App::write_entry`] does.
    ///
    /// # Errors
    /// [`Rejection::RoleNeeded`], or an [`EditRefusal`]; or the database failed.
    pub async fn remove_entry(
        &self,
        person: &Person,
        id: &EntryId,
        since: i64,
        now: DateTime<Utc>,
    ) -> Result<Vec<Change>, Error> {
        let mut transaction = self.store().write().await?;
        self.may_edit(&mut transaction, person).await?;
        if !timeline::handle_once(&mut transaction, person.interaction, now).await? {
            return Ok(Vec::new());
        }
        let directory = self.directory_by(&mut transaction, person.guild).await?.1;
        unchanged_since(&mut transaction, person, id, since).await?;
        let edit = directory.remove(id).map_err(Rejection::from)?;
        let changes = happen(&mut transaction, person, vec![edit], now).await?;
        transaction.commit().await?;
        Ok(changes)
    }

    /// A page of who changed what; one that does not exist is the last one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn directory_history(&self, guild: GuildId, page: usize) -> Result<History, Error> {
        let mut reader = self.store().read().await?;
        let on_a_page = usize::try_from(CHANGES_ON_A_PAGE).unwrap_or(1);
        let pages = directory::count(&mut reader, guild)
            .await?
            .div_ceil(on_a_page)
            .max(1);
        let page = page.min(pages - 1);
        let skipped = page * on_a_page;
        let changes = directory::history(&mut reader, guild, skipped, CHANGES_ON_A_PAGE).await?;
        Ok(History { changes, page, pages })
    }

    /// The directory of a server, with the number of its newest change.
    async fn directory_by(
        &self,
        connection: &mut Connection,
        guild: GuildId,
    ) -> Result<(i64, Arc<Directory>), Error> {
        let Directories { file, changed } = &self.shared.directories;
        let newest = directory::newest(connection, guild).await?;
        if newest == 0 {
            return Ok((0, Arc::clone(file)));
        }
        // A thread that ended while it held the lock has put in a whole directory or none.
        let kept = {
            let changed = changed.lock().unwrap_or_else(PoisonError::into_inner);
            changed.get(&guild).cloned()
        };
        if let Some(kept) = kept.filter(|(number, _)| *number == newest) {
            return Ok(kept);
        }
        let made = Arc::new(file.with(directory::laid_over(connection, guild).await?));
        let mut changed = changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.insert(guild, (newest, Arc::clone(&made)));
        Ok((newest, made))
    }

    /// Who looks after the calendar of a server looks after its directory.
    async fn may_edit(&self, connection: &mut Connection, person: &Person) -> Result<(), Error> {
        let setup = guilds::load(connection, person.guild).await?;
        if !person.administrator {
            leads(person, &setup, "change whom to ask and what to do")?;
        }
        Ok(())
    }
}

/// Refuses to go over what somebody else did after the person had begun.
async fn unchanged_since(
    connection: &mut Connection,
    person: &Person,
    id: &EntryId,
    since: i64,
) -> Result<(), Error> {
    let newest = directory::newest_of(connection, person.guild, id).await?;
    match newest.filter(|change| change.number > since) {
        None => Ok(()),
        Some(change) => {
            let change = Box::new(change);
            Err(Rejection::from(EditRefusal::ChangedMeanwhile { change }).into())
        }
    }
}

/// Records the edits.
async fn happen(
    connection: &mut Connection,
    person: &Person,
    edits: Vec<Edit>,
    now: DateTime<Utc>,
) -> Result<Vec<Change>, Error> {
    let mut changes = Vec::new();
    let stamp = Stamp {
        by: person.user,
        at: now,
    };
    for edit in edits {
        changes.push(directory::append(connection, person.guild, edit, stamp).await?);
    }
    Ok(changes)
}
