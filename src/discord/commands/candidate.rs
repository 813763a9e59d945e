//! `/rc`: release candidates and what QA says about them.

use serenity::all::CreateAutocompleteResponse;

use crate::app::ReleaseView;
use crate::discord::commands::fix::{fixes, versions};
use crate::discord::commands::{answer, choices_of, defer, here, in_room, suggestions};
use crate::discord::post::Post;
use crate::discord::render::{escape, room};
use crate::discord::{Context, Failure};
use crate::domain::room::{Candidate, CandidateCommand, RoomCommand};

/// Release candidates: cut, verdict, list
#[poise::command(
    slash_command,
    guild_only,
    subcommands("cut", "verdict", "list"),
    subcommand_required
)]
pub(super) async fn rc(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// Whether something works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, poise::ChoiceParameter)]
enum Verdict {
    #[name = "pass"]
    Pass,
    #[name = "fail"]
    Fail,
}

/// Record that a release candidate was cut; QA is called, and what was decided on the last one is void
#[poise::command(slash_command, guild_only)]
async fn cut(
    ctx: Context<'_>,
    #[description = "The commit or tag"] commit: String,
    #[description = "The version, when the release ships several"]
    #[autocomplete = "versions"]
    version: Option<String>,
) -> Result<(), Failure> {
    let command = CandidateCommand::Cut { version, commit };
    in_room(ctx, RoomCommand::Candidate(command), |view| {
        let label = view
            .release
            .room
            .candidates
            .last()
            .map(Candidate::label)
            .unwrap_or_default();
        Post::text(format!(
            "🔬 **{}** is on the record, and QA is called.",
            escape(&label)
        ))
    })
    .await
}

/// Say whether a fix, or the whole candidate, passed QA
#[poise::command(slash_command, guild_only)]
async fn verdict(
    ctx: Context<'_>,
    #[description = "Whether it passed"] result: Verdict,
    #[description = "The fix; the candidate as a whole when left out"]
    #[autocomplete = "fixes"]
    fix: Option<String>,
    #[description = "What was seen; needed for a failure"] note: Option<String>,
    #[description = "The candidate, when there are several current ones"]
    #[autocomplete = "candidates"]
    rc: Option<String>,
) -> Result<(), Failure> {
    let command = CandidateCommand::Judge {
        candidate: rc,
        fix,
        passed: result == Verdict::Pass,
        note,
    };
    in_room(ctx, RoomCommand::Candidate(command), room::candidates::list).await
}

/// The release candidates of this release, newest first
#[poise::command(slash_command, guild_only)]
async fn list(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let view = ctx.data().app.release(&person, &here(ctx)).await?;
    answer(ctx, room::candidates::list(&view)).await
}

pub(super) async fn candidates(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let newest = |view: &ReleaseView| {
        let release = &view.release;
        let newest = release
            .versions()
            .filter_map(|version| release.room.newest(version));
        newest
            .map(|candidate| (candidate.label(), candidate.label()))
            .collect()
    };
    suggestions(partial, choices_of(ctx, newest).await.into_iter())
}
