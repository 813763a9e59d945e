//! Dropped connections and sessions.

use crate::stage::{options, play};

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
        stage.control.ask_to_reconnect();
        let outcome = stage
            .control
            .slash_text(stage.ada, stage.general, "/echo again")
            .await;
        assert_eq!(outcome.text(), "echo: again");
    })
    .await;
}
