//! Real crashes: the program is killed with SIGKILL at each point between what a person asks and the record that it was
//! said, and started again on the same file.
//!
//! No failpoint is built into the program. Its surroundings hold it where it is to die: the database, by the lock of
//! another process or by a trigger that refuses one step, and the local Discord, by a request that hangs.
//!
//! | killed | the new start finds | what comes of it |
//! |---|---|---|
//! | before the commit of what was asked | nothing | the person has no answer, and nothing was done or said |
//! | after the commit, before the lease | a row that waits | said once |
//! | after the lease, before the POST | a leased row | said once, soon or long after |
//! | after the POST, its answer lost | a leased row | soon: the nonce makes a second POST the first message |
//! | the same, the nonce forgotten | a leased row | the message is found by its mark, and not sent again |
//! | after the answer, before the record | a leased row | said once, soon or long after |
//!
//! A change of the schema, cut off in its middle, is made anew as well.
//!
//! `process.rs` kills it at the steps of opening a release, `tests/simulation` at every commit.

use std::io::{BufRead as _, BufReader};
use std::process::{ChildStderr, Stdio};

use chrono::TimeDelta;
use simcord::{ChannelId, Control, Fault, FaultKind, Happening, UserId};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tminus::store::schema_version;

use crate::process::{Place, Running, TARGET, count, drafted, root, set_up};

/// What Riley asks, and what the channel hears of it.
const HOLD: &str = "/release hold reason:\"Waiting for the lawyers\"";
const SAID: &str = "Items can be ticked all the same.";

/// The database refuses the step from one state to the next, as long as this is in it.
const NO_LEASE: &str = "CREATE TRIGGER crash BEFORE UPDATE OF state ON outbox
    WHEN NEW.state = 'leased' AND NEW.occasion LIKE 'held:%' BEGIN SELECT RAISE(ABORT, 'to die here'); END";
const NO_RECORD: &str = "CREATE TRIGGER crash BEFORE UPDATE OF state ON outbox
    WHEN NEW.state = 'sent' AND NEW.occasion LIKE 'held:%' BEGIN SELECT RAISE(ABORT, 'to die here'); END";

/// The fourth change of the schema is made and not committed, for as long as it takes to look through so many rows.
const NO_END: &str = "CREATE TRIGGER crash BEFORE INSERT ON _sqlx_migrations WHEN NEW.version = 4
    BEGIN SELECT COUNT(*) FROM sqlite_schema AS a, sqlite_schema AS b, sqlite_schema AS c, sqlite_schema AS d,
        sqlite_schema AS e, sqlite_schema AS f, sqlite_schema AS g, sqlite_schema AS h; END";

const CHANGES: &str = "SELECT MAX(version) FROM _sqlx_migrations";
const RELEASES: &str = "SELECT COUNT(*) FROM release";

/// How long the bot is away after its crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Away {
    /// Discord still knows the nonce.
    Shortly,
    /// Discord has forgotten the nonce.
    Long,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_the_commit() {
    let mut scene = Scene::new().await;
    let told = scene.timeline().await;
    scene.query("BEGIN IMMEDIATE").await;
    let control = scene.control.clone();
    let mut journal = control.subscribe();
    let asking = control.slash_text(scene.riley, scene.channel, HOLD);
    let thinking =
        async { while !matches!(journal.recv().await.unwrap().event, Happening::Thinking { .. }) {} };
    tokio::select! {
        answer = asking => panic!("answered without a commit: {answer:?}"),
        () = thinking => scene.bot.kill(),
    }
    scene.query("ROLLBACK").await;
    assert_eq!(scene.row().await, None);
    scene.restart(Away::Shortly).await;

    let messages = control.messages(scene.riley, scene.channel);
    let unanswered = messages.iter().filter(|message| message.thinking()).count();
    assert_eq!(unanswered, 1, "the person sees that the command came to nothing");
    assert_eq!((scene.said(), scene.timeline().await), (0, told));
    // What was asked in vain can be asked again.
    scene.ask().await;
    scene.expect_said_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_the_commit_before_the_lease() {
    let mut scene = Scene::new().await;
    scene.query(NO_LEASE).await;
    scene.ask().await;
    scene.bot.kill();
    assert_eq!(scene.row().await, Some(("pending".to_owned(), 0)));
    assert_eq!(scene.said(), 0);
    scene.query("DROP TRIGGER crash").await;
    scene.restart(Away::Shortly).await;
    scene.expect_said_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_the_lease_before_the_post() {
    for away in [Away::Shortly, Away::Long] {
        let mut scene = Scene::new().await;
        scene.hang(false);
        scene.ask().await;
        scene.control.faults_over().await;
        scene.bot.kill();
        assert_eq!(scene.row().await, Some(("leased".to_owned(), 1)));
        assert_eq!(scene.said(), 0, "{away:?}");
        scene.restart(away).await;
        scene.expect_said_once().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_the_answer_was_lost() {
    let mut scene = Scene::new().await;
    scene.lose_answer().await;
    scene.restart(Away::Shortly).await;
    scene.expect_said_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_when_the_answer_was_lost_and_the_nonce_is_forgotten() {
    let mut scene = Scene::new().await;
    scene.lose_answer().await;
    let posts = scene.posts();
    scene.restart(Away::Long).await;
    scene.expect_said_once().await;
    assert_eq!(scene.posts(), posts, "it was found, not sent again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_after_the_answer_before_the_record() {
    for away in [Away::Shortly, Away::Long] {
        let mut scene = Scene::new().await;
        scene.query(NO_RECORD).await;
        scene.ask().await;
        // The answer has arrived, and the file does not take what it says.
        scene.wait_for_log("the database failed");
        scene.bot.kill();
        assert_eq!(scene.row().await, Some(("leased".to_owned(), 1)));
        assert_eq!(scene.said(), 1, "{away:?}");
        scene.query("DROP TRIGGER crash").await;
        let posts = scene.posts();
        scene.restart(away).await;
        scene.expect_said_once().await;
        assert_eq!(scene.posts(), posts, "{away:?}: it was found, not sent again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle_of_a_change_of_the_schema() {
    let place = Place::new().await;
    std::fs::copy(root().join("tests/fixtures/schema-0001.db"), place.database()).unwrap();
    let mut file = open(&place).await;
    let releases = number(&mut file, RELEASES).await;
    do_sql(&mut file, NO_END).await;
    let mut bot = place.start();
    // It hangs when the third change is done and nobody else can write for a second.
    do_sql(&mut file, "PRAGMA busy_timeout = 1000").await;
    while number(&mut file, CHANGES).await < 3
        || sqlx::query("BEGIN IMMEDIATE").execute(&mut file).await.is_ok()
    {
        // Outside a transaction there is nothing to undo.
        let _ = sqlx::query("ROLLBACK").execute(&mut file).await;
    }
    bot.kill();
    assert_eq!(number(&mut file, CHANGES).await, 3);
    do_sql(&mut file, "DROP TRIGGER crash").await;

    let mut bot = place.start();
    place.simcord.control().wait_connected().await;
    assert_eq!(number(&mut file, CHANGES).await, schema_version());
    assert_eq!(number(&mut file, RELEASES).await, releases);
    let faults = "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'";
    assert_eq!(number(&mut file, faults).await, 0);
    assert!(bot.terminate(), "it ends in order");
    for schema in [1, 3] {
        let copy = format!("tminus.sqlite.schema-{schema}.backup");
        assert!(place.folder.path().join(&copy).exists(), "{copy}");
    }
}

/// The real program with release 7.2.1 under way and nothing left to say, and its file in the hands of another process.
struct Scene {
    place: Place,
    control: Control,
    riley: UserId,
    channel: ChannelId,
    bot: Running,
    log: BufReader<ChildStderr>,
    file: SqliteConnection,
}

impl Scene {
    async fn new() -> Self {
        let place = Place::new().await;
        let control = place.simcord.control();
        let riley = control.user_id("riley").unwrap();
        let general = control.channel_id(riley, "general").unwrap();
        let (bot, log) = start(&place);
        control.wait_connected().await;
        set_up(&control).await;
        let mut journal = control.subscribe();
        let command = format!("/release start playbook:dot-release version:7.2.1 target:{TARGET}");
        control.slash_text(riley, general, &command).await;
        while !drafted(&control, "7.2.1") {
            journal.recv().await.unwrap();
        }
        let file = open(&place).await;
        let mut scene = Self {
            channel: control.channel_id(riley, "rel-7-2-1").unwrap(),
            place,
            control,
            riley,
            bot,
            log,
            file,
        };
        scene.all_sent().await;
        scene
    }

    /// Has the release put on hold, which is acknowledged.
    async fn ask(&self) {
        let answer = self.control.slash_text(self.riley, self.channel, HOLD).await;
        assert!(answer.text().contains("is on hold"), "{}", answer.text());
    }

    /// Discord has the message, and the program dies without having heard so.
    async fn lose_answer(&mut self) {
        self.hang(true);
        let mut journal = self.control.subscribe();
        self.ask().await;
        while self.said() == 0 {
            journal.recv().await.unwrap();
        }
        self.bot.kill();
        assert_eq!(self.row().await, Some(("leased".to_owned(), 1)));
    }

    fn hang(&self, carried_out: bool) {
        self.control.fault(Fault {
            method: Some("POST".to_owned()),
            path_contains: "/messages".to_owned(),
            times: 1,
            kind: FaultKind::Hang { carried_out },
        });
    }

    /// Starts the program again. Nobody waits here until it was away long: the file then says that its first attempt was
    /// an hour ago, and Discord forgets every nonce at once.
    async fn restart(&mut self, away: Away) {
        if away == Away::Long {
            self.query("UPDATE outbox SET first_attempt_at = first_attempt_at - 3600000")
                .await;
            let forget = |limits: &mut simcord::Limits| limits.nonce_window = TimeDelta::zero();
            self.control.change_limits(forget);
        }
        let mut record = self.control.gateway_record();
        let before = record.borrow().identifies;
        (self.bot, self.log) = start(&self.place);
        let again = record.wait_for(|record| record.identifies > before).await;
        drop(again.unwrap());
    }

    async fn expect_said_once(&mut self) {
        self.all_sent().await;
        assert_eq!(self.row().await.unwrap().0, "sent");
        assert_eq!(self.said(), 1);
        let holds = "SELECT COUNT(*) FROM timeline_event WHERE event LIKE '%\"held\"%'";
        assert_eq!(number(&mut self.file, holds).await, 1);
        assert_eq!(self.control.errors(), Vec::<String>::new());
        assert!(self.bot.terminate(), "it ends in order");
    }

    fn said(&self) -> usize {
        count(&self.control, "rel-7-2-1", SAID)
    }

    /// How many messages Discord was asked to post, and answered.
    fn posts(&self) -> usize {
        let requests = self.control.requests();
        let posts = requests
            .iter()
            .filter(|request| request.method == "POST" && request.path.ends_with("/messages"));
        posts.count()
    }

    /// Reads what the program logs until this comes.
    fn wait_for_log(&mut self, text: &str) {
        tokio::task::block_in_place(|| {
            let mut line = String::new();
            while !line.contains(text) {
                line.clear();
                assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "it ended before");
            }
        });
    }

    async fn query(&mut self, sql: &'static str) {
        do_sql(&mut self.file, sql).await;
    }

    /// The state of the row of the hold, and how often it was tried.
    async fn row(&mut self) -> Option<(String, i64)> {
        sqlx::query_as("SELECT state, attempts FROM outbox WHERE occasion LIKE 'held:%'")
            .fetch_optional(&mut self.file)
            .await
            .unwrap()
    }

    async fn timeline(&mut self) -> i64 {
        number(&mut self.file, "SELECT COUNT(*) FROM timeline_event").await
    }

    /// Waits until nothing is left to say.
    async fn all_sent(&mut self) {
        while number(
            &mut self.file,
            "SELECT COUNT(*) FROM outbox WHERE state <> 'sent'",
        )
        .await
            > 0
        {
            tokio::task::yield_now().await;
        }
    }
}

async fn open(place: &Place) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(place.database());
    options.connect().await.unwrap()
}

async fn do_sql(file: &mut SqliteConnection, sql: &'static str) {
    sqlx::query(sql).execute(file).await.unwrap();
}

async fn number(file: &mut SqliteConnection, sql: &'static str) -> i64 {
    let (number,): (i64,) = sqlx::query_as(sql).fetch_one(file).await.unwrap();
    number
}

fn start(place: &Place) -> (Running, BufReader<ChildStderr>) {
    let mut command = place.command();
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    (Running(child), log)
}
