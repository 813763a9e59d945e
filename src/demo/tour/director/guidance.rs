//! The guidance through a first release.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::{Director, Ground, Stir, Way};
use crate::demo::script::Step;
use crate::demo::tour::facts::Goal;
use crate::demo::tour::guide::{Guidance, Order, Scene, Sight};
use crate::demo::tour::path::{Path, Tried};
use crate::demo::tour::story::doing;
use crate::runtime::pause;

/// What is said when a step cannot be shown.
const STUCK: &str = "That does not work here any more. Do it another way, or skip it.";

/// Where somebody who is guided stands.
struct Standing {
    path: Path,
    /// The steps for which everything is prepared.
    prepared: BTreeSet<Goal>,
    /// A day that left time for every phase in the beginning.
    target: NaiveDate,
    /// The step that could not be shown.
    stuck: Option<Goal>,
}

impl Director {
    /// Guides somebody through a first release; none when the bot has ended.
    pub(super) async fn guide_through(&mut self) -> anyhow::Result<Option<Way>> {
        if self.ground != Ground::Untouched {
            self.set_anew().await?;
        }
        self.ground = Ground::Trodden;
        let began = self.stage()?.now();
        let mut standing = Standing {
            path: Path::default(),
            prepared: BTreeSet::new(),
            target: self.target()?,
            stuck: None,
        };
        let mut shown = None;
        loop {
            standing.path.notice(&self.reached(began).await?, shown.take());
            let Some(goal) = standing.path.current() else {
                break;
            };
            if standing.prepared.insert(goal) {
                self.prepare(goal).await?;
            }
            let tried = self.tried().await?;
            self.show(standing.scene(goal, &tried, None));
            match self.stir().await? {
                Stir::Asked(Order::ShowMe) => {
                    shown = Some(goal);
                    let done = self.show_how(&standing, goal, &tried).await?;
                    standing.stuck = (!done).then_some(goal);
                }
                Stir::Asked(Order::Skip) => standing.path.skip(),
                Stir::Asked(Order::Stop) => break,
                Stir::Asked(order) => {
                    if let Some(way) = Way::of(order) {
                        return Ok(Some(way));
                    }
                }
                Stir::World => {}
                Stir::Over => return Ok(None),
            }
        }
        let steps = standing.path.summary();
        self.ask(Scene::Tried { steps }).await
    }

    /// Plays what has to be there before a step can be done.
    async fn prepare(&mut self, goal: Goal) -> anyhow::Result<()> {
        for line in goal.preparation() {
            let step: Step = line.parse().map_err(anyhow::Error::msg)?;
            if let Err(error) = self.perform(&step).await {
                // Somebody may have arranged it another way; the step can be skipped.
                tracing::warn!("a step of the tour could not be prepared: {error:#}");
                break;
            }
        }
        Ok(())
    }

    /// Does a step for whoever asks; the answer is whether that was possible.
    async fn show_how(&mut self, standing: &Standing, goal: Goal, tried: &Tried) -> anyhow::Result<bool> {
        for line in goal.lines(tried, standing.target) {
            let step: Step = line.parse().map_err(anyhow::Error::msg)?;
            let look = self.sight(&step);
            self.show(standing.scene(goal, tried, Some((doing(&step), look))));
            let before = self.pace.shown();
            // Whoever has just arrived sees where they are before anything happens; what is asked meanwhile can wait.
            pause(before / 2).await;
            if self.perform(&step).await.is_err() {
                return Ok(false);
            }
            pause(before / 2).await;
        }
        Ok(true)
    }
}

impl Standing {
    fn scene(&self, goal: Goal, tried: &Tried, shown: Option<(Option<String>, Sight)>) -> Scene {
        let (doing, look) = match shown {
            Some((doing, look)) => (Some(doing.unwrap_or_default()), Some(look)),
            None => (None, None),
        };
        Scene::Trying(Box::new(Guidance {
            number: goal.number(),
            of: Goal::EACH.len(),
            title: goal.title(),
            what: goal.what(tried, self.target),
            why: goal.why(),
            told: self.path.told(tried),
            person: goal.person(tried),
            channel: goal.place(tried).map(|channel| channel.to_string()),
            spot: goal.spot(tried),
            doing,
            look,
            problem: (self.stuck == Some(goal)).then_some(STUCK),
        }))
    }
}
