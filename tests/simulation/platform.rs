//! Discord, as far as a row of the outbox meets it, with everything that can go wrong on the way.
//!
//! It keeps to what the courier does with nonces, marks, pins and the topics of channels, and it notes each thing that
//! must never be seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tminus::app::{About, Carrier, Delivery, Receipt, ReleaseView, SendError};
use tminus::discord::render::room::escalation::page;
use tminus::discord::render::{handoff, reminder};
use tminus::domain::ids::{ChannelId, GuildId, MessageId};
use tminus::domain::notice::{Card, Notice};
use tminus::domain::playbook::ItemId;
use tminus::domain::playbook::{Item, PhaseId, RoleId};
use tminus::domain::reminder::{Audience, Call};

use super::chance::Chance;
use super::checks::{Fault, Rule, shown_of_hand_off, shown_on};
use super::history::{History, Weather};
use super::mutant::Mutant;
use super::world;

/// How often a message that is older than an hour may be edited. The platform allows more; the way out is the same.
const EDITS: u32 = 5;

/// The platform of one history.
#[derive(Debug)]
pub(crate) struct Platform(Mutex<State>);

/// What is in it, and what was noted about it.
#[derive(Debug)]
pub(crate) struct State {
    /// True time.
    pub(crate) now: DateTime<Utc>,
    /// The latest instant that the bot's clock has shown.
    pub(crate) shown: DateTime<Utc>,
    pub(crate) weather: Weather,
    pub(crate) refuses_token_until: Option<DateTime<Utc>>,
    /// How long the last answer takes.
    pub(crate) answer_takes: TimeDelta,
    /// The first thing that must never be seen.
    pub(crate) fault: Option<Fault>,
    /// What was done, for whoever reads along.
    pub(crate) said: Vec<String>,
    pub(crate) counts: Counts,
    seed: u64,
    window: TimeDelta,
    readable: bool,
    mutant: Option<Mutant>,
    next_id: u64,
    channels: BTreeMap<u64, Channel>,
    messages: BTreeMap<u64, Message>,
    /// The messages about one occasion of one release.
    occasions: BTreeSet<(i64, String)>,
    /// The newest row that each release has said.
    order: BTreeMap<i64, i64>,
    /// What each board shows.
    boards: BTreeMap<i64, Shown>,
    /// The rows for which silence was right.
    silent: BTreeSet<i64>,
    requests: BTreeMap<i64, u64>,
}

/// How much happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) requests: u64,
    pub(crate) messages: u64,
    pub(crate) repeats_prevented: u64,
    pub(crate) possible_repeats: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.messages += other.messages;
        self.repeats_prevented += other.repeats_prevented;
        self.possible_repeats += other.possible_repeats;
    }
}

#[derive(Debug)]
struct Channel {
    guild: u64,
    key: String,
    there: bool,
    locked: bool,
}

#[derive(Debug)]
struct Message {
    channel: u64,
    release: i64,
    row: i64,
    nonce: String,
    at: DateTime<Utc>,
    is_board: bool,
    /// What it shows, when it is a card.
    shows: Option<String>,
    edits: u32,
    pinned: bool,
    there: bool,
}

/// What kind of message is posted: those that are kept up to date stand outside the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Board,
    Card,
    Message,
}

/// What a message is about.
struct Subject {
    /// The release, or less than nothing for a server.
    release: i64,
    name: String,
    /// What the board of a release has to show.
    shown: Option<Shown>,
}

impl Subject {
    fn of(view: &ReleaseView) -> Self {
        Self {
            release: view.release.id.0,
            name: view.release.key.to_string(),
            shown: Some(Shown::of(view)),
        }
    }

    fn server(guild: GuildId) -> Self {
        Self {
            release: -guild.0.cast_signed(),
            name: format!("server {guild}"),
            shown: None,
        }
    }
}

/// What a board shows of a release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) done: BTreeSet<ItemId>,
    pub(crate) closed: bool,
}

impl Shown {
    pub(crate) fn of(view: &ReleaseView) -> Self {
        Self {
            done: view.release.completions.keys().cloned().collect(),
            closed: !view.release.is_open(),
        }
    }
}

impl Platform {
    pub(crate) fn new(history: &History, mutant: Option<Mutant>) -> Self {
        let mut channels = BTreeMap::new();
        for guild in (0..history.guilds).map(world::guild) {
            let channel = Channel {
                guild: guild.0,
                key: String::new(),
                there: true,
                locked: false,
            };
            channels.insert(world::announcements(guild).0, channel);
            let channel = Channel {
                guild: guild.0,
                key: String::new(),
                there: true,
                locked: false,
            };
            channels.insert(world::hand_offs(guild).0, channel);
        }
        Self(Mutex::new(State {
            now: history.begins,
            shown: history.begins,
            weather: Weather::default(),
            refuses_token_until: None,
            answer_takes: TimeDelta::zero(),
            fault: None,
            said: Vec::new(),
            counts: Counts::default(),
            seed: history.seed,
            window: history.window,
            readable: history.readable,
            mutant,
            next_id: 1_000_000,
            channels,
            messages: BTreeMap::new(),
            occasions: BTreeSet::new(),
            order: BTreeMap::new(),
            boards: BTreeMap::new(),
            silent: BTreeSet::new(),
            requests: BTreeMap::new(),
        }))
    }

    /// What is in it. One thread plays a history, so nobody waits for the lock.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl Carrier for Platform {
    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, SendError> {
        self.state().deliver(delivery)
    }

    fn requests(&self, _: &Delivery) -> u32 {
        1
    }
}

impl State {
    fn deliver(&mut self, delivery: &Delivery) -> Result<Receipt, SendError> {
        let claim = &delivery.claim;
        let tries = self.requests.entry(claim.row).or_default();
        *tries += 1;
        let mut fate = Chance::about(self.seed, &[2, claim.row.cast_unsigned(), *tries]);
        self.counts.requests += 1;
        self.answer_takes = TimeDelta::milliseconds(fate.between(1, 200));
        if fate.below(1000) < self.weather.slow {
            self.answer_takes = TimeDelta::milliseconds(fate.between(200, 50_000));
        }
        let result = self.fated(delivery, &mut fate);
        self.said.push(format!(
            "row {} try {tries} {}: {}",
            claim.row,
            claim.notice.occasion(),
            match &result {
                Ok(receipt) => format!("{receipt:?}"),
                Err(error) => error.to_string(),
            },
            tries = claim.attempts,
        ));
        result
    }

    fn fated(&mut self, delivery: &Delivery, fate: &mut Chance) -> Result<Receipt, SendError> {
        if self.refuses_token_until.is_some_and(|until| self.now < until) {
            return Err(SendError::Unauthorised);
        }
        let weather = self.weather;
        let unclear = |why: &str| SendError::Unclear { why: why.to_owned() };
        if fate.below(1000) < weather.limited {
            let after = Duration::from_secs(1 + fate.below(30));
            return Err(SendError::Wait { after });
        }
        if fate.below(1000) < weather.down {
            return Err(unclear("it is down"));
        }
        if fate.below(1000) < weather.refused {
            return Err(refused("missing permissions"));
        }
        let result = self.carry_out(delivery);
        if fate.below(1000) < weather.lost {
            return Err(unclear("the answer is lost"));
        }
        result
    }

    fn carry_out(&mut self, delivery: &Delivery) -> Result<Receipt, SendError> {
        if delivery.claim.release.is_none() {
            return self.about_duty(delivery);
        }
        let view = delivery.about.release().ok_or_else(|| refused("no release"))?;
        match &delivery.claim.notice {
            Notice::OpenChannel => Ok(self.open_channel(view)),
            Notice::Board => self.board(delivery, view),
            Notice::Archive { .. } => self.lock(view, true),
            Notice::Unarchive { .. } => self.lock(view, false),
            // Nobody deletes an announcement, so there is nothing to see of an edit.
            Notice::Card {
                card: Card::Announcement,
            } => Ok(Receipt::Edited),
            Notice::Card { card } => self.card(delivery, view, card),
            Notice::Announce | Notice::AnnounceAgain { .. } | Notice::AnnounceMove { .. } => {
                let channel = world::announcements(view.release.guild).0;
                self.post(delivery, &Subject::of(view), channel, Kind::Message)
            }
            Notice::Calls { calls, missed } => {
                let post = reminder::reminder(view, calls, *missed, delivery.now);
                let owing = owing(view, calls, delivery.now);
                let Some(post) = post else {
                    if view.release.is_open() && !owing.is_empty() {
                        self.note(
                            Rule::Lost,
                            format!("nothing is said, though {owing:?} owe something"),
                        );
                    }
                    self.silent.insert(delivery.claim.row);
                    return Ok(Receipt::Edited);
                };
                if view.release.hold.is_some() {
                    let what = format!("{} is on hold and calls", view.release.key);
                    self.note(Rule::Pings, what);
                }
                if !view.release.is_open() {
                    self.note(
                        Rule::Pings,
                        format!("{} is closed and is reminded of", view.release.key),
                    );
                }
                for ping in &post.pings {
                    let mut roles = view.setup.roles.iter().filter(|(_, known)| *known == ping);
                    if !roles.any(|(role, _)| is_called(view, calls, role, delivery.now)) {
                        self.note(Rule::Pings, format!("role {ping} is pinged and has nothing open"));
                    }
                }
                for Call { occasion, .. } in calls {
                    if occasion.due > self.shown {
                        self.note(Rule::Early, format!("{occasion:?} is not due yet"));
                    }
                }
                self.post(delivery, &Subject::of(view), own_channel(view)?, Kind::Message)
            }
            _ => self.post(delivery, &Subject::of(view), own_channel(view)?, Kind::Message),
        }
    }

    fn open_channel(&mut self, view: &ReleaseView) -> Receipt {
        let (guild, key) = (view.release.guild.0, view.release.key.as_str());
        let mut known = self.channels.iter();
        let known = known.find(|(_, known)| known.there && known.guild == guild && known.key == key);
        if let Some((id, _)) = known {
            if self.mutant != Some(Mutant::SkipsAdoption) {
                return Receipt::Channel(ChannelId(*id));
            }
            self.note(Rule::Places, format!("{key} has two channels"));
        }
        let id = self.id();
        let channel = Channel {
            guild,
            key: key.to_owned(),
            there: true,
            locked: false,
        };
        self.channels.insert(id, channel);
        Receipt::Channel(ChannelId(id))
    }

    fn board(&mut self, delivery: &Delivery, view: &ReleaseView) -> Result<Receipt, SendError> {
        let channel = own_channel(view)?;
        let release = view.release.id.0;
        if let Some(board) = view.release.board {
            if !self.channels.get(&channel).is_some_and(|channel| channel.there) {
                return Err(refused("unknown channel"));
            }
            let Some(message) = self.messages.get_mut(&board.0).filter(|message| message.there) else {
                return Ok(Receipt::Lost);
            };
            message.edits += 1;
            if message.edits > EDITS && self.now - message.at > TimeDelta::hours(1) {
                message.pinned = false;
                return Ok(Receipt::Worn);
            }
            self.boards.insert(release, Shown::of(view));
            return Ok(Receipt::Edited);
        }
        let receipt = self.post(delivery, &Subject::of(view), channel, Kind::Board)?;
        let mine = receipt.posted().map(|message| message.0);
        for (id, message) in &mut self.messages {
            message.pinned |= Some(*id) == mine;
        }
        let pinned = self.messages.values();
        let pinned = pinned.filter(|message| message.there && message.pinned && message.release == release);
        if pinned.count() > 1 {
            self.note(Rule::Places, format!("{} has two boards", view.release.key));
        }
        Ok(receipt)
    }

    fn card(&mut self, delivery: &Delivery, view: &ReleaseView, card: &Card) -> Result<Receipt, SendError> {
        let channel = own_channel(view)?;
        let shown = shown_on(&view.release, card);
        let known = view.release.room.cards.get(&card.name()).copied();
        if let (
            None,
            Card::Page {
                escalation,
                round,
                place,
            },
        ) = (known, card)
        {
            match page::called(view, (*escalation, *round, *place)) {
                Some(user) if user == world::gone(view.release.guild) => return Ok(Receipt::Left),
                None if delivery.claim.attempts <= 1 => return Ok(Receipt::Edited),
                _ => {}
            }
        }
        self.kept_up(delivery, &Subject::of(view), channel, known, shown)
    }

    /// What a server hears about its roster and its hand-offs.
    fn about_duty(&mut self, delivery: &Delivery) -> Result<Receipt, SendError> {
        let guild = delivery.claim.guild;
        let (subject, channel) = (Subject::server(guild), world::hand_offs(guild).0);
        let About::HandOff(view) = &delivery.about else {
            return self.post(delivery, &subject, channel, Kind::Message);
        };
        if let Notice::HandOffCall { call, .. } = &delivery.claim.notice {
            if handoff::asked_again(view, &call.to).is_none() {
                return Ok(Receipt::Edited);
            }
            return self.post(delivery, &subject, channel, Kind::Message);
        }
        let known = view.kept.message.map(|(_, message)| message);
        let shown = Some(shown_of_hand_off(&view.kept.hand_off));
        self.kept_up(delivery, &subject, channel, known, shown)
    }

    /// A message that is posted once, and edited from then on.
    fn kept_up(
        &mut self,
        delivery: &Delivery,
        subject: &Subject,
        channel: u64,
        known: Option<MessageId>,
        shown: Option<String>,
    ) -> Result<Receipt, SendError> {
        let Some(known) = known else {
            let receipt = self.post(delivery, subject, channel, Kind::Card)?;
            let posted = receipt
                .posted()
                .and_then(|message| self.messages.get_mut(&message.0));
            // One that was there already says what an earlier attempt has said.
            if let Some(message) = posted.filter(|message| message.shows.is_none()) {
                message.shows = shown;
            }
            return Ok(receipt);
        };
        if !self.channels.get(&channel).is_some_and(|channel| channel.there) {
            return Err(refused("unknown channel"));
        }
        let now = self.now;
        let Some(message) = self.messages.get_mut(&known.0).filter(|message| message.there) else {
            return Ok(Receipt::Lost);
        };
        message.edits += 1;
        if message.edits > EDITS && now - message.at > TimeDelta::hours(1) {
            return Ok(Receipt::Worn);
        }
        message.shows = shown;
        Ok(Receipt::Edited)
    }

    fn lock(&mut self, view: &ReleaseView, locked: bool) -> Result<Receipt, SendError> {
        let channel = self.channels.get_mut(&own_channel(view)?);
        let channel = channel.filter(|channel| channel.there);
        channel.ok_or_else(|| refused("unknown channel"))?.locked = locked;
        Ok(Receipt::Edited)
    }

    /// Posts as the courier does: under a nonce, and after a look for an earlier attempt once the nonce may be forgotten.
    fn post(
        &mut self,
        delivery: &Delivery,
        subject: &Subject,
        channel: u64,
        kind: Kind,
    ) -> Result<Receipt, SendError> {
        if !self.channels.get(&channel).is_some_and(|channel| channel.there) {
            return Err(refused("unknown channel"));
        }
        let claim = &delivery.claim;
        let nonce = claim.nonce();
        let mut again = false;
        if let Some(since) = delivery.may_be_there_since() {
            let known = self.messages.iter();
            let known = known
                .filter(|(_, message)| message.there && message.channel == channel && message.at >= since)
                .find(|(_, message)| message.nonce == nonce && message.row == claim.row);
            if self.mutant == Some(Mutant::SkipsSearch) {
                // It posts without a look.
            } else if !self.readable {
                again = true;
            } else if let Some((id, _)) = known {
                self.counts.repeats_prevented += 1;
                return Ok(Receipt::Posted(MessageId(*id)));
            }
        }
        let earliest = self.now - self.window;
        let known = self.messages.iter().find(|(_, message)| {
            message.channel == channel && message.nonce == nonce && message.at >= earliest
        });
        if let Some((id, known)) = known
            && self.mutant != Some(Mutant::SkipsNonce)
        {
            self.counts.repeats_prevented += 1;
            return if known.there {
                Ok(Receipt::Posted(MessageId(*id)))
            } else {
                Err(refused("unknown message"))
            };
        }
        let Subject { release, name, shown } = subject;
        let release = *release;
        let occasion = claim.notice.occasion();
        if kind == Kind::Card {
            let is_there =
                |message: &&Message| message.row == claim.row && message.nonce == nonce && message.there;
            if again {
                self.counts.possible_repeats += 1;
            } else if self.messages.values().any(|message| is_there(&message)) {
                let what = format!("{occasion} of {name} is there twice");
                self.note(Rule::Twice, what);
            }
        } else if kind == Kind::Board {
            self.boards.extend(shown.clone().map(|shown| (release, shown)));
            if again {
                // The one before may be there still, and the timeline says so.
                self.counts.possible_repeats += 1;
                let before = self.messages.values_mut();
                for message in before.filter(|message| message.release == release) {
                    message.pinned = false;
                }
            }
        } else {
            if !self.occasions.insert((release, occasion.clone())) {
                if again {
                    self.counts.possible_repeats += 1;
                } else {
                    self.note(Rule::Twice, format!("{occasion} of {name} is said twice"));
                }
            }
            // What a server hears beside its releases has no order.
            let newest = self.order.entry(release).or_insert(claim.row);
            if release < 0 {
                *newest = claim.row;
            }
            // A row that was withdrawn and is wanted again has got a new place.
            if *newest > claim.row && claim.generation > 0 {
                // Nothing is known of that place here.
            } else if *newest > claim.row {
                let newest = *newest;
                self.note(Rule::Order, format!("row {} comes after row {newest}", claim.row));
            } else {
                *newest = claim.row;
            }
        }
        let id = self.id();
        let message = Message {
            channel,
            release,
            row: claim.row,
            nonce,
            at: self.now,
            is_board: kind == Kind::Board,
            shows: None,
            edits: 0,
            pinned: false,
            there: true,
        };
        self.messages.insert(id, message);
        self.counts.messages += 1;
        Ok(if again {
            Receipt::PostedAgain(MessageId(id))
        } else {
            Receipt::Posted(MessageId(id))
        })
    }

    /// Lets it be well from now on.
    pub(crate) fn clear_up(&mut self) {
        self.weather = Weather::default();
        self.refuses_token_until = None;
    }

    /// Deletes the channel of a release with all that was said in it.
    pub(crate) fn delete_channel(&mut self, channel: u64) {
        if let Some(channel) = self.channels.get_mut(&channel) {
            channel.there = false;
        }
        for message in self
            .messages
            .values_mut()
            .filter(|message| message.channel == channel)
        {
            message.there = false;
        }
    }

    /// Deletes a message.
    pub(crate) fn delete_message(&mut self, message: u64) {
        if let Some(message) = self.messages.get_mut(&message) {
            message.there = false;
        }
    }

    /// Whether a message is there to be read.
    pub(crate) fn has_message(&self, message: u64) -> bool {
        self.messages.get(&message).is_some_and(|message| message.there)
    }

    /// What a card shows.
    pub(crate) fn card_of(&self, message: u64) -> Option<&String> {
        self.messages.get(&message)?.shows.as_ref()
    }

    /// Whether people may write in a channel no more; none when the channel is gone.
    pub(crate) fn is_locked(&self, channel: u64) -> Option<bool> {
        let channel = self.channels.get(&channel).filter(|channel| channel.there);
        channel.map(|channel| channel.locked)
    }

    /// What the board of a release shows.
    pub(crate) fn board_of(&self, release: i64) -> Option<&Shown> {
        self.boards.get(&release)
    }

    /// Whether a row that counts as sent has been heard, or was rightly silent.
    pub(crate) fn heard(&self, row: i64) -> bool {
        self.silent.contains(&row) || self.messages.values().any(|message| message.row == row)
    }

    /// The live boards of a release that are pinned.
    pub(crate) fn pinned_boards(&self, release: i64) -> usize {
        let of_release = self
            .messages
            .values()
            .filter(|message| message.release == release);
        of_release
            .filter(|message| message.is_board && message.pinned && message.there)
            .count()
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn note(&mut self, rule: Rule, what: String) {
        self.fault.get_or_insert(Fault { rule, what });
    }
}

/// The roles that are called and owe something that is not snoozed. What is due daily opens and closes while a message
/// waits.
fn owing(view: &ReleaseView, calls: &[Call], now: DateTime<Utc>) -> BTreeSet<String> {
    let roles = view.release.playbook.roles.iter();
    roles
        .filter(|role| {
            calls.iter().any(|call| {
                call.occasion.audience == Audience::Role(role.id.clone())
                    && owes(view, &call.occasion.phase, now, |item| {
                        item.role == role.id && item.daily_until.is_none()
                    })
            })
        })
        .map(|role| role.id.to_string())
        .collect()
}

/// Whether one of the calls is for this role: it owes something, or it leads and others do.
fn is_called(view: &ReleaseView, calls: &[Call], role: &RoleId, now: DateTime<Utc>) -> bool {
    calls.iter().any(|call| match &call.occasion.audience {
        Audience::Role(called) => {
            called == role && owes(view, &call.occasion.phase, now, |item| item.role == *role)
        }
        Audience::ReleaseManager => {
            role.as_str() == "release-manager" && owes(view, &call.occasion.phase, now, |_| true)
        }
        Audience::Channel | Audience::Manager => false,
    })
}

fn owes(view: &ReleaseView, phase: &PhaseId, now: DateTime<Utc>, which: impl Fn(&Item) -> bool) -> bool {
    let phase = view.release.playbook.phase(phase);
    let items = phase.into_iter().flat_map(|phase| &phase.items);
    let release = &view.release;
    let mut open = items.filter(|item| {
        !release.completions.contains_key(&item.id) && release.snoozed(&item.id, now).is_none()
    });
    open.any(which)
}

fn own_channel(view: &ReleaseView) -> Result<u64, SendError> {
    let channel = view.release.channel.ok_or_else(|| refused("no channel"))?;
    Ok(channel.0)
}

fn refused(why: &str) -> SendError {
    SendError::Refused { why: why.to_owned() }
}
