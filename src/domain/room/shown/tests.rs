//! Tests of what a message can be shown for, and by whom.

use super::*;
use crate::domain::fixtures::{actor, item, release, stamp};
use crate::domain::ids::UserId;
use crate::domain::release::{Command, Event};

const AT: &str = "https://discord.com/channels/1/2/3";

fn message(text: &str, has_file: bool) -> ShownMessage {
    beside(text, &[], has_file)
}

fn beside(text: &str, beside: &[&str], has_file: bool) -> ShownMessage {
    let beside: Vec<String> = beside.iter().map(|address| (*address).to_owned()).collect();
    ShownMessage::read((GuildId(1), ChannelId(2), MessageId(3)), text, &beside, has_file)
}

/// The small release, whose items ask to be shown this.
fn asking(asked: &[(&str, EvidenceKind)]) -> Release {
    let mut release = release();
    let mut playbook = (*release.playbook).clone();
    for item in playbook.phases.iter_mut().flat_map(|phase| &mut phase.items) {
        let asks = asked.iter().find(|(id, _)| item.id.as_str() == *id);
        item.evidence = asks.map(|(_, kind)| *kind);
        item.needs.clear();
    }
    release.playbook = playbook.into();
    release
}

fn refusal(release: &Release, message: &ShownMessage, roles: &[&str]) -> String {
    format!("{:?}", release.items_for(message, &actor(roles)).unwrap_err())
}

#[test]
fn the_one_address_of_a_message_is_its_link() {
    let one = Some("https://example.com/a_(b)?c=1#d".to_owned());
    for text in [
        "https://example.com/a_(b)?c=1#d",
        "See <https://example.com/a_(b)?c=1#d>.",
        "See [the build](https://example.com/a_(b)?c=1#d), please.",
        "https://example.com/a_(b)?c=1#d! And https://example.com/a_(b)?c=1#d again",
        "**https://example.com/a_(b)?c=1#d**",
    ] {
        assert_eq!(message(text, false).link, one, "{text}");
    }
    for text in [
        "",
        "No link",
        "https://",
        "http:// x",
        "https://a.example https://b.example",
        "ftp://a.example",
    ] {
        assert_eq!(message(text, false).link, None, "{text}");
    }
    // What stands beside the words counts where they name nothing themselves.
    let build = "https://ci.example/1";
    assert_eq!(beside("Passed", &[build], false).link.as_deref(), Some(build));
    assert_eq!(beside("", &[build, build], false).link.as_deref(), Some(build));
    assert_eq!(beside("", &[build, "https://ci.example/2"], false).link, None);
    assert_eq!(
        beside("https://a.example", &[build], false).link.as_deref(),
        Some("https://a.example")
    );
    assert_eq!(beside("", &["javascript:alert(1)"], false).link, None);
}

#[test]
fn each_kind_has_its_evidence() {
    let whole = message(" All paths pass: https://ci.example/1 ", true);
    assert_eq!(
        whole.shows(),
        [EvidenceKind::Link, EvidenceKind::Text, EvidenceKind::File]
    );
    let text = |kind| whole.evidence(kind).unwrap().text;
    assert_eq!(text(EvidenceKind::Link), "https://ci.example/1");
    assert_eq!(text(EvidenceKind::File), AT);
    assert_eq!(
        text(EvidenceKind::Text),
        format!("All paths pass: https://ci.example/1 {AT}")
    );
    let file = message("", true);
    assert_eq!(file.shows(), [EvidenceKind::File]);
    assert_eq!(file.evidence(EvidenceKind::Text), None);
    assert_eq!(message("Hello", false).evidence(EvidenceKind::File), None);
    let long = message(&"é".repeat(4_000), false)
        .evidence(EvidenceKind::Text)
        .unwrap();
    assert_eq!(long.text.chars().count(), TEXT_LIMIT);
    assert!(long.text.ends_with(&format!("… {AT}")));
}

#[test]
fn only_items_that_ask_for_it_and_that_one_may_tick_are_offered() {
    let release = asking(&[
        ("merge", EvidenceKind::Link),
        ("tag", EvidenceKind::Text),
        ("page", EvidenceKind::File),
    ]);
    let (text, file) = (message("Done", false), message("", true));
    let offered = |message: &ShownMessage, roles: &[&str]| release.items_for(message, &actor(roles)).unwrap();
    assert_eq!(offered(&text, &["dev"]), [item("tag")]);
    assert_eq!(
        offered(&message("https://a.example", true), &["release-manager"]),
        [item("merge"), item("tag"), item("page")]
    );
    assert!(refusal(&release, &text, &["marketing"]).contains("RoleNeeded"));
    assert!(refusal(&release, &message("", false), &["dev"]).contains("NothingAsksForThis"));
    let mut done = release.clone();
    let evidence = file.evidence(EvidenceKind::File);
    done.apply(
        &Event::ItemDone {
            item: item("page"),
            evidence,
        },
        stamp(7, "2026-12-02T12:00:00Z"),
    );
    assert!(refusal(&done, &file, &["release-manager"]).contains("done: [("));
    let over = Event::Closed {
        override_reason: None,
        open: Vec::new(),
    };
    done.apply(&over, stamp(7, "2026-12-02T12:00:00Z"));
    assert!(refusal(&done, &text, &["release-manager"]).contains("ReleaseClosed"));
}

/// What was picked is checked like any other tick, and goes on the record as the item asks for it.
#[test]
fn a_tick_with_a_message_is_a_tick() {
    let release = asking(&[("tag", EvidenceKind::Text)]);
    let command = |text: &str| Command::CompleteShowing {
        item: item("tag"),
        message: message(text, false),
    };
    let events = release.decide(&command("Done"), &actor(&["dev"])).unwrap();
    let [
        Event::ItemDone {
            evidence: Some(evidence),
            ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}");
    };
    assert_eq!(evidence.text, format!("Done {AT}"));
    assert!(release.decide(&command("Done"), &actor(&["marketing"])).is_err());
    assert!(release.decide(&command(""), &actor(&["dev"])).is_err());
    let me = Actor {
        user: UserId(2),
        ..actor(&[])
    };
    assert!(release.decide(&command("Done"), &me).is_err());
}
