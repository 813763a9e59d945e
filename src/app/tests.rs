//! Tests of the use cases, on a real database and without any chat platform.

mod announcing;
mod calendar;
mod directory;
mod duty;
mod earlier;
mod looking;
mod moving;
mod people;
mod permissions;
mod playbooks;
mod schedules;
mod sending;
mod telling;
mod ticking;
mod trouble;

use super::*;
use crate::domain::fixtures::{GUILD, RILEY, at, item, phase, playbook, setup};
use crate::domain::ids::{ChannelId, GuildId, GuildRoleId, InteractionId, MessageId};
use crate::domain::notice::Card;
use crate::domain::person::Person;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Command, Reason};
use crate::domain::room::{AnnouncementCommand, RoomCommand};
use crate::domain::setup::SetupChange;
use crate::domain::start::StartRequest;

/// Tuesday morning in San Francisco; the small playbook has T−4 on the 4th, T−2 on the 8th, T−0 on the 10th.
const START: &str = "2026-12-01T17:00:00Z";

/// Half of the longest pause, and no rest for the board.
const PAUSES: Pauses = Pauses {
    share: 0.5,
    board: chrono::TimeDelta::zero(),
};

const CHANNEL: ChannelId = ChannelId(500);
const BOARD: MessageId = MessageId(600);
const CARD: MessageId = MessageId(602);

/// Guild roles of the fixture.
const LEADS: u64 = 11;
const DEVELOPS: u64 = 12;
const TESTS: u64 = 13;

/// An application with a guild that is set up, in a folder that goes with it.
struct Place {
    app: App,
    folder: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        Self::with(vec![playbook()]).await
    }

    async fn with(playbooks: Vec<Playbook>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("tminus.sqlite")).await.unwrap();
        let app = App::new(store, playbooks, CalendarSettings::default());
        let place = Self { app, folder };
        place.set_up(GUILD).await;
        place
    }

    async fn set_up(&self, guild: GuildId) {
        let setup = setup();
        let mut changes: Vec<SetupChange> = setup
            .roles
            .iter()
            .map(|(role, guild_role)| SetupChange::Role(role.clone(), *guild_role))
            .collect();
        changes.extend(setup.category.map(SetupChange::Category));
        changes.extend(setup.announcements.map(SetupChange::Announcements));
        let mut administrator = person(1, RILEY.0, &[]);
        administrator.guild = guild;
        administrator.administrator = true;
        self.app.choose(&administrator, &changes).await.unwrap();
    }

    /// Release 7.2.1 for 10 December, with its channel opened and its board posted.
    async fn running(&self) -> ReleaseView {
        self.app.start(&riley(2), &request(), at(START)).await.unwrap();
        self.send_all(at(START)).await;
        self.view().await
    }

    /// The same, announced to everybody.
    async fn announced(&self) -> ReleaseView {
        self.running().await;
        self.act(&riley(900), &post(), START).await.unwrap();
        self.send_all(at(START)).await;
        self.view().await
    }

    async fn view(&self) -> ReleaseView {
        self.app.release(&guest(), &the_release()).await.unwrap()
    }

    /// Sends everything that may be sent at this instant, and returns it in order.
    async fn send_all(&self, now: DateTime<Utc>) -> Vec<Notice> {
        let mut sent = Vec::new();
        while let Some(delivery) = self.app.next_delivery(now).await.unwrap() {
            let receipt = match &delivery.claim.notice {
                Notice::OpenChannel => Receipt::Channel(CHANNEL),
                Notice::Board if delivery.about.release().unwrap().release.board.is_some() => Receipt::Edited,
                Notice::Board => Receipt::Posted(BOARD),
                Notice::Card {
                    card: Card::Announcement,
                } => Receipt::Edited,
                Notice::Card { card } if delivery.about.release().unwrap().is_posted(card) => Receipt::Edited,
                Notice::Card { .. } => Receipt::Posted(CARD),
                _ => Receipt::Posted(MessageId(601)),
            };
            self.app
                .record(&delivery.claim, Ok(receipt), PAUSES, now)
                .await
                .unwrap();
            sent.push(delivery.claim.notice);
        }
        sent
    }

    /// The next row, when it is this one.
    async fn claimed(&self, notice: &Notice, now: DateTime<Utc>) -> Delivery {
        let delivery = self.app.next_delivery(now).await.unwrap().unwrap();
        assert_eq!(&delivery.claim.notice, notice);
        delivery
    }

    /// The next reminder that the bot waits for; it waits for nothing else here.
    async fn next_reminder(&self, now: DateTime<Utc>) -> Option<AwaitedReminder> {
        match self.app.next_wakeup(now).await.unwrap()? {
            Wakeup::Reminder(reminder) => Some(reminder),
            other => panic!("{other:?}"),
        }
    }

    async fn events(&self) -> Vec<Event> {
        let (_, events) = self.app.timeline(&guest(), &the_release()).await.unwrap();
        events.into_iter().map(|event| event.event).collect()
    }

    async fn act(&self, person: &Person, command: &Command, now: &str) -> Result<ReleaseView, Error> {
        self.app.act(person, &the_release(), command, at(now)).await
    }
}

fn the_release() -> Which {
    Which::Key("REL-2026-12-001".to_owned())
}

fn person(interaction: u64, user: u64, guild_roles: &[u64]) -> Person {
    Person {
        guild: GUILD,
        user: UserId(user),
        guild_roles: guild_roles.iter().copied().map(GuildRoleId).collect(),
        administrator: false,
        interaction: InteractionId(interaction),
    }
}

/// Somebody who is in the server and plays no role.
fn guest() -> Person {
    person(0, 99, &[])
}

/// The one who leads.
fn riley(interaction: u64) -> Person {
    person(interaction, RILEY.0, &[LEADS])
}

fn request() -> StartRequest {
    StartRequest {
        playbook: "patch".to_owned(),
        version: "7.2.1".to_owned(),
        target: "2026-12-10".to_owned(),
        reason: Reason::Security,
        title: None,
        further_versions: Vec::new(),
        conditions: Vec::new(),
        private: false,
        confirmed: false,
        proposal: None,
    }
}

/// The draft of the announcement.
fn draft() -> Notice {
    Notice::Card {
        card: Card::AnnouncementDraft,
    }
}

fn on_announcement(command: AnnouncementCommand) -> Command {
    Command::Room(RoomCommand::Announcement(command))
}

fn post() -> Command {
    on_announcement(AnnouncementCommand::Post { words: None })
}

impl ReleaseView {
    fn is_posted(&self, card: &Card) -> bool {
        self.release.room.cards.contains_key(&card.name())
    }
}

fn tick(id: &str) -> Command {
    Command::CompleteItem(item(id))
}

fn close(reason: &str) -> Command {
    Command::Close {
        override_reason: Some(reason.to_owned()),
    }
}

fn rejection<T: std::fmt::Debug>(result: Result<T, Error>) -> Rejection {
    match result {
        Err(Error::Rejected(rejection)) => *rejection,
        other => panic!("{other:?}"),
    }
}
