//! One item with everything that is known about it.

use chrono::{DateTime, Utc};
use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::ReleaseView;
use crate::discord::custom_id::{CustomId, EscalationId};
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::{button, escape, fitting, item_line, moment, phase_name, role_named, shortened};
use crate::domain::ids::UserId;
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::playbook::{DoneBy, ItemId};

/// Everything about an item, with a button to its thread while people may write there.
#[must_use]
pub fn show(view: &ReleaseView, id: &ItemId, now: DateTime<Utc>) -> Post {
    let release = &view.release;
    let Some(mut lines) = lines(view, id, now) else {
        return Post::text("This release has no such item any more.");
    };
    let thread = release.room.thread_of(id);
    lines.extend(thread.map(|thread| format!("💬 Discussed in <#{thread}>")));
    let discuss = CustomId::Discuss(release.key.clone(), id.clone());
    let discuss = button(&discuss, "Discuss…", ButtonStyle::Secondary);
    Post {
        rows: if release.is_open() {
            vec![CreateActionRow::Buttons(vec![discuss])]
        } else {
            Vec::new()
        },
        ..Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
    }
}

/// What there is to say of an item, line by line, the item itself first; none when the release has no such item.
pub(super) fn lines(view: &ReleaseView, id: &ItemId, now: DateTime<Utc>) -> Option<Vec<String>> {
    let release = &view.release;
    let (phase, item) = release.playbook.items().find(|(_, item)| item.id == *id)?;
    let mut lines = vec![
        item_line(view, item, now),
        format!(
            "{} · {}",
            phase_name(phase),
            escape(&release.role_title(&item.role))
        ),
    ];
    if let Some(day) = release.day_of(&view.plan, phase, item) {
        lines.push(format!("Due {}", moment(day.cutoff_at)));
    }
    lines.extend(item.details.as_ref().map(|details| escape(details)));
    lines.extend(
        item.steps
            .iter()
            .enumerate()
            .map(|(number, step)| format!("{}. {}", number + 1, escape(step))),
    );
    lines.extend(
        item.links
            .iter()
            .map(|link| format!("🔗 {}: <{}>", escape(&link.title), link.url)),
    );
    lines.extend(
        item.evidence
            .map(|kind| format!("📎 It counts as done with a {kind}.")),
    );
    lines.extend(match item.done_by {
        DoneBy::RoleOrReleaseManager => None,
        DoneBy::Role => Some("Only its role can tick it.".to_owned()),
        DoneBy::Assignee => Some("Only whoever it is assigned to can tick it.".to_owned()),
    });
    for need in &item.needs {
        if let Some(needed) = release.playbook.item(need) {
            let mark = if release.completions.contains_key(need) {
                "✅"
            } else {
                "⬜"
            };
            lines.push(format!("Needs {mark} {}", escape(&needed.title)));
        }
    }
    if let Some(done) = release.completions.get(id) {
        lines.extend(
            done.not_applicable
                .as_ref()
                .map(|reason| format!("Does not apply: {}", escape(reason))),
        );
        lines.extend(
            done.evidence
                .as_ref()
                .map(|evidence| format!("Shown: {}", escape(&evidence.text))),
        );
    }
    if let Some(work) = release.room.work.get(id) {
        lines.extend(
            work.started
                .map(|started| format!("Begun by <@{}> {}", started.by, moment(started.at))),
        );
        lines.extend(work.blocked.as_ref().map(|block| {
            format!(
                "⛔ Blocked, says <@{}>: {}",
                block.stamp.by,
                escape(&block.reason)
            )
        }));
        lines.extend(work.notes.iter().map(|note| {
            format!(
                "📝 <@{}> <t:{}:f>: {}",
                note.stamp.by,
                note.stamp.at.timestamp(),
                escape(&note.text)
            )
        }));
    }
    Some(lines)
}

/// That an item is blocked, for the Release Manager.
#[must_use]
pub fn blocked(view: &ReleaseView, id: &ItemId) -> Option<Post> {
    let release = &view.release;
    let item = release.playbook.item(id)?;
    let block = release.room.work.get(id)?.blocked.as_ref()?;
    let lead = role_named(view, RELEASE_MANAGER);
    let escalate = CustomId::Escalation(EscalationId::Open(release.key.clone(), id.clone()));
    Some(Post {
        rows: vec![CreateActionRow::Buttons(vec![button(
            &escalate,
            "Escalate…",
            ButtonStyle::Danger,
        )])],
        pings: lead.pings,
        ..Post::text(shortened(
            &format!(
                "⛔ **{}** is blocked, says <@{}>: {}\n{}, it stays due. `/item unblock` when it can go on.",
                escape(&item.title),
                block.stamp.by,
                escape(&block.reason),
                lead.text,
            ),
            CONTENT_LIMIT - MARK_ROOM,
        ))
    })
}

/// That items were given to somebody by another person.
#[must_use]
pub fn assigned(view: &ReleaseView, items: &[ItemId], to: UserId, by: UserId) -> Option<Post> {
    let release = &view.release;
    // Whoever does not have them any more need not hear of it.
    let still: Vec<String> = items
        .iter()
        .filter(|id| release.room.assignee(id) == Some(to) && !release.completions.contains_key(id))
        .filter_map(|id| Some(format!("⬜ {}", escape(&release.playbook.item(id)?.title))))
        .collect();
    if still.is_empty() {
        return None;
    }
    let mut lines = vec![format!("👤 <@{to}>, <@{by}> gave you:")];
    lines.extend(still);
    Some(Post {
        people: vec![to],
        ..Post::text(fitting(
            &lines,
            CONTENT_LIMIT - MARK_ROOM,
            "items: `/me` shows them all",
        ))
    })
}
