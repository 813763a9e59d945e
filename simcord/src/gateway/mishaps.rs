//! What can go wrong between the gateway and a bot, on demand.

use std::time::Duration;

use serde_json::json;

use super::{Frame, Hub};
use crate::core::lock;

/// What Discord asks for.
const HEARTBEAT: Duration = Duration::from_millis(41_250);

/// Close codes that end the session too (Discord's "Gateway Close Event Codes").
const ENDING: &[u16] = &[4003, 4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014];

/// How the gateway receives whoever connects.
#[derive(Debug)]
pub(super) struct Mood {
    away: bool,
    heartbeat: Duration,
}

impl Default for Mood {
    fn default() -> Self {
        Self {
            away: false,
            heartbeat: HEARTBEAT,
        }
    }
}

impl Hub {
    /// Closes every connection, with this code if there is one. The sessions can be resumed, unless the code says that
    /// they are over.
    pub(crate) fn close_connections(&self, code: Option<u16>) {
        self.tell(|| Frame::Close(code));
        if code.is_some_and(|code| ENDING.contains(&code)) {
            lock(&self.sessions).clear();
        }
    }

    /// Ends every connection without a close frame; the sessions can be resumed.
    pub(crate) fn cut_connections(&self) {
        self.tell(|| Frame::Cut);
    }

    /// Lets every connection fall silent: it stays open, but no heartbeat is answered and no event arrives.
    pub(crate) fn fall_silent(&self) {
        self.tell(|| Frame::FallSilent);
    }

    /// Asks every connection to reconnect and resume (op 7).
    pub(crate) fn ask_to_reconnect(&self) {
        self.tell(|| Frame::Control(json!({"op": 7, "d": null, "s": null, "t": null}).to_string()));
    }

    /// Tells every connection that its session is invalid (op 9). One that is not resumable is over.
    pub(crate) fn invalidate(&self, resumable: bool) {
        self.tell(|| Frame::Control(json!({"op": 9, "d": resumable, "s": null, "t": null}).to_string()));
        if !resumable {
            lock(&self.sessions).clear();
        }
    }

    /// Cuts every connection and turns new ones away, until the gateway is back.
    pub(crate) fn set_away(&self, away: bool) {
        lock(&self.mood).away = away;
        if away {
            self.cut_connections();
        }
    }

    /// Whether a connection is turned away.
    pub(crate) fn turns_away(&self) -> bool {
        let away = lock(&self.mood).away;
        if away {
            self.record.send_modify(|record| record.turned_away += 1);
        }
        away
    }

    /// How often connections from now on are asked for a heartbeat.
    pub(crate) fn set_heartbeat(&self, interval: Duration) {
        lock(&self.mood).heartbeat = interval;
    }

    /// How often a connection is asked for a heartbeat.
    pub(super) fn heartbeat(&self) -> Duration {
        lock(&self.mood).heartbeat
    }

    /// The next events of every session come twice.
    pub(crate) fn double_events(&self, times: u32) {
        for session in lock(&self.sessions).iter_mut() {
            session.doubled = times;
        }
    }

    /// The next event of every session comes behind the one after it, and so on, this many times.
    pub(crate) fn swap_events(&self, times: u32) {
        for session in lock(&self.sessions).iter_mut() {
            session.swapped = times;
        }
    }

    fn tell(&self, frame: impl Fn() -> Frame) {
        for session in lock(&self.sessions).iter() {
            if let Some(connection) = &session.connection {
                // A connection that has just ended needs no telling.
                let _ = connection.send(frame());
            }
        }
    }
}
