//! The side of the relay that the client library sees: a gateway that is always well.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use tokio_tungstenite::{WebSocketStream, accept_hdr_async};

use crate::discord::RealTime;
use crate::discord::relay::wire::{self, Identity};

/// How often the client says that it is there, in milliseconds. Nothing can get lost on the way, so an hour will do.
const HEARTBEAT_INTERVAL: u64 = 3_600_000;
/// How long somebody who connects may take to say who it is. The client does so at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// The close code upon which serenity 0.12.5 ends at once and for good, instead of connecting again.
const END: u16 = 4004;

/// A client that has asked for a session.
pub(super) struct Client {
    socket: WebSocketStream<TcpStream>,
    identity: Identity,
}

impl Client {
    /// Waits until the client has connected under the secret `path` and asked for a session. Anybody else is turned away.
    pub(super) async fn accept(listener: &TcpListener, path: &str, time: &RealTime) -> Self {
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "the client of the relay could not be let in");
                    time.pause(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let greeted = time.limit(PATIENCE, greet(stream, path)).await;
            if let Some(client) = greeted.flatten() {
                return client;
            }
            tracing::debug!("somebody else was turned away from the relay");
        }
    }

    /// Its parts: what to serve, and who it is.
    pub(super) fn into_parts(self) -> (WebSocketStream<TcpStream>, Identity) {
        (self.socket, self.identity)
    }
}

/// Shakes hands and waits for the IDENTIFY.
async fn greet(stream: TcpStream, path: &str) -> Option<Client> {
    stream.set_nodelay(true).ok()?;
    #[expect(
        clippy::result_large_err,
        reason = "the type of the error is the websocket library's"
    )]
    let only_ours = |request: &Request, response: Response| -> Result<Response, ErrorResponse> {
        if request.uri().path() == path {
            return Ok(response);
        }
        let mut refusal = ErrorResponse::new(None);
        *refusal.status_mut() = StatusCode::NOT_FOUND;
        Err(refusal)
    };
    let mut socket = accept_hdr_async(stream, only_ours).await.ok()?;
    socket
        .send(Message::text(wire::hello(HEARTBEAT_INTERVAL)))
        .await
        .ok()?;
    loop {
        let Message::Text(text) = socket.next().await?.ok()? else {
            continue;
        };
        let answer = match wire::frame(&text)?.op {
            wire::IDENTIFY => {
                let identity = Identity::read(&text)?;
                return Some(Client { socket, identity });
            }
            wire::HEARTBEAT => wire::heartbeat_ack(),
            // The relay keeps no session for a client that went away; it is told to begin anew.
            wire::RESUME => wire::invalid_session(),
            _ => continue,
        };
        socket.send(Message::text(answer)).await.ok()?;
    }
}

/// Passes events on to the client and its commands back, until the client goes away; or until the events end, upon which
/// the client is ended too.
pub(super) async fn serve(
    mut socket: WebSocketStream<TcpStream>,
    mut events: mpsc::Receiver<Utf8Bytes>,
    commands: mpsc::Sender<Utf8Bytes>,
) {
    loop {
        tokio::select! {
            event = events.recv() => {
                let Some(event) = event else { break };
                if socket.send(Message::Text(event)).await.is_err() {
                    return;
                }
            }
            said = socket.next() => {
                let Some(Ok(said)) = said else { return };
                let Message::Text(text) = said else { continue };
                match wire::frame(&text).map(|frame| frame.op) {
                    Some(wire::HEARTBEAT) => {
                        if socket.send(Message::text(wire::heartbeat_ack())).await.is_err() {
                            return;
                        }
                    }
                    // A client that begins anew on this connection has lost its place.
                    Some(wire::IDENTIFY | wire::RESUME) => return,
                    _ => {
                        if commands.try_send(text).is_err() {
                            tracing::warn!("a command to the gateway was dropped: there is no session");
                        }
                    }
                }
            }
        }
    }
    let end = CloseFrame {
        code: END.into(),
        reason: Utf8Bytes::default(),
    };
    if socket.send(Message::Close(Some(end))).await.is_ok() {
        // Until the client has hung up, which it does once it has read everything before.
        while let Some(Ok(_)) = socket.next().await {}
    }
}
