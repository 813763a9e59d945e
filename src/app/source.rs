//! What was read at start-up and can be read again.

use std::fmt;
use std::sync::Arc;

use crate::domain::calendar::CalendarSettings;
use crate::domain::playbook::Playbook;

/// Where something is read from, when there is such a place. Reading changes nothing by itself.
pub struct Source<T>(Option<Arc<Rereading<T>>>);

/// Reads it again.
type Rereading<T> = dyn Fn() -> Result<T, Vec<String>> + Send + Sync;

/// Where `/calendar reload` reads from.
pub type CalendarSource = Source<CalendarSettings>;

/// Where `/playbook reload` reads from.
pub type PlaybookSource = Source<Vec<Playbook>>;

impl<T> Source<T> {
    /// A source that this function reads. When it fails it gives every problem, each as one line.
    pub fn new(read: impl Fn() -> Result<T, Vec<String>> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(read)))
    }

    /// What is there now.
    ///
    /// # Errors
    /// Every problem, each as one line; none of them when there is no place to read from.
    pub(super) fn read(&self) -> Result<T, Vec<String>> {
        self.0.as_ref().map_or_else(|| Err(Vec::new()), |read| read())
    }
}

impl<T> Clone for Source<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Source<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> fmt::Debug for Source<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.0.is_some() { "a place" } else { "none" };
        write!(formatter, "Source({what})")
    }
}
