//! How letters and colours of the picture look.

pub(super) mod color {
    pub(in crate::domain::report::picture) const GROUND: &str = "#2b2d31";
    pub(in crate::domain::report::picture) const TRACK: &str = "#3f4248";
    pub(in crate::domain::report::picture) const TEXT: &str = "#f2f3f5";
    pub(in crate::domain::report::picture) const SMALL: &str = "#c4c9ce";
    pub(in crate::domain::report::picture) const PLANNED: &str = "#7289da";
    pub(in crate::domain::report::picture) const DONE: &str = "#57d28a";
    pub(in crate::domain::report::picture) const LATE: &str = "#ff7a7a";
    pub(in crate::domain::report::picture) const MOVED: &str = "#f5b942";
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) size: u32,
    pub(super) color: &'static str,
    pub(super) bold: bool,
    pub(super) anchor: &'static str,
}

impl Style {
    pub(super) fn bold(size: u32) -> Self {
        Self {
            size,
            color: color::TEXT,
            bold: true,
            anchor: "start",
        }
    }

    pub(super) fn small(size: u32) -> Self {
        Self {
            bold: false,
            color: color::SMALL,
            ..Self::bold(size)
        }
    }

    pub(super) fn centered(self) -> Self {
        Self {
            anchor: "middle",
            ..self
        }
    }

    pub(super) fn at_the_end(self) -> Self {
        Self {
            anchor: "end",
            ..self
        }
    }
}

/// The text within `most` characters, with a visible cut.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Text of people within XML: what XML does not allow, or what turns the direction of writing, is left out.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {}
            '\u{FFFE}' | '\u{FFFF}' => {}
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}
