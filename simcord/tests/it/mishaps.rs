//! Faults on demand, and Discord's own limits met by a real client.

use simcord::{Fault, FaultKind};

use crate::stage::{options, play};

fn fault(method: &str, path: &str, kind: FaultKind) -> Fault {
    Fault {
        method: Some(method.into()),
        path_contains: path.into(),
        times: 1,
        kind,
    }
}

#[tokio::test]
async fn the_client_retries_a_429() {
    play(options(), |stage| async move {
        stage.control.fault(fault(
            "POST",
            "/messages",
            FaultKind::Status {
                status: 429,
                retry_after: Some(0.05),
            },
        ));
        assert_eq!(
            stage
                .control
                .slash_text(stage.ada, stage.general, "/twice")
                .await
                .text(),
            "one message"
        );
        let status: Vec<_> = stage
            .control
            .requests()
            .into_iter()
            .filter(|request| request.method == "POST" && request.path.ends_with("/messages"))
            .map(|request| request.status)
            .collect();
        assert_eq!(status, [429, 200, 200]);
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_was_carried_out() {
    play(options(), |stage| async move {
        stage
            .control
            .fault(fault("POST", "/messages", FaultKind::LoseAnswer));
        let outcome = stage.control.slash_text(stage.ada, stage.general, "/twice").await;
        // The command fails on the first send; poise tells the person so.
        assert_ne!(outcome.text(), "one message");
        assert!(stage.texts(stage.ben).contains(&"once".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_request_that_hangs_is_carried_out_and_not_answered() {
    play(options(), |stage| async move {
        stage
            .control
            .fault(fault("POST", "/messages", FaultKind::Hang { carried_out: true }));
        let mut news = stage.control.subscribe();
        let seen = async {
            while !stage.texts(stage.ben).contains(&"once".to_owned()) {
                news.recv().await.expect("news");
            }
        };
        tokio::select! {
            outcome = stage.control.slash_text(stage.ada, stage.general, "/twice") => panic!("{outcome:?}"),
            () = seen => {}
        }
        stage.control.faults_over().await;
        let posted = |request: &simcord::RecordedRequest| request.path.ends_with("/messages");
        assert!(
            !stage.control.requests().iter().any(posted),
            "nobody was answered"
        );
    })
    .await;
}

#[tokio::test]
async fn a_request_that_hangs_may_never_be_carried_out() {
    play(options(), |stage| async move {
        stage
            .control
            .fault(fault("POST", "/messages", FaultKind::Hang { carried_out: false }));
        tokio::select! {
            outcome = stage.control.slash_text(stage.ada, stage.general, "/twice") => panic!("{outcome:?}"),
            () = stage.control.faults_over() => {}
        }
        assert!(!stage.texts(stage.ben).contains(&"once".to_owned()));
    })
    .await;
}

/// The limit over all buckets answers no interaction with a refusal, and anything else beyond it.
#[tokio::test]
async fn the_limit_over_all_buckets_is_global() {
    play(options(), |stage| async move {
        stage
            .control
            .change_limits(|limits| limits.requests_in_all = Some(1));
        let clock = stage.clock.clone();
        let control = stage.control.clone();
        let line = stage.control.slash_text(stage.ada, stage.general, "/twice");
        let (outcome, ()) = tokio::join!(line, async move {
            while !control.requests().iter().any(|request| request.status == 429) {
                tokio::task::yield_now().await;
            }
            clock.set(clock.now() + chrono::TimeDelta::seconds(1));
        });
        assert_eq!(outcome.text(), "one message");
    })
    .await;
}

#[tokio::test]
async fn what_a_channel_denies_no_role_grants() {
    play(options(), |stage| async move {
        stage
            .control
            .deny_bot(stage.general, 1 << 11)
            .expect("the channel is there");
        let outcome = stage.control.slash_text(stage.ada, stage.general, "/twice").await;
        assert_ne!(outcome.text(), "one message");
        let last = stage
            .control
            .requests()
            .into_iter()
            .rfind(|request| request.path.ends_with("/messages"));
        assert_eq!(last.map(|request| request.status), Some(403));
    })
    .await;
}

#[tokio::test]
async fn a_missing_permission_is_50013() {
    play(options(), |stage| async move {
        let guild = stage.control.guild_id("Works").expect("a guild");
        stage
            .control
            .set_bot_permissions(guild, 1 << 10 | 1 << 11)
            .expect("set");
        let outcome = stage
            .control
            .slash_text(stage.ada, stage.general, "/make shop")
            .await;
        assert_eq!(outcome.text(), "403 50013");
    })
    .await;
}

#[tokio::test]
async fn a_channel_changes_its_topic_twice_in_ten_minutes() {
    let mut options = options();
    options.limits.rename_window = chrono::TimeDelta::milliseconds(500);
    play(options, |stage| async move {
        for topic in ["one", "two"] {
            let line = format!("/rename {topic}");
            assert_eq!(
                stage
                    .control
                    .slash_text(stage.ada, stage.general, &line)
                    .await
                    .text(),
                "renamed"
            );
        }
        let line = stage
            .control
            .slash_text(stage.ada, stage.general, "/rename three");
        let clock = stage.clock.clone();
        let control = stage.control.clone();
        let (outcome, ()) = tokio::join!(line, async move {
            let mut news = control.subscribe();
            while !control.requests().iter().any(|request| request.status == 429) {
                // The thinking placeholder is news; the refused request follows it.
                if news.try_recv().is_err() {
                    tokio::task::yield_now().await;
                }
            }
            clock.set(clock.now() + chrono::TimeDelta::seconds(1));
        });
        assert_eq!(outcome.text(), "renamed");
        let topic = stage.control.channels(stage.ada)[0].topic.clone();
        assert_eq!(topic.as_deref(), Some("three"));
    })
    .await;
}
