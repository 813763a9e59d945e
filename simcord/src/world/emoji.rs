//! Which texts are one emoji, as Unicode Technical Standard 51 puts them together.

/// Shows what stands before it as a picture rather than as text.
const PICTURE: char = '\u{fe0f}';

/// Makes one emoji of those on both sides of it.
const JOINER: char = '\u{200d}';

/// Makes a key of a digit.
const KEY: char = '\u{20e3}';

/// Whether a text is one emoji and nothing else. Discord's own list is not published; a picture that Unicode has not given
/// out yet counts here as well.
pub(super) fn is_one(text: &str) -> bool {
    let signs: Vec<char> = text.chars().collect();
    match signs.as_slice() {
        [one, other] if is_flag_letter(*one) && is_flag_letter(*other) => true,
        [key, KEY] | [key, PICTURE, KEY] => key.is_ascii_digit() || matches!(key, '#' | '*'),
        signs => signs.split(|sign| *sign == JOINER).all(is_part),
    }
}

/// Whether two emoji are the same, however they say that they are pictures.
pub(super) fn same(one: &str, other: &str) -> bool {
    let bare = |sign: &char| *sign != PICTURE;
    one.chars().filter(bare).eq(other.chars().filter(bare))
}

/// A picture with what may stand behind it: a colour of the skin, and the letters of a flag.
fn is_part(signs: &[char]) -> bool {
    let Some((first, rest)) = signs.split_first() else {
        return false;
    };
    let goes_with_it =
        |sign: &char| matches!(sign, &PICTURE | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}');
    is_picture(*first) && rest.iter().all(goes_with_it)
}

const fn is_flag_letter(sign: char) -> bool {
    matches!(sign, '\u{1f1e6}'..='\u{1f1ff}')
}

const fn is_picture(sign: char) -> bool {
    matches!(
        sign,
        '©' | '®' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{2199}'
            | '\u{21a9}' | '\u{21aa}' | '\u{231a}' | '\u{231b}' | '\u{2328}' | '\u{23cf}'
            | '\u{23e9}'..='\u{23f3}' | '\u{23f8}'..='\u{23fa}' | '\u{24c2}' | '\u{25aa}' | '\u{25ab}'
            | '\u{25b6}' | '\u{25c0}' | '\u{25fb}'..='\u{25fe}' | '\u{2600}'..='\u{27bf}'
            | '\u{2934}' | '\u{2935}' | '\u{2b05}'..='\u{2b07}' | '\u{2b1b}' | '\u{2b1c}' | '\u{2b50}'
            | '\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
            | '\u{1f000}'..='\u{1f0ff}' | '\u{1f170}'..='\u{1f19a}' | '\u{1f201}'..='\u{1f251}'
            | '\u{1f300}'..='\u{1f6ff}' | '\u{1f7e0}'..='\u{1f7ff}' | '\u{1f90c}'..='\u{1faff}'
    )
}

#[cfg(test)]
mod tests {
    use super::{is_one, same};

    #[test]
    fn one_emoji_is_told_from_words_and_from_two() {
        for emoji in [
            "👍",
            "👍🏽",
            "❤️",
            "❤",
            "1️⃣",
            "#⃣",
            "🇩🇪",
            "🏳️‍🌈",
            "👩🏽‍💻",
            "🏴󠁧󠁢󠁳󠁣󠁴󠁿",
            "✅",
            "🫡",
            "©️",
        ] {
            assert!(is_one(emoji), "{emoji}");
        }
        for text in [
            "",
            "1",
            "a",
            ":thumbsup:",
            "thonk:123",
            "👍👍",
            "👍 ",
            "🇩",
            "\u{200d}",
            "👍\u{200d}",
            "\u{fe0f}",
        ] {
            assert!(!is_one(text), "{text:?}");
        }
    }

    #[test]
    fn an_emoji_is_the_same_with_its_selector_and_without() {
        assert!(same("❤️", "❤"));
        assert!(!same("👍", "👍🏽"));
    }
}
