//! The first and the last messages of a release: brief, end.

use chrono::{DateTime, Utc};
use serenity::all::CreateEmbed;

use crate::app::ReleaseView;
use crate::discord::post::Post;
use crate::discord::render::{
    bar, card_title, color, count, date, escape, moment, moves::NO_DATE, person, phase_name,
    refusal::listing, release_name, target,
};
use crate::domain::playbook::Item;
use crate::domain::release::Reason;

/// One field of a card may have 1,024 characters, and all fields together what 6,000 leave beside the text.
const FIELD: usize = 1024;
const FIELDS: usize = 5200;

/// What a person who enters the channel needs to know: why, version, target, who does what when.
#[must_use]
pub fn brief(view: &ReleaseView, now: DateTime<Utc>) -> Post {
    let release = &view.release;
    let over = view.plan.already_over(now);
    let share = FIELDS / release.playbook.phases.len().max(1);
    let fields = release.playbook.phases.iter().map(|phase| {
        let name = phase_name(phase);
        let all: Vec<&Item> = phase.items.iter().collect();
        let who: Vec<String> = release
            .group_by_role(&all)
            .iter()
            .map(|group| format!("{}: {}", group.title, count(group.items.len(), "item")))
            .collect();
        let when = view.plan.phase(&phase.id).map_or_else(
            || "No date yet".to_owned(),
            |planned| {
                let late = if over.iter().any(|over| over.id == phase.id) {
                    " – **already over, catch up now**"
                } else {
                    ""
                };
                format!(
                    "{} · cut-off {}{late}",
                    date(planned.date),
                    moment(planned.cutoff_at)
                )
            },
        );
        let who = who.join(" · ");
        let room = share
            .min(FIELD)
            .saturating_sub(name.chars().count() + when.chars().count() + 1);
        let who = if who.chars().count() > room {
            count(phase.items.len(), "item")
        } else {
            who
        };
        (name, format!("{when}\n{who}"), false)
    });
    let (severity, urgency) = match release.reason {
        Reason::Security | Reason::CustomerBug => {
            (" (high severity)", " Urgent releases come before other work.")
        }
        Reason::Recurring | Reason::Scheduled => ("", ""),
    };
    let private = if release.private {
        "\n🔒 **Private:** only the roles of this process know of it, and nothing is announced."
    } else {
        ""
    };
    let embed = CreateEmbed::new()
        .title(card_title(&format!(
            "{} of {}",
            release_name(view),
            escape(&release.playbook.product)
        )))
        .description(format!(
            "**Why:** {}{severity}\n**Version:** {}\n**Target:** {}\n**Led by:** {}{private}\n\nThe pinned board shows \
             every item. Tick yours there or with `/item done`; `/me` shows what your roles still owe.{urgency}",
            release.reason,
            escape(&release.versions().collect::<Vec<_>>().join(", ")),
            match release.target {
                None => format!("{} ({NO_DATE})", target(None)),
                some => target(some),
            },
            person(release.opened.by),
        ))
        .fields(fields)
        .color(color::NOW);
    Post {
        content: format!("🚀 **{}** starts.", release.key),
        embeds: vec![embed],
        ..Post::default()
    }
}

/// What the release is now; nothing when somebody has taken that back before this could leave.
#[must_use]
pub fn reached(view: &ReleaseView, what: &str) -> Option<Post> {
    let release = &view.release;
    release.reached().contains(&what).then(|| {
        Post::text(format!(
            "📦 **{} · {}** is **{}**.",
            release.key,
            release_name(view),
            escape(what)
        ))
    })
}

/// How it ended.
#[must_use]
pub fn closed(view: &ReleaseView, now: DateTime<Utc>) -> Post {
    let release = &view.release;
    let Some(closure) = &release.closed else {
        return Post::text("");
    };
    let live = release.live_items().count();
    let open = release.open_items().count() - live;
    let rest = match &closure.override_reason {
        Some(reason) => {
            let escalations = release.room.open_escalations().count();
            let left: Vec<String> = [(open, "item"), (escalations, "escalation")]
                .into_iter()
                .filter(|(left, what)| *left > 0 || (*what == "item" && escalations == 0))
                .map(|(left, what)| count(left, what))
                .collect();
            format!("\n⚠️ {} left open, because: {}", listing(&left), escape(reason))
        }
        None if live > 0 => "\nNothing is left open up to the release.".to_owned(),
        None => "\nNothing is left open.".to_owned(),
    };
    let after = match release.next_cutoff(&view.plan, now) {
        _ if live == 0 => "Reminders stop here; `/release timeline` keeps the record.".to_owned(),
        next => {
            let next = next.map_or_else(String::new, |(phase, cutoff)| {
                format!(" Next: **{}** {}.", phase_name(phase), moment(cutoff))
            });
            let none = if closure.override_reason.is_some() {
                " If there was no release, set them aside with `/item not-applicable`."
            } else {
                ""
            };
            format!(
                "{} after the release {} due: tick them on the board as before; reminders of them come here.{none}{next}",
                count(live, "item"),
                if live == 1 { "stays" } else { "stay" },
            )
        }
    };
    Post::text(format!(
        "🏁 **{} {}** was closed by <@{}>. {}.{rest}\n{after}",
        release.key,
        release_name(view),
        closure.stamp.by,
        bar(release.progress()),
    ))
}
