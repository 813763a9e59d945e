//! `/fix`: the approved changes of a release.

use serenity::all::{CreateAutocompleteResponse, User};

use crate::discord::commands::{answer, choices_of, defer, here, in_room, suggestions};
use crate::discord::post::Post;
use crate::discord::render::{escape, room};
use crate::discord::{Context, Failure};
use crate::domain::ids::UserId;
use crate::domain::room::{FixCommand, FixStep, RoomCommand, Severity};

/// The approved changes of a release: add, step, list, drop
#[poise::command(
    slash_command,
    guild_only,
    subcommands("add", "step", "undo", "list", "leave_out"),
    subcommand_required
)]
pub(super) async fn fix(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// How bad something is.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
pub(super) enum SeverityChoice {
    #[name = "critical"]
    Critical,
    #[name = "high"]
    High,
    #[name = "medium"]
    Medium,
    #[name = "low"]
    Low,
}

impl From<SeverityChoice> for Severity {
    fn from(choice: SeverityChoice) -> Self {
        match choice {
            SeverityChoice::Critical => Self::Critical,
            SeverityChoice::High => Self::High,
            SeverityChoice::Medium => Self::Medium,
            SeverityChoice::Low => Self::Low,
        }
    }
}

/// A step of a fix.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum StepChoice {
    #[name = "PR submitted"]
    Submitted,
    #[name = "dev reviewed"]
    DevReviewed,
    #[name = "QA reviewed"]
    QaReviewed,
    #[name = "merged"]
    Merged,
}

impl From<StepChoice> for FixStep {
    fn from(choice: StepChoice) -> Self {
        match choice {
            StepChoice::Submitted => Self::Submitted,
            StepChoice::DevReviewed => Self::DevReviewed,
            StepChoice::QaReviewed => Self::QaReviewed,
            StepChoice::Merged => Self::Merged,
        }
    }
}

/// Let a fix go into this release
#[poise::command(slash_command, guild_only)]
async fn add(
    ctx: Context<'_>,
    #[description = "Its name elsewhere, like MM-51234"] reference: String,
    #[description = "What it mends"] title: String,
    #[description = "How bad what it mends is"] severity: SeverityChoice,
    #[description = "Where it is described"] link: Option<String>,
    #[description = "Who wrote it; they cannot review it"] author: Option<User>,
    #[description = "The versions that it goes into, with commas; all of the release when left out"]
    versions: Option<String>,
) -> Result<(), Failure> {
    let text = format!(
        "🔧 The fix **{}** is in. `/fix step` records how far it gets.",
        escape(reference.trim())
    );
    let command = FixCommand::Add {
        reference,
        title,
        link,
        author: author.map(|author| UserId(author.id.get())),
        severity: severity.into(),
        versions: listed(versions.as_deref()),
    };
    in_room(ctx, RoomCommand::Fix(command), |_| Post::text(text)).await
}

/// What was typed with commas between.
pub(super) fn listed(text: Option<&str>) -> Vec<String> {
    let parts = text.unwrap_or_default().split([',', ';']);
    parts
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

/// Record how far a fix has got
#[poise::command(slash_command, guild_only)]
async fn step(
    ctx: Context<'_>,
    #[description = "The fix"]
    #[autocomplete = "fixes"]
    fix: String,
    #[description = "The step; the next one when left out"] step: Option<StepChoice>,
    #[description = "The version; all that wait for this step when left out"]
    #[autocomplete = "versions"]
    version: Option<String>,
) -> Result<(), Failure> {
    let command = FixCommand::Advance {
        reference: fix,
        version,
        step: step.map(FixStep::from),
    };
    in_room(ctx, RoomCommand::Fix(command), room::fixes::list).await
}

/// Take the last step of a fix back; both stay on the record
#[poise::command(slash_command, guild_only)]
async fn undo(
    ctx: Context<'_>,
    #[description = "The fix"]
    #[autocomplete = "fixes"]
    fix: String,
    #[description = "The version; all when left out"]
    #[autocomplete = "versions"]
    version: Option<String>,
) -> Result<(), Failure> {
    let command = FixCommand::StepBack {
        reference: fix,
        version,
    };
    in_room(ctx, RoomCommand::Fix(command), room::fixes::list).await
}

/// The fixes of this release, and how far each has got
#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let view = ctx.data().app.release(&person, &here(ctx)).await?;
    answer(ctx, room::fixes::list(&view)).await
}

/// Leave a fix out of this release; it stays on the record
#[poise::command(slash_command, guild_only, rename = "drop")]
async fn leave_out(
    ctx: Context<'_>,
    #[description = "The fix"]
    #[autocomplete = "fixes"]
    fix: String,
    #[description = "Why (goes on the record)"] reason: String,
) -> Result<(), Failure> {
    let text = format!("▫️ The fix **{}** is left out.", escape(fix.trim()));
    let command = FixCommand::Drop {
        reference: fix,
        reason,
    };
    in_room(ctx, RoomCommand::Fix(command), |_| Post::text(text)).await
}

pub(super) async fn fixes(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let fixes = |view: &crate::app::ReleaseView| {
        let named = view.release.room.approved().map(|fix| {
            let name = format!("{} {}", fix.reference, fix.title);
            (
                crate::discord::render::shortened(&name, 100),
                fix.reference.clone(),
            )
        });
        named.collect()
    };
    suggestions(partial, choices_of(ctx, fixes).await.into_iter())
}

pub(super) async fn versions(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let versions = |view: &crate::app::ReleaseView| {
        view.release
            .versions()
            .map(|version| (version.to_owned(), version.to_owned()))
            .collect()
    };
    suggestions(partial, choices_of(ctx, versions).await.into_iter())
}
