//! Tests of working hours.

use proptest::prelude::*;

use super::*;
use crate::domain::calendar::CalendarName;
use crate::domain::fixtures::at;

fn calendar() -> Calendar {
    Calendar::named(CalendarName::UsCaConcurrent)
}

fn hours<'a>(hours: &str, zone: &str, calendar: &'a Calendar) -> WorkingHours<'a> {
    WorkingHours {
        hours: hours.parse().unwrap(),
        zone: zone.parse().unwrap(),
        calendar,
    }
}

#[test]
fn hours_read_back_and_slips_are_refused() {
    for text in ["09:00-17:00", "00:00-23:59", "12:30-12:31"] {
        assert_eq!(text.parse::<Hours>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "09:00",
        "9:00-17:00",
        "17:00-09:00",
        "09:00-09:00",
        "09:00-24:00",
        "09:00–17:00",
        "09:00-17:00h",
    ] {
        assert_eq!(text.parse::<Hours>(), Err(NotHours), "{text}");
    }
}

/// A weekend, 11 November (off in both countries) and the change of clocks on 1 November lie between.
#[test]
fn work_waits_for_the_next_opening_on_a_working_day() {
    let calendar = calendar();
    let berlin = hours("09:00-17:00", "Europe/Berlin", &calendar);
    let francisco = hours("09:00-17:00", "America/Los_Angeles", &calendar);
    for (what, hours, instant, expected) in [
        (
            "at work",
            &francisco,
            "2026-11-10T18:00:00Z",
            "2026-11-10T18:00:00Z",
        ),
        (
            "as work begins",
            &francisco,
            "2026-11-10T17:00:00Z",
            "2026-11-10T17:00:00Z",
        ),
        (
            "before",
            &francisco,
            "2026-11-10T16:59:59Z",
            "2026-11-10T17:00:00Z",
        ),
        (
            "as work ends",
            &francisco,
            "2026-11-11T01:00:00Z",
            "2026-11-12T17:00:00Z",
        ),
        (
            "over a weekend",
            &francisco,
            "2026-11-07T01:00:00Z",
            "2026-11-09T17:00:00Z",
        ),
        (
            "the evening of Berlin",
            &berlin,
            "2026-11-10T18:00:00Z",
            "2026-11-12T08:00:00Z",
        ),
        (
            "summer time ends",
            &francisco,
            "2026-10-31T12:00:00Z",
            "2026-11-02T17:00:00Z",
        ),
    ] {
        assert_eq!(hours.from(at(instant)), at(expected), "{what}");
        assert_eq!(hours.contain(at(instant)), instant == expected, "{what}");
    }
}

/// The cut-off of 10:00 in San Francisco on Friday 4 December, for people elsewhere.
#[test]
fn the_last_day_before_a_cutoff_begins_where_people_are() {
    let calendar = calendar();
    let cutoff = at("2026-12-04T18:00:00Z");
    for (zone, expected) in [
        ("America/Los_Angeles", "2026-12-04T17:00:00Z"),
        ("Europe/Berlin", "2026-12-04T08:00:00Z"),
        ("Asia/Tokyo", "2026-12-04T00:00:00Z"),
        ("Pacific/Honolulu", "2026-12-03T19:00:00Z"),
    ] {
        let hours = hours("09:00-17:00", zone, &calendar);
        assert_eq!(hours.last_opening_before(cutoff), at(expected), "{zone}");
    }
}

proptest! {
    /// What waits is spent in working hours, not before its time, and waiting again changes nothing.
    #[test]
    fn laws_of_working_hours(
        second in 0..4_102_444_800_i64,
        zone in prop::sample::select(vec!["America/Los_Angeles", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kolkata"]),
        opens in 0..23_u32,
        length in 1..24_u32,
    ) {
        let calendar = calendar();
        let closes = (opens + length).min(23);
        prop_assume!(closes > opens);
        let hours = hours(&format!("{opens:02}:00-{closes:02}:00"), zone, &calendar);
        let instant = DateTime::from_timestamp(second, 0).unwrap();
        let from = hours.from(instant);
        prop_assert!(from >= instant);
        prop_assert_eq!(hours.from(from), from);
        prop_assert!(calendar.is_working_day(hours.date_at(from)));
        prop_assert!(hours.last_opening_before(instant) < instant);
        prop_assert!(hours.contain(hours.last_opening_before(instant)));
    }
}
