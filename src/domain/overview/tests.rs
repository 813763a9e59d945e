//! Tests of what a list says of a release.

use super::*;
use crate::domain::fixtures::{at, item, phase, plan_of, release, stamp};
use crate::domain::playbook::{Criterion, Playbook};
use crate::domain::release::Event;
use crate::domain::room::{RoomEvent, Severity};

const BEFORE: &str = "2026-12-01T18:00:00Z";
const DURING: &str = "2026-12-07T18:00:00Z";

/// The small release with these changes to its playbook.
fn varied(change: impl Fn(&mut Playbook)) -> Release {
    let mut release = release();
    let mut playbook = (*release.playbook).clone();
    change(&mut playbook);
    release.playbook = playbook.into();
    release
}

fn looked(release: &Release, now: &str) -> Overview {
    Overview::of(release, &plan_of(release), &[], at(now))
}

fn happened(release: &mut Release, did: RoomEvent) {
    release.apply(&Event::Room(did), stamp(9, BEFORE));
}

fn done(release: &mut Release, id: &str) {
    let event = Event::ItemDone {
        item: item(id),
        evidence: None,
    };
    release.apply(&event, stamp(9, BEFORE));
}

#[test]
fn s40_phase_progress_and_what_comes_next() {
    let mut release = release();
    let overview = looked(&release, BEFORE);
    assert_eq!(overview.begins, Some(at("2026-12-04T17:00:00Z")));
    assert_eq!(overview.phase.unwrap().id, phase("code"));
    assert_eq!(overview.next_cutoff.unwrap().1, at("2026-12-04T18:00:00Z"));
    done(&mut release, "announce");
    let overview = looked(&release, DURING);
    assert_eq!((overview.items.done, overview.items.all), (1, 5));
    assert_eq!((overview.begins, overview.overdue), (None, 1));
    assert_eq!(overview.next_cutoff.unwrap().0.id, phase("test"));
}

/// While the clock stands still, nothing is late and nothing comes next.
#[test]
fn a_hold_stops_the_clock_of_the_list_too() {
    let mut release = release();
    let held = Event::Held {
        reason: "Wait".to_owned(),
    };
    release.apply(&held, stamp(9, BEFORE));
    let overview = looked(&release, DURING);
    assert_eq!(overview.held.as_deref(), Some("Wait"));
    assert_eq!((overview.next_cutoff, overview.overdue), (None, 0));
}

/// S40: only the links of the phase that people are at, and only those whose address is known.
#[test]
fn s40_links_of_the_present_phase() {
    let mut release = varied(|playbook| {
        for (phase, ids) in [(0, ["promote", "dashboard"]), (1, ["push", "report"])] {
            playbook.phases[phase].links = ids
                .map(|id| PhaseLink {
                    id: id.parse().unwrap(),
                    title: id.to_owned(),
                })
                .to_vec();
        }
    });
    for id in ["promote", "push"] {
        happened(
            &mut release,
            RoomEvent::LinkStored {
                link: id.parse().unwrap(),
                url: format!("https://example.com/{id}"),
            },
        );
    }
    let urls = |release: &Release| -> Vec<String> {
        let links = looked(release, DURING).links.into_iter();
        links.map(|(_, url)| url).collect()
    };
    assert_eq!(urls(&release), ["https://example.com/promote"]);
    done(&mut release, "announce");
    done(&mut release, "merge");
    assert_eq!(urls(&release), ["https://example.com/push"]);
}

/// A blocked item, and a defect that nobody may ship, stand in the way from the beginning; what has not come yet only when
/// people wait for it.
#[test]
fn s40_what_blocks_is_what_stands_in_the_way_now() {
    let mut release = varied(|playbook| {
        playbook.phases[2].opens_when =
            vec![Criterion::EarlierItems, Criterion::DefectsCleared, Criterion::Go];
    });
    assert_eq!(looked(&release, DURING).blockers, []);
    happened(
        &mut release,
        RoomEvent::ItemBlocked {
            item: item("verify"),
            reason: "No server".to_owned(),
        },
    );
    happened(
        &mut release,
        RoomEvent::DefectFound {
            number: 1,
            title: "Crash".to_owned(),
            severity: Severity::Critical,
            candidate: None,
            link: None,
        },
    );
    let blockers = looked(&release, DURING).blockers;
    assert_eq!(
        blockers[0],
        Blocking::Item {
            title: "Verify the fixes".to_owned(),
            reason: "No server".to_owned()
        }
    );
    assert!(
        matches!(
            &blockers[1..],
            [Blocking::Gate(Lack::DefectOpen { number: 1, .. })]
        ),
        "{blockers:?}"
    );
    for id in ["announce", "merge", "verify"] {
        done(&mut release, id);
    }
    let blockers = looked(&release, DURING).blockers;
    assert!(
        blockers.contains(&Blocking::Gate(Lack::NoDecision)),
        "{blockers:?}"
    );
    assert!(
        !blockers
            .iter()
            .any(|blocking| matches!(blocking, Blocking::Item { .. }))
    );
}

#[test]
fn each_list_has_its_own() {
    let ahead = release();
    let mut begun = release();
    done(&mut begun, "announce");
    let mut closed = begun.clone();
    let end = Event::Closed {
        override_reason: Some("Enough".to_owned()),
        open: Vec::new(),
    };
    closed.apply(&end, stamp(9, DURING));
    let shown = |release: &Release| {
        let overview = looked(release, BEFORE);
        Listed::ALL.map(|listed| overview.is_listed(listed))
    };
    assert_eq!(shown(&ahead), [true, true, false, true]);
    assert_eq!(shown(&begun), [true, false, false, true]);
    assert_eq!(shown(&closed), [false, false, true, true]);
}

/// The soonest cut-off first, what has none after it, and then what was closed last.
#[test]
fn the_soonest_comes_first() {
    let of = |key: &str, change: &dyn Fn(&mut Overview)| {
        let mut overview = looked(&release(), BEFORE);
        overview.key = ReleaseKey::from_stored(key.to_owned());
        change(&mut overview);
        overview
    };
    let mut all = vec![
        of("closed-early", &|release| release.closed = Some(stamp(9, BEFORE))),
        of("closed-late", &|release| release.closed = Some(stamp(9, DURING))),
        of("undated", &|release| release.next_cutoff = None),
        of("soon", &|_| {}),
    ];
    sort(&mut all);
    let keys: Vec<&str> = all.iter().map(|overview| overview.key.as_str()).collect();
    assert_eq!(keys, ["soon", "undated", "closed-late", "closed-early"]);
}
