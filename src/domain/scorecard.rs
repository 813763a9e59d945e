//! How a release went, counted from its timeline and its playbook alone (S126, S133): nothing of it is typed by hand.
//!
//! The plan that counts at an instant is that of the target date which held then, by the calendar as it is now. What
//! only later kinds of events tell (release candidates, defects, approvals) is a field here and a line in [`of`].

mod history;
mod summary;
mod testing;

#[cfg(test)]
mod tests;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

pub use self::summary::{Summary, summary};
pub use self::testing::Testing;

use self::history::History;
use crate::domain::calendar::Calendar;
use crate::domain::ids::UserId;
use crate::domain::person::Stamp;
use crate::domain::plan::{Plan, plan};
use crate::domain::playbook::{ItemId, PhaseId, RoleId};
use crate::domain::release::{Event, Release, TimelineEvent};
use crate::domain::room::RoomEvent;
use crate::domain::timeline::{Filter, Show};

/// How one release went, or goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scorecard {
    /// When it was started.
    pub started: DateTime<Utc>,
    /// When a person first did something with one of its items or fixes (S2).
    pub first_action: Option<DateTime<Utc>>,
    /// The first target date that was said; none while it is to be decided.
    pub first_target: Option<NaiveDate>,
    /// The target date that holds, or held at the end.
    pub last_target: Option<NaiveDate>,
    /// When the last item of the target date's phase was settled; none while one is open.
    pub shipped: Option<DateTime<Utc>>,
    /// The date of that in the zone of the playbook's cut-off.
    pub shipped_on: Option<NaiveDate>,
    /// When it was closed.
    pub closed: Option<DateTime<Utc>>,
    /// What became of the first target date.
    pub outcome: Outcome,
    /// Working days from the start to the first target date.
    pub planned_working_days: Option<u32>,
    /// Working days from the start to the day on which it shipped.
    pub actual_working_days: Option<u32>,
    /// Each move of the target date, the first date of a release without one left out.
    pub moves: Vec<Move>,
    /// Each time its clock stood still.
    pub holds: Vec<HoldSpan>,
    /// The items that were open after their cut-off, in the order of the playbook.
    pub late: Vec<LateItem>,
    /// How many of the late items each role has, in the order of the playbook's roles; a role without one is absent.
    pub late_by_role: Vec<(RoleId, usize)>,
    /// Each rule that somebody set aside with a reason.
    pub overrides: Vec<Override>,
    /// How testing went.
    pub testing: Testing,
    /// Items in all.
    pub items: usize,
    /// How many of them are open, or were when it was closed.
    pub open: usize,
    /// How many were settled because they did not apply (S30).
    pub not_applicable: usize,
}

/// What became of the first target date that was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It shipped on that date or before.
    OnTime,
    /// It shipped so many working days later; 0 when only days off lie between.
    Late {
        /// Working days.
        working_days: u32,
    },
    /// It was closed while items of the target date's phase were open.
    NotShipped,
    /// It shipped, and there never was a date.
    Undated,
    /// It has not come so far.
    UnderWay,
}

/// One move of the target date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// Who moved it, and when.
    pub stamp: Stamp,
    /// The date before; none when it had been withdrawn.
    pub from: Option<NaiveDate>,
    /// The date after; none when it was withdrawn.
    pub to: Option<NaiveDate>,
    /// Working days from the date that was said last: above 0 for a slip, below for a move to an earlier date, 0 for a
    /// date that was withdrawn.
    pub working_days: i64,
    /// Why.
    pub reason: String,
}

/// A time during which the clock stood still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldSpan {
    /// Who stopped it, and when.
    pub stamp: Stamp,
    /// When it went on, or the release was closed; none while it stands.
    pub until: Option<DateTime<Utc>>,
    /// Why.
    pub reason: String,
}

/// An item that was open after a cut-off of its own while the clock ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateItem {
    /// The item.
    pub item: ItemId,
    /// Its role.
    pub role: RoleId,
    /// Its phase.
    pub phase: PhaseId,
    /// The first cut-off that it missed.
    pub cutoff_at: DateTime<Utc>,
    /// When it was settled after that; none when it never was.
    pub settled: Option<DateTime<Utc>>,
}

/// A rule that somebody set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Who, and when.
    pub stamp: Stamp,
    /// Which rule.
    pub rule: OverriddenRule,
    /// Why.
    pub reason: String,
}

/// A rule that can be set aside with a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OverriddenRule {
    /// A release is closed when nothing is open.
    ClosedWithOpenItems {
        /// So many were.
        open: usize,
    },
    /// A phase opens when nothing is missing that it waits for (S22).
    OpenedGate {
        /// So much was.
        missing: usize,
    },
}

impl Scorecard {
    /// How long it took until a person did something with an item (S2).
    #[must_use]
    pub fn time_to_first_action(&self) -> Option<TimeDelta> {
        self.first_action.map(|first| first - self.started)
    }

    /// How often the target date moved to a later one or was withdrawn.
    #[must_use]
    pub fn slips(&self) -> usize {
        let slipped = |moved: &&Move| moved.working_days > 0 || moved.to.is_none();
        self.moves.iter().filter(slipped).count()
    }

    /// By how many working days it moved to later dates, all slips together.
    #[must_use]
    pub fn working_days_slipped(&self) -> i64 {
        self.moves.iter().map(|moved| moved.working_days.max(0)).sum()
    }

    /// For how long its clock stood still until `now`, all holds together.
    #[must_use]
    pub fn held_for(&self, now: DateTime<Utc>) -> TimeDelta {
        self.holds
            .iter()
            .map(|hold| hold.until.unwrap_or(now) - hold.stamp.at)
            .sum()
    }
}

/// "2 d 4 h", "3 h 20 min", "5 min".
#[must_use]
pub fn duration(time: TimeDelta) -> String {
    let minutes = time.num_minutes().max(0);
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    match (days, hours, minutes) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, 0) => format!("{hours} h"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, 0, _) => format!("{days} d"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// How a release goes at `now`, from its timeline, oldest first.
#[must_use]
pub fn of(release: &Release, events: &[TimelineEvent], calendar: &Calendar, now: DateTime<Utc>) -> Scorecard {
    let history = History::read(release, events, now);
    let zone = release.playbook.cutoff.zone;
    let on = |instant: DateTime<Utc>| zone.to_local(instant).date();
    let started = history.started;
    let shipped = shipped(release, &history);
    let shipped_on = shipped.map(on);
    let first_target = history.targets.iter().find_map(|(_, target)| *target);
    let since_start = |until: NaiveDate| calendar.working_days_between(on(started), until);
    let late = late(release, &history, calendar);
    let of_role = |role: &RoleId| late.iter().filter(|late| late.role == *role).count();
    let roles = release.playbook.roles.iter();
    let late_by_role = roles.map(|role| (role.id.clone(), of_role(&role.id)));
    Scorecard {
        started,
        first_action: first_action(events),
        first_target,
        last_target: history.targets.last().and_then(|(_, target)| *target),
        shipped,
        shipped_on,
        closed: history.closed,
        outcome: outcome(first_target, shipped_on, history.closed, calendar),
        planned_working_days: first_target.map(since_start),
        actual_working_days: shipped_on.map(since_start),
        moves: moves(events, calendar),
        late_by_role: late_by_role.filter(|(_, late)| *late > 0).collect(),
        late,
        overrides: overrides(events),
        testing: Testing::of(release, events),
        items: release.playbook.items().count(),
        open: release
            .playbook
            .items()
            .filter(|(_, item)| history.settled(&item.id).is_none())
            .count(),
        not_applicable: history.not_applicable(),
        holds: history.holds,
    }
}

/// The first plan of a release, which people were told at the start or with the first date; none without a date.
#[must_use]
pub fn first_plan(release: &Release, card: &Scorecard, calendar: &Calendar) -> Plan {
    let planned = |target| plan(&release.playbook, target, calendar);
    card.first_target.map_or_else(Plan::undated, planned)
}

fn first_action(events: &[TimelineEvent]) -> Option<DateTime<Utc>> {
    let items = Filter {
        show: Show::Items,
        who: None,
    };
    let on_a_fix = |event: &TimelineEvent| {
        matches!(
            event.event,
            Event::Room(RoomEvent::FixAdded { .. } | RoomEvent::FixStepDone { .. })
        )
    };
    let by_a_person =
        |event: &&TimelineEvent| event.actor.is_some() && (items.lets_through(event) || on_a_fix(event));
    events.iter().find(by_a_person).map(|event| event.at)
}

fn shipped(release: &Release, history: &History) -> Option<DateTime<Utc>> {
    let items = &release.playbook.shipping_phase()?.items;
    let settled: Option<Vec<_>> = items.iter().map(|item| history.settled(&item.id)).collect();
    settled?.into_iter().max()
}

fn outcome(
    first_target: Option<NaiveDate>,
    shipped_on: Option<NaiveDate>,
    closed: Option<DateTime<Utc>>,
    calendar: &Calendar,
) -> Outcome {
    match (shipped_on, first_target) {
        (None, _) if closed.is_some() => Outcome::NotShipped,
        (None, _) => Outcome::UnderWay,
        (Some(_), None) => Outcome::Undated,
        (Some(shipped), Some(target)) if shipped <= target => Outcome::OnTime,
        (Some(shipped), Some(target)) => Outcome::Late {
            working_days: calendar.working_days_between(target, shipped),
        },
    }
}

fn moves(events: &[TimelineEvent], calendar: &Calendar) -> Vec<Move> {
    let mut said = None;
    let mut moves = Vec::new();
    for event in events {
        match &event.event {
            Event::Started { target, .. } => said = *target,
            Event::Slipped { from, to, reason } => {
                let before = from.or(said);
                if let Some(before) = before {
                    moves.push(Move {
                        stamp: stamp(event),
                        from: *from,
                        to: *to,
                        working_days: to.map_or(0, |to| between(before, to, calendar)),
                        reason: reason.clone(),
                    });
                }
                said = to.or(before);
            }
            _ => {}
        }
    }
    moves
}

/// Working days from one date to another, below 0 when it lies before.
fn between(from: NaiveDate, to: NaiveDate, calendar: &Calendar) -> i64 {
    if to >= from {
        i64::from(calendar.working_days_between(from, to))
    } else {
        -i64::from(calendar.working_days_between(to, from))
    }
}

fn overrides(events: &[TimelineEvent]) -> Vec<Override> {
    let overridden = |event: &TimelineEvent| match &event.event {
        Event::Closed {
            override_reason: Some(reason),
            open,
        } => Some(Override {
            stamp: stamp(event),
            rule: OverriddenRule::ClosedWithOpenItems { open: open.len() },
            reason: reason.clone(),
        }),
        Event::Room(RoomEvent::GateOpened {
            override_reason: Some(reason),
            missing,
            ..
        }) => Some(Override {
            stamp: stamp(event),
            rule: OverriddenRule::OpenedGate {
                missing: missing.len(),
            },
            reason: reason.clone(),
        }),
        _ => None,
    };
    events.iter().filter_map(overridden).collect()
}

/// The items that were open after a cut-off of the plan that held, while the clock ran.
fn late(release: &Release, history: &History, calendar: &Calendar) -> Vec<LateItem> {
    let plans: Vec<_> = history
        .planned_spans()
        .map(|(span, target)| (span, plan(&release.playbook, target, calendar)))
        .collect();
    let items = release.playbook.items();
    items
        .filter_map(|(phase, item)| {
            let missed = plans.iter().find_map(|(span, plan)| {
                let opened = history.open_spans(&item.id).into_iter();
                let mut opened = opened.filter_map(|open| Some((open, open.cutoff(plan, phase, item)?)));
                opened.find(|(open, cutoff)| open.runs_past(*cutoff, *span, history))
            });
            let (open, cutoff_at) = missed?;
            Some(LateItem {
                item: item.id.clone(),
                role: item.role.clone(),
                phase: phase.id.clone(),
                cutoff_at,
                settled: open.settled(),
            })
        })
        .collect()
}

/// Who did this, and when.
fn stamp(event: &TimelineEvent) -> Stamp {
    Stamp {
        by: event.actor.unwrap_or(UserId::ITSELF),
        at: event.at,
    }
}
