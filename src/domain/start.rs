//! Whether a release may be started.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::Calendar;
use crate::domain::ids::OccurrenceId;
use crate::domain::plan::{Plan, plan};
use crate::domain::playbook::{Condition, Playbook, Variation};
use crate::domain::rejection::{PhaseLabel, Rejection};
use crate::domain::release::{Reason, within};

#[cfg(test)]
mod tests;

/// What a person asked for with `/release start`, as typed. Kept while a question about it is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartRequest {
    /// The playbook's name.
    pub playbook: String,
    /// The version.
    pub version: String,
    /// The target date, YYYY-MM-DD, or [`TBD`].
    pub target: String,
    /// The class of reason (S1).
    pub reason: Reason,
    /// A few words, or none.
    pub title: Option<String>,
    /// The versions that it ships beside the first, as typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub further_versions: Vec<String>,
    /// What holds for it, by the ids of the playbook's conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
    /// Whether it is known to the roles of its playbook alone, and announced to nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
    /// Whether the person has agreed that phases are over already.
    pub confirmed: bool,
    /// The proposal that it answers, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposal: Option<OccurrenceId>,
}

/// The word for a target date that is to be decided (S5). Any case is understood.
pub const TBD: &str = "TBD";

/// The most versions that one release ships.
pub const VERSIONS_LIMIT: usize = 8;

/// The longest title, in characters.
pub const TITLE_LIMIT: usize = 80;

/// A request that may be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// T-0; none while it is to be decided (S5).
    pub target: Option<NaiveDate>,
    /// The title, trimmed; an empty one is none.
    pub title: Option<String>,
    /// How it differs from its playbook.
    pub variation: Variation,
    /// When every phase is.
    pub plan: Plan,
}

/// The playbook of this name.
///
/// # Errors
/// [`Rejection::UnknownPlaybook`] with the names that exist.
pub fn find_playbook<'a>(name: &str, playbooks: &'a [Playbook]) -> Result<&'a Playbook, Rejection> {
    playbooks
        .iter()
        .find(|playbook| playbook.id == name)
        .ok_or_else(|| Rejection::UnknownPlaybook {
            given: name.to_owned(),
            known: playbooks.iter().map(|playbook| playbook.id.clone()).collect(),
        })
}

/// Checks a request against its playbook and the calendar, at `now`.
///
/// # Errors
/// The first [`Rejection`] that applies, in the order in which a person reads the command.
pub fn propose(
    request: &StartRequest,
    playbook: &Playbook,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> Result<Proposal, Rejection> {
    if !playbook.accepts_version(&request.version) {
        return Err(Rejection::VersionNotAccepted {
            given: request.version.clone(),
            example: playbook.version.example.clone(),
        });
    }
    let title = request
        .title
        .as_deref()
        .map(str::trim)
        .filter(|title| !title.is_empty());
    if let Some(title) = title {
        within("the title", title, TITLE_LIMIT)?;
    }
    let title = title.map(str::to_owned);
    let variation = variation(request, playbook)?;
    let varied = playbook.varied(&request.version, &variation);
    if request.target.trim().eq_ignore_ascii_case(TBD) {
        return Ok(Proposal {
            target: None,
            title,
            variation,
            plan: Plan::undated(),
        });
    }
    let target = target_date(&request.target, playbook, calendar, now)?;
    let plan = plan(&varied, target, calendar);
    let today = playbook.cutoff.zone.to_local(now).date();
    let over = plan.already_over(now);
    if target == today && over.len() == plan.phases.len() {
        return Err(Rejection::TargetInPast { target, today });
    }
    if !over.is_empty() && !request.confirmed {
        let phases = over
            .into_iter()
            .map(|phase| {
                let label = PhaseLabel {
                    id: phase.id.clone(),
                    offset: phase.offset,
                    title: phase.title.clone(),
                };
                (label, phase.cutoff_at)
            })
            .collect();
        return Err(Rejection::PhasesAlreadyOver { phases });
    }
    Ok(Proposal {
        target: Some(target),
        title,
        variation,
        plan,
    })
}

/// The further versions and the conditions, when the playbook knows them. A version that is named twice counts once.
fn variation(request: &StartRequest, playbook: &Playbook) -> Result<Variation, Rejection> {
    let mut variation = Variation::default();
    for version in &request.further_versions {
        if !playbook.accepts_version(version) {
            return Err(Rejection::VersionNotAccepted {
                given: version.clone(),
                example: playbook.version.example.clone(),
            });
        }
        if *version != request.version && !variation.further_versions.contains(version) {
            variation.further_versions.push(version.clone());
        }
    }
    if variation.further_versions.len() >= VERSIONS_LIMIT {
        return Err(Rejection::TooManyVersions {
            given: variation.further_versions.len() + 1,
            limit: VERSIONS_LIMIT,
        });
    }
    for given in &request.conditions {
        let wanted = given.trim().to_lowercase();
        let mut conditions = playbook.conditions.iter();
        let known = conditions
            .find(|condition| condition.id.as_str() == wanted || condition.title.to_lowercase() == wanted);
        let Some(known) = known else {
            return Err(Rejection::UnknownCondition {
                given: given.clone(),
                known: playbook
                    .conditions
                    .iter()
                    .map(|condition| condition.title.clone())
                    .collect(),
            });
        };
        variation.conditions.insert(known.id.clone());
    }
    for (what, conditions) in playbook.choices() {
        let titles = |conditions: &mut dyn Iterator<Item = &&Condition>| -> Vec<String> {
            conditions.map(|condition| condition.title.clone()).collect()
        };
        let holds = |condition: &&&Condition| variation.conditions.contains(&condition.id);
        let given = titles(&mut conditions.iter().filter(holds));
        if given.len() != 1 {
            return Err(Rejection::OneCondition {
                what: what.to_owned(),
                given,
                known: titles(&mut conditions.iter()),
            });
        }
    }
    Ok(variation)
}

/// The date that was typed, when a release may be planned for it.
///
/// # Errors
/// [`Rejection::NotADate`], [`Rejection::TargetInPast`] or [`Rejection::TargetIsDayOff`].
pub fn target_date(
    given: &str,
    playbook: &Playbook,
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> Result<NaiveDate, Rejection> {
    let not_a_date = || Rejection::NotADate {
        given: given.to_owned(),
    };
    // The years of the calendar rules; chrono alone would take "+12026-1-1" too.
    let target = NaiveDate::parse_from_str(given.trim(), "%Y-%m-%d").map_err(|_| not_a_date())?;
    if !(2000..=2099).contains(&chrono::Datelike::year(&target)) {
        return Err(not_a_date());
    }
    let today = playbook.cutoff.zone.to_local(now).date();
    if target < today {
        return Err(Rejection::TargetInPast { target, today });
    }
    if let Some(off) = calendar.day_off(target) {
        let before = calendar.previous_working_day(target);
        let nearest = (before >= today).then_some(before).into_iter();
        let nearest = nearest
            .chain(std::iter::once(calendar.next_working_day(target)))
            .collect();
        return Err(Rejection::TargetIsDayOff {
            target,
            reason: off.reason,
            nearest,
        });
    }
    Ok(target)
}
