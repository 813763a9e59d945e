//! The board: what it says at each stage, and that it fits however large the playbook is.

use super::*;
use crate::discord::render::board::board;

#[test]
fn s23_the_board_at_the_start() {
    snapshot("board_at_the_start", &board(&view(), at(EARLY)));
}

#[test]
fn s9_the_board_in_the_middle_shows_what_is_late_and_what_is_next() {
    let view = done(view(), &["announce", "verify"]);
    snapshot("board_in_the_middle", &board(&view, at("2026-12-07T12:00:00Z")));
}

#[test]
fn the_board_with_everything_done() {
    let view = done(view(), &["announce", "merge", "verify", "tag", "page"]);
    snapshot("board_done", &board(&view, at("2026-12-09T12:00:00Z")));
}

/// A closed release has nothing to press.
#[test]
fn the_board_of_a_closed_release() {
    let view = closed(
        done(view(), &["announce"]),
        Some("Withdrawn: **the fix** was wrong"),
    );
    let post = board(&view, at("2026-12-11T12:00:00Z"));
    assert!(post.rows.is_empty());
    snapshot("board_closed", &post);
}

/// 300 items in 12 phases: within Discord's limits, with every phase named and every item counted.
#[test]
fn a_large_board_fits_and_leaves_nothing_out_silently() {
    let large = view_of(release_of(large_playbook(
        12,
        25,
        "Do something that takes a line on a phone",
    )));
    let post = board(&large, at(EARLY));
    snapshot("board_large", &post);
    let text = shown(&post);
    for phase in &large.release.playbook.phases {
        assert!(
            text.contains(&phase_name(phase)),
            "{} is named",
            phase_name(phase)
        );
    }
    let crowded = view_of(release_of(large_playbook(
        3,
        100,
        "Do something that takes a line on a phone",
    )));
    let post = board(&crowded, at(EARLY));
    assert_fits("crowded", &post);
    let text = shown(&post);
    assert!(text.contains("press **All items**"), "{text}");
    assert!(
        text.contains("25 of 300 open; the rest under All items"),
        "{text}"
    );
}

/// What is shown as items is whole, or says how many lines are missing.
#[test]
fn a_card_that_is_cut_counts_what_it_leaves_out() {
    let crowded = view_of(release_of(large_playbook(
        1,
        200,
        "Do something that takes a line on a phone",
    )));
    let text = shown(&board(&crowded, at(EARLY)));
    let listed = text.lines().filter(|line| line.starts_with("│ ⬜")).count();
    let missing: usize = text
        .lines()
        .find_map(|line| line.strip_prefix("│ … and ")?.split(' ').next()?.parse().ok())
        .unwrap();
    // The lines are the items and a heading for each of the three roles.
    let headings = text
        .lines()
        .filter(|line| line.starts_with("│ **") && line.ends_with("**"))
        .count();
    assert_eq!(listed + headings + missing, 203, "{text}");
}

#[test]
fn the_largest_boards_fit() {
    for (phases, items, roles) in [
        (12, 25, 3),
        (25, 12, 25),
        (25, 200, 25),
        (1, 200, 25),
        (8, 40, 25),
        (9, 1, 1),
    ] {
        let what = format!("{phases} phases, {items} items, {roles} roles");
        let open = longest(phases, items, roles);
        for now in [EARLY, "2027-12-01T12:00:00Z", "2025-01-01T12:00:00Z"] {
            assert_fits(&what, &board(&open, at(now)));
        }
        assert_fits(&what, &board(&closed(open, Some(&"_".repeat(500))), at(EARLY)));
    }
}
