//! Finding a topic by what people call it, with their typing errors.

use super::{Contact, Directory, Topic};

/// What was found for what somebody asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// The topic that was meant.
    Topic(&'a Topic),
    /// Those that it could be, the likeliest first; none when nothing is like it.
    Nothing(Vec<&'a Topic>),
}

/// How many topics are offered to somebody whose topic is not there.
const OFFERED: usize = 5;

/// How alike two words are that one person means as the same: from 0 for different to 1 for equal.
const ALIKE: f64 = 0.86;

/// By how much the likeliest has to lead, so that nobody is sent to the wrong people by a near miss.
const LEAD: f64 = 0.04;

impl Directory {
    /// The topic that somebody means by `asked`: by its id, its title or an alias, in any case, or by what is nearly one of
    /// them and no other.
    #[must_use]
    pub fn find(&self, asked: &str) -> Found<'_> {
        let ranked = self.ranked(asked);
        match ranked.as_slice() {
            [(best, topic)] if *best >= ALIKE => Found::Topic(topic),
            [(best, topic), (second, _), ..] if *best >= ALIKE && best - second >= LEAD => {
                Found::Topic(topic)
            }
            _ => Found::Nothing(ranked.into_iter().take(OFFERED).map(|(_, topic)| topic).collect()),
        }
    }

    /// The topics for what somebody has typed so far, the likeliest first; all of them for nothing.
    #[must_use]
    pub fn suggest(&self, typed: &str) -> Vec<&Topic> {
        if typed.trim().is_empty() {
            return self.topics.iter().collect();
        }
        self.ranked(typed).into_iter().map(|(_, topic)| topic).collect()
    }

    /// The contacts for what somebody has typed so far, the likeliest first; all of them for nothing.
    #[must_use]
    pub fn suggest_contacts(&self, typed: &str) -> Vec<&Contact> {
        if typed.trim().is_empty() {
            return self.contacts.iter().collect();
        }
        let ranked = ranked(&self.contacts, typed, Contact::names);
        ranked.into_iter().map(|(_, contact)| contact).collect()
    }

    /// The topics that are like what was asked, with how much, the likeliest first.
    fn ranked(&self, asked: &str) -> Vec<(f64, &Topic)> {
        ranked(&self.topics, asked, Topic::names)
    }
}

impl Topic {
    /// By what people call it.
    fn names(&self) -> impl Iterator<Item = &str> {
        let names = [self.id.as_str(), &self.title].into_iter();
        names.chain(self.aliases.iter().map(String::as_str))
    }
}

impl Contact {
    /// By what people call them.
    fn names(&self) -> impl Iterator<Item = &str> {
        [self.id.as_str(), &self.name].into_iter()
    }
}

/// Those of which a name is like what was asked, with how much, the likeliest first.
fn ranked<'a, T, N: Iterator<Item = &'a str>>(
    all: &'a [T],
    asked: &str,
    names: impl Fn(&'a T) -> N,
) -> Vec<(f64, &'a T)> {
    let asked = asked.trim().to_lowercase();
    let like = |one: &'a T| {
        names(one)
            .map(|name| likeness(&asked, &name.to_lowercase()))
            .fold(0.0, f64::max)
    };
    let mut ranked: Vec<(f64, &T)> = all
        .iter()
        .map(|one| (like(one), one))
        .filter(|(likeness, _)| *likeness > 0.0)
        .collect();
    // The order of the file decides between equals.
    ranked.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    ranked
}

/// From 0 for different to 1 for equal. A part of a name is likelier than a slip of the fingers: people type the
/// beginning.
fn likeness(asked: &str, name: &str) -> f64 {
    if asked == name {
        return 1.0;
    }
    if name.starts_with(asked) {
        return 0.95;
    }
    if name
        .split(|character: char| !character.is_alphanumeric())
        .any(|word| word == asked)
    {
        return 0.93;
    }
    if name.contains(asked) {
        return 0.9;
    }
    let whole = alike(asked, name, 0.75);
    let words = name.split(|character: char| !character.is_alphanumeric());
    let word = words.map(|word| alike(asked, word, 0.6)).fold(0.0, f64::max);
    // Short words are alike by chance.
    let best = whole.max(word * 0.98);
    if best >= 0.8 && asked.chars().count() >= 3 {
        best * 0.98
    } else {
        0.0
    }
}

/// How alike two texts are; not at all when the shorter has less than this share of the longer. What begins alike counts as
/// alike, so that "release mirror" would be "release".
fn alike(asked: &str, name: &str, share: f64) -> f64 {
    let (asked_length, name_length) = (asked.chars().count(), name.chars().count());
    let (shorter, longer) = (asked_length.min(name_length), asked_length.max(name_length));
    #[expect(clippy::cast_precision_loss, reason = "names are short")]
    let enough = shorter as f64 >= share * longer as f64;
    if enough {
        strsim::jaro_winkler(asked, name)
    } else {
        0.0
    }
}
