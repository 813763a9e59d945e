//! The file format as data: what a playbook file holds before anything is checked.
//!
//! The JSON Schema that editors use is made from these types, and so is their help text, from the comments. The
//! reader is written by hand, because it reports every problem with its place; a test keeps the two together.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::calendar::CalendarName;
use crate::domain::offset::Roll;
use crate::domain::playbook::{AnnouncementRule, Criterion, DoneBy, EvidenceKind, limits};
use crate::domain::recurring::Mode;

/// The JSON Schema of a playbook file.
#[must_use]
pub(super) fn json_schema() -> serde_json::Value {
    schemars::schema_for!(PlaybookFile).to_value()
}

const LINE: &str = r"^.*\S.*$";
const SLUG: &str = r"^[a-z0-9]+(-[a-z0-9]+)*$";
const TIME: &str = r"^([01][0-9]|2[0-3]):[0-5][0-9]$";
const OFFSET: &str = r"^((250|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9]) (working days?|(calendar )?days?|hours?|months?) (before|after)|on the target date)$";
const HOURS: &str = r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$";
const BEFORE: &str = r"^(none|(250|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]?) (working days?|(calendar )?days?|hours?|months?) before)$";
const AFTER: &str = r"^(none|(250|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]?) (working days?|(calendar )?days?|hours?|months?) after)$";
const INTERVAL: &str = r"^(none|(250|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]?) (working days?|hours?) after)$";
const NAG: &str = r"^(none|each working day)$";
const ADDRESS: &str = r#"^https?://[A-Za-z0-9\[][^\s<>"\\]*$"#;

/// A T-minus playbook: one process, one file. The name of the file without `.toml` is the name of the playbook.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "T-minus playbook")]
pub struct PlaybookFile {
    /// What people call the process, for example "Dot release".
    #[schemars(length(max = limits::TITLE), regex(pattern = LINE))]
    pub title: String,
    /// What the process is for, in a sentence or two.
    #[schemars(length(min = 1, max = limits::SUMMARY))]
    pub summary: String,
    /// The product that it releases.
    #[schemars(length(max = limits::TITLE), regex(pattern = LINE))]
    pub product: String,
    /// Whose days off count. `us-ca-concurrent` when left out.
    pub calendar: Option<CalendarName>,
    /// When the working day begins, "HH:MM" local time in the zone of the cut-off. "09:00" when left out.
    #[schemars(regex(pattern = TIME))]
    pub workday_start: Option<String>,
    /// Which versions the playbook accepts. Three numbers such as 7.2.1 when left out.
    pub version: Option<VersionSection>,
    /// When the cut-off of each phase is on its date.
    pub cutoff: CutoffSection,
    /// That releases come again by themselves, in the servers that switch it on. Not at all when left out.
    pub recurring: Option<RecurringSection>,
    /// How people are reminded. A heads-up a working day before, the day, the cut-off and a nag each working day when
    /// left out.
    pub reminders: Option<RemindersSection>,
    /// What becomes of the announcement: "preview" drafts it at the start for the Release Manager, who has it posted;
    /// "none" drafts it when the Release Manager asks with `/release announce`. "preview" when left out.
    pub announcement: Option<AnnouncementRule>,
    /// Pages about the whole process.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::LIST))]
    pub links: Vec<LinkEntry>,
    /// What may hold for a release, so that some items apply; whoever starts one says which do.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::CONDITIONS))]
    pub conditions: Vec<ConditionEntry>,
    /// Who decides whether to ship. The Release Manager alone when left out.
    pub decision: Option<DecisionSection>,
    /// Who takes part, in the order in which people see them.
    #[schemars(length(min = 1, max = limits::ROLES))]
    pub roles: Vec<RoleEntry>,
    /// The stages of the process, from the earliest to the latest.
    #[schemars(length(min = 1, max = limits::PHASES))]
    pub phases: Vec<PhaseEntry>,
}

/// Something that holds for one release and not for another.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionEntry {
    /// How items refer to it. Lower-case words joined by hyphens.
    #[schemars(length(max = 40), regex(pattern = SLUG))]
    pub id: String,
    /// What holds, as people pick it: "It overlaps a regular release".
    #[schemars(length(max = limits::TITLE), regex(pattern = LINE))]
    pub title: String,
    /// What is chosen with it, for example "Release type": of all conditions that say the same, whoever starts a release
    /// names exactly one. It stands in the name of the release.
    #[schemars(length(max = limits::TITLE), regex(pattern = LINE))]
    pub one_of: Option<String>,
}

/// Who decides whether to ship.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DecisionSection {
    /// The ids of the roles that are asked, each with one vote.
    #[serde(default)]
    #[schemars(length(min = 1, max = limits::LIST), inner(length(max = 40), regex(pattern = SLUG)))]
    pub roles: Vec<String>,
    /// How many of them have to answer before "go" counts; all of them when left out.
    #[schemars(range(min = 1, max = limits::LIST))]
    pub quorum: Option<usize>,
}

/// Which versions the playbook accepts.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct VersionSection {
    /// A regular expression that matches the whole version. Use single quotes, so that backslashes stay as they are.
    #[schemars(length(max = limits::PATTERN), regex(pattern = LINE))]
    pub pattern: String,
    /// A version that the pattern accepts; people see it when theirs is refused.
    #[schemars(length(max = limits::VERSION), regex(pattern = LINE))]
    pub example: String,
}

/// When the cut-off of each phase is on its date.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CutoffSection {
    /// "HH:MM", local time, after the working day begins.
    #[schemars(regex(pattern = TIME))]
    pub time: String,
    /// The IANA name of the time zone, for example "America/Los_Angeles".
    #[schemars(length(min = 1))]
    pub zone: String,
}

/// That releases come again by themselves.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecurringSection {
    /// When, with its zone: "weekly, Tuesday 09:00 Pacific/Auckland", "daily 17:00 Europe/London", "every weekday 09:00
    /// Europe/London", "monthly, 1st Tuesday 10:00 America/Los_Angeles", or the five fields of cron as in "0 9 * * Tue
    /// Pacific/Auckland". At most once a day.
    #[schemars(regex(pattern = LINE))]
    pub at: String,
    /// What happens then: "propose" asks the Release Manager, "start" starts the release.
    pub mode: Mode,
    /// How far the target date is from that day: "4 working days after".
    #[schemars(regex(pattern = LINE))]
    pub target: String,
    /// How the version is made: {year}, {month}, {day} and {week} are those of the target date, {number} counts the
    /// releases of the product in the server. For example "{year}.{week}".
    #[schemars(regex(pattern = LINE))]
    pub version: String,
    /// How late it may still happen when the bot was away, for example "6 hours", which it is when left out.
    #[schemars(regex(pattern = LINE))]
    pub catch_up: Option<String>,
}

/// How people are reminded. Every step waits for the working hours of whoever it is for.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemindersSection {
    /// How long before a phase's date its roles hear of it for the first time, or "none".
    /// "1 working day before" when left out.
    #[schemars(regex(pattern = BEFORE))]
    pub heads_up: Option<String>,
    /// Whether roles are reminded when the working day of a cut-off begins. True when left out.
    pub day_of: Option<bool>,
    /// Whether the passing of a cut-off with open items is said. True when left out.
    pub at_cutoff: Option<bool>,
    /// When overdue items are nagged about: "each working day" or "none". "each working day" when left out.
    #[schemars(regex(pattern = NAG))]
    pub nag: Option<String>,
    /// The time of the nag, "HH:MM" local time of the role. When its working day begins when left out.
    #[schemars(regex(pattern = TIME))]
    pub nag_time: Option<String>,
    /// How long after a cut-off the Release Manager is addressed too, or "none". "1 working day after" when left out.
    #[schemars(regex(pattern = AFTER))]
    pub release_manager: Option<String>,
    /// How long after a cut-off the server's manager is addressed too, or "none". "2 working days after" when left out.
    #[schemars(regex(pattern = AFTER))]
    pub manager: Option<String>,
    /// How long after the start, and after each status update, the next one is due: working days or hours. What a status
    /// update says about the next one counts before this. "none" when left out.
    #[schemars(regex(pattern = INTERVAL))]
    pub updates: Option<String>,
    /// How long after the end the Release Manager is called for the retrospective, at the time of the cut-off, or
    /// "none". "3 working days after" when left out, and "none" for a playbook that recurs.
    #[schemars(regex(pattern = AFTER))]
    pub retrospective: Option<String>,
}

/// A role that takes part.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleEntry {
    /// How items refer to it. Lower-case words joined by hyphens, the same in every playbook.
    #[schemars(length(max = 40), regex(pattern = SLUG))]
    pub id: String,
    /// What people call it, for example "Release Manager".
    #[schemars(length(max = limits::TITLE), regex(pattern = LINE))]
    pub title: String,
    /// When it works on a working day, local time: "09:00-17:00". From the beginning of the working day to 17:00 when
    /// left out.
    #[schemars(regex(pattern = HOURS))]
    pub hours: Option<String>,
    /// Where it works: the IANA name of a time zone. The zone of the cut-off when left out.
    #[schemars(length(min = 1))]
    pub zone: Option<String>,
}

/// A stage of the process, with a date of its own.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhaseEntry {
    /// Its lasting name in the record. Lower-case words joined by hyphens, unique in the file.
    #[schemars(length(max = 40), regex(pattern = SLUG))]
    pub id: String,
    /// What people call it, for example "Code complete".
    #[schemars(length(max = limits::TITLE), regex(pattern = LINE))]
    pub title: String,
    /// How far from the target date it is, always with its unit: "4 working days before", "24 hours before",
    /// "30 days after", "1 month after", "on the target date". Working days are counted strictly before or after the
    /// target date; hours from its cut-off.
    #[schemars(regex(pattern = OFFSET))]
    pub when: String,
    /// Where the date moves when it is a day off; for days and months only. Away from the target date when left out.
    pub if_day_off: Option<Roll>,
    /// What to know about the whole phase.
    #[schemars(length(min = 1, max = limits::SUMMARY))]
    pub note: Option<String>,
    /// What is said in the release channel when the day of the phase begins, on one line.
    #[schemars(length(max = limits::BEGINS), regex(pattern = LINE))]
    pub begins: Option<String>,
    /// What has to hold before its items may be ticked. The Release Manager then declares the release ready.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::LIST))]
    pub opens_when: Vec<Criterion>,
    /// Whether whoever is on duty may leave only when it is complete, once its day has begun. False when left out.
    pub guarded: Option<bool>,
    /// The conditions under which that is so, where it is not always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::LIST), inner(length(max = 40), regex(pattern = SLUG)))]
    pub guarded_if: Vec<String>,
    /// The pages that it has in each release; `/release link` says where they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::LIST))]
    pub links: Vec<PhaseLinkEntry>,
    /// What is to be done, in order.
    #[schemars(length(min = 1, max = limits::ITEMS))]
    pub items: Vec<ItemEntry>,
}

/// One thing to do.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemEntry {
    /// Its lasting name in the record. Lower-case words joined by hyphens, unique in the file.
    #[schemars(length(max = 40), regex(pattern = SLUG))]
    pub id: String,
    /// The id of the role that does it.
    #[schemars(length(max = 40), regex(pattern = SLUG))]
    pub role: String,
    /// What to do, as a short instruction on one line.
    #[schemars(length(max = limits::ITEM_TITLE), regex(pattern = LINE))]
    pub title: String,
    /// More about it; several lines are allowed.
    #[schemars(length(min = 1, max = limits::DETAILS))]
    pub details: Option<String>,
    /// The ids of other roles that take part; they may tick the item too.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(length(max = limits::LIST), inner(length(max = 40), regex(pattern = SLUG)))]
    pub with: BTreeSet<String>,
    /// How to do it, one step after the other, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::LIST), inner(length(max = limits::STEP), regex(pattern = LINE)))]
    pub steps: Vec<String>,
    /// Pages to look at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::LIST))]
    pub links: Vec<LinkEntry>,
    /// The id of an item above it in the same phase and of the same role; this one is shown indented below that one.
    #[schemars(length(max = 40), regex(pattern = SLUG))]
    pub under: Option<String>,
    /// The id of its own phase or a later one. The item is due on each working day until that phase is over.
    #[schemars(length(max = 40), regex(pattern = SLUG))]
    pub daily_until: Option<String>,
    /// Who may tick it: "role" is its role and whoever it is shared with, "assignee" the person it is assigned to alone.
    /// "role-or-release-manager" when left out.
    pub done_by: Option<DoneBy>,
    /// What has to be shown before it counts as done: "link", "text" or "file".
    pub evidence: Option<EvidenceKind>,
    /// The ids of items that have to be settled before it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::LIST), inner(length(max = 40), regex(pattern = SLUG)))]
    pub needs: Vec<String>,
    /// The id of a condition. The item applies only to releases of which it holds.
    #[schemars(length(max = 40), regex(pattern = SLUG))]
    pub only_if: Option<String>,
    /// Whether it is done once for each version that a release ships.
    pub per_version: Option<bool>,
    /// What everybody is told the release is when this item, and each other one that says the same, is done: for example
    /// "ready to share with the customer".
    #[schemars(length(max = limits::TITLE), regex(pattern = LINE))]
    pub announces: Option<String>,
    /// References to the requirements that it fulfils, for example "S12".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = limits::LIST), inner(length(max = limits::REFERENCE), regex(pattern = LINE)))]
    pub proves: Vec<String>,
}

/// A page on the web.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkEntry {
    /// What it shows.
    #[schemars(length(max = limits::TITLE), regex(pattern = LINE))]
    pub title: String,
    /// Its address, `https` or `http`.
    #[schemars(length(max = limits::ADDRESS), regex(pattern = ADDRESS))]
    pub url: String,
}

/// A page that a phase has in each release.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PhaseLinkEntry {
    /// How people name it. Lower-case words joined by hyphens, unique in the file.
    #[schemars(length(max = 40), regex(pattern = SLUG))]
    pub id: String,
    /// What it shows.
    #[schemars(length(max = limits::TITLE), regex(pattern = LINE))]
    pub title: String,
}
