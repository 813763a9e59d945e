use proptest::prelude::*;

use super::*;
use crate::domain::calendar::CalendarName;
use crate::domain::fixtures::at;

fn rule(time: &str, zone: &str, days: DigestDays) -> DigestRule {
    DigestRule {
        at: time_of_day(time).unwrap(),
        zone: zone.parse().unwrap(),
        days,
    }
}

fn calendar() -> Calendar {
    Calendar::named(CalendarName::UsCaConcurrent)
}

/// The hour is local; what clocks skip comes when they have changed, and what they show twice comes the first time.
#[test]
fn the_next_time_is_the_local_one() {
    use DigestDays::{Every, Working};
    let cases = [
        (
            "09:00",
            "America/Los_Angeles",
            Working,
            "2026-12-01T16:59:59Z",
            "2026-12-01T17:00:00Z",
        ),
        (
            "09:00",
            "America/Los_Angeles",
            Working,
            "2026-12-01T17:00:00Z",
            "2026-12-02T17:00:00Z",
        ),
        // The date is that of the zone: Wednesday has begun in Auckland.
        (
            "08:00",
            "Pacific/Auckland",
            Working,
            "2026-12-01T17:00:00Z",
            "2026-12-01T19:00:00Z",
        ),
        // A Friday is followed by a Monday, or by a Saturday.
        (
            "09:00",
            "America/Los_Angeles",
            Working,
            "2026-12-04T18:00:00Z",
            "2026-12-07T17:00:00Z",
        ),
        (
            "09:00",
            "America/Los_Angeles",
            Every,
            "2026-12-04T18:00:00Z",
            "2026-12-05T17:00:00Z",
        ),
        // 11 November is off in both countries.
        (
            "09:00",
            "Europe/London",
            Working,
            "2026-11-10T10:00:00Z",
            "2026-11-12T09:00:00Z",
        ),
        // Over the change of the clocks, in the evening and in the morning.
        (
            "09:00",
            "America/Los_Angeles",
            Every,
            "2026-10-31T17:00:00Z",
            "2026-11-01T17:00:00Z",
        ),
        (
            "09:00",
            "Europe/London",
            Every,
            "2027-03-27T10:00:00Z",
            "2027-03-28T08:00:00Z",
        ),
        (
            "01:30",
            "Europe/London",
            Every,
            "2027-03-27T10:00:00Z",
            "2027-03-28T01:00:00Z",
        ),
        (
            "01:30",
            "America/Los_Angeles",
            Every,
            "2026-10-31T17:00:00Z",
            "2026-11-01T08:30:00Z",
        ),
        // The second 01:30 of that day is not another time.
        (
            "01:30",
            "America/Los_Angeles",
            Every,
            "2026-11-01T08:30:00Z",
            "2026-11-02T09:30:00Z",
        ),
    ];
    for (time, zone, days, now, expected) in cases {
        let next = rule(time, zone, days).next(at(now), &calendar()).unwrap();
        assert_eq!(next.at, at(expected), "{time} {zone} after {now}");
    }
}

#[test]
fn what_was_missed_is_made_up_for_within_two_hours() {
    let rule = rule("09:00", "America/Los_Angeles", DigestDays::Working);
    let friday = rule.next(at("2026-12-04T10:00:00Z"), &calendar()).unwrap();
    let settled = |now: &str| rule.settle(friday, &calendar(), at(now));
    assert_eq!(settled("2026-12-04T16:59:59Z"), None, "it is to come");
    let late = settled("2026-12-04T19:00:00Z").unwrap();
    assert_eq!((late.missed, late.acts), (Vec::new(), Some(friday)));
    let too_late = settled("2026-12-04T19:00:01Z").unwrap();
    assert_eq!((too_late.missed, too_late.acts), (vec![friday], None));
    let monday = settled("2026-12-07T17:30:00Z").unwrap();
    assert_eq!(monday.missed, [friday]);
    assert_eq!(monday.acts.unwrap().at, at("2026-12-07T17:00:00Z"));
    assert_eq!(monday.next.unwrap().at, at("2026-12-08T17:00:00Z"));
    // What was waited for before its day became a day off comes no more.
    let holiday = DigestRule {
        days: DigestDays::Every,
        ..rule
    };
    let holiday = holiday.next(at("2026-12-25T10:00:00Z"), &calendar()).unwrap();
    let settled = rule.settle(holiday, &calendar(), holiday.at).unwrap();
    assert_eq!(settled.acts, None);
}

#[test]
fn times_of_day_are_read_as_people_write_them() {
    let read = |text| time_of_day(text).map(|time| time.format("%H:%M").to_string());
    for (text, expected) in [
        ("09:00", Some("09:00")),
        (" 9:05 ", Some("09:05")),
        ("9", Some("09:00")),
        ("00:00", Some("00:00")),
        ("23:59", Some("23:59")),
        ("24:00", None),
        ("9am", None),
        ("9:", None),
        ("+9:00", None),
        ("12:345", None),
        ("", None),
    ] {
        assert_eq!(read(text).as_deref(), expected, "{text:?}");
    }
}

proptest! {
    /// Every time lies ahead, on a day that counts, with none that counts between; and it does not matter from where
    /// before it one asks.
    #[test]
    fn times_follow_each_other(
        minutes in 0..1_440_u32,
        zone in prop::sample::select(vec!["America/Los_Angeles", "Europe/London", "Pacific/Auckland", "Asia/Kathmandu"]),
        working in any::<bool>(),
        seconds in 0..126_230_400_i64,
    ) {
        let days = if working { DigestDays::Working } else { DigestDays::Every };
        let time = NaiveTime::from_num_seconds_from_midnight_opt(minutes * 60, 0).unwrap();
        let rule = DigestRule { at: time, zone: zone.parse().unwrap(), days };
        let now = at("2025-01-01T00:00:00Z") + TimeDelta::seconds(seconds);
        let (calendar, mut last) = (calendar(), now);
        for _ in 0..4 {
            let next = rule.next(last, &calendar).unwrap();
            prop_assert!(next.at > last);
            prop_assert_eq!(rule.zone.to_utc(next.local), next.at);
            prop_assert!(!working || calendar.is_working_day(next.local.date()));
            prop_assert_eq!(rule.next(next.at - TimeDelta::seconds(1), &calendar), Some(next));
            let between = rule.zone.to_local(last).date().iter_days().take_while(|date| *date < next.local.date());
            for date in between.filter(|date| !working || calendar.is_working_day(*date)) {
                prop_assert!(rule.zone.to_utc(date.and_time(time)) <= last, "{} was passed over", date);
            }
            last = next.at;
        }
    }
}
