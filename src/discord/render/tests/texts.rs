//! Brief, announcement, end, status, timeline, set-up, help.

use super::releases::listed;
use super::*;
use crate::app::{Followed, Following, MyItems, Refused, Undelivered};
use crate::discord::custom_id::{SetupPage, TimelineView};
use crate::discord::render::{
    brief, digest, follow, help, releases, setup as set_up, started, status, timeline,
};
use crate::domain::ids::{GuildId, GuildRoleId, UserId};
use crate::domain::news::{MOST_FOLLOWED, News};
use crate::domain::overview::Listed;
use crate::domain::playbook::Variation;
use crate::domain::rejection::MissingPermission;
use crate::domain::release::{Reason, TimelineEvent};
use crate::domain::reminder::Moment;
use crate::domain::setup::GuildSetup;

fn undelivered() -> Vec<Undelivered> {
    vec![Undelivered {
        note: 2,
        what: "the brief",
        why: "Discord answered 403 (50013): Missing Permissions".to_owned(),
    }]
}

/// S1, S14: why, version, target, who does what when; and what everybody hears.
#[test]
fn s14_the_first_and_the_last_messages() {
    snapshot("brief", &brief::brief(&view(), at(EARLY)));
    snapshot("brief_late", &brief::brief(&view(), at("2026-12-05T12:00:00Z")));
    let mut titled = view();
    titled.release.title = Some("Login *fix* for @everyone".to_owned());
    snapshot("announcement", &announcement::announcement(&titled));
    snapshot(
        "closed_with_items_open",
        &brief::closed(
            &closed(done(titled, &["tag"]), Some("Withdrawn. @here")),
            at(EARLY),
        ),
    );
    let all = done(view(), &["announce", "merge", "verify", "tag", "page"]);
    snapshot(
        "closed_with_everything_done",
        &brief::closed(&closed(all, None), at(EARLY)),
    );
}

#[test]
fn the_answers_to_a_start() {
    snapshot("started", &started::started(&view(), &[], at(EARLY)));
    let mut waiting = view();
    waiting.release.channel = None;
    snapshot("started_waiting", &started::started(&waiting, &[], at(EARLY)));
    snapshot(
        "started_refused",
        &started::started(&waiting, &undelivered(), at(EARLY)),
    );
}

#[test]
fn s9_the_status_of_a_release() {
    let late = done(view(), &["announce"]);
    snapshot(
        "status",
        &status::status(
            &late,
            &late.release.playbook,
            &undelivered(),
            at("2026-12-07T12:00:00Z"),
        ),
    );
    let all = done(view(), &["announce", "merge", "verify", "tag", "page"]);
    snapshot(
        "status_done",
        &status::status(&all, &all.release.playbook, &[], at("2026-12-07T12:00:00Z")),
    );
    snapshot(
        "status_closed",
        &status::status(&closed(late, Some("Withdrawn")), &playbook(), &[], at(EARLY)),
    );
    snapshot("why", &status::why(&view()));
}

#[test]
fn what_i_owe() {
    let view = view();
    let cutoff = |id: &str| Some(view.plan.phase(&phase(id)).unwrap().cutoff_at);
    let items = vec![(item("merge"), cutoff("code")), (item("tag"), cutoff("build"))];
    let mine = [MyItems {
        view: view.clone(),
        items,
    }];
    let (nothing, now) = (Following::default(), at(EARLY));
    snapshot("me", &status::my_items(&["Dev".to_owned()], &mine, &nothing, now));
    let late = at("2026-12-04T18:00:00Z");
    let followed = Following {
        releases: vec![Followed {
            key: view.release.key.clone(),
            name: "7.2.1 *Login* fix".to_owned(),
            channel: view.release.channel,
        }],
        refused: None,
    };
    snapshot(
        "me_overdue_and_following",
        &status::my_items(&["Dev".to_owned()], &mine, &followed, late),
    );
    snapshot(
        "me_nothing",
        &status::my_items(&["Dev".to_owned(), "QA".to_owned()], &[], &nothing, now),
    );
    snapshot("me_no_role", &status::my_items(&[], &[], &nothing, now));
}

fn by_a_person(event: &Event) -> bool {
    matches!(
        event,
        Event::Started { .. } | Event::ItemDone { .. } | Event::ItemUndone { .. } | Event::Closed { .. }
    )
}

#[test]
fn the_timeline_tells_each_kind_of_event() {
    let events: Vec<TimelineEvent> = [
        Event::Started {
            version: "7.2.1".to_owned(),
            target: Some(date("2026-12-10")),
            reason: Reason::Security,
            private: false,
            variation: Variation::default(),
        },
        Event::ChannelOpened {
            channel: ChannelId(500),
        },
        Event::BoardPosted {
            message: MessageId(600),
        },
        Event::ItemDone {
            item: item("merge"),
            evidence: None,
        },
        Event::ItemUndone { item: item("merge") },
        Event::ItemDone {
            item: item("of-an-older-playbook"),
            evidence: None,
        },
        Event::Reminded {
            phase: phase("code"),
            moment: Moment::DayStart,
            due: at(EARLY),
        },
        Event::ReminderCollapsed {
            phase: phase("code"),
            moment: Moment::CutOff,
            due: at(EARLY),
        },
        Event::BoardLost,
        Event::NotDelivered {
            what: "the brief".to_owned(),
            why: "*no*".to_owned(),
        },
        Event::Closed {
            override_reason: Some("Withdrawn".to_owned()),
            open: vec![item("tag"), item("page")],
        },
        Event::Closed {
            override_reason: None,
            open: Vec::new(),
        },
    ]
    .into_iter()
    .enumerate()
    .map(|(number, event)| TimelineEvent {
        at: at(EARLY) + chrono::TimeDelta::minutes(i64::try_from(number).unwrap()),
        actor: by_a_person(&event).then_some(UserId(1)),
        event,
    })
    .collect();
    snapshot(
        "timeline",
        &timeline::timeline(&view(), &events, TimelineView::default()),
    );
}

fn on_page(page: usize) -> TimelineView {
    TimelineView {
        page,
        ..TimelineView::default()
    }
}

/// The newest page first, and each event on exactly one page.
#[test]
fn every_event_is_on_exactly_one_page() {
    let events: Vec<TimelineEvent> = (0..50)
        .map(|number| TimelineEvent {
            at: at(EARLY) + chrono::TimeDelta::minutes(number),
            actor: None,
            event: Event::BoardLost,
        })
        .collect();
    let mut minutes: Vec<i64> = Vec::new();
    for page in 0..4 {
        let post = timeline::timeline(&view(), &events, on_page(page));
        assert_fits("timeline", &post);
        let stamps = post
            .content
            .lines()
            .filter_map(|line| line.strip_prefix("<t:")?.split(':').next()?.parse().ok());
        minutes.extend(stamps.map(|unix: i64| (unix - at(EARLY).timestamp()) / 60));
    }
    assert_eq!(
        minutes.first(),
        Some(&35),
        "the newest fifteen come first, oldest of them at the top"
    );
    minutes.sort_unstable();
    assert_eq!(minutes, (0..50).collect::<Vec<_>>());
    snapshot(
        "timeline_last_page",
        &timeline::timeline(&view(), &events, on_page(99)),
    );
}

#[test]
fn the_set_up_and_its_check() {
    let roles = a_playbook().roles;
    let empty = GuildSetup::empty(GuildId(1));
    snapshot("setup_empty", &set_up::setup(&empty, &roles, SetupPage::Roles));
    snapshot(
        "setup_places",
        &set_up::setup(&setup(), &roles, SetupPage::Places),
    );
    snapshot("check_good", &set_up::check(&[], &[], &setup(), &roles));
    let missing = [MissingPermission {
        permission: "Pin Messages",
        blocks: "pin the board",
    }];
    snapshot(
        "check_bad",
        &set_up::check(&missing, &[GuildRoleId(12)], &empty, &roles),
    );
}

#[test]
fn the_help_names_every_command() {
    snapshot("help", &help::help(None, |name| format!("`{name}`")));
    snapshot("help-item", &help::help(Some("item"), |name| format!("`{name}`")));
}

/// With names that can be clicked, which take more room, no command is left out.
#[test]
fn the_help_fits_as_discord_shows_it() {
    let mut named = 0;
    let post = help::help(None, |name| {
        named += 1;
        format!("<{name}:1234567890123456789>")
    });
    let texts: Vec<String> = post
        .embeds
        .into_iter()
        .map(|embed| serde_json::to_value(embed).unwrap()["description"].to_string())
        .collect();
    let lengths: Vec<usize> = texts.iter().map(|text| text.chars().count()).collect();
    assert!(lengths.iter().all(|length| *length <= 4_096), "{lengths:?}");
    assert!(lengths.iter().sum::<usize>() <= 6_000, "{lengths:?}");
    assert_eq!(texts.concat().matches(":1234567890123456789>").count(), named);
}

/// However long the texts are that a playbook and a person may write.
#[test]
fn the_longest_texts_fit() {
    for (phases, items, roles) in [(12, 25, 3), (25, 12, 25), (25, 200, 25)] {
        let view = longest(phases, items, roles);
        let closed = closed(view.clone(), Some(&"_".repeat(500)));
        let refused = vec![
            Undelivered {
                note: i64::MAX,
                what: "the brief",
                why: "_".repeat(3000)
            };
            3
        ];
        let ids: Vec<_> = view
            .release
            .playbook
            .items()
            .map(|(_, item)| (item.id.clone(), Some(at(EARLY))))
            .collect();
        let mine = vec![
            MyItems {
                view: view.clone(),
                items: ids
            };
            3
        ];
        let names: Vec<String> = view
            .release
            .playbook
            .roles
            .iter()
            .map(|role| role.title.clone())
            .collect();
        let many = vec![view.clone(); 30];
        let events = vec![
            TimelineEvent {
                at: at(EARLY),
                actor: Some(UserId(u64::MAX)),
                event: Event::NotDelivered {
                    what: "the brief".to_owned(),
                    why: "_".repeat(3000)
                },
            };
            40
        ];
        let followed = Following {
            releases: vec![
                Followed {
                    key: view.release.key.clone(),
                    name: "_".repeat(200),
                    channel: view.release.channel,
                };
                MOST_FOLLOWED
            ],
            refused: Some(Refused {
                at: at(EARLY),
                releases: vec![view.release.key.clone(); MOST_FOLLOWED],
                digest: true,
            }),
        };
        let much = vec![
            News::Reached {
                what: "_".repeat(200)
            };
            20
        ];
        for (what, post) in [
            ("brief", brief::brief(&view, at(EARLY))),
            ("brief, late", brief::brief(&view, at("2027-12-01T12:00:00Z"))),
            ("announcement", announcement::announcement(&view)),
            ("closed", brief::closed(&closed, at(EARLY))),
            ("started", started::started(&view, &refused, at(EARLY))),
            (
                "status",
                status::status(
                    &view,
                    &view.release.playbook,
                    &refused,
                    at("2027-12-01T12:00:00Z"),
                ),
            ),
            (
                "status, closed",
                status::status(&closed, &closed.release.playbook, &[], at(EARLY)),
            ),
            (
                "in flight",
                releases::list(&listed(Listed::InFlight, &many, EARLY), 0),
            ),
            ("me", status::my_items(&names, &mine, &followed, at(EARLY))),
            ("me, nothing", status::my_items(&names, &[], &followed, at(EARLY))),
            ("what one follows", follow::list(&followed)),
            ("news", follow::news(&view, &much)),
            ("digest", digest::digest(&mine, at(EARLY)).unwrap()),
            ("why", status::why(&view)),
            (
                "timeline",
                timeline::timeline(&view, &events, TimelineView::default()),
            ),
            (
                "set-up",
                set_up::setup(&setup(), &view.release.playbook.roles, SetupPage::Roles),
            ),
            (
                "check",
                set_up::check(
                    &[],
                    &[GuildRoleId(u64::MAX); 25],
                    &setup(),
                    &view.release.playbook.roles,
                ),
            ),
        ] {
            assert_fits(
                &format!("{what} ({phases} phases, {items} items, {roles} roles)"),
                &post,
            );
        }
    }
}
