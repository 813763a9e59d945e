//! `/escalate lookup|who`, and what is asked of a person from their menu. Looking calls nobody.

use serenity::all::User;

use crate::discord::commands::directory::{always, contact, export, history, topic, topics};
use crate::discord::commands::paging::{acknowledge, change, list, open, page, resolve};
use crate::discord::commands::{answer, defer};
use crate::discord::render::escalation as render;
use crate::discord::{Context, Failure};
use crate::domain::escalation::Found;
use crate::domain::ids::UserId;

/// Whom to ask when a release is blocked
#[poise::command(
    slash_command,
    guild_only,
    subcommands(
        "lookup",
        "who",
        "open",
        "list",
        "change",
        "page",
        "acknowledge",
        "resolve",
        "topic",
        "contact",
        "always",
        "history",
        "export"
    ),
    subcommand_required
)]
pub(super) async fn escalate(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// Who helps with a topic, in which order, and who of them is at work now
#[poise::command(slash_command, guild_only)]
async fn lookup(
    ctx: Context<'_>,
    #[description = "What is blocked; type a few letters of it"]
    #[autocomplete = "topics"]
    topic: String,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let now = (data.now)();
    let known = data.app.whom_to_ask(person.guild, now).await?;
    let post = match known.directory.find(&topic) {
        _ if known.directory.contacts.is_empty() => render::no_directory(),
        Found::Topic(topic) => render::topic(&known, topic, now),
        Found::Nothing(near) => render::nothing(&known, &topic, &near, now),
    };
    answer(ctx, post).await
}

/// What somebody can be asked about, and whether they are at work now
#[poise::command(slash_command, guild_only)]
async fn who(ctx: Context<'_>, #[description = "Who"] person: User) -> Result<(), Failure> {
    tell_about(ctx, person).await
}

/// The same from the menu of a person
#[poise::command(context_menu_command = "What to ask them about", guild_only)]
pub(super) async fn what_to_ask_them_about(ctx: Context<'_>, person: User) -> Result<(), Failure> {
    tell_about(ctx, person).await
}

async fn tell_about(ctx: Context<'_>, whom: User) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let now = (data.now)();
    let known = data.app.whom_to_ask(person.guild, now).await?;
    let post = if known.directory.contacts.is_empty() {
        render::no_directory()
    } else {
        render::who(&known, UserId(whom.id.get()), now)
    };
    answer(ctx, post).await
}
