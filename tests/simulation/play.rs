//! Plays a history: moves time, lets people act, lets the process live and die, and checks after each step.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tminus::app::{Answer, App, Carrier as _, Delivery, Error, Part, Pauses, SlipStep, SnoozeStep, Which};
use tminus::domain::calendar::DayStanding;
use tminus::domain::ids::{MessageId, UserId};
use tminus::domain::notice::Notice;
use tminus::domain::person::Person;
use tminus::domain::playbook::ItemId;
use tminus::domain::release::{Command, Reason};
use tminus::domain::room::{AnnouncementCommand, EscalationCommand, EscalationStep, RoomCommand};
use tminus::domain::slip::SlipRequest;
use tminus::domain::start::StartRequest;

use super::bot::{Bot, Done, Flight};
use super::chance::Chance;
use super::checks::{Expect, Fault, Known, Ledger, Rule, Shared};
use super::duty;
use super::history::{Death, History, Press, Step};
use super::mutant::Mutant;
use super::platform::{Counts, Platform};
use super::room;
use super::world::{self, LEADS, PLAYBOOKS};

/// How long the loop waits after the database has failed.
const AFTER_FAILURE: TimeDelta = TimeDelta::seconds(1);

/// How often the loop may look at one instant.
const LOOKS: u32 = 200;

/// How often it may look in a whole history; about seventy times is usual.
const LOOKS_IN_ALL: u64 = 5_000;

/// How long it is quiet at the end, so that the longest pause is over.
const QUIET: TimeDelta = TimeDelta::hours(6);

/// How long a history goes on when it is played in one jump and in many steps.
const AHEAD: TimeDelta = TimeDelta::days(12);

/// A folder for databases, in memory where there is such a folder.
#[derive(Debug)]
pub(crate) struct Place {
    folder: tempfile::TempDir,
    /// A database without a roster, and one with it.
    templates: [PathBuf; 2],
}

impl Place {
    pub(crate) async fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            tempfile::tempdir_in(memory)
        } else {
            tempfile::tempdir()
        }
        .unwrap();
        let templates = [
            world::template(folder.path(), false).await,
            world::template(folder.path(), true).await,
        ];
        Self { folder, templates }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A database as a history begins, with nothing left of the last one.
    fn fresh(&self, history: &History) -> PathBuf {
        for name in ["history", "stepwise", "at-once", "anyhow"] {
            for end in ["", "-wal", "-shm", ".lock"] {
                // It is not there the first time.
                let _ = std::fs::remove_file(self.file(&format!("{name}.sqlite{end}")));
            }
        }
        let path = self.file("history.sqlite");
        std::fs::copy(&self.templates[usize::from(history.roster)], &path).unwrap();
        path
    }
}

/// A history that broke a promise.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) seed: u64,
    /// The step after which it was seen.
    pub(crate) step: usize,
    pub(crate) fault: Fault,
}

/// How much happened.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) histories: u64,
    pub(crate) steps: u64,
    pub(crate) looks: u64,
    pub(crate) deaths: u64,
    pub(crate) releases: u64,
    pub(crate) counts: Counts,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.histories += other.histories;
        self.steps += other.steps;
        self.looks += other.looks;
        self.deaths += other.deaths;
        self.releases += other.releases;
        self.counts.add(other.counts);
    }
}

/// Plays one history, and returns what happened, line by line where `telling`.
pub(crate) async fn play(
    history: &History,
    place: &Place,
    mutant: Option<Mutant>,
    telling: bool,
) -> (Tally, Vec<String>, Result<(), Failure>) {
    let path = place.fresh(history);
    let platform = Arc::new(Platform::new(history, mutant));
    let mut game = Game {
        bot: Some(Bot::start(&path, history.begins).await),
        ledger: Ledger::open(&path).await.unwrap(),
        now: history.begins,
        skew: TimeDelta::zero(),
        away: TimeDelta::zero(),
        pause_until: None,
        interaction: 100,
        drawn: 0,
        tally: Tally::default(),
        story: Vec::new(),
        history,
        place,
        path,
        platform,
        mutant,
        telling,
    };
    let mut result = Ok(());
    for (index, step) in history.steps.iter().enumerate() {
        game.tell(|| format!("{index:>3} {step:?}"));
        game.tally.steps += 1;
        result = game.step(step).await.map_err(|fault| (index, fault));
        if result.is_err() {
            break;
        }
    }
    if result.is_ok() {
        game.tell(|| "    quiet".to_owned());
        let last = history.steps.len();
        result = game.end().await.map_err(|fault| (last, fault));
    }
    let result = result.map_err(|(step, fault)| Failure {
        seed: history.seed,
        step,
        fault,
    });
    if let Err(failure) = &result {
        game.story.push(format!("    {}", failure.fault));
    }
    game.tally.histories = 1;
    game.tally.releases = game.ledger.releases.len() as u64;
    game.tally.counts = game.platform.state().counts;
    if let Some(bot) = game.bot.take() {
        bot.end().await;
    }
    game.ledger.close().await;
    (game.tally, game.story, result)
}

struct Game<'a> {
    history: &'a History,
    place: &'a Place,
    path: PathBuf,
    platform: Shared,
    mutant: Option<Mutant>,
    /// None only while it is being started again.
    bot: Option<Bot>,
    ledger: Ledger,
    /// True time.
    now: DateTime<Utc>,
    /// By how much the bot's clock is ahead of it.
    skew: TimeDelta,
    /// How long the process is away after its next death.
    away: TimeDelta,
    /// The loop waits until then because the database has failed.
    pause_until: Option<DateTime<Utc>>,
    interaction: u64,
    drawn: u64,
    tally: Tally,
    story: Vec<String>,
    telling: bool,
}

/// What a person does.
enum Deed {
    Start(StartRequest),
    Act(Which, Command),
    Slip(Which, SlipRequest),
    Snooze(Which, ItemId),
    SayDay(String, DayStanding),
    Duty(usize),
}

/// How many lines about a deed have to be in the timeline then: at least, and at most.
type Lines = (usize, usize);

const NONE: Lines = (0, 0);
const ONE: Lines = (1, 1);

impl Deed {
    /// Does it, and says how many lines about it have to be in the timeline then.
    async fn perform(&self, app: &App, person: &Person, now: DateTime<Utc>) -> Result<Lines, Error> {
        let one_if = |done| if done { ONE } else { NONE };
        match self {
            Self::Start(request) => app.start(person, request, now).await.map(|_| ONE),
            Self::Act(which, command) => {
                app.act(person, which, command, now).await?;
                Ok(lines_of(command))
            }
            // The record of every release in flight tells it.
            Self::Duty(act) => duty::act(app, person, *act, now).await.map(|()| (0, usize::MAX)),
            Self::Slip(which, request) => {
                let asked = app.consider_slip(person, which, request.clone(), now).await?;
                let SlipStep::Agree { question, .. } = asked else {
                    return Ok(NONE);
                };
                let answered = app.answer_slip(person, question, Answer::Anyway, now).await?;
                Ok(one_if(matches!(answered, SlipStep::Moved { .. })))
            }
            Self::Snooze(which, item) => {
                let snoozed = app.snooze(person, which, item, "tomorrow", now).await?;
                let question = match snoozed {
                    SnoozeStep::Agree { question, .. } => question,
                    step => return Ok(one_if(matches!(step, SnoozeStep::Done { .. }))),
                };
                let answered = app.answer_snooze(person, question, Answer::Anyway, now).await?;
                Ok(one_if(matches!(answered, SnoozeStep::Done { .. })))
            }
            Self::SayDay(date, standing) => {
                app.say_day(person, date, standing.clone(), now).await?;
                Ok(NONE)
            }
        }
    }
}

/// Whoever opens an escalation chooses its topic, whoever pages calls the first one, and what is resolved may unblock.
fn lines_of(command: &Command) -> Lines {
    match command {
        Command::Room(RoomCommand::Escalation(EscalationCommand::Open(_))) => (2, 2),
        Command::Room(RoomCommand::Escalation(EscalationCommand::Take { step, .. })) => match step {
            EscalationStep::Page { .. } => (2, 2),
            EscalationStep::Resolve { .. } => (1, 2),
            _ => ONE,
        },
        // Whoever is being called stops being called.
        Command::Close { .. } => (1, 9),
        _ => ONE,
    }
}

impl Game<'_> {
    fn tell(&mut self, line: impl FnOnce() -> String) {
        if self.telling {
            self.story.push(line());
        }
    }

    /// What the bot's clock shows.
    fn clock(&self) -> DateTime<Utc> {
        self.now + self.skew
    }

    fn move_to(&mut self, now: DateTime<Utc>) {
        self.now = now;
        let clock = self.clock();
        let mut platform = self.platform.state();
        platform.now = now;
        platform.shown = platform.shown.max(clock);
    }

    fn bot(&mut self) -> &mut Bot {
        self.bot.as_mut().unwrap()
    }

    async fn step(&mut self, step: &Step) -> Result<(), Fault> {
        match step {
            Step::Start {
                guild,
                playbook,
                version,
                days,
                again,
            } => {
                let playbook = &PLAYBOOKS[playbook % PLAYBOOKS.len()];
                let today = self.clock().date_naive();
                let request = StartRequest {
                    playbook: playbook.id.clone(),
                    version: format!("7.{version}.1"),
                    target: days.map_or_else(
                        || "TBD".to_owned(),
                        |days| world::days_after(today, days).to_string(),
                    ),
                    reason: Reason::Security,
                    title: None,
                    further_versions: Vec::new(),
                    conditions: Vec::new(),
                    private: false,
                    confirmed: true,
                    proposal: None,
                };
                let person = world::person(world::guild(*guild), LEADS, self.interaction);
                self.deed(person, &Deed::Start(request), *again).await?;
            }
            Step::Tick(press) => {
                let deed = |which, item| Deed::Act(which, Command::CompleteItem(item));
                self.press(*press, deed).await?;
            }
            Step::Undo(press) => {
                let deed = |which, item| Deed::Act(which, Command::UndoItem(item));
                self.press(*press, deed).await?;
            }
            Step::Room(press, act) => {
                let guild = self.known(press.release).map(|known| known.guild);
                let guild = guild.unwrap_or_else(|| world::guild(0));
                let deed = |which, item| Deed::Act(which, Command::Room(room::act(*act, item, guild)));
                self.press(*press, deed).await?;
            }
            Step::Duty { role, act, again } => {
                let person = world::person(world::guild(0), *role, self.interaction);
                self.deed(person, &Deed::Duty(*act), *again).await?;
            }
            Step::Reopen(release) => {
                let reason = "It was not over".to_owned();
                self.lead(*release, |which| Deed::Act(which, Command::Reopen { reason }))
                    .await?;
            }
            Step::Close { release, reason } => {
                let Some(known) = self.known(*release) else {
                    return Ok(());
                };
                let (guild, which) = (known.guild, known.which.clone());
                let override_reason = reason.then(|| "It is withdrawn".to_owned());
                let person = world::person(guild, LEADS, self.interaction);
                let command = Command::Close { override_reason };
                self.deed(person, &Deed::Act(which, command), false).await?;
            }
            Step::Slip { release, days } => {
                let today = self.clock().date_naive();
                let target = days.map(|days| world::days_after(today, days).to_string());
                let request = SlipRequest {
                    key: String::new(),
                    target: target.unwrap_or_else(|| "TBD".to_owned()),
                    reason: "The fix is not ready".to_owned(),
                    shown: None,
                };
                self.lead(*release, |which| Deed::Slip(which, request)).await?;
            }
            Step::Announce(release) => {
                let post = RoomCommand::Announcement(AnnouncementCommand::Post { words: None });
                self.lead(*release, |which| Deed::Act(which, Command::Room(post)))
                    .await?;
            }
            Step::Hold(release) => {
                let reason = "Waiting for the vendor".to_owned();
                self.lead(*release, |which| Deed::Act(which, Command::Hold { reason }))
                    .await?;
            }
            Step::Resume(release) => {
                self.lead(*release, |which| Deed::Act(which, Command::Resume))
                    .await?;
            }
            Step::Snooze(press) => self.press(*press, Deed::Snooze).await?,
            Step::SayDay { guild, days, off } => {
                let date = world::days_after(self.clock().date_naive(), *days).to_string();
                let reason = "Everybody is away".to_owned();
                let standing = if *off {
                    DayStanding::Off(reason)
                } else {
                    DayStanding::Worked(reason)
                };
                let person = world::person(world::guild(*guild), LEADS, self.interaction);
                self.deed(person, &Deed::SayDay(date, standing), false).await?;
            }
            Step::Wait(length) => return self.wait(*length).await,
            Step::Suspend(length) => self.move_to(self.now + *length),
            Step::SetClock(by) => {
                self.skew += *by;
                self.move_to(self.now);
            }
            Step::Crash(death, away) => {
                self.away = *away;
                match death {
                    Death::Now => self.die().await?,
                    Death::BeforeCommit(others) => self.bot().valve.die_at(*others, true),
                    Death::AfterCommit(others) => self.bot().valve.die_at(*others, false),
                    Death::BeforePost | Death::AfterPost => self.bot().dies_at_post = Some(*death),
                }
            }
            Step::Weather(weather) => self.platform.state().weather = *weather,
            Step::TokenRefused(length) => {
                let until = self.now + *length;
                self.platform.state().refuses_token_until = Some(until);
            }
            Step::DiskFull(commits) => self.bot().valve.full(*commits),
            Step::DeleteChannel(release) => {
                let channel = self.known(*release).and_then(|known| known.told.channel);
                if let Some(channel) = channel {
                    self.platform.state().delete_channel(channel.0);
                }
            }
            Step::DeleteCard { release, card } => {
                let known = self.known(*release);
                let cards = known.into_iter().flat_map(|known| known.told.room.cards.values());
                let cards: Vec<u64> = cards.map(|message| message.0).collect();
                if let Some(message) = cards.get(card % cards.len().max(1)) {
                    self.platform.state().delete_message(*message);
                }
            }
            Step::DeleteBoard(release) => {
                let board = self.known(*release).and_then(|known| known.told.board);
                if let Some(board) = board {
                    self.platform.state().delete_message(board.0);
                }
            }
        }
        self.look().await
    }

    fn known(&self, release: usize) -> Option<&Known> {
        let all = &self.ledger.releases;
        all.get(release % all.len().max(1))
    }

    /// The Release Manager does something to a release.
    async fn lead(&mut self, release: usize, deed: impl FnOnce(Which) -> Deed) -> Result<(), Fault> {
        let Some(known) = self.known(release) else {
            return Ok(());
        };
        let (guild, which) = (known.guild, known.which.clone());
        let person = world::person(guild, LEADS, self.interaction);
        self.deed(person, &deed(which), false).await
    }

    async fn press(&mut self, press: Press, deed: impl FnOnce(Which, ItemId) -> Deed) -> Result<(), Fault> {
        let Some(known) = self.known(press.release) else {
            return Ok(());
        };
        let items: Vec<_> = known
            .told
            .playbook
            .items()
            .map(|(_, item)| item.id.clone())
            .collect();
        let item = items[press.item % items.len()].clone();
        let (guild, which) = (known.guild, known.which.clone());
        // Half of the time it is the Release Manager, who may do everything.
        let role = if press.item.is_multiple_of(2) {
            LEADS
        } else {
            press.role
        };
        let person = world::person(guild, role, self.interaction);
        self.deed(person, &deed(which, item), press.again).await
    }

    /// Somebody acts. What is acknowledged is in the file at once; what is refused or fails leaves no trace.
    async fn deed(&mut self, person: Person, deed: &Deed, again: bool) -> Result<(), Fault> {
        self.interaction += 1;
        let (mut lines, mut is_handled) = self.perform(&person, deed).await?;
        if is_handled && again {
            self.expect(Some((lines, person.user))).await?;
            let (second, is_alive) = self.perform(&person, deed).await?;
            // What was carried out the first time leaves nothing the second time.
            lines = if lines == NONE { second } else { NONE };
            is_handled = is_alive;
        }
        self.expect(is_handled.then_some((lines, person.user))).await
    }

    /// How many lines about it have to be there, and whether the process lives to tell.
    async fn perform(&mut self, person: &Person, deed: &Deed) -> Result<(Lines, bool), Fault> {
        let clock = self.clock();
        let app = &self.bot().app.clone();
        let result = deed.perform(app, person, clock).await;
        match self.judge(result)? {
            Done::Well(Ok(leaves_line)) => {
                self.tell(|| format!("    {} is acknowledged", person.user));
                Ok((leaves_line, true))
            }
            Done::Well(Err(error)) => {
                self.tell(|| format!("    {} is refused: {error:?}", person.user));
                Ok((NONE, true))
            }
            Done::Failed if self.mutant == Some(Mutant::AnswersAnyway) => Ok((ONE, true)),
            Done::Failed => Ok((NONE, true)),
            Done::Died => {
                self.die().await?;
                Ok((NONE, false))
            }
        }
    }

    async fn expect(&mut self, lines: Option<(Lines, UserId)>) -> Result<(), Fault> {
        let clock = self.clock();
        let expect = lines.map_or(Expect::Anything, |(count, user)| {
            Expect::Lines(count, user, clock)
        });
        let app = self.bot().app.clone();
        self.ledger.check(&app, expect).await
    }

    fn judge<T>(&mut self, result: Result<T, Error>) -> Result<Done<Result<T, Error>>, Fault> {
        self.bot().judge(result).map_err(|what| Fault {
            rule: Rule::Broke,
            what,
        })
    }

    /// The process dies, and is started again on what it has left.
    async fn die(&mut self) -> Result<(), Fault> {
        self.tally.deaths += 1;
        if let Some(bot) = self.bot.take() {
            bot.end().await;
        }
        self.move_to(self.now + self.away);
        self.away = TimeDelta::zero();
        self.pause_until = None;
        match self.mutant {
            Some(Mutant::RemindsAgain) => {
                let renamed = "UPDATE outbox SET occasion = occasion || ':' || id
                               WHERE occasion LIKE 'calls:%' AND id > $1";
                self.ledger.tamper(renamed, 0).await?;
                self.ledger
                    .tamper("DELETE FROM reminder WHERE due_at > $1", 0)
                    .await?;
            }
            Some(Mutant::RewritesHistory) => {
                let unguarded = "DROP TRIGGER IF EXISTS timeline_is_never_erased";
                self.ledger.tamper(unguarded, 0).await?;
                let erased =
                    "DELETE FROM timeline_event WHERE id > $1 AND id = (SELECT MAX(id) FROM timeline_event)";
                self.ledger.tamper(erased, 0).await?;
            }
            _ => {}
        }
        let clock = self.clock();
        self.tell(|| format!("    the process has died and is back at {clock}"));
        self.bot = Some(Bot::start(&self.path, clock).await);
        Ok(())
    }

    /// Time goes on: the loop wakes when it wants to, and answers come when they come.
    async fn wait(&mut self, length: TimeDelta) -> Result<(), Fault> {
        let end = self.now + length;
        let mut looks = 0;
        loop {
            self.look().await?;
            let Some(next) = self.next().await.filter(|next| *next <= end) else {
                break;
            };
            looks += 1;
            if next > self.now {
                self.move_to(next);
                looks = 0;
            } else if looks > LOOKS {
                return Fault::new(
                    Rule::Spins,
                    format!("the loop looks {LOOKS} times at {}", self.clock()),
                );
            }
            if self.tally.looks > LOOKS_IN_ALL {
                return Fault::new(Rule::Spins, format!("the loop has looked {LOOKS_IN_ALL} times"));
            }
        }
        self.move_to(self.now.max(end));
        self.look().await
    }

    /// When something happens by itself, in true time.
    async fn next(&mut self) -> Option<DateTime<Utc>> {
        let (clock, skew) = (self.clock(), self.skew);
        let pause_until = self.pause_until;
        let bot = self.bot();
        let (_, planned) = bot.steps.plan(bot.flights.len(), clock).await;
        let planned = planned.map(|at| at - skew);
        let planned = planned.map(|at| pause_until.map_or(at, |until| at.max(until)));
        let answers = bot.flights.iter().map(|flight| flight.answered_at);
        answers.chain(planned).min()
    }

    /// One look of the loop at this instant: answers are recorded, what is due is settled, what waits is sent. Then what
    /// is promised is checked.
    async fn look(&mut self) -> Result<(), Fault> {
        self.tally.looks += 1;
        let answered = self.answers().await?;
        if self.pause_until.is_none_or(|until| until <= self.now) {
            self.pause_until = None;
            self.begin(!answered).await?;
        }
        let said = std::mem::take(&mut self.platform.state().said);
        if self.telling {
            let clock = self.clock();
            self.story
                .extend(said.into_iter().map(|line| format!("    {clock} {line}")));
        }
        if let Some(fault) = self.platform.state().fault.clone() {
            return Err(fault);
        }
        self.expect(None).await
    }

    /// Records the answers that have come, and says whether there were any.
    async fn answers(&mut self) -> Result<bool, Fault> {
        let mut any = false;
        loop {
            let (now, clock) = (self.now, self.clock());
            let pauses = self.pauses();
            let bot = self.bot();
            let due = bot.flights.iter().enumerate();
            let due = due.filter(|(_, flight)| flight.answered_at <= now);
            let first = due.min_by_key(|(_, flight)| (flight.answered_at, flight.delivery.claim.row));
            let Some((index, _)) = first else { return Ok(any) };
            any = true;
            let Flight { delivery, result, .. } = bot.flights.remove(index);
            let recorded = bot.steps.answered(&delivery.claim, result, pauses, clock).await;
            if let Err(error) = &recorded {
                bot.app.health().failed(Part::Database, error, clock);
            }
            self.settled(recorded).await?;
        }
    }

    /// The pauses after an attempt, drawn as everything else.
    fn pauses(&mut self) -> Pauses {
        self.drawn += 1;
        let mut chance = Chance::about(self.history.seed, &[4, self.drawn]);
        Pauses {
            share: f64::from(u32::try_from(chance.below(1_000_000)).unwrap_or(0)) / 1e6,
            board: TimeDelta::seconds(2),
        }
    }

    /// What came of a step of the loop; none when it cannot go on at this instant.
    async fn settled<T>(&mut self, result: Result<T, Error>) -> Result<Option<T>, Fault> {
        match self.judge(result)? {
            Done::Well(result) => Ok(Some(result?)),
            Done::Failed => {
                self.pause_until = Some(self.now + AFTER_FAILURE);
                Ok(None)
            }
            Done::Died => {
                self.die().await?;
                Ok(None)
            }
        }
    }

    async fn begin(&mut self, look: bool) -> Result<(), Fault> {
        if !self.tick(look).await? {
            return Ok(());
        }
        loop {
            if self.mutant == Some(Mutant::IgnoresOrder) {
                let query = "UPDATE outbox SET head = 1 WHERE state = 'pending' AND id > $1";
                self.ledger.tamper(query, 0).await?;
            }
            let clock = self.clock();
            let bot = self.bot();
            let next = bot.steps.next(bot.flights.len(), clock).await;
            let Some(Some(delivery)) = self.settled(next).await? else {
                return Ok(());
            };
            if self.mutant == Some(Mutant::ForgetsLease) {
                let query = "UPDATE outbox SET state = 'pending', due_at = wished_at WHERE id = $1";
                self.ledger.tamper(query, delivery.claim.row).await?;
            }
            if !self.send(delivery).await? {
                return Ok(());
            }
        }
    }

    /// Settles what is due; false when the loop cannot go on at this instant.
    async fn tick(&mut self, look: bool) -> Result<bool, Fault> {
        let clock = self.clock();
        let apart = self.mutant == Some(Mutant::SettlesApart);
        let newest = if apart { self.ledger.newest_row().await? } else { 0 };
        if self.mutant == Some(Mutant::RemindsEarly) {
            let app = self.bot().app.clone();
            let ticked = app.tick(clock + TimeDelta::hours(12)).await;
            if self.settled(ticked).await?.is_none() {
                return Ok(false);
            }
        }
        let begun = self.bot().steps.begin(look, clock).await;
        if let Err(error) = &begun {
            self.bot().app.health().failed(Part::Database, error, clock);
        } else {
            self.bot().app.health().well(Part::Database);
        }
        let goes_on = self.settled(begun).await?.is_some();
        if apart && self.ledger.newest_row().await? > newest && newest % 3 == 0 {
            // It dies between the two transactions.
            self.ledger
                .tamper("DELETE FROM outbox WHERE id > $1", newest)
                .await?;
            self.die().await?;
            return Ok(false);
        }
        Ok(goes_on)
    }

    /// Sends a message; false when the process has died of it.
    async fn send(&mut self, delivery: Delivery) -> Result<bool, Fault> {
        let dies = self.bot().dies_at_post.take();
        if dies == Some(Death::BeforePost) {
            self.die().await?;
            return Ok(false);
        }
        let is_message = !matches!(
            delivery.claim.notice,
            Notice::OpenChannel
                | Notice::Board
                | Notice::Card { .. }
                | Notice::Archive { .. }
                | Notice::Unarchive { .. }
        );
        if self.mutant == Some(Mutant::SentBeforeSending) && is_message {
            let (app, clock) = (self.bot().app.clone(), self.clock());
            let receipt = Ok(tminus::app::Receipt::Posted(MessageId(1)));
            let recorded = app.record(&delivery.claim, receipt, self.pauses(), clock).await;
            if self.settled(recorded).await?.is_none() {
                return Ok(false);
            }
        }
        let platform = Arc::clone(&self.platform);
        let result = platform.deliver(&delivery).await;
        if dies == Some(Death::AfterPost) {
            self.die().await?;
            return Ok(false);
        }
        let answered_at = self.now + platform.state().answer_takes;
        self.bot().flights.push(Flight {
            delivery,
            result,
            answered_at,
        });
        Ok(true)
    }

    /// The platform is well, nobody acts, and after a while nothing is left to do.
    async fn end(&mut self) -> Result<(), Fault> {
        self.platform.state().clear_up();
        let bot = self.bot();
        bot.valve.clear();
        bot.dies_at_post = None;
        self.wait(QUIET + set_back(self.history)).await?;
        let before = self.ledger.stillness().await?;
        let clock = self.clock();
        let app = self.bot().app.clone();
        app.tick(clock).await?;
        if self.ledger.stillness().await? != before && self.mutant.is_none() {
            return Fault::new(Rule::Twice, "a second look at the same instant does something");
        }
        self.ledger.check_end(&app, &self.platform, clock).await?;
        if self.history.seed.is_multiple_of(4) {
            self.jumps().await?;
        }
        Ok(())
    }

    /// From here on, time passes in three ways on three copies: from one wake-up to the next, at once, and anyhow.
    async fn jumps(&mut self) -> Result<(), Fault> {
        let begins = self.clock();
        let ends = begins + AHEAD;
        let mut settled = Vec::new();
        for way in ["stepwise", "at-once", "anyhow"] {
            let path = self.place.file(&format!("{way}.sqlite"));
            self.ledger.copy_to(&path).await?;
            let bot = Bot::start(&path, begins).await;
            let mut clock = begins;
            let mut chance = Chance::about(self.history.seed, &[3]);
            // Whoever is not at work at the end of a jump is called when the next working day begins.
            while clock < ends + TimeDelta::days(7) {
                clock = match if clock < ends { way } else { "stepwise" } {
                    "stepwise" => bot
                        .app
                        .next_wakeup(clock)
                        .await?
                        .map_or(ends + TimeDelta::days(7), |wakeup| wakeup.at()),
                    "anyhow" => clock + TimeDelta::milliseconds(chance.between(1, 3 * 86_400_000)),
                    _ => ends,
                }
                .min(if clock < ends {
                    ends
                } else {
                    ends + TimeDelta::days(7)
                });
                bot.app.tick(clock).await?;
            }
            bot.end().await;
            let mut ledger = Ledger::open(&path).await?;
            settled.push((way, ledger.occasions().await?));
            ledger.close().await;
        }
        let (_, stepwise) = &settled[0];
        for (way, other) in &settled[1..] {
            if let Some(occasion) = stepwise.symmetric_difference(other).next() {
                return Fault::new(Rule::Jumps, format!("{way} and stepwise differ in {occasion:?}"));
            }
        }
        Ok(())
    }
}

/// By how much the clock is set back in all.
fn set_back(history: &History) -> TimeDelta {
    let mut back = TimeDelta::zero();
    for step in &history.steps {
        if let Step::SetClock(by) = step {
            back -= (*by).min(TimeDelta::zero());
        }
    }
    back
}
