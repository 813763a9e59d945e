//! Playbooks: the list, their pages, what differs from what a release keeps, and what a reload says.

use super::*;
use crate::app::{Became, KeptPlaybook, PlaybookView, Reread};
use crate::discord::render::playbook::{difference, list, reread, show};
use crate::discord::render::proposal::proposal;
use crate::domain::fixtures::dot_release;
use crate::domain::offset::Offset;
use crate::domain::suggestion::suggestions;

#[test]
fn the_list_of_playbooks() {
    let views = [
        PlaybookView {
            playbook: dot_release(),
            followed_by: 2,
            kept_by: 1,
        },
        PlaybookView {
            playbook: playbook(),
            followed_by: 0,
            kept_by: 0,
        },
    ];
    snapshot("playbook_list", &list(&views));
}

#[test]
fn s23_the_pages_of_a_playbook() {
    let playbook = dot_release();
    let mut text = String::new();
    for page in 0..3 {
        let post = show(&playbook, page);
        assert_fits("a page", &post);
        let _ = writeln!(text, "{}\n======", shown(&post));
    }
    insta::assert_snapshot!("playbook_show", text);
}

#[test]
fn s6_what_differs_from_what_a_release_keeps() {
    let view = view();
    let mut loaded = playbook();
    let kept = |loaded: Option<&Playbook>| KeptPlaybook {
        view: view.clone(),
        kept: view.release.playbook.clone(),
        loaded: loaded.cloned(),
    };
    let same = difference(&kept(Some(&loaded)), 0);
    let gone = difference(&kept(None), 0);
    loaded.phases[1].offset = Offset::t_minus(1);
    loaded.phases[1].note = Some("New.".to_owned());
    let merge = loaded.phases[0].items.remove(1);
    loaded.phases[1].items.push(merge);
    loaded.phases[2].items.remove(0);
    loaded.phases[2].items[0].title = "Update the *page*".to_owned();
    loaded.summary = "Something\nelse.".to_owned();
    let mut last = loaded.phases[2].clone();
    last.id = phase("after");
    last.title = "Afterwards".to_owned();
    last.items[0].id = item("sweep");
    last.items[0].title = "Sweep".to_owned();
    loaded.phases.push(last);
    let other = difference(&kept(Some(&loaded)), 0);
    let mut text = String::new();
    for post in [same, gone, other] {
        assert_fits("a difference", &post);
        let _ = writeln!(text, "{}\n======", shown(&post));
    }
    insta::assert_snapshot!("playbook_difference", text);
}

#[test]
fn what_a_reload_says() {
    let nothing = Reread {
        changes: Vec::new(),
        same: 2,
        silent: Vec::new(),
        missing: Vec::new(),
    };
    let much = Reread {
        changes: vec![
            (
                "patch".to_owned(),
                Became::Changed {
                    from: "0123abcd".to_owned(),
                    to: "4567cdef".to_owned(),
                },
            ),
            (
                "new".to_owned(),
                Became::Added {
                    digest: "89ab0123".to_owned(),
                },
            ),
            ("old".to_owned(), Became::Removed),
        ],
        same: 1,
        silent: vec!["weekly-update".to_owned()],
        missing: vec!["the Security role".to_owned()],
    };
    let text = format!("{}\n======\n{}", shown(&reread(&nothing)), shown(&reread(&much)));
    insta::assert_snapshot!("playbook_reread", text);
}

/// The largest playbooks, with every text at its limit: no message is refused by the platform.
#[test]
fn the_largest_playbooks_fit() {
    let large = longest(25, 200, 25).release.playbook;
    let kept = KeptPlaybook {
        view: view(),
        kept: large_playbook(25, 200, "Do it").into(),
        loaded: Some((*large).clone()),
    };
    for page in [0, 1, 7, 1000, usize::MAX] {
        assert_fits("a page", &show(&large, page));
        assert_fits("a difference", &difference(&kept, page));
    }
    let views: Vec<PlaybookView> = (0..60)
        .map(|followed_by| PlaybookView {
            playbook: (*large).clone(),
            followed_by,
            kept_by: 3,
        })
        .collect();
    assert_fits("the list", &list(&views));
}

/// Each suggestion of the largest release stands on one page, and each page fits.
#[test]
fn the_largest_proposal_fits() {
    let mut view = longest(5, 12, 3);
    let reason = "@everyone ``` <@1> \\ ".repeat(24);
    let items: Vec<_> = view
        .release
        .playbook
        .items()
        .map(|(_, item)| item.id.clone())
        .collect();
    for item in items.iter().step_by(2) {
        let event = Event::ItemNotApplicable {
            item: item.clone(),
            reason: reason.clone(),
        };
        view.release.apply(&event, stamp(7, "2026-12-02T11:00:00Z"));
    }
    view.release.apply(
        &Event::Closed {
            override_reason: Some(reason),
            open: Vec::new(),
        },
        stamp(7, "2026-12-02T11:00:00Z"),
    );
    let kept = view.release.playbook.clone();
    let all = suggestions(&view.release, &view.plan, &[], at(EARLY));
    assert_eq!(all.len(), items.len());
    let kept = KeptPlaybook {
        view,
        kept,
        loaded: None,
    };
    let mut seen = 0;
    for page in 0.. {
        let post = proposal(&kept, &all, page);
        assert_fits("a proposal", &post);
        let text = sent(&post)["embeds"][0]["description"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(post.content.matches("```").count(), 2, "{}", post.content);
        seen += text.lines().count();
        if shown(&post).contains("[Next ▶] (off)") {
            break;
        }
    }
    assert_eq!(seen, all.len());
}
