//! Days off from an iCalendar file (RFC 5545), such as a company exports it.
//!
//! calcard reads each property and works out what recurs. What surrounds the properties (folded lines, components
//! that begin and end) is read here, because people need the line of each problem, and calcard keeps none.

use std::collections::BTreeMap;

use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarDuration, ICalendarFrequency, ICalendarRecurrenceRule, ICalendarStatus,
    ICalendarValue,
};
use chrono::{Datelike, Days, NaiveDate};

use crate::domain::calendar::file::{MOST_DAYS, REASON_LIMIT, at_line};
use crate::domain::calendar::{CalendarDays, YEARS};
use crate::domain::file::source::excerpt;
use crate::domain::file::{Problem, Problems};

/// The most times that one event recurs within the years of the calendar.
const MOST_OCCURRENCES: usize = 1000;

/// The most days of one event.
const LONGEST_EVENT: i64 = 366;

/// Reads the days of all events.
pub(super) fn read(file: &str, text: &str) -> Result<CalendarDays, Problems> {
    let mut reader = Reader {
        file,
        problems: Vec::new(),
        days: BTreeMap::new(),
    };
    reader.components(&unfolded(text));
    reader.problems.sort();
    reader.problems.dedup();
    if reader.problems.is_empty() {
        Ok(CalendarDays {
            off: reader.days,
            worked: BTreeMap::new(),
        })
    } else {
        Err(Problems {
            problems: reader.problems,
        })
    }
}

/// A line of content, without its folds.
struct Line {
    /// The line of the file on which it begins, from 1.
    number: usize,
    text: String,
}

impl Line {
    /// What stands before its parameters and its value, in capitals.
    fn name(&self) -> String {
        let name = self.text.split([';', ':']).next().unwrap_or_default();
        name.trim().to_ascii_uppercase()
    }
}

/// Section 3.1: a line that begins with a space or a tab goes on with the line before it.
fn unfolded(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (index, raw) in text.split('\n').enumerate() {
        let raw = raw.strip_suffix('\r').unwrap_or(raw);
        match (raw.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some(line)) => line.text.push_str(rest),
            _ if raw.trim().is_empty() => {}
            _ => lines.push(Line {
                number: index + 1,
                text: raw.to_owned(),
            }),
        }
    }
    lines
}

struct Reader<'f> {
    file: &'f str,
    problems: Vec<Problem>,
    days: BTreeMap<NaiveDate, String>,
}

/// What an event says, as far as days off are concerned.
#[derive(Default)]
struct Event<'l> {
    /// The line of its BEGIN.
    begin: usize,
    start: Option<NaiveDate>,
    end: Option<(usize, NaiveDate)>,
    duration: Option<(usize, ICalendarDuration)>,
    rule: Option<(&'l Line, ICalendarRecurrenceRule)>,
    further: Vec<NaiveDate>,
    except: Vec<NaiveDate>,
    summary: String,
    cancelled: bool,
    /// Whether one of its properties cannot be used, which is reported already.
    broken: bool,
}

impl Reader<'_> {
    fn report(&mut self, line: usize, message: &str, found: String, expected: &str) {
        let problem = at_line(self.file, line, message.to_owned(), found, expected.to_owned());
        self.problems.push(problem);
    }

    /// Walks through the components and reads those that are events.
    fn components(&mut self, lines: &[Line]) {
        let mut open: Vec<(String, &Line)> = Vec::new();
        let mut event: Option<Event<'_>> = None;
        if lines.first().is_none_or(|line| !is(line, "BEGIN", "VCALENDAR")) {
            let number = lines.first().map_or(1, |line| line.number);
            let found = lines
                .first()
                .map_or_else(|| "nothing".to_owned(), |line| excerpt(&line.text));
            self.report(number, "the beginning of the file", found, "`BEGIN:VCALENDAR`");
            return;
        }
        for line in lines {
            let Some((_, value)) = line.text.split_once(':') else {
                self.report(
                    line.number,
                    "a line without a value",
                    excerpt(&line.text),
                    "`NAME:value`",
                );
                continue;
            };
            match line.name().as_str() {
                "BEGIN" => {
                    open.push((value.trim().to_ascii_uppercase(), line));
                    if depth(&open) == ["VCALENDAR", "VEVENT"] {
                        event = Some(Event {
                            begin: line.number,
                            ..Event::default()
                        });
                    }
                }
                "END" => {
                    let ended = value.trim().to_ascii_uppercase();
                    let Some((begun, _)) = open.pop_if(|(begun, _)| *begun == ended) else {
                        let expected = open.last().map_or_else(
                            || "nothing after the end of the calendar".to_owned(),
                            |(begun, line)| format!("`END:{begun}`, which begins on line {}", line.number),
                        );
                        self.report(
                            line.number,
                            "the end of a component",
                            excerpt(&line.text),
                            &expected,
                        );
                        return;
                    };
                    if begun == "VEVENT"
                        && open.len() == 1
                        && let Some(event) = event.take()
                    {
                        self.event(event);
                    }
                }
                _ => {
                    if depth(&open) == ["VCALENDAR", "VEVENT"]
                        && let Some(event) = &mut event
                    {
                        self.property(event, line);
                    }
                }
            }
        }
        for (begun, line) in open {
            let expected = format!("`END:{begun}` further down");
            self.report(
                line.number,
                "a component that does not end",
                excerpt(&line.text),
                &expected,
            );
        }
    }

    /// Notes one property of an event.
    fn property<'l>(&mut self, event: &mut Event<'l>, line: &'l Line) {
        let name = line.name();
        match name.as_str() {
            "DTSTART" => match self.dates(line).as_deref() {
                Some([start]) => event.start = Some(*start),
                _ => event.broken = true,
            },
            "DTEND" => match self.dates(line).as_deref() {
                Some([end]) => event.end = Some((line.number, *end)),
                _ => event.broken = true,
            },
            "RDATE" => match self.dates(line) {
                Some(dates) => event.further.extend(dates),
                None => event.broken = true,
            },
            "EXDATE" => match self.dates(line) {
                Some(dates) => event.except.extend(dates),
                None => event.broken = true,
            },
            "DURATION" => match values(line).into_iter().next() {
                Some(ICalendarValue::Duration(duration)) => event.duration = Some((line.number, duration)),
                _ => {
                    event.broken = true;
                    self.report(
                        line.number,
                        "`DURATION` of an event",
                        value_of(line),
                        "whole days such as `P2D`",
                    );
                }
            },
            "RRULE" => match values(line).into_iter().next() {
                Some(ICalendarValue::RecurrenceRule(rule)) => event.rule = Some((line, *rule)),
                _ => {
                    event.broken = true;
                    let expected = "a rule such as `FREQ=YEARLY;UNTIL=20301224`";
                    self.report(line.number, "`RRULE` of an event", value_of(line), expected);
                }
            },
            "SUMMARY" => {
                if let Some(ICalendarValue::Text(text)) = values(line).into_iter().next() {
                    event.summary = text;
                }
            }
            "STATUS" => {
                let cancelled = ICalendarValue::Status(ICalendarStatus::Cancelled);
                event.cancelled = values(line).first() == Some(&cancelled);
            }
            "RECURRENCE-ID" | "EXRULE" => {
                event.broken = true;
                let expected = "an event of its own for each day that is moved or left out";
                self.report(
                    line.number,
                    "a change to a recurring event",
                    format!("`{name}`"),
                    expected,
                );
            }
            _ => {}
        }
    }

    /// The dates that a property names, when all of them are whole days.
    fn dates(&mut self, line: &Line) -> Option<Vec<NaiveDate>> {
        let name = line.name();
        let subject = format!("`{name}` of an event");
        let mut dates = Vec::new();
        let mut all_fit = true;
        for value in values(line) {
            let date = match &value {
                ICalendarValue::PartialDateTime(given) if given.has_date() => {
                    let midnight = [given.hour, given.minute, given.second]
                        .into_iter()
                        .flatten()
                        .all(|part| part == 0);
                    if given.has_zone() || !midnight {
                        all_fit = false;
                        let expected =
                            "a whole day, as in `DTSTART;VALUE=DATE:20261224`: a meeting takes no day off";
                        self.report(line.number, &subject, excerpt(&line.text), expected);
                        continue;
                    }
                    let (year, month, day) = (given.year, given.month, given.day);
                    year.zip(month).zip(day).and_then(|((year, month), day)| {
                        NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
                    })
                }
                _ => None,
            };
            match date.filter(|date| (1900..=2200).contains(&date.year())) {
                Some(date) => dates.push(date),
                None => {
                    all_fit = false;
                    self.report(line.number, &subject, value_of(line), "a date such as `20261224`");
                }
            }
        }
        if all_fit && dates.is_empty() {
            all_fit = false;
            self.report(
                line.number,
                &subject,
                "nothing".to_owned(),
                "a date such as `20261224`",
            );
        }
        all_fit.then_some(dates)
    }

    /// Takes the days of an event.
    fn event(&mut self, event: Event<'_>) {
        if event.broken || event.cancelled {
            return;
        }
        let Some(start) = event.start else {
            let expected = "a line `DTSTART;VALUE=DATE:…`";
            self.report(
                event.begin,
                "an event without a beginning",
                "nothing".to_owned(),
                expected,
            );
            return;
        };
        let Some(length) = self.length(&event, start) else {
            return;
        };
        let mut starts = match &event.rule {
            None => vec![start],
            Some((line, rule)) => match self.occurrences(start, line, rule) {
                Some(starts) => starts,
                None => return,
            },
        };
        starts.extend(event.further);
        starts.retain(|start| !event.except.contains(start));
        let reason = reason(&event.summary);
        for start in starts {
            let days = (0..length).filter_map(|day| start.checked_add_days(Days::new(day)));
            for day in days.filter(|day| YEARS.contains(&day.year())) {
                self.days.entry(day).or_insert_with(|| reason.clone());
            }
        }
        if self.days.len() > MOST_DAYS {
            let found = format!("more than {MOST_DAYS} days off up to here");
            self.report(event.begin, "the number of days", found, "a file with fewer days");
            self.days.clear();
        }
    }

    /// How many days an event takes. The end is the first day after it (section 3.6.1); an end on the day of the
    /// beginning, which some programs write, means that one day.
    fn length(&mut self, event: &Event<'_>, start: NaiveDate) -> Option<u64> {
        let (line, days) = match (&event.end, &event.duration) {
            (Some((line, end)), _) => (*line, (*end - start).num_days().max(i64::from(*end == start))),
            (None, Some((line, duration))) => {
                let whole = duration.hours == 0 && duration.minutes == 0 && duration.seconds == 0;
                let days = i64::from(duration.weeks) * 7 + i64::from(duration.days);
                (*line, if whole && !duration.neg { days } else { 0 })
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
        // The rule alone, in dates without a zone, so that nothing but the calendar decides.
        let text = format!(
            "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{}\r\n{}\r\nEND:VEVENT\r\n",
            start.format("%Y%m%d"),
            line.text,
        );
        let expanded = ICalendar::parse(&text)
            .ok()?
            .expand_dates(Tz::Floating, MOST_OCCURRENCES + 1);
        let mut starts: Vec<NaiveDate> = expanded
            .events
            .iter()
            .map(|event| event.start.date_naive())
            .collect();
        starts.retain(|start| start.year() <= *YEARS.end());
        if !expanded.errors.is_empty() || starts.is_empty() {
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

fn is(line: &Line, name: &str, value: &str) -> bool {
    let given = line.text.split_once(':').map(|(_, value)| value.trim());
    line.name() == name && given.is_some_and(|given| given.eq_ignore_ascii_case(value))
}

fn depth<'a>(open: &'a [(String, &Line)]) -> Vec<&'a str> {
    open.iter().map(|(name, _)| name.as_str()).collect()
}

/// The values of one property, as calcard reads them.
fn values(line: &Line) -> Vec<ICalendarValue> {
    let text = format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", line.text);
    let entry = ICalendar::parse(&text).ok().and_then(|calendar| {
        let event = calendar.components.into_iter().next()?;
        event.entries.into_iter().next()
    });
    entry.map(|entry| entry.values).unwrap_or_default()
}

fn value_of(line: &Line) -> String {
    excerpt(line.text.split_once(':').map_or("", |(_, value)| value))
}

/// The summary on one line and not long; a day without one is a day off all the same.
fn reason(summary: &str) -> String {
    let words: Vec<&str> = summary
        .split(|character: char| character.is_whitespace() || character.is_control())
        .collect();
    let text = words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    match text.chars().count() {
        0 => "Day off".to_owned(),
        count if count <= REASON_LIMIT => text,
        _ => text.chars().take(REASON_LIMIT - 1).chain(['…']).collect(),
    }
}
