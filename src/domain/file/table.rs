//! Tables of a file, read key by key.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::file::nearest;
use crate::domain::file::source::{Source, excerpt};

/// A table that is being read. It remembers which keys were looked for: all others are unknown.
pub(crate) struct Table<'s> {
    /// The file that it belongs to.
    pub(crate) source: &'s Source<'s>,
    /// Where it begins: its header, or the brace of an inline table.
    pub(crate) place: Range<usize>,
    /// Which kind of table it is, as the schema names it.
    kind: &'static str,
    /// What people call it, such as "item `tag-release`".
    name: String,
    table: &'s DeTable<'s>,
    looked_for: RefCell<Vec<&'static str>>,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) place: Range<usize>,
}

/// A value that does not fit.
pub(crate) struct Misfit {
    /// What it is; when absent, the value itself is shown.
    pub(crate) found: Option<String>,
    /// What it should be.
    pub(crate) expected: String,
}

impl Misfit {
    pub(crate) fn expected(expected: impl Into<String>) -> Self {
        Self {
            found: None,
            expected: expected.into(),
        }
    }
}

/// Whether a key may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    Optional,
}

impl<'s> Table<'s> {
    /// A table of this kind, called `name` unless it has an `id` that says more.
    pub(crate) fn new(
        source: &'s Source<'s>,
        kind: &'static str,
        name: String,
        table: &'s DeTable<'s>,
        place: Range<usize>,
    ) -> Self {
        let id = table.get("id").and_then(|id| id.get_ref().as_str());
        let name = id.map_or(name, |id| format!("{kind} {}", excerpt(id)));
        Self {
            source,
            place,
            kind,
            name,
            table,
            looked_for: RefCell::default(),
        }
    }

    /// The text under `key` as it stands, when it is one.
    pub(crate) fn raw_text(&self, key: &str) -> Option<&'s str> {
        self.table.get(key)?.get_ref().as_str()
    }

    /// The value under `key`, turned into what it should be by `read`. Reports what is missing or does not fit.
    pub(crate) fn value<T>(
        &self,
        key: &'static str,
        need: Need,
        expected: &str,
        read: impl FnOnce(&'s DeValue<'s>) -> Result<T, Misfit>,
    ) -> Option<Located<T>> {
        let value = self.find(key, need, expected)?;
        self.fit(key, value, read)
    }

    /// The values of the list under `key`, each turned into what it should be by `read`. No list is an empty one.
    pub(crate) fn list<T>(
        &self,
        key: &'static str,
        limit: usize,
        expected: &str,
        mut read: impl FnMut(&'s DeValue<'s>) -> Result<T, Misfit>,
    ) -> Vec<Located<T>> {
        let values = self.array(key, Need::Optional, limit, expected);
        values
            .iter()
            .filter_map(|value| self.fit(key, value, &mut read))
            .collect()
    }

    /// The tables of the list under `key`. A required list is not empty.
    pub(crate) fn tables(
        &self,
        key: &'static str,
        kind: &'static str,
        need: Need,
        limit: usize,
    ) -> Vec<Table<'s>> {
        let expected = format!("one or more tables `[[…{key}]]`");
        self.array(key, need, limit, &expected)
            .iter()
            .filter_map(|value| {
                let table = self.fit(key, value, |value| {
                    value
                        .as_table()
                        .ok_or_else(|| Misfit::expected(format!("a table that describes a {kind}")))
                })?;
                let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) {
                    "an"
                } else {
                    "a"
                };
                Some(Table::new(
                    self.source,
                    kind,
                    format!("{article} {kind}"),
                    table.value,
                    table.place,
                ))
            })
            .collect()
    }

    /// The table under `key`.
    pub(crate) fn table(&self, key: &'static str, need: Need) -> Option<Table<'s>> {
        let expected = format!("a table `[{key}]`");
        let table = self.value(key, need, &expected, |value| {
            value.as_table().ok_or_else(|| Misfit::expected(expected.clone()))
        })?;
        Some(Table::new(
            self.source,
            key,
            format!("`[{key}]`"),
            table.value,
            table.place,
        ))
    }

    /// Reports that the value of `key` at `place` does not go together with the rest of the file.
    pub(crate) fn mismatch(&self, key: &str, place: &Range<usize>, found: String, expected: String) {
        self.source
            .report_mismatch(place, self.subject(key), found, expected);
    }

    /// Reports the keys that nobody has looked for.
    pub(crate) fn finish(&self) {
        let known = self.looked_for.borrow();
        for (key, _) in self
            .table
            .iter()
            .filter(|(key, _)| !known.iter().any(|known| known == key.get_ref()))
        {
            let expected = match nearest(key.get_ref(), known.iter().copied()) {
                Some(nearest) => format!("`{nearest}`"),
                None => format!("one of {}", quoted(known.iter().copied())),
            };
            let found = format!("the unknown key {}", excerpt(key.get_ref()));
            self.source
                .report(&key.span(), self.name.clone(), found, expected);
        }
    }

    fn find(&self, key: &'static str, need: Need, expected: &str) -> Option<&'s Spanned<DeValue<'s>>> {
        self.looked_for.borrow_mut().push(key);
        self.source.know((self.kind, key, need == Need::Required));
        let value = self.table.get(key);
        if value.is_none() && need == Need::Required {
            let (found, expected) = ("nothing".to_owned(), expected.to_owned());
            self.source
                .report_mismatch(&self.place, self.subject(key), found, expected);
        }
        value
    }

    fn fit<T>(
        &self,
        key: &str,
        value: &'s Spanned<DeValue<'s>>,
        read: impl FnOnce(&'s DeValue<'s>) -> Result<T, Misfit>,
    ) -> Option<Located<T>> {
        match read(value.get_ref()) {
            Ok(read) => Some(Located {
                value: read,
                place: value.span(),
            }),
            Err(Misfit { found, expected }) => {
                let found = found.unwrap_or_else(|| describe(value.get_ref()));
                self.source
                    .report(&value.span(), self.subject(key), found, expected);
                None
            }
        }
    }

    fn array(
        &self,
        key: &'static str,
        need: Need,
        limit: usize,
        expected: &str,
    ) -> &'s [Spanned<DeValue<'s>>] {
        let array = self.value(key, need, expected, |value| {
            let array = value.as_array().ok_or_else(|| Misfit::expected(expected))?;
            let found = match array.len() {
                0 if need == Need::Required => "an empty list".to_owned(),
                count if count > limit => format!("a list of {count}"),
                _ => return Ok(&array[..]),
            };
            Err(Misfit {
                found: Some(found),
                expected: format!("{expected}, at most {limit}"),
            })
        });
        array.map_or(&[], |array| array.value)
    }

    fn subject(&self, key: &str) -> String {
        format!("`{key}` of {}", self.name)
    }
}

/// The candidates in backticks, joined for a sentence.
pub(crate) fn quoted<'a>(candidates: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = candidates.map(excerpt).collect();
    quoted.join(", ")
}

fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.trim().is_empty() => "an empty text".to_owned(),
        DeValue::String(text) => excerpt(text),
        DeValue::Integer(number) => format!("the number {}", excerpt(number.as_str())),
        DeValue::Float(number) => format!("the number {}", excerpt(number.as_str())),
        DeValue::Boolean(value) => format!("`{value}`"),
        DeValue::Datetime(value) => format!("the date or time `{value}` without quotes"),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}
