//! The gateway: sessions that outlive their connections, and one websocket at a time for each.

mod connection;

use std::collections::VecDeque;
use std::sync::Mutex;

use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

pub(crate) use connection::serve;

use crate::core::lock;
use crate::world::{Dispatch, UserId, intent};

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
}

/// Every session.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    sessions: Mutex<Vec<Session>>,
    made: Mutex<u64>,
    identified: watch::Sender<u64>,
}

#[derive(Debug)]
struct Session {
    id: String,
    intents: u64,
    sequence: u64,
    kept: VecDeque<(u64, String)>,
    connection: Option<mpsc::UnboundedSender<Frame>>,
    /// Events given to the connection that it has not yet written.
    waiting: usize,
}

impl Hub {
    /// Tells every session that asked for such events.
    pub(crate) fn dispatch(&self, dispatch: &Dispatch, bot: UserId) {
        for session in lock(&self.sessions).iter_mut() {
            if dispatch.intent == intent::NONE || session.intents & dispatch.intent != 0 {
                let data = session.allowed(dispatch, bot);
                session.send(dispatch.name, &data);
            }
        }
    }

    /// Opens a session on a connection and sends it these events first.
    fn open(
        &self,
        intents: u64,
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
            sequence: 0,
            kept: VecDeque::new(),
            connection: Some(connection),
            waiting: 0,
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
        self.identified.send_modify(|count| *count += 1);
        id
    }

    /// Takes up a session where `sequence` left it; `None` when that cannot be done.
    fn resume(&self, id: &str, sequence: u64, connection: mpsc::UnboundedSender<Frame>) -> Option<()> {
        let mut sessions = lock(&self.sessions);
        let session = sessions.iter_mut().find(|session| session.id == id)?;
        let first_kept = session
            .kept
            .front()
            .map_or(session.sequence + 1, |(number, _)| *number);
        if sequence > session.sequence || sequence + 1 < first_kept {
            return None;
        }
        if let Some(old) = session.connection.replace(connection) {
            // The old connection may be gone already.
            let _ = old.send(Frame::Close(Some(4000)));
        }
        session.waiting = 0;
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
        self.identified.send_modify(|count| *count += 1);
        Some(())
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
        }
        if ends {
            sessions.retain(|session| session.id != id || session.connection.is_some());
        }
    }

    /// Closes every connection, with this code if there is one; the sessions can be resumed.
    pub(crate) fn close_connections(&self, code: Option<u16>) {
        for session in lock(&self.sessions).iter() {
            if let Some(connection) = &session.connection {
                let _ = connection.send(Frame::Close(code));
            }
        }
    }

    /// Asks every connection to reconnect and resume (op 7).
    pub(crate) fn ask_to_reconnect(&self) {
        for session in lock(&self.sessions).iter() {
            if let Some(connection) = &session.connection {
                let _ = connection.send(Frame::Control(
                    json!({"op": 7, "d": null, "s": null, "t": null}).to_string(),
                ));
            }
        }
    }

    /// Ends every session: a resume fails, and connections are told so (op 9).
    pub(crate) fn invalidate(&self) {
        for session in lock(&self.sessions).drain(..) {
            if let Some(connection) = &session.connection {
                let _ = connection.send(Frame::Control(
                    json!({"op": 9, "d": false, "s": null, "t": null}).to_string(),
                ));
            }
        }
    }

    /// Whether a bot is connected.
    pub(crate) fn connected(&self) -> bool {
        lock(&self.sessions)
            .iter()
            .any(|session| session.connection.is_some())
    }

    /// Changes whenever a bot identifies or resumes.
    pub(crate) fn identified(&self) -> watch::Receiver<u64> {
        self.identified.subscribe()
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

    fn push(&mut self, text: String) {
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
