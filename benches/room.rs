//! Measures a large release: `cargo bench --bench room`.
//!
//! 200 items, 12 fixes, 4 versions with candidates, 60 people with something to do; then `/me` over 100 releases. What is
//! measured is the application with its database, from the request to the durable answer, and the board as it is drawn;
//! Discord is not asked. Beside it stands what the disk can do.

#[path = "support/mod.rs"]
#[expect(
    dead_code,
    reason = "shared with the other measurements, which need more of it"
)]
mod support;

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use chrono::{DateTime, Utc};
use support::append::append;
use support::report::{Figures, ms};
use support::stopwatch::Stopwatch;
use tminus::app::{App, Which};
use tminus::discord::render::board::board;
use tminus::domain::calendar::CalendarSettings;
use tminus::domain::ids::{ChannelId, GuildId, GuildRoleId, InteractionId, UserId};
use tminus::domain::person::Person;
use tminus::domain::playbook::{ItemId, Playbook};
use tminus::domain::release::{Command, Reason};
use tminus::domain::room::{
    CandidateCommand, Choice, DecisionCommand, FixCommand, RoomCommand, Severity, WorkCommand,
};
use tminus::domain::setup::SetupChange;
use tminus::domain::start::StartRequest;
use tminus::store::Store;

const ITEMS: usize = 200;
const FIXES: usize = 12;
const PEOPLE: u64 = 60;
const RELEASES: u64 = 100;
const TIMES: usize = 200;

fn main() -> anyhow::Result<()> {
    // A test run over all targets starts benches as well; it is not the place for measuring.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("This measures under `cargo bench` alone.");
        return Ok(());
    }
    tminus::cli::runtime()?.block_on(measure())
}

/// One release and whoever acts in it.
struct Room {
    app: App,
    which: Which,
    now: DateTime<Utc>,
    acts: u64,
}

impl Room {
    /// The person of this number, who holds every role, about to do something.
    fn person(&mut self, user: u64) -> Person {
        self.acts += 1;
        Person {
            guild: GuildId(1),
            user: UserId(user),
            guild_roles: (10..14).map(GuildRoleId).collect(),
            administrator: true,
            interaction: InteractionId(self.acts),
        }
    }

    async fn act(&mut self, user: u64, command: Command) -> anyhow::Result<Duration> {
        let person = self.person(user);
        let watch = Stopwatch::start();
        self.app.act(&person, &self.which, &command, self.now).await?;
        Ok(watch.passed())
    }

    async fn in_room(&mut self, user: u64, command: RoomCommand) -> anyhow::Result<Duration> {
        self.act(user, Command::Room(command)).await
    }
}

async fn measure() -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut appends = Figures::default();
    append(folder.path(), Duration::from_secs(1), &mut appends)?;
    let store = Store::open(&folder.path().join("tminus.sqlite")).await?;
    let app = App::new(store, vec![playbook()?], CalendarSettings::default());
    let mut room = Room {
        which: Which::Key(String::new()),
        app,
        now: "2026-11-20T18:00:00Z".parse()?,
        acts: 0,
    };
    let person = room.person(2);
    let roles = room.app.roles().into_iter().zip(10..);
    let mut changes: Vec<SetupChange> = roles
        .map(|(role, id)| SetupChange::Role(role.id, GuildRoleId(id)))
        .collect();
    changes.push(SetupChange::Category(ChannelId(3)));
    changes.push(SetupChange::Announcements(ChannelId(4)));
    room.app.choose(&person, &changes).await?;
    for number in 0..RELEASES {
        start(&mut room, number).await?;
    }
    let items = fill(&mut room).await?;
    let size = {
        let person = room.person(1);
        let view = room.app.release(&person, &room.which).await?;
        serde_json::to_string(&view.release.room)?.len()
    };
    println!("{ITEMS} items, {FIXES} fixes, 4 versions, {PEOPLE} people; the room is {size} bytes");
    println!("one append with fdatasync: median {}", ms(appends.median()));

    let mut acts = Figures::default();
    for number in 0..TIMES {
        let user = 100 + number as u64 % PEOPLE;
        let item = items[number % items.len()].clone();
        let text = format!("note {number}");
        let note = WorkCommand::Note {
            item: item.clone(),
            text,
        };
        acts.add(room.act(user, Command::CompleteItem(item.clone())).await?);
        acts.add(room.in_room(user, RoomCommand::Work(note)).await?);
        acts.add(room.act(user, Command::UndoItem(item)).await?);
    }
    told("an act, from the request to the durable answer", &acts, 50.0);

    let mut drawn = Figures::default();
    for _ in 0..TIMES {
        let watch = Stopwatch::start();
        let person = room.person(1);
        let view = room.app.release(&person, &room.which).await?;
        black_box(board(&view, room.now));
        drawn.add(watch.passed());
    }
    told("reading the release and drawing its board", &drawn, 50.0);

    // The bot looks at every release when it starts, and parses what each made of its playbook.
    let watch = Stopwatch::start();
    room.app.recover(room.now).await?;
    room.app.tick(room.now).await?;
    println!(
        "the look at all releases at the start: {}",
        ms(watch.passed().as_secs_f64() * 1_000.0)
    );
    let mut mine = Figures::default();
    for _ in 0..TIMES / 4 {
        let person = room.person(2);
        let watch = Stopwatch::start();
        black_box(room.app.my_items(&person).await?);
        mine.add(watch.passed());
    }
    told(&format!("/me over {RELEASES} releases"), &mine, 50.0);
    room.app.close().await;
    Ok(())
}

fn told(what: &str, figures: &Figures, limit: f64) {
    println!(
        "{what}: median {}, p99 {}, longest {} of {} ({} the {} promised)",
        ms(figures.median()),
        ms(figures.percentile(99.0)),
        ms(figures.longest()),
        figures.count(),
        if figures.percentile(99.0) < limit {
            "within"
        } else {
            "OVER"
        },
        ms(limit)
    );
}

/// 200 items in four phases, in turn for each role.
fn playbook() -> anyhow::Result<Playbook> {
    let mut text = r#"
title = "Large"
summary = "As large as releases get."
product = "Thing"
cutoff = { time = "10:00", zone = "America/Los_Angeles" }
roles = [
  { id = "release-manager", title = "Release Manager" },
  { id = "dev", title = "Dev" },
  { id = "qa", title = "QA" },
  { id = "marketing", title = "Marketing" },
]
decision = { roles = ["release-manager", "dev", "qa"] }
"#
    .to_owned();
    let roles = ["release-manager", "dev", "qa", "marketing"];
    for (phase, when) in [
        "4 working days before",
        "3 working days before",
        "2 working days before",
        "on the target date",
    ]
    .into_iter()
    .enumerate()
    {
        writeln!(
            text,
            "\n[[phases]]\nid = \"phase-{phase}\"\ntitle = \"Phase {phase}\"\nwhen = \"{when}\""
        )?;
        for item in 0..ITEMS / 4 {
            let role = roles[item % roles.len()];
            writeln!(
                text,
                "[[phases.items]]\nid = \"item-{phase}-{item}\"\nrole = \"{role}\"\ntitle = \"Something to do {phase}.{item}\""
            )?;
        }
    }
    Playbook::read("large.toml", &text).map_err(|problems| anyhow::anyhow!("{problems}"))
}

async fn start(room: &mut Room, number: u64) -> anyhow::Result<()> {
    let version = format!("{}.2.1", 7 + number);
    let request = StartRequest {
        playbook: "large".to_owned(),
        version: version.clone(),
        target: "2026-12-10".to_owned(),
        reason: Reason::Security,
        title: None,
        further_versions: (3..6).map(|minor| format!("{}.{minor}.0", 7 + number)).collect(),
        conditions: Vec::new(),
        private: false,
        confirmed: false,
        proposal: None,
    };
    let person = room.person(2);
    let view = room.app.start(&person, &request, room.now).await?;
    room.which = Which::Key(view.release.key.to_string());
    Ok(())
}

/// Fixes at every step, candidates with verdicts, a go/no-go, and every item somebody's.
async fn fill(room: &mut Room) -> anyhow::Result<Vec<ItemId>> {
    let person = room.person(1);
    let view = room.app.release(&person, &room.which).await?;
    let items: Vec<ItemId> = view
        .release
        .playbook
        .items()
        .map(|(_, item)| item.id.clone())
        .collect();
    let versions: Vec<String> = view.release.versions().map(str::to_owned).collect();
    for number in 0..FIXES {
        let reference = format!("MM-{number}");
        let add = FixCommand::Add {
            reference: reference.clone(),
            title: format!("What the fix {number} mends, in some words"),
            link: Some(format!("https://example.com/browse/{reference}")),
            author: Some(UserId(99)),
            severity: Severity::High,
            versions: Vec::new(),
        };
        room.in_room(2, RoomCommand::Fix(add)).await?;
        for _ in 0..4 {
            let advance = FixCommand::Advance {
                reference: reference.clone(),
                version: None,
                step: None,
            };
            room.in_room(3, RoomCommand::Fix(advance)).await?;
        }
    }
    for version in versions {
        let cut = CandidateCommand::Cut {
            version: Some(version.clone()),
            commit: "0123456789abcdef".to_owned(),
        };
        room.in_room(2, RoomCommand::Candidate(cut)).await?;
        for number in 0..FIXES {
            let judge = CandidateCommand::Judge {
                candidate: Some(format!("{version}-RC1")),
                fix: Some(format!("MM-{number}")),
                passed: true,
                note: None,
            };
            room.in_room(4, RoomCommand::Candidate(judge)).await?;
        }
    }
    room.in_room(2, RoomCommand::Decision(DecisionCommand::Call))
        .await?;
    let vote = DecisionCommand::Vote {
        number: None,
        role: None,
        choice: Choice::Go,
        reason: None,
    };
    room.in_room(2, RoomCommand::Decision(vote)).await?;
    for (number, item) in items.iter().enumerate() {
        let assign = WorkCommand::Assign {
            item: item.clone(),
            to: Some(UserId(100 + number as u64 % PEOPLE)),
        };
        room.in_room(2, RoomCommand::Work(assign)).await?;
    }
    Ok(items)
}
