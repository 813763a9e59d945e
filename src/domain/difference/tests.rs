//! Tests of what a move changes, and of what a person agrees to.

use proptest::prelude::*;

use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::fixtures::{at, date, item, release, role, stamp};
use crate::domain::plan::{Plan, plan};
use crate::domain::release::Event;

const NOON: &str = "2026-12-02T20:00:00Z";

fn calendar() -> Calendar {
    Calendar::named(release().playbook.calendar)
}

fn dates(target: Option<NaiveDate>) -> Dates {
    let calendar = calendar();
    let plan = target.map_or_else(Plan::undated, |target| {
        plan(&release().playbook, target, &calendar)
    });
    plan.dates(&calendar)
}

fn for_target(target: &str) -> Dates {
    dates(Some(date(target)))
}

fn lines(difference: &Difference) -> Vec<String> {
    let day =
        |when: Option<When>| when.map_or_else(|| "TBD".to_owned(), |when| when.date.format("%d").to_string());
    difference
        .moved
        .iter()
        .map(|moved| {
            let mark = if moved.impossible { " impossible" } else { "" };
            format!(
                "{} {} to {}, {} open{mark}",
                moved.phase,
                day(moved.from),
                day(moved.to),
                moved.open
            )
        })
        .collect()
}

/// From the 10th to the 9th: T−4 moves from the 4th to the 3rd, and so on.
#[test]
fn a_move_names_each_phase_and_whom_it_concerns() {
    let release = release();
    let difference = Difference::between(
        &release,
        &for_target("2026-12-10"),
        &for_target("2026-12-09"),
        at(NOON),
    );
    assert_eq!(
        lines(&difference),
        [
            "code 04 to 03, 2 open",
            "test 08 to 07, 1 open",
            "build 10 to 09, 2 open"
        ]
    );
    let all = [role("release-manager"), role("dev"), role("qa")];
    assert_eq!(difference.affected, all);
    assert_eq!(difference.called, all);
}

/// What is over already on its new date is named, and only while items are open.
#[test]
fn a_phase_that_would_be_over_is_impossible_while_items_are_open() {
    let mut release = release();
    let near = |release: &Release| {
        Difference::between(
            release,
            &for_target("2026-12-10"),
            &for_target("2026-12-04"),
            at(NOON),
        )
    };
    assert_eq!(
        lines(&near(&release)),
        [
            "code 04 to 30, 2 open impossible",
            "test 08 to 02, 1 open impossible",
            "build 10 to 04, 2 open"
        ]
    );
    for done in ["announce", "merge"] {
        release.apply(
            &Event::ItemDone {
                item: item(done),
                evidence: None,
            },
            stamp(1, NOON),
        );
    }
    let difference = near(&release);
    assert_eq!(difference.impossible().count(), 1);
    assert_eq!(lines(&difference)[0], "code 04 to 30, 0 open");
}

/// Only a role whose next due changes is called: one whose next phase stays is not, though a later one moves.
#[test]
fn only_roles_with_another_next_due_are_called() {
    let mut release = release();
    let before = for_target("2026-12-10");
    let mut after = before.clone();
    after.phases[2] = for_target("2026-12-11").phases[2].clone();
    let difference = Difference::between(&release, &before, &after, at(NOON));
    assert_eq!(lines(&difference), ["build 10 to 11, 2 open"]);
    assert_eq!(difference.affected, [role("release-manager"), role("dev")]);
    assert_eq!(difference.called, [], "both have code complete before it");
    release.apply(
        &Event::ItemDone {
            item: item("merge"),
            evidence: None,
        },
        stamp(1, NOON),
    );
    let difference = Difference::between(&release, &before, &after, at(NOON));
    assert_eq!(difference.called, [role("dev")]);
}

/// S5: a date that is withdrawn or set is a difference of every phase.
#[test]
fn s5_a_date_that_is_withdrawn_or_set_moves_everything() {
    let release = release();
    let undated = dates(None);
    let dated = for_target("2026-12-10");
    let withdrawn = Difference::between(&release, &dated, &undated, at(NOON));
    assert_eq!(lines(&withdrawn)[0], "code 04 to TBD, 2 open");
    assert_eq!((withdrawn.moved.len(), withdrawn.called.len()), (3, 3));
    let set = Difference::between(&release, &undated, &dated, at(NOON));
    assert_eq!(lines(&set)[0], "code TBD to 04, 2 open");
    assert!(Difference::between(&release, &undated, &undated, at(NOON)).is_empty());
}

/// What a person agreed to covers the same dates as long as nothing more became impossible.
#[test]
fn an_agreement_covers_the_same_dates_and_no_more_that_is_impossible() {
    let mut release = release();
    let at_noon = |release: &Release, now: &str| {
        Difference::between(
            release,
            &for_target("2026-12-10"),
            &for_target("2026-12-09"),
            at(now),
        )
    };
    let shown = at_noon(&release, NOON);
    let later = at_noon(&release, "2026-12-03T18:00:00Z");
    assert!(!shown.covers(&later), "code complete was over meanwhile");
    release.apply(
        &Event::ItemDone {
            item: item("merge"),
            evidence: None,
        },
        stamp(1, NOON),
    );
    assert!(
        shown.covers(&at_noon(&release, NOON)),
        "somebody only did an item"
    );
    let elsewhere = Difference::between(
        &release,
        &for_target("2026-12-10"),
        &for_target("2026-12-11"),
        at(NOON),
    );
    assert!(!shown.covers(&elsewhere));
}

/// The days that changed the calendar are known from what the dates stepped over.
#[test]
fn the_days_that_changed_are_named() {
    use crate::domain::calendar::{CalendarDays, CalendarSettings};
    use crate::domain::fixtures::GUILD;
    use std::collections::BTreeMap;
    use std::sync::Arc;
    let told = for_target("2026-12-10");
    assert_eq!(told.changed_days(&calendar()), []);
    let days = CalendarDays {
        off: BTreeMap::from([
            (date("2026-12-07"), "Company day".to_owned()),
            (date("2026-12-24"), "Not in the way".to_owned()),
        ]),
        worked: BTreeMap::from([(date("2026-12-05"), None)]),
    };
    let changed = CalendarSettings::default().calendar(release().playbook.calendar, GUILD, &Arc::new(days));
    assert_eq!(
        told.changed_days(&changed),
        [
            (date("2026-12-05"), None),
            (date("2026-12-07"), Some("Company day".to_owned()))
        ]
    );
}

proptest! {
    /// There and back again is no difference: each way names the same phases, with the dates changed over.
    #[test]
    fn laws_of_differences(there in 0..40_u64, back in 0..40_u64, minutes in 0..60 * 24 * 60_i64) {
        let release = release();
        let now = at("2026-11-20T00:00:00Z") + chrono::TimeDelta::minutes(minutes);
        let day = |days| dates(Some(date("2026-12-01") + chrono::Days::new(days)));
        let (before, after) = (day(there), day(back));
        let forth = Difference::between(&release, &before, &after, now);
        let home = Difference::between(&release, &after, &before, now);
        let swapped: Vec<_> = home.moved.iter().map(|moved| (&moved.phase, moved.to, moved.from)).collect();
        let named: Vec<_> = forth.moved.iter().map(|moved| (&moved.phase, moved.from, moved.to)).collect();
        prop_assert_eq!(named, swapped);
        prop_assert_eq!(&forth.called, &home.called);
        prop_assert_eq!(forth.is_empty(), before.same_as(&after));
        prop_assert!(forth.covers(&forth));
        for moved in &forth.moved {
            prop_assert_eq!(moved.impossible, moved.to.unwrap().cutoff_at <= now);
        }
        for called in &forth.called {
            prop_assert!(forth.affected.contains(called));
        }
    }
}
