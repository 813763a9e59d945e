//! The page of the local Discord in Chromium with a full world: `cargo bench --bench page`.
//!
//! 200 channels of 1,000 messages each; one of them is read from its end to its beginning, frame by frame, and messages
//! arrive. What is measured in the browser is measured by its own clock, which is the machine's.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "a measurement reads the machine's clock, and what drives the browser says by panicking that it cannot"
)]
#![expect(
    dead_code,
    reason = "the tests of the page use more of what drives the browser"
)]

#[path = "../tests/browser/chromium.rs"]
mod chromium;
#[path = "../tests/browser/page.rs"]
mod page;

use std::time::{Instant, SystemTime};

use anyhow::Context as _;
use chromium::{Chromium, Window};
use page::Page;
use serde_json::json;
use simcord::{ChannelSpec, Control, GuildSpec, MemberSpec, Options, Simcord};

const CHANNELS: usize = 200;
const MESSAGES: usize = 1_000;
const UPDATES: usize = 50;
const UPDATE_MS: f64 = 100.0;
/// Pixels that each frame scrolls: a long swipe of a finger.
const SWIPE: u32 = 120;
/// A frame of a screen that shows sixty a second.
const FRAME_MS: f64 = 1_000.0 / 60.0;

fn main() -> anyhow::Result<()> {
    if !std::env::args().any(|argument| argument == "--bench") {
        println!("This measures under `cargo bench` alone.");
        return Ok(());
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(measure())
}

async fn measure() -> anyhow::Result<()> {
    let simcord = Simcord::start(options()).await?;
    let control = simcord.control();
    fill(&control)?;
    let browser = Chromium::open(Window::Desk).await;
    let page = Page(browser.client());
    opening(&page, &simcord).await?;
    scrolling(&page).await?;
    updates(&page, &control).await?;
    browser.close().await;
    simcord.stop().await;
    Ok(())
}

/// From the address to the newest message.
async fn opening(page: &Page<'_>, simcord: &Simcord) -> anyhow::Result<()> {
    let begun = Instant::now();
    page.visit(&format!("http://{}/?user=ada", simcord.http_address()))
        .await;
    page.see("#log", &format!("Message {}:", MESSAGES - 1)).await;
    println!(
        "opened: {:.0} ms until the newest message is seen",
        begun.elapsed().as_secs_f64() * 1_000.0
    );
    Ok(())
}

/// A channel, read back to its first message at so many pixels a frame.
async fn scrolling(page: &Page<'_>) -> anyhow::Result<()> {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         const log = document.getElementById('log');
         const frames = [];
         let most = 0, still = 0, last = null;
         const step = (now) => {{
             if (last !== null) frames.push(now - last);
             last = now;
             most = Math.max(most, log.children.length);
             const before = log.scrollTop;
             log.scrollTop = before - {SWIPE};
             // Older messages may be on their way.
             still = before === 0 ? still + 1 : 0;
             const first = log.innerText.includes('Message 0:');
             if (first && still > 0 || still > 600) done({{frames, most, first}});
             else requestAnimationFrame(step);
         }};
         requestAnimationFrame(step);"
    );
    let told = page.0.execute_async(&script, Vec::new()).await?;
    anyhow::ensure!(told["first"] == json!(true), "the first message is never reached");
    let frames = told["frames"].as_array().context("frames")?;
    let frames = figures(frames.iter().filter_map(serde_json::Value::as_f64).collect());
    println!(
        "scrolled to the first of {MESSAGES} messages: a frame takes {} ({} frames of {SWIPE} px; a screen's own is {FRAME_MS:.1} ms); at most {} rows",
        frames.told(),
        frames.0.len(),
        told["most"]
    );
    Ok(())
}

/// From a message to its row on the page, when it is drawn.
async fn updates(page: &Page<'_>, control: &Control) -> anyhow::Result<()> {
    page.0
        .execute("document.getElementById('log').scrollTop = 1e9;", Vec::new())
        .await?;
    let ada = control.user_id("ada").context("ada")?;
    let channel = control.channel_id(ada, "channel-0").context("#channel-0")?;
    let mut taken = Vec::new();
    for number in 0..UPDATES {
        let mark = format!("update {number};");
        // The page says when a frame with the mark has been drawn.
        let watching = page.0.execute_async(
            "const done = arguments[arguments.length - 1], mark = arguments[0];
             document.body.dataset.watching = mark;
             const look = () => document.getElementById('log').lastElementChild?.innerText.includes(mark)
                 ? requestAnimationFrame(() => done(Date.now())) : requestAnimationFrame(look);
             look();",
            vec![json!(mark)],
        );
        let writing = async {
            // The browser is asked first, so that it looks when the message comes.
            tokio::task::yield_now().await;
            let begun = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
            control.post(ada, channel, &mark)?;
            anyhow::Ok(begun.as_secs_f64() * 1_000.0)
        };
        let (drawn, begun) = tokio::join!(watching, writing);
        taken.push(drawn?.as_f64().context("an instant")? - begun?);
    }
    let taken = figures(taken);
    println!(
        "a message is drawn after {}; promised below {UPDATE_MS} ms: {}",
        taken.told(),
        if taken.longest() < UPDATE_MS {
            "kept"
        } else {
            "BROKEN"
        }
    );
    Ok(())
}

/// Milliseconds, the shortest first.
struct Figures(Vec<f64>);

fn figures(mut taken: Vec<f64>) -> Figures {
    taken.sort_by(f64::total_cmp);
    Figures(taken)
}

impl Figures {
    fn at(&self, percent: usize) -> f64 {
        self.0[(self.0.len() - 1) * percent / 100]
    }

    fn longest(&self) -> f64 {
        self.at(100)
    }

    fn told(&self) -> String {
        format!(
            "median {:.1} ms, p95 {:.1} ms, longest {:.1} ms",
            self.at(50),
            self.at(95),
            self.longest()
        )
    }
}

fn fill(control: &Control) -> anyhow::Result<()> {
    let ada = control.user_id("ada").context("ada")?;
    for channel in control.channels(ada) {
        for number in 0..MESSAGES {
            let text = format!("Message {number}: what **somebody** has to say in a sentence or `two`.");
            control.post(ada, channel.id, &text)?;
        }
    }
    Ok(())
}

fn options() -> Options {
    let channel = |number| ChannelSpec {
        name: format!("channel-{number}"),
        ..ChannelSpec::default()
    };
    let member = |name: &str| MemberSpec {
        username: name.to_owned(),
        ..MemberSpec::default()
    };
    let guild = GuildSpec {
        name: "Full".to_owned(),
        members: vec![member("ada"), member("ben")],
        channels: (0..CHANNELS).map(channel).collect(),
        ..GuildSpec::default()
    };
    Options {
        guilds: vec![guild],
        ..Options::default()
    }
}
