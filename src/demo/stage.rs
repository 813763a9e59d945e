//! The local Discord, the bot, the database and the clock, put together.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use simcord::{Control, Host, Limits, OutcomeState, Simcord};

use crate::app::App;
use crate::demo::clock::Steering;
use crate::demo::files::{Edit, Files, directory_of};
use crate::demo::world;
use crate::discord::connect::Endpoint;
use crate::domain::calendar::CalendarSettings;
use crate::domain::escalation::Directory;
use crate::domain::playbook::Playbook;
use crate::runtime::{Bot, Clock, Pilot};
use crate::store::Store;

/// How a stage is set.
#[derive(Clone, Debug)]
pub struct StageOptions {
    /// The port of the page and the control API; 0 takes any.
    pub port: u16,
    /// The folder for the database.
    pub data: PathBuf,
    /// The playbooks that the bot knows.
    pub playbooks: Vec<Playbook>,
    /// What the clock shows at first.
    pub now: DateTime<Utc>,
    /// The names of the servers.
    pub guilds: Vec<String>,
    /// People beside the four, without any role, on every server.
    pub guests: Vec<String>,
    /// How long a person waits for an answer, in real time.
    pub patience: Duration,
    /// The directory of who helps with what, as the lines of its file, in which `{@riley}` stands for the id of this person;
    /// empty for the one that comes with the program.
    pub directory: String,
    /// Numbers of the local Discord that a script wants smaller.
    pub limits: Limits,
    /// Who leads people through the page, if somebody does.
    pub host: Option<Arc<dyn Host>>,
}

/// A local Discord with the bot on it.
pub struct Stage {
    simcord: Simcord,
    shown: simcord::Clock,
    clock: Clock,
    steering: Steering,
    database: PathBuf,
    files: Files,
    directory: Directory,
    bot: Option<Bot>,
    /// What the bot that is running works on.
    app: Option<App>,
}

impl Stage {
    /// Starts the local Discord and the bot.
    ///
    /// # Errors
    /// A port or the database is in use, or the bot does not start.
    pub async fn open(options: StageOptions) -> anyhow::Result<Self> {
        let clock = Clock::manual(options.now);
        let steering = Steering::new(clock.clone());
        let shown = simcord::Clock::steered(options.now, Arc::new(steering.clone()));
        let simcord = Simcord::start(simcord::Options {
            port: options.port,
            application: world::application(),
            guilds: options
                .guilds
                .iter()
                .map(|name| world::guild(name, &options.guests))
                .collect(),
            clock: shown.clone(),
            patience: options.patience,
            limits: options.limits,
            host: options.host,
            ..simcord::Options::default()
        })
        .await
        .with_context(|| {
            format!(
                "the local Discord did not start; when port {} is in use, name another with --port",
                options.port
            )
        })?;
        let directory = directory_of(&options.directory, &simcord.control())?;
        let mut stage = Self {
            simcord,
            shown,
            clock,
            steering,
            database: options.data.join("tminus.sqlite"),
            files: Files::new(options.playbooks),
            directory,
            bot: None,
            app: None,
        };
        stage.start_bot().await?;
        Ok(stage)
    }

    /// Plays the people.
    #[must_use]
    pub fn control(&self) -> Control {
        self.simcord.control()
    }

    /// Where the page is.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://{}", self.simcord.http_address())
    }

    /// The port of the page.
    pub(super) fn port(&self) -> u16 {
        self.simcord.http_address().port()
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// What time it is for everybody.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Watches the bot; none while it is down.
    #[must_use]
    pub fn pilot(&self) -> Option<Pilot> {
        self.bot.as_ref().map(Bot::pilot)
    }

    /// What the bot works on, to look at; none while it is down.
    pub(super) fn app(&self) -> Option<&App> {
        self.app.as_ref()
    }

    /// What stands beside the time in the clock bar, with so many releases in flight.
    pub(super) fn head(&self, headline: Option<String>, releases: usize) {
        if self.steering.head(headline, releases) {
            self.shown.moved();
        }
    }

    /// From now on nobody but a script moves the clock, or everybody does again.
    pub(super) fn keep_clock(&self, kept: bool) {
        self.steering.keep(kept);
    }

    /// Moves the clock, by way of every instant at which the bot has something to do.
    pub async fn advance(&self, to: DateTime<Utc>) {
        match self.pilot() {
            Some(pilot) => pilot.advance(to).await,
            None => self.clock.set(to),
        }
        self.shown.moved();
    }

    /// Tells the pages that the clock or its next wake-up has changed.
    pub fn clock_changed(&self) {
        self.shown.moved();
    }

    /// Starts the bot on the database that is there.
    ///
    /// # Errors
    /// It runs already, or it does not start.
    pub async fn start_bot(&mut self) -> anyhow::Result<()> {
        if self.bot.is_some() {
            bail!("the bot is running already");
        }
        let store = Store::open(&self.database).await?;
        let app = App::new(store, self.files.playbooks(), CalendarSettings::default())
            .with_playbook_source(self.files.source())
            .with_directory(self.directory.clone());
        let endpoint = Endpoint::Local {
            rest: self.simcord.rest_address(),
            root_certificate_pem: self.simcord.root_certificate_pem().to_owned(),
        };
        let token = SecretString::from(world::TOKEN);
        self.app = Some(app.clone());
        let bot = Bot::start(app, &token, &endpoint, self.clock.clone()).await?;
        self.simcord.control().wait_connected().await;
        self.steering.follow(Some(bot.pilot()));
        bot.pilot().settled().await;
        self.bot = Some(bot);
        Ok(())
    }

    /// Edits a playbook file; the bot does not notice by itself.
    ///
    /// # Errors
    /// There is no such playbook, or it has no such part.
    pub fn edit(&self, playbook: &str, edit: &Edit) -> anyhow::Result<()> {
        self.files.edit(playbook, edit)
    }

    /// Stops the bot in order.
    pub async fn stop_bot(&mut self) {
        self.steering.follow(None);
        self.app = None;
        if let Some(bot) = self.bot.take() {
            bot.stop().await;
        }
    }

    /// Ends the bot as a crash would.
    pub async fn crash_bot(&mut self) {
        self.steering.follow(None);
        self.app = None;
        if let Some(bot) = self.bot.take() {
            bot.crash().await;
        }
        self.simcord.control().drop_connections();
    }

    /// Has the manager of each server run the set-up, by the buttons that people press.
    ///
    /// # Errors
    /// The set-up did not go through.
    pub async fn set_up(&self) -> anyhow::Result<()> {
        let control = self.control();
        let manager = control
            .user_id(world::MANAGER)
            .context("the demo has a manager")?;
        for guild in control
            .view(manager)
            .context("the manager sees the servers")?
            .guilds
        {
            let channel = guild.channels.iter().find(|channel| channel.name == "general");
            let channel = channel.context("every server has #general")?.id;
            let form = control.slash_text(manager, channel, "/setup").await;
            let Some(message) = form.message else {
                bail!("/setup was not answered: {:?}", form.error)
            };
            let done = control.click(manager, message.id, "1|setup-create|roles").await;
            if matches!(done.state, OutcomeState::Failed | OutcomeState::Refused) {
                bail!("the set-up failed: {:?}", done.error);
            }
        }
        if let Some(pilot) = self.pilot() {
            pilot.settled().await;
        }
        Ok(())
    }

    /// Stops everything.
    pub async fn close(mut self) {
        self.stop_bot().await;
        self.simcord.stop().await;
    }
}
