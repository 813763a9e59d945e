//! Discord's limits at the wire: how fast a backlog leaves, and that what Discord refuses is counted, whoever asked.

use secrecy::SecretString;
use simcord::{Control, Fault, FaultKind, Scope};
use tminus::app::{App, Part};
use tminus::cli::playbook;
use tminus::discord::connect::Endpoint;
use tminus::domain::calendar::CalendarSettings;
use tminus::domain::ids::{GuildId, InteractionId, UserId};
use tminus::domain::person::Person;
use tminus::domain::release::Reason;
use tminus::domain::start::StartRequest;
use tminus::runtime::{Bot, Clock};
use tminus::store::Store;

use crate::process::{Place, TARGET, TOKEN, drafted, root, set_up};

/// Releases that were started while nothing could leave.
const BACKLOG: usize = 24;

/// After an absence a backlog leaves, and Discord, which allows 50 requests a second, refuses none of them:
/// neither those of the outbox nor those of the start beside them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_leaves_below_the_limit() {
    let place = Place::new().await;
    let control = place.simcord.control();
    let mut bot = place.start();
    control.wait_connected().await;
    set_up(&control).await;
    assert!(bot.terminate());

    let app = app(&place).await;
    let now = Clock::system().now();
    for number in 1..=BACKLOG {
        let request = StartRequest {
            playbook: "dot-release".to_owned(),
            version: format!("7.2.{number}"),
            target: TARGET.to_owned(),
            reason: Reason::Security,
            title: None,
            further_versions: Vec::new(),
            conditions: Vec::new(),
            private: false,
            confirmed: false,
            proposal: None,
        };
        let riley = riley(&control, &app, number).await;
        app.start(&riley, &request, now).await.unwrap();
    }
    app.close().await;

    control.change_limits(|limits| limits.requests_in_all = Some(50));
    let before = control.requests().len();
    let mut journal = control.subscribe();
    let mut bot = place.start();
    while !(1..=BACKLOG).all(|number| drafted(&control, &format!("7.2.{number}"))) {
        journal.recv().await.unwrap();
    }
    let requests = control.requests().split_off(before);
    let refused: Vec<_> = requests.iter().filter(|request| request.status >= 400).collect();
    assert!(refused.is_empty(), "{refused:?} of {}", requests.len());
    assert!(requests.len() > 5 * BACKLOG, "{} requests", requests.len());
    assert!(bot.terminate());
}

/// Discord bans an address after 10,000 refusals in ten minutes: those that serenity's limiter answers by asking again
/// count as well, and so do those of people's commands.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_count_wherever_they_are_heard() {
    let place = Place::new().await;
    let control = place.simcord.control();
    let app = app(&place).await;
    let endpoint = Endpoint::Local {
        rest: place.simcord.rest_address(),
        root_certificate_pem: place.simcord.root_certificate_pem().to_owned(),
    };
    let clock = Clock::system();
    let bot = Bot::start(app.clone(), &SecretString::from(TOKEN), &endpoint, clock.clone())
        .await
        .unwrap();
    control.wait_connected().await;
    set_up(&control).await;
    for _ in 0..4_998 {
        app.refused(clock.now());
    }
    let riley = control.user_id("riley").unwrap();
    let general = control.channel_id(riley, "general").unwrap();

    // A person's command is refused.
    control.fault(fault(
        "GET",
        "/members",
        FaultKind::Status {
            status: 403,
            retry_after: None,
        },
    ));
    let answer = control.slash_text(riley, general, "/setup action:check").await;
    assert!(answer.text().contains("403"), "{}", answer.text());
    assert_eq!(app.silent_until(clock.now()).await.unwrap(), None);

    // The limiter is told to wait, and nobody else hears of it.
    let retry_after = 0.05;
    control.fault(fault(
        "GET",
        "/members",
        FaultKind::RateLimit {
            scope: Scope::User,
            retry_after,
        },
    ));
    let answer = control.slash_text(riley, general, "/setup action:check").await;
    assert!(answer.text().contains("every permission"), "{}", answer.text());
    while app.silent_until(clock.now()).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    assert!(app.health().is_in_trouble(Part::Refusals));
    let answer = control.slash_text(riley, general, "/setup action:check").await;
    assert!(answer.text().contains("refuses so much"), "{}", answer.text());
    bot.stop().await;
}

async fn app(place: &Place) -> App {
    let store = Store::open(&place.database()).await.unwrap();
    let playbooks = playbook::read_folder(&root().join("playbook-templates")).unwrap();
    App::new(store, playbooks, CalendarSettings::default())
}

/// Riley with every role that was chosen, doing something for the `number`th time.
async fn riley(control: &Control, app: &App, number: usize) -> Person {
    let guild = GuildId(control.guild_id("Acme").unwrap().0);
    let setup = app.setup(guild).await.unwrap();
    Person {
        guild,
        user: UserId(control.user_id("riley").unwrap().0),
        guild_roles: setup.roles.values().copied().collect(),
        administrator: true,
        interaction: InteractionId(number as u64),
    }
}

fn fault(method: &str, path: &str, kind: FaultKind) -> Fault {
    Fault {
        method: Some(method.to_owned()),
        path_contains: path.to_owned(),
        times: 1,
        kind,
    }
}
