//! From the text of a file to the model, with all problems at once.
//!
//! The reader walks the parsed file once, reports what does not fit and goes on. [`value`] says what single values must
//! look like; here is the format itself.

mod decision;
mod items;
mod needs;
mod recurring;
mod reminders;
mod value;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveTime;
use toml::de::DeTable;

use self::decision::{read_conditions, read_decision};
use self::items::ItemReader;
use crate::domain::calendar::CalendarName;
use crate::domain::file::Problems;
use crate::domain::file::source::{Source, excerpt};
use crate::domain::file::table::{Located, Need, Table};
use crate::domain::offset::{OFFSET_FORM, Offset, Roll, Unit};
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::playbook::{
    AnnouncementRule, ConditionId, CutOff, LinkId, Phase, PhaseId, PhaseLink, Playbook, RoleDefinition,
    RoleId, VersionRule, limits,
};
use crate::domain::slug::{SLUG_FORM, is_slug};

/// Reads a playbook file; see [`Playbook::read`].
pub(super) fn read(file: &str, text: &str) -> Result<Playbook, Problems> {
    let source = Source::new(file, text);
    let (document, syntax_errors) = DeTable::parse_recoverable(text);
    let playbook = read_playbook(&source, document.get_ref());
    match (playbook, source.problems(&syntax_errors)) {
        (Some(playbook), None) => Ok(playbook),
        (_, problems) => Err(problems.unwrap_or(Problems { problems: Vec::new() })),
    }
}

/// Every key that the reader looks for in a file that has every kind of table.
#[cfg(test)]
pub(super) fn known_keys(text: &str) -> Vec<(&'static str, &'static str, bool)> {
    let source = Source::new("known.toml", text);
    let (document, _) = DeTable::parse_recoverable(text);
    read_playbook(&source, document.get_ref());
    source.known_keys()
}

/// When the working day begins, unless the file says otherwise: 09:00 local time.
const WORKDAY_START: NaiveTime = match NaiveTime::from_hms_opt(9, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};

fn read_playbook(source: &Source<'_>, document: &DeTable<'_>) -> Option<Playbook> {
    let file = Table::new(source, "playbook", "the playbook".to_owned(), document, 0..0);
    let id = read_id(source);
    let title = required_line(&file, "title", limits::TITLE);
    let summary = file.value(
        "summary",
        Need::Required,
        "what the process is for",
        value::paragraph(limits::SUMMARY),
    );
    let product = required_line(&file, "product", limits::TITLE);
    let version = read_version(&file);
    let calendar = file.value("calendar", Need::Optional, "", value::calendar);
    let (workday_start, cutoff) = read_times(&file);
    let recurring = recurring::read_recurring(&file, version.as_ref());
    let announcement = file.value("announcement", Need::Optional, "", value::announcement);
    let links = items::read_links(&file);
    let roles = read_roles(&file);
    let reminders = reminders::read_ladder(&file, &roles.definitions, workday_start, recurring.is_some());
    let conditions = read_conditions(&file, recurring.is_some());
    let decision = read_decision(&file, &roles);
    let declared = conditions.iter().map(|condition| condition.id.clone()).collect();
    let phases = read_phases(&file, &roles.declared, &declared);
    file.finish();
    Some(Playbook {
        id: id?,
        title: title?.value,
        summary: summary?.value,
        product: product?.value,
        version: version?,
        calendar: calendar.map_or(CalendarName::UsCaConcurrent, |calendar| calendar.value),
        cutoff: cutoff?,
        workday_start,
        recurring,
        reminders,
        announcement: announcement.map_or_else(AnnouncementRule::default, |rule| rule.value),
        links,
        conditions,
        decision,
        roles: roles.definitions,
        phases: phases?,
    })
}

fn read_id(source: &Source<'_>) -> Option<String> {
    let stem = source.stem();
    if is_slug(stem) {
        Some(stem.to_owned())
    } else {
        let expected = format!("{SLUG_FORM}, then `.toml`");
        source.report(
            &(0..0),
            "the name of the file".to_owned(),
            excerpt(stem),
            expected,
        );
        None
    }
}

fn read_version(file: &Table<'_>) -> Option<VersionRule> {
    let Some(version) = file.table("version", Need::Optional) else {
        return Some(VersionRule {
            pattern: VersionRule::DEFAULT_PATTERN.to_owned(),
            example: VersionRule::DEFAULT_EXAMPLE.to_owned(),
        });
    };
    let pattern = version.value("pattern", Need::Required, value::PATTERN, value::pattern);
    let example = required_line(&version, "example", limits::VERSION);
    version.finish();
    let (pattern, example) = (pattern?.value, example?);
    let rule = VersionRule {
        pattern,
        example: example.value,
    };
    if !rule.accepts(&rule.example) {
        let expected = format!("a version that the pattern {} accepts", excerpt(&rule.pattern));
        version.mismatch("example", &example.place, excerpt(&rule.example), expected);
    }
    Some(rule)
}

fn read_times(file: &Table<'_>) -> (NaiveTime, Option<CutOff>) {
    let start = file.value("workday_start", Need::Optional, "", value::time);
    let start = start.map_or(WORKDAY_START, |start| start.value);
    let Some(table) = file.table("cutoff", Need::Required) else {
        return (start, None);
    };
    let time = table.value("time", Need::Required, value::TIME, value::time);
    let zone = table.value("zone", Need::Required, value::ZONE, value::zone);
    table.finish();
    if let Some(time) = time.as_ref().filter(|time| time.value <= start) {
        let found = excerpt(&time.value.format("%H:%M").to_string());
        let expected = format!(
            "a time after the working day begins (`workday_start`, {})",
            start.format("%H:%M")
        );
        table.mismatch("time", &time.place, found, expected);
    }
    let cutoff = time.zip(zone).map(|(time, zone)| CutOff {
        time: time.value,
        zone: zone.value,
    });
    (start, cutoff)
}

fn read_roles(file: &Table<'_>) -> Roles {
    let mut seen = BTreeMap::new();
    let mut roles = Roles::default();
    for table in file.tables("roles", "role", Need::Required, limits::ROLES) {
        let id = table.value("id", Need::Required, SLUG_FORM, value::slug::<RoleId>);
        let title = required_line(&table, "title", limits::TITLE);
        let hours = table.value("hours", Need::Optional, "", value::hours);
        let zone = table.value("zone", Need::Optional, "", value::zone);
        table.finish();
        if let Some(id) = &id {
            report_repetition(&table, id, &mut seen);
        }
        let declared = id.as_ref().map(|id| id.value.clone()).or_else(|| {
            // What the id was meant to be, so that the items of this role are not reported as well.
            value::repaired_slug(table.raw_text("id")?).parse().ok()
        });
        roles.declared.extend(declared);
        if let (Some(id), Some(title)) = (id, title) {
            roles.definitions.push(RoleDefinition {
                id: id.value,
                title: title.value,
                hours: hours.map(|hours| hours.value),
                zone: zone.map(|zone| zone.value),
            });
        }
    }
    let leads = |role: &RoleId| role.as_str() == RELEASE_MANAGER;
    if !roles.declared.is_empty() && !roles.declared.iter().any(leads) {
        let expected = format!("a role with the id `{RELEASE_MANAGER}`, who starts and closes releases");
        file.mismatch("roles", &(0..0), "none that leads".to_owned(), expected);
    }
    roles
}

/// The roles of a file.
#[derive(Default)]
struct Roles {
    /// Those in order.
    definitions: Vec<RoleDefinition>,
    /// All that items may refer to.
    declared: BTreeSet<RoleId>,
}

fn read_phases(
    file: &Table<'_>,
    roles: &BTreeSet<RoleId>,
    conditions: &BTreeSet<ConditionId>,
) -> Option<Vec<Phase>> {
    let tables = file.tables("phases", "phase", Need::Required, limits::PHASES);
    let ids: Vec<&str> = tables
        .iter()
        .map(|table| table.raw_text("id").unwrap_or_default())
        .collect();
    let mut reader = PhaseReader {
        seen: BTreeMap::new(),
        previous: None,
        links: BTreeMap::new(),
        items: ItemReader::new(roles, conditions, &ids),
    };
    let phases: Vec<Option<Phase>> = tables.iter().map(|table| reader.read(table)).collect();
    needs::check(file, reader.items);
    phases.into_iter().collect()
}

/// Reads one phase after the other.
struct PhaseReader<'r> {
    /// The phases so far, each with its line.
    seen: BTreeMap<PhaseId, usize>,
    /// The offset of the phase before.
    previous: Option<Offset>,
    /// The links of the phases so far, each with its line.
    links: BTreeMap<LinkId, usize>,
    items: ItemReader<'r>,
}

impl PhaseReader<'_> {
    fn read(&mut self, table: &Table<'_>) -> Option<Phase> {
        let id = table.value("id", Need::Required, SLUG_FORM, value::slug::<PhaseId>);
        let title = required_line(table, "title", limits::TITLE);
        let offset = table.value("when", Need::Required, OFFSET_FORM, value::offset);
        let if_day_off = table.value("if_day_off", Need::Optional, "", value::roll);
        let note = table.value("note", Need::Optional, "", value::paragraph(limits::SUMMARY));
        let begins = table.value("begins", Need::Optional, "", value::line(limits::BEGINS));
        let opens_when = table.list("opens_when", limits::LIST, "a list of criteria", value::criterion);
        let guarded = table.value("guarded", Need::Optional, "", value::truth);
        let guarded_if = self.items.conditions_under(table, "guarded_if");
        let links = read_phase_links(table, &mut self.links);
        let items = self.items.read_phase(table);
        table.finish();
        if let Some(id) = &id {
            report_repetition(table, id, &mut self.seen);
        }
        if let Some(offset) = &offset {
            self.check_order(table, offset);
            check_roll(table, offset.value, if_day_off.as_ref());
        }
        Some(Phase {
            id: id?.value,
            title: title?.value,
            offset: offset?.value,
            if_day_off: if_day_off.map(|roll| roll.value),
            note: note.map(|note| note.value),
            begins: begins.map(|begins| begins.value),
            opens_when: opens_when.into_iter().map(|criterion| criterion.value).collect(),
            guarded: guarded.is_some_and(|guarded| guarded.value),
            guarded_if,
            links,
            items: items?,
        })
    }

    fn check_order(&mut self, table: &Table<'_>, offset: &Located<Offset>) {
        let earlier_or_same = |previous: &Offset| {
            offset
                .value
                .order(*previous)
                .is_some_and(std::cmp::Ordering::is_le)
        };
        if let Some(previous) = self.previous.filter(earlier_or_same) {
            let expected =
                format!("later than \"{previous}\", the phase before: phases stand in their order");
            table.mismatch(
                "when",
                &offset.place,
                excerpt(&offset.value.to_string()),
                expected,
            );
        }
        self.previous = Some(offset.value);
    }
}

/// The pages that a phase has in each release. Their ids are unique in the file, because people name a page by it alone.
fn read_phase_links(phase: &Table<'_>, seen: &mut BTreeMap<LinkId, usize>) -> Vec<PhaseLink> {
    let mut links = Vec::new();
    for table in phase.tables("links", "phase link", Need::Optional, limits::LIST) {
        let id = table.value("id", Need::Required, SLUG_FORM, value::slug::<LinkId>);
        let title = required_line(&table, "title", limits::TITLE);
        table.finish();
        if let Some(id) = &id {
            report_repetition(&table, id, seen);
        }
        links.extend(id.zip(title).map(|(id, title)| PhaseLink {
            id: id.value,
            title: title.value,
        }));
    }
    links
}

/// Only a date that was counted in days or months can turn out to be a day off.
fn check_roll(table: &Table<'_>, offset: Offset, roll: Option<&Located<Roll>>) {
    let Some(roll) = roll else { return };
    if matches!(offset.unit, Unit::WorkingDays | Unit::Hours) {
        let expected = format!("none: {offset} never has to move, only days and months do");
        table.mismatch("if_day_off", &roll.place, "a rule".to_owned(), expected);
    }
}

fn required_line(table: &Table<'_>, key: &'static str, limit: usize) -> Option<Located<String>> {
    table.value(
        key,
        Need::Required,
        &value::line_expected(limit),
        value::line(limit),
    )
}

/// Reports an id that was used before; `seen` holds each id with its line.
fn report_repetition<I: Clone + Ord + std::fmt::Display>(
    table: &Table<'_>,
    id: &Located<I>,
    seen: &mut BTreeMap<I, usize>,
) {
    if let Some(line) = seen.get(&id.value) {
        let expected = format!("an id of its own: line {line} has this one");
        table.mismatch("id", &id.place, excerpt(&id.value.to_string()), expected);
    } else {
        seen.insert(id.value.clone(), table.source.line(id.place.start));
    }
}
