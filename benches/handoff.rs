//! Measures a hand-off of many releases: `cargo bench --bench handoff`.
//!
//! 50 releases in flight, each with 32 items and what happened in them. What is measured is the application with its
//! database: offering the hand-off, the overview from the claim of its row to the words that people read, and the summary
//! of each release. Discord is not asked; the courier's pace to it is that of all messages. Beside it stands what the disk
//! can do. Limit: 100 ms to work the summaries out.

#[path = "support/mod.rs"]
#[expect(
    dead_code,
    reason = "shared with the other measurements, which need more of it"
)]
mod support;

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use support::append::append;
use support::report::{Figures, ms};
use support::stopwatch::Stopwatch;
use tminus::app::{About, App, Delivery, Pauses, Receipt, Which};
use tminus::cli::playbook::read_folder;
use tminus::discord::render::handoff;
use tminus::domain::calendar::CalendarSettings;
use tminus::domain::ids::{ChannelId, GuildId, GuildRoleId, InteractionId, MessageId, UserId};
use tminus::domain::notice::Notice;
use tminus::domain::person::Person;
use tminus::domain::release::{Command, Reason};
use tminus::domain::setup::SetupChange;
use tminus::domain::start::StartRequest;
use tminus::store::Store;

const RELEASES: u64 = 50;
const DONE: usize = 8;
const TIMES: usize = 40;
const ANN: u64 = 100_000_000_000_000_001;
const BEN: u64 = 100_000_000_000_000_002;

/// Milliseconds within which the summaries have to be worked out.
const LIMIT: f64 = 100.0;

const ROSTER: &str = r#"
title = "Release duty"
rotation = "daily"
[[members]]
discord = "100000000000000001"
zone = "Europe/Berlin"
hours = "08:00-16:00"
[[members]]
discord = "100000000000000002"
zone = "America/Los_Angeles"
hours = "08:00-16:00"
"#;

fn main() -> anyhow::Result<()> {
    // A test run over all targets starts benches as well; it is not the place for measuring.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("This measures under `cargo bench` alone.");
        return Ok(());
    }
    tminus::cli::runtime()?.block_on(measure())
}

async fn measure() -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut appends = Figures::default();
    append(folder.path(), Duration::from_secs(1), &mut appends)?;
    let mut now: DateTime<Utc> = "2026-12-02T08:00:00Z".parse()?;
    let mut place = Place::new(folder.path(), now).await?;
    println!(
        "{RELEASES} releases; one append with fdatasync: median {}",
        ms(appends.median())
    );

    let mut offers = Figures::default();
    let mut overviews = Figures::default();
    let mut words = Figures::default();
    let mut summaries = Figures::default();
    for round in 0..TIMES {
        let (from, to) = if round % 2 == 0 { (ANN, BEN) } else { (BEN, ANN) };
        now += TimeDelta::minutes(2);
        let person = place.person(from);
        let watch = Stopwatch::start();
        place
            .app
            .hand_over_now(&person, None, Some("All is well"), now)
            .await?;
        offers.add(watch.passed());
        let mut all = Duration::ZERO;
        let mut spoken = Duration::ZERO;
        loop {
            let watch = Stopwatch::start();
            let Some(delivery) = place.app.next_delivery(now).await? else {
                break;
            };
            let claimed = watch.passed();
            let watch = Stopwatch::start();
            speak(&delivery);
            let said = watch.passed();
            match delivery.claim.notice {
                Notice::HandOff { .. } => overviews.add(claimed + said),
                Notice::HandOffSummary { .. } => all += claimed + said,
                _ => {}
            }
            spoken += said;
            place.sent(&delivery, now).await?;
        }
        summaries.add(all);
        words.add(spoken);
        let person = place.person(to);
        place.app.accept_hand_off(&person, None, None, now).await?;
        place.send_all(now).await?;
    }
    told("offering it, until it is durable", &offers, None);
    told(
        "the overview, from its claim to its words",
        &overviews,
        Some(LIMIT),
    );
    told(
        "all words of the overview and of 50 summaries",
        &words,
        Some(LIMIT),
    );
    told("50 summaries with 50 durable claims", &summaries, None);
    place.app.close().await;
    Ok(())
}

/// What the courier makes of a row before it asks Discord.
fn speak(delivery: &Delivery) {
    match (&delivery.claim.notice, &delivery.about) {
        (Notice::HandOff { .. }, About::HandOff(view)) => {
            black_box(handoff::card(view, delivery.now));
        }
        (
            Notice::HandOffSummary {
                from,
                to,
                since,
                note,
                ..
            },
            About::Record(record),
        ) => {
            black_box(handoff::posted(
                record,
                *from,
                to,
                *since,
                note.as_deref(),
                delivery.now,
            ));
        }
        _ => {}
    }
}

/// A server with releases in flight, and a Discord that does everything at once.
struct Place {
    app: App,
    acts: u64,
    messages: u64,
}

impl Place {
    async fn new(folder: &Path, now: DateTime<Utc>) -> anyhow::Result<Self> {
        let store = Store::open(&folder.join("tminus.sqlite")).await?;
        let playbooks = read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook-templates"))
            .map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
        let app = App::new(store, playbooks, CalendarSettings::default());
        let mut place = Self {
            app,
            acts: 0,
            messages: 0,
        };
        let person = place.person(ANN);
        let roles = place.app.roles().into_iter().zip(10..);
        let mut changes: Vec<SetupChange> = roles
            .map(|(role, id)| SetupChange::Role(role.id, GuildRoleId(id)))
            .collect();
        changes.push(SetupChange::Category(ChannelId(3)));
        changes.push(SetupChange::Announcements(ChannelId(4)));
        changes.push(SetupChange::HandOffs(ChannelId(5)));
        place.app.choose(&person, &changes).await?;
        let person = place.person(ANN);
        place
            .app
            .write_roster(&person, &"duty".parse()?, ROSTER, 0, now)
            .await?;
        for number in 0..RELEASES {
            place.start(number, now).await?;
        }
        place.app.recover(now).await?;
        place.app.tick(now).await?;
        place.send_all(now).await?;
        Ok(place)
    }

    /// This person, who holds every role, about to do something.
    fn person(&mut self, user: u64) -> Person {
        self.acts += 1;
        Person {
            guild: GuildId(1),
            user: UserId(user),
            guild_roles: (10..20).map(GuildRoleId).collect(),
            administrator: true,
            interaction: InteractionId(self.acts),
        }
    }

    async fn start(&mut self, number: u64, now: DateTime<Utc>) -> anyhow::Result<()> {
        let request = StartRequest {
            playbook: "dot-release".to_owned(),
            version: format!("7.{number}.1"),
            target: "2026-12-10".to_owned(),
            reason: Reason::Security,
            title: Some("Login fix".to_owned()),
            further_versions: Vec::new(),
            conditions: Vec::new(),
            private: false,
            confirmed: true,
            proposal: None,
        };
        let person = self.person(ANN);
        let view = self.app.start(&person, &request, now).await?;
        let which = Which::Key(view.release.key.to_string());
        let items = view.release.playbook.items();
        let items: Vec<_> = items.map(|(_, item)| item.id.clone()).take(DONE).collect();
        for item in items {
            let person = self.person(BEN);
            // What waits for its phase is refused, and stays open.
            let _ = self
                .app
                .act(&person, &which, &Command::CompleteItem(item), now)
                .await;
        }
        Ok(())
    }

    async fn send_all(&mut self, now: DateTime<Utc>) -> anyhow::Result<()> {
        while let Some(delivery) = self.app.next_delivery(now).await? {
            self.sent(&delivery, now).await?;
        }
        Ok(())
    }

    async fn sent(&mut self, delivery: &Delivery, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.messages += 1;
        let receipt = match delivery.claim.notice {
            Notice::OpenChannel => Receipt::Channel(ChannelId(1_000 + self.messages)),
            _ => Receipt::Posted(MessageId(1_000_000 + self.messages)),
        };
        let pauses = Pauses {
            share: 0.0,
            board: TimeDelta::zero(),
        };
        self.app.record(&delivery.claim, Ok(receipt), pauses, now).await?;
        Ok(())
    }
}

fn told(what: &str, figures: &Figures, limit: Option<f64>) {
    let verdict = limit.map_or_else(String::new, |limit| {
        let keeps = if figures.percentile(99.0) < limit {
            "within"
        } else {
            "OVER"
        };
        format!(" ({keeps} the {} promised)", ms(limit))
    });
    println!(
        "{what}: median {}, p99 {}, longest {} of {}{verdict}",
        ms(figures.median()),
        ms(figures.percentile(99.0)),
        ms(figures.longest()),
        figures.count()
    );
}
