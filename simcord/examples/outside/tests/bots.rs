//! Both bots, unchanged, on a local Discord that plays ada.

use serenity::all::HttpBuilder;
use simcord::{ChannelSpec, GuildSpec, MemberSpec, Options, Simcord};
use twilight_gateway::{ConfigBuilder, Intents, Shard, ShardId};

const TOKEN: &str = "local.bot.token";

async fn discord() -> Simcord {
    let ada = MemberSpec {
        username: "ada".into(),
        ..MemberSpec::default()
    };
    let general = ChannelSpec {
        name: "general".into(),
        ..ChannelSpec::default()
    };
    let guild = GuildSpec {
        members: vec![ada],
        channels: vec![general],
        ..GuildSpec::default()
    };
    let options = Options {
        guilds: vec![guild],
        ..Options::default()
    };
    Simcord::start(options).await.expect("a local Discord")
}

/// What ada is told when she types `/ping`, and that the bot broke no rule of Discord's.
async fn ping(discord: &Simcord) -> String {
    let control = discord.control();
    let ada = control.user_id("ada").expect("ada");
    let general = control.channel_id(ada, "general").expect("#general");
    control.wait_connected().await;
    control
        .wait_until(|| !control.view(ada).expect("ada's view").commands.is_empty())
        .await;
    let outcome = control.slash_text(ada, general, "/ping").await;
    assert_eq!(control.errors(), Vec::<String>::new());
    outcome.text().to_owned()
}

#[tokio::test]
async fn the_bot_on_serenity_answers() {
    let discord = discord().await;
    // serenity heeds a proxy only without its own rate limiter. The README says how to keep both.
    let http = HttpBuilder::new(TOKEN).proxy(format!("http://{}", discord.http_address()));
    let http = http.ratelimiter_disabled(true).build();
    let mut bot = ping::serenity::client(http).await.expect("a bot");
    tokio::select! {
        ended = bot.start() => panic!("the bot ended: {ended:?}"),
        said = ping(&discord) => assert_eq!(said, "Pong, ada!"),
    }
}

#[tokio::test]
async fn the_bot_on_twilight_answers() {
    let discord = discord().await;
    let http = twilight_http::Client::builder().token(TOKEN.into());
    let http = http.proxy(discord.http_address().to_string(), true).build();
    let config = ConfigBuilder::new(TOKEN.into(), Intents::empty()).proxy_url(discord.gateway_url());
    let shard = Shard::with_config(ShardId::ONE, config.build());
    tokio::select! {
        ended = ping::twilight::serve(shard, &http) => panic!("the bot ended: {ended:?}"),
        said = ping(&discord) => assert_eq!(said, "Pong, ada!"),
    }
}
