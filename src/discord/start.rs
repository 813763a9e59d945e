//! Starting a release: by command, or by a button that answers a question about it.

use serenity::all::{Http, UserId};

use crate::app::{self, Answer, Which};
use crate::discord::post::Post;
use crate::discord::render::{refusal, started};
use crate::discord::{Data, Failure, guild};
use crate::domain::person::Person;
use crate::domain::question::Question;
use crate::domain::rejection::Rejection;
use crate::domain::start::StartRequest;

/// Starts a release and tells where it is, once its channel has been tried; or asks what a button can answer.
pub(super) async fn start(
    http: &Http,
    bot: UserId,
    data: &Data,
    person: &Person,
    request: &StartRequest,
) -> Result<Post, Failure> {
    let setup = data.app.setup(person.guild).await?;
    let missing = guild::standing(http, bot, &setup).await?.missing;
    if !missing.is_empty() {
        return Err(Rejection::PermissionsMissing { missing }.into());
    }
    let now = (data.now)();
    match data.app.start(person, request, now).await {
        Ok(view) => {
            let pulse = data.app.pulse();
            pulse.passed(pulse.poke()).await;
            let view = data
                .app
                .release(person, &Which::Key(view.release.key.to_string()))
                .await?;
            let undelivered = data.app.undelivered(&view.release).await?;
            Ok(started::started(&view, &undelivered, (data.now)()))
        }
        Err(app::Error::Rejected(rejection))
            if matches!(
                *rejection,
                Rejection::PhasesAlreadyOver { .. } | Rejection::TargetIsDayOff { .. }
            ) =>
        {
            let question = data
                .app
                .ask(person, &Question::Start(request.clone()), now)
                .await?;
            Ok(refusal::question(&rejection, question))
        }
        Err(error) => Err(error.into()),
    }
}

/// Starts with what a person answered. A refusal takes the place of the question, whose buttons are used up.
pub(super) async fn answered(
    http: &Http,
    bot: UserId,
    data: &Data,
    person: &Person,
    question: i64,
    answer: Answer,
) -> Result<Post, Failure> {
    let Some(request) = data.app.answer(person, question, answer).await? else {
        return Ok(Post::text("Nothing was started."));
    };
    match start(http, bot, data, person, &request).await {
        Err(Failure::App(app::Error::Rejected(rejection))) => Ok(refusal::refusal(&rejection)),
        other => other,
    }
}
