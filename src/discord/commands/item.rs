//! `/item`: done, undo, list.

use serenity::all::CreateAutocompleteResponse;

use crate::app::ReleaseView;
use crate::discord::commands::work::{
    add, assign, block, claim, discuss, note, reassign, show, start, unblock,
};
use crate::discord::commands::{answer, choices_of, defer, here, suggestions};
use crate::discord::custom_id::{ListView, Scope};
use crate::discord::post::Post;
use crate::discord::render::{escape, list as render, shortened};
use crate::discord::{Context, Failure, slip};
use crate::domain::playbook::ItemId;
use crate::domain::rejection::Rejection;
use crate::domain::release::Command;

/// Items of the checklist: tick, claim, block, note, add, list
#[poise::command(
    slash_command,
    guild_only,
    subcommands(
        "done",
        "not_applicable",
        "undo",
        "claim",
        "assign",
        "reassign",
        "start",
        "block",
        "unblock",
        "note",
        "discuss",
        "snooze",
        "add",
        "show",
        "list"
    ),
    subcommand_required
)]
pub(super) async fn item(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// Tick an item of this release
#[poise::command(slash_command, guild_only)]
async fn done(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "open_items"]
    item: String,
    #[description = "What it asks to be shown: a link, a text, or the link of a message with a file"]
    evidence: Option<String>,
) -> Result<(), Failure> {
    let command = |item| match evidence {
        Some(evidence) => Command::CompleteWith { item, evidence },
        None => Command::CompleteItem(item),
    };
    change(ctx, &item, command, "✅ Done").await
}

/// Say that an item does not apply to this release, and why; it counts as settled
#[poise::command(slash_command, guild_only, rename = "not-applicable")]
async fn not_applicable(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "open_items"]
    item: String,
    #[description = "Why there is nothing to do; it goes on the record"] reason: String,
) -> Result<(), Failure> {
    let command = |item| Command::NotApplicable { item, reason };
    change(ctx, &item, command, "➖ Does not apply").await
}

/// Take a tick back; both stay on the record
#[poise::command(slash_command, guild_only)]
async fn undo(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "done_items"]
    item: String,
) -> Result<(), Failure> {
    change(ctx, &item, Command::UndoItem, "↩️ Open again").await
}

/// Silence the reminders of an item for a while; it stays due
#[poise::command(slash_command, guild_only)]
async fn snooze(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "open_items"]
    item: String,
    #[description = "2 hours, tomorrow, 3 working days, a date like 2026-12-09, or now to end it"]
    until: String,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let which = here(ctx);
    let view = data.app.release(&person, &which).await?;
    let (item, _) = find(&view, &item)?;
    answer(ctx, slip::snooze(data, &person, &which, &item, &until).await?).await
}

/// Which items to list.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum ScopeChoice {
    #[name = "all"]
    All,
    #[name = "mine"]
    Mine,
    #[name = "done"]
    Done,
}

/// The items of this release, page by page
#[poise::command(slash_command, guild_only)]
async fn list(
    ctx: Context<'_>,
    #[description = "All items (when left out), the open ones of your roles, or the done ones"] which: Option<
        ScopeChoice,
    >,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let view = ctx.data().app.release(&person, &here(ctx)).await?;
    let scope = match which {
        Some(ScopeChoice::Mine) => Scope::Mine,
        Some(ScopeChoice::Done) => Scope::Done,
        Some(ScopeChoice::All) | None => Scope::All,
    };
    let held = view.setup.playbook_roles(&person.guild_roles);
    answer(
        ctx,
        render::list(&view, ListView { scope, page: 0 }, &held, (ctx.data().now)()),
    )
    .await
}

async fn change(
    ctx: Context<'_>,
    given: &str,
    command: impl FnOnce(ItemId) -> Command,
    word: &str,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let which = here(ctx);
    let view = data.app.release(&person, &which).await?;
    let (item, title) = find(&view, given)?;
    let view = data
        .app
        .act(&person, &which, &command(item), (data.now)())
        .await?;
    let progress = view.release.progress();
    let text = format!(
        "{word}: **{}**. {} of {} done.",
        escape(&title),
        progress.done,
        progress.all
    );
    answer(ctx, Post::text(text)).await
}

/// The item that was typed: an id as the suggestions give it, or a title.
pub(super) fn find(view: &ReleaseView, given: &str) -> Result<(ItemId, String), Rejection> {
    let wanted = given.trim().to_lowercase();
    let playbook = &view.release.playbook;
    let exact = playbook
        .items()
        .find(|(_, item)| item.id.as_str() == wanted || item.title.to_lowercase() == wanted);
    if let Some((_, item)) = exact {
        return Ok((item.id.clone(), item.title.clone()));
    }
    let mut close: Vec<(f64, &str)> = playbook
        .items()
        .map(|(_, item)| {
            let title = item.title.to_lowercase();
            let contains = if !wanted.is_empty() && title.contains(&wanted) {
                1.0
            } else {
                0.0
            };
            (
                strsim::jaro_winkler(&title, &wanted) + contains,
                item.title.as_str(),
            )
        })
        .filter(|(closeness, _)| *closeness > 0.75)
        .collect();
    close.sort_by(|left, right| right.0.total_cmp(&left.0));
    Err(Rejection::UnknownItem {
        given: given.to_owned(),
        nearest: close
            .into_iter()
            .take(3)
            .map(|(_, title)| title.to_owned())
            .collect(),
    })
}

pub(super) async fn open_items(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    items(ctx, partial, false).await
}

async fn done_items(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    items(ctx, partial, true).await
}

async fn items(ctx: Context<'_>, partial: &str, done: bool) -> CreateAutocompleteResponse {
    // Outside a release channel there is nothing to suggest; the command itself says so when it is sent.
    let choices = |view: &ReleaseView| {
        let release = &view.release;
        let items = release.playbook.items().filter(|(phase, item)| {
            release.is_live(phase) && release.completions.contains_key(&item.id) == done
        });
        items
            .map(|(phase, item)| {
                let name = format!("{} {}", phase.offset.label(), item.title);
                (shortened(&name, 100), item.id.to_string())
            })
            .collect()
    };
    suggestions(partial, choices_of(ctx, choices).await.into_iter())
}
