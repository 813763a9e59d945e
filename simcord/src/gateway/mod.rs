//! The gateway: sessions that outlive their connections, and one websocket at a time for each.

mod connection;
mod members;
mod mishaps;
mod shard;
mod starts;
mod wire;

use std::collections::VecDeque;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

pub(crate) use connection::serve;
pub(crate) use wire::Wire;

use crate::core::lock;
use crate::options::Limits;
use crate::world::{Dispatch, UserId, intent};
use shard::Shard;

/// How many events a session keeps for a resume.
const KEPT: usize = 10_000;

/// What a connection is told to send or do.
#[derive(Debug)]
pub(crate) enum Frame {
    /// Send this event of the session.
    Event(String),
    /// Send this, which is no event.
    Control(String),
    /// Close, with this code if there is one.
    Close(Option<u16>),
    /// End without a word.
    Cut,
    /// Say nothing any more, and stay open.
    FallSilent,
}

/// What bots have done over the gateway so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct GatewayRecord {
    /// Sessions begun by IDENTIFY.
    pub identifies: u64,
    /// Sessions taken up again by RESUME.
    pub resumes: u64,
    /// RESUMEs that could not be granted and were answered with op 9.
    pub refused_resumes: u64,
    /// Heartbeats, answered or not.
    pub heartbeats: u64,
    /// Connections that were turned away while the gateway was away.
    pub turned_away: u64,
    /// Close frames of bots that ended their session (1000 and 1001).
    pub farewells: u64,
}

/// Every session.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    sessions: Mutex<Vec<Session>>,
    made: Mutex<u64>,
    record: watch::Sender<GatewayRecord>,
    mood: Mutex<mishaps::Mood>,
    starts: Mutex<starts::Starts>,
    lists: Mutex<members::Lists>,
}

#[derive(Debug)]
struct Session {
    id: String,
    intents: u64,
    shard: Shard,
    sequence: u64,
    kept: VecDeque<(u64, String)>,
    connection: Option<mpsc::UnboundedSender<Frame>>,
    /// Events given to the connection that it has not yet written.
    waiting: usize,
    /// An event that comes after the next one, when both are to change places.
    held: Option<String>,
    /// How many events come twice.
    doubled: u32,
    /// How many events change places with the one behind them.
    swapped: u32,
}

impl Hub {
    /// Tells every session that asked for such events.
    pub(crate) fn dispatch(&self, dispatch: &Dispatch, bot: UserId) {
        for session in lock(&self.sessions).iter_mut() {
            let asked_for = dispatch.intent == intent::NONE || session.intents & dispatch.intent != 0;
            if asked_for && session.shard.hears(dispatch) {
                let data = session.allowed(dispatch, bot);
                session.send(dispatch.name, &data);
            }
        }
    }

    /// Opens a session on a connection and sends it these events first.
    fn open(
        &self,
        intents: u64,
        shard: Shard,
        connection: mpsc::UnboundedSender<Frame>,
        first: impl FnOnce(&str) -> Vec<(&'static str, Value)>,
    ) -> String {
        let number = {
            let mut made = lock(&self.made);
            *made += 1;
            *made
        };
        let mut session = Session {
            id: format!("session{number:08}"),
            intents,
            shard,
            sequence: 0,
            kept: VecDeque::new(),
            connection: Some(connection),
            waiting: 0,
            held: None,
            doubled: 0,
            swapped: 0,
        };
        for (name, data) in first(&session.id) {
            session.send(name, &data);
        }
        let id = session.id.clone();
        {
            let mut sessions = lock(&self.sessions);
            // A bot that identifies anew has given up the sessions it left behind.
            sessions.retain(|old| old.connection.is_some());
            sessions.push(session);
        }
        self.record.send_modify(|record| record.identifies += 1);
        id
    }

    /// Takes up a session where `sequence` left it; `None` when that cannot be done.
    fn resume(&self, id: &str, sequence: u64, connection: mpsc::UnboundedSender<Frame>) -> Option<()> {
        let mut sessions = lock(&self.sessions);
        let session = sessions
            .iter_mut()
            .find(|session| session.id == id && session.reaches(sequence));
        let Some(session) = session else {
            self.record.send_modify(|record| record.refused_resumes += 1);
            return None;
        };
        if let Some(old) = session.connection.replace(connection) {
            // The old connection may be gone already.
            let _ = old.send(Frame::Close(Some(4000)));
        }
        session.waiting = 0;
        session.held = None;
        let missed: Vec<_> = session
            .kept
            .iter()
            .filter(|(number, _)| *number > sequence)
            .cloned()
            .collect();
        for (_, text) in missed {
            session.push(text);
        }
        session.send("RESUMED", &json!({"_trace": []}));
        drop(sessions);
        self.record.send_modify(|record| record.resumes += 1);
        Some(())
    }

    /// Whether the bot's token is one no more.
    pub(crate) fn token_is_reset(&self) -> bool {
        lock(&self.starts).token_is_reset()
    }

    /// How many sessions a bot may begin yet, as `/gateway/bot` says it.
    pub(crate) fn starts_left(&self, now: DateTime<Utc>, limits: &Limits) -> Value {
        lock(&self.starts).left(now, limits)
    }

    /// Tells one session, whatever it asked for.
    fn tell_one(&self, id: &str, name: &str, data: &Value) {
        if let Some(session) = lock(&self.sessions).iter_mut().find(|session| session.id == id) {
            session.send(name, data);
        }
    }

    /// What a session asked for.
    fn intents(&self, id: &str) -> u64 {
        let sessions = lock(&self.sessions);
        let session = sessions.iter().find(|session| session.id == id);
        session.map_or(0, |session| session.intents)
    }

    /// Whether there is such a session.
    fn knows(&self, id: &str) -> bool {
        lock(&self.sessions).iter().any(|session| session.id == id)
    }

    /// A connection has written one of its session's events.
    fn written(&self, id: &str) {
        if let Some(session) = lock(&self.sessions).iter_mut().find(|session| session.id == id) {
            session.waiting = session.waiting.saturating_sub(1);
        }
    }

    /// A connection is gone; its session waits for a resume, or ends with it.
    fn leave(&self, id: &str, connection: &mpsc::UnboundedSender<Frame>, ends: bool) {
        let mut sessions = lock(&self.sessions);
        if let Some(session) = sessions.iter_mut().find(|session| session.id == id)
            && session
                .connection
                .as_ref()
                .is_some_and(|held| held.same_channel(connection))
        {
            session.connection = None;
            session.waiting = 0;
            session.held = None;
        }
        if ends {
            self.record.send_modify(|record| record.farewells += 1);
            sessions.retain(|session| session.id != id || session.connection.is_some());
        }
    }

    /// Whether a bot is connected.
    pub(crate) fn connected(&self) -> bool {
        lock(&self.sessions)
            .iter()
            .any(|session| session.connection.is_some())
    }

    /// What bots have done so far; changes whenever one does something.
    pub(crate) fn record(&self) -> watch::Receiver<GatewayRecord> {
        self.record.subscribe()
    }

    /// A connection has sent a heartbeat.
    fn beat(&self) {
        self.record.send_modify(|record| record.heartbeats += 1);
    }

    /// Whether every connection has written what it was given.
    pub(crate) fn delivered(&self) -> bool {
        lock(&self.sessions)
            .iter()
            .all(|session| session.connection.is_none() || session.waiting == 0)
    }
}

impl Session {
    fn send(&mut self, name: &str, data: &Value) {
        self.sequence += 1;
        let text = json!({"op": 0, "s": self.sequence, "t": name, "d": data}).to_string();
        if name != "RESUMED" {
            self.kept.push_back((self.sequence, text.clone()));
            if self.kept.len() > KEPT {
                self.kept.pop_front();
            }
        }
        self.push(text);
    }

    /// Whether everything behind this event is still kept.
    fn reaches(&self, sequence: u64) -> bool {
        let first_kept = self.kept.front().map_or(self.sequence + 1, |(number, _)| *number);
        sequence <= self.sequence && sequence + 1 >= first_kept
    }

    /// Gives an event to the connection, with the mishaps that are asked for.
    fn push(&mut self, text: String) {
        if self.held.is_none() && self.swapped > 0 {
            self.swapped -= 1;
            self.held = Some(text);
            return;
        }
        if self.doubled > 0 {
            self.doubled -= 1;
            self.write(text.clone());
        }
        self.write(text);
        if let Some(held) = self.held.take() {
            self.write(held);
        }
    }

    fn write(&mut self, text: String) {
        if let Some(connection) = &self.connection
            && connection.send(Frame::Event(text)).is_ok()
        {
            self.waiting += 1;
        }
    }

    /// The event's data without what this session may not read: others' words, unless they are meant for the bot.
    fn allowed(&self, dispatch: &Dispatch, bot: UserId) -> Value {
        let mut data = dispatch.data.clone();
        let is_message = matches!(dispatch.name, "MESSAGE_CREATE" | "MESSAGE_UPDATE");
        if !is_message
            || self.intents & intent::MESSAGE_CONTENT != 0
            || dispatch.intent == intent::DIRECT_MESSAGES
        {
            return data;
        }
        let is_bot = |user: &Value| user.pointer("/id").and_then(Value::as_str) == Some(&bot.to_string());
        let own = data.get("author").is_some_and(is_bot);
        let meant = data
            .get("mentions")
            .and_then(Value::as_array)
            .is_some_and(|all| all.iter().any(is_bot));
        if !own && !meant {
            data["content"] = json!("");
            for part in ["embeds", "attachments", "components"] {
                data[part] = json!([]);
            }
        }
        data
    }
}
