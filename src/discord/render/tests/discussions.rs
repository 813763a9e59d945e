//! The threads of items, and messages as evidence.

use super::*;
use crate::app::{Offer, Undelivered};
use crate::discord::render::list::list;
use crate::discord::render::room::{discussion, item as one, showing};
use crate::domain::ids::UserId;
use crate::domain::playbook::EvidenceKind;
use crate::domain::room::RoomEvent;

fn discussed(mut view: ReleaseView) -> ReleaseView {
    let (item, thread) = (item("merge"), ChannelId(900));
    let opened = Event::Room(RoomEvent::DiscussionOpened { item, thread });
    view.release.apply(&opened, stamp(7, "2026-12-02T11:00:00Z"));
    view
}

#[test]
fn a_thread_says_what_it_is_about() {
    let before = view();
    snapshot(
        "discussion_announced",
        &discussion::announced(&before, &item("merge"), UserId(7)).unwrap(),
    );
    let after = discussed(before.clone());
    let begins = discussion::begins(&after, &item("merge"), at(EARLY)).unwrap();
    assert_eq!(
        (begins.pings.len(), begins.people.len()),
        (0, 0),
        "it calls nobody"
    );
    snapshot("discussion_begins", &begins);
    snapshot("discussion_there", &discussion::there(&after, &item("merge")));
    snapshot(
        "discussion_opened",
        &discussion::opened(&after, &item("merge"), &[]),
    );
    snapshot(
        "discussion_opening",
        &discussion::opened(&before, &item("merge"), &[]),
    );
    let refused = Undelivered {
        note: 12,
        what: "the thread of an item",
        why: "I may *not*".to_owned(),
    };
    snapshot(
        "discussion_refused",
        &discussion::opened(&before, &item("merge"), &[refused]),
    );
}

#[test]
fn the_link_of_a_thread_stands_with_its_item() {
    let view = discussed(view());
    snapshot("item_with_thread", &one::show(&view, &item("merge"), at(EARLY)));
    let wanted = crate::discord::custom_id::ListView {
        scope: crate::discord::custom_id::Scope::All,
        page: 0,
    };
    let listed = shown(&list(
        &view,
        wanted,
        &std::collections::BTreeSet::new(),
        at(EARLY),
    ));
    assert_eq!(listed.matches("💬 <#900>").count(), 1, "{listed}");
    let over = closed(view, None);
    assert!(
        one::show(&over, &item("merge"), at(EARLY)).rows.is_empty(),
        "nobody writes there any more"
    );
}

#[test]
fn a_thread_has_a_name_that_discord_takes() {
    let named = |title: &str| {
        let mut playbook = playbook();
        playbook.phases[0].items[0].title = title.to_owned();
        let view = view_of(release_of(playbook));
        let id = view.release.playbook.phases[0].items[0].id.clone();
        discussion::name(&view, &id)
    };
    assert_eq!(named("Test *the* upgrade · 7.2.1"), "Test *the* upgrade · 7.2.1");
    assert_eq!(named("One\nline\u{202E}"), "One line");
    let long = named(&"é".repeat(150));
    assert_eq!(long.chars().count(), 100);
    assert!(long.ends_with('…'));
    // The id of the item, where nothing of its title can be seen.
    assert_eq!(named("\u{202E}"), "announce");
}

#[test]
fn the_longest_item_fits_into_its_thread() {
    let view = longest(2, 3, 2);
    let id = view.release.playbook.phases[0].items[0].id.clone();
    let begins = discussion::begins(&view, &id, at(EARLY)).unwrap();
    let post = begins.marked("REL-2026-12-001 · note 1234567890");
    assert!(text_of(&sent(&post), "content").chars().count() <= 2000);
}

#[test]
fn what_a_message_can_be_shown_for_is_picked() {
    let mut view = view();
    let mut playbook = (*view.release.playbook).clone();
    for (number, item) in playbook
        .phases
        .iter_mut()
        .flat_map(|phase| &mut phase.items)
        .enumerate()
    {
        item.evidence = [EvidenceKind::Link, EvidenceKind::Text, EvidenceKind::File]
            .get(number % 3)
            .copied();
    }
    view.release.playbook = playbook.into();
    let items: Vec<_> = view
        .release
        .playbook
        .items()
        .map(|(_, item)| item.id.clone())
        .collect();
    let few = Offer {
        view: view.clone(),
        items: items.clone(),
        question: 4,
    };
    snapshot("offer", &showing::offer(&few));
    let many = Offer {
        items: items.iter().cycle().take(28).cloned().collect(),
        ..few
    };
    let post = showing::offer(&many);
    assert!(post.content.contains("for 3 items more"), "{}", post.content);
    snapshot(
        "shown",
        &showing::shown(&done(view, &["announce"]), &item("announce")),
    );
}
