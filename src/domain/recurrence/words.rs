//! Small words of recurrences: weekdays, zones, lengths of time.

use chrono::{TimeDelta, Weekday};

use crate::domain::file::nearest;
use crate::domain::recurrence::NotARecurrence;
use crate::domain::zone::{UnknownZone, Zone};

/// The weekdays in the order of the week, with their names.
pub(in crate::domain) const WEEKDAYS: [(Weekday, &str); 7] = [
    (Weekday::Mon, "monday"),
    (Weekday::Tue, "tuesday"),
    (Weekday::Wed, "wednesday"),
    (Weekday::Thu, "thursday"),
    (Weekday::Fri, "friday"),
    (Weekday::Sat, "saturday"),
    (Weekday::Sun, "sunday"),
];

/// The weekday of this name, `Tue` or `Tuesday`, in capitals or not.
pub(in crate::domain) fn weekday(text: &str) -> Option<Weekday> {
    let text = text.to_lowercase();
    WEEKDAYS
        .into_iter()
        .find(|(_, name)| text == *name || text == name[..3])
        .map(|(weekday, _)| weekday)
}

/// "monday".
pub(in crate::domain) fn weekday_name(day: Weekday) -> &'static str {
    let found = WEEKDAYS.iter().find(|(known, _)| *known == day);
    found.map_or("", |(_, name)| name)
}

/// The weekday that somebody probably meant, as it is written.
pub(super) fn nearest_weekday(text: &str) -> Option<&'static str> {
    let names = WEEKDAYS.into_iter().flat_map(|(_, name)| [name, &name[..3]]);
    Some(short(weekday(nearest(text, names)?)?))
}

/// `Tue`.
pub(super) fn short(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "Mon",
        Weekday::Tue => "Tue",
        Weekday::Wed => "Wed",
        Weekday::Thu => "Thu",
        Weekday::Fri => "Fri",
        Weekday::Sat => "Sat",
        Weekday::Sun => "Sun",
    }
}

/// The zone at the end of a recurrence.
pub(super) fn zone(text: &str) -> Result<Zone, NotARecurrence> {
    text.parse().map_err(|unknown: UnknownZone| NotARecurrence {
        found: format!("`{text}` at the end"),
        expected: match unknown.nearest {
            Some(nearest) => format!("`{nearest}`"),
            None => "an IANA time zone such as `America/Los_Angeles`".to_owned(),
        },
    })
}

/// "15 minutes", "1 hour", "1 day": the largest unit that tells it exactly.
pub(super) fn duration(duration: TimeDelta) -> String {
    let minutes = duration.num_minutes();
    let (count, unit) = match minutes {
        _ if minutes % (24 * 60) == 0 => (minutes / (24 * 60), "day"),
        _ if minutes % 60 == 0 => (minutes / 60, "hour"),
        _ => (minutes, "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}
