//! What a person wrote, given back to them to copy, because it was not taken.

use std::fmt::Write as _;

use crate::discord::post::{CONTENT_LIMIT, Post, PostFile};
use crate::discord::render::visible;

/// The end of the text that a code block is in, and what could end it early.
const FENCE: &str = "```";

/// The answer with what was written into each field, under its heading where there are several. It stands in blocks that
/// format and ping nothing; what does not fit, or would end a block, comes as a file.
#[must_use]
pub fn handed_back(post: Post, fields: &[(&str, String)]) -> Post {
    let written: Vec<_> = fields
        .iter()
        .filter(|(_, text)| !text.trim().is_empty())
        .collect();
    let several = written.len() > 1;
    let heading = |heading: &str| match several {
        true => format!("{heading}\n"),
        false => String::new(),
    };
    if written.is_empty() {
        return post;
    }
    let mut content = format!("{}\nWhat you wrote, to copy:", post.content);
    for (name, text) in &written {
        let _ = write!(content, "\n{}{FENCE}\n{}\n{FENCE}", heading(name), lines(text));
    }
    let harmless = written.iter().all(|(_, text)| !text.contains(FENCE));
    if harmless && content.chars().count() <= CONTENT_LIMIT {
        return Post { content, ..post };
    }
    let whole: Vec<String> = written
        .iter()
        .map(|(name, text)| format!("{}{text}\n", heading(name)))
        .collect();
    let file = PostFile {
        name: "what-you-wrote.txt".to_owned(),
        bytes: whole.join("\n").into_bytes(),
        description: None,
    };
    Post {
        content: format!("{}\nWhat you wrote is in the file below, to copy.", post.content),
        files: vec![file],
        ..post
    }
}

/// The text with its lines, and nothing that disguises what follows.
fn lines(text: &str) -> String {
    let shown = |character| match character {
        '\n' => Some('\n'),
        character => visible(character),
    };
    text.trim()
        .replace("\r\n", "\n")
        .chars()
        .filter_map(shown)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handed(fields: &[(&str, &str)]) -> Post {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, text)| (*name, (*text).to_owned()))
            .collect();
        handed_back(Post::text("🚫 Nothing was changed."), &fields)
    }

    #[test]
    fn a_short_text_stands_in_a_block() {
        assert_eq!(
            handed(&[("Text", "**a** @everyone\r\nb\u{202E}c")]).content,
            "🚫 Nothing was changed.\nWhat you wrote, to copy:\n```\n**a** @everyone\nbc\n```"
        );
        assert_eq!(
            handed(&[("Text", "a"), ("Next", " "), ("More", "b")]).content,
            "🚫 Nothing was changed.\nWhat you wrote, to copy:\nText\n```\na\n```\nMore\n```\nb\n```"
        );
        assert_eq!(handed(&[("Text", " ")]).content, "🚫 Nothing was changed.");
    }

    /// The file has every character, because nothing in it can format or ping.
    #[test]
    fn what_does_not_fit_or_would_end_the_block_comes_as_a_file() {
        let long = "é".repeat(CONTENT_LIMIT);
        for text in [long.as_str(), "a ```\n@everyone\n``` b"] {
            let post = handed(&[("Text", text)]);
            assert_eq!(
                post.content,
                "🚫 Nothing was changed.\nWhat you wrote is in the file below, to copy."
            );
            assert_eq!(post.files[0].bytes, format!("{text}\n").into_bytes());
        }
    }
}
