//! The room of a release in a report: fixes, candidates, defects, sign-offs, go/no-gos.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::escalation::EscalationFacts;
use super::{Act, Facts};
use crate::domain::person::Stamp;
use crate::domain::playbook::{LinkId, Phase, PhaseId};
use crate::domain::release::{Event, TimelineEvent};
use crate::domain::room::{
    Candidate, Choice, Decision, Findings, Fix, Owner, RoomEvent, Severity, SignOff, Verdict,
};

/// What there is beside the checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RoomFacts {
    /// The approved changes, those that were left out too.
    pub fixes: Vec<FixFacts>,
    /// The release candidates, oldest first.
    pub candidates: Vec<CandidateFacts>,
    /// What testing found.
    pub defects: Vec<DefectFacts>,
    /// The sign-offs that were asked for.
    pub sign_offs: Vec<SignOffFacts>,
    /// The go/no-gos that were called.
    pub decisions: Vec<DecisionFacts>,
    /// What kept the release from going on.
    pub escalations: Vec<EscalationFacts>,
    /// What was said about how the release stood, oldest first.
    pub updates: Vec<UpdateFacts>,
    /// The pages of the phases whose addresses are known, in the order of the playbook.
    pub links: Vec<LinkFacts>,
    /// What was learnt from it, or null.
    pub retrospective: Option<RetrospectiveFacts>,
}

/// A fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FixFacts {
    /// Its name elsewhere.
    pub reference: String,
    /// What it mends.
    pub title: String,
    /// Where it is described, or null.
    pub link: Option<String>,
    /// How bad what it mends is.
    pub severity: Severity,
    /// The versions that it goes into, each with its steps.
    pub versions: Vec<FixedVersion>,
    /// That it was left out, by whom and why; else null.
    pub dropped: Option<Act>,
}

/// How far a fix has got for one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FixedVersion {
    /// The version.
    pub version: String,
    /// The steps that are done.
    pub steps: Vec<StepFacts>,
}

/// A step of a fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepFacts {
    /// "PR submitted", "dev reviewed", "QA reviewed" or "merged".
    pub step: String,
    /// Who did it, and when.
    #[serde(flatten)]
    pub act: Act,
}

/// A release candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CandidateFacts {
    /// "7.2.1-RC1".
    pub candidate: String,
    /// The commit or tag.
    pub commit: String,
    /// Who cut it, and when.
    pub cut: Act,
    /// What QA says about the whole, or null.
    pub verdict: Option<VerdictFacts>,
    /// What QA says about single fixes.
    pub verdicts: Vec<FixVerdictFacts>,
}

/// What QA says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerdictFacts {
    /// Whether it passed.
    pub passed: bool,
    /// Who said so, when, and what was seen.
    #[serde(flatten)]
    pub act: Act,
}

/// What QA says about a fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FixVerdictFacts {
    /// The fix.
    pub reference: String,
    /// What it says.
    #[serde(flatten)]
    pub verdict: VerdictFacts,
}

/// A defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefectFacts {
    /// Its number in the release.
    pub number: u32,
    /// What is wrong.
    pub title: String,
    /// How bad it is.
    pub severity: Severity,
    /// The candidate that has it, or null.
    pub candidate: Option<String>,
    /// Who reported it, and when.
    pub found: Act,
    /// What users will see, or null.
    pub known_issue: Option<String>,
    /// What they can do, or null.
    pub workaround: Option<String>,
    /// Why it is off the table: "fixed", "not a defect", "duplicate"; or null.
    pub resolution: Option<String>,
    /// Who closed it, when, and more about it; or null.
    pub closed: Option<Act>,
}

/// A sign-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SignOffFacts {
    /// Its number in the release.
    pub number: u32,
    /// The role that is asked, by its title; or null.
    pub role: Option<String>,
    /// The person who is asked; or null.
    pub person: Option<super::PersonFacts>,
    /// Exactly what is signed.
    pub statement: String,
    /// What it is about.
    pub covers: Vec<String>,
    /// Who asked, and when.
    pub requested: Act,
    /// Whether it was given; null while nobody has answered.
    pub approved: Option<bool>,
    /// Who answered, when and why; or null.
    pub answered: Option<Act>,
    /// The newer candidate that made it void, or null.
    pub void: Option<String>,
}

/// A go/no-go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionFacts {
    /// Its number in the release.
    pub number: u32,
    /// What it is about.
    pub covers: Vec<String>,
    /// Who called it, and when.
    pub called: Act,
    /// How it stands: "open", "go", "no-go" or "void".
    pub outcome: String,
    /// The votes as they stand.
    pub votes: Vec<VoteFacts>,
    /// Every objection, whether or not it was withdrawn.
    pub objections: Vec<ObjectionFacts>,
}

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VoteFacts {
    /// For which role, by its title.
    pub role: String,
    /// "go", "no-go" or "abstain".
    pub choice: Choice,
    /// Who voted, when and why.
    #[serde(flatten)]
    pub act: Act,
}

/// An objection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ObjectionFacts {
    /// For which role, by its title.
    pub role: String,
    /// Who objected, when and why.
    #[serde(flatten)]
    pub act: Act,
    /// Who took it back, and when; or null.
    pub withdrawn: Option<Act>,
}

/// A status update.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UpdateFacts {
    /// What was said, as typed.
    pub text: String,
    /// When the next one was due, or null.
    pub next: Option<DateTime<Utc>>,
    /// Who said it, and when.
    #[serde(flatten)]
    pub act: Act,
}

/// A page of a phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkFacts {
    /// The phase, by its id.
    pub phase: PhaseId,
    /// Its id in the playbook.
    pub id: LinkId,
    /// What it shows.
    pub title: String,
    /// Its address.
    pub url: String,
    /// Who said so, and when.
    #[serde(flatten)]
    pub act: Act,
}

/// A retrospective. A part that nobody wrote is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RetrospectiveFacts {
    /// What it says, as typed.
    #[serde(flatten)]
    pub findings: Findings,
    /// Who wrote it, and when.
    #[serde(flatten)]
    pub act: Act,
}

impl RoomFacts {
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        let room = &facts.release.room;
        Self {
            fixes: room.fixes.iter().map(|fix| fix_of(fix, facts)).collect(),
            candidates: room
                .candidates
                .iter()
                .map(|candidate| candidate_of(candidate, facts))
                .collect(),
            defects: room
                .defects
                .iter()
                .map(|defect| DefectFacts {
                    number: defect.number,
                    title: defect.title.clone(),
                    severity: defect.severity,
                    candidate: defect.candidate.clone(),
                    found: facts.act(defect.found, None),
                    known_issue: defect.known_issue.as_ref().map(|(issue, _)| issue.clone()),
                    workaround: defect
                        .known_issue
                        .as_ref()
                        .map(|(_, workaround)| workaround.clone()),
                    resolution: defect
                        .closed
                        .as_ref()
                        .map(|closing| closing.resolution.to_string()),
                    closed: defect
                        .closed
                        .as_ref()
                        .map(|closing| facts.act(closing.stamp, closing.note.clone())),
                })
                .collect(),
            sign_offs: room
                .sign_offs
                .iter()
                .map(|sign_off| sign_off_of(sign_off, facts))
                .collect(),
            decisions: room
                .decisions
                .iter()
                .map(|decision| decision_of(decision, facts))
                .collect(),
            escalations: room
                .escalations
                .iter()
                .map(|escalation| EscalationFacts::of(escalation, facts))
                .collect(),
            updates: facts
                .events
                .iter()
                .filter_map(|event| update_of(event, facts))
                .collect(),
            links: links_of(facts),
            retrospective: room.retrospective.as_ref().map(|written| RetrospectiveFacts {
                findings: written.findings.clone(),
                act: facts.act(written.stamp, None),
            }),
        }
    }
}

fn links_of(facts: &Facts<'_>) -> Vec<LinkFacts> {
    let release = facts.release;
    let of_phase = |phase: &Phase| {
        let links = release.links_of(phase);
        let links = links.map(|(link, stored)| LinkFacts {
            phase: phase.id.clone(),
            id: link.id.clone(),
            title: link.title.clone(),
            url: stored.url.clone(),
            act: facts.act(stored.stamp, None),
        });
        links.collect::<Vec<_>>()
    };
    release.playbook.phases.iter().flat_map(of_phase).collect()
}

fn update_of(event: &TimelineEvent, facts: &Facts<'_>) -> Option<UpdateFacts> {
    let Event::Room(RoomEvent::StatusUpdated { text, next, .. }) = &event.event else {
        return None;
    };
    let (by, at) = (event.actor?, event.at);
    Some(UpdateFacts {
        text: text.clone(),
        next: *next,
        act: facts.act(Stamp { by, at }, None),
    })
}

fn fix_of(fix: &Fix, facts: &Facts<'_>) -> FixFacts {
    let versions = facts
        .release
        .versions()
        .filter_map(|version| fix.versions.get_key_value(version));
    FixFacts {
        reference: fix.reference.clone(),
        title: fix.title.clone(),
        link: fix.link.clone(),
        severity: fix.severity,
        versions: versions
            .map(|(version, steps)| FixedVersion {
                version: version.clone(),
                steps: steps
                    .iter()
                    .map(|(step, stamp)| StepFacts {
                        step: step.to_string(),
                        act: facts.act(*stamp, None),
                    })
                    .collect(),
            })
            .collect(),
        dropped: fix
            .dropped
            .as_ref()
            .map(|dropped| facts.act(dropped.stamp, Some(dropped.reason.clone()))),
    }
}

fn candidate_of(candidate: &Candidate, facts: &Facts<'_>) -> CandidateFacts {
    let verdict = |verdict: &Verdict| VerdictFacts {
        passed: verdict.passed,
        act: facts.act(verdict.stamp, verdict.note.clone()),
    };
    CandidateFacts {
        candidate: candidate.label(),
        commit: candidate.commit.clone(),
        cut: facts.act(candidate.cut, None),
        verdict: candidate.overall.as_ref().map(verdict),
        verdicts: candidate
            .verdicts
            .iter()
            .map(|(reference, said)| FixVerdictFacts {
                reference: reference.clone(),
                verdict: verdict(said),
            })
            .collect(),
    }
}

fn sign_off_of(sign_off: &SignOff, facts: &Facts<'_>) -> SignOffFacts {
    let (role, person) = match facts.release.signer_name(&sign_off.signer) {
        Owner::Role(title) => (Some(title), None),
        Owner::Person(person) => (None, facts.person(person)),
    };
    let answer = sign_off.answer.as_ref();
    SignOffFacts {
        number: sign_off.number,
        role,
        person,
        statement: sign_off.statement.clone(),
        covers: sign_off.covers.clone(),
        requested: facts.act(sign_off.requested, None),
        approved: answer.map(|answer| answer.approved),
        answered: answer.map(|answer| facts.act(answer.stamp, answer.reason.clone())),
        void: sign_off.void.clone(),
    }
}

fn decision_of(decision: &Decision, facts: &Facts<'_>) -> DecisionFacts {
    let title = |role| facts.release.role_title(role);
    DecisionFacts {
        number: decision.number,
        covers: decision.covers.clone(),
        called: facts.act(decision.called, None),
        outcome: decision.outcome().to_string(),
        votes: decision
            .votes
            .iter()
            .map(|(role, vote)| VoteFacts {
                role: title(role),
                choice: vote.choice,
                act: facts.act(vote.stamp, vote.reason.clone()),
            })
            .collect(),
        objections: decision
            .objections
            .iter()
            .map(|objection| ObjectionFacts {
                role: title(&objection.role),
                act: facts.act(objection.stamp, Some(objection.reason.clone())),
                withdrawn: objection.withdrawn.map(|stamp| facts.act(stamp, None)),
            })
            .collect(),
    }
}
