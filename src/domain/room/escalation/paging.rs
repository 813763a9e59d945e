//! Pages: one person after the other is called, each once, until somebody is on it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Escalation, EscalationEvent, Missed};
use crate::domain::escalation::{Helper, PageOrder};
use crate::domain::ids::UserId;
use crate::domain::person::Stamp;
use crate::domain::release::Release;

/// A round of pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paging {
    /// Who had people called, and when.
    pub stamp: Stamp,
    /// For what.
    pub title: String,
    /// Who is called, in order, and who is not.
    pub order: PageOrder,
    /// How many minutes each of them has to answer.
    pub answer_within: u32,
    /// Who was called so far.
    #[serde(default)]
    pub calls: Vec<PageCall>,
    /// Who is on it, and since when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Stamp>,
    /// When the last of them had not answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<DateTime<Utc>>,
    /// When it ended because the release did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<DateTime<Utc>>,
}

/// That somebody was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCall {
    /// The place in the order, from 0.
    pub place: u32,
    /// When.
    pub at: DateTime<Utc>,
    /// Why they could not be called after all, and when that was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed: Option<(Missed, DateTime<Utc>)>,
}

impl Paging {
    /// Whether people are being called.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        self.acknowledged.is_none() && self.unanswered.is_none() && self.stopped.is_none()
    }

    /// Who stands at this place of the order.
    #[must_use]
    pub fn target(&self, place: u32) -> Option<&Helper> {
        self.order.targets.get(usize::try_from(place).ok()?)
    }

    /// Those who were called and can have heard it.
    pub fn called(&self) -> impl Iterator<Item = UserId> {
        let reached = self.calls.iter().filter(|call| call.missed.is_none());
        reached.filter_map(|call| self.target(call.place)?.user)
    }

    /// What comes next, and when: somebody is called, or it is said that nobody has answered. After an absence it is one
    /// step, and the next one counts from then.
    #[must_use]
    pub fn next(&self) -> Option<(DateTime<Utc>, EscalationEvent)> {
        if !self.is_under_way() {
            return None;
        }
        let (due, place) = match self.calls.last() {
            None => (self.stamp.at, 0),
            Some(call) => {
                let answer_within = TimeDelta::minutes(i64::from(self.answer_within));
                let due = call.missed.map_or(call.at + answer_within, |(_, found)| found);
                (due, call.place + 1)
            }
        };
        let step = match self.target(place) {
            Some(target) => EscalationEvent::Called {
                place,
                name: target.name.clone(),
            },
            None => EscalationEvent::Unanswered,
        };
        Some((due, step))
    }
}

impl Escalation {
    pub(super) fn apply_page(&mut self, step: &EscalationEvent, stamp: Stamp) {
        if let EscalationEvent::Paged {
            title,
            order,
            answer_within,
        } = step
        {
            self.pages.push(Paging {
                stamp,
                title: title.clone(),
                order: order.clone(),
                answer_within: *answer_within,
                calls: Vec::new(),
                acknowledged: None,
                unanswered: None,
                stopped: None,
            });
            return;
        }
        let Some(paging) = self.pages.last_mut() else {
            return;
        };
        match step {
            EscalationEvent::Called { place, .. } => paging.calls.push(PageCall {
                place: *place,
                at: stamp.at,
                missed: None,
            }),
            EscalationEvent::Missed { place, why, .. } => {
                let mut calls = paging.calls.iter_mut();
                if let Some(call) = calls.find(|call| call.place == *place) {
                    call.missed = Some((*why, stamp.at));
                }
            }
            EscalationEvent::Unanswered => paging.unanswered = Some(stamp.at),
            EscalationEvent::Stopped => paging.stopped = Some(stamp.at),
            EscalationEvent::Acknowledged => paging.acknowledged = Some(stamp),
            _ => {}
        }
    }
}

impl Release {
    /// The next step of the pages of this release, with the number of its escalation. A hold does not stop them: a release
    /// often stands still just because something is blocked, and whoever is needed is needed all the same.
    #[must_use]
    pub fn next_page(&self) -> Option<(DateTime<Utc>, u32, EscalationEvent)> {
        if !self.is_open() {
            return None;
        }
        let open = self.room.open_escalations();
        open.filter_map(|escalation| {
            let (due, step) = escalation.paging()?.next()?;
            Some((due, escalation.number, step))
        })
        .min_by_key(|(due, number, _)| (*due, *number))
    }
}
