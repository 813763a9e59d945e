//! A step of an escalation, as one line of a timeline.

use crate::discord::render::refusal::listing;
use crate::discord::render::room::severity;
use crate::discord::render::{escape, relative, shortened};
use crate::domain::escalation::{Helper, Part, Whereabouts};
use crate::domain::room::{EscalationEvent, Missed};

/// What follows the name of whoever did it.
pub(in crate::discord::render::room) fn happening(number: u32, step: &EscalationEvent) -> String {
    let text = |text: &str| escape(&shortened(text, 300));
    let names = |helpers: &[Helper]| {
        let names: Vec<String> = helpers.iter().map(|helper| escape(&helper.name)).collect();
        listing(&names)
    };
    match step {
        EscalationEvent::Opened {
            problem,
            severity: bad,
            ..
        } => format!(
            "opened escalation {number} ({}): {}",
            severity(*bad),
            text(problem)
        ),
        EscalationEvent::Confirmed => format!("confirmed escalation {number}"),
        EscalationEvent::Rated { severity: bad } => {
            format!("said that escalation {number} is {}", severity(*bad))
        }
        EscalationEvent::Classified { kind, what } => {
            format!(
                "said that in escalation {number} the {kind} {} is at fault",
                text(what)
            )
        }
        EscalationEvent::Filed { link } => format!("filed the ticket <{link}> for escalation {number}"),
        EscalationEvent::Chosen { title, .. } => {
            format!("chose **{}** for escalation {number}", text(title))
        }
        EscalationEvent::Told { channels } => {
            format!("told escalation {number} in {}", text(channels))
        }
        EscalationEvent::Looked { helpers } => {
            let at_work = helpers
                .iter()
                .filter(|helper| matches!(helper.whereabouts, Whereabouts::AtWork { .. }));
            let at_work: Vec<Helper> = at_work.cloned().collect();
            match at_work.as_slice() {
                [] => format!("looked who can help with escalation {number}: nobody was known to be at work"),
                at_work => format!(
                    "looked who can help with escalation {number}: {} at work",
                    names(at_work)
                ),
            }
        }
        EscalationEvent::Paged {
            title,
            order,
            answer_within,
        } => format!(
            "had {} called for escalation {number} ({}), {answer_within} minutes each",
            names(&order.targets),
            text(title)
        ),
        EscalationEvent::Called { name, .. } => {
            format!("called **{}** for escalation {number}", text(name))
        }
        EscalationEvent::Missed { name, why, .. } => {
            let why = match why {
                Missed::Left => "has left the server",
                Missed::DoesNotSee => "does not see the channel",
            };
            format!(
                "could not call **{}** for escalation {number}, who {why}",
                text(name)
            )
        }
        EscalationEvent::Unanswered => format!("had no answer from anybody about escalation {number}"),
        EscalationEvent::Stopped => format!("stopped the calls for escalation {number}"),
        EscalationEvent::Acknowledged => format!("is on escalation {number}"),
        EscalationEvent::Resolved { what } => format!("resolved escalation {number}: {}", text(what)),
    }
}

/// "🟢 Ben until in 5 hours", with what they are when they are no contact of the topic.
pub(in crate::discord::render::room) fn helper(helper: &Helper) -> String {
    let name = escape(&helper.name);
    let part = match helper.part {
        Part::Contact => "",
        Part::Manager => " (manager)",
        Part::Fallback => " (if nobody else)",
    };
    match helper.whereabouts {
        Whereabouts::AtWork { until } => {
            format!("🟢 {name}{part}, at work until <t:{}:t>", until.timestamp())
        }
        Whereabouts::NotKnown => format!("⚪ {name}{part}, hours not known"),
        Whereabouts::Off { back: Some(back) } => format!("🌙 {name}{part}, back {}", relative(back)),
        Whereabouts::Off { back: None } => format!("🌙 {name}{part}, it is night there"),
        Whereabouts::Away { last } => format!("🏖️ {name}{part}, away until {}", last.format("%a %-d %b")),
    }
}
