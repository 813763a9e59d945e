//! A few characters that stand for the content of a playbook.

use sha2::{Digest as _, Sha256};

use crate::domain::playbook::Playbook;

/// How many bytes of the hash are shown, as two hexadecimal digits each: enough to tell the versions of one file apart,
/// and short enough to be read aloud.
const SHOWN: usize = 4;

impl Playbook {
    /// Eight hexadecimal digits that differ when anything in the playbook does: two playbooks with the same digest say
    /// the same. Layout and comments of the file do not count. A version of T-minus that knows further keys may give
    /// another digest to the same file.
    #[must_use]
    pub fn digest(&self) -> String {
        // A playbook consists of texts, numbers and lists, which JSON can always say.
        let content = serde_json::to_vec(self).unwrap_or_default();
        let hash = Sha256::digest(content);
        hash.iter()
            .take(SHOWN)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}
