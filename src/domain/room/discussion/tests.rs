//! Tests of the threads of items.

use super::*;
use crate::domain::fixtures::{actor, item, release, stamp};
use crate::domain::release::{Command, Event};
use crate::domain::room::{RoomCommand, WorkCommand};

const THREAD: ChannelId = ChannelId(900);

fn wish(release: &Release, gone: Option<ChannelId>) -> Result<Vec<Event>, Rejection> {
    let command = WorkCommand::Discuss {
        item: item("tag"),
        gone,
    };
    release.decide(&Command::Room(RoomCommand::Work(command)), &actor(&["dev"]))
}

fn happen(release: &mut Release, events: Vec<Event>) {
    for event in events {
        release.apply(&event, stamp(7, "2026-12-02T12:00:00Z"));
    }
}

fn opened(thread: ChannelId) -> Vec<Event> {
    let item = item("tag");
    vec![Event::Room(RoomEvent::DiscussionOpened { item, thread })]
}

#[test]
fn an_item_has_one_thread_until_somebody_deletes_it() {
    let mut release = release();
    release.channel = Some(ChannelId(5));
    let wished = || Event::Room(RoomEvent::DiscussionWished { item: item("tag") });
    assert_eq!(wish(&release, None).unwrap(), [wished()]);
    happen(&mut release, vec![wished()]);
    assert_eq!(release.room.thread_of(&item("tag")), None);
    // The message about the first wish may have been given up.
    assert_eq!(wish(&release, None).unwrap(), [wished()]);
    happen(&mut release, opened(THREAD));
    assert_eq!(release.room.thread_of(&item("tag")), Some(THREAD));
    assert_eq!(release.room.threads().collect::<Vec<_>>(), [THREAD]);
    // One that is gone has to be the one that the release knows.
    for gone in [None, Some(ChannelId(901))] {
        assert_eq!(wish(&release, gone).unwrap(), []);
    }
    let events = wish(&release, Some(THREAD)).unwrap();
    assert_eq!(events.len(), 2);
    happen(&mut release, events);
    assert_eq!(release.room.thread_of(&item("tag")), None);
    happen(&mut release, opened(ChannelId(901)));
    let (lost, thread) = (item("tag"), THREAD);
    // What is heard of the old one late changes nothing.
    happen(
        &mut release,
        vec![Event::Room(RoomEvent::DiscussionLost { item: lost, thread })],
    );
    assert_eq!(release.room.thread_of(&item("tag")), Some(ChannelId(901)));
}

#[test]
fn a_thread_needs_a_channel_and_an_open_release() {
    let mut release = release();
    release.channel = None;
    assert_eq!(wish(&release, None), Err(RoomRefusal::NoChannel.into()));
    release.channel = Some(ChannelId(5));
    let over = Event::Closed {
        override_reason: None,
        open: Vec::new(),
    };
    happen(&mut release, vec![over]);
    assert!(matches!(
        wish(&release, None),
        Err(Rejection::ReleaseClosed { .. })
    ));
}
