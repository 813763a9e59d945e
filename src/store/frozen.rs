//! The playbooks that releases keep, each text of one parsed once.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::domain::playbook::{Playbook, Variation};

/// So many are known at a time: the playbooks of a bot and some of their earlier versions, and what a hundred releases
/// in flight made of them with as many that came before.
const MOST: usize = 256;

/// A stored playbook, the version that names the release, and how the release differs from it.
type Stored = (Arc<str>, String, String);

type Known<Key, Value> = LazyLock<Mutex<HashMap<Key, Value>>>;

/// What was parsed before, with its text. Releases in flight were started from few texts, and each look at one needs its
/// playbook.
static PARSED: Known<Arc<str>, (Arc<str>, Arc<Playbook>)> = LazyLock::new(Mutex::default);

/// The processes that releases made of them.
static VARIED: Known<Stored, (Arc<Playbook>, Variation)> = LazyLock::new(Mutex::default);

/// The playbook that was stored as this text.
///
/// # Errors
/// It is no playbook.
pub(super) fn kept(text: &str) -> Result<Arc<Playbook>, serde_json::Error> {
    parsed(text).map(|(_, playbook)| playbook)
}

/// The process of a release of `version` whose playbook was stored as `text`, and which differs from it by `variation`;
/// an empty text is no difference.
///
/// # Errors
/// One of the texts is not what it should be.
pub(super) fn playbook(
    text: &str,
    version: &str,
    variation: &str,
) -> Result<(Arc<Playbook>, Variation), serde_json::Error> {
    let (text, kept) = parsed(text)?;
    // Only what is done for each version depends on the version, and then there is a variation.
    let version_matters = if variation.is_empty() { "" } else { version };
    let stored = (text, version_matters.to_owned(), variation.to_owned());
    known(&VARIED, &stored, || {
        let variation = match variation {
            "" => Variation::default(),
            text => serde_json::from_str(text)?,
        };
        let made = (Arc::new(kept.varied(version, &variation)), variation);
        Ok((stored.clone(), made))
    })
}

/// The playbook of this text, with the text itself, so that all that is known of it shares one copy.
fn parsed(text: &str) -> Result<(Arc<str>, Arc<Playbook>), serde_json::Error> {
    known(&PARSED, text, || {
        let playbook = Arc::new(serde_json::from_str(text)?);
        let text: Arc<str> = text.into();
        Ok((Arc::clone(&text), (text, playbook)))
    })
}

fn known<Key, Asked, Value>(
    known: &Mutex<HashMap<Key, Value>>,
    asked: &Asked,
    make: impl FnOnce() -> Result<(Key, Value), serde_json::Error>,
) -> Result<Value, serde_json::Error>
where
    Key: Hash + Eq + Borrow<Asked>,
    Asked: Hash + Eq + ?Sized,
    Value: Clone,
{
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = known.get(asked) {
        return Ok(value.clone());
    }
    let (key, value) = make()?;
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(key, value.clone());
    Ok(value)
}
