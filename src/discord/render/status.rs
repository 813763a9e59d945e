//! Where releases stand, what happened to them in words, and why their dates are what they are.

use chrono::{DateTime, Utc};
use serenity::all::CreateEmbed;

use crate::app::{Following, MyItems, ReleaseView, Undelivered};
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::{
    bar, card_title, color, count, date, escape, fitting, follow, moment,
    moves::{NO_DATE, changed_days, on_hold, phase_of, some_of},
    open_at_the_end, phase_name,
    refusal::listing,
    release_name, room, sentences, silence, target, update,
};
use crate::domain::person::RELEASE_MANAGER;
use crate::domain::playbook::{PhaseId, Playbook};
use crate::domain::release::{Event, Release};
use crate::domain::reminder::{Audience, Moment, Occasion, Step};

/// Where one release stands, which keeps this playbook (S6).
#[must_use]
pub fn status(view: &ReleaseView, kept: &Playbook, undelivered: &[Undelivered], now: DateTime<Utc>) -> Post {
    let release = &view.release;
    let mut lines = vec![
        format!(
            "**{} · {}** ({} release)",
            release.key,
            release_name(view),
            release.reason
        ),
        format!(
            "Target **{}** · {}",
            target(release.target),
            bar(release.progress())
        ),
        format!("-# Playbook {} `{}`", escape(&kept.title), kept.digest()),
    ];
    if let Some(closure) = &release.closed {
        lines.push(format!(
            "🏁 Closed by <@{}> {}.",
            closure.stamp.by,
            moment(closure.stamp.at)
        ));
        if let Some(reason) = &closure.override_reason {
            let open = open_at_the_end(release);
            lines.push(format!("Closed with {open}, because: {}", escape(reason)));
        }
        let live = release.live_items();
        lines.extend(live.map(|(phase, item)| {
            let due = release.day_of(&view.plan, phase, item);
            let due = due.map_or_else(String::new, |day| format!(", due {}", moment(day.cutoff_at)));
            format!("⬜ {} ({}){due}", escape(&item.title), phase.offset.label())
        }));
        return Post::text(fitting(&lines, CONTENT_LIMIT, "lines: see the pinned board"));
    }
    lines.extend(room::escalation::blocked(release));
    lines.extend(release.hold.as_ref().map(on_hold));
    if release.target.is_none() {
        lines.push(format!("⏭️ There is {NO_DATE}."));
    }
    lines.extend(
        release
            .next_cutoff(&view.plan, now)
            .filter(|_| release.hold.is_none())
            .map(|(phase, cutoff)| format!("⏭️ Next cut-off: **{}** {}", phase_name(phase), moment(cutoff))),
    );
    lines.extend(update::last(view));
    for refused in undelivered {
        lines.push(format!(
            "⚠️ Discord refused {}: {}",
            refused.what,
            escape(&refused.why)
        ));
    }
    // While its clock stands still, nothing becomes late.
    let overdue = release.overdue_phases(&view.plan, now);
    for phase in overdue.into_iter().filter(|_| release.hold.is_none()) {
        lines.push(format!("⚠️ **{}** is overdue", phase_name(phase)));
    }
    let current: Vec<_> = release
        .playbook
        .phases
        .iter()
        .take_while(|phase| {
            release
                .current_phase()
                .is_none_or(|current| current.id != phase.id)
        })
        .chain(release.current_phase())
        .collect();
    for group in release.open_by_role(current.into_iter()) {
        lines.push(format!(
            "**{}** · {} now",
            group.title,
            count(group.items.len(), "open item")
        ));
        lines.extend(
            group
                .items
                .iter()
                .map(|item| format!("⬜ {}{}", escape(&item.title), silence(view, &item.id, now))),
        );
    }
    if release.current_phase().is_none() {
        lines.push(
            "✅ Everything is done. The Release Manager can close it with `/release close`.".to_owned(),
        );
    }
    Post::text(fitting(&lines, CONTENT_LIMIT, "lines: see the pinned board"))
}

/// What the person still owes, and what they follow.
#[must_use]
pub fn my_items(roles: &[String], mine: &[MyItems], following: &Following, now: DateTime<Utc>) -> Post {
    let follows = follow::in_short(following);
    if mine.is_empty() {
        let nothing = if roles.is_empty() {
            "You hold none of the release roles in this server, so no item waits for you. A server manager sees the \
             roles under `/setup`."
                .to_owned()
        } else {
            format!("✅ Nothing is open for you ({}).", roles.join(", "))
        };
        let lines: Vec<String> = std::iter::once(nothing).chain(follows).collect();
        return Post::text(fitting(&lines, CONTENT_LIMIT, "lines"));
    }
    let all: usize = mine.iter().map(|mine| mine.items.len()).sum();
    let held = if roles.is_empty() {
        String::new()
    } else {
        format!(" ({})", roles.join(", "))
    };
    let mut lines = vec![format!("**{} for you**{held}", count(all, "open item"))];
    lines.extend(mine.iter().flat_map(|mine| item_lines(mine, now)));
    let room = follows.iter().map(|line| line.chars().count() + 1).sum::<usize>();
    let more = "lines: tick some, or see each board under **My items**";
    let items = fitting(&lines, CONTENT_LIMIT.saturating_sub(room), more);
    let lines: Vec<String> = std::iter::once(items).chain(follows).collect();
    Post::text(lines.join("\n"))
}

/// What somebody owes to one release, with what is overdue marked. While its clock stands still, nothing becomes late.
pub(super) fn item_lines(mine: &MyItems, now: DateTime<Utc>) -> Vec<String> {
    let release = &mine.view.release;
    let place = release
        .channel
        .map_or_else(String::new, |channel| format!(" <#{channel}>"));
    let held = if release.hold.is_some() {
        " · ⏸️ on hold"
    } else {
        ""
    };
    let is_blocked = release.is_open() && release.room.open_escalations().next().is_some();
    let blocked = if is_blocked { " · 🆘 blocked" } else { "" };
    let mut lines = vec![format!(
        "**{} · {}**{place}{held}{blocked}",
        release.key,
        release_name(&mine.view)
    )];
    let mut last = None;
    for (item, due) in &mine.items {
        if last != Some(*due) {
            lines.push(match due {
                None => "No date yet".to_owned(),
                Some(due) if *due <= now && release.hold.is_none() => {
                    format!("⚠️ **Overdue** since {}", moment(*due))
                }
                Some(due) => format!("Due {}", moment(*due)),
            });
            last = Some(*due);
        }
        let title = release
            .playbook
            .item(item)
            .map_or_else(|| item.to_string(), |item| item.title.clone());
        lines.push(format!("⬜ {}", escape(&title)));
    }
    lines
}

/// One field of a card may have 1,024 characters, and all fields together what 6,000 leave beside the title.
const FIELD: usize = 1024;
const FIELDS: usize = 5500;

/// Why each date is that date.
#[must_use]
pub fn why(view: &ReleaseView) -> Post {
    let share = FIELDS / view.plan.phases.len().max(1);
    let fields = view.plan.phases.iter().map(|phase| {
        let name = format!("{} {} · {}", phase.offset.label(), phase.title, date(phase.date));
        let cutoff = format!("Cut-off {}", moment(phase.cutoff_at));
        let room = share
            .min(FIELD)
            .saturating_sub(name.chars().count() + cutoff.chars().count() + 1);
        let why = sentences(&phase.why, room, "More: `tminus plan`.");
        (name, format!("{cutoff}\n{why}"), false)
    });
    let embed = CreateEmbed::new()
        .title(card_title(&format!(
            "Why these dates? {} · {}",
            release_name(view),
            view.release.key
        )))
        .description(match view.release.target {
            None => {
                "The target is TBD, so no phase has a date. The Release Manager sets it with `/release slip`."
                    .to_owned()
            }
            counted => format!("Counted from the target, {}.", target(counted)),
        })
        .fields(fields)
        .color(color::NOW);
    Post {
        embeds: vec![embed],
        ..Post::default()
    }
}

/// At most this many occasions are named one by one.
const NAMED: usize = 6;

/// "Dev and QA to the day of T−4 Code complete; Dev to the heads-up for T−3 Release candidate cut".
fn occasions(release: &Release, all: &[Occasion]) -> String {
    let mut named: Vec<(String, Vec<String>)> = Vec::new();
    for occasion in all {
        let phase = release
            .playbook
            .phase(&occasion.phase)
            .map_or_else(|| occasion.phase.to_string(), phase_name);
        let what = match occasion.step {
            Step::HeadsUp => format!("the heads-up for {phase}"),
            Step::DayOf => format!("the day of {phase}"),
            Step::CutOff => format!("the cut-off of {phase}"),
            Step::Nag => format!("overdue items of {phase}"),
        };
        let who = match &occasion.audience {
            Audience::Channel => "the channel".to_owned(),
            Audience::Role(role) => escape(&release.role_title(role)),
            // As it is called for its own items, so that one who hears of both is named once.
            Audience::ReleaseManager => escape(&leading_role(release)),
            Audience::Manager => "the manager".to_owned(),
        };
        match named.iter_mut().find(|(known, _)| *known == what) {
            Some((_, people)) if people.contains(&who) => {}
            Some((_, people)) => people.push(who),
            None => named.push((what, vec![who])),
        }
    }
    let rest = named.len().saturating_sub(NAMED);
    let mut parts: Vec<String> = named
        .into_iter()
        .take(NAMED)
        .map(|(what, people)| format!("{} to {what}", people.join(", ")))
        .collect();
    if rest > 0 {
        parts.push(format!("{rest} more"));
    }
    parts.join("; ")
}

/// What the role is called that leads the release.
fn leading_role(release: &Release) -> String {
    let mut roles = release.playbook.roles.iter();
    let leads = roles.find(|role| role.id.as_str() == RELEASE_MANAGER);
    leads.map_or_else(|| "the Release Manager".to_owned(), |role| role.title.clone())
}

/// What happened, as the end of a sentence that begins with who did it.
pub(super) fn happening(release: &Release, event: &Event) -> String {
    let item = |id| {
        let title = release
            .playbook
            .item(id)
            .map_or_else(|| id.to_string(), |item| item.title.clone());
        format!("**{}**", escape(&title))
    };
    let reminder = |phase: &PhaseId, moment: &Moment| {
        let name = phase_of(release, phase);
        match moment {
            Moment::DayStart => format!("of the day of {name}"),
            Moment::CutOff => format!("of the cut-off of {name}"),
        }
    };
    let occasions = |all: &[Occasion]| occasions(release, all);
    match event {
        Event::Started {
            version,
            target: wanted,
            reason,
            private,
            variation,
        } => {
            let private = if *private { ", in private" } else { "" };
            let versions = std::iter::once(version).chain(&variation.further_versions);
            let versions: Vec<String> = versions.map(|version| escape(version)).collect();
            format!(
                "started {} ({reason}{private}), target {}",
                listing(&versions),
                target(*wanted)
            )
        }
        Event::Slipped {
            from: None,
            to,
            reason,
        } => format!("set the target {}: {}", target(*to), escape(reason)),
        Event::Slipped {
            from,
            to: None,
            reason,
        } => {
            format!("withdrew the target {}: {}", target(*from), escape(reason))
        }
        Event::Slipped { from, to, reason } => format!(
            "moved the target from {} to {}: {}",
            target(*from),
            target(*to),
            escape(reason)
        ),
        Event::Replanned { moved, days } => {
            let moved = moved.iter().map(|(phase, from, to)| {
                format!(
                    "{} from {} to {}",
                    phase_of(release, phase),
                    date(*from),
                    date(*to)
                )
            });
            format!(
                "planned again, because {}; moved {}",
                changed_days(days),
                some_of(&moved.collect::<Vec<_>>(), "phases")
            )
        }
        Event::Held { reason } => format!("put the release on hold: {}", escape(reason)),
        Event::Reopened { reason } => format!("reopened the release: {}", escape(reason)),
        Event::Resumed => "let the release go on".to_owned(),
        Event::ItemSnoozed { item: id, until, .. } => {
            format!("snoozed {} until <t:{}:f>", item(id), until.timestamp())
        }
        Event::ItemWoken { item: id } => format!("ended the snooze of {}", item(id)),
        Event::ChannelOpened { channel } => format!("opened <#{channel}>"),
        Event::BoardPosted { .. } => "posted and pinned the board".to_owned(),
        Event::BoardLost => "found the board deleted and posts it again".to_owned(),
        Event::BoardWorn => {
            "could not edit the board any more, because it is old and was edited often, and posts it again"
                .to_owned()
        }
        Event::ItemDone { item: id, evidence } => match evidence {
            None => format!("did {}", item(id)),
            Some(evidence) => format!("did {}: {}", item(id), escape(&evidence.text)),
        },
        Event::Room(did) => room::happening(release, did),
        Event::ItemNotApplicable { item: id, reason } => {
            format!("said that {} does not apply: {}", item(id), escape(reason))
        }
        Event::ItemUndone { item: id } => format!("took back {}", item(id)),
        Event::ItemReopened { item: id, .. } => format!("opened {} for the next day", item(id)),
        Event::Called { occasions: all } => format!("called {}", occasions(all)),
        Event::CallsCollapsed { occasions: all } => {
            format!("was away and left out {}", occasions(all))
        }
        Event::CallsExpired { occasions: all } => {
            format!("left out what came too late: {}", occasions(all))
        }
        Event::Reminded { phase, moment, .. } => format!("reminded {}", reminder(phase, moment)),
        Event::ReminderCollapsed { phase, moment, .. } => {
            format!("was away and left out the reminder {}", reminder(phase, moment))
        }
        Event::NotDelivered { what, why } => format!("could not post {what}: {}", escape(why)),
        Event::Expired { what } => format!("left out {what}, which would have come too late"),
        Event::PossiblyRepeated { what } => {
            format!(
                "sent {what} again, because it could not see whether it had arrived: it may be there twice"
            )
        }
        Event::Retried { what } => format!("had {what} sent again"),
        Event::Dropped { what } => format!("gave up {what}, which could not be delivered"),
        Event::Closed {
            override_reason: None,
            ..
        } => "closed the release".to_owned(),
        Event::Closed {
            override_reason: Some(reason),
            open,
        } => {
            let what = match open.len() {
                0 => "while it was blocked".to_owned(),
                open => format!("with {}", count(open, "open item")),
            };
            format!("closed the release {what}: {}", escape(reason))
        }
    }
}
