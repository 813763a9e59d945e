//! Tests of the playbooks.

mod compare;
mod desktop;
mod model;
mod problems;
mod recurring;
mod schema;
mod security;
mod template;
mod variation;

use super::Playbook;

/// The shipped playbook.
pub(super) const DOT_RELEASE: &str = include_str!("../../../../playbook-templates/dot-release.toml");

/// The example of the documentation.
pub(super) fn documented_example() -> &'static str {
    let page = include_str!("../../../../docs/playbooks.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    rest.split_once("```").unwrap().0
}

/// As little as a playbook can hold.
pub(super) const SMALLEST: &str = r#"
title = "Small"
summary = "The smallest playbook."
product = "Thing"
cutoff = { time = "10:00", zone = "America/Los_Angeles" }
roles = [{ id = "release-manager", title = "Dev" }]

[[phases]]
id = "only"
title = "Only"
when = "on the target date"
items = [{ id = "do-it", role = "release-manager", title = "Do it" }]
"#;

pub(super) fn dot_release() -> Playbook {
    Playbook::read("playbook-templates/dot-release.toml", DOT_RELEASE)
        .unwrap_or_else(|error| panic!("{error}"))
}
