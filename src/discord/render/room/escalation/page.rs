//! What is said to those who are called, and when they have answered, or nobody has.

use chrono::TimeDelta;
use serenity::all::{ButtonStyle, CreateActionRow};

use super::{SHOWN, by, id};
use crate::app::ReleaseView;
use crate::discord::custom_id::EscalationPress;
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::refusal::listing;
use crate::discord::render::{
    button, escape, fitting, person, relative, release_name, role_named, shortened,
};
use crate::domain::escalation::Helper;
use crate::domain::ids::UserId;
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::room::{Escalation, EscalationEvent, Missed, Paging};

/// The call for one person, with the button to answer; once somebody is on it, or it is over, it says so and has none.
#[must_use]
pub fn card(view: &ReleaseView, (number, round, place): (u32, u32, u32)) -> Option<Post> {
    let release = &view.release;
    let escalation = release.room.escalation(number)?;
    let paging = escalation.pages.get(usize::try_from(round).ok()?)?;
    let (target, user) = paging
        .target(place)
        .and_then(|target| Some((target, target.user?)))?;
    let call = paging.calls.iter().find(|call| call.place == place)?;
    let waits = is_waiting(view, escalation, paging);
    let mut lines = vec![
        format!(
            "📟 <@{user}>, **{}** is blocked and asks for you ({}).",
            release_name(view),
            escape(&paging.title)
        ),
        format!("> {}", escape(&shortened(&escalation.problem, SHOWN))),
    ];
    lines.push(if let Some(resolved) = &escalation.resolved {
        format!(
            "🏁 It is resolved, says {}. Nothing more is needed.",
            by(resolved.stamp)
        )
    } else if let Some(taken) = escalation.taken().or(paging.acknowledged) {
        format!("🔧 {} is on it, {}.", person(taken.by), relative(taken.at))
    } else if !release.is_open() {
        "▫️ The release was closed. Nothing more is needed.".to_owned()
    } else if paging.unanswered.is_some() {
        "🚨 Nobody has answered. Press **Acknowledge** when you are on it: an answer still counts.".to_owned()
    } else {
        let until = call.at + TimeDelta::minutes(i64::from(paging.answer_within));
        let then = match paging.target(place + 1) {
            Some(_) => "then I call the next one",
            None => "then nobody is left to call",
        };
        format!(
            "Press **Acknowledge** when you are on it. I wait until <t:{}:t> ({}), {then}. Asked by <@{}>.",
            until.timestamp(),
            relative(until),
            paging.stamp.by
        )
    });
    let acknowledge = button(
        &id(release, escalation, EscalationPress::Acknowledge),
        "Acknowledge",
        ButtonStyle::Primary,
    );
    let text = fitting(&lines, CONTENT_LIMIT - MARK_ROOM, "lines");
    Some(if waits {
        Post {
            rows: vec![CreateActionRow::Buttons(vec![acknowledge])],
            people: target.user.into_iter().collect(),
            ..Post::text(text)
        }
    } else {
        Post::text(text)
    })
}

/// Whom a call is for, while it is one.
#[must_use]
pub fn called(view: &ReleaseView, (number, round, place): (u32, u32, u32)) -> Option<UserId> {
    let escalation = view.release.room.escalation(number)?;
    let paging = escalation.pages.get(usize::try_from(round).ok()?)?;
    paging
        .target(place)
        .filter(|_| is_waiting(view, escalation, paging))?
        .user
}

/// Whether an answer is waited for.
fn is_waiting(view: &ReleaseView, escalation: &Escalation, paging: &Paging) -> bool {
    view.release.is_open()
        && escalation.is_open()
        && escalation.taken().is_none()
        && paging.acknowledged.is_none()
        && paging.stopped.is_none()
}

/// What the release channel hears of a step; nothing when it is only shown on the cards.
#[must_use]
pub fn said(view: &ReleaseView, number: u32, step: &EscalationEvent, who: UserId) -> Option<Post> {
    let escalation = view.release.room.escalation(number)?;
    let paging = escalation.paging();
    match step {
        EscalationEvent::Acknowledged => {
            let asked = paging?.stamp.by;
            let people: Vec<UserId> = [asked].into_iter().filter(|asked| *asked != who).collect();
            let to = people.iter().map(|asked| format!("<@{asked}>: "));
            Some(Post {
                content: format!(
                    "🔧 {}<@{who}> is on it (escalation {number}).",
                    to.collect::<String>()
                ),
                people,
                ..Post::default()
            })
        }
        EscalationEvent::Missed { place, name, why } => {
            let name = escape(name);
            let why = match why {
                Missed::Left => "is not in this server any more",
                Missed::DoesNotSee => "holds no role of this release and does not see this channel",
            };
            let next = match paging?.target(place + 1) {
                Some(next) => format!("I call {} instead", escape(&next.name)),
                None => "nobody is left to call".to_owned(),
            };
            Some(Post::text(format!("↪️ **{name}** {why}: {next}.")))
        }
        EscalationEvent::Unanswered => Some(unanswered(view, escalation)),
        EscalationEvent::Resolved { what } => Some(resolved(view, escalation, what, who)),
        _ => None,
    }
}

/// That everybody was called and nobody has answered: the Release Manager decides what comes next.
fn unanswered(view: &ReleaseView, escalation: &Escalation) -> Post {
    let lead = role_named(view, RELEASE_MANAGER);
    let names = |helpers: Vec<&Helper>| {
        let names: Vec<String> = helpers.iter().map(|helper| escape(&helper.name)).collect();
        listing(&names)
    };
    let mut called = Vec::new();
    let mut missed = Vec::new();
    if let Some(paging) = escalation.paging() {
        for call in &paging.calls {
            let reached = if call.missed.is_none() {
                &mut called
            } else {
                &mut missed
            };
            reached.extend(paging.target(call.place));
        }
        missed.extend(paging.order.passed.iter().map(|passed| &passed.helper));
    }
    let mut lines = vec![format!(
        "🚨 {}: **nobody has answered** about escalation {} ({}).",
        lead.text,
        escalation.number,
        escape(&shortened(&escalation.problem, 120))
    )];
    lines.push(if called.is_empty() {
        "There was nobody whom I could call.".to_owned()
    } else {
        format!(
            "I called {}. Whoever answers now is on it all the same.",
            names(called)
        )
    });
    if !missed.is_empty() {
        lines.push(format!(
            "I did not call {}: try another way, such as the telephone.",
            names(missed)
        ));
    }
    lines.push("**Page** on the card calls once more; **Topic…** asks other people.".to_owned());
    Post {
        pings: lead.pings,
        ..Post::text(fitting(&lines, CONTENT_LIMIT - MARK_ROOM, "lines"))
    }
}

/// What it was. Who opened it and who is on it hear it; whoever was called besides may be asleep, and reads it later.
fn resolved(view: &ReleaseView, escalation: &Escalation, what: &str, who: UserId) -> Post {
    let mut people = vec![escalation.opened.by];
    people.extend(escalation.taken().map(|taken| taken.by));
    people.retain(|person| *person != who && *person != UserId::ITSELF);
    people.dedup();
    let mut called: Vec<UserId> = escalation.pages.iter().flat_map(Paging::called).collect();
    called.extend(&people);
    called.sort_unstable();
    called.dedup();
    called.retain(|person| *person != who);
    let called: Vec<String> = called.iter().map(|user| format!("<@{user}>")).collect();
    let done = match called.as_slice() {
        [] => String::new(),
        called => format!("\n{}: nothing more is needed from you.", listing(called)),
    };
    // A Release Manager may do so, now or when they look back.
    let keep = button(
        &id(&view.release, escalation, EscalationPress::Keep),
        "Add to the symptoms…",
        ButtonStyle::Secondary,
    );
    Post {
        people,
        rows: vec![CreateActionRow::Buttons(vec![keep])],
        ..Post::text(shortened(
            &format!(
                "🏁 **Escalation {} is resolved**, says <@{who}>: {}{done}",
                escalation.number,
                escape(what),
            ),
            CONTENT_LIMIT - MARK_ROOM,
        ))
    }
}
