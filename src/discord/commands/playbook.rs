//! `/playbook`: which playbooks come again by themselves.

use serenity::all::CreateAutocompleteResponse;

use crate::discord::commands::{answer, defer, suggestions};
use crate::discord::render::recurring as render;
use crate::discord::{Context, Failure};

/// Playbooks that come again by themselves
#[poise::command(slash_command, guild_only, subcommands("schedule"), subcommand_required)]
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
    answer(ctx, render::switched(&view)).await
}

async fn recurring(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let playbooks = ctx.data().app.playbooks().iter();
    let recurring = playbooks.filter(|playbook| playbook.recurring.is_some());
    suggestions(
        partial,
        recurring.map(|playbook| (playbook.title.clone(), playbook.id.clone())),
    )
}
