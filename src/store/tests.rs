//! Tests of the database, each on a real file.

mod copies;
mod direct;
mod directory;
pub(crate) mod earlier;
mod forms;
mod full;
mod opening;
mod outbox;
mod releases;
mod schedules;
mod small;
mod wake;

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};

use super::releases::NewRelease;
use super::*;
use crate::domain::fixtures::{GUILD, at, date, playbook, stamp};
use crate::domain::ids::{GuildId, ReleaseId};
use crate::domain::person::Stamp;
use crate::domain::plan::Dates;
use crate::domain::playbook::{Playbook, Variation};
use crate::domain::release::{Event, Reason, Release};

/// A database in a folder of its own, which goes with it.
struct Place {
    store: Store,
    folder: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
        Self { store, folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("tminus.sqlite")
    }

    async fn write(&self) -> Transaction {
        self.store.write().await.unwrap()
    }

    async fn read(&self) -> Transaction {
        self.store.read().await.unwrap()
    }

    /// Runs SQL that this program would never run.
    async fn break_with(&self, sql: &'static str) {
        self.store.break_with(sql).await;
    }

    /// A release of this version, opened on 1 December 2026.
    async fn started(&self, guild: GuildId, version: &str) -> Release {
        let playbook = playbook();
        let mut transaction = self.write().await;
        let release = super::releases::insert(&mut transaction, &a_new(&playbook, guild, version))
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        release
    }

    /// Lets something happen to a release, in a transaction of its own.
    async fn happen(&self, release: &mut Release, event: &Event, stamp: Stamp) -> Result<(), StoreError> {
        let mut transaction = self.write().await;
        super::releases::apply(&mut transaction, release, event, stamp).await?;
        transaction.commit().await
    }

    async fn load(&self, id: ReleaseId) -> Result<Release, StoreError> {
        super::releases::load(&mut *self.read().await, id).await
    }
}

impl Store {
    /// Lets the database hold what this program would not write.
    pub(crate) async fn break_with(&self, sql: &'static str) {
        let mut transaction = self.write().await.unwrap();
        sqlx::query(sql).execute(&mut *transaction).await.unwrap();
        transaction.commit().await.unwrap();
    }
}

fn a_new<'a>(playbook: &'a Playbook, guild: GuildId, version: &'a str) -> NewRelease<'a> {
    NewRelease {
        guild,
        playbook,
        version,
        title: None,
        reason: Reason::Security,
        private: false,
        variation: &NONE,
        target: Some(target()),
        told: &NOT_TOLD,
        opened: stamp(1, "2026-12-01T17:00:00Z"),
    }
}

static NONE: LazyLock<Variation> = LazyLock::new(Variation::default);

static NOT_TOLD: Dates = Dates {
    target: None,
    phases: Vec::new(),
    days_off: std::collections::BTreeMap::new(),
};

fn target() -> NaiveDate {
    date("2026-12-10")
}

fn now() -> DateTime<Utc> {
    at("2026-12-02T12:00:00Z")
}

/// What a corrupt row is reported as.
fn corrupt<T: std::fmt::Debug>(result: Result<T, StoreError>) -> String {
    match result {
        Err(error @ StoreError::Corrupt { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

const OTHER_GUILD: GuildId = GuildId(GUILD.0 + 1);
