//! The same facts in plain words, for e-mail and the command line.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::discord::render::handoff::summary::{at, done, next_cutoff, open_items, others};
use crate::discord::render::plain::{typed, unmarked};
use crate::domain::handoff::ShiftFacts;
use crate::domain::ids::UserId;

/// How a release stands, line by line, without Discord's marks. `names` are those that rosters give to people, and `when`
/// says an instant; it may not hold `*`, `<` or `\`. With `in_shift`, what was done since the shift began is said too.
#[must_use]
pub fn plain_lines(
    facts: &ShiftFacts,
    names: &BTreeMap<UserId, String>,
    in_shift: bool,
    when: impl Fn(DateTime<Utc>) -> String,
) -> Vec<String> {
    let mut lines = vec![at(&facts.standing)];
    lines.extend(next_cutoff(&facts.standing, when));
    lines.extend(in_shift.then(|| done(facts)));
    lines.extend(others(facts));
    lines.extend(open_items(facts, |role| format!("Open for {role}")));
    let named = |mark: &str| {
        let user = mark.strip_prefix('@').and_then(|user| user.parse().ok());
        user.map_or_else(|| mark.to_owned(), |user| name_of(user, names))
    };
    lines.iter().map(|line| unmarked(line, named)).collect()
}

/// What a roster calls somebody, without what acts on others; else "user 7".
#[must_use]
pub fn name_of(user: UserId, names: &BTreeMap<UserId, String>) -> String {
    let name = names.get(&user).map(|name| typed(name));
    name.unwrap_or_else(|| format!("user {user}"))
}
