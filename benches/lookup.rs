//! Measures whom to ask: `cargo bench --bench lookup`.
//!
//! 1,000 topics and 5,000 contacts of which a server has changed some, and 500 symptoms. What is measured is the application
//! with its database, from the request to the words that a person reads; Discord is not asked. Limit: 20 ms for 99 of 100.

#[path = "support/mod.rs"]
#[expect(
    dead_code,
    reason = "shared with the other measurements, which need more of it"
)]
mod support;

use std::fmt::Write as _;
use std::hint::black_box;

use chrono::{DateTime, Utc};
use support::report::{Figures, ms};
use support::stopwatch::Stopwatch;
use tminus::app::App;
use tminus::discord::render::{escalation as render, symptom};
use tminus::domain::calendar::CalendarSettings;
use tminus::domain::escalation::{Directory, Draft, EntryId, Found, Kind, Target};
use tminus::domain::ids::{GuildId, InteractionId, UserId};
use tminus::domain::person::Person;
use tminus::store::Store;

const TOPICS: usize = 1_000;
const CONTACTS: usize = 5_000;
const SYMPTOMS: usize = 500;
const CHANGED: usize = 200;
const TIMES: usize = 1_000;
const GUILD: GuildId = GuildId(1);

/// Milliseconds within which 99 of 100 have to be answered.
const LIMIT: f64 = 20.0;

/// What topics and symptoms are made of.
const WORDS: [&str; 24] = [
    "signing",
    "update",
    "mirror",
    "balrog",
    "beetmover",
    "localisation",
    "artifact",
    "scriptworker",
    "taskgraph",
    "scope",
    "certificate",
    "cache",
    "deployment",
    "rollback",
    "staging",
    "runbook",
    "calendar",
    "window",
    "dependency",
    "package",
    "verification",
    "environment",
    "approval",
    "bouncer",
];

fn main() -> anyhow::Result<()> {
    // A test run over all targets starts benches as well; it is not the place for measuring.
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("This measures under `cargo bench` alone.");
        return Ok(());
    }
    tminus::cli::runtime()?.block_on(measure())
}

async fn measure() -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let store = Store::open(&folder.path().join("tminus.sqlite")).await?;
    let text = file()?;
    let watch = Stopwatch::start();
    let directory = Directory::read("large.toml", &text).map_err(|problems| anyhow::anyhow!("{problems}"))?;
    println!(
        "{TOPICS} topics, {CONTACTS} contacts, {SYMPTOMS} symptoms: {} bytes, read in {}",
        text.len(),
        ms(watch.passed().as_secs_f64() * 1_000.0)
    );
    let app = App::new(store, Vec::new(), CalendarSettings::default()).with_directory(directory);
    let now: DateTime<Utc> = "2026-12-01T17:00:00Z".parse()?;

    look(&app, now, "as the file has it").await?;
    let mut changes = Figures::default();
    for number in 0..CHANGED {
        let watch = Stopwatch::start();
        change(&app, number, now).await?;
        changes.add(watch.passed());
    }
    told(
        "changing a topic, from the form to the durable answer",
        &changes,
        None,
    );
    let watch = Stopwatch::start();
    black_box(app.directory(GUILD).await?);
    println!(
        "the first look after a change, with {CHANGED} of them: {}",
        ms(watch.passed().as_secs_f64() * 1_000.0)
    );
    look(&app, now, &format!("with {CHANGED} changes")).await?;
    app.close().await;
    Ok(())
}

/// Every kind of look, each for another question.
async fn look(app: &App, now: DateTime<Utc>, state: &str) -> anyhow::Result<()> {
    let [
        mut exact,
        mut slips,
        mut typing,
        mut people,
        mut whose,
        mut symptoms,
    ] = std::array::from_fn::<_, 6, _>(|_| Figures::default());
    for number in 0..TIMES {
        let word = WORDS[number % WORDS.len()];
        let asked = [
            format!("topic-{}", number % TOPICS),
            slip(&format!("{word} {}", number % TOPICS)),
        ];
        for (asked, figures) in asked.iter().zip([&mut exact, &mut slips]) {
            let watch = Stopwatch::start();
            let known = app.whom_to_ask(GUILD, now).await?;
            black_box(match known.directory.find(asked) {
                Found::Topic(topic) => render::topic(&known, topic, now),
                Found::Nothing(near) => render::nothing(&known, asked, &near, now),
            });
            figures.add(watch.passed());
        }
        let typed = slip(word);
        let watch = Stopwatch::start();
        let directory = app.directory(GUILD).await?;
        black_box(directory.suggest(&typed).len());
        typing.add(watch.passed());
        let watch = Stopwatch::start();
        let directory = app.directory(GUILD).await?;
        black_box(
            directory
                .suggest_contacts(&format!("persn {}", number % 50))
                .len(),
        );
        people.add(watch.passed());
        let watch = Stopwatch::start();
        let known = app.whom_to_ask(GUILD, now).await?;
        black_box(render::who(
            &known,
            UserId(FIRST + (number % CONTACTS) as u64),
            now,
        ));
        whose.add(watch.passed());
        let watch = Stopwatch::start();
        let directory = app.directory(GUILD).await?;
        let seen = format!(
            "{} {} {}",
            slip(word),
            WORDS[(number + 7) % WORDS.len()],
            number % SYMPTOMS
        );
        black_box(symptom::found(&directory, &seen));
        symptoms.add(watch.passed());
    }
    for (what, figures) in [
        ("a topic by its id", &exact),
        ("a topic through a slip of the fingers", &slips),
        ("suggesting topics", &typing),
        ("suggesting contacts", &people),
        ("what a person can be asked", &whose),
        ("a symptom by three words with a slip", &symptoms),
    ] {
        told(&format!("{what}, {state}"), figures, Some(LIMIT));
    }
    Ok(())
}

/// The Discord id of the first contact.
const FIRST: u64 = 1_000_000_000_000_000_000;

/// Two letters change places.
fn slip(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    letters.swap(2, 3);
    letters.into_iter().collect()
}

async fn change(app: &App, number: usize, now: DateTime<Utc>) -> anyhow::Result<()> {
    let person = Person {
        guild: GUILD,
        user: UserId(7),
        guild_roles: Vec::new(),
        administrator: true,
        interaction: InteractionId(1 + number as u64),
    };
    let target = Target::Existing {
        id: EntryId::typed(Kind::Topic, &format!("topic-{number}"))
            .map_err(|refusal| anyhow::anyhow!("{refusal:?}"))?,
        since: i64::MAX,
    };
    let draft = Draft {
        texts: vec![
            (
                "title",
                format!("Changed {} {number}", WORDS[number % WORDS.len()]),
            ),
            ("contacts", format!("person-{number}")),
        ],
        user: None,
    };
    app.write_entry(&person, &target, &draft, now).await?;
    Ok(())
}

/// A directory as large as they get in practice, with everything filled in.
fn file() -> anyhow::Result<String> {
    let mut text = "always = [\"#releaseduty\"]\nfallback = \"person-0\"\n".to_owned();
    let word = |number: usize| WORDS[number % WORDS.len()];
    for number in 0..TOPICS {
        let (first, second) = (word(number), word(number / 24));
        write!(
            text,
            "[[topics]]\nid = \"topic-{number}\"\ntitle = \"{first} {number} and {second}\"\n\
             aliases = [\"{first}script-{number}\", \"{second} of team {number}\"]\nnote = \"Look at the dashboard first.\"\n\
             contacts = [\"person-{}\", \"person-{}\", \"person-{}\", \"person-{}\"]\n",
            number % CONTACTS,
            (number * 7 + 1) % CONTACTS,
            (number * 13 + 2) % CONTACTS,
            (number * 17 + 3) % CONTACTS,
        )?;
    }
    for number in 0..CONTACTS {
        let zone = ["America/Toronto", "Europe/Berlin", "Pacific/Auckland"][number % 3];
        write!(
            text,
            "[[contacts]]\nid = \"person-{number}\"\nname = \"Person {number} of {}\"\ndiscord = \"{}\"\nzone = \"{zone}\"\n\
             hours = \"09:00-17:00\"\nchannel = \"#team-{}\"\n",
            word(number),
            FIRST + number as u64,
            number % 40,
        )?;
        if number > 0 {
            writeln!(text, "manager = \"person-{}\"", number / 10)?;
        }
    }
    for number in 0..SYMPTOMS {
        let words = |from: usize, count: usize| (from..from + count).map(word).collect::<Vec<_>>().join(" ");
        write!(
            text,
            "[[symptoms]]\nid = \"symptom-{number}\"\nsymptom = \"{} fails in case {number}\"\ncause = \"{}\"\n\
             resolution = \"{}\"\n",
            words(number, 6),
            words(number / 3, 30),
            words(number / 5, 30),
        )?;
    }
    Ok(text)
}

fn told(what: &str, figures: &Figures, limit: Option<f64>) {
    let p99 = figures.percentile(99.0);
    println!(
        "{what}: median {}, p99 {}, longest {} of {}{}",
        ms(figures.median()),
        ms(p99),
        ms(figures.longest()),
        figures.count(),
        match limit {
            None => String::new(),
            Some(limit) if p99 < limit => format!(" (within the {} promised)", ms(limit)),
            Some(limit) => format!(" (OVER the {} promised)", ms(limit)),
        }
    );
}
