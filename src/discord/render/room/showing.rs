//! The words about a message that somebody shows for an item.

use serenity::all::{CreateActionRow, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption};

use crate::app::{Offer, ReleaseView};
use crate::discord::custom_id::CustomId;
use crate::discord::post::Post;
use crate::discord::render::{count, escape, phase_name, refusal, shortened};
use crate::domain::playbook::{EvidenceKind, ItemId};
use crate::domain::rejection::Rejection;

/// The most options that a select has.
const OPTIONS: usize = 25;

/// The items that the message can be shown for, to pick one.
#[must_use]
pub fn offer(offer: &Offer) -> Post {
    let release = &offer.view.release;
    let options: Vec<CreateSelectMenuOption> = offer
        .items
        .iter()
        .filter_map(|id| release.playbook.items().find(|(_, item)| item.id == *id))
        .take(OPTIONS)
        .map(|(phase, item)| {
            let asks = match item.evidence {
                Some(EvidenceKind::Link) => "asks for a link",
                Some(EvidenceKind::File) => "asks for a file",
                Some(EvidenceKind::Text) | None => "asks for a text",
            };
            let role = release.role_title(&item.role);
            let description = shortened(&format!("{asks} · {role} · {}", phase_name(phase)), 100);
            CreateSelectMenuOption::new(shortened(&item.title, 100), item.id.to_string())
                .description(description)
        })
        .collect();
    let more = offer.items.len().saturating_sub(options.len());
    let more = if more == 0 {
        String::new()
    } else {
        format!(
            "\nThe soonest are listed; for {} more, use `/item done` with `evidence`.",
            count(more, "item")
        )
    };
    let kind = CreateSelectMenuKind::String { options };
    let select = CreateSelectMenu::new(CustomId::ShowFor(offer.question).to_string(), kind)
        .placeholder("Tick an item with this message");
    Post {
        rows: vec![CreateActionRow::SelectMenu(select)],
        ..Post::text(format!(
            "📎 Pick the item that this message proves: it is ticked, and what it asks for goes on the record.{more}",
        ))
    }
}

/// Why the item that was picked was not ticked, with the choice once more as far as there is one.
#[must_use]
pub fn refused(rejection: &Rejection, again: Option<&Offer>) -> Post {
    Post {
        rows: again.map_or_else(Vec::new, |again| offer(again).rows),
        ..refusal::refusal(rejection)
    }
}

/// That an item was ticked with the message.
#[must_use]
pub fn shown(view: &ReleaseView, id: &ItemId) -> Post {
    let release = &view.release;
    let title = release.playbook.item(id).map(|item| item.title.clone());
    let evidence = release
        .completions
        .get(id)
        .and_then(|done| done.evidence.as_ref());
    let shown = evidence.map_or_else(String::new, |evidence| {
        format!("\nShown: {}", escape(&evidence.text))
    });
    let progress = release.progress();
    Post::text(format!(
        "✅ Done: **{}**. {} of {} done.{shown}",
        escape(&title.unwrap_or_else(|| id.to_string())),
        progress.done,
        progress.all,
    ))
}
