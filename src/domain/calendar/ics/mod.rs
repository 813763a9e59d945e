//! Events of an iCalendar file (RFC 5545): days off, such as a company exports them ([`days_off`]), and when somebody is
//! busy, such as they export it themselves ([`busy`]).
//!
//! calcard reads each property and works out what recurs. What surrounds the properties (folded lines, components
//! that begin and end) is read here, because people need the line of each problem, and calcard keeps none.

pub(super) mod busy;
pub(super) mod days_off;

use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::{
    ICalendar, ICalendarDuration, ICalendarEntry, ICalendarRecurrenceRule, ICalendarStatus, ICalendarValue,
};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};

use crate::domain::calendar::file::{REASON_LIMIT, at_line};
use crate::domain::file::source::excerpt;
use crate::domain::file::{Problem, Problems};

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

/// Reads events, and notes all that is wrong with them.
struct Reader<'f> {
    file: &'f str,
    problems: Vec<Problem>,
}

/// A date or a time as a property gives it.
struct Given<'l> {
    line: &'l Line,
    at: At,
}

/// When something is, as it is written.
enum At {
    /// A whole day.
    Day(NaiveDate),
    /// A time on somebody's clock: of the zone that is named, or of whoever reads it.
    Local(NaiveDateTime, Option<String>),
    /// A time in UTC.
    Utc(NaiveDateTime),
}

/// What an event says, as far as it is of use here.
#[derive(Default)]
struct Event<'l> {
    /// The line of its BEGIN.
    begin: usize,
    /// What its changes are known by.
    uid: String,
    start: Option<Given<'l>>,
    end: Option<Given<'l>>,
    duration: Option<(&'l Line, ICalendarDuration)>,
    rule: Option<(&'l Line, ICalendarRecurrenceRule)>,
    further: Vec<Given<'l>>,
    except: Vec<Given<'l>>,
    /// The property that says that it changes another event.
    changes: Option<&'l Line>,
    summary: String,
    cancelled: bool,
    /// Whether its time is free all the same.
    free: bool,
    /// Whether one of its properties cannot be used, which is reported already.
    broken: bool,
}

impl<'f> Reader<'f> {
    fn new(file: &'f str) -> Self {
        let problems = Vec::new();
        Self { file, problems }
    }

    /// All problems in the order of the file, if there are any.
    fn finish<Read>(mut self, read: Read) -> Result<Read, Problems> {
        self.problems.sort();
        self.problems.dedup();
        if self.problems.is_empty() {
            Ok(read)
        } else {
            let problems = self.problems;
            Err(Problems { problems })
        }
    }

    fn report(&mut self, line: usize, message: &str, found: String, expected: &str) {
        let problem = at_line(self.file, line, message.to_owned(), found, expected.to_owned());
        self.problems.push(problem);
    }

    /// Walks through the components and reads those that are events.
    fn events<'l>(&mut self, lines: &'l [Line]) -> Vec<Event<'l>> {
        let mut events = Vec::new();
        let mut open: Vec<(String, &Line)> = Vec::new();
        let mut event: Option<Event<'_>> = None;
        if lines.first().is_none_or(|line| !is(line, "BEGIN", "VCALENDAR")) {
            let number = lines.first().map_or(1, |line| line.number);
            let found = lines
                .first()
                .map_or_else(|| "nothing".to_owned(), |line| excerpt(&line.text));
            self.report(number, "the beginning of the file", found, "`BEGIN:VCALENDAR`");
            return events;
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
                        return events;
                    };
                    if begun == "VEVENT" && open.len() == 1 {
                        events.extend(event.take());
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
        events
    }

    /// Notes one property of an event.
    fn property<'l>(&mut self, event: &mut Event<'l>, line: &'l Line) {
        let name = line.name();
        match name.as_str() {
            "DTSTART" => event.start = self.only(event, line),
            "DTEND" => event.end = self.only(event, line),
            "RDATE" => match self.given(line) {
                Some(given) => event.further.extend(given),
                None => event.broken = true,
            },
            "EXDATE" => match self.given(line) {
                Some(given) => event.except.extend(given),
                None => event.broken = true,
            },
            "DURATION" => match values(line).into_iter().next() {
                Some(ICalendarValue::Duration(duration)) => event.duration = Some((line, duration)),
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
            "RECURRENCE-ID" | "EXRULE" => event.changes = Some(line),
            "UID" => event.uid = value(line).to_owned(),
            "TRANSP" => event.free |= value(line).eq_ignore_ascii_case("TRANSPARENT"),
            // Outlook says it in its own words.
            "X-MICROSOFT-CDO-BUSYSTATUS" => event.free |= value(line).eq_ignore_ascii_case("FREE"),
            _ => {}
        }
    }

    /// The one date or time that a property gives.
    fn only<'l>(&mut self, event: &mut Event<'l>, line: &'l Line) -> Option<Given<'l>> {
        let mut given = self.given(line).unwrap_or_default();
        event.broken |= given.len() != 1;
        given.pop()
    }

    /// The dates and times that a property gives, when all of them can be read.
    fn given<'l>(&mut self, line: &'l Line) -> Option<Vec<Given<'l>>> {
        let subject = format!("`{}` of an event", line.name());
        let entry = entry(line);
        let zone = entry.as_ref().and_then(|entry| entry.tz_id()).map(str::to_owned);
        let values = entry.map(|entry| entry.values).unwrap_or_default();
        let mut all_fit = true;
        if values.is_empty() {
            all_fit = false;
            let found = "nothing".to_owned();
            self.report(line.number, &subject, found, "a date such as `20261224`");
        }
        let mut given = Vec::new();
        for value in values {
            let at = match &value {
                ICalendarValue::PartialDateTime(given) => read_at(given, zone.as_ref()),
                _ => None,
            };
            match at.filter(|at| (1900..=2200).contains(&at.date().year())) {
                Some(at) => given.push(Given { line, at }),
                None => {
                    all_fit = false;
                    self.report(line.number, &subject, value_of(line), "a date such as `20261224`");
                }
            }
        }
        all_fit.then_some(given)
    }
}

impl At {
    /// The date that stands in it.
    fn date(&self) -> NaiveDate {
        match self {
            Self::Day(date) => *date,
            Self::Local(time, _) | Self::Utc(time) => time.date(),
        }
    }
}

fn read_at(given: &PartialDateTime, zone: Option<&String>) -> Option<At> {
    let (year, month, day) = (given.year?, given.month?, given.day?);
    let date = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())?;
    let Some(hour) = given.hour else {
        return Some(At::Day(date));
    };
    let (minute, second) = (given.minute.unwrap_or(0), given.second.unwrap_or(0));
    let time = date.and_time(NaiveTime::from_hms_opt(
        hour.into(),
        minute.into(),
        second.min(59).into(),
    )?);
    Some(match given.has_zone() {
        true => At::Utc(time),
        false => At::Local(time, zone.cloned()),
    })
}

/// When something recurs that begins at `start`, by the rule alone: in dates and times without a zone, so that nothing but
/// the calendar decides. None when the rule makes no sense; at most `most` times.
fn recurrences(start: NaiveDateTime, rule: &str, most: usize) -> Option<Vec<NaiveDateTime>> {
    let text = format!(
        "BEGIN:VEVENT\r\nDTSTART:{}\r\n{rule}\r\nEND:VEVENT\r\n",
        start.format("%Y%m%dT%H%M%S"),
    );
    let expanded = ICalendar::parse(&text).ok()?.expand_dates(Tz::Floating, most);
    let starts = expanded.events.iter().map(|event| event.start.naive_local());
    expanded.errors.is_empty().then(|| starts.collect())
}

fn is(line: &Line, name: &str, value: &str) -> bool {
    let given = line.text.split_once(':').map(|(_, value)| value.trim());
    line.name() == name && given.is_some_and(|given| given.eq_ignore_ascii_case(value))
}

fn depth<'a>(open: &'a [(String, &Line)]) -> Vec<&'a str> {
    open.iter().map(|(name, _)| name.as_str()).collect()
}

/// One property, as calcard reads it.
fn entry(line: &Line) -> Option<ICalendarEntry> {
    let text = format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", line.text);
    let event = ICalendar::parse(&text).ok()?.components.into_iter().next()?;
    event.entries.into_iter().next()
}

/// The values of one property.
fn values(line: &Line) -> Vec<ICalendarValue> {
    entry(line).map(|entry| entry.values).unwrap_or_default()
}

/// The value of a property as it is written.
fn value(line: &Line) -> &str {
    line.text.split_once(':').map_or("", |(_, value)| value.trim())
}

fn value_of(line: &Line) -> String {
    excerpt(line.text.split_once(':').map_or("", |(_, value)| value))
}

/// The summary on one line and not long.
fn title(summary: &str) -> String {
    let words: Vec<&str> = summary
        .split(|character: char| character.is_whitespace() || character.is_control())
        .collect();
    let text = words
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    match text.chars().count() {
        count if count <= REASON_LIMIT => text,
        _ => text.chars().take(REASON_LIMIT - 1).chain(['…']).collect(),
    }
}
