//! Tests of how what people saw becomes text that is the same in each run.

use super::*;

/// A message that was edited shows its changes alone; what ticks by itself in the reader's client is no change.
#[test]
fn an_edit_shows_what_changed() {
    let before = "Board\n⬜ Merge\n⬜ Tag\nCut-off 2026-12-04 18:00 UTC (in 3 days)";
    let ticked = "Board\n✅ Merge · @Devon\n⬜ Tag\nCut-off 2026-12-04 18:00 UTC (in 2 days)";
    assert_eq!(difference(before, ticked), ["- ⬜ Merge", "+ ✅ Merge · @Devon"]);
    let later = before.replace("(in 3 days)", "(1 hour ago)");
    assert_eq!(difference(before, &later), Vec::<String>::new());
    assert_eq!(difference("", "New"), ["+ New"]);
}

#[test]
fn what_ticks_by_itself_stands_still() {
    for (text, still) in [
        ("due 18:00 (in 3 days), then", "due 18:00, then"),
        ("due 18:00 (1 hour ago)", "due 18:00"),
        ("(high severity) stays (open", "(high severity) stays (open"),
        ("a (b (in 3 days) c)", "a (b c)"),
    ] {
        assert_eq!(standing_still(text), still);
    }
}

#[test]
fn a_long_select_is_counted() {
    let long = "[Select: Tick | a | b | c | d | e]";
    assert_eq!(shortened_select(long), "[Select: Tick | 5 options]");
    for whole in ["[Select: Tick | a | b]", "a | b | c | d | e | f"] {
        assert_eq!(shortened_select(whole), whole);
    }
}

#[test]
fn the_clock_and_first_lines() {
    assert_eq!(
        clock("2026-12-01T17:00:00Z".parse().unwrap()),
        "Tue 2026-12-01 17:00 UTC"
    );
    assert_eq!(first_line("\n  \nBoard\nmore"), "Board");
    assert_eq!(first_line(""), "");
}
