//! How late a reminder leaves: from the instant at which it is due until Discord has its POST.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use secrecy::SecretString;
use simcord::Happening;
use tminus::discord::connect::Endpoint;
use tminus::domain::ids::GuildId;
use tminus::domain::person::Person;
use tminus::runtime::{Bot, Clock, Pilot};

use crate::full::{Closed, Full};
use crate::support::place::{MANAGER, Place, TOKEN};
use crate::support::report::Figures;
use crate::support::stopwatch::Stopwatch;

/// Releases whose reminders are due together; as many messages may leave at once without a pause.
const RELEASES: usize = 8;

/// What was measured.
pub(crate) struct Due {
    /// The database, closed.
    pub(crate) closed: Closed,
    /// From the instant at which reminders are due until each of their messages is there.
    pub(crate) late: Figures,
    /// Instants at which something was due.
    pub(crate) instants: usize,
}

/// Starts a few releases on a local Discord beside those that fill the database, and lets their reminders come due. The
/// clock is moved by hand, so nothing is measured of how exactly a timer rings.
pub(crate) async fn measure(full: Full) -> anyhow::Result<Due> {
    let place = Place::open(1).await?;
    let control = place.control();
    let endpoint = Endpoint::Local {
        rest: place.simcord().rest_address(),
        root_certificate_pem: place.simcord().root_certificate_pem().to_owned(),
    };
    let clock = Clock::manual(full.now());
    let bot = Bot::start(
        full.app().clone(),
        &SecretString::from(TOKEN),
        &endpoint,
        clock.clone(),
    )
    .await?;
    control.wait_connected().await;
    place.set_up().await?;
    let riley = place.person(MANAGER)?;
    let (server, general) = place.lobbies()?.remove(0);
    for patch in 0..RELEASES {
        let command = format!("/release start playbook:dot-release version:8.0.{patch} target:2026-12-02");
        control.slash_text(riley, general, &command).await;
    }
    let pilot = bot.pilot();
    pilot.settled().await;
    let server = control.guild_id(&server).context("the server is there")?;
    let reader = Person {
        guild: GuildId(server.0),
        ..full.presses(0)
    };
    let started = full.app().in_flight(&reader).await?;
    anyhow::ensure!(
        started.len() == RELEASES,
        "{} releases are started",
        started.len()
    );

    let mut due = (Figures::default(), 0);
    while let Some(at) = next(&pilot).filter(|at| *at < full.first_due()) {
        due.1 += usize::from(reminders(&control, &clock, &pilot, at, &mut due.0).await?);
    }
    let closed = full.end();
    bot.stop().await;
    let (late, instants) = due;
    Ok(Due {
        closed,
        late,
        instants,
    })
}

fn next(pilot: &Pilot) -> Option<DateTime<Utc>> {
    pilot.next_wakeup().map(|wakeup| wakeup.at())
}

/// Lets time come to an instant, notes when each message arrives, and says whether any did.
async fn reminders(
    control: &simcord::Control,
    clock: &Clock,
    pilot: &Pilot,
    at: DateTime<Utc>,
    late: &mut Figures,
) -> anyhow::Result<bool> {
    let mut journal = control.subscribe();
    let before = late.count();
    let watch = Stopwatch::start();
    clock.set(at);
    let mut settled = std::pin::pin!(pilot.settled());
    loop {
        tokio::select! {
            biased;
            entry = journal.recv() => {
                if let Happening::MessageCreated { .. } = entry?.event {
                    late.add(watch.passed());
                }
            }
            () = &mut settled => return Ok(late.count() > before),
        }
    }
}
