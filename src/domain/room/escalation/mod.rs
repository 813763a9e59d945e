//! Escalations: what keeps a release from going on, step by step, until it is resolved (S48–S54).

mod decide;
mod event;
mod paging;
mod refusal;

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
pub(in crate::domain::room) mod tests;

use serde::{Deserialize, Serialize};

pub use self::decide::{EscalationCommand, EscalationStep, NewEscalation};
pub use self::event::{EscalationEvent, Missed, ProblemKind};
pub use self::paging::Paging;
pub use self::refusal::EscalationRefusal;

use crate::domain::escalation::{Helper, TopicId};
use crate::domain::person::{RELEASE_MANAGER, Stamp};
use crate::domain::playbook::ItemId;
use crate::domain::release::Release;
use crate::domain::room::{Blocker, Lack, Owner, Room, RoomEvent, Severity};

/// The longest text of what is blocked, of what exactly it is, and of what it was, in characters.
pub const PROBLEM_LIMIT: usize = 500;

/// The longest text that names the channels which were told, in characters.
pub const CHANNELS_LIMIT: usize = 500;

/// Something that keeps a release from going on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// Its number in the release, from 1.
    pub number: u32,
    /// Who opened it, and when.
    pub opened: Stamp,
    /// What is blocked, as typed.
    pub problem: String,
    /// How bad it is: it decides whether people are called at night.
    pub severity: Severity,
    /// The item that it blocks, when it was opened for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemId>,
    /// Who has seen the problem with their own eyes, and when (S48).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed: Option<Stamp>,
    /// What kind of thing is at fault (S49).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// Where it is followed elsewhere (S50).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Ticket>,
    /// Who is asked (S51).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<ChosenTopic>,
    /// Where it was told (S52).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// Who could help when it was looked at (S53).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked: Option<Looked>,
    /// The rounds of pages, oldest first; the last one counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<Paging>,
    /// What it was, once that is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<Resolved>,
}

/// What kind of thing is at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// Which kind.
    pub kind: ProblemKind,
    /// Which one exactly, as typed.
    pub what: String,
    /// Who said so, and when.
    pub stamp: Stamp,
}

/// Where a problem is followed elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// The address.
    pub link: String,
    /// Who filed it, and when it was recorded.
    pub stamp: Stamp,
}

/// Who is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenTopic {
    /// The topic of the directory; none when nobody can tell, and the fallback is asked (S54).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<TopicId>,
    /// What it was called then.
    pub title: String,
    /// Who chose it, and when.
    pub stamp: Stamp,
}

/// Where a problem was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The channels, as typed.
    pub channels: String,
    /// Who told it, and when that was recorded.
    pub stamp: Stamp,
}

/// Who could help at an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looked {
    /// Everybody who may help.
    pub helpers: Vec<Helper>,
    /// Who looked, and when.
    pub stamp: Stamp,
}

/// How a problem ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// What it was, as typed.
    pub what: String,
    /// Who said so, and when.
    pub stamp: Stamp,
}

impl Escalation {
    /// Whether it keeps the release from going on.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.resolved.is_none()
    }

    /// The round of pages that counts.
    #[must_use]
    pub fn paging(&self) -> Option<&Paging> {
        self.pages.last()
    }

    /// Who has said that they are on it.
    #[must_use]
    pub fn taken(&self) -> Option<Stamp> {
        self.paging()?.acknowledged
    }

    /// The step that comes next, in the order in which people are led.
    #[must_use]
    pub fn next(&self) -> Option<NextStep> {
        [
            (self.confirmed.is_none(), NextStep::Confirm),
            (self.class.is_none(), NextStep::Classify),
            (self.ticket.is_none(), NextStep::File),
            (self.topic.is_none(), NextStep::Choose),
            (self.told.is_none(), NextStep::Tell),
            (self.looked.is_none(), NextStep::Look),
            (self.pages.is_empty(), NextStep::Page),
        ]
        .into_iter()
        .find_map(|(is_missing, step)| is_missing.then_some(step))
        .filter(|_| self.is_open())
    }
}

/// The steps of an escalation, in the order in which people are led. They may be taken in any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// See the problem with one's own eyes (S48).
    Confirm,
    /// Say what is at fault (S49).
    Classify,
    /// File a ticket (S50).
    File,
    /// Choose who is asked (S51).
    Choose,
    /// Tell it in the right channels (S52).
    Tell,
    /// Look who can help now (S53).
    Look,
    /// Call them.
    Page,
}

impl Room {
    /// What keeps the release from going on, oldest first.
    pub fn open_escalations(&self) -> impl Iterator<Item = &Escalation> {
        self.escalations.iter().filter(|escalation| escalation.is_open())
    }

    /// The escalation of this number.
    #[must_use]
    pub fn escalation(&self, number: u32) -> Option<&Escalation> {
        self.escalations
            .iter()
            .find(|escalation| escalation.number == number)
    }

    pub(super) fn apply_escalation(&mut self, event: &RoomEvent, stamp: Stamp) {
        let RoomEvent::Escalation { number, step } = event else {
            return;
        };
        if let EscalationEvent::Opened {
            problem,
            severity,
            item,
        } = step
        {
            self.escalations.push(Escalation {
                number: *number,
                opened: stamp,
                problem: problem.clone(),
                severity: *severity,
                item: item.clone(),
                confirmed: None,
                class: None,
                ticket: None,
                topic: None,
                told: None,
                looked: None,
                pages: Vec::new(),
                resolved: None,
            });
            return;
        }
        let mut known = self.escalations.iter_mut();
        if let Some(escalation) = known.find(|escalation| escalation.number == *number) {
            escalation.apply(step, stamp);
        }
    }
}

impl Escalation {
    fn apply(&mut self, step: &EscalationEvent, stamp: Stamp) {
        match step {
            EscalationEvent::Opened { .. } => {}
            EscalationEvent::Confirmed => self.confirmed = Some(stamp),
            EscalationEvent::Rated { severity } => self.severity = *severity,
            EscalationEvent::Classified { kind, what } => {
                let (kind, what) = (*kind, what.clone());
                self.class = Some(Class { kind, what, stamp });
            }
            EscalationEvent::Filed { link } => {
                let link = link.clone();
                self.ticket = Some(Ticket { link, stamp });
            }
            EscalationEvent::Chosen { topic, title } => {
                self.topic = Some(ChosenTopic {
                    topic: topic.clone(),
                    title: title.clone(),
                    stamp,
                });
                // Who could help with another topic is not what was looked at.
                self.looked = None;
            }
            EscalationEvent::Told { channels } => {
                let channels = channels.clone();
                self.told = Some(Told { channels, stamp });
            }
            EscalationEvent::Looked { helpers } => {
                let helpers = helpers.clone();
                self.looked = Some(Looked { helpers, stamp });
            }
            EscalationEvent::Resolved { what } => {
                let what = what.clone();
                self.resolved = Some(Resolved { what, stamp });
            }
            EscalationEvent::Paged { .. }
            | EscalationEvent::Called { .. }
            | EscalationEvent::Missed { .. }
            | EscalationEvent::Unanswered
            | EscalationEvent::Stopped
            | EscalationEvent::Acknowledged => self.apply_page(step, stamp),
        }
    }
}

impl Release {
    /// The escalations that are open, as what stands in the way.
    pub(in crate::domain) fn escalated(&self) -> Vec<Blocker> {
        let open = self.room.open_escalations();
        open.map(|escalation| Blocker {
            lack: Lack::Escalated {
                number: escalation.number,
                problem: escalation.problem.clone(),
            },
            owner: match escalation.taken() {
                Some(taken) => Owner::Person(taken.by),
                None => self.owner(RELEASE_MANAGER),
            },
        })
        .collect()
    }
}
