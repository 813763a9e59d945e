//! How a connection is written: as text, or through one zlib stream (Discord's page "Gateway", Transport Compression).

use std::io::{self, Write as _};

use axum::extract::ws::Message;
use flate2::Compression;
use flate2::write::ZlibEncoder;

/// What stands between an event and the socket. It belongs to one connection, for as long as that lasts.
#[derive(Debug)]
pub(crate) enum Wire {
    /// Each message is a text frame.
    Text,
    /// Each message is a binary frame of one stream, which is flushed behind it.
    Zlib(Box<ZlibEncoder<Vec<u8>>>),
}

impl Wire {
    /// As the query of the gateway's address asks. Whatever is not played, such as `zstd-stream`, gets text, which clients
    /// read all the same.
    pub(crate) fn asked(query: Option<&str>) -> Self {
        let mut pairs = query.unwrap_or_default().split('&');
        if pairs.any(|pair| pair == "compress=zlib-stream") {
            Self::Zlib(Box::new(ZlibEncoder::new(Vec::new(), Compression::fast())))
        } else {
            Self::Text
        }
    }

    /// The frame for a message.
    pub(super) fn frame(&mut self, text: String) -> io::Result<Message> {
        match self {
            Self::Text => Ok(Message::text(text)),
            Self::Zlib(stream) => {
                stream.write_all(text.as_bytes())?;
                // A flush ends in 00 00 FF FF, by which the client knows that the message is whole.
                stream.flush()?;
                Ok(Message::binary(std::mem::take(stream.get_mut())))
            }
        }
    }
}
