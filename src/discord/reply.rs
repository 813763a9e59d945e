//! Answers to the person who acted: the one way out of every command and button.

use serenity::all::{Builder as _, CommandInteraction, ComponentInteraction, Http, ModalInteraction};

use crate::app;
use crate::discord::Failure;
use crate::discord::post::Post;
use crate::discord::render::refusal;
use crate::domain::rejection::Rejection;

/// How many times an answer is tried. A repetition is harmless: it writes the same text to the same place.
const ATTEMPTS: usize = 3;

/// Answers a command that was deferred.
pub(super) async fn to_command(
    http: &Http,
    interaction: &CommandInteraction,
    post: Post,
) -> Result<(), Failure> {
    write(http, &interaction.token, post).await
}

/// Changes the message that a pressed button belongs to, after the press was deferred.
pub(super) async fn in_place(
    http: &Http,
    interaction: &ComponentInteraction,
    post: Post,
) -> Result<(), Failure> {
    write(http, &interaction.token, post).await
}

/// Answers a form that a command has opened, after it was deferred.
pub(super) async fn to_form(http: &Http, interaction: &ModalInteraction, post: Post) -> Result<(), Failure> {
    write(http, &interaction.token, post).await
}

async fn write(http: &Http, token: &str, post: Post) -> Result<(), Failure> {
    let mut attempt = 1;
    loop {
        match post.clone().answer().execute(http, token).await {
            Err(error) if attempt < ATTEMPTS && may_pass(&error) => attempt += 1,
            other => return Ok(other.map(drop)?),
        }
    }
}

/// Whether Discord failed in a way that may be over at once, instead of refusing.
fn may_pass(error: &serenity::Error) -> bool {
    match error {
        serenity::Error::Http(serenity::all::HttpError::UnsuccessfulRequest(response)) => {
            response.status_code.is_server_error()
        }
        serenity::Error::Http(_) => true,
        _ => false,
    }
}

/// Tells the person who pressed a button something that nobody else sees.
pub(super) async fn whisper(
    http: &Http,
    interaction: &ComponentInteraction,
    post: Post,
) -> Result<(), Failure> {
    interaction.create_followup(http, post.whisper()).await?;
    Ok(())
}

/// What the person reads about a failure. What is not their doing is logged once, here, under the short id that the
/// person reads as well.
pub(super) fn failure(failure: &Failure, interaction: u64) -> Post {
    match failure {
        Failure::App(app::Error::Rejected(rejection)) => {
            tracing::info!(interaction, kind = kind(rejection), "refused");
            refusal::refusal(rejection)
        }
        Failure::App(app::Error::Store(error)) if error.is_disk() => {
            let id = short_id(interaction);
            tracing::warn!(
                interaction,
                id,
                error = error as &dyn std::error::Error,
                "not saved"
            );
            Post::text(format!(
                "⚠️ I could not save that, so nothing was changed: the disk of my machine is full or refuses to write. \
                 Everything that I confirmed before is safe. Ask your operator to make room (id `{id}`), then do it \
                 again; nothing has to be restarted."
            ))
        }
        Failure::App(app::Error::Store(error)) => {
            let id = short_id(interaction);
            tracing::error!(
                interaction,
                id,
                error = error as &dyn std::error::Error,
                "the database failed"
            );
            Post::text(format!(
                "⚠️ That did not work, and it is not your fault: my database failed. Nothing was changed. Try again; if \
                 it stays so, tell your operator the id `{id}`."
            ))
        }
        Failure::Discord(error) => {
            let id = short_id(interaction);
            tracing::error!(interaction, id, error = %without_address(error), "Discord refused or failed");
            Post::text(format!(
                "⚠️ Discord did not do what I asked ({}). Try again, or run `/setup check`; the id for your operator \
                 is `{id}`.",
                without_address(error),
            ))
        }
    }
}

/// What the person reads when the bot itself is at fault.
pub(super) fn defect(interaction: u64) -> Post {
    Post::text(format!(
        "⚠️ That did not work, and it is not your fault: I have a defect. Try again; if it stays so, tell your operator \
         the id `{}`.",
        short_id(interaction),
    ))
}

/// Six characters of an interaction's id, short enough to read out over the telephone.
fn short_id(interaction: u64) -> String {
    format!("{:06X}", (interaction ^ (interaction >> 22)) & 0x00FF_FFFF)
}

/// An error of serenity without the address, which can hold an interaction's token.
fn without_address(error: &serenity::Error) -> String {
    use serenity::all::HttpError;
    match error {
        serenity::Error::Http(HttpError::UnsuccessfulRequest(response)) => {
            format!("{}: {}", response.status_code.as_u16(), response.error.message)
        }
        _ => "no usable answer".to_owned(),
    }
}

/// The name of a refusal, for the log; its facts stay out.
fn kind(rejection: &Rejection) -> String {
    let debug = format!("{rejection:?}");
    debug.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
}
