//! A sentence for each refusal: what happened, why, what to do now.

use std::fmt::Write as _;

use crate::app::Answer;
use crate::discord::custom_id::CustomId;
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::{
    button, count, date, directory, escape, fitting, follow, handoff, moment, person, room, shift, shortened,
    target, visible,
};
use crate::domain::ids::{ChannelId, ReleaseKey};
use crate::domain::rejection::{PhaseLabel, Rejection};
use crate::domain::snooze::UNTIL_FORM;
use chrono::{DateTime, NaiveDate, Utc};
use serenity::all::{ButtonStyle, CreateActionRow, CreateButton};

/// Why nothing was changed, and what to do now.
#[must_use]
pub fn refusal(rejection: &Rejection) -> Post {
    Post::text(format!("🚫 {}", sentence(rejection)))
}

/// A refusal of a start that the person can answer with a button; `question` is the number under which the request is
/// kept.
#[must_use]
pub fn question(rejection: &Rejection, question: i64) -> Post {
    let answer = |answer, label: &str, style| button(&CustomId::Start(question, answer), label, style);
    let mut buttons = match rejection {
        Rejection::PhasesAlreadyOver { .. } => {
            vec![answer(Answer::Anyway, "Start anyway", ButtonStyle::Danger)]
        }
        Rejection::TargetIsDayOff { nearest, .. } => nearest
            .iter()
            .map(|day| {
                let label = format!("Start for {}", date(*day));
                answer(Answer::Target(*day), &label, ButtonStyle::Primary)
            })
            .collect(),
        _ => return refusal(rejection),
    };
    buttons.push(answer(Answer::Cancel, "Do not start", ButtonStyle::Secondary));
    asking(rejection, buttons)
}

/// A refusal of a move that the person can answer with a button.
#[must_use]
pub fn slip_question(rejection: &Rejection, question: i64) -> Post {
    let Rejection::TargetIsDayOff { nearest, .. } = rejection else {
        return refusal(rejection);
    };
    let answer = |answer, label: &str, style| button(&CustomId::Slip(question, answer), label, style);
    let days = nearest.iter().map(|day| {
        let label = format!("Move to {}", date(*day));
        answer(Answer::Target(*day), &label, ButtonStyle::Primary)
    });
    let keep = answer(Answer::Cancel, "Keep the old date", ButtonStyle::Secondary);
    asking(rejection, days.chain([keep]).collect())
}

/// A refusal of a snooze that the person can answer with a button.
#[must_use]
pub fn snooze_question(rejection: &Rejection, question: i64) -> Post {
    let Rejection::SnoozePastDue { .. } = rejection else {
        return refusal(rejection);
    };
    let answer = |answer, label: &str, style| button(&CustomId::Snooze(question, answer), label, style);
    let buttons = vec![
        answer(Answer::Anyway, "Snooze all the same", ButtonStyle::Danger),
        answer(Answer::Cancel, "Keep the reminders", ButtonStyle::Secondary),
    ];
    asking(rejection, buttons)
}

fn asking(rejection: &Rejection, buttons: Vec<CreateButton>) -> Post {
    Post {
        rows: vec![CreateActionRow::Buttons(buttons)],
        ..refusal(rejection)
    }
}

fn sentence(rejection: &Rejection) -> String {
    match rejection {
        Rejection::Room(refusal) => room::refusal::sentence(refusal),
        Rejection::Direct(refusal) => follow::refusal(refusal),
        Rejection::Shift(refusal) => shift::refusal(refusal),
        Rejection::HandOff(refusal) => handoff::refusal(refusal),
        Rejection::Directory(refusal) => directory::refusal(refusal),
        Rejection::TooManyVersions { given, limit } => format!(
            "Nothing was started: one release ships at most {limit} versions, and these are {given}. Start a second \
             release for the others.",
        ),
        Rejection::UnknownCondition { given, known } => format!(
            "This playbook knows no condition `{}`. {}",
            code(given),
            if known.is_empty() {
                "It has none: leave `conditions` out.".to_owned()
            } else {
                format!("It has: {}.", known.iter().map(|title| escape(title)).collect::<Vec<_>>().join("; "))
            },
        ),
        Rejection::OneCondition { what, given, known } => {
            let listed = |titles: &[String]| listing(&titles.iter().map(|title| escape(title)).collect::<Vec<_>>());
            let named = match given.as_slice() {
                [] => "none was named".to_owned(),
                several => format!("{} were named", listed(several)),
            };
            format!(
                "Nothing was started: this process asks for one **{}**, and {named}. Name one with `conditions`: {}.",
                escape(what),
                known.iter().map(|title| escape(title)).collect::<Vec<_>>().join(", "),
            )
        }
        Rejection::NotSetUp { missing } => format!(
            "Nothing was started: this server has not chosen {}. Somebody who may manage the server runs `/setup` \
             first.",
            listing(missing),
        ),
        Rejection::NotAnAdministrator => {
            "Nothing was changed: this takes the *Manage Server* permission. Ask somebody who has it."
                .to_owned()
        }
        Rejection::RoleNeeded { roles, action } => format!(
            "You cannot {action}: it takes the role {}. Ask somebody who has it, or have the role given to you.",
            alternatives(roles),
        ),
        Rejection::UnknownPlaybook { given, known } => format!(
            "There is no playbook `{}`. There is: {}.",
            code(given),
            known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        ),
        Rejection::VersionNotAccepted { given, example } => format!(
            "`{}` is not a version that this playbook accepts. Write it like `{example}`.",
            code(given),
        ),
        Rejection::NotADate { given } => {
            format!("`{}` is not a date. Write the target as year-month-day, like `2026-12-10`, or `TBD` while it is open.", code(given))
        }
        Rejection::DayIsOver { date: day, today } => format!(
            "Nothing was changed: {} is over, today is {} where the cut-offs are counted. Choose today or a later day.",
            date(*day),
            date(*today),
        ),
        Rejection::NotADay { given } => format!(
            "`{}` is not a date. Write it as year-month-day, like `2026-12-24`, in the years 2000 to 2100.",
            code(given),
        ),
        Rejection::NothingSaid { date: day, own } => nothing_said(*day, own),
        Rejection::CalendarNotRead { problems } => calendar_not_read(problems),
        Rejection::PlaybooksNotRead { problems } => playbooks_not_read(problems),
        Rejection::TargetInPast { target, today } if target == today => format!(
            "The target {} is today, and the last cut-off of today has passed. Choose a later working day.",
            date(*target),
        ),
        Rejection::TargetInPast { target, today } => format!(
            "The target {} is over: today is {} where the cut-offs are counted. Choose a later working day.",
            date(*target),
            date(*today),
        ),
        Rejection::TargetIsDayOff { target, reason, nearest } => format!(
            "{} is not a working day ({reason}), so nobody would be there for the release. The nearest working {} {}.",
            date(*target),
            if nearest.len() == 1 { "day is" } else { "days are" },
            listing(&nearest.iter().map(|day| date(*day)).collect::<Vec<_>>()),
        ),
        Rejection::PhasesAlreadyOver { phases } => already_over(phases),
        Rejection::AlreadyInFlight { product, version, key, channel: Some(channel) } => format!(
            "{} {} is being released already as **{key}** in <#{channel}>. Work on that one, or close it first with \
             `/release close` there.",
            escape(product),
            escape(version),
        ),
        Rejection::AlreadyInFlight { product, version, key, channel: None } => format!(
            "{} {} is being released already as **{key}**. Work on that one, or close it first with `/release close \
             release:{key}`.",
            escape(product),
            escape(version),
        ),
        Rejection::TextTooLong { what, limit, given } => {
            format!("Nothing was changed: {what} has {given} characters and may have {limit}. Shorten it.")
        }
        Rejection::NotAReleaseChannel { in_flight } => not_a_release_channel(in_flight),
        Rejection::UnknownRelease { given } => {
            format!("There is no release `{}` in this server. `/release list` shows those in flight.", code(given))
        }
        Rejection::ReleaseClosed { key, closed } => format!(
            "Nothing was changed: **{key}** was closed by <@{}> {}.",
            closed.by,
            moment(closed.at),
        ),
        Rejection::UnknownItem { given, nearest } if nearest.is_empty() => format!(
            "This release has no item `{}`. Pick one from the suggestions while typing, or see `/item list`.",
            code(given),
        ),
        Rejection::UnknownItem { given, nearest } => format!(
            "This release has no item `{}`. Did you mean {}?",
            code(given),
            nearest.iter().map(|title| format!("**{}**", escape(title))).collect::<Vec<_>>().join(" or "),
        ),
        Rejection::ItemAlreadyDone { title, done } => match &done.not_applicable {
            None => format!(
                "**{}** is done already: <@{}> ticked it {}. Nothing was changed.",
                escape(title),
                done.stamp.by,
                moment(done.stamp.at),
            ),
            Some(reason) => format!(
                "**{}** does not apply to this release, as <@{}> said {}: {}. Nothing was changed; `/item undo` opens it \
                 again.",
                escape(title),
                done.stamp.by,
                moment(done.stamp.at),
                escape(reason),
            ),
        },
        Rejection::ItemNotDone { title } => {
            format!("**{}** is open, so there is nothing to undo.", escape(title))
        }
        Rejection::ItemsStillOpen { open, blocked } => still_open(open, blocked),
        Rejection::PermissionsMissing { missing } => {
            let mut text = "Nothing was changed: I lack permissions in this server.".to_owned();
            for missing in missing {
                let _ = write!(text, "\n• **{}**: without it I cannot {}", missing.permission, missing.blocks);
            }
            text.push_str("\nGive them to my role (Server Settings → Roles), then try again; `/setup check` looks again.");
            text
        }
        Rejection::ReasonNeeded { action } => format!(
            "Nothing was changed: {action} takes a reason, which goes on the record. Run the command again with one.",
        ),
        Rejection::TargetUnchanged { target: None } => {
            "Nothing was moved: the target is TBD already. `/release slip` with a date sets it.".to_owned()
        }
        Rejection::TargetUnchanged { target: Some(target) } => {
            format!("Nothing was moved: the target is {} already. Choose another date, or `TBD`.", date(*target))
        }
        Rejection::MovedMeanwhile { target: now } => format!(
            "Nothing was moved: somebody else moved this release while I asked, and its target is {} now. Run \
             `/release slip` again if it still has to move.",
            target(*now),
        ),
        Rejection::AlreadyOnHold { since, reason } => format!(
            "Nothing was changed: this release is on hold already, since <@{}> stopped it {}, because: {}. `/release \
             resume` lets it go on.",
            since.by,
            moment(since.at),
            escape(reason),
        ),
        Rejection::NotClosed { key } => format!(
            "Nothing was changed: **{key}** is in flight, so there is nothing to reopen.",
        ),
        Rejection::NotOnHold { key } => format!(
            "Nothing was changed: **{key}** is not on hold, so there is nothing to resume. `/release hold` stops its \
             clock.",
        ),
        Rejection::NotAnUntil { given } => {
            format!("`{}` is no end of a snooze. Write {UNTIL_FORM}.", code(given))
        }
        Rejection::SnoozeNotAhead { until } => format!(
            "Nothing was snoozed: {} has passed. Choose a later end, such as {UNTIL_FORM}.",
            moment(*until),
        ),
        Rejection::SnoozePastDue { title, phase, cutoff, until } => format!(
            "**{}** is due {} ({phase}), and the snooze would last until {}. Nobody would be reminded of it in time, and \
             it would still be late.",
            escape(title),
            moment(*cutoff),
            moment(*until),
        ),
        Rejection::ItemNotSnoozed { title } => {
            format!("**{}** is not snoozed, so there is nothing to end.", escape(title))
        }
        Rejection::UnknownNote { note } => format!(
            "No message with the number {note} waits for you: it was delivered, tried again or given up meanwhile, or \
             never was. `/outbox list` shows what could not be delivered."
        ),
        Rejection::NoteUnreadable { note } => format!(
            "Note {note} cannot be sent again, because this version of me cannot read it. Start the version that wrote \
             it, or give it up with `/outbox drop`."
        ),
        Rejection::NotRecurring { playbook, known } if known.is_empty() => format!(
            "The playbook `{}` does not come again by itself, and no other does. Its file has to say when, in a table \
             `[recurring]` (docs/playbooks.md).",
            code(playbook),
        ),
        Rejection::NotRecurring { playbook, known } => format!(
            "The playbook `{}` does not come again by itself. Those that do: {}.",
            code(playbook),
            known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        ),
        Rejection::ProposalAnswered { started: Some(key), answered } => format!(
            "Nothing was changed: {} started it as **{key}** {}.",
            person(answered.by),
            moment(answered.at),
        ),
        Rejection::ProposalAnswered { started: None, answered } => format!(
            "Nothing was changed: {} said \"not this time\" {}. If it is needed all the same, `/release start` starts it.",
            person(answered.by),
            moment(answered.at),
        ),
        Rejection::QuestionGone => {
            "This question was answered already, or it was put to somebody else. Nothing was changed; run the command \
             again if you still need it."
                .to_owned()
        }
    }
}

/// Room for what stands around a list.
const AROUND: usize = 200;

fn nothing_said(day: NaiveDate, own: &[NaiveDate]) -> String {
    let first = format!(
        "Nothing was changed: this server has said nothing about {}.",
        date(day)
    );
    if own.is_empty() {
        return format!("{first} `/calendar add` takes a day off, `/calendar work` works on one.");
    }
    let days: Vec<String> = own.iter().map(|day| date(*day)).collect();
    let spoken = fitting(&days, CONTENT_LIMIT - AROUND, "days");
    format!("{first} It has spoken of:\n{spoken}")
}

fn calendar_not_read(problems: &[String]) -> String {
    if problems.is_empty() {
        return "Nothing was read: this bot has no configuration file, as in the demo. `/calendar add` takes a single day \
                off."
            .to_owned();
    }
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("• {}", escape(problem)))
        .collect();
    format!(
        "The calendar files have {}, so the old calendar stays. Correct them and run `/calendar reload` again.\n{}",
        count(problems.len(), "problem"),
        fitting(
            &lines,
            CONTENT_LIMIT - AROUND,
            "problems; start `tminus plan --config` for all"
        ),
    )
}

fn playbooks_not_read(problems: &[String]) -> String {
    if problems.is_empty() {
        return "Nothing was read: this bot has no folder of playbooks.".to_owned();
    }
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("• {}", escape(problem)))
        .collect();
    format!(
        "The playbook files have {}, so all old playbooks stay. Correct them and run `/playbook reload` again.\n{}",
        count(problems.len(), "problem"),
        fitting(
            &lines,
            CONTENT_LIMIT - AROUND,
            "problems; `tminus playbook check` lists all"
        ),
    )
}

fn already_over(phases: &[(PhaseLabel, DateTime<Utc>)]) -> String {
    let lines: Vec<String> = phases
        .iter()
        .map(|(phase, cutoff)| format!("• {phase}: the cut-off was {}", moment(*cutoff)))
        .collect();
    format!(
        "That target is near: {} would be due at once:\n{}\nStart anyway, or run the command again with a later target.",
        if phases.len() == 1 {
            "one phase is already over. Its items"
        } else {
            "these phases are already over. Their items"
        },
        fitting(&lines, CONTENT_LIMIT - AROUND, "phases"),
    )
}

fn not_a_release_channel(in_flight: &[(ReleaseKey, String, Option<ChannelId>)]) -> String {
    if in_flight.is_empty() {
        return "This is not a release channel, and no release is in flight. `/release start` starts one."
            .to_owned();
    }
    let lines: Vec<String> = in_flight
        .iter()
        .map(|(key, name, channel)| {
            let place = channel.map_or_else(
                || "its channel is being opened".to_owned(),
                |channel| format!("<#{channel}>"),
            );
            format!("• **{key}** {}: {place}", escape(name))
        })
        .collect();
    format!(
        "This works in the channel of a release. In flight:\n{}",
        fitting(&lines, CONTENT_LIMIT - AROUND, "releases"),
    )
}

fn still_open(open: &[(String, Vec<String>)], blocked: &[(u32, String)]) -> String {
    let all: usize = open.iter().map(|(_, titles)| titles.len()).sum();
    let mut text = format!(
        "Not closed: {}, or run `/release close` with an `override_reason`, which goes on the record.",
        match (all, blocked) {
            (0, [_]) => "the release is blocked. Resolve the escalation".to_owned(),
            (0, _) => "the release is blocked. Resolve the escalations".to_owned(),
            (1, _) => "1 item is still open. Finish it".to_owned(),
            (all, _) => format!("{all} items are still open. Finish them"),
        },
    );
    for (number, problem) in blocked.iter().take(3) {
        let _ = write!(
            text,
            "\n🆘 escalation {number}: {}",
            escape(&shortened(problem, 60))
        );
    }
    if blocked.len() > 3 {
        let _ = write!(text, "\n… and {} more: `/escalate list`", blocked.len() - 3);
    }
    for (role, titles) in open {
        let _ = write!(text, "\n**{role}** ({})", count(titles.len(), "item"));
        // Each role keeps some room, so that none is missing however long another's list is.
        let mut room = if blocked.is_empty() { 1300 } else { 800 } / open.len();
        for (position, title) in titles.iter().enumerate() {
            let line = format!("\n⬜ {}", escape(&shortened(title, 90)));
            if line.chars().count() > room {
                let _ = write!(text, "\n… and {} more on the board", titles.len() - position);
                break;
            }
            room -= line.chars().count();
            text.push_str(&line);
        }
    }
    text
}

/// What a person typed, fit for a code span.
pub(super) fn code(text: &str) -> String {
    let harmless: String = text.replace('`', "'").chars().filter_map(visible).collect();
    shortened(&harmless, 100)
}

/// "a, b and c".
pub(super) fn listing(parts: &[String]) -> String {
    joined(parts, "and")
}

/// "**a**, **b** or **c**".
fn alternatives(parts: &[String]) -> String {
    let bold: Vec<String> = parts.iter().map(|part| format!("**{part}**")).collect();
    joined(&bold, "or")
}

fn joined(parts: &[String], word: &str) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} {word} {last}", rest.join(", ")),
    }
}
