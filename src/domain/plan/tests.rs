//! Tests of the plan.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::domain::calendar::CalendarName;
use crate::domain::offset::Roll;
use crate::domain::zone::Zone;

const DOT_RELEASE: &str = include_str!("../../../playbook-templates/dot-release.toml");

fn dot_release() -> Playbook {
    Playbook::read("dot-release.toml", DOT_RELEASE).unwrap()
}

fn concurrent() -> Calendar {
    Calendar::named(CalendarName::UsCaConcurrent)
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn planned(target: &str) -> Plan {
    plan(&dot_release(), date(target), &concurrent())
}

/// "T−4 2026-12-04 18:00Z" for each phase.
fn dates(plan: &Plan) -> Vec<String> {
    let line = |phase: &PlannedPhase| {
        format!(
            "{} {} {}",
            phase.offset.label(),
            phase.date,
            phase.cutoff_at.format("%H:%MZ")
        )
    };
    plan.phases.iter().map(line).collect()
}

/// S7, S8, S9: four phases, counted back in working days, each cut off at ten in San Francisco.
#[test]
fn s9_a_plan_over_a_weekend() {
    assert_eq!(
        dates(&planned("2026-12-10")),
        [
            "T−4 2026-12-04 18:00Z",
            "T−3 2026-12-07 18:00Z",
            "T−2 2026-12-08 18:00Z",
            "T−0 2026-12-10 18:00Z",
        ]
    );
}

/// S8: a holiday in both countries does not count, and the plan says so.
#[test]
fn s8_a_plan_over_a_holiday_says_why() {
    let plan = planned("2026-11-13");
    assert_eq!(
        dates(&plan),
        [
            "T−4 2026-11-06 18:00Z",
            "T−3 2026-11-09 18:00Z",
            "T−2 2026-11-10 18:00Z",
            "T−0 2026-11-13 18:00Z",
        ]
    );
    assert_eq!(
        plan.phases[0].why,
        [
            "T−4 is the 4th working day before the target date, Fri 13 Nov 2026, counting back Thu 12 Nov (1), Tue 10 \
             Nov (2), Mon 9 Nov (3) and Fri 6 Nov (4).",
            "Wed 11 Nov 2026 does not count, it is a day off in the calendar us-ca-concurrent: Remembrance Day \
             (Canada) and Veterans Day (US).",
            "Weekends do not count: Sun 8 Nov and Sat 7 Nov.",
            "The cut-off is 10:00 in America/Los_Angeles on that date, which is 18:00 UTC.",
        ]
    );
    assert!(plan.phases[2].why[1].contains("Remembrance Day"));
    assert_eq!(
        plan.phases[3].why[0],
        "T−0 is the target date itself, Fri 13 Nov 2026."
    );
}

/// S7: clocks change on 1 November 2026, between T−4 and T−0; the local time stays.
#[test]
fn s7_the_cutoff_follows_the_clocks_of_its_own_date() {
    assert_eq!(
        dates(&planned("2026-11-03")),
        [
            "T−4 2026-10-28 17:00Z",
            "T−3 2026-10-29 17:00Z",
            "T−2 2026-10-30 17:00Z",
            "T−0 2026-11-03 18:00Z",
        ]
    );
}

#[test]
fn the_working_day_begins_before_the_cutoff() {
    let plan = planned("2026-12-10");
    assert_eq!(plan.phases[0].starts_at.to_rfc3339(), "2026-12-04T17:00:00+00:00");
}

#[test]
fn phases_are_over_from_their_cutoff_on() {
    let plan = planned("2026-12-10");
    let over_at = |now: &str| {
        let over = plan.already_over(now.parse().unwrap());
        over.iter().map(|phase| phase.offset.label()).collect::<Vec<_>>()
    };
    assert_eq!(over_at("2026-12-07T17:59:59Z"), ["T−4"]);
    assert_eq!(over_at("2026-12-07T18:00:00Z"), ["T−4", "T−3"]);
    let id = plan.phases[1].id.clone();
    assert_eq!(plan.phase(&id), Some(&plan.phases[1]));
}

#[test]
fn a_target_on_a_day_off_is_planned_and_named() {
    let why = &planned("2026-11-11").phases[3].why;
    assert_eq!(
        why[1],
        "Wed 11 Nov 2026 is the target date although it is a day off in the calendar us-ca-concurrent: Remembrance \
         Day (Canada) and Veterans Day (US)."
    );
}

#[test]
fn own_days_off_are_named() {
    let extra = BTreeMap::from([(date("2026-12-08"), "Company day".to_owned())]);
    let calendar = Calendar::with(CalendarName::UsCaConcurrent, extra, BTreeSet::new());
    let plan = plan(&dot_release(), date("2026-12-10"), &calendar);
    assert_eq!(plan.phases[2].date, date("2026-12-07"));
    assert_eq!(
        plan.phases[2].why[1],
        "Tue 8 Dec 2026 does not count, it is a day off in the calendar us-ca-concurrent: Company day."
    );
}

#[test]
fn a_long_way_back_is_summed_up() {
    let mut playbook = dot_release();
    playbook.phases[0].offset = Offset::t_minus(21);
    playbook.phases[1].offset = Offset::t_minus(1);
    let plan = plan(&playbook, date("2026-12-10"), &concurrent());
    assert_eq!(
        plan.phases[0].why[0],
        "T−21 is the 21st working day before the target date, Thu 10 Dec 2026, counting back to Tue 10 Nov 2026."
    );
    assert_eq!(
        plan.phases[0].why[2],
        "Weekends do not count: 8 Saturdays and Sundays."
    );
    assert_eq!(
        plan.phases[1].why[0],
        "T−1 is the last working day before the target date, Thu 10 Dec 2026, counting back Wed 9 Dec (1)."
    );
}

#[test]
fn a_cutoff_on_another_utc_date_says_so() {
    let mut playbook = dot_release();
    playbook.cutoff.zone = "Asia/Tokyo".parse().unwrap();
    playbook.cutoff.time = "08:00:00".parse().unwrap();
    let why = &plan(&playbook, date("2026-12-10"), &concurrent()).phases[3].why;
    assert_eq!(
        why[1],
        "The cut-off is 08:00 in Asia/Tokyo on that date, which is 23:00 UTC on 9 December."
    );
}

#[test]
fn a_skipped_cutoff_says_what_replaces_it() {
    let mut playbook = dot_release();
    playbook.cutoff.time = "02:30:00".parse().unwrap();
    let sunday = date("2026-03-08");
    let calendar = Calendar::with(CalendarName::Weekdays, BTreeMap::new(), BTreeSet::from([sunday]));
    let why = &plan(&playbook, sunday, &calendar).phases[3].why;
    assert_eq!(
        why[1],
        "Clocks in America/Los_Angeles skip 02:30 on that date, so the cut-off is 03:00, which is 10:00 UTC."
    );
}

proptest! {
    /// Twice is the same as once; dates are working days, never after the target and in the order of the phases;
    /// the cut-off is at ten in San Francisco; every reason is a sentence.
    #[test]
    fn s9_laws_of_a_plan(days in 0..36_000_u64) {
        let playbook = dot_release();
        let target = concurrent().next_working_day(date("2000-01-01") + chrono::Days::new(days));
        let once = plan(&playbook, target, &concurrent());
        prop_assert_eq!(&once, &plan(&playbook, target, &concurrent()));
        prop_assert!(once.phases.windows(2).all(|pair| pair[0].cutoff_at < pair[1].cutoff_at));
        for phase in &once.phases {
            prop_assert!(concurrent().is_working_day(phase.date));
            let counted = concurrent().working_days_between(phase.date, target);
            prop_assert_eq!(Some(counted), phase.offset.working_days_before());
            let local = Zone::SAN_FRANCISCO.to_local(phase.cutoff_at);
            prop_assert_eq!(local, phase.date.and_hms_opt(10, 0, 0).unwrap());
            prop_assert!(phase.starts_at < phase.cutoff_at);
            prop_assert!(phase.why.iter().all(|sentence| sentence.ends_with('.')));
        }
    }
}

/// S99, S100, S118, S120, S127: other processes count in days, hours and months, before and after the target, and say
/// where a date goes that is a day off.
#[test]
fn s99_a_plan_in_every_unit_says_why() {
    let mut playbook = dot_release();
    let pattern = playbook.phases[0].clone();
    let offsets = [
        ("1 month before", None),
        ("10 days before", Some(Roll::Keep)),
        ("9 days before", None),
        ("8 days before", None),
        ("24 hours before", None),
        ("on the target date", None),
        ("4 hours after", None),
        ("5 working days after", None),
        ("30 days after", Some(Roll::Previous)),
        ("1 month after", None),
    ];
    playbook.phases = offsets
        .into_iter()
        .map(|(offset, if_day_off)| Phase {
            offset: offset.parse().unwrap(),
            if_day_off,
            ..pattern.clone()
        })
        .collect();
    let plan = plan(&playbook, date("2027-03-16"), &concurrent());
    let shown: Vec<String> = plan
        .phases
        .iter()
        .map(|phase| {
            format!(
                "{}: {} to {}\n  {}",
                phase.offset.label(),
                phase.starts_at.format("%F %RZ"),
                phase.cutoff_at.format("%F %RZ"),
                phase.why.join("\n  ")
            )
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

/// S5: while the target date is to be decided, no phase has a date.
#[test]
fn s5_a_plan_without_a_target_has_no_dates() {
    let undated = Plan::undated();
    assert_eq!(undated.target, None);
    assert!(undated.phases.is_empty());
    assert!(undated.already_over(DateTime::<Utc>::MAX_UTC).is_empty());
}
