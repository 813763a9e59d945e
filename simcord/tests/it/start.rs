//! What a local Discord starts with: worlds from files, several in one process, and ids under a seed.

use serde_json::json;
use simcord::{Clock, GuildSpec, Options, Simcord};

use crate::stage::morning;

const WORLD: &str = include_str!("../../world.example.toml");

#[tokio::test]
async fn the_example_of_a_world_can_be_played() {
    let guilds = GuildSpec::all_from_toml(WORLD).expect("the example is right");
    let options = Options {
        guilds,
        ..Options::default()
    };
    let simcord = Simcord::start(options).await.expect("a local Discord");
    let control = simcord.control();
    let cem = control.user_id("cem").expect("cem");
    let names: Vec<_> = control
        .channels(cem)
        .into_iter()
        .map(|channel| channel.name)
        .collect();
    assert_eq!(names, ["general", "Workshop", "bots"]);
    let ada = &control.people()[0];
    assert_eq!(
        (ada.display_name.as_str(), ada.color.as_str()),
        ("Ada", "#2ecc71")
    );
    simcord.stop().await;
}

#[test]
fn a_world_file_is_refused_with_the_line_that_is_wrong() {
    let refused = |from: &str, to: &str| {
        let refusal = GuildSpec::all_from_toml(&WORLD.replace(from, to)).expect_err("it is wrong");
        refusal.0.trim_end().to_owned()
    };
    let typo = refused("mentionable = true", "mentionabel = true");
    assert!(
        typo.contains("line 12") && typo.contains("unknown field `mentionabel`"),
        "{typo}"
    );
    let permission = refused("PIN_MESSAGES", "PIN_MESAGES");
    assert!(
        permission.contains("no permission is called `PIN_MESAGES`"),
        "{permission}"
    );
    let color = refused("#3498db", "blue");
    assert!(color.contains("`blue` is no colour such as `#3498db`"), "{color}");
    let kind = refused("\"category\"\n\n[", "\"folder\"\n\n[");
    assert!(
        kind.contains("line 43") && kind.contains("not `folder`"),
        "{kind}"
    );
}

#[tokio::test]
async fn several_live_in_one_process_and_a_seed_makes_the_same_ids_again() {
    let mut told = Vec::new();
    let mut running = Vec::new();
    for seed in [7, 7, 8] {
        let options = Options {
            guilds: GuildSpec::all_from_toml(WORLD).expect("the example is right"),
            clock: Clock::manual(morning()),
            seed,
            ..Options::default()
        };
        let simcord = Simcord::start(options).await.expect("a local Discord");
        let control = simcord.control();
        let ada = control.user_id("ada").expect("ada");
        let general = control.channel_id(ada, "general").expect("#general");
        let url = format!(
            "http://{}/api/v10/channels/{general}/messages",
            simcord.http_address()
        );
        let request = crate::http::client()
            .post(url)
            .header("authorization", "Bot local.bot.token");
        let answer = request
            .json(&json!({"content": format!("<@{ada}> hello")}))
            .send()
            .await;
        assert_eq!(answer.expect("an answer").status(), 200);
        control.post(ada, general, "Hello yourself").expect("a message");
        told.push(serde_json::to_string(&control.journal()).expect("JSON"));
        running.push(simcord);
    }
    assert_eq!(told[0], told[1]);
    assert_ne!(told[0], told[2]);
    let hears = |simcord: &Simcord| simcord.control().journal().len();
    assert_eq!(hears(&running[0]), hears(&running[2]), "each has its own world");
    for simcord in running {
        simcord.stop().await;
    }
}
