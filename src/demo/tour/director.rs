//! Leads through the demo: sets the stage, plays the story, guides, and begins anew.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, NaiveDate, Utc};
use simcord::{Control, Entry, Limits};
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::mpsc;

use super::DIRECTORY;
use super::guide::{Guide, Order, Scene, Shown, Sight};
use super::story::Pace;
use crate::app::App;
use crate::demo::host::{fresh, introduction, now};
use crate::demo::player::{Player, SERVER};
use crate::demo::script::{Script, Step};
use crate::demo::stage::{Stage, StageOptions};
use crate::domain::calendar::{Calendar, CalendarName};
use crate::domain::playbook::Playbook;
use crate::domain::zone::Zone;
use crate::runtime::{Pilot, pause};

mod guidance;
mod look;
mod watching;

/// What every stage of the demo is set with.
#[derive(Clone, Debug)]
pub(in crate::demo) struct Staging {
    /// The port of the page; 0 takes any, and keeps it.
    pub(in crate::demo) port: u16,
    /// The folder in which each stage has a folder of its own.
    pub(in crate::demo) data: PathBuf,
    /// The playbooks that the bot knows.
    pub(in crate::demo) playbooks: Vec<Playbook>,
}

/// Where the demo goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Welcome,
    Watch,
    Try,
    Free,
    Reset,
}

impl Way {
    /// Where an order leads that is about the demo as a whole.
    fn of(order: Order) -> Option<Self> {
        match order {
            Order::Watch => Some(Self::Watch),
            Order::Try => Some(Self::Try),
            Order::Free => Some(Self::Free),
            Order::Reset => Some(Self::Reset),
            _ => None,
        }
    }
}

/// What made the director look up.
enum Stir {
    /// Somebody asked for something.
    Asked(Order),
    /// Something happened on the stage.
    World,
    /// The bot has ended by itself.
    Over,
}

/// Leads through the demo.
pub(in crate::demo) struct Director {
    staging: Staging,
    pace: Pace,
    guide: Arc<Guide>,
    orders: mpsc::UnboundedReceiver<Order>,
    /// How many stages were set.
    stages: u64,
    /// How many times the page was told where to look.
    turns: u64,
    /// What is on now; none between two stages.
    on: Option<On>,
    /// What the stage is good for.
    ground: Ground,
}

/// What a stage is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ground {
    /// Nobody has done anything on it.
    Untouched,
    /// People go on with what they have done.
    Trodden,
    /// The story was played on it, at a time of its own.
    Story,
}

/// A stage with those who play on it.
struct On {
    player: Player,
    pilot: Pilot,
    news: broadcast::Receiver<Entry>,
}

impl Director {
    /// Sets the first stage.
    ///
    /// # Errors
    /// A port or the database is in use, or the bot does not start.
    pub(in crate::demo) async fn begin(staging: Staging) -> anyhow::Result<Self> {
        Self::begin_at(staging, Pace::HUMAN).await
    }

    pub(super) async fn begin_at(staging: Staging, pace: Pace) -> anyhow::Result<Self> {
        let (guide, orders) = Guide::new();
        let mut director = Self {
            staging,
            pace,
            guide: Arc::new(guide),
            orders,
            stages: 0,
            turns: 0,
            on: None,
            ground: Ground::Untouched,
        };
        director.set_anew().await?;
        director.show(Scene::Welcome);
        Ok(director)
    }

    /// The stage that is set.
    ///
    /// # Errors
    /// None is.
    pub(in crate::demo) fn stage(&self) -> anyhow::Result<&Stage> {
        Ok(self.player()?.stage())
    }

    /// Leads until the bot ends by itself.
    ///
    /// # Errors
    /// A stage could not be set, or the database failed.
    pub(in crate::demo) async fn lead(&mut self) -> anyhow::Result<()> {
        let mut way = Some(Way::Welcome);
        while let Some(now) = way {
            way = match now {
                Way::Welcome => self.ask(Scene::Welcome).await?,
                Way::Watch => self.watch().await?,
                Way::Try => self.guide_through().await?,
                Way::Free => self.leave_alone().await?,
                Way::Reset => {
                    self.set_anew().await?;
                    Some(Way::Welcome)
                }
            };
        }
        Ok(())
    }

    /// Ends everything.
    pub(in crate::demo) async fn close(mut self) {
        if let Some(on) = self.on.take() {
            on.player.close().await;
        }
    }

    /// What the page asks of the director, for tests.
    #[cfg(test)]
    pub(super) fn guide(&self) -> Arc<Guide> {
        Arc::clone(&self.guide)
    }

    /// Shows this until somebody chooses where to go on; none when the bot has ended.
    async fn ask(&mut self, scene: Scene) -> anyhow::Result<Option<Way>> {
        self.show(scene);
        loop {
            match self.stir().await? {
                Stir::Asked(order) => {
                    if let Some(way) = Way::of(order) {
                        return Ok(Some(way));
                    }
                }
                Stir::World => {}
                Stir::Over => return Ok(None),
            }
        }
    }

    async fn leave_alone(&mut self) -> anyhow::Result<Option<Way>> {
        if self.ground == Ground::Story {
            self.set_anew().await?;
        }
        self.ground = Ground::Trodden;
        self.ask(Scene::Free).await
    }

    /// A new stage at this very hour, with nothing on it but an introduction.
    async fn set_anew(&mut self) -> anyhow::Result<()> {
        let options = self.options(now(), DIRECTORY.to_owned(), Limits::default())?;
        self.set(options).await?;
        self.ground = Ground::Untouched;
        let control = self.control()?;
        let manager = control.user_id("riley").context("the demo has a manager")?;
        let channel = control
            .channel_id(manager, "start-here")
            .context("the demo has #start-here")?;
        control.post(manager, channel, &introduction(&self.target()?.to_string()))?;
        Ok(())
    }

    /// A new stage for a script.
    async fn set_for(&mut self, script: &Script) -> anyhow::Result<()> {
        let options = self.options(script.starts, script.directory.clone(), script.limits.clone())?;
        self.set(options).await?;
        self.ground = Ground::Story;
        Ok(())
    }

    fn options(&self, now: DateTime<Utc>, directory: String, limits: Limits) -> anyhow::Result<StageOptions> {
        Ok(StageOptions {
            port: self.staging.port,
            // The local Discord is new each time, so the releases of an earlier stage would have no channels.
            data: fresh(&self.staging.data)?,
            playbooks: self.staging.playbooks.clone(),
            now,
            guilds: vec![SERVER.to_owned()],
            guests: Vec::new(),
            patience: Duration::from_secs(3),
            directory,
            limits,
            host: Some(Arc::clone(&self.guide) as Arc<dyn simcord::Host>),
        })
    }

    /// Closes the stage that is there, and sets another one at the same address.
    async fn set(&mut self, options: StageOptions) -> anyhow::Result<()> {
        self.show(Scene::Setting);
        if let Some(on) = self.on.take() {
            on.player.close().await;
        }
        let stage = Stage::open(options).await?;
        stage.set_up().await?;
        self.staging.port = stage.port();
        self.stages += 1;
        let pilot = stage.pilot().context("the bot was just started")?;
        let news = stage.control().subscribe();
        self.on = Some(On {
            player: Player::new(stage)?,
            pilot,
            news,
        });
        self.look_around().await
    }

    /// Waits for the next thing that somebody asks for, or that happens; what is beside the time is kept true.
    async fn stir(&mut self) -> anyhow::Result<Stir> {
        let on = self.on.as_mut().context("a stage is set")?;
        let stir = tokio::select! {
            order = self.orders.recv() => Stir::Asked(order.context("the guide holds the other end")?),
            planned = on.pilot.replanned() => if planned.is_some() { Stir::World } else { Stir::Over },
            news = on.news.recv() => if matches!(news, Err(RecvError::Closed)) { Stir::Over } else { Stir::World },
        };
        if matches!(stir, Stir::World) {
            // What has happened meanwhile is looked at once.
            while on.news.try_recv().is_ok() {}
            self.look_around().await?;
        }
        Ok(stir)
    }

    /// Waits for so long in real time, or until somebody asks for something.
    async fn rest(&mut self, length: Duration) -> Option<Order> {
        if length.is_zero() {
            return self.orders.try_recv().ok();
        }
        tokio::select! {
            order = self.orders.recv() => order,
            () = pause(length) => None,
        }
    }

    /// Does one step of a script on the stage.
    async fn perform(&mut self, step: &Step) -> anyhow::Result<()> {
        let on = self.on.as_mut().context("a stage is set")?;
        let done = on.player.perform(step).await;
        self.look_around().await?;
        done
    }

    fn show(&self, scene: Scene) {
        let stage = self.stages;
        self.guide.show(&Shown { stage, scene });
    }

    /// Where the page looks for this step, in a turn of its own.
    fn sight(&mut self, step: &Step) -> Sight {
        self.turns += 1;
        let look = self.player().ok().and_then(|player| player.look_at(step));
        Sight::new(self.turns, look)
    }

    fn player(&self) -> anyhow::Result<&Player> {
        Ok(&self.on.as_ref().context("a stage is set")?.player)
    }

    fn control(&self) -> anyhow::Result<Control> {
        Ok(self.stage()?.control())
    }

    fn app(&self) -> anyhow::Result<&App> {
        self.stage()?.app().context("the bot is up")
    }

    /// A day that leaves time for every phase.
    fn target(&self) -> anyhow::Result<NaiveDate> {
        let calendar = Calendar::named(CalendarName::UsCaConcurrent);
        let today = Zone::SAN_FRANCISCO.to_local(self.stage()?.now()).date();
        Ok((0..8).fold(today, |day, _| calendar.next_working_day(day)))
    }
}
