//! The playbooks that are loaded: looking at them, comparing them with what releases keep, reading their files again.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use chrono::{DateTime, Utc};

use crate::app::sight::Sight;
use crate::app::{App, Error, ReleaseView, Which};
use crate::domain::person::Person;
use crate::domain::playbook::Playbook;
use crate::domain::rejection::Rejection;
use crate::domain::start::find_playbook;
use crate::domain::suggestion::{Suggestion, suggestions};
use crate::store::{guilds, releases, schedules, timeline};

/// A loaded playbook, and who follows it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlaybookView {
    /// The playbook as its file was read last.
    pub playbook: Playbook,
    /// The releases in flight that started with it as it is now.
    pub followed_by: usize,
    /// The releases in flight that keep another version of it (S6).
    pub kept_by: usize,
}

/// A release and the playbook that it keeps.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptPlaybook {
    /// The release.
    pub view: ReleaseView,
    /// The playbook as it was when the release started (S6).
    pub kept: Arc<Playbook>,
    /// That playbook as its file was read last; none when the file is gone.
    pub loaded: Option<Playbook>,
}

/// What reading the files of the playbooks again has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reread {
    /// What became of each playbook, by its id; those that are as before apart.
    pub changes: Vec<(String, Became)>,
    /// How many are as before.
    pub same: usize,
    /// The ids of those that are switched on in the person's server and do not come by themselves any more.
    pub silent: Vec<String>,
    /// What the person's server has to choose before each of them can be started, in words.
    pub missing: Vec<String>,
}

/// What became of a playbook when the files were read again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// There was none of this name.
    Added {
        /// Its digest.
        digest: String,
    },
    /// Its file says something else.
    Changed {
        /// The digest before.
        from: String,
        /// The digest now.
        to: String,
    },
    /// Its file is gone.
    Removed,
}

impl App {
    /// The loaded playbooks, in their order, each with the releases that follow it and that this person may know of.
    ///
    /// # Errors
    /// The database failed.
    pub async fn playbook_views(&self, person: &Person) -> Result<Vec<PlaybookView>, Error> {
        let mut reader = self.store().read().await?;
        let mut kept: BTreeMap<String, Vec<Arc<Playbook>>> = BTreeMap::new();
        let sight = Sight::of(person, &guilds::load(&mut reader, person.guild).await?);
        for (playbook, private) in releases::kept_in_flight(&mut reader, person.guild).await? {
            if private && !sight.shows_private_to(Some(&playbook)) {
                continue;
            }
            kept.entry(playbook.id.clone()).or_default().push(playbook);
        }
        let playbooks = self.playbooks();
        let views = playbooks.iter().map(|playbook| {
            let kept = kept.get(&playbook.id).map_or(&[][..], Vec::as_slice);
            let followed_by = kept.iter().filter(|kept| ***kept == *playbook).count();
            PlaybookView {
                playbook: playbook.clone(),
                followed_by,
                kept_by: kept.len() - followed_by,
            }
        });
        Ok(views.collect())
    }

    /// The loaded playbook of this name.
    ///
    /// # Errors
    /// [`Rejection::UnknownPlaybook`].
    pub fn playbook(&self, name: &str) -> Result<Playbook, Rejection> {
        find_playbook(name, &self.playbooks()).cloned()
    }

    /// A release with the playbook that it keeps.
    ///
    /// # Errors
    /// As [`App::release`].
    pub async fn kept_playbook(&self, person: &Person, which: &Which) -> Result<KeptPlaybook, Error> {
        let view = self.release(person, which).await?;
        let mut reader = self.store().read().await?;
        let kept = releases::kept_playbook(&mut reader, view.release.id).await?;
        let loaded = self.playbook(&kept.id).ok();
        Ok(KeptPlaybook { view, kept, loaded })
    }

    /// What a release suggests for its playbook.
    ///
    /// # Errors
    /// As [`App::release`].
    pub async fn suggestions(
        &self,
        person: &Person,
        which: &Which,
        now: DateTime<Utc>,
    ) -> Result<(KeptPlaybook, Vec<Suggestion>), Error> {
        let kept = self.kept_playbook(person, which).await?;
        let mut reader = self.store().read().await?;
        let events = timeline::load(&mut reader, kept.view.release.id).await?;
        let ReleaseView { release, plan, .. } = &kept.view;
        let suggestions = suggestions(release, plan, &events, now);
        Ok((kept, suggestions))
    }

    /// Has the files of the playbooks read again. When anything is wrong with any of them, everything stays as it is.
    /// Releases in flight keep the playbook that they started with (S6); what comes again by itself follows the files.
    ///
    /// # Errors
    /// [`Rejection::NotAnAdministrator`], [`Rejection::PlaybooksNotRead`]; or the database failed.
    pub async fn reload_playbooks(&self, person: &Person) -> Result<Reread, Error> {
        if !person.administrator {
            return Err(Rejection::NotAnAdministrator.into());
        }
        // Whatever can fail comes first, so that the person hears of what has happened.
        let mut reader = self.store().read().await?;
        let setup = guilds::load(&mut reader, person.guild).await?;
        let schedules = schedules::switched_on(&mut reader).await?;
        drop(reader);
        let read = self.shared.playbook_source.read();
        let after: Arc<[Playbook]> = read
            .map_err(|problems| Rejection::PlaybooksNotRead { problems })?
            .into();
        let before = self.playbooks();
        *self
            .shared
            .playbooks
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::clone(&after);
        tracing::info!(
            playbooks = after.len(),
            "the files of the playbooks were read again"
        );
        // The scheduler holds what comes again against the files at once.
        self.pulse().poke();
        let changes = changes(&before, &after);
        let recurs = |id: &str| {
            let playbook = after.iter().find(|playbook| playbook.id == id);
            playbook.is_some_and(|playbook| playbook.recurring.is_some())
        };
        Ok(Reread {
            same: after.len()
                - changes
                    .iter()
                    .filter(|(_, became)| *became != Became::Removed)
                    .count(),
            changes,
            silent: schedules
                .into_iter()
                .filter(|schedule| schedule.guild == person.guild && !recurs(&schedule.playbook))
                .map(|schedule| schedule.playbook)
                .collect(),
            missing: setup.missing(&self.roles()),
        })
    }
}

fn changes(before: &[Playbook], after: &[Playbook]) -> Vec<(String, Became)> {
    let now = after.iter().filter_map(|now| {
        let became = match before.iter().find(|before| before.id == now.id) {
            Some(before) if before == now => return None,
            Some(before) => Became::Changed {
                from: before.digest(),
                to: now.digest(),
            },
            None => Became::Added { digest: now.digest() },
        };
        Some((now.id.clone(), became))
    });
    let gone = before
        .iter()
        .filter(|before| !after.iter().any(|now| now.id == before.id))
        .map(|before| (before.id.clone(), Became::Removed));
    now.chain(gone).collect()
}
