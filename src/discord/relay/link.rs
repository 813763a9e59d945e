//! One connection to Discord: hello, identify or resume, heartbeats, events, and what its end means.

use std::pin::Pin;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message, Utf8Bytes};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

use crate::discord::RealTime;
use crate::discord::relay::closing::{After, after};
use crate::discord::relay::sequence::Sequence;
use crate::discord::relay::wire::{self, Identity};

/// How long a connection may take, and Discord's first word on it.
const PATIENCE_TO_CONNECT: Duration = Duration::from_secs(10);
/// How long the session may take to be there.
const PATIENCE_FOR_SESSION: Duration = Duration::from_secs(30);
/// How long the answer to a heartbeat may take. Discord answers in a fraction of a second; a link that has not answered by
/// then is taken for dead, and a RESUME costs little.
const PATIENCE_FOR_ACK: Duration = Duration::from_secs(10);
/// How long a farewell may take; whoever does not read it is dead anyway.
const PATIENCE_TO_CLOSE: Duration = Duration::from_millis(250);
/// Ends the connection and keeps the session.
pub(super) const KEEP_SESSION: u16 = 4000;
/// Ends the connection and the session.
pub(super) const END_SESSION: u16 = 1000;

type Timer = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A session that can be resumed.
#[derive(Debug, Default)]
pub(super) struct Session {
    /// Its name and where to resume it; none before READY.
    pub(super) known: Option<wire::Ready>,
    /// Which of its events have come.
    pub(super) sequence: Sequence,
}

/// Why a connection is over.
#[derive(Debug)]
pub(super) struct Ended {
    /// What comes after it.
    pub(super) after: After,
    /// For the log.
    pub(super) reason: String,
    /// Discord asks to wait for a few seconds before the next session (op 9).
    pub(super) linger: bool,
}

impl Ended {
    fn new(after: After, reason: impl Into<String>) -> Self {
        Self {
            after,
            reason: reason.into(),
            linger: false,
        }
    }
}

/// What passes between the two sides.
pub(super) struct Channels {
    /// Events for the client.
    pub(super) events: mpsc::Sender<Utf8Bytes>,
    /// What the client asks of Discord.
    pub(super) commands: mpsc::Receiver<Utf8Bytes>,
}

/// Notices what happens on a connection.
pub(super) trait Watch: Send {
    /// An IDENTIFY is about to be sent.
    fn identifies(&mut self);
    /// A RESUME is about to be sent.
    fn resumes(&mut self);
    /// The session is up: it has begun or goes on.
    fn up(&mut self);
}

/// One connection.
pub(super) struct Link {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    time: RealTime,
    heart: Option<Heart>,
    /// Until when Discord has to have said what comes next; none while the session is up.
    patience: Option<Timer>,
}

/// What the last frame leads to.
type Step = Result<(), Ended>;

impl Link {
    /// Opens a connection.
    ///
    /// # Errors
    /// It did not come about, or not in time.
    pub(super) async fn open(address: &str, time: &RealTime) -> Result<Self, Ended> {
        // Without Nagle's delay: an answer within three seconds is what this is all for.
        let connecting = Box::pin(connect_async_tls_with_config(address, None, true, None));
        let (socket, _) = time
            .limit(PATIENCE_TO_CONNECT, connecting)
            .await
            .ok_or_else(|| Ended::new(After::Resume, "no connection in time"))?
            .map_err(|error| Ended::new(After::Resume, format!("no connection: {}", told(&error))))?;
        Ok(Self {
            socket,
            time: time.clone(),
            heart: None,
            patience: Some(time.pause(PATIENCE_TO_CONNECT)),
        })
    }

    /// Holds the connection until it is over.
    pub(super) async fn hold(
        &mut self,
        identity: &Identity,
        session: &mut Session,
        channels: &mut Channels,
        watch: &mut impl Watch,
    ) -> Ended {
        loop {
            let up = self.patience.is_none();
            let step = tokio::select! {
                biased;
                // Reading comes first: an answer that has arrived is not late, however late it is read.
                said = self.socket.next() => match said {
                    Some(Ok(Message::Text(text))) => {
                        self.heard(text, identity, session, channels, watch).await
                    }
                    Some(Ok(Message::Close(frame))) => {
                        let code = frame.map(|frame| u16::from(frame.code));
                        let told = code.map_or("no code".to_owned(), |code| code.to_string());
                        Err(Ended::new(after(code), format!("closed with {told}")))
                    }
                    Some(Ok(_)) => Ok(()),
                    Some(Err(error)) => Err(Ended::new(After::Resume, told(&error))),
                    None => Err(Ended::new(After::Resume, "the connection ended")),
                },
                () = timer(self.patience.as_mut()) => {
                    Err(Ended::new(After::Resume, "Discord did not answer in time"))
                }
                answered = due(self.heart.as_mut()) => {
                    if answered {
                        self.beat(session.sequence.newest()).await
                    } else {
                        Err(Ended::new(After::Resume, "a heartbeat was not answered"))
                    }
                }
                command = channels.commands.recv(), if up => match command {
                    Some(command) => self.send(command).await,
                    None => Err(Ended::new(After::Resume, "the client is gone")),
                },
            };
            if let Err(ended) = step {
                return ended;
            }
        }
    }

    /// Ends the connection. Whoever does not take the farewell does not get it.
    pub(super) async fn close(mut self, code: u16) {
        let frame = CloseFrame {
            code: code.into(),
            reason: Utf8Bytes::default(),
        };
        let farewell = self.socket.send(Message::Close(Some(frame)));
        // A dead link takes no farewell, and needs none.
        drop(self.time.limit(PATIENCE_TO_CLOSE, farewell).await);
    }

    async fn heard(
        &mut self,
        text: Utf8Bytes,
        identity: &Identity,
        session: &mut Session,
        channels: &Channels,
        watch: &mut impl Watch,
    ) -> Step {
        let Some(frame) = wire::frame(&text) else {
            tracing::error!("Discord said something over the gateway that cannot be read");
            return Ok(());
        };
        match frame.op {
            wire::HELLO => {
                let hello: Option<wire::Hello> = wire::payload(&text);
                let Some(hello) = hello.filter(|hello| hello.heartbeat_interval > 0) else {
                    return Err(Ended::new(After::Resume, "the first word cannot be read"));
                };
                self.heart = Some(Heart::new(hello.heartbeat_interval, &self.time));
                self.patience = Some(self.time.pause(PATIENCE_FOR_SESSION));
                let first = match &session.known {
                    Some(known) => {
                        watch.resumes();
                        identity.resume(&known.session_id, session.sequence.resume_behind())
                    }
                    None => {
                        watch.identifies();
                        *session = Session::default();
                        identity.identify()
                    }
                };
                self.send(first.into()).await
            }
            wire::DISPATCH => {
                match frame.t.as_deref() {
                    Some("READY") => {
                        session.known = wire::payload(&text);
                        if session.known.is_none() {
                            return Err(Ended::new(After::Identify, "READY cannot be read"));
                        }
                        self.patience = None;
                        watch.up();
                    }
                    Some("RESUMED") => {
                        self.patience = None;
                        watch.up();
                    }
                    _ => {}
                }
                if frame.s.is_none_or(|number| session.sequence.admit(number))
                    && channels.events.send(text).await.is_err()
                {
                    return Err(Ended::new(After::Resume, "the client is gone"));
                }
                Ok(())
            }
            wire::HEARTBEAT => self.beat(session.sequence.newest()).await,
            wire::HEARTBEAT_ACK => {
                if let Some(heart) = &mut self.heart {
                    heart.overdue = None;
                }
                Ok(())
            }
            wire::RECONNECT => Err(Ended::new(After::Resume, "asked to reconnect")),
            wire::INVALID_SESSION => {
                let resumable = wire::payload(&text).unwrap_or(false);
                let after = if resumable { After::Resume } else { After::Identify };
                Err(Ended {
                    linger: !resumable,
                    ..Ended::new(after, format!("the session is invalid, resumable: {resumable}"))
                })
            }
            _ => Ok(()),
        }
    }

    async fn beat(&mut self, last: Option<u64>) -> Step {
        if let Some(heart) = &mut self.heart {
            heart.beat(&self.time);
        }
        self.send(wire::heartbeat(last).into()).await
    }

    async fn send(&mut self, text: Utf8Bytes) -> Step {
        self.socket
            .send(Message::Text(text))
            .await
            .map_err(|error| Ended::new(After::Resume, told(&error)))
    }
}

/// When to say "I am here", and until when that has to be answered.
struct Heart {
    interval: Duration,
    next: Timer,
    overdue: Option<Timer>,
}

impl Heart {
    /// The first beat comes after a random part of the interval, so that bots that connect together do not beat together.
    fn new(milliseconds: u64, time: &RealTime) -> Self {
        let interval = Duration::from_millis(milliseconds);
        Self {
            interval,
            next: time.pause(interval.mul_f64(rand::random())),
            overdue: None,
        }
    }

    fn beat(&mut self, time: &RealTime) {
        self.next = time.pause(self.interval);
        if self.overdue.is_none() {
            self.overdue = Some(time.pause(PATIENCE_FOR_ACK.min(self.interval)));
        }
    }
}

/// Waits until the next beat is due: true; or until the last one should have been answered: false.
async fn due(heart: Option<&mut Heart>) -> bool {
    let Some(heart) = heart else {
        return std::future::pending().await;
    };
    tokio::select! {
        biased;
        () = timer(heart.overdue.as_mut()) => false,
        () = &mut heart.next => true,
    }
}

/// Waits for a timer; for ever when there is none.
async fn timer(timer: Option<&mut Timer>) {
    match timer {
        Some(timer) => timer.await,
        None => std::future::pending().await,
    }
}

/// What went wrong, without the address: it may hold what is nobody's business.
fn told(error: &tungstenite::Error) -> String {
    match error {
        tungstenite::Error::Io(error) => error.to_string(),
        tungstenite::Error::Protocol(error) => error.to_string(),
        tungstenite::Error::Http(response) => format!("answered {}", response.status()),
        tungstenite::Error::Tls(_) => "no encryption came about".to_owned(),
        tungstenite::Error::Capacity(_) => "a message is too long".to_owned(),
        _ => "the connection failed".to_owned(),
    }
}
