//! When somebody is busy, by the calendar that they export.

use chrono::NaiveDate;

use crate::domain::calendar::{BusyTimes, LARGEST_UPLOAD, When, Window};
use crate::domain::file::Problems;
use crate::domain::fixtures::at;

fn window(zone: &str) -> Window {
    Window {
        zone: zone.parse().unwrap(),
        from: at("2026-12-01T12:00:00Z"),
        last: NaiveDate::from_ymd_opt(2027, 12, 1).unwrap(),
    }
}

fn read(zone: &str, events: &str) -> Result<BusyTimes, Problems> {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{events}\nEND:VCALENDAR\n");
    BusyTimes::read("own.ics", text.as_bytes(), window(zone))
}

/// The events with their times, and how many are left out for which reason.
fn told(zone: &str, events: &str) -> String {
    let times = read(zone, events).unwrap_or_else(|problems| panic!("{problems}"));
    let when = |when: &When| match when {
        When::Days { first, last } if first == last => first.to_string(),
        When::Days { first, last } => format!("{first}..{last}"),
        When::Time { from, until } => {
            format!("{}–{}Z", from.format("%m-%d %H:%M"), until.format("%m-%d %H:%M"))
        }
    };
    let mut lines: Vec<String> = times
        .busy
        .iter()
        .map(|busy| {
            let whens: Vec<String> = busy.whens.iter().map(when).collect();
            format!("{}: {}", busy.title, whens.join(" "))
        })
        .collect();
    let others = [
        (times.cancelled, "cancelled"),
        (times.free, "free"),
        (times.over, "over"),
        (times.later, "later"),
    ];
    let others = others.iter().filter(|(number, _)| *number > 0);
    lines.extend(others.map(|(number, why)| format!("{number} {why}")));
    lines.join("\n")
}

fn event(lines: &str) -> String {
    format!("BEGIN:VEVENT\n{lines}\nEND:VEVENT")
}

#[test]
fn whole_days_and_times_are_read_and_the_others_counted() {
    let events = [
        event("SUMMARY:Ski\\, at last\nDTSTART;VALUE=DATE:20261224\nDTEND;VALUE=DATE:20270102"),
        event("SUMMARY:One\nDTSTART;VALUE=DATE:20261210"),
        event(
            "SUMMARY:Trip\nDTSTART;TZID=America/Toronto:20261214T090000\nDTEND;TZID=America/Toronto:20261215T170000",
        ),
        event("SUMMARY:Abroad\nDTSTART;TZID=W. Europe Standard Time:20261216T090000\nDURATION:PT8H"),
        event("SUMMARY:Own clock\nDTSTART:20261217T090000\nDTEND:20261217T170000"),
        event("SUMMARY:Greenwich\nDTSTART:20261218T090000Z\nDTEND:20261218T170000Z"),
        // It goes on.
        event("SUMMARY:Sick\nDTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261202"),
        event("SUMMARY:Was\nDTSTART;VALUE=DATE:20261130\nDTEND;VALUE=DATE:20261201"),
        event("SUMMARY:Morning\nDTSTART:20261201T080000Z\nDTEND:20261201T120000Z"),
        event("SUMMARY:Far\nDTSTART;VALUE=DATE:20280101"),
        event("SUMMARY:Off\nSTATUS:CANCELLED\nDTSTART;VALUE=DATE:20261211"),
        event("SUMMARY:Birthday\nTRANSP:TRANSPARENT\nDTSTART;VALUE=DATE:20261211"),
        event("SUMMARY:Free\nX-MICROSOFT-CDO-BUSYSTATUS:FREE\nDTSTART;VALUE=DATE:20261211"),
    ];
    insta::assert_snapshot!(told("America/Los_Angeles", &events.join("\n")), @"
    Ski, at last: 2026-12-24..2027-01-01
    One: 2026-12-10
    Trip: 12-14 14:00–12-15 22:00Z
    Abroad: 12-16 08:00–12-16 16:00Z
    Own clock: 12-17 17:00–12-18 01:00Z
    Greenwich: 12-18 09:00–12-18 17:00Z
    Sick: 2026-11-30..2026-12-01
    1 cancelled
    2 free
    2 over
    1 later
    ");
}

/// A series recurs on the clock of its zone, over changes of the clocks, and for no more than the time that is looked at.
#[test]
fn a_series_is_worked_out_for_the_time_that_is_looked_at() {
    let weekly = event(
        "SUMMARY:Fridays\nDTSTART;TZID=Europe/Berlin:20150102T090000\nDTEND;TZID=Europe/Berlin:20150102T170000\n\
         RRULE:FREQ=WEEKLY;BYDAY=FR",
    );
    let times = read("Europe/Berlin", &weekly).unwrap();
    let whens = &times.busy[0].whens;
    assert_eq!(whens.len(), 52, "{whens:?}");
    // Nine o'clock in winter and in summer.
    assert_eq!(
        whens[0],
        When::Time {
            from: at("2026-12-04T08:00:00Z"),
            until: at("2026-12-04T16:00:00Z")
        }
    );
    assert_eq!(
        whens[26],
        When::Time {
            from: at("2027-06-04T07:00:00Z"),
            until: at("2027-06-04T15:00:00Z")
        }
    );
    // Its end is an instant: the last one is not lost where the date is another one in UTC.
    let until = "SUMMARY:A\nDTSTART;TZID=Pacific/Auckland:20261221T090000\nDURATION:PT1H\n\
                 RRULE:FREQ=DAILY;UNTIL=20261222T200000Z";
    assert_eq!(
        told("Pacific/Auckland", &event(until)),
        "A: 12-20 20:00–12-20 21:00Z 12-21 20:00–12-21 21:00Z 12-22 20:00–12-22 21:00Z"
    );
    let whole = "SUMMARY:B\nDTSTART;VALUE=DATE:20261221\nRRULE:FREQ=DAILY;UNTIL=20261223";
    assert_eq!(
        told("Pacific/Auckland", &event(whole)),
        "B: 2026-12-21 2026-12-22 2026-12-23"
    );
    let count = "SUMMARY:C\nDTSTART;VALUE=DATE:20261127\nRRULE:FREQ=WEEKLY;COUNT=3\nEXDATE;VALUE=DATE:20261204\n\
                 RDATE;VALUE=DATE:20261224";
    assert_eq!(told("UTC", &event(count)), "C: 2026-12-11 2026-12-24");
    let over = "SUMMARY:D\nDTSTART;VALUE=DATE:20200101\nRRULE:FREQ=DAILY;COUNT=3";
    assert_eq!(told("UTC", &event(over)), "1 over");
}

/// One event of a series that was moved or called off takes no time where it was.
#[test]
fn a_change_to_a_series_is_followed() {
    let series = "UID:s@x\nSUMMARY:Course\nDTSTART;TZID=Europe/Berlin:20261207T090000\nDURATION:PT8H\n\
                  RRULE:FREQ=WEEKLY;COUNT=3";
    let moved = "UID:s@x\nSUMMARY:Course moved\nRECURRENCE-ID:20261214T080000Z\n\
                 DTSTART;TZID=Europe/Berlin:20261216T090000\nDURATION:PT8H";
    let called_off = "UID:s@x\nSUMMARY:Course\nSTATUS:CANCELLED\n\
                      RECURRENCE-ID;TZID=Europe/Berlin:20261221T090000\n\
                      DTSTART;TZID=Europe/Berlin:20261221T090000\nDURATION:PT8H";
    let another = "UID:t@x\nSUMMARY:Another\nRECURRENCE-ID:20261207T080000Z\nDTSTART:20261207T080000Z";
    let events = [series, moved, called_off, another].map(event).join("\n");
    insta::assert_snapshot!(told("Europe/Berlin", &events), @"
    Course: 12-07 08:00–12-07 16:00Z
    Course moved: 12-16 08:00–12-16 16:00Z
    Another: 12-07 08:00–12-07 08:00Z
    1 cancelled
    ");
}

#[test]
fn all_problems_of_a_calendar_are_told_with_their_lines() {
    let events = [
        event("DTSTART:20261399T090000Z"),
        event("DTSTART;TZID=Custom zone of ours:20261210T090000\nDURATION:PT8H"),
        event("DTSTART:20261210T090000Z\nDTEND:20261210T080000Z"),
        event("DTSTART;VALUE=DATE:20261210\nRRULE:FREQ=SOMETIMES"),
        event("DTSTART;VALUE=DATE:20261210\nRECURRENCE-ID;RANGE=THISANDFUTURE:20261210"),
        event("SUMMARY:Never"),
        "BEGIN:VEVENT\nno value".to_owned(),
    ];
    let problems = read("UTC", &events.join("\n")).unwrap_err();
    insta::assert_snapshot!(problems.to_string());
    let empty = BusyTimes::read("own.ics", b"", window("UTC")).unwrap_err();
    assert!(empty.to_string().contains("BEGIN:VCALENDAR"), "{empty}");
    let large = BusyTimes::read("own.ics", &vec![b'x'; LARGEST_UPLOAD + 1], window("UTC")).unwrap_err();
    assert_eq!(
        large.to_string(),
        "own.ics:1:1: the file is too large: found 65537 bytes, expected at most 64 KiB (65,536 bytes)"
    );
}

/// However often a file recurs, it is given up at some point.
#[test]
fn a_file_that_recurs_without_measure_is_refused() {
    let rules = [
        "FREQ=SECONDLY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE=0,10,20,30",
    ];
    for rule in rules {
        let one = event(&format!("DTSTART:19800101T000000Z\nRRULE:{rule}"));
        let many = vec![one; 450].join("\n");
        let problems = read("UTC", &many).unwrap_err();
        assert!(problems.to_string().contains("recurring events"), "{problems}");
    }
}
