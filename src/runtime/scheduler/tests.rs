//! The loop with a carrier that answers when it is told to.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};

use super::*;
use crate::domain::calendar::CalendarSettings;
use crate::domain::fixtures::{GUILD, RILEY, at, playbook, setup};
use crate::domain::ids::{ChannelId, GuildRoleId, InteractionId, MessageId};
use crate::domain::notice::Notice;
use crate::domain::person::Person;
use crate::domain::release::Reason;
use crate::domain::setup::SetupChange;
use crate::domain::start::StartRequest;
use crate::store::Store;

const START: &str = "2026-12-01T17:00:00Z";

/// Tells what it was given, and answers nothing about the version 7.2.1 nor about mail before the gate is open.
#[derive(Clone)]
struct Gated {
    gate: Arc<Semaphore>,
    given: mpsc::UnboundedSender<String>,
}

impl Carrier for Gated {
    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, SendError> {
        let occasion = delivery.claim.notice.occasion();
        let Some(view) = delivery.about.release() else {
            self.given.send(occasion).unwrap();
            if delivery.claim.notice.copy_to().is_some() {
                self.gate.acquire().await.unwrap().forget();
            }
            return Ok(Receipt::Edited);
        };
        let version = &view.release.version;
        self.given.send(format!("{version} {occasion}")).unwrap();
        if version == "7.2.1" {
            self.gate.acquire().await.unwrap().forget();
        }
        if version == "7.2.9" {
            panic!("as a library would on an answer that nobody expected");
        }
        Ok(match delivery.claim.notice {
            Notice::OpenChannel => Receipt::Channel(ChannelId(500)),
            _ => Receipt::Posted(MessageId(600)),
        })
    }

    fn requests(&self, _: &Delivery) -> u32 {
        1
    }
}

fn person(interaction: u64) -> Person {
    Person {
        guild: GUILD,
        user: RILEY,
        guild_roles: vec![GuildRoleId(11)],
        administrator: true,
        interaction: InteractionId(interaction),
    }
}

async fn app(folder: &std::path::Path, versions: &[&str]) -> App {
    let store = Store::open(&folder.join("tminus.sqlite")).await.unwrap();
    let app = App::new(store, vec![playbook()], CalendarSettings::default());
    let setup = setup();
    let roles = setup.roles.iter();
    let mut changes: Vec<SetupChange> = roles
        .map(|(role, guild_role)| SetupChange::Role(role.clone(), *guild_role))
        .collect();
    changes.extend(setup.category.map(SetupChange::Category));
    changes.extend(setup.announcements.map(SetupChange::Announcements));
    app.choose(&person(1), &changes).await.unwrap();
    for (number, version) in (2..).zip(versions) {
        let request = StartRequest {
            playbook: "patch".to_owned(),
            version: (*version).to_owned(),
            target: "2026-12-10".to_owned(),
            reason: Reason::Security,
            title: None,
            further_versions: Vec::new(),
            conditions: Vec::new(),
            private: false,
            confirmed: false,
            proposal: None,
        };
        app.start(&person(number), &request, at(START)).await.unwrap();
    }
    app
}

/// A release whose channel does not answer, and one that breaks the library below, delay no other; and the loop ends
/// after the answer to what is under way.
#[tokio::test]
async fn a_slow_release_delays_nobody_and_the_end_waits_for_answers() {
    let folder = tempfile::tempdir().unwrap();
    let app = app(folder.path(), &["7.2.1", "7.2.9", "7.2.2"]).await;
    let gate = Arc::new(Semaphore::new(0));
    let (given, mut seen) = mpsc::unbounded_channel();
    let carrier = Gated {
        gate: Arc::clone(&gate),
        given,
    };
    let (stop, stopped) = watch::channel(false);
    let (planning, _planned) = watch::channel(Planned::default());
    let clock = Clock::manual(at(START));
    let mut running = std::pin::pin!(run(app.clone(), carrier, clock, planning, stopped));
    let mut others = Vec::new();
    while others.last().map(String::as_str) != Some("7.2.2 card:announcement-draft") {
        tokio::select! {
            () = &mut running => panic!("nobody stopped it"),
            Some(given) = seen.recv() => others.push(given),
        }
    }
    others.sort();
    assert_eq!(
        others,
        [
            "7.2.1 open-channel",
            "7.2.2 board",
            "7.2.2 brief",
            "7.2.2 card:announcement-draft",
            "7.2.2 open-channel",
            "7.2.9 open-channel",
        ]
    );
    stop.send_replace(true);
    gate.add_permits(1);
    running.await;
    let which = crate::app::Which::Key("REL-2026-12-001".to_owned());
    let slow = app.release(&person(9), &which).await.unwrap();
    assert_eq!(
        slow.release.channel,
        Some(ChannelId(500)),
        "the answer was recorded"
    );
    assert_eq!(seen.recv().await, None, "and nothing new was begun");
    app.close().await;
}

/// Whoever waits for what they did does not wait for a mail server that answers nothing.
#[tokio::test]
async fn nobody_waits_for_a_mail() {
    const ROSTER: &str = "title = 'Duty'\nrotation = 'daily'\n[[members]]\ndiscord = '100000000000000001'\n\
                          zone = 'America/Los_Angeles'\nhours = '08:00-16:00'\n";
    let folder = tempfile::tempdir().unwrap();
    let copies = vec!["releases@example.com".parse().unwrap()];
    let app = app(folder.path(), &["7.2.2"]).await.with_mail(copies);
    let places = [SetupChange::HandOffs(ChannelId(700))];
    app.choose(&person(10), &places).await.unwrap();
    let name = "duty".parse().unwrap();
    app.write_roster(&person(11), &name, ROSTER, 0, at(START))
        .await
        .unwrap();
    app.tick(at(START)).await.unwrap();
    let mut leaving = person(12);
    leaving.user = "100000000000000001".parse().unwrap();
    app.hand_over_now(&leaving, None, None, at(START)).await.unwrap();

    let gate = Arc::new(Semaphore::new(0));
    let (given, mut seen) = mpsc::unbounded_channel();
    let carrier = Gated {
        gate: Arc::clone(&gate),
        given,
    };
    let (stop, stopped) = watch::channel(false);
    let (planning, _planned) = watch::channel(Planned::default());
    let clock = Clock::manual(at("2026-12-01T17:00:30Z"));
    let mut running = std::pin::pin!(run(app.clone(), carrier, clock, planning, stopped));
    let acting = async {
        while seen.recv().await.unwrap() != "hand-off-mail:1:always-1" {}
        let acted = app.pulse().passed(app.pulse().poke());
        timeout(PASS_AFTER / 3, acted).await
    };
    let waited = tokio::select! {
        () = &mut running => panic!("nobody stopped it"),
        waited = acting => waited,
    };
    assert_eq!(waited, Ok(()));
    stop.send_replace(true);
    gate.add_permits(1);
    running.await;
    app.close().await;
}
