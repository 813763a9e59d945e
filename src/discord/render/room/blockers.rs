//! What stands in the way, line by line, with who can clear it.

use crate::discord::render::escape;
use crate::discord::render::room::{owner, severity};
use crate::domain::room::{Blocker, Lack};

/// "• RC `7.2.1-RC1` has no verdict of QA – QA", one line for each.
pub fn lines(blockers: &[Blocker]) -> Vec<String> {
    blockers
        .iter()
        .map(|blocker| format!("• {} – {}", lack(&blocker.lack), owner(&blocker.owner)))
        .collect()
}

/// What is missing, as half a sentence.
pub(in crate::discord::render) fn lack(lack: &Lack) -> String {
    match lack {
        Lack::ItemOpen { title } => format!("⬜ {} is open", escape(title)),
        Lack::FixBehind {
            reference,
            version,
            next,
        } => format!(
            "fix **{}** is not “{next}” for {}",
            escape(reference),
            escape(version)
        ),
        Lack::NoCandidate { version } => {
            format!("no release candidate of {} was cut (`/rc cut`)", escape(version))
        }
        Lack::FixUnverified { reference, candidate } => format!(
            "fix **{}** has no verdict in {} (`/rc verdict`)",
            escape(reference),
            escape(candidate)
        ),
        Lack::FixFailed { reference, candidate } => {
            format!("fix **{}** failed in {}", escape(reference), escape(candidate))
        }
        Lack::NoVerdict { candidate } => {
            format!("{} has no verdict as a whole (`/rc verdict`)", escape(candidate))
        }
        Lack::CandidateFailed { candidate } => {
            format!("{} failed: mend it and cut a new candidate", escape(candidate))
        }
        Lack::CandidateSpoilt { candidate, defect } => format!(
            "{} has defect {defect}, which nobody may ship: cut a new candidate once it is fixed",
            escape(candidate)
        ),
        Lack::DefectOpen {
            number,
            title,
            severity: bad,
        } => format!("defect {number} is open: {} {}", severity(*bad), escape(title)),
        Lack::DefectUndocumented {
            number,
            title,
            severity: bad,
        } => format!(
            "defect {number} has no known-issue text and workaround (`/defect document`): {} {}",
            severity(*bad),
            escape(title)
        ),
        Lack::NoDecision => "nobody has called the go/no-go (`/go call`)".to_owned(),
        Lack::DecisionVoid { by } => {
            format!(
                "the go/no-go is void since {}: call it again (`/go call`)",
                escape(by)
            )
        }
        Lack::VoteMissing => "no answer to the go/no-go".to_owned(),
        Lack::NobodySaysGo => "the go/no-go is complete, and nobody said go".to_owned(),
        Lack::Objection { role, reason } => {
            format!("no-go of {}: {}", escape(role), escape(reason))
        }
        Lack::Escalated { number, problem } => {
            format!("🆘 escalation {number} is open: {}", escape(problem))
        }
        Lack::SignOffOpen { number } => format!("sign-off {number} is not given"),
        Lack::SignOffRejected { number } => format!("sign-off {number} was refused"),
        Lack::SignOffVoid { number, by } => {
            format!(
                "sign-off {number} is void since {}: ask again (`/signoff request`)",
                escape(by)
            )
        }
    }
}
