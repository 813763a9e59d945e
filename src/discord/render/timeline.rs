//! What happened to a release, page by page.

use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::ReleaseView;
use crate::discord::custom_id::{CustomId, TimelineView};
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::status::happening;
use crate::discord::render::{button, count, fitting, release_name};
use crate::domain::release::TimelineEvent;
use crate::domain::timeline::{Filter, Show};

/// Events on one page of a timeline.
const PAGE: usize = 15;

/// What happened to a release, as far as somebody wants to see it: the newest page first, each page oldest first.
#[must_use]
pub fn timeline(view: &ReleaseView, events: &[TimelineEvent], wanted: TimelineView) -> Post {
    let TimelineView { filter, page } = wanted;
    let shown: Vec<&TimelineEvent> = events.iter().filter(|event| filter.lets_through(event)).collect();
    let pages = shown.len().div_ceil(PAGE).max(1);
    let page = page.min(pages - 1);
    let end = shown.len().saturating_sub(page * PAGE);
    let start = end.saturating_sub(PAGE);
    let number = if filter.is_open() {
        count(events.len(), "event")
    } else {
        format!(
            "{} ({} of {})",
            kind(filter),
            shown.len(),
            count(events.len(), "event")
        )
    };
    let mut lines = vec![format!(
        "**Timeline of {} · {}** · {number} · page {} of {pages}",
        view.release.key,
        release_name(view),
        page + 1,
    )];
    if shown.is_empty() {
        lines.push(
            "Nothing of that kind has happened. Leave out `show` and `who` to see everything.".to_owned(),
        );
    }
    for event in shown.get(start..end).unwrap_or_default() {
        let who = event
            .actor
            .map_or_else(|| "T-minus".to_owned(), |actor| format!("<@{actor}>"));
        lines.push(format!(
            "<t:{}:f> {who} {}",
            event.at.timestamp(),
            happening(&view.release, &event.event)
        ));
    }
    let turn = |page| CustomId::Timeline(view.release.key.clone(), TimelineView { filter, page });
    let rows = if pages > 1 {
        vec![CreateActionRow::Buttons(vec![
            button(&turn(page + 1), "◀ Older", ButtonStyle::Secondary).disabled(page + 1 == pages),
            button(
                &turn(page.wrapping_sub(1).min(pages + 1)),
                "Newer ▶",
                ButtonStyle::Secondary,
            )
            .disabled(page == 0),
        ])]
    } else {
        Vec::new()
    };
    Post {
        rows,
        ..Post::text(fitting(&lines, CONTENT_LIMIT, "events on this page"))
    }
}

/// "decisions of <@1>".
fn kind(filter: Filter) -> String {
    let what = match filter.show {
        Show::All => "all",
        Show::People => "what people did",
        Show::Bot => "what T-minus did by itself",
        Show::Items => "items",
        Show::Decisions => "decisions",
    };
    match filter.who {
        Some(who) if filter.show == Show::All => format!("all of <@{who}>"),
        Some(who) => format!("{what}, of <@{who}>"),
        None => what.to_owned(),
    }
}
