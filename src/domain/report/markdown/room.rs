//! The room of a release for people: what went in, which candidates there were, what was decided.

use super::Page;
use super::{act_of, escape};
use crate::domain::report::escalation::EscalationFacts;
use crate::domain::report::room::{
    CandidateFacts, DecisionFacts, DefectFacts, FixFacts, LinkFacts, RetrospectiveFacts, SignOffFacts,
    UpdateFacts,
};

impl Page<'_> {
    /// The sections of the room; those without an entry are left out.
    pub(super) fn room(&mut self) {
        let room = &self.report.room;
        self.section("## Fixes", &room.fixes, Self::fix);
        self.section("## Release candidates", &room.candidates, Self::candidate);
        self.section("## Defects", &room.defects, Self::defect);
        self.section("## Sign-offs", &room.sign_offs, Self::sign_off);
        self.section("## Go/no-go", &room.decisions, Self::decision);
        self.section("## Escalations", &room.escalations, Self::escalation);
        self.section("## Status updates", &room.updates, Self::update);
        self.section("## Links", &room.links, Self::link);
        let retrospective = room.retrospective.as_slice();
        self.section("## Retrospective", retrospective, Self::retrospective);
    }

    fn link(&self, link: &LinkFacts) -> Vec<String> {
        let (title, act) = (escape(&link.title), act_of(self, &link.act));
        vec![format!("- {title}: <{}> ({act})", link.url)]
    }

    fn update(&self, update: &UpdateFacts) -> Vec<String> {
        let mut lines = vec![format!("- {}", act_of(self, &update.act))];
        lines.extend(quoted(&update.text, "  "));
        lines
    }

    fn retrospective(&self, written: &RetrospectiveFacts) -> Vec<String> {
        let findings = &written.findings;
        let parts = [
            ("Facts", &findings.facts),
            ("What went well", &findings.well),
            ("What went badly", &findings.badly),
            ("What to change", &findings.change),
        ];
        let mut lines = vec![format!("- {}", act_of(self, &written.act))];
        for (title, text) in parts.into_iter().filter(|(_, text)| !text.is_empty()) {
            lines.push(format!("  - {title}"));
            lines.extend(quoted(text, "    "));
        }
        lines
    }

    fn escalation(&self, escalation: &EscalationFacts) -> Vec<String> {
        let mut lines = vec![format!(
            "- **{}** {} ({}), opened by {}",
            escalation.number,
            escape(&escalation.problem),
            escalation.severity,
            act_of(self, &escalation.opened)
        )];
        lines.extend(escalation.steps.iter().map(|step| {
            let what = step
                .what
                .as_ref()
                .map_or_else(String::new, |what| format!(" {}", escape(what)));
            format!("  - {}{what} ({})", step.step, act_of(self, &step.act))
        }));
        if escalation.resolved.is_none() {
            lines.push("  - **not resolved**".to_owned());
        }
        lines
    }

    fn section<Entry>(
        &mut self,
        heading: &str,
        entries: &[Entry],
        lines: impl Fn(&Self, &Entry) -> Vec<String>,
    ) {
        if entries.is_empty() {
            return;
        }
        self.heading(heading);
        for entry in entries {
            for line in lines(self, entry) {
                self.line(&line);
            }
        }
    }

    fn fix(&self, fix: &FixFacts) -> Vec<String> {
        let link = fix
            .link
            .as_ref()
            .map_or_else(String::new, |link| format!(" <{link}>"));
        let dropped = fix.dropped.as_ref().map_or_else(String::new, |act| {
            format!(": **left out**, {}", act_of(self, act))
        });
        let mut lines = vec![format!(
            "- **{}** {} ({}){link}{dropped}",
            escape(&fix.reference),
            escape(&fix.title),
            fix.severity
        )];
        for version in &fix.versions {
            let steps: Vec<String> = version
                .steps
                .iter()
                .map(|step| format!("{} ({})", step.step, act_of(self, &step.act)))
                .collect();
            let steps = if steps.is_empty() {
                "nothing done".to_owned()
            } else {
                steps.join(", ")
            };
            lines.push(format!("  - {}: {steps}", escape(&version.version)));
        }
        lines
    }

    fn candidate(&self, candidate: &CandidateFacts) -> Vec<String> {
        let said = |passed: bool| if passed { "passed" } else { "**failed**" };
        let verdict = candidate.verdict.as_ref().map_or_else(
            || "no verdict as a whole".to_owned(),
            |verdict| format!("{} ({})", said(verdict.passed), act_of(self, &verdict.act)),
        );
        let mut lines = vec![format!(
            "- **{}** from {} ({}): {verdict}",
            escape(&candidate.candidate),
            escape(&candidate.commit),
            act_of(self, &candidate.cut)
        )];
        lines.extend(candidate.verdicts.iter().map(|fix| {
            format!(
                "  - {}: {} ({})",
                escape(&fix.reference),
                said(fix.verdict.passed),
                act_of(self, &fix.verdict.act)
            )
        }));
        lines
    }

    fn defect(&self, defect: &DefectFacts) -> Vec<String> {
        let place = defect
            .candidate
            .as_ref()
            .map_or_else(String::new, |candidate| format!(" in {}", escape(candidate)));
        let closed = match (&defect.resolution, &defect.closed) {
            (Some(resolution), Some(act)) => format!(": {resolution} ({})", act_of(self, act)),
            _ => ": **open**".to_owned(),
        };
        let mut lines = vec![format!(
            "- **{}** {}{place}, {} ({}){closed}",
            defect.number,
            escape(&defect.title),
            defect.severity,
            act_of(self, &defect.found)
        )];
        if let (Some(issue), Some(workaround)) = (&defect.known_issue, &defect.workaround) {
            lines.push(format!(
                "  - Known issue: {} Workaround: {}",
                escape(issue),
                escape(workaround)
            ));
        }
        lines
    }

    fn sign_off(&self, sign_off: &SignOffFacts) -> Vec<String> {
        let signer = match (&sign_off.role, &sign_off.person) {
            (Some(role), _) => escape(role),
            (None, Some(person)) => super::name(person),
            (None, None) => "nobody".to_owned(),
        };
        let state = match (&sign_off.approved, &sign_off.answered) {
            (Some(true), Some(act)) => format!("given ({})", act_of(self, act)),
            (Some(false), Some(act)) => format!("**refused** ({})", act_of(self, act)),
            _ => "**not answered**".to_owned(),
        };
        let void = sign_off
            .void
            .as_ref()
            .map_or_else(String::new, |by| format!(", void since {}", escape(by)));
        vec![format!(
            "- **{}** of {signer} about {}: “{}”, asked by {}: {state}{void}",
            sign_off.number,
            covered(&sign_off.covers),
            escape(&sign_off.statement),
            act_of(self, &sign_off.requested)
        )]
    }

    fn decision(&self, decision: &DecisionFacts) -> Vec<String> {
        let mut lines = vec![format!(
            "- **{}** about {}, called by {}: **{}**",
            decision.number,
            covered(&decision.covers),
            act_of(self, &decision.called),
            decision.outcome
        )];
        lines.extend(decision.votes.iter().map(|vote| {
            format!(
                "  - {}: {} ({})",
                escape(&vote.role),
                vote.choice,
                act_of(self, &vote.act)
            )
        }));
        let withdrawn = decision.objections.iter().filter_map(|objection| {
            let taken_back = objection.withdrawn.as_ref()?;
            Some(format!(
                "  - {} had objected ({}); taken back {}",
                escape(&objection.role),
                act_of(self, &objection.act),
                self.instant(taken_back.at)
            ))
        });
        lines.extend(withdrawn);
        lines
    }
}

fn covered(covers: &[String]) -> String {
    covers
        .iter()
        .map(|covered| escape(covered))
        .collect::<Vec<_>>()
        .join(", ")
}

/// What somebody typed in several lines, as a quotation that is set back by `indent`.
fn quoted(text: &str, indent: &str) -> Vec<String> {
    let line = |line: &str| match line.trim() {
        "" => format!("{indent}>"),
        // Two spaces at its end make the next line a line of its own.
        line => format!("{indent}> {}  ", escape(line)),
    };
    text.lines().map(line).collect()
}
