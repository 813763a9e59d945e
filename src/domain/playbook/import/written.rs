//! A Markdown document as a sequence of blocks, each with its line, its words and its links.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// A piece of a document that stands by itself.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// Where it begins, counted from 1.
    pub(super) line: usize,
    /// Its words without markup, on one line.
    pub(super) text: String,
    pub(super) links: Vec<WrittenLink>,
}

/// What a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A heading of this level, from 1.
    Heading(usize),
    /// The text of a list item at this depth, from 1.
    Item(usize),
    /// A further text at this depth: 0 outside of lists, otherwise part of a list item.
    Text(usize),
    /// What is no text: HTML, or a link that is defined and not used.
    Other,
}

/// A link or a picture.
#[derive(Clone, Debug)]
pub(super) struct WrittenLink {
    /// Which bytes of the block's text it covers.
    pub(super) place: Range<usize>,
    pub(super) url: String,
}

/// All blocks of a document in its order. Every word of the document is in one of them, addresses in their links.
pub(super) fn blocks(text: &str) -> Vec<Block> {
    let mut writer = Writer {
        source: text,
        blocks: Vec::new(),
        current: None,
        depth: 0,
        links: Vec::new(),
    };
    let options = Options::ENABLE_TASKLISTS;
    for (event, place) in Parser::new_ext(text, options).into_offset_iter() {
        writer.take(event, &place);
    }
    writer.end();
    writer.add_unused_definitions(&Parser::new_ext(text, options));
    writer.blocks.sort_by_key(|block| block.line);
    writer.blocks
}

struct Writer<'t> {
    source: &'t str,
    blocks: Vec<Block>,
    current: Option<Block>,
    /// How many lists are open.
    depth: usize,
    /// Where the links that are open began, with their address and title.
    links: Vec<(usize, String, String)>,
}

impl Writer<'_> {
    fn take(&mut self, event: Event<'_>, place: &Range<usize>) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => self.begin(Kind::Heading(number(level)), place),
            Event::Start(Tag::Item) => self.begin(Kind::Item(self.depth), place),
            Event::Start(Tag::Paragraph | Tag::CodeBlock(_)) => {
                // The first paragraph of a list item is its text.
                let begun = self
                    .current
                    .as_ref()
                    .is_some_and(|block| matches!(block.kind, Kind::Item(_)) && block.text.trim().is_empty());
                if !begun {
                    self.begin(Kind::Text(self.depth), place);
                }
            }
            Event::Start(Tag::HtmlBlock) => self.begin(Kind::Other, place),
            Event::Start(Tag::List(_)) => {
                self.end();
                self.depth += 1;
            }
            Event::End(TagEnd::List(_)) => {
                self.end();
                self.depth = self.depth.saturating_sub(1);
            }
            Event::End(TagEnd::Heading(_) | TagEnd::Item | TagEnd::HtmlBlock) => self.end(),
            Event::End(TagEnd::Paragraph | TagEnd::CodeBlock) => self.end(),
            Event::Start(Tag::Link { dest_url, title, .. } | Tag::Image { dest_url, title, .. }) => {
                let start = self.length();
                self.links.push((start, dest_url.to_string(), title.to_string()));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => self.end_link(),
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => {
                self.write(&text, place);
            }
            Event::SoftBreak | Event::HardBreak => self.write(" ", place),
            _ => {}
        }
    }

    fn begin(&mut self, kind: Kind, place: &Range<usize>) {
        self.end();
        self.current = Some(Block {
            kind,
            line: self.line(place.start),
            text: String::new(),
            links: Vec::new(),
        });
    }

    fn end(&mut self) {
        let Some(mut block) = self.current.take() else {
            return;
        };
        block.text.truncate(block.text.trim_end().len());
        if !block.text.is_empty() || !block.links.is_empty() {
            self.blocks.push(block);
        }
    }

    fn write(&mut self, text: &str, place: &Range<usize>) {
        let line = self.line(place.start);
        let kind = Kind::Text(self.depth);
        let block = self.current.get_or_insert_with(|| Block {
            kind,
            line,
            text: String::new(),
            links: Vec::new(),
        });
        for character in text.chars() {
            if !(character.is_whitespace() || character.is_control()) {
                block.text.push(character);
            } else if !block.text.is_empty() && !block.text.ends_with(' ') {
                block.text.push(' ');
            }
        }
    }

    fn end_link(&mut self) {
        let Some((start, url, title)) = self.links.pop() else {
            return;
        };
        if !title.is_empty() {
            self.write(&format!(" ({title})"), &(0..0));
        }
        if let Some(block) = &mut self.current {
            let place = start.min(block.text.len())..block.text.len();
            block.links.push(WrittenLink { place, url });
        }
    }

    /// A definition that no link uses makes no event.
    fn add_unused_definitions(&mut self, parser: &Parser<'_>) {
        for (_, definition) in parser.reference_definitions().iter() {
            let used = self
                .blocks
                .iter()
                .flat_map(|block| &block.links)
                .any(|link| link.url == *definition.dest);
            if !used {
                self.blocks.push(Block {
                    kind: Kind::Other,
                    line: self.line(definition.span.start),
                    text: self
                        .source
                        .get(definition.span.clone())
                        .unwrap_or_default()
                        .to_owned(),
                    links: Vec::new(),
                });
            }
        }
    }

    fn length(&self) -> usize {
        self.current.as_ref().map_or(0, |block| block.text.len())
    }

    fn line(&self, offset: usize) -> usize {
        self.source
            .get(..offset)
            .unwrap_or_default()
            .matches('\n')
            .count()
            + 1
    }
}

fn number(level: HeadingLevel) -> usize {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
