//! What is said over the gateway, as far as the relay reads it. Events pass through as the text that they came as.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// An event of the session.
pub(super) const DISPATCH: u8 = 0;
/// "I am here", from either side.
pub(super) const HEARTBEAT: u8 = 1;
/// A new session is wanted.
pub(super) const IDENTIFY: u8 = 2;
/// A session is to go on.
pub(super) const RESUME: u8 = 6;
/// Discord asks to connect anew.
pub(super) const RECONNECT: u8 = 7;
/// The session is over, or the connection is.
pub(super) const INVALID_SESSION: u8 = 9;
/// The first word of Discord on a connection.
pub(super) const HELLO: u8 = 10;
/// A heartbeat was heard.
pub(super) const HEARTBEAT_ACK: u8 = 11;

/// The frame around every payload; what it carries is read apart, when it matters.
#[derive(Debug, Deserialize)]
pub(super) struct Frame {
    /// What it is.
    pub(super) op: u8,
    /// The number of an event within its session.
    #[serde(default)]
    pub(super) s: Option<u64>,
    /// The name of an event.
    #[serde(default)]
    pub(super) t: Option<String>,
}

/// What [`HELLO`] carries.
#[derive(Debug, Deserialize)]
pub(super) struct Hello {
    /// Milliseconds between two heartbeats.
    pub(super) heartbeat_interval: u64,
}

/// What the relay needs of the event READY.
#[derive(Debug, Deserialize)]
pub(super) struct Ready {
    /// Names the session in a RESUME.
    pub(super) session_id: String,
    /// Where to resume it.
    pub(super) resume_gateway_url: String,
}

#[derive(Debug, Deserialize)]
struct Carrying<T> {
    d: T,
}

/// Reads the frame of a text; `None` when it is none.
pub(super) fn frame(text: &str) -> Option<Frame> {
    serde_json::from_str(text).ok()
}

/// Reads what a frame carries; `None` when it is something else.
pub(super) fn payload<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_str::<Carrying<T>>(text)
        .ok()
        .map(|carrying| carrying.d)
}

/// A heartbeat with the number of the last event; `null` before the first.
pub(super) fn heartbeat(last: Option<u64>) -> String {
    json!({"op": HEARTBEAT, "d": last}).to_string()
}

/// The answer to a heartbeat.
pub(super) fn heartbeat_ack() -> String {
    json!({"op": HEARTBEAT_ACK, "d": null, "s": null, "t": null}).to_string()
}

/// The first word to a client.
pub(super) fn hello(heartbeat_interval: u64) -> String {
    json!({"op": HELLO, "d": {"heartbeat_interval": heartbeat_interval}, "s": null, "t": null}).to_string()
}

/// Tells a client that its session is over and cannot be resumed.
pub(super) fn invalid_session() -> String {
    json!({"op": INVALID_SESSION, "d": false, "s": null, "t": null}).to_string()
}

/// Who the bot is, as its client said. Both texts hold the token, so neither can be printed.
#[derive(Debug)]
pub(super) struct Identity {
    identify: SecretString,
    token: SecretString,
}

impl Identity {
    /// Reads an IDENTIFY; `None` when it is none. Compression is left out of it: it saves a few kilobytes at the start,
    /// and every frame can then be passed on as it is.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut data: Value = payload(text)?;
        let token = data.get("token")?.as_str()?.to_owned();
        data.as_object_mut()?.insert("compress".to_owned(), json!(false));
        Some(Self {
            identify: json!({"op": IDENTIFY, "d": data}).to_string().into(),
            token: token.into(),
        })
    }

    /// The frame that asks for a new session.
    pub(super) fn identify(&self) -> String {
        self.identify.expose_secret().to_owned()
    }

    /// The frame that asks for a session to go on behind the event `last`.
    pub(super) fn resume(&self, session: &str, last: u64) -> String {
        let token = self.token.expose_secret();
        json!({"op": RESUME, "d": {"token": token, "session_id": session, "seq": last}}).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_said_again_without_compression_and_printed_never() {
        let said = r#"{"op":2,"d":{"token":"Bot secret-token","compress":true,"intents":1,"shard":[0,1]}}"#;
        let identity = Identity::read(said).unwrap();
        let again: Value = serde_json::from_str(&identity.identify()).unwrap();
        assert_eq!(
            again,
            json!({"op": 2, "d": {"token": "Bot secret-token", "compress": false, "intents": 1, "shard": [0, 1]}})
        );
        let resume: Value = serde_json::from_str(&identity.resume("abc", 7)).unwrap();
        assert_eq!(
            resume,
            json!({"op": 6, "d": {"token": "Bot secret-token", "session_id": "abc", "seq": 7}})
        );
        assert!(!format!("{identity:?}").contains("secret-token"));
    }

    #[test]
    fn what_is_no_frame_is_none() {
        assert!(frame("[]").is_none());
        assert!(frame("").is_none());
        assert!(frame(r#"{"op":900}"#).is_none());
        assert!(Identity::read(r#"{"op":2,"d":{}}"#).is_none());
        assert!(payload::<Hello>(r#"{"op":10,"d":{"heartbeat_interval":-1}}"#).is_none());
    }

    #[test]
    fn the_first_heartbeat_says_null() {
        assert_eq!(heartbeat(None), r#"{"d":null,"op":1}"#);
        assert_eq!(heartbeat(Some(3)), r#"{"d":3,"op":1}"#);
    }
}
