//! The fixes of a release and how far each has got.

use serenity::all::{CreateActionRow, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption};

use crate::app::ReleaseView;
use crate::discord::custom_id::CustomId;
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::room::severity;
use crate::discord::render::{escape, fitting, release_name, shortened};
use crate::domain::release::Release;
use crate::domain::room::{Fix, FixStep};

/// The most choices in a select.
const CHOICES: usize = 25;

/// All fixes, with a select that records the next step of one.
#[must_use]
pub fn list(view: &ReleaseView) -> Post {
    let release = &view.release;
    let fixes: Vec<&Fix> = release.room.approved().collect();
    if fixes.is_empty() {
        return Post::text("No fix was added to this release yet. `/fix add` adds one.");
    }
    let mut lines = vec![format!(
        "**{} of {} · {}**",
        match fixes.len() {
            1 => "1 fix".to_owned(),
            several => format!("{several} fixes"),
        },
        release.key,
        release_name(view),
    )];
    for fix in &fixes {
        lines.extend(described(release, fix));
    }
    let dropped: Vec<String> = release
        .room
        .fixes
        .iter()
        .filter_map(|fix| {
            let dropped = fix.dropped.as_ref()?;
            Some(format!(
                "▫️ **{}** was left out: {}",
                escape(&fix.reference),
                escape(&dropped.reason)
            ))
        })
        .collect();
    lines.extend(dropped);
    let options: Vec<CreateSelectMenuOption> = fixes
        .iter()
        .filter_map(|fix| {
            let next = fix
                .versions
                .keys()
                .filter_map(|version| fix.next(version))
                .min()?;
            let label = shortened(&format!("{}: {next}", fix.reference), 100);
            let description = shortened(&fix.title, 100);
            Some(CreateSelectMenuOption::new(label, &fix.reference).description(description))
        })
        .take(CHOICES)
        .collect();
    let rows = if options.is_empty() || !release.is_open() {
        Vec::new()
    } else {
        let id = CustomId::FixStep(release.key.clone()).to_string();
        let menu = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options })
            .placeholder("Record the next step of a fix");
        vec![CreateActionRow::SelectMenu(menu)]
    };
    Post {
        rows,
        ..Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
    }
}

/// A fix: its title, then a line for each version.
fn described(release: &Release, fix: &Fix) -> Vec<String> {
    let author = fix
        .author
        .map_or_else(String::new, |author| format!(" · <@{author}>"));
    let link = fix
        .link
        .as_ref()
        .map_or_else(String::new, |link| format!(" · <{link}>"));
    let mut lines = vec![format!(
        "**{}** {} · {}{author}{link}",
        escape(&fix.reference),
        escape(&fix.title),
        severity(fix.severity),
    )];
    let versions = release
        .versions()
        .filter_map(|version| fix.versions.get_key_value(version));
    for (version, done) in versions {
        let steps: Vec<String> = FixStep::ALL
            .into_iter()
            .map(|step| match done.get(&step) {
                Some(stamp) => format!("✅ {step} <@{}>", stamp.by),
                None => format!("⬜ {step}"),
            })
            .collect();
        lines.push(format!(
            "{} · {} · {}",
            escape(version),
            steps.join(" → "),
            verified(release, fix, version)
        ));
    }
    lines
}

/// What QA says of a fix in the newest candidate of a version.
fn verified(release: &Release, fix: &Fix, version: &str) -> String {
    let Some(candidate) = release.room.newest(version) else {
        return "⬜ verified".to_owned();
    };
    let label = escape(&candidate.label());
    match candidate.verdicts.get(&fix.reference) {
        None => format!("⬜ verified in {label}"),
        Some(verdict) if verdict.passed => format!("✅ verified in {label} <@{}>", verdict.stamp.by),
        Some(verdict) => format!("❌ failed in {label} <@{}>", verdict.stamp.by),
    }
}

/// "Fixes: 2 of 3 merged", for the board; nothing without a fix.
pub(in crate::discord::render) fn progress(release: &Release) -> Option<String> {
    let all: Vec<(&Fix, &String)> = release
        .room
        .approved()
        .flat_map(|fix| fix.versions.keys().map(move |version| (fix, version)))
        .collect();
    let merged = all.iter().filter(|(fix, version)| fix.is_merged(version)).count();
    (!all.is_empty()).then(|| format!("🔧 {merged} of {} fixes merged", all.len()))
}
