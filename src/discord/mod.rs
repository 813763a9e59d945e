//! Discord: the only place that names serenity or poise.
//!
//! People come in through `commands` (slash commands) and `components` (buttons, selects), each of which makes a
//! typed request to [`app`](crate::app) of what was typed or pressed. Words go out through [`send`] (channels, from the
//! outbox) and `reply` (the person who acted). [`render`] makes the words and is pure.

mod commands;
mod components;
pub mod connect;
pub mod custom_id;
mod guild;
pub mod invite;
pub mod post;
pub mod render;
mod reply;
pub mod send;
mod start;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::app::App;

/// Tells the time. Only the runtime can make one.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// What every command and button handler can reach.
#[derive(Clone)]
pub struct Data {
    /// The application.
    pub app: App,
    /// The time.
    pub now: Now,
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

impl From<crate::domain::rejection::Rejection> for Failure {
    fn from(rejection: crate::domain::rejection::Rejection) -> Self {
        Self::App(rejection.into())
    }
}

type Context<'a> = poise::ApplicationContext<'a, Data, Failure>;
