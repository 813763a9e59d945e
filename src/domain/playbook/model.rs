//! A playbook that has been read and found in order.

use std::collections::BTreeSet;

use chrono::{NaiveTime, TimeDelta};
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::{Calendar, CalendarName};
use crate::domain::file::Problems;
use crate::domain::hours::{Hours, WorkingHours};
use crate::domain::offset::{Offset, Roll};
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::playbook::{
    AnnouncementRule, Condition, ConditionId, Criterion, DecisionRules, DoneBy, EvidenceKind, ItemId,
    LadderRules, LinkId, PhaseId, RoleId, limits, read, schema,
};
use crate::domain::recurring::Recurring;
use crate::domain::zone::Zone;

/// One process, from its file. A release keeps a copy of it in JSON, so that later edits of the file do not reach
/// the release (S6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Playbook {
    /// The name of the file without `.toml`; people name the playbook by it.
    pub id: String,
    /// What people call the process.
    pub title: String,
    /// What it is for, in a sentence or two.
    pub summary: String,
    /// The product that it releases.
    pub product: String,
    /// Which versions it releases.
    pub version: VersionRule,
    /// Whose days off count.
    pub calendar: CalendarName,
    /// When the cut-off of a phase is on its date (S7).
    pub cutoff: CutOff,
    /// When the working day begins, local time in the zone of the cut-off.
    pub workday_start: NaiveTime,
    /// That its releases come again, if they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recurring: Option<Recurring>,
    /// How people are reminded.
    #[serde(default)]
    pub reminders: LadderRules,
    /// What becomes of the announcement.
    #[serde(default, skip_serializing_if = "AnnouncementRule::is_default")]
    pub announcement: AnnouncementRule,
    /// Pages about the whole process.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// What may hold for a release, so that some items apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
    /// Who decides whether to ship; the Release Manager alone if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionRules>,
    /// Who takes part, in the order in which they are listed to people.
    pub roles: Vec<RoleDefinition>,
    /// The phases, from the earliest to the latest.
    pub phases: Vec<Phase>,
}

/// Which versions a playbook accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRule {
    /// A regular expression for the whole version.
    pub pattern: String,
    /// A version that it accepts.
    pub example: String,
}

/// A time of day in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CutOff {
    /// Local time.
    pub time: NaiveTime,
    /// Where.
    pub zone: Zone,
}

/// A role and its title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleDefinition {
    /// Its id.
    pub id: RoleId,
    /// What people call it.
    pub title: String,
    /// When it works on a working day; the hours of the playbook if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// Where it works; where the cut-off is counted if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
}

/// A stage of a release, with a date of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phase {
    /// Its id.
    pub id: PhaseId,
    /// What people call it.
    pub title: String,
    /// How far from the target date it is.
    #[serde(rename = "when", alias = "t_minus")]
    pub offset: Offset,
    /// Where its date moves when it is a day off; hours and working days never land on one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub if_day_off: Option<Roll>,
    /// What to know about the whole phase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What is said in the release channel when its day begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begins: Option<String>,
    /// What has to hold before its items may be ticked; empty for a phase that is open from the start (S22).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub opens_when: Vec<Criterion>,
    /// Whether it has to be complete before whoever is on duty may leave, once its day has begun (S45).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guarded: bool,
    /// The conditions under which it has to be, where it does not always (S46).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guarded_if: Vec<ConditionId>,
    /// The pages that it has in each release, with an address of their own every time (S40).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<PhaseLink>,
    /// What is to be done, in the order of the file; never empty in a file.
    pub items: Vec<Item>,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Who does it.
    pub role: RoleId,
    /// What to do: one line of at most 90 characters, so that a list of choices can show it.
    pub title: String,
    /// More about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<String>,
    /// Who else takes part, apart from `role`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<RoleId>,
    /// Where to look.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// How to do it, one step after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// An earlier item of the same phase and role, below which this one is shown indented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under: Option<ItemId>,
    /// It is due on each working day until this phase, its own or a later one, is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub daily_until: Option<PhaseId>,
    /// Who may tick it.
    #[serde(default, skip_serializing_if = "DoneBy::is_default")]
    pub done_by: DoneBy,
    /// What has to be shown before it counts as done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceKind>,
    /// The items that have to be settled before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<ItemId>,
    /// It applies only to releases of which this holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<ConditionId>,
    /// It is done once for each version that the release ships.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub per_version: bool,
    /// What everybody is told the release is when this item is done, and each other one that says the same (S4).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announces: Option<String>,
    /// The requirements that it fulfils, such as `S12`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proves: Vec<String>,
}

/// A page on the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it shows.
    pub title: String,
    /// Its address, `http` or `https`.
    pub url: String,
}

/// A page that belongs to a phase of each release; a release says where its own is (S40).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseLink {
    /// Its id.
    pub id: LinkId,
    /// What it shows.
    pub title: String,
}

impl Playbook {
    /// Reads the text of a playbook file. `file` is its name or path: the last part without `.toml` becomes the
    /// playbook's id, and problems are reported under it.
    ///
    /// # Errors
    /// All problems of the file.
    pub fn read(file: &str, text: &str) -> Result<Playbook, Problems> {
        read::read(file, text)
    }

    /// The JSON Schema of the file format, for editors.
    #[must_use]
    pub fn json_schema() -> serde_json::Value {
        schema::json_schema()
    }

    /// All items with their phases, in the order of the file.
    pub fn items(&self) -> impl Iterator<Item = (&Phase, &Item)> {
        self.phases
            .iter()
            .flat_map(|phase| phase.items.iter().map(move |item| (phase, item)))
    }

    /// The item of this id.
    #[must_use]
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items().map(|(_, item)| item).find(|item| item.id == *id)
    }

    /// What has to be chosen when a release starts, each with the conditions of which exactly one holds.
    #[must_use]
    pub fn choices(&self) -> Vec<(&str, Vec<&Condition>)> {
        let mut choices: Vec<(&str, Vec<&Condition>)> = Vec::new();
        for condition in &self.conditions {
            let Some(what) = condition.one_of.as_deref() else {
                continue;
            };
            match choices.iter_mut().find(|(known, _)| *known == what) {
                Some((_, conditions)) => conditions.push(condition),
                None => choices.push((what, vec![condition])),
            }
        }
        choices
    }

    /// The pages that the phases have in each release, in the order of the file.
    pub fn phase_links(&self) -> impl Iterator<Item = &PhaseLink> {
        self.phases.iter().flat_map(|phase| &phase.links)
    }

    /// The phase that this item belongs to.
    #[must_use]
    pub fn phase_of(&self, id: &ItemId) -> Option<&Phase> {
        self.items()
            .find(|(_, item)| item.id == *id)
            .map(|(phase, _)| phase)
    }

    /// The phase of this id.
    #[must_use]
    pub fn phase(&self, id: &PhaseId) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.id == *id)
    }

    /// The phase of the target date itself, or the last one where no phase is counted so.
    #[must_use]
    pub fn shipping_phase(&self) -> Option<&Phase> {
        let mut phases = self.phases.iter();
        phases
            .find(|phase| phase.offset.amount == 0)
            .or(self.phases.last())
    }

    /// The role of this id.
    #[must_use]
    pub fn role(&self, id: &RoleId) -> Option<&RoleDefinition> {
        self.roles.iter().find(|role| role.id == *id)
    }

    /// When people work unless their role says otherwise: from the beginning of the working day to 17:00, or to an hour
    /// after a cut-off that is not earlier.
    #[must_use]
    pub fn usual_hours(&self) -> Hours {
        let last = NaiveTime::from_hms_opt(23, 59, 0).unwrap_or(NaiveTime::MIN);
        let closes = NaiveTime::from_hms_opt(17, 0, 0).unwrap_or(last);
        let latest = self.cutoff.time.max(self.workday_start);
        let after = latest.overflowing_add_signed(TimeDelta::hours(1));
        Hours {
            opens: self.workday_start,
            closes: match after {
                _ if latest < closes => closes,
                (after, 0) => after,
                _ => last,
            },
        }
    }

    /// The working hours of this role, or the usual ones for whoever is no role.
    #[must_use]
    pub fn working_hours<'a>(&self, role: Option<&RoleId>, calendar: &'a Calendar) -> WorkingHours<'a> {
        let role = role.and_then(|role| self.role(role));
        WorkingHours {
            hours: role
                .and_then(|role| role.hours)
                .unwrap_or_else(|| self.usual_hours()),
            zone: role.and_then(|role| role.zone).unwrap_or(self.cutoff.zone),
            calendar,
        }
    }

    /// Whether somebody who holds these roles plays one of its roles.
    #[must_use]
    pub fn is_played_by(&self, held: &BTreeSet<RoleId>) -> bool {
        self.roles.iter().any(|role| held.contains(&role.id))
    }

    /// The working hours of whoever leads its releases.
    #[must_use]
    pub fn lead_hours<'a>(&self, calendar: &'a Calendar) -> WorkingHours<'a> {
        let lead = self.roles.iter().find(|role| role.id.as_str() == RELEASE_MANAGER);
        self.working_hours(lead.map(|role| &role.id), calendar)
    }

    /// Whether this playbook releases versions such as `version`.
    #[must_use]
    pub fn accepts_version(&self, version: &str) -> bool {
        self.version.accepts(version)
    }
}

impl VersionRule {
    /// Three numbers without leading zeros: `7.2.1`.
    pub const DEFAULT_PATTERN: &'static str = r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$";

    /// An example for [`VersionRule::DEFAULT_PATTERN`].
    pub const DEFAULT_EXAMPLE: &'static str = "7.2.1";

    /// Whether the pattern matches the whole of `version`, which has at most 40 characters.
    #[must_use]
    pub fn accepts(&self, version: &str) -> bool {
        self.first_refused([version]).is_none()
    }

    /// The first of these versions that is refused.
    #[must_use]
    pub fn first_refused<V: AsRef<str>>(&self, versions: impl IntoIterator<Item = V>) -> Option<V> {
        // The leftmost match may be shorter than another one, so the pattern itself is anchored.
        let alone = Regex::new(&self.pattern);
        let whole = alone.and_then(|pattern| Regex::new(&format!(r"\A(?:{})\z", pattern.as_str())));
        versions.into_iter().find(|version| {
            let version = version.as_ref();
            version.chars().count() > limits::VERSION
                || !whole.as_ref().is_ok_and(|whole| whole.is_match(version))
        })
    }
}
