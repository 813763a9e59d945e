//! `/escalate topic|contact|always|history|export`: changing whom to ask, and who changed what.

use serenity::all::{CreateAutocompleteResponse, User};

use crate::discord::commands::{answer, defer, outside, person, suggested};
use crate::discord::custom_id::DirectoryId;
use crate::discord::render::{directory as render, shortened};
use crate::discord::{Context, Failure, directory, forms};
use crate::domain::escalation::{Directory, EntryId, Kind};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::rejection::Rejection;

/// Topics: what can be asked about, and who helps
#[poise::command(
    slash_command,
    guild_only,
    subcommands("topic_add", "topic_edit", "topic_remove"),
    subcommand_required
)]
pub(super) async fn topic(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// Add a topic; a form opens (Release Manager or server manager)
#[poise::command(slash_command, guild_only, rename = "add")]
async fn topic_add(
    ctx: Context<'_>,
    #[description = "Its short name, like balrog; made of the title when left out"] id: Option<String>,
) -> Result<(), Failure> {
    add(ctx, Kind::Topic, id, None).await
}

/// Change a topic; a form opens with what it says now (Release Manager or server manager)
#[poise::command(slash_command, guild_only, rename = "edit")]
async fn topic_edit(
    ctx: Context<'_>,
    #[description = "Which topic"]
    #[autocomplete = "topics"]
    topic: String,
) -> Result<(), Failure> {
    edit(ctx, Kind::Topic, Some(&topic), None).await
}

/// Remove a topic; you are asked first (Release Manager or server manager)
#[poise::command(slash_command, guild_only, rename = "remove")]
async fn topic_remove(
    ctx: Context<'_>,
    #[description = "Which topic"]
    #[autocomplete = "topics"]
    topic: String,
) -> Result<(), Failure> {
    remove(ctx, Kind::Topic, &topic).await
}

/// Contacts: who helps, where they are and when
#[poise::command(
    slash_command,
    guild_only,
    subcommands("contact_add", "contact_edit", "contact_remove"),
    subcommand_required
)]
pub(super) async fn contact(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// Add a contact; a form opens (Release Manager or server manager)
#[poise::command(slash_command, guild_only, rename = "add")]
async fn contact_add(
    ctx: Context<'_>,
    #[description = "Who it is here"] person: Option<User>,
    #[description = "Their short name, like ben; made of the name when left out"] id: Option<String>,
) -> Result<(), Failure> {
    add(ctx, Kind::Contact, id, person).await
}

/// Change a contact; a form opens with what is known now (Release Manager or server manager)
#[poise::command(slash_command, guild_only, rename = "edit")]
async fn contact_edit(
    ctx: Context<'_>,
    #[description = "Which contact"]
    #[autocomplete = "contacts"]
    contact: String,
    #[description = "Who it is here; as it was when left out"] person: Option<User>,
) -> Result<(), Failure> {
    edit(ctx, Kind::Contact, Some(&contact), person).await
}

/// Remove a contact whom nothing names; you are asked first (Release Manager or server manager)
#[poise::command(slash_command, guild_only, rename = "remove")]
async fn contact_remove(
    ctx: Context<'_>,
    #[description = "Which contact"]
    #[autocomplete = "contacts"]
    contact: String,
) -> Result<(), Failure> {
    remove(ctx, Kind::Contact, &contact).await
}

/// Say which channels always hear of it, and whom to ask when nobody else is known (Release Manager)
#[poise::command(slash_command, guild_only)]
pub(super) async fn always(ctx: Context<'_>) -> Result<(), Failure> {
    edit(ctx, Kind::Always, None, None).await
}

/// Who changed what of the directory, the newest first
#[poise::command(slash_command, guild_only)]
pub(super) async fn history(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let history = ctx.data().app.directory_history(person.guild, 0).await?;
    answer(ctx, render::history(&history)).await
}

/// The whole directory as a file
#[poise::command(slash_command, guild_only)]
pub(super) async fn export(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let directory = ctx.data().app.directory(person.guild).await?;
    answer(ctx, render::exported(&directory)).await
}

/// Opens the form of a new entry, which is the answer to the command.
pub(super) async fn add(
    ctx: Context<'_>,
    kind: Kind,
    id: Option<String>,
    user: Option<User>,
) -> Result<(), Failure> {
    let person = person(ctx).ok_or_else(outside)?;
    let id = id.map(|id| EntryId::typed(kind, &id)).transpose();
    let id = id.map_err(Rejection::from)?;
    ctx.data().app.open_new(&person, id.as_ref()).await?;
    let id = DirectoryId::New(kind, id, user.map(|user| UserId(user.id.get())));
    forms::open_by_command(ctx, directory::form(kind, None, id)).await
}

/// Opens the form of an entry with what it says now, which is the answer to the command.
pub(super) async fn edit(
    ctx: Context<'_>,
    kind: Kind,
    given: Option<&str>,
    user: Option<User>,
) -> Result<(), Failure> {
    let person = person(ctx).ok_or_else(outside)?;
    let open = ctx.data().app.open_entry(&person, kind, given).await?;
    let entry = open.entry.as_ref();
    let id = entry.map_or(EntryId::Always, |entry| entry.id());
    let id = DirectoryId::Edit(id, open.since, user.map(|user| UserId(user.id.get())));
    forms::open_by_command(ctx, directory::form(kind, entry, id)).await
}

/// Asks whether an entry shall go.
pub(super) async fn remove(ctx: Context<'_>, kind: Kind, given: &str) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let (entry, since) = ctx.data().app.consider_removal(&person, kind, given).await?;
    answer(ctx, render::removal(&entry, since)).await
}

/// The topics that are like what was typed so far.
pub(super) async fn topics(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    choices(ctx, |directory| {
        let topics = directory.suggest(partial).into_iter();
        let label = |title: &str| shortened(title, 100);
        topics
            .take(25)
            .map(|topic| (label(&topic.title), topic.id.to_string()))
            .collect()
    })
    .await
}

async fn contacts(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    choices(ctx, |directory| {
        let contacts = directory.suggest_contacts(partial).into_iter();
        contacts
            .take(25)
            .map(|contact| (shortened(&contact.name, 100), contact.id.to_string()))
            .collect()
    })
    .await
}

/// What `choices` finds in the directory of this server. Without the database there is nothing to suggest; the command
/// itself says so when it is sent.
pub(super) async fn choices(
    ctx: Context<'_>,
    choices: impl FnOnce(&Directory) -> Vec<(String, String)>,
) -> CreateAutocompleteResponse {
    let Some(guild) = ctx.interaction.guild_id else {
        return CreateAutocompleteResponse::new();
    };
    let directory = ctx.data().app.directory(GuildId(guild.get())).await;
    let found = directory.map(|directory| choices(&directory)).unwrap_or_default();
    suggested(found.into_iter())
}
