//! The script with a bot on twilight, whose models are strict: an event that it cannot read ends it.

mod bot;

use simcord::{Clock, Options, Simcord};

use crate::script;
use crate::stage::morning;

#[tokio::test]
async fn a_bot_on_twilight_goes_through_the_script() {
    let options = Options {
        clock: Clock::manual(morning()),
        ..script::options()
    };
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let control = simcord.control();
    let mut transcript = Vec::new();
    let mut tell = |line: &str| transcript.push(line.to_owned());
    let held = tokio::select! {
        ended = bot::serve(&simcord) => panic!("the bot ended: {ended:?}"),
        held = script::play(&control, &mut tell) => held,
    };
    assert_eq!(held, Ok(28), "{transcript:#?}");
    simcord.stop().await;
}
