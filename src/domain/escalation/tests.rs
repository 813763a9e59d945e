//! The directory: the one that is shipped, finding what people mean, working hours over clock changes, and every problem.

mod editing;
mod symptoms;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::domain::fixtures::{at, stamp};
use crate::domain::shift::Away;

const SHIPPED: &str = include_str!("../../../playbook-templates/escalation/escalation.toml");

fn shipped() -> Directory {
    Directory::read("escalation.toml", SHIPPED).unwrap_or_else(|problems| panic!("{problems}"))
}

fn found(directory: &Directory, asked: &str) -> String {
    match directory.find(asked) {
        Found::Topic(topic) => topic.id.to_string(),
        Found::Nothing(near) => {
            let near: Vec<&str> = near.iter().map(|topic| topic.id.as_str()).collect();
            format!("perhaps {}", near.join(", "))
        }
    }
}

/// S55: the ten topics of the process that asked for them, with their people in order, some of them under several.
#[test]
fn s55_the_shipped_directory_has_the_ten_topics() {
    let directory = shipped();
    let lines: Vec<String> = directory
        .topics
        .iter()
        .map(|topic| {
            let contacts: Vec<&str> = topic.contacts.iter().map(ContactId::as_str).collect();
            format!("{}: {}", topic.id, contacts.join("/"))
        })
        .collect();
    assert_eq!(
        lines,
        [
            "taskgraph: tomprince/callek",
            "scopes: tomprince/mtabara",
            "chain-of-trust: aki",
            "scriptworker: aki/jlorenzo",
            "beetmover: mtabara",
            "signing: aki/catlee",
            "balrog: bhearsum/nthomas",
            "l10n: callek",
            "pushapk: jlorenzo/mhentges",
            "shipit: rail/garbas",
        ]
    );
    let aki = "aki".parse().unwrap();
    assert_eq!(directory.topics_of(&aki).count(), 3);
    // S52, S54: somewhere it is always told, and somebody who can always be asked.
    assert_eq!(directory.always, ["#releaseduty"]);
    let fallback = directory
        .fallback
        .as_ref()
        .and_then(|id| directory.contact(id))
        .unwrap();
    assert_eq!(fallback.name, "Release Engineering");
}

#[test]
fn a_topic_is_found_by_any_of_its_names_and_through_slips_of_the_fingers() {
    let directory = shipped();
    for (asked, topic) in [
        ("balrog", "balrog"),
        ("BALROG ", "balrog"),
        ("updates", "balrog"),
        ("balrgo", "balrog"),
        ("ballrog", "balrog"),
        ("autograph", "signing"),
        ("autogaph", "signing"),
        ("cot", "chain-of-trust"),
        ("chain of trust", "chain-of-trust"),
        ("ship", "shipit"),
        ("ciadmin", "scopes"),
        ("taskgraf", "taskgraph"),
        ("scriptworkr", "scriptworker"),
        ("bouncer", "beetmover"),
    ] {
        assert_eq!(found(&directory, asked), topic, "{asked}");
    }
}

/// A part of the names of several is no answer, and neither is what is like nothing.
#[test]
fn what_could_be_several_is_asked_back() {
    let directory = shipped();
    let asked = found(&directory, "and");
    assert!(asked.starts_with("perhaps "), "{asked}");
    assert!(asked.matches(',').count() > 1, "{asked}");
    assert_eq!(found(&directory, "kubernetes"), "perhaps ");
    assert_eq!(found(&directory, "the moon"), "perhaps ");
    // That the beginning is alike is not enough.
    assert_eq!(found(&directory, "release mirror"), "perhaps ");
    assert_eq!(found(&directory, "xy"), "perhaps ");
    assert_eq!(directory.suggest("").len(), 10);
    assert_eq!(directory.suggest("sign")[0].id.as_str(), "signing");
}

fn contact(zone: &str, hours: &str, more: &str) -> Contact {
    let text = format!(
        "fallback = \"ann\"\n[[contacts]]\nid = \"ann\"\nzone = \"{zone}\"\nhours = \"{hours}\"\n{more}"
    );
    let directory = Directory::read("d.toml", &text).unwrap_or_else(|problems| panic!("{problems}"));
    directory.contacts[0].clone()
}

fn shown(contact: &Contact, now: &str) -> String {
    match contact.presence(&[], at(now)) {
        Presence::AtWork { local, until } => {
            format!(
                "{} at work until {}",
                local.format("%a %H:%M"),
                until.format("%d %H:%MZ")
            )
        }
        Presence::Off { local, back } => {
            format!(
                "{} off until {}",
                local.format("%a %H:%M"),
                back.format("%d %H:%MZ")
            )
        }
        other => format!("{other:?}"),
    }
}

/// S53: working hours in the contact's own zone, over a weekend and over both changes of the clocks, which two zones make on
/// different days.
#[test]
fn s53_somebody_is_at_work_in_their_own_hours() {
    let toronto = contact("America/Toronto", "09:00-17:00", "");
    assert_eq!(
        shown(&toronto, "2026-12-04T13:59:00Z"),
        "Fri 08:59 off until 04 14:00Z"
    );
    assert_eq!(
        shown(&toronto, "2026-12-04T14:00:00Z"),
        "Fri 09:00 at work until 04 22:00Z"
    );
    assert_eq!(
        shown(&toronto, "2026-12-04T22:00:00Z"),
        "Fri 17:00 off until 07 14:00Z"
    );
    assert_eq!(
        shown(&toronto, "2026-12-06T12:00:00Z"),
        "Sun 07:00 off until 07 14:00Z"
    );
    // Clocks went back in Berlin on 25 October 2026 and in Toronto a week later.
    let berlin = contact("Europe/Berlin", "09:00-17:00", "");
    assert_eq!(
        shown(&berlin, "2026-10-23T15:30:00Z"),
        "Fri 17:30 off until 26 08:00Z"
    );
    assert_eq!(
        shown(&toronto, "2026-10-26T13:30:00Z"),
        "Mon 09:30 at work until 26 21:00Z"
    );
    assert_eq!(
        shown(&toronto, "2026-11-02T13:30:00Z"),
        "Mon 08:30 off until 02 14:00Z"
    );
    let weekend = contact("Europe/Berlin", "10:00-14:00", "days = [\"Saturday\"]\n");
    assert_eq!(
        shown(&weekend, "2026-12-05T09:00:00Z"),
        "Sat 10:00 at work until 05 13:00Z"
    );
    assert_eq!(
        shown(&weekend, "2026-12-05T13:00:00Z"),
        "Sat 14:00 off until 12 09:00Z"
    );
}

/// Whatever the hour: whoever is off comes back later, and is at work when they do.
#[test]
fn whoever_is_off_comes_back() {
    for zone in [
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Pacific/Chatham",
        "America/Vancouver",
    ] {
        let contact = contact(zone, "02:30-11:00", "");
        let mut now: DateTime<Utc> = at("2026-01-01T00:00:00Z");
        while now < at("2027-01-02T00:00:00Z") {
            if let Presence::Off { back, .. } = contact.presence(&[], now) {
                assert!(back > now, "{zone} {now}");
                let then = contact.presence(&[], back);
                assert!(
                    matches!(then, Presence::AtWork { .. }),
                    "{zone} {now}: {then:?} at {back}"
                );
            }
            now += TimeDelta::minutes(97);
        }
    }
}

/// S53: "back" is the first day on which somebody is neither away nor off, however many periods meet there.
#[test]
fn s53_whoever_is_away_comes_back_on_a_day_of_work() {
    let user = UserId(123_456_789_012_345_678);
    let ann = contact(
        "America/Toronto",
        "09:00-17:00",
        "discord = \"123456789012345678\"\n",
    );
    let away = |first: &str, last: &str| Away {
        number: 1,
        user,
        first: first.parse().unwrap(),
        last: last.parse().unwrap(),
        reason: None,
        said: stamp(1, "2026-12-01T17:00:00Z"),
    };
    let told = |away: &[Away], now: &str| {
        let last = ann.away(away, at(now)).map(|away| away.last.to_string());
        let back = ann.back(away, at(now)).unwrap();
        format!("{} {}", last.unwrap_or_default(), back.format("%a %d %H:%MZ"))
    };
    // Friday; the weekend is theirs.
    let friday = [away("2026-12-04", "2026-12-04")];
    assert_eq!(told(&friday, "2026-12-04T17:00:00Z"), "2026-12-04 Mon 07 14:00Z");
    // Before they open on their first day away, and in the evening before.
    assert_eq!(told(&friday, "2026-12-04T10:00:00Z"), "2026-12-04 Mon 07 14:00Z");
    assert_eq!(told(&friday, "2026-12-03T23:00:00Z"), " Mon 07 14:00Z");
    // Two periods that touch are one; a weekend between two is no return, and neither is a Tuesday that is away as well.
    let several = [
        away("2026-12-08", "2026-12-08"),
        away("2026-12-03", "2026-12-04"),
        away("2026-12-04", "2026-12-04"),
        away("2026-12-05", "2026-12-07"),
    ];
    assert_eq!(told(&several, "2026-12-03T17:00:00Z"), "2026-12-08 Wed 09 14:00Z");
    let monday = [away("2026-12-04", "2026-12-04"), away("2026-12-07", "2026-12-07")];
    assert_eq!(told(&monday, "2026-12-04T17:00:00Z"), "2026-12-04 Tue 08 14:00Z");
    // Days of somebody else, and days that are over, are not theirs.
    let others = Away {
        user: UserId(7),
        ..away("2026-12-04", "2026-12-11")
    };
    let over = [others, away("2026-11-30", "2026-12-02")];
    assert_eq!(told(&over, "2026-12-03T23:00:00Z"), " Fri 04 14:00Z");
    // At work on their only day of the week, and away on the next one.
    let saturdays = contact(
        "America/Toronto",
        "09:00-17:00",
        "discord = \"123456789012345678\"\ndays = [\"Saturday\"]\n",
    );
    let next = [away("2026-12-10", "2026-12-12")];
    let back = saturdays.back(&next, at("2026-12-05T23:00:00Z"));
    assert_eq!(back, Some(at("2026-12-19T14:00:00Z")));
}

#[test]
fn all_problems_of_a_directory_are_told_at_once_with_their_lines() {
    let text = r#"always = "releaseduty"
fallback = "bhearsom"
colour = "red"

[[topics]]
id = "balrog"
title = "Balrog"
aliases = ["updates"]
contacts = ["bhearsum", "nobody"]

[[topics]]
id = "Update Server"
title = "Updates"
contacts = []

[[topics]]
id = "signing"
title = "balrog"

[[contacts]]
id = "bhearsum"
manager = "catlee"
hours = "09:00-17:00"

[[contacts]]
id = "catlee"
manager = "bhearsum"
zone = "America/Torronto"
hours = "17:00-09:00"
days = []

[[contacts]]
id = "catlee"
discord = "ben#1234"
manager = "rail"
days = ["funday"]
"#;
    let problems = Directory::read("escalation.toml", text).unwrap_err();
    insta::assert_snapshot!(problems.to_string());
}

#[test]
fn an_empty_directory_is_one() {
    assert_eq!(Directory::read("d.toml", ""), Ok(Directory::default()));
}
