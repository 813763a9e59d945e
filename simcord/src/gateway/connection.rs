//! One websocket: hello, identify or resume, heartbeats, events.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::members::{Answer, Wanted};
use super::shard::Shard;
use super::starts::Start;
use super::{Frame, Wire};
use crate::core::{Core, lock};
use crate::world::intent;

/// The longest message a bot may send, in bytes.
const LONGEST: usize = 4_096;

/// Messages that a bot may send within [`BUSY`] (page "Gateway", Rate Limiting).
const MOST: usize = 120;
const BUSY: Duration = Duration::from_mins(1);

/// Serves one websocket until it closes.
pub(crate) async fn serve(core: Arc<Core>, mut socket: WebSocket, mut wire: Wire, gateway_url: String) {
    let (sender, mut frames) = mpsc::unbounded_channel();
    let mut connection = Connection {
        core,
        sender,
        session: None,
        gateway_url,
        silent: false,
        received: VecDeque::new(),
    };
    let heartbeat = u64::try_from(connection.core.hub.heartbeat().as_millis()).unwrap_or(u64::MAX);
    let mut stopping = connection.core.stopping.subscribe();
    let hello = json!({"op": 10, "d": {"heartbeat_interval": heartbeat, "_trace": []}, "s": null, "t": null});
    if !send(&mut socket, &mut wire, hello.to_string()).await {
        return;
    }
    let mut ends = false;
    loop {
        tokio::select! {
            biased;
            // It changes once, when everything ends.
            _ = stopping.changed() => {
                close(&mut socket, 1001, "going away").await;
                break;
            }
            frame = frames.recv() => match frame {
                Some(Frame::FallSilent) => connection.silent = true,
                Some(Frame::Event(_) | Frame::Control(_)) if connection.silent => {}
                Some(Frame::Event(text)) => {
                    if !send(&mut socket, &mut wire, text).await {
                        break;
                    }
                    if let Some(session) = &connection.session {
                        connection.core.hub.written(session);
                    }
                }
                Some(Frame::Control(text)) => {
                    if !send(&mut socket, &mut wire, text).await {
                        break;
                    }
                }
                Some(Frame::Close(Some(code))) => {
                    close(&mut socket, code, "closed on purpose").await;
                    break;
                }
                Some(Frame::Close(None)) => {
                    // The other side may be gone already.
                    let _ = socket.send(Message::Close(None)).await;
                    break;
                }
                Some(Frame::Cut) | None => break,
            },
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => {
                    if let Err((code, reason)) = connection.handle(text.as_str()) {
                        close(&mut socket, code, reason).await;
                        break;
                    }
                }
                Some(Ok(Message::Close(frame))) => {
                    // 1000 and 1001 give the session up; anything else keeps it for a resume.
                    ends = frame.is_some_and(|frame| matches!(frame.code, 1000 | 1001));
                    break;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Binary(_))) => {
                    close(&mut socket, 4002, "decode error").await;
                    break;
                }
                Some(Err(_)) | None => break,
            },
        }
    }
    if let Some(session) = &connection.session {
        connection.core.hub.leave(session, &connection.sender, ends);
    }
}

/// Sends a message; whether the other side is still there.
async fn send(socket: &mut WebSocket, wire: &mut Wire, text: String) -> bool {
    match wire.frame(text) {
        Ok(frame) => socket.send(frame).await.is_ok(),
        Err(error) => {
            tracing::error!(%error, "a message could not be compressed");
            false
        }
    }
}

async fn close(socket: &mut WebSocket, code: u16, reason: &'static str) {
    // The other side may be gone already.
    let _ = socket
        .send(Message::Close(Some(CloseFrame {
            code,
            reason: reason.into(),
        })))
        .await;
}

struct Connection {
    core: Arc<Core>,
    sender: mpsc::UnboundedSender<Frame>,
    session: Option<String>,
    gateway_url: String,
    /// Open, and nothing is said any more.
    silent: bool,
    /// When the last messages came.
    received: VecDeque<Instant>,
}

impl Connection {
    /// Does what the bot asks; the error is the code to close with.
    fn handle(&mut self, text: &str) -> Result<(), (u16, &'static str)> {
        self.count()?;
        if text.len() > LONGEST {
            self.broke(format!(
                "the bot sent {} bytes over the gateway; {LONGEST} are allowed",
                text.len()
            ));
            return Err((4002, "decode error"));
        }
        let Ok(message) = serde_json::from_str::<Value>(text) else {
            return Err((4002, "decode error"));
        };
        let data = message.get("d").cloned().unwrap_or_default();
        match message.get("op").and_then(Value::as_u64) {
            Some(1) => {
                self.core.hub.beat();
                self.reply(&json!({"op": 11, "d": null, "s": null, "t": null}));
                Ok(())
            }
            Some(2) => self.identify(&data),
            Some(op @ (3 | 4 | 8 | 31)) => {
                let Some(session) = &self.session else {
                    return Err((4003, "not authenticated"));
                };
                if op == 8 {
                    self.chunk(session, &data);
                }
                Ok(())
            }
            Some(6) => self.resume(&data),
            Some(_) | None => {
                self.broke(format!("the bot sent an unknown gateway op: {text}"));
                Err((4001, "unknown opcode"))
            }
        }
    }

    /// Counts a message. Real time counts: heartbeats come by it, also while the world's clock stands.
    fn count(&mut self) -> Result<(), (u16, &'static str)> {
        let now = Instant::now();
        self.received.push_back(now);
        while self.received.front().is_some_and(|at| *at + BUSY <= now) {
            self.received.pop_front();
        }
        if self.received.len() > MOST {
            self.broke(format!(
                "the bot sent more than {MOST} messages a minute over the gateway"
            ));
            return Err((4008, "rate limited"));
        }
        Ok(())
    }

    fn reply(&self, value: &Value) {
        // The receiver lives as long as this connection.
        let _ = self.sender.send(Frame::Control(value.to_string()));
    }

    fn broke(&self, sentence: String) {
        self.core.with(|world, _| world.note_broken(sentence));
    }

    fn token_fits(&self, data: &Value) -> bool {
        let token = data.get("token").and_then(Value::as_str).unwrap_or_default();
        token.trim_start_matches("Bot ") == self.core.application.token && !self.core.hub.token_is_reset()
    }

    fn identify(&mut self, data: &Value) -> Result<(), (u16, &'static str)> {
        if self
            .session
            .as_deref()
            .is_some_and(|session| self.core.hub.knows(session))
        {
            return Err((4005, "already authenticated"));
        }
        if !self.token_fits(data) {
            return Err((4004, "authentication failed"));
        }
        let intents = data.get("intents").and_then(Value::as_u64);
        let Some(intents) = intents.filter(|intents| intents & !intent::KNOWN == 0) else {
            return Err((4013, "invalid intent(s)"));
        };
        if intents & intent::PRIVILEGED & !self.core.application.privileged_intents != 0 {
            return Err((4014, "disallowed intent(s)"));
        }
        let Some(shard) = Shard::read(data.get("shard")) else {
            return Err((4010, "invalid shard"));
        };
        let core = Arc::clone(&self.core);
        let too_many = core.with(|world, _| {
            let own = world.guilds().filter(|guild| shard.has(Some(guild.id.0)));
            own.count() > world.limits.guilds_per_shard
        });
        if too_many {
            return Err((4011, "sharding required"));
        }
        match core.with(|world, now| lock(&core.hub.starts).count(now, &world.limits)) {
            Start::Begins => {}
            Start::TooSoon => {
                self.reply(&json!({"op": 9, "d": false, "s": null, "t": null}));
                return Ok(());
            }
            Start::ResetsToken => {
                self.broke("the bot began more sessions than a day has: its token is reset".to_owned());
                core.hub.close_connections(Some(4004));
                return Err((4004, "authentication failed"));
            }
        }
        // Under the world's lock, so that no event falls between the picture and what follows it.
        let session = core.with(|world, _| {
            let guilds = || world.guilds().filter(|guild| shard.has(Some(guild.id.0)));
            core.hub.open(intents, shard, self.sender.clone(), |session| {
                let own: Vec<_> = guilds()
                    .map(|guild| json!({"id": guild.id, "unavailable": true}))
                    .collect();
                let mut ready = json!({
                    "v": 10, "user": world.bot_itself(), "guilds": own, "session_id": session,
                    "resume_gateway_url": self.gateway_url, "session_type": "normal",
                    "private_channels": [], "relationships": [], "user_settings": {}, "presences": [],
                    "application": {"id": world.bot_id(), "flags": 0},
                });
                if data.get("shard").is_some() {
                    ready["shard"] = shard.into();
                }
                let mut first = vec![("READY", ready)];
                if intents & intent::GUILDS != 0 {
                    first.extend(guilds().map(|guild| ("GUILD_CREATE", world.guild_create(guild, intents))));
                }
                first
            })
        });
        self.session = Some(session);
        Ok(())
    }

    fn resume(&mut self, data: &Value) -> Result<(), (u16, &'static str)> {
        if !self.token_fits(data) {
            return Err((4004, "authentication failed"));
        }
        let session = data
            .get("session_id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned();
        let sequence = data.get("seq").and_then(Value::as_u64).unwrap_or_default();
        let core = Arc::clone(&self.core);
        let resumed = core.with(|_, _| core.hub.resume(&session, sequence, self.sender.clone()));
        match resumed {
            Some(()) => self.session = Some(session),
            None => self.reply(&json!({"op": 9, "d": false, "s": null, "t": null})),
        }
        Ok(())
    }

    /// Answers a request for a guild's members.
    fn chunk(&self, session: &str, data: &Value) {
        let Some(wanted) = Wanted::read(data) else {
            self.broke("the bot asked for members, and not for whose or for whom".to_owned());
            return;
        };
        let hub = &self.core.hub;
        let intents = hub.intents(session);
        let answer = self
            .core
            .with(|world, now| lock(&hub.lists).answer(world, now, intents, &wanted));
        match answer {
            Answer::Events(name, events) => {
                for event in &events {
                    hub.tell_one(session, name, event);
                }
            }
            Answer::Refused(why) => self.broke(why),
        }
    }
}
