//! `/handoff`: handing the duty over, and taking it.

use crate::discord::commands::shift::rosters;
use crate::discord::commands::{answer, defer, outside, person};
use crate::discord::render::handoff as render;
use crate::discord::{Context, Failure, forms, shift};

/// Hand the duty over, or take it over
#[poise::command(
    slash_command,
    guild_only,
    subcommands("now", "accept", "decline", "note"),
    subcommand_required
)]
pub(super) async fn handoff(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// Offer your duty to those who come on next or stay on; it stays yours until somebody accepts
#[poise::command(slash_command, guild_only)]
async fn now(
    ctx: Context<'_>,
    #[description = "What they should know beside the facts"]
    #[max_length = 1000]
    note: Option<String>,
    #[description = "Which roster, if you are in several"]
    #[autocomplete = "rosters"]
    roster: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let hand_off = data
        .app
        .hand_over_now(&person, roster.as_deref(), note.as_deref(), (data.now)())
        .await?;
    let channel = data.app.setup(person.guild).await?.hand_offs;
    answer(ctx, render::offered(&hand_off, channel)).await
}

/// Take the duty over that is offered
#[poise::command(slash_command, guild_only)]
async fn accept(
    ctx: Context<'_>,
    #[description = "Which roster, if there are several"]
    #[autocomplete = "rosters"]
    roster: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let accepted = data
        .app
        .accept_hand_off(&person, None, roster.as_deref(), (data.now)())
        .await?;
    answer(ctx, render::accepted(&accepted)).await
}

/// Say that you cannot take the duty over; the next ones are asked
#[poise::command(slash_command, guild_only)]
async fn decline(
    ctx: Context<'_>,
    #[description = "Why"]
    #[max_length = 1000]
    reason: String,
    #[description = "Which roster, if there are several"]
    #[autocomplete = "rosters"]
    roster: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let hand_off = data
        .app
        .decline_hand_off(&person, None, roster.as_deref(), &reason, (data.now)())
        .await?;
    answer(ctx, render::declined(&hand_off)).await
}

/// Write what those should know who come after you; a form opens
#[poise::command(slash_command, guild_only)]
async fn note(
    ctx: Context<'_>,
    #[description = "Which roster, if you are in several"]
    #[autocomplete = "rosters"]
    roster: Option<String>,
) -> Result<(), Failure> {
    let person = person(ctx).ok_or_else(outside)?;
    let data = ctx.data();
    let (number, note) = data
        .app
        .draft_note(&person, roster.as_deref(), (data.now)())
        .await?;
    forms::open_by_command(ctx, shift::note_form(number, note)).await
}
