//! Slash commands: each parses what was typed, asks [`app`](crate::app), and answers the person.

mod calendar;
mod general;
mod item;
mod outbox;
mod playbook;
mod record;
mod release;
mod setup;

use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use crate::app::Which;
use crate::discord::post::Post;
use crate::discord::{Context, Data, Failure, guild, reply};
use crate::domain::ids::ChannelId;
use crate::domain::person::Person;

/// Every command, as it is registered with Discord.
pub(super) fn all() -> Vec<poise::Command<Data, Failure>> {
    vec![
        release::release(),
        item::item(),
        calendar::calendar(),
        playbook::playbook(),
        record::scorecard(),
        general::me(),
        outbox::outbox(),
        setup::setup(),
        general::help(),
    ]
}

/// Tells Discord that an answer is coming, for the person alone: it has to hear so within three seconds.
async fn defer(ctx: Context<'_>) -> Result<Person, Failure> {
    ctx.defer_ephemeral().await?;
    let interaction = ctx.interaction;
    // Every command is registered for servers only, so a person without one is Discord's mistake.
    guild::person(
        interaction.guild_id,
        interaction.member.as_deref(),
        interaction.id,
    )
    .ok_or(Failure::Discord(serenity::Error::Other(
        "a command came from outside a server",
    )))
}

async fn answer(ctx: Context<'_>, post: Post) -> Result<(), Failure> {
    reply::to_command(ctx.http(), ctx.interaction, post).await
}

/// The release whose channel the command was used in.
fn here(ctx: Context<'_>) -> Which {
    Which::Channel(ChannelId(ctx.interaction.channel_id.get()))
}

/// At most 25 suggestions that contain what was typed so far.
fn suggestions(partial: &str, choices: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    let wanted = partial.to_lowercase();
    let matching = choices
        .filter(|(name, value)| {
            name.to_lowercase().contains(&wanted) || value.to_lowercase().contains(&wanted)
        })
        .take(25)
        .map(|(name, value)| AutocompleteChoice::new(name, value))
        .collect();
    CreateAutocompleteResponse::new().set_choices(matching)
}
