//! Holds the session with Discord, in the client library's place.
//!
//! serenity 0.12.5 has faults wherever a connection ends in another way than the usual one: it spins, forgets to resume,
//! hangs at its end, or begins sessions without a limit. So it is connected to this relay instead, a gateway on loopback
//! that is always well, and the relay deals with Discord:
//!
//! - `client` is the side that serenity sees. Its connection never ends before the bot does.
//! - `upstream` holds the session with Discord over many connections, `link` is one of them.
//! - `sequence`, `closing`, `pace`, `address` and `wire` decide, and are pure.
//!
//! Events pass through as they came, each once. After a new session the new READY passes through as well, so that whoever
//! has to look at the world again learns of it.

mod address;
mod client;
mod closing;
mod link;
mod pace;
mod sequence;
mod upstream;
mod wire;

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

pub use self::closing::Refusal;

use self::address::Gateway;
use self::client::Client;
use self::link::Channels;
use self::upstream::Upstream;
use crate::discord::RealTime;

/// How many events may wait for the client. Behind that nothing is read from Discord, which keeps the rest.
const EVENTS: usize = 1_024;
/// How many commands of the client may wait for a session.
const COMMANDS: usize = 16;
/// How long the client may take to read the last events and hang up.
const PATIENCE: Duration = Duration::from_secs(1);

/// How the relay is to end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Ending {
    /// Not yet.
    #[default]
    NotYet,
    /// The session with Discord is ended, and the client gets what has come before.
    InOrder,
    /// The connection is cut, as a crash would.
    Cut,
}

/// A relay that is ready.
pub(super) struct Relay {
    listener: TcpListener,
    address: SocketAddr,
    path: String,
    upstream: Upstream,
    time: RealTime,
}

/// Why there is no relay.
#[derive(Debug, thiserror::Error)]
pub(super) enum RelayError {
    /// The gateway is where it must not be.
    #[error("the gateway is at {0}")]
    Elsewhere(String),
    /// No port on loopback.
    #[error("no port of this machine can be opened")]
    Listen(#[from] std::io::Error),
}

impl Relay {
    /// Opens a relay to the gateway at `upstream`. A `local` one has to be on this machine, any other has to be Discord's.
    ///
    /// # Errors
    /// [`RelayError`].
    pub(super) async fn open(
        upstream: String,
        local: bool,
        identifies_per_day: usize,
        time: RealTime,
    ) -> Result<Self, RelayError> {
        let gateway = Gateway::new(upstream.clone(), local).ok_or(RelayError::Elsewhere(upstream))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self {
            address: listener.local_addr()?,
            listener,
            // Other programs of this machine can reach the port, and must not be taken for the client.
            path: format!("/{:032x}", rand::random::<u128>()),
            upstream: Upstream::new(gateway, identifies_per_day, time.clone()),
            time,
        })
    }

    /// Where the client has to connect. Whoever knows this can take the client's place.
    pub(super) fn address(&self) -> String {
        format!("ws://{}{}", self.address, self.path)
    }

    /// Relays until it is to end.
    ///
    /// # Errors
    /// Discord will not have the bot. The client has been ended then.
    pub(super) async fn run(mut self, mut asked: watch::Receiver<Ending>) -> Result<(), Refusal> {
        loop {
            let client = tokio::select! {
                biased;
                _ = ending(&mut asked) => return Ok(()),
                client = Client::accept(&self.listener, &self.path, &self.time) => client,
            };
            let (socket, identity) = client.into_parts();
            let (events, to_client) = mpsc::channel(EVENTS);
            let (from_client, commands) = mpsc::channel(COMMANDS);
            let mut serving = pin!(client::serve(socket, to_client, from_client));
            let upstream = self
                .upstream
                .run(&identity, Channels { events, commands }, &mut asked);
            let over = tokio::select! {
                over = upstream => Some(over),
                () = &mut serving => None,
            };
            match over {
                Some(over) => {
                    // The events have ended, so the client is served what is left and hangs up.
                    if self.time.limit(PATIENCE, serving).await.is_none() {
                        tracing::warn!("the gateway client did not hang up in time");
                    }
                    return over;
                }
                None => tracing::error!("the gateway client went away and has to connect again"),
            }
        }
    }
}

/// Waits until the relay is to end, and says how.
async fn ending(asked: &mut watch::Receiver<Ending>) -> Ending {
    let over = asked.wait_for(|ending| *ending != Ending::NotYet).await;
    // Nobody is left to ask for an end in order.
    over.map_or(Ending::Cut, |ending| *ending)
}
