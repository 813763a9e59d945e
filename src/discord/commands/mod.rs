//! Slash commands: each parses what was typed, asks [`app`](crate::app), and answers the person.

mod calendar;
mod candidate;
mod defect;
mod directory;
mod escalate;
mod evidence;
mod fix;
mod follow;
mod general;
mod go;
mod handoff;
mod item;
mod outbox;
mod paging;
mod playbook;
mod record;
mod release;
mod setup;
mod shift;
mod signoff;
mod troubleshoot;
mod work;

use serenity::all::{AutocompleteChoice, ChannelType, CreateAutocompleteResponse};

use crate::app::{ReleaseView, Which};
use crate::discord::post::Post;
use crate::discord::{Context, Data, Failure, guild, reply};
use crate::domain::ids::ChannelId;
use crate::domain::person::Person;
use crate::domain::playbook::RoleId;
use crate::domain::release::Command;
use crate::domain::room::{RoomCommand, RoomRefusal};

/// Every command, as it is registered with Discord.
pub(super) fn all() -> Vec<poise::Command<Data, Failure>> {
    vec![
        release::release(),
        item::item(),
        fix::fix(),
        candidate::rc(),
        defect::defect(),
        signoff::signoff(),
        go::go(),
        escalate::escalate(),
        shift::shift(),
        handoff::handoff(),
        troubleshoot::troubleshoot(),
        calendar::calendar(),
        playbook::playbook(),
        record::scorecard(),
        general::me(),
        follow::follow(),
        follow::unfollow(),
        follow::digest(),
        outbox::outbox(),
        setup::setup(),
        general::help(),
        evidence::show_as_evidence(),
        escalate::what_to_ask_them_about(),
    ]
}

/// Tells Discord that an answer is coming, for the person alone: it has to hear so within three seconds.
async fn defer(ctx: Context<'_>) -> Result<Person, Failure> {
    ctx.defer_ephemeral().await?;
    person(ctx).ok_or_else(outside)
}

/// Who types the command, whether it is sent already or only gets its suggestions. Before anything is deferred there are
/// three seconds, for suggestions or a form.
fn person(ctx: Context<'_>) -> Option<Person> {
    let interaction = ctx.interaction;
    guild::person(
        interaction.guild_id,
        interaction.member.as_deref(),
        interaction.id,
    )
}

/// Every command is registered for servers only, so a person without one is Discord's mistake.
fn outside() -> Failure {
    Failure::Discord(serenity::Error::Other("a command came from outside a server"))
}

async fn answer(ctx: Context<'_>, post: Post) -> Result<(), Failure> {
    reply::to_command(ctx.http(), ctx.interaction, post).await
}

/// The release whose channel the command was used in, or a thread of that channel.
fn here(ctx: Context<'_>) -> Which {
    let interaction = ctx.interaction;
    let channel = interaction.channel.as_ref();
    // The parent of any other channel is its category.
    let parent = channel.filter(|channel| {
        matches!(
            channel.kind,
            ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread
        )
    });
    let parent = parent.and_then(|thread| thread.parent_id);
    Which::Channel(ChannelId(parent.unwrap_or(interaction.channel_id).get()))
}

/// Does something in the room of the release of this channel, and answers with what `say` makes of the release then.
async fn in_room(
    ctx: Context<'_>,
    command: RoomCommand,
    say: impl FnOnce(&ReleaseView) -> Post,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let command = Command::Room(command);
    let view = data.app.act(&person, &here(ctx), &command, (data.now)()).await?;
    answer(ctx, say(&view)).await
}

/// What `choices` finds in the release of this channel. Outside a release channel there is nothing to suggest; the
/// command itself says so when it is sent.
async fn choices_of(
    ctx: Context<'_>,
    choices: impl FnOnce(&ReleaseView) -> Vec<(String, String)>,
) -> Vec<(String, String)> {
    let Some(person) = person(ctx) else {
        return Vec::new();
    };
    match ctx.data().app.release(&person, &here(ctx)).await {
        Ok(view) => choices(&view),
        Err(_) => Vec::new(),
    }
}

/// The role of this id or title.
///
/// # Errors
/// [`RoomRefusal::UnknownRole`].
fn role_of(view: &ReleaseView, given: &str) -> Result<RoleId, RoomRefusal> {
    let wanted = given.trim().to_lowercase();
    let mut roles = view.release.playbook.roles.iter();
    roles
        .find(|role| role.id.as_str() == wanted || role.title.to_lowercase() == wanted)
        .map(|role| role.id.clone())
        .ok_or_else(|| RoomRefusal::UnknownRole {
            given: given.to_owned(),
            known: view
                .release
                .playbook
                .roles
                .iter()
                .map(|role| role.title.clone())
                .collect(),
        })
}

async fn roles(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let roles = |view: &ReleaseView| {
        let roles = view.release.playbook.roles.iter();
        roles
            .map(|role| (role.title.clone(), role.id.to_string()))
            .collect()
    };
    suggestions(partial, choices_of(ctx, roles).await.into_iter())
}

/// At most 25 suggestions that contain what was typed so far.
fn suggestions(partial: &str, choices: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    let wanted = partial.to_lowercase();
    suggested(choices.filter(|(name, value)| {
        name.to_lowercase().contains(&wanted) || value.to_lowercase().contains(&wanted)
    }))
}

/// At most 25 of these suggestions, in their order.
fn suggested(choices: impl Iterator<Item = (String, String)>) -> CreateAutocompleteResponse {
    let choices = choices
        .take(25)
        .map(|(name, value)| AutocompleteChoice::new(name, value))
        .collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}
