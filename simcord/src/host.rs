//! What the program that embeds simcord adds to the page: files, a state, and calls. Nothing here knows what they mean.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use serde_json::Value;
use tokio::sync::watch;

/// A file that the host adds to the page: its path, such as `/host.js`, and its content.
pub type HostFile = (&'static str, &'static [u8]);

/// What a call of the page is answered with: JSON, or a sentence that says why not.
pub type HostAnswer<'a> = Pin<Box<dyn Future<Output = Result<Value, String>> + Send + 'a>>;

/// The program that embeds simcord, as the page meets it.
pub trait Host: fmt::Debug + Send + Sync + 'static {
    /// The files that it adds. `/host.js` is loaded as a module and `/host.css` as a style; the others are for these two.
    /// A file of the page itself keeps its path.
    fn files(&self) -> &'static [HostFile];

    /// What every page shows of it, whoever looks: the first value comes with the event `hello`, each later one as the
    /// event `host`.
    fn state(&self) -> watch::Receiver<Value>;

    /// Answers `POST /host/NAME` with a sentence when there is no such call, or when it cannot be done.
    fn call<'a>(&'a self, name: &'a str, body: Value) -> HostAnswer<'a>;
}
