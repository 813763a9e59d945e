//! The shipped desktop release process.

use std::collections::BTreeSet;

use crate::domain::playbook::{ConditionId, Criterion, Playbook, Variation};

const TYPES: [&str; 4] = ["beta", "devedition", "release", "esr"];

fn desktop_release() -> Playbook {
    let text = include_str!("../../../../playbook-templates/desktop-release.toml");
    Playbook::read("playbook-templates/desktop-release.toml", text)
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// The process of a release of this type.
fn of_type(kind: &str) -> Playbook {
    let variation = Variation {
        conditions: BTreeSet::from([kind.parse().unwrap()]),
        ..Variation::default()
    };
    desktop_release().varied("149.0b3", &variation)
}

/// The ids of the items that fulfil a requirement.
fn proving(playbook: &Playbook, row: &str) -> Vec<String> {
    let items = playbook.items().map(|(_, item)| item);
    let proving = items.filter(|item| item.proves.iter().any(|proved| proved == row));
    proving.map(|item| item.id.to_string()).collect()
}

/// S41: artefacts, sign-offs, publishing, what follows; and nothing is published without what comes before.
#[test]
fn s41_phases_in_their_order() {
    let playbook = desktop_release();
    let phases: Vec<&str> = playbook.phases.iter().map(|phase| phase.id.as_str()).collect();
    assert_eq!(
        phases,
        ["promote", "push", "sign-offs", "publish", "post-release"]
    );
    let gates = playbook.phases.iter().map(|phase| phase.opens_when.clone());
    let publish = vec![Criterion::EarlierItems, Criterion::SignedOff];
    assert_eq!(
        gates.collect::<Vec<_>>(),
        [vec![], vec![], vec![], publish, vec![]]
    );
    assert_eq!(playbook.shipping_phase().unwrap().id.as_str(), "publish");
}

/// S42, S43, S44: exactly one type is chosen, and each has its own test channels and its own notice.
#[test]
fn s42_steps_by_type() {
    let playbook = desktop_release();
    let choices = playbook.choices();
    assert_eq!(choices.len(), 1);
    let ids: Vec<&str> = choices[0]
        .1
        .iter()
        .map(|condition| condition.id.as_str())
        .collect();
    assert_eq!(ids, TYPES);
    for kind in TYPES {
        let process = of_type(kind);
        assert_eq!(process.items().count(), 12, "{kind}");
        let recorded = format!("test-channel-{kind}");
        let told = format!("notify-sign-off-{kind}");
        assert_eq!(proving(&process, "S43"), [recorded.as_str(), "test-updates"]);
        assert_eq!(proving(&process, "S44"), [told.as_str()]);
        let recorded = process.item(&recorded.parse().unwrap()).unwrap();
        assert!(
            recorded.evidence.is_some(),
            "{kind}: which channel it was is on the record"
        );
        let told = process.item(&told.parse().unwrap()).unwrap();
        assert_eq!(told.needs, std::slice::from_ref(&recorded.id));
        assert!(
            told.announces.is_some(),
            "{kind}: the release channel hears of it"
        );
    }
}

/// S40: each graph has its page in the phase that it belongs to.
#[test]
fn s40_a_page_for_each_graph() {
    let playbook = desktop_release();
    let pages: Vec<(&str, &str)> = playbook
        .phases
        .iter()
        .flat_map(|phase| {
            phase
                .links
                .iter()
                .map(|link| (phase.id.as_str(), link.id.as_str()))
        })
        .collect();
    assert_eq!(
        pages,
        [
            ("promote", "promote-graph"),
            ("push", "push-graph"),
            ("publish", "ship-graph")
        ]
    );
}

/// S45, S46: Promote of every release, and Push of betas and Developer Editions, before whoever is on duty leaves.
#[test]
fn s46_what_must_be_complete_before_leaving() {
    let playbook = desktop_release();
    let guarded = |kind: &str| -> Vec<String> {
        let kind: ConditionId = kind.parse().unwrap();
        let phases = playbook.phases.iter();
        let guarded = phases.filter(|phase| phase.guarded || phase.guarded_if.contains(&kind));
        guarded.map(|phase| phase.id.to_string()).collect()
    };
    assert_eq!(
        TYPES.map(guarded),
        [
            vec!["promote", "push"],
            vec!["promote", "push"],
            vec!["promote"],
            vec!["promote"],
        ]
    );
}

/// S39: the person who takes the duty confirms, and nobody for them.
#[test]
fn s39_the_prerequisites_are_confirmed_in_person() {
    let playbook = desktop_release();
    let [id] = proving(&playbook, "S39").try_into().unwrap();
    let item = playbook.item(&id.parse().unwrap()).unwrap();
    assert_eq!(item.done_by, crate::domain::playbook::DoneBy::Assignee);
}

#[test]
fn its_versions() {
    let playbook = desktop_release();
    for version in ["148.0", "148.0.1", "149.0b3", "149.0b3-devedition", "140.7.0esr"] {
        assert!(playbook.accepts_version(version), "{version}");
    }
    for version in [
        "149",
        "149.0b",
        "149.0b0",
        "149.0b3esr",
        "0.1",
        "149.0-devedition",
        "v149.0",
    ] {
        assert!(!playbook.accepts_version(version), "{version}");
    }
}
