//! `/troubleshoot`: what to do about what is seen.

use serenity::all::CreateAutocompleteResponse;

use crate::discord::commands::directory::{self, choices};
use crate::discord::commands::{answer, defer};
use crate::discord::render::{shortened, symptom as render};
use crate::discord::{Context, Failure};
use crate::domain::escalation::Kind;

/// What to do about what you see
#[poise::command(
    slash_command,
    guild_only,
    subcommands("symptom", "add", "edit", "remove"),
    subcommand_required
)]
pub(super) async fn troubleshoot(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// What something comes from, and what to do about it
#[poise::command(slash_command, guild_only)]
async fn symptom(
    ctx: Context<'_>,
    #[description = "What you see, in a few words"]
    #[autocomplete = "symptoms"]
    symptom: String,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let directory = ctx.data().app.directory(person.guild).await?;
    answer(ctx, render::found(&directory, &symptom)).await
}

/// Add a row to the table; a form opens (Release Manager or server manager)
#[poise::command(slash_command, guild_only)]
async fn add(
    ctx: Context<'_>,
    #[description = "Its short name, like no-window; made of the symptom when left out"] id: Option<String>,
) -> Result<(), Failure> {
    directory::add(ctx, Kind::Symptom, id, None).await
}

/// Change a row; a form opens with what it says now (Release Manager or server manager)
#[poise::command(slash_command, guild_only)]
async fn edit(
    ctx: Context<'_>,
    #[description = "Which row"]
    #[autocomplete = "symptoms"]
    symptom: String,
) -> Result<(), Failure> {
    directory::edit(ctx, Kind::Symptom, Some(&symptom), None).await
}

/// Remove a row; you are asked first (Release Manager or server manager)
#[poise::command(slash_command, guild_only)]
async fn remove(
    ctx: Context<'_>,
    #[description = "Which row"]
    #[autocomplete = "symptoms"]
    symptom: String,
) -> Result<(), Failure> {
    directory::remove(ctx, Kind::Symptom, &symptom).await
}

async fn symptoms(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    choices(ctx, |directory| {
        let rows = directory.suggest_symptoms(partial).into_iter();
        rows.take(25)
            .map(|row| (shortened(&row.symptom, 100), row.id.to_string()))
            .collect()
    })
    .await
}
