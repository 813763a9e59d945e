//! Days off from an iCalendar file, such as a company exports it.

use std::collections::BTreeMap;

use calcard::icalendar::{ICalendarFrequency, ICalendarRecurrenceRule};
use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use super::{At, Event, Given, Line, Reader, recurrences, title, unfolded, value_of};
use crate::domain::calendar::file::MOST_DAYS;
use crate::domain::calendar::{CalendarDays, YEARS};
use crate::domain::file::Problems;
use crate::domain::file::source::excerpt;

/// The most times that one event recurs within the years of the calendar.
const MOST_OCCURRENCES: usize = 1000;

/// The most days of one event.
const LONGEST_EVENT: i64 = 366;

/// Reads the days of all events.
pub(in crate::domain::calendar) fn read(file: &str, text: &str) -> Result<CalendarDays, Problems> {
    let lines = unfolded(text);
    let mut reader = Reader::new(file);
    let mut off = BTreeMap::new();
    for event in reader.events(&lines) {
        reader.days_off(&event, &mut off);
        if off.len() > MOST_DAYS {
            let found = format!("more than {MOST_DAYS} days off up to here");
            reader.report(event.begin, "the number of days", found, "a file with fewer days");
            off.clear();
        }
    }
    reader.finish(CalendarDays {
        off,
        worked: BTreeMap::new(),
    })
}

impl Reader<'_> {
    /// Takes the days of an event.
    fn days_off(&mut self, event: &Event<'_>, off: &mut BTreeMap<NaiveDate, String>) {
        if let Some(line) = event.changes {
            let expected = "an event of its own for each day that is moved or left out";
            let found = format!("`{}`", line.name());
            self.report(line.number, "a change to a recurring event", found, expected);
            return;
        }
        let start = event.start.as_ref().map(|start| self.whole_day(start));
        let end = event.end.as_ref().map(|end| self.whole_day(end));
        let further = self.whole_days(&event.further);
        let except = self.whole_days(&event.except);
        let (Some(further), Some(except)) = (further, except) else {
            return;
        };
        if event.broken || event.cancelled || start == Some(None) || end == Some(None) {
            return;
        }
        let Some(start) = start.flatten() else {
            let expected = "a line `DTSTART;VALUE=DATE:…`";
            let found = "nothing".to_owned();
            self.report(event.begin, "an event without a beginning", found, expected);
            return;
        };
        let Some(length) = self.length(event, start, end.flatten()) else {
            return;
        };
        let mut starts = match &event.rule {
            None => vec![start],
            Some((line, rule)) => match self.occurrences(start, line, rule) {
                Some(starts) => starts,
                None => return,
            },
        };
        starts.extend(further);
        starts.retain(|start| !except.contains(start));
        let reason = reason(&event.summary);
        for start in starts {
            let days = (0..length).filter_map(|day| start.checked_add_days(Days::new(day)));
            for day in days.filter(|day| YEARS.contains(&day.year())) {
                off.entry(day).or_insert_with(|| reason.clone());
            }
        }
    }

    fn whole_days(&mut self, given: &[Given<'_>]) -> Option<Vec<NaiveDate>> {
        let days: Vec<_> = given.iter().map(|given| self.whole_day(given)).collect();
        days.into_iter().collect()
    }

    /// The date, when a whole day is given. Midnight on somebody's clock is one.
    fn whole_day(&mut self, given: &Given<'_>) -> Option<NaiveDate> {
        match &given.at {
            At::Day(date) => Some(*date),
            At::Local(time, _) if time.time() == NaiveTime::MIN => Some(time.date()),
            At::Local(..) | At::Utc(_) => {
                let subject = format!("`{}` of an event", given.line.name());
                let expected = "a whole day, as in `DTSTART;VALUE=DATE:20261224`: a meeting takes no day off";
                self.report(given.line.number, &subject, excerpt(&given.line.text), expected);
                None
            }
        }
    }

    /// How many days an event takes. The end is the first day after it (section 3.6.1); an end on the day of the
    /// beginning, which some programs write, means that one day.
    fn length(&mut self, event: &Event<'_>, start: NaiveDate, end: Option<NaiveDate>) -> Option<u64> {
        let (line, days) = match (event.end.as_ref().zip(end), &event.duration) {
            (Some((given, end)), _) => {
                let days = (end - start).num_days().max(i64::from(end == start));
                (given.line.number, days)
            }
            (None, Some((line, duration))) => {
                let whole = duration.hours == 0 && duration.minutes == 0 && duration.seconds == 0;
                let days = i64::from(duration.weeks) * 7 + i64::from(duration.days);
                (line.number, if whole && !duration.neg { days } else { 0 })
            }
            (None, None) => (event.begin, 1),
        };
        if !(1..=LONGEST_EVENT).contains(&days) {
            let found = format!("{days} whole days");
            let expected = format!("1 to {LONGEST_EVENT} days");
            self.report(line, "the length of an event", found, &expected);
            return None;
        }
        u64::try_from(days).ok()
    }

    /// The days on which a recurring event begins.
    fn occurrences(
        &mut self,
        start: NaiveDate,
        line: &Line,
        rule: &ICalendarRecurrenceRule,
    ) -> Option<Vec<NaiveDate>> {
        let bounded = rule.until.is_some() || rule.count.is_some();
        if rule.freq != ICalendarFrequency::Yearly && !bounded {
            let expected = "a yearly rule, or one with `UNTIL` or `COUNT`; for days off in every week set `weekend` in \
                            the configuration";
            self.report(line.number, "a rule that never ends", value_of(line), expected);
            return None;
        }
        let starts = recurrences(start.and_time(NaiveTime::MIN), &line.text, MOST_OCCURRENCES + 1);
        let mut starts: Vec<NaiveDate> = starts.unwrap_or_default().iter().map(|at| at.date()).collect();
        starts.retain(|start| start.year() <= *YEARS.end());
        if starts.is_empty() {
            let expected = "a rule that falls on some day from the event's beginning on";
            self.report(line.number, "`RRULE` of an event", value_of(line), expected);
            return None;
        }
        if starts.len() > MOST_OCCURRENCES {
            let expected = format!("a rule that recurs at most {MOST_OCCURRENCES} times");
            self.report(line.number, "`RRULE` of an event", value_of(line), &expected);
            return None;
        }
        Some(starts)
    }
}

/// The summary; a day without one is a day off all the same.
fn reason(summary: &str) -> String {
    match title(summary) {
        title if title.is_empty() => "Day off".to_owned(),
        title => title,
    }
}
