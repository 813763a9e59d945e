//! `/shift`: who is on duty, and changing it.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serenity::all::{Attachment, CreateAutocompleteResponse, User};

use crate::app::{self, RosterView, Taken};
use crate::discord::commands::{answer, defer, outside, person, suggestions};
use crate::discord::render::{handoff, shift as render, shortened};
use crate::discord::{Context, Failure, away, forms, shift};
use crate::domain::digest::time_of_day;
use crate::domain::direct::DirectRefusal;
use crate::domain::ids::{GuildId, UserId};
use crate::domain::rejection::Rejection;
use crate::domain::shift::{ShiftRefusal, Span};

/// Who is on duty, and when
#[poise::command(
    slash_command,
    guild_only,
    subcommands("show", "take", "end", "swap", "go_away", "back", "roster"),
    subcommand_required
)]
pub(super) async fn shift(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// Who is on duty now, who comes next, who is away, and when nobody is on
#[poise::command(slash_command, guild_only)]
async fn show(
    ctx: Context<'_>,
    #[description = "Which roster; all of them when left out"]
    #[autocomplete = "rosters"]
    roster: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let now = (data.now)();
    let views = data.app.rosters(person.guild, now).await?;
    let post = match roster {
        None => render::all(&views, now),
        Some(name) => {
            let view = app::meant(&views, Some(&name), person.user).map_err(Rejection::from)?;
            render::one(view, now)
        }
    };
    answer(ctx, post).await
}

/// Take the duty now, or an open shift that is to come
#[poise::command(slash_command, guild_only)]
async fn take(
    ctx: Context<'_>,
    #[description = "An open shift that is to come, instead of now"]
    #[autocomplete = "open_shifts"]
    open: Option<String>,
    #[description = "Until when, your time, as 17:30; the end of the shift when left out"] until: Option<
        String,
    >,
    #[description = "Which roster, if you are in several"]
    #[autocomplete = "rosters"]
    roster: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let now = (data.now)();
    let what = match (open, until) {
        (Some(open), _) => Taken::Open {
            begins: picked(&open, self::open(ctx).await)
                .ok_or_else(|| Rejection::from(ShiftRefusal::NoSuchGap))?,
        },
        (None, None) => Taken::Now { until: None },
        (None, Some(text)) => {
            let views = data.app.rosters(person.guild, now).await?;
            let view = app::meant(&views, roster.as_deref(), person.user).map_err(Rejection::from)?;
            let until = Some(next_time(view, person.user, &text, now)?);
            Taken::Now { until }
        }
    };
    let (view, change) = data.app.take_duty(&person, roster.as_deref(), what, now).await?;
    answer(ctx, render::taken(&view, &change)).await
}

/// End your shift: what is in flight is handed over first
#[poise::command(slash_command, guild_only)]
async fn end(
    ctx: Context<'_>,
    #[description = "Why you leave although something has to be complete before (goes on the record)"]
    #[max_length = 1000]
    reason: Option<String>,
    #[description = "Which roster, if you are in several"]
    #[autocomplete = "rosters"]
    roster: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let now = (data.now)();
    let left = data
        .app
        .end_shift(&person, roster.as_deref(), reason.as_deref(), now)
        .await?;
    let channel = data.app.setup(person.guild).await?.hand_offs;
    answer(ctx, handoff::left(&left, channel)).await
}

/// Offer one of your shifts to somebody, perhaps for one of theirs; it changes hands when they accept
#[poise::command(slash_command, guild_only)]
async fn swap(
    ctx: Context<'_>,
    #[description = "Who shall take it"] with: User,
    #[description = "Your shift"]
    #[autocomplete = "own_shifts"]
    shift: String,
    #[description = "Their shift that you take for it; none when left out"]
    #[rename = "for"]
    #[autocomplete = "their_shifts"]
    gets: Option<String>,
    #[description = "Which roster, if you are in several"]
    #[autocomplete = "rosters"]
    roster: Option<String>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let to = UserId(with.id.get());
    let begins = async |text: &str, user: UserId| {
        let own = shifts(ctx, |of| of == user).await;
        picked(text, own).ok_or_else(|| Rejection::from(ShiftRefusal::NoSuchShift { user }))
    };
    let gives = begins(&shift, person.user).await?;
    let gets = match gets {
        Some(gets) => Some(begins(&gets, to).await?),
        None => None,
    };
    let (view, swap, channel) = data
        .app
        .offer_swap(&person, roster.as_deref(), to, gives, gets, (data.now)())
        .await?;
    answer(ctx, render::offered(&view, &swap, channel)).await
}

/// Say that you are away; your shifts of these days are shown as open
#[poise::command(slash_command, guild_only, rename = "away")]
async fn go_away(
    ctx: Context<'_>,
    #[description = "The first day, as 2026-12-24"] from: Option<String>,
    #[description = "The last day; the first one when left out"] until: Option<String>,
    #[description = "Why, if others should know"]
    #[max_length = 100]
    reason: Option<String>,
    #[description = "Who, if it is not you; Release Managers alone may say that"] who: Option<User>,
    #[description = "Your calendar instead (.ics): you see which days it gives, and save them"]
    calendar: Option<Attachment>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let user = who.map_or(person.user, |user| UserId(user.id.get()));
    let first = match (from, calendar) {
        (None, Some(calendar)) if until.is_none() => {
            let post = away::preview(data, &person, user, &calendar, reason.as_deref()).await?;
            return answer(ctx, post).await;
        }
        (_, Some(_)) => return Err(Rejection::from(ShiftRefusal::AwayTwice).into()),
        (None, None) => return Err(Rejection::from(ShiftRefusal::AwayWhen).into()),
        (Some(from), None) => date(&from)?,
    };
    let last = until.as_deref().map_or(Ok(first), date)?;
    let now = (data.now)();
    let away = data
        .app
        .go_away(&person, user, (first, last), reason.as_deref(), now)
        .await?;
    let views = data.app.rosters(person.guild, now).await?;
    answer(ctx, render::away(user, &away, &views, now)).await
}

/// Take back that you are away
#[poise::command(slash_command, guild_only)]
async fn back(
    ctx: Context<'_>,
    #[description = "Which days"]
    #[autocomplete = "days_away"]
    days: String,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let now = (data.now)();
    let typed = days.trim();
    let known = days_of(ctx).await.into_iter();
    let known = known.filter(|(label, number)| label.contains(typed) || number.to_string() == typed);
    let number = known.map(|(_, number)| number).next();
    let number = number.ok_or_else(|| Rejection::from(ShiftRefusal::NotAway))?;
    let (user, away) = data.app.come_back(&person, number, now).await?;
    let views = data.app.rosters(person.guild, now).await?;
    answer(ctx, render::away(user, &away, &views, now)).await
}

/// Write a roster: who takes turns, in which hours; a form opens with what it is now
#[poise::command(slash_command, guild_only)]
async fn roster(
    ctx: Context<'_>,
    #[description = "Its name, as release-managers"]
    #[autocomplete = "rosters"]
    #[max_length = 40]
    name: String,
    #[description = "Take it away instead"] remove: Option<bool>,
) -> Result<(), Failure> {
    let data = ctx.data();
    if remove.unwrap_or_default() {
        let person = defer(ctx).await?;
        let was = data.app.remove_roster(&person, &name, (data.now)()).await?;
        return answer(ctx, render::removed(&was)).await;
    }
    let person = person(ctx).ok_or_else(outside)?;
    let draft = data.app.draft_roster(&person, &name).await?;
    forms::open_by_command(ctx, shift::roster_form(draft, &person)).await
}

/// The instant of one of these shifts: as it was picked from the suggestions, or by the first name that has the text in it,
/// because people type on without picking.
fn picked(text: &str, mut shifts: Vec<(DateTime<Utc>, String)>) -> Option<DateTime<Utc>> {
    if let Ok(millis) = text.trim().parse() {
        return DateTime::from_timestamp_millis(millis);
    }
    let typed = text.trim().to_lowercase();
    shifts.sort();
    let found = shifts
        .into_iter()
        .find(|(_, label)| label.to_lowercase().contains(&typed));
    found.map(|(from, _)| from)
}

fn date(text: &str) -> Result<NaiveDate, Rejection> {
    let given = text.trim().to_owned();
    given.parse().map_err(|_| ShiftRefusal::NotADate { given }.into())
}

/// The next time that somebody's clock shows this time of day.
fn next_time(
    view: &RosterView,
    user: UserId,
    text: &str,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Rejection> {
    let given = text.to_owned();
    let time = time_of_day(text).ok_or(DirectRefusal::NotATimeOfDay { given })?;
    let Some(member) = view.kept.roster.member(user) else {
        let roster = Some(view.kept.name.clone());
        return Err(ShiftRefusal::NotInRoster { roster, user }.into());
    };
    let today = member.zone.to_local(now).date();
    let days = today.iter_days().take(3);
    let mut instants = days.map(|date| member.zone.to_utc(date.and_time(time)));
    let next = instants.find(|instant| *instant > now);
    next.ok_or_else(|| ShiftRefusal::NotAStretch.into())
}

pub(super) async fn rosters(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let labels = views(ctx).await.into_iter().map(|view| {
        let label = format!("{} ({})", view.kept.roster.title, view.kept.name);
        (shortened(&label, 100), view.kept.name.to_string())
    });
    suggestions(partial, labels)
}

async fn own_shifts(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let own = UserId(ctx.author().id.get());
    soonest_first(partial, shifts(ctx, |user| user == own).await)
}

/// Of everybody else: Discord does not say yet whom the person named before.
async fn their_shifts(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let own = UserId(ctx.author().id.get());
    soonest_first(partial, shifts(ctx, |user| user != own).await)
}

async fn open_shifts(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    soonest_first(partial, open(ctx).await)
}

/// The shifts to come of those whom `whose` means, with what they are called.
async fn shifts(ctx: Context<'_>, whose: impl Fn(UserId) -> bool) -> Vec<(DateTime<Utc>, String)> {
    let ahead = ahead(ctx);
    let mut shifts = Vec::new();
    for view in views(ctx).await {
        let coming = view.rota().shifts(ahead).into_iter();
        let coming = coming.filter(|shift| shift.span.from > ahead.from && whose(shift.user));
        shifts.extend(coming.map(|shift| (shift.span.from, render::label(&view, &shift))));
    }
    shifts
}

/// The shifts to come that nobody has, with what they are called.
async fn open(ctx: Context<'_>) -> Vec<(DateTime<Utc>, String)> {
    let ahead = ahead(ctx);
    let mut open = Vec::new();
    for view in views(ctx).await {
        let gaps = view.rota().untaken(ahead).into_iter();
        let gaps = gaps.filter(|gap| gap.span.from > ahead.from);
        open.extend(gaps.map(|gap| (gap.span.from, render::open_label(&view, &gap))));
    }
    open
}

/// Shifts that begin then, under these names; the instant is what is sent.
fn soonest_first(partial: &str, mut shifts: Vec<(DateTime<Utc>, String)>) -> CreateAutocompleteResponse {
    shifts.sort();
    let labels = shifts.into_iter();
    let labels = labels.map(|(from, label)| (shortened(&label, 100), from.timestamp_millis().to_string()));
    suggestions(partial, labels)
}

async fn days_away(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let days = days_of(ctx).await.into_iter();
    suggestions(partial, days.map(|(label, number)| (label, number.to_string())))
}

/// When the person is away, with the number of each.
async fn days_of(ctx: Context<'_>) -> Vec<(String, i64)> {
    let today = (ctx.data().now)().date_naive();
    let own = UserId(ctx.author().id.get());
    let views = views(ctx).await;
    let away = views.first().map(|view| view.away.clone()).unwrap_or_default();
    let own = away
        .into_iter()
        .filter(|away| away.user == own && away.last >= today);
    own.map(|away| (render::plain_days(&away), away.number)).collect()
}

/// The time for which shifts are suggested.
fn ahead(ctx: Context<'_>) -> Span {
    let now = (ctx.data().now)();
    Span {
        from: now,
        until: now + TimeDelta::days(28),
    }
}

/// The rosters of the server; none when they cannot be read, which the command itself says.
async fn views(ctx: Context<'_>) -> Vec<RosterView> {
    let Some(guild) = ctx.guild_id() else {
        return Vec::new();
    };
    let data = ctx.data();
    data.app
        .rosters(GuildId(guild.get()), (data.now)())
        .await
        .unwrap_or_default()
}
