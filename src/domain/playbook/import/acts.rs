//! One bullet often asks for several acts, and an item of a playbook is one act: a tick says that one thing was done.
//!
//! There is no understanding here, only words that tell: "… and run an official build" begins a second act because of
//! its verb. Whatever is taken apart is named in the account, and every part keeps the whole text as its details.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::names::{bounded, one_line};
use super::written::WrittenLink;
use crate::domain::playbook::limits;

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Act {
    /// What to do, as long as it is.
    pub(super) text: String,
    /// Which bytes of the bullet are about it and no other act.
    pub(super) place: Range<usize>,
}

/// Verbs that begin an act wherever they follow "and".
const VERBS: &str = "add|announce|apply|approve|ask|assign|check|close|complete|confirm|contact|create|delete|\
                     disable|download|edit|enable|ensure|escalate|generate|inform|install|invite|keep|make|move|\
                     notify|open|prepare|publish|push|remove|rename|replace|restart|run|send|submit|tell|upload|\
                     validate|verify|wait|write";

/// Verbs that are nouns as well; they begin an act only before a word such as "the".
const AMBIGUOUS: &str = "archive|backport|build|cut|deploy|document|draft|file|merge|monitor|plan|post|release|report|\
                         restore|review|schedule|share|ship|sign|tag|test|update";

fn fixed(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// A further act after "and".
static NEXT_ACT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    fixed(&format!(
        r"(?i)^(?:(?:{VERBS})\b|(?:{AMBIGUOUS})\s+(?:the|a|an|all|each|any|this|that|these|those|its|their|new)\b)"
    ))
});

/// Where the first sentence ends; "e.g. 1.1.1" ends none, because no capital letter follows.
static SENTENCE_END: LazyLock<Option<Regex>> = LazyLock::new(|| fixed(r"[.!?]\s+\p{Lu}"));

/// The condition under which the rest is to be done.
static CONDITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    fixed(&format!(
        r"(?i)^(?:if|in case)\b(?:[^,(]*,\s+|.*?\b(?P<act>(?:{VERBS}|{AMBIGUOUS})\s+(?:the|a|an|all|each|any)\b))"
    ))
});

/// A way to reach people.
static WAY: LazyLock<Option<Regex>> = LazyLock::new(|| fixed(r"(?i)\s(?:through|via|by)\s"));
static NEXT_WAY: LazyLock<Option<Regex>> = LazyLock::new(|| fixed(r"(?i)^(?:through|via|by|in|on)\s"));

static PARENTHESES: LazyLock<Option<Regex>> = LazyLock::new(|| fixed(r"\s*\([^()]*\)"));

/// The acts that a bullet asks for, at least one.
pub(super) fn acts(text: &str, links: &[WrittenLink]) -> Vec<Act> {
    let end = find(&SENTENCE_END, text).map_or(text.len(), |end| end.start + 1);
    let mut acts = Vec::new();
    let mut start = 0;
    for (and, next) in joints(text, links, end) {
        let before = text.get(start..and).unwrap_or_default();
        let rest = text.get(next..end).unwrap_or_default();
        let several_words = before.trim().contains(' ');
        if several_words && matches(&NEXT_ACT, rest) {
            push(&mut acts, before, start..and);
            start = next;
        } else if let Some(shared) = shared_beginning(text, links, start..and, next) {
            push(&mut acts, before, start..and);
            let place = next..end;
            let ends = joints(text, links, end).find(|(_, other)| {
                *other > next && matches(&NEXT_ACT, text.get(*other..end).unwrap_or_default())
            });
            let (own_end, following) = ends.unwrap_or((end, end));
            let own = text.get(next..own_end).unwrap_or_default();
            push(
                &mut acts,
                &format!("{} {own}", shared.trim()),
                place.start..own_end,
            );
            start = following;
            if start == end {
                break;
            }
        }
    }
    if start < end {
        push(&mut acts, text.get(start..end).unwrap_or_default(), start..end);
    }
    let acts: Vec<Act> = acts.into_iter().flat_map(before_and_after).collect();
    if acts.is_empty() {
        return vec![Act {
            text: text.to_owned(),
            place: 0..text.len(),
        }];
    }
    acts
}

/// A title of at most 90 characters for an act; the condition of its bullet is said in short when it has no room.
pub(super) fn title(act: &str, bullet: &str) -> String {
    let act = one_line(act);
    let own = condition_end(&act);
    let conditional = own.is_some() || condition_end(bullet).is_some();
    if !conditional || own.is_some() && act.chars().count() <= limits::ITEM_TITLE {
        return shortened(&act, limits::ITEM_TITLE);
    }
    let act = own.and_then(|end| act.get(end..)).unwrap_or(&act);
    const CONDITIONAL: &str = "If it applies: ";
    let rest = shortened(act, limits::ITEM_TITLE - CONDITIONAL.len());
    let mut letters = rest.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string());
    format!("{CONDITIONAL}{}{}", first.unwrap_or_default(), letters.as_str())
}

/// The text with what can best be missed left out, until it fits.
fn shortened(text: &str, limit: usize) -> String {
    let text = text.trim().trim_end_matches(['.', ':', ';', ',']);
    let mut text = capitalised(text);
    let too_long = |text: &str| text.chars().count() > limit;
    if too_long(&text)
        && let Some(parentheses) = PARENTHESES.as_ref()
    {
        text = one_line(&parentheses.replace_all(&text, ""));
    }
    if too_long(&text) {
        const CLAUSES: &[&str] = &[
            ", ",
            "; ",
            " with ",
            " once ",
            " when ",
            " so that ",
            " because ",
            " to make ",
            " that ",
        ];
        let longest: String = text.chars().take(limit).collect();
        let cuts = CLAUSES.iter().filter_map(|clause| longest.rfind(clause));
        if let Some(cut) = cuts.filter(|cut| *cut >= limit / 3).max() {
            text.truncate(cut);
        }
    }
    bounded(&text, limit)
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

/// Where the condition ends that a text begins with.
fn condition_end(text: &str) -> Option<usize> {
    let found = CONDITION.as_ref()?.captures(text)?;
    let end = found.name("act").map(|act| act.start());
    end.or_else(|| Some(found.get(0)?.end()))
}

/// Every "and" up to `end` that is neither in parentheses nor within a link: where it begins, with the comma before it,
/// and where the word after it begins.
fn joints<'t>(
    text: &'t str,
    links: &'t [WrittenLink],
    end: usize,
) -> impl Iterator<Item = (usize, usize)> + 't {
    const AND: &str = " and ";
    let text = text.get(..end).unwrap_or(text);
    text.match_indices(AND).filter_map(move |(at, _)| {
        let before = text.get(..at)?;
        let open = before.matches('(').count() > before.matches(')').count();
        let linked = links
            .iter()
            .any(|link| link.place.start < at && at < link.place.end);
        let start = before.trim_end_matches([',', ' ']).len();
        (!open && !linked).then_some((start, at + AND.len()))
    })
}

/// What a second object or a second way shares with the first: "Prepare" of "Prepare [a] and [b]", "Notify people" of
/// "Notify people through a post and in the changelog".
fn shared_beginning<'t>(
    text: &'t str,
    links: &[WrittenLink],
    first: Range<usize>,
    next: usize,
) -> Option<&'t str> {
    let before = text.get(first.clone())?;
    if let Some(way) = find(&WAY, before)
        && matches(&NEXT_WAY, text.get(next..)?)
    {
        return before.get(..way.start);
    }
    let own_page = |at: usize| links.iter().any(|link| link.place.start == at);
    let verb = before.find(' ')?;
    (own_page(first.start + verb + 1) && own_page(next)).then(|| before.get(..verb))?
}

/// "Test it before and after the update" is done twice.
fn before_and_after(act: Act) -> Vec<Act> {
    const BOTH: &str = " before and after ";
    if !act.text.contains(BOTH) {
        return vec![act];
    }
    let one = |word: &str| Act {
        text: act.text.replacen(BOTH, &format!(" {word} "), 1),
        place: act.place.clone(),
    };
    vec![one("before"), one("after")]
}

fn push(acts: &mut Vec<Act>, text: &str, place: Range<usize>) {
    if text.contains(char::is_alphanumeric) {
        acts.push(Act {
            text: one_line(text),
            place,
        });
    }
}

fn matches(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

fn find(pattern: &LazyLock<Option<Regex>>, text: &str) -> Option<Range<usize>> {
    Some(pattern.as_ref()?.find(text)?.range())
}
