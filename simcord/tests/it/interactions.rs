//! What people do, and what the bot makes of it.

use simcord::{Control, Happening, OutcomeState};

use crate::stage::{options, play};

#[tokio::test]
async fn a_deferred_answer_counts_when_its_text_has_come() {
    play(options(), |stage| async move {
        let outcome = stage
            .control
            .slash_text(stage.ada, stage.general, "/echo text:\"a b\"")
            .await;
        assert_eq!(outcome.state, OutcomeState::Answered);
        assert_eq!(outcome.text(), "echo: a b");
        assert_eq!(stage.texts(stage.ben), ["echo: a b"]);
        let kinds: Vec<_> = stage
            .control
            .journal()
            .iter()
            .map(|entry| kind(&entry.event))
            .collect();
        assert_eq!(kinds, ["commands", "thinking", "created", "settled"]);
    })
    .await;
}

fn kind(event: &Happening) -> &'static str {
    match event {
        Happening::Thinking { .. } => "thinking",
        Happening::MessageCreated { .. } => "created",
        Happening::MessageEdited { .. } => "edited",
        Happening::CommandsChanged => "commands",
        Happening::InteractionSettled { .. } => "settled",
        _ => "other",
    }
}

#[tokio::test]
async fn words_without_a_name_fill_the_options_in_order() {
    play(options(), |stage| async move {
        let line = "/fruit pear 3 @Ben #random";
        let outcome = stage.control.slash_text(stage.ada, stage.general, line).await;
        assert_eq!(outcome.text(), "3 pear for ben in random");
        let line = "/fruit fruit:pear person:@ada count:2";
        let outcome = stage.control.slash_text(stage.ada, stage.general, line).await;
        assert_eq!(outcome.text(), "2 pear for ada in nowhere");
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_a_command_is_refused_in_a_sentence() {
    play(options(), |stage| async move {
        let cases = [
            ("/nothing", "There is no command `/nothing` here."),
            ("/fruit", "The option `fruit` is required."),
            ("/fruit pear size:3", "There is no option `size`."),
            ("/fruit pear 10", "`count` is at most 9."),
            (
                "/fruit pear -9223372036854775808",
                "`count` is too large a number.",
            ),
            ("/fruit pear x", "`count` is a whole number; \"x\" is not."),
            (
                "/fruit pear 1 @nobody",
                "`person` is a person; nobody here is called \"@nobody\".",
            ),
            ("/paint", "`/paint` needs a subcommand: `wall`, `door`."),
            (
                "/paint wall green",
                "`colour` is one of Red, Blue; \"green\" is not.",
            ),
            ("fruit", "A command begins with a slash."),
            ("/fruit \"pear", "A quotation mark is left open."),
        ];
        for (line, sentence) in cases {
            let outcome = stage.control.slash_text(stage.ada, stage.general, line).await;
            assert_eq!(outcome.state, OutcomeState::Refused, "{line}");
            assert_eq!(outcome.error.as_deref(), Some(sentence), "{line}");
        }
        let outcome = stage
            .control
            .slash_text(stage.ada, stage.general, "/paint wall blue")
            .await;
        assert_eq!(outcome.text(), "a Blue wall");
    })
    .await;
}

#[tokio::test]
async fn typing_brings_suggestions() {
    play(options(), |stage| async move {
        let typed = Control::values(&[("fruit", "ap")]);
        let outcome = stage
            .control
            .autocomplete(stage.ada, stage.general, "fruit", typed, "fruit")
            .await;
        assert_eq!(outcome.state, OutcomeState::Choices);
        let names: Vec<_> = outcome
            .choices
            .unwrap_or_default()
            .into_iter()
            .map(|choice| choice.name)
            .collect();
        assert_eq!(names, ["apple", "apricot"]);
    })
    .await;
}

#[tokio::test]
async fn a_button_updates_the_message_it_is_on() {
    play(options(), |stage| async move {
        let panel = stage.control.slash_text(stage.ada, stage.general, "/panel").await;
        let text = "Panel\nDue: 2026-12-03 21:00 UTC in 3 days\n[Count] [Quiet] [Off (disabled)]\n\
                    [Select: Pick a colour | RED | GREEN]";
        assert_eq!(panel.text(), text);
        let message = panel.message.expect("the panel").id;
        let outcome = stage.control.click(stage.ben, message, "count:0").await;
        assert_eq!(outcome.state, OutcomeState::Updated);
        assert_eq!(outcome.text(), "counted 1\n[Count]");
        let gone = stage.control.click(stage.ben, message, "count:0").await;
        assert_eq!(
            gone.error.as_deref(),
            Some("The message has no component \"count:0\".")
        );
        assert_eq!(
            stage.control.click(stage.ben, message, "count:1").await.text(),
            "counted 2\n[Count]"
        );
    })
    .await;
}

#[tokio::test]
async fn a_disabled_button_and_a_foreign_value_are_refused() {
    play(options(), |stage| async move {
        let panel = stage.control.slash_text(stage.ada, stage.general, "/panel").await;
        let message = panel.message.expect("the panel").id;
        let off = stage.control.click(stage.ada, message, "off").await;
        assert_eq!(off.error.as_deref(), Some("\"Off\" is disabled."));
        let blue = stage
            .control
            .select(stage.ada, message, "colour", vec!["blue".into()])
            .await;
        assert_eq!(blue.error.as_deref(), Some("\"blue\" is not among the options."));
        let both = vec!["red".to_owned(), "green".to_owned()];
        let both = stage.control.select(stage.ada, message, "colour", both).await;
        assert_eq!(
            both.error.as_deref(),
            Some("Choose between 1 and 1 values; these are 2.")
        );
        let red = stage
            .control
            .select(stage.ada, message, "colour", vec!["RED".into()])
            .await;
        assert_eq!(red.text(), "red");
    })
    .await;
}

#[tokio::test]
async fn an_acknowledged_click_is_settled_and_what_follows_comes_as_it_comes() {
    play(options(), |stage| async move {
        let panel = stage.control.slash_text(stage.ada, stage.general, "/panel").await;
        let message = panel.message.expect("the panel").id;
        let mut news = stage.control.subscribe();
        let outcome = stage.control.click(stage.ada, message, "quiet").await;
        assert_eq!(outcome.state, OutcomeState::Updated);
        while stage.last(stage.ada).content != "after" {
            news.recv().await.expect("news");
        }
        assert_ne!(stage.last(stage.ben).content, "after");
    })
    .await;
}

#[tokio::test]
async fn an_ephemeral_answer_is_for_one_person() {
    play(options(), |stage| async move {
        let outcome = stage
            .control
            .slash_text(stage.ada, stage.general, "/secret")
            .await;
        assert_eq!(outcome.text(), "for your eyes\n[Count]");
        let message = outcome.message.expect("an answer");
        assert!(message.simcord.expect("what simcord adds").ephemeral);
        assert_eq!(stage.texts(stage.ada).len(), 1);
        assert_eq!(stage.texts(stage.ben).len(), 0);
        let other = stage.control.click(stage.ben, message.id, "count:0").await;
        assert_eq!(other.error.as_deref(), Some("There is no such message."));
        assert_eq!(
            stage.control.click(stage.ada, message.id, "count:0").await.text(),
            "counted 1\n[Count]"
        );
    })
    .await;
}

#[tokio::test]
async fn a_form_opens_and_its_fields_are_checked() {
    play(options(), |stage| async move {
        let outcome = stage.control.slash_text(stage.ada, stage.general, "/form").await;
        assert_eq!(outcome.state, OutcomeState::Modal);
        let modal = outcome.modal.expect("a form");
        assert_eq!(
            (modal.title.as_str(), modal.custom_id.as_str()),
            ("Reason", "why-form")
        );
        let fill = |text: &str| [("why".to_owned(), text.to_owned())].into();
        let empty = stage.control.submit_modal(stage.ada, modal.id, fill("")).await;
        assert_eq!(empty.error.as_deref(), Some("\"Why\" must be filled in."));
        let long = stage
            .control
            .submit_modal(stage.ada, modal.id, fill(&"x".repeat(21)))
            .await;
        assert_eq!(long.error.as_deref(), Some("\"Why\" is too long."));
        let outcome = stage
            .control
            .submit_modal(stage.ada, modal.id, fill("rain"))
            .await;
        assert_eq!(outcome.text(), "because rain");
        let again = stage
            .control
            .submit_modal(stage.ada, modal.id, fill("rain"))
            .await;
        assert_eq!(again.error.as_deref(), Some("That form is not open."));
    })
    .await;
}

#[tokio::test]
async fn silence_fails_the_interaction() {
    let mut options = options();
    options.patience = std::time::Duration::from_millis(300);
    play(options, |stage| async move {
        let outcome = stage.control.slash_text(stage.ada, stage.general, "/late").await;
        assert_eq!(outcome.state, OutcomeState::Failed);
        assert_eq!(outcome.error.as_deref(), Some("The application did not respond"));
        assert_eq!(stage.texts(stage.ada), ["The application did not respond"]);
        assert_eq!(stage.texts(stage.ben), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn three_seconds_of_the_clock_are_silence_too() {
    let mut options = options();
    options.patience = std::time::Duration::from_secs(3_600);
    play(options, |stage| async move {
        let line = stage.control.slash_text(stage.ada, stage.general, "/late");
        let clock = stage.clock.clone();
        let (outcome, ()) = tokio::join!(line, async move {
            clock.set(clock.now() + chrono::TimeDelta::seconds(3));
        });
        assert_eq!(outcome.state, OutcomeState::Failed);
    })
    .await;
}
