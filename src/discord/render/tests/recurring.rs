//! Playbooks that come again: what is shown when one is switched on, and its proposals.

use super::*;
use crate::app::ScheduleView;
use crate::discord::render::recurring::{answered, proposal, switched};
use crate::domain::fixtures::{recurring_release, weekly};
use crate::domain::ids::{OccurrenceId, ReleaseKey};
use crate::domain::recurring::{Mode, Obstacle, RecurringRelease};

/// Nine o'clock in Auckland.
const DUE: &str = "2026-11-30T20:00:00Z";

fn schedule(mode: Mode, rule: &str, now: &str) -> ScheduleView {
    let mut playbook = weekly(mode);
    let mut recurring = playbook.recurring.take().unwrap();
    recurring.at = rule.parse().unwrap();
    let next = recurring.at.next_five(at(now));
    let release = |local, due| RecurringRelease {
        local,
        due,
        zone: recurring.at.zone(),
        ..recurring_release()
    };
    ScheduleView {
        next: next
            .into_iter()
            .map(|one| (one, release(one.local, one.at)))
            .collect(),
        playbook,
        recurring,
        on: true,
        setup: setup(),
    }
}

#[test]
fn what_switching_on_shows() {
    let propose = schedule(Mode::Propose, "weekly, Tuesday 09:00 Pacific/Auckland", DUE);
    let start = schedule(
        Mode::Start,
        "weekly, Sunday 02:30 America/Los_Angeles",
        "2027-03-01T00:00:00Z",
    );
    let off = ScheduleView {
        on: false,
        ..propose.clone()
    };
    let texts = [propose, start, off].map(|view| switched(&view).content);
    insta::assert_snapshot!(texts.join("\n\n"));
}

fn obstacles() -> Vec<Option<Obstacle>> {
    let key = ReleaseKey::from_stored("REL-2026-11-001".to_owned());
    vec![
        None,
        Some(Obstacle::NotSetUp {
            missing: vec!["the QA role".to_owned(), "the category".to_owned()],
        }),
        Some(Obstacle::InFlight {
            key: key.clone(),
            channel: Some(ChannelId(500)),
        }),
        Some(Obstacle::InFlight { key, channel: None }),
        Some(Obstacle::DayOff {
            reason: "Christmas".to_owned(),
        }),
        Some(Obstacle::TargetPast),
        Some(Obstacle::PhasesOver { count: 1 }),
        Some(Obstacle::PhasesOver { count: 2 }),
        Some(Obstacle::Version {
            example: "7.2.1".to_owned(),
        }),
        Some(Obstacle::Other),
    ]
}

#[test]
fn what_a_proposal_says() {
    let mut texts: Vec<String> = obstacles()
        .into_iter()
        .map(|obstacle| {
            proposal(
                OccurrenceId(7),
                &recurring_release(),
                obstacle.as_ref(),
                &setup(),
                at(DUE),
            )
            .content
        })
        .collect();
    for missed in [1, 3] {
        let late = RecurringRelease {
            missed,
            ..recurring_release()
        };
        texts.push(proposal(OccurrenceId(7), &late, None, &setup(), at("2026-11-30T23:30:00Z")).content);
    }
    insta::assert_snapshot!(texts.join("\n\n"));
}

/// One ping, for the one role that decides, whoever else a title names.
#[test]
fn a_proposal_calls_the_release_manager_alone() {
    let hostile = RecurringRelease {
        title: "@everyone <@1>".to_owned(),
        ..recurring_release()
    };
    let post = proposal(OccurrenceId(7), &hostile, None, &setup(), at(DUE));
    assert_eq!(post.pings, [setup().roles[&role("release-manager")]]);
    assert!(
        post.content.contains("\\@everyone \\<\\@1\\>"),
        "{}",
        post.content
    );
    let json = serde_json::to_value(post.message("t1.0".to_owned())).unwrap();
    let buttons = json["components"][0]["components"].as_array().unwrap();
    let ids: Vec<&str> = buttons
        .iter()
        .map(|button| button["custom_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["1|accept|7", "1|decline|7"]);
}

#[test]
fn an_answered_proposal_has_no_buttons_and_calls_nobody() {
    let key = ReleaseKey::from_stored("REL-2026-12-001".to_owned());
    let by = stamp(1, "2026-11-30T21:00:00Z");
    let mut texts = Vec::new();
    for started in [Some(&key), None] {
        let post = answered(&recurring_release(), started, &by);
        assert!(post.rows.is_empty() && post.pings.is_empty());
        texts.push(post.content);
    }
    insta::assert_snapshot!(texts.join("\n"));
}
