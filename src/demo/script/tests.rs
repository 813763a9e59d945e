//! Tests of the grammar of scripts; `docs/scenarios.md` explains it to people.

use super::*;

const EVERY_STEP: &str = r##"
# A comment, and then what is said before the first step.
at 2026-12-01 09:00 America/Los_Angeles
without set-up
guest @gail
server "Beta Corp"
discord allows channels in a category: 2
discord allows channels in a server: 7
discord allows edits of an old message: 3
channels of others under "Releases": 49

caption "Riley starts, and “quotes” stay."
@riley opens #general
@riley sees no Beta Corp#rel-7-2-1
@riley in #general: /release start version:7.2.1
@riley: /help
@riley types /item done item:"tag
@riley clicks "All items"
@riley picks "Tag the release" from "Tick an item"
@riley writes "Hello: all"
@riley opens direct messages
@riley refuses direct messages
@riley takes direct messages
@gail holds "QA", "Dev"
@gail holds no role
@gail leaves "Beta Corp"
advance 5 min
advance 2 h
advance 1 day
advance 3 days
advance to next wake-up
advance to 2026-12-04 10:00 America/Los_Angeles
restart
crash
the bot goes down
the bot comes up
somebody deletes the pinned message of #rel-7-2-1
somebody deletes "Releases 2"
somebody renames "Releases 2" to "Old releases"
the bot loses permission bit 4
the bot has all its permissions
the bot loses permission bit 16 in #general
discord answers 500 2 times to PATCH /messages
discord answers 429 for 200 ms 1 times to POST /messages
discord loses the answer 1 times to POST /channels
show #general as @riley
show direct messages as @riley
show the categories as @riley
expect "has started"
expect no "was created"
expect no ping
expect pings @riley @devon
"##;

#[test]
fn every_step_is_read() {
    let script: Script = EVERY_STEP.parse().unwrap();
    assert_eq!(script.starts.to_rfc3339(), "2026-12-01T17:00:00+00:00");
    assert!(!script.set_up);
    assert_eq!(
        (script.guests, script.servers),
        (vec!["gail".to_owned()], vec!["Beta Corp".to_owned()])
    );
    let limits = script.limits;
    assert_eq!((limits.channels_per_category, limits.channels_per_guild), (2, 7));
    assert_eq!(limits.old_message_edits, Some(3));
    assert_eq!(script.others, [("Releases".to_owned(), 49)]);
    let steps: Vec<String> = script
        .steps
        .iter()
        .map(|(line, _, step)| format!("{line}: {step:?}"))
        .collect();
    insta::assert_snapshot!(steps.join("\n"));
}

#[test]
fn every_mistake_is_reported_with_what_was_expected() {
    let problems = "
@riley
@riley dances
@riley in general /help
@riley clicks All
@riley picks \"x\"
advance
advance five min
advance 5 fortnights
advance to tomorrow
show #general
discord answers maybe 2 times to PATCH /messages
discord answers 500 often to PATCH /messages
somebody deletes the pinned message of general
somebody deletes Releases
somebody renames \"Releases\"
discord allows roles: 3
discord allows channels in a server: many
channels of others under \"Releases\"
the bot loses permission bit many
expect has started
caption Riley starts
sleep 5 s
"
    .parse::<Script>()
    .unwrap_err();
    insta::assert_snapshot!(problems);
}
