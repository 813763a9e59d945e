//! `/escalate`: whom to ask. Looking calls nobody.

use serenity::all::{CreateAutocompleteResponse, User};

use crate::discord::commands::{answer, defer, suggested};
use crate::discord::render::{escalation as render, shortened};
use crate::discord::{Context, Failure};
use crate::domain::escalation::Found;
use crate::domain::ids::UserId;

/// Whom to ask when a release is blocked
#[poise::command(slash_command, guild_only, subcommands("lookup", "who"), subcommand_required)]
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
    defer(ctx).await?;
    let now = (ctx.data().now)();
    let directory = ctx.data().app.directory();
    let post = match directory.find(&topic) {
        _ if directory.contacts.is_empty() => render::no_directory(),
        Found::Topic(topic) => render::topic(&directory, topic, now),
        Found::Nothing(near) => render::nothing(&directory, &topic, &near, now),
    };
    answer(ctx, post).await
}

/// What somebody can be asked about, and whether they are at work now
#[poise::command(slash_command, guild_only)]
async fn who(ctx: Context<'_>, #[description = "Who"] person: User) -> Result<(), Failure> {
    defer(ctx).await?;
    let now = (ctx.data().now)();
    let directory = ctx.data().app.directory();
    let post = if directory.contacts.is_empty() {
        render::no_directory()
    } else {
        render::who(&directory, UserId(person.id.get()), now)
    };
    answer(ctx, post).await
}

async fn topics(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let directory = ctx.data().app.directory();
    let topics = directory.suggest(partial);
    suggested(
        topics
            .into_iter()
            .map(|topic| (shortened(&topic.title, 100), topic.id.to_string())),
    )
}
