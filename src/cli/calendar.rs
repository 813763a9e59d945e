//! `tminus calendar`: days off and working days, without Discord.

mod batch;

use std::io::{self, BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use crate::config::{Config, ConfigError};
use crate::domain::calendar::{
    Calendar, CalendarName, CalendarSettings, Standing, UnknownCalendar, YEARS, months_from,
};
use crate::domain::ids::GuildId;
use crate::domain::zone::Zone;

#[cfg(test)]
mod tests;

/// What `tminus calendar` is given.
#[derive(Clone, Debug, clap::Args)]
pub struct CalendarArguments {
    /// What to do.
    #[command(subcommand)]
    command: CalendarCommand,
}

#[derive(Clone, Debug, clap::Subcommand)]
enum CalendarCommand {
    /// Print each day off and why, month by month, and the days on which one country is out.
    Show {
        /// How many months, 1 to 1200.
        #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=1200))]
        months: u32,
        /// The calendar: concurrent, core, extended, union or weekdays, or its full name.
        #[arg(long, default_value_t = CalendarName::UsCaConcurrent)]
        calendar: CalendarName,
        /// The first day, YYYY-MM-DD; today in San Francisco when left out.
        #[arg(long)]
        from: Option<String>,
        #[command(flatten)]
        source: Source,
    },
    /// Print why a date is a day off or a working day.
    Why {
        /// The date, YYYY-MM-DD.
        date: String,
        /// The calendar: concurrent, core, extended, union or weekdays, or its full name.
        #[arg(long, default_value_t = CalendarName::UsCaConcurrent)]
        calendar: CalendarName,
        #[command(flatten)]
        source: Source,
    },
    /// Print the N-th working day before a date with 10:00 of San Francisco on it in UTC, and why.
    Minus {
        /// The release date, YYYY-MM-DD; any day, because counting goes strictly before it.
        #[arg(required_unless_present = "batch")]
        date: Option<String>,
        /// How many working days, 0 to 10000; 0 is the release date itself.
        #[arg(required_unless_present = "batch", value_parser = clap::value_parser!(u32).range(0..=10_000))]
        n: Option<u32>,
        /// The calendar: concurrent, core, extended, union or weekdays, or its full name.
        #[arg(long, default_value_t = CalendarName::UsCaConcurrent, conflicts_with = "batch")]
        calendar: CalendarName,
        /// Read lines `DATE N CALENDAR` from standard input and answer each with a line `DATE UTC`; `-` answers a line
        /// that is wrong, which is explained on standard error.
        #[arg(long, conflicts_with_all = ["date", "n"])]
        batch: bool,
        #[command(flatten)]
        source: Source,
    },
}

/// Where further days off come from.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Source {
    /// Count the days of `[calendar]` of this configuration too.
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// Count those of `[[calendar.guild]]` for the server of this id too.
    #[arg(long, requires = "config", value_name = "ID")]
    pub server: Option<u64>,
}

impl Source {
    /// The calendar of this name with the days of the configuration, if one was given. What the people of a server say
    /// in Discord is not in it.
    ///
    /// # Errors
    /// The configuration cannot be used.
    pub fn calendar(&self, name: CalendarName) -> Result<Calendar, ConfigError> {
        Ok(self.of(&self.settings()?, name))
    }

    fn settings(&self) -> Result<CalendarSettings, ConfigError> {
        let config = self.config.as_deref().map(Config::load).transpose()?;
        Ok(config.unwrap_or_default().calendar)
    }

    fn of(&self, settings: &CalendarSettings, name: CalendarName) -> Calendar {
        match self.server {
            Some(server) => settings.calendar(name, GuildId(server), &Arc::default()),
            None => settings.anywhere(name),
        }
    }
}

/// Why there is no answer. Each is one clear sentence for the person who asked, a broken configuration apart, which
/// lists its problems.
#[derive(Debug, thiserror::Error)]
pub enum CalendarError {
    /// Something is not a date.
    #[error("`{given}` is not a date: expected one such as 2026-12-10, in the years 2000 to 2100")]
    NotADate {
        /// What was given.
        given: String,
    },
    /// No calendar has this name.
    #[error(transparent)]
    UnknownCalendar(#[from] UnknownCalendar),
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The answer cannot be written, or the lines cannot be read.
    #[error("standard input or output failed")]
    Io(#[from] io::Error),
}

/// Carries out `tminus calendar …` at `now`: `lines` is standard input, `complaints` standard error. The exit code is a
/// failure when a line of a batch is wrong.
///
/// # Errors
/// [`CalendarError`], whose message is meant for the person who asked.
pub fn run(
    arguments: &CalendarArguments,
    now: DateTime<Utc>,
    lines: impl BufRead,
    out: &mut impl Write,
    complaints: &mut impl Write,
) -> Result<ExitCode, CalendarError> {
    match &arguments.command {
        CalendarCommand::Show {
            months,
            calendar,
            from,
            source,
        } => {
            let calendar = source.calendar(*calendar)?;
            let from = match from {
                Some(given) => date(given)?,
                None => Zone::SAN_FRANCISCO.to_local(now).date(),
            };
            out.write_all(shown(&calendar, from, *months).as_bytes())?;
        }
        CalendarCommand::Why {
            date: given,
            calendar,
            source,
        } => {
            let calendar = source.calendar(*calendar)?;
            for sentence in calendar.why(date(given)?, str::to_owned) {
                writeln!(out, "{sentence}")?;
            }
        }
        CalendarCommand::Minus {
            batch: true, source, ..
        } => {
            let settings = source.settings()?;
            let calendar = |name| source.of(&settings, name);
            return Ok(batch::answer(calendar, lines, out, complaints)?);
        }
        CalendarCommand::Minus {
            date: given,
            n,
            calendar,
            source,
            ..
        } => {
            let calendar = source.calendar(*calendar)?;
            let from = date(given.as_deref().unwrap_or_default())?;
            out.write_all(counted_back(&calendar, from, n.unwrap_or_default()).as_bytes())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn date(given: &str) -> Result<NaiveDate, CalendarError> {
    NaiveDate::parse_from_str(given.trim(), "%Y-%m-%d")
        .ok()
        .filter(|date| YEARS.contains(&date.year()))
        .ok_or_else(|| CalendarError::NotADate {
            given: given.chars().take(40).collect(),
        })
}

/// 10:00 in San Francisco on this date: the cut-off of every phase (S7).
fn cutoff(date: NaiveDate) -> DateTime<Utc> {
    let ten = NaiveTime::MIN + chrono::TimeDelta::hours(10);
    Zone::SAN_FRANCISCO.to_utc(date.and_time(ten))
}

fn shown(calendar: &Calendar, from: NaiveDate, months: u32) -> String {
    let range = months_from(from, months);
    let mut lines = vec![format!(
        "{}: days off from {} to {}, beside the weekends ({}).",
        calendar.name(),
        long(*range.start()),
        long(*range.end()),
        calendar.weekend(),
    )];
    let days = calendar.noteworthy(range);
    if days.is_empty() {
        lines.push("There are none.".to_owned());
    }
    let mut month = None;
    for standing in days {
        let this = standing.date.format("%B %Y").to_string();
        if month.as_ref() != Some(&this) {
            lines.push(String::new());
            lines.push(this.clone());
            month = Some(this);
        }
        lines.push(day_line(&standing));
    }
    lines.push(String::new());
    lines.join("\n")
}

/// "  Fri 25  off    Christmas Day" or "  Thu 26  works  US out: Thanksgiving Day".
fn day_line(standing: &Standing) -> String {
    let day = format!("{:<6}", standing.date.format("%a %-d").to_string());
    match (&standing.off, &standing.worked) {
        (Some(off), _) => format!("  {day}  off    {}", off.reason),
        (None, Some(worked)) => {
            let reason = worked.reason.as_deref().unwrap_or("a day off that is worked");
            format!(
                "  {day}  works  {reason} (instead of {})",
                worked.instead_of.reason
            )
        }
        (None, None) => {
            let out: Vec<String> = standing
                .out
                .iter()
                .map(|(country, why)| format!("{country} out: {why}"))
                .collect();
            format!("  {day}  works  {}", out.join("; "))
        }
    }
}

fn counted_back(calendar: &Calendar, from: NaiveDate, n: u32) -> String {
    let day = calendar.minus_working_days(from, n);
    let cutoff = cutoff(day);
    let mut lines = vec![format!("{day} {}", rfc3339(cutoff))];
    lines.push(match n {
        0 => format!("T−0 is {} itself.", long(from)),
        1 => format!(
            "{} is the last working day before {} by {}.",
            long(day),
            long(from),
            calendar.name()
        ),
        n => format!(
            "{} is working day number {n} before {}, counting back by {}.",
            long(day),
            long(from),
            calendar.name(),
        ),
    });
    lines.push(format!(
        "10:00 in {} on that date is {} UTC.",
        Zone::SAN_FRANCISCO,
        cutoff.format("%H:%M")
    ));
    if let Some(last) = from.pred_opt().filter(|last| *last > day) {
        let skipped = calendar.days_off(day..=last);
        let weekends = skipped.iter().filter(|(_, off)| off.weekend).count();
        lines.extend(
            skipped
                .iter()
                .filter(|(_, off)| !off.weekend)
                .map(|(day, off)| format!("{} does not count: {}.", long(*day), off.reason)),
        );
        if weekends > 0 {
            let plural = if weekends == 1 { "day" } else { "days" };
            lines.push(format!(
                "Weekends ({}) do not count: {weekends} {plural}.",
                calendar.weekend()
            ));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn long(date: NaiveDate) -> String {
    date.format("%a %-d %b %Y").to_string()
}

fn rfc3339(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
