//! Which days of somebody's calendar become days away.

use super::*;
use crate::domain::calendar::{Busy, BusyTimes, When};

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn days(title: &str, first: &str, last: &str) -> Busy {
    let (first, last) = (date(first), date(last));
    Busy {
        title: title.to_owned(),
        whens: vec![When::Days { first, last }],
    }
}

fn times(title: &str, times: &[(&str, &str)]) -> Busy {
    let whens = times.iter().map(|(from, until)| When::Time {
        from: at(from),
        until: at(until),
    });
    Busy {
        title: title.to_owned(),
        whens: whens.collect(),
    }
}

fn away(user: UserId, first: &str, last: &str) -> Away {
    Away {
        number: 1,
        user,
        first: date(first),
        last: date(last),
        reason: None,
        said: stamp(user, "2026-11-01T12:00:00Z"),
    }
}

fn told(periods: &[Period]) -> Vec<String> {
    let one = |period: &Period| format!("{}..{} {}", period.first, period.last, period.titles.join("+"));
    periods.iter().map(one).collect()
}

/// Ann of the roster works in Berlin from nine to five, Monday to Friday.
fn imported(busy: Vec<Busy>, known: &[Away]) -> Imported {
    let roster = read(WEEKS);
    let times = BusyTimes {
        busy,
        free: 1,
        ..BusyTimes::default()
    };
    let window = (date("2026-12-01"), date("2027-12-01"));
    Imported::of(&times, &[&roster.members[0]], known, window)
}

#[test]
fn an_event_takes_the_days_whose_working_hours_it_fills() {
    let given = imported(
        vec![
            // A meeting, each day; most of a day; a day as it is worked; from Friday noon to Monday night.
            times(
                "Stand-up",
                &[
                    ("2026-12-02T08:00:00Z", "2026-12-02T08:15:00Z"),
                    ("2026-12-03T08:00:00Z", "2026-12-03T08:15:00Z"),
                ],
            ),
            times("Workshop", &[("2026-12-02T08:30:00Z", "2026-12-02T16:00:00Z")]),
            times("Out", &[("2026-12-03T08:00:00Z", "2026-12-03T16:00:00Z")]),
            times("Trip", &[("2026-12-11T11:00:00Z", "2026-12-14T22:00:00Z")]),
            times("No end", &[("2026-12-02T08:00:00Z", "2026-12-02T08:00:00Z")]),
        ],
        &[],
    );
    assert_eq!(
        told(&given.periods),
        ["2026-12-03..2026-12-03 Out", "2026-12-12..2026-12-14 Trip"]
    );
    assert_eq!((given.left_out.partial, given.left_out.free), (3, 1));
}

#[test]
fn days_in_a_row_are_one_and_what_is_over_or_far_is_cut_off() {
    let given = imported(
        vec![
            days("Sabbatical", "2027-11-29", "2028-06-30"),
            days("Sick", "2026-11-20", "2026-12-01"),
            days("Ski", "2026-12-21", "2026-12-24"),
            days("Holiday", "2026-12-24", "2026-12-26"),
            // A Sunday, on which nobody misses her.
            days("Fair", "2026-12-27", "2026-12-27"),
        ],
        &[],
    );
    assert_eq!(given.left_out.partial, 1);
    assert_eq!(
        told(&given.periods),
        [
            "2026-12-01..2026-12-01 Sick",
            "2026-12-21..2026-12-26 Ski+Holiday",
            "2027-11-29..2027-12-01 Sabbatical"
        ]
    );
}

#[test]
fn days_that_are_known_are_named_and_not_doubled() {
    let ann = read(WEEKS).members[0].user;
    let known = [
        away(ann, "2026-12-23", "2026-12-24"),
        away(UserId(7), "2026-12-21", "2026-12-27"),
    ];
    let given = imported(vec![days("Ski", "2026-12-21", "2026-12-27")], &known);
    assert_eq!(
        told(&given.periods),
        ["2026-12-21..2026-12-22 Ski", "2026-12-25..2026-12-27 Ski"]
    );
    assert_eq!(told(&given.known), ["2026-12-23..2026-12-24 Ski"]);
    // What was said or went by while the person looked at it.
    let later = [away(ann, "2026-12-25", "2026-12-25")];
    let still = given.still_new(ann, &later, date("2026-12-22"));
    assert_eq!(
        told(&still),
        ["2026-12-22..2026-12-22 Ski", "2026-12-26..2026-12-27 Ski"]
    );
    // Once they are kept, the same calendar gives nothing.
    let kept: Vec<Away> = known
        .iter()
        .cloned()
        .chain([
            away(ann, "2026-12-21", "2026-12-22"),
            away(ann, "2026-12-25", "2026-12-27"),
        ])
        .collect();
    let again = imported(vec![days("Ski", "2026-12-21", "2026-12-27")], &kept);
    assert_eq!(told(&again.periods), Vec::<String>::new());
    assert_eq!(told(&again.known), ["2026-12-21..2026-12-27 Ski"]);
}
