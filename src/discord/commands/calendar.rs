//! `/calendar`: show, why, add, work, remove, reload.

use crate::app::read_date;
use crate::discord::commands::{answer, defer};
use crate::discord::render::calendar as render;
use crate::discord::{Context, Failure};
use crate::domain::calendar::{CalendarName, DayStanding};

/// Working days: what is off, why, and what this server says about it
#[poise::command(
    slash_command,
    guild_only,
    subcommands("show", "why", "add", "work", "remove", "reload"),
    subcommand_required
)]
pub(super) async fn calendar(_: Context<'_>) -> Result<(), Failure> {
    Ok(())
}

/// A calendar, as people pick it.
#[derive(Clone, Copy, Debug, poise::ChoiceParameter)]
enum CalendarChoice {
    #[name = "us-ca-concurrent"]
    Concurrent,
    #[name = "us-ca-core"]
    Core,
    #[name = "us-ca-extended"]
    Extended,
    #[name = "us-ca-union"]
    Union,
    #[name = "weekdays"]
    Weekdays,
}

impl From<CalendarChoice> for CalendarName {
    fn from(choice: CalendarChoice) -> Self {
        match choice {
            CalendarChoice::Concurrent => Self::UsCaConcurrent,
            CalendarChoice::Core => Self::UsCaCore,
            CalendarChoice::Extended => Self::UsCaExtended,
            CalendarChoice::Union => Self::UsCaUnion,
            CalendarChoice::Weekdays => Self::Weekdays,
        }
    }
}

/// The days off of the next months, and the days on which one country is out
#[poise::command(slash_command, guild_only)]
async fn show(
    ctx: Context<'_>,
    #[description = "How many months; 3 when left out"]
    #[min = 1]
    #[max = 12]
    months: Option<u32>,
    #[description = "Another calendar than that of the playbooks"] calendar: Option<CalendarChoice>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let name = calendar.map(CalendarName::from);
    let view = data.app.calendar_of(person.guild, name, (data.now)()).await?;
    // Discord holds the number to its bounds; whoever gets around that gets the bounds all the same.
    let months = months.unwrap_or(3).clamp(1, 12);
    answer(ctx, render::months(&view, months)).await
}

/// Why a date is a day off or a working day
#[poise::command(slash_command, guild_only)]
async fn why(
    ctx: Context<'_>,
    #[description = "The date as year-month-day, like 2026-12-24"] date: String,
    #[description = "Another calendar than that of the playbooks"] calendar: Option<CalendarChoice>,
) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let date = read_date(&date)?;
    let name = calendar.map(CalendarName::from);
    let view = data.app.calendar_of(person.guild, name, (data.now)()).await?;
    answer(ctx, render::why(&view, date)).await
}

/// Take a day off in this server (Release Manager or server manager)
#[poise::command(slash_command, guild_only)]
async fn add(
    ctx: Context<'_>,
    #[description = "The date as year-month-day, like 2026-12-24"] date: String,
    #[description = "Why it is off, as people will read it"] reason: String,
) -> Result<(), Failure> {
    say(ctx, &date, DayStanding::Off(reason)).await
}

/// Work on a day off in this server (Release Manager or server manager)
#[poise::command(slash_command, guild_only)]
async fn work(
    ctx: Context<'_>,
    #[description = "The date as year-month-day, like 2026-11-11"] date: String,
    #[description = "Why it is worked, as people will read it"] reason: String,
) -> Result<(), Failure> {
    say(ctx, &date, DayStanding::Worked(reason)).await
}

/// Take back what this server said about a day (Release Manager or server manager)
#[poise::command(slash_command, guild_only)]
async fn remove(
    ctx: Context<'_>,
    #[description = "The date as year-month-day, like 2026-12-24"] date: String,
) -> Result<(), Failure> {
    say(ctx, &date, DayStanding::ByTheRules).await
}

async fn say(ctx: Context<'_>, date: &str, standing: DayStanding) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let data = ctx.data();
    let change = data.app.say_day(&person, date, standing, (data.now)()).await?;
    answer(ctx, render::change(&change)).await
}

/// Read the calendar files of the configuration again (server managers)
#[poise::command(slash_command, guild_only)]
async fn reload(ctx: Context<'_>) -> Result<(), Failure> {
    let person = defer(ctx).await?;
    let moved = ctx.data().app.reload_calendar(&person).await?;
    answer(ctx, render::reloaded(&moved)).await
}
