//! One step of time: what has become due goes into the outbox.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::{App, Error};
use crate::domain::calendar::CalendarDays;
use crate::domain::ids::ReleaseKey;
use crate::domain::rejection::PhaseLabel;
use crate::domain::release::Release;
use crate::domain::reminder::{self, Moment};
use crate::store::calendar_days::Everywhere;
use crate::store::{calendar_days, outbox, purge, releases, reminders};

/// For how long it is remembered which interactions were handled, and which questions wait for an answer. Discord's own
/// tokens for them live for a quarter of an hour.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Rows that are deleted in one step, so that nobody waits for it.
const PURGED_AT_ONCE: u32 = 500;

/// When there will be something to do, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wakeup {
    /// The instant.
    pub at: DateTime<Utc>,
    /// The release.
    pub key: ReleaseKey,
    /// Its phase.
    pub phase: PhaseLabel,
    /// Which moment of the phase's day.
    pub moment: Moment,
}

impl App {
    /// Settles every occasion that is due at `now`. A repeated call does nothing: each occasion is settled once, in the
    /// same transaction that hands its reminder to the outbox.
    ///
    /// # Errors
    /// The database failed; nothing of this step has happened then.
    pub async fn tick(&self, now: DateTime<Utc>) -> Result<(), Error> {
        let mut reader = self.store().read().await?;
        let releases = releases::in_flight_everywhere(&mut reader).await?;
        let days = calendar_days::everywhere(&mut reader).await?;
        let mut anything_due = false;
        for release in &releases {
            let settled = reminders::settled(&mut reader, release.id).await?;
            let plan = self.plan_of(release, &days_of(&days, release));
            anything_due |= !reminder::due(&plan, release.opened.at, &settled, now).is_empty();
        }
        drop(reader);
        if !anything_due {
            return Ok(());
        }
        let mut transaction = self.store().write().await?;
        let days = calendar_days::everywhere(&mut transaction).await?;
        for release in releases::in_flight_everywhere(&mut transaction).await? {
            let days = days_of(&days, &release);
            self.remind(&mut transaction, release, &days, now).await?;
        }
        transaction.commit().await?;
        self.pulse().poke();
        Ok(())
    }

    /// The next instant after `now` at which [`App::tick`] has something to do.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_wakeup(&self, now: DateTime<Utc>) -> Result<Option<Wakeup>, Error> {
        let mut reader = self.store().read().await?;
        let days = calendar_days::everywhere(&mut reader).await?;
        let mut next: Option<Wakeup> = None;
        for release in releases::in_flight_everywhere(&mut reader).await? {
            let settled = reminders::settled(&mut reader, release.id).await?;
            let plan = self.plan_of(&release, &days_of(&days, &release));
            let Some(occasion) = reminder::next(&plan, release.opened.at, &settled, now) else {
                continue;
            };
            let Some(phase) = plan.phase(&occasion.phase) else {
                continue;
            };
            if next.as_ref().is_none_or(|next| occasion.at < next.at) {
                next = Some(Wakeup {
                    at: occasion.at,
                    key: release.key.clone(),
                    phase: PhaseLabel {
                        id: phase.id.clone(),
                        offset: phase.offset,
                        title: phase.title.clone(),
                    },
                    moment: occasion.moment,
                });
            }
        }
        Ok(next)
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

/// What the people of a release's guild have said about single days.
fn days_of(everywhere: &Everywhere, release: &Release) -> Arc<CalendarDays> {
    everywhere.get(&release.guild).cloned().unwrap_or_default()
}
