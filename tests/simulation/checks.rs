//! What is promised, held against the file itself. The file is read here with queries of its own, so that a fault of the
//! program's queries cannot hide.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::Connection as _;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteConnectOptions;
use tminus::app::{App, ReleaseView, Which};
use tminus::domain::handoff::{Audience, HandOff};
use tminus::domain::ids::{GuildId, UserId};
use tminus::domain::notice::{Card, Notice};
use tminus::domain::person::Stamp;
use tminus::domain::release::{Event, Release, TimelineEvent};
use tminus::domain::room::Room;

use super::platform::{Platform, Shown};
use super::world;

/// A promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    /// What was acknowledged is delivered, or visibly is not; nothing waits for ever.
    Lost,
    /// Nothing is said twice.
    Twice,
    /// Nothing is said before it is due.
    Early,
    /// What a release says comes in order.
    Order,
    /// One jump in time settles what many steps settle.
    Jumps,
    /// A release has one channel and one pinned board.
    Places,
    /// Nobody is called who has nothing to do.
    Pings,
    /// The timeline is never changed and explains what is.
    Timeline,
    /// The loop does not look again and again without a pause.
    Spins,
    /// Nothing fails that was not made to fail.
    Broke,
}

/// Phase, step, audience, and when it is due in milliseconds.
type Occasion = (String, String, String, i64);

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) rule: Rule,
    pub(crate) what: String,
}

impl Fault {
    pub(crate) fn new<T>(rule: Rule, what: impl Into<String>) -> Result<T, Self> {
        Err(Self {
            rule,
            what: what.into(),
        })
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self {
            rule: Rule::Broke,
            what: error.to_string(),
        }
    }
}

impl From<tminus::app::Error> for Fault {
    fn from(error: tminus::app::Error) -> Self {
        Self {
            rule: Rule::Broke,
            what: format!("{error:?}"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.rule, self.what)
    }
}

/// A release as its timeline tells it.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) id: i64,
    pub(crate) guild: GuildId,
    pub(crate) which: Which,
    pub(crate) told: Release,
    events: Vec<TimelineEvent>,
}

/// What is known of the file.
#[derive(Debug)]
pub(crate) struct Ledger {
    file: SqliteConnection,
    pub(crate) releases: Vec<Known>,
    lines: i64,
    newest: i64,
}

/// What the people may rely on after an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    /// Nothing of this kind.
    Anything,
    /// At least and at most so many lines by this person, at this instant.
    Lines((usize, usize), UserId, DateTime<Utc>),
}

impl Ledger {
    /// Opens the file beside whoever uses it.
    pub(crate) async fn open(path: &Path) -> Result<Self, Fault> {
        let options = SqliteConnectOptions::new().filename(path);
        Ok(Self {
            file: SqliteConnection::connect_with(&options).await?,
            releases: Vec::new(),
            lines: 0,
            newest: 0,
        })
    }

    /// Reads what was added to the timeline, and compares each release with what its timeline tells.
    pub(crate) async fn check(&mut self, app: &App, expect: Expect) -> Result<(), Fault> {
        let (lines, newest): (i64, i64) =
            sqlx::query_as("SELECT COUNT(*), COALESCE(MAX(id), 0) FROM timeline_event")
                .fetch_one(&mut self.file)
                .await?;
        let rows: Vec<(i64, i64, i64, Option<i64>, String)> = if newest == self.newest {
            Vec::new()
        } else {
            let query =
                "SELECT id, release_id, at, actor, event FROM timeline_event WHERE id > $1 ORDER BY id";
            let query = sqlx::query_as(query).bind(self.newest);
            query.fetch_all(&mut self.file).await?
        };
        if let Expect::Lines((least, most), user, now) = expect {
            let matching = rows
                .iter()
                .filter(|(_, _, at, actor, _)| {
                    *actor == Some(user.0.cast_signed()) && *at == now.timestamp_millis()
                })
                .count();
            if matching < least || matching > most {
                return Fault::new(
                    Rule::Lost,
                    format!("{least} to {most} lines by {user} are acknowledged, and {matching} are there"),
                );
            }
        }
        self.lines += i64::try_from(rows.len()).unwrap_or(0);
        if lines != self.lines {
            return Fault::new(
                Rule::Timeline,
                format!("the timeline has {lines} lines and should have {}", self.lines),
            );
        }
        let mut touched = BTreeSet::new();
        for (id, release, at, actor, event) in rows {
            self.newest = id;
            let event = TimelineEvent {
                at: DateTime::from_timestamp_millis(at).unwrap_or_default(),
                actor: actor.map(|actor| UserId(actor.cast_unsigned())),
                event: serde_json::from_str(&event).map_err(|error| Fault {
                    rule: Rule::Timeline,
                    what: error.to_string(),
                })?,
            };
            touched.insert(self.tell(app, release, event).await?);
        }
        for index in touched {
            self.compare(app, index).await?;
        }
        Ok(())
    }

    async fn tell(&mut self, app: &App, id: i64, event: TimelineEvent) -> Result<usize, Fault> {
        let index = match self.releases.iter().position(|known| known.id == id) {
            Some(index) => index,
            None => {
                let (guild, key): (i64, String) =
                    sqlx::query_as("SELECT guild_id, key FROM release WHERE id = $1")
                        .bind(id)
                        .fetch_one(&mut self.file)
                        .await?;
                let guild = GuildId(guild.cast_unsigned());
                let which = Which::Key(key);
                let mut told = app.release(&world::reader(guild), &which).await?.release;
                told.completions.clear();
                told.snoozes.clear();
                told.reopened.clear();
                told.room = Room::default();
                told.watched_from = told.opened.at;
                (told.closed, told.channel, told.board, told.hold) = (None, None, None, None);
                if let Event::Started { target, .. } = &event.event {
                    told.target = *target;
                }
                self.releases.push(Known {
                    id,
                    guild,
                    which,
                    told,
                    events: Vec::new(),
                });
                self.releases.len() - 1
            }
        };
        let known = &mut self.releases[index];
        let stamp = Stamp {
            by: event.actor.unwrap_or(UserId(0)),
            at: event.at,
        };
        known.told.apply(&event.event, stamp);
        known.events.push(event);
        Ok(index)
    }

    /// The state that is stored is the one that the events lead to.
    async fn compare(&self, app: &App, index: usize) -> Result<(), Fault> {
        let known = &self.releases[index];
        let stored = app
            .release(&world::reader(known.guild), &known.which)
            .await?
            .release;
        let told = Release {
            revision: stored.revision,
            told: stored.told.clone(),
            ..known.told.clone()
        };
        if stored == told {
            return Ok(());
        }
        Fault::new(
            Rule::Timeline,
            format!(
                "{} is not what its timeline tells: {}",
                stored.key,
                difference(&stored, &told)
            ),
        )
    }

    /// What must hold when nothing is left to do.
    pub(crate) async fn check_end(
        &mut self,
        app: &App,
        platform: &Platform,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        for index in 0..self.releases.len() {
            self.compare(app, index).await?;
            let known = &self.releases[index];
            let (view, events) = app.timeline(&world::reader(known.guild), &known.which).await?;
            if events != known.events {
                return Fault::new(
                    Rule::Timeline,
                    format!("lines of {} have changed", view.release.key),
                );
            }
            let release = known.id;
            self.check_rows(index, platform).await?;
            self.check_reminders(index, &view.plan, now).await?;
            let rows = self.rows(release).await?;
            check_board(&view, platform, release, &rows)?;
            check_cards(&view, platform, &rows)?;
            check_archive(&view, platform, &rows)?;
            check_pages(&view.release, now)?;
        }
        self.check_duty(app, platform, now).await
    }

    async fn rows(&mut self, release: i64) -> Result<Vec<(i64, String, String)>, Fault> {
        let rows = sqlx::query_as("SELECT id, occasion, state FROM outbox WHERE release_id = $1 ORDER BY id");
        Ok(rows.bind(release).fetch_all(&mut self.file).await?)
    }

    async fn check_rows(&mut self, index: usize, platform: &Platform) -> Result<(), Fault> {
        let rows = self.rows(self.releases[index].id).await?;
        let known = &self.releases[index];
        let key = &known.told.key;
        let mut ends: BTreeMap<&str, usize> = BTreeMap::new();
        for (row, occasion, state) in &rows {
            *ends.entry(state).or_default() += 1;
            match state.as_str() {
                "pending" | "leased" => {
                    return Fault::new(
                        Rule::Lost,
                        format!("row {row} ({occasion}) of {key} is {state} for ever"),
                    );
                }
                "sent" if says_something(occasion) && !platform.state().heard(*row) => {
                    return Fault::new(
                        Rule::Lost,
                        format!("row {row} ({occasion}) of {key} counts as sent and was never heard"),
                    );
                }
                _ => {}
            }
        }
        let lines = |is: fn(&Event) -> bool| known.events.iter().filter(|line| is(&line.event)).count();
        for (state, told) in [
            ("dead", lines(|event| matches!(event, Event::NotDelivered { .. }))),
            ("expired", lines(|event| matches!(event, Event::Expired { .. }))),
        ] {
            let count = ends.get(state).copied().unwrap_or(0);
            if told < count {
                return Fault::new(
                    Rule::Lost,
                    format!("{count} rows of {key} are {state}, and the timeline tells {told}"),
                );
            }
        }
        let has = |occasion: &str| rows.iter().any(|(_, known, _)| known == occasion);
        let mut needed = vec!["open-channel"];
        if known.told.channel.is_some() {
            needed.push("board");
            // By its place and not by its time: clocks are set back.
            let place = |is: fn(&Event) -> bool| known.events.iter().position(|line| is(&line.event));
            let opened = place(|event| matches!(event, Event::ChannelOpened { .. }));
            let closed = place(|event| matches!(event, Event::Closed { .. }));
            if closed.is_none() || opened < closed {
                needed.push("brief");
                if known.told.playbook.announcement.is_drafted() {
                    needed.push("card:announcement-draft");
                }
            }
        }
        if known.told.room.announcement.posted.is_some() {
            needed.push("announce");
        } else if has("announce") {
            let what = format!("{key} was announced, and nobody has said so");
            return Fault::new(Rule::Lost, what);
        }
        if known.told.closed.is_some() {
            needed.push("closed");
        }
        match needed.into_iter().find(|occasion| !has(occasion)) {
            Some(missing) => Fault::new(Rule::Lost, format!("{key} never asked for {missing}")),
            None => Ok(()),
        }
    }

    /// What has passed of the plan while an item was open is settled, and each call that was promised is a row.
    async fn check_reminders(
        &mut self,
        index: usize,
        plan: &tminus::domain::plan::Plan,
        now: DateTime<Utc>,
    ) -> Result<(), Fault> {
        let release = self.releases[index].id;
        let settled = self.settled(release).await?;
        let promised = self.promised(release).await?;
        let known = &self.releases[index];
        for (occasion, outcome) in &settled {
            let (phase, step, audience, due) = occasion;
            if outcome == "posted" && audience != "channel" && !promised.contains(occasion) {
                return Fault::new(
                    Rule::Lost,
                    format!("the {step} of {phase} for {audience} at {due} is settled and no row calls"),
                );
            }
        }
        if !known.told.is_open() || known.told.hold.is_some() {
            return Ok(());
        }
        for phase in &plan.phases {
            let items = known
                .told
                .playbook
                .phase(&phase.id)
                .map(|phase| phase.items.iter());
            let mut items = items.into_iter().flatten();
            // An item that was never done was open whenever something was due.
            if !items.any(|item| {
                !known.told.completions.contains_key(&item.id) && !known.told.reopened.contains_key(&item.id)
            }) {
                continue;
            }
            for (step, due) in [("day-of", phase.starts_at), ("cut-off", phase.cutoff_at)] {
                let occasion = (
                    phase.id.to_string(),
                    step.to_owned(),
                    "channel".to_owned(),
                    due.timestamp_millis(),
                );
                let is_settled = settled.iter().any(|(known, _)| *known == occasion);
                if due <= now && due > known.told.watched_from && !is_settled {
                    return Fault::new(
                        Rule::Lost,
                        format!(
                            "the {step} of {} in {} was due at {due}",
                            phase.id, known.told.key
                        ),
                    );
                }
            }
        }
        Ok(())
    }

    /// What is promised of a duty: every answer shows, nobody is asked too often or at night, and somebody has it.
    async fn check_duty(&mut self, app: &App, platform: &Platform, now: DateTime<Utc>) -> Result<(), Fault> {
        // An answer to what was wished for just now may be on its way: calls come as long as nobody accepts.
        let rows: Vec<(i64, String, String)> = sqlx::query_as(
            "SELECT id, occasion, state FROM outbox WHERE release_id IS NULL AND wished_at < $1 ORDER BY id",
        )
        .bind((now - TimeDelta::minutes(5)).timestamp_millis())
        .fetch_all(&mut self.file)
        .await?;
        for (row, occasion, state) in &rows {
            let kept_up = occasion.starts_with("hand-off:");
            if matches!(state.as_str(), "pending" | "leased") {
                return Fault::new(Rule::Lost, format!("row {row} ({occasion}) is {state} for ever"));
            }
            if state == "sent" && !kept_up && !platform.state().heard(*row) {
                let what = format!("row {row} ({occasion}) counts as sent and was never heard");
                return Fault::new(Rule::Lost, what);
            }
        }
        let kept: Vec<(i64, String, Option<i64>)> =
            sqlx::query_as("SELECT id, facts, message_id FROM hand_off ORDER BY id")
                .fetch_all(&mut self.file)
                .await?;
        let mut open = 0;
        for (number, facts, message) in kept {
            let hand_off: HandOff = serde_json::from_str(&facts).map_err(|error| Fault {
                rule: Rule::Broke,
                what: error.to_string(),
            })?;
            open += usize::from(hand_off.is_open());
            let occasion = format!("hand-off:{number}");
            let is_sent = rows
                .iter()
                .any(|(_, known, state)| *known == occasion && state == "sent");
            let state = platform.state();
            let shows = message.and_then(|message| state.card_of(message.cast_unsigned()));
            let has_to_show = shown_of_hand_off(&hand_off);
            if is_sent && shows.is_some_and(|shows| *shows != has_to_show) {
                let what = format!("{occasion} shows {shows:?} instead of {has_to_show}");
                return Fault::new(Rule::Lost, what);
            }
        }
        if open > 1 {
            return Fault::new(Rule::Twice, format!("{open} hand-offs are open"));
        }
        self.check_hand_off_calls().await?;
        let guild = world::guild(0);
        let views = app.rosters(guild, now).await?;
        let somebody_is_on = views.iter().any(|view| !view.rota().on(now).is_empty());
        let in_flight = self
            .releases
            .iter()
            .any(|known| known.guild == guild && known.told.is_open());
        if somebody_is_on && in_flight && views.iter().any(|view| view.holder.is_none()) {
            return Fault::new(Rule::Lost, "it is somebody's shift, and nobody has the duty");
        }
        Ok(())
    }

    /// Calls for an answer come a quarter of an hour apart, and to people who are at work.
    async fn check_hand_off_calls(&mut self) -> Result<(), Fault> {
        let notices: Vec<(String,)> =
            sqlx::query_as("SELECT notice FROM outbox WHERE occasion LIKE 'hand-off-call:%' ORDER BY id")
                .fetch_all(&mut self.file)
                .await?;
        let mut last: BTreeMap<i64, DateTime<Utc>> = BTreeMap::new();
        for (notice,) in notices {
            let Ok(Notice::HandOffCall { number, call }) = serde_json::from_str(&notice) else {
                return Fault::new(Rule::Broke, format!("{notice} is no call"));
            };
            let before = last.insert(number.0, call.at);
            if before.is_some_and(|before| call.at - before < TimeDelta::minutes(15)) {
                return Fault::new(
                    Rule::Early,
                    format!("hand-off {number:?} calls at {before:?} and {call:?}"),
                );
            }
            if let Audience::People(people) = &call.to {
                // Whoever has taken a shift is at work in it, whatever the hour.
                let query = "SELECT user_id FROM shift_change
                             WHERE begins <= $1 AND ends > $1 AND user_id IS NOT NULL";
                let taken: Vec<(i64,)> = sqlx::query_as(query)
                    .bind(call.at.timestamp_millis())
                    .fetch_all(&mut self.file)
                    .await?;
                let is_on = |user: &UserId| taken.iter().any(|(taken,)| taken.cast_unsigned() == user.0);
                let asleep = people
                    .iter()
                    .find(|user| world::works(**user, call.at) == Some(false) && !is_on(user));
                if let Some(asleep) = asleep {
                    return Fault::new(Rule::Pings, format!("{asleep} is asleep, and called: {call:?}"));
                }
            }
        }
        Ok(())
    }

    async fn settled(&mut self, release: i64) -> Result<Vec<(Occasion, String)>, Fault> {
        let query = "SELECT phase, step, audience, due_at, outcome FROM reminder WHERE release_id = $1
                     ORDER BY due_at, phase, step, audience";
        let rows: Vec<(String, String, String, i64, String)> = sqlx::query_as(query)
            .bind(release)
            .fetch_all(&mut self.file)
            .await?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(phase, step, audience, due, outcome)| ((phase, step, audience, due), outcome))
            .collect())
    }

    /// What the rows of the outbox call to.
    async fn promised(&mut self, release: i64) -> Result<BTreeSet<Occasion>, Fault> {
        let query = "SELECT json_extract(call.value, '$.phase'), json_extract(call.value, '$.step'),
                            json_extract(call.value, '$.audience'), json_extract(call.value, '$.due')
                     FROM outbox, json_each(outbox.notice, '$.calls') AS call WHERE release_id = $1";
        let rows: Vec<(String, String, String, String)> = sqlx::query_as(query)
            .bind(release)
            .fetch_all(&mut self.file)
            .await?;
        let rows = rows.into_iter();
        Ok(rows
            .filter_map(|(phase, step, audience, due)| {
                let due: DateTime<Utc> = due.parse().ok()?;
                Some((phase, step, audience, due.timestamp_millis()))
            })
            .collect())
    }

    /// The occasions that are settled, of all releases.
    pub(crate) async fn occasions(&mut self) -> Result<BTreeSet<(i64, String, String, i64)>, Fault> {
        let query = "SELECT release_id, phase, step || ' for ' || audience, due_at FROM reminder";
        let rows: Vec<(i64, String, String, i64)> = sqlx::query_as(query).fetch_all(&mut self.file).await?;
        Ok(rows.into_iter().collect())
    }

    /// What must not change when nothing is due: the lines of the timeline, and the wishes of the outbox.
    pub(crate) async fn stillness(&mut self) -> Result<(i64, i64), Fault> {
        let query = "SELECT (SELECT COUNT(*) FROM timeline_event),
                            (SELECT COALESCE(SUM(generation) + COUNT(*), 0) FROM outbox)";
        Ok(sqlx::query_as(query).fetch_one(&mut self.file).await?)
    }

    /// The newest row of the outbox.
    pub(crate) async fn newest_row(&mut self) -> Result<i64, Fault> {
        let (row,): (i64,) = sqlx::query_as("SELECT COALESCE(MAX(id), 0) FROM outbox")
            .fetch_one(&mut self.file)
            .await?;
        Ok(row)
    }

    /// Copies the database to another file.
    pub(crate) async fn copy_to(&mut self, path: &Path) -> Result<(), Fault> {
        let path = path.to_str().unwrap_or_default();
        sqlx::query("VACUUM INTO $1")
            .bind(path)
            .execute(&mut self.file)
            .await?;
        Ok(())
    }

    /// Does what only a fault would do.
    pub(crate) async fn tamper(&mut self, query: &'static str, with: i64) -> Result<(), Fault> {
        sqlx::query(query).bind(with).execute(&mut self.file).await?;
        Ok(())
    }

    pub(crate) async fn close(self) {
        // Nothing depends on it: the file goes with the history.
        let _ = self.file.close().await;
    }
}

/// A board that is there shows what is.
fn check_board(
    view: &ReleaseView,
    platform: &Platform,
    release: i64,
    rows: &[(i64, String, String)],
) -> Result<(), Fault> {
    let Some(board) = view.release.board else {
        return Ok(());
    };
    let state = platform.state();
    let is_sent = rows
        .iter()
        .any(|(_, occasion, state)| occasion == "board" && state == "sent");
    if !is_sent || !state.has_message(board.0) {
        return Ok(());
    }
    if state.board_of(release) != Some(&Shown::of(view)) {
        return Fault::new(
            Rule::Lost,
            format!("the board of {} does not show what is done", view.release.key),
        );
    }
    if state.pinned_boards(release) != 1 {
        return Fault::new(Rule::Places, format!("{} has no pinned board", view.release.key));
    }
    Ok(())
}

/// A card that is there shows what is.
fn check_cards(view: &ReleaseView, platform: &Platform, rows: &[(i64, String, String)]) -> Result<(), Fault> {
    let state = platform.state();
    let is_sent = |occasion: &str| {
        let mut rows = rows.iter();
        rows.any(|(_, known, state)| known == occasion && state == "sent")
    };
    for card in cards_of(&view.release) {
        let name = card.name();
        let Some(message) = view.release.room.cards.get(&name) else {
            continue;
        };
        if is_sent(&format!("card:{name}"))
            && state.has_message(message.0)
            && state.card_of(message.0) != shown_on(&view.release, &card).as_ref()
        {
            return Fault::new(
                Rule::Lost,
                format!("the card {name} of {} does not show what is so", view.release.key),
            );
        }
    }
    Ok(())
}

/// A channel is locked when its release is closed, and open when it goes on.
fn check_archive(
    view: &ReleaseView,
    platform: &Platform,
    rows: &[(i64, String, String)],
) -> Result<(), Fault> {
    let moves = |occasion: &str| occasion.starts_with("archive:") || occasion.starts_with("unarchive:");
    let Some((_, last, state)) = rows.iter().rev().find(|(_, occasion, _)| moves(occasion)) else {
        return Ok(());
    };
    let closed = !view.release.is_open();
    if state == "sent" && last.starts_with("archive:") != closed {
        return Fault::new(Rule::Places, format!("{} ends with {last}", view.release.key));
    }
    let locked = view
        .release
        .channel
        .and_then(|channel| platform.state().is_locked(channel.0));
    if state == "sent" && locked.is_some_and(|locked| locked != closed) {
        return Fault::new(
            Rule::Places,
            format!("the channel of {} is locked: {locked:?}", view.release.key),
        );
    }
    Ok(())
}

/// What the message of a hand-off has to show. Who is called meanwhile hears it elsewhere.
pub(crate) fn shown_of_hand_off(hand_off: &HandOff) -> String {
    let HandOff {
        to,
        note,
        declined,
        state,
        left,
        ..
    } = hand_off;
    format!("{to:?} {note:?} {declined:?} {state:?} {left}")
}

/// Nobody is called for help too early or twice, and nobody is forgotten.
fn check_pages(release: &Release, now: DateTime<Utc>) -> Result<(), Fault> {
    let key = &release.key;
    if let Some((due, number, step)) = release.next_page().filter(|(due, ..)| *due <= now) {
        let what = format!("escalation {number} of {key} waits for {step:?} since {due}");
        return Fault::new(Rule::Lost, what);
    }
    for escalation in &release.room.escalations {
        for paging in &escalation.pages {
            let answer_within = TimeDelta::minutes(i64::from(paging.answer_within));
            for (last, next) in paging.calls.iter().zip(paging.calls.iter().skip(1)) {
                if next.place != last.place + 1 {
                    return Fault::new(Rule::Twice, format!("{key} calls {next:?} after {last:?}"));
                }
                let missed = last.missed.is_some();
                if !missed && next.at < last.at + answer_within {
                    return Fault::new(Rule::Early, format!("{key} calls {next:?} after {last:?}"));
                }
            }
        }
    }
    Ok(())
}

fn cards_of(release: &Release) -> Vec<Card> {
    let sign_offs = release.room.sign_offs.iter();
    let sign_offs = sign_offs.map(|sign_off| Card::SignOff {
        number: sign_off.number,
    });
    let decisions = release.room.decisions.iter();
    let decisions = decisions.map(|decision| Card::Decision {
        number: decision.number,
    });
    let draft = release.room.announcement.drafted.map(|_| Card::AnnouncementDraft);
    let escalations = release.room.escalations.iter().flat_map(|escalation| {
        let escalation_number = escalation.number;
        let rounds = (0_u32..).zip(&escalation.pages);
        let pages = rounds.flat_map(move |(round, paging)| {
            let calls = paging.calls.iter().filter(|call| call.missed.is_none());
            calls.map(move |call| Card::Page {
                escalation: escalation_number,
                round,
                place: call.place,
            })
        });
        std::iter::once(Card::Escalation {
            number: escalation_number,
        })
        .chain(pages)
    });
    sign_offs
        .chain(decisions)
        .chain(draft)
        .chain(escalations)
        .collect()
}

/// What a card has to show; one that is void has nothing to press, whether the release is open or not.
pub(crate) fn shown_on(release: &Release, card: &Card) -> Option<String> {
    let room = &release.room;
    let (is_void, what) = match card {
        Card::SignOff { number } => {
            let sign_off = room.sign_offs.iter().find(|known| known.number == *number)?;
            (sign_off.void.is_some(), format!("{sign_off:?}"))
        }
        Card::Decision { number } => {
            let decision = room.decisions.iter().find(|known| known.number == *number)?;
            (decision.void.is_some(), format!("{decision:?}"))
        }
        Card::Announcement => return None,
        Card::Escalation { number } => {
            let escalation = room.escalation(*number)?;
            (escalation.resolved.is_some(), format!("{escalation:?}"))
        }
        // It shows how the escalation ends, and whether somebody answers.
        Card::Page {
            escalation, round, ..
        } => {
            let escalation = room.escalation(*escalation)?;
            let paging = escalation.pages.get(*round as usize)?;
            let what = (
                &escalation.resolved,
                paging.acknowledged,
                paging.unanswered,
                paging.stopped,
            );
            (escalation.resolved.is_some(), format!("{what:?}"))
        }
        // Until it is posted it shows the facts, and then what was decided.
        Card::AnnouncementDraft => {
            let draft = &room.announcement;
            draft.drafted?;
            let facts = (
                release.target,
                &release.hold,
                release.reached(),
                release.shipped(),
            );
            let facts = draft.waits().then_some((facts, &draft.words));
            (
                false,
                format!("{:?} {:?} {facts:?}", draft.posted, draft.declined),
            )
        }
    };
    Some(format!("{what} {}", is_void || release.is_open()))
}

fn difference(stored: &Release, told: &Release) -> String {
    let (stored, told) = (format!("{stored:#?}"), format!("{told:#?}"));
    let mut lines = stored.lines().zip(told.lines());
    let first = lines.find(|(stored, told)| stored != told);
    first.map_or_else(
        || "in length".to_owned(),
        |(stored, told)| format!("{} instead of {}", stored.trim(), told.trim()),
    )
}

/// A platform that many share.
pub(crate) type Shared = Arc<Platform>;

/// Whether what an occasion asks for is a message of its own: a channel, a board, a card and an archive are not.
fn says_something(occasion: &str) -> bool {
    let (kind, _) = occasion.split_once(':').unwrap_or((occasion, ""));
    !matches!(kind, "open-channel" | "board" | "card" | "archive" | "unarchive")
}
