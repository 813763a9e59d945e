//! Which texts are recurrences, and what the others are told.

use std::fmt::Write as _;

use super::*;

/// The same five moments, whichever way they are written.
#[test]
fn words_and_fields_mean_the_same() {
    for (words, fields) in [
        ("daily 17:00 Europe/London", "0 17 * * * Europe/London"),
        ("daily, 07:05 Europe/London", "5 7 * * * Europe/London"),
        (
            "every weekday 09:00 Europe/London",
            "0 9 * * Mon-Fri Europe/London",
        ),
        (
            "weekly, Tuesday 09:00 Pacific/Auckland",
            "0 9 * * Tue Pacific/Auckland",
        ),
        (
            "Weekly  tue  09:00 Pacific/Auckland",
            "0 9 * * tuesday Pacific/Auckland",
        ),
        (
            "monthly, 15th 10:00 America/Los_Angeles",
            "0 10 15 * * America/Los_Angeles",
        ),
    ] {
        let now = instant("2026-11-21T12:00:00Z");
        assert_eq!(
            recurrence(words).next_five(now),
            recurrence(fields).next_five(now),
            "{words}"
        );
    }
}

#[test]
fn the_first_tuesday_of_each_month() {
    assert_eq!(
        shown(
            "monthly, 1st Tuesday 10:00 America/Los_Angeles",
            "2026-11-21T00:00:00Z",
            5
        ),
        [
            "Tue 2026-12-01 10:00 → 2026-12-01T18:00Z",
            "Tue 2027-01-05 10:00 → 2027-01-05T18:00Z",
            "Tue 2027-02-02 10:00 → 2027-02-02T18:00Z",
            "Tue 2027-03-02 10:00 → 2027-03-02T18:00Z",
            "Tue 2027-04-06 10:00 → 2027-04-06T17:00Z",
        ]
    );
}

/// The crate refuses `Sat-Sun` and takes numbers for other days than Unix does; names mean what they say here.
#[test]
fn ranges_of_weekdays_may_pass_the_end_of_the_week() {
    let days = |field: &str| {
        shown(&format!("0 9 * * {field} UTC"), "2026-11-22T23:00:00Z", 7)
            .into_iter()
            .map(|line| line[..3].to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(days("Sat-Sun"), "Sat Sun Sat Sun Sat Sun Sat");
    assert_eq!(days("Fri-Mon"), "Mon Fri Sat Sun Mon Fri Sat");
    assert_eq!(days("Mon-Fri"), "Mon Tue Wed Thu Fri Mon Tue");
    assert_eq!(days("Wed,Mon"), "Mon Wed Mon Wed Mon Wed Mon");
    assert_eq!(days("Mon-Sun"), "Mon Tue Wed Thu Fri Sat Sun");
}

/// What is written is kept, and read again from the database it is the same.
#[test]
fn it_is_stored_as_it_was_written() {
    for text in [
        "weekly, Tuesday 09:00 Pacific/Auckland",
        "0 9 * * Sat-Sun Pacific/Chatham",
    ] {
        let recurrence = recurrence(text);
        let json = serde_json::to_string(&recurrence).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Recurrence>(&json).unwrap(), recurrence);
        assert_eq!(recurrence.to_string(), text);
    }
    assert!(serde_json::from_str::<Recurrence>("\"0 9 * * 1 UTC\"").is_err());
}

#[test]
fn twenty_ninth_of_february_comes_in_leap_years() {
    assert_eq!(
        shown("0 9 29 Feb * UTC", "2026-11-21T00:00:00Z", 3),
        [
            "Tue 2028-02-29 09:00 → 2028-02-29T09:00Z",
            "Sun 2032-02-29 09:00 → 2032-02-29T09:00Z",
            "Fri 2036-02-29 09:00 → 2036-02-29T09:00Z",
        ]
    );
}

#[test]
fn there_is_an_end_and_no_panic() {
    let text = recurrence("daily 09:00 Pacific/Auckland");
    assert_eq!(text.next_five(instant("2100-12-29T00:00:00Z")).len(), 2);
    assert_eq!(text.next_five(instant("2400-01-01T00:00:00Z")), []);
    assert_eq!(text.next_five(DateTime::<Utc>::MAX_UTC), []);
    assert_eq!(text.next_five(DateTime::<Utc>::MIN_UTC).len(), 5);
}

/// Every text that is refused, with what its author reads.
#[test]
fn what_bad_input_gets() {
    let texts = [
        "",
        "0 9 * * 1-5 Europe/London",
        "0 9 * * 0,7 Europe/London",
        "0 9 * * 1,Tue Europe/London",
        "0 9 * * 9 Europe/London",
        "0 9 * * */2 Europe/London",
        "0 9 * * Mon-Fri/2 Europe/London",
        "0 9 * * Teu Europe/London",
        "0 9 * * Mon,,Tue Europe/London",
        "0 9 * * FriL Europe/London",
        "0 9 * * Tue#1 Europe/London",
        "0 9 * * ? Europe/London",
        "0 9 L * * Europe/London",
        "0 9 15W * * Europe/London",
        "0 9 ? * Tue Europe/London",
        "0 9 30 2 * Europe/London",
        "0 9 31 Apr,Jun * Europe/London",
        "0 10 8-14 * Tue Europe/London",
        "0 9 13 * Fri Europe/London",
        "60 9 * * * Europe/London",
        "0 24 * * * Europe/London",
        "5* 9 * * * Europe/London",
        "0 ** * * * Europe/London",
        "0 9 5Jan * * Europe/London",
        "*/0 9 * * * Europe/London",
        "0 17-9 * * * Europe/London",
        "0 9 * 13 * Europe/London",
        "99999999999 9 * * * Europe/London",
        "0 9 * * Tue",
        "0 9 * * Tue Europe/Londn",
        "0 0 9 * * Tue Europe/London",
        "0 9 * * Tue 2027",
        "0 9 * * Europe/London",
        "@weekly Europe/London",
        "weekly, Tuesday 09:00",
        "weekly, Teusday 09:00 Europe/London",
        "weekly, 2 09:00 Europe/London",
        "weekly, Tuesday 9:00 Europe/London",
        "weekly, Tuesday 25:00 Europe/London",
        "weekly, Tuesday 9am Europe/London",
        "weekly, Tuesday 09:00 Aukland",
        "weekly, Tuesday 09:00 NZT",
        "weekly 09:00 Europe/London",
        "weekly, Mon, Tue 09:00 Europe/London",
        "dayly 09:00 Europe/London",
        "monthly, 5th Tuesday 10:00 Europe/London",
        "monthly, last Friday 10:00 Europe/London",
        "monthly, 31st 10:00 Europe/London",
        "fortnightly, Tuesday 09:00 Europe/London",
        "every hour Europe/London",
    ];
    let mut told = String::new();
    for text in texts {
        let wrong = text.parse::<Recurrence>().expect_err(text);
        writeln!(
            told,
            "{text:?}\n    found {}\n    expected {}",
            wrong.found, wrong.expected
        )
        .unwrap();
    }
    insta::assert_snapshot!(told);
}

#[test]
fn too_often_is_refused_with_the_figure() {
    let told = |text: &str, at_least: TimeDelta| match recurrence(text).spaced(at_least) {
        Ok(_) => "allowed".to_owned(),
        Err(wrong) => wrong.to_string(),
    };
    let hour = TimeDelta::hours(1);
    let day = TimeDelta::days(1);
    assert_eq!(
        told("*/15 * * * * UTC", hour),
        "found a time that comes again after 15 minutes, expected at least 1 hour from one time to the next"
    );
    assert_eq!(told("0 * * * * UTC", hour), "allowed");
    assert_eq!(
        told("0 * * * * UTC", day),
        "found a time that comes again after 1 hour, expected at least 1 day from one time to the next"
    );
    assert_eq!(
        told("0 9,17 * * * UTC", day),
        "found a time that comes again after 8 hours, expected at least 1 day from one time to the next"
    );
    // Over midnight, and only at the turn of the year.
    assert_eq!(
        told("0,59 0,23 1,31 Dec,Jan * UTC", hour),
        "found a time that comes again after 1 minute, expected at least 1 hour from one time to the next"
    );
    assert_eq!(told("daily 09:00 UTC", day), "allowed");
    assert_eq!(told("0 9 29 Feb * UTC", day), "allowed");
}

#[test]
fn a_time_at_which_clocks_change_gets_a_word_of_caution() {
    let cautioned = |text: &str| recurrence(text).caution().is_some();
    assert!(!cautioned("daily 00:59 Europe/London"));
    assert!(cautioned("daily 01:00 Europe/London"));
    assert!(cautioned("weekly, Sunday 02:59 Europe/London"));
    assert!(cautioned("0 2,14 29 Feb * Europe/London"));
    assert!(!cautioned("daily 03:00 Europe/London"));
    insta::assert_snapshot!(recurrence("daily 02:30 America/St_Johns").caution().unwrap());
}
