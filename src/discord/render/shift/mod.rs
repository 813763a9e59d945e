//! Rosters and shifts in words.

mod import;
mod message;
mod refusal;
mod show;

pub use self::import::{dropped, preview};
pub use self::message::{gaps, swap, turn};
pub(super) use self::refusal::refusal;
pub use self::show::{all, one};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::app::{RosterDraft, RosterView};
use crate::discord::post::{CONTENT_LIMIT, Post, PostFile};
use crate::discord::render::{escape, fitting, moment, visible};
use crate::domain::ids::{ChannelId, UserId};
use crate::domain::shift::{Away, Change, Gap, Shift, Span, Swap};
use crate::domain::zone::Zone;

/// So far ahead gaps and overlaps are named when somebody looks.
const LOOKED_AHEAD: TimeDelta = TimeDelta::days(7);

/// What a new roster begins with: something that works, and that shows what else can stand in it.
#[must_use]
pub fn example(user: UserId) -> String {
    format!(
        "title = \"QA\"\n\
         role = \"qa\"             # whom of the playbooks it covers; leave it out for a team of its own\n\
         rotation = \"daily\"      # each in their own hours; \"weekly\" is a week each, in turn, and asks for:\n\
         # hand_over = \"monday\"\n\
         # since = \"2026-11-30\"  # the first day of the first one's first week\n\
         # notice_hours = 24     # told before one's own turn; 0 for never\n\
         \n\
         # [cover]               # when somebody has to be on; without it, the shifts are all that is asked\n\
         # zone = \"Europe/Berlin\"\n\
         # hours = \"08:00-20:00\"\n\
         \n\
         [[members]]\n\
         discord = \"{user}\"\n\
         zone = \"Europe/Berlin\"\n\
         hours = \"09:00-17:00\"\n\
         # days = [\"monday\", \"tuesday\", \"wednesday\", \"thursday\", \"friday\"]\n"
    )
}

/// That a roster was written, with what follows from it.
#[must_use]
pub fn written(view: &RosterView, now: DateTime<Utc>) -> Post {
    let mut post = one(view, now);
    post.content = format!("✅ The roster `{}` is saved.\n{}", view.kept.name, post.content);
    post
}

/// That a roster was taken away, with its text, so that nothing is lost.
#[must_use]
pub fn removed(was: &RosterDraft) -> Post {
    let file = PostFile {
        name: format!("{}.toml", was.name),
        bytes: was.text.clone().unwrap_or_default().into_bytes(),
        description: None,
    };
    Post {
        files: vec![file],
        ..Post::text(format!(
            "✅ The roster `{}` is taken away. Its text is below: `/shift roster` makes it again.",
            was.name
        ))
    }
}

/// That somebody took the duty, now or later.
#[must_use]
pub fn taken(view: &RosterView, change: &Change) -> Post {
    let title = escape(&view.kept.roster.title);
    Post::text(if change.span.from > change.made.at {
        format!(
            "✅ You have the open shift of **{title}**, {}.",
            span(change.span)
        )
    } else {
        format!(
            "✅ You are on duty for **{title}** until {}. Whoever would have been on is not, as long as that.",
            moment(change.span.until)
        )
    })
}

/// That a shift was offered.
#[must_use]
pub fn offered(view: &RosterView, swap: &Swap, channel: ChannelId) -> Post {
    Post::text(format!(
        "✅ <@{}> is asked in <#{channel}> whether they take your shift in **{}**, {}{}. It stays yours until they accept.",
        swap.to,
        escape(&view.kept.roster.title),
        span(swap.gives),
        in_exchange(swap)
    ))
}

/// When somebody is away, and which of their shifts nobody takes therefore.
#[must_use]
pub fn away(user: UserId, away: &[Away], views: &[RosterView], now: DateTime<Utc>) -> Post {
    let mut lines = match away {
        [] => vec![format!("✅ <@{user}> is not away.")],
        _ => vec![format!("✅ <@{user}> is away:")],
    };
    lines.extend(away.iter().map(|away| format!("• {}", days(away))));
    let ahead = Span {
        from: now,
        until: now + TimeDelta::days(60),
    };
    for view in views
        .iter()
        .filter(|view| view.kept.roster.member(user).is_some())
    {
        let gaps = view.rota().untaken(ahead);
        if !gaps.is_empty() && !away.is_empty() {
            lines.push(format!(
                "⚠️ Nobody covers **{}** then; somebody of the roster takes a shift with `/shift take`:",
                escape(&view.kept.roster.title)
            ));
            lines.extend(gaps.iter().map(gap));
        }
    }
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
}

/// "Thu 24 Dec to Thu 31 Dec 2026 (family)".
fn days(away: &Away) -> String {
    days_with(away, escape)
}

/// The same among suggestions, where nothing is formatted.
#[must_use]
pub fn plain_days(away: &Away) -> String {
    days_with(away, |reason| reason.chars().filter_map(visible).collect())
}

fn days_with(away: &Away, show: impl Fn(&str) -> String) -> String {
    let reason = away.reason.as_ref();
    let reason = reason.map_or_else(String::new, |reason| format!(" ({})", show(reason)));
    format!("{}{reason}", from_to(away.first, away.last))
}

/// "Thu 24 Dec to Thu 31 Dec 2026", or one day.
fn from_to(first: NaiveDate, last: NaiveDate) -> String {
    let until = last.format("%a %-d %b %Y");
    if first == last {
        until.to_string()
    } else {
        format!("{} to {until}", first.format("%a %-d %b"))
    }
}

/// A shift among suggestions, where no time ticks: in the zone of whose it is.
#[must_use]
pub fn label(view: &RosterView, shift: &Shift) -> String {
    let roster = &view.kept.roster;
    let member = roster.member(shift.user);
    let Some(member) = member else {
        return format!(
            "{} · {}Z",
            roster.title,
            shift.span.from.format("%a %-d %b %H:%M")
        );
    };
    let (from, until) = (
        member.zone.to_local(shift.span.from),
        member.zone.to_local(shift.span.until),
    );
    let name = member
        .name
        .as_ref()
        .map_or_else(String::new, |name| format!("{name} · "));
    format!(
        "{name}{}–{} · {}",
        from.format("%a %-d %b %H:%M"),
        until.format("%H:%M"),
        roster.title
    )
}

/// "Friday, 4 December 2026 10:00 to 18:00", in each reader's own zone.
fn span(span: Span) -> String {
    let (from, until) = (span.from.timestamp(), span.until.timestamp());
    if span.until - span.from < TimeDelta::hours(20) {
        format!("<t:{from}:F> to <t:{until}:t>")
    } else {
        format!("<t:{from}:F> to <t:{until}:F>")
    }
}

/// A shift that nobody has, among suggestions: in the zone of the first of the roster.
#[must_use]
pub fn open_label(view: &RosterView, gap: &Gap) -> String {
    let roster = &view.kept.roster;
    let zone = roster
        .members
        .first()
        .map_or(Zone::SAN_FRANCISCO, |member| member.zone);
    let (from, until) = (zone.to_local(gap.span.from), zone.to_local(gap.span.until));
    format!(
        "{}–{} ({}) · {}",
        from.format("%a %-d %b %H:%M"),
        until.format("%H:%M"),
        zone.name(),
        roster.title
    )
}

fn gap(gap: &Gap) -> String {
    format!("• {}", span(gap.span))
}

fn in_exchange(swap: &Swap) -> String {
    swap.gets
        .map_or_else(String::new, |gets| format!(", for theirs, {}", span(gets)))
}
