//! The story, played at the pace of whoever watches.

use std::time::Duration;

use super::{Director, Way};
use crate::demo::script::Script;
use crate::demo::tour::WATCH;
use crate::demo::tour::guide::{Order, Scene, Sight};
use crate::demo::tour::story::{Act, acts, doing};

/// How long the story waits for a page to show the new stage before it begins without one.
const CURTAIN: Duration = Duration::from_secs(5);

/// What the watcher wants of the story.
enum Wish {
    /// It goes on.
    Go,
    /// On to the next scene.
    Skip,
    /// It ends here.
    Stop,
    /// Something else altogether.
    Leave(Way),
}

/// What is on the screen.
struct Frame<'a> {
    act: &'a Act<'a>,
    number: usize,
    of: usize,
    doing: Option<String>,
    look: Option<Sight>,
}

impl Director {
    /// Plays the story; none when the bot has ended.
    pub(super) async fn watch(&mut self) -> anyhow::Result<Option<Way>> {
        let script: Script = WATCH.parse()?;
        self.set_for(&script).await?;
        self.stage()?.keep_clock(true);
        self.show(Scene::Setting);
        let acts = acts(&script);
        let of = acts.len();
        let mut wish = self.raise_curtain().await;
        for (index, act) in acts.iter().enumerate() {
            match wish {
                Wish::Go | Wish::Skip => {}
                Wish::Stop | Wish::Leave(_) => break,
            }
            let frame = Frame {
                act,
                number: index + 1,
                of,
                doing: None,
                look: None,
            };
            wish = self.play(frame).await?;
        }
        self.stage()?.keep_clock(false);
        match wish {
            Wish::Leave(way) => Ok(Some(way)),
            Wish::Stop => self.ask(Scene::Watched { whole: false }).await,
            Wish::Go | Wish::Skip => self.ask(Scene::Watched { whole: true }).await,
        }
    }

    /// Waits until a page shows the stage.
    async fn raise_curtain(&mut self) -> Wish {
        let length = match self.pace.shown() {
            Duration::ZERO => Duration::ZERO,
            _ => CURTAIN,
        };
        while let Some(order) = self.rest(length).await {
            match order {
                Order::Ready(stage) if stage == self.stages => break,
                order => {
                    if let Some(way) = Way::of(order) {
                        return Wish::Leave(way);
                    }
                }
            }
        }
        Wish::Go
    }

    async fn play(&mut self, mut frame: Frame<'_>) -> anyhow::Result<Wish> {
        if let Some((_, first)) = frame.act.steps.first() {
            frame.look = Some(self.sight(first));
        }
        let mut wish = self.hold(&frame, self.pace.reading(frame.act.caption)).await?;
        let outcome = self.pace.outcome(frame.act.steps.len());
        for (line, step) in &frame.act.steps {
            if let Wish::Stop | Wish::Leave(_) = wish {
                break;
            }
            let skips = matches!(wish, Wish::Skip);
            frame.doing = doing(step);
            if !skips {
                frame.look = Some(self.sight(step));
                self.show(frame.scene(false));
            }
            if let Err(error) = self.perform(step).await {
                // Whoever watches may have done it already; the story goes on, and its test does not let this pass.
                tracing::warn!(line, "a step of the story failed: {error:#}");
            }
            if !skips {
                wish = self.hold(&frame, outcome).await?;
            }
        }
        Ok(match wish {
            Wish::Skip => Wish::Go,
            wish => wish,
        })
    }

    /// Leaves this on the screen for so long, and as long as the watcher lets it stand still.
    async fn hold(&mut self, frame: &Frame<'_>, length: Duration) -> anyhow::Result<Wish> {
        self.show(frame.scene(false));
        let mut length = length;
        loop {
            match self.rest(length).await {
                None | Some(Order::GoOn) => return Ok(Wish::Go),
                Some(Order::Pause) => {
                    self.show(frame.scene(true));
                    match self.stand_still().await? {
                        Order::GoOn => return Ok(Wish::Go),
                        order => {
                            if let Some(wish) = Wish::of(order) {
                                return Ok(wish);
                            }
                        }
                    }
                }
                Some(order) => {
                    if let Some(wish) = Wish::of(order) {
                        return Ok(wish);
                    }
                    // What means nothing here costs no more than the rest of the time.
                    length /= 2;
                }
            }
        }
    }

    /// Waits for whatever ends the pause.
    async fn stand_still(&mut self) -> anyhow::Result<Order> {
        loop {
            match self.stir().await? {
                super::Stir::Asked(order) if order == Order::GoOn || Wish::of(order).is_some() => {
                    return Ok(order);
                }
                super::Stir::Asked(_) | super::Stir::World => {}
                super::Stir::Over => return Ok(Order::Stop),
            }
        }
    }
}

impl Wish {
    /// What an order wants of a story that is being played.
    fn of(order: Order) -> Option<Self> {
        match order {
            Order::Skip => Some(Self::Skip),
            Order::Stop => Some(Self::Stop),
            order => Way::of(order).map(Self::Leave),
        }
    }
}

impl Frame<'_> {
    fn scene(&self, paused: bool) -> Scene {
        Scene::Watching {
            caption: self.act.caption.to_owned(),
            doing: self.doing.clone(),
            number: self.number,
            of: self.of,
            paused,
            look: self.look.clone(),
        }
    }
}
