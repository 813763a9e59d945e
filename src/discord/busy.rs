//! Who is still being answered, so that the end of the process can wait for it.

use tokio::sync::watch;

/// Counts the handlers at work. A clone counts the same ones.
#[derive(Clone, Debug, Default)]
pub(crate) struct Busy(watch::Sender<usize>);

impl Busy {
    /// A handler is at work for as long as this is kept.
    pub(crate) fn begin(&self) -> AtWork {
        self.0.send_modify(|count| *count += 1);
        AtWork(self.0.clone())
    }

    /// Waits until nobody is at work.
    pub(crate) async fn idle(&self) {
        // The sender lives in this very value, so waiting ends by reaching zero alone.
        drop(self.0.subscribe().wait_for(|count| *count == 0).await);
    }
}

/// A handler at work.
#[derive(Debug)]
pub(crate) struct AtWork(watch::Sender<usize>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
