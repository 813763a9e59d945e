//! Tests of what a person reads: the exact text as snapshots, and Discord's limits under the largest releases.

mod announcements;
mod boards;
mod direct;
mod discussions;
mod escalations;
mod handoffs;
mod lists;
mod playbooks;
mod recurring;
mod refusals;
mod releases;
mod reminders;
mod shifts;
mod texts;
mod words;

use std::fmt::Write as _;

use serde_json::Value;

use super::*;
use crate::discord::post::Post;
use crate::domain::fixtures::{
    at, date, item, large_playbook, phase, plan_of, playbook, release, release_of, role, setup, stamp,
};
use crate::domain::ids::{ChannelId, MessageId};
use crate::domain::playbook::{PhaseLink, Playbook, RoleDefinition};
use crate::domain::release::{Closure, Event, Release};
use crate::domain::room::StoredLink;

/// Wednesday noon in London: everything is ahead.
const EARLY: &str = "2026-12-02T12:00:00Z";

fn view() -> ReleaseView {
    view_of(release())
}

fn view_of(mut release: Release) -> ReleaseView {
    release.channel = Some(ChannelId(500));
    release.board = Some(MessageId(600));
    ReleaseView {
        plan: plan_of(&release),
        release,
        setup: setup(),
    }
}

fn done(mut view: ReleaseView, items: &[&str]) -> ReleaseView {
    for id in items {
        view.release.apply(
            &Event::ItemDone {
                item: item(id),
                evidence: None,
            },
            stamp(7, "2026-12-02T11:00:00Z"),
        );
    }
    view
}

fn closed(mut view: ReleaseView, override_reason: Option<&str>) -> ReleaseView {
    view.release.closed = Some(Closure {
        stamp: stamp(1, "2026-12-03T09:00:00Z"),
        override_reason: override_reason.map(str::to_owned),
    });
    view
}

/// Every text as long as a playbook and a person may make it, and full of marks that have to be escaped.
fn longest(phases: u32, items: usize, roles: usize) -> ReleaseView {
    let mut playbook = large_playbook(phases, items, "x");
    let marks = |length: usize| "_".repeat(length);
    playbook.title = marks(80);
    playbook.product = marks(80);
    for number in playbook.roles.len()..roles {
        playbook.roles.push(RoleDefinition {
            id: role(&format!("role-{number}")),
            title: String::new(),
            hours: None,
            zone: None,
        });
    }
    let ids: Vec<_> = playbook.roles.iter().map(|role| role.id.clone()).collect();
    for role in &mut playbook.roles {
        role.title = marks(80);
    }
    for phase in &mut playbook.phases {
        phase.title = marks(80);
        phase.offset.amount *= 10;
        phase.links = (0..20)
            .map(|number| PhaseLink {
                id: format!("{}-{number}", phase.id).parse().unwrap(),
                title: marks(80),
            })
            .collect();
        for (number, item) in phase.items.iter_mut().enumerate() {
            item.title = marks(90);
            item.role = ids[number % roles].clone();
        }
    }
    let mut release = release_of(playbook);
    release.version = marks(40);
    release.title = Some(marks(80));
    let links: Vec<_> = release
        .playbook
        .phase_links()
        .map(|link| link.id.clone())
        .collect();
    for link in links {
        let url = format!("https://{}", "_".repeat(492));
        let stamp = stamp(1, EARLY);
        release.room.links.insert(link, StoredLink { url, stamp });
    }
    view_of(release)
}

fn sent(post: &Post) -> Value {
    serde_json::to_value(post.clone().message("nonce".to_owned())).unwrap()
}

fn list_of<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn text_of<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The post as a person sees it: text, cards, controls, and who hears it.
fn shown(post: &Post) -> String {
    let sent = sent(post);
    let mut text = String::new();
    let _ = writeln!(text, "{}", text_of(&sent, "content"));
    for embed in list_of(&sent, "embeds") {
        let _ = writeln!(text, "┌ {}", text_of(embed, "title"));
        for line in text_of(embed, "description").lines() {
            let _ = writeln!(text, "│ {line}");
        }
        for field in list_of(embed, "fields") {
            let _ = writeln!(text, "│ {}:", text_of(field, "name"));
            for line in text_of(field, "value").lines() {
                let _ = writeln!(text, "│   {line}");
            }
        }
        if let Some(footer) = embed["footer"]["text"].as_str() {
            let _ = writeln!(text, "└ {footer}");
        }
    }
    for row in list_of(&sent, "components") {
        for control in list_of(row, "components") {
            let off = if control["disabled"] == true { " (off)" } else { "" };
            match control["label"].as_str() {
                Some(label) => {
                    let _ = writeln!(text, "[{label}]{off} {}", text_of(control, "custom_id"));
                }
                None => {
                    let _ = writeln!(
                        text,
                        "[{} ▾] {}",
                        text_of(control, "placeholder"),
                        text_of(control, "custom_id")
                    );
                }
            }
            for option in list_of(control, "options") {
                let _ = writeln!(
                    text,
                    "  ◦ {} – {}",
                    text_of(option, "label"),
                    text_of(option, "description")
                );
            }
        }
    }
    if !post.pings.is_empty() {
        let _ = writeln!(text, "🔔 {:?}", post.pings);
    }
    text.trim_start().to_owned()
}

/// Discord's limits, as its documentation states them. It refuses the whole message when one is passed.
fn assert_fits(what: &str, post: &Post) {
    let sent = sent(post);
    let within = |name: &str, text: &str, limit: usize| {
        let length = text.chars().count();
        assert!(
            length <= limit,
            "{what}: {name} has {length} characters and may have {limit}:\n{text}"
        );
        length
    };
    within("content", text_of(&sent, "content"), 2000);
    let embeds = list_of(&sent, "embeds");
    assert!(embeds.len() <= 10, "{what}: {} embeds", embeds.len());
    let mut all = 0;
    for embed in embeds {
        all += within("title", text_of(embed, "title"), 256);
        all += within("description", text_of(embed, "description"), 4096);
        all += within("footer", text_of(&embed["footer"], "text"), 2048);
        let fields = list_of(embed, "fields");
        assert!(fields.len() <= 25, "{what}: {} fields", fields.len());
        for field in fields {
            all += within("field name", text_of(field, "name"), 256);
            all += within("field value", text_of(field, "value"), 1024);
        }
    }
    assert!(all <= 6000, "{what}: {all} characters in all cards");
    assert!(
        !embeds.is_empty() || !text_of(&sent, "content").is_empty(),
        "{what}: an empty message"
    );
    let rows = list_of(&sent, "components");
    assert!(rows.len() <= 5, "{what}: {} rows", rows.len());
    let mut ids = std::collections::BTreeSet::new();
    for row in rows {
        let controls = list_of(row, "components");
        assert!(
            (1..=5).contains(&controls.len()),
            "{what}: {} controls",
            controls.len()
        );
        for control in controls {
            let id = text_of(control, "custom_id");
            within("custom id", id, 100);
            assert!(ids.insert(id.to_owned()), "{what}: {id} twice");
            within("label", text_of(control, "label"), 80);
            within("placeholder", text_of(control, "placeholder"), 150);
            let options = list_of(control, "options");
            assert!(options.len() <= 25, "{what}: {} options", options.len());
            if control["type"] == 3 {
                assert!(!options.is_empty(), "{what}: an empty select");
            }
            for option in options {
                within("option label", text_of(option, "label"), 100);
                within("option value", text_of(option, "value"), 100);
                within("option description", text_of(option, "description"), 100);
            }
        }
    }
}

fn snapshot(name: &str, post: &Post) {
    assert_fits(name, post);
    insta::assert_snapshot!(name, shown(post));
}

fn a_playbook() -> Playbook {
    playbook()
}
