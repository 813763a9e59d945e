//! What people read.

use serde_json::json;

use super::{morning, world};
use crate::options::Limits;
use crate::world::mention::{Mentions, find};
use crate::world::{ChannelId, MessageBody, RoleId, UserId};

#[test]
fn mentions_in_code_are_none() {
    let text = "<@1> `<@2>` <@!3> <@&4> ```@everyone``` it`s <@5>";
    let found = find(text);
    let users = vec![UserId(1), UserId(3), UserId(5)];
    assert_eq!(
        found,
        Mentions {
            users,
            roles: vec![RoleId(4)],
            everyone: false
        }
    );
    assert!(find("@here").everyone);
}

#[test]
fn a_message_reads_as_a_person_sees_it() {
    let mut world = world(Limits::default());
    let (general, ben) = (world.general(), world.named("ben"));
    let team = world.guilds[&world.one()].role_named("Team").expect("a role").id;
    let at = morning().timestamp();
    let body = json!({
        "content": format!(
            "https://discord.com/channels/1/{general}/2. <@{ben}> <@&{team}> <#{general}> <@9> </go now:7> <:ok:8> <a <t:{at}:F> <t:{at}:d> <t:{at}:t> <t:{}:R> <t:{}:R>",
            at + 4 * 86_400, at - 7_200,
        ),
        "embeds": [{
            "title": "Title", "description": "**Bold**", "footer": {"text": "Foot"},
            "fields": [{"name": "One", "value": "1"}, {"name": "List", "value": "a\nb"}],
        }],
        "components": [
            {"type": 1, "components": [
                {"type": 2, "style": 1, "label": "Go", "custom_id": "a"},
                {"type": 2, "style": 1, "label": "Stop", "custom_id": "b", "disabled": true},
            ]},
            {"type": 1, "components": [
                {"type": 3, "custom_id": "c", "placeholder": "Pick", "options": [{"label": "A", "value": "a"}]},
            ]},
        ],
    });
    let body = MessageBody::parse(&body).expect("a body");
    let message = world.bot_writes(morning(), general, body).expect("a message");
    let expected = "#general › message. @BEN @Team #general @unknown-user /go now :ok: <a 2026-12-01 09:00 UTC 2026-12-01 09:00 UTC \
                    in 4 days 2 hours ago\nTitle\n**Bold**\nOne: 1\nList:\na\nb\nFoot\n[Go] [Stop (disabled)]\n\
                    [Select: Pick | A]";
    assert_eq!(world.text_of(morning(), &message), expected);
}

#[test]
fn typed_names_become_mentions() {
    let world = world(Limits::default());
    let (guild, ada) = (Some(world.one()), world.named("ada"));
    let general: ChannelId = world.general();
    let linked = world.link_mentions(guild, "@ada, (#general) me@ada @Teams @nobody");
    assert_eq!(linked, format!("<@{ada}>, (<#{general}>) me@ada @Teams @nobody"));
}
