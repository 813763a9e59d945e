//! Where every reminder has gone. The file is read here with queries of its own, so that a fault of the program's
//! queries cannot hide; what Discord has is what simcord has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use simcord::{Control, MessageId};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use tminus::app::{App, Which};
use tminus::demo::player::SERVER;
use tminus::domain::calendar::CalendarSettings;
use tminus::domain::ids::{GuildId, InteractionId, ReleaseKey, UserId};
use tminus::domain::person::Person;
use tminus::domain::release::{Event, TimelineEvent};
use tminus::domain::reminder::{Audience, Call, Occasion, Step};
use tminus::store::Store;

use super::ladder::expected;
use super::play::{Acknowledged, Played, Received, reminds};

/// A reminder is in time when Discord has it this soon after it was due.
const IN_TIME: TimeDelta = TimeDelta::minutes(1);

/// What became of an occasion. Each has exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    InTime,
    Late,
    Collapsed,
    Expired,
    Withdrawn,
    Told,
    Dead,
    Silent,
    Board,
    Waiting,
}

impl Class {
    fn text(self) -> &'static str {
        match self {
            Self::InTime => "said in time",
            Self::Late => "said late",
            Self::Collapsed => "collapsed: a later one stood for it",
            Self::Expired => {
                "expired: worth nothing any more when the bot came back, or when it could be sent"
            }
            Self::Withdrawn => {
                "withdrawn: given up by a person, or put on hold or moved before it could be sent"
            }
            Self::Told => "told by the message about a move",
            Self::Dead => "dead: refused by Discord for good, and in the list of what was not delivered",
            Self::Silent => "silent: done or closed by the time it could be sent",
            Self::Board => "shown on the board alone",
            Self::Waiting => "waiting still",
        }
    }
}

/// The account of a year.
#[derive(Debug, Default)]
pub(crate) struct Account {
    pub(crate) releases: usize,
    pub(crate) expected: usize,
    pub(crate) settled: usize,
    pub(crate) classes: BTreeMap<Class, usize>,
    /// Rows of reminders that made a message.
    pub(crate) rows_sent: usize,
    /// Reminders that Discord received, and of them those in channels that were deleted.
    pub(crate) received: usize,
    pub(crate) gone: usize,
    pub(crate) requests: usize,
    /// What went wrong on purpose, and how often.
    pub(crate) troubles: BTreeMap<&'static str, usize>,
    /// What does not agree, one sentence each; empty when everything does.
    pub(crate) differences: Vec<String>,
}

/// A row of the outbox that reminds.
#[derive(Debug)]
struct Row {
    id: i64,
    key: ReleaseKey,
    state: String,
    posts: i64,
    message: Option<MessageId>,
    calls: Vec<Call>,
}

/// Occasions with what is stored about them.
type Settled = BTreeMap<(ReleaseKey, Occasion), String>;

/// Draws up the account of what was played.
pub(crate) async fn account(played: &Played) -> anyhow::Result<Account> {
    let path = played.stage.database();
    let mut file = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await?;
    let control = played.stage.control();
    let mut account = Account {
        received: played.received.len(),
        requests: control.requests().len(),
        troubles: played.counts.clone(),
        ..Account::default()
    };
    let expected = account.expect(played, &mut file).await?;
    let settled = settled(&mut file).await?;
    let rows = rows(&mut file).await?;
    file.close().await?;
    account.compare(&expected, &settled);
    account.sort(&settled, &rows, &played.received);
    account.hold_against_discord(played, &control, &rows);
    let broken = control.errors().into_iter();
    account
        .differences
        .extend(broken.map(|error| format!("the local Discord: {error}")));
    Ok(account)
}

impl Account {
    /// What there had to be, release by release; and that what people were told was done is on the record.
    async fn expect(&mut self, played: &Played, file: &mut SqliteConnection) -> anyhow::Result<Settled> {
        let guild = played
            .stage
            .control()
            .guild_id(SERVER)
            .context("the server exists")?;
        let reader = Person {
            guild: GuildId(guild.0),
            user: UserId(0),
            guild_roles: Vec::new(),
            administrator: false,
            interaction: InteractionId(0),
        };
        let store = Store::open(played.stage.database()).await?;
        let app = App::new(store, played.playbooks.clone(), CalendarSettings::default());
        let keys: Vec<(String,)> = sqlx::query_as("SELECT key FROM release ORDER BY id")
            .fetch_all(file)
            .await?;
        self.releases = keys.len();
        let mut all = Settled::new();
        let mut done = Acknowledged::default();
        for (key,) in keys {
            let (view, timeline) = app.timeline(&reader, &Which::Key(key)).await?;
            done.note(&timeline);
            let diary = &played.diary;
            let fates = expected(&view.release, &timeline, &diary.downs, diary.ends);
            let key = &view.release.key;
            all.extend(
                fates
                    .into_iter()
                    .map(|(occasion, fate)| ((key.clone(), occasion), fate.as_str().to_owned())),
            );
        }
        app.close().await;
        let told = &played.acknowledged;
        for (what, told, done) in [
            ("starts", told.starts, done.starts),
            ("ticks", told.ticks, done.ticks),
            ("closes", told.closes, done.closes),
        ] {
            if told != done {
                self.differ(format!(
                    "{told} {what} were acknowledged, and {done} are on the record"
                ));
            }
        }
        self.expected = all.len();
        Ok(all)
    }

    /// What is settled is what had to be, no more and no less.
    fn compare(&mut self, expected: &Settled, settled: &Settled) {
        self.settled = settled.len();
        for ((key, occasion), fate) in expected {
            match settled.get(&(key.clone(), occasion.clone())) {
                Some(outcome) if outcome == fate => {}
                Some(outcome) => self.differ(format!(
                    "{key}: {} is {outcome} and had to be {fate}",
                    name(occasion)
                )),
                None => self.differ(format!(
                    "{key}: {} is not settled and had to be {fate}",
                    name(occasion)
                )),
            }
        }
        let unexpected = settled.keys().filter(|known| !expected.contains_key(known));
        let unexpected: Vec<String> = unexpected
            .map(|(key, occasion)| format!("{key}: {} is settled and was not due", name(occasion)))
            .collect();
        self.differences.extend(unexpected);
    }

    /// Puts each settled occasion into its class. One that was to be said is in exactly one row.
    fn sort(&mut self, settled: &Settled, rows: &[Row], received: &[Received]) {
        let said_at: BTreeMap<MessageId, DateTime<Utc>> = received
            .iter()
            .map(|received| (received.id, received.at))
            .collect();
        let mut row_of: BTreeMap<(&ReleaseKey, &Occasion), &Row> = BTreeMap::new();
        for row in rows {
            for call in &row.calls {
                let key = (row.key.clone(), call.occasion.clone());
                if settled.get(&key).is_none_or(|outcome| outcome != "posted") {
                    self.differ(format!(
                        "{}: {} is said by note {} and is not settled so",
                        row.key,
                        name(&call.occasion),
                        row.id
                    ));
                }
                if let Some(other) = row_of.insert((&row.key, &call.occasion), row) {
                    self.differ(format!(
                        "{}: {} is said twice, by the notes {} and {}",
                        row.key,
                        name(&call.occasion),
                        other.id,
                        row.id
                    ));
                }
            }
        }
        for ((key, occasion), outcome) in settled {
            let class = match (outcome.as_str(), row_of.get(&(key, occasion))) {
                ("collapsed", None) => Class::Collapsed,
                ("expired", None) => Class::Expired,
                ("told", None) => Class::Told,
                ("posted", Some(row)) => match (row.state.as_str(), row.message) {
                    ("sent", None) => Class::Silent,
                    ("sent", Some(message)) => match said_at.get(&message) {
                        Some(at) if *at < occasion.due => {
                            self.differ(format!(
                                "{key}: {} was said at {at}, before it was due",
                                name(occasion)
                            ));
                            continue;
                        }
                        Some(at) if *at - occasion.due <= IN_TIME => Class::InTime,
                        Some(_) => Class::Late,
                        // What Discord never received is reported with its row.
                        None => continue,
                    },
                    ("dead", _) => Class::Dead,
                    ("superseded", _) => Class::Withdrawn,
                    ("expired", _) => Class::Expired,
                    _ => {
                        self.differ(format!("{key}: note {} is {} at the end", row.id, row.state));
                        Class::Waiting
                    }
                },
                ("posted", None)
                    if occasion.audience == Audience::Channel && occasion.step != Step::CutOff =>
                {
                    Class::Board
                }
                (outcome, row) => {
                    let row =
                        row.map_or_else(|| "in no note".to_owned(), |row| format!("in note {}", row.id));
                    self.differ(format!("{key}: {} is {outcome}, and {row}", name(occasion)));
                    continue;
                }
            };
            *self.classes.entry(class).or_default() += 1;
        }
        let sorted: usize = self.classes.values().sum();
        if sorted != self.settled {
            self.differ(format!(
                "{} occasions are settled, and {sorted} of them are accounted for",
                self.settled
            ));
        }
    }

    /// Each row that was sent is one message of Discord's, and each reminder that Discord has is one row.
    fn hold_against_discord(&mut self, played: &Played, control: &Control, rows: &[Row]) {
        let riley = control.user_id("riley").unwrap_or_default();
        let mut held = BTreeSet::new();
        for channel in control.channels(riley) {
            let messages = control.messages(riley, channel.id);
            held.extend(
                messages
                    .iter()
                    .filter(|message| reminds(message))
                    .map(|message| message.id),
            );
        }
        let mut received: BTreeMap<MessageId, &Received> = BTreeMap::new();
        let mut texts = BTreeSet::new();
        for one in &played.received {
            received.insert(one.id, one);
            let (text, mark) = one.text.rsplit_once('\n').unwrap_or((&one.text, ""));
            if !texts.insert((one.channel, one.at, text)) {
                self.differ(format!("the same was said twice at {} ({mark})", one.at));
            }
        }
        self.gone = played
            .received
            .iter()
            .filter(|one| played.deleted.contains(&one.channel))
            .count();
        for row in rows.iter().filter(|row| row.state == "sent") {
            let Some(message) = row.message else { continue };
            self.rows_sent += 1;
            if row.posts > 1 {
                self.differ(format!(
                    "{}: note {} made {} messages",
                    row.key, row.id, row.posts
                ));
            }
            let Some(one) = received.remove(&message) else {
                self.differ(format!(
                    "{}: note {} is sent, and Discord never received it",
                    row.key, row.id
                ));
                continue;
            };
            let mark = format!("{} · note {}", row.key, row.id);
            if one.text.lines().last().is_none_or(|last| !last.ends_with(&mark)) {
                self.differ(format!(
                    "the message of note {} does not bear its mark {mark}",
                    row.id
                ));
            }
            if !held.remove(&message) && !played.deleted.contains(&one.channel) {
                self.differ(format!(
                    "{}: note {} is sent, and Discord does not have it",
                    row.key, row.id
                ));
            }
        }
        for one in received.into_values() {
            let mark = one.text.lines().last().unwrap_or_default().to_owned();
            self.differ(format!(
                "Discord received {mark} at {}, and no row of the file is it",
                one.at
            ));
        }
        if self.rows_sent != self.received {
            self.differ(format!(
                "{} rows are sent with a message, and Discord received {} reminders",
                self.rows_sent, self.received
            ));
        }
        for message in held {
            if played.received.iter().all(|one| one.id != message) {
                self.differ(format!("Discord has a reminder that nobody sent: {message}"));
            }
        }
    }

    fn differ(&mut self, difference: String) {
        self.differences.push(difference);
    }
}

impl Acknowledged {
    fn note(&mut self, timeline: &[TimelineEvent]) {
        for event in timeline {
            match event.event {
                Event::Started { .. } if event.actor.is_some() => self.starts += 1,
                Event::ItemDone { .. } => self.ticks += 1,
                Event::Closed { .. } => self.closes += 1,
                _ => {}
            }
        }
    }
}

async fn settled(file: &mut SqliteConnection) -> anyhow::Result<Settled> {
    let rows: Vec<(String, i64, String, String, String, String)> = sqlx::query_as(
        "SELECT release.key, due_at, phase, step, audience, outcome
         FROM reminder JOIN release ON release.id = reminder.release_id",
    )
    .fetch_all(file)
    .await?;
    let mut settled = Settled::new();
    for (key, due, phase, step, audience, outcome) in rows {
        let occasion = Occasion {
            due: DateTime::from_timestamp_millis(due).context("an instant")?,
            phase: phase
                .parse()
                .map_err(|_| anyhow::anyhow!("{phase} is no phase"))?,
            step: step.parse()?,
            audience: audience.parse()?,
        };
        settled.insert((ReleaseKey::from_stored(key), occasion), outcome);
    }
    Ok(settled)
}

async fn rows(file: &mut SqliteConnection) -> anyhow::Result<Vec<Row>> {
    let rows: Vec<(i64, String, String, i64, Option<i64>, String)> = sqlx::query_as(
        "SELECT outbox.id, release.key, state, posts, message_id, json_extract(notice, '$.calls')
         FROM outbox JOIN release ON release.id = outbox.release_id
         WHERE json_extract(notice, '$.notice') = 'calls' ORDER BY outbox.id",
    )
    .fetch_all(file)
    .await?;
    let row = |(id, key, state, posts, message, calls): (i64, String, String, i64, Option<i64>, String)| {
        Ok(Row {
            id,
            key: ReleaseKey::from_stored(key),
            state,
            posts,
            message: message.map(|message| MessageId(message.cast_unsigned())),
            calls: serde_json::from_str(&calls)?,
        })
    };
    rows.into_iter().map(row).collect()
}

fn name(occasion: &Occasion) -> String {
    let Occasion {
        due,
        phase,
        step,
        audience,
    } = occasion;
    format!(
        "{} of {phase} for {audience}, due {}",
        step.as_str(),
        due.format("%F %T")
    )
}

impl fmt::Display for Account {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = |what: &str, count: usize| writeln!(formatter, "{count:>9}  {what}");
        for (what, count) in &self.troubles {
            line(what, *count)?;
        }
        line(
            "occasions there had to be, by plan, ladder and history alone",
            self.expected,
        )?;
        line("occasions settled in the file", self.settled)?;
        for (class, count) in &self.classes {
            line(&format!("  {}", class.text()), *count)?;
        }
        line("rows of reminders that are sent with a message", self.rows_sent)?;
        line("reminders that Discord received", self.received)?;
        line("  of them in channels that were deleted later", self.gone)?;
        line("requests to Discord", self.requests)?;
        line("differences", self.differences.len())
    }
}
