//! Dropped connections and sessions.

use poise::serenity_prelude as serenity;
use simcord::{GatewayMishap, Simcord};

use crate::bot;
use crate::stage::{options, play};

#[tokio::test]
async fn a_wrong_token_is_turned_away() {
    let simcord = Simcord::start(options()).await.expect("a local Discord");
    let mut client = bot::client(&simcord, "wrong", &bot::Unread::default()).await;
    let ended = client.start().await;
    let turned_away = serenity::GatewayError::InvalidAuthentication;
    assert!(
        matches!(ended, Err(serenity::Error::Gateway(error)) if error.to_string() == turned_away.to_string())
    );
    assert!(!simcord.control().connected());
    simcord.stop().await;
}

#[tokio::test]
async fn a_dropped_connection_is_resumed_and_nothing_is_lost() {
    play(options(), |stage| async move {
        let requests = stage.control.requests().len();
        stage.control.drop_connections();
        // Sent while nobody is connected, and answered after the resume.
        let outcome = stage
            .control
            .slash_text(stage.ada, stage.general, "/echo again")
            .await;
        assert_eq!(outcome.text(), "echo: again");
        let later = stage.control.requests().split_off(requests);
        let registrations = later.iter().filter(|request| request.method == "PUT").count();
        assert_eq!(registrations, 0, "a resumed bot does not start anew: {later:?}");
    })
    .await;
}

#[tokio::test]
async fn asked_to_reconnect_the_bot_resumes() {
    play(options(), |stage| async move {
        stage.control.gateway(GatewayMishap::AskToReconnect);
        let outcome = stage
            .control
            .slash_text(stage.ada, stage.general, "/echo again")
            .await;
        assert_eq!(outcome.text(), "echo: again");
    })
    .await;
}
