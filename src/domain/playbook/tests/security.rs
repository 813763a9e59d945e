//! The shipped process of security releases: the dot release, what stays quiet, and what follows after it.

use chrono::NaiveDate;

use super::dot_release;
use crate::domain::calendar::{Calendar, CalendarName};
use crate::domain::plan::plan;
use crate::domain::playbook::{ItemId, Playbook};

fn security_release() -> Playbook {
    let text = include_str!("../../../../playbook-templates/security-release.toml");
    let read = Playbook::read("playbook-templates/security-release.toml", text);
    read.unwrap_or_else(|error| panic!("{error}"))
}

/// S9, S23: the phases of the dot release with one before and two after them, for the same people.
#[test]
fn it_is_a_dot_release_with_a_before_and_an_after() {
    let (dot, security) = (dot_release(), security_release());
    let phases: Vec<(String, &str)> = security
        .phases
        .iter()
        .map(|phase| (phase.offset.label(), phase.title.as_str()))
        .collect();
    assert_eq!(
        phases,
        [
            ("T−6".to_owned(), "Report confirmed"),
            ("T−4".to_owned(), "Code complete"),
            ("T−3".to_owned(), "Release candidate cut"),
            ("T−2".to_owned(), "Release candidate testing"),
            ("T−0".to_owned(), "Release build cut"),
            ("T+10".to_owned(), "Quiet time over"),
            ("T+30 days".to_owned(), "Details published"),
        ]
    );
    let comparison = dot.compare(&security);
    assert!(comparison.phases_removed.is_empty() && comparison.phases_changed.is_empty());
    assert!(
        comparison.items_removed.is_empty(),
        "{:?}",
        comparison.items_removed
    );
    assert_eq!((dot.roles, dot.cutoff), (security.roles, security.cutoff));
}

/// What the security variant adds to the dot release, so that none of it is lost.
#[test]
fn what_it_adds() {
    let dot = dot_release();
    let security = security_release();
    let added: Vec<(&str, &str)> = security
        .items()
        .filter(|(_, item)| dot.item(&item.id).is_none())
        .map(|(phase, item)| (phase.id.as_str(), item.id.as_str()))
        .collect();
    assert_eq!(
        added,
        [
            ("report-confirmed", "acknowledge-report"),
            ("report-confirmed", "confirm-report"),
            ("report-confirmed", "rate-severity"),
            ("report-confirmed", "choose-backports"),
            ("report-confirmed", "request-cve"),
            ("code-complete", "mail-gitlab"),
            ("release-build-cut", "placeholder-details"),
            ("release-build-cut", "order-gift"),
            ("release-build-cut", "hall-of-fame"),
            ("release-build-cut", "thank-researcher"),
            ("release-build-cut", "security-mail"),
            ("quiet-time-over", "check-nothing-leaked"),
            ("details-published", "check-other-release"),
            ("details-published", "publish-details"),
            ("details-published", "publish-cve"),
            ("details-published", "open-tickets"),
        ]
    );
}

/// Before it ships, what is public says nothing of the hole: these items of the dot release read otherwise.
#[test]
fn what_is_public_stays_quiet() {
    let security = security_release();
    let details = |id: &str| {
        let id: ItemId = id.parse().unwrap();
        security.item(&id).unwrap().details.clone().unwrap()
    };
    assert!(details("announce-on-twitter").contains("nothing about what it fixes"));
    assert!(details("changelog-tbd").contains("tickets are not linked"));
    assert!(details("hotfix-prs").contains("do not say what the hole is"));
    assert!(details("placeholder-details").contains("details follow 30 days after"));
}

/// Ten working days over Christmas, and thirty days of the calendar that end on a Saturday.
#[test]
fn what_follows_is_planned_by_its_own_units() {
    let target = NaiveDate::from_ymd_opt(2026, 12, 10).unwrap();
    let calendar = Calendar::named(CalendarName::UsCaConcurrent);
    let plan = plan(&security_release(), target, &calendar);
    let dates: Vec<String> = plan.phases.iter().map(|phase| phase.date.to_string()).collect();
    assert_eq!(dates[4..], ["2026-12-10", "2026-12-24", "2027-01-11"]);
}
