//! What mails say, and that nothing of what people typed ends a header.

use std::collections::BTreeMap;

use crate::app::{
    About, Addressee, Claim, Delivery, HandOffMail, HandOffView, KeptHandOff, Record, ReleaseView,
};
use crate::domain::calendar::{Calendar, CalendarName};
use crate::domain::fixtures::{GUILD, at, item, plan_of, release, setup, stamp};
use crate::domain::handoff::{Declined, HandOff, HandOffState};
use crate::domain::ids::{ChannelId, HandOffNumber, MessageId, ReleaseKey, RosterNumber, UserId};
use crate::domain::notice::{CopyTo, Notice};
use crate::domain::release::{Event, TimelineEvent};
use crate::mail::words::letter;
use crate::mail::{Encryption, Postman, Server, is_loopback};

const NOW: &str = "2026-12-03T16:00:40Z";

fn record(key: &str, version: &str, title: Option<&str>) -> Record {
    let mut release = release();
    release.key = ReleaseKey::from_stored(key.to_owned());
    version.clone_into(&mut release.version);
    release.title = title.map(str::to_owned);
    let done = Event::ItemDone {
        item: item("merge"),
        evidence: None,
    };
    release.apply(&done, stamp(7, "2026-12-03T11:00:00Z"));
    let plan = plan_of(&release);
    Record {
        view: ReleaseView {
            release,
            plan,
            setup: setup(),
        },
        events: vec![TimelineEvent {
            at: at("2026-12-03T11:00:00Z"),
            actor: Some(UserId(7)),
            event: done,
        }],
        calendar: Calendar::named(CalendarName::UsCaConcurrent),
    }
}

fn mail(title: &str, records: Vec<Record>) -> HandOffMail {
    let hand_off = HandOff {
        from: UserId(1),
        since: at("2026-12-03T08:00:00Z"),
        offered: at("2026-12-03T16:00:00Z"),
        to: vec![UserId(2), UserId(3)],
        called: Vec::new(),
        note: Some("Ask the *vendor*, @everyone".to_owned()),
        declined: vec![Declined {
            stamp: stamp(3, "2026-12-03T16:00:20Z"),
            reason: "At the *dentist*".to_owned(),
        }],
        calls: Vec::new(),
        questions: 0,
        left: false,
        state: HandOffState::Offered,
    };
    HandOffMail {
        view: HandOffView {
            kept: KeptHandOff {
                number: HandOffNumber(5),
                roster: RosterNumber(3),
                hand_off,
                message: Some((ChannelId(700), MessageId(701))),
            },
            title: title.to_owned(),
            setup: setup(),
            records,
        },
        names: BTreeMap::from([(UserId(1), "Ann".to_owned()), (UserId(2), "Ben *B*".to_owned())]),
        to: Some(Addressee {
            address: "ben@example.com".parse().unwrap(),
            zone: Some("Pacific/Auckland".parse().unwrap()),
        }),
    }
}

fn two() -> Vec<Record> {
    vec![
        record("REL-2026-12-001", "7.2.1", Some("Login *fix*")),
        record("REL-2026-12-002", "7.3.0", None),
    ]
}

fn shown(mail: &HandOffMail) -> String {
    let zone = mail.to.as_ref().and_then(|to| to.zone);
    let letter = letter(mail, zone, 12, at(NOW));
    format!("Subject: {}\n\n{}", letter.subject, letter.body)
}

#[test]
fn s47_a_copy_says_what_the_chat_says() {
    insta::assert_snapshot!(shown(&mail("QA", two())));
}

/// To an address of the configuration, of which nobody knows the zone; nobody comes, and nothing is posted yet.
#[test]
fn a_copy_of_what_nobody_takes_over() {
    let mut mail = mail("QA", vec![record("REL-2026-12-001", "7.2.1", None)]);
    let hand_off = &mut mail.view.kept.hand_off;
    hand_off.to.clear();
    hand_off.declined.clear();
    hand_off.note = None;
    hand_off.left = true;
    mail.view.kept.message = None;
    mail.to = None;
    insta::assert_snapshot!(shown(&mail));
}

#[test]
fn a_copy_of_a_duty_that_stays() {
    let mut mail = mail("QA", Vec::new());
    let hand_off = &mut mail.view.kept.hand_off;
    hand_off.state = HandOffState::Kept;
    hand_off.to = vec![hand_off.from];
    hand_off.declined.clear();
    insta::assert_snapshot!(shown(&mail));
}

#[test]
fn a_subject_names_a_few_versions_and_counts_all() {
    let records = |number: usize| vec![record("REL-2026-12-001", "7.2.1", None); number];
    let subject = |title: &str, number| letter(&mail(title, records(number)), None, 12, at(NOW)).subject;
    assert_eq!(subject("QA", 1), "Hand-off of QA: 7.2.1 (1 release)");
    assert_eq!(
        subject("QA", 6),
        "Hand-off of QA: 7.2.1, 7.2.1, 7.2.1, 7.2.1, 7.2.1, … (6 releases)"
    );
    assert_eq!(subject(&"Q".repeat(300), 1).chars().count(), 150);
}

/// Nothing of what people typed begins a header, ends the headers or goes to somebody else.
#[test]
fn what_people_typed_makes_no_header() {
    let hostile = "QA\r\nBcc: eve@example.com\r\n\r\n.\r\n\u{2028}Grüße =?utf-8?q?x?=";
    let mut mail = mail(hostile, vec![record("REL-2026-12-001", hostile, Some(hostile))]);
    mail.names.insert(UserId(1), hostile.to_owned());
    mail.view.kept.hand_off.note = Some(hostile.to_owned());
    let server = Server {
        host: "smtp.example.com".to_owned(),
        port: 587,
        encryption: Encryption::StartTls,
        root_certificate_pem: None,
        from: "releases@example.com".parse().unwrap(),
        login: Some(("releases".to_owned(), "s3cret".to_owned().into())),
    };
    let postman = Postman::new(&server).unwrap();
    assert!(!format!("{server:?} {postman:?}").contains("s3cret"));
    let address = mail.to.as_ref().unwrap().address.clone();
    let written = letter(&mail, None, 12, at(NOW));
    assert_eq!(written.subject.lines().count(), 1);
    let delivery = Delivery {
        claim: Claim {
            row: 12,
            guild: GUILD,
            release: None,
            notice: Notice::HandOffMail {
                number: HandOffNumber(5),
                to: CopyTo::Member { user: UserId(2) },
            },
            attempts: 1,
            first_attempt: at(NOW),
            generation: 0,
            lease: 1,
            posts: 0,
        },
        about: About::Mail(Box::new(mail.clone())),
        now: at(NOW),
    };
    let message = postman.message(&delivery, &mail, &address, written).unwrap();
    let to: Vec<String> = message.envelope().to().iter().map(ToString::to_string).collect();
    assert_eq!(to, ["ben@example.com"]);
    let text = String::from_utf8(message.formatted()).unwrap();
    assert!(text.is_ascii());
    let (headers, body) = text.split_once("\r\n\r\n").unwrap();
    let names: Vec<&str> = headers
        .split("\r\n")
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(
        names,
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "MIME-Version",
            "Content-Type",
            "Content-Transfer-Encoding"
        ],
        "{headers}"
    );
    assert!(
        headers.contains("Message-ID: <hand-off.900.12.1796313600@smtp.example.com>"),
        "{headers}"
    );
    assert!(!body.lines().any(|line| line.starts_with("Bcc")), "{body}");
}

#[test]
fn servers_on_this_machine_are_known() {
    for here in ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.10", "::1"] {
        assert!(is_loopback(here), "{here}");
    }
    for there in [
        "smtp.example.com",
        "localhost.example.com",
        "10.0.0.1",
        "::2",
        "0.0.0.0",
    ] {
        assert!(!is_loopback(there), "{there}");
    }
}
