//! Starts and stops the servers: the one place that spawns and waits for real time.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, RawQuery, State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;

use crate::certificate::Certificate;
use crate::control::{self, Control};
use crate::core::Core;
use crate::gateway::{self, Wire};
use crate::options::Options;
use crate::recording::Recording;
use crate::world::World;
use crate::{page, rest};

/// A running local Discord. Dropping it stops it, without waiting.
#[derive(Debug)]
pub struct Simcord {
    core: Arc<Core>,
    rest: SocketAddr,
    root: String,
    handles: [Handle<SocketAddr>; 2],
    tasks: Vec<tokio::task::JoinHandle<()>>,
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
    /// The recording of REST could not be begun.
    #[error("cannot record REST in {}", path.display())]
    Recording {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
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
        let Options {
            port,
            application,
            guilds,
            clock,
            seed,
            patience,
            limits,
            recording,
            host,
        } = options;
        let recording = Recording::begin(recording);
        let recording = recording.map_err(|(path, source)| StartError::Recording { path, source })?;
        let mut world =
            World::new(&application, &guilds, limits, seed, clock.now()).map_err(StartError::Options)?;
        let certificate = Certificate::for_discord().map_err(StartError::Certificate)?;
        let (plain, http) = listen(port)?;
        let (tls, rest) = listen(0)?;
        world.base = format!("http://{http}");
        let core = Arc::new(Core::new(
            world,
            http,
            application,
            clock,
            patience,
            recording,
            host,
        ));

        let handles = [Handle::new(), Handle::new()];
        let [plain_handle, tls_handle] = handles.clone();
        let error = |source| StartError::Listen { port, source };
        let everything = Router::new()
            .route("/gateway", get(open_gateway))
            .route("/gateway/", get(open_gateway))
            .merge(control::routes())
            .merge(page::routes())
            .merge(rest_routes())
            .with_state(Arc::clone(&core));
        let plain = axum_server::from_tcp(plain).map_err(error)?.handle(plain_handle);
        let config = RustlsConfig::from_config(Arc::new(certificate.server));
        let tls = axum_server::from_tcp_rustls(tls, config)
            .map_err(error)?
            .handle(tls_handle);
        let only_rest = rest_routes().with_state(Arc::clone(&core));
        let tasks = vec![
            spawn(async move {
                if let Err(error) = plain.serve(everything.into_make_service()).await {
                    tracing::error!(%error, "the http server ended");
                }
            }),
            spawn(async move {
                if let Err(error) = tls.serve(only_rest.into_make_service()).await {
                    tracing::error!(%error, "the REST server ended");
                }
            }),
        ];
        Ok(Self {
            core,
            rest,
            root: certificate.root_pem,
            handles,
            tasks,
        })
    }

    /// Where the gateway, the control API, the page and REST without TLS are.
    #[must_use]
    pub fn http_address(&self) -> SocketAddr {
        self.core.http
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
        self.core.gateway_url()
    }

    /// The handle that plays the people.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.core))
    }

    /// Closes every connection and stops.
    pub async fn stop(mut self) {
        self.end();
        for task in std::mem::take(&mut self.tasks) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a server did not end well");
            }
        }
    }

    fn end(&self) {
        self.core.stopping.send_replace(true);
        for handle in &self.handles {
            handle.shutdown();
        }
    }
}

impl Drop for Simcord {
    fn drop(&mut self) {
        self.end();
    }
}

/// More than Discord takes, so that what is somewhat too large is refused in its words.
const LARGEST_REQUEST: usize = 101 << 20;

fn rest_routes() -> Router<Arc<Core>> {
    Router::new()
        .route("/api/{*path}", any(rest::handle))
        .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
}

async fn open_gateway(
    State(core): State<Arc<Core>>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    if core.hub.turns_away() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    upgrade.on_upgrade(move |socket| async move {
        let url = core.gateway_url();
        gateway::serve(core, socket, Wire::asked(query.as_deref()), url).await;
    })
}

fn listen(port: u16) -> Result<(TcpListener, SocketAddr), StartError> {
    let error = |source| StartError::Listen { port, source };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(error)?;
    listener.set_nonblocking(true).map_err(error)?;
    let address = listener.local_addr().map_err(error)?;
    Ok((listener, address))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that spawns: the servers, which `stop` waits for"
)]
fn spawn(task: impl Future<Output = ()> + Send + 'static) -> tokio::task::JoinHandle<()> {
    tokio::spawn(task)
}

/// Lets real time pass, for a delay that was asked for.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that sleeps, when a fault says so"
)]
pub(crate) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
