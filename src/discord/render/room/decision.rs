//! The go/no-go, live.

use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::ReleaseView;
use crate::discord::custom_id::CustomId;
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::refusal::listing;
use crate::discord::render::{button, escape, fitting, release_name, role_named};
use crate::domain::release::Release;
use crate::domain::room::{Choice, Decision, Outcome};

/// The question with its votes and buttons; once it is void it has none.
#[must_use]
pub fn card(view: &ReleaseView, number: u32) -> Option<Post> {
    let release = &view.release;
    let decision = release
        .room
        .decisions
        .iter()
        .find(|decision| decision.number == number)?;
    let covers: Vec<String> = decision.covers.iter().map(|covered| escape(covered)).collect();
    let mut pings = Vec::new();
    let mut lines = vec![
        format!(
            "🗳️ **Go/no-go {number}** · {} · {}",
            listing(&covers),
            release_name(view)
        ),
        outcome(release, decision),
    ];
    for role in &decision.roles {
        let named = role_named(view, role.as_str());
        lines.push(match decision.votes.get(role) {
            None => {
                pings.extend(named.pings);
                format!("⬜ {} has not voted", named.text)
            }
            Some(vote) => {
                let sign = match vote.choice {
                    Choice::Go => "🟢",
                    Choice::NoGo => "🔴",
                    Choice::Abstain => "⚪",
                };
                let reason = vote
                    .reason
                    .as_ref()
                    .map_or_else(String::new, |reason| format!(": {}", escape(reason)));
                format!(
                    "{sign} {} · **{}** · <@{}>{reason}",
                    named.title, vote.choice, vote.stamp.by
                )
            }
        });
    }
    for objection in decision
        .objections
        .iter()
        .filter(|objection| objection.withdrawn.is_some())
    {
        lines.push(format!(
            "↩️ <@{}> took back the no-go of {}: ~~{}~~",
            objection.stamp.by,
            escape(&release.role_title(&objection.role)),
            escape(&objection.reason),
        ));
    }
    let rows = if decision.void.is_none() && release.is_open() {
        let vote = |choice| CustomId::Vote(release.key.clone(), number, choice);
        vec![CreateActionRow::Buttons(vec![
            button(&vote(Choice::Go), "Go", ButtonStyle::Success),
            button(&vote(Choice::NoGo), "No-go…", ButtonStyle::Danger),
            button(&vote(Choice::Abstain), "Abstain", ButtonStyle::Secondary),
            button(
                &CustomId::Unvote(release.key.clone(), number),
                "Take my vote back",
                ButtonStyle::Secondary,
            ),
        ])]
    } else {
        Vec::new()
    };
    Some(Post {
        rows,
        pings,
        ..Post::text(fitting(&lines, CONTENT_LIMIT - MARK_ROOM, "lines"))
    })
}

/// How it stands, in one line.
fn outcome(release: &Release, decision: &Decision) -> String {
    let answered = decision.votes.len();
    match decision.outcome() {
        Outcome::Open => format!("**Open** · {answered} of {} needed votes", decision.quorum),
        Outcome::Go => "🟢 **Go.** `/release ready` opens what waits for it.".to_owned(),
        Outcome::NoGo => {
            let who: Vec<String> = decision
                .standing()
                .map(|objection| escape(&release.role_title(&objection.role)))
                .collect();
            if who.is_empty() {
                "🔴 **No-go:** nobody said go.".to_owned()
            } else {
                format!("🔴 **No-go** while the objection of {} stands.", listing(&who))
            }
        }
        Outcome::Void => format!(
            "▫️ **Void:** {} was cut since. A new one has to be called (`/go call`).",
            escape(decision.void.as_deref().unwrap_or_default()),
        ),
    }
}

/// "🗳️ go", for the board; nothing while none is called.
pub(in crate::discord::render) fn progress(release: &Release) -> Option<String> {
    let decision = release.room.decision()?;
    let word = match decision.outcome() {
        Outcome::Open => format!("open, {} of {}", decision.votes.len(), decision.quorum),
        Outcome::Go => "🟢 go".to_owned(),
        Outcome::NoGo => "🔴 no-go".to_owned(),
        Outcome::Void => "void".to_owned(),
    };
    Some(format!("🗳️ go/no-go {word}"))
}
