//! Who sees and may do what.

use serde_json::{Value, json};
use simcord::Simcord;

use crate::stage::options;

#[tokio::test]
async fn an_overwrite_hides_a_channel_from_those_it_names() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let control = simcord.control();
    let (ada, ben, cem) = (
        control.user_id("ada").expect("ada"),
        control.user_id("ben").expect("ben"),
        control.user_id("cem").expect("cem"),
    );
    let guild = control.guild_id("Works").expect("a guild");
    let view = control.view(ada).expect("a view");
    let painters = view.guilds[0]
        .roles
        .iter()
        .find(|role| role.name == "Painters")
        .expect("a role")
        .id;
    let body = json!({"name": "Hidden Room", "permission_overwrites": [
        {"id": guild, "type": 0, "deny": "1024"},
        {"id": painters, "type": 0, "allow": "1024"},
        {"id": "1000000000000000001", "type": 1, "allow": "1024"},
    ]});
    let client = crate::http::client();
    let call = async |method: reqwest::Method, path: String, body: Value| -> (u16, Value) {
        let url = format!("http://{}/api/v10{path}", simcord.http_address());
        let request = client
            .request(method, url)
            .header("authorization", "Bot local.bot.token")
            .json(&body);
        let response = request.send().await.expect("an answer");
        (
            response.status().as_u16(),
            response.json().await.unwrap_or(Value::Null),
        )
    };
    let (status, channel) = call(reqwest::Method::POST, format!("/guilds/{guild}/channels"), body).await;
    assert_eq!((status, &channel["name"]), (201, &json!("hidden-room")));
    let sees = |user| control.channel_id(user, "hidden-room").is_some();
    assert_eq!((sees(ada), sees(ben), sees(cem)), (true, false, true));

    control.set_member_roles(guild, cem, &[]).expect("roles");
    assert!(!sees(cem));

    // ADMINISTRATOR (1 << 3) is not the bot's to give away.
    let path = format!(
        "/channels/{}/permissions/{painters}",
        channel["id"].as_str().expect("an id")
    );
    let (status, error) = call(reqwest::Method::PUT, path, json!({"type": 0, "allow": "8"})).await;
    assert_eq!((status, &error["code"]), (403, &json!(50013)));
    assert_eq!(control.errors(), Vec::<String>::new());
    simcord.stop().await;
}
