//! The playbooks that releases keep, each text of one parsed once.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::domain::playbook::{Playbook, Variation};

/// So many texts are known at a time: the playbooks of a bot and some of their earlier versions.
const MOST: usize = 64;

/// A stored playbook, the version that names the release, and how the release differs from it.
type Stored = (String, String, String);

type Known<Key, Value> = LazyLock<Mutex<HashMap<Key, Value>>>;

/// What was parsed before. Releases in flight were started from few texts, and each look at one needs its playbook.
static PARSED: Known<String, Arc<Playbook>> = LazyLock::new(Mutex::default);

/// The processes that releases made of them.
static VARIED: Known<Stored, (Arc<Playbook>, Variation)> = LazyLock::new(Mutex::default);

/// The playbook that was stored as this text.
///
/// # Errors
/// It is no playbook.
pub(super) fn kept(text: &str) -> Result<Arc<Playbook>, serde_json::Error> {
    known(&PARSED, text.to_owned(), || {
        Ok(Arc::new(serde_json::from_str(text)?))
    })
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
    // Only what is done for each version depends on the version, and then there is a variation.
    let version_matters = if variation.is_empty() { "" } else { version };
    let stored = (text.to_owned(), version_matters.to_owned(), variation.to_owned());
    known(&VARIED, stored, || {
        let kept = kept(text)?;
        let variation = match variation {
            "" => Variation::default(),
            text => serde_json::from_str(text)?,
        };
        Ok((Arc::new(kept.varied(version, &variation)), variation))
    })
}

fn known<Key: Hash + Eq, Value: Clone>(
    known: &Mutex<HashMap<Key, Value>>,
    key: Key,
    make: impl FnOnce() -> Result<Value, serde_json::Error>,
) -> Result<Value, serde_json::Error> {
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(value) = known.get(&key) {
        return Ok(value.clone());
    }
    let value = make()?;
    if known.len() >= MOST {
        known.clear();
    }
    known.insert(key, value.clone());
    Ok(value)
}
