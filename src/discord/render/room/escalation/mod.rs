//! Escalations: the card that leads through the steps, what is offered at each, and the lists.

mod happening;
pub mod page;
mod refusal;

pub(super) use self::happening::{happening, helper};
pub(super) use self::refusal::sentence;

use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption,
};

use crate::app::ReleaseView;
use crate::discord::custom_id::{CustomId, EscalationId, EscalationPress};
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post};
use crate::discord::render::room::severity;
use crate::discord::render::{
    button, escape, fitting, moment, relative, release_name, role_named, shortened,
};
use crate::domain::escalation::Directory;
use crate::domain::person::{RELEASE_MANAGER, Stamp};
use crate::domain::release::Release;
use crate::domain::room::{Escalation, NextStep, ProblemKind};

/// What is chosen when nobody can tell who is to be asked. No topic can be called so.
pub const ANYBODY: &str = "*";

/// The most options of a select, apart from that one.
const OPTIONS: usize = 24;

/// As much of a text of people as a line of the card shows.
const SHOWN: usize = 300;

/// The card of an escalation: how it stands, each step with who took it and when, and the steps as buttons.
#[must_use]
pub fn card(view: &ReleaseView, number: u32) -> Option<Post> {
    let release = &view.release;
    let escalation = release.room.escalation(number)?;
    let mut lines = vec![
        format!(
            "🆘 **Escalation {number}** of {} · {}",
            release_name(view),
            severity(escalation.severity)
        ),
        state(release, escalation),
    ];
    // Of an item that is blocked, the Release Manager was told already.
    let lead = role_named(view, RELEASE_MANAGER);
    let waits = escalation.is_open() && release.is_open() && escalation.taken().is_none();
    let pings = if waits && escalation.item.is_none() {
        lines.push(format!("{}, the release does not go on.", lead.text));
        lead.pings
    } else {
        Vec::new()
    };
    lines.push(format!("> {}", escape(&shortened(&escalation.problem, SHOWN))));
    lines.push(format!("Opened by {}", by(escalation.opened)));
    let item = escalation
        .item
        .as_ref()
        .and_then(|item| release.playbook.item(item));
    lines.extend(item.map(|item| format!("It blocks **{}**.", escape(&item.title))));
    let is_over = !(escalation.is_open() && release.is_open());
    // What was not done has not to be done any more.
    let steps = steps(escalation).into_iter();
    lines.extend(
        steps
            .filter(|(is_done, _)| *is_done || !is_over)
            .map(|(_, line)| line),
    );
    Some(Post {
        rows: if is_over {
            Vec::new()
        } else {
            controls(release, escalation)
        },
        pings,
        ..Post::text(fitting(
            &lines,
            CONTENT_LIMIT - MARK_ROOM,
            "lines; `/release timeline` has all",
        ))
    })
}

/// How it stands, in one line.
fn state(release: &Release, escalation: &Escalation) -> String {
    if let Some(resolved) = &escalation.resolved {
        return format!(
            "🏁 **Resolved** by {}: {}",
            by(resolved.stamp),
            escape(&shortened(&resolved.what, SHOWN))
        );
    }
    if !release.is_open() {
        return "▫️ **Not resolved** when the release was closed.".to_owned();
    }
    let Some(paging) = escalation.paging() else {
        return "⛔ **Blocked**: nobody was called yet.".to_owned();
    };
    match (paging.acknowledged, paging.unanswered) {
        (Some(taken), _) => format!("🔧 **<@{}> is on it**, {}.", taken.by, relative(taken.at)),
        (None, Some(_)) => "🚨 **Nobody answered.** An answer still counts.".to_owned(),
        (None, None) if paging.stopped.is_some() => "⛔ **Blocked**: nobody is being called.".to_owned(),
        (None, None) => match paging.calls.last().and_then(|call| paging.target(call.place)) {
            Some(target) => format!("📟 **Waiting for {}** to answer.", escape(&target.name)),
            None => "⛔ **Blocked**".to_owned(),
        },
    }
}

/// "<@2> 3 minutes ago".
fn by(stamp: Stamp) -> String {
    format!("<@{}> {}", stamp.by, relative(stamp.at))
}

/// Each step: done, by whom and when; or what there is to do.
fn steps(escalation: &Escalation) -> Vec<(bool, String)> {
    let next = escalation.next();
    let text = |text: &str| escape(&shortened(text, SHOWN / 2));
    let line = |number: usize, step: NextStep, done: Option<String>, open: &str| match done {
        Some(done) => (true, format!("✅ {number}. {done}")),
        None if next == Some(step) => (false, format!("▶️ {number}. **{open}**")),
        None => (false, format!("⬜ {number}. {open}")),
    };
    let confirmed = escalation
        .confirmed
        .map(|stamp| format!("Confirmed by {}", by(stamp)));
    let class = escalation.class.as_ref().map(|class| {
        format!(
            "At fault: {} **{}**, says {}",
            class.kind,
            text(&class.what),
            by(class.stamp)
        )
    });
    let ticket = escalation.ticket.as_ref().map(|ticket| {
        let link = match ticket.link.chars().count() {
            0..=200 => format!("<{}>", ticket.link),
            _ => "its address is in `/release timeline`".to_owned(),
        };
        format!("Ticket: {link}, filed by {}", by(ticket.stamp))
    });
    let topic = escalation
        .topic
        .as_ref()
        .map(|topic| format!("Topic: **{}**, chosen by {}", text(&topic.title), by(topic.stamp)));
    let told = escalation
        .told
        .as_ref()
        .map(|told| format!("Told in {}, by {}", text(&told.channels), by(told.stamp)));
    let looked = escalation.looked.as_ref().map(|looked| {
        let helpers: Vec<String> = looked.helpers.iter().map(helper).collect();
        format!(
            "Who can help, looked up by {}: {}",
            by(looked.stamp),
            helpers.join("; ")
        )
    });
    let paged = escalation.paging().map(|paging| {
        let called: Vec<String> = paging.called().map(|user| format!("<@{user}>")).collect();
        let called = match called.as_slice() {
            [] => "nobody could be called".to_owned(),
            called => format!("so far {}", called.join(", ")),
        };
        format!("Paged by {}, {called}", by(paging.stamp))
    });
    vec![
        line(1, NextStep::Confirm, confirmed, "Confirm it: see it yourself"),
        line(
            2,
            NextStep::Classify,
            class,
            "Classify it: a service, a task kind, infrastructure, something external",
        ),
        line(3, NextStep::File, ticket, "File a ticket, and keep its link here"),
        line(
            4,
            NextStep::Choose,
            topic,
            "Choose the topic: it says who is asked",
        ),
        line(5, NextStep::Tell, told, "Tell it in the right channels"),
        line(6, NextStep::Look, looked, "Look who can help now"),
        line(
            7,
            NextStep::Page,
            paged,
            "Page: they are called one after the other",
        ),
    ]
}

fn controls(release: &Release, escalation: &Escalation) -> Vec<CreateActionRow> {
    let next = escalation.next();
    let control = |press, step, label| {
        let style = if next == Some(step) {
            ButtonStyle::Primary
        } else {
            ButtonStyle::Secondary
        };
        button(&id(release, escalation, press), label, style)
    };
    let confirm = control(EscalationPress::Confirm, NextStep::Confirm, "Confirm");
    let confirm = escalation.confirmed.is_none().then_some(confirm);
    let steps: Vec<CreateButton> = confirm
        .into_iter()
        .chain([
            control(EscalationPress::Kinds, NextStep::Classify, "Classify…"),
            control(EscalationPress::Ticket, NextStep::File, "Ticket…"),
            control(EscalationPress::Topics, NextStep::Choose, "Topic…"),
            control(EscalationPress::Channels, NextStep::Tell, "Channels…"),
        ])
        .collect();
    let page = control(EscalationPress::Page, NextStep::Page, "Page");
    let is_under_way = escalation
        .paging()
        .is_some_and(crate::domain::room::Paging::is_under_way);
    let resolve = button(
        &id(release, escalation, EscalationPress::Resolve),
        "Resolve…",
        ButtonStyle::Success,
    );
    let look = control(EscalationPress::Look, NextStep::Look, "Who can help?");
    let rest = std::iter::once(look)
        .chain((!is_under_way).then_some(page))
        .chain([resolve]);
    vec![
        CreateActionRow::Buttons(steps),
        CreateActionRow::Buttons(rest.collect()),
    ]
}

fn id(release: &Release, escalation: &Escalation, press: EscalationPress) -> CustomId {
    CustomId::Escalation(EscalationId::On(release.key.clone(), escalation.number, press))
}

/// The kinds of things that can be at fault, to press one (S49).
#[must_use]
pub fn kinds(view: &ReleaseView, escalation: &Escalation) -> Post {
    let kinds = ProblemKind::EACH.map(|kind| {
        let press = id(&view.release, escalation, EscalationPress::Kind(kind));
        let label = match kind {
            ProblemKind::Service => "Service…",
            ProblemKind::TaskKind => "Task kind…",
            ProblemKind::Infrastructure => "Infrastructure…",
            ProblemKind::ExternalDependency => "External dependency…",
        };
        button(&press, label, ButtonStyle::Secondary)
    });
    Post {
        rows: vec![CreateActionRow::Buttons(kinds.into())],
        ..Post::text("What is at fault? The form asks which one exactly.")
    }
}

/// The topics, those first that the words of the problem name, to pick one (S51).
#[must_use]
pub fn topics(view: &ReleaseView, directory: &Directory, escalation: &Escalation) -> Post {
    let at_fault = escalation.class.as_ref().map_or("", |class| class.what.as_str());
    let words = format!("{} {at_fault}", escalation.problem);
    let topics = directory.topics_for(&words);
    let more = topics.len().saturating_sub(OPTIONS);
    let options = topics.into_iter().take(OPTIONS).map(|topic| {
        let names: Vec<&str> = topic
            .contacts
            .iter()
            .filter_map(|id| Some(directory.contact(id)?.name.as_str()))
            .collect();
        CreateSelectMenuOption::new(shortened(&topic.title, 100), topic.id.to_string())
            .description(shortened(&names.join(", "), 100))
    });
    let anybody =
        CreateSelectMenuOption::new("I cannot tell", ANYBODY).description("Asks whom to ask in that case");
    let kind = CreateSelectMenuKind::String {
        options: options.chain([anybody]).collect(),
    };
    let pick = id(&view.release, escalation, EscalationPress::Topic).to_string();
    let select = CreateSelectMenu::new(pick, kind).placeholder("What is it about?");
    let more = match more {
        0 => String::new(),
        more => format!(" {more} more are under `/escalate change` with `topic`."),
    };
    Post {
        rows: vec![CreateActionRow::SelectMenu(select)],
        ..Post::text(format!(
            "The topic says who is asked, and in which order. Nobody is called by choosing.{more}"
        ))
    }
}

/// What a form of this press is called.
#[must_use]
pub fn press_title(press: EscalationPress) -> String {
    match press {
        EscalationPress::Kind(kind) => kind.to_string(),
        EscalationPress::Ticket => "ticket".to_owned(),
        EscalationPress::Channels => "channels".to_owned(),
        _ => "resolved".to_owned(),
    }
}

/// The channels that always hear of an escalation (S52), and those of its contacts, as they stand in the form.
#[must_use]
pub fn channels(directory: &Directory, escalation: &Escalation) -> String {
    let topic = escalation.topic.as_ref().and_then(|chosen| chosen.topic.as_ref());
    let topic = topic.and_then(|id| directory.topics.iter().find(|topic| topic.id == *id));
    let contacts = topic.into_iter().flat_map(|topic| &topic.contacts);
    let theirs = contacts.filter_map(|id| directory.contact(id)?.channel.as_ref());
    let mut channels: Vec<&str> = Vec::new();
    for channel in directory.always.iter().chain(theirs) {
        if !channels.contains(&channel.as_str()) {
            channels.push(channel);
        }
    }
    channels.join(", ")
}

/// What was opened, for whoever did it by command.
#[must_use]
pub fn opened(view: &ReleaseView) -> Post {
    let number = view
        .release
        .room
        .escalations
        .last()
        .map_or(0, |escalation| escalation.number);
    let place = view.release.channel.map_or_else(
        || "its channel, once that is open".to_owned(),
        |channel| format!("<#{channel}>"),
    );
    Post::text(format!(
        "🆘 Escalation {number} is open: its card in {place} leads through the steps. The release shows as blocked until it \
         is resolved."
    ))
}

/// The open escalations of these releases.
#[must_use]
pub fn list(views: &[ReleaseView]) -> Post {
    let mut lines = Vec::new();
    for view in views {
        let release = &view.release;
        let place = release
            .channel
            .map_or_else(String::new, |channel| format!(" <#{channel}>"));
        lines.extend(release.room.open_escalations().map(|escalation| {
            format!(
                "**{} · escalation {}** of {}{place} · {} · since {}\n{} {}",
                release.key,
                escalation.number,
                release_name(view),
                severity(escalation.severity),
                moment(escalation.opened.at),
                state(release, escalation),
                escape(&shortened(&escalation.problem, 200)),
            )
        }));
    }
    if lines.is_empty() {
        return Post::text("✅ No escalation is open. `/escalate open` in a release channel opens one.");
    }
    Post::text(fitting(&lines, CONTENT_LIMIT, "escalations"))
}

/// "⛔ **Blocked:** Balrog does not answer (escalation 1, @ben is on it)", as long as the release is; for boards and lists.
pub(in crate::discord::render) fn blocked(release: &Release) -> Option<String> {
    if !release.is_open() {
        return None;
    }
    let mut open = release.room.open_escalations();
    let first = open.next()?;
    let who = match first.taken() {
        Some(taken) => format!("<@{}> is on it", taken.by),
        None => "nobody is on it yet".to_owned(),
    };
    let more = match open.count() {
        0 => String::new(),
        more => format!("; and {more} more: `/escalate list`"),
    };
    Some(format!(
        "🆘 **Blocked:** {} (escalation {}, {who}){more}",
        escape(&shortened(&first.problem, 120)),
        first.number
    ))
}
