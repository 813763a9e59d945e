//! Starts the bot, notices when a part of it dies, and stops it in order.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use serenity::all::ShardManager;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::{App, Error, Wakeup};
use crate::discord::connect::{ConnectError, Endpoint, connect};
use crate::runtime::{Clock, scheduler};

/// A bot that is running.
#[derive(Debug)]
pub struct Bot {
    pilot: Pilot,
    stop: watch::Sender<bool>,
    scheduler: JoinHandle<()>,
    gateway: JoinHandle<serenity::Result<()>>,
    shards: Arc<ShardManager>,
}

/// Watches a running bot and moves its manual clock.
#[derive(Clone, Debug)]
pub struct Pilot {
    app: App,
    clock: Clock,
    wakeups: watch::Receiver<Option<Wakeup>>,
}

/// Why the bot did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No connection to Discord.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The database failed.
    #[error("the database failed")]
    App(#[from] Error),
}

/// Which part ended by itself. Neither should: the process ends, so that whoever watches it starts it anew.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The gateway gave up.
    #[error("the connection to Discord ended for good")]
    Gateway(#[source] Option<Box<serenity::Error>>),
    /// The scheduler panicked.
    #[error("the scheduler ended")]
    Scheduler,
}

/// How long a clean end of the gateway may take. It can hang (serenity #3369), and nothing is lost with it: what was
/// acknowledged is in the database.
const GATEWAY_PATIENCE: Duration = Duration::from_secs(2);

impl Bot {
    /// Connects and starts the loops.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(
        app: App,
        token: &SecretString,
        endpoint: &Endpoint,
        clock: Clock,
    ) -> Result<Self, StartError> {
        app.recover().await?;
        let time = clock.clone();
        let connection = connect(token, endpoint, app.clone(), Arc::new(move || time.now())).await?;
        let (stop, stopped) = watch::channel(false);
        let (planned, wakeups) = watch::channel(None);
        let courier = connection.courier();
        let shards = connection.shards();
        Ok(Self {
            scheduler: spawn(scheduler::run(
                app.clone(),
                courier,
                clock.clone(),
                planned,
                stopped,
            )),
            gateway: spawn(connection.run()),
            pilot: Pilot { app, clock, wakeups },
            stop,
            shards,
        })
    }

    /// Waits until a part of the bot ends by itself.
    pub async fn ended(&mut self) -> Stopped {
        tokio::select! {
            result = &mut self.gateway => Stopped::Gateway(match result {
                Ok(Err(error)) => Some(Box::new(error)),
                Ok(Ok(())) | Err(_) => None,
            }),
            _ = &mut self.scheduler => Stopped::Scheduler,
        }
    }

    /// Watches this bot and moves its clock.
    #[must_use]
    pub fn pilot(&self) -> Pilot {
        self.pilot.clone()
    }

    /// Stops taking requests, lets the message that is being sent finish, and closes the database.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let shards = Arc::clone(&self.shards);
        let gateway = self.gateway;
        let ended = tokio::time::timeout(GATEWAY_PATIENCE, async move {
            shards.shutdown_all().await;
        });
        if ended.await.is_err() {
            tracing::warn!("the gateway did not end in time and is cut off");
        }
        gateway.abort();
        if self.scheduler.await.is_err() {
            tracing::warn!("the scheduler had ended before");
        }
        self.pilot.app.close().await;
    }

    /// Ends everything between two steps, as a crash would: nothing that waits is finished. The database is let go, so
    /// that another bot of this process can open it.
    pub async fn crash(self) {
        self.scheduler.abort();
        self.gateway.abort();
        let shards = Arc::clone(&self.shards);
        let ended = tokio::time::timeout(GATEWAY_PATIENCE, async move { shards.shutdown_all().await });
        if ended.await.is_err() {
            tracing::debug!("the gateway is cut off");
        }
        self.pilot.app.close().await;
    }
}

impl Pilot {
    /// Waits until everything that could be done at this instant is done.
    pub async fn settled(&self) {
        self.app.pulse().settled().await;
    }

    /// When the bot will do something by itself, and what, as it last planned.
    #[must_use]
    pub fn next_wakeup(&self) -> Option<Wakeup> {
        self.wakeups.borrow().clone()
    }

    /// Waits until the bot plans another wake-up; ends when the bot has ended.
    pub async fn replanned(&mut self) -> Option<()> {
        self.wakeups.changed().await.ok()
    }

    /// Moves a manual clock to `to`, stopping at each instant at which the bot has something to do, as time would.
    pub async fn advance(&self, to: DateTime<Utc>) {
        self.settled().await;
        while let Some(wakeup) = self.next_wakeup().filter(|wakeup| wakeup.at <= to) {
            self.clock.set(wakeup.at);
            self.settled().await;
        }
        self.clock.set(to);
        self.settled().await;
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "spawning lives in runtime; every handle is watched by the supervisor"
)]
fn spawn<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(task)
}
