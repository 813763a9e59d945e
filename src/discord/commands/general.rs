//! `/me` and `/help`.

use std::collections::BTreeMap;

use serenity::all::{Command as DiscordCommand, CommandOptionType};

use crate::discord::commands::{answer, defer};
use crate::discord::render::{help as render, status};
use crate::discord::{Context, Failure};
use poise::ChoiceParameter as _;

/// What you still owe, over all releases, soonest first; and what you follow
#[poise::command(slash_command, guild_only)]
pub(super) async fn me(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let (roles, mine) = data.app.my_items(&person).await?;
    let following = data.app.following(person.guild, person.user).await?;
    answer(ctx, status::my_items(&roles, &mine, &following, (data.now)())).await
}

/// What commands are about.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum About {
    #[name = "release"]
    Release,
    #[name = "item"]
    Item,
    #[name = "fix"]
    Fix,
    #[name = "rc"]
    Candidate,
    #[name = "defect"]
    Defect,
    #[name = "signoff"]
    SignOff,
    #[name = "go"]
    Go,
    #[name = "escalate"]
    Escalate,
    #[name = "troubleshoot"]
    Troubleshoot,
    #[name = "calendar"]
    Calendar,
    #[name = "playbook"]
    Playbook,
    #[name = "outbox"]
    Outbox,
    #[name = "setup"]
    Setup,
}

/// What T-minus can do
#[poise::command(slash_command, guild_only)]
pub(super) async fn help(
    ctx: Context<'_>,
    #[description = "Explain each command about this; all of them in short when left out"] about: Option<
        About,
    >,
) -> Result<(), Failure> {
    defer(ctx).await?;
    let registered = DiscordCommand::get_global_commands(ctx.http()).await?;
    let mut known = BTreeMap::new();
    for command in registered {
        known.insert(command.name.clone(), command.id);
        for option in &command.options {
            let name = format!("{} {}", command.name, option.name);
            match option.kind {
                CommandOptionType::SubCommand => drop(known.insert(name, command.id)),
                CommandOptionType::SubCommandGroup => {
                    let inner = option.options.iter();
                    known.extend(inner.map(|inner| (format!("{name} {}", inner.name), command.id)));
                }
                _ => {}
            }
        }
    }
    let about = about.map(|about| about.name());
    let post = render::help(about, |name| {
        let plain = name.trim_start_matches('/');
        known
            .get(plain)
            .map_or_else(|| format!("`{name}`"), |id| format!("</{plain}:{id}>"))
    });
    answer(ctx, post).await
}
