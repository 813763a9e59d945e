//! Tests of playbooks that come again.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::domain::calendar::CalendarName;
use crate::domain::fixtures::{at, date, weekly};

/// Tuesday nine o'clock in Auckland, which is Monday evening in UTC.
const FIRST: &str = "2026-11-30T20:00:00Z";

fn recurring() -> Recurring {
    weekly(Mode::Propose).recurring.unwrap()
}

fn first() -> Occurrence {
    recurring()
        .at
        .after(at(FIRST) - TimeDelta::seconds(1))
        .next()
        .unwrap()
}

fn days(occurrences: &[Occurrence]) -> Vec<String> {
    occurrences
        .iter()
        .map(|one| one.local.format("%m-%d").to_string())
        .collect()
}

#[test]
fn nothing_happens_before_its_time() {
    assert_eq!(
        recurring().settle(first(), at(FIRST) - TimeDelta::milliseconds(1)),
        None
    );
}

#[test]
fn its_time_has_come() {
    let settled = recurring().settle(first(), at(FIRST)).unwrap();
    assert_eq!(settled.missed, []);
    assert_eq!(settled.acts, Some(first()));
    assert_eq!(settled.next.unwrap().local.to_string(), "2026-12-08 09:00:00");
}

/// S9: catch-up is once, the newest, within its window.
#[test]
fn after_an_absence_only_the_newest_counts_and_only_in_time() {
    let three_weeks = TimeDelta::weeks(3);
    let in_time = recurring()
        .settle(first(), at(FIRST) + three_weeks + TimeDelta::hours(6))
        .unwrap();
    assert_eq!(days(&in_time.missed), ["12-01", "12-08", "12-15"]);
    assert_eq!(days(&in_time.acts.into_iter().collect::<Vec<_>>()), ["12-22"]);
    let late = recurring()
        .settle(
            first(),
            at(FIRST) + three_weeks + TimeDelta::hours(6) + TimeDelta::milliseconds(1),
        )
        .unwrap();
    assert_eq!(days(&late.missed), ["12-01", "12-08", "12-15", "12-22"]);
    assert_eq!(late.acts, None);
    assert_eq!(days(&late.next.into_iter().collect::<Vec<_>>()), ["12-29"]);
}

#[test]
fn the_target_is_counted_from_the_day_in_its_own_zone() {
    let calendar = Calendar::named(CalendarName::UsCaConcurrent);
    let target = |text: &str| {
        let recurring = Recurring {
            target: text.parse().unwrap(),
            ..recurring()
        };
        recurring.target_of(&first(), &calendar)
    };
    assert_eq!(target("4 working days after"), date("2026-12-07"));
    assert_eq!(target("on the target date"), date("2026-12-01"));
    // A Saturday and Christmas: on to the next working day.
    assert_eq!(target("4 days after"), date("2026-12-07"));
    assert_eq!(target("24 days after"), date("2026-12-28"));
}

/// S94: versions by date and by sequence.
#[test]
fn s94_versions_by_date_and_by_sequence() {
    let fill = |template: &str, target: &str, number| {
        template
            .parse::<VersionTemplate>()
            .unwrap()
            .fill(date(target), number)
    };
    assert_eq!(fill("{year}.{week}", "2026-12-01", 1), "2026.49");
    assert_eq!(fill("{year}.{month}.{day}", "2026-02-03", 1), "2026.02.03");
    assert_eq!(fill("1.{number}", "2026-12-01", 12), "1.12");
    // 1 January 2027 is a Friday of the last week of 2026.
    assert_eq!(fill("{year}.{week}", "2027-01-01", 1), "2026.53");
    assert_eq!(fill("{year}-{month}", "2027-01-01", 1), "2027-01");
}

#[test]
fn a_template_without_a_known_blank_is_refused_with_the_nearest() {
    let told = |text: &str| text.parse::<VersionTemplate>().unwrap_err().expected;
    assert_eq!(told("{yaer}.{week}"), "`{year}`");
    assert_eq!(told("{Week}"), "`{week}`");
    for text in [
        "7.2.1",
        "",
        "{year",
        "year}",
        "{year}.}",
        "{}",
        "{quarter-of-the-year}",
    ] {
        assert!(told(text).starts_with("a version with `{year}`"), "{text}");
    }
}

#[test]
fn a_window_has_a_unit() {
    let read = |text: &str| text.parse::<Window>().map(|window| window.to_string());
    assert_eq!(read("6 hours").as_deref(), Ok("6 hours"));
    assert_eq!(read("90 minutes").as_deref(), Ok("90 minutes"));
    assert_eq!(read("60 minutes").as_deref(), Ok("1 hour"));
    assert_eq!(read("744 hours").as_deref(), Ok("744 hours"));
    for text in [
        "6",
        "",
        "0 hours",
        "-6 hours",
        "745 hours",
        "30 seconds",
        "90 seconds",
        "soon",
        "6 working days",
    ] {
        assert_eq!(read(text), Err(NotAWindow), "{text}");
    }
}

proptest! {
    /// Ticking once or many times settles the same occurrences, and acts on each at most once.
    #[test]
    fn every_occurrence_is_settled_once_however_time_passes(steps in prop::collection::vec(1_i64..20_000, 1..30)) {
        let recurring = Recurring { at: "daily 02:30 America/Los_Angeles".parse().unwrap(), ..recurring() };
        let mut now = at("2027-03-01T00:00:00Z");
        let start = now;
        let mut waiting = recurring.at.after(now).next().unwrap();
        let mut all = Vec::new();
        for minutes in steps {
            now += TimeDelta::minutes(minutes);
            if let Some(settled) = recurring.settle(waiting, now) {
                prop_assert!(settled.acts.is_none_or(|acts| now - acts.at <= TimeDelta::hours(6)));
                all.extend(settled.missed);
                all.extend(settled.acts);
                waiting = settled.next.unwrap();
            }
            prop_assert!(waiting.at > now);
        }
        let expected: Vec<Occurrence> = recurring.at.after(start).take_while(|one| one.at <= now).collect();
        prop_assert_eq!(all, expected);
    }
}
