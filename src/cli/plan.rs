//! `tminus plan`: the dates of a release, without Discord.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use clap::ValueEnum;
use serde::Serialize;

use crate::cli::calendar::Source;
use crate::cli::playbook::{self, ReadError};
use crate::config::ConfigError;
use crate::domain::calendar::Calendar;
use crate::domain::file::nearest;
use crate::domain::plan::{Plan, PlannedPhase, plan};
use crate::domain::playbook::{Item, Phase, Playbook};

#[cfg(test)]
mod tests;

/// What `tminus plan` is given.
#[derive(Clone, Debug, clap::Args)]
pub struct PlanArguments {
    /// A playbook of the templates folder by its name, or the path of a playbook file that ends in .toml.
    pub playbook: String,
    /// The version to release, for example 7.2.1.
    #[arg(long)]
    pub version: String,
    /// The target date (T-0), YYYY-MM-DD.
    #[arg(long)]
    pub target: String,
    /// How to print the plan.
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// The folder of the playbooks.
    #[arg(long, default_value = "playbook-templates")]
    pub templates: PathBuf,
    /// Whose further days off count.
    #[command(flatten)]
    pub source: Source,
}

/// How to print a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Why there is no plan. Each is one clear sentence for the person who asked, a broken playbook apart, which lists
/// its problems.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The name fits no playbook of the folder.
    #[error("there is no playbook `{given}` in `{}`: {}", folder.display(), known_playbooks(given, known))]
    UnknownPlaybook {
        /// What was given.
        given: String,
        /// Where it was looked for.
        folder: PathBuf,
        /// The names that exist.
        known: Vec<String>,
    },
    /// The file cannot be read, or is no playbook.
    #[error(transparent)]
    Playbook(#[from] ReadError),
    /// The playbook does not accept the version.
    #[error("`{given}` is not a version of {product}: expected one such as {example}")]
    VersionNotAccepted {
        /// What was given.
        given: String,
        /// The product of the playbook.
        product: String,
        /// A version that is accepted.
        example: String,
    },
    /// The target is not a date.
    #[error("`{given}` is not a target date: expected one such as 2026-12-10, in the years 2000 to 2100")]
    NotADate {
        /// What was given.
        given: String,
    },
    /// The target is a day off.
    #[error(
        "the target date {} is not a working day ({reason}): the nearest are {} and {}",
        weekday_and_date(*target),
        weekday_and_date(*before),
        weekday_and_date(*after)
    )]
    TargetIsDayOff {
        /// What was given.
        target: NaiveDate,
        /// Why it is off.
        reason: String,
        /// The last working day before it.
        before: NaiveDate,
        /// The first working day after it.
        after: NaiveDate,
    },
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The plan cannot be printed.
    #[error("the plan cannot be written")]
    Output(#[from] io::Error),
}

/// Prints the plan to `out`. Nothing is printed when there is none.
///
/// # Errors
/// [`PlanError`], whose message is meant for the person who asked.
pub fn run(arguments: &PlanArguments, out: &mut impl Write) -> Result<(), PlanError> {
    let playbook = find_playbook(&arguments.playbook, &arguments.templates)?;
    if !playbook.accepts_version(&arguments.version) {
        return Err(PlanError::VersionNotAccepted {
            given: arguments.version.clone(),
            product: playbook.product,
            example: playbook.version.example,
        });
    }
    let calendar = arguments.source.calendar(playbook.calendar)?;
    let target = target_date(&arguments.target, &calendar)?;
    let plan = plan(&playbook, target, &calendar);
    match arguments.format {
        Format::Text => out.write_all(text(&playbook, &arguments.version, &plan).as_bytes())?,
        Format::Json => {
            let document = PlanDocument::new(&playbook, &arguments.version, &plan);
            serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}

fn find_playbook(given: &str, folder: &Path) -> Result<Playbook, PlanError> {
    if Path::new(given)
        .extension()
        .is_some_and(|extension| extension == "toml")
    {
        return Ok(playbook::read_file(Path::new(given))?);
    }
    let known = playbook::names_in(folder)?;
    if known.iter().any(|name| name == given) {
        Ok(playbook::read_file(&folder.join(format!("{given}.toml")))?)
    } else {
        Err(PlanError::UnknownPlaybook {
            given: given.to_owned(),
            folder: folder.to_owned(),
            known,
        })
    }
}

fn target_date(given: &str, calendar: &Calendar) -> Result<NaiveDate, PlanError> {
    let target = NaiveDate::parse_from_str(given.trim(), "%Y-%m-%d")
        .ok()
        .filter(|date| (2000..=2100).contains(&date.year()))
        .ok_or_else(|| PlanError::NotADate {
            given: given.to_owned(),
        })?;
    match calendar.day_off(target) {
        None => Ok(target),
        Some(off) => Err(PlanError::TargetIsDayOff {
            target,
            reason: off.reason,
            before: calendar.previous_working_day(target),
            after: calendar.next_working_day(target),
        }),
    }
}

fn known_playbooks(given: &str, known: &[String]) -> String {
    if known.is_empty() {
        return "there are no playbooks in it".to_owned();
    }
    let list = format!("there are {}", known.join(", "));
    match nearest(given, known.iter().map(String::as_str)) {
        Some(nearest) if known.len() > 1 => format!("{list}; the nearest is {nearest}"),
        _ if known.len() == 1 => format!("there is only {}", known.join("")),
        _ => list,
    }
}

fn weekday_and_date(date: NaiveDate) -> String {
    date.format("%A %-d %B %Y").to_string()
}

/// The plan for people.
fn text(playbook: &Playbook, version: &str, plan: &Plan) -> String {
    let mut lines = vec![
        format!("{} {version} of {}", playbook.title, playbook.product),
        format!(
            "Target date {}. Working days by the calendar {}.",
            plan.target.map_or_else(|| "TBD".to_owned(), weekday_and_date),
            playbook.calendar
        ),
    ];
    for (phase, planned) in playbook.phases.iter().zip(&plan.phases) {
        lines.push(String::new());
        lines.extend(phase_lines(playbook, phase, planned));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn phase_lines(playbook: &Playbook, phase: &Phase, planned: &PlannedPhase) -> Vec<String> {
    let mut lines = vec![format!(
        "{} {}: {}",
        phase.offset.label(),
        phase.title,
        weekday_and_date(planned.date)
    )];
    // The last sentence is about the cut-off, which a person in a hurry looks for first.
    let reasons = planned
        .why
        .split_last()
        .map(|(cutoff, reasons)| std::iter::once(cutoff).chain(reasons));
    lines.extend(
        reasons
            .into_iter()
            .flatten()
            .map(|sentence| format!("  {sentence}")),
    );
    lines.extend(phase.note.iter().map(|note| format!("  {note}")));
    for role in &playbook.roles {
        let items: Vec<&Item> = phase.items.iter().filter(|item| item.role == role.id).collect();
        if !items.is_empty() {
            lines.push(format!("  {}", role.title));
            lines.extend(listed(&items).into_iter().map(|item| item_line(playbook, item)));
        }
    }
    lines
}

/// The items in their order, each with those that are under it behind it.
fn listed<'a>(items: &[&'a Item]) -> Vec<&'a Item> {
    let parents = items.iter().filter(|item| item.under.is_none());
    parents
        .flat_map(|parent| {
            let children = items
                .iter()
                .filter(|item| item.under.as_ref() == Some(&parent.id));
            std::iter::once(parent).chain(children)
        })
        .copied()
        .collect()
}

fn item_line(playbook: &Playbook, item: &Item) -> String {
    let indent = if item.under.is_some() { "      " } else { "    " };
    let others: Vec<&str> = item
        .with
        .iter()
        .filter_map(|role| Some(playbook.role(role)?.title.as_str()))
        .collect();
    let with = if others.is_empty() {
        String::new()
    } else {
        format!(" (with {})", others.join(", "))
    };
    format!("{indent}- {}{with}", item.title)
}

/// The plan for programs. Fields are added and never renamed.
#[derive(Serialize)]
struct PlanDocument<'a> {
    playbook: &'a str,
    version: &'a str,
    target: Option<NaiveDate>,
    calendar: &'static str,
    zone: &'static str,
    phases: Vec<PhaseDocument<'a>>,
}

#[derive(Serialize)]
struct PhaseDocument<'a> {
    id: &'a str,
    title: &'a str,
    /// The n of T−n in working days; null for an offset in another unit.
    t_minus: Option<u32>,
    offset: String,
    date: NaiveDate,
    cutoff_utc: String,
    why: &'a [String],
    items: Vec<ItemDocument<'a>>,
}

#[derive(Serialize)]
struct ItemDocument<'a> {
    id: &'a str,
    role: &'a str,
    title: &'a str,
    due_utc: String,
}

impl<'a> PlanDocument<'a> {
    fn new(playbook: &'a Playbook, version: &'a str, plan: &'a Plan) -> Self {
        let phases = playbook.phases.iter().zip(&plan.phases);
        Self {
            playbook: &playbook.id,
            version,
            target: plan.target,
            calendar: playbook.calendar.as_str(),
            zone: playbook.cutoff.zone.name(),
            phases: phases
                .map(|(phase, planned)| PhaseDocument::new(phase, planned))
                .collect(),
        }
    }
}

impl<'a> PhaseDocument<'a> {
    fn new(phase: &'a Phase, planned: &'a PlannedPhase) -> Self {
        let cutoff_utc = utc(planned.cutoff_at);
        let items = phase.items.iter().map(|item| ItemDocument {
            id: item.id.as_str(),
            role: item.role.as_str(),
            title: &item.title,
            due_utc: cutoff_utc.clone(),
        });
        Self {
            id: phase.id.as_str(),
            title: &phase.title,
            t_minus: phase.offset.working_days_before(),
            offset: phase.offset.to_string(),
            date: planned.date,
            why: &planned.why,
            items: items.collect(),
            cutoff_utc,
        }
    }
}

fn utc(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
