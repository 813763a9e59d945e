//! Why nothing was changed about shifts, and what to do now.

use crate::discord::render::refusal::{code, listing};
use crate::discord::render::{count, escape, moment};
use crate::domain::file::{Problem, Problems};
use crate::domain::shift::{RosterId, ShiftRefusal, SwapState};

/// So many problems of a roster are told at once; the others show when these are mended.
const MOST_PROBLEMS: usize = 8;

/// Why nothing was changed, and what to do now.
pub(in crate::discord::render) fn refusal(refusal: &ShiftRefusal) -> String {
    match refusal {
        ShiftRefusal::UnknownRoster { given, known } if known.is_empty() => format!(
            "There is no roster `{}`, nor any other here. A Release Manager makes one with `/shift roster`.",
            code(given)
        ),
        ShiftRefusal::UnknownRoster { given, known } => format!(
            "There is no roster `{}`. There is {}.",
            code(given),
            named(known)
        ),
        ShiftRefusal::NotAName { given } => format!(
            "Nothing was saved: `{}` is no name for a roster. Use lower-case letters and digits with hyphens between words, \
             at most 40, as in `release-managers`.",
            code(given)
        ),
        ShiftRefusal::Unreadable { roster, problems } => listed(
            format!("Nothing was saved: the roster `{roster}` cannot be used as it is."),
            problems,
        ),
        ShiftRefusal::UnreadableCalendar { file, problems } => listed(
            format!(
                "Nothing was saved: the calendar `{}` cannot be used as it is. Export it anew, or give the days with `from` \
                 and `until`.",
                code(file)
            ),
            problems,
        ),
        ShiftRefusal::FileNotHad { file } => format!(
            "Nothing was saved: Discord did not hand me the file `{}`. Run the command again.",
            code(file)
        ),
        ShiftRefusal::TooManyPeriods { given, limit } => format!(
            "Nothing was saved: the calendar gives {given} stretches of days away, and at most {limit} can be given at once. \
             A day off in every week belongs into the roster (`days`); for others, export a calendar with your absences alone."
        ),
        ShiftRefusal::AwayWhen => "Nothing was saved: when are you away? Give the first day with `from`, as in \
             `from:2026-12-24`, or your calendar with `calendar`."
            .to_owned(),
        ShiftRefusal::AwayTwice => "Nothing was saved: give either days, with `from` and `until`, or a `calendar`, which has \
             the days in it."
            .to_owned(),
        ShiftRefusal::TooLong { length } => format!(
            "Nothing was saved: the roster is {length} characters long, and at most 4,000 fit. Leave the names out, or \
             make two rosters of it."
        ),
        ShiftRefusal::TooMany { limit } => format!(
            "Nothing was saved: this server has {limit} rosters, and that is as many as I keep. Take one away first, with \
             `remove` of `/shift roster`."
        ),
        ShiftRefusal::ChangedMeanwhile { roster, by, at } => format!(
            "Nothing was saved: <@{by}> changed the roster `{roster}` {} while you wrote. Open it again with \
             `/shift roster` and put your change in.",
            moment(*at)
        ),
        ShiftRefusal::NotInRoster {
            roster: Some(roster),
            user,
        } => format!("Nothing was changed: <@{user}> is not in the roster `{roster}`. `/shift show` tells who is."),
        ShiftRefusal::NotInRoster { roster: None, user } => format!(
            "Nothing was changed: <@{user}> is not in the roster. A Release Manager adds people with `/shift roster`."
        ),
        ShiftRefusal::WhichRoster { rosters } => format!(
            "Nothing was changed: it could be about {}. Say which with the option `roster`.",
            named(rosters)
        ),
        ShiftRefusal::NoSuchShift { user } => format!(
            "Nothing was changed: <@{user}> has no shift that begins then. Pick one from the suggestions while typing; the \
             roster may have changed since."
        ),
        ShiftRefusal::ShiftBegan { at } => format!(
            "Nothing was changed: that shift began {}. Whoever stands in runs `/shift take` now.",
            moment(*at)
        ),
        ShiftRefusal::SwapWithOneself => {
            "Nothing was changed: a swap takes two. Name somebody else of the roster.".to_owned()
        }
        ShiftRefusal::SwapForAnother { to } => {
            format!("Nothing was changed: this swap was offered to <@{to}>, who alone can answer it.")
        }
        ShiftRefusal::SwapSettled { state } => settled(state),
        ShiftRefusal::NoSuchGap => "Nothing was changed: no open shift begins then; somebody may have taken it. `/shift show` tells \
             what is open."
            .to_owned(),
        ShiftRefusal::OnAlready { until } => {
            format!("Nothing was changed: you are on duty already, until {}.", moment(*until))
        }
        ShiftRefusal::NotAStretch => {
            "Nothing was changed: duty ends after it begins, and within a week. Give `until` as a time of day such as \
             `17:30`, or leave it out."
                .to_owned()
        }
        ShiftRefusal::NotADate { given } => format!(
            "Nothing was saved: `{}` is no date. Write year-month-day, like `2026-12-24`.",
            code(given)
        ),
        ShiftRefusal::AwayBackwards { first, last } => format!(
            "Nothing was saved: {last} is before {first}. Swap the two dates."
        ),
        ShiftRefusal::AwayOver { last } => {
            format!("Nothing was saved: {last} is over. Give the days that are ahead.")
        }
        ShiftRefusal::AwayTooLong { days, limit } => format!(
            "Nothing was saved: that is {days} days, and at most {limit} can be given at once. Whoever leaves for good is \
             taken out of the roster with `/shift roster`."
        ),
        ShiftRefusal::NotAway => {
            "Nothing was changed: nobody is away by that name any more. `/shift show` tells who is.".to_owned()
        }
        ShiftRefusal::NoShiftChannel => {
            "Nothing was changed: this server has not chosen the channel for hand-offs, in which the other one would be \
             asked. Somebody who may manage the server chooses it in `/setup`, on the last page."
                .to_owned()
        }
    }
}

/// What cannot be used, with its problems.
fn listed(what: String, problems: &Problems) -> String {
    let told = problems.problems.iter().take(MOST_PROBLEMS).map(problem);
    let mut lines = vec![what];
    lines.extend(told);
    let further = problems.problems.len().saturating_sub(MOST_PROBLEMS);
    if further > 0 {
        lines.push(format!("• and {} more", count(further, "problem")));
    }
    lines.join("\n")
}

fn problem(problem: &Problem) -> String {
    format!(
        "• line {}, {}: found {}, expected {}",
        problem.line,
        escape_but_code(&problem.message),
        escape_but_code(&problem.found),
        escape_but_code(&problem.expected)
    )
}

/// What a reader of files says has its excerpts in backticks; the rest is ours.
fn escape_but_code(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts: Vec<String> = parts
        .map(|(place, part)| {
            if place % 2 == 1 {
                format!("`{}`", code(part))
            } else {
                escape(part)
            }
        })
        .collect();
    parts.concat()
}

fn settled(state: &SwapState) -> String {
    match state {
        SwapState::Offered => "Nothing was changed: this swap is open still.".to_owned(),
        SwapState::Accepted(stamp) => {
            format!(
                "Nothing was changed: <@{}> accepted this swap {}.",
                stamp.by,
                moment(stamp.at)
            )
        }
        SwapState::Declined(stamp) => {
            format!(
                "Nothing was changed: <@{}> declined this swap {}.",
                stamp.by,
                moment(stamp.at)
            )
        }
        SwapState::Withdrawn(stamp) => {
            format!(
                "Nothing was changed: <@{}> took this swap back {}.",
                stamp.by,
                moment(stamp.at)
            )
        }
        SwapState::Lapsed { .. } => {
            "Nothing was changed: a shift of this swap has begun, or is not theirs any more. \
                                     `/shift swap` offers another."
                .to_owned()
        }
    }
}

fn named(rosters: &[RosterId]) -> String {
    let names: Vec<String> = rosters.iter().map(|roster| format!("`{roster}`")).collect();
    listing(&names)
}
