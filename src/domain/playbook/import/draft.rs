//! A playbook in the making: what both kinds of source fill, and how it becomes a file.

use std::collections::BTreeSet;

use super::names::{Ids, bounded, one_line, pieces, slug};
use super::{Account, Import, Place, problem};
use crate::domain::file::{Problem, Problems};
use crate::domain::offset::Offset;
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::playbook::schema::{
    CutoffSection, ItemEntry, LinkEntry, PhaseEntry, PlaybookFile, RoleEntry, VersionSection,
};
use crate::domain::playbook::{Playbook, VersionRule, limits};

/// What is known so far.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) title: Option<String>,
    pub(super) summary: String,
    pub(super) calendar: Option<crate::domain::calendar::CalendarName>,
    /// Local time and zone.
    pub(super) cutoff: Option<(String, String)>,
    pub(super) links: Vec<LinkEntry>,
    pub(super) roles: Vec<RoleEntry>,
    pub(super) phases: Vec<PhaseEntry>,
    pub(super) account: Account,
    pub(super) problems: Vec<Problem>,
    phase_ids: Ids,
    item_ids: Ids,
}

impl Draft {
    /// Opens a phase, to which the items belong that come next; `text` is all that the source calls it.
    pub(super) fn phase(&mut self, title: &str, when: Offset, place: &Place, text: &str) {
        let id = self.phase_ids.give(title, "phase");
        self.account
            .read(place.clone(), format!("phase `{id}`, {when}"), text);
        self.phases.push(PhaseEntry {
            id,
            title: bounded(title, limits::TITLE),
            when: when.to_string(),
            if_day_off: None,
            note: None,
            begins: None,
            opens_when: Vec::new(),
            guarded: None,
            guarded_if: Vec::new(),
            links: Vec::new(),
            items: Vec::new(),
        });
    }

    /// The id of the role that has this title, which may be new.
    pub(super) fn role(&mut self, title: &str, place: &Place) -> String {
        let id = Some(slug(title))
            .filter(|id| !id.is_empty())
            .unwrap_or_else(|| "role".to_owned());
        if !self.roles.iter().any(|role| role.id == id) {
            self.account.read(place.clone(), format!("role `{id}`"), title);
            self.roles.push(RoleEntry {
                id: id.clone(),
                title: bounded(named(title, "Role"), limits::TITLE),
                hours: None,
                zone: None,
            });
        }
        id
    }

    /// The role that leads; playbooks have one whether the source names it or not.
    pub(super) fn release_manager(&mut self) -> String {
        if !self.roles.iter().any(|role| role.id == RELEASE_MANAGER) {
            self.account.assumed.push(format!(
                "role `{RELEASE_MANAGER}`: it starts and closes releases, and does what names no role"
            ));
            self.roles.push(RoleEntry {
                id: RELEASE_MANAGER.to_owned(),
                title: "Release Manager".to_owned(),
                hours: None,
                zone: None,
            });
        }
        RELEASE_MANAGER.to_owned()
    }

    /// Puts an item into the phase that is open and gives its id, or leaves it when the phase is full.
    pub(super) fn item(
        &mut self,
        title: &str,
        role: &str,
        under: Option<String>,
        place: &Place,
    ) -> Option<String> {
        let phase = self.phases.last_mut()?;
        if phase.items.len() >= limits::ITEMS {
            let why = format!("a phase holds at most {} items", limits::ITEMS);
            self.account.leave(place.clone(), why, title);
            return None;
        }
        let id = self.item_ids.give(title, "item");
        phase.items.push(ItemEntry {
            id: id.clone(),
            role: role.to_owned(),
            title: bounded(named(title, "Item"), limits::ITEM_TITLE),
            details: None,
            with: BTreeSet::new(),
            steps: Vec::new(),
            links: Vec::new(),
            under,
            daily_until: None,
            done_by: None,
            evidence: None,
            needs: Vec::new(),
            only_if: None,
            per_version: None,
            announces: None,
            proves: Vec::new(),
        });
        Some(id)
    }

    /// The item that was put in last but for `back` others.
    pub(super) fn recent(&mut self, back: usize) -> Option<&mut ItemEntry> {
        self.phases.last_mut()?.items.iter_mut().rev().nth(back)
    }

    /// Adds text to what is known of the newest item: to its details, then to its steps.
    pub(super) fn explain(&mut self, back: usize, text: &str, place: &Place) {
        let Some(item) = self.recent(back) else { return };
        let mut rest = one_line(text);
        let used = item
            .details
            .as_ref()
            .map_or(0, |details| details.chars().count() + 1);
        let fits = rest.chars().count() + used <= limits::DETAILS;
        if item.steps.is_empty() && (fits || used == 0) {
            let mut parts = pieces(&rest, limits::DETAILS).into_iter();
            let first = parts.next().unwrap_or_default();
            item.details = match item.details.take() {
                Some(details) => Some(format!("{details}\n{first}")),
                None => Some(first).filter(|first| !first.is_empty()),
            };
            rest = parts.collect::<Vec<_>>().join(" ");
        }
        let mut steps = pieces(&rest, limits::STEP);
        let room = limits::LIST.saturating_sub(item.steps.len()).min(steps.len());
        let over = steps.split_off(room);
        item.steps.extend(steps);
        if !over.is_empty() {
            self.account.leave(
                place.clone(),
                "no room in the details of its item",
                &over.join(" "),
            );
        }
    }

    /// Adds a text to the note of the phase that is open.
    pub(super) fn note(&mut self, text: &str, place: &Place) {
        let Some(phase) = self.phases.last_mut() else {
            return;
        };
        let note = phase
            .note
            .as_ref()
            .map_or_else(|| text.to_owned(), |note| format!("{note}\n{text}"));
        if note.chars().count() > limits::SUMMARY {
            let why = format!("the note of a phase has at most {} characters", limits::SUMMARY);
            self.account.leave(place.clone(), why, text);
        } else {
            phase.note = Some(note);
        }
    }

    /// Adds a text to the summary; false when it has no room.
    pub(super) fn summarise(&mut self, text: &str) -> bool {
        let blank = if self.summary.is_empty() { "" } else { "\n" };
        let summary = format!("{}{blank}{text}", self.summary);
        let fits = summary.chars().count() <= limits::SUMMARY;
        if fits {
            self.summary = summary;
        }
        fits
    }

    /// The playbook of all this.
    pub(super) fn finish(mut self, file: &str) -> Result<Import, Problems> {
        self.release_manager();
        self.assume_what_is_missing(file);
        for (count, most, what) in [
            (self.roles.len(), limits::ROLES, "roles"),
            (self.phases.len(), limits::PHASES, "phases"),
        ] {
            if count > most {
                let (found, expected) = (format!("{count} {what}"), format!("at most {most}"));
                self.problems
                    .push(problem(file, 1, "the process", &found, &expected));
            }
        }
        if !self.problems.is_empty() {
            self.problems.sort();
            return Err(Problems {
                problems: self.problems,
            });
        }
        let (time, zone) = self.cutoff.unwrap_or_default();
        let written = PlaybookFile {
            title: self.title.unwrap_or_default(),
            summary: self.summary,
            product: PRODUCT.to_owned(),
            calendar: self.calendar,
            workday_start: None,
            version: Some(VersionSection {
                pattern: VersionRule::DEFAULT_PATTERN.to_owned(),
                example: VersionRule::DEFAULT_EXAMPLE.to_owned(),
            }),
            cutoff: CutoffSection { time, zone },
            recurring: None,
            reminders: None,
            announcement: None,
            links: self.links,
            conditions: Vec::new(),
            decision: None,
            roles: self.roles,
            phases: self.phases,
        };
        let impossible = |reason: String| Problems {
            problems: vec![problem(
                file,
                1,
                "the playbook made of it",
                &reason,
                "one that can be written",
            )],
        };
        let body = toml::to_string_pretty(&written).map_err(|error| impossible(error.to_string()))?;
        let toml = format!("{}{body}", comments(file, &self.account));
        let playbook = Playbook::read("imported.toml", &toml)?;
        Ok(Import {
            toml,
            playbook,
            account: self.account,
        })
    }

    fn assume_what_is_missing(&mut self, file: &str) {
        let assumed = &mut self.account.assumed;
        if self.title.is_none() {
            self.title = Some("Imported process".to_owned());
            assumed.push("title = \"Imported process\"".to_owned());
        }
        if self.summary.is_empty() {
            self.summary = format!("Imported from {}.", bounded(file, limits::TITLE));
            assumed.push(format!("summary = \"{}\"", self.summary));
        }
        assumed.push(format!("product = \"{PRODUCT}\""));
        assumed.push(format!(
            "[version]: three numbers such as {}",
            VersionRule::DEFAULT_EXAMPLE
        ));
        if self.calendar.is_none() {
            self.calendar = Some(crate::domain::calendar::CalendarName::UsCaConcurrent);
            assumed.push("calendar = \"us-ca-concurrent\"".to_owned());
        }
        if self.cutoff.is_none() {
            self.cutoff = Some(("10:00".to_owned(), "America/Los_Angeles".to_owned()));
            assumed.push("[cutoff]: 10:00 America/Los_Angeles".to_owned());
        }
    }
}

/// What is released, until somebody says.
const PRODUCT: &str = "Product";

/// The title, or what stands for one that is empty.
fn named<'t>(title: &'t str, otherwise: &'t str) -> &'t str {
    if one_line(title).is_empty() {
        otherwise
    } else {
        title
    }
}

/// What a person has to look at, as comments at the top of the file.
fn comments(file: &str, account: &Account) -> String {
    let mut lines = vec![format!("Imported from {}.", one_line(file))];
    if !account.assumed.is_empty() {
        lines.push("Assumed, because it does not say:".to_owned());
        lines.extend(account.assumed.iter().map(|assumed| format!("  {assumed}")));
    }
    if !account.left.is_empty() {
        lines.push("Not placed:".to_owned());
        lines.extend(account.left.iter().map(|entry| format!("  {entry}")));
    }
    let lines = lines.iter().map(|line| format!("# {}\n", line.trim_end()));
    lines.chain(["\n".to_owned()]).collect()
}

/// A link as files have it, or nothing when its address is none of the web.
pub(super) fn link(title: &str, url: &str) -> Option<LinkEntry> {
    let unsafe_character = |character: char| {
        character.is_whitespace() || character.is_control() || matches!(character, '<' | '>' | '"' | '\\')
    };
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"))?;
    let begins_well = rest.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '[');
    let fits = url.chars().count() <= limits::ADDRESS && !url.contains(unsafe_character);
    let title = if one_line(title).is_empty() { url } else { title };
    (begins_well && fits).then(|| LinkEntry {
        title: bounded(title, limits::TITLE),
        url: url.to_owned(),
    })
}
