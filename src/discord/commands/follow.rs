//! `/follow`, `/unfollow`, `/digest`: what a person is told by direct message.

use serenity::all::CreateAutocompleteResponse;

use crate::app::Error;
use crate::discord::commands::release::{releases, which};
use crate::discord::commands::{answer, defer, suggestions};
use crate::discord::render::{digest as render_digest, follow as render, shortened};
use crate::discord::{Context, Failure};
use crate::domain::digest::{DigestDays, DigestWish};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::rejection::Rejection;
use crate::domain::zone::Zone;

/// Be told by direct message what becomes of a release, without joining its channel
#[poise::command(slash_command, guild_only)]
pub(super) async fn follow(
    ctx: Context<'_>,
    #[description = "Which release; that of this channel when left out"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let named = release.is_some();
    match data.app.follow(&person, &which(ctx, release), (data.now)()).await {
        Ok(change) => answer(ctx, render::begun(&change)).await,
        // Who names none, where there is none, wants to see what there is.
        Err(Error::Rejected(rejection))
            if !named && matches!(*rejection, Rejection::NotAReleaseChannel { .. }) =>
        {
            let following = data.app.following(person.guild, person.user).await?;
            answer(ctx, render::list(&following)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Hear no more of a release that you follow
#[poise::command(slash_command, guild_only)]
pub(super) async fn unfollow(
    ctx: Context<'_>,
    #[description = "Which release; that of this channel when left out"]
    #[autocomplete = "followed"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let change = data
        .app
        .unfollow(&person, &which(ctx, release), (data.now)())
        .await?;
    answer(ctx, render::ended(&change)).await
}

async fn followed(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Some(guild) = ctx.interaction.guild_id else {
        return CreateAutocompleteResponse::new();
    };
    let user = UserId(ctx.interaction.user.id.get());
    // Without the database there is nothing to suggest; the command itself says so when it is sent.
    let following = ctx.data().app.following(GuildId(guild.get()), user).await;
    let names = following
        .unwrap_or_default()
        .releases
        .into_iter()
        .map(|followed| {
            let key = followed.key.to_string();
            (shortened(&format!("{key} {}", followed.name), 100), key)
        });
    suggestions(partial, names)
}

/// On which days a digest comes, as people pick it.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum DaysChoice {
    #[name = "working days"]
    Working,
    #[name = "every day"]
    Every,
}

/// Get what you still owe as a direct message at an hour of your choice
#[poise::command(slash_command, guild_only)]
pub(super) async fn digest(
    ctx: Context<'_>,
    #[description = "The local time, like 09:00"]
    #[autocomplete = "hours"]
    at: Option<String>,
    #[description = "Your time zone, like America/Los_Angeles; remembered"]
    #[autocomplete = "zones"]
    zone: Option<String>,
    #[description = "On which days; working days when never said"] days: Option<DaysChoice>,
    #[description = "Whether it shall come no more"] off: Option<bool>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let wish = DigestWish {
        at,
        zone,
        days: days.map(|days| match days {
            DaysChoice::Working => DigestDays::Working,
            DaysChoice::Every => DigestDays::Every,
        }),
        off: off.unwrap_or(false),
    };
    let view = data.app.choose_digest(&person, &wish, (data.now)()).await?;
    answer(ctx, render_digest::settings(&view, !wish.is_a_look())).await
}

/// Whole hours, those first at which a day may begin.
async fn hours(_: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let hours = (6..24).chain(0..6).map(|hour| format!("{hour:02}:00"));
    suggestions(partial, hours.map(|hour| (hour.clone(), hour)))
}

/// The zone that the person named last, then that of the cut-offs, then all.
async fn zones(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let user = UserId(ctx.interaction.user.id.get());
    let last = match ctx.interaction.guild_id {
        Some(guild) => ctx.data().app.digest_zone(GuildId(guild.get()), user).await,
        None => Ok(None),
    };
    let first: Vec<&str> = last
        .ok()
        .flatten()
        .into_iter()
        .chain([Zone::SAN_FRANCISCO])
        .map(Zone::name)
        .collect();
    let mut names: Vec<&str> = first.clone();
    names.dedup();
    names.extend(Zone::names().filter(|name| !first.contains(name)));
    // People type "new york".
    let partial = partial.trim().replace(' ', "_");
    suggestions(
        &partial,
        names.into_iter().map(|name| (name.to_owned(), name.to_owned())),
    )
}
