//! An export of a Mattermost playbook, version 1, becomes a playbook: a checklist is a phase.
//!
//! Its due dates are times that pass after the start, and Mattermost has no target date. They stay what they are, in
//! hours or days after the target date, which stands for the start until a person turns them into T−n.

use serde_json::{Map, Value};

use super::draft::Draft;
use super::names::one_line;
use super::{Import, Place, problem, readable, shown};
use crate::domain::file::Problems;
use crate::domain::offset::{OFFSET_LIMIT, Offset, Side, Unit};
use crate::domain::playbook::limits;

/// The one version of the format that there is.
const VERSION: u64 = 1;

const MILLISECONDS_PER_HOUR: u64 = 3_600_000;

/// Makes a playbook of an export; `file` is its name for the problems.
///
/// # Errors
/// Why it is no export of version 1: no text, no JSON, cut off, of another version, or of another structure.
pub fn from_mattermost(file: &str, bytes: &[u8]) -> Result<Import, Problems> {
    let text = readable(file, bytes)?;
    let root: Value = serde_json::from_str(text).map_err(|error| {
        let found = if error.is_eof() {
            "the end of the file in the middle of it"
        } else {
            "no JSON"
        };
        let mut problem = problem(
            file,
            error.line(),
            "the export",
            found,
            "a whole export; export it again",
        );
        problem.column = error.column().max(1);
        Problems {
            problems: vec![problem],
        }
    })?;
    let mut reader = Reader {
        file,
        draft: Draft::default(),
        properties: Value::Null,
        conditions: Value::Null,
    };
    match root {
        Value::Object(root) => reader.playbook(root),
        other => reader.problem(
            "the export",
            &other,
            "an object with `version`, `title` and `checklists`",
        ),
    }
    reader.draft.finish(file)
}

struct Reader<'f> {
    file: &'f str,
    draft: Draft,
    /// The attributes of the playbook, as they stand in the export.
    properties: Value,
    /// The conditions, likewise.
    conditions: Value,
}

impl Reader<'_> {
    fn playbook(&mut self, mut root: Map<String, Value>) {
        match root.remove("version") {
            Some(version) if version.as_u64() == Some(VERSION) => {}
            Some(other) => self.problem("`version`", &other, "1, the only version that is understood"),
            None => self.problem(
                "`version`",
                &Value::Null,
                "1, the only version that is understood",
            ),
        }
        self.properties = root.get("properties").cloned().unwrap_or_default();
        self.conditions = root.get("conditions").cloned().unwrap_or_default();
        if let Some(title) = self.text(&mut root, "", "title") {
            let fits = title.chars().count() <= limits::TITLE;
            self.draft.title = Some(super::names::bounded(&title, limits::TITLE));
            if !fits {
                self.draft
                    .account
                    .leave(path("", "title"), "a title has at most 80 characters", &title);
            }
        }
        if let Some(description) = self.text(&mut root, "", "description")
            && !self.draft.summarise(&description)
        {
            let why = format!("the summary has at most {} characters", limits::SUMMARY);
            self.draft
                .account
                .leave(path("", "description"), why, &description);
        }
        self.draft.release_manager();
        match root.remove("checklists") {
            Some(Value::Array(lists)) if !lists.is_empty() => {
                let mut previous = None;
                for (index, list) in lists.into_iter().enumerate() {
                    self.checklist(list, &format!("checklists[{index}]"), &mut previous);
                }
                if self.draft.phases.is_empty() && self.draft.problems.is_empty() {
                    self.problem(
                        "`checklists`",
                        &Value::Array(Vec::new()),
                        "a checklist with an item",
                    );
                }
            }
            other => self.problem("`checklists`", &other.unwrap_or_default(), "a list of checklists"),
        }
        self.leave_rest(&Value::Object(root), "");
    }

    fn checklist(&mut self, list: Value, at: &str, previous: &mut Option<u64>) {
        let Value::Object(mut list) = list else {
            return self.problem(&format!("`{at}`"), &list, "a checklist with `title` and `items`");
        };
        let title = self.required_text(&mut list, at, "title");
        let items = match list.remove("items") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => return self.problem(&format!("`{at}.items`"), &other, "a list of items"),
        };
        let Some(title) = title else { return };
        if items.is_empty() {
            let why = "a checklist without items is no phase";
            self.draft.account.leave(path(at, "title"), why, &title);
        } else {
            let due = items
                .iter()
                .filter_map(|item| item.get("due_date")?.as_u64())
                .max();
            self.phase(&title, due, at, previous);
            for (index, item) in items.into_iter().enumerate() {
                self.item(item, &format!("{at}.items[{index}]"));
            }
        }
        self.leave_rest(&Value::Object(list), at);
    }

    /// Opens the phase of a checklist at the latest due date in it. Phases stand in their order, so one that would not
    /// be later than the one before comes an hour after that.
    fn phase(&mut self, title: &str, due: Option<u64>, at: &str, previous: &mut Option<u64>) {
        let wanted = due.map(|due| due.div_ceil(MILLISECONDS_PER_HOUR));
        let earliest = previous.map_or(0, |hours| hours + 1);
        let mut hours = wanted.unwrap_or(earliest).max(earliest);
        let limit = u64::from(OFFSET_LIMIT);
        if hours > limit {
            // Beyond it, whole days are counted.
            hours = hours.div_ceil(24) * 24;
        }
        let (amount, unit) = if hours > limit {
            (hours / 24, Unit::Days)
        } else {
            (hours, Unit::Hours)
        };
        let when = match u32::try_from(amount)
            .ok()
            .filter(|amount| *amount <= OFFSET_LIMIT)
        {
            Some(0) => Offset::TARGET,
            Some(amount) => Offset {
                amount,
                unit,
                side: Side::After,
            },
            None => {
                let found = Value::from(due.unwrap_or_default());
                return self.problem(
                    &format!("the latest due date in `{at}`"),
                    &found,
                    "at most 250 days",
                );
            }
        };
        *previous = Some(hours);
        let place = Place::Path(at.to_owned());
        self.draft.phase(title, when, &place, title);
        if title.chars().count() > limits::TITLE {
            self.draft.note(title, &place);
        }
        let why = match wanted {
            Some(wanted) if wanted == hours => "the latest due date in it",
            Some(_) => {
                "the latest due date in it, made later than the phase before and counted in whole units"
            }
            None => "no due date in it, so it follows the phase before",
        };
        let assumed =
            format!("{at}: \"{when}\", {why}; the target date stands for the start: turn it into T−n");
        self.draft.account.assumed.push(assumed);
    }

    fn item(&mut self, item: Value, at: &str) {
        let place = Place::Path(at.to_owned());
        let Value::Object(mut item) = item else {
            return self.problem(&format!("`{at}`"), &item, "an item with a `title`");
        };
        let Some(title) = self.required_text(&mut item, at, "title") else {
            return;
        };
        let role = self.assignee(&mut item, at);
        let short = super::acts::title(&title, &title);
        if self.draft.item(&short, &role, None, &place).is_none() {
            return self.leave_rest(&Value::Object(item), at);
        }
        if short != one_line(&title) {
            self.draft.explain(0, &title, &place);
        }
        if let Some(description) = self.text(&mut item, at, "description") {
            self.draft.explain(0, &description, &place);
        }
        if let Some(command) = self.text(&mut item, at, "command") {
            self.draft
                .explain(0, &format!("Command in Mattermost: {command}"), &place);
        }
        if let Some(due) = item.remove("due_date") {
            match due.as_u64() {
                Some(0) => {}
                Some(due) => {
                    let said = format!("Due {} after the start ({due} ms).", elapsed(due));
                    self.draft.explain(0, &said, &place);
                    self.draft
                        .account
                        .read(place.clone(), "an elapsed due date, kept in its details", &said);
                }
                None => self.problem(&format!("`{at}.due_date`"), &due, "milliseconds after the start"),
            }
        }
        let action = item.remove("condition_action").unwrap_or_default();
        if let Some(id) = self.text(&mut item, at, "condition_id") {
            let conditions = self.conditions.as_array();
            let found =
                conditions.and_then(|all| all.iter().find(|one| one.get("id") == Some(&id.as_str().into())));
            let words = found.map_or_else(|| id.clone(), |found| self.condition(found.get("condition_expr")));
            let hidden = action
                .as_str()
                .filter(|action| !action.is_empty())
                .unwrap_or("shown");
            self.draft.explain(
                0,
                &format!("Condition in Mattermost: {words} ({hidden})."),
                &place,
            );
            self.draft
                .account
                .read(place, "a condition, in its details in words", &words);
        }
        self.leave_rest(&Value::Object(item), at);
    }

    /// The role of an item: a person's attribute has its own, everybody else is the Release Manager.
    fn assignee(&mut self, item: &mut Map<String, Value>, at: &str) -> String {
        let kind = self.text(item, at, "assignee_type").unwrap_or_default();
        let field = self.text(item, at, "assignee_property_field_id");
        let place = path(at, "assignee_type");
        match (
            kind.as_str(),
            field.and_then(|field| self.property(&field, "name")),
        ) {
            ("property_user", Some(name)) => return self.draft.role(&name, &place),
            ("" | "owner", _) => {}
            (other, _) => {
                self.draft.account.read(
                    place,
                    "role `release-manager`, as nobody else is known by it",
                    other,
                );
            }
        }
        self.draft.release_manager()
    }

    /// A condition in words, with the names of attributes and options.
    fn condition(&self, expression: Option<&Value>) -> String {
        let all = |list: &Value, word: &str| {
            let parts = list.as_array().map(Vec::as_slice).unwrap_or_default();
            let parts: Vec<String> = parts.iter().map(|part| self.condition(Some(part))).collect();
            parts.join(word)
        };
        let compared = |test: &Value, word: &str| {
            let id = test.get("field_id").and_then(Value::as_str).unwrap_or_default();
            let name = self.property(id, "name").unwrap_or_else(|| id.to_owned());
            let value = test.get("value").cloned().unwrap_or_default();
            let values = value.as_array().cloned().unwrap_or_else(|| vec![value]);
            let values: Vec<String> = values.iter().map(|value| self.option(id, value)).collect();
            format!("{name} {word} {}", values.join(" or "))
        };
        let Some(Value::Object(expression)) = expression else {
            return "unknown".to_owned();
        };
        let parts = expression.iter().map(|(key, value)| match key.as_str() {
            "and" => all(value, " and "),
            "or" => all(value, " or "),
            "is" => compared(value, "is"),
            "isNot" => compared(value, "is not"),
            _ => format!("{key} {value}"),
        });
        parts.collect::<Vec<_>>().join(" and ")
    }

    /// The name of an option of an attribute, or the value itself.
    fn option(&self, property: &str, value: &Value) -> String {
        let own = self.found(property);
        let options = own.and_then(|own| own.get("attrs")?.get("options")?.as_array());
        let found = options.and_then(|options| options.iter().find(|option| option.get("id") == Some(value)));
        let name = found.and_then(|option| option.get("name")).unwrap_or(value);
        name.as_str().map_or_else(|| name.to_string(), str::to_owned)
    }

    fn property(&self, id: &str, key: &str) -> Option<String> {
        Some(self.found(id)?.get(key)?.as_str()?.to_owned())
    }

    fn found(&self, id: &str) -> Option<&Value> {
        let all = self.properties.as_array()?;
        all.iter()
            .find(|property| property.get("id").and_then(Value::as_str) == Some(id))
    }

    /// A text that may be missing or empty.
    fn text(&mut self, object: &mut Map<String, Value>, at: &str, key: &str) -> Option<String> {
        match object.remove(key)? {
            Value::String(text) => Some(text).filter(|text| !one_line(text).is_empty()),
            Value::Null => None,
            other => {
                let about = path(at, key);
                self.problem(&format!("`{about}`"), &other, "a text");
                None
            }
        }
    }

    fn required_text(&mut self, object: &mut Map<String, Value>, at: &str, key: &str) -> Option<String> {
        let problems = self.draft.problems.len();
        let text = self.text(object, at, key);
        if text.is_none() && self.draft.problems.len() == problems {
            self.problem(&format!("`{}`", path(at, key)), &Value::Null, "a text");
        }
        text
    }

    /// Lists every value that nobody has taken.
    fn leave_rest(&mut self, value: &Value, at: &str) {
        match value {
            Value::Object(object) => {
                for (key, value) in object {
                    self.leave_rest(value, &path(at, key).to_string());
                }
            }
            Value::Array(list) if !list.is_empty() => {
                for (index, value) in list.iter().enumerate() {
                    self.leave_rest(value, &format!("{at}[{index}]"));
                }
            }
            value => {
                let why = "a playbook has no place for it";
                self.draft
                    .account
                    .leave(Place::Path(at.to_owned()), why, &value.to_string());
            }
        }
    }

    fn problem(&mut self, about: &str, found: &Value, expected: &str) {
        let found = if found.is_null() {
            "nothing".to_owned()
        } else {
            shown(&found.to_string())
        };
        self.draft
            .problems
            .push(problem(self.file, 1, about, &found, expected));
    }
}

fn path(at: &str, key: &str) -> Place {
    let dot = if at.is_empty() { "" } else { "." };
    Place::Path(format!("{at}{dot}{key}"))
}

/// "4 hours", "2 days", "90 minutes": exact where it can be.
fn elapsed(milliseconds: u64) -> String {
    let units = [
        (24 * MILLISECONDS_PER_HOUR, "day"),
        (MILLISECONDS_PER_HOUR, "hour"),
        (60_000, "minute"),
    ];
    let whole = units
        .into_iter()
        .find(|(length, _)| milliseconds.is_multiple_of(*length));
    match whole.map(|(length, unit)| (milliseconds / length, unit)) {
        Some((1, unit)) => format!("1 {unit}"),
        Some((count, unit)) => format!("{count} {unit}s"),
        None => format!("{milliseconds} milliseconds"),
    }
}
