//! The guidance through a first release: its steps, what is said of each, and which are done.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use simcord::ChannelId;

use super::facts::Goal;

/// What is known of the release that is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tried {
    /// Its version.
    pub(super) version: String,
    /// The name of its channel.
    pub(super) channel: String,
    /// Its channel, once it is there.
    pub(super) place: Option<ChannelId>,
    /// Where a hand-off waits for somebody to accept it, while one does.
    pub(super) offered: Option<ChannelId>,
}

impl Default for Tried {
    /// What it will be, when people do as is proposed.
    fn default() -> Self {
        Self {
            version: "7.2.1".to_owned(),
            channel: "rel-7-2-1".to_owned(),
            place: None,
            offered: None,
        }
    }
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Done,
    Shown,
    Skipped,
}

/// How far somebody has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Path {
    fates: BTreeMap<Goal, Fate>,
    /// What the steps have brought that were done last.
    told: Vec<Goal>,
}

impl Path {
    /// The step to do now; none when all are over.
    pub(super) fn current(&self) -> Option<Goal> {
        Goal::EACH.into_iter().find(|goal| !self.fates.contains_key(goal))
    }

    /// Takes in what was reached, in whatever order and way. `shown` is the step that is being done for somebody.
    pub(super) fn notice(&mut self, reached: &BTreeSet<Goal>, shown: Option<Goal>) {
        let new = |goal: &&Goal| !self.fates.contains_key(goal);
        let new: Vec<Goal> = reached.iter().filter(new).copied().collect();
        for goal in &new {
            let fate = if shown == Some(*goal) {
                Fate::Shown
            } else {
                Fate::Done
            };
            self.fates.insert(*goal, fate);
        }
        if !new.is_empty() {
            self.told = new;
        }
    }

    /// Passes the step to do now over.
    pub(super) fn skip(&mut self) {
        if let Some(goal) = self.current() {
            self.fates.insert(goal, Fate::Skipped);
            self.told.clear();
        }
    }

    /// What the steps have brought that were done last.
    pub(super) fn told(&self, tried: &Tried) -> Option<String> {
        let told: Vec<String> = self.told.iter().map(|goal| goal.told(tried)).collect();
        (!told.is_empty()).then(|| told.join(" "))
    }

    /// What became of each step, a line each.
    pub(super) fn summary(&self) -> Vec<String> {
        let line = |goal: Goal| {
            let (mark, word) = match self.fates.get(&goal) {
                Some(Fate::Done) => ("✅", "done"),
                Some(Fate::Shown) => ("👀", "shown"),
                Some(Fate::Skipped) | None => ("⏭️", "skipped"),
            };
            format!("{mark} {}: {word}", goal.title())
        };
        Goal::EACH.into_iter().map(line).collect()
    }
}

impl Goal {
    /// Which step it is, from 1.
    pub(super) fn number(self) -> usize {
        let before = |goal: &&Self| **goal < self;
        Self::EACH.iter().filter(before).count() + 1
    }

    /// Its name.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Start => "Start a release",
            Self::Tick => "Tick an item as QA",
            Self::Cut => "Cut a release candidate",
            Self::Move => "Let time pass",
            Self::HandOver => "Hand the duty over",
            Self::Escalate => "Escalate a problem",
        }
    }

    /// What to do.
    pub(super) fn what(self, tried: &Tried, target: NaiveDate) -> String {
        let channel = &tried.channel;
        match self {
            Self::Start => format!(
                "You are Riley, the Release Manager: type /release start in the message box, with the playbook Dot release, the version {} and the target {target}.",
                tried.version
            ),
            Self::Tick => format!(
                "Become Quinn, who is QA, open #{channel}, and pick “Test the new RC” in the list below the board."
            ),
            Self::Cut => format!("Become Riley again, and type /rc cut in #{channel}, with any commit."),
            Self::Move => "Press Next wake-up in the clock bar.".to_owned(),
            Self::HandOver if tried.offered.is_some() => {
                "Riley has handed over. Become Devon, open #general, and press Accept.".to_owned()
            }
            Self::HandOver => format!(
                "Riley's shift ends: as Riley, type /handoff now in #{channel}, with a note for whoever comes next."
            ),
            Self::Escalate => format!(
                "As Devon, type /escalate open in #{channel}, with a problem and the topic Signing; then press Page on the card."
            ),
        }
    }

    /// Why.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::Start => {
                "The bot opens a channel, plans each date back from the target, and pins the board."
            }
            Self::Tick => "The board changes in place, and the record keeps who did what, and when.",
            Self::Cut => {
                "QA is called to test exactly this commit; what was said of an earlier one counts no more."
            }
            Self::Move => "The bot calls the roles that still owe something at that moment, and says why.",
            Self::HandOver => {
                "Devon gets the state of every release in writing; Riley keeps the duty until he accepts."
            }
            Self::Escalate => {
                "The bot knows who helps with what and who is at work, and calls one after the other until somebody answers."
            }
        }
    }

    /// What it has brought.
    fn told(self, tried: &Tried) -> String {
        match self {
            Self::Start => format!(
                "{} has begun: #{} is its channel, with the board pinned in it.",
                tried.version, tried.channel
            ),
            Self::Tick => "The item is ticked on the board, with the name behind it.".to_owned(),
            Self::Cut => "The candidate is on record, and QA was called.".to_owned(),
            Self::Move => "Time has passed: look at what was said meanwhile, and to whom.".to_owned(),
            Self::HandOver => "The duty is handed over, and each release says so in its record.".to_owned(),
            Self::Escalate => {
                "The problem has a card; the release counts as blocked until it is resolved.".to_owned()
            }
        }
    }

    /// Who does it, when it matters.
    pub(super) fn person(self, tried: &Tried) -> Option<&'static str> {
        match self {
            Self::HandOver if tried.offered.is_some() => Some("devon"),
            Self::Start | Self::Cut | Self::HandOver => Some("riley"),
            Self::Tick => Some("quinn"),
            Self::Escalate => Some("devon"),
            Self::Move => None,
        }
    }

    /// Where it is done, when it matters.
    pub(super) fn place(self, tried: &Tried) -> Option<ChannelId> {
        match self {
            Self::HandOver if tried.offered.is_some() => tried.offered,
            Self::Tick | Self::Cut | Self::HandOver | Self::Escalate => tried.place,
            Self::Start | Self::Move => None,
        }
    }

    /// What is used for it, by the page's word.
    pub(super) fn spot(self, tried: &Tried) -> &'static str {
        match self {
            Self::HandOver if tried.offered.is_some() => "accept",
            Self::Start | Self::Cut | Self::HandOver | Self::Escalate => "message-box",
            Self::Tick => "select",
            Self::Move => "next-wake-up",
        }
    }

    /// The lines of a script that do it.
    pub(super) fn lines(self, tried: &Tried, target: NaiveDate) -> Vec<String> {
        let (version, channel) = (&tried.version, &tried.channel);
        match self {
            Self::Start => vec![
                format!(
                    "@riley in #general: /release start playbook:dot-release version:{version} target:{target} reason:security title:\"Login fix\""
                ),
                format!("@riley opens #{channel}"),
            ],
            Self::Tick => vec![
                format!("@quinn opens #{channel}"),
                "@quinn picks \"Test the new RC\" from \"Tick an item as done\"".to_owned(),
            ],
            Self::Cut => vec![format!("@riley in #{channel}: /rc cut commit:3f9c2ab")],
            Self::Move => vec!["advance to next wake-up".to_owned()],
            Self::HandOver if tried.offered.is_some() => {
                vec![
                    "@devon opens #general".to_owned(),
                    "@devon clicks \"Accept\"".to_owned(),
                ]
            }
            Self::HandOver => vec![
                format!("@riley in #{channel}: /handoff now note:\"QA tests the first candidate\""),
                "@devon opens #general".to_owned(),
                "@devon clicks \"Accept\"".to_owned(),
            ],
            Self::Escalate => vec![
                format!(
                    "@devon in #{channel}: /escalate open problem:\"The signing server does not answer\" severity:high topic:Signing"
                ),
                "@devon clicks \"Page\"".to_owned(),
            ],
        }
    }

    /// The lines that have to be played before it can be done; nobody is shown them.
    pub(super) fn preparation(self) -> Vec<String> {
        match self {
            Self::HandOver => ROSTER.lines().map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    }
}

/// Riley and Devon are on duty, one beside the other, at every hour at which somebody may try this.
const ROSTER: &str = r##"@riley in #general: /setup
@riley clicks "Next: places ▶"
@riley clicks "Next: archive ▶"
@riley picks "#general" from "Channel in which shifts"
@riley: /shift roster name:duty
@riley fills in "Who" with "title = 'Release duty'\nrotation = 'daily'\n[[members]]\ndiscord = '{@riley}'\nname = 'Riley'\nzone = 'UTC'\nhours = '00:00-23:59'\ndays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']\n[[members]]\ndiscord = '{@devon}'\nname = 'Devon'\nzone = 'UTC'\nhours = '00:00-23:59'\ndays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']""##;
