//! A written release process in Markdown becomes a playbook.
//!
//! A heading with an offset ("T-minus 4 working days") opens a phase. In it, a list item that ends with a colon above
//! a nested list is a role, as is a deeper heading; the bullets below are items, theirs are items under them.

use std::sync::LazyLock;

use regex::Regex;

use super::acts::{acts, title};
use super::draft::{Draft, link};
use super::settings::{self, PhaseHeading};
use super::written::{Block, Kind, WrittenLink, blocks};
use super::{Import, Place, problem, readable, shown};
use crate::domain::file::Problems;
use crate::domain::offset::Offset;
use crate::domain::playbook::limits;

/// How often something is done that is done daily.
static DAILY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\b(?:(?:once|twice|per|a|every|each)\s+)+(?:working\s+|business\s+)?day\b|\bdaily(?:[.,;)]|$)",
    )
    .ok()
});

static WITH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\bwith (?:an? |the )?(\w+)").ok());

/// Makes a playbook of a document; `file` is its name for the problems.
///
/// # Errors
/// Why it is no release process, each problem with its line: no text, no heading with an offset, a phase without
/// items, phases out of order.
pub fn from_markdown(file: &str, bytes: &[u8]) -> Result<Import, Problems> {
    let text = readable(file, bytes)?;
    let blocks = blocks(text);
    let mut reader = Reader {
        file,
        draft: Draft::default(),
        section: Section::Preamble,
        role: None,
        role_depth: 0,
        parents: Vec::new(),
        parts: 0,
        offsets: Vec::new(),
        marks: Vec::new(),
    };
    for (index, block) in blocks.iter().enumerate() {
        reader.take(block, blocks.get(index + 1));
    }
    reader.finish()
}

/// Where in the document the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// Before any heading but the title.
    Preamble,
    /// Below a heading without an offset.
    Aside,
    /// In the phase of a heading of this level.
    Phase(usize),
}

struct Reader<'f> {
    file: &'f str,
    draft: Draft,
    section: Section,
    /// Whose items come next.
    role: Option<String>,
    /// How deep in lists that role was named; 0 for a heading.
    role_depth: usize,
    /// The last item that others can be under, with its depth.
    parents: Vec<(usize, String)>,
    /// How many items the last bullet became.
    parts: usize,
    /// The offset of each phase, with its line.
    offsets: Vec<(Offset, usize)>,
    /// What else the items may be.
    marks: Vec<Mark>,
}

/// What the words of an item may mean.
struct Mark {
    /// The positions of its phase and of the item in it.
    phase: usize,
    item: usize,
    /// Whether it is done each working day.
    daily: bool,
    /// The words after "with", which may name roles.
    others: Vec<String>,
}

impl Reader<'_> {
    fn take(&mut self, block: &Block, next: Option<&Block>) {
        match (block.kind, self.section) {
            (Kind::Other, _) => self.leave(block, "no text that people read"),
            (Kind::Heading(level), _) => self.heading(level, block),
            (_, Section::Preamble | Section::Aside) => self.aside(block),
            (Kind::Item(depth), Section::Phase(_)) => self.bullet(depth, block, next),
            (Kind::Text(0), Section::Phase(_)) => {
                self.draft.note(&block.text, &place(block));
                self.link_process(block);
            }
            (Kind::Text(_), Section::Phase(_)) => self.more(block),
        }
    }

    fn heading(&mut self, level: usize, block: &Block) {
        self.parents.clear();
        self.parts = 0;
        match settings::phase_heading(&block.text) {
            Some(Ok(heading)) => self.phase(level, &heading, block),
            Some(Err(expected)) => self.problem(block, "the offset of a phase", &expected),
            None => match self.section {
                Section::Preamble
                    if self.draft.title.is_none() && block.text.chars().count() <= limits::TITLE =>
                {
                    self.draft.title = Some(block.text.clone());
                }
                Section::Phase(own) if level > own => {
                    self.role = Some(self.draft.role(block.text.trim_end_matches(':'), &place(block)));
                    self.role_depth = 0;
                }
                _ => {
                    self.section = Section::Aside;
                    self.leave(block, "a heading without an offset opens no phase");
                }
            },
        }
        self.link_process(block);
    }

    fn phase(&mut self, level: usize, heading: &PhaseHeading, block: &Block) {
        self.check_last_phase();
        self.section = Section::Phase(level);
        self.role = None;
        self.role_depth = 0;
        if let Some((before, line)) = self.offsets.last()
            && heading
                .offset
                .order(*before)
                .is_some_and(std::cmp::Ordering::is_le)
        {
            let expected = format!(
                "a phase later than \"{before}\" of line {line}: phases stand in their order, with one heading for each date"
            );
            self.problem(block, "the offset of a phase", &expected);
        }
        self.offsets.push((heading.offset, block.line));
        self.draft
            .phase(&heading.title, heading.offset, &place(block), &block.text);
        if heading.title.chars().count() > limits::TITLE {
            self.draft.note(&block.text, &place(block));
        }
        if heading.bare {
            let assumed = format!(
                "line {}: \"{}\", because no unit is named",
                block.line, heading.offset
            );
            self.draft.account.assumed.push(assumed);
        }
    }

    /// Text that belongs to no phase: what the process is for, or when its days and hours are.
    fn aside(&mut self, block: &Block) {
        let mut said = false;
        if let Some(cutoff) = settings::cutoff(&block.text).filter(|_| self.draft.cutoff.is_none()) {
            let what = format!("[cutoff] {} {}", cutoff.0, cutoff.1);
            self.draft.account.read(place(block), what, &block.text);
            self.draft.cutoff = Some(cutoff);
            said = true;
        }
        if let Some(calendar) = settings::calendar(&block.text).filter(|_| self.draft.calendar.is_none()) {
            let what = format!("calendar = \"{calendar}\"");
            self.draft.account.read(place(block), what, &block.text);
            self.draft.calendar = Some(calendar);
            said = true;
        }
        self.link_process(block);
        if said {
            return;
        }
        if self.section == Section::Aside {
            self.leave(block, "it stands under a heading without an offset");
        } else if !self.draft.summarise(&block.text) {
            let why = format!("the summary has at most {} characters", limits::SUMMARY);
            self.leave(block, &why);
        }
    }

    fn bullet(&mut self, depth: usize, block: &Block, next: Option<&Block>) {
        let above_others = next.is_some_and(|next| matches!(next.kind, Kind::Item(other) if other > depth));
        if depth == 1 && above_others && block.text.ends_with(':') {
            self.role = Some(self.draft.role(block.text.trim_end_matches(':'), &place(block)));
            self.role_depth = depth;
            self.parents.clear();
            self.parts = 0;
            self.link_process(block);
            return;
        }
        if depth <= self.role_depth {
            self.role = None;
            self.role_depth = 0;
        }
        let role = match &self.role {
            Some(role) => role.clone(),
            None => self.nobody(block),
        };
        self.parents.retain(|(above, _)| *above < depth);
        let under = self.parents.first().map(|(_, id)| id.clone());
        let acts = acts(&block.text, &block.links);
        let titles: Vec<String> = acts.iter().map(|act| title(&act.text, &block.text)).collect();
        self.parts = 0;
        let mut ids = Vec::new();
        for title in &titles {
            // Parts stay together above what is nested below them.
            let first = ids.first().cloned().filter(|_| above_others);
            let under = under.clone().or(first);
            if let Some(id) = self.draft.item(title, &role, under, &place(block)) {
                ids.push(id);
                self.parts += 1;
            }
        }
        for (back, (act, title)) in acts.iter().zip(&titles).take(ids.len()).rev().enumerate() {
            if title.trim_end_matches('.') != block.text.trim_end_matches('.') {
                self.draft.explain(back, &block.text, &place(block));
            }
            let own = |link: &&WrittenLink| {
                let others = acts.iter().filter(|other| other.place != act.place);
                !others
                    .into_iter()
                    .any(|other| other.place.contains(&link.place.start))
            };
            self.link_item(back, block, block.links.iter().filter(own));
            self.mark(back, &act.text, &block.text);
        }
        if ids.len() > 1 {
            let what = format!("{} items, {}", ids.len(), ids.join(", "));
            self.draft.account.read(place(block), what, &block.text);
        }
        if self.parents.len() > 1 {
            self.draft
                .account
                .read(place(block), "shown one level deep", &block.text);
        }
        if let Some(id) = ids.first() {
            self.parents.push((depth, id.clone()));
        }
    }

    /// Notes what else a new item may be. That is settled at the end, when all phases and roles are known.
    fn mark(&mut self, back: usize, act: &str, bullet: &str) {
        let phase = self.draft.phases.len().saturating_sub(1);
        let count = self.draft.phases.last().map_or(0, |phase| phase.items.len());
        let others = WITH.as_ref().map_or_else(Vec::new, |with| {
            with.captures_iter(bullet)
                .filter_map(|found| Some(found.get(1)?.as_str().to_lowercase()))
                .collect()
        });
        self.marks.push(Mark {
            phase,
            item: count.saturating_sub(back + 1),
            daily: DAILY.as_ref().is_some_and(|daily| daily.is_match(act)),
            others,
        });
    }

    /// A further paragraph of a list item.
    fn more(&mut self, block: &Block) {
        if self.parts == 0 {
            self.draft.note(&block.text, &place(block));
            self.link_process(block);
        }
        for back in 0..self.parts {
            self.draft.explain(back, &block.text, &place(block));
            self.link_item(back, block, block.links.iter());
        }
    }

    fn link_item<'b>(&mut self, back: usize, block: &Block, links: impl Iterator<Item = &'b WrittenLink>) {
        for written in links {
            let title = block.text.get(written.place.clone()).unwrap_or_default();
            let made = link(title, &written.url);
            let item = self.draft.recent(back);
            let room = item.filter(|item| item.links.len() < limits::LIST);
            match (made, room) {
                (Some(link), Some(item)) => item.links.push(link),
                _ => self.leave_link(block, written),
            }
        }
    }

    fn link_process(&mut self, block: &Block) {
        for written in &block.links {
            let title = block.text.get(written.place.clone()).unwrap_or_default();
            match link(title, &written.url).filter(|_| self.draft.links.len() < limits::LIST) {
                Some(link) => self.draft.links.push(link),
                None => self.leave_link(block, written),
            }
        }
    }

    fn leave_link(&mut self, block: &Block, link: &WrittenLink) {
        let why = "no room for this link, or no address of the web";
        self.draft.account.leave(place(block), why, &link.url);
    }

    /// The role of an item that names none.
    fn nobody(&mut self, block: &Block) -> String {
        let role = self.draft.release_manager();
        self.draft.account.read(
            place(block),
            format!("role `{role}`, as no role is named"),
            &block.text,
        );
        role
    }

    fn finish(mut self) -> Result<Import, Problems> {
        self.check_last_phase();
        if self.offsets.is_empty() && self.draft.problems.is_empty() {
            let expected = "a heading such as \"Code complete (T-minus 4 working days)\" for each phase";
            let problem = problem(
                self.file,
                1,
                "the document",
                "no heading with an offset",
                expected,
            );
            self.draft.problems.push(problem);
        }
        self.settle_marks();
        self.draft.finish(self.file)
    }

    fn settle_marks(&mut self) {
        let target = self
            .offsets
            .iter()
            .position(|(offset, _)| *offset == Offset::TARGET);
        let last = self.draft.phases.len().saturating_sub(1);
        for mark in &self.marks {
            let until = target.filter(|target| *target >= mark.phase).unwrap_or(last);
            let until = self.draft.phases.get(until).map(|phase| phase.id.clone());
            let phase = self.draft.phases.get_mut(mark.phase);
            let Some(item) = phase.and_then(|phase| phase.items.get_mut(mark.item)) else {
                continue;
            };
            for role in &self.draft.roles {
                let title = role.title.to_lowercase();
                let named =
                    title.chars().count() > 1 && mark.others.iter().any(|word| word.starts_with(&title));
                if named && role.id != item.role && item.with.len() < limits::LIST {
                    item.with.insert(role.id.clone());
                }
            }
            if let Some(until) = until.filter(|_| mark.daily) {
                let assumed = format!("item `{}`: each working day until `{until}` is over", item.id);
                self.draft.account.assumed.push(assumed);
                item.daily_until = Some(until);
            }
        }
    }

    fn check_last_phase(&mut self) {
        let empty = self.draft.phases.last().filter(|phase| phase.items.is_empty());
        if let (Some(phase), Some((_, line))) = (empty, self.offsets.last()) {
            let about = format!("the phase {}", shown(&phase.title));
            let expected = "at least one bullet, below the role that does it";
            let problem = problem(self.file, *line, &about, "no items", expected);
            self.draft.problems.push(problem);
        }
    }

    fn problem(&mut self, block: &Block, about: &str, expected: &str) {
        let problem = problem(self.file, block.line, about, &shown(&block.text), expected);
        self.draft.problems.push(problem);
    }

    fn leave(&mut self, block: &Block, why: &str) {
        self.draft.account.leave(place(block), why, &block.text);
    }
}

fn place(block: &Block) -> Place {
    Place::Line(block.line)
}
