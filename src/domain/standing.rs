//! How a release stands at an instant, and what has changed since it was last said: the facts of a status update.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::plan::Plan;
use crate::domain::playbook::Phase;
use crate::domain::rejection::PhaseLabel;
use crate::domain::release::{Event, Progress, Release, TimelineEvent};
use crate::domain::room::{Candidate, FixStep, RoomEvent, Severity};

/// The facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Why its clock stands still, while it does.
    pub held: Option<String>,
    /// The phase that people are at; none when everything is done.
    pub phase: Option<PhaseLabel>,
    /// The cut-off that comes next.
    pub next_cutoff: Option<(PhaseLabel, DateTime<Utc>)>,
    /// The phases that are overdue, each with its open items.
    pub overdue: Vec<(PhaseLabel, usize)>,
    /// All items.
    pub items: Progress,
    /// The items of each role that has some, in the order of the playbook's roles.
    pub roles: Vec<(String, Progress)>,
    /// What keeps the release from going on, and the items that cannot go on; each with why.
    pub blocked: Vec<(String, String)>,
    /// The approved fixes, and how many of them are merged into every version that they go into.
    pub fixes: Progress,
    /// The newest candidate of each version.
    pub candidates: Vec<CandidateStanding>,
    /// The open defects by severity, the worst first.
    pub defects: Vec<(Severity, usize)>,
    /// The roles that say no-go, and why.
    pub objections: Vec<(String, String)>,
    /// What has changed.
    pub changes: Changes,
}

/// What QA says of a candidate so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CandidateStanding {
    /// "7.2.1-RC2".
    pub candidate: String,
    /// The fixes that QA has verified in it, of those that are in it.
    pub verified: Progress,
    /// The fixes that failed in it.
    pub failed: Vec<String>,
    /// Whether it passed as a whole; none as long as nobody has said.
    pub passed: Option<bool>,
}

/// What has changed since the last status update, or since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// When the last update was; none when this is the first.
    pub since: Option<DateTime<Utc>>,
    /// Items that were settled, those apart that were opened again.
    pub items_done: usize,
    /// Candidates that were cut.
    pub candidates: Vec<String>,
    /// Fixes that were merged, once for each version.
    pub merged: usize,
    /// Defects that were found.
    pub defects_found: usize,
    /// Defects that were closed.
    pub defects_closed: usize,
    /// The target date before and now, when it is another one.
    pub target: Option<(Option<NaiveDate>, Option<NaiveDate>)>,
}

/// How `release` stands at `now` by its plan and its timeline.
#[must_use]
pub fn standing(release: &Release, plan: &Plan, events: &[TimelineEvent], now: DateTime<Utc>) -> Standing {
    let room = &release.room;
    let held = release.hold.as_ref().map(|hold| hold.reason.clone());
    // While its clock stands still, nothing is ahead and nothing becomes late.
    let runs = held.is_none();
    let mut defects: BTreeMap<Severity, usize> = BTreeMap::new();
    for defect in room.defects.iter().filter(|defect| defect.is_open()) {
        *defects.entry(defect.severity).or_default() += 1;
    }
    let decision = room.decision().filter(|decision| decision.void.is_none());
    let objections = decision.into_iter().flat_map(|decision| decision.standing());
    Standing {
        phase: release.current_phase().map(label),
        next_cutoff: release
            .next_cutoff(plan, now)
            .filter(|_| runs)
            .map(|(phase, cutoff)| (label(phase), cutoff)),
        overdue: release
            .overdue_phases(plan, now)
            .into_iter()
            .filter(|_| runs)
            .map(|phase| {
                let Progress { done, all } = release.phase_progress(phase);
                (label(phase), all - done)
            })
            .collect(),
        held,
        items: release.progress(),
        roles: by_role(release),
        blocked: stopped(release),
        fixes: fixes(release),
        candidates: release
            .versions()
            .filter_map(|version| room.newest(version))
            .map(|candidate| of_candidate(release, candidate))
            .collect(),
        defects: defects.into_iter().collect(),
        objections: objections
            .map(|objection| (release.role_title(&objection.role), objection.reason.clone()))
            .collect(),
        changes: changes(release, events),
    }
}

fn label(phase: &Phase) -> PhaseLabel {
    PhaseLabel {
        id: phase.id.clone(),
        offset: phase.offset,
        title: phase.title.clone(),
    }
}

fn by_role(release: &Release) -> Vec<(String, Progress)> {
    let items: Vec<_> = release.playbook.items().map(|(_, item)| item).collect();
    release
        .group_by_role(&items)
        .into_iter()
        .map(|group| {
            let is_done = |id| release.completions.contains_key(id);
            let done = group.items.iter().filter(|item| is_done(&item.id)).count();
            let all = group.items.len();
            (group.title, Progress { done, all })
        })
        .collect()
}

/// What was escalated, and the items that cannot go on; each with why.
fn stopped(release: &Release) -> Vec<(String, String)> {
    let escalations = release.room.open_escalations().map(|escalation| {
        let what = format!("The release, escalation {}", escalation.number);
        (what, escalation.problem.clone())
    });
    escalations.chain(blocked(release)).collect()
}

/// The items that cannot go on, and why.
pub(in crate::domain) fn blocked(release: &Release) -> Vec<(String, String)> {
    let open = release.live_items();
    open.filter_map(|(_, item)| {
        let block = release.room.work.get(&item.id)?.blocked.as_ref()?;
        Some((item.title.clone(), block.reason.clone()))
    })
    .collect()
}

fn fixes(release: &Release) -> Progress {
    let approved = || release.room.approved();
    let merged = approved().filter(|fix| fix.versions.keys().all(|version| fix.is_merged(version)));
    Progress {
        done: merged.count(),
        all: approved().count(),
    }
}

fn of_candidate(release: &Release, candidate: &Candidate) -> CandidateStanding {
    let fixes = release.room.approved();
    let within: Vec<&str> = fixes
        .filter(|fix| fix.is_merged(&candidate.version))
        .map(|fix| fix.reference.as_str())
        .collect();
    let said = |passed: bool| -> Vec<String> {
        let verdict = |fix: &&&str| {
            candidate
                .verdicts
                .get(**fix)
                .is_some_and(|verdict| verdict.passed == passed)
        };
        within
            .iter()
            .filter(verdict)
            .map(|fix| (*fix).to_owned())
            .collect()
    };
    CandidateStanding {
        candidate: candidate.label(),
        verified: Progress {
            done: said(true).len(),
            all: within.len(),
        },
        failed: said(false),
        passed: candidate.overall.as_ref().map(|verdict| verdict.passed),
    }
}

fn changes(release: &Release, events: &[TimelineEvent]) -> Changes {
    let is_update =
        |event: &TimelineEvent| matches!(event.event, Event::Room(RoomEvent::StatusUpdated { .. }));
    let last = events.iter().rposition(is_update);
    let new = events.get(last.map_or(0, |last| last + 1)..).unwrap_or_default();
    let mut changes = Changes {
        since: last.and_then(|last| events.get(last)).map(|event| event.at),
        ..Changes::default()
    };
    let mut before = None;
    for event in new {
        match &event.event {
            Event::ItemDone { .. } | Event::ItemNotApplicable { .. } => changes.items_done += 1,
            Event::ItemUndone { .. } => changes.items_done = changes.items_done.saturating_sub(1),
            Event::Slipped { from, .. } => before = before.or(Some(*from)),
            Event::Room(RoomEvent::CandidateCut { version, number, .. }) => {
                changes.candidates.push(format!("{version}-RC{number}"));
            }
            Event::Room(RoomEvent::FixStepDone {
                step: FixStep::Merged,
                ..
            }) => changes.merged += 1,
            Event::Room(RoomEvent::DefectFound { .. }) => changes.defects_found += 1,
            Event::Room(RoomEvent::DefectClosed { .. }) => changes.defects_closed += 1,
            _ => {}
        }
    }
    changes.target = before
        .map(|before| (before, release.target))
        .filter(|(before, now)| before != now);
    changes
}
