//! A database that has seen years.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tminus::app::{App, Pauses, Receipt};
use tminus::cli::playbook::read_folder;
use tminus::domain::calendar::CalendarSettings;
use tminus::domain::ids::{ChannelId, GuildId, GuildRoleId, InteractionId, MessageId, UserId};
use tminus::domain::notice::Notice;
use tminus::domain::person::Person;
use tminus::domain::release::{Reason, Release};
use tminus::domain::setup::SetupChange;
use tminus::domain::start::StartRequest;
use tminus::store::Store;

use crate::support::place::playbooks;

/// Nothing fails here, so nothing pauses.
const PAUSES: Pauses = Pauses {
    share: 0.0,
    board: TimeDelta::zero(),
};

/// Open items in flight.
const OPEN_ITEMS: usize = 10_000;
/// Messages that were sent before.
const HISTORY: i64 = 100_000;

/// The database and what it holds.
pub(crate) struct Full {
    app: App,
    folder: tempfile::TempDir,
    releases: Vec<Release>,
    person: Person,
    now: DateTime<Utc>,
}

/// The same with nobody using it.
pub(crate) struct Closed {
    folder: tempfile::TempDir,
    releases: Vec<Release>,
    person: Person,
    now: DateTime<Utc>,
}

impl Full {
    pub(crate) async fn prepare() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("volume-")
            .tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let now: DateTime<Utc> = "2026-11-20T18:00:00Z".parse()?;
        let app = open(folder.path()).await?;
        let mut full = Self {
            app,
            folder,
            releases: Vec::new(),
            person: Person {
                guild: GuildId(1),
                user: UserId(2),
                guild_roles: vec![GuildRoleId(10)],
                administrator: true,
                interaction: InteractionId(1),
            },
            now,
        };
        full.set_up().await?;
        full.start_releases().await?;
        full.remember_history().await?;
        Ok(full)
    }

    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    pub(crate) fn releases(&self) -> &[Release] {
        &self.releases
    }

    /// Before anything comes due.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Before the first reminder of these releases is due: the heads-up of T-4, on 2 December.
    pub(crate) fn first_due(&self) -> DateTime<Utc> {
        self.now + TimeDelta::days(11)
    }

    /// When the first reminder of every release is due at once: they all have the same target date.
    pub(crate) fn all_due(&self) -> DateTime<Utc> {
        self.now + TimeDelta::days(14)
    }

    /// After a downtime of days.
    pub(crate) fn later(&self) -> DateTime<Utc> {
        self.now + TimeDelta::days(18)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The Release Manager, about to press something.
    pub(crate) fn presses(&self, number: u64) -> Person {
        Person {
            interaction: InteractionId(1_000_000 + number),
            ..self.person.clone()
        }
    }

    pub(crate) fn described(&self) -> String {
        let items: usize = self
            .releases
            .iter()
            .map(|release| release.open_items().count())
            .sum();
        format!(
            "a database with {} releases in flight, {items} open items and {HISTORY} messages sent before",
            self.releases.len()
        )
    }

    /// Has the next tick look at this release, as a change does.
    pub(crate) async fn touch(&self, release: &Release) -> anyhow::Result<()> {
        let mut connection = raw(self.folder.path()).await?;
        sqlx::query("UPDATE release SET wake_at = 0 WHERE id = $1")
            .bind(release.id.0)
            .execute(&mut connection)
            .await?;
        Ok(())
    }

    /// Gives a release a timeline with so many further events.
    pub(crate) async fn lengthen(&self, release: &Release, events: i64) -> anyhow::Result<()> {
        let mut connection = raw(self.folder.path()).await?;
        let items: Vec<String> = release
            .playbook
            .items()
            .map(|(_, item)| item.id.to_string())
            .collect();
        sqlx::query(
            "WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < $2)
             INSERT INTO timeline_event (release_id, at, actor, event)
             SELECT $1, 1795200000000 + n * 60000, 2 + n % 60,
                    json_object('event', iif(n % 2 = 0, 'item-done', 'item-undone'),
                                'item', json_extract($3, '$[' || ((n / 2) % json_array_length($3)) || ']'))
             FROM number",
        )
        .bind(release.id.0)
        .bind(events)
        .bind(serde_json::to_string(&items)?)
        .execute(&mut connection)
        .await?;
        Ok(())
    }

    pub(crate) async fn close(self) -> Closed {
        self.app.close().await;
        self.end()
    }

    /// What is left when whoever uses the database closes it.
    pub(crate) fn end(self) -> Closed {
        Closed {
            folder: self.folder,
            releases: self.releases,
            person: self.person,
            now: self.now,
        }
    }

    async fn set_up(&self) -> anyhow::Result<()> {
        let roles = self.app.roles().into_iter().zip(10..);
        let mut changes: Vec<SetupChange> = roles
            .map(|(role, id)| SetupChange::Role(role.id, GuildRoleId(id)))
            .collect();
        changes.push(SetupChange::Category(ChannelId(3)));
        changes.push(SetupChange::Announcements(ChannelId(4)));
        self.app.choose(&self.person, &changes).await?;
        Ok(())
    }

    /// Releases with the shipped playbook until there are enough open items, each with its channel and board.
    async fn start_releases(&mut self) -> anyhow::Result<()> {
        let mut items = 0;
        for patch in 1.. {
            if items >= OPEN_ITEMS {
                break;
            }
            let request = StartRequest {
                playbook: "dot-release".to_owned(),
                version: format!("7.2.{patch}"),
                target: "2026-12-10".to_owned(),
                reason: Reason::CustomerBug,
                title: None,
                further_versions: Vec::new(),
                conditions: Vec::new(),
                private: false,
                confirmed: false,
                proposal: None,
            };
            self.person.interaction.0 += 1;
            let view = self.app.start(&self.person, &request, self.now).await?;
            items += view.release.open_items().count();
            self.releases.push(view.release);
        }
        self.app.tick(self.now).await?;
        let mut sent: u64 = 0;
        while let Some(delivery) = self.app.next_delivery(self.now).await? {
            sent += 1;
            let receipt = match delivery.claim.notice {
                Notice::OpenChannel => Receipt::Channel(ChannelId(1_000 + sent)),
                _ => Receipt::Posted(MessageId(1_000_000 + sent)),
            };
            self.app
                .record(&delivery.claim, Ok(receipt), PAUSES, self.now)
                .await?;
        }
        self.app.tick(self.now).await?;
        Ok(())
    }

    /// Rows as years of reminders leave them, behind the backs of the use cases.
    async fn remember_history(&self) -> anyhow::Result<()> {
        let mut connection = raw(self.folder.path()).await?;
        sqlx::query(
            "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < $1)
             INSERT INTO outbox (guild_id, release_id, occasion, notice, state, aside, head, position, posts,
                                 wished_at, due_at, settled_at, message_id)
             SELECT 1, 1 + n % $2, 'history:' || n, '{\"notice\":\"brief\"}', 'sent', 0, 0, -n, 1,
                    1700000000000 + n, 1700000000000 + n, 1700000000000 + n, n
             FROM number",
        )
        .bind(HISTORY)
        .bind(i64::try_from(self.releases.len())?)
        .execute(&mut connection)
        .await?;
        Ok(())
    }
}

impl Closed {
    pub(crate) async fn open(self) -> anyhow::Result<Full> {
        Ok(Full {
            app: open(self.folder.path()).await?,
            folder: self.folder,
            releases: self.releases,
            person: self.person,
            now: self.now,
        })
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join("tminus.sqlite")
}

async fn open(folder: &Path) -> anyhow::Result<App> {
    let playbooks = read_folder(&playbooks()?).map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    let store = Store::open(&file(folder)).await?;
    Ok(App::new(store, playbooks, CalendarSettings::default()))
}

async fn raw(folder: &Path) -> anyhow::Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(file(folder));
    Ok(options.connect().await?)
}
