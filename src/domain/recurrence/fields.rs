//! The five fields of cron and a zone: `0 9 * * Tue Pacific/Auckland`.
//!
//! What cron dialects understand differently is refused, with the form that they all understand alike: numbers for
//! weekdays, days of the month together with weekdays, and the signs `L`, `W`, `#` and `?`.

use chrono::Weekday;

use crate::domain::file::source::excerpt;
use crate::domain::recurrence::words::{self, WEEKDAYS, short};
use crate::domain::recurrence::{BEGINNING, FORMS, NotARecurrence};
use crate::domain::zone::Zone;

/// Reads the tokens of a text that begins with a field of cron: five fields as the crate understands them, and a zone.
pub(super) fn read(tokens: &[&str]) -> Result<(String, Zone), NotARecurrence> {
    let wrong = |found: String, expected: String| Err(NotARecurrence { found, expected });
    match tokens {
        [] => wrong("an empty text".to_owned(), FORMS.to_owned()),
        [shorthand, ..] if shorthand.starts_with('@') => {
            wrong(format!("the shorthand {}", excerpt(shorthand)), FORMS.to_owned())
        }
        [minute, hour, day, month, weekday, zone] => {
            // A sixth field rather than a zone: some crons have one for seconds or years.
            if !zone.starts_with(|letter: char| letter.is_ascii_alphabetic())
                || words::weekday(zone).is_some()
            {
                return six_fields(tokens);
            }
            let zone = words::zone(zone)?;
            let weekdays = weekdays(weekday)?;
            for (field, value) in FIELDS.iter().zip([minute, hour, day, month]) {
                field.check(value)?;
            }
            if *day != "*" && weekdays != "*" {
                return Err(both_days(&[minute, hour, day, month], &weekdays, zone));
            }
            Ok((format!("{minute} {hour} {day} {month} {weekdays}"), zone))
        }
        [.., last] if tokens.len() == 5 && !last.contains('/') => wrong(
            format!("the five fields `{}` without a zone", tokens.join(" ")),
            format!(
                "a time zone at the end: \"{} America/Los_Angeles\"",
                tokens.join(" ")
            ),
        ),
        _ if tokens.len() > 6 => six_fields(tokens),
        _ => wrong(excerpt(&tokens.join(" ")), FORMS.to_owned()),
    }
}

/// The crate's schedule for five fields of civil time, which has to happen at some time.
pub(super) fn civil(expression: &str) -> Result<cron::Schedule, NotARecurrence> {
    let schedule: cron::Schedule = format!("0 {expression}").parse().map_err(|_| NotARecurrence {
        found: excerpt(expression),
        expected: FORMS.to_owned(),
    })?;
    if schedule.after(&BEGINNING.and_utc()).next().is_some() {
        return Ok(schedule);
    }
    let fields: Vec<&str> = expression.split(' ').collect();
    let (day, month) = (fields.get(2).unwrap_or(&"*"), fields.get(3).unwrap_or(&"*"));
    Err(NotARecurrence {
        found: format!("a time that never comes: no month of `{month}` has a day `{day}`"),
        expected: format!("a day of the month up to {}", longest(month)),
    })
}

/// A field that the crate reads.
struct Field {
    name: &'static str,
    range: &'static str,
    /// Five fields of which the one in question is `@`.
    alone: &'static str,
}

const FIELDS: [Field; 4] = [
    Field {
        name: "minute",
        range: "0 to 59, as `0`, `0,30` or `*/15`",
        alone: "@ * * * *",
    },
    Field {
        name: "hour",
        range: "0 to 23, as `9`, `9,17` or `9-17`",
        alone: "* @ * * *",
    },
    Field {
        name: "day of the month",
        range: "1 to 31, as `1` or `1,15`, or `*`",
        alone: "* * @ * *",
    },
    Field {
        name: "month",
        range: "1 to 12 or Jan to Dec, as `1,7` or `Jan-Jun`, or `*`",
        alone: "* * * @ *",
    },
];

impl Field {
    fn check(&self, value: &str) -> Result<(), NotARecurrence> {
        let alone = format!("0 {}", self.alone.replace('@', value));
        // The crate takes some texts for two fields, such as `5*`, and then one field too many for the years.
        if value.split(',').all(is_part) && alone.parse::<cron::Schedule>().is_ok() {
            return Ok(());
        }
        let dialect = ["L", "W", "#", "?"]
            .into_iter()
            .any(|sign| value.ends_with(sign) || value.contains('#'));
        Err(NotARecurrence {
            found: format!("the {} {}", self.name, excerpt(value)),
            expected: if dialect {
                format!("{}; {DIALECT}", self.range)
            } else {
                self.range.to_owned()
            },
        })
    }
}

/// Why the signs of some crons are refused.
const DIALECT: &str = "`L`, `W`, `#` and `?` are not known to every cron, and `monthly, 1st Tuesday 10:00 …` says what \
                       most of them are for";

/// One part of the list that a field is: every value, one, or a range, perhaps in steps.
fn is_part(part: &str) -> bool {
    let (values, step) = part.split_once('/').unwrap_or((part, "1"));
    let (first, last) = values.split_once('-').unwrap_or((values, values));
    let number = |text: &str| !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit());
    let name = |text: &str| !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_alphabetic());
    number(step) && (values == "*" || number(first) && number(last) || name(first) && name(last))
}

/// The field of the weekdays, each by its name: `*` or `Mon,Tue`.
fn weekdays(field: &str) -> Result<String, NotARecurrence> {
    if field == "*" {
        return Ok(field.to_owned());
    }
    let listed: Option<Vec<Weekday>> = field
        .split(',')
        .map(named)
        .collect::<Option<Vec<_>>>()
        .map(|parts| {
            let all = parts.concat();
            WEEKDAYS
                .into_iter()
                .map(|(day, _)| day)
                .filter(|day| all.contains(day))
                .collect()
        });
    match listed {
        Some(listed) => Ok(join(&listed)),
        None => Err(NotARecurrence {
            found: format!("the weekday {}", excerpt(field)),
            expected: right_weekdays(field),
        }),
    }
}

/// `Mon` or `Fri-Mon`: a range may pass the end of the week.
fn named(part: &str) -> Option<Vec<Weekday>> {
    match part.split_once('-') {
        Some((first, last)) => Some(days(words::weekday(first)?, words::weekday(last)?)),
        None => words::weekday(part).map(|day| vec![day]),
    }
}

/// The weekdays from the first to the last, also over the end of the week.
fn days(first: Weekday, last: Weekday) -> Vec<Weekday> {
    let mut days = vec![first];
    let mut day = first;
    while day != last {
        day = day.succ();
        days.push(day);
    }
    days
}

/// What a field of weekdays that is refused should be instead, and why.
fn right_weekdays(field: &str) -> String {
    if field.contains(['#', '?']) || field.ends_with('L') {
        return format!("names such as `Mon-Fri`; {DIALECT}");
    }
    if field.contains('/') {
        return "the names of the days, `Mon,Wed,Fri`: where a step begins depends on the cron".to_owned();
    }
    if field.contains(|sign: char| sign.is_ascii_digit()) {
        let reason = "cron dialects disagree whether day 1 is Monday or Sunday";
        return match unix_weekdays(field) {
            Some(names) => format!("names: `{names}` if you count as Unix does; {reason}"),
            None => format!("names such as `Mon-Fri`; {reason}"),
        };
    }
    let parts = field.split([',', '-']);
    let typo = parts.into_iter().find(|part| words::weekday(part).is_none());
    match typo.and_then(words::nearest_weekday) {
        Some(nearest) => format!("`{nearest}`"),
        None => "names such as `Tue`, `Mon-Fri` or `Mon,Thu`".to_owned(),
    }
}

/// The names of numbered weekdays as Unix counts them: 0 and 7 are Sunday.
fn unix_weekdays(field: &str) -> Option<String> {
    let name = |text: &str| match text.parse::<u8>() {
        Ok(number @ 0..=7) => WEEKDAYS
            .get(usize::from((number + 6) % 7))
            .map(|(day, _)| short(*day)),
        Ok(_) => None,
        Err(_) => words::weekday(text).map(short),
    };
    let part = |part: &str| match part.split_once('-') {
        Some((first, last)) => Some(format!("{}-{}", name(first)?, name(last)?)),
        None => name(part).map(str::to_owned),
    };
    let mut parts: Vec<String> = field.split(',').map(part).collect::<Option<_>>()?;
    parts.dedup();
    Some(parts.join(","))
}

/// Five fields that name both the days of the month and the weekdays.
fn both_days(fields: &[&str; 4], weekdays: &str, zone: Zone) -> NotARecurrence {
    let [minute, hour, day, _] = fields;
    let ordinal = match *day {
        "1-7" => "1st",
        "8-14" => "2nd",
        "15-21" => "3rd",
        "22-28" => "4th",
        _ => "1st",
    };
    let number = |text: &str| text.parse::<u32>().ok();
    let time = match (number(hour), number(minute)) {
        (Some(hour), Some(minute)) => format!("{hour:02}:{minute:02}"),
        _ => "10:00".to_owned(),
    };
    let weekday = weekdays.split(',').next().unwrap_or("Tue");
    NotARecurrence {
        found: format!("the day of the month `{day}` together with the weekday `{weekdays}`"),
        expected: format!(
            "one of the two and `*`, or \"monthly, {ordinal} {weekday} {time} {zone}\"; some crons want both to fit and \
             others either"
        ),
    }
}

fn six_fields(tokens: &[&str]) -> Result<(String, Zone), NotARecurrence> {
    Err(NotARecurrence {
        found: excerpt(&tokens.join(" ")),
        expected:
            "five fields, minute, hour, day of the month, month and weekday, and then a zone: \"0 9 * * Tue \
                   Pacific/Auckland\"; there is no field for seconds or years"
                .to_owned(),
    })
}

/// The most days that a month of this field has.
fn longest(month: &str) -> u32 {
    let has = |day: u32| {
        let expression = format!("0 0 0 {day} {month} *").parse::<cron::Schedule>();
        expression.is_ok_and(|schedule| schedule.after(&BEGINNING.and_utc()).next().is_some())
    };
    (28..=31).rev().find(|day| has(*day)).unwrap_or(28)
}

/// `Mon,Tue`, and `*` for the whole week.
pub(super) fn join(weekdays: &[Weekday]) -> String {
    if weekdays.len() == WEEKDAYS.len() {
        return "*".to_owned();
    }
    let names: Vec<&str> = weekdays.iter().map(|day| short(*day)).collect();
    names.join(",")
}
