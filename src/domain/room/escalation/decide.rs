//! What a person can ask about an escalation, and what follows from it.

use super::{CHANNELS_LIMIT, Escalation, EscalationEvent, EscalationRefusal, PROBLEM_LIMIT, ProblemKind};
use crate::domain::escalation::{Helper, PageOrder, TopicId};
use crate::domain::person::Actor;
use crate::domain::playbook::ItemId;
use crate::domain::rejection::Rejection;
use crate::domain::release::{Event, Release};
use crate::domain::room::evidence::is_address;
use crate::domain::room::{RoomEvent, RoomRefusal, Severity, given, next_number, room_for_more};

/// What a person can ask about an escalation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EscalationCommand {
    /// Say that the release is blocked.
    Open(NewEscalation),
    /// Take a step.
    Take {
        /// Its number; the only one that is open when none is named.
        number: Option<u32>,
        /// The step.
        step: EscalationStep,
    },
}

/// What is said when an escalation is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEscalation {
    /// What is blocked, as typed.
    pub problem: String,
    /// How bad it is.
    pub severity: Severity,
    /// The item that it blocks.
    pub item: Option<ItemId>,
    /// Who is asked, with its title, where that is known at once.
    pub topic: Option<(TopicId, String)>,
}

/// A step of an escalation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EscalationStep {
    /// Say that one has seen the problem oneself.
    Confirm,
    /// Say what is at fault.
    Classify {
        /// What kind of thing.
        kind: ProblemKind,
        /// Which one exactly.
        what: String,
    },
    /// Say where it is followed.
    File {
        /// The address.
        link: String,
    },
    /// Choose who is asked, or say that it is worse than was thought.
    Change {
        /// The topic with its title: none within for whom to ask when nobody can tell; none at all to leave it.
        topic: Option<(Option<TopicId>, String)>,
        /// How bad it is; none to leave it.
        severity: Option<Severity>,
    },
    /// Say where it was told.
    Tell {
        /// The channels, as typed.
        channels: String,
    },
    /// Keep who can help at this instant.
    Look {
        /// Everybody who may help.
        helpers: Vec<Helper>,
    },
    /// Have people called.
    Page {
        /// Who, and who not.
        order: PageOrder,
        /// How many minutes each of them has to answer.
        answer_within: u32,
    },
    /// Say that one is on it.
    Acknowledge,
    /// Say what it was.
    Resolve {
        /// What it was.
        what: String,
    },
}

impl Release {
    pub(in crate::domain::room) fn decide_escalation(
        &self,
        command: &EscalationCommand,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        let (number, step) = match command {
            EscalationCommand::Open(new) => return self.escalate(new, actor),
            EscalationCommand::Take { number, step } => (*number, step),
        };
        let escalation = self.escalation_meant(number)?;
        self.may_take_part(escalation, actor)?;
        let events = escalation.decide(step)?;
        let number = escalation.number;
        let mut did: Vec<RoomEvent> = events
            .into_iter()
            .map(|step| RoomEvent::Escalation { number, step })
            .collect();
        // What was blocked by it can go on.
        if let (EscalationStep::Resolve { .. }, Some(item)) = (step, &escalation.item)
            && self.room.is_blocked(item)
        {
            did.push(RoomEvent::ItemUnblocked { item: item.clone() });
        }
        Ok(did)
    }

    /// Whether this person may open an escalation, or take its steps.
    ///
    /// # Errors
    /// A [`Rejection`] that says why not.
    pub fn may_escalate(&self, actor: &Actor) -> Result<(), Rejection> {
        self.still_open()?;
        if self.holds_a_role(actor) {
            return Ok(());
        }
        let roles = self.playbook.roles.iter().map(|role| &role.id);
        Err(self.role_needed(roles, "escalate a problem"))
    }

    /// Whether this person may take the steps of an escalation: whoever holds a role of the release, or was called.
    ///
    /// # Errors
    /// A [`Rejection`] that says why not.
    pub fn may_take_part(&self, escalation: &Escalation, actor: &Actor) -> Result<(), Rejection> {
        self.still_open()?;
        let mut called = escalation.pages.iter().flat_map(super::Paging::called);
        if self.holds_a_role(actor) || called.any(|user| user == actor.user) {
            return Ok(());
        }
        let roles = self.playbook.roles.iter().map(|role| &role.id);
        Err(self.role_needed(roles, "take part in this escalation"))
    }

    fn holds_a_role(&self, actor: &Actor) -> bool {
        let mut roles = self.playbook.roles.iter();
        roles.any(|role| actor.roles.contains(&role.id))
    }

    fn escalate(&self, new: &NewEscalation, actor: &Actor) -> Result<Vec<RoomEvent>, Rejection> {
        self.may_escalate(actor)?;
        room_for_more("escalations", self.room.escalations.len())?;
        if let Some(id) = &new.item {
            let title = self.playbook.item(id).map(|item| item.title.clone());
            let Some(title) = title else {
                return Err(Rejection::UnknownItem {
                    given: id.to_string(),
                    nearest: Vec::new(),
                });
            };
            self.still_to_do(id, title.clone())?;
            let mut open = self.room.open_escalations();
            if let Some(known) = open.find(|known| known.item.as_ref() == Some(id)) {
                let number = known.number;
                return Err(EscalationRefusal::ItemEscalated { number, title }.into());
            }
        }
        let number = next_number(self.room.escalations.len());
        let opened = EscalationEvent::Opened {
            problem: given("what is blocked", &new.problem, PROBLEM_LIMIT)?,
            severity: new.severity,
            item: new.item.clone(),
        };
        let chosen = new.topic.clone().map(|(topic, title)| EscalationEvent::Chosen {
            topic: Some(topic),
            title,
        });
        let steps = std::iter::once(opened).chain(chosen);
        Ok(steps.map(|step| RoomEvent::Escalation { number, step }).collect())
    }

    /// The escalation of this number, or the only one that is open when none is named.
    ///
    /// # Errors
    /// [`EscalationRefusal::Which`], [`EscalationRefusal::Unknown`] or [`EscalationRefusal::Resolved`].
    pub fn escalation_meant(&self, number: Option<u32>) -> Result<&Escalation, Rejection> {
        let open: Vec<&Escalation> = self.room.open_escalations().collect();
        let named = || {
            let open = open.iter();
            open.map(|escalation| (escalation.number, escalation.problem.clone()))
                .collect()
        };
        let Some(number) = number else {
            return match open.as_slice() {
                [only] => Ok(only),
                [] => Err(EscalationRefusal::Unknown { open: Vec::new() }.into()),
                _ => Err(EscalationRefusal::Which { open: named() }.into()),
            };
        };
        let Some(escalation) = self.room.escalation(number) else {
            return Err(EscalationRefusal::Unknown { open: named() }.into());
        };
        match &escalation.resolved {
            None => Ok(escalation),
            Some(resolved) => Err(EscalationRefusal::Resolved {
                number,
                resolved: resolved.stamp,
            }
            .into()),
        }
    }

    /// What stops with the end of the release: pages that nobody has answered.
    pub(in crate::domain) fn pages_stopped(&self) -> impl Iterator<Item = Event> {
        let open = self.room.open_escalations();
        let paging = open.filter(|escalation| escalation.paging().is_some_and(super::Paging::is_under_way));
        paging.map(|escalation| {
            Event::Room(RoomEvent::Escalation {
                number: escalation.number,
                step: EscalationEvent::Stopped,
            })
        })
    }
}

impl Escalation {
    fn decide(&self, step: &EscalationStep) -> Result<Vec<EscalationEvent>, Rejection> {
        let event = match step {
            EscalationStep::Confirm => match self.confirmed {
                Some(confirmed) => return Err(EscalationRefusal::Confirmed { confirmed }.into()),
                None => EscalationEvent::Confirmed,
            },
            EscalationStep::Classify { kind, what } => EscalationEvent::Classified {
                kind: *kind,
                what: given("what is at fault", what, PROBLEM_LIMIT)?,
            },
            EscalationStep::File { link } => {
                let link = link.trim().to_owned();
                if !is_address(&link) {
                    return Err(RoomRefusal::NotALink { given: link }.into());
                }
                EscalationEvent::Filed { link }
            }
            EscalationStep::Change { topic, severity } => return self.change(topic.as_ref(), *severity),
            EscalationStep::Tell { channels } => EscalationEvent::Told {
                channels: given("the list of channels", channels, CHANNELS_LIMIT)?,
            },
            EscalationStep::Look { helpers } => EscalationEvent::Looked {
                helpers: helpers.clone(),
            },
            EscalationStep::Page { order, answer_within } => return self.page(order, *answer_within),
            EscalationStep::Acknowledge => match self.paging() {
                None => return Err(EscalationRefusal::NotPaged.into()),
                Some(paging) => match paging.acknowledged {
                    Some(taken) => return Err(EscalationRefusal::Taken { taken }.into()),
                    None => EscalationEvent::Acknowledged,
                },
            },
            EscalationStep::Resolve { what } => EscalationEvent::Resolved {
                what: given("what it was", what, PROBLEM_LIMIT)?,
            },
        };
        Ok(vec![event])
    }

    fn change(
        &self,
        topic: Option<&(Option<TopicId>, String)>,
        severity: Option<Severity>,
    ) -> Result<Vec<EscalationEvent>, Rejection> {
        let is_new = |chosen: &&(Option<TopicId>, String)| {
            self.topic.as_ref().is_none_or(|known| known.topic != chosen.0)
        };
        let chosen = topic
            .filter(is_new)
            .map(|(topic, title)| EscalationEvent::Chosen {
                topic: topic.clone(),
                title: title.clone(),
            });
        let rated = severity.filter(|severity| *severity != self.severity);
        let rated = rated.map(|severity| EscalationEvent::Rated { severity });
        let events: Vec<EscalationEvent> = chosen.into_iter().chain(rated).collect();
        if events.is_empty() {
            return Err(EscalationRefusal::Unchanged.into());
        }
        Ok(events)
    }

    /// Calls the first one; the others follow with time.
    fn page(&self, order: &PageOrder, answer_within: u32) -> Result<Vec<EscalationEvent>, Rejection> {
        let Some(topic) = &self.topic else {
            return Err(EscalationRefusal::TopicNeeded.into());
        };
        if let Some(paging) = self.paging().filter(|paging| paging.is_under_way()) {
            let paged = paging.stamp;
            return Err(EscalationRefusal::PagingUnderWay { paged }.into());
        }
        let Some(first) = order.targets.first() else {
            let order = order.clone();
            return Err(EscalationRefusal::NobodyToCall { order }.into());
        };
        let name = first.name.clone();
        Ok(vec![
            EscalationEvent::Paged {
                title: topic.title.clone(),
                order: order.clone(),
                answer_within: answer_within.max(1),
            },
            EscalationEvent::Called { place: 0, name },
        ])
    }
}
