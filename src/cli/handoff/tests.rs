//! Both forms of what would be handed over.

use super::*;
use crate::app::{Record, ReleaseView};
use crate::domain::calendar::{Calendar, CalendarName};
use crate::domain::fixtures::{at, item, plan_of, release, role, setup, stamp};
use crate::domain::handoff::{Declined, Duty, HandOffState};
use crate::domain::release::{Event, TimelineEvent};
use crate::domain::room::{RoomEvent, Severity, Signer};

const NOW: &str = "2026-12-08T19:00:00Z";

/// A release with everything that a hand-off can say, and a duty that is offered.
fn shown() -> HandOffNow {
    let mut release = release();
    release.title = Some("Login *fix*\u{1b}[31m".to_owned());
    release.private = true;
    let cut = RoomEvent::CandidateCut {
        version: "7.2.1".to_owned(),
        number: 2,
        commit: "abc123".to_owned(),
    };
    let found = RoomEvent::DefectFound {
        number: 1,
        title: "Crash".to_owned(),
        severity: Severity::High,
        candidate: None,
        link: None,
    };
    let blocked = RoomEvent::ItemBlocked {
        item: item("verify"),
        reason: "GitLab is *down*".to_owned(),
    };
    let asked = RoomEvent::SignOffRequested {
        number: 1,
        signer: Signer::Role(role("qa")),
        statement: "QA approves".to_owned(),
        covers: Vec::new(),
        delegate: None,
        four_eyes: false,
    };
    let done = |id: &str| Event::ItemDone {
        item: item(id),
        evidence: None,
    };
    let happened = [
        (7, "2026-12-02T12:00:00Z", done("announce")),
        (7, "2026-12-08T16:30:00Z", Event::Room(cut)),
        (8, "2026-12-08T17:00:00Z", Event::Room(found)),
        (8, "2026-12-08T17:30:00Z", Event::Room(blocked)),
        (7, "2026-12-08T18:00:00Z", Event::Room(asked)),
        (7, "2026-12-08T18:30:00Z", done("tag")),
    ];
    let mut events = Vec::new();
    for (by, when, event) in happened {
        release.apply(&event, stamp(by, when));
        events.push(TimelineEvent {
            at: at(when),
            actor: Some(UserId(by)),
            event,
        });
    }
    let plan = plan_of(&release);
    let record = Record {
        view: ReleaseView {
            release,
            plan,
            setup: setup(),
        },
        events,
        calendar: Calendar::named(CalendarName::UsCaConcurrent),
    };
    let duty = Duty::taken_up(UserId(7), at("2026-12-08T16:00:00Z"));
    let open = HandOff {
        from: UserId(7),
        since: at("2026-12-08T16:00:00Z"),
        offered: at("2026-12-08T18:45:00Z"),
        to: vec![UserId(9)],
        called: Vec::new(),
        note: Some("Ask the *vendor*".to_owned()),
        declined: vec![Declined {
            stamp: stamp(8, "2026-12-08T18:50:00Z"),
            reason: "At the dentist".to_owned(),
        }],
        calls: Vec::new(),
        questions: 0,
        left: false,
        state: HandOffState::Offered,
    };
    HandOffNow {
        record,
        duties: vec![
            DutyNow {
                title: "QA".to_owned(),
                held: None,
                open: None,
            },
            DutyNow {
                title: "Release duty".to_owned(),
                held: Some((duty, open.since)),
                open: Some(open),
            },
        ],
        names: BTreeMap::from([(UserId(7), "Ann *A*".to_owned()), (UserId(9), "Cleo".to_owned())]),
    }
}

#[test]
fn s47_a_hand_off_for_people() {
    let text = text(&shown(), at(NOW));
    assert!(!text.contains('\u{1b}'), "nothing acts on the terminal");
    insta::assert_snapshot!(text);
}

#[test]
fn s47_a_hand_off_for_programs() {
    insta::assert_snapshot!(format!("{:#}", json(&shown(), at(NOW))));
}

/// Without a roster there is no shift, and nothing is said to be done in it.
#[test]
fn a_server_without_rosters_has_no_shift() {
    let mut shown = shown();
    shown.duties.clear();
    let text = text(&shown, at(NOW));
    assert!(
        text.ends_with("No roster of this server hands its duty over.\n"),
        "{text}"
    );
    assert!(!text.contains("this shift"), "{text}");
    assert_eq!(json(&shown, at(NOW))["done_this_shift"], Value::Null);
}
