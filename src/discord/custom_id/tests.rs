//! Every custom id survives the way to Discord and back.

use super::*;
use crate::domain::escalation::{EntryId, Kind};
use crate::domain::ids::{HandOffNumber, RosterNumber, SwapNumber, UserId};

#[test]
fn every_custom_id_reads_back_and_fits() {
    let key = || ReleaseKey::from_stored("REL-2026-12-001".to_owned());
    let view = ListView {
        scope: Scope::Mine,
        page: 12,
    };
    let contact = || EntryId::typed(Kind::Contact, &"x".repeat(40)).unwrap();
    let role: RoleId = "release-manager".parse().unwrap();
    let date = NaiveDate::from_ymd_opt(2026, 12, 10).unwrap();
    for id in [
        CustomId::Tick(key()),
        CustomId::Toggle(key(), view),
        CustomId::List(
            key(),
            ListView {
                scope: Scope::All,
                page: 0,
            },
        ),
        CustomId::Turn(
            key(),
            ListView {
                scope: Scope::Done,
                page: 3,
            },
        ),
        CustomId::Why(key()),
        CustomId::Directory(DirectoryId::New(Kind::Topic, None, None)),
        CustomId::Directory(DirectoryId::New(
            Kind::Contact,
            Some(contact()),
            Some(UserId(u64::MAX)),
        )),
        CustomId::Directory(DirectoryId::Edit(
            contact(),
            i64::from(u32::MAX),
            Some(UserId(u64::MAX)),
        )),
        CustomId::Directory(DirectoryId::Edit(EntryId::Always, 0, None)),
        CustomId::Directory(DirectoryId::Remove(contact(), i64::MAX)),
        CustomId::Directory(DirectoryId::Keep),
        CustomId::Directory(DirectoryId::History(12)),
        CustomId::Accept(OccurrenceId(12)),
        CustomId::Decline(OccurrenceId(i64::MAX)),
        CustomId::Start(7, Answer::Anyway),
        CustomId::Start(7, Answer::Cancel),
        CustomId::Start(7, Answer::Target(date)),
        CustomId::Slip(i64::MAX, Answer::Anyway),
        CustomId::Slip(7, Answer::Target(date)),
        CustomId::Snooze(7, Answer::Cancel),
        CustomId::SetupRole(role),
        CustomId::SetupCategory,
        CustomId::SetupArchive,
        CustomId::SetupCreate(SetupPage::Archive),
        CustomId::SetupAnnouncements,
        CustomId::SetupOperations,
        CustomId::SetupHandOffs,
        CustomId::Shift(ShiftId::RosterForm("r".repeat(40).parse().unwrap(), u32::MAX)),
        CustomId::Shift(ShiftId::Swap(SwapNumber(i64::MAX), false)),
        CustomId::Shift(ShiftId::Accept(HandOffNumber(i64::MAX))),
        CustomId::Shift(ShiftId::Decline(HandOffNumber(1))),
        CustomId::Shift(ShiftId::DeclineForm(HandOffNumber(1))),
        CustomId::Shift(ShiftId::Ask(HandOffNumber(i64::MAX))),
        CustomId::Shift(ShiftId::AskForm(HandOffNumber(i64::MAX))),
        CustomId::Shift(ShiftId::SaveAway(i64::MAX)),
        CustomId::Shift(ShiftId::LeaveOut(i64::MAX)),
        CustomId::Shift(ShiftId::DropAway(1)),
        CustomId::Shift(ShiftId::Note(RosterNumber(1))),
        CustomId::Shift(ShiftId::NoteForm(RosterNumber(1))),
        CustomId::Outbox(2),
        CustomId::SetupManager,
        CustomId::SetupCreate(SetupPage::Roles),
        CustomId::SetupPrivate(true),
        CustomId::SetupPage(SetupPage::Places),
        CustomId::Timeline(key(), TimelineView::default()),
        CustomId::Timeline(
            key(),
            TimelineView {
                filter: Filter {
                    show: Show::Decisions,
                    who: Some(UserId(u64::MAX)),
                },
                page: usize::MAX,
            },
        ),
        CustomId::Book(Book::Show("p".repeat(40)), 12),
        CustomId::Book(Book::Difference(key()), 0),
        CustomId::Book(Book::Proposal(key()), 3),
        CustomId::FixStep(key()),
        CustomId::Sign(key(), u32::MAX, true),
        CustomId::RefusalForm(key(), u32::MAX),
        CustomId::Vote(key(), u32::MAX, Choice::NoGo),
        CustomId::Vote(key(), 1, Choice::Go),
        CustomId::Vote(key(), 1, Choice::Abstain),
        CustomId::NoGoForm(key(), u32::MAX),
        CustomId::Unvote(key(), u32::MAX),
        CustomId::Show(key(), "a".repeat(40).parse().unwrap()),
        CustomId::EvidenceForm(key(), "a".repeat(40).parse().unwrap()),
        CustomId::Discuss(key(), "a".repeat(40).parse().unwrap()),
        CustomId::ShowFor(i64::MAX),
        CustomId::Update(key()),
        CustomId::UpdateForm(key()),
        CustomId::LookBack(key()),
        CustomId::LookBackForm(key()),
        CustomId::Announce(key()),
        CustomId::Words(key()),
        CustomId::WordsForm(key()),
        CustomId::DoNotAnnounce(key()),
        CustomId::Redraft(key()),
        CustomId::Releases(Listed::RecentlyShipped, 12),
        CustomId::Releases(Listed::InFlight, 0),
    ] {
        let text = id.to_string();
        assert!(text.len() <= 100, "{text}");
        assert_eq!(text.parse(), Ok(id), "{text}");
    }
}

#[test]
fn a_button_of_another_version_is_not_ours() {
    for text in [
        "",
        "0|tick|REL-2026-12-001",
        "tick|x",
        "1|tick",
        "1|list|k|all",
        "1|list|k|all.x",
        "1|book|burn|k|0",
        "1|what",
        "1|releases|lost|0",
        "1|timeline|k|2.everything",
        "1|timeline|k|2.all.1.x",
    ] {
        assert_eq!(text.parse::<CustomId>(), Err(NotOurs), "{text}");
    }
}
