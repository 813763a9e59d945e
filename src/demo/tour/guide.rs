//! What the page is handed and what it asks for: the tour as the host behind simcord's page.

use serde::Serialize;
use serde_json::{Value, json};
use simcord::{Host, HostAnswer, HostFile};
use tokio::sync::{mpsc, watch};

use crate::demo::player::Look;

/// The script and the style that the page loads.
const FILES: &[HostFile] = &[
    ("/host.js", include_bytes!("page/tour.js")),
    ("/host.css", include_bytes!("page/tour.css")),
];

/// What somebody at the page asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The page shows the stage of this number.
    Ready(u64),
    /// To watch a whole release.
    Watch,
    /// To be guided through a first one.
    Try,
    /// To be left alone.
    Free,
    /// The story stands still.
    Pause,
    /// The story goes on.
    GoOn,
    /// On to the next scene, or past this step.
    Skip,
    /// The story or the guidance ends.
    Stop,
    /// The step is done for whoever asks.
    ShowMe,
    /// Everything begins anew.
    Reset,
}

impl Order {
    /// What a call of the page means.
    fn read(name: &str, body: &Value) -> Option<Self> {
        Some(match name {
            "ready" => Self::Ready(body.get("stage")?.as_u64()?),
            "watch" => Self::Watch,
            "try" => Self::Try,
            "free" => Self::Free,
            "pause" => Self::Pause,
            "continue" => Self::GoOn,
            "skip" => Self::Skip,
            "stop" => Self::Stop,
            "show" => Self::ShowMe,
            "reset" => Self::Reset,
            _ => return None,
        })
    }
}

/// What every page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Shown {
    /// Each stage has another number: a page that knows an earlier one loads itself anew.
    pub(super) stage: u64,
    /// What is going on.
    #[serde(flatten)]
    pub(super) scene: Scene,
}

/// What is going on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "mode", rename_all = "snake_case")]
pub(super) enum Scene {
    /// The three ways on.
    Welcome,
    /// Another stage is being set.
    Setting,
    /// The story is played.
    Watching {
        /// What is told.
        caption: String,
        /// What is being done at this moment.
        doing: Option<String>,
        /// Which scene it is, from 1.
        number: usize,
        /// How many there are.
        of: usize,
        /// Whether it stands still.
        paused: bool,
        /// Where to look.
        look: Option<Sight>,
    },
    /// The story is over.
    Watched {
        /// Whether it was played to its end.
        whole: bool,
    },
    /// Somebody is guided through a first release.
    Trying(Box<Guidance>),
    /// The guidance is over.
    Tried {
        /// What became of each step.
        steps: Vec<String>,
    },
    /// Nobody leads.
    Free,
}

/// One step of the guidance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Guidance {
    /// Which step it is, from 1.
    pub(super) number: usize,
    /// How many there are.
    pub(super) of: usize,
    /// Its name.
    pub(super) title: &'static str,
    /// What to do.
    pub(super) what: String,
    /// Why.
    pub(super) why: &'static str,
    /// What the steps that were just done have brought.
    pub(super) told: Option<String>,
    /// Who does it, when it matters.
    #[serde(rename = "as")]
    pub(super) person: Option<&'static str>,
    /// The channel in which it is done, when it matters.
    pub(super) channel: Option<String>,
    /// What to use there, by the page's word.
    pub(super) spot: &'static str,
    /// What is being done, while it is shown.
    pub(super) doing: Option<String>,
    /// Where to look, while it is shown.
    pub(super) look: Option<Sight>,
    /// Why it could not be shown.
    pub(super) problem: Option<&'static str>,
}

/// Where the page looks. The same place in another turn is gone to again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Sight {
    /// Counts the turns.
    turn: u64,
    /// Through whose eyes; none for whoever looks already.
    person: Option<String>,
    /// At which channel.
    channel: Option<String>,
    /// At which message of it; none for the newest.
    message: Option<String>,
    /// At which text in that.
    text: Option<String>,
}

impl Sight {
    /// A look in this turn; none stays where it is and sees the newest.
    pub(super) fn new(turn: u64, look: Option<Look>) -> Self {
        Self {
            turn,
            person: look.as_ref().map(|look| look.person.to_string()),
            channel: look.as_ref().map(|look| look.channel.to_string()),
            message: look
                .as_ref()
                .and_then(|look| look.message)
                .map(|id| id.to_string()),
            text: look.and_then(|look| look.text),
        }
    }
}

/// The host behind the page.
#[derive(Debug)]
pub(super) struct Guide {
    shown: watch::Sender<Value>,
    orders: mpsc::UnboundedSender<Order>,
}

impl Guide {
    /// A host, and what the page asks of it.
    pub(super) fn new() -> (Self, mpsc::UnboundedReceiver<Order>) {
        let (orders, asked) = mpsc::unbounded_channel();
        let shown = watch::Sender::new(Value::Null);
        (Self { shown, orders }, asked)
    }

    /// Shows this to every page.
    pub(super) fn show(&self, shown: &Shown) {
        let shown = serde_json::to_value(shown).unwrap_or_default();
        self.shown.send_if_modified(|before| {
            let changed = *before != shown;
            *before = shown;
            changed
        });
    }
}

impl Host for Guide {
    fn files(&self) -> &'static [HostFile] {
        FILES
    }

    fn state(&self) -> watch::Receiver<Value> {
        self.shown.subscribe()
    }

    fn call<'a>(&'a self, name: &'a str, body: Value) -> HostAnswer<'a> {
        Box::pin(async move {
            let order = Order::read(name, &body);
            let order = order.ok_or_else(|| format!("The tour has no call {name:?} of this form."))?;
            self.orders
                .send(order)
                .map_err(|_| "The tour is over; the demo is ending.".to_owned())?;
            Ok(json!({}))
        })
    }
}
