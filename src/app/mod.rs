//! What people and time can make T-minus do.
//!
//! Each use case loads, lets [`domain`](crate::domain) decide, and saves the state, the timeline and the outbox rows
//! in one write transaction. Nothing here waits, sends, or looks at a clock.

mod about;
mod announce;
mod calendar;
mod delivery;
mod digest;
mod direct;
mod directory;
mod error;
mod follow;
mod following;
mod handoff;
mod health;
mod items;
mod lookup;
mod moves;
mod overview;
mod paging;
mod playbooks;
mod pulse;
mod record;
mod remind;
mod room;
mod schedules;
mod setup;
mod shifts;
mod showing;
mod sight;
mod silence;
mod slip;
mod snooze;
mod source;
mod start;
mod tick;
mod together;
mod undelivered;
mod update;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};

pub use self::about::About;
pub use self::calendar::{CalendarChange, CalendarView, MovedRelease, read_date};
pub use self::delivery::{Carrier, Delivery, Pauses, Receipt, SendError};
pub use self::digest::DigestView;
pub use self::directory::{History, OpenEntry, WhomToAsk};
pub use self::error::Error;
pub use self::following::{FollowChange, Followed, Following, Refused};
pub use self::handoff::{
    Accepted, Addressee, DutyNow, HandOffMail, HandOffNow, HandOffView, KeptHandOff, Left,
};
pub use self::health::{Health, Part, Trouble};
pub use self::lookup::{MyItems, ReleaseView, Undelivered, Which, items_of};
pub use self::overview::ReleaseList;
pub use self::playbooks::{Became, KeptPlaybook, PlaybookView, Reread};
pub use self::pulse::{Acting, Pulse, Ticket};
pub use self::record::Record;
pub use self::schedules::ScheduleView;
pub use self::shifts::{AwayPreview, KeptSwap, RosterDraft, RosterView, SwapView, Taken, meant};
pub use self::showing::{Offer, OfferStep};
pub use self::slip::SlipStep;
pub use self::snooze::SnoozeStep;
pub use self::source::{CalendarSource, PlaybookSource, Source};
pub use self::start::Answer;
pub use self::tick::{AwaitedReminder, Wakeup};
pub use self::undelivered::{DeadLetter, Remedy};
pub use self::update::UpdateDraft;

use crate::app::directory::Directories;
use crate::app::silence::Silence;
use crate::app::together::Together;
use crate::domain::calendar::{Calendar, CalendarDays, CalendarSettings};
use crate::domain::escalation::{Directory, PagingRules};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::mail::Address;
use crate::domain::notice::Notice;
use crate::domain::person::{Actor, Person, Stamp};
use crate::domain::plan::{Plan, plan};
use crate::domain::playbook::Playbook;
use crate::domain::release::{Event, Release, TimelineEvent};
use crate::domain::setup::GuildSetup;
pub use crate::store::outbox::Claim;
use crate::store::{BackupError, Connection, Store, StoreError, outbox, releases, timeline};

/// The application: the database, what was read at start-up, and the pulse that wakes the loops.
#[derive(Clone, Debug)]
pub struct App {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    store: Store,
    /// Replaced as a whole when somebody has their files read again.
    playbooks: RwLock<Arc<[Playbook]>>,
    playbook_source: PlaybookSource,
    /// Replaced as a whole when somebody has the files of the calendar read again.
    calendar: RwLock<Arc<CalendarSettings>>,
    calendar_source: CalendarSource,
    directories: Directories,
    paging: PagingRules,
    /// Who always gets a copy of a hand-off by e-mail; none where no e-mail is sent.
    copies: Option<Vec<Address>>,
    pulse: Pulse,
    acts: Together<items::Act, Result<ReleaseView, Error>>,
    health: Health,
    silence: Silence,
}

impl App {
    /// An application on this database, with these playbooks.
    #[must_use]
    pub fn new(store: Store, playbooks: Vec<Playbook>, calendar: CalendarSettings) -> Self {
        Self {
            shared: Arc::new(Shared {
                store,
                playbooks: RwLock::new(playbooks.into()),
                playbook_source: PlaybookSource::default(),
                calendar: RwLock::new(Arc::new(calendar)),
                calendar_source: CalendarSource::default(),
                directories: Directories::default(),
                paging: PagingRules::default(),
                copies: None,
                pulse: Pulse::default(),
                acts: Together::default(),
                health: Health::default(),
                silence: Silence::default(),
            }),
        }
    }

    /// The same application, which can read the calendars of the configuration again. To be called before it is
    /// shared; afterwards it changes nothing.
    #[must_use]
    pub fn with_calendar_source(mut self, source: CalendarSource) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.calendar_source = source;
        }
        self
    }

    /// The same application, which can read the files of its playbooks again. To be called before it is shared;
    /// afterwards it changes nothing.
    #[must_use]
    pub fn with_playbook_source(mut self, source: PlaybookSource) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.playbook_source = source;
        }
        self
    }

    /// The same application, which begins with this directory of whom to ask about what. To be called before it is
    /// shared; afterwards it changes nothing.
    #[must_use]
    pub fn with_directory(mut self, directory: Directory) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.directories.file = Arc::new(directory);
        }
        self
    }

    /// The same application, which calls people by these rules. To be called before it is shared; afterwards it changes
    /// nothing.
    #[must_use]
    pub fn with_paging(mut self, paging: PagingRules) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.paging = paging;
        }
        self
    }

    /// The same application, which has copies of hand-offs sent by e-mail: to those to whom they are addressed, and always
    /// to these. To be called before it is shared; afterwards it changes nothing.
    #[must_use]
    pub fn with_mail(mut self, always: Vec<Address>) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.shared) {
            shared.copies = Some(always);
        }
        self
    }

    /// The playbooks that a release can be started with, as their files were read last.
    #[must_use]
    pub fn playbooks(&self) -> Arc<[Playbook]> {
        // A thread that ended while it held the lock has replaced the whole or nothing.
        let playbooks = self.shared.playbooks.read();
        Arc::clone(&playbooks.unwrap_or_else(PoisonError::into_inner))
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

    /// Takes the scheduled backup of this instant, and keeps the newest `keep`.
    ///
    /// # Errors
    /// It did not come about.
    pub async fn back_up(&self, folder: &Path, keep: usize, now: DateTime<Utc>) -> Result<(), BackupError> {
        let copied = self.store().back_up_into(folder, keep, now).await?;
        tracing::info!(bytes = copied.bytes, releases = copied.releases, "backed up");
        Ok(())
    }

    /// Who always gets a copy of a hand-off by e-mail; none where no e-mail is sent.
    fn copies(&self) -> Option<&[Address]> {
        self.shared.copies.as_deref()
    }

    fn store(&self) -> &Store {
        &self.shared.store
    }

    /// The calendar of a playbook in a guild whose people have said `days`: the one place where what the playbook
    /// names, what the configuration adds and what the guild says come together.
    fn calendar(&self, playbook: &Playbook, guild: GuildId, days: &Arc<CalendarDays>) -> Calendar {
        self.calendar_settings().calendar(playbook.calendar, guild, days)
    }

    /// What the configuration says about calendars at this moment.
    fn calendar_settings(&self) -> Arc<CalendarSettings> {
        // A thread that ended while it held the lock has replaced the whole or nothing.
        let settings = self.shared.calendar.read();
        Arc::clone(&settings.unwrap_or_else(PoisonError::into_inner))
    }

    /// When the phases of a release are, by the calendar of its guild, whose people have said `days`.
    fn plan_of(&self, release: &Release, days: &Arc<CalendarDays>) -> Plan {
        let calendar = self.calendar(&release.playbook, release.guild, days);
        let planned = |target| plan(&release.playbook, target, &calendar);
        release.target.map_or_else(Plan::undated, planned)
    }
}

/// A person with the playbook roles that the guild gives to them.
fn actor(setup: &GuildSetup, person: &Person) -> Actor {
    Actor {
        user: person.user,
        roles: setup.playbook_roles(&person.guild_roles),
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
        by: actor.unwrap_or(UserId::ITSELF),
        at: now,
    };
    releases::apply(connection, release, &event, stamp).await?;
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
