//! Playbooks: which there are, what they say, what differs from what a release keeps.

use crate::app::{Became, KeptPlaybook, PlaybookView, Reread};
use crate::discord::custom_id::{Book, CustomId};
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::pages::{Section, card};
use crate::discord::render::{count, escape, fitting, phase_name, shortened};
use crate::domain::playbook::compare::{Change, Changed, Comparison};
use crate::domain::playbook::{Condition, Item, Phase, Playbook};

/// A value of a key is shown up to this many characters; a longer one has only "changed".
const VALUE: usize = 120;

/// The loaded playbooks.
#[must_use]
pub fn list(views: &[PlaybookView]) -> Post {
    let mut lines = vec![format!("📘 **{}**", count(views.len(), "playbook"))];
    for view in views {
        let playbook = &view.playbook;
        let followed = match (view.followed_by, view.kept_by) {
            (0, 0) => "no release in flight".to_owned(),
            (all, 0) => format!("{} in flight", count(all, "release")),
            (0, other) => format!("{} in flight with another version of it", count(other, "release")),
            (same, other) => format!(
                "{} in flight, {other} of them with another version of it",
                count(same + other, "release")
            ),
        };
        lines.push(format!(
            "**{}** `{}` · {}\n`{}` · {}, {}, {} · {followed}",
            escape(&playbook.title),
            playbook.id,
            escape(&playbook.product),
            playbook.digest(),
            count(playbook.phases.len(), "phase"),
            count(playbook.items().count(), "item"),
            count(playbook.roles.len(), "role"),
        ));
    }
    let rest = "playbooks: type `/playbook show` to find one";
    Post::text(fitting(&lines, CONTENT_LIMIT, rest))
}

/// One page of what a playbook says: its settings, then its phases with their items by role (S23).
#[must_use]
pub fn show(playbook: &Playbook, page: usize) -> Post {
    let mut sections = vec![Section {
        head: escape(&playbook.summary),
        lines: settings(playbook),
        whole: false,
    }];
    sections.extend(playbook.phases.iter().flat_map(|phase| by_role(playbook, phase)));
    let title = format!("{} · {}", playbook.title, playbook.digest());
    card(&title, &sections, page, |page| {
        CustomId::Book(Book::Show(playbook.id.clone()), page)
    })
}

fn settings(playbook: &Playbook) -> Vec<String> {
    let titles: Vec<String> = playbook.roles.iter().map(|role| escape(&role.title)).collect();
    let mut lines = vec![
        format!("• Product: {}", escape(&playbook.product)),
        format!("• Versions like `{}`", playbook.version.example.replace('`', "'")),
        format!("• Days off: {}", playbook.calendar),
        format!(
            "• Cut-off: {} {}",
            playbook.cutoff.time.format("%H:%M"),
            escape(playbook.cutoff.zone.name())
        ),
        format!("• Roles: {}", titles.join(", ")),
    ];
    lines.extend(playbook.choices().into_iter().map(|(what, conditions)| {
        let titles: Vec<&str> = conditions
            .iter()
            .map(|condition| condition.title.as_str())
            .collect();
        format!("• {}: {}", escape(what), escape(&titles.join(", ")))
    }));
    lines.extend(
        playbook
            .recurring
            .as_ref()
            .map(|recurring| format!("• Comes again: {}", escape(&recurring.at.to_string()))),
    );
    if !playbook.announcement.is_drafted() {
        lines.push("• Announcement: drafted when the Release Manager asks for it".to_owned());
    }
    lines.extend(
        playbook
            .links
            .iter()
            .map(|link| format!("• [{}](<{}>)", escape(&link.title), link.url)),
    );
    lines
}

/// The items of a phase, role by role; what there is to know about the phase stands before the first of them.
fn by_role(playbook: &Playbook, phase: &Phase) -> Vec<Section> {
    let mut about = about(playbook, phase);
    let sections = playbook.roles.iter().filter_map(|role| {
        let items: Vec<&Item> = phase.items.iter().filter(|item| item.role == role.id).collect();
        let lines = items.iter().map(|item| item_line(playbook, item));
        (!items.is_empty()).then(|| Section {
            head: format!("**{}** · {}", escape(&phase_name(phase)), escape(&role.title)),
            lines: std::mem::take(&mut about).into_iter().chain(lines).collect(),
            whole: false,
        })
    });
    sections.collect()
}

/// The note of a phase, what is said when it begins, who may not leave before it is complete, and its links.
fn about(playbook: &Playbook, phase: &Phase) -> Vec<String> {
    let texts = [&phase.note, &phase.begins].into_iter().flatten();
    let mut about: Vec<String> = texts.map(|text| escape(text)).collect();
    let conditions = || {
        let held = |condition: &&Condition| phase.guarded_if.contains(&condition.id);
        let titles = playbook.conditions.iter().filter(held);
        titles
            .map(|condition| condition.title.as_str())
            .collect::<Vec<_>>()
    };
    if phase.guarded {
        about.push("To be complete before whoever is on duty leaves".to_owned());
    } else if !phase.guarded_if.is_empty() {
        let titles = escape(&conditions().join(", "));
        about.push(format!(
            "To be complete before whoever is on duty leaves, if: {titles}"
        ));
    }
    let links: Vec<&str> = phase.links.iter().map(|link| link.title.as_str()).collect();
    if !links.is_empty() {
        about.push(format!("Links in each release: {}", escape(&links.join(", "))));
    }
    about.into_iter().map(|text| format!("-# {text}")).collect()
}

fn item_line(playbook: &Playbook, item: &Item) -> String {
    let mark = if item.under.is_some() { "↳" } else { "•" };
    let title_of = |role| {
        playbook
            .role(role)
            .map_or_else(|| role.to_string(), |role| role.title.clone())
    };
    let with: Vec<String> = item.with.iter().map(title_of).collect();
    let with = if with.is_empty() {
        String::new()
    } else {
        format!(" · with {}", escape(&with.join(", ")))
    };
    let until = item.daily_until.as_ref().and_then(|id| playbook.phase(id));
    let daily = until.map_or_else(String::new, |phase| {
        format!(" · daily, until {}", phase.offset.label())
    });
    format!("{mark} {}{with}{daily}", escape(&item.title))
}

/// One page of what differs between the playbook that a release keeps (S6) and its file now.
#[must_use]
pub fn difference(kept: &KeptPlaybook, page: usize) -> Post {
    let KeptPlaybook { view, kept, loaded } = kept;
    let release = &view.release;
    let title = escape(&kept.title);
    let keeps = format!(
        "**{}** keeps the playbook that it started with: **{title}** `{}`.",
        release.key,
        kept.digest()
    );
    let Some(loaded) = loaded else {
        return Post::text(format!(
            "📘 {keeps} No file `{}.toml` is loaded any more, so no new release can start with it; this one goes on.",
            kept.id
        ));
    };
    let comparison = kept.compare(loaded);
    if comparison.is_empty() {
        return Post::text(format!("📘 {keeps} The file says the same."));
    }
    let about = format!(
        "📘 {keeps} The file says `{}` now. This release goes on as it started; the next one follows the file.",
        loaded.digest()
    );
    let card = card(
        &format!("{} · what is different now", kept.title),
        &differences(&comparison, kept, loaded),
        page,
        |page| CustomId::Book(Book::Difference(release.key.clone()), page),
    );
    Post {
        content: about,
        ..card
    }
}

fn differences(comparison: &Comparison<'_>, kept: &Playbook, loaded: &Playbook) -> Vec<Section> {
    let mut phases: Vec<String> = Vec::new();
    for phase in &comparison.phases_added {
        let items = count(phase.items.len(), "item");
        phases.push(format!("➕ {} ({items})", escape(&phase_name(phase))));
    }
    for phase in &comparison.phases_removed {
        phases.push(format!("➖ {}", escape(&phase_name(phase))));
    }
    for changed in &comparison.phases_changed {
        phases.push(changed_line(&phase_name(changed.now), &changed.fields));
    }
    if comparison.phases_reordered {
        phases.push("✏️ the phases stand in another order".to_owned());
    }
    let mut items: Vec<String> = Vec::new();
    let of = |playbook: &Playbook, phase: &Phase, item: &Item| {
        let role = playbook.role(&item.role);
        let role = role.map_or_else(|| item.role.to_string(), |role| role.title.clone());
        escape(&format!("{} · {role} · {}", phase.offset.label(), item.title))
    };
    for (phase, item) in &comparison.items_added {
        items.push(format!("➕ {}", of(loaded, phase, item)));
    }
    for (phase, item) in &comparison.items_removed {
        items.push(format!("➖ {}", of(kept, phase, item)));
    }
    for Changed { now, fields } in &comparison.items_changed {
        items.push(changed_line(&now.title, &named(fields, kept, loaded)));
    }
    for phase in &comparison.items_reordered {
        items.push(format!(
            "✏️ {}: its items stand in another order",
            escape(&phase_name(phase))
        ));
    }
    let settings = comparison
        .settings
        .iter()
        .map(|change| format!("✏️ {}", spoken(change)));
    [
        ("**The playbook**", settings.collect()),
        ("**Phases**", phases),
        ("**Items**", items),
    ]
    .into_iter()
    .filter(|(_, lines): &(_, Vec<String>)| !lines.is_empty())
    .map(|(head, lines)| Section {
        head: head.to_owned(),
        lines,
        whole: false,
    })
    .collect()
}

/// The changes with the names of phases where the file has ids.
fn named(fields: &[Change], kept: &Playbook, loaded: &Playbook) -> Vec<Change> {
    let name = |playbook: &Playbook, value: &Option<serde_json::Value>| {
        let id = value.as_ref().and_then(serde_json::Value::as_str)?;
        let mut phases = playbook.phases.iter();
        let phase = phases.find(|phase| phase.id.as_str() == id)?;
        Some(serde_json::Value::String(phase_name(phase)))
    };
    let named = fields.iter().map(|change| {
        if change.field != "phase" {
            return change.clone();
        }
        Change {
            field: change.field.clone(),
            from: name(kept, &change.from),
            to: name(loaded, &change.to),
        }
    });
    named.collect()
}

fn changed_line(title: &str, fields: &[Change]) -> String {
    let fields: Vec<String> = fields.iter().map(spoken).collect();
    format!("✏️ {}: {}", escape(title), fields.join("; "))
}

/// "`when`: 3 working days before → **2 working days before**".
fn spoken(change: &Change) -> String {
    let field = &change.field;
    let short = |(from, to): &(String, String)| from.chars().count().max(to.chars().count()) <= VALUE;
    match (change.in_words().filter(short), &change.from, &change.to) {
        (_, None, _) => format!("`{field}` is new"),
        (_, _, None) => format!("`{field}` is gone"),
        (Some((from, to)), ..) => format!("`{field}`: {} → **{}**", escape(&from), escape(&to)),
        (None, ..) => format!("`{field}` reads differently"),
    }
}

/// What reading the files again has changed.
#[must_use]
pub fn reread(reread: &Reread) -> Post {
    let mut lines = vec![if reread.changes.is_empty() {
        format!(
            "📘 The files were read again: {} as before.",
            if reread.same == 1 {
                "the playbook is".to_owned()
            } else {
                format!("all {} playbooks are", reread.same)
            }
        )
    } else {
        "📘 The files were read again, and the playbooks are theirs now.".to_owned()
    }];
    lines.extend(reread.changes.iter().map(|(id, became)| match became {
        Became::Added { digest } => format!("➕ `{id}` `{digest}` is new"),
        Became::Changed { from, to } => format!("✏️ `{id}` `{from}` → `{to}`"),
        Became::Removed => format!("➖ `{id}` is gone; no new release can start with it"),
    }));
    if !reread.changes.is_empty() {
        lines.push(
            "Releases in flight keep what they started with; `/playbook diff` in a release channel shows what is \
             different now. What comes again by itself follows the files."
                .to_owned(),
        );
    }
    lines.extend(reread.silent.iter().map(|id| {
        format!("⚠️ `{id}` is switched on in this server, and its file does not let it come again any more.")
    }));
    if !reread.missing.is_empty() {
        lines.push(format!(
            "⚠️ This server has not chosen {}: `/setup`.",
            shortened(&reread.missing.join(", "), 400)
        ));
    }
    Post::text(fitting(
        &lines,
        CONTENT_LIMIT,
        "lines; `/playbook list` shows all playbooks",
    ))
}
