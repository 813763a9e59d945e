//! The shipped dot release process.

use std::collections::BTreeSet;

use super::dot_release;
use crate::domain::calendar::CalendarName;
use crate::domain::playbook::Item;
use crate::domain::zone::Zone;

fn items() -> Vec<Item> {
    dot_release().items().map(|(_, item)| item.clone()).collect()
}

/// The ids of the items that fulfil a requirement.
fn proving(row: &str) -> Vec<String> {
    let items = items();
    let proving = items
        .iter()
        .filter(|item| item.proves.iter().any(|proved| proved == row));
    proving.map(|item| item.id.to_string()).collect()
}

/// S7, S8, S9: the calendar, the cut-off and the four stages.
#[test]
fn s9_four_phases() {
    let playbook = dot_release();
    assert_eq!(playbook.id, "dot-release");
    assert_eq!(playbook.calendar, CalendarName::UsCaConcurrent);
    assert_eq!(playbook.cutoff.zone, Zone::SAN_FRANCISCO);
    assert_eq!(playbook.cutoff.time.to_string(), "10:00:00");
    let phases: Vec<(String, &str)> = playbook
        .phases
        .iter()
        .map(|phase| (phase.offset.label(), phase.title.as_str()))
        .collect();
    assert_eq!(
        phases,
        [
            ("T−4".to_owned(), "Code complete"),
            ("T−3".to_owned(), "Release candidate cut"),
            ("T−2".to_owned(), "Release candidate testing"),
            ("T−0".to_owned(), "Release build cut"),
        ]
    );
}

/// S22: the last phase says that it begins only when the release is ready to cut.
#[test]
fn s22_the_last_phase_waits() {
    let note = dot_release().phases[3].note.clone().unwrap();
    assert!(note.starts_with("Begin once the bug fix release is ready to cut"));
}

/// S23: four roles, and which of them act in which phase.
#[test]
fn s23_items_by_role() {
    let playbook = dot_release();
    let titles: Vec<&str> = playbook.roles.iter().map(|role| role.title.as_str()).collect();
    assert_eq!(titles, ["Release Manager", "Dev", "QA", "Marketing"]);
    let acting: Vec<Vec<&str>> = playbook
        .phases
        .iter()
        .map(|phase| {
            let roles = playbook.roles.iter().map(|role| role.id.as_str());
            roles
                .filter(|role| phase.items.iter().any(|item| item.role.as_str() == *role))
                .collect()
        })
        .collect();
    assert_eq!(
        acting,
        [
            vec!["release-manager", "dev"],
            vec!["release-manager"],
            vec!["qa"],
            vec!["release-manager", "dev", "marketing"],
        ]
    );
}

/// S10 to S22 and S24 to S38: which items fulfil each requirement, so that none is lost. S9 and S23 are about the
/// playbook as a whole and have tests of their own above.
#[test]
fn s10_to_s38_every_requirement_has_its_items() {
    let expected: &[(&str, &[&str])] = &[
        ("S10", &["announce-on-twitter", "changelog-tbd"]),
        ("S11", &["omnibus-issue"]),
        ("S12", &["submit-gitlab-mr", "omnibus-rc-ticket"]),
        ("S13", &["test-upgrade"]),
        ("S14", &["announce-to-team"]),
        ("S15", &["hotfix-prs"]),
        ("S16", &["review-and-merge-prs", "merge-back-daily"]),
        ("S17", &["cut-rc", "check-ci"]),
        ("S18", &["post-rc-timing"]),
        ("S19", &["previous-release-server", "rc-server-stays-regular"]),
        ("S20", &["cut-rc", "test-rc"]),
        ("S21", &["post-test-result"]),
        ("S22", &["tag-release"]),
        ("S24", &["tag-release"]),
        ("S25", &["official-build"]),
        ("S26", &["verify-hashes-and-signatures"]),
        ("S27", &["delete-rcs"]),
        ("S28", &["merge-changelog-pr"]),
        ("S29", &["update-version-archive"]),
        ("S30", &["update-extended-support-docs"]),
        ("S31", &["tell-gitlab-breaking-changes"]),
        ("S32", &["update-download-page"]),
        ("S33", &["test-links-before", "test-links-after"]),
        ("S34", &["confirm-docker"]),
        ("S35", &["community-installers", "chef-issue", "yunohost-pr"]),
        ("S36", &["chef-issue", "yunohost-pr"]),
        ("S37", &["prepare-blog-post", "prepare-twitter-announcement"]),
        ("S38", &["marketing-review"]),
    ];
    for (row, items) in expected {
        assert_eq!(proving(row), *items, "{row}");
    }
    let rows: BTreeSet<&str> = expected.iter().map(|(row, _)| *row).collect();
    for item in items() {
        assert!(!item.proves.is_empty(), "{} is invented", item.id);
        assert!(
            item.proves.iter().all(|row| rows.contains(row.as_str())),
            "{}",
            item.id
        );
    }
}

/// Every address that the process names is somewhere in the playbook.
#[test]
fn every_address_of_the_process_is_kept() {
    let playbook = dot_release();
    let items = playbook.items().flat_map(|(_, item)| &item.links);
    let kept: BTreeSet<&str> = playbook
        .links
        .iter()
        .chain(items)
        .map(|link| link.url.as_str())
        .collect();
    let named = [
        "https://community.mattermost.com/playbooks/playbooks/hjn1xnc3gfnmzeqwssyu6dsa3w/preview",
        "http://everytimezone.com/",
        "https://gitlab.com/gitlab-org/omnibus-gitlab",
        "https://gitlab.com/gitlab-org/omnibus-gitlab/issues/3099",
        "https://docs.mattermost.com/process/gitlab-process.html#merge-requests",
        "https://docs.google.com/document/d/1mbeu2XXwCpbz3qz7y_6yDIYBToyY2nW0NFZq9Gdei1E/edit#heading=h.ncq9ltn04isg",
        "https://mattermost.atlassian.net/browse/MM-10365",
        "https://community.mattermost.com/core/channels/release-discussion",
        "https://docs.mattermost.com/install/self-managed-changelog.html#release-v5-39-quality-release",
        "https://docs.mattermost.com/upgrade/version-archive.html",
        "https://docs.mattermost.com/upgrade/extended-support-release.html",
        "https://mattermost.com/download",
        "https://github.com/mattermost/mattermost-docker/releases",
        "http://www.mattermost.org/installation/",
        "https://github.com/ist-dsi/mattermost-cookbook/issues/48",
        "https://github.com/YunoHost-Apps/mattermost_ynh/pull/143",
        "https://mattermost.com/blog/mattermost-4-10-faster-load-times/",
        "https://twitter.com/mattermosthq/status/827193482578112512",
    ];
    assert_eq!(kept, named.into_iter().collect());
}

/// S12, S13: what the Release Manager does together with a developer.
#[test]
fn s12_shared_items() {
    let shared: Vec<String> = items()
        .iter()
        .filter(|item| !item.with.is_empty())
        .map(|item| item.id.to_string())
        .collect();
    assert_eq!(shared, ["submit-gitlab-mr", "test-upgrade"]);
}
