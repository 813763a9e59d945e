//! Tests of the tour: the story and the guidance on a real stage, at no pace.

use std::time::Duration;

use chrono::NaiveDate;
use serde_json::{Value, json};
use simcord::{Control, Host as _};

use super::director::{Director, Staging};
use super::facts::{Goal, headline};
use super::guide::Guide;
use super::path::{Path, Tried};
use super::story::{Pace, acts, doing};
use super::{DIRECTORY, WATCH};
use crate::demo::script::{Script, Step};
use crate::domain::calendar::{Calendar, CalendarName};
use crate::domain::playbook::Playbook;

async fn director(data: &std::path::Path) -> Director {
    let text = include_str!("../../../playbook-templates/dot-release.toml");
    let playbook = Playbook::read("dot-release.toml", text).unwrap();
    let staging = Staging {
        port: 0,
        data: data.to_owned(),
        playbooks: vec![playbook],
    };
    Director::begin_at(staging, Pace(0)).await.unwrap()
}

/// Somebody at the page.
struct Visitor(std::sync::Arc<Guide>);

impl Visitor {
    async fn ask(&self, name: &str) {
        self.0.call(name, json!({})).await.unwrap();
    }

    /// Waits until the page shows such a thing.
    async fn sees(&self, what: impl Fn(&Value) -> bool) -> Value {
        self.0.state().wait_for(what).await.unwrap().clone()
    }

    async fn sees_mode(&self, mode: &str) -> Value {
        self.sees(|shown| shown["mode"] == mode).await
    }

    async fn sees_step(&self, number: usize) -> Value {
        let step = |shown: &Value| shown["mode"] == "trying" && shown["number"] == number;
        self.sees(step).await
    }
}

/// Plays a visitor against the director until the visitor is content.
async fn visited<F: Future<Output = ()>>(mut director: Director, visit: impl FnOnce(Visitor, Control) -> F) {
    let visitor = Visitor(director.guide());
    let control = director.stage().unwrap().control();
    tokio::select! {
        led = director.lead() => panic!("the demo has ended: {led:?}"),
        () = visit(visitor, control) => {}
    }
    director.close().await;
}

/// From the welcome through every step, each shown on demand, and back to the welcome on a new stage.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_can_be_shown() {
    let data = tempfile::tempdir().unwrap();
    visited(director(data.path()).await, |visitor, _| async move {
        let first = visitor.sees_mode("welcome").await["stage"].clone();
        visitor.ask("try").await;
        for goal in Goal::EACH {
            let shown = visitor.sees_step(goal.number()).await;
            assert_eq!(shown["title"], goal.title());
            assert_eq!(shown["problem"], Value::Null, "{shown}");
            visitor.ask("show").await;
        }
        let over = visitor.sees_mode("tried").await;
        assert!(
            over["steps"]
                .as_array()
                .unwrap()
                .iter()
                .all(|step| step.as_str().unwrap().ends_with(": shown")),
            "{over}"
        );
        visitor.ask("free").await;
        assert_eq!(visitor.sees_mode("free").await["stage"], first);
        visitor.ask("reset").await;
        let anew = visitor.sees_mode("welcome").await;
        assert_ne!(anew["stage"], first);
    })
    .await;
}

/// What people do themselves is noticed, in another order too; what they do not want is passed over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_do_themselves_is_noticed() {
    let data = tempfile::tempdir().unwrap();
    visited(director(data.path()).await, |visitor, control| async move {
        visitor.ask("try").await;
        let first = visitor.sees_step(1).await;
        assert_eq!((&first["as"], &first["channel"]), (&json!("riley"), &Value::Null));
        let riley = control.user_id("riley").unwrap();
        let general = control.channel_id(riley, "general").unwrap();
        let line = "/release start playbook:dot-release version:7.9.1 target:2099-12-10 reason:security";
        control.slash_text(riley, general, line).await;
        let second = visitor.sees_step(2).await;
        assert!(
            second["told"].as_str().unwrap().contains("#rel-7-9-1"),
            "{second}"
        );
        let channel = control.channel_id(riley, "rel-7-9-1").unwrap();
        assert_eq!(second["channel"], json!(channel.to_string()));

        // The third step before the second one.
        control.slash_text(riley, channel, "/rc cut commit:3f9c2ab").await;
        let told = |shown: &Value| {
            shown["told"]
                .as_str()
                .is_some_and(|told| told.contains("candidate"))
        };
        assert_eq!(visitor.sees(told).await["number"], 2);
        visitor.ask("skip").await;
        assert_eq!(visitor.sees_step(4).await["told"], Value::Null);
        visitor.ask("stop").await;
        let over = visitor.sees_mode("tried").await;
        let words: Vec<&str> = over["steps"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|step| step.as_str()?.rsplit(' ').next())
            .collect();
        assert_eq!(
            words,
            ["done", "skipped", "done", "skipped", "skipped", "skipped"]
        );
        let clock = control.clock();
        assert!(clock.headline.unwrap().starts_with("7.9.1 · T−"));
        assert!(!clock.next_label.unwrap().contains("REL-"));
    })
    .await;
}

/// The story is told to its end, can be stopped, and nobody else moves its clock meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_story_is_told_to_its_end() {
    let data = tempfile::tempdir().unwrap();
    visited(director(data.path()).await, |visitor, _| async move {
        visitor.ask("watch").await;
        assert_eq!(visitor.sees_mode("watched").await["whole"], true);
        visitor.ask("watch").await;
        visitor.sees_mode("watching").await;
        visitor.ask("pause").await;
        let still = visitor.sees(|shown| shown["paused"] == true).await;
        assert_eq!(still["mode"], "watching");
        visitor.ask("skip").await;
        visitor.sees(|shown| shown["number"] != still["number"]).await;
        visitor.ask("stop").await;
        assert_eq!(visitor.sees_mode("watched").await["whole"], false);
        visitor.ask("free").await;
        visitor.sees_mode("free").await;
    })
    .await;
}

#[tokio::test]
async fn what_the_tour_does_not_know_is_refused() {
    let (guide, _orders) = Guide::new();
    for (name, body) in [("dance", json!({})), ("ready", json!({"stage": "first"}))] {
        let refusal = guide.call(name, body).await.unwrap_err();
        assert!(refusal.contains(name), "{refusal}");
    }
}

/// About ninety seconds, of which the bot takes a few.
#[test]
fn the_story_takes_its_time() {
    let script: Script = WATCH.parse().unwrap();
    let acts = acts(&script);
    let length: Duration = acts
        .iter()
        .map(|act| {
            let steps = u32::try_from(act.steps.len()).unwrap();
            Pace::HUMAN.reading(act.caption) + Pace::HUMAN.outcome(act.steps.len()) * steps
        })
        .sum();
    assert!((75..90).contains(&length.as_secs()), "{length:?}");
    for act in &acts {
        assert!(act.caption.chars().count() <= 120, "{}", act.caption);
        assert!(!act.steps.is_empty(), "{}", act.caption);
    }
}

#[test]
fn what_is_done_is_told_in_words() {
    let told = |line: &str| doing(&line.parse::<Step>().unwrap());
    for (line, words) in [
        ("@riley: /rc cut commit:1", "Riley: /rc cut commit:1"),
        ("@mona clicks \"Go\"", "Mona: presses Go"),
        ("@quinn picks \"Tag it\" from \"Tick\"", "Quinn: ticks “Tag it”"),
        ("advance to next wake-up", "The clock goes to the next wake-up"),
    ] {
        assert_eq!(told(line).as_deref(), Some(words));
    }
    assert_eq!(told("expect \"x\""), None);
}

#[test]
fn steps_are_taken_in_any_order() {
    let tried = Tried::default();
    let mut path = Path::default();
    path.notice(&[Goal::Move].into(), None);
    assert_eq!(path.current(), Some(Goal::Start));
    path.notice(&[Goal::Move, Goal::Start].into(), Some(Goal::Start));
    assert!(path.told(&tried).unwrap().contains("#rel-7-2-1"));
    path.skip();
    assert_eq!((path.current(), path.told(&tried)), (Some(Goal::Cut), None));
    let summary = path.summary();
    assert_eq!(summary[0], "👀 Start a release: shown");
    assert_eq!(summary[1], "⏭️ Tick an item as QA: skipped");
    assert_eq!(summary[3], "✅ Let time pass: done");
}

/// S7: the T-minus of a day is counted in working days, over a weekend as well, and goes on behind the target.
#[test]
fn the_headline_counts_working_days() {
    let calendar = Calendar::named(CalendarName::UsCaConcurrent);
    let day = |day| NaiveDate::from_ymd_opt(2026, 12, day).unwrap();
    for (today, headline_of) in [
        (1, "7.2.1 · T−7"),
        (4, "7.2.1 · T−4"),
        (6, "7.2.1 · T−4"),
        (10, "7.2.1 · T−0"),
        (11, "7.2.1 · T+1"),
    ] {
        assert_eq!(headline("7.2.1", day(10), &calendar, day(today)), headline_of);
    }
}

/// Everybody whom the demo can call is somebody of the demo.
#[test]
fn the_directory_of_the_demo_names_its_people() {
    let people: Vec<&str> = DIRECTORY
        .split("{@")
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
        .collect();
    assert_eq!(people, ["devon", "mona"]);
}
