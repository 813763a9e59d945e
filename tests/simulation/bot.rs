//! The life of a process: opened on a file, stepped by hand, and dead at any point.

use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use tminus::app::{App, Delivery, Error, Receipt, SendError};
use tminus::domain::calendar::CalendarSettings;
use tminus::runtime::Steps;
use tminus::store::{Gate, Passage, Store};

use super::history::Death;
use super::world::PLAYBOOKS;

/// Lets commits through, or not.
#[derive(Debug, Default)]
pub(crate) struct Valve(Mutex<Plan>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Plan {
    #[default]
    Open,
    /// The process dies at the commit after so many others.
    Dies { others: u32, before: bool },
    /// So many commits fail.
    Full(u32),
    /// The process is dead.
    Dead,
}

impl Gate for Valve {
    fn pass(&self) -> Passage {
        let mut plan = self.0.lock().unwrap();
        match *plan {
            Plan::Open | Plan::Full(0) => Passage::Open,
            Plan::Dead => Passage::Shut,
            Plan::Full(left) => {
                *plan = Plan::Full(left - 1);
                Passage::Shut
            }
            Plan::Dies { others: 0, before } => {
                *plan = Plan::Dead;
                if before { Passage::Shut } else { Passage::Unheard }
            }
            Plan::Dies { others, before } => {
                *plan = Plan::Dies {
                    others: others - 1,
                    before,
                };
                Passage::Open
            }
        }
    }
}

impl Valve {
    /// From now on, the process dies at a commit.
    pub(crate) fn die_at(&self, others: u32, before: bool) {
        *self.0.lock().unwrap() = Plan::Dies { others, before };
    }

    /// So many commits fail from now on.
    pub(crate) fn full(&self, commits: u32) {
        *self.0.lock().unwrap() = Plan::Full(commits);
    }

    /// Nothing fails any more.
    pub(crate) fn clear(&self) {
        *self.0.lock().unwrap() = Plan::Open;
    }

    fn is_dead(&self) -> bool {
        *self.0.lock().unwrap() == Plan::Dead
    }

    fn is_full(&self) -> bool {
        matches!(*self.0.lock().unwrap(), Plan::Full(_))
    }
}

/// A process.
#[derive(Debug)]
pub(crate) struct Bot {
    pub(crate) app: App,
    pub(crate) steps: Steps,
    pub(crate) valve: Arc<Valve>,
    /// Messages that wait for an answer.
    pub(crate) flights: Vec<Flight>,
    /// Where it dies when it sends next.
    pub(crate) dies_at_post: Option<Death>,
}

/// A message that was sent and is not answered yet.
#[derive(Debug)]
pub(crate) struct Flight {
    pub(crate) delivery: Delivery,
    pub(crate) result: Result<Receipt, SendError>,
    /// True time.
    pub(crate) answered_at: DateTime<Utc>,
}

/// What came of something that the process did.
#[derive(Debug)]
pub(crate) enum Done<T> {
    /// It was done.
    Well(T),
    /// The database failed, and the process goes on.
    Failed,
    /// The process has died.
    Died,
}

impl Bot {
    /// Starts a process.
    pub(crate) async fn start(path: &Path, now: DateTime<Utc>) -> Self {
        let valve = Arc::new(Valve::default());
        let store = Store::rehearse(path, Arc::clone(&valve) as Arc<dyn Gate>)
            .await
            .unwrap();
        let app = App::new(store, PLAYBOOKS.clone(), CalendarSettings::default());
        app.recover(now).await.unwrap();
        Self {
            steps: Steps::new(app.clone(), now),
            app,
            valve,
            flights: Vec::new(),
            dies_at_post: None,
        }
    }

    /// Ends it. Whatever it has not committed is gone.
    pub(crate) async fn end(self) {
        self.app.close().await;
    }

    /// Sorts what came of a use case. A refusal is an answer like any other.
    pub(crate) fn judge<T>(&self, result: Result<T, Error>) -> Result<Done<Result<T, Error>>, String> {
        if self.valve.is_dead() {
            return Ok(Done::Died);
        }
        match result {
            Err(Error::Store(_)) if self.valve.is_full() => Ok(Done::Failed),
            Err(Error::Store(error)) => Err(format!("the database failed: {error:?}")),
            result => Ok(Done::Well(result)),
        }
    }
}
