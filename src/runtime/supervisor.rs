//! Starts the bot, notices when a part of it dies, and stops it in order.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::{App, Error, Wakeup};
use crate::config::BackupSchedule;
use crate::discord::connect::{Closer, ConnectError, Endpoint, GatewayError, connect};
use crate::mail::Postman;
use crate::runtime::Clock;
use crate::runtime::backups;
use crate::runtime::carriers::Carriers;
use crate::runtime::clock::real_time;
use crate::runtime::scheduler;
use crate::runtime::steps::Planned;

/// A bot that is running.
#[derive(Debug)]
pub struct Bot {
    pilot: Pilot,
    stop: watch::Sender<bool>,
    scheduler: JoinHandle<()>,
    gateway: Option<JoinHandle<Result<(), GatewayError>>>,
    backups: Option<JoinHandle<()>>,
    closer: Closer,
}

/// Watches a running bot and moves its manual clock.
#[derive(Clone, Debug)]
pub struct Pilot {
    app: App,
    clock: Clock,
    planned: watch::Receiver<Planned>,
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
    Gateway(#[source] Option<GatewayError>),
    /// The scheduler panicked.
    #[error("the scheduler ended")]
    Scheduler,
}

/// How long a clean end of the gateway may take. Nothing is lost when it takes longer: what was acknowledged is in the
/// database.
const GATEWAY_PATIENCE: Duration = Duration::from_millis(1_500);

/// How long the answers to people who have just acted may take, and the message that is being sent. With the gateway's
/// patience before it, the process ends within five seconds. A message that is cut off is left to its lease: the next
/// start looks whether it has arrived.
const LAST_PATIENCE: Duration = Duration::from_secs(2);

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
        Self::start_with_mail(app, token, endpoint, None, clock).await
    }

    /// The same with somebody who carries e-mail.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start_with_mail(
        app: App,
        token: &SecretString,
        endpoint: &Endpoint,
        postman: Option<Postman>,
        clock: Clock,
    ) -> Result<Self, StartError> {
        app.recover(clock.now()).await?;
        let time = clock.clone();
        let connection = connect(
            token,
            endpoint,
            app.clone(),
            Arc::new(move || time.now()),
            real_time(),
        )
        .await?;
        let (stop, stopped) = watch::channel(false);
        let (planning, planned) = watch::channel(Planned::default());
        let carriers = Carriers {
            courier: connection.courier(),
            postman,
        };
        let closer = connection.closer();
        Ok(Self {
            scheduler: spawn(scheduler::run(
                app.clone(),
                carriers,
                clock.clone(),
                planning,
                stopped,
            )),
            gateway: Some(spawn(connection.run())),
            backups: None,
            pilot: Pilot { app, clock, planned },
            stop,
            closer,
        })
    }

    /// Waits until a part of the bot ends by itself.
    pub async fn ended(&mut self) -> Stopped {
        let gateway = async {
            match &mut self.gateway {
                Some(gateway) => gateway.await.ok().and_then(Result::err),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            error = gateway => {
                // A handle that has given its result must not be asked again.
                self.gateway = None;
                Stopped::Gateway(error)
            }
            _ = &mut self.scheduler => Stopped::Scheduler,
        }
    }

    /// Has scheduled backups taken from now on.
    pub fn keep_backups(&mut self, schedule: BackupSchedule) {
        let Pilot { app, clock, .. } = self.pilot();
        let backups = backups::run(app, schedule, clock, self.stop.subscribe());
        self.backups = Some(spawn(backups));
    }

    /// Watches this bot and moves its clock.
    #[must_use]
    pub fn pilot(&self) -> Pilot {
        self.pilot.clone()
    }

    /// Stops taking requests, lets the answers to people and the message that is being sent finish, and closes the
    /// database.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        self.cut_backup();
        self.closer.close();
        self.gateway_ended().await;
        let answers = tokio::time::timeout(LAST_PATIENCE, self.closer.idle());
        let (answered, ()) = tokio::join!(answers, scheduler_ended(self.scheduler));
        if answered.is_err() {
            tracing::warn!("somebody was not answered in time");
        }
        self.pilot.app.close().await;
    }

    /// Ends everything between two steps, as a crash would: nothing that waits is finished. The database is let go, so
    /// that another bot of this process can open it.
    pub async fn crash(mut self) {
        self.scheduler.abort();
        self.cut_backup();
        self.closer.cut();
        self.gateway_ended().await;
        self.pilot.app.close().await;
    }

    /// A backup that is being written has no name yet; the next one begins anew.
    fn cut_backup(&mut self) {
        if let Some(backups) = self.backups.take() {
            backups.abort();
        }
    }

    /// Waits until the gateway has ended as it was told to, and cuts it off when that takes too long.
    async fn gateway_ended(&mut self) {
        let Some(mut gateway) = self.gateway.take() else {
            return;
        };
        if tokio::time::timeout(GATEWAY_PATIENCE, &mut gateway)
            .await
            .is_err()
        {
            tracing::warn!("the gateway did not end in time and is cut off");
            gateway.abort();
        }
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
        self.planned.borrow().wakeup.clone()
    }

    /// The next instant at which the bot does something, retries included.
    fn next(&self) -> Option<DateTime<Utc>> {
        self.planned
            .borrow()
            .next()
            .filter(|next| *next > self.clock.now())
    }

    /// Waits until the bot plans another wake-up; ends when the bot has ended.
    pub async fn replanned(&mut self) -> Option<()> {
        self.planned.changed().await.ok()
    }

    /// Moves a manual clock to `to`, stopping at each instant at which the bot has something to do, as time would.
    pub async fn advance(&self, to: DateTime<Utc>) {
        self.settled().await;
        while let Some(next) = self.next().filter(|next| *next <= to) {
            self.clock.set(next);
            self.settled().await;
        }
        self.clock.set(to);
        self.settled().await;
    }
}

/// Waits until the scheduler has sent the message that it is sending, and cuts it off when that takes too long.
async fn scheduler_ended(mut scheduler: JoinHandle<()>) {
    if scheduler.is_finished() {
        return;
    }
    if tokio::time::timeout(LAST_PATIENCE, &mut scheduler).await.is_err() {
        tracing::warn!("a message was being sent for too long and is left to its lease");
        scheduler.abort();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "spawning lives in runtime; every handle is watched by the supervisor"
)]
fn spawn<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(task)
}
