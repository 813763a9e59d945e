//! Copies of hand-offs by e-mail (S47): the real store and the real library, against a mail server of the test's own.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use tminus::app::{App, DeadLetter, Delivery, Pauses, Receipt, Remedy};
use tminus::cli::playbook;
use tminus::config::{LogFormat, LogLevel};
use tminus::domain::calendar::CalendarSettings;
use tminus::domain::ids::{ChannelId, GuildId, GuildRoleId, InteractionId, MessageId, UserId};
use tminus::domain::notice::Notice;
use tminus::domain::person::Person;
use tminus::domain::release::Reason;
use tminus::domain::setup::SetupChange;
use tminus::domain::start::StartRequest;
use tminus::mail::{Encryption, Postman, Server};
use tminus::runtime::{Steps, logging};
use tminus::store::Store;

use crate::secrets::{Log, listen};

const GUILD: GuildId = GuildId(900);
const ANN: UserId = UserId(100_000_000_000_000_001);
const BEN: UserId = UserId(100_000_000_000_000_002);
const HAND_OFFS: ChannelId = ChannelId(703);
const PASSWORD: &str = "correct horse";

/// Ann in Berlin and then Ben in Los Angeles.
const ROSTER: &str = "title = 'Release duty'\nrotation = 'daily'\n\
    [[members]]\ndiscord = '100000000000000001'\nname = 'Ann'\nemail = 'ann@example.com'\nzone = 'Europe/Berlin'\nhours = '08:00-16:00'\n\
    [[members]]\ndiscord = '100000000000000002'\nname = 'Ben'\nemail = 'ben@example.com'\nzone = 'America/Los_Angeles'\nhours = '08:00-16:00'\n";

const PAUSES: Pauses = Pauses {
    share: 0.5,
    board: TimeDelta::zero(),
};

/// How the mail server takes one connection.
#[derive(Clone, Copy, Debug)]
enum Mood {
    /// It takes the mail.
    Takes,
    /// It refuses the one to whom it goes, with these words.
    Refuses(&'static str),
    /// It takes the mail and breaks off before it says so.
    BreaksOff,
}

/// A mail server on this machine. It is in a mood for each connection, and takes mail when no mood is left.
#[derive(Clone, Default)]
struct Post(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    port: u16,
    moods: VecDeque<Mood>,
    /// Who is let in; nobody has to log in without.
    login: Option<String>,
    mails: Vec<Mail>,
    connections: usize,
}

/// A mail that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mail {
    to: Vec<String>,
    headers: String,
    body: String,
}

impl Mail {
    fn header(&self, name: &str) -> String {
        let unfolded = self.headers.replace("\r\n ", " ");
        let mut lines = unfolded.split("\r\n");
        let found = lines.find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found.unwrap_or_default().to_owned()
    }

    /// The body as it is read: quoted-printable or as it stands.
    fn text(&self) -> String {
        if self.header("Content-Transfer-Encoding") != "quoted-printable" {
            return self.body.replace("\r\n", "\n");
        }
        let joined = self.body.replace("=\r\n", "").replace("\r\n", "\n");
        let mut bytes = Vec::new();
        let mut parts = joined.split('=');
        bytes.extend(parts.next().unwrap().bytes());
        for part in parts {
            bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
            bytes.extend(part[2..].bytes());
        }
        String::from_utf8(bytes).unwrap()
    }
}

impl Post {
    fn open(moods: &[Mood], login: Option<&str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let post = Self::default();
        {
            let mut taken = post.0.lock().unwrap();
            taken.port = listener.local_addr().unwrap().port();
            taken.moods = moods.iter().copied().collect();
            taken.login = login.map(str::to_owned);
        }
        let served = post.clone();
        // It ends with the process of the tests.
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                // Whoever breaks off gets nothing more.
                let _ = served.serve(connection);
            }
        });
        post
    }

    fn serve(&self, connection: TcpStream) -> std::io::Result<()> {
        let (mood, login) = {
            let mut taken = self.0.lock().unwrap();
            taken.connections += 1;
            (
                taken.moods.pop_front().unwrap_or(Mood::Takes),
                taken.login.clone(),
            )
        };
        let mut out = connection.try_clone()?;
        let mut lines = BufReader::new(connection).lines();
        let mut to = Vec::new();
        let mut say = |text: &str| out.write_all(format!("{text}\r\n").as_bytes());
        say("220 post.example.com")?;
        while let Some(line) = lines.next() {
            let line = line?;
            let verb = line.split(' ').next().unwrap_or_default();
            match verb {
                "EHLO" if login.is_some() => say("250-post.example.com\r\n250 AUTH PLAIN")?,
                "EHLO" => say("250 post.example.com")?,
                "AUTH" if login.as_deref() == line.strip_prefix("AUTH PLAIN ") => say("235 2.7.0 in")?,
                "AUTH" => say("535 5.7.8 no")?,
                "RCPT" => match mood {
                    Mood::Refuses(words) => say(words)?,
                    Mood::Takes | Mood::BreaksOff => {
                        to.push(line.clone());
                        say("250 2.1.5 ok")?;
                    }
                },
                "DATA" => {
                    say("354 go on")?;
                    let mut text = String::new();
                    for line in lines.by_ref() {
                        let line = line?;
                        if line == "." {
                            break;
                        }
                        text.push_str(line.strip_prefix('.').unwrap_or(&line));
                        text.push_str("\r\n");
                    }
                    let (headers, body) = text.split_once("\r\n\r\n").unwrap();
                    self.0.lock().unwrap().mails.push(Mail {
                        to: std::mem::take(&mut to),
                        headers: headers.to_owned(),
                        body: body.to_owned(),
                    });
                    if matches!(mood, Mood::BreaksOff) {
                        return Ok(());
                    }
                    say("250 2.0.0 taken")?;
                }
                "QUIT" => return say("221 2.0.0 bye"),
                _ => say("250 2.0.0 ok")?,
            }
        }
        Ok(())
    }

    fn mails(&self) -> Vec<Mail> {
        self.0.lock().unwrap().mails.clone()
    }

    fn connections(&self) -> usize {
        self.0.lock().unwrap().connections
    }

    fn postman(&self, user: Option<&str>, encryption: Encryption) -> Postman {
        let login = user.map(|user| (user.to_owned(), PASSWORD.to_owned().into()));
        Postman::new(&Server {
            host: "127.0.0.1".to_owned(),
            port: self.0.lock().unwrap().port,
            encryption,
            root_certificate_pem: None,
            from: "releases@example.com".parse().unwrap(),
            login,
        })
        .unwrap()
    }
}

/// A server where Ann has the duty and 7.2.1 is in flight, and a private release beside it.
struct Place {
    app: App,
    steps: Steps,
    postman: Postman,
    folder: tempfile::TempDir,
}

impl Place {
    async fn new(post: &Post) -> Self {
        Self::with(post.postman(None, Encryption::None)).await
    }

    async fn with(postman: Postman) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (app, steps) = opened(folder.path()).await;
        let mut place = Self {
            app,
            steps,
            postman,
            folder,
        };
        place.set_up().await;
        place
    }

    async fn set_up(&mut self) {
        let playbooks = self.app.playbooks();
        let roles = &playbooks
            .iter()
            .find(|known| known.id == "dot-release")
            .unwrap()
            .roles;
        let mut changes: Vec<SetupChange> = roles
            .iter()
            .map(|role| SetupChange::Role(role.id.clone(), GuildRoleId(11)))
            .collect();
        changes.extend([
            SetupChange::Category(ChannelId(701)),
            SetupChange::Announcements(ChannelId(702)),
            SetupChange::HandOffs(HAND_OFFS),
            SetupChange::Operations(ChannelId(704)),
        ]);
        self.app.choose(&person(1, ANN), &changes).await.unwrap();
        let name = "duty".parse().unwrap();
        self.app
            .write_roster(&person(2, ANN), &name, ROSTER, 0, at("2026-12-02T06:00:00Z"))
            .await
            .unwrap();
        for (interaction, version, private) in [(3, "7.2.1", false), (4, "7.1.9", true)] {
            let request = StartRequest {
                playbook: "dot-release".to_owned(),
                version: version.to_owned(),
                target: "2026-12-15".to_owned(),
                reason: Reason::CustomerBug,
                title: Some("Login * fix =".to_owned()),
                further_versions: Vec::new(),
                conditions: Vec::new(),
                private,
                confirmed: false,
                proposal: None,
            };
            self.app
                .start(&person(interaction, ANN), &request, at("2026-12-02T06:00:00Z"))
                .await
                .unwrap();
        }
        self.settle("2026-12-02T06:00:00Z").await;
        self.settle("2026-12-02T07:00:00Z").await;
    }

    /// Ann offers the duty; the chat hears of it.
    async fn hand_over(&mut self) {
        self.app
            .hand_over_now(
                &person(5, ANN),
                None,
                Some("Ask the vendor"),
                at("2026-12-02T10:00:00Z"),
            )
            .await
            .unwrap();
        self.settle("2026-12-02T10:00:00Z").await;
    }

    /// Lets time come to `now` and sends all that leaves then, and returns what left for the chat.
    async fn settle(&mut self, now: &str) -> Vec<Notice> {
        let now = at(now);
        self.steps.begin(true, now).await.unwrap();
        let mut said = Vec::new();
        while let Some(delivery) = self.steps.next(0, now).await.unwrap() {
            let result = match delivery.claim.notice.copy_to() {
                Some(_) => self.postman.deliver(&delivery).await,
                None => {
                    said.push(delivery.claim.notice.clone());
                    Ok(receipt(&delivery))
                }
            };
            let answered = self.steps.answered(&delivery.claim, result, PAUSES, now);
            answered.await.unwrap();
        }
        said
    }

    async fn dead(&self) -> Vec<DeadLetter> {
        self.app.dead_letters(&person(0, ANN)).await.unwrap()
    }

    async fn next_attempt(&self) -> Option<DateTime<Utc>> {
        self.app.next_attempt().await.unwrap()
    }
}

async fn opened(folder: &Path) -> (App, Steps) {
    let store = Store::open(&folder.join("tminus.sqlite")).await.unwrap();
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("playbook-templates");
    let playbooks = playbook::read_folder(&templates).unwrap();
    let always = vec!["archive@example.com".parse().unwrap()];
    let app = App::new(store, playbooks, CalendarSettings::default()).with_mail(always);
    let now = at("2026-12-02T06:00:00Z");
    app.recover(now).await.unwrap();
    (app.clone(), Steps::new(app, now))
}

fn receipt(delivery: &Delivery) -> Receipt {
    let row = u64::try_from(delivery.claim.row).unwrap();
    match &delivery.claim.notice {
        Notice::OpenChannel => Receipt::Channel(ChannelId(500 + row)),
        Notice::Board if delivery.about.release().unwrap().release.board.is_some() => Receipt::Edited,
        _ => Receipt::Posted(MessageId(600 + row)),
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn person(interaction: u64, user: UserId) -> Person {
    Person {
        guild: GUILD,
        user,
        guild_roles: vec![GuildRoleId(11)],
        administrator: true,
        interaction: InteractionId(interaction),
    }
}

fn to(mails: &[Mail]) -> Vec<String> {
    let names = mails.iter().flat_map(|mail| &mail.to);
    names.map(|line| line.replace("RCPT TO:", "")).collect()
}

/// S47: after the chat, one copy goes to whoever is asked and one to whom the configuration names; nothing of a private
/// release, and nothing twice.
#[tokio::test]
async fn s47_copies_arrive_once_and_say_where_to_answer() {
    let post = Post::open(&[], None);
    let mut place = Place::new(&post).await;
    place.hand_over().await;
    assert_eq!(post.connections(), 0, "the chat hears first");
    place.settle("2026-12-02T10:00:30Z").await;
    place.settle("2026-12-02T11:00:00Z").await;
    let mails = post.mails();
    assert_eq!(to(&mails), ["<ben@example.com>", "<archive@example.com>"]);
    assert_eq!(mails[0].header("From"), "T-minus <releases@example.com>");
    assert_eq!(mails[0].header("Auto-Submitted"), "auto-generated");
    assert_ne!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    let shown: Vec<String> = mails
        .iter()
        .map(|mail| {
            format!(
                "To: {}\nSubject: {}\n\n{}",
                mail.header("To"),
                mail.header("Subject"),
                mail.text()
            )
        })
        .collect();
    assert!(!shown.join("").contains("7.1.9"), "the private one is not told");
    insta::assert_snapshot!(shown.join("\n"));
    assert_eq!(place.dead().await, []);
}

/// An address that is refused for a time is tried again later, and holds up neither the other one nor the chat.
#[tokio::test]
async fn what_is_refused_for_a_time_is_tried_again() {
    let post = Post::open(&[Mood::Refuses("451 4.7.1 ben@example.com is greylisted")], None);
    let mut place = Place::new(&post).await;
    place.hand_over().await;
    place.settle("2026-12-02T10:00:30Z").await;
    assert_eq!(to(&post.mails()), ["<archive@example.com>"]);
    // A half of two seconds.
    let next = at("2026-12-02T10:00:31Z");
    assert_eq!(place.next_attempt().await, Some(next));
    place.settle("2026-12-02T10:00:31Z").await;
    place.settle("2026-12-02T10:30:00Z").await;
    assert_eq!(to(&post.mails()), ["<archive@example.com>", "<ben@example.com>"]);
    assert_eq!(post.connections(), 3);
    assert_eq!(place.dead().await, []);
}

/// An address that is refused for good is given up: operators hear of it, without the address and without the server's
/// words, and can have it sent after all.
#[tokio::test]
async fn what_is_refused_for_good_is_shown_to_operators() {
    let post = Post::open(
        &[Mood::Refuses(
            "550 5.1.1 <ben@example.com>: unknown to post.example.com",
        )],
        None,
    );
    let mut place = Place::new(&post).await;
    place.hand_over().await;
    let said = place.settle("2026-12-02T10:00:30Z").await;
    assert_eq!(to(&post.mails()), ["<archive@example.com>"]);
    let told = said.iter().find_map(|notice| match notice {
        Notice::Alert { what, why, .. } => Some(format!("{what}: {why}")),
        _ => None,
    });
    insta::assert_snapshot!(told.unwrap(), @"the e-mail copy of a hand-off: the mail server answered 550 (5.1.1) to Ben: it does not know the address, or does not take mail from `from`");
    let dead = place.dead().await;
    assert_eq!((dead.len(), dead[0].what), (1, "the e-mail copy of a hand-off"));
    assert!(!dead[0].why.contains('@'), "{}", dead[0].why);
    place
        .app
        .remedy(
            &person(6, ANN),
            dead[0].note,
            Remedy::Retry,
            at("2026-12-02T10:10:00Z"),
        )
        .await
        .unwrap();
    place.settle("2026-12-02T10:10:00Z").await;
    assert_eq!(to(&post.mails()), ["<archive@example.com>", "<ben@example.com>"]);
    assert_eq!(place.dead().await, []);
}

/// A mail of which nobody heard that it arrived comes twice, with the same name, so that mail programs show it once.
#[tokio::test]
async fn what_may_have_arrived_is_sent_again_under_the_same_name() {
    let post = Post::open(&[Mood::BreaksOff], None);
    let mut place = Place::new(&post).await;
    place.hand_over().await;
    place.settle("2026-12-02T10:00:30Z").await;
    place.settle("2026-12-02T10:01:00Z").await;
    let mails = post.mails();
    assert_eq!(
        to(&mails),
        ["<ben@example.com>", "<archive@example.com>", "<ben@example.com>"]
    );
    assert_eq!(mails[0].header("Message-ID"), mails[2].header("Message-ID"));
    assert_eq!(mails[0].body, mails[2].body);
}

/// A process that dies between sending and recording sends again, under the same name.
#[tokio::test]
async fn a_death_after_sending_sends_again_under_the_same_name() {
    let post = Post::open(&[], None);
    let mut place = Place::new(&post).await;
    place.hand_over().await;
    let now = at("2026-12-02T10:00:30Z");
    let delivery = place.steps.next(0, now).await.unwrap().unwrap();
    assert_eq!(place.postman.deliver(&delivery).await.unwrap(), Receipt::Mailed);
    place.app.close().await;
    (place.app, place.steps) = opened(place.folder.path()).await;
    place.settle("2026-12-02T10:00:40Z").await;
    let mails = post.mails();
    assert_eq!(
        to(&mails),
        ["<ben@example.com>", "<ben@example.com>", "<archive@example.com>"]
    );
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
}

/// Who took over before the mail left needs none, and nobody else does.
#[tokio::test]
async fn what_was_accepted_before_it_left_is_not_sent() {
    let post = Post::open(&[], None);
    let mut place = Place::new(&post).await;
    place.hand_over().await;
    place
        .app
        .accept_hand_off(&person(6, BEN), None, None, at("2026-12-02T10:00:10Z"))
        .await
        .unwrap();
    place.settle("2026-12-02T10:00:30Z").await;
    assert_eq!(post.connections(), 0);
    // The message of the hand-off is brought up to date, and nothing waits any more.
    assert_eq!(place.dead().await, []);
    assert!(place.next_attempt().await.is_none());
}

/// With the server away, the chat goes on, and the mail comes when it is back.
#[tokio::test]
async fn a_mail_server_that_is_away_holds_up_nothing() {
    let post = Post::open(&[], None);
    // A port on which nobody listens.
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let away = Post::default();
    away.0.lock().unwrap().port = free;
    let mut place = Place::with(away.postman(None, Encryption::None)).await;
    place.hand_over().await;
    place.settle("2026-12-02T10:00:30Z").await;
    let note = "The vendor answers tomorrow";
    let (roster, _) = place
        .app
        .draft_note(&person(0, ANN), None, at("2026-12-02T10:05:00Z"))
        .await
        .unwrap();
    place
        .app
        .note_hand_off(&person(7, ANN), roster, note, at("2026-12-02T10:05:00Z"))
        .await
        .unwrap();
    let said = place.settle("2026-12-02T10:05:00Z").await;
    assert!(
        said.iter().any(|notice| matches!(notice, Notice::HandOff { .. })),
        "{said:?}"
    );
    assert_eq!(place.dead().await, [], "it is tried on");
    place.postman = post.postman(None, Encryption::None);
    place.settle("2026-12-02T10:30:00Z").await;
    let mails = post.mails();
    assert_eq!(to(&mails), ["<ben@example.com>", "<archive@example.com>"]);
    assert!(mails[0].text().contains(note), "what is so when it leaves");
}

/// The user logs in; what the server does not let in is given up at once, and says what to mend.
#[tokio::test]
async fn the_user_logs_in_with_the_password() {
    // "\0releases\0correct horse" in Base64.
    let login = "AHJlbGVhc2VzAGNvcnJlY3QgaG9yc2U=";
    let post = Post::open(&[], Some(login));
    let mut place = Place::with(post.postman(Some("releases"), Encryption::None)).await;
    place.hand_over().await;
    place.settle("2026-12-02T10:00:30Z").await;
    assert_eq!(post.mails().len(), 2);

    let post = Post::open(&[], Some("another"));
    let mut place = Place::with(post.postman(Some("releases"), Encryption::None)).await;
    place.hand_over().await;
    place.settle("2026-12-02T10:00:30Z").await;
    let dead = place.dead().await;
    assert_eq!((post.mails().len(), dead.len()), (0, 2));
    insta::assert_snapshot!(dead[0].why, @"the mail server answered 535 (5.7.8) to Ben: it wants another `user` or password");
}

/// Without STARTTLS nothing is sent in the clear, and the password neither.
#[tokio::test]
async fn nothing_is_sent_in_the_clear_where_tls_is_asked_for() {
    let post = Post::open(&[], Some("anything"));
    let mut place = Place::with(post.postman(Some("releases"), Encryption::StartTls)).await;
    place.hand_over().await;
    place.settle("2026-12-02T10:00:30Z").await;
    assert_eq!(post.mails(), []);
    let dead = place.dead().await;
    insta::assert_snapshot!(dead[0].why, @"the mail server offers no way to send to Ben: check `encryption` and `user` of [email]");
}

/// No address and no password in a log, but that of somebody who looks for trouble has the server's words; the password
/// is in none.
#[tokio::test(flavor = "current_thread")]
async fn addresses_are_logged_for_those_who_look_for_trouble_alone() {
    for (level, shows) in [(LogLevel::Info, false), (LogLevel::Trace, true)] {
        let log = Log::default();
        let subscriber = logging::subscriber(level, LogFormat::Text, log.clone());
        let listening = listen(subscriber);
        let moods = [
            Mood::Refuses("451 4.7.1 ben@example.com is greylisted"),
            Mood::Refuses("550 5.1.1 archive@example.com is unknown"),
        ];
        let post = Post::open(&moods, Some("AHJlbGVhc2VzAGNvcnJlY3QgaG9yc2U="));
        let mut place = Place::with(post.postman(Some("releases"), Encryption::None)).await;
        place.hand_over().await;
        place.settle("2026-12-02T10:00:30Z").await;
        drop(listening);
        let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert!(
            logged.contains("will try again") && logged.contains("given up"),
            "{logged}"
        );
        assert_eq!(logged.contains("@example.com"), shows, "{logged}");
        for secret in [PASSWORD, "AHJlbGVhc2VzAGNvcnJlY3QgaG9yc2U="] {
            assert!(!logged.contains(secret), "{logged}");
        }
    }
}
