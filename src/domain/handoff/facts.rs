//! What whoever comes next has to know of a release: exact things, no impressions (S45, S47). Chat, e-mail and the
//! command line say the same of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::ids::UserId;
use crate::domain::plan::Plan;
use crate::domain::release::{Event, Release, TimelineEvent};
use crate::domain::room::{Escalation, RoomEvent, Severity};
use crate::domain::standing::{Standing, standing};

/// How a release stands at the end of a shift.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShiftFacts {
    /// How it stands.
    pub standing: Standing,
    /// Who settled how many items in the shift.
    pub settled: BTreeMap<UserId, usize>,
    /// What else was done in the shift, in order, and by whom.
    pub others: Vec<(UserId, Did)>,
    /// The numbers of the sign-offs that nobody has answered.
    pub sign_offs: Vec<u32>,
    /// The go/no-go that is called, with the roles that have not voted; none where nobody is waited for.
    pub votes: Option<(u32, Vec<String>)>,
    /// What is open in the phase that people are at: the role, and the titles of its items.
    pub open: Vec<(String, Vec<String>)>,
    /// What keeps the release from going on, and who was called for it, oldest first.
    pub escalated: Vec<Escalated>,
    /// Where the pages of its phases are: the title, and the address.
    pub links: Vec<(String, String)>,
}

/// To whom something was escalated that is not resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalated {
    /// Its number in the release.
    pub number: u32,
    /// Who was called so far, each once.
    pub called: Vec<String>,
    /// Who is on it.
    pub taken: Option<UserId>,
    /// Where it is followed elsewhere.
    pub ticket: Option<String>,
}

/// Something that was done in a shift, beside settling items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    /// A candidate was cut.
    Cut {
        /// "7.2.1-RC2".
        candidate: String,
    },
    /// A defect was found.
    Found {
        /// Its number.
        number: u32,
        /// How bad it is.
        severity: Severity,
    },
}

impl ShiftFacts {
    /// How `release` stands at `now`, with what was done since the shift began.
    #[must_use]
    pub fn of(
        release: &Release,
        plan: &Plan,
        events: &[TimelineEvent],
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut facts = Self {
            standing: standing(release, plan, events, now),
            sign_offs: unanswered(release),
            votes: waited_for(release),
            open: open(release),
            escalated: release.room.open_escalations().map(escalated).collect(),
            links: links(release),
            ..Self::default()
        };
        for event in events.iter().filter(|event| event.at >= since) {
            if let Some(by) = event.actor {
                facts.count(by, &event.event);
            }
        }
        facts
    }

    fn count(&mut self, by: UserId, event: &Event) {
        match event {
            Event::ItemDone { .. } | Event::ItemNotApplicable { .. } => {
                *self.settled.entry(by).or_default() += 1;
            }
            Event::Room(RoomEvent::CandidateCut { version, number, .. }) => {
                let candidate = format!("{version}-RC{number}");
                self.others.push((by, Did::Cut { candidate }));
            }
            Event::Room(RoomEvent::DefectFound { number, severity, .. }) => {
                let (number, severity) = (*number, *severity);
                self.others.push((by, Did::Found { number, severity }));
            }
            _ => {}
        }
    }
}

fn unanswered(release: &Release) -> Vec<u32> {
    let sign_offs = release.room.sign_offs.iter();
    sign_offs
        .filter(|sign_off| sign_off.void.is_none() && sign_off.answer.is_none())
        .map(|sign_off| sign_off.number)
        .collect()
}

fn waited_for(release: &Release) -> Option<(u32, Vec<String>)> {
    let decision = release
        .room
        .decision()
        .filter(|decision| decision.void.is_none())?;
    let roles: Vec<String> = decision.waiting().map(|role| release.role_title(role)).collect();
    (!roles.is_empty()).then_some((decision.number, roles))
}

fn escalated(escalation: &Escalation) -> Escalated {
    let mut called: Vec<String> = Vec::new();
    for paging in &escalation.pages {
        let reached = paging.calls.iter().filter(|call| call.missed.is_none());
        for target in reached.filter_map(|call| paging.target(call.place)) {
            if !called.contains(&target.name) {
                called.push(target.name.clone());
            }
        }
    }
    Escalated {
        number: escalation.number,
        called,
        taken: escalation.taken().map(|taken| taken.by),
        ticket: escalation.ticket.as_ref().map(|ticket| ticket.link.clone()),
    }
}

fn links(release: &Release) -> Vec<(String, String)> {
    let phases = release.playbook.phases.iter();
    phases
        .flat_map(|phase| release.links_of(phase))
        .map(|(link, stored)| (link.title.clone(), stored.url.clone()))
        .collect()
}

fn open(release: &Release) -> Vec<(String, Vec<String>)> {
    let roles = release.open_by_role(release.current_phase().into_iter());
    roles
        .into_iter()
        .map(|role| {
            let items = role.items.iter().map(|item| item.title.clone()).collect();
            (role.title, items)
        })
        .collect()
}
