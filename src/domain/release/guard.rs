//! What has to be complete before whoever is on duty may leave (S45, S46).

use chrono::{DateTime, Utc};

use crate::domain::plan::Plan;
use crate::domain::playbook::Phase;
use crate::domain::rejection::PhaseLabel;
use crate::domain::release::Release;
use crate::domain::room::gate_label;

impl Release {
    /// The phases whose day has begun, that are not complete, and that have to be before whoever is on duty may leave. None
    /// while the release is on hold or has no target: nothing of it is scheduled then.
    #[must_use]
    pub fn unfinished_before_leaving(&self, plan: &Plan, now: DateTime<Utc>) -> Vec<PhaseLabel> {
        if !self.clock_runs() {
            return Vec::new();
        }
        let begun = |phase: &Phase| {
            plan.phase(&phase.id)
                .is_some_and(|planned| planned.starts_at <= now)
        };
        let open = |phase: &Phase| {
            let progress = self.phase_progress(phase);
            progress.done < progress.all
        };
        let phases = self.playbook.phases.iter();
        phases
            .filter(|phase| self.is_guarded(phase) && begun(phase) && open(phase))
            .map(gate_label)
            .collect()
    }

    fn is_guarded(&self, phase: &Phase) -> bool {
        let holds = |condition| self.variation.conditions.contains(condition);
        phase.guarded || phase.guarded_if.iter().any(holds)
    }
}
