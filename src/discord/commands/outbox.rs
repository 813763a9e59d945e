//! `/outbox`: list, retry, drop.

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use crate::app::Remedy;
use crate::discord::commands::{answer, defer};
use crate::discord::render::{outbox as render, shortened};
use crate::discord::{Context, Failure, guild};

/// What could not be delivered: look, try again, give up
#[poise::command(
    slash_command,
    guild_only,
    subcommands("list", "retry", "drop"),
    subcommand_required
)]
pub(super) async fn outbox(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// What could not be delivered, why, and since when
#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let letters = ctx.data().app.dead_letters(&person).await?;
    answer(ctx, render::list(&letters, 0)).await
}

/// Send one message after all, once its reason is gone
#[poise::command(slash_command, guild_only)]
async fn retry(
    ctx: Context<'_>,
    #[description = "The number of the message, from /outbox list"]
    #[autocomplete = "notes"]
    note: i64,
) -> Result<(), Failure> {
    remedy(ctx, note, Remedy::Retry).await
}

/// Give one message up for good
#[poise::command(slash_command, guild_only)]
async fn drop(
    ctx: Context<'_>,
    #[description = "The number of the message, from /outbox list"]
    #[autocomplete = "notes"]
    note: i64,
) -> Result<(), Failure> {
    remedy(ctx, note, Remedy::Drop).await
}

async fn remedy(ctx: Context<'_>, note: i64, remedy: Remedy) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let letter = data.app.remedy(&person, note, remedy, (data.now)()).await?;
    answer(ctx, render::remedied(&letter, remedy)).await
}

/// Suggests the messages that the person may look after.
async fn notes(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let interaction = ctx.interaction;
    let member = interaction.member.as_deref();
    let mut choices = Vec::new();
    if let Some(person) = guild::person(interaction.guild_id, member, interaction.id) {
        // Whoever may not see them is offered none; the command itself says why.
        choices = ctx.data().app.dead_letters(&person).await.unwrap_or_default();
    }
    let matching = choices
        .into_iter()
        .filter(|letter| letter.note.to_string().starts_with(partial.trim()))
        .take(25)
        .map(|letter| {
            let whose = letter
                .release
                .map_or_else(String::new, |key| format!(" of {key}"));
            let name = format!("note {}: {}{whose}: {}", letter.note, letter.what, letter.why);
            AutocompleteChoice::new(shortened(&name, 100), letter.note)
        })
        .collect();
    CreateAutocompleteResponse::new().set_choices(matching)
}
