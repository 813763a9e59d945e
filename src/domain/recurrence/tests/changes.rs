//! Recurrences at, before, in and after every change of clocks of seven zones in 2026 to 2028.

use std::fmt::Write as _;

use super::*;

const ZONES: [&str; 7] = [
    "America/Los_Angeles",
    "Europe/London",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/Santiago",
    "America/Vancouver",
];

/// The instants at which clocks in `zone` change, with what they show the second before and at that instant.
fn changes(zone: Zone) -> Vec<(DateTime<Utc>, NaiveDateTime, NaiveDateTime)> {
    let begin = instant("2026-01-01T00:00:00Z");
    let day = TimeDelta::days(1);
    let offset = |at: DateTime<Utc>| zone.to_local(at) - at.naive_utc();
    let days = (0..3 * 366).map(|number| begin + day * number);
    days.filter(|at| offset(*at) != offset(*at + day))
        .filter_map(|at| {
            (0..24 * 60)
                .map(|minute| at + TimeDelta::minutes(minute + 1))
                .find(|later| offset(*later) != offset(at))
        })
        .map(|at| {
            (
                at,
                zone.to_local(at - TimeDelta::minutes(1)) + TimeDelta::minutes(1),
                zone.to_local(at),
            )
        })
        .collect()
}

/// For each change, the daily times around it on the day before, the day itself and the day after.
#[test]
fn every_change_of_three_years() {
    let mut told = String::new();
    for name in ZONES {
        let zone: Zone = name.parse().unwrap();
        for (at, before, after) in changes(zone) {
            let kind = if after > before { "skip" } else { "repeat" };
            writeln!(
                told,
                "{name} {} clocks {kind} {} to {}",
                at.format("%Y-%m-%dT%H:%MZ"),
                before.format("%a %Y-%m-%d %H:%M"),
                after.format("%H:%M")
            )
            .unwrap();
            let (first, last) = (before.min(after), before.max(after));
            let middle = first + (last - first) / 2;
            for (place, time) in [
                ("before", first - TimeDelta::minutes(1)),
                ("at", first),
                ("in", middle),
                ("end", last),
                ("after", last + TimeDelta::minutes(1)),
            ] {
                let daily = recurrence(&format!("daily {} {name}", time.format("%H:%M")));
                let from = zone.to_utc((time - TimeDelta::days(1)).date().and_hms_opt(0, 0, 0).unwrap())
                    - TimeDelta::seconds(1);
                let days: Vec<Occurrence> = daily.after(from).take(3).collect();
                for pair in days.windows(2) {
                    assert_eq!(pair[1].local - pair[0].local, TimeDelta::days(1), "{daily}");
                }
                let told_days: Vec<String> = days
                    .iter()
                    .map(|day| day.at.format("%dT%H:%MZ").to_string())
                    .collect();
                writeln!(
                    told,
                    "  {place:6} {}  {}",
                    time.format("%H:%M"),
                    told_days.join("  ")
                )
                .unwrap();
            }
        }
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_skipped_time_comes_when_the_clocks_have_changed() {
    assert_eq!(
        shown("daily 02:30 America/Los_Angeles", "2027-03-13T00:00:00Z", 3),
        [
            "Sat 2027-03-13 02:30 → 2027-03-13T10:30Z",
            "Sun 2027-03-14 02:30 → 2027-03-14T10:00Z",
            "Mon 2027-03-15 02:30 → 2027-03-15T09:30Z",
        ]
    );
    let skipped = recurrence("daily 02:30 America/Los_Angeles");
    let moved: Vec<bool> = skipped
        .after(instant("2027-03-13T00:00:00Z"))
        .take(3)
        .map(|occurrence| occurrence.is_moved(skipped.zone()))
        .collect();
    assert_eq!(moved, [false, true, false]);
}

/// In Santiago the day of the change begins at 01:00.
#[test]
fn a_skipped_midnight_is_not_a_lost_day() {
    assert_eq!(
        shown("daily 00:00 America/Santiago", "2026-09-05T12:00:00Z", 2),
        [
            "Sun 2026-09-06 00:00 → 2026-09-06T04:00Z",
            "Mon 2026-09-07 00:00 → 2026-09-07T03:00Z",
        ]
    );
}

#[test]
fn a_repeated_time_comes_once_also_after_a_restart_in_its_second_pass() {
    let daily = "daily 01:30 America/Los_Angeles";
    assert_eq!(
        shown(daily, "2026-11-01T00:00:00Z", 2),
        [
            "Sun 2026-11-01 01:30 → 2026-11-01T08:30Z",
            "Mon 2026-11-02 01:30 → 2026-11-02T09:30Z",
        ]
    );
    // 01:15 for the second time.
    assert_eq!(
        shown(daily, "2026-11-01T09:15:00Z", 1),
        ["Mon 2026-11-02 01:30 → 2026-11-02T09:30Z"]
    );
}

#[test]
fn several_skipped_times_come_together_once() {
    assert_eq!(
        shown("*/15 * * * * America/Los_Angeles", "2027-03-14T09:30:00Z", 3),
        [
            "Sun 2027-03-14 01:45 → 2027-03-14T09:45Z",
            "Sun 2027-03-14 02:00 → 2027-03-14T10:00Z",
            "Sun 2027-03-14 03:15 → 2027-03-14T10:15Z",
        ]
    );
    assert_eq!(
        shown("*/30 * * * * America/Los_Angeles", "2026-11-01T08:00:00Z", 3),
        [
            "Sun 2026-11-01 01:30 → 2026-11-01T08:30Z",
            "Sun 2026-11-01 02:00 → 2026-11-01T10:00Z",
            "Sun 2026-11-01 02:30 → 2026-11-01T10:30Z",
        ]
    );
}

/// British Columbia stays at UTC−7 since November 2026.
#[test]
fn vancouver_changes_no_more() {
    let zone: Zone = "America/Vancouver".parse().unwrap();
    assert!(
        changes(zone)
            .iter()
            .all(|(at, _, _)| *at < instant("2026-11-02T00:00:00Z"))
    );
    assert_eq!(
        shown("daily 02:30 America/Vancouver", "2027-03-13T12:00:00Z", 2),
        [
            "Sun 2027-03-14 02:30 → 2027-03-14T09:30Z",
            "Mon 2027-03-15 02:30 → 2027-03-15T09:30Z",
        ]
    );
}
