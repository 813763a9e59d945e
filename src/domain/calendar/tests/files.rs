//! Tests of calendar files: what they give, and what is said about bad ones.

use super::*;

fn days(file: &str, text: &str) -> Vec<String> {
    let read = CalendarDays::read(file, text.as_bytes()).unwrap_or_else(|problems| panic!("{problems}"));
    let off = read.off.iter().map(|(date, reason)| format!("{date} {reason}"));
    let worked = read.worked.iter().map(|(date, reason)| {
        let reason = reason.as_deref().unwrap_or("-");
        format!("{date} worked: {reason}")
    });
    off.chain(worked).collect()
}

fn problems(file: &str, text: &str) -> String {
    CalendarDays::read(file, text.as_bytes()).unwrap_err().to_string()
}

/// A calendar with these lines between its frame.
fn ics(lines: &[&str]) -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Holidays//EN\r\n".to_owned();
    for line in lines {
        text.push_str(line);
        text.push_str("\r\n");
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

fn event(lines: &[&str]) -> String {
    let mut all = vec!["BEGIN:VEVENT", "UID:1@example.org", "DTSTAMP:20260101T000000Z"];
    all.extend(lines);
    all.push("END:VEVENT");
    ics(&all)
}

#[test]
fn an_icalendar_file_gives_its_whole_days() {
    let text = ics(&[
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:STANDARD",
        "DTSTART:16011028T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "SUMMARY:Company day\\, all offices \u{2013} \u{65e5}\u{672c}",
        "DTSTART;VALUE=DATE:20261224",
        "BEGIN:VALARM",
        "TRIGGER:-PT15M",
        "DTSTART:20200101T101500",
        "END:VALARM",
        "END:VEVENT",
        "begin:vevent",
        "dtstart;value=date:20261228",
        "DTEND;VALUE=DATE:20270102",
        "SUMMARY;LANGUAGE=en:Winter",
        "  break of the whole",
        "\t company",
        "TRANSP:TRANSPARENT",
        "end:vevent",
        "BEGIN:VEVENT",
        "DTSTART;TZID=Europe/Berlin:20270315T000000",
        "DURATION:P2D",
        "SUMMARY:",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20270401",
        "STATUS:CANCELLED",
        "SUMMARY:Never mind",
        "END:VEVENT",
        "BEGIN:VTODO",
        "DTSTART;VALUE=DATE:20270402",
        "END:VTODO",
    ]);
    let expected = [
        "2026-12-24 Company day, all offices \u{2013} \u{65e5}\u{672c}",
        "2026-12-28 Winter break of the whole company",
        "2026-12-29 Winter break of the whole company",
        "2026-12-30 Winter break of the whole company",
        "2026-12-31 Winter break of the whole company",
        "2027-01-01 Winter break of the whole company",
        "2027-03-15 Day off",
        "2027-03-16 Day off",
    ];
    assert_eq!(days("company.ics", &text), expected);
    // Unix line ends, and the mark that some programs put before UTF-8.
    let unix = format!("\u{feff}{}", text.replace("\r\n", "\n"));
    assert_eq!(days("COMPANY.ICS", &unix), expected);
}

#[test]
fn yearly_rules_recur_within_the_years_of_the_calendar() {
    let founders = event(&[
        "DTSTART;VALUE=DATE:19990610",
        "RRULE:FREQ=YEARLY",
        "SUMMARY:Founders",
    ]);
    let all = days("f.ics", &founders);
    assert_eq!(all.len(), 101);
    assert_eq!(all[0], "2000-06-10 Founders");
    assert_eq!(all[100], "2100-06-10 Founders");
    let until = event(&[
        "DTSTART;VALUE=DATE:20261127",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4FR;UNTIL=20291231T235959Z",
        "EXDATE;VALUE=DATE:20281124",
        "RDATE;VALUE=DATE:20300102,20300103",
        "SUMMARY:Black Friday",
    ]);
    assert_eq!(
        days("f.ics", &until),
        [
            "2026-11-27 Black Friday",
            "2027-11-26 Black Friday",
            "2029-11-23 Black Friday",
            "2030-01-02 Black Friday",
            "2030-01-03 Black Friday",
        ]
    );
    let counted = event(&[
        "DTSTART;VALUE=DATE:20260102",
        "RRULE:FREQ=MONTHLY;COUNT=3",
        "SUMMARY:Inventory",
    ]);
    assert_eq!(
        days("f.ics", &counted),
        [
            "2026-01-02 Inventory",
            "2026-02-02 Inventory",
            "2026-03-02 Inventory"
        ]
    );
}

/// All problems at once, each with the line of the file on which its property begins, folded lines or not.
#[test]
fn a_broken_icalendar_file_is_refused_with_all_its_lines() {
    let text = ics(&[
        "BEGIN:VEVENT",
        "SUMMARY:No beginning, and a line that is long",
        "  and folded",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20260230",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "DTSTART:20261224T140000Z",
        "DTEND:20261224T150000Z",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20261224",
        "DTEND;VALUE=DATE:20261220",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20261224",
        "DURATION:PT4H",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20261224",
        "RRULE:FREQ=WEEKLY;BYDAY=FR",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20261224",
        "RRULE:FREQ=SOMETIMES",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20261224",
        "RRULE:FREQ=DAILY;UNTIL=21001231",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "DTSTART;VALUE=DATE:20261224",
        "RECURRENCE-ID;VALUE=DATE:20261225",
        "END:VEVENT",
        "this is nothing",
    ]);
    insta::assert_snapshot!(problems("broken.ics", &text));
}

#[test]
fn a_file_that_is_no_calendar_is_refused() {
    let unended = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261224\n";
    let crossed = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n";
    insta::assert_snapshot!(
        [
            problems("a.ics", ""),
            problems("b.ics", "<html>Please log in</html>"),
            problems("c.ics", unended),
            problems("d.ics", crossed),
            problems("e.txt", "2026-12-24"),
            problems("f.ics", &"x".repeat(1024 * 1024 + 1)),
            CalendarDays::read("g.ics", b"BEGIN:VCALENDAR\nX:\xff\n")
                .unwrap_err()
                .to_string(),
            problems("h.ics", &ics(&["END:VCALENDAR"])),
        ]
        .join("\n")
    );
}

#[test]
fn a_toml_file_gives_its_days() {
    let text = "[[days]]\ndate = \"2026-12-24\"\nreason = \"Company day\"\n\n[[days]]\ndate = 2026-12-28\nreason = \
                \"Bridge\"\n\n[[working]]\ndate = 2026-11-11\n\n[[working]]\ndate = 2026-10-12\nreason = \"Big release\"\n";
    assert_eq!(
        days("company.toml", text),
        [
            "2026-12-24 Company day",
            "2026-12-28 Bridge",
            "2026-10-12 worked: Big release",
            "2026-11-11 worked: -",
        ]
    );
    assert_eq!(days("empty.toml", ""), Vec::<String>::new());
}

#[test]
fn a_broken_toml_file_is_refused_with_all_its_lines() {
    let text = "[[days]]\ndate = \"2026-13-24\"\nreason = \"x\"\n\n[[days]]\ndate = 1999-12-31\n\n[[days]]\ndate = \
                2026-12-24\nreason = \" \"\nreson = \"y\"\n\n[[days]]\ndate = 2026-12-25\nreason = \"a\"\n\n[[days]]\n\
                date = 2026-12-25\nreason = \"b\"\n\n[[working]]\ndate = 2026-12-25\n\n[[work]]\ndate = 2026-12-29\n";
    insta::assert_snapshot!(problems("broken.toml", text));
    insta::assert_snapshot!(problems("syntax.toml", "[[days]\ndate = 2026-12-24\n"));
}

proptest! {
    /// Whatever a file holds, reading it ends with days or with problems, each on a line that the file has.
    #[test]
    fn any_file_is_read_or_refused(lines in prop::collection::vec(prop::sample::select(vec![
        "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "DTSTART;VALUE=DATE:20261224",
        "DTEND;VALUE=DATE:20261226", "RRULE:FREQ=YEARLY", "RRULE:FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2",
        "RRULE:FREQ=DAILY;INTERVAL=0;COUNT=5", "SUMMARY:x", " folded", "DURATION:P1W", "EXDATE:20261224", ":", ";:",
        "DTSTART;X=\"a:b\":20261224", "RRULE:FREQ=SECONDLY;COUNT=4000000000", "\u{fffd}",
    ]), 0..30)) {
        let mut text = "BEGIN:VCALENDAR\n".to_owned();
        text.push_str(&lines.join("\n"));
        if let Err(Problems { problems }) = CalendarDays::read("any.ics", text.as_bytes()) {
            prop_assert!(!problems.is_empty());
            let count = text.lines().count();
            prop_assert!(problems.iter().all(|problem| (1..=count).contains(&problem.line)));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), toml in any::<bool>()) {
        let _ = CalendarDays::read(if toml { "any.toml" } else { "any.ics" }, &bytes);
    }
}
