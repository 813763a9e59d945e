//! Long texts, one page after the other.

use serenity::all::{ButtonStyle, CreateActionRow, CreateEmbed, CreateEmbedFooter};

use crate::discord::custom_id::CustomId;
use crate::discord::post::Post;
use crate::discord::render::{button, card_title, color, shortened};

/// As many characters stand on one page: what a phone shows in a few swipes.
const PAGE: usize = 1800;

/// One line takes at most this many of them: the longest link of a phase is not cut off.
const LINE: usize = 680;

/// Lines with what stands above them, on each page anew.
pub(super) struct Section {
    /// What they are about, as one line.
    pub(super) head: String,
    /// The lines.
    pub(super) lines: Vec<String>,
    /// Whether it begins on a new page rather than to stand on two.
    pub(super) whole: bool,
}

/// One page of the sections as a card, with buttons to turn it where there are several. A page that does not exist is
/// the last one.
pub(super) fn card(title: &str, sections: &[Section], page: usize, turn: impl Fn(usize) -> CustomId) -> Post {
    let pages = pages(sections);
    let page = page.min(pages.len().saturating_sub(1));
    let text = pages.get(page).cloned().unwrap_or_default();
    let mut embed = CreateEmbed::new()
        .title(card_title(title))
        .description(text)
        .color(color::NOW);
    let mut rows = Vec::new();
    if pages.len() > 1 {
        embed = embed.footer(CreateEmbedFooter::new(format!(
            "Page {} of {}",
            page + 1,
            pages.len()
        )));
        rows.push(turning(page, pages.len(), turn));
    }
    Post {
        embeds: vec![embed],
        rows,
        ..Post::default()
    }
}

/// The buttons that turn page `page` of so many.
pub(super) fn turning(page: usize, pages: usize, turn: impl Fn(usize) -> CustomId) -> CreateActionRow {
    // Both buttons need ids of their own, also at the ends.
    let back = turn(page.wrapping_sub(1).min(pages));
    CreateActionRow::Buttons(vec![
        button(&back, "◀ Back", ButtonStyle::Secondary).disabled(page == 0),
        button(&turn(page + 1), "Next ▶", ButtonStyle::Secondary).disabled(page + 1 == pages),
    ])
}

/// The texts of all pages; no line is lost, and none stands without its head.
fn pages(sections: &[Section]) -> Vec<String> {
    let mut pages: Vec<String> = Vec::new();
    let mut page = String::new();
    let mut used = 0;
    for section in sections {
        let head = shortened(&section.head, LINE);
        let mut begun = false;
        let lines = || section.lines.iter().map(|line| shortened(line, LINE));
        let wanted = |text: &str| text.chars().count() + 1;
        let whole = wanted(&head) + lines().map(|line| wanted(&line)).sum::<usize>();
        if section.whole && used > 0 && used + whole > PAGE && whole <= PAGE {
            pages.push(std::mem::take(&mut page));
            used = 0;
        }
        for line in lines() {
            let room = wanted(&line) + if begun { 0 } else { wanted(&head) };
            if used > 0 && used + room > PAGE {
                pages.push(std::mem::take(&mut page));
                used = 0;
                begun = false;
            }
            if !begun {
                page.push_str(&head);
                page.push('\n');
                used += wanted(&head);
                begun = true;
            }
            page.push_str(&line);
            page.push('\n');
            used += wanted(&line);
        }
    }
    pages.push(page);
    pages
        .into_iter()
        .map(|page| page.trim_end().to_owned())
        .filter(|page| !page.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the sections hold, each line is on one page, in order, below its own head, and pages have room.
        #[test]
        fn no_line_is_lost(sizes in prop::collection::vec(prop::collection::vec(1..LINE, 1..9), 1..9)) {
            let sections: Vec<Section> = sizes.iter().enumerate().map(|(number, sizes)| Section {
                head: format!("# {number}"),
                lines: sizes.iter().enumerate().map(|(line, size)| format!("{number}.{line} {}", "é".repeat(*size / 2))).collect(),
                whole: number % 2 == 0,
            }).collect();
            let pages = pages(&sections);
            for page in &pages {
                prop_assert!(page.chars().count() <= PAGE);
                prop_assert!(page.starts_with('#'));
            }
            let mut head = String::new();
            let mut seen = Vec::new();
            for line in pages.iter().flat_map(|page| page.lines()) {
                match line.strip_prefix("# ") {
                    Some(number) => number.clone_into(&mut head),
                    None => {
                        prop_assert_eq!(line.split_once('.').unwrap().0, &head);
                        seen.push(line.to_owned());
                    }
                }
            }
            let all: Vec<String> = sections.iter().flat_map(|section| section.lines.iter().map(|line| line.trim_end().to_owned())).collect();
            prop_assert_eq!(seen.iter().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>(), all);
        }
    }
}
