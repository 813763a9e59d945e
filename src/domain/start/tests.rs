//! Tests of what a start may ask for.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::domain::calendar::CalendarName;
use crate::domain::fixtures::{at, date, phase, playbook};
use crate::domain::offset::Offset;

/// Tuesday morning in San Francisco; everything is ahead for the 10th.
const NOW: &str = "2026-12-01T17:00:00Z";

fn request() -> StartRequest {
    StartRequest {
        playbook: "patch".to_owned(),
        version: "7.2.1".to_owned(),
        target: "2026-12-10".to_owned(),
        reason: Reason::Security,
        title: None,
        further_versions: Vec::new(),
        conditions: Vec::new(),
        private: false,
        confirmed: false,
        proposal: None,
    }
}

fn calendar() -> Calendar {
    Calendar::named(CalendarName::UsCaConcurrent)
}

fn proposed(request: &StartRequest, now: &str) -> Result<Proposal, Rejection> {
    propose(request, &playbook(), &calendar(), at(now))
}

fn for_target(target: &str, now: &str) -> Result<Proposal, Rejection> {
    let target = target.to_owned();
    proposed(&StartRequest { target, ..request() }, now)
}

fn label(id: &str, t_minus: u32, title: &str) -> PhaseLabel {
    PhaseLabel {
        id: phase(id),
        offset: Offset::t_minus(t_minus),
        title: title.to_owned(),
    }
}

#[test]
fn a_start_in_good_time_is_planned() {
    let proposal = proposed(&request(), NOW).unwrap();
    assert_eq!(proposal.target, Some(date("2026-12-10")));
    assert_eq!(proposal.title, None);
    assert_eq!(proposal.plan.phases[0].date, date("2026-12-04"), "S9");
}

/// S7, S8: each refusal with its facts, in the order in which a person reads the command.
#[test]
fn each_refusal_carries_its_facts() {
    let saturday = Rejection::TargetIsDayOff {
        target: date("2026-12-12"),
        reason: "Saturday".to_owned(),
        nearest: vec![date("2026-12-11"), date("2026-12-14")],
    };
    for (what, request, expected) in [
        (
            "a version that is none",
            StartRequest {
                version: "7.2".to_owned(),
                ..request()
            },
            Rejection::VersionNotAccepted {
                given: "7.2".to_owned(),
                example: "7.2.1".to_owned(),
            },
        ),
        (
            "a version with a space behind it",
            StartRequest {
                version: "7.2.1 ".to_owned(),
                ..request()
            },
            Rejection::VersionNotAccepted {
                given: "7.2.1 ".to_owned(),
                example: "7.2.1".to_owned(),
            },
        ),
        (
            "a title that is too long, in characters and not in bytes",
            StartRequest {
                title: Some("é".repeat(TITLE_LIMIT + 1)),
                ..request()
            },
            Rejection::TextTooLong {
                what: "the title",
                limit: TITLE_LIMIT,
                given: TITLE_LIMIT + 1,
            },
        ),
        (
            "a date in another form",
            StartRequest {
                target: "10.12.2026".to_owned(),
                ..request()
            },
            Rejection::NotADate {
                given: "10.12.2026".to_owned(),
            },
        ),
        (
            "a date that no month has",
            StartRequest {
                target: "2026-02-30".to_owned(),
                ..request()
            },
            Rejection::NotADate {
                given: "2026-02-30".to_owned(),
            },
        ),
        (
            "yesterday",
            StartRequest {
                target: "2026-11-30".to_owned(),
                ..request()
            },
            Rejection::TargetInPast {
                target: date("2026-11-30"),
                today: date("2026-12-01"),
            },
        ),
        (
            "a Saturday",
            StartRequest {
                target: "2026-12-12".to_owned(),
                ..request()
            },
            saturday,
        ),
    ] {
        assert_eq!(proposed(&request, NOW), Err(expected), "{what}");
    }
    let playbooks = [playbook()];
    assert_eq!(find_playbook("patch", &playbooks).unwrap().id, "patch");
    assert_eq!(
        find_playbook("Patch", &playbooks),
        Err(Rejection::UnknownPlaybook {
            given: "Patch".to_owned(),
            known: vec!["patch".to_owned()]
        })
    );
}

/// Everything is wrong; each mistake mended shows the next.
#[test]
fn refusals_come_in_the_order_of_the_command() {
    let mut request = StartRequest {
        version: "x".to_owned(),
        title: Some("t".repeat(200)),
        target: "soon".to_owned(),
        ..request()
    };
    let refused = |request: &StartRequest, now: &str| proposed(request, now).unwrap_err();
    assert!(matches!(
        refused(&request, NOW),
        Rejection::VersionNotAccepted { .. }
    ));
    request.version = "7.2.1".to_owned();
    assert!(matches!(refused(&request, NOW), Rejection::TextTooLong { .. }));
    request.title = None;
    assert!(matches!(refused(&request, NOW), Rejection::NotADate { .. }));
    request.target = "2026-12-05".to_owned();
    assert!(
        matches!(
            refused(&request, "2026-12-07T17:00:00Z"),
            Rejection::TargetInPast { .. }
        ),
        "past before day off"
    );
    assert!(
        matches!(refused(&request, NOW), Rejection::TargetIsDayOff { .. }),
        "day off before phases over"
    );
    request.target = "2026-12-03".to_owned();
    assert!(matches!(
        refused(&request, NOW),
        Rejection::PhasesAlreadyOver { .. }
    ));
    request.confirmed = true;
    assert!(proposed(&request, NOW).is_ok());
}

/// S9: a target too near names the phases that are over, with their cut-offs; a person may say that it is meant.
#[test]
fn s9_a_near_target_asks_and_can_be_confirmed() {
    let now = "2026-12-02T18:00:00Z";
    assert_eq!(
        for_target("2026-12-04", now),
        Err(Rejection::PhasesAlreadyOver {
            phases: vec![
                (label("code", 4, "Code complete"), at("2026-11-30T18:00:00Z")),
                (label("test", 2, "Testing"), at("2026-12-02T18:00:00Z")),
            ],
        })
    );
    let confirmed = StartRequest {
        target: "2026-12-04".to_owned(),
        confirmed: true,
        ..request()
    };
    assert_eq!(
        proposed(&confirmed, now).unwrap().target,
        Some(date("2026-12-04"))
    );
}

/// S7: a target today is possible until ten in San Francisco, whatever the date is elsewhere.
#[test]
fn s7_a_target_today_counts_until_the_cutoff() {
    let confirmed = |now: &str| {
        let request = StartRequest {
            target: "2026-12-03".to_owned(),
            confirmed: true,
            ..request()
        };
        proposed(&request, now).map(|proposal| proposal.target)
    };
    let over = Err(Rejection::TargetInPast {
        target: date("2026-12-03"),
        today: date("2026-12-03"),
    });
    assert_eq!(confirmed("2026-12-03T17:59:59Z"), Ok(Some(date("2026-12-03"))));
    assert_eq!(confirmed("2026-12-03T18:00:00Z"), over);
    // Friday in London, still Thursday in San Francisco.
    assert_eq!(confirmed("2026-12-04T07:59:59Z"), over);
    assert_eq!(
        confirmed("2026-12-04T08:00:00Z"),
        Err(Rejection::TargetInPast {
            target: date("2026-12-03"),
            today: date("2026-12-04")
        })
    );
}

/// A playbook need not have a phase on the target date itself; then all phases may be over before the target is.
#[test]
fn a_target_ahead_is_never_called_over() {
    let mut playbook = playbook();
    playbook.phases.pop();
    let request = StartRequest {
        target: "2026-12-03".to_owned(),
        ..request()
    };
    let now = at("2026-12-02T12:00:00Z");
    let refused = propose(&request, &playbook, &calendar(), now).unwrap_err();
    assert!(
        matches!(refused, Rejection::PhasesAlreadyOver { ref phases } if phases.len() == 2),
        "{refused:?}"
    );
    let confirmed = StartRequest {
        confirmed: true,
        ..request
    };
    assert!(propose(&confirmed, &playbook, &calendar(), now).is_ok());
}

/// S8: what is offered instead of a day off is never over; today is not over.
#[test]
fn s8_the_nearest_days_are_never_in_the_past() {
    let nearest = |target: &str, now: &str| match for_target(target, now) {
        Err(Rejection::TargetIsDayOff { nearest, .. }) => nearest,
        other => panic!("{other:?}"),
    };
    // Saturday, asked on Friday and on the Saturday itself.
    assert_eq!(
        nearest("2026-12-05", "2026-12-04T12:00:00Z"),
        [date("2026-12-04"), date("2026-12-07")]
    );
    assert_eq!(
        nearest("2026-12-05", "2026-12-05T12:00:00Z"),
        [date("2026-12-07")]
    );
    // A holiday in both countries, between two working days.
    assert_eq!(
        nearest("2026-11-11", "2026-11-02T12:00:00Z"),
        [date("2026-11-10"), date("2026-11-12")]
    );
}

#[test]
fn years_are_bounded_and_blanks_are_not_minded() {
    let accepted = |target: &str| for_target(target, "2000-01-03T12:00:00Z").is_ok();
    assert!(accepted("2099-12-31"));
    assert!(accepted(" 2026-12-10 "));
    for target in [
        "1999-12-31",
        "2100-01-04",
        "+12026-12-10",
        "-2026-12-10",
        "2026-12-10T10:00",
        "",
        "2026-12",
    ] {
        assert_eq!(
            for_target(target, "2000-01-03T12:00:00Z"),
            Err(Rejection::NotADate {
                given: target.to_owned()
            }),
            "{target}"
        );
    }
}

#[test]
fn titles_are_trimmed_and_an_empty_one_is_none() {
    let titled = |title: &str| {
        let title = Some(title.to_owned());
        proposed(&StartRequest { title, ..request() }, NOW).unwrap().title
    };
    assert_eq!(titled("  Login fix \n"), Some("Login fix".to_owned()));
    assert_eq!(titled(" \t "), None);
    let longest = "é".repeat(TITLE_LIMIT);
    assert_eq!(titled(&format!("  {longest}  ")), Some(longest));
}

#[test]
fn days_of_one_s_own_count_too() {
    let extra = BTreeMap::from([(date("2026-12-10"), "Company day".to_owned())]);
    let calendar = Calendar::with(CalendarName::UsCaConcurrent, extra, BTreeSet::new());
    assert_eq!(
        propose(&request(), &playbook(), &calendar, at(NOW)),
        Err(Rejection::TargetIsDayOff {
            target: date("2026-12-10"),
            reason: "Company day".to_owned(),
            nearest: vec![date("2026-12-09"), date("2026-12-11")],
        })
    );
}

proptest! {
    /// S8: whatever day is asked for and whenever, a proposal is for a working day that is not over, a refusal offers
    /// only working days that are not over, and both are the same twice.
    #[test]
    fn s8_laws_of_a_proposal(target in 0..800_u64, now in 0..(800_i64 * 24 * 60), confirmed: bool) {
        let target = date("2026-01-01") + chrono::Days::new(target);
        let now = at("2026-01-01T00:00:00Z") + chrono::TimeDelta::minutes(now);
        let request = StartRequest { target: target.to_string(), confirmed, ..request() };
        let playbook = playbook();
        let today = playbook.cutoff.zone.to_local(now).date();
        let answer = propose(&request, &playbook, &calendar(), now);
        prop_assert_eq!(&answer, &propose(&request, &playbook, &calendar(), now));
        match answer {
            Ok(proposal) => {
                let target = proposal.target.unwrap();
                prop_assert!(calendar().is_working_day(target));
                prop_assert!(target >= today);
                prop_assert!(confirmed || proposal.plan.already_over(now).is_empty());
            }
            Err(Rejection::TargetIsDayOff { nearest, .. }) => {
                prop_assert!(!nearest.is_empty());
                for day in nearest {
                    prop_assert!(calendar().is_working_day(day) && day >= today);
                }
            }
            Err(Rejection::TargetInPast { .. }) => prop_assert!(target <= today),
            Err(Rejection::PhasesAlreadyOver { phases }) => {
                prop_assert!(!confirmed && !phases.is_empty());
                prop_assert!(phases.iter().all(|(_, cutoff)| *cutoff <= now));
            }
            Err(other) => prop_assert!(false, "{other:?}"),
        }
    }
}

/// S5: "the time to fix varies", so a release may start before its date is known.
#[test]
fn s5_a_release_may_start_without_a_target() {
    for word in ["TBD", " tbd "] {
        let request = StartRequest {
            target: word.to_owned(),
            ..request()
        };
        let proposal = proposed(&request, NOW).unwrap();
        assert_eq!((proposal.target, proposal.plan), (None, Plan::undated()));
    }
}

/// S42: a playbook with types of releases asks for exactly one, which then stands in the name.
#[test]
fn s42_one_type_is_chosen() {
    let condition = |id: &str, title: &str, one_of: Option<&str>| Condition {
        id: id.parse().unwrap(),
        title: title.to_owned(),
        one_of: one_of.map(str::to_owned),
    };
    let typed = Playbook {
        conditions: vec![
            condition("overlap", "It overlaps", None),
            condition("beta", "Beta", Some("Release type")),
            condition("esr", "ESR", Some("Release type")),
        ],
        ..playbook()
    };
    let chosen = |conditions: &[&str]| {
        let conditions = conditions.iter().map(|one| (*one).to_owned()).collect();
        let request = StartRequest {
            conditions,
            ..request()
        };
        propose(&request, &typed, &calendar(), at(NOW))
    };
    for (conditions, named) in [(&["overlap"][..], 0), (&["beta", "ESR"][..], 2)] {
        match chosen(conditions) {
            Err(Rejection::OneCondition { what, given, known }) => {
                assert_eq!((what.as_str(), given.len()), ("Release type", named));
                assert_eq!(known, ["Beta", "ESR"]);
            }
            other => panic!("{other:?}"),
        }
    }
    let mut release = crate::domain::fixtures::release_of(typed.clone());
    release.variation = chosen(&["overlap", "beta"]).unwrap().variation;
    assert_eq!(release.name(), "7.2.1 Beta");
    release.title = Some("Login fix".to_owned());
    assert_eq!(release.name(), "7.2.1 Beta Login fix");
}
