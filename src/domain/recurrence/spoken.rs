//! A recurrence in a few words: `weekly, Tuesday 09:00 Pacific/Auckland`.

use crate::domain::file::nearest;
use crate::domain::file::source::excerpt;
use crate::domain::recurrence::words::{self, short};
use crate::domain::recurrence::{FORMS, NotARecurrence};
use crate::domain::zone::Zone;

/// Reads the tokens of a text that begins with a word: five fields as the crate understands them, and a zone.
pub(super) fn read(tokens: &[&str]) -> Result<(String, Zone), NotARecurrence> {
    let Some((last, before)) = tokens.split_last() else {
        return Err(wrong("an empty text".to_owned(), FORMS));
    };
    if is_time(last) {
        let text = tokens.join(" ");
        return Err(wrong(
            format!("`{text}` without a zone"),
            &format!("a time zone at the end: \"{text} America/Los_Angeles\""),
        ));
    }
    let words: Vec<String> = before
        .iter()
        .map(|word| word.trim_end_matches(',').to_lowercase())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let expression = match words[..] {
        ["daily", time] => format!("{} * * *", clock(time)?),
        ["every", "weekday", time] => format!("{} * * Mon-Fri", clock(time)?),
        ["weekly", weekday, time] => format!("{} * * {}", clock(time)?, day(weekday)?),
        ["monthly", ordinal, weekday, time] => {
            format!("{} {} * {}", clock(time)?, week(ordinal)?, day(weekday)?)
        }
        ["monthly", date, time] => format!("{} {} * *", clock(time)?, date_of_month(date)?),
        _ => return Err(wrong(excerpt(&tokens.join(" ")), &form_for(words.first()))),
    };
    Ok((expression, words::zone(last)?))
}

/// `09:00` as the first two fields, "0 9".
fn clock(text: &str) -> Result<String, NotARecurrence> {
    let time = chrono::NaiveTime::parse_from_str(text, "%H:%M").ok();
    match time {
        Some(time) if is_time(text) => Ok(time.format("%-M %-H").to_string()),
        Some(time) => Err(wrong(
            format!("the time {}", excerpt(text)),
            &format!("`{}`", time.format("%H:%M")),
        )),
        None => Err(wrong(
            format!("the time {}", excerpt(text)),
            "a local time from `00:00` to `23:59`",
        )),
    }
}

/// Whether a token looks like `09:00`.
fn is_time(text: &str) -> bool {
    text.len() == 5 && text.as_bytes().get(2) == Some(&b':')
}

fn day(text: &str) -> Result<&'static str, NotARecurrence> {
    words::weekday(text).map(short).ok_or_else(|| {
        let expected = match words::nearest_weekday(text) {
            Some(nearest) => format!("`{nearest}`"),
            None => "one weekday by its name, such as `Tuesday`".to_owned(),
        };
        wrong(format!("the weekday {}", excerpt(text)), &expected)
    })
}

/// `1st` of a weekday, as the days of the month on which it can be. Every month has four of each weekday.
fn week(ordinal: &str) -> Result<&'static str, NotARecurrence> {
    Ok(match ordinal {
        "1st" | "first" => "1-7",
        "2nd" | "second" => "8-14",
        "3rd" | "third" => "15-21",
        "4th" | "fourth" => "22-28",
        _ => {
            return Err(wrong(
                format!("the week {}", excerpt(ordinal)),
                "`1st`, `2nd`, `3rd` or `4th`: every month has those",
            ));
        }
    })
}

/// `15th`, a date that every month has.
fn date_of_month(text: &str) -> Result<u32, NotARecurrence> {
    let number = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    number
        .parse()
        .ok()
        .filter(|day| (1..=28).contains(day))
        .ok_or_else(|| {
            wrong(
                format!("the day {}", excerpt(text)),
                "`1st` to `28th`, which every month has, or a weekday as in `1st Tuesday`",
            )
        })
}

/// The form that begins with the word that was probably meant.
fn form_for(first: Option<&&str>) -> String {
    let forms = [
        ("daily", "\"daily 17:00 Europe/London\""),
        ("every", "\"every weekday 09:00 Europe/London\""),
        ("weekly", "\"weekly, Tuesday 09:00 Pacific/Auckland\""),
        (
            "monthly",
            "\"monthly, 1st Tuesday 10:00 America/Los_Angeles\" or \"monthly, 15th 10:00 America/Los_Angeles\"",
        ),
    ];
    let meant = first.and_then(|first| nearest(first, forms.into_iter().map(|(word, _)| word)));
    let form = forms.into_iter().find(|(word, _)| Some(*word) == meant);
    form.map_or(FORMS, |(_, form)| form).to_owned()
}

fn wrong(found: String, expected: &str) -> NotARecurrence {
    NotARecurrence {
        found,
        expected: expected.to_owned(),
    }
}
