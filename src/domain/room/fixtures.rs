//! Every event and every refusal of a room once. A new variant does not compile until it has its place here.

mod refusals;

pub(crate) use self::refusals::every_refusal;

use crate::domain::fixtures::{at, item, phase, release, role, stamp};
use crate::domain::ids::{ChannelId, MessageId, UserId};
use crate::domain::notice::Card;
use crate::domain::playbook::{EvidenceKind, Item};
use crate::domain::rejection::PhaseLabel;
use crate::domain::room::escalation::fixtures::{every_refusal_of_an_escalation, every_step};
pub(crate) use crate::domain::room::escalation::fixtures::{helpers, order as page_order};
use crate::domain::room::{
    Blocker, Choice, Findings, FixStep, Lack, Owner, Resolution, RoomEvent, RoomRefusal, Severity, Signer,
};

const CANDIDATE: &str = "7.2.1-RC1";

fn text(text: &str) -> String {
    text.to_owned()
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn an_item() -> Item {
    let mut added = release().playbook.phases[0].items[0].clone();
    added.id = item("added-1");
    added.title = text("Call the customer");
    added
}

pub(crate) fn every_event() -> Vec<RoomEvent> {
    let first = RoomEvent::ItemAssigned {
        item: item("merge"),
        to: Some(UserId(5)),
    };
    std::iter::successors(Some(first), |event| {
        Some(match event {
            RoomEvent::ItemAssigned { to: Some(_), .. } => RoomEvent::ItemAssigned {
                item: item("merge"),
                to: None,
            },
            RoomEvent::ItemAssigned { .. } => RoomEvent::ItemStarted { item: item("merge") },
            RoomEvent::ItemStarted { .. } => RoomEvent::ItemBlocked {
                item: item("merge"),
                reason: text("Waiting for *GitLab*"),
            },
            RoomEvent::ItemBlocked { .. } => RoomEvent::ItemUnblocked { item: item("merge") },
            RoomEvent::ItemUnblocked { .. } => RoomEvent::ItemNoted {
                item: item("merge"),
                text: text("Ticket MM-1"),
            },
            RoomEvent::ItemNoted { .. } => RoomEvent::DiscussionWished { item: item("merge") },
            RoomEvent::DiscussionWished { .. } => RoomEvent::DiscussionOpened {
                item: item("merge"),
                thread: ChannelId(900),
            },
            RoomEvent::DiscussionOpened { .. } => RoomEvent::DiscussionLost {
                item: item("merge"),
                thread: ChannelId(900),
            },
            RoomEvent::DiscussionLost { .. } => RoomEvent::ItemAdded {
                phase: phase("code"),
                added: Box::new(an_item()),
            },
            RoomEvent::ItemAdded { .. } => RoomEvent::FixAdded {
                reference: text("MM-1"),
                title: text("Login loops"),
                link: Some(text("https://example.com/MM-1")),
                author: Some(UserId(5)),
                severity: Severity::High,
                versions: texts(&["7.2.1", "7.1.4"]),
            },
            RoomEvent::FixAdded { .. } => RoomEvent::FixStepDone {
                reference: text("MM-1"),
                version: text("7.2.1"),
                step: FixStep::DevReviewed,
            },
            RoomEvent::FixStepDone { .. } => RoomEvent::FixStepUndone {
                reference: text("MM-1"),
                version: text("7.2.1"),
                step: FixStep::DevReviewed,
            },
            RoomEvent::FixStepUndone { .. } => RoomEvent::FixDropped {
                reference: text("MM-1"),
                reason: text("Too risky"),
            },
            RoomEvent::FixDropped { .. } => RoomEvent::CandidateCut {
                version: text("7.2.1"),
                number: 1,
                commit: text("abc123"),
            },
            RoomEvent::CandidateCut { .. } => RoomEvent::VerdictGiven {
                candidate: text(CANDIDATE),
                fix: Some(text("MM-1")),
                passed: true,
                note: None,
            },
            RoomEvent::VerdictGiven { fix: Some(_), .. } => RoomEvent::VerdictGiven {
                candidate: text(CANDIDATE),
                fix: None,
                passed: false,
                note: Some(text("Login still loops")),
            },
            RoomEvent::VerdictGiven { .. } => RoomEvent::DefectFound {
                number: 1,
                title: text("Crash at start"),
                severity: Severity::Critical,
                candidate: Some(text(CANDIDATE)),
                link: None,
            },
            RoomEvent::DefectFound { .. } => RoomEvent::DefectDocumented {
                number: 2,
                known_issue: text("The icon is blurred"),
                workaround: text("Reload"),
            },
            RoomEvent::DefectDocumented { .. } => RoomEvent::DefectClosed {
                number: 1,
                resolution: Resolution::Fixed,
                note: None,
            },
            RoomEvent::DefectClosed { .. } => RoomEvent::SignOffRequested {
                number: 1,
                signer: Signer::Role(role("qa")),
                delegate: Some(UserId(6)),
                statement: text("Testing is complete"),
                covers: texts(&[CANDIDATE]),
                four_eyes: true,
            },
            RoomEvent::SignOffRequested { .. } => RoomEvent::SignOffAnswered {
                number: 1,
                approved: true,
                reason: None,
            },
            RoomEvent::SignOffAnswered { .. } => RoomEvent::DecisionCalled {
                number: 1,
                covers: texts(&[CANDIDATE]),
                roles: vec![role("release-manager"), role("qa")],
                quorum: 2,
            },
            RoomEvent::DecisionCalled { .. } => RoomEvent::Voted {
                number: 1,
                role: role("qa"),
                choice: Choice::NoGo,
                reason: Some(text("No upgrade test")),
            },
            RoomEvent::Voted { .. } => RoomEvent::VoteWithdrawn {
                number: 1,
                role: role("qa"),
            },
            RoomEvent::VoteWithdrawn { .. } => RoomEvent::CardPosted {
                card: Card::Decision { number: 1 },
                message: MessageId(600),
            },
            RoomEvent::CardPosted { .. } => RoomEvent::CardLost {
                card: Card::SignOff { number: 1 },
            },
            RoomEvent::CardLost { .. } => RoomEvent::GateOpened {
                phase: phase("ship"),
                override_reason: Some(text("The customer waits")),
                missing: every_blocker(),
            },
            RoomEvent::GateOpened { .. } => RoomEvent::StatusUpdated {
                text: text("Testing goes on.\nNobody is *blocked*."),
                every: Some("1 working day after".parse().unwrap()),
                next: Some(at("2026-12-03T20:00:00Z")),
            },
            RoomEvent::StatusUpdated { .. } => RoomEvent::UpdateCalled {
                due: at("2026-12-03T20:00:00Z"),
                at: at("2026-12-04T17:00:00Z"),
            },
            RoomEvent::UpdateCalled { .. } => RoomEvent::RetrospectiveWritten {
                findings: Box::new(Findings {
                    facts: text("Shipped on time."),
                    well: text("The *reviews* were quick"),
                    badly: String::new(),
                    change: text("Ask GitLab earlier"),
                }),
            },
            RoomEvent::RetrospectiveWritten { .. } => RoomEvent::RetrospectiveCalled {
                due: at("2026-12-15T18:00:00Z"),
            },
            RoomEvent::RetrospectiveCalled { .. } => RoomEvent::AnnouncementDrafted { words: None },
            RoomEvent::AnnouncementDrafted { words: None } => RoomEvent::AnnouncementDrafted {
                words: Some(text("Mind the log-in @everyone")),
            },
            RoomEvent::AnnouncementDrafted { .. } => RoomEvent::AnnouncementWorded { words: None },
            RoomEvent::AnnouncementWorded { words: None } => RoomEvent::AnnouncementWorded {
                words: Some(text("Mind the log-in")),
            },
            RoomEvent::AnnouncementWorded { .. } => RoomEvent::Announced {
                words: Some(text("Mind the log-in")),
            },
            RoomEvent::Announced { .. } => RoomEvent::AnnouncementDeclined,
            RoomEvent::AnnouncementDeclined => RoomEvent::HandedOver {
                roster: "QA".to_owned(),
                from: UserId(8),
                note: Some("Watch the upgrade test".to_owned()),
            },
            RoomEvent::HandedOver { .. } => RoomEvent::HandOffDeclined {
                roster: "QA".to_owned(),
                from: UserId(8),
                reason: "I am at the dentist".to_owned(),
            },
            RoomEvent::HandOffDeclined { .. } => RoomEvent::LeftUnfinished {
                roster: "QA".to_owned(),
                phases: vec!["T−0 Promote".to_owned()],
                reason: "The building burns".to_owned(),
            },
            RoomEvent::LeftUnfinished { .. } => RoomEvent::LinkStored {
                link: "task-group".parse().unwrap(),
                url: text("https://tasks.example.com/groups/a_b_c"),
            },
            RoomEvent::LinkStored { link, .. } => RoomEvent::LinkRemoved { link: link.clone() },
            RoomEvent::LinkRemoved { .. } => return None,
            // Their own list follows.
            RoomEvent::Escalation { .. } => return None,
        })
    })
    .chain(every_step())
    .collect()
}

pub(crate) fn every_blocker() -> Vec<Blocker> {
    let first = Lack::ItemOpen {
        title: text("Merge the fixes"),
    };
    let lacks = std::iter::successors(Some(first), |lack| {
        Some(match lack {
            Lack::ItemOpen { .. } => Lack::FixBehind {
                reference: text("MM-1"),
                version: text("7.2.1"),
                next: FixStep::QaReviewed,
            },
            Lack::FixBehind { .. } => Lack::NoCandidate {
                version: text("7.1.4"),
            },
            Lack::NoCandidate { .. } => Lack::FixUnverified {
                reference: text("MM-1"),
                candidate: text(CANDIDATE),
            },
            Lack::FixUnverified { .. } => Lack::FixFailed {
                reference: text("MM-1"),
                candidate: text(CANDIDATE),
            },
            Lack::FixFailed { .. } => Lack::NoVerdict {
                candidate: text(CANDIDATE),
            },
            Lack::NoVerdict { .. } => Lack::CandidateFailed {
                candidate: text(CANDIDATE),
            },
            Lack::CandidateFailed { .. } => Lack::CandidateSpoilt {
                candidate: text(CANDIDATE),
                defect: 1,
            },
            Lack::CandidateSpoilt { .. } => Lack::DefectOpen {
                number: 1,
                title: text("Crash at start"),
                severity: Severity::Critical,
            },
            Lack::DefectOpen { .. } => Lack::DefectUndocumented {
                number: 2,
                title: text("The icon is blurred"),
                severity: Severity::Low,
            },
            Lack::DefectUndocumented { .. } => Lack::NoDecision,
            Lack::NoDecision => Lack::DecisionVoid {
                by: text("7.2.1-RC2"),
            },
            Lack::DecisionVoid { .. } => Lack::VoteMissing,
            Lack::VoteMissing => Lack::NobodySaysGo,
            Lack::NobodySaysGo => Lack::Objection {
                role: text("QA"),
                reason: text("No upgrade test @everyone"),
            },
            Lack::Objection { .. } => Lack::SignOffOpen { number: 1 },
            Lack::SignOffOpen { .. } => Lack::SignOffRejected { number: 2 },
            Lack::SignOffRejected { .. } => Lack::SignOffVoid {
                number: 3,
                by: text("7.2.1-RC2"),
            },
            Lack::SignOffVoid { .. } => Lack::Escalated {
                number: 1,
                problem: text("Balrog does not *answer*"),
            },
            Lack::Escalated { .. } => return None,
        })
    });
    let owners = [Owner::Role(text("QA")), Owner::Person(UserId(6))];
    lacks
        .zip(owners.into_iter().cycle())
        .map(|(lack, owner)| Blocker { lack, owner })
        .collect()
}
