//! `tminus handoff`: what the summary at the end of a shift would say now, for people at the prompt and for programs.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use anyhow::bail;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::app::{DutyNow, HandOffNow};
use crate::cli::export::the_one;
use crate::cli::release::{FormChoice, instant, local, phase_of};
use crate::config::Config;
use crate::discord::render::handoff::{name_of, plain_lines};
use crate::discord::render::plain::typed;
use crate::domain::handoff::{Did, HandOff, ShiftFacts};
use crate::domain::ids::{GuildId, UserId};
use crate::domain::release::Progress;
use crate::domain::standing::CandidateStanding;
use crate::store::{self, releases};

/// What `tminus handoff` is given.
#[derive(Clone, Debug, clap::Args)]
pub struct HandOffArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: HandOffCommand,
}

/// The subcommands of `tminus handoff`.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum HandOffCommand {
    /// Show how a release would be handed over now: how it stands, who has the duty, and who is asked to take it over.
    /// Private releases are shown too.
    Show(ShowArguments),
}

/// Which release, and how it is written.
#[derive(Clone, Debug, clap::Args)]
pub struct ShowArguments {
    /// The release, like REL-2026-12-001.
    release: String,
    /// The form (docs/record.md).
    #[arg(long, value_enum, default_value_t = FormChoice::Text)]
    format: FormChoice,
    /// The id of the server, when several servers have a release of that key.
    #[arg(long)]
    server: Option<u64>,
    /// The configuration file, which names the database.
    #[arg(long, default_value = "config.toml")]
    config: PathBuf,
}

/// Carries out `tminus handoff …` at `now`, whether the bot runs or not.
///
/// # Errors
/// One sentence: the configuration or the database cannot be used, there is no such release, it is closed, or `out` cannot
/// be written to.
pub async fn run(
    arguments: &HandOffArguments,
    now: DateTime<Utc>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let HandOffCommand::Show(arguments) = &arguments.command;
    let config = Config::load(&arguments.config)?;
    let database = &config.database.path;
    let mut connection = store::snapshot(database).await?;
    let key = arguments.release.trim().to_uppercase();
    let found = releases::find_everywhere(&mut connection, &key).await?;
    let release = the_one(found, &key, arguments.server.map(GuildId), database)?;
    if !release.is_open() {
        bail!("{key} is closed, so that nobody hands it over: `tminus export {key}` writes its record");
    }
    let shown = HandOffNow::read(&mut connection, &config.calendar, release, now).await?;
    store::let_go(connection).await?;
    let written = match arguments.format {
        FormChoice::Text => text(&shown, now),
        FormChoice::Json => format!("{:#}\n", json(&shown, now)),
    };
    Ok(out.write_all(written.as_bytes())?)
}

/// For people. Times are those of the cut-off's zone.
fn text(shown: &HandOffNow, now: DateTime<Utc>) -> String {
    let release = &shown.record.view.release;
    let zone = release.playbook.cutoff.zone;
    let when = |at: DateTime<Utc>| local(at, zone);
    let private = if release.private { ", private" } else { "" };
    let mut lines = vec![format!(
        "{} {} ({}{private})",
        release.key,
        typed(&release.name()),
        typed(&release.playbook.product)
    )];
    let in_shift = shown.since().is_some();
    let facts = plain_lines(&shown.facts(now), &shown.names, in_shift, when);
    lines.extend(facts.iter().map(|fact| format!("  {fact}")));
    if shown.duties.is_empty() {
        lines.push("No roster of this server hands its duty over.".to_owned());
    }
    for duty in &shown.duties {
        lines.extend(about_duty(duty, &shown.names, &when));
    }
    lines.join("\n") + "\n"
}

/// Who has a duty, and what is offered.
fn about_duty(
    duty: &DutyNow,
    names: &BTreeMap<UserId, String>,
    when: &impl Fn(DateTime<Utc>) -> String,
) -> Vec<String> {
    let title = typed(&duty.title);
    let mut lines = vec![match &duty.held {
        Some((held, began)) => format!(
            "{title}: {} has the duty; this shift began {}",
            name_of(held.holder, names),
            when(*began)
        ),
        None => format!("{title}: nobody has the duty"),
    }];
    if let Some(open) = &duty.open {
        lines.push(format!(
            "  offered by {} {}, for {}; nobody has accepted",
            name_of(open.from, names),
            when(open.offered),
            for_whom(open, names)
        ));
        lines.extend(open.note.as_ref().map(|note| format!("  note: {}", typed(note))));
        lines.extend(open.declined.iter().map(|declined| {
            format!(
                "  {} declined: {}",
                name_of(declined.stamp.by, names),
                typed(&declined.reason)
            )
        }));
    }
    lines
}

fn for_whom(hand_off: &HandOff, names: &BTreeMap<UserId, String>) -> String {
    let asked = hand_off.asked();
    if asked.is_empty() {
        return "whoever comes next".to_owned();
    }
    let asked: Vec<String> = asked.into_iter().map(|user| name_of(user, names)).collect();
    asked.join(", ")
}

/// For programs; docs/record.md names the fields.
fn json(shown: &HandOffNow, now: DateTime<Utc>) -> Value {
    let release = &shown.record.view.release;
    let facts = shown.facts(now);
    let standing = &facts.standing;
    let duties = shown.duties.iter();
    json!({
        "format": 1,
        "taken_at": instant(now),
        "server": release.guild.to_string(),
        "key": release.key,
        "name": release.name(),
        "product": release.playbook.product,
        "private": release.private,
        "channel": release.channel.map(|channel| channel.to_string()),
        "on_hold": standing.held,
        "phase": standing.phase.as_ref().map(phase_of),
        "next_cutoff": standing.next_cutoff.as_ref().map(|(phase, at)| json!({
            "phase": phase_of(phase),
            "at": instant(*at),
        })),
        "done_this_shift": shown.since().map(|since| done(&facts, since)),
        "items": progress(standing.items),
        "roles": standing.roles.iter().map(|(role, items)| json!({
            "role": role,
            "items": items.all,
            "items_done": items.done,
            "open_now": open_of(&facts, role),
        })).collect::<Vec<_>>(),
        "overdue": standing.overdue.iter().map(|(phase, open)| json!({
            "phase": phase_of(phase),
            "items_open": open,
        })).collect::<Vec<_>>(),
        "blocked": standing.blocked.iter().map(|(item, reason)| json!({ "item": item, "reason": reason }))
            .collect::<Vec<_>>(),
        "fixes": progress(standing.fixes),
        "candidates": standing.candidates.iter().map(candidate).collect::<Vec<_>>(),
        "defects": standing.defects.iter().map(|(severity, open)| json!({
            "severity": severity.to_string(),
            "open": open,
        })).collect::<Vec<_>>(),
        "sign_offs_waiting": facts.sign_offs,
        "escalations": facts.escalated.iter().map(|escalated| json!({
            "number": escalated.number,
            "called": escalated.called,
            "taken_by": escalated.taken.map(|taken| taken.to_string()),
            "ticket": escalated.ticket,
        })).collect::<Vec<_>>(),
        "links": facts.links.iter().map(|(title, url)| json!({ "title": title, "url": url })).collect::<Vec<_>>(),
        "decision_waiting": facts.votes.as_ref().map(|(number, roles)| json!({ "number": number, "roles": roles })),
        "objections": standing.objections.iter().map(|(role, reason)| json!({ "role": role, "reason": reason }))
            .collect::<Vec<_>>(),
        "duties": duties.map(|duty| duty_of(duty, &shown.names)).collect::<Vec<_>>(),
    })
}

fn done(facts: &ShiftFacts, since: DateTime<Utc>) -> Value {
    let others = facts.others.iter().map(|(by, did)| match did {
        Did::Cut { candidate } => json!({ "by": by.to_string(), "cut": candidate }),
        Did::Found { number, severity } => json!({
            "by": by.to_string(),
            "found_defect": number,
            "severity": severity.to_string(),
        }),
    });
    let settled = facts.settled.iter();
    json!({
        "since": instant(since),
        "items": settled.map(|(by, items)| json!({ "by": by.to_string(), "items": items })).collect::<Vec<_>>(),
        "others": others.collect::<Vec<_>>(),
    })
}

/// The titles of what is open for a role in the phase that people are at.
fn open_of(facts: &ShiftFacts, role: &str) -> Vec<String> {
    let open = facts.open.iter().find(|(title, _)| title == role);
    open.map(|(_, items)| items.clone()).unwrap_or_default()
}

fn candidate(candidate: &CandidateStanding) -> Value {
    json!({
        "candidate": candidate.candidate,
        "fixes": candidate.verified.all,
        "fixes_verified": candidate.verified.done,
        "fixes_failed": candidate.failed,
        "passed": candidate.passed,
    })
}

fn duty_of(duty: &DutyNow, names: &BTreeMap<UserId, String>) -> Value {
    let person = |user: UserId| json!({ "id": user.to_string(), "name": names.get(&user) });
    let people = |users: Vec<UserId>| users.into_iter().map(person).collect::<Vec<_>>();
    json!({
        "roster": duty.title,
        "holder": duty.held.as_ref().map(|(held, _)| person(held.holder)),
        "shift_began": duty.held.as_ref().map(|(_, began)| instant(*began)),
        "offered": duty.open.as_ref().map(|open| json!({
            "at": instant(open.offered),
            "from": person(open.from),
            "to": people(open.to.clone()),
            "asked": people(open.asked()),
            "note": open.note,
            "left": open.left,
            "declined": open.declined.iter().map(|declined| json!({
                "by": person(declined.stamp.by),
                "at": instant(declined.stamp.at),
                "reason": declined.reason,
            })).collect::<Vec<_>>(),
        })),
    })
}

fn progress(progress: Progress) -> Value {
    json!({ "all": progress.all, "done": progress.done })
}
