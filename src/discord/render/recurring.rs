//! Playbooks that come again: when, what will happen, and the proposals.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serenity::all::{ButtonStyle, CreateActionRow};

use crate::app::ScheduleView;
use crate::discord::custom_id::CustomId;
use crate::discord::post::Post;
use crate::discord::render::{button, count, date, escape, moment, person};
use crate::domain::ids::{OccurrenceId, ReleaseKey};
use crate::domain::person::{RELEASE_MANAGER, Stamp};
use crate::domain::recurrence::Occurrence;
use crate::domain::recurring::{Mode, Obstacle, RecurringRelease};
use crate::domain::setup::GuildSetup;
use crate::domain::zone::Zone;

/// A proposal is late when it leaves this long after it was due.
const LATE: TimeDelta = TimeDelta::minutes(1);

/// What somebody who switched a playbook on or off reads: the next times, and what will happen then.
#[must_use]
pub fn switched(view: &ScheduleView) -> Post {
    let title = escape(&view.playbook.title);
    let recurring = &view.recurring;
    if !view.on {
        return Post::text(format!(
            "⏹️ **{title}** does not come by itself any more. A proposal that is open can still be answered; \
             `/playbook schedule` switches it on again."
        ));
    }
    let what = match recurring.mode {
        Mode::Propose => {
            let place = view.setup.announcements.map_or_else(
                || "the announcement channel".to_owned(),
                |channel| format!("<#{channel}>"),
            );
            format!(
                "I ask the Release Manager in {place} whether to start the release; nothing starts without an answer."
            )
        }
        Mode::Start => {
            "I start the release by myself: channel, brief, board, announcement. When I may not, I say why \
                        and ask."
                .to_owned()
        }
    };
    let mut lines = vec![
        format!(
            "🔁 **{title}** comes again: {}. {what}",
            escape(&recurring.at.to_string())
        ),
        format!(
            "If I am away then, I make up for it within {}; older ones are skipped. The next times:",
            recurring.catch_up
        ),
    ];
    lines.extend(
        view.next
            .iter()
            .map(|(occurrence, release)| next_time(occurrence, release)),
    );
    lines.extend(recurring.at.caution().map(|caution| format!("⚠️ {caution}")));
    Post::text(lines.join("\n"))
}

fn next_time(occurrence: &Occurrence, release: &RecurringRelease) -> String {
    let moved = if occurrence.is_moved(release.zone) {
        ", which clocks skip on that day"
    } else {
        ""
    };
    format!(
        "• <t:{}:F> · {}{moved} → version **{}**, target **{}**",
        occurrence.at.timestamp(),
        civil(occurrence.local, release.zone),
        escape(&release.version),
        date(release.target),
    )
}

/// "Tue 1 Dec 2026 09:00 Pacific/Auckland".
fn civil(local: NaiveDateTime, zone: Zone) -> String {
    format!(
        "{} {} {}",
        date(local.date()),
        local.format("%H:%M"),
        escape(zone.name())
    )
}

/// The question whether a recurring release shall start, which calls the Release Manager once.
#[must_use]
pub fn proposal(
    id: OccurrenceId,
    release: &RecurringRelease,
    obstacle: Option<&Obstacle>,
    setup: &GuildSetup,
    now: DateTime<Utc>,
) -> Post {
    let leads = setup
        .roles
        .iter()
        .find(|(role, _)| role.as_str() == RELEASE_MANAGER)
        .map(|(_, role)| *role);
    let call = leads.map_or_else(|| "**Release Manager**".to_owned(), |role| format!("<@&{role}>"));
    let mut lines = vec![match obstacle {
        None => format!("🔁 {call}: {} is due. Start it?", name(release)),
        Some(obstacle) => format!(
            "⚠️ {call}: {} should have started by itself and did not: {}",
            name(release),
            why_not(obstacle)
        ),
    }];
    lines.push(format!(
        "Target **{}**. Due {}.",
        date(release.target),
        due(release)
    ));
    if now - release.due >= LATE {
        lines.push(format!(
            "I was away at that time; this comes late, <t:{}:R>.",
            release.due.timestamp()
        ));
    }
    if release.missed > 0 {
        lines.push(format!(
            "{} before it passed while I was away, and {} skipped.",
            count(release.missed, "time"),
            if release.missed == 1 { "is" } else { "are" },
        ));
    }
    let buttons = vec![
        button(&CustomId::Accept(id), "Start it", ButtonStyle::Success),
        button(&CustomId::Decline(id), "Not this time", ButtonStyle::Secondary),
    ];
    Post {
        rows: vec![CreateActionRow::Buttons(buttons)],
        pings: leads.into_iter().collect(),
        ..Post::text(lines.join("\n"))
    }
}

/// A proposal that was answered, without its buttons.
#[must_use]
pub fn answered(release: &RecurringRelease, started: Option<&ReleaseKey>, answered: &Stamp) -> Post {
    let by = person(answered.by);
    let when = moment(answered.at);
    Post::text(match started {
        Some(key) => format!("✅ {}: {by} started it as **{key}** {when}.", name(release)),
        None => format!(
            "⏭️ {}: {by} said \"not this time\" {when}. It was due {}.",
            name(release),
            due(release)
        ),
    })
}

/// "**Weekly update** 2026.49".
fn name(release: &RecurringRelease) -> String {
    format!("**{}** {}", escape(&release.title), escape(&release.version))
}

fn due(release: &RecurringRelease) -> String {
    format!(
        "<t:{}:F> ({})",
        release.due.timestamp(),
        civil(release.local, release.zone)
    )
}

/// Why a release did not start by itself, and what to do.
fn why_not(obstacle: &Obstacle) -> String {
    match obstacle {
        Obstacle::NotSetUp { missing } => format!(
            "this server has not chosen {}. Somebody who may manage it uses `/setup`; then press **Start it**.",
            missing.join(", ")
        ),
        Obstacle::InFlight { key, channel } => {
            let place = channel.map_or_else(String::new, |channel| format!(" in <#{channel}>"));
            format!(
                "this version is in flight as **{key}**{place}. Work on that one, or close it and press **Start it**."
            )
        }
        Obstacle::DayOff { reason } => format!(
            "its target is not a working day ({}). Press **Start it** and choose another date.",
            escape(reason)
        ),
        Obstacle::TargetPast => {
            "its target is over already. Start it with `/release start` and a later target.".to_owned()
        }
        Obstacle::PhasesOver { count: number } => format!(
            "{} would be over at once. Press **Start it** to start all the same.",
            count(*number, "phase")
        ),
        Obstacle::Version { example } => format!(
            "its playbook accepts versions like `{}`. Mend `[recurring]` in its file, or use `/release start`.",
            escape(example)
        ),
        Obstacle::Other => "it was refused. Press **Start it** to hear why.".to_owned(),
    }
}
