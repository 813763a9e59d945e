//! The reminder ladder, and when roles work.

use chrono::NaiveTime;

use super::value;
use crate::domain::file::source::excerpt;
use crate::domain::file::table::{Located, Need, Table};
use crate::domain::offset::{Offset, Side};
use crate::domain::playbook::{LadderRules, RoleDefinition};

/// The table `[reminders]`, each setting with its default. `usual` is when the usual working hours begin; the roles
/// say when theirs are.
pub(super) fn read_ladder(
    file: &Table<'_>,
    roles: &[RoleDefinition],
    usual: NaiveTime,
    recurs: bool,
) -> LadderRules {
    let mut usually = LadderRules::default();
    // Nobody looks back on each of many releases that are alike.
    if recurs {
        usually.retrospective = None;
    }
    let Some(table) = file.table("reminders", Need::Optional) else {
        return usually;
    };
    let heads_up = table.value("heads_up", Need::Optional, "", value::distance(Side::Before));
    let day_of = table.value("day_of", Need::Optional, "", value::truth);
    let at_cutoff = table.value("at_cutoff", Need::Optional, "", value::truth);
    let nag = table.value("nag", Need::Optional, "", value::nag);
    let nag_time = table.value("nag_time", Need::Optional, "", value::time);
    let release_manager = table.value(
        "release_manager",
        Need::Optional,
        "",
        value::distance(Side::After),
    );
    let manager = table.value("manager", Need::Optional, "", value::distance(Side::After));
    let updates = table.value("updates", Need::Optional, "", value::interval);
    let retrospective = table.value("retrospective", Need::Optional, "", value::distance(Side::After));
    table.finish();
    if let Some(time) = &nag_time {
        check_nag_time(&table, time, roles, usual);
    }
    let rules = LadderRules {
        heads_up: heads_up.map_or(usually.heads_up, |located| located.value),
        day_of: day_of.map_or(usually.day_of, |located| located.value),
        at_cutoff: at_cutoff.map_or(usually.at_cutoff, |located| located.value),
        nag: nag.map_or(usually.nag, |located| located.value),
        nag_time: nag_time.map(|located| located.value),
        release_manager: release_manager
            .as_ref()
            .map_or(usually.release_manager, |located| located.value),
        manager: manager.as_ref().map_or(usually.manager, |located| located.value),
        updates: updates.map_or(usually.updates, |located| located.value),
        retrospective: retrospective.map_or(usually.retrospective, |located| located.value),
    };
    check_escalation(&table, &rules, manager.as_ref(), release_manager.as_ref());
    rules
}

/// A nag outside somebody's working hours would never be spent at its time.
fn check_nag_time(table: &Table<'_>, time: &Located<NaiveTime>, roles: &[RoleDefinition], usual: NaiveTime) {
    let early = (time.value < usual)
        .then(|| format!("not before the working day begins ({})", usual.format("%H:%M")));
    let role = roles.iter().find_map(|role| {
        let hours = role.hours?;
        let outside = time.value < hours.opens || time.value >= hours.closes;
        outside.then(|| {
            format!(
                "a time within the working hours of every role; {} works {hours}",
                role.title
            )
        })
    });
    if let Some(expected) = role.or(early) {
        let found = excerpt(&time.value.format("%H:%M").to_string());
        table.mismatch("nag_time", &time.place, found, expected);
    }
}

/// Whoever comes last in the ladder is not addressed first.
fn check_escalation(
    table: &Table<'_>,
    rules: &LadderRules,
    manager: Option<&Located<Option<Offset>>>,
    release_manager: Option<&Located<Option<Offset>>>,
) {
    let (Some(last), Some(first)) = (rules.manager, rules.release_manager) else {
        return;
    };
    if last.order(first).is_none_or(std::cmp::Ordering::is_ge) {
        return;
    }
    if let Some(manager) = manager {
        let expected = format!("not sooner than the Release Manager, \"{first}\"");
        table.mismatch("manager", &manager.place, excerpt(&last.to_string()), expected);
    } else if let Some(release_manager) = release_manager {
        let expected = format!("not later than the manager, \"{last}\"; set `manager` as well");
        table.mismatch(
            "release_manager",
            &release_manager.place,
            excerpt(&first.to_string()),
            expected,
        );
    }
}
