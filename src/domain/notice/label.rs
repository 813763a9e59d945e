//! What a notice is called.

use crate::domain::notice::{Card, Notice};

impl Notice {
    /// What it is called in a sentence to operators.
    #[must_use]
    pub fn label(&self) -> &'static str {
        match self {
            Self::OpenChannel => "the release channel",
            Self::Brief => "the brief",
            Self::Board => "the board",
            Self::Announce
            | Self::AnnounceAgain { .. }
            | Self::Card {
                card: Card::Announcement,
            } => "the announcement",
            Self::Calls { .. } | Self::Reminder { .. } => "a reminder",
            Self::Moved { .. } => "what a move changes",
            Self::AnnounceMove { .. } => "the announcement of a move",
            Self::Held { .. } => "that the release is on hold",
            Self::Resumed { .. } => "that the release goes on",
            Self::Reopened { .. } => "that the release was reopened",
            Self::Closed | Self::ClosedAgain { .. } => "the closing message",
            Self::Scorecard { .. } => "the scorecard",
            Self::Archive { .. } => "the channel's move to the archive",
            Self::Unarchive { .. } => "the channel's return from the archive",
            Self::Said { .. } => "what happened in the room",
            Self::Discussion { .. } => "the thread of an item",
            Self::DiscussionBegins { .. } => "what the thread of an item is about",
            Self::StatusUpdate { .. } => "a status update",
            Self::UpdateDue { .. } => "the call for a status update",
            Self::Retrospective { .. } => "the retrospective",
            Self::RetrospectiveDue { .. } => "the call for the retrospective",
            Self::Reached { .. } => "what the release is ready for",
            Self::Card {
                card: Card::SignOff { .. },
            } => "a sign-off",
            Self::Card {
                card: Card::Decision { .. },
            } => "the go/no-go",
            Self::Card {
                card: Card::AnnouncementDraft,
            } => "the draft of the announcement",
            Self::Card {
                card: Card::Escalation { .. },
            } => "an escalation",
            Self::Card {
                card: Card::Page { .. },
            } => "a page",
            Self::Alert { .. } => "an alert",
            Self::Warning { .. } => "a warning",
            Self::Proposal { .. } => "the proposal of a release",
            Self::ProposalAnswered { .. } => "the answer to a proposal",
            Self::News { .. } => "news for a follower",
            Self::Digest { .. } => "a digest",
            Self::Turn { .. } => "that a turn comes",
            Self::Gaps { .. } => "that nobody will be on duty",
            Self::Swap { .. } => "a swap",
            Self::HandOffSummary { .. } => "the summary at the end of a shift",
            Self::HandOff { .. } => "a hand-off",
            Self::HandOffCall { .. } => "a call about a hand-off",
            Self::HandOffQuestion { .. } => "a question about a hand-off",
            Self::HandOffMail { .. } => "the e-mail copy of a hand-off",
            Self::HandOffNote { .. } => "the question for a note",
        }
    }
}
