//! Which steps are due, and which comes next.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::domain::calendar::Calendar;
use crate::domain::hours::WorkingHours;
use crate::domain::offset::{Offset, Unit};
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::plan::{Day, Plan};
use crate::domain::playbook::{LadderRules, PhaseId, RoleId};
use crate::domain::release::Release;
use crate::domain::reminder::{Audience, Call, Occasion, Step};

/// The ladder of one release as it stands.
#[derive(Clone, Copy, Debug)]
pub struct Ladder<'a> {
    /// The release.
    pub release: &'a Release,
    /// Its plan; without a target date there is nothing to remind of.
    pub plan: &'a Plan,
    /// Whose days off count.
    pub calendar: &'a Calendar,
    /// Whether the server has named a manager.
    pub manager: bool,
}

/// What is due, each part soonest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// What to call now. Those for the channel at the start of a day call nobody.
    pub calls: Vec<Call>,
    /// What was missed and is overtaken by a call for the same phase and audience.
    pub collapsed: Vec<Occasion>,
    /// What was missed and is worth nothing any more.
    pub expired: Vec<Occasion>,
}

impl Due {
    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.collapsed.is_empty() && self.expired.is_empty()
    }
}

/// The open items of one phase and role that are due on the same day.
struct Group<'a> {
    phase: &'a PhaseId,
    role: &'a RoleId,
    day: Day,
    /// For each item, since when it counts for anybody, and since when for those who are pinged.
    since: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

/// A series without an end: once on each working day from an instant on.
struct Nags<'a> {
    audience: Audience,
    hours: WorkingHours<'a>,
    from: DateTime<Utc>,
    /// Whether the first is the only one.
    once: bool,
}

impl<'a> Ladder<'a> {
    /// What is due at `now` and not settled. Who is pinged is pinged in working hours alone: what was missed waits for
    /// them, and the newest of it then speaks for the rest.
    #[must_use]
    pub fn due(&self, settled: &BTreeSet<Occasion>, now: DateTime<Utc>) -> Due {
        let mut missed: BTreeMap<(PhaseId, Audience), Vec<Call>> = BTreeMap::new();
        for group in self.groups() {
            for occasion in self.open_until(&group, settled, now) {
                if self.earliest(&occasion, now) == now {
                    let key = (occasion.phase.clone(), occasion.audience.clone());
                    insert(missed.entry(key).or_default(), self.call(group.day, occasion));
                }
            }
        }
        for (day, occasion) in self.beginnings(settled) {
            if occasion.due <= now {
                let key = (occasion.phase.clone(), occasion.audience.clone());
                insert(missed.entry(key).or_default(), self.call(day, occasion));
            }
        }
        let mut due = Due::default();
        for (_, calls) in missed {
            due.sort_out(calls, now);
        }
        due.calls
            .sort_by(|left, right| left.occasion.cmp(&right.occasion));
        due.collapsed.sort();
        due.expired.sort();
        due
    }

    /// Everything that is due at `now` and not settled, also for those who are not at work.
    #[must_use]
    pub fn missed(&self, settled: &BTreeSet<Occasion>, now: DateTime<Utc>) -> Vec<Occasion> {
        let groups = self.groups();
        let missed = groups
            .iter()
            .flat_map(|group| self.open_until(group, settled, now));
        let begun = self.beginnings(settled).into_iter().map(|(_, occasion)| occasion);
        let begun = begun.filter(|occasion| occasion.due <= now);
        missed.chain(begun).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What is due next after `now`: a step, or the day on which a daily item opens again.
    #[must_use]
    pub fn next(&self, settled: &BTreeSet<Occasion>, now: DateTime<Utc>) -> Option<Occasion> {
        let mut next: Option<Occasion> = None;
        let mut consider = |occasion: Occasion| {
            if occasion.due > now && next.as_ref().is_none_or(|next| occasion < *next) {
                next = Some(occasion);
            }
        };
        for group in self.groups() {
            // What was missed waits for the next opening.
            for occasion in self.open_until(&group, settled, now) {
                let due = self.earliest(&occasion, now);
                consider(Occasion { due, ..occasion });
            }
            let nags = self.nags(&group);
            let nags = nags
                .iter()
                .map(|nags| group.nag(nags, self.nag_ahead(&group, nags, now)));
            for occasion in self.steps(&group).into_iter().chain(nags) {
                if self.counts(&group, &occasion) && !settled.contains(&occasion) {
                    consider(occasion);
                }
            }
        }
        for (_, occasion) in self.beginnings(settled) {
            consider(occasion);
        }
        if self.goes_on() {
            for (due, phase, _) in self.release.reopenings(self.plan, self.release.watched_from) {
                let (step, audience) = (Step::DayOf, Audience::Channel);
                consider(Occasion {
                    due,
                    phase,
                    step,
                    audience,
                });
            }
        }
        next
    }

    fn rules(&self) -> &'a LadderRules {
        &self.release.playbook.reminders
    }

    /// The occasions of a group up to `now` that are not settled.
    fn open_until(
        &self,
        group: &Group<'a>,
        settled: &BTreeSet<Occasion>,
        now: DateTime<Utc>,
    ) -> Vec<Occasion> {
        let nags = self.nags(group).into_iter().flat_map(|nags| {
            let last = last_nag(settled, group, &nags.audience);
            self.nags_until(group, &nags, last, now)
        });
        let steps = self.steps(group).into_iter();
        steps
            .filter(|occasion| occasion.due <= now)
            .chain(nags)
            .filter(|occasion| self.counts(group, occasion) && !settled.contains(occasion))
            .collect()
    }

    /// Whether the clock of the release goes on.
    fn goes_on(&self) -> bool {
        self.release.clock_runs()
    }

    fn groups(&self) -> Vec<Group<'a>> {
        let release = self.release;
        if !self.goes_on() {
            return Vec::new();
        }
        let mut groups: BTreeMap<(usize, DateTime<Utc>, &RoleId), Group<'a>> = BTreeMap::new();
        let phases = release.playbook.phases.iter().enumerate();
        for (place, phase) in phases.filter(|(_, phase)| release.is_live(phase)) {
            for item in phase
                .items
                .iter()
                .filter(|item| !release.completions.contains_key(&item.id))
            {
                let Some(day) = release.day_of(self.plan, phase, item) else {
                    continue;
                };
                let opened = release.opened_at(&item.id);
                let snoozed = release.snoozes.get(&item.id).map(|snooze| snooze.until);
                let pinged = snoozed.map_or(opened, |until| until.max(opened));
                groups
                    .entry((place, day.cutoff_at, &item.role))
                    .or_insert_with(|| Group {
                        phase: &phase.id,
                        role: &item.role,
                        day,
                        since: Vec::new(),
                    })
                    .since
                    .push((opened, pinged));
            }
        }
        groups.into_values().collect()
    }

    /// That the phases of an open release begin, each on its day, whether or not anything of it is open then: of a phase
    /// with open items it is the occasion that these have for the channel. A release of which nothing is open is silent.
    fn beginnings(&self, settled: &BTreeSet<Occasion>) -> Vec<(Day, Occasion)> {
        let release = self.release;
        let opened = release.open_items().map(|(_, item)| release.opened_at(&item.id));
        let Some(opened) = opened.min().filter(|_| self.goes_on() && release.is_open()) else {
            return Vec::new();
        };
        let phases = self.plan.phases.iter();
        phases
            .map(|planned| {
                let occasion = Occasion {
                    due: planned.starts_at,
                    phase: planned.id.clone(),
                    step: Step::DayOf,
                    audience: Audience::Channel,
                };
                (planned.day(), occasion)
            })
            .filter(|(_, occasion)| occasion.due > release.watched_from && opened <= occasion.due)
            .filter(|(_, occasion)| !settled.contains(occasion))
            .collect()
    }

    /// The steps up to the cut-off, one of each.
    fn steps(&self, group: &Group<'a>) -> Vec<Occasion> {
        let rules = self.rules();
        let cutoff = group.day.cutoff_at;
        let hours = self.working_hours(Some(group.role));
        let day_of = hours.last_opening_before(cutoff);
        let role = || Audience::Role(group.role.clone());
        let mut steps = vec![
            group.occasion(Step::DayOf, Audience::Channel, group.day.starts_at),
            group.occasion(Step::CutOff, Audience::Channel, cutoff),
        ];
        if rules.day_of {
            steps.push(group.occasion(Step::DayOf, role(), day_of));
        }
        let heads_up = rules
            .heads_up
            .map(|ahead| self.heads_up(&hours, group, day_of, ahead));
        steps.extend(
            heads_up
                .filter(|due| *due < day_of)
                .map(|due| group.occasion(Step::HeadsUp, role(), due)),
        );
        if rules.at_cutoff {
            steps.push(group.occasion(Step::CutOff, role(), hours.from(cutoff)));
        }
        steps
    }

    /// A heads-up comes when a working day of the role begins, as far before the day of the cut-off as the playbook says.
    fn heads_up(
        &self,
        hours: &WorkingHours<'a>,
        group: &Group<'a>,
        day_of: DateTime<Utc>,
        ahead: Offset,
    ) -> DateTime<Utc> {
        if ahead.unit == Unit::Hours {
            return hours.from(group.day.cutoff_at - TimeDelta::hours(i64::from(ahead.amount)));
        }
        let date = ahead.date(hours.date_at(day_of), self.calendar);
        hours.opening(ahead.default_roll().apply(date, self.calendar))
    }

    /// Whoever hears of it again on each working day after the cut-off.
    fn nags(&self, group: &Group<'a>) -> Vec<Nags<'a>> {
        let rules = self.rules();
        let cutoff = group.day.cutoff_at;
        let hours = self.working_hours(Some(group.role));
        let mut all = Vec::new();
        if rules.nag {
            // The role hears of it on the day on which the cut-off is said to it, and again from the next day on.
            let told_on = hours.date_at(if rules.at_cutoff {
                hours.from(cutoff)
            } else {
                cutoff
            });
            all.push(Nags {
                audience: Audience::Role(group.role.clone()),
                hours,
                from: hours.zone.to_utc(after(told_on).and_time(chrono::NaiveTime::MIN)),
                once: false,
            });
        }
        let mut escalate = |audience: Audience, after: Option<Offset>| {
            let hours = self.hours_of(&audience);
            if let Some((hours, offset)) = hours.zip(after) {
                let from = self.escalates_at(group, &hours, offset);
                let once = !rules.nag;
                all.push(Nags {
                    audience,
                    hours,
                    from,
                    once,
                });
            }
        };
        if group.role.as_str() != RELEASE_MANAGER {
            escalate(Audience::ReleaseManager, rules.release_manager);
        }
        if self.manager {
            escalate(Audience::Manager, rules.manager);
        }
        all
    }

    fn escalates_at(&self, group: &Group<'a>, hours: &WorkingHours<'a>, after: Offset) -> DateTime<Utc> {
        let cutoff = group.day.cutoff_at;
        if after.unit == Unit::Hours {
            return cutoff + TimeDelta::hours(i64::from(after.amount));
        }
        let date = after.date(group.day.date, self.calendar);
        let begin = hours.zone.to_utc(date.and_time(chrono::NaiveTime::MIN));
        begin.max(cutoff)
    }

    /// The first nag of a series at or after `instant`.
    fn nag_from(&self, nags: &Nags<'a>, instant: DateTime<Utc>) -> DateTime<Utc> {
        let hours = &nags.hours;
        let time = self
            .rules()
            .nag_time
            .filter(|time| *time >= hours.hours.opens && *time < hours.hours.closes)
            .unwrap_or(hours.hours.opens);
        let mut date = hours.date_at(instant);
        loop {
            let at = hours.zone.to_utc(date.and_time(time));
            if self.calendar.is_working_day(date) && at >= instant {
                return at;
            }
            date = self.calendar.next_working_day(date);
        }
    }

    /// The first nag of a series after `now` for an item that is not snoozed; of a single one, that one.
    fn nag_ahead(&self, group: &Group<'a>, nags: &Nags<'a>, now: DateTime<Utc>) -> DateTime<Utc> {
        if nags.once {
            return self.nag_from(nags, nags.from);
        }
        let counted = group.since.iter().map(|(_, pinged)| *pinged).min();
        let ahead = counted.map_or(now, |counted| counted.max(just_after(now)));
        self.nag_from(nags, nags.from.max(ahead))
    }

    /// The nags of a series after `last` up to and including `now`.
    fn nags_until(
        &self,
        group: &Group<'a>,
        nags: &Nags<'a>,
        last: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Vec<Occasion> {
        let first = self.nag_from(nags, nags.from);
        if nags.once {
            return Vec::from_iter((first <= now).then(|| group.nag(nags, first)));
        }
        let counted = group.since.iter().map(|(_, pinged)| *pinged).min();
        let begin = [
            last.map(just_after),
            Some(just_after(self.release.watched_from)),
            counted,
        ]
        .into_iter()
        .flatten()
        .fold(first, DateTime::max);
        std::iter::successors(Some(self.nag_from(nags, begin)), |nag| {
            Some(self.nag_from(nags, just_after(*nag)))
        })
        .take_while(|nag| *nag <= now)
        .map(|nag| group.nag(nags, nag))
        .collect()
    }

    /// Whether an occasion is one at all: after the release began to be watched, and with an item that was open then
    /// and, for those who are pinged, not snoozed.
    fn counts(&self, group: &Group<'a>, occasion: &Occasion) -> bool {
        occasion.due > self.release.watched_from
            && group
                .since
                .iter()
                .any(|(opened, pinged)| match occasion.audience {
                    Audience::Channel => *opened <= occasion.due,
                    _ => *pinged <= occasion.due,
                })
    }

    /// When the audience may be pinged from `now` on. The channel is told at any hour, because that makes no sound.
    fn earliest(&self, occasion: &Occasion, now: DateTime<Utc>) -> DateTime<Utc> {
        self.hours_of(&occasion.audience)
            .map_or(now, |hours| hours.from(now))
    }

    fn hours_of(&self, audience: &Audience) -> Option<WorkingHours<'a>> {
        match audience {
            Audience::Channel => None,
            Audience::Role(role) => Some(self.working_hours(Some(role))),
            Audience::ReleaseManager => Some(self.release.playbook.lead_hours(self.calendar)),
            Audience::Manager => Some(self.working_hours(None)),
        }
    }

    fn working_hours(&self, role: Option<&RoleId>) -> WorkingHours<'a> {
        self.release.playbook.working_hours(role, self.calendar)
    }

    fn call(&self, day: Day, occasion: Occasion) -> Call {
        let zone = self.release.playbook.cutoff.zone;
        let on = zone.to_local(occasion.due).date();
        Call {
            cutoff_at: day.cutoff_at,
            overdue_days: self.calendar.working_days_between(day.date, on),
            occasion,
        }
    }
}

impl Due {
    /// Of what is due for one phase and one audience, the newest speaks, unless it is worth nothing any more.
    fn sort_out(&mut self, mut calls: Vec<Call>, now: DateTime<Utc>) {
        calls.sort_by(|left, right| left.occasion.cmp(&right.occasion));
        let Some(newest) = calls.pop() else { return };
        let rest = calls.into_iter().map(|call| call.occasion);
        let ahead = matches!(newest.occasion.step, Step::HeadsUp | Step::DayOf);
        if ahead && newest.cutoff_at <= now {
            self.expired.extend(rest);
            self.expired.push(newest.occasion);
        } else {
            self.collapsed.extend(rest);
            self.calls.push(newest);
        }
    }
}

impl Group<'_> {
    fn occasion(&self, step: Step, audience: Audience, due: DateTime<Utc>) -> Occasion {
        Occasion {
            due,
            phase: self.phase.clone(),
            step,
            audience,
        }
    }

    fn nag(&self, nags: &Nags<'_>, due: DateTime<Utc>) -> Occasion {
        self.occasion(Step::Nag, nags.audience.clone(), due)
    }
}

/// Adds a call, or joins it with that of the same occasion.
fn insert(calls: &mut Vec<Call>, call: Call) {
    match calls.iter_mut().find(|known| known.occasion == call.occasion) {
        Some(known) => {
            known.cutoff_at = known.cutoff_at.min(call.cutoff_at);
            known.overdue_days = known.overdue_days.max(call.overdue_days);
        }
        None => calls.push(call),
    }
}

/// The newest nag of this phase and audience that is settled: the earlier ones were settled with it or before.
fn last_nag(settled: &BTreeSet<Occasion>, group: &Group<'_>, audience: &Audience) -> Option<DateTime<Utc>> {
    settled
        .iter()
        .rev()
        .find(|occasion| {
            occasion.step == Step::Nag && occasion.phase == *group.phase && occasion.audience == *audience
        })
        .map(|occasion| occasion.due)
}

fn just_after(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant + TimeDelta::milliseconds(1)
}

fn after(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1)).unwrap_or(date)
}
