//! Escalations in a report: each step with who took it and when.

use serde::Serialize;

use super::{Act, Facts};
use crate::domain::ids::UserId;
use crate::domain::person::Stamp;
use crate::domain::room::{Escalation, Severity};

/// What kept the release from going on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EscalationFacts {
    /// Its number in the release.
    pub number: u32,
    /// What was blocked, as typed.
    pub problem: String,
    /// How bad it was.
    pub severity: Severity,
    /// The item that it blocked, by its id; or null.
    pub item: Option<String>,
    /// Who opened it, and when.
    pub opened: Act,
    /// The steps that were taken, in the order in which people are led.
    pub steps: Vec<EscalationStepFacts>,
    /// What it was, or null.
    pub cause: Option<String>,
    /// Who resolved it, and when; or null.
    pub resolved: Option<Act>,
}

/// A step of an escalation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EscalationStepFacts {
    /// "confirmed", "classified", "ticket", "topic", "told", "paged", "called", "missed", "acknowledged", "unanswered" or "resolved".
    pub step: &'static str,
    /// What was said or chosen, or null.
    pub what: Option<String>,
    /// Who took it, and when.
    #[serde(flatten)]
    pub act: Act,
}

impl EscalationFacts {
    pub(super) fn of(escalation: &Escalation, facts: &Facts<'_>) -> Self {
        let act = |stamp: Stamp| facts.act(stamp, None);
        let step = |step, what: Option<String>, stamp| EscalationStepFacts {
            step,
            what,
            act: act(stamp),
        };
        let mut steps = Vec::new();
        steps.extend(escalation.confirmed.map(|stamp| step("confirmed", None, stamp)));
        steps.extend(escalation.class.as_ref().map(|class| {
            let what = format!("{}: {}", class.kind, class.what);
            step("classified", Some(what), class.stamp)
        }));
        steps.extend(
            escalation
                .ticket
                .as_ref()
                .map(|ticket| step("ticket", Some(ticket.link.clone()), ticket.stamp)),
        );
        steps.extend(
            escalation
                .topic
                .as_ref()
                .map(|topic| step("topic", Some(topic.title.clone()), topic.stamp)),
        );
        steps.extend(
            escalation
                .told
                .as_ref()
                .map(|told| step("told", Some(told.channels.clone()), told.stamp)),
        );
        for paging in &escalation.pages {
            steps.push(step("paged", Some(paging.title.clone()), paging.stamp));
            let itself = |at| Stamp {
                by: UserId::ITSELF,
                at,
            };
            for call in &paging.calls {
                let name = || paging.target(call.place).map(|target| target.name.clone());
                steps.push(step("called", name(), itself(call.at)));
                steps.extend(call.missed.map(|(_, at)| step("missed", name(), itself(at))));
            }
            steps.extend(paging.unanswered.map(|at| step("unanswered", None, itself(at))));
            steps.extend(paging.acknowledged.map(|stamp| step("acknowledged", None, stamp)));
        }
        let resolved = escalation.resolved.as_ref();
        steps.extend(resolved.map(|resolved| step("resolved", Some(resolved.what.clone()), resolved.stamp)));
        Self {
            number: escalation.number,
            problem: escalation.problem.clone(),
            severity: escalation.severity,
            item: escalation.item.as_ref().map(ToString::to_string),
            opened: act(escalation.opened),
            steps,
            cause: resolved.map(|resolved| resolved.what.clone()),
            resolved: resolved.map(|resolved| act(resolved.stamp)),
        }
    }
}
