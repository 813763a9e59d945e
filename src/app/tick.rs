//! One step of time: what has become due goes into the outbox.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::paging::page_on;
use crate::app::undelivered::warn;
use crate::app::{App, Error};
use crate::domain::calendar::Calendar;
use crate::domain::ids::{ReleaseId, ReleaseKey};
use crate::domain::notice::Warning;
use crate::domain::plan::Plan;
use crate::domain::rejection::PhaseLabel;
use crate::domain::release::Release;
use crate::domain::reminder::{Ladder, Occasion, Step};
use crate::domain::setup::GuildSetup;
use crate::store::{
    Connection, StoreError, digests, guilds, outbox, purge, releases, reminders, rosters, wake,
};

/// For how long it is remembered which interactions were handled, and which questions wait for an answer. Discord's own
/// tokens for them live for a quarter of an hour.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Rows that are deleted in one step, so that nobody waits for it.
const PURGED_AT_ONCE: u32 = 500;

/// After this long, a closed release is looked at again that has something open and no reminder ahead.
const LOOKED_AT_AGAIN: TimeDelta = TimeDelta::days(7);

/// As many releases are looked at in one transaction, so that people who act need not wait for all of them.
const TOGETHER: u32 = 20;

/// When there will be something to do, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wakeup {
    /// A reminder of a release.
    Reminder(AwaitedReminder),
    /// The Release Manager is called for a text.
    Prompt {
        /// The instant.
        at: DateTime<Utc>,
        /// The release.
        key: ReleaseKey,
    },
    /// The next person is called for help with a release.
    Page {
        /// The instant.
        at: DateTime<Utc>,
        /// The release.
        key: ReleaseKey,
    },
    /// A recurring playbook comes.
    Occurrence {
        /// The instant.
        at: DateTime<Utc>,
        /// The playbook's title.
        playbook: String,
    },
    /// Somebody's digest comes.
    Digest {
        /// The instant.
        at: DateTime<Utc>,
    },
    /// A roster may have something to say.
    Roster {
        /// The instant.
        at: DateTime<Utc>,
    },
}

/// A reminder that is to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitedReminder {
    /// The instant.
    pub at: DateTime<Utc>,
    /// The release.
    pub key: ReleaseKey,
    /// Its phase.
    pub phase: PhaseLabel,
    /// Which step of its reminders.
    pub step: Step,
}

impl Wakeup {
    /// The instant.
    #[must_use]
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Reminder(reminder) => reminder.at,
            Self::Prompt { at, .. }
            | Self::Page { at, .. }
            | Self::Occurrence { at, .. }
            | Self::Digest { at }
            | Self::Roster { at } => *at,
        }
    }
}

/// A release with everything that decides what time does to it.
pub(super) struct Look {
    pub(super) release: Release,
    pub(super) calendar: Calendar,
    pub(super) plan: Plan,
    /// What nobody has to be reminded of any more.
    pub(super) settled: BTreeSet<Occasion>,
    /// Whether the server has named somebody to whom what stays overdue is brought.
    manager: bool,
}

impl Look {
    /// Its reminders.
    pub(super) fn ladder(&self) -> Ladder<'_> {
        Ladder {
            release: &self.release,
            plan: &self.plan,
            calendar: &self.calendar,
            manager: self.manager,
        }
    }

    /// What comes next.
    fn next(&self, now: DateTime<Utc>) -> Option<Occasion> {
        self.ladder().next(&self.settled, now)
    }

    /// When there is something to do next.
    fn next_instant(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let reminder = self.next(now).map(|occasion| occasion.due);
        let page = self.release.next_page().map(|(due, ..)| due);
        let prompt = self.ladder().next_prompt(now);
        reminder.into_iter().chain(prompt).chain(page).min()
    }
}

impl App {
    /// Lets recurring playbooks and digests come, then looks at every release whose instant has come: plans it again where the calendar has changed, and settles what is
    /// due. A repeated call does nothing: each occasion is settled once, in the same transaction that hands its reminder
    /// to the outbox, and the next instant is kept with the release.
    ///
    /// # Errors
    /// The database failed; what was looked at before stays done.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<(), Error> {
        self.tick_schedules(now).await?;
        self.tick_digests(now).await?;
        self.tick_rosters(now).await?;
        let mut acted = false;
        loop {
            let mut reader = self.store().read().await?;
            let waking = wake::waking(&mut reader, now, TOGETHER).await?;
            drop(reader);
            if waking.is_empty() {
                break;
            }
            let mut transaction = self.store().write().await?;
            for release in wake::waking(&mut transaction, now, TOGETHER).await? {
                acted |= self.look(&mut transaction, release, now).await?;
            }
            transaction.commit().await?;
        }
        if acted {
            self.pulse().poke();
        }
        Ok(())
    }

    /// Whether time did something to this release.
    async fn look(
        &self,
        connection: &mut Connection,
        id: ReleaseId,
        now: DateTime<Utc>,
    ) -> Result<bool, Error> {
        let mut look = match self.seen(connection, id).await {
            Ok(look) => look,
            Err(error @ StoreError::Corrupt { .. }) => {
                // One row that cannot be read must not stop the time of all others.
                tracing::error!(release = id.0, %error, "a release is set aside until the next start");
                wake::set_aside(connection, id).await?;
                let Some((guild, release)) = releases::name(connection, id).await? else {
                    return Ok(false);
                };
                let why = error.to_string();
                warn(
                    connection,
                    guild,
                    Warning::ReleaseUnreadable { release, why },
                    now,
                )
                .await?;
                return Ok(true);
            }
            Err(error) => return Err(error.into()),
        };
        let mut acted = self.replan(connection, &mut look, now).await?;
        acted |= self.remind(connection, &mut look, now).await?;
        acted |= self.prompt(connection, &mut look, now).await?;
        acted |= page_on(connection, &mut look.release, now).await?;
        let next = look.next_instant(now);
        // What is due after a release was closed is looked at as long as it is open, whatever its reminders are.
        let rest = !look.release.is_open() && look.release.lives_on();
        let next = next.or_else(|| rest.then(|| now + LOOKED_AT_AGAIN));
        wake::looked(connection, id, &look.plan.dates(&look.calendar), next).await?;
        Ok(acted)
    }

    /// Everything about a release that a look needs; reading it all first leaves nothing half done when a row is corrupt.
    async fn seen(&self, connection: &mut Connection, id: ReleaseId) -> Result<Look, StoreError> {
        let release = releases::load(connection, id).await?;
        let setup = guilds::load(connection, release.guild).await?;
        self.look_at(connection, release, &setup).await
    }

    pub(super) async fn look_at(
        &self,
        connection: &mut Connection,
        release: Release,
        setup: &GuildSetup,
    ) -> Result<Look, StoreError> {
        Ok(Look {
            calendar: self.calendar(&release.playbook, release.guild, &setup.days),
            plan: self.plan_of(&release, &setup.days),
            settled: reminders::settled(connection, release.id).await?,
            manager: setup.manager.is_some(),
            release,
        })
    }

    /// The next instant after `now` at which [`App::tick`] has something to do.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_wakeup(&self, now: DateTime<Utc>) -> Result<Option<Wakeup>, Error> {
        let mut reader = self.store().read().await?;
        let reminder = self.next_of_releases(&mut reader, now).await?;
        let occurrence = self.next_occurrence(&mut reader).await?;
        let occurrence = occurrence.map(|(at, playbook)| Wakeup::Occurrence { at, playbook });
        let digest = digests::next_wakeup(&mut reader).await?;
        let digest = digest.map(|at| Wakeup::Digest { at });
        let roster = rosters::next_wakeup(&mut reader).await?;
        // One that is to be looked at anew has no instant of its own.
        let roster = roster.map(|at| Wakeup::Roster { at: at.max(now) });
        let all = reminder.into_iter().chain(occurrence).chain(digest).chain(roster);
        Ok(all.min_by_key(Wakeup::at))
    }

    async fn next_of_releases(
        &self,
        reader: &mut Connection,
        now: DateTime<Utc>,
    ) -> Result<Option<Wakeup>, Error> {
        let mut next: Option<Wakeup> = None;
        // Of those that a tick has not looked at yet, nobody has noted the instant.
        for id in wake::waking(reader, now, u32::MAX).await? {
            let own = self.wakeup_of(reader, id, now).await?;
            next = next.into_iter().chain(own).min_by_key(Wakeup::at);
        }
        // Of the others, the first that calls somebody comes next. One that is closed may only rest until it is looked at.
        for passed in 0.. {
            let Some(id) = wake::next(reader, now, passed).await? else {
                break;
            };
            if let Some(own) = self.wakeup_of(reader, id, now).await? {
                return Ok(next.into_iter().chain([own]).min_by_key(Wakeup::at));
            }
        }
        Ok(next)
    }

    /// When a release calls somebody next; never when it cannot be read, which the tick says when it sets it aside.
    async fn wakeup_of(
        &self,
        reader: &mut Connection,
        id: ReleaseId,
        now: DateTime<Utc>,
    ) -> Result<Option<Wakeup>, Error> {
        let look = match self.seen(reader, id).await {
            Ok(look) => look,
            Err(StoreError::Corrupt { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let reminder = look.next(now).and_then(|occasion| awaited(&look, &occasion));
        let prompt = look.ladder().next_prompt(now).map(|at| Wakeup::Prompt {
            at,
            key: look.release.key.clone(),
        });
        let page = look.release.next_page().map(|(due, ..)| Wakeup::Page {
            at: due.max(now),
            key: look.release.key.clone(),
        });
        let own = reminder
            .map(Wakeup::Reminder)
            .into_iter()
            .chain(prompt)
            .chain(page);
        Ok(own.min_by_key(Wakeup::at))
    }

    /// Deletes a few of the rows that nobody will ask for again, and says whether there may be more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn purge(&self, now: DateTime<Utc>) -> Result<bool, Error> {
        let mut transaction = self.store().write().await?;
        let deleted = purge(&mut transaction, now - KEPT, PURGED_AT_ONCE).await?;
        transaction.commit().await?;
        Ok(deleted >= u64::from(PURGED_AT_ONCE))
    }

    /// When the outbox wants to try again by itself, if it waits for an instant.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_attempt(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let mut reader = self.store().read().await?;
        Ok(outbox::next_due(&mut reader).await?)
    }
}

fn awaited(look: &Look, occasion: &Occasion) -> Option<AwaitedReminder> {
    let phase = look.plan.phase(&occasion.phase)?;
    Some(AwaitedReminder {
        at: occasion.due,
        key: look.release.key.clone(),
        phase: PhaseLabel {
            id: phase.id.clone(),
            offset: phase.offset,
            title: phase.title.clone(),
        },
        step: occasion.step,
    })
}
