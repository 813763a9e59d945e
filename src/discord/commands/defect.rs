//! `/defect`: what testing found.

use serenity::all::CreateAutocompleteResponse;

use crate::app::ReleaseView;
use crate::discord::commands::candidate::candidates;
use crate::discord::commands::fix::SeverityChoice;
use crate::discord::commands::{answer, choices_of, defer, here, in_room, suggestions};
use crate::discord::post::Post;
use crate::discord::render::{room, shortened};
use crate::discord::{Context, Failure};
use crate::domain::room::{DefectCommand, Resolution, RoomCommand};

/// What testing found: add, document, close, list
#[poise::command(
    slash_command,
    guild_only,
    subcommands("add", "document", "close", "list"),
    subcommand_required
)]
pub(super) async fn defect(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// Why a defect is off the table.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum ResolutionChoice {
    #[name = "fixed"]
    Fixed,
    #[name = "not a defect"]
    NotADefect,
    #[name = "duplicate"]
    Duplicate,
}

/// Report a defect; critical and high ones stop the release
#[poise::command(slash_command, guild_only)]
async fn add(
    ctx: Context<'_>,
    #[description = "What is wrong"] title: String,
    #[description = "How bad it is"] severity: SeverityChoice,
    #[description = "The candidate that has it, when there are several current ones"]
    #[autocomplete = "candidates"]
    rc: Option<String>,
    #[description = "Where it is described"] link: Option<String>,
) -> Result<(), Failure> {
    let command = DefectCommand::Add {
        title,
        severity: severity.into(),
        candidate: rc,
        link,
    };
    in_room(ctx, RoomCommand::Defect(command), |view| {
        let number = view.release.room.defects.last().map_or(0, |defect| defect.number);
        Post::text(format!("🐞 Defect {number} is on the record."))
    })
    .await
}

/// Describe a medium or low defect for those who will meet it
#[poise::command(slash_command, guild_only)]
async fn document(
    ctx: Context<'_>,
    #[description = "Its number"]
    #[autocomplete = "defects"]
    defect: u32,
    #[description = "What users will see"] known_issue: String,
    #[description = "What they can do about it"] workaround: String,
) -> Result<(), Failure> {
    let command = DefectCommand::Document {
        number: defect,
        known_issue,
        workaround,
    };
    in_room(ctx, RoomCommand::Defect(command), room::defects::list).await
}

/// Take a defect off the table
#[poise::command(slash_command, guild_only)]
async fn close(
    ctx: Context<'_>,
    #[description = "Its number"]
    #[autocomplete = "defects"]
    defect: u32,
    #[description = "Why; what is fixed needs a new candidate"] why: ResolutionChoice,
    #[description = "More about it"] note: Option<String>,
) -> Result<(), Failure> {
    let command = DefectCommand::Close {
        number: defect,
        resolution: match why {
            ResolutionChoice::Fixed => Resolution::Fixed,
            ResolutionChoice::NotADefect => Resolution::NotADefect,
            ResolutionChoice::Duplicate => Resolution::Duplicate,
        },
        note,
    };
    in_room(ctx, RoomCommand::Defect(command), room::defects::list).await
}

/// The defects of this release, the open ones first
#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let view = ctx.data().app.release(&person, &here(ctx)).await?;
    answer(ctx, room::defects::list(&view)).await
}

async fn defects(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let open = |view: &ReleaseView| {
        let open = view.release.room.defects.iter().filter(|defect| defect.is_open());
        open.map(|defect| {
            let name = format!("{} {}", defect.number, defect.title);
            (shortened(&name, 100), defect.number.to_string())
        })
        .collect()
    };
    suggestions(partial, choices_of(ctx, open).await.into_iter())
}
