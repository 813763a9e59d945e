//! `/me` and `/help`.

use std::collections::BTreeMap;

use serenity::all::{Command as DiscordCommand, CommandOptionType};

use crate::discord::commands::{answer, defer};
use crate::discord::render::{help as render, status};
use crate::discord::{Context, Failure};

/// What your roles still owe, over all releases, soonest first
#[poise::command(slash_command, guild_only)]
pub(super) async fn me(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let (roles, mine) = ctx.data().app.my_items(&person).await?;
    answer(ctx, status::my_items(&roles, &mine)).await
}

/// What T-minus can do
#[poise::command(slash_command, guild_only)]
pub(super) async fn help(ctx: Context<'_>) -> Result<(), Failure> {
    defer(ctx).await?;
    let registered = DiscordCommand::get_global_commands(ctx.http()).await?;
    let mut known = BTreeMap::new();
    for command in registered {
        known.insert(command.name.clone(), command.id);
        for option in command
            .options
            .iter()
            .filter(|option| option.kind == CommandOptionType::SubCommand)
        {
            known.insert(format!("{} {}", command.name, option.name), command.id);
        }
    }
    let post = render::help(|name| {
        let plain = name.trim_start_matches('/');
        known
            .get(plain)
            .map_or_else(|| format!("`{name}`"), |id| format!("</{plain}:{id}>"))
    });
    answer(ctx, post).await
}
