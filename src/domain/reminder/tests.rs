//! Tests of when reminders are due.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::domain::fixtures::{at, date, phase, plan_of, release};

fn plan_for(target: &str) -> Plan {
    let mut release = release();
    release.target = Some(date(target));
    plan_of(&release)
}

/// S9: each phase speaks twice on its day, and the days come in order.
#[test]
fn s9_two_occasions_a_phase_soonest_first() {
    let all: Vec<String> = occasions(&plan_for("2026-12-10"))
        .iter()
        .map(|occasion| {
            format!(
                "{} {} {:?}",
                occasion.at.format("%d %H:%M"),
                occasion.phase,
                occasion.moment
            )
        })
        .collect();
    assert_eq!(
        all,
        [
            "04 17:00 code DayStart",
            "04 18:00 code CutOff",
            "08 17:00 test DayStart",
            "08 18:00 test CutOff",
            "10 17:00 build DayStart",
            "10 18:00 build CutOff",
        ]
    );
}

#[test]
fn due_is_due_from_its_instant_on() {
    let plan = plan_for("2026-12-10");
    let opened = at("2026-12-01T17:00:00Z");
    let due_at = |now: &str| due(&plan, opened, &BTreeSet::new(), at(now)).len();
    assert_eq!(due_at("2026-12-04T16:59:59.999Z"), 0);
    assert_eq!(due_at("2026-12-04T17:00:00Z"), 1);
    assert_eq!(due_at("2026-12-04T17:59:59.999Z"), 1);
    assert_eq!(due_at("2026-12-04T18:00:00Z"), 2);
}

/// The brief has told what is over; also what is over at this very instant.
#[test]
fn nothing_from_before_the_start_is_due() {
    let plan = plan_for("2026-12-10");
    let late = at("2026-12-04T18:00:00Z");
    assert_eq!(due(&plan, late, &BTreeSet::new(), late), []);
    let next = next(&plan, late, &BTreeSet::new(), late).unwrap();
    assert_eq!(next.key(), (phase("test"), Moment::DayStart));
}

#[test]
fn after_the_last_cutoff_nothing_comes() {
    let plan = plan_for("2026-12-10");
    let opened = at("2026-12-01T17:00:00Z");
    let after = at("2026-12-10T18:00:00Z");
    assert_eq!(next(&plan, opened, &BTreeSet::new(), after), None);
}

/// One tick: what is due is settled.
fn tick(plan: &Plan, opened: DateTime<Utc>, settled: &mut BTreeSet<Occasion>, now: DateTime<Utc>) -> usize {
    let due = due(plan, opened, settled, now);
    let count = due.len();
    settled.extend(due);
    count
}

proptest! {
    /// Design §3: ticking once or a hundred times, in one jump or in many, settles the same occasions; an extra tick
    /// settles nothing; nothing is due before its instant or from before the start; the next one is the earliest ahead.
    #[test]
    fn laws_of_ticking(
        opened in 0..14_i64 * 24 * 60,
        steps in prop::collection::vec(0..14_i64 * 24 * 60, 0..100),
        end in 0..14_i64 * 24 * 60,
    ) {
        let plan = plan_for("2026-12-10");
        let minute = |minutes: i64| at("2026-11-30T00:00:00Z") + TimeDelta::minutes(minutes);
        let opened = minute(opened);
        let end = minute(end);
        let mut steps: Vec<DateTime<Utc>> = steps.into_iter().map(minute).filter(|step| *step <= end).collect();
        steps.sort();
        let mut in_many = BTreeSet::new();
        for now in steps {
            let ahead = next(&plan, opened, &in_many, now);
            for occasion in due(&plan, opened, &in_many, now) {
                prop_assert!(occasion.at <= now);
                prop_assert!(occasion.at > opened);
                prop_assert!(ahead.as_ref().is_none_or(|ahead| ahead.at > occasion.at));
            }
            tick(&plan, opened, &mut in_many, now);
            prop_assert_eq!(tick(&plan, opened, &mut in_many, now), 0);
            let earliest = occasions(&plan)
                .into_iter()
                .filter(|occasion| occasion.at > now && occasion.at > opened)
                .min_by_key(|occasion| occasion.at);
            let ahead = next(&plan, opened, &in_many, now);
            prop_assert!(ahead.as_ref().is_none_or(|ahead| ahead.at > now));
            prop_assert_eq!(ahead, earliest);
        }
        tick(&plan, opened, &mut in_many, end);
        let mut in_one = BTreeSet::new();
        tick(&plan, opened, &mut in_one, end);
        prop_assert_eq!(in_many, in_one);
    }
}
