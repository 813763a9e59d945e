//! What may hold for a release, and who decides whether to ship it.

use std::collections::BTreeMap;

use super::{Roles, report_repetition, required_line, value};
use crate::domain::file::source::excerpt;
use crate::domain::file::table::{Need, Table, quoted};
use crate::domain::playbook::{Condition, ConditionId, DecisionRules, RoleId, limits};
use crate::domain::slug::SLUG_FORM;

/// How many conditions say the same under `one_of`, and where the first of them does.
type Choice = (usize, std::ops::Range<usize>);

/// The tables `[[conditions]]`. Nobody is there to choose when a release comes by itself.
pub(super) fn read_conditions(file: &Table<'_>, recurs: bool) -> Vec<Condition> {
    let mut seen = BTreeMap::new();
    let mut conditions = Vec::new();
    let mut choices: BTreeMap<String, Choice> = BTreeMap::new();
    for table in file.tables("conditions", "condition", Need::Optional, limits::CONDITIONS) {
        let id = table.value("id", Need::Required, SLUG_FORM, value::slug::<ConditionId>);
        let title = required_line(&table, "title", limits::TITLE);
        let one_of = table.value("one_of", Need::Optional, "", value::line(limits::TITLE));
        table.finish();
        if let Some(choice) = one_of.clone() {
            if recurs {
                let expected =
                    "none: nobody chooses when a release comes by itself (`[recurring]`)".to_owned();
                table.mismatch("one_of", &choice.place, excerpt(&choice.value), expected);
            }
            let known = choices.entry(choice.value).or_insert((0, choice.place));
            known.0 += 1;
        }
        if let Some(id) = &id {
            report_repetition(&table, id, &mut seen);
        }
        conditions.extend(id.zip(title).map(|(id, title)| Condition {
            id: id.value,
            title: title.value,
            one_of: one_of.map(|choice| choice.value),
        }));
    }
    for (what, (conditions, place)) in choices {
        if conditions < 2 {
            let expected = "at least two conditions to choose from that say the same".to_owned();
            file.mismatch(
                "conditions",
                &place,
                format!("{} alone", excerpt(&what)),
                expected,
            );
        }
    }
    conditions
}

/// The table `[decision]`.
pub(super) fn read_decision(file: &Table<'_>, known: &Roles) -> Option<DecisionRules> {
    let table = file.table("decision", Need::Optional)?;
    let roles = table.list("roles", limits::LIST, "a list of roles", value::slug::<RoleId>);
    let quorum = table.value("quorum", Need::Optional, "", value::number(limits::LIST));
    table.finish();
    for (index, role) in roles.iter().enumerate() {
        let found = || excerpt(role.value.as_str());
        if !known.declared.contains(&role.value) {
            let names = quoted(known.declared.iter().map(RoleId::as_str));
            table.mismatch("roles", &role.place, found(), format!("one of the roles {names}"));
        } else if roles[..index].iter().any(|earlier| earlier.value == role.value) {
            table.mismatch("roles", &role.place, found(), "each role once".to_owned());
        }
    }
    if roles.is_empty() {
        let expected = "at least one role that votes".to_owned();
        table.mismatch("roles", &table.place, "none".to_owned(), expected);
        return None;
    }
    let roles: Vec<RoleId> = roles.into_iter().map(|role| role.value).collect();
    if let Some(quorum) = quorum.as_ref().filter(|quorum| quorum.value > roles.len()) {
        let expected = format!("at most {}, the number of roles that vote", roles.len());
        table.mismatch("quorum", &quorum.place, quorum.value.to_string(), expected);
    }
    let quorum = quorum.map_or(roles.len(), |quorum| quorum.value.min(roles.len()));
    Some(DecisionRules { roles, quorum })
}
