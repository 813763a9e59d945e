//! Lists and their pages.

use std::collections::BTreeSet;

use super::*;
use crate::discord::custom_id::{ListView, Scope};
use crate::discord::render::list::list;
use crate::domain::playbook::RoleId;

fn at_page(scope: Scope, page: usize) -> ListView {
    ListView { scope, page }
}

fn held(roles: &[&str]) -> BTreeSet<RoleId> {
    roles.iter().map(|id| role(id)).collect()
}

#[test]
fn s23_the_lists_of_a_small_release() {
    let view = done(view(), &["announce"]);
    for (name, scope) in [
        ("list_all", Scope::All),
        ("list_mine", Scope::Mine),
        ("list_done", Scope::Done),
    ] {
        snapshot(name, &list(&view, at_page(scope, 0), &held(&["qa"]), at(EARLY)));
    }
    let view = closed(view, None);
    let post = list(&view, at_page(Scope::All, 0), &held(&[]), at(EARLY));
    assert!(post.rows.is_empty(), "a closed release has nothing to tick");
}

#[test]
fn an_empty_list_says_why() {
    let mine = list(&view(), at_page(Scope::Mine, 0), &held(&["marketing"]), at(EARLY));
    assert_eq!(mine.content, "✅ Nothing is open for your roles in this release.");
    let done = list(&view(), at_page(Scope::Done, 3), &held(&["qa"]), at(EARLY));
    assert_eq!(
        done.content,
        "Nothing has been ticked yet, so there is nothing to undo."
    );
}

/// What helps to do an item is beside it: details, steps, links.
#[test]
fn items_come_with_what_helps() {
    let view = view_of(release_of(crate::domain::fixtures::dot_release()));
    snapshot(
        "list_with_help",
        &list(
            &view,
            at_page(Scope::Mine, 0),
            &held(&["release-manager"]),
            at(EARLY),
        ),
    );
}

/// The items that a page shows, by the values of its select.
fn options(post: &Post) -> Vec<String> {
    list_of(&sent(post), "components")
        .iter()
        .flat_map(|row| list_of(row, "components"))
        .flat_map(|control| list_of(control, "options"))
        .map(|option| text_of(option, "value").to_owned())
        .collect()
}

/// Nothing is cut off: each item is on exactly one page, as a line and as a choice.
#[test]
fn every_item_is_on_exactly_one_page() {
    let large = view_of(release_of(large_playbook(12, 25, "Item")));
    for (scope, roles, expected) in [(Scope::All, vec![], 300), (Scope::Mine, vec!["dev", "qa"], 192)] {
        let mut chosen = Vec::new();
        let mut lines = 0;
        let pages = usize::div_ceil(expected, 12);
        for page in 0..pages {
            let post = list(&large, at_page(scope, page), &held(&roles), at(EARLY));
            assert_fits("page", &post);
            let text = shown(&post);
            assert!(text.contains(&format!("Page {} of {pages}", page + 1)), "{text}");
            lines += text.lines().filter(|line| line.starts_with("│ ⬜")).count();
            chosen.extend(options(&post));
        }
        let distinct: BTreeSet<&String> = chosen.iter().collect();
        assert_eq!(
            (chosen.len(), distinct.len(), lines),
            (expected, expected, expected),
            "{scope:?}"
        );
        let beyond = list(&large, at_page(scope, pages + 7), &held(&roles), at(EARLY));
        let last = list(&large, at_page(scope, pages - 1), &held(&roles), at(EARLY));
        assert_eq!(
            shown(&beyond),
            shown(&last),
            "a page that is gone shows the last one"
        );
    }
    snapshot(
        "list_second_page",
        &list(&large, at_page(Scope::All, 1), &held(&[]), at(EARLY)),
    );
}

#[test]
fn the_longest_pages_fit() {
    let mut long = longest(25, 12, 25);
    for phase in &mut std::sync::Arc::make_mut(&mut long.release.playbook).phases {
        for item in &mut phase.items {
            item.details = Some("_".repeat(1000));
            item.steps = vec!["_".repeat(300); 20];
        }
    }
    for page in 0..25 {
        let post = list(&long, at_page(Scope::All, page), &held(&[]), at(EARLY));
        assert_fits("page", &post);
        let lines = shown(&post)
            .lines()
            .filter(|line| line.starts_with("│ ⬜"))
            .count();
        assert_eq!(lines, 12, "every item has its line on page {page}");
    }
}
