//! Scripts that a person can read, played through the local Discord and the real client; the snapshot is what people saw.
//! A new scenario is a new file in `tests/scenarios` and its name in the list below.

use std::path::{Path, PathBuf};

use tminus::cli::playbook;
use tminus::demo::player::{Performance, play};
use tminus::demo::script::Script;

/// One test for each script, so that they run side by side and fail by name.
macro_rules! scenarios {
    ($($(#[$doc:meta])* $name:ident: $file:literal),+ $(,)?) => {
        const LISTED: &[&str] = &[$($file),+];
        $(
            $(#[$doc])*
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let performance = perform($file).await;
                assert_eq!(performance.failures, Vec::<String>::new(), "{}", performance.transcript);
                insta::with_settings!(
                    { snapshot_path => "../scenarios", prepend_module_to_snapshot => false, omit_expression => true },
                    { insta::assert_snapshot!($file, performance.transcript) }
                );
            }
        )+
    };
}

scenarios! {
    /// S1, S6, S7, S9–S12, S14–S18, S20–S38, S23: the whole of a release, as four people see it.
    a_release_from_start_to_close: "7-2-1",
    /// S8: T-minus counts working days, and a holiday that both countries have is none.
    a_target_after_a_holiday: "after-a-holiday",
    days_off_of_a_server: "calendar",
    /// S5: a target is moved: the difference first, then once in the channel, and nobody is called who need not be.
    a_release_slips: "slip",
    /// S39–S44: a beta from promote to publish, with its type at each step, links, test channels and the list.
    a_beta_of_the_desktop: "desktop-release",
    /// S40: what is in flight, to come and recently shipped; of private releases only those of the own roles.
    lists_of_releases: "release-list",
    /// S52–S55: whom to ask, by any name of the topic and through typing errors, and nobody is called by looking.
    whom_to_ask: "escalate",
    /// S52–S55: whom to ask is changed by command, checked as the file is, with a history.
    whom_to_ask_is_changed: "escalate-edit",
    /// S134: what to do about what is seen.
    what_to_do: "troubleshoot",
    /// S48–S54: a release is blocked, people are called up to the fallback, and it is resolved.
    a_release_that_is_blocked: "blocked-and-paged",
    /// A private release is known to its roles alone: in lists, look-ups, exports, suggestions and announcements.
    a_private_release: "private-release",
    who_is_on_duty: "shifts",
    days_away_come_from_a_calendar: "away-calendar",
    the_duty_is_handed_over_around_the_globe: "hand-off",
    /// S45: whoever takes over can ask before they do.
    whoever_goes_is_asked_a_question: "hand-off-question",
    a_duty_over_two_changes_of_the_clocks: "hand-off-dst",
    s45_the_guard_keeps_whoever_is_on_duty: "guard",
    /// What the Release Manager says about a release, and that it is missed.
    status_updates: "status-update",
    /// What is learnt from a release that is closed, and that it is missed.
    retrospectives: "retrospective",
    /// A release is put on hold and goes on; nothing of the time between comes late.
    a_release_on_hold: "hold",
    /// S4, S5: what the announcement channel hears of a release, and how its announcement is kept up to date.
    what_everybody_hears: "announcements",
    /// S4: a release is followed from outside its channel, by direct message.
    following_from_outside: "follow",
    /// What somebody owes comes as a direct message at the hour of their choice.
    a_digest_at_a_chosen_hour: "digest",
    /// S30: an item that does not apply is settled by a reason.
    an_item_that_does_not_apply: "not-applicable",
    /// S3, S4, S19, S20, S22, S103–S105, S111–S113, S116, S117, S121: fixes, candidates, defects, signatures and votes of a
    /// release that ships three versions.
    three_versions_ship_together: "three-versions",
    /// S2, S126, S133: the timeline in parts, the exports, the scorecard with its picture.
    the_record_of_a_release: "record",
    /// S5: a release starts without a date and gets one.
    a_target_to_be_decided: "tbd",
    /// S8: a day off is said while a release is in flight: it is planned again, and told once.
    a_calendar_that_is_edited: "calendar-edit",
    /// S7, S8: the week after the clocks of San Francisco went back, with 11 November in front of it.
    the_week_when_clocks_go_back: "dst-week-november",
    /// S7, S8: the week when the clocks of San Francisco go forward.
    the_week_when_clocks_go_forward: "dst-week-march",
    /// Each thing that can be asked wrongly is refused with a sentence, and nothing changes.
    refusals: "refusals",
    /// Nothing is lost and nothing said twice over a restart, a crash and an absence.
    a_restart_in_the_middle: "restart",
    /// Two servers never see each other's releases.
    two_servers: "two-servers",
    /// Discord fails, loses answers, and a person deletes the board.
    trouble_with_discord: "trouble",
    /// S6: playbooks are looked at, edited and read again while a release keeps its own.
    playbooks_as_living_documents: "playbooks",
    /// S30: what a release teaches becomes suggestions for its playbook.
    suggestions_for_a_playbook: "propose",
    /// S27: what is due after a release was closed is still called and ticked; a release is reopened.
    what_lives_on_after_the_release: "after-ship",
    /// S27: the channel of a closed release is locked and moves to the archive, which has followers of its own.
    the_archive: "archive",
    /// A thread for an item: opened once, used, deleted, refused, locked with its channel.
    threads_of_items: "item-threads",
    /// A message is shown as evidence by the command in its menu.
    evidence_from_a_message: "evidence-from-message",
    /// S94: a playbook comes again; its proposals are accepted, declined, made up for and skipped, in a week of DST.
    a_playbook_that_comes_again: "weekly",
    /// Heads-up, day, cut-off, nags over a weekend and a holiday, escalation, a role elsewhere.
    the_reminder_ladder: "ladder",
    /// S16: due each working day until a phase is over.
    a_daily_item: "daily-item",
    /// What was missed becomes one message, and nobody is called at night.
    downtime_over_two_cut_offs: "downtime-over-two-cut-offs",
    /// A new server is set up by pressing buttons, and the check names what is missing.
    a_server_is_set_up: "set-up",
    /// What Discord refuses for good is shown to operators, who send it after all or give it up.
    dead_letters: "dead-letter-and-retry",
    /// A lost answer is made good by the nonce soon after, and by the mark later.
    lost_answers: "lost-answers",
    /// Where the bot may not look for its own mark, a possible repeat is told as one.
    a_message_that_may_be_there_twice: "without-history",
    /// 401 stops everything that is sent, for a while.
    a_token_that_is_refused_for_a_while: "token-refused",
    /// 5xx for a while.
    discord_is_down_for_a_while: "discord-is-down",
    /// The 51st channel of a category goes into the next one, which is made once, whatever becomes of answers and names.
    a_category_that_is_full: "full-category",
    /// What Discord calls full is full; of 500 channels, the Release Manager hears what to do.
    a_server_that_is_full: "full-server",
    /// Error 30046.
    a_board_that_takes_no_more_edits: "worn-board",
}

/// What the demo shows to those who watch: every step of it does what it should.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_story_of_the_demo() {
    let performance = perform_text("watch", tminus::demo::tour::WATCH).await;
    assert_eq!(
        performance.failures,
        Vec::<String>::new(),
        "{}",
        performance.transcript
    );
    insta::with_settings!(
        { snapshot_path => "../scenarios", prepend_module_to_snapshot => false, omit_expression => true },
        { insta::assert_snapshot!("watch", performance.transcript) }
    );
}

#[test]
fn every_script_is_listed() {
    let mut files: Vec<String> = std::fs::read_dir(root().join("tests/scenarios"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    let mut listed: Vec<String> = LISTED.iter().map(|name| (*name).to_owned()).collect();
    listed.sort();
    assert_eq!(files, listed);
}

#[test]
fn a_script_tells_all_its_problems_with_their_lines() {
    let script =
        "at 2026-12-01 09:00 Nowhere/City\n@riley dances\nadvance 3 fortnights\nexpect nothing quoted\n";
    insta::assert_snapshot!(script.parse::<Script>().unwrap_err());
}

/// S117: with a crash after each tenth thing that people do, the record in the end is the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crashes_leave_no_trace_in_the_record() {
    let text = script("three-versions");
    let mut people = 0;
    let mut crashing = String::new();
    for line in text.lines() {
        if line.starts_with('@') {
            people += 1;
            if people % 10 == 0 {
                crashing.push_str("crash\n");
            }
        }
        crashing.push_str(line);
        crashing.push('\n');
    }
    assert!(people > 90, "{people} steps");
    let (calm, crashed) = tokio::join!(
        perform_text("three-versions", &text),
        perform_text("three-versions", &crashing)
    );
    assert_eq!(crashed.failures, Vec::<String>::new(), "{}", crashed.transcript);
    let (calm, crashed) = (record(&calm.transcript), record(&crashed.transcript));
    assert!(calm.len() > 150, "{calm:#?}");
    assert_eq!(calm, crashed);
}

/// The lines of the last export, without what the bot did by itself.
fn record(transcript: &str) -> Vec<&str> {
    let (_, export) = transcript.rsplit_once("/release export format:Markdown").unwrap();
    export
        .lines()
        .filter(|line| !line.contains("| T-minus |"))
        .collect()
}

fn script(name: &str) -> String {
    std::fs::read_to_string(root().join("tests/scenarios").join(format!("{name}.txt"))).unwrap()
}

async fn perform(name: &str) -> Performance {
    perform_text(name, &script(name)).await
}

async fn perform_text(name: &str, text: &str) -> Performance {
    let script: Script = text.parse().unwrap();
    let mut playbooks = playbook::read_folder(&root().join("playbook-templates")).unwrap();
    // A folder of the script's name holds playbooks of its own.
    let own = root().join("tests/scenarios").join(name);
    if own.is_dir() {
        playbooks.extend(playbook::read_folder(&own).unwrap());
    }
    let data = tempfile::tempdir().unwrap();
    play(&script, playbooks, data.path()).await.unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
