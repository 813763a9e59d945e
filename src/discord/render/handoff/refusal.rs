//! Why nothing was changed about a hand-off, and what to do now.

use crate::discord::render::handoff::{people, unfinished};
use crate::discord::render::moment;
use crate::domain::handoff::{HandOffRefusal, HandOffState};

/// Why nothing was changed, and what to do now.
pub(in crate::discord::render) fn refusal(refusal: &HandOffRefusal) -> String {
    match refusal {
        HandOffRefusal::Settled {
            state: HandOffState::Accepted(stamp),
        } => format!(
            "Nothing was changed: <@{}> took this over {}.",
            stamp.by,
            moment(stamp.at)
        ),
        HandOffRefusal::Settled {
            state: HandOffState::FellAway { .. },
        } => "Nothing was changed: the last release was closed before somebody accepted, so nobody has to take over."
            .to_owned(),
        HandOffRefusal::Settled {
            state: HandOffState::Returned { .. },
        } => "Nothing was changed: the next shift of whoever offered this has begun, and the duty is theirs again."
            .to_owned(),
        HandOffRefusal::Settled { .. } => {
            "Nothing was changed: nobody has to take this over; the next shift is the same person's.".to_owned()
        }
        HandOffRefusal::OwnDuty => {
            "Nothing was changed: this is your own hand-off, which somebody else has to accept.".to_owned()
        }
        HandOffRefusal::ForOthers { to } if to.is_empty() => {
            "Nothing was changed: this hand-off is for the Release Manager, because the roster knows nobody who comes."
                .to_owned()
        }
        HandOffRefusal::ForOthers { to } => format!(
            "Nothing was changed: this hand-off is for {}. If you stand in for them, run `/shift take` first.",
            people(to)
        ),
        HandOffRefusal::DeclinedAlready => {
            "Nothing was changed: you declined already, and others are asked. You may still accept.".to_owned()
        }
        HandOffRefusal::ReasonNeeded => {
            "Nothing was changed: declining takes a reason, so that others know whether to ask you again.".to_owned()
        }
        HandOffRefusal::AskingOneself => {
            "Nothing was asked: the question would go to you. What others should know you write with `/handoff note`."
                .to_owned()
        }
        HandOffRefusal::QuestionNeeded => {
            "Nothing was asked: the question was empty. Press **Ask…** again and write what you want to know.".to_owned()
        }
        HandOffRefusal::NotOnDuty { holder: Some(holder) } => format!(
            "Nothing was changed: <@{holder}> has the duty, not you. `/shift show` tells who is on."
        ),
        HandOffRefusal::NotOnDuty { holder: None } => {
            "Nothing was changed: nobody has the duty at the moment. `/shift take` takes it.".to_owned()
        }
        HandOffRefusal::OpenAlready { since, to } => format!(
            "Nothing was changed: your hand-off has waited for {} since {}. You are free as soon as somebody accepts.",
            if to.is_empty() {
                "the Release Manager".to_owned()
            } else {
                people(to)
            },
            moment(*since)
        ),
        HandOffRefusal::NothingInFlight => {
            "Nothing was changed: no release is in flight, so there is nothing to hand over. `/shift end` ends your shift."
                .to_owned()
        }
        HandOffRefusal::NoneOpen => "Nothing was changed: no hand-off waits for an answer.".to_owned(),
        HandOffRefusal::Unfinished { releases } => {
            let mut lines = vec![
                "You cannot go yet: these have to be complete before you do, or handed over.".to_owned(),
            ];
            lines.extend(releases.iter().map(|release| format!("• {}", unfinished(release))));
            lines.push(
                "Run `/handoff now`, and go when somebody has accepted; or say with `reason` why you leave all the same."
                    .to_owned(),
            );
            lines.join("\n")
        }
    }
}
