//! Plans that move: what moved, why, what became impossible, who is concerned; hold and resume.

use chrono::{DateTime, NaiveDate, Utc};
use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::{Answer, ReleaseView};
use crate::discord::custom_id::CustomId;
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::announcement::public_name;
use crate::discord::render::{
    button, count, date, escape, fitting, moment, phase_name, release_name, role_mention, target,
};
use crate::domain::difference::{Cause, Difference, Moved};
use crate::domain::ids::{GuildRoleId, UserId};
use crate::domain::playbook::{ItemId, PhaseId, RoleId};
use crate::domain::release::{Hold, Release, RoleItems};

/// The most that one line lists.
const LISTED: usize = 5;

/// "T−4 Code complete".
pub(super) fn phase_of(release: &Release, phase: &PhaseId) -> String {
    release
        .playbook
        .phases
        .iter()
        .find(|known| known.id == *phase)
        .map_or_else(|| phase.to_string(), phase_name)
}

/// "Fri 4 Dec 2026 is off now (Company day)", of the days that changed the calendar.
pub(super) fn changed_days(days: &[(NaiveDate, Option<String>)]) -> String {
    if days.is_empty() {
        return "the rules of the calendar or of the time zone have changed".to_owned();
    }
    let days = days.iter().map(|(day, off)| match off {
        Some(reason) => format!("{} is off now ({})", date(*day), escape(reason)),
        None => format!("{} is a working day now", date(*day)),
    });
    some_of(&days.collect::<Vec<_>>(), "days")
}

/// "a, b and 3 more phases".
pub(super) fn some_of(parts: &[String], what: &str) -> String {
    let more = parts.len().saturating_sub(LISTED);
    let shown = parts
        .get(..LISTED.min(parts.len()))
        .unwrap_or_default()
        .join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more {what}"),
    }
}

/// What to do about a target that is to be decided.
pub(super) const NO_DATE: &str = "no date yet: the Release Manager sets the target with `/release slip`";

/// "on hold since …, because …", as the board and the status say it.
pub(super) fn on_hold(hold: &Hold) -> String {
    format!(
        "⏸️ **On hold** since <@{}> stopped its clock {}, because: {}",
        hold.stamp.by,
        moment(hold.stamp.at),
        escape(&hold.reason)
    )
}

/// What a move would change, for the person who is asked whether it shall be. `question` is its number, and `changed`
/// says that the person agreed to something that is no longer so.
#[must_use]
pub fn agree(view: &ReleaseView, difference: &Difference, question: i64, changed: bool) -> Post {
    let release = &view.release;
    let head = if changed {
        "⚠️ Nothing was moved: in the meantime something has changed. This is how it would be now.\n"
    } else {
        ""
    };
    let name = format!("{} · {}", release.key, release_name(view));
    let (asked, _) = headline(difference, &name);
    let mut lines = vec![format!("{head}📅 {asked}")];
    lines.extend(changes(view, difference));
    let titles = |roles: &[RoleId]| -> String {
        let titles: Vec<String> = roles.iter().map(|role| release.role_title(role)).collect();
        titles.join(", ")
    };
    if difference.affected != difference.called {
        lines.push(format!("👥 Concerned: {}.", titles(&difference.affected)));
    }
    lines.push(if difference.called.is_empty() {
        "🔕 Nobody is called, because nobody's next date changes.".to_owned()
    } else {
        format!(
            "🔔 Called, because their next date changes: {}.",
            titles(&difference.called)
        )
    });
    let answer = |answer, label, style| button(&CustomId::Slip(question, answer), label, style);
    let style = if difference.impossible().next().is_some() {
        ButtonStyle::Danger
    } else {
        ButtonStyle::Primary
    };
    let (do_it, leave_it) = match (difference.from, difference.to) {
        (None, _) => ("Set it", "Leave it open"),
        (_, None) => ("Withdraw it", "Keep the old date"),
        _ => ("Move it", "Keep the old date"),
    };
    Post {
        rows: vec![CreateActionRow::Buttons(vec![
            answer(Answer::Anyway, do_it, style),
            answer(Answer::Cancel, leave_it, ButtonStyle::Secondary),
        ])],
        ..Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
    }
}

/// That it was moved, for the person who did it.
#[must_use]
pub fn moved_it(view: &ReleaseView, difference: &Difference) -> Post {
    let place = view.release.channel.map_or_else(
        || "Its channel will show the new dates.".to_owned(),
        |channel| format!("<#{channel}> is told what changes."),
    );
    let (_, told) = headline(difference, view.release.key.as_str());
    Post::text(format!("📅 {told} {place}"))
}

/// What a move of the plan has changed, for the release channel; none when the release was closed before it could leave.
#[must_use]
pub fn moved(view: &ReleaseView, cause: &Cause, difference: &Difference) -> Option<Post> {
    let release = &view.release;
    if !release.is_open() {
        return None;
    }
    let mut lines = Vec::new();
    match cause {
        Cause::Slip { by, reason } => {
            let (_, told) = headline(difference, release.key.as_str());
            lines.push(format!("📅 {told}"));
            lines.push(format!("<@{by}>: {}", escape(reason)));
        }
        Cause::Calendar { days } => lines.push(format!(
            "📅 **{}** is planned again, because {}. The target stays {}.",
            release.key,
            changed_days(days),
            target(difference.to),
        )),
    }
    lines.extend(changes(view, difference));
    let open = release.open_by_role(release.playbook.phases.iter());
    let called: Vec<&RoleItems<'_>> = open
        .iter()
        .filter(|group| difference.called.contains(&group.role))
        .collect();
    lines.extend(call(view, "Your next date changes", &called));
    Some(Post {
        pings: pings(view, &called),
        ..Post::text(fitting(&lines, CONTENT_LIMIT, "lines: see the pinned board"))
    })
}

/// That the target has moved, for everybody.
#[must_use]
pub fn announcement(view: &ReleaseView, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Post {
    let release = &view.release;
    let name = public_name(release);
    let text = match (from, to) {
        (None, to) => format!(
            "📣 **{name}** ({}): the target is set to **{}**.",
            release.key,
            target(to)
        ),
        (from, None) => format!(
            "📣 **{name}** ({}): the target {} is withdrawn, and the new one is to be decided.",
            release.key,
            target(from)
        ),
        (from, to) => format!(
            "📣 **{name}** ({}): the target has moved from {} to **{}**.",
            release.key,
            target(from),
            target(to)
        ),
    };
    Post::text(text)
}

/// That the release is on hold; none when it goes on or was closed before this could leave.
#[must_use]
pub fn held(view: &ReleaseView) -> Option<Post> {
    let release = &view.release;
    let hold = release.hold.as_ref().filter(|_| release.is_open())?;
    Some(Post::text(format!(
        "{}\nNo reminder comes until `/release resume`. Items can be ticked all the same.",
        on_hold(hold)
    )))
}

/// That the release goes on, with what is late now and what comes next; none when it is on hold again or was closed
/// before this could leave.
#[must_use]
pub fn resumed(view: &ReleaseView, by: UserId, since: DateTime<Utc>, now: DateTime<Utc>) -> Option<Post> {
    let release = &view.release;
    if !release.is_open() || release.hold.is_some() {
        return None;
    }
    let head = format!(
        "▶️ **{}** goes on: <@{by}> resumed it. It was on hold since {}.",
        release.key,
        moment(since)
    );
    Some(late_and_next(view, head, now))
}

/// That the release was opened again, with what is late now and what comes next; none when it was closed again before
/// this could leave.
#[must_use]
pub fn reopened(view: &ReleaseView, by: UserId, reason: &str, now: DateTime<Utc>) -> Option<Post> {
    let release = &view.release;
    let head = format!(
        "🔓 **{}** is open again: <@{by}> reopened it, because: {}",
        release.key,
        escape(reason)
    );
    release.is_open().then(|| late_and_next(view, head, now))
}

/// What is late now and what comes next, below a first line; whoever owes it is called.
fn late_and_next(view: &ReleaseView, head: String, now: DateTime<Utc>) -> Post {
    let release = &view.release;
    let mut lines = vec![head];
    let late = release.overdue_phases(&view.plan, now);
    for phase in &late {
        let progress = release.phase_progress(phase);
        let cutoff = view.plan.phase(&phase.id).map_or_else(String::new, |planned| {
            format!(", the cut-off was {}", moment(planned.cutoff_at))
        });
        lines.push(format!(
            "⚠️ **Late now:** {} ({} open){cutoff}",
            phase_name(phase),
            progress.all - progress.done
        ));
    }
    let next = release.next_cutoff(&view.plan, now);
    lines.push(match next {
        Some((phase, cutoff)) => format!("⏭️ **Next cut-off:** {} {}", phase_name(phase), moment(cutoff)),
        None if release.target.is_none() => format!("⏭️ There is {NO_DATE}."),
        None => "⏭️ No cut-off is ahead.".to_owned(),
    });
    let concerned = late.iter().copied().chain(next.map(|(phase, _)| phase));
    let owing = release.open_by_role(concerned);
    let called: Vec<&RoleItems<'_>> = owing.iter().collect();
    lines.extend(call(view, "This is late or next for", &called));
    Post {
        pings: pings(view, &called),
        ..Post::text(fitting(&lines, CONTENT_LIMIT, "lines: see the pinned board"))
    }
}

/// What a snooze has done, for the person who did it.
#[must_use]
pub fn snoozed(view: &ReleaseView, item: &ItemId) -> Post {
    let release = &view.release;
    let title = release
        .playbook
        .item(item)
        .map_or_else(|| item.to_string(), |item| escape(&item.title));
    let due = release
        .playbook
        .phase_of(item)
        .and_then(|phase| view.plan.phase(&phase.id))
        .map_or_else(String::new, |planned| {
            format!(" It stays due {}.", moment(planned.cutoff_at))
        });
    Post::text(match release.snoozes.get(item) {
        Some(snooze) => format!("💤 **{title}** is snoozed until {}.{due}", moment(snooze.until)),
        None => format!("⏰ **{title}** is not snoozed any more.{due}"),
    })
}

/// What happens to the target in a question, and what has happened in a sentence: people speak of moving a date, of
/// setting the first one, and of withdrawing it.
fn headline(difference: &Difference, name: &str) -> (String, String) {
    let (from, to) = (target(difference.from), target(difference.to));
    match (difference.from, difference.to) {
        (None, _) => (
            format!("Set the target of **{name}** to **{to}**?"),
            format!("The target of **{name}** is set: **{to}**."),
        ),
        (_, None) => (
            format!("Withdraw the target **{from}** of **{name}**? No phase has a date then."),
            format!(
                "The target **{from}** of **{name}** is withdrawn: no phase has a date until there is a new one."
            ),
        ),
        _ => (
            format!("Move **{name}** from **{from}** to **{to}**?"),
            format!("**{name}** has moved from **{from}** to **{to}**."),
        ),
    }
}

/// A line for each phase that moves. What nobody can keep any more comes first.
fn changes(view: &ReleaseView, difference: &Difference) -> Vec<String> {
    let mut moved: Vec<&Moved> = difference.moved.iter().collect();
    moved.sort_by_key(|moved| !moved.impossible);
    let lines = moved.into_iter().map(|moved| {
        let name = phase_of(&view.release, &moved.phase);
        let from = target(moved.from.map(|from| from.date));
        let state = match (moved.impossible, moved.open) {
            (true, open) => format!(" – ⚠️ **already over**, {} to catch up", count(open, "open item")),
            (false, 0) => " (done)".to_owned(),
            (false, _) => String::new(),
        };
        match moved.to {
            Some(to) => format!(
                "• {name}: {from} → **{}**, cut-off {}{state}",
                date(to.date),
                moment(to.cutoff_at)
            ),
            None => format!("• {name}: {from} → {}{state}", target(None)),
        }
    });
    lines.collect()
}

fn call(view: &ReleaseView, what: &str, called: &[&RoleItems<'_>]) -> Option<String> {
    let mentions: Vec<String> = called.iter().map(|group| role_mention(view, group)).collect();
    (!mentions.is_empty()).then(|| format!("🔔 {what}: {}", mentions.join(", ")))
}

fn pings(view: &ReleaseView, called: &[&RoleItems<'_>]) -> Vec<GuildRoleId> {
    let roles = called
        .iter()
        .filter_map(|group| view.setup.roles.get(&group.role));
    roles.copied().collect()
}
