//! The words about the room of a release: fixes, candidates, defects, sign-offs, the go/no-go and gates.

pub mod blockers;
pub mod candidates;
pub mod decision;
pub mod defects;
pub mod discussion;
pub mod escalation;
pub mod fixes;
pub mod gates;
mod happening;
pub mod item;
pub mod refusal;
pub mod showing;
pub mod sign_offs;

pub(super) use self::happening::happening;

use crate::app::ReleaseView;
use crate::discord::post::Post;
use crate::discord::render::{announcement, escape};
use crate::domain::ids::UserId;
use crate::domain::notice::Card;
use crate::domain::playbook::PhaseLink;
use crate::domain::release::Release;
use crate::domain::room::{Owner, RoomEvent, Severity};

/// "QA" or "<@5>": who can do something about it.
pub(super) fn owner(owner: &Owner) -> String {
    match owner {
        Owner::Role(title) => escape(title),
        Owner::Person(person) => format!("<@{person}>"),
    }
}

/// "🟥 critical": a colour never stands alone.
pub(super) fn severity(severity: Severity) -> String {
    let sign = match severity {
        Severity::Critical => "🟥",
        Severity::High => "🟧",
        Severity::Medium => "🟨",
        Severity::Low => "⬜",
    };
    format!("{sign} {severity}")
}

/// "🔗 Task group of the promote graph", which leads there. No preview of the page appears.
pub(super) fn link(link: &PhaseLink, url: &str) -> String {
    format!("🔗 [{}](<{url}>)", escape(&link.title))
}

/// What is said to whoever said where a page of the release is, or took that away.
#[must_use]
pub fn link_stored(view: &ReleaseView, link: &PhaseLink) -> Post {
    let release = &view.release;
    let title = escape(&link.title);
    Post::text(match release.room.links.get(&link.id) {
        Some(stored) => format!(
            "🔗 **{}**: {title} is at <{}>. The board and `/release list` lead there.",
            release.key, stored.url
        ),
        None => format!("🔗 **{}**: the address of {title} was taken away.", release.key),
    })
}

/// What is said in the release channel about something that happened in its room; nothing when it is not worth a message
/// any more.
#[must_use]
pub fn said(view: &ReleaseView, event: &RoomEvent, by: UserId) -> Option<Post> {
    match event {
        RoomEvent::ItemAssigned { item, to: Some(to) } => {
            item::assigned(view, std::slice::from_ref(item), *to, by)
        }
        RoomEvent::ItemBlocked { item, .. } => item::blocked(view, item),
        RoomEvent::CandidateCut {
            version,
            number,
            commit,
        } => candidates::cut(view, version, *number, commit),
        RoomEvent::VerdictGiven {
            candidate, fix: None, ..
        } => candidates::judged(view, candidate),
        RoomEvent::DefectFound { number, .. } => defects::found(view, *number),
        RoomEvent::Escalation { number, step } => escalation::page::said(view, *number, step, by),
        RoomEvent::GateOpened { phase, missing, .. } => gates::opened(view, phase, missing.len()),
        _ => None,
    }
}

/// A card as it has to look now.
#[must_use]
pub fn card(view: &ReleaseView, card: &Card) -> Option<Post> {
    match card {
        Card::SignOff { number } => sign_offs::card(view, *number),
        Card::Decision { number } => decision::card(view, *number),
        Card::Announcement => Some(announcement::announcement(view)),
        Card::AnnouncementDraft => announcement::draft(view),
        Card::Escalation { number } => escalation::card(view, *number),
        Card::Page {
            escalation: number,
            round,
            place,
        } => escalation::page::card(view, (*number, *round, *place)),
    }
}

/// "🔧 2 of 3 fixes merged · 🔬 7.2.1-RC1 in QA · 🐞 1 high open", for the board; nothing in an empty room.
pub(super) fn progress(release: &Release) -> Option<String> {
    let parts: Vec<String> = [
        fixes::progress(release),
        candidates::progress(release),
        defects::progress(release),
        decision::progress(release),
    ]
    .into_iter()
    .flatten()
    .collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}
