//! Starts and stops the servers.

use std::net::SocketAddr;

use crate::control::Control;
use crate::options::Options;

/// A running local Discord.
#[derive(Debug)]
pub struct Simcord {
    http: SocketAddr,
    rest: SocketAddr,
    root: String,
}

/// Why a local Discord did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port could not be opened.
    #[error("cannot listen on 127.0.0.1:{port}")]
    Listen {
        /// The port asked for.
        port: u16,
        /// Why.
        source: std::io::Error,
    },
    /// The certificate for REST could not be made.
    #[error("cannot make the certificate for REST: {0}")]
    Certificate(String),
    /// The options contradict themselves.
    #[error("the options do not fit together: {0}")]
    Options(String),
}

impl Simcord {
    /// Starts the servers on loopback.
    ///
    /// # Errors
    ///
    /// When a port is taken, or the options name a role or a category that is not there.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let _ = options;
        Err(StartError::Options("not built yet".to_owned()))
    }

    /// Where the gateway, the control API, the page and REST without TLS are.
    #[must_use]
    pub fn http_address(&self) -> SocketAddr {
        self.http
    }

    /// Where REST over TLS is; resolve `discord.com` to it.
    #[must_use]
    pub fn rest_address(&self) -> SocketAddr {
        self.rest
    }

    /// The only certificate a client of REST over TLS has to trust, in PEM.
    #[must_use]
    pub fn root_certificate_pem(&self) -> &str {
        &self.root
    }

    /// The gateway's URL.
    #[must_use]
    pub fn gateway_url(&self) -> String {
        format!("ws://{}/gateway", self.http)
    }

    /// The handle that plays the people.
    #[must_use]
    pub fn control(&self) -> Control {
        Control {}
    }

    /// Closes every connection and stops.
    pub async fn stop(self) {}
}
