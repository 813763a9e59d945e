//! When somebody is busy, by the calendar that they export themselves: whole days and times, of one stretch of days.

use std::collections::BTreeMap;

use calcard::common::timezone::Tz;
use calcard::icalendar::ICalendarRecurrenceRule;
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::{At, Event, Given, Line, Reader, read_at, recurrences, title, unfolded, value, value_of};
use crate::domain::file::Problems;
use crate::domain::file::source::excerpt;
use crate::domain::zone::Zone;

/// The most times that the events of a file recur, taken together: a day of each week for four hundred years.
const MOST_OCCURRENCES: usize = 20_000;

/// What a rule takes of that which falls on no day: finding none takes as long as finding many.
const FRUITLESS: usize = 5_000;

/// The stretch of days that is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// Where somebody is whose times name no zone.
    pub zone: Zone,
    /// What has ended by then is left out.
    pub from: DateTime<Utc>,
    /// The last day.
    pub last: NaiveDate,
}

/// Something that takes somebody's time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Busy {
    /// What they call it; empty when they call it nothing.
    pub title: String,
    /// When, each time; never empty.
    pub whens: Vec<When>,
}

/// When somebody is busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Whole days, wherever they are then.
    Days {
        /// The first one.
        first: NaiveDate,
        /// The last one.
        last: NaiveDate,
    },
    /// From one instant to another.
    Time {
        /// The beginning.
        from: DateTime<Utc>,
        /// The end.
        until: DateTime<Utc>,
    },
}

/// What a calendar file says of somebody's time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BusyTimes {
    /// The events that take time within the stretch, in the order of the file.
    pub busy: Vec<Busy>,
    /// How many events are cancelled.
    pub cancelled: usize,
    /// How many events leave their time free.
    pub free: usize,
    /// How many events are over.
    pub over: usize,
    /// How many events begin after the last day.
    pub later: usize,
}

/// When an event begins, or a property says.
#[derive(Clone, Copy)]
struct Moment {
    local: NaiveDateTime,
    zone: Zone,
    /// Whether it is the whole day.
    day: bool,
}

/// How long an event takes.
#[derive(Clone, Copy)]
enum Length {
    Days(u64),
    Time(TimeDelta),
}

/// Reads what takes time within `window`.
pub(in crate::domain::calendar) fn read(
    file: &str,
    text: &str,
    window: Window,
) -> Result<BusyTimes, Problems> {
    let lines = unfolded(text);
    let mut reader = Reader::new(file);
    let events = reader.events(&lines);
    let mut times = Times {
        changed: BTreeMap::new(),
        window,
        left: MOST_OCCURRENCES,
        times: BusyTimes::default(),
    };
    for event in &events {
        if let Some(moment) = reader.changed(event, window.zone) {
            times.changed.entry(event.uid.clone()).or_default().push(moment);
        }
    }
    for event in &events {
        reader.busy(event, &mut times);
    }
    reader.finish(times.times)
}

/// What was found so far.
struct Times {
    /// By the name of a series, when those of its events were to be that are changed.
    changed: BTreeMap<String, Vec<Moment>>,
    window: Window,
    /// How many more times something may recur.
    left: usize,
    times: BusyTimes,
}

impl Reader<'_> {
    /// When the event of a series was to be that this one changes.
    fn changed(&mut self, event: &Event<'_>, own: Zone) -> Option<Moment> {
        let line = event.changes?;
        let parameters = line
            .text
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        if line.name() == "EXRULE" || parameters.contains("RANGE=") {
            let expected = "`EXDATE`, or a change to one event";
            let found = excerpt(&line.text);
            self.report(
                line.number,
                "a change to several events of a series",
                found,
                expected,
            );
            return None;
        }
        let given = self.given(line)?.pop()?;
        self.moment(&given, own)
    }

    fn busy(&mut self, event: &Event<'_>, found: &mut Times) {
        if event.broken {
            return;
        }
        if event.cancelled {
            found.times.cancelled += 1;
            return;
        }
        if event.free {
            found.times.free += 1;
            return;
        }
        let Some(start) = &event.start else {
            let nothing = "nothing".to_owned();
            let expected = "a line `DTSTART:…`";
            self.report(event.begin, "an event without a beginning", nothing, expected);
            return;
        };
        let own = found.window.zone;
        let Some(start) = self.moment(start, own) else {
            return;
        };
        let Some(length) = self.length_of(event, start, own) else {
            return;
        };
        let Some(starts) = self.starts(event, start, found) else {
            return;
        };
        let window = found.window;
        let whens: Vec<When> = starts.iter().map(|start| start.when(length)).collect();
        let (shown, others): (Vec<When>, Vec<When>) = whens.into_iter().partition(|when| when.is_in(window));
        if !shown.is_empty() {
            let title = title(&event.summary);
            found.times.busy.push(Busy { title, whens: shown });
        } else if others.iter().any(|when| !when.is_over(window)) {
            found.times.later += 1;
        } else {
            found.times.over += 1;
        }
    }

    /// Every time that an event begins, as far as it is looked at.
    fn starts(&mut self, event: &Event<'_>, start: Moment, found: &mut Times) -> Option<Vec<Moment>> {
        let own = found.window.zone;
        let mut starts = match &event.rule {
            None => vec![start],
            Some((line, rule)) => self.series(start, line, rule, found)?,
        };
        starts.extend(self.moments(&event.further, own)?);
        let mut except = self.moments(&event.except, own)?;
        if event.changes.is_none() {
            except.extend(found.changed.get(&event.uid).into_iter().flatten());
        }
        starts.retain(|start| !except.iter().any(|except| start.is_at(*except)));
        Some(starts)
    }

    /// When a series has its events, up to the last day that is looked at.
    fn series(
        &mut self,
        start: Moment,
        line: &Line,
        rule: &ICalendarRecurrenceRule,
        found: &mut Times,
    ) -> Option<Vec<Moment>> {
        let most = found.left;
        if most == 0 {
            // That is reported already.
            return None;
        }
        let end = found.window.last.and_time(NaiveTime::MIN) + TimeDelta::days(2);
        let until = rule.until.as_ref().and_then(|until| read_at(until, None));
        // The series is worked out on the clock of its zone, so its end has to be a time on that clock as well.
        let until = match until {
            Some(At::Day(date)) => date.and_time(NaiveTime::MIN) + TimeDelta::days(1) - TimeDelta::seconds(1),
            Some(At::Local(time, _)) => time,
            Some(At::Utc(time)) if !start.day => start.zone.to_local(time.and_utc()),
            Some(At::Utc(time)) => time,
            None => end,
        };
        let kept = value(line).split(';');
        let kept: Vec<&str> = kept
            .filter(|part| !part.to_ascii_uppercase().starts_with("UNTIL="))
            .collect();
        if until < start.local || end < start.local {
            return Some(if until < start.local {
                Vec::new()
            } else {
                vec![start]
            });
        }
        let until = until.min(end).format("%Y%m%dT%H%M%S");
        let bounded = format!("RRULE:{};UNTIL={until}", kept.join(";"));
        let Some(starts) = recurrences(start.local, &bounded, most + 1) else {
            let expected = "a rule such as `FREQ=WEEKLY;BYDAY=FR`";
            self.report(line.number, "`RRULE` of an event", value_of(line), expected);
            return None;
        };
        found.left = most.saturating_sub(if starts.is_empty() {
            FRUITLESS
        } else {
            starts.len()
        });
        if found.left == 0 {
            let found = format!("more than {MOST_OCCURRENCES} of them up to here");
            let expected = "a file with fewer events that recur";
            self.report(line.number, "the number of recurring events", found, expected);
            return None;
        }
        Some(
            starts
                .into_iter()
                .map(|local| Moment { local, ..start })
                .collect(),
        )
    }

    /// How long an event takes. The end of whole days is the first day after them (section 3.6.1); an end on the day of the
    /// beginning, which some programs write, means that one day. A time without an end takes none.
    fn length_of(&mut self, event: &Event<'_>, start: Moment, own: Zone) -> Option<Length> {
        let (line, length) = match (&event.end, &event.duration) {
            (Some(given), _) => {
                let end = self.moment(given, own)?;
                let days = (end.local.date() - start.local.date()).num_days();
                let length = if start.day {
                    TimeDelta::days(days.max(i64::from(days == 0)))
                } else {
                    end.instant() - start.instant()
                };
                (given.line, length)
            }
            (None, Some((line, duration))) => (*line, duration.to_time_delta().unwrap_or_default()),
            (None, None) if start.day => return Some(Length::Days(1)),
            (None, None) => return Some(Length::Time(TimeDelta::zero())),
        };
        let days = u64::try_from(length.num_days()).ok().filter(|days| *days > 0);
        match (start.day, days) {
            (true, Some(days)) => Some(Length::Days(days)),
            (false, _) if length >= TimeDelta::zero() => Some(Length::Time(length)),
            _ => {
                let expected = "an end after the beginning";
                self.report(line.number, "the length of an event", value_of(line), expected);
                None
            }
        }
    }

    fn moments(&mut self, given: &[Given<'_>], own: Zone) -> Option<Vec<Moment>> {
        let moments: Vec<_> = given.iter().map(|given| self.moment(given, own)).collect();
        moments.into_iter().collect()
    }

    /// When that is, in the zone that it names, by whatever name other programs have for it; else in one's own.
    fn moment(&mut self, given: &Given<'_>, own: Zone) -> Option<Moment> {
        let (local, zone, day) = match &given.at {
            At::Day(date) => (date.and_time(NaiveTime::MIN), Some(own), true),
            At::Utc(time) => (own.to_local(time.and_utc()), Some(own), false),
            At::Local(time, None) => (*time, Some(own), false),
            At::Local(time, Some(name)) => (*time, zone_named(name), false),
        };
        if zone.is_none() {
            let expected = "a zone such as `Europe/Berlin`, or a time in UTC";
            let found = excerpt(&given.line.text);
            self.report(given.line.number, "the time zone of an event", found, expected);
        }
        let zone = zone?;
        Some(Moment { local, zone, day })
    }
}

impl Moment {
    fn instant(self) -> DateTime<Utc> {
        self.zone.to_utc(self.local)
    }

    /// Whether both mean the same, of which one may give no more than the day.
    fn is_at(self, other: Self) -> bool {
        if self.day || other.day {
            self.local.date() == other.local.date()
        } else {
            self.instant() == other.instant()
        }
    }

    fn when(self, length: Length) -> When {
        match length {
            Length::Days(days) => {
                let first = self.local.date();
                let last = first.checked_add_days(Days::new(days - 1)).unwrap_or(first);
                When::Days { first, last }
            }
            Length::Time(length) => {
                let from = self.instant();
                let until = from.checked_add_signed(length).unwrap_or(from);
                When::Time { from, until }
            }
        }
    }
}

impl When {
    fn is_over(self, window: Window) -> bool {
        match self {
            Self::Days { last, .. } => last < window.zone.to_local(window.from).date(),
            Self::Time { until, .. } => until <= window.from,
        }
    }

    fn is_in(self, window: Window) -> bool {
        let first = match self {
            Self::Days { first, .. } => first,
            Self::Time { from, .. } => window.zone.to_local(from).date(),
        };
        !self.is_over(window) && first <= window.last
    }
}

/// The zone of this name: an IANA name, or one of those that Outlook and others have.
fn zone_named(name: &str) -> Option<Zone> {
    let known = name.parse().ok();
    known.or_else(|| {
        let guessed: Tz = name.parse().ok()?;
        guessed.name()?.parse().ok()
    })
}
