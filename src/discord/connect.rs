//! Connecting to Discord, or to a local one that speaks its protocol.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use poise::{BoxFuture, FrameworkContext, FrameworkError, FrameworkOptions};
use secrecy::{ExposeSecret, SecretString};
use serenity::all::{
    ApplicationId, Client, ClientBuilder, Command, CreateAllowedMentions, Event, FullEvent, GatewayIntents,
    Http, HttpBuilder, Interaction, RawEventHandler, StatusCode,
};
use tokio::sync::watch;

use crate::app::App;
use crate::discord::busy::Busy;
use crate::discord::refused::Refused;
pub use crate::discord::relay::Refusal;
use crate::discord::relay::{Ending, Relay, RelayError};
use crate::discord::send::Courier;
use crate::discord::{Data, Failure, Now, RealTime, commands, components, forms, reply};
use crate::store::StoreError;

/// Where Discord is.
#[derive(Clone, Debug)]
pub enum Endpoint {
    /// The real one.
    Discord,
    /// One on this machine. `discord.com` is resolved to it and only its own certificate is trusted, so that everything
    /// else is the code path of production.
    Local {
        /// Where it answers REST over TLS.
        rest: SocketAddr,
        /// Its root certificate.
        root_certificate_pem: String,
    },
}

/// So many sessions a bot may begin in a day. Discord allows 1,000 and resets the token of a bot that begins more; a
/// bot that needs 200 is in trouble that more will not end.
const IDENTIFIES_PER_DAY: usize = 200;

/// How long serenity may take to notice that the relay has ended it, or the relay that serenity has ended.
const PATIENCE: Duration = Duration::from_secs(1);

/// A client that is ready to run.
pub struct Connection {
    client: Client,
    relay: Relay,
    ending: watch::Sender<Ending>,
    courier: Courier,
    busy: Busy,
    time: RealTime,
}

/// Why no connection came about. Each sentence says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Discord does not know the token.
    #[error(
        "Discord does not accept the token: copy it again from the application's Bot page (docs/discord.md)"
    )]
    TokenRefused,
    /// The certificate of a local Discord is not one, or no HTTP client can be made.
    #[error("no HTTP client can be made: check the root certificate of the local Discord")]
    HttpClient(#[source] reqwest::Error),
    /// The gateway of a local Discord would not be on this machine.
    #[error(
        "refusing to connect: the local Discord names the gateway {address}, which is not on this machine"
    )]
    GatewayElsewhere {
        /// The address that it named.
        address: String,
    },
    /// The relay in front of the gateway has no port.
    #[error(
        "no port of this machine can be opened for the gateway's relay: close what holds so many of them"
    )]
    Relay(#[source] std::io::Error),
    /// The commands that were registered last could not be read or kept.
    #[error("the database failed")]
    Store(#[from] StoreError),
    /// The application could not be asked or a command not be registered.
    #[error(
        "Discord cannot be reached or refused to register the commands: try again, and see status.discord.com"
    )]
    Discord(#[source] Box<serenity::Error>),
}

impl From<serenity::Error> for ConnectError {
    fn from(error: serenity::Error) -> Self {
        match &error {
            serenity::Error::Http(http) if http.status_code() == Some(StatusCode::UNAUTHORIZED) => {
                Self::TokenRefused
            }
            _ => Self::Discord(Box::new(error)),
        }
    }
}

/// Checks the token, registers the commands where they have changed, and prepares the gateway.
///
/// # Errors
/// [`ConnectError`].
pub async fn connect(
    token: &SecretString,
    endpoint: &Endpoint,
    app: App,
    now: Now,
    time: RealTime,
) -> Result<Connection, ConnectError> {
    let client = http_client(endpoint)?;
    let http = HttpBuilder::new(token.expose_secret())
        .client(client.clone())
        .build();
    let edits = HttpBuilder::new(token.expose_secret())
        .client(client.clone())
        .ratelimiter_disabled(true)
        .build();
    let application = http.get_current_application_info().await?.id;
    let bot = http.get_current_user().await?.id;
    http.set_application_id(application);
    let commands = commands::all();
    register(&http, &app, application, &commands).await?;
    let options = FrameworkOptions {
        commands,
        on_error,
        event_handler,
        pre_command,
        // Silence unless a message lists whom it pings.
        allowed_mentions: Some(CreateAllowedMentions::new()),
        initialize_owners: false,
        ..FrameworkOptions::default()
    };
    let busy = Busy::default();
    let (counting, clock) = (app.clone(), now.clone());
    let refused = Refused::new(move || counting.refused(clock()));
    let data = Data {
        app,
        now,
        busy: busy.clone(),
        refused: refused.clone(),
        files: client,
    };
    let framework = poise::Framework::new(options, move |_, _, _| Box::pin(async move { Ok(data) }));
    let client = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS)
        .framework(framework)
        .event_handler(refused.clone())
        .raw_event_handler(Listener)
        .await?;
    // Also where serenity fell back to the real gateway, because it could not ask where the gateway is.
    let gateway = client.ws_url.lock().await.clone();
    let local = matches!(endpoint, Endpoint::Local { .. });
    let relay = Relay::open(gateway, local, IDENTIFIES_PER_DAY, time.clone())
        .await
        .map_err(|error| match error {
            RelayError::Elsewhere(address) => ConnectError::GatewayElsewhere { address },
            RelayError::Listen(error) => ConnectError::Relay(error),
        })?;
    *client.ws_url.lock().await = relay.address();
    let courier = Courier::new(Arc::clone(&client.http), Arc::new(edits), bot, refused);
    Ok(Connection {
        client,
        relay,
        ending: watch::Sender::default(),
        courier,
        busy,
        time,
    })
}

impl Connection {
    /// Carries messages from the outbox.
    #[must_use]
    pub fn courier(&self) -> Courier {
        self.courier.clone()
    }

    /// Ends the connection when asked to.
    #[must_use]
    pub fn closer(&self) -> Closer {
        Closer {
            ending: self.ending.clone(),
            busy: self.busy.clone(),
        }
    }

    /// Receives what people do, until the connection is closed or cannot go on.
    ///
    /// # Errors
    /// [`GatewayError`]: Discord refused the connection for good, or serenity ended by itself.
    pub async fn run(mut self) -> Result<(), GatewayError> {
        let asked = self.ending.subscribe();
        let mut relay = pin!(self.relay.run(asked));
        let ended = tokio::select! {
            biased;
            over = &mut relay => return Ok(over?),
            ended = self.client.start() => ended,
        };
        // Usually the relay has told it to, and is about to end as well.
        match self.time.limit(PATIENCE, relay).await {
            Some(over) => Ok(over?),
            None => Err(GatewayError::Client(ended.err())),
        }
    }
}

/// The gateway cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// Discord will not have the bot.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// serenity gave up, although nothing was wrong with its connection.
    #[error("the gateway client ended by itself: start T-minus again, and report this if it happens again")]
    Client(#[source] Option<serenity::Error>),
}

/// Ends a connection from outside.
#[derive(Clone, Debug)]
pub struct Closer {
    ending: watch::Sender<Ending>,
    busy: Busy,
}

impl Closer {
    /// Ends the session with Discord. What has come before is still dealt with; [`Closer::idle`] waits for that.
    pub fn close(&self) {
        self.ending.send_replace(Ending::InOrder);
    }

    /// Cuts the connection, as a crash would.
    pub fn cut(&self) {
        self.ending.send_replace(Ending::Cut);
    }

    /// Waits until everybody who has acted is answered.
    pub async fn idle(&self) {
        self.busy.idle().await;
    }
}

/// A client with a limit on the time that a request may take, which serenity itself does not set.
fn http_client(endpoint: &Endpoint) -> Result<reqwest::Client, ConnectError> {
    let mut client = reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(30))
        .no_proxy();
    if let Endpoint::Local {
        rest,
        root_certificate_pem,
    } = endpoint
    {
        let certificate = reqwest::Certificate::from_pem(root_certificate_pem.as_bytes())
            .map_err(ConnectError::HttpClient)?;
        client = client
            .resolve("discord.com", *rest)
            .tls_built_in_root_certs(false)
            .add_root_certificate(certificate);
    }
    client.build().map_err(ConnectError::HttpClient)
}

async fn register(
    http: &Http,
    app: &App,
    application: ApplicationId,
    commands: &[poise::Command<Data, Failure>],
) -> Result<(), ConnectError> {
    let definitions = poise::builtins::create_application_commands(commands);
    let text = serde_json::to_string(&definitions).map_err(StoreError::from)?;
    if app.commands_are_registered(application.get(), &text).await? {
        return Ok(());
    }
    Command::set_global_commands(http, definitions).await?;
    app.remember_commands(application.get(), &text).await?;
    tracing::info!(commands = commands.len(), "registered the commands");
    Ok(())
}

/// Notes that a command is being carried out, for as long as it is.
fn pre_command(context: poise::Context<'_, Data, Failure>) -> BoxFuture<'_, ()> {
    Box::pin(async move {
        // It lives as long as the command, errors and their answers included.
        context.set_invocation_data(context.data().busy.begin()).await;
    })
}

fn event_handler<'a>(
    framework: FrameworkContext<'a, Data, Failure>,
    event: &'a FullEvent,
) -> BoxFuture<'a, Result<(), Failure>> {
    Box::pin(async move {
        match event {
            FullEvent::Ready { data_about_bot } => {
                tracing::info!(guilds = data_about_bot.guilds.len(), "connected to the gateway");
            }
            FullEvent::InteractionCreate {
                interaction: Interaction::Component(interaction),
            } => {
                let _at_work = framework.user_data.busy.begin();
                let http = &framework.serenity_context.http;
                components::pressed(http, framework.bot_id, framework.user_data, interaction).await;
            }
            FullEvent::InteractionCreate {
                interaction: Interaction::Modal(interaction),
            } => {
                let _at_work = framework.user_data.busy.begin();
                let http = &framework.serenity_context.http;
                forms::sent(http, framework.user_data, interaction).await;
            }
            _ => {}
        }
        Ok(())
    })
}

/// The one way out for what a command could not do.
fn on_error(error: FrameworkError<'_, Data, Failure>) -> BoxFuture<'_, ()> {
    Box::pin(async move {
        let (context, post) = match error {
            FrameworkError::Command { error, ctx, .. } => {
                ctx.data().noticed(&error);
                (ctx, reply::failure(&error, ctx.id()))
            }
            FrameworkError::CommandPanic { ctx, .. } => {
                tracing::error!(interaction = ctx.id(), "a command panicked");
                (ctx, reply::defect(ctx.id()))
            }
            FrameworkError::ArgumentParse { ctx, .. } => (ctx, reply::defect(ctx.id())),
            other => {
                tracing::error!(error = %other, "the command framework failed");
                return;
            }
        };
        let poise::Context::Application(context) = context else {
            return;
        };
        // A command that fails before it was acknowledged is acknowledged here; Discord refuses a second time quietly.
        if context.defer_ephemeral().await.is_err() {
            tracing::debug!("the command was acknowledged before");
        }
        if let Err(failure) = reply::to_command(context.http(), context.interaction, post).await {
            tracing::warn!(interaction = context.interaction.id.get(), %failure, "the person could not be told");
        }
    })
}

/// Notices events that serenity could not read: it drops them without a word, and a dropped interaction is a person
/// without an answer.
struct Listener;

#[serenity::async_trait]
impl RawEventHandler for Listener {
    async fn raw_event(&self, _: serenity::all::Context, event: Event) {
        if let Event::Unknown(event) = event {
            tracing::error!(kind = event.kind, "an event from Discord could not be read");
        }
    }
}
