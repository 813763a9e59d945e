//! Each form of a report as a snapshot, and what people wrote is harmless in each.

use calcard::icalendar::ICalendar;

use super::*;
use crate::domain::fixtures::{at, date, item, plan_of, release, stamp};
use crate::domain::ids::ChannelId;
use crate::domain::release::{Closure, Completion, Reason};

/// What somebody with bad intentions types.
const HOSTILE: [&str; 7] = [
    "=HYPERLINK(\"https://example.org\";\"click\")",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "a|b <script>alert(1)</script> **bold** [x](https://example.org)\n# heading",
    "\u{202E}gpj.exe",
];

struct Story {
    release: Release,
    events: Vec<TimelineEvent>,
}

/// Started for the 8th, slipped to the 10th, held for a night, one item late, one set aside, closed with one open.
fn story(reason: &str) -> Story {
    let mut release = release();
    release.title = Some("Login fix".to_owned());
    let mut events = Vec::new();
    let mut happen = |actor: Option<u64>, when: &str, event: Event| {
        let stamp = stamp(actor.unwrap_or_default(), when);
        release.apply(&event, stamp);
        events.push(TimelineEvent {
            at: stamp.at,
            actor: actor.map(UserId),
            event,
        });
    };
    let reason = || reason.to_owned();
    let done = |id: &str| Event::ItemDone {
        item: item(id),
        evidence: None,
    };
    let started = Event::Started {
        version: "7.2.1".to_owned(),
        target: Some(date("2026-12-08")),
        reason: Reason::Security,
        private: false,
        variation: crate::domain::playbook::Variation::default(),
    };
    happen(Some(1), "2026-12-01T17:00:00Z", started);
    let channel = ChannelId(1_234_567_890_123_456_789);
    happen(None, "2026-12-01T17:00:01Z", Event::ChannelOpened { channel });
    happen(Some(1), "2026-12-01T17:20:00Z", done("announce"));
    happen(Some(2), "2026-12-02T20:00:00Z", done("merge"));
    happen(Some(1), "2026-12-02T20:30:00Z", Event::Held { reason: reason() });
    happen(Some(1), "2026-12-03T16:00:00Z", Event::Resumed);
    let slipped = Event::Slipped {
        from: Some(date("2026-12-08")),
        to: Some(date("2026-12-10")),
        reason: reason(),
    };
    happen(Some(1), "2026-12-03T16:30:00Z", slipped);
    happen(Some(3), "2026-12-08T17:00:00Z", done("verify"));
    happen(Some(2), "2026-12-10T17:00:00Z", done("tag"));
    let set_aside = Event::ItemNotApplicable {
        item: item("page"),
        reason: reason(),
    };
    happen(Some(1), "2026-12-10T17:30:00Z", set_aside);
    happen(
        Some(3),
        "2026-12-10T18:30:00Z",
        Event::ItemUndone { item: item("verify") },
    );
    let closed = Event::Closed {
        override_reason: Some(reason()),
        open: vec![item("verify")],
    };
    happen(Some(1), "2026-12-11T17:00:00Z", closed);
    Story { release, events }
}

fn report_of(story: &Story) -> Report {
    let people = BTreeMap::from([
        (UserId(1), "Riley".to_owned()),
        (UserId(2), "=Devon | *QA*".to_owned()),
    ]);
    Report::new(&Facts {
        release: &story.release,
        plan: &plan_of(&story.release),
        events: &story.events,
        calendar: &Calendar::named(story.release.playbook.calendar),
        taken_at: at("2026-12-12T09:00:00Z"),
        people: &people,
        tell: &|event| match event {
            Event::Held { reason } => format!("put the release on hold: {reason}"),
            other => serde_json::to_value(other).unwrap()["event"].to_string(),
        },
    })
}

#[test]
fn s126_a_report_in_each_form() {
    let report = report_of(&story("QA needs *two* more days | @everyone"));
    for form in Form::EACH {
        insta::assert_snapshot!(format!("report_{form}"), report.write(form));
    }
    assert_eq!(report.file_name(Form::Markdown), "REL-2026-12-001.md");
}

/// No spreadsheet takes a cell for a formula, and each reads back as it was typed.
#[test]
fn what_people_wrote_is_no_formula() {
    for hostile in HOSTILE {
        let csv = report_of(&story(hostile)).write(Form::Csv);
        let mut table = ::csv::Reader::from_reader(csv.trim_start_matches('\u{FEFF}').as_bytes());
        let rows: Vec<::csv::StringRecord> = table.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 12);
        for cell in rows.iter().flatten() {
            let first = cell.trim_start_matches(' ').chars().next();
            assert!(
                !first.is_some_and(|first| "=+-@\t\r\n＝＋－＠".contains(first)),
                "{cell:?}"
            );
        }
        assert!(rows[4][9].ends_with(hostile), "{:?}", &rows[4][9]);
        assert_eq!(&rows[3][4], "'=Devon | *QA*");
    }
}

/// Whatever people wrote, a Markdown reader finds our headings, our tables and no HTML.
#[test]
fn what_people_wrote_formats_nothing() {
    use pulldown_cmark::{Event as Read, Options, Parser, Tag};
    let shape = |hostile: &str| -> Vec<String> {
        let page = report_of(&story(hostile)).write(Form::Markdown);
        let events: Vec<_> = Parser::new_ext(&page, Options::all() - Options::ENABLE_SMART_PUNCTUATION)
            .filter_map(|event| match event {
                Read::Start(tag) => Some(format!("{tag:?}")),
                Read::Html(html) | Read::InlineHtml(html) => Some(format!("html {html}")),
                _ => None,
            })
            .collect();
        assert!(
            !events
                .iter()
                .any(|tag| tag.starts_with("html") || tag.starts_with("Link"))
        );
        assert!(!page.contains('\u{202E}'));
        events
    };
    let calm = shape("a reason");
    assert!(calm.contains(&format!("{:?}", Tag::Paragraph)));
    for hostile in HOSTILE {
        assert_eq!(shape(hostile), calm, "{hostile:?}");
    }
}

/// A calendar that knows the events moves them: the same UIDs, new dates, a greater sequence.
#[test]
fn cut_offs_in_a_calendar_move() {
    let events = |story: &Story| -> Vec<(String, String, i64)> {
        let text = report_of(story).write(Form::Ics);
        let calendar = ICalendar::parse(&text).unwrap();
        let value = |component: usize, name: &str| {
            let entries = &calendar.components[component].entries;
            let entry = entries.iter().find(|entry| entry.name.as_str() == name).unwrap();
            let mut text = String::new();
            entry.write_to(&mut text).unwrap();
            text.trim_end().split_once(':').unwrap().1.to_owned()
        };
        (1..calendar.components.len())
            .map(|component| {
                let sequence = value(component, "SEQUENCE").parse().unwrap();
                (value(component, "UID"), value(component, "DTSTART"), sequence)
            })
            .collect()
    };
    let after = story("why");
    let mut before = story("why");
    before.events.truncate(6);
    before.release.target = Some(date("2026-12-08"));
    let (before, after) = (events(&before), events(&after));
    assert_eq!(before.len(), 3);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(before.0, after.0);
        assert_ne!(before.1, after.1);
        assert_eq!((before.2, after.2), (0, 1));
    }
    assert_eq!(after[2].0, "REL-2026-12-001.build.900@t-minus");
    assert_eq!(after[2].1, "20261210T180000Z");
}

/// A release without a date, and of another time, is told as well; a calendar of it is empty and valid.
#[test]
fn a_release_without_a_date() {
    let mut release = release();
    release.target = None;
    release.completions.insert(
        item("of-an-older-playbook"),
        Completion {
            stamp: stamp(2, "2026-12-02T17:00:00Z"),
            not_applicable: None,
            evidence: None,
        },
    );
    release.closed = Some(Closure {
        stamp: stamp(1, "2026-12-02T17:00:00Z"),
        override_reason: None,
    });
    let report = report_of(&Story {
        release,
        events: Vec::new(),
    });
    assert!(
        report
            .write(Form::Markdown)
            .contains("| T−0 Build | TBD | TBD | open |  |")
    );
    let calendar = ICalendar::parse(report.write(Form::Ics)).unwrap();
    assert_eq!(calendar.components.len(), 1);
}

/// The picture as SVG: a mark and a word for each phase, for what moved and for when the clock stood still.
#[test]
fn s126_a_picture_of_planned_against_actual() {
    let report = report_of(&story("why"));
    insta::assert_snapshot!("picture_svg", report.picture());
    insta::assert_snapshot!("picture_words", report.picture_words());
}
