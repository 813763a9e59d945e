//! Direct messages: news of a release, the digest, and what people read when they ask for them.

use super::*;
use crate::app::{DigestView, FollowChange, Followed, Following, MyItems, Refused};
use crate::discord::render::{digest, follow};
use crate::domain::digest::{DigestDays, DigestRule};
use crate::domain::news::News;

fn followed(view: &ReleaseView) -> Followed {
    Followed {
        key: view.release.key.clone(),
        name: "7.2.1 *Login* fix".to_owned(),
        channel: view.release.channel,
    }
}

fn refused() -> Refused {
    Refused {
        at: at(EARLY),
        releases: vec![view().release.key],
        digest: true,
    }
}

fn rule() -> DigestRule {
    DigestRule {
        at: "09:00:00".parse().unwrap(),
        zone: "Europe/London".parse().unwrap(),
        days: DigestDays::Working,
    }
}

/// Each thing that followers hear, in its few words; nobody's reason is among them.
#[test]
fn what_followers_hear() {
    let covers = || vec!["7.2.1-RC1".to_owned(), "7.1.4-RC1".to_owned()];
    let (from, to) = (Some(date("2026-12-10")), Some(date("2026-12-14")));
    let all = [
        News::Moved { from, to },
        News::Moved { from: None, to },
        News::Moved { from, to: None },
        News::Held,
        News::Resumed,
        News::CandidateCut {
            candidate: "7.2.1-RC1".to_owned(),
        },
        News::Decided {
            covers: covers(),
            go: true,
        },
        News::Decided {
            covers: covers(),
            go: false,
        },
        News::Undecided { covers: covers() },
        News::GateOpened {
            phase: phase("build"),
            incomplete: false,
        },
        News::GateOpened {
            phase: phase("build"),
            incomplete: true,
        },
        News::Reached {
            what: "ready to *share*".to_owned(),
        },
        News::Closed { incomplete: false },
        News::Closed { incomplete: true },
        News::Reopened,
    ];
    let post = follow::news(&view(), &all);
    assert!(post.quiet, "it may be night where they are");
    snapshot("news", &post);
}

#[test]
fn what_one_reads_about_following() {
    let change = |known, following| FollowChange {
        view: view(),
        known,
        following,
    };
    let one = Following {
        releases: vec![followed(&view())],
        refused: None,
    };
    let several = Following {
        releases: vec![followed(&view()); 4],
        refused: None,
    };
    let ended = Following {
        releases: Vec::new(),
        refused: Some(refused()),
    };
    let again = Following {
        refused: Some(refused()),
        ..one.clone()
    };
    snapshot("follow", &follow::begun(&change(false, one.clone())));
    snapshot("follow_again", &follow::begun(&change(false, again)));
    snapshot("follow_known", &follow::begun(&change(true, several.clone())));
    snapshot("follow_list", &follow::list(&several));
    snapshot("follow_list_nothing", &follow::list(&Following::default()));
    snapshot("follow_list_refused", &follow::list(&ended));
    snapshot("unfollow", &follow::ended(&change(true, one)));
}

/// Soonest first, and what is overdue says so, unless the clock of its release stands still.
#[test]
fn what_a_digest_says() {
    let view = view();
    let cutoff = |id: &str| Some(view.plan.phase(&phase(id)).unwrap().cutoff_at);
    let items = vec![(item("merge"), cutoff("code")), (item("tag"), cutoff("build"))];
    let mine = |view: &ReleaseView| {
        [MyItems {
            view: view.clone(),
            items: items.clone(),
        }]
    };
    let late = at("2026-12-04T18:00:00Z");
    snapshot("digest", &digest::digest(&mine(&view), late).unwrap());
    let mut held = view.clone();
    let hold = Event::Held {
        reason: "We wait.".to_owned(),
    };
    held.release.apply(&hold, stamp(1, EARLY));
    snapshot("digest_on_hold", &digest::digest(&mine(&held), late).unwrap());
    assert!(
        digest::digest(&[], late).is_none(),
        "nothing is sent when nothing is open"
    );
}

#[test]
fn how_a_digest_is_set() {
    let on = DigestView {
        rule: Some(rule()),
        on: true,
        next: Some(at("2026-12-03T09:00:00Z")),
        refused: None,
    };
    let view = |rule, refused| DigestView {
        rule,
        on: false,
        next: None,
        refused,
    };
    let (off, never) = (view(Some(rule()), None), view(None, None));
    let ended = view(Some(rule()), Some(refused()));
    let again = DigestView {
        on: true,
        ..ended.clone()
    };
    snapshot("digest_set", &digest::settings(&on, true));
    snapshot("digest_set_again", &digest::settings(&again, true));
    snapshot("digest_off", &digest::settings(&off, true));
    snapshot("digest_is_off", &digest::settings(&off, false));
    snapshot("digest_never_set", &digest::settings(&never, false));
    snapshot("digest_refused", &digest::settings(&ended, false));
}
