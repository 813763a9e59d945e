//! The small words: escaping, cutting, counting.

use proptest::prelude::*;

use super::*;

/// What Discord reads as formatting, a mention, an emoji of a server, a link with a mask or a time.
const MARKS: &[char] = &['*', '_', '~', '`', '|', '>', '<', '#', '@', '[', ']'];

/// Unicode's `Bidi_Control`, and the separators that break a line without being control characters.
const INVISIBLE: &[char] = &[
    '\u{061C}', '\u{200E}', '\u{200F}', '\u{202A}', '\u{202B}', '\u{202C}', '\u{202D}', '\u{202E}',
    '\u{2028}', '\u{2029}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
];

fn typed() -> impl Strategy<Value = String> {
    let any = prop_oneof![
        3 => any::<char>(),
        3 => prop::sample::select(MARKS),
        2 => prop::sample::select(INVISIBLE),
        2 => prop::sample::select(vec!['\\', '\n', '\r', '\u{0}', '\u{85}', 'a', ' ']),
    ];
    prop::collection::vec(any, 0..60).prop_map(String::from_iter)
}

proptest! {
    /// Nothing that a person types formats, mentions, breaks the line or turns the direction of writing.
    #[test]
    fn what_people_type_is_harmless(text in typed()) {
        let escaped = escape(&text);
        let mut characters = escaped.chars();
        let mut read = String::new();
        while let Some(character) = characters.next() {
            prop_assert!(!MARKS.contains(&character), "{character:?} is free in {escaped:?}");
            prop_assert!(!character.is_control() && !INVISIBLE.contains(&character), "{character:?} in {escaped:?}");
            if character == '\\' {
                // A backslash stands before a mark, and never at the end, where it would act on what follows.
                let next = characters.next();
                prop_assert!(next.is_some_and(|next| next == '\\' || MARKS.contains(&next)), "{escaped:?}");
                read.extend(next);
            } else {
                read.push(character);
            }
        }
        // And what is read is what was typed, apart from what cannot be seen.
        let visible = |text: &str| -> String {
            text.chars().filter(|character| !character.is_control() && !INVISIBLE.contains(character) && *character != ' ').collect()
        };
        prop_assert_eq!(visible(&read), visible(&text));
    }

    #[test]
    fn what_is_cut_is_cut_visibly(text in typed(), limit in 1..80_usize) {
        let cut = shortened(&text, limit);
        prop_assert!(cut.chars().count() <= limit);
        prop_assert!(cut == text || cut.ends_with('…'));
    }

    /// As many lines as fit, and then how many do not.
    #[test]
    fn lines_that_do_not_fit_are_counted(lengths in prop::collection::vec(0..60_usize, 0..40), limit in 60..400_usize) {
        let lines: Vec<String> = lengths.iter().map(|length| "x".repeat(*length)).collect();
        let text = fitting(&lines, limit, "lines");
        prop_assert!(text.chars().count() <= limit, "{} > {limit}", text.chars().count());
        let (kept, missing) = match text.rsplit_once("… and ") {
            Some((kept, rest)) => (kept.lines().count(), rest.split(' ').next().unwrap().parse::<usize>().unwrap()),
            None => (lines.len(), 0),
        };
        prop_assert_eq!(kept + missing, lines.len());
    }
}

#[test]
fn the_bar_is_full_only_when_everything_is_done() {
    let bars: Vec<String> = [(0, 5), (1, 300), (299, 300), (300, 300), (0, 0)]
        .into_iter()
        .map(|(done, all)| bar(Progress { done, all }))
        .collect();
    assert_eq!(
        bars,
        [
            "▱▱▱▱▱▱▱▱▱▱ 0 of 5 done",
            "▱▱▱▱▱▱▱▱▱▱ 1 of 300 done",
            "▰▰▰▰▰▰▰▰▰▱ 299 of 300 done",
            "▰▰▰▰▰▰▰▰▰▰ 300 of 300 done",
            "▰▰▰▰▰▰▰▰▰▰ 0 of 0 done",
        ]
    );
}
