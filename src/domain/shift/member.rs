//! Somebody who takes turns, with their own zone and hours.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::domain::hours::Hours;
use crate::domain::ids::UserId;
use crate::domain::mail::Address;
use crate::domain::shift::Span;
use crate::domain::zone::Zone;

/// Somebody of a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user: UserId,
    /// What people call them; none where the mention is all.
    pub name: Option<String>,
    /// Where copies of hand-offs go that are for them; none where they get none.
    pub email: Option<Address>,
    /// Where they work.
    pub zone: Zone,
    /// From when to when, local time.
    pub hours: Hours,
    /// On which days of the week; never empty.
    pub days: Vec<Weekday>,
}

impl Member {
    /// Their working hours of `date`, whoever's turn it is; none on a day on which they do not work.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Option<Span> {
        self.days.contains(&date.weekday()).then(|| Span {
            from: self.zone.to_utc(date.and_time(self.hours.opens)),
            until: self.zone.to_utc(date.and_time(self.hours.closes)),
        })
    }

    /// From the first instant of `first` to the last of `last`, as their own clock shows it.
    #[must_use]
    pub fn dates(&self, first: NaiveDate, last: NaiveDate) -> Span {
        let start = |date: NaiveDate| self.zone.to_utc(date.and_time(chrono::NaiveTime::MIN));
        Span {
            from: start(first),
            until: start(last.succ_opt().unwrap_or(last)),
        }
    }

    /// Their working time in `span`, whoever's turn it is, in order.
    pub(super) fn hours_in(&self, span: Span) -> impl Iterator<Item = (NaiveDate, Span)> + '_ {
        // A day that began yesterday on their clock may reach into the span.
        let first = self.zone.to_local(span.from).date();
        let first = first.pred_opt().unwrap_or(first);
        let last = self.zone.to_local(span.until).date();
        first
            .iter_days()
            .take_while(move |date| *date <= last)
            .filter_map(|date| Some((date, self.day(date)?)))
            .filter(move |(_, day)| day.both(span).is_some())
    }
}
