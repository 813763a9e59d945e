//! Measures the local Discord by itself: `cargo bench -p simcord`.
//!
//! A bot of a few lines answers as fast as it can, so that the figures are simcord's and the machine's. Beside the figure of
//! interactions stands what the same client reaches with the cheapest request there is, which no interaction can beat.

#![expect(
    clippy::disallowed_methods,
    reason = "a measurement reads the machine's clock, and its bot answers beside it"
)]

use std::time::{Duration, Instant};

use anyhow::Context as _;
use futures_util::{SinkExt as _, StreamExt as _, stream};
use serde_json::{Value, json};
use simcord::{ChannelSpec, Control, GuildSpec, MemberSpec, Options, OutcomeState, Simcord};
use tokio_tungstenite::tungstenite::Message;

/// What the promise is about.
const INTERACTIONS: usize = 10_000;
const PEOPLE_AT_ONCE: usize = 64;
const PER_SECOND: f64 = 2_000.0;
const UPDATES: usize = 200;
const UPDATE_MS: f64 = 100.0;
const CHANNELS: usize = 200;
const MESSAGES: usize = 1_000;
const MEMORY_MB: f64 = 150.0;
const STARTS: usize = 20;
const START_MS: f64 = 50.0;

fn main() -> anyhow::Result<()> {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("This measures under `cargo bench` alone.");
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    runtime.block_on(measure())
}

async fn measure() -> anyhow::Result<()> {
    starts().await?;
    // Before anything else has filled the process.
    memory().await?;
    interactions().await?;
    updates().await
}

/// How long a start takes, the certificate included.
async fn starts() -> anyhow::Result<()> {
    let mut taken = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let simcord = Simcord::start(options(1)).await?;
        taken.push(begun.elapsed());
        simcord.stop().await;
    }
    taken.sort();
    let longest = ms(*taken.last().context("there were starts")?);
    println!(
        "start: median {:.1} ms, longest {longest:.1} ms; {}",
        ms(taken[STARTS / 2]),
        verdict(longest < START_MS, "below 50 ms")
    );
    Ok(())
}

/// Interactions that are answered, through one connection of the gateway.
async fn interactions() -> anyhow::Result<()> {
    let simcord = Simcord::start(options(1)).await?;
    let control = simcord.control();
    let client = reqwest::Client::builder();
    let client = client
        .user_agent("DiscordBot (https://example.org, 1.0)")
        .build()?;
    let base = format!("http://{}/api/v10", simcord.http_address());

    let ceiling = {
        let begun = Instant::now();
        let asked = stream::iter(0..INTERACTIONS).map(|_| client.get(format!("{base}/gateway")).send());
        let answers: Vec<_> = asked.buffer_unordered(PEOPLE_AT_ONCE).collect().await;
        let fine = |answer: &reqwest::Result<reqwest::Response>| {
            answer.as_ref().is_ok_and(|answer| answer.status().is_success())
        };
        anyhow::ensure!(answers.iter().all(fine), "the cheapest request failed");
        per_second(INTERACTIONS, begun.elapsed())
    };

    let url = simcord.gateway_url();
    let bot = tokio::spawn({
        let (client, base) = (client.clone(), base.clone());
        async move { answer_everything(&url, &client, &base).await }
    });
    control.wait_connected().await;
    let registered = client
        .put(format!("{base}/applications/{APPLICATION}/commands"))
        .header("authorization", TOKEN)
        .json(&json!([{"name": "ping", "description": "Say hello"}]))
        .send()
        .await?;
    anyhow::ensure!(registered.status().is_success(), "the command is not registered");
    let ada = control.user_id("ada").context("ada")?;
    let channel = control.channel_id(ada, "channel-0").context("#channel-0")?;

    let begun = Instant::now();
    let acts = stream::iter(0..INTERACTIONS).map(|_| control.slash_text(ada, channel, "/ping"));
    let outcomes: Vec<_> = acts.buffer_unordered(PEOPLE_AT_ONCE).collect().await;
    let reached = per_second(INTERACTIONS, begun.elapsed());
    let answered = outcomes
        .iter()
        .filter(|outcome| outcome.state == OutcomeState::Answered)
        .count();
    anyhow::ensure!(
        answered == INTERACTIONS,
        "only {answered} of {INTERACTIONS} were answered"
    );
    println!(
        "interactions: {reached:.0} a second ({INTERACTIONS}, {PEOPLE_AT_ONCE} at once; GET /gateway alone reaches {ceiling:.0}); {}",
        verdict(reached >= PER_SECOND, "2,000 or more")
    );
    bot.abort();
    simcord.stop().await;
    Ok(())
}

/// From what happens to the page's event, on its stream.
async fn updates() -> anyhow::Result<()> {
    let simcord = Simcord::start(options(1)).await?;
    let control = simcord.control();
    let ada = control.user_id("ada").context("ada")?;
    let channel = control.channel_id(ada, "channel-0").context("#channel-0")?;
    let url = format!("http://{}/control/events?user=ada", simcord.http_address());
    let mut events = reqwest::get(url).await?.bytes_stream();
    let mut heard = String::new();
    let mut taken = Vec::new();
    for number in 0..UPDATES {
        let mark = format!("update number {number};");
        let begun = Instant::now();
        control.post(ada, channel, &mark)?;
        while !heard.contains(&mark) {
            let part = events.next().await.context("the stream goes on")??;
            heard.push_str(&String::from_utf8_lossy(&part));
        }
        taken.push(begun.elapsed());
        heard.clear();
    }
    taken.sort();
    let longest = ms(*taken.last().context("there were updates")?);
    println!(
        "update on the page's stream: median {:.2} ms, longest {longest:.2} ms; {}",
        ms(taken[UPDATES / 2]),
        verdict(longest < UPDATE_MS, "below 100 ms")
    );
    simcord.stop().await;
    Ok(())
}

/// What 200 channels of 1,000 messages each take.
async fn memory() -> anyhow::Result<()> {
    let before = resident_mb()?;
    let simcord = Simcord::start(options(CHANNELS)).await?;
    let control = simcord.control();
    fill(&control)?;
    let after = resident_mb()?;
    println!(
        "memory: {after:.0} MB with {CHANNELS} channels of {MESSAGES} messages (before: {before:.0}); {}",
        verdict(after < MEMORY_MB, "below 150 MB")
    );
    let ada = control.user_id("ada").context("ada")?;
    let begun = Instant::now();
    let view = control.view(ada).context("ada's view")?;
    let seen = ms(begun.elapsed());
    let channel = view.guilds[0].channels[CHANNELS / 2].id;
    let begun = Instant::now();
    let page = control.messages_before(ada, channel, None, 50);
    anyhow::ensure!(page.len() == 50, "the channel is full");
    println!(
        "with that: a view in {seen:.1} ms, the last 50 messages of a channel in {:.1} ms",
        ms(begun.elapsed())
    );
    simcord.stop().await;
    Ok(())
}

fn fill(control: &Control) -> anyhow::Result<()> {
    let ada = control.user_id("ada").context("ada")?;
    for channel in control.channels(ada) {
        for number in 0..MESSAGES {
            control.post(
                ada,
                channel.id,
                &format!("Message {number}: what somebody has to say in a sentence or two."),
            )?;
        }
    }
    Ok(())
}

const TOKEN: &str = "Bot local.bot.token";
const APPLICATION: u64 = 1_000_000_000_000_000_001;

fn options(channels: usize) -> Options {
    let channel = |number| ChannelSpec {
        name: format!("channel-{number}"),
        ..ChannelSpec::default()
    };
    let ada = MemberSpec {
        username: "ada".into(),
        ..MemberSpec::default()
    };
    let guild = GuildSpec {
        members: vec![ada],
        channels: (0..channels).map(channel).collect(),
        ..GuildSpec::default()
    };
    Options {
        guilds: vec![guild],
        // Only what was measured is to count, however busy the machine is.
        patience: Duration::from_secs(30),
        ..Options::default()
    }
}

/// A bot that answers every interaction with one word.
async fn answer_everything(url: &str, client: &reqwest::Client, base: &str) -> anyhow::Result<()> {
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await?;
    let identify = json!({"op": 2, "d": {
        "token": "local.bot.token", "intents": 0, "properties": {"os": "linux", "browser": "bench", "device": "bench"},
    }});
    socket.send(Message::text(identify.to_string())).await?;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        let event: Value = serde_json::from_str(&text)?;
        if event["t"] != "INTERACTION_CREATE" {
            continue;
        }
        let (id, token) = (event["d"]["id"].as_str(), event["d"]["token"].as_str());
        let (id, token) = (id.context("an id")?, token.context("a token")?);
        let url = format!("{base}/interactions/{id}/{token}/callback");
        let answer = client
            .post(url)
            .json(&json!({"type": 4, "data": {"content": "Pong"}}));
        tokio::spawn(answer.send());
    }
    Ok(())
}

fn per_second(count: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / time.as_secs_f64()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

fn verdict(kept: bool, promise: &str) -> String {
    format!("promised {promise}: {}", if kept { "kept" } else { "BROKEN" })
}

/// What this process has in memory, as Linux counts it.
fn resident_mb() -> anyhow::Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes: f64 = line
        .context("Linux tells it")?
        .trim()
        .trim_end_matches(" kB")
        .parse()?;
    Ok(kilobytes / 1_024.0)
}
