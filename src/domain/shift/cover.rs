//! The time that somebody has to be on, when nobody is, and when two are.

use chrono::{Datelike, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use crate::domain::hours::Hours;
use crate::domain::ids::UserId;
use crate::domain::shift::Span;
use crate::domain::shift::span::joined;
use crate::domain::zone::Zone;

/// The time that somebody has to be on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// Where.
    pub zone: Zone,
    /// From when to when, local time; none for the whole day.
    pub hours: Option<Hours>,
    /// On which days of the week; never empty.
    pub days: Vec<Weekday>,
}

/// That nobody is on although somebody has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Gap {
    /// From when to when.
    pub span: Span,
}

/// That two people are on at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// From when to when.
    pub span: Span,
    /// Who.
    pub users: [UserId; 2],
}

impl Cover {
    /// What has to be covered in `span`, in order; days that follow each other are one.
    pub(super) fn spans(&self, span: Span) -> Vec<Span> {
        let first = self.zone.to_local(span.from).date();
        let last = self.zone.to_local(span.until).date();
        let days = first
            .iter_days()
            .take_while(|date| *date <= last)
            .filter(|date| self.days.contains(&date.weekday()));
        let covered = days.filter_map(|date| {
            let day = match self.hours {
                Some(hours) => Span {
                    from: self.zone.to_utc(date.and_time(hours.opens)),
                    until: self.zone.to_utc(date.and_time(hours.closes)),
                },
                None => Span {
                    from: self.zone.to_utc(date.and_time(NaiveTime::MIN)),
                    until: self.zone.to_utc(date.succ_opt()?.and_time(NaiveTime::MIN)),
                },
            };
            day.both(span)
        });
        joined(covered.collect())
    }
}
