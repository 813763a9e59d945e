//! Messages, pings, pins, conversations of two.

use simcord::{Ping, Why};

use crate::stage::{options, play};

#[tokio::test]
async fn allowed_mentions_decide_who_hears_it() {
    play(options(), |stage| async move {
        let text = format!(
            "/shout text:\"<@{}> <@&{{}}> @everyone\" role:@Painters",
            stage.ben
        );
        let view = stage.control.view(stage.ada).expect("a view");
        let painters = view.guilds[0]
            .roles
            .iter()
            .find(|role| role.name == "Painters")
            .expect("a role")
            .id;
        let text = text.replace("{}", &painters.to_string());
        let outcome = stage.control.slash_text(stage.ben, stage.general, &text).await;
        assert_eq!(outcome.text(), "shouted");
        let why = |pings: Vec<Ping>| pings.into_iter().map(|ping| ping.why).collect::<Vec<_>>();
        assert_eq!(why(stage.control.pings(stage.ada)), [Why::Role]);
        assert_eq!(why(stage.control.pings(stage.ben)), []);
        let pins = stage.control.pins(stage.ada, stage.general);
        assert_eq!(pins.len(), 1);
        assert_eq!(
            stage.control.read(stage.ada, &pins[0]),
            "@Ben @Painters @everyone"
        );
        assert_eq!(stage.texts(stage.ada)[1], "bot pinned a message to this channel.");
        let channel = stage.control.channels(stage.ada)[0]
            .simcord
            .expect("what simcord adds");
        assert_eq!((channel.unread, channel.mentions), (2, 1));
        stage.control.mark_read(stage.ada, stage.general).expect("read");
        let channel = stage.control.channels(stage.ada)[0]
            .simcord
            .expect("what simcord adds");
        assert_eq!((channel.unread, channel.mentions), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn a_nonce_makes_a_retry_harmless() {
    play(options(), |stage| async move {
        let line = "/twice";
        assert_eq!(
            stage
                .control
                .slash_text(stage.ada, stage.general, line)
                .await
                .text(),
            "one message"
        );
        stage.clock.set(stage.clock.now() + chrono::TimeDelta::minutes(4));
        assert_eq!(
            stage
                .control
                .slash_text(stage.ada, stage.general, line)
                .await
                .text(),
            "one message"
        );
        assert_eq!(stage.texts(stage.ben), ["once", "once"]);
    })
    .await;
}

#[tokio::test]
async fn people_write_and_mention_each_other() {
    play(options(), |stage| async move {
        let message = stage
            .control
            .post(stage.ada, stage.general, "hello @Ben, see #random")
            .expect("a message");
        assert!(
            message.content.contains(&format!("<@{}>", stage.ben)),
            "{}",
            message.content
        );
        assert_eq!(stage.texts(stage.ben), ["hello @Ben, see #random"]);
        assert_eq!(stage.control.pings(stage.ben).len(), 1);
        assert_eq!(stage.control.pings(stage.ada).len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_conversation_of_two_is_seen_by_one() {
    play(options(), |stage| async move {
        stage.control.slash_text(stage.ada, stage.general, "/dm").await;
        let channel = stage.control.channels(stage.ada).pop().expect("a channel").id;
        assert_eq!(stage.control.messages(stage.ada, channel)[0].content, "psst");
        assert_eq!(stage.control.pings(stage.ada).len(), 1);
        assert_eq!(stage.control.messages(stage.ben, channel).len(), 0);
        assert_eq!(stage.control.channels(stage.ben).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn nobody_is_written_to_who_takes_no_messages_or_is_gone() {
    play(options(), |stage| async move {
        let (control, works) = (&stage.control, stage.control.guild_id("Works").expect("a guild"));
        let refused = "50007: Cannot send messages to this user";
        control.take_direct_messages(stage.ben, false).expect("a person");
        let outcome = control.slash_text(stage.ben, stage.general, "/dm").await;
        assert_eq!(outcome.text(), refused);
        control.take_direct_messages(stage.ben, true).expect("a person");
        let outcome = control.slash_text(stage.ben, stage.general, "/dm").await;
        assert_eq!(outcome.text(), "look");
        control.leave(works, stage.ben).expect("a member");
        assert!(control.leave(works, stage.ben).is_err(), "gone already");
        assert!(control.leave(works, stage.ada).is_err(), "the owner stays");
        let view = control.view(stage.ben).expect("a person");
        assert_eq!((view.guilds.len(), view.conversations.len()), (0, 1));
    })
    .await;
}

#[tokio::test]
async fn a_new_channel_is_there_for_the_people() {
    play(options(), |stage| async move {
        let outcome = stage
            .control
            .slash_text(stage.ada, stage.general, "/make \"Paint Shop\"")
            .await;
        assert_eq!(outcome.text(), "made #paint-shop");
        assert!(stage.control.channel_id(stage.ben, "#paint-shop").is_some());
    })
    .await;
}

#[tokio::test]
async fn a_bot_can_look_at_everything() {
    play(options(), |stage| async move {
        stage.control.post(stage.ben, stage.general, "hello").expect("a message");
        let outcome = stage.control.slash_text(stage.ada, stage.general, "/look").await;
        let text = "general in Works of 1: 2 channels, 4 roles, 4 members, 1 found, Ada L. is ada, 18 commands, \
                    1 messages, 0 pins, true, bot";
        assert_eq!(outcome.text(), text);
    })
    .await;
}

#[tokio::test]
async fn a_bot_can_tend_its_garden() {
    play(options(), |stage| async move {
        let outcome = stage.control.slash_text(stage.ada, stage.general, "/tend").await;
        assert_eq!(outcome.text(), "tended, 2 left");
        assert_eq!(stage.control.channels(stage.ada).len(), 2);
    })
    .await;
}
