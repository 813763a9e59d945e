//! `/playbook`: list, show, diff, propose, reload, schedule.

use serenity::all::CreateAutocompleteResponse;

use crate::discord::commands::release::{releases, which};
use crate::discord::commands::{answer, defer, suggestions};
use crate::discord::custom_id::Book;
use crate::discord::render::playbook as render;
use crate::discord::render::recurring::switched;
use crate::discord::{Context, Failure, playbook as pages};

/// The written processes: look at them, read their files again, let them come by themselves
#[poise::command(
    slash_command,
    guild_only,
    subcommands("list", "show", "diff", "propose", "reload", "schedule"),
    subcommand_required
)]
pub(super) async fn playbook(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, poise::ChoiceParameter)]
enum Switch {
    #[name = "on"]
    On,
    #[name = "off"]
    Off,
}

/// Let a playbook come again by itself, or not
#[poise::command(slash_command, guild_only)]
async fn schedule(
    ctx: Context<'_>,
    #[description = "The process that recurs"]
    #[autocomplete = "recurring"]
    playbook: String,
    #[description = "Whether it shall come by itself in this server"] switch: Switch,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let on = switch == Switch::On;
    let view = data
        .app
        .switch_schedule(&person, playbook.trim(), on, (data.now)())
        .await?;
    answer(ctx, switched(&view)).await
}

/// The playbooks that a release can be started with
#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let views = ctx.data().app.playbook_views(&person).await?;
    answer(ctx, render::list(&views)).await
}

/// What a playbook says: phases, and their items by role
#[poise::command(slash_command, guild_only)]
async fn show(
    ctx: Context<'_>,
    #[description = "The process"]
    #[autocomplete = "loaded"]
    playbook: String,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let book = Book::Show(playbook.trim().to_owned());
    answer(ctx, pages::page(ctx.data(), &person, &book, 0).await?).await
}

/// What differs between the playbook that this release started with and its file now
#[poise::command(slash_command, guild_only)]
async fn diff(
    ctx: Context<'_>,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let post = pages::difference(ctx.data(), &person, &which(ctx, release), 0).await?;
    answer(ctx, post).await
}

/// What this release suggests for its playbook, with text for the file
#[poise::command(slash_command, guild_only)]
async fn propose(
    ctx: Context<'_>,
    #[description = "The release, when this is not its channel; it may be closed"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let post = pages::proposal(ctx.data(), &person, &which(ctx, release), 0).await?;
    answer(ctx, post).await
}

/// Read the playbook files again; releases in flight keep theirs (server managers)
#[poise::command(slash_command, guild_only)]
async fn reload(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let reread = ctx.data().app.reload_playbooks(&person).await?;
    answer(ctx, render::reread(&reread)).await
}

async fn loaded(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let playbooks = ctx.data().app.playbooks();
    suggestions(
        partial,
        playbooks
            .iter()
            .map(|playbook| (playbook.title.clone(), playbook.id.clone())),
    )
}

async fn recurring(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let playbooks = ctx.data().app.playbooks();
    let recurring = playbooks.iter().filter(|playbook| playbook.recurring.is_some());
    suggestions(
        partial,
        recurring.map(|playbook| (playbook.title.clone(), playbook.id.clone())),
    )
}
