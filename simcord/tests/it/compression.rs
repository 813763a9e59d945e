//! `zlib-stream`: one zlib context for each connection.

use std::io::Write as _;

use flate2::write::ZlibDecoder;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use simcord::Simcord;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::stage::options;

struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    stream: ZlibDecoder<Vec<u8>>,
    /// How long the last frame was.
    bytes: usize,
}

impl Client {
    async fn connect(simcord: &Simcord) -> Self {
        let address = format!(
            "{}?v=10&encoding=json&compress=zlib-stream",
            simcord.gateway_url()
        );
        let (socket, _) = tokio_tungstenite::connect_async(address)
            .await
            .expect("a connection");
        let mut client = Self {
            socket,
            stream: ZlibDecoder::new(Vec::new()),
            bytes: 0,
        };
        assert_eq!(client.hear().await["op"], 10);
        client
    }

    async fn say(&mut self, value: Value) {
        let text = Message::text(value.to_string());
        self.socket.send(text).await.expect("sent");
    }

    /// The next message, which has to be a whole flush of the stream that began with the connection.
    async fn hear(&mut self) -> Value {
        let frame = self.socket.next().await.expect("a frame").expect("a good one");
        let Message::Binary(bytes) = frame else {
            panic!("{frame:?} is not compressed");
        };
        assert!(bytes.ends_with(&[0, 0, 0xff, 0xff]), "{bytes:?}");
        self.bytes = bytes.len();
        self.stream.write_all(&bytes).expect("zlib");
        self.stream.flush().expect("zlib");
        let text = std::mem::take(self.stream.get_mut());
        serde_json::from_slice(&text).expect("JSON")
    }
}

#[tokio::test]
async fn a_connection_is_one_zlib_stream_and_a_resume_begins_another() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    let mut client = Client::connect(&simcord).await;
    client
        .say(json!({"op": 2, "d": {"token": "local.bot.token", "intents": 513, "properties": {}, "compress": true}}))
        .await;
    let session = client.hear().await["d"]["session_id"].clone();
    assert_eq!(client.hear().await["t"], "GUILD_CREATE");
    control.post(ada, general, "Hello").expect("a message");
    assert_eq!(client.hear().await["t"], "MESSAGE_CREATE");
    let first = client.bytes;
    control.post(ada, general, "Hello").expect("a message");
    assert_eq!(client.hear().await["s"], 4);
    // The second message says what the first said, so one context for both has little to add.
    assert!(client.bytes * 2 < first, "{} of {first} bytes", client.bytes);

    control.drop_connections();
    control.post(ada, general, "Missed").expect("a message");
    let mut client = Client::connect(&simcord).await;
    client
        .say(json!({"op": 6, "d": {"token": "local.bot.token", "session_id": session, "seq": 4}}))
        .await;
    assert_eq!(client.hear().await["s"], 5);
    assert_eq!(client.hear().await["t"], "RESUMED");
    simcord.stop().await;
}
