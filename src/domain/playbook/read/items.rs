//! The items of the phases.

use std::collections::{BTreeMap, BTreeSet};

use super::{report_repetition, required_line, value};
use crate::domain::file::nearest;
use crate::domain::file::source::excerpt;
use crate::domain::file::table::{Located, Need, Table, quoted};
use crate::domain::playbook::{ConditionId, DoneBy, Item, ItemId, Link, PhaseId, RoleId, limits};
use crate::domain::slug::SLUG_FORM;

/// Reads the items of one phase after the other.
pub(super) struct ItemReader<'r> {
    roles: &'r BTreeSet<RoleId>,
    /// What may hold for a release.
    conditions: &'r BTreeSet<ConditionId>,
    /// The ids of all phases, in order, as they stand in the file.
    phases: &'r [&'r str],
    /// The place of this phase among them, from 0.
    phase: usize,
    /// The items of all phases so far, each with its line.
    seen: BTreeMap<ItemId, usize>,
    /// The items of this phase so far.
    above: Vec<Above>,
    /// The items of all phases so far that need others.
    needs: Vec<Needs>,
}

/// What an item needs before it, each with its place in the file.
pub(super) struct Needs {
    /// The item.
    pub(super) item: ItemId,
    /// What it needs.
    pub(super) needs: Vec<Located<ItemId>>,
}

/// What has to be known of an item for another to be `under` it.
struct Above {
    id: ItemId,
    role: Option<RoleId>,
    is_under: bool,
}

impl<'r> ItemReader<'r> {
    /// A reader that knows these roles and phases.
    pub(super) fn new(
        roles: &'r BTreeSet<RoleId>,
        conditions: &'r BTreeSet<ConditionId>,
        phases: &'r [&'r str],
    ) -> Self {
        Self {
            roles,
            conditions,
            phases,
            phase: 0,
            seen: BTreeMap::new(),
            above: Vec::new(),
            needs: Vec::new(),
        }
    }

    /// What the items of all phases need, and the items that there are.
    pub(super) fn finish(self) -> (Vec<Needs>, BTreeMap<ItemId, usize>) {
        (self.needs, self.seen)
    }

    /// The items of a phase, or `None` when one of them has a problem that keeps it from being an item.
    pub(super) fn read_phase(&mut self, phase: &Table<'_>) -> Option<Vec<Item>> {
        self.above.clear();
        let tables = phase.tables("items", "item", Need::Required, limits::ITEMS);
        let items: Vec<Option<Item>> = tables.iter().map(|table| self.read_item(table)).collect();
        self.phase += 1;
        items.into_iter().collect()
    }

    fn read_item(&mut self, table: &Table<'_>) -> Option<Item> {
        let id = table.value("id", Need::Required, SLUG_FORM, value::slug::<ItemId>);
        let role = table.value("role", Need::Required, "the id of a role", value::slug::<RoleId>);
        let title = required_line(table, "title", limits::ITEM_TITLE);
        let details = table.value("details", Need::Optional, "", value::paragraph(limits::DETAILS));
        let with = table.list("with", limits::LIST, "a list of roles", value::slug::<RoleId>);
        let steps = table.list(
            "steps",
            limits::LIST,
            "a list of texts",
            value::line(limits::STEP),
        );
        let proves = table.list(
            "proves",
            limits::LIST,
            "a list of references",
            value::line(limits::REFERENCE),
        );
        let links = read_links(table);
        let under = table.value("under", Need::Optional, "", value::slug::<ItemId>);
        let daily_until = table.value("daily_until", Need::Optional, "", value::slug::<PhaseId>);
        let done_by = table.value("done_by", Need::Optional, "", value::done_by);
        let evidence = table.value("evidence", Need::Optional, "", value::evidence);
        let needs = table.list("needs", limits::LIST, "a list of items", value::slug::<ItemId>);
        let only_if = table.value("only_if", Need::Optional, "", value::slug::<ConditionId>);
        let per_version = table.value("per_version", Need::Optional, "", value::truth);
        let announces = table.value("announces", Need::Optional, "", value::line(limits::TITLE));
        table.finish();
        if let Some(id) = &id {
            report_repetition(table, id, &mut self.seen);
        }
        if let Some(condition) = &only_if {
            self.check_condition(table, "only_if", condition);
        }
        if let Some(id) = id.as_ref().filter(|_| !needs.is_empty()) {
            self.needs.push(Needs {
                item: id.value.clone(),
                needs: needs.clone(),
            });
        }
        if let Some(phase) = &daily_until {
            self.check_daily(table, phase);
        }
        if let Some(role) = &role {
            self.check_role(table, "role", role);
        }
        self.check_with(table, role.as_ref(), &with);
        if let Some(under) = &under {
            self.check_under(table, under, role.as_ref());
        }
        if let Some(id) = &id {
            let role = role.as_ref().map(|role| role.value.clone());
            self.above.push(Above {
                id: id.value.clone(),
                role,
                is_under: under.is_some(),
            });
        }
        Some(Item {
            id: id?.value,
            role: role?.value,
            title: title?.value,
            details: details.map(|details| details.value),
            with: values(with),
            links,
            steps: values(steps),
            under: under.map(|under| under.value),
            daily_until: daily_until.map(|phase| phase.value),
            done_by: done_by.map_or(DoneBy::default(), |done_by| done_by.value),
            evidence: evidence.map(|evidence| evidence.value),
            needs: values(needs),
            only_if: only_if.map(|condition| condition.value),
            per_version: per_version.is_some_and(|per_version| per_version.value),
            announces: announces.map(|announces| announces.value),
            proves: values(proves),
        })
    }

    /// Reports a role that the playbook does not declare. Without any role, that is the problem to report.
    fn check_role(&self, table: &Table<'_>, key: &str, role: &Located<RoleId>) {
        if self.roles.is_empty() || self.roles.contains(&role.value) {
            return;
        }
        let roles = || self.roles.iter().map(RoleId::as_str);
        let expected = match nearest(role.value.as_str(), roles()) {
            Some(nearest) => format!("`{nearest}`"),
            None => format!("one of the roles {}", quoted(roles())),
        };
        table.mismatch(key, &role.place, excerpt(role.value.as_str()), expected);
    }

    /// The conditions of the list under `key`, each of which has to be one of the file.
    pub(super) fn conditions_under(&self, table: &Table<'_>, key: &'static str) -> Vec<ConditionId> {
        let listed = table.list(
            key,
            limits::LIST,
            "a list of conditions",
            value::slug::<ConditionId>,
        );
        for condition in &listed {
            self.check_condition(table, key, condition);
        }
        listed.into_iter().map(|condition| condition.value).collect()
    }

    /// Reports a condition that the playbook does not declare.
    fn check_condition(&self, table: &Table<'_>, key: &'static str, condition: &Located<ConditionId>) {
        if self.conditions.contains(&condition.value) {
            return;
        }
        let known = || self.conditions.iter().map(ConditionId::as_str);
        let expected = match nearest(condition.value.as_str(), known()) {
            Some(nearest) => format!("`{nearest}`"),
            None if self.conditions.is_empty() => "a condition that `[[conditions]]` declares".to_owned(),
            None => format!("one of the conditions {}", quoted(known())),
        };
        table.mismatch(key, &condition.place, excerpt(condition.value.as_str()), expected);
    }

    /// Reports an `under` that the list cannot be indented by: items are listed by phase and role, one level deep.
    fn check_under(&self, table: &Table<'_>, under: &Located<ItemId>, role: Option<&Located<RoleId>>) {
        let parent = self.above.iter().find(|item| item.id == under.value);
        let parent_role = parent.and_then(|parent| parent.role.as_ref());
        let other_role = parent_role.filter(|parent| role.is_some_and(|role| role.value != **parent));
        let expected = match (parent, other_role) {
            (None, _) => {
                let candidates = self
                    .above
                    .iter()
                    .filter(|item| !item.is_under)
                    .map(|item| item.id.as_str());
                let hint = nearest(under.value.as_str(), candidates);
                let hint = hint.map(|id| format!(", perhaps `{id}`")).unwrap_or_default();
                format!("the id of an item above it in the same phase{hint}")
            }
            (Some(parent), _) if parent.is_under => "an item that is not itself under another".to_owned(),
            (Some(_), Some(role)) => format!("an item of the same role; that one belongs to `{role}`"),
            (Some(_), None) => return,
        };
        table.mismatch("under", &under.place, excerpt(under.value.as_str()), expected);
    }

    /// Reports a phase that does not exist, or that is over before the item becomes due.
    fn check_daily(&self, table: &Table<'_>, until: &Located<PhaseId>) {
        let later = self.phases.get(self.phase..).unwrap_or_default();
        if later.contains(&until.value.as_str()) {
            return;
        }
        let hint = nearest(until.value.as_str(), later.iter().copied());
        let expected = match hint {
            Some(nearest) => format!("`{nearest}`"),
            None => format!("this phase or a later one: {}", quoted(later.iter().copied())),
        };
        table.mismatch(
            "daily_until",
            &until.place,
            excerpt(until.value.as_str()),
            expected,
        );
    }

    fn check_with(&self, table: &Table<'_>, role: Option<&Located<RoleId>>, with: &[Located<RoleId>]) {
        for (index, other) in with.iter().enumerate() {
            self.check_role(table, "with", other);
            let is_own = role.is_some_and(|role| role.value == other.value);
            if is_own || with[..index].iter().any(|earlier| earlier.value == other.value) {
                let expected = "each further role once".to_owned();
                table.mismatch("with", &other.place, excerpt(other.value.as_str()), expected);
            }
        }
    }
}

/// The links of an item or of the whole playbook.
pub(super) fn read_links(owner: &Table<'_>) -> Vec<Link> {
    let mut links = Vec::new();
    for table in owner.tables("links", "link", Need::Optional, limits::LIST) {
        let title = required_line(&table, "title", limits::TITLE);
        let url = table.value("url", Need::Required, value::ADDRESS, value::address);
        table.finish();
        links.extend(title.zip(url).map(|(title, url)| Link {
            title: title.value,
            url: url.value,
        }));
    }
    links
}

fn values<T>(located: Vec<Located<T>>) -> Vec<T> {
    located.into_iter().map(|located| located.value).collect()
}
