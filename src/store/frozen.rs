//! The playbooks that releases keep, each text of one parsed once.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::domain::playbook::Playbook;

/// So many texts are known at a time: the playbooks of a bot and some of their earlier versions.
const MOST: usize = 64;

/// What was parsed before. Releases in flight were started from few texts, and each look at one needs its playbook.
static PARSED: LazyLock<Mutex<HashMap<String, Arc<Playbook>>>> = LazyLock::new(Mutex::default);

/// The playbook that was stored as this text.
///
/// # Errors
/// It is no playbook.
pub(super) fn playbook(text: &str) -> Result<Arc<Playbook>, serde_json::Error> {
    let mut parsed = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = parsed.get(text) {
        return Ok(Arc::clone(known));
    }
    let playbook: Arc<Playbook> = Arc::new(serde_json::from_str(text)?);
    if parsed.len() >= MOST {
        parsed.clear();
    }
    parsed.insert(text.to_owned(), Arc::clone(&playbook));
    Ok(playbook)
}
