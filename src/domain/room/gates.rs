//! Phases that open only when the release is ready (S4, S22, S117).

use serde::{Deserialize, Serialize};

use crate::domain::person::{Actor, RELEASE_MANAGER, Stamp};
use crate::domain::playbook::{Criterion, Phase, PhaseId};
use crate::domain::rejection::{PhaseLabel, Rejection};
use crate::domain::release::{REASON_LIMIT, Release};
use crate::domain::room::{Blocker, Lack, Owner, Room, RoomEvent, RoomRefusal, perhaps};

/// That a gated phase was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateOpening {
    /// Who declared the release ready, and when.
    pub stamp: Stamp,
    /// Why, although something was missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub override_reason: Option<String>,
}

impl Room {
    pub(super) fn apply_gate(&mut self, event: &RoomEvent, stamp: Stamp) {
        if let RoomEvent::GateOpened {
            phase,
            override_reason,
            ..
        } = event
        {
            let opening = GateOpening {
                stamp,
                override_reason: override_reason.clone(),
            };
            self.gates.insert(phase.clone(), opening);
        }
    }
}

impl Release {
    /// Whether the items of this phase may be ticked.
    #[must_use]
    pub fn is_gate_open(&self, phase: &Phase) -> bool {
        phase.opens_when.is_empty() || self.room.gates.contains_key(&phase.id)
    }

    /// What keeps a phase closed, all of it; empty when it could be opened, or has no gate.
    #[must_use]
    pub fn missing_for(&self, phase: &Phase) -> Vec<Blocker> {
        if phase.opens_when.is_empty() {
            return Vec::new();
        }
        // Whatever a phase waits for, it does not open while the release is blocked.
        let mut missing = self.escalated();
        for criterion in Criterion::ALL {
            if !phase.opens_when.contains(&criterion) {
                continue;
            }
            missing.extend(match criterion {
                Criterion::EarlierItems => self.earlier_items(phase),
                Criterion::FixesMerged => self.unmerged(),
                Criterion::CandidatePassed => self.unpassed(),
                Criterion::DefectsCleared => self.defects_in_the_way(),
                Criterion::Go => self.undecided(),
                Criterion::SignedOff => self.unsigned(),
            });
        }
        missing
    }

    /// The gated phases that a new candidate closes again, because they were opened for the one before.
    pub(in crate::domain) fn apply_to_gates(&mut self, event: &RoomEvent) {
        let RoomEvent::CandidateCut { .. } = event else {
            return;
        };
        let of_candidate = |phase: &&Phase| {
            phase
                .opens_when
                .iter()
                .any(|criterion| criterion.is_of_candidate())
        };
        let closed: Vec<PhaseId> = self
            .playbook
            .phases
            .iter()
            .filter(of_candidate)
            .map(|phase| phase.id.clone())
            .collect();
        for phase in closed {
            self.room.gates.remove(&phase);
        }
    }

    fn earlier_items(&self, phase: &Phase) -> Vec<Blocker> {
        let earlier = self
            .playbook
            .phases
            .iter()
            .take_while(|earlier| earlier.id != phase.id);
        let open = earlier
            .flat_map(|earlier| &earlier.items)
            .filter(|item| !self.completions.contains_key(&item.id));
        open.map(|item| Blocker {
            lack: Lack::ItemOpen {
                title: item.title.clone(),
            },
            owner: match self.room.assignee(&item.id) {
                Some(person) => Owner::Person(person),
                None => Owner::Role(self.role_title(&item.role)),
            },
        })
        .collect()
    }

    pub(super) fn declare_ready(
        &self,
        phase: Option<&PhaseId>,
        override_reason: Option<&str>,
        actor: &Actor,
    ) -> Result<Vec<RoomEvent>, Rejection> {
        self.needs_one_of(&[RELEASE_MANAGER], actor, "declare a release ready")?;
        let override_reason = perhaps("the reason", override_reason, REASON_LIMIT)?;
        let phase = self.gated_phase(phase)?;
        if let Some(opening) = self.room.gates.get(&phase.id) {
            return Err(RoomRefusal::GateOpen {
                phase: label(phase),
                opened: opening.stamp,
            }
            .into());
        }
        let missing = self.missing_for(phase);
        if !missing.is_empty() && override_reason.is_none() {
            let phase = label(phase);
            return Err(RoomRefusal::GateClosed { phase, missing }.into());
        }
        Ok(vec![RoomEvent::GateOpened {
            phase: phase.id.clone(),
            // What was not needed was no override.
            override_reason: override_reason.filter(|_| !missing.is_empty()),
            missing,
        }])
    }

    /// The gated phase of this name; without a name the first that is closed, or else the first.
    fn gated_phase(&self, phase: Option<&PhaseId>) -> Result<&Phase, Rejection> {
        let gated = || {
            self.playbook
                .phases
                .iter()
                .filter(|phase| !phase.opens_when.is_empty())
        };
        let meant = match phase {
            Some(id) => gated().find(|phase| phase.id == *id),
            None => gated()
                .find(|phase| !self.is_gate_open(phase))
                .or_else(|| gated().next()),
        };
        meant.ok_or_else(|| {
            RoomRefusal::NoGate {
                gated: gated().map(label).collect(),
            }
            .into()
        })
    }
}

/// How a phase is called in a sentence.
pub(in crate::domain) fn label(phase: &Phase) -> PhaseLabel {
    PhaseLabel {
        id: phase.id.clone(),
        offset: phase.offset,
        title: phase.title.clone(),
    }
}
