//! The part of `/escalate` that is about what keeps a release from going on.

use serenity::all::CreateAutocompleteResponse;

use crate::app::{ReleaseView, Which};
use crate::discord::commands::directory::topics;
use crate::discord::commands::fix::SeverityChoice;
use crate::discord::commands::item::{find, open_items};
use crate::discord::commands::release::{releases, which};
use crate::discord::commands::{answer, choices_of, defer, here, in_room, suggestions};
use crate::discord::post::Post;
use crate::discord::render::room::escalation as render;
use crate::discord::render::shortened;
use crate::discord::{Context, Failure};
use crate::domain::release::Command;
use crate::domain::room::{EscalationCommand, EscalationStep, NewEscalation, RoomCommand, Severity};

/// Say that this release is blocked; a card leads to the people who can help
#[poise::command(slash_command, guild_only)]
pub(super) async fn open(
    ctx: Context<'_>,
    #[description = "What is blocked, and what you see"] problem: String,
    #[description = "How bad it is; critical calls people at night as well. High when left out"]
    severity: Option<SeverityChoice>,
    #[description = "What it is about; type a few letters of it"]
    #[autocomplete = "topics"]
    topic: Option<String>,
    #[description = "The item that it blocks"]
    #[autocomplete = "open_items"]
    item: Option<String>,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let (data, which) = (ctx.data(), which(ctx, release));
    let view = data.app.release(&person, &which).await?;
    let item = item.map(|item| find(&view, &item)).transpose()?;
    let topic = match topic {
        Some(topic) => Some(data.app.topic_named(person.guild, &topic).await?),
        None => None,
    };
    let new = NewEscalation {
        problem,
        severity: severity.map_or(Severity::High, Severity::from),
        item: item.map(|(item, _)| item),
        topic: topic.and_then(|(topic, title)| Some((topic?, title))),
    };
    let command = Command::Room(RoomCommand::Escalation(EscalationCommand::Open(new)));
    let view = data.app.act(&person, &which, &command, (data.now)()).await?;
    answer(ctx, render::opened(&view)).await
}

/// What is escalated and not resolved: of this release, or of all that you may see
#[poise::command(slash_command, guild_only)]
pub(super) async fn list(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let app = &ctx.data().app;
    let views = match app.release(&person, &here(ctx)).await {
        Ok(view) => vec![view],
        Err(_) => app.in_flight(&person).await?,
    };
    answer(ctx, render::list(&views)).await
}

/// Choose who is asked about an escalation, or say how bad it is
#[poise::command(slash_command, guild_only)]
pub(super) async fn change(
    ctx: Context<'_>,
    #[description = "What it is about; type a few letters of it"]
    #[autocomplete = "topics"]
    topic: Option<String>,
    #[description = "How bad it is; critical calls people at night as well"] severity: Option<SeverityChoice>,
    #[description = "Its number, when several are open"]
    #[autocomplete = "escalations"]
    escalation: Option<u32>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let change = (topic.as_deref(), severity.map(Severity::from));
    data.app
        .change_escalation(&person, &here(ctx), escalation, change, (data.now)())
        .await?;
    answer(
        ctx,
        Post::text("🆘 The card in the release channel shows it. Nobody was called by that."),
    )
    .await
}

/// Call those who can help, one after the other, until somebody answers
#[poise::command(slash_command, guild_only)]
pub(super) async fn page(
    ctx: Context<'_>,
    #[description = "Its number, when several are open"]
    #[autocomplete = "escalations"]
    escalation: Option<u32>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let which: Which = here(ctx);
    data.app.page(&person, &which, escalation, (data.now)()).await?;
    answer(
        ctx,
        Post::text("📟 The first one is called in the release channel."),
    )
    .await
}

/// Say that you are on an escalation; nobody else is called then
#[poise::command(slash_command, guild_only)]
pub(super) async fn acknowledge(
    ctx: Context<'_>,
    #[description = "Its number, when several are open"]
    #[autocomplete = "escalations"]
    escalation: Option<u32>,
) -> Result<(), Failure> {
    let text = "🔧 You are on it; nobody else is called. Press **Resolve…** on the card when it is over.";
    take(ctx, escalation, EscalationStep::Acknowledge, text).await
}

/// Say what it was: the release can go on, and everybody who was called hears it
#[poise::command(slash_command, guild_only)]
pub(super) async fn resolve(
    ctx: Context<'_>,
    #[description = "What it was, in one line (goes on the record)"] what: String,
    #[description = "Its number, when several are open"]
    #[autocomplete = "escalations"]
    escalation: Option<u32>,
) -> Result<(), Failure> {
    let text = "🏁 It is resolved, and the release channel reads what it was.";
    take(ctx, escalation, EscalationStep::Resolve { what }, text).await
}

async fn take(
    ctx: Context<'_>,
    number: Option<u32>,
    step: EscalationStep,
    text: &'static str,
) -> Result<(), Failure> {
    let command = RoomCommand::Escalation(EscalationCommand::Take { number, step });
    in_room(ctx, command, |_| Post::text(text)).await
}

async fn escalations(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let open = |view: &ReleaseView| {
        let open = view.release.room.open_escalations();
        open.map(|escalation| {
            let name = format!("{} {}", escalation.number, escalation.problem);
            (shortened(&name, 100), escalation.number.to_string())
        })
        .collect()
    };
    suggestions(partial, choices_of(ctx, open).await.into_iter())
}
