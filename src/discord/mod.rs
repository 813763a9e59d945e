//! Discord: the only place that names serenity or poise.
//!
//! People come in through `commands` (slash commands) and `components` (buttons, selects), each of which makes a
//! typed request to [`app`](crate::app) of what was typed or pressed. Words go out through [`send`] (channels, from the
//! outbox) and `reply` (the person who acted). [`render`] makes the words and is pure.

mod archive;
mod away;
mod busy;
mod commands;
mod components;
pub mod connect;
pub mod custom_id;
mod direct;
mod directory;
mod discuss;
mod duty;
mod escalation;
mod forms;
mod guild;
pub mod invite;
mod open;
mod people;
mod playbook;
pub mod post;
mod refused;
mod relay;
pub mod render;
mod reply;
mod room;
mod search;
pub mod send;
mod shift;
mod showing;
mod slip;
mod start;
mod upload;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::app::App;

/// Tells the time. Only the runtime can make one.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Real time, which passes even where the clock is moved by hand. Only the runtime can make it.
#[derive(Clone)]
pub struct RealTime {
    passed: Arc<dyn Fn() -> Duration + Send + Sync>,
    pause: Arc<dyn Fn(Duration) -> Pause + Send + Sync>,
}

/// Ends when a length of time has passed.
pub type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

impl RealTime {
    /// Real time from two functions: how much has passed since some instant before, which never goes back, and how to
    /// let some pass.
    pub fn new(
        passed: impl Fn() -> Duration + Send + Sync + 'static,
        pause: impl Fn(Duration) -> Pause + Send + Sync + 'static,
    ) -> Self {
        Self {
            passed: Arc::new(passed),
            pause: Arc::new(pause),
        }
    }

    fn passed(&self) -> Duration {
        (self.passed)()
    }

    fn pause(&self, length: Duration) -> Pause {
        (self.pause)(length)
    }

    /// What `work` comes to, unless it takes longer than this.
    async fn limit<T>(&self, length: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.pause(length) => None,
        }
    }
}

impl std::fmt::Debug for RealTime {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("RealTime").finish_non_exhaustive()
    }
}

/// What every command and button handler can reach.
#[derive(Clone)]
pub struct Data {
    /// The application.
    pub app: App,
    /// The time.
    pub now: Now,
    busy: busy::Busy,
    refused: refused::Refused,
    /// Gets the files that people give.
    files: reqwest::Client,
}

impl Data {
    /// Has a failure looked after that is more than the business of one person.
    fn noticed(&self, failure: &Failure) {
        match failure {
            Failure::App(error) => self.app.noticed(error, (self.now)()),
            Failure::Discord(error) => self.refused.seen(error),
        }
    }
}

impl std::fmt::Debug for Data {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Data").finish_non_exhaustive()
    }
}

/// Why a handler could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The application refused or failed.
    #[error(transparent)]
    App(#[from] crate::app::Error),
    /// Discord refused or failed.
    #[error("Discord did not do what was asked")]
    Discord(#[from] serenity::Error),
}

impl From<crate::domain::room::RoomRefusal> for Failure {
    fn from(refusal: crate::domain::room::RoomRefusal) -> Self {
        crate::domain::rejection::Rejection::from(refusal).into()
    }
}

impl From<crate::domain::room::EscalationRefusal> for Failure {
    fn from(refusal: crate::domain::room::EscalationRefusal) -> Self {
        crate::domain::rejection::Rejection::from(refusal).into()
    }
}

impl From<crate::domain::rejection::Rejection> for Failure {
    fn from(rejection: crate::domain::rejection::Rejection) -> Self {
        Self::App(rejection.into())
    }
}

type Context<'a> = poise::ApplicationContext<'a, Data, Failure>;
