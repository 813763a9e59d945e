//! Moving a release and snoozing an item: by command, or by a button that answers the question about it.

use crate::app::{self, Answer, SlipStep, SnoozeStep, Which};
use crate::discord::post::Post;
use crate::discord::render::{moves, refusal};
use crate::discord::{Data, Failure};
use crate::domain::person::Person;
use crate::domain::playbook::ItemId;
use crate::domain::slip::SlipRequest;

/// Shows what a move would change, and asks.
pub(super) async fn slip(
    data: &Data,
    person: &Person,
    which: &Which,
    request: SlipRequest,
) -> Result<Post, Failure> {
    let step = data
        .app
        .consider_slip(person, which, request, (data.now)())
        .await?;
    Ok(slip_step(step))
}

/// Moves with what a person answered. A refusal takes the place of the question, whose buttons are used up.
pub(super) async fn slip_answered(
    data: &Data,
    person: &Person,
    question: i64,
    answer: Answer,
) -> Result<Post, Failure> {
    match data.app.answer_slip(person, question, answer, (data.now)()).await {
        Err(app::Error::Rejected(rejection)) => Ok(refusal::refusal(&rejection)),
        step => Ok(slip_step(step?)),
    }
}

/// Snoozes an item, or asks first.
pub(super) async fn snooze(
    data: &Data,
    person: &Person,
    which: &Which,
    item: &ItemId,
    until: &str,
) -> Result<Post, Failure> {
    let step = data.app.snooze(person, which, item, until, (data.now)()).await?;
    Ok(snooze_step(step))
}

/// Snoozes with what a person answered.
pub(super) async fn snooze_answered(
    data: &Data,
    person: &Person,
    question: i64,
    answer: Answer,
) -> Result<Post, Failure> {
    match data
        .app
        .answer_snooze(person, question, answer, (data.now)())
        .await
    {
        Err(app::Error::Rejected(rejection)) => Ok(refusal::refusal(&rejection)),
        step => Ok(snooze_step(step?)),
    }
}

fn slip_step(step: SlipStep) -> Post {
    match step {
        SlipStep::AnotherDay { rejection, question } => refusal::slip_question(&rejection, question),
        SlipStep::Agree {
            view,
            difference,
            question,
            changed,
        } => moves::agree(&view, &difference, question, changed),
        SlipStep::Moved { view, difference } => moves::moved_it(&view, &difference),
        SlipStep::Kept => Post::text("Nothing was moved."),
    }
}

fn snooze_step(step: SnoozeStep) -> Post {
    match step {
        SnoozeStep::Agree { rejection, question } => refusal::snooze_question(&rejection, question),
        SnoozeStep::Done { view, item } => moves::snoozed(&view, &item),
        SnoozeStep::Kept => Post::text("Nothing was snoozed; its reminders come as before."),
    }
}
