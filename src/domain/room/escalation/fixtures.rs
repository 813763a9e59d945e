//! Every step and every refusal of an escalation once. A new variant does not compile until it has its place here.

use super::*;
use crate::domain::escalation::{PageOrder, Part, PassedOver, Passing, Whereabouts};
use crate::domain::fixtures::{at, date, item, stamp};
use crate::domain::ids::UserId;

fn helper(name: &str, user: Option<u64>, part: Part, whereabouts: Whereabouts) -> Helper {
    Helper {
        name: name.to_owned(),
        user: user.map(UserId),
        part,
        whereabouts,
    }
}

/// Four people in every state.
pub(crate) fn helpers() -> Vec<Helper> {
    let until = at("2026-12-02T22:00:00Z");
    let back = Some(at("2026-12-02T20:00:00Z"));
    vec![
        helper("Ben", Some(7), Part::Contact, Whereabouts::AtWork { until }),
        helper(
            "Nick @everyone",
            Some(8),
            Part::Contact,
            Whereabouts::Off { back },
        ),
        helper("ida", None, Part::Contact, Whereabouts::NotKnown),
        helper(
            "Ana",
            Some(10),
            Part::Contact,
            Whereabouts::Away {
                last: date("2026-12-04"),
            },
        ),
        helper("Mo", Some(9), Part::Manager, Whereabouts::Off { back: None }),
        helper("Fay", Some(11), Part::Fallback, Whereabouts::NotKnown),
    ]
}

/// Ben, Mo and Fay are called, in this order; the others are not.
pub(crate) fn order() -> PageOrder {
    let [ben, nick, ida, ana, mo, fay] = <[Helper; 6]>::try_from(helpers()).unwrap();
    let passed = |helper, why| PassedOver { helper, why };
    PageOrder {
        targets: vec![ben, mo, fay],
        passed: vec![
            passed(nick, Passing::Off),
            passed(ida, Passing::NoId),
            passed(ana, Passing::Away),
        ],
    }
}

pub(crate) fn every_step() -> Vec<RoomEvent> {
    let first = EscalationEvent::Opened {
        problem: "Balrog does not *answer* @everyone".to_owned(),
        severity: Severity::High,
        item: Some(item("merge")),
    };
    let steps = std::iter::successors(Some(first), |step| {
        Some(match step {
            EscalationEvent::Opened { .. } => EscalationEvent::Confirmed,
            EscalationEvent::Confirmed => EscalationEvent::Rated {
                severity: Severity::Critical,
            },
            EscalationEvent::Rated { .. } => EscalationEvent::Classified {
                kind: ProblemKind::TaskKind,
                what: "balrog-submit".to_owned(),
            },
            EscalationEvent::Classified { .. } => EscalationEvent::Filed {
                link: "https://example.com/BUG-1".to_owned(),
            },
            EscalationEvent::Filed { .. } => EscalationEvent::Chosen {
                topic: Some("balrog".parse().unwrap()),
                title: "Balrog and *updates*".to_owned(),
            },
            EscalationEvent::Chosen { .. } => EscalationEvent::Told {
                channels: "#releaseduty, #mozbuild".to_owned(),
            },
            EscalationEvent::Told { .. } => EscalationEvent::Looked { helpers: helpers() },
            EscalationEvent::Looked { .. } => EscalationEvent::Paged {
                title: "Balrog and *updates*".to_owned(),
                order: order(),
                answer_within: 15,
            },
            EscalationEvent::Paged { .. } => EscalationEvent::Called {
                place: 0,
                name: "Ben".to_owned(),
            },
            EscalationEvent::Called { .. } => EscalationEvent::Missed {
                place: 0,
                name: "Ben".to_owned(),
                why: Missed::Left,
            },
            EscalationEvent::Missed {
                why: Missed::Left, ..
            } => EscalationEvent::Missed {
                place: 1,
                name: "Mo *Mo*".to_owned(),
                why: Missed::DoesNotSee,
            },
            EscalationEvent::Missed { .. } => EscalationEvent::Unanswered,
            EscalationEvent::Unanswered => EscalationEvent::Stopped,
            EscalationEvent::Stopped => EscalationEvent::Acknowledged,
            EscalationEvent::Acknowledged => EscalationEvent::Resolved {
                what: "A full disk on *balrog-2*".to_owned(),
            },
            EscalationEvent::Resolved { .. } => return None,
        })
    });
    steps
        .map(|step| RoomEvent::Escalation { number: 1, step })
        .collect()
}

pub(crate) fn every_refusal_of_an_escalation() -> Vec<EscalationRefusal> {
    let when = || stamp(5, "2026-12-02T12:00:00Z");
    let open = || {
        vec![
            (1, "Balrog does not *answer*".to_owned()),
            (3, "The mirrors are slow".to_owned()),
        ]
    };
    let first = EscalationRefusal::Which { open: open() };
    std::iter::successors(Some(first), |refusal| {
        Some(match refusal {
            EscalationRefusal::Which { .. } => EscalationRefusal::Unknown { open: open() },
            EscalationRefusal::Unknown { open } if !open.is_empty() => {
                EscalationRefusal::Unknown { open: Vec::new() }
            }
            EscalationRefusal::Unknown { .. } => EscalationRefusal::Resolved {
                number: 1,
                resolved: when(),
            },
            EscalationRefusal::Resolved { .. } => EscalationRefusal::ItemEscalated {
                number: 1,
                title: "Merge the *fixes*".to_owned(),
            },
            EscalationRefusal::ItemEscalated { .. } => EscalationRefusal::Confirmed { confirmed: when() },
            EscalationRefusal::Confirmed { .. } => EscalationRefusal::Unchanged,
            EscalationRefusal::Unchanged => EscalationRefusal::NotASeverity {
                given: "`terrible`".to_owned(),
            },
            EscalationRefusal::NotASeverity { .. } => EscalationRefusal::TopicNeeded,
            EscalationRefusal::TopicNeeded => EscalationRefusal::UnknownTopic {
                given: "`and` @everyone".to_owned(),
                near: vec!["Scopes *and* ciadmin".to_owned(), "Balrog and updates".to_owned()],
            },
            EscalationRefusal::UnknownTopic { near, .. } if !near.is_empty() => {
                EscalationRefusal::UnknownTopic {
                    given: "the mirror".to_owned(),
                    near: Vec::new(),
                }
            }
            EscalationRefusal::UnknownTopic { .. } => EscalationRefusal::NoDirectory,
            EscalationRefusal::NoDirectory => EscalationRefusal::PagingUnderWay { paged: when() },
            EscalationRefusal::PagingUnderWay { .. } => EscalationRefusal::Taken { taken: when() },
            EscalationRefusal::Taken { .. } => EscalationRefusal::NobodyToCall {
                order: PageOrder {
                    targets: Vec::new(),
                    passed: order().passed,
                },
            },
            EscalationRefusal::NobodyToCall { order } if !order.passed.is_empty() => {
                EscalationRefusal::NobodyToCall {
                    order: PageOrder::default(),
                }
            }
            EscalationRefusal::NobodyToCall { .. } => EscalationRefusal::NotPaged,
            EscalationRefusal::NotPaged => return None,
        })
    })
    .collect()
}
