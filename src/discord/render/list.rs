//! Lists of items for one person, with a select to tick or undo and pages for what does not fit.

use chrono::{DateTime, Utc};
use serenity::all::{
    ButtonStyle, CreateActionRow, CreateEmbed, CreateEmbedFooter, CreateSelectMenu, CreateSelectMenuKind,
};

use crate::app::ReleaseView;
use crate::discord::custom_id::{CustomId, ListView, Scope};
use crate::discord::post::Post;
use crate::discord::render::{
    button, card_title, choice, color, count, date, escape, fitting, item_line, moment, phase_name, relative,
    release_name,
};
use crate::domain::playbook::{Item, Phase, RoleId};

/// Items on one page: a select shows 25, and a phone shows fewer.
const PAGE: usize = 12;

/// One page of a list as it is at `now`. `held` are the roles of the person who looks.
#[must_use]
pub fn list(
    view: &ReleaseView,
    wanted: ListView,
    held: &std::collections::BTreeSet<RoleId>,
    now: DateTime<Utc>,
) -> Post {
    let release = &view.release;
    let items: Vec<(&Phase, &Item)> = release
        .playbook
        .items()
        .filter(|(phase, item)| match wanted.scope {
            Scope::All => true,
            Scope::Done => release.completions.contains_key(&item.id),
            Scope::Mine => {
                let mut roles = std::iter::once(&item.role).chain(&item.with);
                let open = release.is_live(phase) && !release.completions.contains_key(&item.id);
                open && roles.any(|role| held.contains(role))
            }
        })
        .collect();
    let pages = items.len().div_ceil(PAGE).max(1);
    let page = wanted.page.min(pages - 1);
    let shown: Vec<(&Phase, &Item)> = items.iter().copied().skip(page * PAGE).take(PAGE).collect();
    if shown.is_empty() {
        return Post::text(match wanted.scope {
            Scope::All => "This release has no items.",
            Scope::Mine => "✅ Nothing is open for your roles in this release.",
            Scope::Done => "Nothing has been ticked yet, so there is nothing to undo.",
        });
    }
    let title = match wanted.scope {
        Scope::All => "All items",
        Scope::Mine => "Your open items",
        Scope::Done => "Done items",
    };
    let embed = CreateEmbed::new()
        .title(card_title(&format!(
            "{title} · {} · {}",
            release_name(view),
            release.key
        )))
        .description(description(view, &shown, now))
        .color(color::NOW)
        .footer(CreateEmbedFooter::new(format!(
            "Page {} of {pages} · {} in this list",
            page + 1,
            count(items.len(), "item")
        )));
    let view_at = |page| ListView {
        scope: wanted.scope,
        page,
    };
    let mut rows = Vec::new();
    if release.lives_on() {
        rows.extend(toggle(view, view_at(page), &shown));
    }
    if pages > 1 {
        let turn = |page| CustomId::Turn(release.key.clone(), view_at(page));
        // Both buttons need ids of their own, also where both are disabled ends of the same list.
        rows.push(CreateActionRow::Buttons(vec![
            button(
                &turn(page.wrapping_sub(1).min(pages)),
                "◀ Back",
                ButtonStyle::Secondary,
            )
            .disabled(page == 0),
            button(&turn(page + 1), "Next ▶", ButtonStyle::Secondary).disabled(page + 1 == pages),
        ]));
    }
    Post {
        embeds: vec![embed],
        rows,
        ..Post::default()
    }
}

/// The text of one card may have 4,096 characters.
const CARD: usize = 4000;

/// The page with what helps to do each item; without that where it would not fit.
fn description(view: &ReleaseView, shown: &[(&Phase, &Item)], now: DateTime<Utc>) -> String {
    let full = lines(view, shown, true, now).join("\n");
    if full.chars().count() <= CARD {
        return full;
    }
    let mut lines = lines(view, shown, false, now);
    lines.push("-# The details of these items are too long for one page; the playbook has them.".to_owned());
    fitting(&lines, CARD, "lines that do not fit here")
}

fn lines(
    view: &ReleaseView,
    shown: &[(&Phase, &Item)],
    with_details: bool,
    now: DateTime<Utc>,
) -> Vec<String> {
    let mut lines = Vec::new();
    let mut last: Option<(&Phase, &RoleId)> = None;
    for (phase, item) in shown {
        if last.is_none_or(|(of, _)| of.id != phase.id) {
            let when = view.plan.phase(&phase.id).map_or_else(String::new, |planned| {
                format!(
                    " · {} · cut-off {}",
                    date(planned.date),
                    moment(planned.cutoff_at)
                )
            });
            lines.push(format!("**{}**{when}", phase_name(phase)));
        }
        if last.is_none_or(|(of, role)| of.id != phase.id || *role != item.role) {
            lines.push(format!("__{}__", view.release.role_title(&item.role)));
        }
        let when = view.release.completions.get(&item.id);
        let when = when.map_or_else(String::new, |done| format!(" {}", relative(done.stamp.at)));
        let thread = view.release.room.thread_of(&item.id);
        let thread = thread.map_or_else(String::new, |thread| format!(" · 💬 <#{thread}>"));
        lines.push(format!("{}{when}{thread}", item_line(view, item, now)));
        let reason = view.release.completions.get(&item.id);
        let reason = reason.and_then(|settled| settled.not_applicable.as_ref());
        lines.extend(reason.map(|reason| format!("-# Why not: {}", escape(reason))));
        if with_details {
            lines.extend(details(item));
        }
        last = Some((phase, &item.role));
    }
    lines
}

/// What helps to do the item, in small print.
fn details(item: &Item) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(details) = &item.details {
        lines.push(format!("-# {}", details.replace('\n', " ")));
    }
    lines.extend(item.steps.iter().map(|step| format!("-# • {}", escape(step))));
    if !item.links.is_empty() {
        let links: Vec<String> = item
            .links
            .iter()
            .map(|link| format!("[{}](<{}>)", escape(&link.title), link.url))
            .collect();
        lines.push(format!("-# {}", links.join(" · ")));
    }
    lines
}

fn toggle(view: &ReleaseView, at: ListView, shown: &[(&Phase, &Item)]) -> Option<CreateActionRow> {
    let release = &view.release;
    let done = at.scope == Scope::Done;
    let options: Vec<_> = shown
        .iter()
        .filter(|(phase, item)| release.is_live(phase) && release.completions.contains_key(&item.id) == done)
        .map(|(phase, item)| choice(phase, item, &release.role_title(&item.role)))
        .collect();
    if options.is_empty() {
        return None;
    }
    let id = CustomId::Toggle(release.key.clone(), at).to_string();
    let placeholder = if done {
        "Undo an item"
    } else {
        "Tick an item as done"
    };
    Some(CreateActionRow::SelectMenu(
        CreateSelectMenu::new(id, CreateSelectMenuKind::String { options }).placeholder(placeholder),
    ))
}
