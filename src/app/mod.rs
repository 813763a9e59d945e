//! What people and time can make T-minus do.
//!
//! Each use case loads, lets [`domain`](crate::domain) decide, and saves the state, the timeline and the outbox rows
//! in one write transaction. Nothing here waits, sends, or looks at a clock.

mod delivery;
mod error;
mod items;
mod lookup;
mod pulse;
mod setup;
mod start;
mod tick;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

pub use self::delivery::{Delivery, Receipt, SendError};
pub use self::error::Error;
pub use self::lookup::{MyItems, ReleaseView, Undelivered, Which};
pub use self::pulse::{Acting, Pulse, Ticket};
pub use self::start::Answer;
pub use self::tick::Wakeup;

use crate::domain::calendar::Calendar;
use crate::domain::ids::UserId;
use crate::domain::notice::Notice;
use crate::domain::person::Stamp;
use crate::domain::plan::{Plan, plan};
use crate::domain::playbook::Playbook;
use crate::domain::release::{Event, Release, TimelineEvent};
use crate::store::{Connection, Store, StoreError, outbox, releases, timeline};

/// The application: the database, what was read at start-up, and the pulse that wakes the loops.
#[derive(Clone, Debug)]
pub struct App {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    playbooks: Vec<Playbook>,
    days: CalendarDays,
    pulse: Pulse,
}

/// Days that the configuration adds to or takes from every calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarDays {
    /// Further days off, with their reasons.
    pub extra: BTreeMap<NaiveDate, String>,
    /// Days that are worked although the calendar says otherwise.
    pub excluded: BTreeSet<NaiveDate>,
}

impl App {
    /// An application on this database, with these playbooks.
    #[must_use]
    pub fn new(store: Store, playbooks: Vec<Playbook>, days: CalendarDays) -> Self {
        Self {
            shared: Arc::new(Shared {
                store,
                playbooks,
                days,
                pulse: Pulse::default(),
            }),
        }
    }

    /// The playbooks that a release can be started with.
    #[must_use]
    pub fn playbooks(&self) -> &[Playbook] {
        &self.shared.playbooks
    }

    /// What wakes the loops, and tells when they have caught up.
    #[must_use]
    pub fn pulse(&self) -> &Pulse {
        &self.shared.pulse
    }

    /// Closes the database, so that everything is on disk and another process may open it.
    pub async fn close(&self) {
        self.shared.store.close().await;
    }

    fn store(&self) -> &Store {
        &self.shared.store
    }

    fn calendar(&self, playbook: &Playbook) -> Calendar {
        let days = &self.shared.days;
        Calendar::with(playbook.calendar, days.extra.clone(), days.excluded.clone())
    }

    fn plan_of(&self, release: &Release) -> Plan {
        plan(
            &release.playbook,
            release.target,
            &self.calendar(&release.playbook),
        )
    }
}

/// Carries out one event within a transaction: state, row and timeline together.
async fn happen(
    connection: &mut Connection,
    release: &mut Release,
    event: Event,
    actor: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // What the bot does by itself changes no field that names a person.
    let stamp = Stamp {
        by: actor.unwrap_or(UserId(0)),
        at: now,
    };
    release.apply(&event, stamp);
    releases::save(connection, release, &event, stamp).await?;
    timeline::append(
        connection,
        release.id,
        &TimelineEvent {
            at: now,
            actor,
            event,
        },
    )
    .await
}

/// Wishes that the board shows the release as it is now. Before its channel is open there is no board; the first one
/// will show everything.
async fn show(connection: &mut Connection, release: &Release, now: DateTime<Utc>) -> Result<(), StoreError> {
    if release.channel.is_some() {
        outbox::enqueue(connection, release.id, &Notice::Board, now).await?;
    }
    Ok(())
}
