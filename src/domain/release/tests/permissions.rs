//! Who may do what to a release, cell by cell, as `docs/permissions.md` says it.

use std::fmt::Write as _;

use super::*;
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::playbook::{PhaseLink, RoleDefinition};
use crate::domain::room::{
    AnnouncementCommand, CandidateCommand, Choice, DecisionCommand, DefectCommand, EscalationCommand,
    EscalationEvent, EscalationStep, FixCommand, FixStep, LinkCommand, NewEscalation, NewItem, Resolution,
    RoomCommand, RoomEvent, RoomRefusal, Severity, SignOffCommand, Signer, UpdateCommand, WorkCommand,
};
use crate::domain::snooze::Until;

/// The person whom the acts come from.
const ME: UserId = UserId(2);

/// The columns: what somebody is called, the roles held, and whether the item is assigned to this person.
const COLUMNS: &[(&str, &[&str], bool)] = &[
    ("Release Manager", &["release-manager"], false),
    ("Dev", &["dev"], false),
    ("QA", &["qa"], false),
    ("Marketing", &["marketing"], false),
    ("Assignee of the item", &[], true),
    ("Nobody of these", &[], false),
];

fn room(command: RoomCommand) -> Command {
    Command::Room(command)
}

fn text(text: &str) -> String {
    text.to_owned()
}

fn happened(release: &mut Release, did: RoomEvent) {
    release.apply(&Event::Room(did), stamp(9, NOON));
}

/// A release in which each act of the table can be done by somebody: fixes at each step, a candidate, a defect, a
/// sign-off of QA, a go/no-go, an item of Dev that is blocked, done or open.
fn stage() -> Release {
    use RoomEvent as Did;
    let mut release = release();
    release.channel = Some(ChannelId(5));
    let versions = vec![text("7.2.1")];
    for (number, steps) in [0, 1, 2, 3, 4].into_iter().enumerate() {
        let reference = format!("FIX-{number}");
        happened(
            &mut release,
            Did::FixAdded {
                reference: reference.clone(),
                title: text("A fix"),
                link: None,
                author: None,
                severity: Severity::Low,
                versions: versions.clone(),
            },
        );
        for step in FixStep::ALL.into_iter().take(steps) {
            happened(
                &mut release,
                Did::FixStepDone {
                    reference: reference.clone(),
                    version: text("7.2.1"),
                    step,
                },
            );
        }
    }
    happened(
        &mut release,
        Did::CandidateCut {
            version: text("7.2.1"),
            number: 1,
            commit: text("abc"),
        },
    );
    happened(
        &mut release,
        Did::DefectFound {
            number: 1,
            title: text("A defect"),
            severity: Severity::Low,
            candidate: None,
            link: None,
        },
    );
    happened(
        &mut release,
        Did::SignOffRequested {
            number: 1,
            signer: Signer::Role(role("qa")),
            delegate: None,
            statement: text("Fine"),
            covers: versions.clone(),
            four_eyes: true,
        },
    );
    happened(
        &mut release,
        Did::DecisionCalled {
            number: 1,
            covers: versions,
            roles: vec![role("release-manager"), role("dev")],
            quorum: 2,
        },
    );
    happened(
        &mut release,
        Did::ItemBlocked {
            item: item("tag"),
            reason: text("x"),
        },
    );
    let order = crate::domain::room::fixtures::page_order();
    for step in [
        EscalationEvent::Opened {
            problem: text("Balrog does not answer"),
            severity: Severity::High,
            item: None,
        },
        EscalationEvent::Paged {
            title: text("Balrog"),
            order,
            answer_within: 15,
        },
    ] {
        happened(&mut release, Did::Escalation { number: 1, step });
    }
    release
}

/// Each act with its release; the items are of Dev alone.
fn acts() -> Vec<(&'static str, Command)> {
    let fix = |reference: &str| {
        Command::Room(RoomCommand::Fix(FixCommand::Advance {
            reference: text(reference),
            version: None,
            step: None,
        }))
    };
    let work = |command| room(RoomCommand::Work(command));
    let escalation = |step| {
        let number = Some(1);
        room(RoomCommand::Escalation(EscalationCommand::Take { number, step }))
    };
    vec![
        ("tick an item of Dev", Command::CompleteItem(item("tag"))),
        (
            "say that it does not apply",
            Command::NotApplicable {
                item: item("tag"),
                reason: text("why"),
            },
        ),
        (
            "snooze it",
            Command::SnoozeItem {
                item: item("tag"),
                until: Until::At {
                    at: at("2026-12-03T12:00:00Z"),
                    intent: text("tomorrow"),
                },
            },
        ),
        ("claim it", work(WorkCommand::Claim(item("tag")))),
        (
            "assign it",
            work(WorkCommand::Assign {
                item: item("tag"),
                to: Some(UserId(77)),
            }),
        ),
        ("start it", work(WorkCommand::Start(item("tag")))),
        (
            "block it",
            work(WorkCommand::Block {
                item: item("tag"),
                reason: text("why"),
            }),
        ),
        ("unblock it", work(WorkCommand::Unblock(item("tag")))),
        (
            "note something on it",
            work(WorkCommand::Note {
                item: item("tag"),
                text: text("a note"),
            }),
        ),
        (
            "open a thread about it",
            work(WorkCommand::Discuss {
                item: item("tag"),
                gone: None,
            }),
        ),
        (
            "give away somebody else's items",
            work(WorkCommand::Reassign {
                from: UserId(66),
                to: Some(UserId(77)),
            }),
        ),
        (
            "add an item",
            room(RoomCommand::AddItem(NewItem {
                phase: phase("code"),
                role: role("dev"),
                title: text("A new one"),
            })),
        ),
        (
            "add a fix",
            room(RoomCommand::Fix(FixCommand::Add {
                reference: text("FIX-9"),
                title: text("A fix"),
                link: None,
                author: None,
                severity: Severity::Low,
                versions: Vec::new(),
            })),
        ),
        ("record “PR submitted”", fix("FIX-0")),
        ("record “dev reviewed”", fix("FIX-1")),
        ("record “QA reviewed”", fix("FIX-2")),
        ("record “merged”", fix("FIX-3")),
        (
            "take back “merged”",
            room(RoomCommand::Fix(FixCommand::StepBack {
                reference: text("FIX-4"),
                version: None,
            })),
        ),
        (
            "leave out a fix",
            room(RoomCommand::Fix(FixCommand::Drop {
                reference: text("FIX-0"),
                reason: text("why"),
            })),
        ),
        (
            "cut a release candidate",
            room(RoomCommand::Candidate(CandidateCommand::Cut {
                version: None,
                commit: text("def"),
            })),
        ),
        (
            "give a verdict",
            room(RoomCommand::Candidate(CandidateCommand::Judge {
                candidate: None,
                fix: Some(text("FIX-4")),
                passed: true,
                note: None,
            })),
        ),
        (
            "report a defect",
            room(RoomCommand::Defect(DefectCommand::Add {
                title: text("Another"),
                severity: Severity::High,
                candidate: None,
                link: None,
            })),
        ),
        (
            "describe a known issue",
            room(RoomCommand::Defect(DefectCommand::Document {
                number: 1,
                known_issue: text("It is so"),
                workaround: text("Do this"),
            })),
        ),
        (
            "close a defect",
            room(RoomCommand::Defect(DefectCommand::Close {
                number: 1,
                resolution: Resolution::Fixed,
                note: None,
            })),
        ),
        (
            "ask for a sign-off",
            room(RoomCommand::SignOff(SignOffCommand::Request {
                signer: Signer::Role(role("qa")),
                delegate: None,
                statement: text("Fine"),
                four_eyes: true,
            })),
        ),
        (
            "sign where QA is asked",
            room(RoomCommand::SignOff(SignOffCommand::Answer {
                number: 1,
                approved: true,
                reason: None,
            })),
        ),
        (
            "vote where the Release Manager and Dev are asked",
            room(RoomCommand::Decision(DecisionCommand::Vote {
                number: None,
                role: None,
                choice: Choice::Go,
                reason: None,
            })),
        ),
        (
            "declare the release ready",
            room(RoomCommand::DeclareReady {
                phase: None,
                override_reason: None,
            }),
        ),
        (
            "open an escalation",
            room(RoomCommand::Escalation(EscalationCommand::Open(NewEscalation {
                problem: text("The mirrors are slow"),
                severity: Severity::Low,
                item: None,
                topic: None,
            }))),
        ),
        ("take its steps, and page", escalation(EscalationStep::Confirm)),
        ("say that one is on it", escalation(EscalationStep::Acknowledge)),
        (
            "resolve it",
            escalation(EscalationStep::Resolve {
                what: text("A full disk"),
            }),
        ),
        (
            "say how the release stands",
            room(RoomCommand::Update(UpdateCommand {
                text: text("All is well"),
                every: None,
                next: None,
            })),
        ),
        (
            "say where a page of a phase is",
            room(RoomCommand::Link(LinkCommand {
                link: text("task-group"),
                url: Some(text("https://example.com/group")),
            })),
        ),
        (
            "announce it, or not",
            room(RoomCommand::Announcement(AnnouncementCommand::Post {
                words: None,
            })),
        ),
        (
            "move the target date",
            Command::Slip {
                target: Some(date("2026-12-11")),
                reason: text("why"),
            },
        ),
        ("put it on hold", Command::Hold { reason: text("why") }),
        ("close it", close(Some("why"))),
    ]
}

/// The release as it has to be for this column.
fn stage_for(is_assignee: bool, act: &str) -> Release {
    let mut release = stage();
    let mut to = |item_id: &str, who: UserId| {
        happened(
            &mut release,
            RoomEvent::ItemAssigned {
                item: item(item_id),
                to: Some(who),
            },
        );
    };
    to("page", UserId(66));
    // A claim needs an item that is nobody's.
    if is_assignee && act != "claim it" {
        to("tag", ME);
    }
    let mut playbook = (*release.playbook).clone();
    for phase in &mut playbook.phases {
        phase.opens_when.clear();
    }
    playbook.roles.push(RoleDefinition {
        id: role("marketing"),
        title: text("Marketing"),
        hours: None,
        zone: None,
    });
    playbook.phases[0].links = vec![PhaseLink {
        id: "task-group".parse().unwrap(),
        title: text("Task group"),
    }];
    playbook.phases[2].opens_when = vec![crate::domain::playbook::Criterion::SignedOff];
    // What is asked is whether somebody may, not whether the gate is open.
    if act == "declare the release ready" {
        release.room.sign_offs.clear();
        release.room.escalations.clear();
    } else {
        playbook.phases[2].opens_when.clear();
    }
    release.playbook = playbook.into();
    release
}

#[test]
fn the_page_about_permissions_says_what_the_rules_do() {
    let names: Vec<&str> = COLUMNS.iter().map(|(name, ..)| *name).collect();
    let mut table = format!(
        "| To | {} |\n|---|{}\n",
        names.join(" | "),
        "---|".repeat(names.len())
    );
    for (act, command) in acts() {
        let cells: Vec<&str> = COLUMNS
            .iter()
            .map(|(_, roles, is_assignee)| {
                let person = Actor {
                    user: ME,
                    ..actor(roles)
                };
                match stage_for(*is_assignee, act).decide(&command, &person) {
                    Ok(_) => "✅",
                    // A sentence that names who may.
                    Err(Rejection::RoleNeeded { roles, .. }) => {
                        assert!(!roles.is_empty(), "{act}");
                        "–"
                    }
                    Err(Rejection::Room(refusal)) if matches!(*refusal, RoomRefusal::NotTheSigner { .. }) => {
                        "–"
                    }
                    Err(other) => panic!("{act} by {roles:?}: {other:?}"),
                }
            })
            .collect();
        let _ = writeln!(table, "| {act} | {} |", cells.join(" | "));
    }
    let page = include_str!("../../../../docs/permissions.md");
    assert!(
        page.contains(&table),
        "docs/permissions.md has to hold:\n\n{table}"
    );
}
