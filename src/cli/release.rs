//! `tminus release`: the releases of the servers in a list, for people at the prompt and for programs.

#[cfg(test)]
mod tests;

use std::io::Write;
use std::path::PathBuf;

use anyhow::bail;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::ValueEnum;
use serde_json::{Value, json};

use crate::app::ReleaseList;
use crate::config::Config;
use crate::discord::render::plain::{typed, unmarked};
use crate::discord::render::releases as render;
use crate::domain::calendar::CalendarSettings;
use crate::domain::ids::{GuildId, ReleaseKey};
use crate::domain::overview::{Blocking, Listed, Overview};
use crate::domain::person::Stamp;
use crate::domain::recurring::RecurringRelease;
use crate::domain::rejection::PhaseLabel;
use crate::domain::zone::Zone;
use crate::store::{self, Connection, StoreError, guilds, releases};

/// What `tminus release` is given.
#[derive(Clone, Debug, clap::Args)]
pub struct ReleaseArguments {
    /// What to do.
    #[command(subcommand)]
    pub command: ReleaseCommand,
}

/// The subcommands of `tminus release`.
#[derive(Clone, Debug, clap::Subcommand)]
pub enum ReleaseCommand {
    /// List releases: phase, progress, next cut-off, who leads, what blocks, links. Private ones are listed too.
    List(ListArguments),
}

/// Which releases, and how they are written.
#[derive(Clone, Debug, clap::Args)]
pub struct ListArguments {
    /// Which releases.
    #[arg(long, value_enum, default_value_t = ListChoice::InFlight)]
    show: ListChoice,
    /// The form of the list (docs/record.md).
    #[arg(long, value_enum, default_value_t = FormChoice::Text)]
    format: FormChoice,
    /// The id of one server; all of them when left out.
    #[arg(long, alias = "guild")]
    server: Option<u64>,
    /// The configuration file, which names the database.
    #[arg(long, default_value = "config.toml")]
    config: PathBuf,
}

/// Which releases, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ListChoice {
    /// Those that are open.
    InFlight,
    /// Those that are open and have not begun, and those that are proposed.
    Upcoming,
    /// Those that were closed in the last 30 days.
    RecentlyShipped,
    /// All of these.
    All,
}

/// A form, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum FormChoice {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// What is known of one server.
struct Server {
    guild: GuildId,
    list: ReleaseList,
    /// Its releases in flight that cannot be read.
    unreadable: Vec<ReleaseKey>,
}

/// Carries out `tminus release …` at `now`, whether the bot runs or not.
///
/// # Errors
/// One sentence: the configuration or the database cannot be used, there is no such server, or `out` cannot be written
/// to.
pub async fn run(
    arguments: &ReleaseArguments,
    now: DateTime<Utc>,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let ReleaseCommand::List(arguments) = &arguments.command;
    let config = Config::load(&arguments.config)?;
    let database = &config.database.path;
    let mut connection = store::snapshot(database).await?;
    let mut known = guilds::with_releases(&mut connection).await?;
    if let Some(server) = arguments.server {
        known.retain(|guild| guild.0 == server);
        if known.is_empty() {
            bail!(
                "{} knows no release of a server {server}: `tminus release list` without --server lists those of all",
                database.display()
            );
        }
    }
    let listed = match arguments.show {
        ListChoice::InFlight => Listed::InFlight,
        ListChoice::Upcoming => Listed::Upcoming,
        ListChoice::RecentlyShipped => Listed::RecentlyShipped,
        ListChoice::All => Listed::All,
    };
    let servers = read(&mut connection, &config.calendar, &known, listed, now).await?;
    store::let_go(connection).await?;
    let written = match arguments.format {
        FormChoice::Text => text(&servers, listed),
        FormChoice::Json => format!("{:#}\n", json(&servers, listed, now)),
    };
    Ok(out.write_all(written.as_bytes())?)
}

async fn read(
    connection: &mut Connection,
    settings: &CalendarSettings,
    guilds: &[GuildId],
    listed: Listed,
    now: DateTime<Utc>,
) -> Result<Vec<Server>, StoreError> {
    let mut servers = Vec::new();
    for guild in guilds.iter().copied() {
        servers.push(Server {
            guild,
            list: ReleaseList::read(connection, settings, guild, listed, |_| true, now).await?,
            unreadable: releases::unreadable(connection, guild).await?,
        });
    }
    Ok(servers)
}

/// The lists for people, one server after the other. Times are those of the cut-off's zone.
fn text(servers: &[Server], listed: Listed) -> String {
    let mut lines: Vec<String> = Vec::new();
    for server in servers {
        let of_server = lines_of(server);
        if of_server.is_empty() {
            continue;
        }
        // What belongs to whom matters only where there are several.
        if servers.len() > 1 {
            lines.push(format!("Server {}", server.guild));
        }
        lines.extend(of_server);
    }
    if lines.is_empty() {
        let nothing = match listed {
            Listed::InFlight => "No release is in flight.",
            Listed::Upcoming => "No release is ahead of its first phase, and none is proposed.",
            Listed::RecentlyShipped => "No release was closed in the last 30 days.",
            Listed::All => "There is no release in flight, proposed or closed in the last 30 days.",
        };
        lines.push(nothing.to_owned());
    }
    lines.join("\n") + "\n"
}

fn lines_of(server: &Server) -> Vec<String> {
    let mut lines: Vec<String> = server.list.releases.iter().flat_map(lines_about).collect();
    lines.extend(server.list.proposed.iter().map(|(release, _)| {
        format!(
            "Proposed: {} {}, target {}, asked {}",
            typed(&release.version),
            typed(&release.title),
            release.target,
            local(release.due, release.zone)
        )
    }));
    lines.extend(
        server
            .unreadable
            .iter()
            .map(|key| format!("{key} cannot be read (docs/operations.md says what to do)")),
    );
    lines
}

fn lines_about(overview: &Overview) -> Vec<String> {
    let local = |at: DateTime<Utc>| local(at, overview.zone);
    let private = if overview.private { ", private" } else { "" };
    let target = overview
        .target
        .map_or_else(|| "TBD".to_owned(), |date| date.to_string());
    let mut lines = vec![format!(
        "{} {} ({}{private})",
        overview.key,
        typed(&overview.name),
        typed(&overview.product)
    )];
    let mut line = |what: &str, text: String| lines.push(format!("  {what:<13}{text}"));
    if let Some(held) = &overview.held {
        line("on hold", typed(held));
    }
    if let Some(begins) = overview.begins {
        line("begins", local(begins));
    }
    if let Some(closed) = overview.closed {
        line("closed", format!("{} by user {}", local(closed.at), closed.by));
    }
    if let Some(shipped) = overview.shipped {
        line("shipped", local(shipped));
    }
    let done = format!("{} of {} items done", overview.items.done, overview.items.all);
    match &overview.phase {
        Some(phase) if overview.closed.is_none() => {
            line("phase", format!("{}, {done}", typed(&phase.to_string())));
        }
        _ => line("progress", done),
    }
    if overview.overdue > 0 {
        let phases = if overview.overdue == 1 {
            "1 phase".to_owned()
        } else {
            format!("{} phases", overview.overdue)
        };
        line("overdue", phases);
    }
    if let Some((phase, at)) = &overview.next_cutoff {
        line(
            "next cut-off",
            format!("{}, {}", local(*at), typed(&phase.to_string())),
        );
    }
    line("target", target);
    line(
        "started",
        format!("{} by user {}", local(overview.started.at), overview.started.by),
    );
    for on_duty in &overview.on_duty {
        line("on duty", format!("user {on_duty}"));
    }
    for blocking in &overview.blockers {
        line("blocked by", words(blocking));
    }
    for (link, url) in &overview.links {
        line("link", format!("{}: {url}", typed(&link.title)));
    }
    lines
}

/// The lists as data; docs/record.md names the fields.
fn json(servers: &[Server], listed: Listed, now: DateTime<Utc>) -> Value {
    let releases = servers.iter().flat_map(|server| &server.list.releases);
    let proposed = servers.iter().flat_map(|server| {
        server
            .list
            .proposed
            .iter()
            .map(|(release, _)| (server.guild, release))
    });
    let unreadable = servers
        .iter()
        .flat_map(|server| server.unreadable.iter().map(|key| (server.guild, key)));
    json!({
        "format": 1,
        "taken_at": instant(now),
        "show": listed.as_str(),
        "releases": releases.map(release_of).collect::<Vec<_>>(),
        "proposed": proposed.map(|(guild, release)| proposal_of(guild, release)).collect::<Vec<_>>(),
        "unreadable": unreadable
            .map(|(guild, key)| json!({ "server": guild.to_string(), "key": key }))
            .collect::<Vec<_>>(),
    })
}

fn release_of(overview: &Overview) -> Value {
    let links = overview.links.iter();
    let act = |stamp: &Stamp| json!({ "by": stamp.by.to_string(), "at": instant(stamp.at) });
    json!({
        "server": overview.guild.to_string(),
        "key": overview.key,
        "name": overview.name,
        "versions": overview.versions,
        "product": overview.product,
        "playbook": overview.playbook,
        "private": overview.private,
        "channel": overview.channel.map(|channel| channel.to_string()),
        "on_hold": overview.held,
        "target": overview.target,
        "zone": overview.zone.name(),
        "begins": overview.begins.map(instant),
        "phase": overview.phase.as_ref().map(phase_of),
        "items": overview.items.all,
        "items_done": overview.items.done,
        "next_cutoff": overview.next_cutoff.as_ref().map(|(phase, at)| json!({
            "phase": phase_of(phase),
            "at": instant(*at),
        })),
        "phases_overdue": overview.overdue,
        "started": act(&overview.started),
        "on_duty": overview.on_duty.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "blockers": overview.blockers.iter().map(words).collect::<Vec<_>>(),
        "links": links
            .map(|(link, url)| json!({ "id": link.id, "title": link.title, "url": url }))
            .collect::<Vec<_>>(),
        "closed": overview.closed.as_ref().map(act),
        "shipped_at": overview.shipped.map(instant),
    })
}

fn proposal_of(guild: GuildId, release: &RecurringRelease) -> Value {
    json!({
        "server": guild.to_string(),
        "version": release.version,
        "title": release.title,
        "playbook": release.playbook,
        "target": release.target,
        "asked_at": instant(release.due),
    })
}

pub(super) fn phase_of(phase: &PhaseLabel) -> Value {
    json!({ "id": phase.id, "label": phase.offset.label(), "title": phase.title })
}

/// RFC 3339, UTC.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// "2026-12-04 10:00 America/Los_Angeles"
pub(super) fn local(at: DateTime<Utc>, zone: Zone) -> String {
    format!("{} {}", zone.to_local(at).format("%Y-%m-%d %H:%M"), zone.name())
}

/// What stands in the way, without Discord's marks.
fn words(blocking: &Blocking) -> String {
    unmarked(&render::blocking(blocking), str::to_owned)
}
