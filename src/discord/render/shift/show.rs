//! Who is on, who is next, who is away, and when nobody is.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::RosterView;
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::shift::{LOOKED_AHEAD, days, gap, span};
use crate::discord::render::{escape, fitting, relative};
use crate::domain::ids::UserId;
use crate::domain::shift::{Gap, Overlap, Rotation, Shift, Span};

/// So many shifts to come are named.
const NEXT: usize = 5;

/// So many gaps and overlaps are named.
const NAMED: usize = 4;

/// All rosters, each in short.
#[must_use]
pub fn all(views: &[RosterView], now: DateTime<Utc>) -> Post {
    if views.is_empty() {
        return Post::text(
            "🗓️ There is no roster yet, so I do not know who is on duty. A Release Manager makes one with `/shift roster`.",
        );
    }
    let lines: Vec<String> = views.iter().flat_map(|view| in_short(view, now)).collect();
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

/// One roster with what comes in the next days.
#[must_use]
pub fn one(view: &RosterView, now: DateTime<Utc>) -> Post {
    let rota = view.rota();
    let mut lines = in_short(view, now);
    let coming = rota.coming(now);
    if coming.len() > 1 {
        lines.push("Then:".to_owned());
        let then = coming.iter().skip(1).take(NEXT);
        lines.extend(then.map(|shift| format!("• <@{}> {}{}", shift.user, span(shift.span), how(shift))));
    }
    let ahead = Span {
        from: now,
        until: now + LOOKED_AHEAD,
    };
    lines.extend(overlapping(&rota.overlaps(ahead)));
    lines.push(format!("-# `{}` · {}", view.kept.name, rotation(view)));
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

fn in_short(view: &RosterView, now: DateTime<Utc>) -> Vec<String> {
    let rota = view.rota();
    let on = rota.on(now);
    let coming = rota.coming(now);
    let mut lines = vec![format!("🗓️ **{}**", escape(&view.kept.roster.title))];
    // Who has the duty is said apart from whose shift it is only where the two differ.
    let relieved = view
        .holder
        .is_none_or(|holder| on.iter().any(|shift| shift.user == holder));
    lines.push(match on.as_slice() {
        [] if relieved => "🌙 Nobody is on duty now.".to_owned(),
        [] => "🌙 It is nobody's shift now.".to_owned(),
        on => {
            let what = if relieved { "On duty" } else { "On shift" };
            let on: Vec<String> = on.iter().map(|shift| until(shift, now)).collect();
            format!("🟢 {what}: {}", on.join("; "))
        }
    });
    let holder = view.holder.filter(|_| !relieved);
    lines.extend(holder.map(|holder| {
        format!("🤝 The duty is with <@{holder}> until somebody takes it over (`/handoff accept`).")
    }));
    lines.push(match coming.first() {
        None => "Nobody comes in the next weeks.".to_owned(),
        Some(next) => format!("Next: <@{}> {}{}", next.user, span(next.span), how(next)),
    });
    let ahead = Span {
        from: now,
        until: now + LOOKED_AHEAD,
    };
    lines.extend(uncovered(&rota.gaps(ahead)));
    let away = view.away.iter().filter(|away| {
        let member = view.kept.roster.member(away.user);
        member.is_some_and(|member| member.dates(away.first, away.last).until > now)
    });
    lines.extend(away.map(|away| format!("🏖️ <@{}> is away {}", away.user, days(away))));
    lines
}

fn until(shift: &Shift, now: DateTime<Utc>) -> String {
    let until = shift.span.until;
    let style = if until - now < TimeDelta::hours(20) {
        't'
    } else {
        'f'
    };
    format!(
        "<@{}> until <t:{}:{style}> ({}){}",
        shift.user,
        until.timestamp(),
        relative(until),
        how(shift)
    )
}

fn uncovered(gaps: &[Gap]) -> Vec<String> {
    if gaps.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["⚠️ Nobody is on in the next seven days:".to_owned()];
    lines.extend(gaps.iter().take(NAMED).map(gap));
    if gaps.len() > NAMED {
        lines.push(format!("• and {} times more", gaps.len() - NAMED));
    }
    lines
}

fn overlapping(overlaps: &[Overlap]) -> Vec<String> {
    if overlaps.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["👥 Two at once in the next seven days:".to_owned()];
    lines.extend(overlaps.iter().take(NAMED).map(|overlap| {
        let [one, other]: [UserId; 2] = overlap.users;
        format!("• <@{one}> and <@{other}> {}", span(overlap.span))
    }));
    if overlaps.len() > NAMED {
        lines.push(format!("• and {} times more", overlaps.len() - NAMED));
    }
    lines
}

/// How a shift came to be theirs, if not by the rotation.
fn how(shift: &Shift) -> &'static str {
    use crate::domain::shift::Cause::{Left, Swapped, Taken};
    match shift.cause {
        None => "",
        Some(Taken) => " · taken",
        Some(Swapped) => " · swapped",
        Some(Left) => "",
    }
}

fn rotation(view: &RosterView) -> String {
    let people = match view.kept.roster.members.len() {
        1 => "1 person".to_owned(),
        many => format!("{many} people"),
    };
    match view.kept.roster.rotation {
        Rotation::Daily => format!("{people}, each in their own hours"),
        Rotation::Weekly { since } => format!("{people}, a week each, from {}", since.format("%A")),
    }
}
