//! Threads and commands on messages, with a real bot.

use simcord::{Happening, OutcomeState, Overwrite, OverwriteKind, Permissions};

use crate::stage::{options, play};

#[tokio::test]
async fn a_bot_opens_a_thread_once_and_writes_in_it() {
    play(options(), |stage| async move {
        let control = &stage.control;
        let talk = control
            .slash_text(stage.ada, stage.general, "/talk \"Upgrade test\"")
            .await;
        assert_eq!(
            talk.text(),
            "Upgrade test in #general, one id, 1 active, 1 said, again 400 160004"
        );
        let thread = control.thread_id(stage.ben, stage.general, "Upgrade test");
        let thread = thread.expect("a thread that ben sees");
        let read = |user| {
            let messages = control.messages(user, thread);
            messages
                .iter()
                .map(|message| control.read(user, message))
                .collect::<Vec<_>>()
        };
        assert_eq!(read(stage.ben), ["About Upgrade test", "Begin"]);
        // It stands behind its channel, and is none by name.
        let names: Vec<_> = control
            .channels(stage.ben)
            .into_iter()
            .map(|channel| channel.name)
            .collect();
        assert_eq!(names, ["general", "Upgrade test", "random"]);
        assert_eq!(control.channel_id(stage.ben, "Upgrade test"), None);
        control.post(stage.ben, thread, "Seen").expect("a message");
        assert_eq!(read(stage.ada).len(), 3);
        control.delete_channel(thread).expect("deleted");
        assert_eq!(control.thread_id(stage.ben, stage.general, "Upgrade test"), None);
    })
    .await;
}

#[tokio::test]
async fn without_the_permission_no_thread_is_opened() {
    play(options(), |stage| async move {
        stage.control.deny_bot(stage.general, 1 << 35).expect("denied");
        let talk = stage
            .control
            .slash_text(stage.ada, stage.general, "/talk it")
            .await;
        assert_eq!(talk.text(), "403 50013");
        stage.control.deny_bot(stage.general, 1 << 38).expect("denied");
        let talk = stage
            .control
            .slash_text(stage.ada, stage.general, "/talk it")
            .await;
        // It is opened, and what is to be said in it is not: the command fails.
        assert!(talk.text().contains("Missing Permissions"), "{}", talk.text());
    })
    .await;
}

#[tokio::test]
async fn what_is_used_in_a_thread_says_so() {
    play(options(), |stage| async move {
        let control = &stage.control;
        let used = control.slash_text(stage.ben, stage.general, "/place").await;
        assert_eq!(used.text(), "Text general below nothing, no thread");
        let thread = control
            .start_thread(stage.ben, stage.general, "Ideas")
            .expect("a thread")
            .id;
        let used = control.slash_text(stage.ben, thread, "/place").await;
        assert_eq!(used.text(), "PublicThread Ideas below #general, awake");
        assert_eq!(
            control.read(stage.ben, &stage.last(stage.ben)),
            "Ben started a thread: Ideas"
        );
        // Who may not write in threads may still read them.
        let everybody = control.view(stage.ada).expect("a view").guilds[0].id;
        let overwrite = Overwrite {
            id: everybody.0,
            kind: OverwriteKind::Role,
            allow: Permissions::NONE,
            deny: Permissions::SEND_MESSAGES_IN_THREADS,
        };
        control.set_overwrite(stage.general, overwrite).expect("set");
        assert!(control.post(stage.ben, thread, "No").is_err());
        assert!(control.post(stage.ben, stage.general, "Yes").is_ok());
        assert!(!control.messages(stage.ben, thread).is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_command_on_a_person_brings_who_it_is() {
    play(options(), |stage| async move {
        let control = &stage.control;
        let told = control
            .menu(stage.ada, stage.general, "Who is this", stage.ben.0)
            .await;
        assert_eq!(told.text(), "This is ben.");
        let refused = control.menu(stage.ada, stage.general, "Who is this", 1).await;
        assert_eq!(refused.error.as_deref(), Some("There is nobody of this id."));
    })
    .await;
}

#[tokio::test]
async fn a_command_on_a_message_brings_its_words_and_files() {
    play(options(), |stage| async move {
        let control = &stage.control;
        let file = control.post_file(stage.ben, stage.general, "Look", "a.txt", b"words");
        let file = file.expect("a message").id;
        let quoted = control.menu(stage.ada, stage.general, "Quote this", file.0).await;
        assert_eq!(quoted.text(), "ben: Look (1 files)");
        let names: Vec<_> = control.view(stage.ada).expect("a view").commands;
        let quote = names.iter().find(|command| command.kind == 3).expect("a command");
        assert_eq!(quote.name, "Quote this");
        // It is for everybody's messages only, and is no slash command.
        let mine = quoted.message.expect("an answer").id;
        let refused = control.menu(stage.ada, stage.general, "Quote this", mine.0).await;
        assert_eq!(
            refused.error.as_deref(),
            Some("Messages that only you can see have no apps.")
        );
        let typed = control.slash_text(stage.ada, stage.general, "/Quote this").await;
        assert_eq!(typed.state, OutcomeState::Refused);
        let other = control.menu(stage.ada, stage.general, "Quote that", file.0).await;
        assert_eq!(
            other.error.as_deref(),
            Some("There is no menu command \"Quote that\" here.")
        );
        let settled = control
            .journal()
            .into_iter()
            .filter(|entry| matches!(entry.event, Happening::InteractionSettled { .. }));
        assert_eq!(settled.count(), 1);
    })
    .await;
}
