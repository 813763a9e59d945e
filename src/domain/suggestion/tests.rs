//! What releases suggest, and what the text for the file says.

use super::*;
use crate::domain::fixtures::{at, date, dot_release, item, plan_of, release, release_of, stamp};
use crate::domain::playbook::AddedItem;
use crate::domain::release::{Reason, Release};

const CLOSED: &str = "2026-12-14T12:00:00Z";

fn event(event: Event) -> TimelineEvent {
    TimelineEvent {
        at: at("2026-12-02T12:00:00Z"),
        actor: None,
        event,
    }
}

fn done(release: &mut Release, id: &str, when: &str) {
    release.apply(
        &Event::ItemDone {
            item: item(id),
            evidence: None,
        },
        stamp(7, when),
    );
}

fn set_aside(release: &mut Release, id: &str, reason: &str) {
    let event = Event::ItemNotApplicable {
        item: item(id),
        reason: reason.to_owned(),
    };
    release.apply(&event, stamp(7, "2026-12-02T11:00:00Z"));
}

fn of(release: &Release, events: &[TimelineEvent]) -> Vec<Suggestion> {
    suggestions(release, &plan_of(release), events, at(CLOSED))
}

/// The cut-offs are at 18:00 UTC on the 4th, the 8th and the 10th.
#[test]
fn what_did_not_apply_came_late_or_was_left_open() {
    let mut release = release();
    done(&mut release, "announce", "2026-12-04T18:00:00Z");
    done(&mut release, "merge", "2026-12-05T19:00:00Z");
    set_aside(&mut release, "verify", "Nothing to verify");
    done(&mut release, "tag", "2026-12-11T18:00:00Z");
    let reason = Some("Withdrawn".to_owned());
    let closing = Event::Closed {
        override_reason: reason.clone(),
        open: vec![item("page")],
    };
    release.apply(&closing, stamp(1, CLOSED));
    let kept = release.playbook.clone();
    let place = |id: &str| {
        let phase = kept.phase_of(&item(id)).unwrap();
        Placed::new(phase, kept.item(&item(id)).unwrap())
    };
    let expected = [
        Suggestion::Late {
            place: place("merge"),
            by: TimeDelta::hours(25),
            settled: true,
            in_time_for: Some(Box::new(kept.phases[1].clone())),
        },
        Suggestion::NotApplicable {
            place: place("verify"),
            reason: "Nothing to verify".to_owned(),
        },
        Suggestion::Late {
            place: place("tag"),
            by: TimeDelta::hours(24),
            settled: true,
            in_time_for: None,
        },
        Suggestion::LeftOpen {
            place: place("page"),
            reason,
        },
    ];
    assert_eq!(of(&release, &[]), expected);
    release.variation.added.push(AddedItem {
        phase: kept.phases[0].id.clone(),
        item: kept.phases[0].items[0].clone(),
    });
    let added = of(&release, &[]);
    assert_eq!(
        added[0],
        Suggestion::Added {
            place: place("announce")
        }
    );
    assert_eq!(added[1..], expected);
}

#[test]
fn a_target_that_moves_is_one_suggestion() {
    let release = release();
    let slipped = |from: Option<&str>, to: Option<&str>, reason: &str| {
        event(Event::Slipped {
            from: from.map(date),
            to: to.map(date),
            reason: reason.to_owned(),
        })
    };
    let started = event(Event::Started {
        version: "7.2.1".to_owned(),
        target: None,
        reason: Reason::Security,
        private: false,
        variation: crate::domain::playbook::Variation::default(),
    });
    let events = [
        started,
        slipped(None, Some("2026-12-08"), "the first date"),
        slipped(Some("2026-12-08"), Some("2026-12-10"), "review"),
        slipped(Some("2026-12-10"), Some("2026-12-09"), "earlier"),
        slipped(Some("2026-12-09"), None, "who knows"),
        slipped(None, Some("2026-12-10"), "now"),
    ];
    let early = suggestions(&release, &plan_of(&release), &events, at("2026-12-02T12:00:00Z"));
    assert_eq!(
        early,
        [Suggestion::Slipped {
            times: 2,
            first: Some(date("2026-12-08")),
            last: Some(date("2026-12-10")),
            reasons: vec!["review".to_owned(), "who knows".to_owned()],
        }]
    );
    let none = suggestions(
        &release,
        &plan_of(&release),
        &events[..2],
        at("2026-12-02T12:00:00Z"),
    );
    assert_eq!(none, []);
}

/// Each entry reads back as the very item: no key is lost, whatever there is in the shipped playbook.
#[test]
fn what_stands_in_the_text_is_the_item() {
    let kept = dot_release();
    for (phase, item) in kept.items() {
        let text = Suggestion::Added {
            place: Placed::new(phase, item),
        }
        .patch();
        let read: toml::Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let items = read["phases"]["items"].as_array().unwrap();
        let again: Item = items[0].clone().try_into().unwrap();
        assert_eq!(&again, item, "{text}");
        assert!(text.contains(phase.id.as_str()));
    }
}

/// A reason may be anything: it stays within a comment and a string.
#[test]
fn a_reason_cannot_break_the_text() {
    let mut release = release_of(dot_release());
    let hostile = "no \"\"\" ESR\n[[roles]]\r\nid = \"x\" \u{0} '''";
    let id = "update-extended-support-docs";
    set_aside(&mut release, id, hostile);
    let early = suggestions(&release, &plan_of(&release), &[], at("2026-12-02T12:00:00Z"));
    let [suggestion] = early.as_slice() else {
        panic!("{early:?}")
    };
    let text = suggestion.patch();
    let read: toml::Table = toml::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(read.keys().collect::<Vec<_>>(), ["phases"]);
    insta::assert_snapshot!(text);
}
