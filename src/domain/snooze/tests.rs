//! Tests of what people can say about the end of a snooze.

use super::*;
use crate::domain::fixtures::{at, playbook};

/// Tuesday 1 December 2026, 12:00 in San Francisco; the working day of the small playbook begins at 9:00.
const NOON: &str = "2026-12-01T20:00:00Z";

fn read(given: &str) -> Result<Until, Rejection> {
    let playbook = playbook();
    read_until(given, &playbook, &Calendar::named(playbook.calendar), at(NOON))
}

#[test]
fn the_end_of_a_snooze_is_read_as_people_say_it() {
    for (given, until) in [
        ("2h", "2026-12-01T22:00:00Z"),
        (" 2  Hours ", "2026-12-01T22:00:00Z"),
        ("1 hour", "2026-12-01T21:00:00Z"),
        ("tomorrow", "2026-12-02T17:00:00Z"),
        ("1d", "2026-12-02T17:00:00Z"),
        ("3 working days", "2026-12-04T17:00:00Z"),
        ("4 working days", "2026-12-07T17:00:00Z"),
        ("4 days", "2026-12-05T17:00:00Z"),
        ("1 month", "2027-01-01T17:00:00Z"),
        ("2026-12-09", "2026-12-09T17:00:00Z"),
    ] {
        let Ok(Until::At { at: end, intent }) = read(given) else {
            panic!("{given}");
        };
        assert_eq!(end, at(until), "{given}");
        assert_eq!(
            intent,
            given
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase()
        );
    }
    assert_eq!(read("Now"), Ok(Until::Now));
}

#[test]
fn what_is_no_end_of_a_snooze_is_refused() {
    for given in [
        "",
        "soon",
        "3",
        "0 hours",
        "h",
        "-2 hours",
        "2 fortnights",
        "999 days",
        "2126-12-09",
        "2 hours after",
    ] {
        assert_eq!(
            read(given),
            Err(Rejection::NotAnUntil {
                given: given.to_owned()
            }),
            "{given}"
        );
    }
    assert_eq!(
        read("2026-12-01"),
        Err(Rejection::SnoozeNotAhead {
            until: at("2026-12-01T17:00:00Z")
        }),
        "this morning"
    );
}
