//! A timeline read into spans: which target held when, when the clock stood still, when each item was open.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{HoldSpan, stamp};
use crate::domain::plan::Plan;
use crate::domain::playbook::{Item, ItemId, Phase};
use crate::domain::release::{Event, Release, TimelineEvent};

/// What a timeline tells about time.
#[derive(Debug)]
pub(super) struct History {
    /// When the release was started.
    pub(super) started: DateTime<Utc>,
    /// When it was closed.
    pub(super) closed: Option<DateTime<Utc>>,
    /// Each target date with the instant since which it holds.
    pub(super) targets: Vec<(DateTime<Utc>, Option<NaiveDate>)>,
    /// Each time the clock stood still.
    pub(super) holds: Vec<HoldSpan>,
    /// When each item was open, as far as the timeline says something about it.
    opened: BTreeMap<ItemId, Vec<Open>>,
    /// The items that are settled because they did not apply.
    not_applicable: BTreeMap<ItemId, bool>,
    /// The end of what is known: the close, or the present.
    end: DateTime<Utc>,
    now: DateTime<Utc>,
}

/// A time between two instants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

/// A time during which an item was open.
#[derive(Clone, Copy, Debug)]
pub(super) struct Open {
    from: DateTime<Utc>,
    until: Option<DateTime<Utc>>,
}

impl Open {
    /// When it was settled.
    pub(super) fn settled(self) -> Option<DateTime<Utc>> {
        self.until
    }

    /// When it was due by this plan, as [`Release::day_of`] counts it.
    pub(super) fn cutoff(self, plan: &Plan, phase: &Phase, item: &Item) -> Option<DateTime<Utc>> {
        match plan.daily.get(&item.id) {
            Some(days) => {
                let begun = days.iter().rev().find(|day| day.starts_at <= self.from);
                begun.or(days.first()).map(|day| day.cutoff_at)
            }
            None => plan.phase(&phase.id).map(|planned| planned.cutoff_at),
        }
    }

    /// Whether it was open after `cutoff` at some instant of `span` while the clock ran.
    pub(super) fn runs_past(self, cutoff: DateTime<Utc>, span: Span, history: &History) -> bool {
        let mut from = self.from.max(span.from).max(cutoff);
        let until = self.until.unwrap_or(history.end).min(span.until);
        for hold in &history.holds {
            if hold.stamp.at > from {
                break;
            }
            from = from.max(hold.until.unwrap_or(history.end));
        }
        from < until
    }
}

impl History {
    pub(super) fn read(release: &Release, events: &[TimelineEvent], now: DateTime<Utc>) -> Self {
        let mut history = Self {
            started: release.opened.at,
            closed: None,
            targets: Vec::new(),
            holds: Vec::new(),
            opened: BTreeMap::new(),
            not_applicable: BTreeMap::new(),
            end: now,
            now,
        };
        for event in events {
            history.take(event);
        }
        history
    }

    fn take(&mut self, event: &TimelineEvent) {
        let at = event.at;
        match &event.event {
            Event::Started { target, .. } => {
                self.started = at;
                self.targets.push((at, *target));
            }
            Event::Slipped { to, .. } => self.targets.push((at, *to)),
            Event::Held { reason } => self.holds.push(HoldSpan {
                stamp: stamp(event),
                until: None,
                reason: reason.clone(),
            }),
            Event::Resumed => self.go_on(at),
            Event::ItemDone { item, .. } => self.settle(item, at, false),
            Event::ItemNotApplicable { item, .. } => self.settle(item, at, true),
            Event::ItemUndone { item } => self.open(item, at),
            Event::ItemReopened { item, since } => self.open(item, *since),
            Event::Closed { .. } => {
                self.go_on(at);
                self.closed = Some(at);
                self.end = at;
            }
            Event::Reopened { .. } => {
                self.closed = None;
                self.end = self.now;
            }
            _ => {}
        }
    }

    fn go_on(&mut self, at: DateTime<Utc>) {
        if let Some(hold) = self.holds.last_mut() {
            hold.until.get_or_insert(at);
        }
    }

    fn settle(&mut self, item: &ItemId, at: DateTime<Utc>, not_applicable: bool) {
        let from = self.started;
        let first = || vec![Open { from, until: None }];
        let opened = self.opened.entry(item.clone()).or_insert_with(first);
        if let Some(open) = opened.last_mut() {
            open.until.get_or_insert(at);
        }
        self.not_applicable.insert(item.clone(), not_applicable);
    }

    fn open(&mut self, item: &ItemId, from: DateTime<Utc>) {
        let opened = self.opened.entry(item.clone()).or_default();
        opened.push(Open { from, until: None });
        self.not_applicable.remove(item);
    }

    /// When an item was settled for the last time; none while it is open.
    pub(super) fn settled(&self, item: &ItemId) -> Option<DateTime<Utc>> {
        self.opened.get(item)?.last()?.until
    }

    /// How many items are settled because they did not apply.
    pub(super) fn not_applicable(&self) -> usize {
        self.not_applicable
            .values()
            .filter(|set_aside| **set_aside)
            .count()
    }

    /// When an item was open.
    pub(super) fn open_spans(&self, item: &ItemId) -> Vec<Open> {
        let always = || {
            vec![Open {
                from: self.started,
                until: None,
            }]
        };
        self.opened.get(item).cloned().unwrap_or_else(always)
    }

    /// Each target date with the time during which it held; times without a date are left out.
    pub(super) fn planned_spans(&self) -> impl Iterator<Item = (Span, NaiveDate)> {
        let ends = self.targets.iter().skip(1).map(|(at, _)| *at);
        let ends = ends.chain(std::iter::once(self.end));
        let spans = self.targets.iter().zip(ends);
        spans.filter_map(|((from, target), until)| {
            let span = Span { from: *from, until };
            target.map(|target| (span, target))
        })
    }
}
