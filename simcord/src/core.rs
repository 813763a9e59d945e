//! What every server and every handle shares: the world behind its lock, the gateway's sessions, and the news.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::{Notify, broadcast, watch};

use crate::clock::Clock;
use crate::faults::{Faults, RecordedRequest};
use crate::gateway::Hub;
use crate::host::Host;
use crate::options::Application;
use crate::recording::{Exchange, Recording};
use crate::rest::{Buckets, Gate};
use crate::world::{Effect, Entry, InteractionId, World};

/// How much news a slow listener may be behind before it misses some.
const NEWS: usize = 4_096;

/// Shared by every server and every handle.
#[derive(Debug)]
pub(crate) struct Core {
    world: Mutex<World>,
    /// The gateway's sessions.
    pub(crate) hub: Hub,
    /// What time it is.
    pub(crate) clock: Clock,
    /// Where the gateway, the control API and the page are.
    pub(crate) http: SocketAddr,
    /// Whose bot may connect.
    pub(crate) application: Application,
    /// Real time that an acting call waits.
    pub(crate) patience: Duration,
    /// What the embedding program adds to the page.
    pub(crate) host: Option<Arc<dyn Host>>,
    /// What goes wrong next.
    pub(crate) faults: Mutex<Faults>,
    /// The REST requests answered so far.
    pub(crate) requests: Mutex<Vec<RecordedRequest>>,
    /// What each rate limit bucket has had.
    pub(crate) buckets: Mutex<Buckets>,
    /// What is held against whoever asks.
    pub(crate) gate: Mutex<Gate>,
    /// How many REST requests are being answered.
    pub(crate) in_flight: AtomicUsize,
    /// Turns true when everything ends.
    pub(crate) stopping: watch::Sender<bool>,
    recording: Option<Recording>,
    news: broadcast::Sender<Entry>,
    /// Changes with each change of the world.
    changes: watch::Sender<u64>,
    /// Who waits for what becomes of an interaction: one person each, so that a crowd does not wake for every one of them.
    watchers: Mutex<HashMap<InteractionId, Arc<Notify>>>,
}

/// Hears when an interaction moves on, until it is dropped.
pub(crate) struct Watcher<'c> {
    core: &'c Core,
    id: InteractionId,
    moved: Arc<Notify>,
}

impl Watcher<'_> {
    /// Ready when the interaction has moved on since the last call.
    pub(crate) async fn moved(&self) {
        self.moved.notified().await;
    }
}

impl Drop for Watcher<'_> {
    fn drop(&mut self) {
        lock(&self.core.watchers).remove(&self.id);
    }
}

impl Core {
    pub(crate) fn new(
        world: World,
        http: SocketAddr,
        application: Application,
        clock: Clock,
        patience: Duration,
        recording: Option<Recording>,
        host: Option<Arc<dyn Host>>,
    ) -> Self {
        Self {
            world: Mutex::new(world),
            hub: Hub::default(),
            http,
            clock,
            application,
            patience,
            host,
            faults: Mutex::default(),
            requests: Mutex::default(),
            buckets: Mutex::default(),
            gate: Mutex::default(),
            in_flight: AtomicUsize::new(0),
            stopping: watch::Sender::new(false),
            recording,
            news: broadcast::Sender::new(NEWS),
            changes: watch::Sender::new(0),
            watchers: Mutex::default(),
        }
    }

    /// Does something in the world at the present moment, and passes on what it leads to, in order.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut World, DateTime<Utc>) -> T) -> T {
        let mut world = lock(&self.world);
        let now = self.clock.now();
        world.expire(now);
        let done = act(&mut world, now);
        let effects = world.take_effects();
        if !effects.is_empty() {
            // Still under the lock, so that everybody hears of things in the order in which they happened.
            for effect in effects {
                match effect {
                    Effect::Dispatch(dispatch) => self.hub.dispatch(&dispatch, world.bot_id()),
                    Effect::Journal(entry) => {
                        // Nobody listening is no fault.
                        let _ = self.news.send(entry);
                    }
                    Effect::Moved(id) => {
                        if let Some(watcher) = lock(&self.watchers).get(&id) {
                            watcher.notify_one();
                        }
                    }
                }
            }
            self.changes.send_modify(|changes| *changes += 1);
        }
        done
    }

    /// Writes down what REST was asked and what it answered, if that is recorded. A recording with holes in it is worth
    /// nothing, so whoever looks for errors hears of one.
    pub(crate) fn record<'e>(&self, exchange: impl FnOnce() -> Exchange<'e>, secrets: &[&str]) {
        let Some(recording) = &self.recording else {
            return;
        };
        if let Err(error) = recording.write(exchange(), secrets) {
            self.with(|world, _| world.note_broken(format!("REST could not be recorded: {error}")));
        }
    }

    /// The gateway's URL.
    pub(crate) fn gateway_url(&self) -> String {
        format!("ws://{}/gateway", self.http)
    }

    /// Everything that happens from now on.
    pub(crate) fn news(&self) -> broadcast::Receiver<Entry> {
        self.news.subscribe()
    }

    /// Listens for what becomes of an interaction.
    pub(crate) fn watch(&self, id: InteractionId) -> Watcher<'_> {
        let moved = Arc::new(Notify::new());
        lock(&self.watchers).insert(id, Arc::clone(&moved));
        Watcher {
            core: self,
            id,
            moved,
        }
    }

    /// Changes with each change of the world.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Whether nothing is on its way between the bot and here.
    pub(crate) fn quiet(&self) -> bool {
        self.in_flight.load(Ordering::SeqCst) == 0 && self.hub.delivered()
    }
}

/// Locks; a thread that died holding the lock does not stop the others.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
