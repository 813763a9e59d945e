//! `/signoff`: who signs what.

use serenity::all::{CreateAutocompleteResponse, User};

use crate::app::ReleaseView;
use crate::discord::commands::{answer, choices_of, defer, here, in_room, role_of, roles, suggestions};
use crate::discord::post::Post;
use crate::discord::render::{room, shortened};
use crate::discord::{Context, Failure};
use crate::domain::ids::UserId;
use crate::domain::room::{RoomCommand, SignOffCommand, Signer};

/// Sign-offs: request, approve, reject, list
#[poise::command(
    slash_command,
    guild_only,
    subcommands("request", "approve", "reject", "list"),
    subcommand_required
)]
pub(super) async fn signoff(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// Ask a role or a person to sign a statement about this release
#[poise::command(slash_command, guild_only)]
async fn request(
    ctx: Context<'_>,
    #[description = "Exactly what is signed"] statement: String,
    #[description = "The role that is asked"]
    #[autocomplete = "roles"]
    role: Option<String>,
    #[description = "The person who is asked, instead of a role"] person: Option<User>,
    #[description = "Who may sign in their place"] delegate: Option<User>,
    #[description = "Whether you yourself may not sign; yes when left out"] four_eyes: Option<bool>,
) -> Result<(), Failure> {
    let requester = defer(ctx).await?;
    let data = ctx.data();
    let which = here(ctx);
    let view = data.app.release(&requester, &which).await?;
    let signer = match (role, person) {
        (_, Some(person)) => Signer::Person(UserId(person.id.get())),
        (Some(role), None) => Signer::Role(role_of(&view, &role)?),
        (None, None) => Signer::Person(UserId(ctx.interaction.user.id.get())),
    };
    let command = SignOffCommand::Request {
        signer,
        delegate: delegate.map(|delegate| UserId(delegate.id.get())),
        statement,
        four_eyes: four_eyes.unwrap_or(true),
    };
    let command = crate::domain::release::Command::Room(RoomCommand::SignOff(command));
    let view = data.app.act(&requester, &which, &command, (data.now)()).await?;
    let number = view
        .release
        .room
        .sign_offs
        .last()
        .map_or(0, |sign_off| sign_off.number);
    answer(
        ctx,
        Post::text(format!(
            "✍️ Sign-off {number} is asked for in the release channel."
        )),
    )
    .await
}

/// Give a sign-off that you are asked for
#[poise::command(slash_command, guild_only)]
async fn approve(
    ctx: Context<'_>,
    #[description = "Its number"]
    #[autocomplete = "waiting"]
    signoff: u32,
    #[description = "A remark (goes on the record)"] remark: Option<String>,
) -> Result<(), Failure> {
    respond(ctx, signoff, true, remark).await
}

/// Refuse a sign-off that you are asked for
#[poise::command(slash_command, guild_only)]
async fn reject(
    ctx: Context<'_>,
    #[description = "Its number"]
    #[autocomplete = "waiting"]
    signoff: u32,
    #[description = "Why (goes on the record)"] reason: String,
) -> Result<(), Failure> {
    respond(ctx, signoff, false, Some(reason)).await
}

async fn respond(
    ctx: Context<'_>,
    number: u32,
    approved: bool,
    reason: Option<String>,
) -> Result<(), Failure> {
    let command = SignOffCommand::Answer {
        number,
        approved,
        reason,
    };
    let word = if approved { "given" } else { "refused" };
    let text = format!("✍️ Sign-off {number} is {word}, in your name, for good.");
    in_room(ctx, RoomCommand::SignOff(command), |_| Post::text(text)).await
}

/// The sign-offs of this release
#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let view = ctx.data().app.release(&person, &here(ctx)).await?;
    answer(ctx, room::sign_offs::list(&view)).await
}

async fn waiting(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let waiting = |view: &ReleaseView| {
        let all = view.release.room.sign_offs.iter();
        all.filter(|sign_off| sign_off.answer.is_none() && sign_off.void.is_none())
            .map(|sign_off| {
                let name = format!("{} {}", sign_off.number, sign_off.statement);
                (shortened(&name, 100), sign_off.number.to_string())
            })
            .collect()
    };
    suggestions(partial, choices_of(ctx, waiting).await.into_iter())
}
