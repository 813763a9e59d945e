//! What the disk can do, and what a durable tick costs on it.

use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tminus::app::{App, Which};
use tminus::cli::playbook::read_folder;
use tminus::domain::calendar::CalendarSettings;
use tminus::domain::ids::{ChannelId, GuildId, GuildRoleId, InteractionId, UserId};
use tminus::domain::person::Person;
use tminus::domain::release::{Command, Reason};
use tminus::domain::setup::SetupChange;
use tminus::domain::start::StartRequest;
use tminus::store::Store;

use super::append::append;
use super::place::{folder, playbooks};
use super::report::Figures;
use super::stopwatch::Stopwatch;

/// How long each of the two is done, twice in turns, because a disk has its moods.
const TURN: Duration = Duration::from_millis(1_500);

/// What was measured, in the same folder.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    /// Appends of 4 KiB, each with `fdatasync`.
    pub(crate) appends: Figures,
    /// Ticks and undos by [`App::act`].
    pub(crate) ticks: Figures,
}

pub(crate) async fn measure() -> anyhow::Result<Disk> {
    let folder = folder()?;
    let mut disk = Disk::default();
    let mut ticking = Ticking::prepare(folder.path()).await?;
    for _ in 0..2 {
        append(folder.path(), TURN, &mut disk.appends)?;
        ticking.turn(&mut disk.ticks).await?;
    }
    ticking.app.close().await;
    Ok(disk)
}

/// One release whose items are ticked and undone in turn, with nobody to send anything.
struct Ticking {
    app: App,
    which: Which,
    commands: Vec<Command>,
    person: Person,
    now: DateTime<Utc>,
    done: usize,
}

impl Ticking {
    async fn prepare(folder: &Path) -> anyhow::Result<Self> {
        let playbooks = read_folder(&playbooks()?).map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
        let store = Store::open(&folder.join("tminus.sqlite")).await?;
        let app = App::new(store, playbooks, CalendarSettings::default());
        let now: DateTime<Utc> = "2026-11-02T17:00:00Z".parse()?;
        let person = Person {
            guild: GuildId(1),
            user: UserId(2),
            guild_roles: vec![GuildRoleId(10)],
            administrator: true,
            interaction: InteractionId(1),
        };
        let roles = app.roles().into_iter().zip(10..);
        let mut changes: Vec<SetupChange> = roles
            .map(|(role, id)| SetupChange::Role(role.id, GuildRoleId(id)))
            .collect();
        changes.push(SetupChange::Category(ChannelId(3)));
        changes.push(SetupChange::Announcements(ChannelId(4)));
        app.choose(&person, &changes).await?;
        let request = StartRequest {
            playbook: "dot-release".to_owned(),
            version: "7.2.1".to_owned(),
            target: "2026-12-10".to_owned(),
            reason: Reason::CustomerBug,
            title: None,
            further_versions: Vec::new(),
            conditions: Vec::new(),
            private: false,
            confirmed: false,
            proposal: None,
        };
        let view = app.start(&person, &request, now).await?;
        let items: Vec<_> = view.release.playbook.items().collect();
        let commands = items
            .into_iter()
            .flat_map(|(_, item)| {
                [
                    Command::CompleteItem(item.id.clone()),
                    Command::UndoItem(item.id.clone()),
                ]
            })
            .collect();
        Ok(Self {
            app,
            which: Which::Key(view.release.key.to_string()),
            commands,
            person,
            now,
            done: 0,
        })
    }

    async fn turn(&mut self, figures: &mut Figures) -> anyhow::Result<()> {
        let turn = Stopwatch::start();
        while turn.passed() < TURN {
            self.person.interaction.0 += 1;
            self.now += TimeDelta::milliseconds(1);
            let command = &self.commands[self.done % self.commands.len()];
            let watch = Stopwatch::start();
            self.app.act(&self.person, &self.which, command, self.now).await?;
            figures.add(watch.passed());
            self.done += 1;
        }
        Ok(())
    }
}
