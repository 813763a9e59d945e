//! What was refused about an escalation, as a sentence: what happened, why, and what to do now.

use super::happening::helper;
use crate::discord::post::CONTENT_LIMIT;
use crate::discord::render::refusal::code;
use crate::discord::render::{escape, fitting, moment, shortened};
use crate::domain::escalation::{PageOrder, PassedOver, Passing};
use crate::domain::person::Stamp;
use crate::domain::room::EscalationRefusal;

/// The sentence.
pub(in crate::discord::render::room) fn sentence(refusal: &EscalationRefusal) -> String {
    match refusal {
        EscalationRefusal::Which { open } => with_lines(
            "Several escalations are open: say which one with `escalation`.",
            &open_lines(open),
        ),
        EscalationRefusal::Unknown { open } if open.is_empty() => {
            "This release has no open escalation. `/escalate open` opens one.".to_owned()
        }
        EscalationRefusal::Unknown { open } => with_lines(
            "This release has no escalation of this number. These are open:",
            &open_lines(open),
        ),
        EscalationRefusal::Resolved { number, resolved } => format!(
            "Escalation {number} was resolved {}, so nothing was changed. When it comes back, open a new one \
             (`/escalate open`).",
            by(resolved)
        ),
        EscalationRefusal::ItemEscalated { number, title } => format!(
            "**{}** was escalated already: escalation {number} is open, and its card in the release channel leads on.",
            escape(title)
        ),
        EscalationRefusal::Confirmed { confirmed } => {
            format!("The problem was confirmed {} already.", by(confirmed))
        }
        EscalationRefusal::Unchanged => {
            "Nothing was changed: it is so already. Name another `topic` or another `severity`.".to_owned()
        }
        EscalationRefusal::NotASeverity { given } => format!(
            "Nothing was changed: `{}` is not how bad something is. Write critical, high, medium or low.",
            code(given)
        ),
        EscalationRefusal::TopicNeeded => {
            "It is not known yet who is to be asked, so nobody was looked up or called. Press **Topic…** on the card first; \
             “I cannot tell” is an answer too."
                .to_owned()
        }
        EscalationRefusal::UnknownTopic { given, near } => {
            let near: Vec<String> = near.iter().map(|title| format!("**{}**", escape(title))).collect();
            let near = match near.as_slice() {
                [] => String::new(),
                near => format!(" Did you mean {}?", near.join(" or ")),
            };
            format!(
                "There is no topic `{}`.{near} Without a topic, press **Topic…** on the card and choose “I cannot tell”: then \
                 whoever is named for that is asked.",
                code(given)
            )
        }
        EscalationRefusal::NoDirectory => {
            "Nobody has written down whom to ask, so nobody can be called. A Release Manager begins with `/escalate contact \
             add` and `/escalate topic add`; until then, ask in the channel."
                .to_owned()
        }
        EscalationRefusal::PagingUnderWay { paged } => format!(
            "People are being called already, since <@{}> pressed **Page** {}. Nobody is called twice.",
            paged.by,
            moment(paged.at)
        ),
        EscalationRefusal::Taken { taken } => format!(
            "<@{}> is on it already, since {}. Write in this channel how you can help.",
            taken.by,
            moment(taken.at)
        ),
        EscalationRefusal::NobodyToCall { order } => nobody(order),
        EscalationRefusal::NotPaged => {
            "Nobody was called about this yet, so there is nothing to answer. **Page** on the card calls people.".to_owned()
        }
    }
}

/// That nobody can be called, with everybody who was passed over and why.
fn nobody(order: &PageOrder) -> String {
    let passed: Vec<String> = order.passed.iter().map(passed_over).collect();
    let before = "Nobody was called: there is nobody whom I can call now.";
    let after = if order.passed.iter().any(|passed| passed.why == Passing::Off) {
        "\nPeople who are off are called when they are on duty, or when it is bad enough: critical, unless my operator has \
         chosen otherwise (`/escalate change`)."
    } else {
        "\nAsk them another way, choose another topic (**Topic…**), or ask in the channel."
    };
    if passed.is_empty() {
        return format!("{before} The topic names nobody.{after}");
    }
    format!("{}{after}", with_lines(before, &passed))
}

/// "• 🌙 Nick, back in 3 hours: off".
fn passed_over(passed: &PassedOver) -> String {
    let why = match passed.why {
        Passing::NoId => "I do not know who that is in Discord",
        Passing::Off => "not called at this hour",
        Passing::Away => "not called while away",
        Passing::Asks => "asks themselves",
    };
    format!("• {}: {why}", helper(&passed.helper))
}

fn open_lines(open: &[(u32, String)]) -> Vec<String> {
    open.iter()
        .map(|(number, problem)| format!("• **{number}** {}", escape(&shortened(problem, 120))))
        .collect()
}

fn with_lines(before: &str, lines: &[String]) -> String {
    format!("{before}\n{}", fitting(lines, CONTENT_LIMIT - 500, "lines"))
}

fn by(stamp: &Stamp) -> String {
    format!("by <@{}> {}", stamp.by, moment(stamp.at))
}
