//! `/release export`, `/release retrospective` and `/scorecard`: what happened, to hand on and to learn from.

use chrono::TimeDelta;
use serenity::all::CreateAutocompleteResponse;

use crate::app::{Error, Which};
use crate::discord::commands::{answer, defer, here, outside, person, suggestions};
use crate::discord::post::{FILE_LIMIT, Post, PostFile};
use crate::discord::render::{count, plain::told, scorecard as render, shortened};
use crate::discord::{Context, Failure, forms, people};
use crate::domain::rejection::Rejection;
use crate::domain::report::Form;

/// A form of a report, as people pick it.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum FormChoice {
    #[name = "Markdown"]
    Markdown,
    #[name = "JSON"]
    Json,
    #[name = "CSV"]
    Csv,
    #[name = "iCalendar"]
    Ics,
}

/// The record of this release as a file, for you alone
#[poise::command(slash_command, guild_only)]
pub(super) async fn export(
    ctx: Context<'_>,
    #[description = "Markdown for people, JSON for programs, CSV for spreadsheets, iCalendar for calendars"]
    format: FormChoice,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let which = release.as_deref().map_or_else(|| here(ctx), key);
    let record = data.app.record_of(&person, &which).await?;
    let names = people::named(ctx.http(), &record).await;
    let form = match format {
        FormChoice::Markdown => Form::Markdown,
        FormChoice::Json => Form::Json,
        FormChoice::Csv => Form::Csv,
        FormChoice::Ics => Form::Ics,
    };
    let release = &record.view.release;
    let tell = |event: &_| told(release, event, &names);
    let report = record.report(&names, &tell, (data.now)());
    let bytes = report.write(form).into_bytes();
    let post = if bytes.len() > FILE_LIMIT {
        Post::text(format!(
            "⚠️ The record of **{}** is larger than Discord takes. Your operator can write it with `tminus export {0}`.",
            release.key
        ))
    } else {
        let file = PostFile {
            name: report.file_name(form),
            bytes,
            description: None,
        };
        Post {
            files: vec![file],
            ..Post::text(format!(
                "🗂️ The record of **{}**, {}.",
                release.key,
                count(record.events.len(), "event")
            ))
        }
    };
    answer(ctx, post).await
}

/// Write down what was learnt from a closed release; a form opens with the facts
#[poise::command(slash_command, guild_only)]
pub(super) async fn retrospective(
    ctx: Context<'_>,
    #[description = "The release, when this is not its channel"]
    #[autocomplete = "releases"]
    release: Option<String>,
) -> Result<(), Failure> {
    let person = person(ctx).ok_or_else(outside)?;
    let which = release.as_deref().map_or_else(|| here(ctx), key);
    let form = forms::retrospective(ctx.data(), &person, &which).await?;
    forms::open_by_command(ctx, form).await
}

/// The times that a scorecard is asked for by.
const PERIODS: [(&str, i64); 3] = [("30 days", 30), ("90 days", 90), ("365 days", 365)];

/// How a release went, or all that were closed in a time: slips, late items, overrides
#[poise::command(slash_command, guild_only)]
pub(super) async fn scorecard(
    ctx: Context<'_>,
    #[description = "A release, or 30, 90 or 365 days; when left out, this channel's release or 90 days"]
    #[autocomplete = "periods"]
    period: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let now = (data.now)();
    let asked = period.as_deref().map(|period| (period, days(period)));
    let (days, which) = match asked {
        Some((_, Some(days))) => (days, None),
        Some((named, None)) => (0, Some(key(named))),
        None => (90, Some(here(ctx))),
    };
    if let Some(which) = which {
        match data.app.record_of(&person, &which).await {
            Ok(record) => return answer(ctx, render::posted(&record, now)).await,
            // Nobody named a release, and this channel has none.
            Err(Error::Rejected(rejection)) if is_elsewhere(&rejection) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let since = now - TimeDelta::days(days);
    let records = data.app.closed_since(&person, since).await?;
    answer(
        ctx,
        render::together(&records, &format!("the last {days} days"), now),
    )
    .await
}

fn is_elsewhere(rejection: &Rejection) -> bool {
    matches!(rejection, Rejection::NotAReleaseChannel { .. })
}

/// "90 days", "90d" and "90".
fn days(period: &str) -> Option<i64> {
    let digits = period
        .trim()
        .trim_end_matches(|end: char| end.is_alphabetic())
        .trim_end();
    let days = digits.parse().ok()?;
    PERIODS.iter().any(|(_, known)| *known == days).then_some(days)
}

fn key(named: &str) -> Which {
    Which::Key(named.trim().to_uppercase())
}

async fn periods(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let periods = PERIODS
        .iter()
        .map(|(name, _)| ((*name).to_owned(), (*name).to_owned()));
    suggestions(partial, periods.chain(names(ctx).await))
}

async fn releases(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    suggestions(partial, names(ctx).await.into_iter())
}

/// The releases of this server, the newest first, those that are closed too.
async fn names(ctx: Context<'_>) -> Vec<(String, String)> {
    let Some(person) = person(ctx) else {
        return Vec::new();
    };
    // Without the database there is nothing to suggest; the command itself says so when it is sent.
    let known = ctx.data().app.releases(&person).await.unwrap_or_default();
    let named = |(key, name): (_, String)| (shortened(&format!("{key} {name}"), 100), format!("{key}"));
    known.into_iter().map(named).collect()
}
