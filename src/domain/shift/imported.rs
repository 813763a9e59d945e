//! Days away that somebody's own calendar gives: which of its events take a whole day, and which of these days are new.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::calendar::{Busy, BusyTimes, When};
use crate::domain::ids::UserId;
use crate::domain::shift::{Away, Member, Span};

/// The most stretches of days away that one file gives: as many as a person can look through and choose from.
pub const MOST_PERIODS: usize = 25;

/// What a calendar gives. Stored as JSON while its owner looks at it: a field is only added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// The days that are new, in order.
    pub periods: Vec<Period>,
    /// The days on which they are away already, in order.
    pub known: Vec<Period>,
    /// What gives no day.
    pub left_out: LeftOut,
}

/// Days in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// The first one.
    pub first: NaiveDate,
    /// The last one.
    pub last: NaiveDate,
    /// What the events are called that take them, each once; for the eyes of their owner.
    pub titles: Vec<String>,
}

/// How many events give no day away, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// They fill no working day.
    pub partial: usize,
    /// Their time is free all the same.
    pub free: usize,
    /// They are cancelled.
    pub cancelled: usize,
    /// They are over.
    pub over: usize,
    /// They are too far ahead.
    pub later: usize,
}

impl Imported {
    /// What this calendar gives somebody who is `away` already, from `today` to `last`; `own` is how they stand in each of
    /// their rosters. An event takes a day whose working hours it fills; a meeting takes none, and neither does what falls
    /// on days alone on which they do not work.
    #[must_use]
    pub fn of(
        times: &BusyTimes,
        own: &[&Member],
        away: &[Away],
        (today, last): (NaiveDate, NaiveDate),
    ) -> Self {
        let mut days: BTreeMap<NaiveDate, Vec<String>> = BTreeMap::new();
        let mut partial = 0;
        for Busy { title, whens } in &times.busy {
            let taken = whens.iter().flat_map(|when| {
                let (begins, ends) = dates(*when, own);
                let dates = begins.max(today).iter_days();
                let dates = dates.take_while(move |date| *date <= ends.min(last));
                dates.filter(|date| takes(*when, own, *date))
            });
            let taken: Vec<NaiveDate> = taken.collect();
            let works = |date: &NaiveDate| own.iter().any(|member| member.day(*date).is_some());
            if !taken.iter().any(works) {
                partial += 1;
                continue;
            }
            for date in taken {
                let titles = days.entry(date).or_default();
                if !title.is_empty() && !titles.contains(title) {
                    titles.push(title.clone());
                }
            }
        }
        let is_away = |date: &NaiveDate| own.iter().any(|member| is_away(away, member.user, *date));
        let (known, new): (Vec<_>, Vec<_>) = days.into_iter().partition(|(date, _)| is_away(date));
        Self {
            periods: in_rows(new),
            known: in_rows(known),
            left_out: LeftOut {
                partial,
                free: times.free,
                cancelled: times.cancelled,
                over: times.over,
                later: times.later,
            },
        }
    }

    /// The days that are new still: not over `today`, and none on which this person is `away` meanwhile.
    #[must_use]
    pub fn still_new(&self, user: UserId, away: &[Away], today: NaiveDate) -> Vec<Period> {
        let days = self.periods.iter().flat_map(|period| {
            let days = period.first.iter_days();
            let days = days.take_while(|date| *date <= period.last);
            days.map(|date| (date, period.titles.clone()))
        });
        in_rows(days.filter(|(date, _)| *date >= today && !is_away(away, user, *date)))
    }
}

fn is_away(away: &[Away], user: UserId, date: NaiveDate) -> bool {
    let mut own = away.iter().filter(|away| away.user == user);
    own.any(|away| (away.first..=away.last).contains(&date))
}

/// The dates that their clock shows at the beginning and at the end.
fn dates(when: When, own: &[&Member]) -> (NaiveDate, NaiveDate) {
    let date = |instant: DateTime<Utc>| {
        let member = own.first();
        member.map_or_else(
            || instant.date_naive(),
            |member| member.zone.to_local(instant).date(),
        )
    };
    match when {
        When::Days { first, last } => (first, last),
        When::Time { from, until } => (date(from), date(until)),
    }
}

/// Whether it fills their working hours of `date`, or all of a day on which they do not work.
fn takes(when: When, own: &[&Member], date: NaiveDate) -> bool {
    let When::Time { from, until } = when else {
        return true;
    };
    let whole = |member: &&Member| member.dates(date, date);
    let mut hours: Vec<Span> = own.iter().filter_map(|member| member.day(date)).collect();
    if hours.is_empty() {
        hours.extend(own.first().map(whole));
    }
    let fills = |hours: &Span| Span { from, until }.both(*hours) == Some(*hours);
    hours.iter().all(fills)
}

/// Days that follow each other are one period.
fn in_rows(days: impl IntoIterator<Item = (NaiveDate, Vec<String>)>) -> Vec<Period> {
    let mut periods: Vec<Period> = Vec::new();
    for (date, titles) in days {
        match periods.last_mut() {
            Some(period) if period.last.succ_opt() == Some(date) => {
                period.last = date;
                for title in titles {
                    if !period.titles.contains(&title) {
                        period.titles.push(title);
                    }
                }
            }
            _ => periods.push(Period {
                first: date,
                last: date,
                titles,
            }),
        }
    }
    periods
}
