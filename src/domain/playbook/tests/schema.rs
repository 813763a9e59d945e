//! The schema and the reader describe the same format.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use regex::Regex;
use serde_json::Value;

use super::{DOT_RELEASE, SMALLEST, documented_example};
use crate::domain::playbook::schema::PlaybookFile;
use crate::domain::playbook::{Playbook, read};

/// The kinds of tables as the reader names them, and their definitions in the schema.
const KINDS: [(&str, &str); 12] = [
    ("playbook", ""),
    ("version", "VersionSection"),
    ("cutoff", "CutoffSection"),
    ("recurring", "RecurringSection"),
    ("reminders", "RemindersSection"),
    ("condition", "ConditionEntry"),
    ("decision", "DecisionSection"),
    ("role", "RoleEntry"),
    ("phase", "PhaseEntry"),
    ("item", "ItemEntry"),
    ("link", "LinkEntry"),
    ("phase link", "PhaseLinkEntry"),
];

#[test]
fn the_reader_and_the_schema_know_the_same_keys() {
    let mut known: BTreeMap<&str, BTreeMap<&str, bool>> = BTreeMap::new();
    for (kind, key, required) in read::known_keys(documented_example()) {
        known.entry(kind).or_default().insert(key, required);
    }
    let schema = Playbook::json_schema();
    assert_eq!(known.len(), KINDS.len());
    for (kind, definition) in KINDS {
        let definition = if definition.is_empty() {
            &schema
        } else {
            &schema["$defs"][definition]
        };
        let described: BTreeSet<&str> = definition["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let required: BTreeSet<&str> = definition["required"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|key| key.as_str().unwrap())
            .collect();
        assert_eq!(described, known[kind].keys().copied().collect(), "keys of {kind}");
        let read = known[kind]
            .iter()
            .filter(|(_, required)| **required)
            .map(|(key, _)| *key);
        assert_eq!(required, read.collect(), "required keys of {kind}");
    }
}

#[test]
fn every_key_is_explained_to_editors() {
    let schema = Playbook::json_schema();
    for (kind, definition) in KINDS {
        let definition = if definition.is_empty() {
            &schema
        } else {
            &schema["$defs"][definition]
        };
        assert_eq!(definition["additionalProperties"], false, "{kind}");
        for (key, property) in definition["properties"].as_object().unwrap() {
            assert!(property["description"].is_string(), "{key} of {kind}");
        }
    }
}

#[test]
fn playbooks_in_order_fit_the_schema() {
    for text in [DOT_RELEASE, SMALLEST, documented_example()] {
        assert_eq!(complaints(text), Vec::<String>::new());
    }
}

#[test]
fn the_schema_refuses_what_it_can_see() {
    for (from, to) in [
        ("title = \"Small\"", ""),
        ("title = \"Small\"", "titel = \"Small\""),
        ("title = \"Small\"", "title = \" \""),
        ("title = \"Small\"", "title = \"Small\\n\""),
        ("\"Small\"", "7"),
        ("\"10:00\"", "\"25:00\""),
        ("id = \"release-manager\"", "id = \"Release-Manager\""),
        ("\"on the target date\"", "251"),
        ("\"on the target date\"", "\"251 days after\""),
        ("\"on the target date\"", "\"4 days\""),
        (
            "items = [{ id = \"do-it\", role = \"release-manager\", title = \"Do it\" }]",
            "items = []",
        ),
        (
            "title = \"Do it\"",
            "title = \"Do it\", links = [{ title = \"x\", url = \"ftp://x\" }]",
        ),
        ("product", "calendar = \"moon\"\nproduct"),
    ] {
        let text = SMALLEST.replacen(from, to, 1);
        assert_ne!(text, SMALLEST, "{from}");
        assert!(!complaints(&text).is_empty(), "{to}");
        assert!(Playbook::read("small.toml", &text).is_err(), "{to}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What the reader accepts, editors accept too.
    #[test]
    fn the_schema_accepts_what_the_reader_accepts(lines in prop::collection::btree_set(0..120_usize, 1..4)) {
        let kept = documented_example().lines().enumerate().filter(|(number, _)| !lines.contains(number));
        let text = kept.map(|(_, line)| line).collect::<Vec<_>>().join("\n");
        if Playbook::read("example.toml", &text).is_ok() {
            prop_assert_eq!(complaints(&text), Vec::<String>::new());
        }
    }
}

/// What the schema, and the types that it is made from, have against a file.
fn complaints(text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    complaints.extend(
        toml::from_str::<PlaybookFile>(text)
            .err()
            .map(|error| error.to_string()),
    );
    let schema = Playbook::json_schema();
    let value = serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
    check(&schema, &schema, &value, "", &mut complaints);
    complaints
}

/// The part of JSON Schema that the format uses. A keyword that is not known here fails the test.
fn check(root: &Value, schema: &Value, value: &Value, place: &str, complaints: &mut Vec<String>) {
    let length = value.as_str().map_or(0, |text| text.chars().count());
    let count = value.as_array().map_or(0, Vec::len);
    for (keyword, rule) in schema.as_object().unwrap() {
        let limit = || usize::try_from(rule.as_u64().unwrap()).unwrap();
        let fits = match keyword.as_str() {
            "$defs" | "$schema" | "title" | "description" | "default" | "format" | "required" => true,
            "additionalProperties" => {
                let known = schema["properties"].as_object().unwrap();
                value
                    .as_object()
                    .is_none_or(|table| table.keys().all(|key| known.contains_key(key)))
            }
            "$ref" => {
                let definition = root
                    .pointer(rule.as_str().unwrap().trim_start_matches('#'))
                    .unwrap();
                check(root, definition, value, place, complaints);
                true
            }
            "anyOf" | "oneOf" => rule.as_array().unwrap().iter().any(|option| {
                let mut complaints = Vec::new();
                check(root, option, value, place, &mut complaints);
                complaints.is_empty()
            }),
            "const" => rule == value,
            "type" => {
                let is = |name: &Value| match name.as_str().unwrap() {
                    "null" => value.is_null(),
                    "string" => value.is_string(),
                    "integer" => value.is_i64() || value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "array" => value.is_array(),
                    "object" => value.is_object(),
                    other => panic!("unknown type {other}"),
                };
                rule.as_array()
                    .map_or_else(|| is(rule), |names| names.iter().any(is))
            }
            "properties" => {
                for (key, property) in rule.as_object().unwrap() {
                    match value.get(key) {
                        Some(value) => check(root, property, value, &format!("{place}/{key}"), complaints),
                        None if schema["required"]
                            .as_array()
                            .into_iter()
                            .flatten()
                            .any(|name| name == key) =>
                        {
                            complaints.push(format!("{place} lacks {key}"));
                        }
                        None => {}
                    }
                }
                true
            }
            "items" => {
                for (index, entry) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, rule, entry, &format!("{place}/{index}"), complaints);
                }
                true
            }
            "pattern" => value
                .as_str()
                .is_none_or(|text| Regex::new(rule.as_str().unwrap()).unwrap().is_match(text)),
            "minLength" => !value.is_string() || length >= limit(),
            "maxLength" => length <= limit(),
            "minItems" => !value.is_array() || count >= limit(),
            "maxItems" => count <= limit(),
            "uniqueItems" => value.as_array().is_none_or(|list| {
                list.iter().map(Value::to_string).collect::<BTreeSet<_>>().len() == list.len()
            }),
            "minimum" => value
                .as_i64()
                .is_none_or(|number| number >= rule.as_i64().unwrap()),
            "maximum" => value
                .as_i64()
                .is_none_or(|number| number <= rule.as_i64().unwrap()),
            other => panic!("unknown keyword {other}"),
        };
        if !fits {
            complaints.push(format!("{place} does not fit {keyword}"));
        }
    }
}
