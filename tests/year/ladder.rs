//! Which reminders there had to be: the pure ladder, led through what really happened to one release and past the times
//! at which the bot was down. No outbox, no scheduler and no database has a say here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use tminus::domain::calendar::Calendar;
use tminus::domain::ids::UserId;
use tminus::domain::person::Stamp;
use tminus::domain::plan::{Plan, plan};
use tminus::domain::playbook::PhaseId;
use tminus::domain::release::{Event, Release, TimelineEvent};
use tminus::domain::reminder::{Ladder, Occasion};

/// What had to become of an occasion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// It was its turn.
    Posted,
    /// A later one stood for it.
    Collapsed,
    /// It was worth nothing any more.
    Expired,
    /// The message about a move told it.
    Told,
}

impl Fate {
    /// The name under which it is stored.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Posted => "posted",
            Self::Collapsed => "collapsed",
            Self::Expired => "expired",
            Self::Told => "told",
        }
    }
}

/// The occasions of a release until `ends`, by its plan, its timeline and the times at which the bot was down.
pub(crate) fn expected(
    release: &Release,
    timeline: &[TimelineEvent],
    downs: &[(DateTime<Utc>, DateTime<Utc>)],
    ends: DateTime<Utc>,
) -> BTreeMap<Occasion, Fate> {
    let calendar = Calendar::named(release.playbook.calendar);
    let plan_to = |target: Option<NaiveDate>| match target {
        Some(target) => plan(&release.playbook, target, &calendar),
        None => Plan::undated(),
    };
    let started = timeline.iter().find_map(|event| match event.event {
        Event::Started { target, .. } => Some(target),
        _ => None,
    });
    let target = started.unwrap_or(release.target);
    let mut plan = plan_to(target);
    let mut release = Release {
        target,
        completions: BTreeMap::new(),
        reopened: BTreeMap::new(),
        snoozes: BTreeMap::new(),
        closed: None,
        hold: None,
        watched_from: release.opened.at,
        ..release.clone()
    };
    let mut fates = BTreeMap::new();
    let mut settled = BTreeSet::new();
    let mut events = timeline.iter().peekable();
    let mut now = release.opened.at;
    while now <= ends {
        while let Some(event) = events.next_if(|event| event.at <= now) {
            let by = event.actor.unwrap_or(UserId::ITSELF);
            release.apply(&event.event, Stamp { by, at: event.at });
            if let Event::Slipped { to, .. } = event.event {
                let before = std::mem::replace(&mut plan, plan_to(to));
                for occasion in ladder(&release, &plan, &calendar).missed(&settled, event.at) {
                    if has_moved(&occasion.phase, &before, &plan) {
                        settled.insert(occasion.clone());
                        fates.insert(occasion, Fate::Told);
                    }
                }
            }
        }
        let ladder = ladder(&release, &plan, &calendar);
        let due = ladder.due(&settled, now);
        let calls = due.calls.into_iter().map(|call| call.occasion);
        for (occasions, fate) in [
            (calls.collect::<Vec<_>>(), Fate::Posted),
            (due.collapsed, Fate::Collapsed),
            (due.expired, Fate::Expired),
        ] {
            for occasion in occasions {
                settled.insert(occasion.clone());
                fates.insert(occasion, fate);
            }
        }
        let next = ladder.next(&settled, now).map(|next| awake(next.due, downs));
        let next = next.into_iter().chain(events.peek().map(|event| event.at)).min();
        match next {
            Some(next) => now = next,
            None => break,
        }
    }
    fates
}

fn ladder<'a>(release: &'a Release, plan: &'a Plan, calendar: &'a Calendar) -> Ladder<'a> {
    Ladder {
        release,
        plan,
        calendar,
        manager: false,
    }
}

/// Whether a phase is on another date than before.
fn has_moved(phase: &PhaseId, before: &Plan, after: &Plan) -> bool {
    let day = |plan: &Plan| plan.phase(phase).map(|planned| planned.cutoff_at);
    day(before) != day(after)
}

/// The instant itself, or that at which the bot comes back.
fn awake(at: DateTime<Utc>, downs: &[(DateTime<Utc>, DateTime<Utc>)]) -> DateTime<Utc> {
    let down = downs.iter().find(|(from, until)| *from < at && at < *until);
    down.map_or(at, |(_, until)| *until)
}
