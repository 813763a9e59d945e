use std::collections::BTreeSet;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::domain::escalation::PageOrder;
use crate::domain::fixtures::{actor, at, item, release, stamp};
use crate::domain::ids::UserId;
use crate::domain::person::Actor;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Command, Event};
use crate::domain::room::{RoomCommand, RoomRefusal};

const NOON: &str = "2026-12-02T12:00:00Z";

fn dev() -> Actor {
    actor(&["dev"])
}

fn open() -> RoomCommand {
    RoomCommand::Escalation(EscalationCommand::Open(NewEscalation {
        problem: " Balrog does not answer ".to_owned(),
        severity: Severity::High,
        item: None,
        topic: None,
    }))
}

fn take(step: EscalationStep) -> RoomCommand {
    RoomCommand::Escalation(EscalationCommand::Take { number: None, step })
}

fn choose() -> RoomCommand {
    take(EscalationStep::Change {
        topic: Some((None, "whoever can help".to_owned())),
        severity: None,
    })
}

fn page() -> RoomCommand {
    take(EscalationStep::Page {
        order: fixtures::order(),
        answer_within: 15,
    })
}

/// What people may ask of escalations, at any time.
pub(in crate::domain::room) fn any_command() -> impl Strategy<Value = RoomCommand> {
    prop_oneof![
        Just(open()),
        Just(choose()),
        Just(page()),
        Just(take(EscalationStep::Confirm)),
        Just(take(EscalationStep::Acknowledge)),
        Just(take(EscalationStep::Look {
            helpers: fixtures::helpers()
        })),
        "\\PC{0,20}".prop_map(|what| take(EscalationStep::Resolve { what })),
    ]
}

fn act(release: &mut Release, command: RoomCommand, who: &Actor) -> Result<(), Rejection> {
    for event in release.decide(&Command::Room(command), who)? {
        release.apply(&event, stamp(who.user.0, NOON));
    }
    Ok(())
}

fn refused(release: &mut Release, command: RoomCommand) -> EscalationRefusal {
    match act(release, command, &dev()).unwrap_err() {
        Rejection::Room(refusal) => match *refusal {
            RoomRefusal::Escalation(refusal) => *refusal,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

/// A release whose first page has left.
fn paged() -> Release {
    let mut release = release();
    for command in [open(), choose(), page()] {
        act(&mut release, command, &dev()).unwrap();
    }
    release
}

fn the_one(release: &Release) -> &Escalation {
    release.room.escalation(1).unwrap()
}

/// S48–S53: the steps lead from one to the next, and may be taken in any order.
#[test]
fn s48_to_s53_each_step_is_kept_with_who_and_when() {
    let mut release = release();
    act(&mut release, open(), &dev()).unwrap();
    assert_eq!(the_one(&release).problem, "Balrog does not answer");
    let file = take(EscalationStep::File {
        link: "https://example.com/1".to_owned(),
    });
    act(&mut release, file, &dev()).unwrap();
    assert_eq!(the_one(&release).next(), Some(NextStep::Confirm));
    act(&mut release, take(EscalationStep::Confirm), &dev()).unwrap();
    assert_eq!(the_one(&release).next(), Some(NextStep::Classify));
    let classify = take(EscalationStep::Classify {
        kind: ProblemKind::Service,
        what: "balrog".to_owned(),
    });
    act(&mut release, classify, &dev()).unwrap();
    // The ticket is there.
    assert_eq!(the_one(&release).next(), Some(NextStep::Choose));
    assert_eq!(the_one(&release).confirmed, Some(stamp(2, NOON)));
    assert!(matches!(
        refused(&mut release, take(EscalationStep::Confirm)),
        EscalationRefusal::Confirmed { .. }
    ));
}

/// S54: nobody is paged before it is known who is asked, and whom to ask when nobody can tell is a choice.
#[test]
fn s54_a_page_needs_a_topic_or_the_fallback() {
    let mut release = release();
    act(&mut release, open(), &dev()).unwrap();
    assert_eq!(refused(&mut release, page()), EscalationRefusal::TopicNeeded);
    act(&mut release, choose(), &dev()).unwrap();
    let nobody = take(EscalationStep::Page {
        order: PageOrder::default(),
        answer_within: 15,
    });
    assert!(matches!(
        refused(&mut release, nobody),
        EscalationRefusal::NobodyToCall { .. }
    ));
    act(&mut release, page(), &dev()).unwrap();
    assert!(matches!(
        refused(&mut release, page()),
        EscalationRefusal::PagingUnderWay { .. }
    ));
}

/// What time makes of a release that is looked at at these instants, as "minute: step".
fn told(release: &mut Release, minutes: &[i64]) -> Vec<String> {
    let mut told = Vec::new();
    for minute in minutes {
        let now = at(NOON) + TimeDelta::minutes(*minute);
        while let Some((due, number, step)) = release.next_page().filter(|(due, ..)| *due <= now) {
            assert!(due <= now);
            told.push(match &step {
                EscalationEvent::Called { name, .. } => format!("{minute}: {name}"),
                step => format!("{minute}: {step:?}"),
            });
            let event = Event::Room(RoomEvent::Escalation { number, step });
            release.apply(
                &event,
                Stamp {
                    by: UserId::ITSELF,
                    at: now,
                },
            );
        }
    }
    told
}

#[test]
fn one_after_the_other_is_called_and_the_end_is_said() {
    let mut release = paged();
    let every_minute: Vec<i64> = (0..120).collect();
    assert_eq!(
        told(&mut release, &every_minute),
        ["15: Mo", "30: Fay", "45: Unanswered"]
    );
    let paging = the_one(&release).paging().unwrap();
    assert_eq!(paging.called().collect::<Vec<_>>(), [7, 9, 11].map(UserId));
    assert!(!paging.is_under_way());
    // A second round begins anew, because somebody asks for it.
    act(&mut release, page(), &dev()).unwrap();
    assert_eq!(the_one(&release).pages.len(), 2);
}

/// After an absence of two hours the next one is called, and has as long as everybody to answer.
#[test]
fn an_absence_calls_nobody_at_once() {
    assert_eq!(told(&mut paged(), &[120, 121, 134, 135]), ["120: Mo", "135: Fay"]);
}

/// Whoever has left the server gives way to the next at once.
#[test]
fn whoever_cannot_be_called_gives_way_at_once() {
    let mut release = paged();
    let missed = |place| {
        Event::Room(RoomEvent::Escalation {
            number: 1,
            step: EscalationEvent::Missed {
                place,
                name: "Ben".to_owned(),
                why: Missed::Left,
            },
        })
    };
    release.apply(&missed(0), stamp(0, NOON));
    assert_eq!(told(&mut release, &[0, 1]), ["0: Mo"]);
    assert_eq!(
        the_one(&release).paging().unwrap().called().collect::<Vec<_>>(),
        [UserId(9)]
    );
}

#[test]
fn an_answer_ends_the_pages_and_a_second_one_is_told_so() {
    let mut release = paged();
    let acknowledge = || take(EscalationStep::Acknowledge);
    // Ben was called and holds no role; Fay was not, and holds none either.
    let outside = |user| Actor {
        user: UserId(user),
        ..actor(&[])
    };
    assert!(matches!(
        act(&mut release, acknowledge(), &outside(11)),
        Err(Rejection::RoleNeeded { .. })
    ));
    act(&mut release, acknowledge(), &outside(7)).unwrap();
    assert_eq!(the_one(&release).taken(), Some(stamp(7, NOON)));
    assert_eq!(told(&mut release, &[60]), Vec::<String>::new());
    assert!(matches!(
        refused(&mut release, acknowledge()),
        EscalationRefusal::Taken { .. }
    ));
    // Whoever has answered sees it to its end.
    let resolve = take(EscalationStep::Resolve {
        what: "A full disk".to_owned(),
    });
    act(&mut release, resolve, &outside(7)).unwrap();
    assert!(matches!(
        refused(&mut release, acknowledge()),
        EscalationRefusal::Unknown { .. }
    ));
}

/// Too late is better than never: whoever answers after everybody was called is on it.
#[test]
fn a_late_answer_counts() {
    let mut release = paged();
    told(&mut release, &[15, 30, 45]);
    act(&mut release, take(EscalationStep::Acknowledge), &dev()).unwrap();
    assert_eq!(the_one(&release).taken(), Some(stamp(2, NOON)));
}

#[test]
fn a_hold_does_not_stop_pages_and_the_end_of_the_release_does() {
    let mut release = paged();
    let reason = "Blocked".to_owned();
    release.apply(&Event::Held { reason }, stamp(1, NOON));
    assert_eq!(told(&mut release, &[15]), ["15: Mo"]);
    let lead = actor(&["release-manager"]);
    let Err(Rejection::ItemsStillOpen { blocked, .. }) = release.decide(
        &Command::Close {
            override_reason: None,
        },
        &lead,
    ) else {
        panic!("it is blocked")
    };
    assert_eq!(blocked, [(1, "Balrog does not answer".to_owned())]);
    let close = Command::Close {
        override_reason: Some("Withdrawn".to_owned()),
    };
    for event in release.decide(&close, &lead).unwrap() {
        release.apply(&event, stamp(1, NOON));
    }
    assert_eq!(told(&mut release, &[500]), Vec::<String>::new());
    // Opened again, nobody is called until somebody asks for it.
    let reason = "A file is missing".to_owned();
    release.apply(&Event::Reopened { reason }, stamp(1, NOON));
    assert_eq!(told(&mut release, &[500]), Vec::<String>::new());
}

#[test]
fn what_it_blocked_can_go_on_when_it_is_resolved() {
    let mut release = release();
    let blocked = RoomEvent::ItemBlocked {
        item: item("merge"),
        reason: "Balrog".to_owned(),
    };
    release.apply(&Event::Room(blocked), stamp(2, NOON));
    let open = || {
        RoomCommand::Escalation(EscalationCommand::Open(NewEscalation {
            problem: "Balrog does not answer".to_owned(),
            severity: Severity::High,
            item: Some(item("merge")),
            topic: Some(("balrog".parse().unwrap(), "Balrog".to_owned())),
        }))
    };
    act(&mut release, open(), &dev()).unwrap();
    assert!(matches!(
        refused(&mut release, open()),
        EscalationRefusal::ItemEscalated { number: 1, .. }
    ));
    let resolve = |what: &str| {
        let what = what.to_owned();
        take(EscalationStep::Resolve { what })
    };
    assert!(act(&mut release, resolve(" "), &dev()).is_err());
    act(&mut release, resolve("A full disk"), &dev()).unwrap();
    assert!(!release.room.is_blocked(&item("merge")));
}

/// A release of last year has no escalation, and one of today reads back.
#[test]
fn a_room_of_last_year_is_read() {
    let room: Room = serde_json::from_str("{}").unwrap();
    assert_eq!(room, Room::default());
    let mut room = Room::default();
    for event in fixtures::every_step() {
        room.apply(&event, stamp(2, NOON));
        let text = serde_json::to_string(&room).unwrap();
        assert_eq!(serde_json::from_str::<Room>(&text).unwrap(), room);
    }
}

proptest! {
    /// Looked at often or seldom, in one jump or in many: everybody is called at most once, in order, and an end is said
    /// once, after all.
    #[test]
    fn one_tick_or_many_the_same_pages(gaps in prop::collection::vec(1_i64..40, 1..40)) {
        let mut release = paged();
        let minutes: Vec<i64> = gaps.iter().scan(0, |now, gap| { *now += gap; Some(*now) }).collect();
        let told = told(&mut release, &minutes);
        let steps: Vec<&str> = told.iter().map(|step| step.split(": ").nth(1).unwrap()).collect();
        let all = ["Mo", "Fay", "Unanswered"];
        prop_assert!(all.starts_with(&steps), "{told:?}");
        let distinct: BTreeSet<&String> = told.iter().collect();
        prop_assert_eq!(distinct.len(), told.len());
        // A second look at the same instants changes nothing.
        let again = self::told(&mut release, minutes.last().map(std::slice::from_ref).unwrap_or_default());
        prop_assert_eq!(again, Vec::<String>::new());
    }
}
