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
    app: App,
    clock: Clock,
    stop: watch::Sender<bool>,
    scheduler: JoinHandle<()>,
    gateway: JoinHandle<serenity::Result<()>>,
    shards: Arc<ShardManager>,
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
        let courier = connection.courier();
        let shards = connection.shards();
        Ok(Self {
            scheduler: spawn(scheduler::run(app.clone(), courier, clock.clone(), stopped)),
            gateway: spawn(connection.run()),
            app,
            clock,
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

    /// Waits until everything that could be done at this instant is done.
    pub async fn settled(&self) {
        let pulse = self.app.pulse();
        pulse.passed(pulse.poke()).await;
    }

    /// When the bot will do something by itself, and what.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next_wakeup(&self) -> Result<Option<Wakeup>, Error> {
        self.app.next_wakeup(self.clock.now()).await
    }

    /// Moves a manual clock to `to`, stopping at each instant at which the bot has something to do, as time would.
    ///
    /// # Errors
    /// The database failed.
    pub async fn advance(&self, to: DateTime<Utc>) -> Result<(), Error> {
        while let Some(wakeup) = self.next_wakeup().await?.filter(|wakeup| wakeup.at <= to) {
            self.clock.set(wakeup.at);
            self.settled().await;
        }
        self.clock.set(to);
        self.settled().await;
        Ok(())
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
        self.app.close().await;
    }

    /// Ends everything at once, as a crash would: nothing is finished, nothing is closed.
    pub fn crash(self) {
        self.scheduler.abort();
        self.gateway.abort();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "spawning lives in runtime; every handle is watched by the supervisor"
)]
fn spawn<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(task)
}
