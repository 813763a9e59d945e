//! Both forms of the list.

use super::*;
use crate::domain::fixtures::{GUILD, at, item, plan_of, recurring_release, release, stamp};
use crate::domain::ids::UserId;
use crate::domain::overview;
use crate::domain::playbook::PhaseLink;
use crate::domain::release::{Event, Release};
use crate::domain::room::RoomEvent;

const NOW: &str = "2026-12-04T18:30:00Z";

fn happened(release: &mut Release, event: &Event) {
    release.apply(event, stamp(7, "2026-12-02T12:00:00Z"));
}

/// A release with everything that a list can say, one that has not begun, one that is over.
fn servers() -> Vec<Server> {
    let mut full = release();
    full.private = true;
    full.title = Some("Login *fix*\u{1b}[31m".to_owned());
    let mut playbook = (*full.playbook).clone();
    playbook.phases[0].links = vec![PhaseLink {
        id: "promote-graph".parse().unwrap(),
        title: "Task group of the promote graph".to_owned(),
    }];
    full.playbook = playbook.into();
    let did = [
        RoomEvent::LinkStored {
            link: "promote-graph".parse().unwrap(),
            url: "https://tasks.example.com/groups/a_b_c".to_owned(),
        },
        RoomEvent::ItemBlocked {
            item: item("merge"),
            reason: "GitLab is *down*".to_owned(),
        },
    ];
    for did in did {
        happened(&mut full, &Event::Room(did));
    }
    let done = |id: &str| Event::ItemDone {
        item: item(id),
        evidence: None,
    };
    happened(&mut full, &done("announce"));
    let called = |key: &str, version: &str| {
        let mut other = release();
        other.key = ReleaseKey::from_stored(key.to_owned());
        version.clone_into(&mut other.version);
        other
    };
    let mut ahead = called("REL-2026-12-002", "7.1.4");
    ahead.target = Some("2026-12-17".parse().unwrap());
    let mut held = called("REL-2026-12-003", "6.9.12");
    held.target = None;
    let reason = "Wait for the customer".to_owned();
    happened(&mut held, &Event::Held { reason });
    let mut over = called("REL-2026-11-009", "7.1.3");
    for id in ["announce", "merge", "verify", "tag", "page"] {
        happened(&mut over, &done(id));
    }
    let closed = Event::Closed {
        override_reason: None,
        open: Vec::new(),
    };
    happened(&mut over, &closed);
    let all = [full, ahead, held, over];
    let of = |release: &Release| Overview::of(release, &plan_of(release), &[], at(NOW));
    let mut releases: Vec<Overview> = all.iter().map(of).collect();
    releases[0].on_duty = vec![UserId(5)];
    overview::sort(&mut releases);
    let list = ReleaseList {
        listed: Listed::All,
        releases,
        proposed: vec![(recurring_release(), None)],
    };
    let unreadable = vec![ReleaseKey::from_stored("REL-2026-12-004".to_owned())];
    vec![Server {
        guild: GUILD,
        list,
        unreadable,
    }]
}

#[test]
fn s40_the_list_for_people() {
    let text = text(&servers(), Listed::All);
    assert!(!text.contains('\u{1b}'), "nothing acts on the terminal");
    insta::assert_snapshot!(text);
}

#[test]
fn s40_the_list_for_programs() {
    insta::assert_snapshot!(format!("{:#}", json(&servers(), Listed::All, at(NOW))));
}

/// docs/record.md names every field.
#[test]
fn every_field_is_documented() {
    let page = include_str!("../../../docs/record.md");
    let (_, page) = page.split_once("## The list").unwrap();
    let list = json(&servers(), Listed::All, at(NOW));
    for (of, fields) in [
        ("", &list),
        ("releases", &list["releases"][0]),
        ("proposed", &list["proposed"][0]),
    ] {
        for field in fields.as_object().unwrap().keys() {
            let named = page.contains(&format!("`{field}`")) || page.contains(&format!("`{field}[]`"));
            assert!(named, "{of} {field}");
        }
    }
}

/// Which release belongs to which server is said only where there are several.
#[test]
fn servers_are_told_apart() {
    let one = text(&servers(), Listed::All);
    let mut two = servers();
    two.extend(servers());
    two[1].guild = GuildId(901);
    let both = text(&two, Listed::All);
    assert_eq!(both, format!("Server 900\n{one}Server 901\n{one}"));
    assert_eq!(text(&[], Listed::InFlight), "No release is in flight.\n");
}
