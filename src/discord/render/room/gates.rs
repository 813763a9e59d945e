//! Phases that wait until the release is ready.

use crate::app::ReleaseView;
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::room::blockers;
use crate::discord::render::{count, escape, fitting, phase_name, role_mention};
use crate::domain::playbook::PhaseId;

/// What each gated phase waits for.
#[must_use]
pub fn list(view: &ReleaseView) -> Post {
    let release = &view.release;
    let mut lines = Vec::new();
    for phase in release
        .playbook
        .phases
        .iter()
        .filter(|phase| !phase.opens_when.is_empty())
    {
        let name = phase_name(phase);
        match release.room.gates.get(&phase.id) {
            Some(opening) => lines.push(format!(
                "🔓 **{name}** is open since <t:{}:f>, declared by <@{}>.",
                opening.stamp.at.timestamp(),
                opening.stamp.by,
            )),
            None => {
                let missing = release.missing_for(phase);
                lines.push(if missing.is_empty() {
                    format!("🔒 **{name}** can be opened: `/release ready`.")
                } else {
                    format!("🔒 **{name}** is closed. In the way:")
                });
                lines.extend(blockers::lines(&missing));
            }
        }
    }
    if lines.is_empty() {
        return Post::text("No phase of this release waits for anything: its items can be ticked.");
    }
    Post::text(fitting(&lines, CONTENT_LIMIT, "things"))
}

/// That a phase is open now: those who have something to do in it are called.
#[must_use]
pub fn opened(view: &ReleaseView, phase: &PhaseId, missing: usize) -> Option<Post> {
    let release = &view.release;
    let phase = release.playbook.phase(phase)?;
    let opening = release.room.gates.get(&phase.id)?;
    let mut lines = vec![format!(
        "🔓 **{}** is open: <@{}> declared the release ready.",
        phase_name(phase),
        opening.stamp.by,
    )];
    if let Some(reason) = &opening.override_reason {
        lines.push(format!(
            "⚠️ Overridden with {} missing, because: {}",
            count(missing, "thing"),
            escape(reason)
        ));
    }
    let mut pings = Vec::new();
    for group in release.open_by_role(std::iter::once(phase)) {
        lines.push(format!(
            "{}: {}",
            role_mention(view, &group),
            count(group.items.len(), "item")
        ));
        pings.extend(view.setup.roles.get(&group.role).copied());
    }
    Some(Post {
        pings,
        ..Post::text(fitting(&lines, CONTENT_LIMIT - MARK_ROOM, "roles"))
    })
}
