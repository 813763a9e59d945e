//! The defects of a release.

use crate::app::ReleaseView;
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::room::severity;
use crate::discord::render::{count, escape, fitting, release_name, role_named};
use crate::domain::person::{DEV, RELEASE_MANAGER};
use crate::domain::release::Release;
use crate::domain::room::{Defect, Severity};

/// All defects, the open ones first, the worst of them at the top.
#[must_use]
pub fn list(view: &ReleaseView) -> Post {
    let release = &view.release;
    if release.room.defects.is_empty() {
        return Post::text("No defect was reported. `/defect add` reports one.");
    }
    let mut defects: Vec<&Defect> = release.room.defects.iter().collect();
    defects.sort_by_key(|defect| (!defect.is_open(), defect.severity, defect.number));
    let open = defects.iter().filter(|defect| defect.is_open()).count();
    let mut lines = vec![format!(
        "**{} of {} · {}**, {open} open",
        count(defects.len(), "defect"),
        release.key,
        release_name(view),
    )];
    lines.extend(defects.into_iter().flat_map(described));
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

fn described(defect: &Defect) -> Vec<String> {
    let place = defect
        .candidate
        .as_ref()
        .map_or_else(String::new, |candidate| format!(" · {}", escape(candidate)));
    let link = defect
        .link
        .as_ref()
        .map_or_else(String::new, |link| format!(" · <{link}>"));
    let state = match &defect.closed {
        None => String::new(),
        Some(closing) => format!(" · ✅ {} by <@{}>", closing.resolution, closing.stamp.by),
    };
    let mut lines = vec![format!(
        "**{}** {} {}{place} · <@{}>{link}{state}",
        defect.number,
        severity(defect.severity),
        escape(&defect.title),
        defect.found.by,
    )];
    match &defect.known_issue {
        Some((issue, workaround)) => lines.push(format!(
            "Known issue: {} Workaround: {}",
            escape(issue),
            escape(workaround),
        )),
        None if defect.is_open() && !defect.severity.stops_a_release() => {
            lines.push("⚠️ It needs a known-issue text and a workaround: `/defect document`.".to_owned());
        }
        None => {}
    }
    lines
}

/// That a defect stops the release; the quieter ones are on the board alone (S112).
#[must_use]
pub fn found(view: &ReleaseView, number: u32) -> Option<Post> {
    let mut all = view.release.room.defects.iter();
    let defect = all.find(|defect| defect.number == number && defect.severity.stops_a_release())?;
    let (lead, dev) = (role_named(view, RELEASE_MANAGER), role_named(view, DEV));
    let mut pings = lead.pings;
    pings.extend(dev.pings);
    let mut text = format!(
        "{} defect {number}, reported by <@{}>: {}\n{} and {}: nobody can ship with it. Once it is fixed, a new \
         release candidate has to be cut.",
        severity(defect.severity),
        defect.found.by,
        escape(&defect.title),
        lead.text,
        dev.text,
    );
    if let Some(candidate) = &defect.candidate {
        text = format!("{text} {} stays spoilt.", escape(candidate));
    }
    Some(Post {
        pings,
        ..Post::text(crate::discord::render::shortened(
            &text,
            CONTENT_LIMIT - MARK_ROOM,
        ))
    })
}

/// "🐞 1 critical, 2 low open", for the board; nothing when none is open.
pub(in crate::discord::render) fn progress(release: &Release) -> Option<String> {
    let all = [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ];
    let counted: Vec<String> = all
        .into_iter()
        .filter_map(|bad| {
            let open = release
                .room
                .defects
                .iter()
                .filter(|defect| defect.is_open() && defect.severity == bad)
                .count();
            (open > 0).then(|| format!("{open} {bad}"))
        })
        .collect();
    (!counted.is_empty()).then(|| format!("🐞 {} open", counted.join(", ")))
}
