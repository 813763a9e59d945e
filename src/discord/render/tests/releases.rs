//! Lists of releases.

use super::*;
use crate::app::ReleaseList;
use crate::discord::render::releases;
use crate::domain::fixtures::recurring_release;
use crate::domain::ids::UserId;
use crate::domain::overview::{self, Listed, Overview};
use crate::domain::room::RoomEvent;

/// The list of these releases at this instant.
pub(super) fn listed(listed: Listed, views: &[ReleaseView], now: &str) -> ReleaseList {
    let of = |view: &ReleaseView| Overview::of(&view.release, &view.plan, &[], at(now));
    let mut releases: Vec<Overview> = views.iter().map(of).collect();
    overview::sort(&mut releases);
    ReleaseList {
        listed,
        releases,
        proposed: Vec::new(),
    }
}

fn called(mut view: ReleaseView, key: &str, version: &str) -> ReleaseView {
    view.release.key = crate::domain::ids::ReleaseKey::from_stored(key.to_owned());
    version.clone_into(&mut view.release.version);
    view
}

/// S40: soonest first, with what blocks and the links of the phase.
#[test]
fn s40_releases_in_flight_come_soonest_first() {
    let mut sooner = called(view(), "REL-2026-12-002", "7.1.4");
    sooner.release.target = Some(date("2026-12-09"));
    sooner.plan = plan_of(&sooner.release);
    sooner.release.private = true;
    let mut playbook = (*sooner.release.playbook).clone();
    playbook.phases[0].links = vec![PhaseLink {
        id: "promote".parse().unwrap(),
        title: "Task group of the *promote* graph".to_owned(),
    }];
    sooner.release.playbook = playbook.into();
    for did in [
        RoomEvent::LinkStored {
            link: "promote".parse().unwrap(),
            url: "https://tasks.example.com/groups/a_b".to_owned(),
        },
        RoomEvent::ItemBlocked {
            item: item("merge"),
            reason: "GitLab is *down* @everyone".to_owned(),
        },
        RoomEvent::ItemBlocked {
            item: item("verify"),
            reason: "No server".to_owned(),
        },
    ] {
        sooner.release.apply(&Event::Room(did), stamp(1, EARLY));
    }
    let mut held = called(view(), "REL-2026-12-003", "7.0.9");
    let reason = "Wait".to_owned();
    held.release.apply(&Event::Held { reason }, stamp(1, EARLY));
    let over = done(view(), &["merge"]);
    let views = [over, held, sooner];
    let mut list = listed(Listed::InFlight, &views, "2026-12-04T18:30:00Z");
    snapshot("releases_in_flight", &releases::list(&list, 0));
    list.releases.truncate(1);
    list.releases[0].on_duty = vec![UserId(5)];
    assert!(shown(&releases::list(&list, 0)).contains("👤 started by <@1> · on duty: <@5>"));
    list.releases.clear();
    snapshot("releases_in_flight_none", &releases::list(&list, 0));
}

#[test]
fn releases_to_come_and_releases_that_shipped() {
    let ahead = listed(Listed::Upcoming, &[view()], EARLY);
    let ahead = ReleaseList {
        proposed: vec![
            (recurring_release(), Some(ChannelId(22))),
            (recurring_release(), None),
        ],
        ..ahead
    };
    snapshot("releases_upcoming", &releases::list(&ahead, 0));
    let all = done(view(), &["announce", "merge", "verify", "tag", "page"]);
    let withdrawn = called(done(view(), &["merge"]), "REL-2026-12-002", "7.1.4");
    let views = [closed(all, None), closed(withdrawn, Some("Withdrawn"))];
    let shipped = listed(Listed::RecentlyShipped, &views, EARLY);
    snapshot("releases_shipped", &releases::list(&shipped, 0));
    for listed in Listed::ALL {
        let releases = Vec::new();
        let nothing = ReleaseList {
            listed,
            releases,
            proposed: Vec::new(),
        };
        let post = releases::list(&nothing, 3);
        assert!(
            post.content.ends_with('.') && post.embeds.is_empty(),
            "{}",
            post.content
        );
    }
}

/// However many there are, each is on one page, and its links are whole.
#[test]
fn a_long_list_is_read_page_by_page() {
    let views: Vec<ReleaseView> = (1..=30)
        .map(|number| called(longest(3, 2, 3), &format!("REL-2026-12-{number:03}"), "7.2.1"))
        .collect();
    let list = listed(Listed::All, &views, EARLY);
    let mut seen = String::new();
    for page in 0..1_000 {
        let post = releases::list(&list, page);
        assert_fits("a page of releases", &post);
        let text = shown(&post);
        let last = text.contains("[Next ▶] (off)");
        seen.push_str(&text);
        if last {
            break;
        }
    }
    for view in &views {
        assert!(
            seen.contains(&format!("**{} ·", view.release.key)),
            "{}",
            view.release.key
        );
    }
    let whole = format!("](<https://{}>)", "_".repeat(492));
    assert_eq!(seen.matches(&whole).count(), 30 * 20);
    assert_eq!(seen.matches("https://").count(), 30 * 20);
}
