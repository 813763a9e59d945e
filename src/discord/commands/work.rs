//! The part of `/item` that is about who works on an item.

use serenity::all::{CreateAutocompleteResponse, User};

use crate::app::ReleaseView;
use crate::discord::commands::item::{find, open_items};
use crate::discord::commands::{answer, choices_of, defer, here, in_room, role_of, roles, suggestions};
use crate::discord::post::Post;
use crate::discord::render::{count, escape, room, shortened};
use crate::discord::{Context, Failure, discuss};
use crate::domain::ids::UserId;
use crate::domain::playbook::{ItemId, PhaseId};
use crate::domain::release::Command;
use crate::domain::room::{NewItem, RoomCommand, RoomRefusal, WorkCommand};

/// Take an item that is nobody's
#[poise::command(slash_command, guild_only)]
pub(super) async fn claim(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "open_items"]
    item: String,
) -> Result<(), Failure> {
    work(ctx, &item, WorkCommand::Claim, "👤 Yours now").await
}

/// Give an item to somebody, or to nobody
#[poise::command(slash_command, guild_only)]
pub(super) async fn assign(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "open_items"]
    item: String,
    #[description = "Who does it; nobody when left out"] person: Option<User>,
) -> Result<(), Failure> {
    let to = person.map(|person| UserId(person.id.get()));
    let word = to.map_or_else(|| "👤 Nobody's now".to_owned(), |to| format!("👤 For <@{to}>"));
    work(ctx, &item, |item| WorkCommand::Assign { item, to }, &word).await
}

/// Give every open item of one person to another
#[poise::command(slash_command, guild_only)]
pub(super) async fn reassign(
    ctx: Context<'_>,
    #[description = "Whose items"] from: User,
    #[description = "Who does them from now on; nobody when left out"] to: Option<User>,
) -> Result<(), Failure> {
    let (from, to) = (UserId(from.id.get()), to.map(|to| UserId(to.id.get())));
    let command = WorkCommand::Reassign { from, to };
    in_room(ctx, RoomCommand::Work(command), |view| {
        let items = view.release.open_items();
        let theirs = items
            .filter(|(_, item)| to.is_some() && view.release.room.assignee(&item.id) == to)
            .count();
        Post::text(match to {
            Some(to) => format!(
                "👤 <@{from}> has no open item any more; <@{to}> has {}.",
                count(theirs, "open item")
            ),
            None => format!("👤 <@{from}> has no open item any more."),
        })
    })
    .await
}

/// Say that you have begun with an item
#[poise::command(slash_command, guild_only)]
pub(super) async fn start(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "open_items"]
    item: String,
) -> Result<(), Failure> {
    work(ctx, &item, WorkCommand::Start, "▶️ Begun").await
}

/// Say that an item cannot go on, and why; the Release Manager hears of it
#[poise::command(slash_command, guild_only)]
pub(super) async fn block(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "open_items"]
    item: String,
    #[description = "Why (goes on the record)"] reason: String,
) -> Result<(), Failure> {
    work(
        ctx,
        &item,
        |item| WorkCommand::Block { item, reason },
        "⛔ Blocked",
    )
    .await
}

/// Say that a blocked item can go on
#[poise::command(slash_command, guild_only)]
pub(super) async fn unblock(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "open_items"]
    item: String,
) -> Result<(), Failure> {
    work(ctx, &item, WorkCommand::Unblock, "▶️ It can go on").await
}

/// Write something down about an item
#[poise::command(slash_command, guild_only)]
pub(super) async fn note(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "all_items"]
    item: String,
    #[description = "What to remember (goes on the record)"] text: String,
) -> Result<(), Failure> {
    work(ctx, &item, |item| WorkCommand::Note { item, text }, "📝 Noted").await
}

/// Open a thread in which an item is discussed, or find the one that it has
#[poise::command(slash_command, guild_only)]
pub(super) async fn discuss(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "all_items"]
    item: String,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let (data, which) = (ctx.data(), here(ctx));
    let view = data.app.release(&person, &which).await?;
    let (item, _) = find(&view, &item)?;
    let held = ctx.interaction.app_permissions;
    let post = discuss::discuss(ctx.http(), data, &person, &which, &item, held).await?;
    answer(ctx, post).await
}

/// One item with its steps, links, notes and what was shown for it
#[poise::command(slash_command, guild_only)]
pub(super) async fn show(
    ctx: Context<'_>,
    #[description = "The item; type a few letters of it"]
    #[autocomplete = "all_items"]
    item: String,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let view = ctx.data().app.release(&person, &here(ctx)).await?;
    let (item, _) = find(&view, &item)?;
    answer(ctx, room::item::show(&view, &item, (ctx.data().now)())).await
}

/// Add an item to this release alone
#[poise::command(slash_command, guild_only)]
pub(super) async fn add(
    ctx: Context<'_>,
    #[description = "What to do"] title: String,
    #[description = "Who does it"]
    #[autocomplete = "roles"]
    role: String,
    #[description = "In which phase; the current one when left out"]
    #[autocomplete = "phases"]
    phase: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let which = here(ctx);
    let view = data.app.release(&person, &which).await?;
    let new = NewItem {
        phase: phase_of(&view, phase.as_deref())?,
        role: role_of(&view, &role)?,
        title,
    };
    let text = format!(
        "➕ **{}** is on the checklist of this release.",
        escape(new.title.trim())
    );
    let command = Command::Room(RoomCommand::AddItem(new));
    data.app.act(&person, &which, &command, (data.now)()).await?;
    answer(ctx, Post::text(text)).await
}

/// The phase of this id or title; without one, the phase that people are at, or the last.
fn phase_of(view: &ReleaseView, given: Option<&str>) -> Result<PhaseId, RoomRefusal> {
    let release = &view.release;
    let phases = &release.playbook.phases;
    let wanted = given.map(|given| given.trim().to_lowercase());
    let found = match &wanted {
        None => release.current_phase().or_else(|| phases.last()),
        Some(wanted) => {
            let mut all = phases.iter();
            all.find(|phase| phase.id.as_str() == wanted || phase.title.to_lowercase() == *wanted)
        }
    };
    found
        .map(|phase| phase.id.clone())
        .ok_or_else(|| RoomRefusal::UnknownPhase {
            given: given.unwrap_or_default().to_owned(),
            known: phases.iter().map(|phase| phase.title.clone()).collect(),
        })
}

async fn work(
    ctx: Context<'_>,
    given: &str,
    command: impl FnOnce(ItemId) -> WorkCommand,
    word: &str,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let which = here(ctx);
    let view = data.app.release(&person, &which).await?;
    let (item, title) = find(&view, given)?;
    let command = Command::Room(RoomCommand::Work(command(item)));
    data.app.act(&person, &which, &command, (data.now)()).await?;
    answer(ctx, Post::text(format!("{word}: **{}**.", escape(&title)))).await
}

async fn all_items(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let items = |view: &ReleaseView| {
        let items = view.release.playbook.items();
        items
            .map(|(_, item)| (shortened(&item.title, 100), item.id.to_string()))
            .collect()
    };
    suggestions(partial, choices_of(ctx, items).await.into_iter())
}

pub(super) async fn phases(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let phases = |view: &ReleaseView| {
        let phases = view.release.playbook.phases.iter();
        phases
            .map(|phase| (phase.title.clone(), phase.id.to_string()))
            .collect()
    };
    suggestions(partial, choices_of(ctx, phases).await.into_iter())
}
