//! What has happened on the stage so far, as the tour needs it: read from the record of the bot.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::calendar::Calendar;
use crate::domain::person::QA;
use crate::domain::release::{Event, Release, TimelineEvent};
use crate::domain::room::{EscalationEvent, RoomEvent};

/// What somebody who tries the bot is to do, in the order in which it is proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Goal {
    /// A release is started.
    Start,
    /// An item of QA is ticked.
    Tick,
    /// A release candidate is cut.
    Cut,
    /// The clock is moved.
    Move,
    /// The duty is handed over.
    HandOver,
    /// Something is escalated.
    Escalate,
}

impl Goal {
    /// All of them.
    pub(super) const EACH: [Self; 6] = [
        Self::Start,
        Self::Tick,
        Self::Cut,
        Self::Move,
        Self::HandOver,
        Self::Escalate,
    ];
}

/// What the releases in flight have on their record, in whatever order it came about.
pub(super) fn reached<'a>(
    records: impl IntoIterator<Item = (&'a Release, &'a [TimelineEvent])>,
    clock_moved: bool,
) -> BTreeSet<Goal> {
    let mut reached: BTreeSet<Goal> = clock_moved.then_some(Goal::Move).into_iter().collect();
    for (release, events) in records {
        if release.board.is_some() {
            reached.insert(Goal::Start);
        }
        reached.extend(events.iter().filter_map(|event| goal_of(release, &event.event)));
    }
    reached
}

fn goal_of(release: &Release, event: &Event) -> Option<Goal> {
    match event {
        Event::ItemDone { item, .. } => {
            let mut items = release.playbook.phases.iter().flat_map(|phase| &phase.items);
            let item = items.find(|known| known.id == *item)?;
            (item.role.as_str() == QA).then_some(Goal::Tick)
        }
        Event::Room(RoomEvent::CandidateCut { .. }) => Some(Goal::Cut),
        Event::Room(RoomEvent::HandedOver { .. }) => Some(Goal::HandOver),
        Event::Room(RoomEvent::Escalation {
            step: EscalationEvent::Opened { .. },
            ..
        }) => Some(Goal::Escalate),
        _ => None,
    }
}

/// "7.2.1 · T−3": how many working days a release has left at `now`.
pub(super) fn headline(version: &str, target: NaiveDate, calendar: &Calendar, today: NaiveDate) -> String {
    if today <= target {
        let left = calendar.working_days_between(today, target);
        format!("{version} · T−{left}")
    } else {
        let over = calendar.working_days_between(target, today);
        format!("{version} · T+{over}")
    }
}

/// The release that matters most: the one whose target comes first, of those whose clock runs.
pub(super) fn first<'a>(releases: impl IntoIterator<Item = &'a Release>) -> Option<(&'a Release, NaiveDate)> {
    let running = releases.into_iter().filter(|release| release.clock_runs());
    let dated = running.filter_map(|release| Some((release, release.target?)));
    dated.min_by_key(|(release, target)| (*target, release.id))
}

/// The date that it is where the cut-offs of this release are counted.
pub(super) fn today(release: &Release, now: DateTime<Utc>) -> NaiveDate {
    release.playbook.cutoff.zone.to_local(now).date()
}
