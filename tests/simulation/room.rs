//! What people do in the room of a release: whether they may, and whether it makes sense, is for the bot to say.

use tminus::domain::escalation::{Helper, PageOrder, Part, Whereabouts};
use tminus::domain::ids::GuildId;
use tminus::domain::playbook::ItemId;
use tminus::domain::room::{
    CandidateCommand, Choice, DecisionCommand, DefectCommand, EscalationCommand, EscalationStep, FixCommand,
    NewEscalation, Resolution, RoomCommand, Severity, SignOffCommand, Signer, WorkCommand,
};

use super::world::{gone, user};

/// How many kinds of acts there are.
pub(crate) const ACTS: usize = 28;

/// The fix that people speak of.
const FIX: &str = "MM-1";

/// The act of this number, about this item where it is about one.
pub(crate) fn act(number: usize, item: ItemId, guild: GuildId) -> RoomCommand {
    match number % ACTS {
        0 => RoomCommand::Fix(FixCommand::Add {
            reference: FIX.to_owned(),
            title: "The login loops".to_owned(),
            link: None,
            author: None,
            severity: Severity::High,
            versions: Vec::new(),
        }),
        1 | 2 => RoomCommand::Fix(FixCommand::Advance {
            reference: FIX.to_owned(),
            version: None,
            step: None,
        }),
        3 => RoomCommand::Fix(FixCommand::StepBack {
            reference: FIX.to_owned(),
            version: None,
        }),
        4 | 5 => RoomCommand::Candidate(CandidateCommand::Cut {
            version: None,
            commit: "3f9c2ab".to_owned(),
        }),
        6 => RoomCommand::Candidate(CandidateCommand::Judge {
            candidate: None,
            fix: None,
            passed: number.is_multiple_of(2),
            note: None,
        }),
        7 => RoomCommand::Defect(DefectCommand::Add {
            title: "The upgrade stops".to_owned(),
            severity: Severity::High,
            candidate: None,
            link: None,
        }),
        8 => RoomCommand::Defect(DefectCommand::Close {
            number: 1,
            resolution: Resolution::Fixed,
            note: None,
        }),
        9 | 10 => RoomCommand::SignOff(SignOffCommand::Request {
            signer: Signer::Role("qa".parse().unwrap()),
            delegate: None,
            statement: "All fixes are tested".to_owned(),
            four_eyes: false,
        }),
        11 => RoomCommand::SignOff(SignOffCommand::Answer {
            number: 1,
            approved: true,
            reason: None,
        }),
        12 => RoomCommand::SignOff(SignOffCommand::Answer {
            number: 2,
            approved: false,
            reason: Some("The upgrade stops".to_owned()),
        }),
        13 => RoomCommand::Decision(DecisionCommand::Call),
        14 => RoomCommand::Decision(vote(Choice::Go)),
        15 => RoomCommand::Decision(vote(Choice::NoGo)),
        16 => RoomCommand::Decision(DecisionCommand::Withdraw { number: None }),
        17 => RoomCommand::DeclareReady {
            phase: None,
            override_reason: Some("It cannot wait".to_owned()),
        },
        18 => RoomCommand::Work(WorkCommand::Block {
            item,
            reason: "The mirror is down".to_owned(),
        }),
        19 => RoomCommand::Work(WorkCommand::Unblock(item)),
        20 | 21 => RoomCommand::Escalation(EscalationCommand::Open(NewEscalation {
            problem: "The mirror is down".to_owned(),
            severity: Severity::Critical,
            item: number.is_multiple_of(2).then_some(item),
            topic: Some(("mirrors".parse().unwrap(), "Mirrors".to_owned())),
        })),
        22 => step(EscalationStep::Confirm),
        23 | 24 => step(EscalationStep::Page {
            order: order(guild),
            answer_within: 15,
        }),
        25 => step(EscalationStep::Acknowledge),
        26 => step(EscalationStep::Change {
            topic: None,
            severity: Some(Severity::High),
        }),
        _ => step(EscalationStep::Resolve {
            what: "A full disk".to_owned(),
        }),
    }
}

fn step(step: EscalationStep) -> RoomCommand {
    RoomCommand::Escalation(EscalationCommand::Take { number: None, step })
}

/// Dev, somebody who has left, and QA.
fn order(guild: GuildId) -> PageOrder {
    let users = [
        ("Dev", user(guild, 1)),
        ("Gone", gone(guild)),
        ("QA", user(guild, 2)),
    ];
    let targets = users.map(|(name, user)| Helper {
        name: name.to_owned(),
        user: Some(user),
        part: Part::Contact,
        whereabouts: Whereabouts::NotKnown,
    });
    PageOrder {
        targets: targets.to_vec(),
        passed: Vec::new(),
    }
}

fn vote(choice: Choice) -> DecisionCommand {
    let reason = (choice == Choice::NoGo).then(|| "The upgrade stops".to_owned());
    DecisionCommand::Vote {
        number: None,
        role: None,
        choice,
        reason,
    }
}
