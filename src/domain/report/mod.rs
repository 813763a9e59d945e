//! The record of a release, to hand on: JSON for programs, CSV for tables, Markdown for people, iCalendar for calendars.
//!
//! A report is built once from the release, its plan and its timeline, and written in any of these forms. It names
//! people where their names are known and by their number elsewhere. The form of JSON is described in docs/record.md.

mod dates;
mod escalation;
mod figures;
mod markdown;
mod picture;
mod room;
mod table;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;

pub use self::figures::Figures;
pub use self::room::RoomFacts;

use crate::domain::calendar::Calendar;
use crate::domain::ids::{GuildId, UserId};
use crate::domain::person::Stamp;
use crate::domain::plan::Plan;
use crate::domain::playbook::{Item, Phase};
use crate::domain::release::{Event, Release, TimelineEvent};
use crate::domain::scorecard::{self, Scorecard};
use crate::domain::zone::Zone;

/// The number of the form of JSON: a field that is added leaves it, one that is changed or taken away raises it.
pub const FORMAT: u32 = 1;

/// A form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Markdown,
    /// For programs.
    Json,
    /// The timeline as a table.
    Csv,
    /// The cut-offs of the phases.
    Ics,
}

impl Form {
    /// Each form.
    pub const EACH: [Self; 4] = [Self::Markdown, Self::Json, Self::Csv, Self::Ics];

    /// How the name of such a file ends, without the dot.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Ics => "ics",
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.extension())
    }
}

/// What a report is built from.
pub struct Facts<'a> {
    /// The release.
    pub release: &'a Release,
    /// Its plan.
    pub plan: &'a Plan,
    /// Its timeline, oldest first.
    pub events: &'a [TimelineEvent],
    /// The calendar that its working days are counted by.
    pub calendar: &'a Calendar,
    /// The instant of the report.
    pub taken_at: DateTime<Utc>,
    /// The names of people, as far as they are known.
    pub people: &'a BTreeMap<UserId, String>,
    /// An event in plain words, as the end of a sentence that begins with who did it.
    pub tell: &'a dyn Fn(&Event) -> String,
}

/// The record of one release. What is serialised is the form of JSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// [`FORMAT`].
    pub format: u32,
    /// When it was taken.
    pub taken_at: DateTime<Utc>,
    /// The release itself.
    pub release: ReleaseFacts,
    /// How it went.
    pub scorecard: Figures,
    /// Its phases, in the order of the playbook.
    pub phases: Vec<PhaseFacts>,
    /// What there is beside the checklist.
    pub room: RoomFacts,
    /// What happened, oldest first.
    pub timeline: Vec<EventFacts>,
    #[serde(skip)]
    guild: GuildId,
    #[serde(skip)]
    name: String,
    #[serde(skip)]
    zone: Zone,
    #[serde(skip)]
    card: Scorecard,
}

/// What a release is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseFacts {
    /// What people call it.
    pub key: String,
    /// The version.
    pub version: String,
    /// The versions that ship with it.
    pub further_versions: Vec<String>,
    /// What holds for it, by the titles of the playbook's conditions (S19, S31).
    pub conditions: Vec<String>,
    /// A few words that people chose, or null.
    pub title: Option<String>,
    /// The product.
    pub product: String,
    /// The class of reason (S1).
    pub reason: String,
    /// The title of the playbook.
    pub playbook: String,
    /// The zone of its cut-offs.
    pub zone: String,
    /// Its target date, or null.
    pub target: Option<NaiveDate>,
    /// Who started it, and when.
    pub opened: Act,
    /// Who closed it, and when; null while it is in flight.
    pub closed: Option<Act>,
    /// Its roles, in the order of the playbook.
    pub roles: Vec<RoleFacts>,
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RoleFacts {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub title: String,
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonFacts {
    /// The number of the person at Discord, in digits.
    pub id: String,
    /// The name, or null where it is not known.
    pub name: Option<String>,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Act {
    /// The person; null for T-minus itself.
    pub by: Option<PersonFacts>,
    /// The instant.
    pub at: DateTime<Utc>,
    /// Why, where a reason is asked for; else null.
    pub reason: Option<String>,
}

/// A phase with its dates and items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PhaseFacts {
    /// Its id.
    pub id: String,
    /// "T−4".
    pub label: String,
    /// What people call it.
    pub title: String,
    /// Its date by the first target date, or null.
    pub first_planned: Option<Planned>,
    /// Its date by the target date that holds, or null.
    pub planned: Option<Planned>,
    /// When the last of its items was settled; null while one is open.
    pub completed_at: Option<DateTime<Utc>>,
    /// Its items, in the order of the playbook.
    pub items: Vec<ItemFacts>,
}

/// When something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The date.
    pub date: NaiveDate,
    /// The cut-off on it.
    pub cutoff_at: DateTime<Utc>,
}

/// An item and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemFacts {
    /// Its id.
    pub id: String,
    /// What to do.
    pub title: String,
    /// The id of its role.
    pub role: String,
    /// The ids of the roles that take part.
    pub with: Vec<String>,
    /// What became of it.
    pub state: ItemState,
    /// Who settled it, when and why; null while it is open.
    pub settled: Option<Act>,
    /// What was shown for it, or null.
    pub evidence: Option<String>,
    /// The cut-off that it missed while the clock ran, or null.
    pub missed: Option<DateTime<Utc>>,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemState {
    /// Nobody has settled it.
    Open,
    /// Somebody did it.
    Done,
    /// Somebody said why it does not apply (S30).
    NotApplicable,
}

/// An event of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventFacts {
    /// The instant.
    pub at: DateTime<Utc>,
    /// The person; null for T-minus itself.
    pub by: Option<PersonFacts>,
    /// Which kind of event, as "item-done".
    pub kind: String,
    /// What happened, in words.
    pub text: String,
    /// The same as it is stored, with ids of Discord as digits.
    pub facts: Value,
}

impl Report {
    /// The report of these facts.
    #[must_use]
    pub fn new(facts: &Facts<'_>) -> Self {
        let release = facts.release;
        let card = scorecard::of(release, facts.events, facts.calendar, facts.taken_at);
        let first_plan = scorecard::first_plan(release, &card, facts.calendar);
        let phase = |phase| facts.phase(phase, &first_plan, &card);
        Self {
            format: FORMAT,
            taken_at: facts.taken_at,
            release: facts.what(),
            scorecard: Figures::of(&card, facts),
            phases: release.playbook.phases.iter().map(phase).collect(),
            room: RoomFacts::of(facts),
            timeline: facts.events.iter().map(|event| facts.event(event)).collect(),
            guild: release.guild,
            name: release.name(),
            zone: release.playbook.cutoff.zone,
            card,
        }
    }

    /// The report in one form, as the bytes of a file.
    #[must_use]
    pub fn write(&self, form: Form) -> String {
        match form {
            Form::Markdown => markdown::write(self),
            Form::Json => {
                // Nothing in it has keys that are no text, so it can be written.
                let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
                json.push('\n');
                json
            }
            Form::Csv => table::write(self),
            Form::Ics => dates::write(self),
        }
    }

    /// What a file of it is called: "REL-2026-12-001.md".
    #[must_use]
    pub fn file_name(&self, form: Form) -> String {
        format!("{}.{form}", self.release.key)
    }

    /// "7.2.1 Login fix".
    fn name(&self) -> &str {
        &self.name
    }
}

impl Facts<'_> {
    fn what(&self) -> ReleaseFacts {
        let release = self.release;
        let playbook = &release.playbook;
        let closed = release.closed.as_ref();
        let holds = |id| release.variation.conditions.contains(id);
        let conditions = playbook
            .conditions
            .iter()
            .filter(|condition| holds(&condition.id));
        let roles = playbook.roles.iter().map(|role| RoleFacts {
            id: role.id.to_string(),
            title: role.title.clone(),
        });
        ReleaseFacts {
            key: release.key.to_string(),
            version: release.version.clone(),
            further_versions: release.variation.further_versions.clone(),
            conditions: conditions.map(|condition| condition.title.clone()).collect(),
            title: release.title.clone(),
            product: playbook.product.clone(),
            reason: release.reason.to_string(),
            playbook: playbook.title.clone(),
            zone: playbook.cutoff.zone.name().to_owned(),
            target: release.target,
            opened: self.act(release.opened, None),
            closed: closed.map(|closure| self.act(closure.stamp, closure.override_reason.clone())),
            roles: roles.collect(),
        }
    }

    fn person(&self, user: UserId) -> Option<PersonFacts> {
        (user != UserId::ITSELF).then(|| PersonFacts {
            id: user.to_string(),
            name: self.people.get(&user).cloned(),
        })
    }

    fn act(&self, stamp: Stamp, reason: Option<String>) -> Act {
        Act {
            by: self.person(stamp.by),
            at: stamp.at,
            reason,
        }
    }

    fn phase(&self, phase: &Phase, first_plan: &Plan, card: &Scorecard) -> PhaseFacts {
        let planned = |plan: &Plan| {
            plan.phase(&phase.id).map(|planned| Planned {
                date: planned.date,
                cutoff_at: planned.cutoff_at,
            })
        };
        let items: Vec<ItemFacts> = phase.items.iter().map(|item| self.item(item, card)).collect();
        let settled: Option<Vec<_>> = items
            .iter()
            .map(|item| item.settled.as_ref().map(|act| act.at))
            .collect();
        PhaseFacts {
            id: phase.id.to_string(),
            label: phase.offset.label(),
            title: phase.title.clone(),
            first_planned: planned(first_plan),
            planned: planned(self.plan),
            completed_at: settled.and_then(|settled| settled.into_iter().max()),
            items,
        }
    }

    fn item(&self, item: &Item, card: &Scorecard) -> ItemFacts {
        let completion = self.release.completions.get(&item.id);
        let late = card.late.iter().find(|late| late.item == item.id);
        ItemFacts {
            id: item.id.to_string(),
            title: item.title.clone(),
            role: item.role.to_string(),
            with: item.with.iter().map(ToString::to_string).collect(),
            evidence: completion
                .and_then(|completion| completion.evidence.as_ref())
                .map(|evidence| evidence.text.clone()),
            state: match completion {
                None => ItemState::Open,
                Some(completion) if completion.not_applicable.is_some() => ItemState::NotApplicable,
                Some(_) => ItemState::Done,
            },
            settled: completion.map(|done| self.act(done.stamp, done.not_applicable.clone())),
            missed: late.map(|late| late.cutoff_at),
        }
    }

    fn event(&self, event: &TimelineEvent) -> EventFacts {
        let mut facts = serde_json::to_value(&event.event).unwrap_or_default();
        let kind = facts.as_object_mut().and_then(|facts| {
            let kind = facts.remove("event");
            // What happened in the room has a kind of its own.
            facts.remove("did").or(kind)
        });
        digits(&mut facts);
        EventFacts {
            at: event.at,
            by: event.actor.and_then(|actor| self.person(actor)),
            kind: kind
                .and_then(|kind| kind.as_str().map(str::to_owned))
                .unwrap_or_default(),
            text: (self.tell)(&event.event),
            facts,
        }
    }
}

/// The greatest whole number that every reader of JSON keeps (RFC 8259, section 6).
const SAFE: u64 = 1 << 53;

/// Makes text of whole numbers that some readers of JSON would round: ids of Discord, all of which are greater.
fn digits(value: &mut Value) {
    match value {
        Value::Number(number) => {
            if let Some(great) = number.as_u64().filter(|number| *number > SAFE) {
                *value = Value::String(great.to_string());
            }
        }
        Value::Array(values) => values.iter_mut().for_each(digits),
        Value::Object(values) => values.values_mut().for_each(digits),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
