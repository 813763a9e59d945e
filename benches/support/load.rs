//! People at work: releases are started, and then worked on at a steady rate, whether the bot keeps up or not.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use chrono::{DateTime, Utc};
use serde_json::Value;
use simcord::{
    ChannelId, Control, Happening, InteractionId, Message, MessageId, Outcome, OutcomeState, UserId,
};
use tminus::cli::playbook::read_folder;
use tminus::discord::custom_id::{CustomId, ListView, Scope};
use tminus::domain::ids::ReleaseKey;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::place::{MANAGER, PEOPLE, Place, playbooks};
use super::report::Figures;
use super::stopwatch::{Stopwatch, pause};

/// So far ahead that no reminder is due meanwhile, whatever the machine's clock says.
const TARGET: &str = "2098-12-11";

/// How many of the releases people work on; the others are in flight as well.
const WORKED_ON: usize = 12;

/// An item rests for so many interactions before it is changed again, so that the board has caught up with it.
const REST: u32 = 200;

/// How many options a select can have: a board offers so many open items.
const OFFERED: usize = 25;

/// Releases in flight, and who works on them.
pub(crate) struct Releases {
    releases: Vec<Release>,
    items: Arc<Vec<Item>>,
    people: Vec<UserId>,
    /// The number of the next interaction.
    next: u32,
}

/// How long the starts took.
#[derive(Debug, Default)]
pub(crate) struct Started {
    /// From the command to the pinned board.
    pub(crate) board: Figures,
    /// From the command to the answer that the person reads.
    pub(crate) answer: Figures,
}

/// What was seen under load.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// From the act to the first callback.
    pub(crate) acknowledged: Figures,
    /// From the act to the answer that the person reads, where the answer is not the board.
    pub(crate) answered: Figures,
    /// From a tick by the board's select to the board that shows it.
    pub(crate) shown: Figures,
    /// How much later than planned people acted: what this program itself was late.
    pub(crate) lateness: Figures,
    /// Items ticked or undone.
    pub(crate) changes: u32,
    /// Edits of boards.
    pub(crate) edits: u32,
}

struct Item {
    id: String,
    person: UserId,
}

struct Release {
    channel: ChannelId,
    board: MessageId,
    key: ReleaseKey,
    /// Items with the number of the interaction that changed them last, the longest ago first.
    open: VecDeque<(usize, u32)>,
    done: VecDeque<(usize, u32)>,
}

/// What a person does.
#[derive(Clone, Debug)]
enum Act {
    Command(UserId, ChannelId, String),
    Click(UserId, MessageId, String),
    /// With the item's id.
    Tick(UserId, MessageId, String, String),
}

struct Acted {
    act: Act,
    at: DateTime<Utc>,
    outcome: Outcome,
}

/// Starts so many releases one after the other, on each server in turn.
pub(crate) async fn start_releases(place: &Place, count: usize) -> anyhow::Result<(Releases, Started)> {
    let control = place.control();
    let riley = place.person(MANAGER)?;
    let items = items(place)?;
    let lobbies = place.lobbies()?;
    let mut releases = Vec::new();
    let mut started = Started::default();
    for (number, (_, lobby)) in (0..count).zip(lobbies.iter().cycle()) {
        let command = format!("/release start playbook:dot-release version:7.2.{number} target:{TARGET}");
        let before = last_entry(&control);
        let at = control.clock().now;
        let outcome = control.slash_text(riley, *lobby, &command).await;
        ensure!(
            outcome.state == OutcomeState::Answered,
            "not started: {:?}",
            outcome.error
        );
        started.answer.add_between(at, control.clock().now);
        // The answer comes after everything was sent, so the board's pin is in the journal by now.
        let pinned = control.journal_after(before).into_iter().find_map(|entry| {
            let Happening::Pinned {
                id,
                channel_id,
                pinned: true,
            } = entry.event
            else {
                return None;
            };
            Some((entry.at, id, channel_id))
        });
        let (pinned, board, channel) =
            pinned.with_context(|| format!("no board was pinned: {}", outcome.text()))?;
        started.board.add_between(at, pinned);
        let message = control.message(riley, board).context("the board can be seen")?;
        let tick = component_ids(&message).find_map(|id| match id.parse() {
            Ok(CustomId::Tick(key)) => Some(key),
            _ => None,
        });
        releases.push(Release {
            channel,
            board,
            key: tick.context("the board has a select to tick")?,
            open: (0..items.len()).map(|item| (item, 0)).collect(),
            done: VecDeque::new(),
        });
    }
    let people: anyhow::Result<Vec<_>> = PEOPLE.iter().map(|(_, name)| place.person(name)).collect();
    let releases = Releases {
        releases,
        items: Arc::new(items),
        people: people?,
        next: REST,
    };
    Ok((releases, started))
}

/// Starts one release where no message can be posted, and so none can be finished.
pub(crate) async fn start_one(place: &Place) -> anyhow::Result<()> {
    let lobby = place
        .lobbies()?
        .into_iter()
        .next()
        .context("there is a server")?
        .1;
    let command = format!("/release start playbook:dot-release version:7.2.1 target:{TARGET}");
    let control = place.control();
    let outcome = control.slash_text(place.person(MANAGER)?, lobby, &command).await;
    ensure!(
        outcome.state == OutcomeState::Answered,
        "not started: {:?}",
        outcome.error
    );
    Ok(())
}

/// People act `rate` times a second for `seconds`, in an open loop: nobody waits for the answer of anybody else.
pub(crate) async fn run(
    place: &Place,
    releases: &mut Releases,
    rate: u32,
    seconds: u32,
) -> anyhow::Result<Seen> {
    let control = place.control();
    let before = last_entry(&control);
    let mut seen = Seen::default();
    let mut acting: JoinSet<Acted> = JoinSet::new();
    let period = Duration::from_secs(1) / rate;
    let mut beat = tokio::time::interval(period);
    beat.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let watch = Stopwatch::start();
    // Items that nobody has changed yet are as good as rested, and those of an earlier run are.
    let first = releases.next;
    releases.next += rate * seconds;
    for number in first..releases.next {
        beat.tick().await;
        seen.lateness
            .add(watch.passed().saturating_sub(period * (number - first)));
        let (act, changes) = releases.next_act(number);
        seen.changes += u32::from(changes);
        let control = control.clone();
        acting.spawn(async move { perform(&control, act).await });
    }
    let acted = acting.join_all().await;
    settle(&control).await;
    let journal = Journal::read(&control, before, releases);
    seen.edits = journal.edits;
    for acted in &acted {
        journal.judge(acted, &mut seen)?;
    }
    releases.compare(&control, place.person(MANAGER)?)?;
    Ok(seen)
}

async fn perform(control: &Control, act: Act) -> Acted {
    let at = control.clock().now;
    let outcome = match act.clone() {
        Act::Command(person, channel, text) => control.slash_text(person, channel, &text).await,
        Act::Click(person, message, id) => control.click(person, message, &id).await,
        Act::Tick(person, board, id, item) => control.select(person, board, &id, vec![item]).await,
    };
    Acted { act, at, outcome }
}

impl Releases {
    /// The `number`-th act, and whether it changes an item: of ten, two ticks by command, two by the board's select,
    /// three undos, one look at the release, one at the person's own items, one button.
    fn next_act(&mut self, number: u32) -> (Act, bool) {
        let place = number as usize;
        let person = self.people[place % self.people.len()];
        // Ten and the number of releases have a common divisor; with the tens added, each release sees each kind of act.
        let release = &mut self.releases[(place + place / 10) % WORKED_ON];
        let channel = release.channel;
        let look = |text: &str| (Act::Command(person, channel, text.to_owned()), false);
        match number % 10 {
            2 => return look("/me"),
            5 => return look("/release status"),
            8 => {
                let view = ListView {
                    scope: Scope::All,
                    page: 0,
                };
                let id = if number % 20 == 8 {
                    CustomId::List(release.key.clone(), view)
                } else {
                    CustomId::Why(release.key.clone())
                };
                return (Act::Click(person, release.board, id.to_string()), false);
            }
            _ => {}
        }
        let rested = |item: &&(usize, u32)| item.1 + REST <= number;
        let undo = matches!(number % 10, 3 | 6 | 9) && release.done.front().as_ref().is_some_and(rested);
        if undo && let Some((item, _)) = release.done.pop_front() {
            release.open.push_back((item, number));
            let item = &self.items[item];
            let text = format!("/item undo item:{}", item.id);
            return (Act::Command(item.person, release.channel, text), true);
        }
        if matches!(number % 10, 1 | 7)
            && let Some(item) = release.take_offered(number)
        {
            let item = &self.items[item];
            let id = CustomId::Tick(release.key.clone()).to_string();
            return (Act::Tick(item.person, release.board, id, item.id.clone()), true);
        }
        match release.open.pop_front() {
            Some((item, _)) => {
                release.done.push_back((item, number));
                let item = &self.items[item];
                let text = format!("/item done item:{}", item.id);
                (Act::Command(item.person, release.channel, text), true)
            }
            None => look("/release status"),
        }
    }

    /// After everything: each board offers what is open, no more and no less. Nothing was lost on the way.
    fn compare(&self, control: &Control, reader: UserId) -> anyhow::Result<()> {
        for release in &self.releases {
            let board = control.message(reader, release.board);
            let shown = offered(&board.context("the board is still there")?);
            let open = release.offered();
            let expected: Vec<&str> = open.iter().map(|item| self.items[*item].id.as_str()).collect();
            ensure!(
                shown == expected,
                "{}: the board offers {shown:?} instead of {expected:?}",
                release.key
            );
        }
        Ok(())
    }
}

impl Release {
    /// What the board offers: the first open items in the order of the playbook.
    fn offered(&self) -> Vec<usize> {
        let mut open: Vec<usize> = self.open.iter().map(|(item, _)| *item).collect();
        open.sort_unstable();
        open.truncate(OFFERED);
        open
    }

    /// Takes the open item that has rested longest, of those that the board offers.
    fn take_offered(&mut self, number: u32) -> Option<usize> {
        let offered = self.offered();
        let fits = |(item, since): &(usize, u32)| offered.contains(item) && since + REST <= number;
        let place = self.open.iter().position(fits)?;
        let (item, _) = self.open.remove(place)?;
        self.done.push_back((item, number));
        Some(item)
    }
}

/// When a board was edited, and which items it offers since.
type Edit = (DateTime<Utc>, Vec<String>);

/// What the local Discord wrote down, with the instant of each entry.
struct Journal {
    /// The first callback: a promise, or the acknowledgement of a press.
    acknowledged: BTreeMap<InteractionId, DateTime<Utc>>,
    settled: BTreeMap<InteractionId, DateTime<Utc>>,
    /// Messages that answer a press.
    said: BTreeMap<InteractionId, DateTime<Utc>>,
    /// Each edit of a board, with the items that it offers then.
    boards: BTreeMap<MessageId, Vec<Edit>>,
    edits: u32,
}

impl Journal {
    fn read(control: &Control, after: u64, releases: &Releases) -> Self {
        let mut journal = Self {
            acknowledged: BTreeMap::new(),
            settled: BTreeMap::new(),
            said: BTreeMap::new(),
            boards: releases
                .releases
                .iter()
                .map(|release| (release.board, Vec::new()))
                .collect(),
            edits: 0,
        };
        for entry in control.journal_after(after) {
            let at = entry.at;
            match entry.event {
                Happening::Thinking { message } => {
                    if let Some(id) = message.interaction {
                        journal.acknowledged.entry(id).or_insert(at);
                    }
                }
                Happening::InteractionSettled { id } => {
                    journal.acknowledged.entry(id).or_insert(at);
                    journal.settled.entry(id).or_insert(at);
                }
                Happening::MessageCreated { message } => {
                    if let Some(id) = message.interaction {
                        journal.said.entry(id).or_insert(at);
                    }
                }
                Happening::MessageEdited { message } => {
                    if let Some(edits) = journal.boards.get_mut(&message.id) {
                        edits.push((at, offered(&message)));
                        journal.edits += 1;
                    }
                }
                _ => {}
            }
        }
        journal
    }

    /// Adds what became of an act to the figures; an act without the answer that it should have is an error.
    fn judge(&self, acted: &Acted, seen: &mut Seen) -> anyhow::Result<()> {
        let Acted { act, at, outcome } = acted;
        let failed = || format!("{act:?} came to {:?}: {:?}", outcome.state, outcome.error);
        let id = outcome.interaction_id.with_context(failed)?;
        seen.acknowledged
            .add_between(*at, *self.acknowledged.get(&id).with_context(failed)?);
        let answer = match act {
            Act::Command(_, _, text) => {
                let told = outcome.text();
                let right = match text.split(" item:").next() {
                    Some("/item done") => told.contains("✅ Done"),
                    Some("/item undo") => told.contains("Open again"),
                    _ => outcome.state == OutcomeState::Answered && !told.is_empty(),
                };
                ensure!(right, "{}: {told}", failed());
                self.settled.get(&id)
            }
            Act::Click(..) => self.said.get(&id),
            Act::Tick(_, board, _, item) => {
                let edits = self.boards.get(board).map_or(&[][..], Vec::as_slice);
                let shows = |edit: &&Edit| edit.0 > *at && !edit.1.contains(item);
                let Some((shown, _)) = edits.iter().find(shows) else {
                    bail!("no board shows it: {}", failed());
                };
                seen.shown.add_between(*at, *shown);
                return Ok(());
            }
        };
        seen.answered.add_between(*at, *answer.with_context(failed)?);
        Ok(())
    }
}

/// Waits until nothing has happened for a second.
async fn settle(control: &Control) {
    let mut last = None;
    while last != Some(last_entry(control)) {
        last = Some(last_entry(control));
        pause(Duration::from_secs(1)).await;
    }
}

fn last_entry(control: &Control) -> u64 {
    control.journal().last().map_or(0, |entry| entry.number)
}

/// The items of the playbook that everybody works by, each with the person of its role.
fn items(place: &Place) -> anyhow::Result<Vec<Item>> {
    let playbooks = read_folder(&playbooks()?).map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    let playbook = playbooks
        .into_iter()
        .find(|playbook| playbook.id == "dot-release");
    let playbook = playbook.context("there is a playbook dot-release")?;
    playbook
        .items()
        .map(|(_, item)| {
            let role = playbook.roles.iter().find(|role| role.id == item.role);
            let title = role.map_or("", |role| role.title.as_str());
            let person = PEOPLE.iter().find(|(role, _)| *role == title);
            let (_, name) = person.with_context(|| format!("nobody plays {title}"))?;
            Ok(Item {
                id: item.id.to_string(),
                person: place.person(name)?,
            })
        })
        .collect()
}

fn component_ids(message: &Message) -> impl Iterator<Item = &str> {
    components(message).filter_map(|component| component.get("custom_id")?.as_str())
}

/// The values of the message's first select.
fn offered(message: &Message) -> Vec<String> {
    let select = components(message).find_map(|component| component.get("options")?.as_array());
    let values = select
        .into_iter()
        .flatten()
        .filter_map(|option| option.get("value")?.as_str());
    values.map(str::to_owned).collect()
}

fn components(message: &Message) -> impl Iterator<Item = &Value> {
    let rows = message
        .components
        .iter()
        .filter_map(|row| row.get("components")?.as_array());
    rows.flatten()
}
