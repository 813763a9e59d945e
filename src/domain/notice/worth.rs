//! How long a notice is worth saying.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::digest::DIGEST_IS_WORTH;
use crate::domain::handoff::ASKED_AGAIN;
use crate::domain::notice::Notice;
use crate::domain::reminder::{Moment, Step};

/// How long the reminder that a day begins is worth saying.
const DAY_START_IS_WORTH: TimeDelta = TimeDelta::hours(24);

/// How long a nag is worth saying: the next one comes on the next working day.
const NAG_IS_WORTH: TimeDelta = TimeDelta::hours(24);

impl Notice {
    /// When this notice, wished for at `wished`, is worth nothing any more; none for what stays right however late it
    /// comes. What has expired is not sent, and the timeline says so.
    #[must_use]
    pub fn expires(&self, wished: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Reminder {
                moment: Moment::DayStart,
                due,
                ..
            } => Some(wished.max(*due) + DAY_START_IS_WORTH),
            // What is said of a day ahead is worth nothing after it; a nag, once the next one is due; a cut-off stays.
            Self::Calls { calls, .. } => calls
                .iter()
                .map(|call| match call.occasion.step {
                    Step::HeadsUp | Step::DayOf => Some(call.cutoff_at),
                    Step::Nag => Some(wished.max(call.occasion.due) + NAG_IS_WORTH),
                    Step::CutOff => None,
                })
                .reduce(|left, right| Some(left?.max(right?)))
                .flatten(),
            Self::Digest { due, .. } => Some(*due + DIGEST_IS_WORTH),
            Self::Turn { span, .. } => Some(span.from),
            Self::HandOffNote { ends, .. } => Some(*ends),
            // The next call comes soon.
            Self::HandOffCall { call, .. } => Some(wished.max(call.at) + ASKED_AGAIN),
            Self::Gaps { gaps, .. } => gaps.iter().map(|gap| gap.span.until).max(),
            // The next call comes on the next working day.
            Self::UpdateDue { at, .. } => Some(wished.max(*at) + NAG_IS_WORTH),
            Self::News { .. }
            | Self::Swap { .. }
            | Self::HandOffSummary { .. }
            | Self::HandOff { .. }
            | Self::HandOffQuestion { .. }
            // When the hand-off is over, nothing is sent.
            | Self::HandOffMail { .. }
            | Self::OpenChannel
            | Self::Brief
            | Self::Board
            | Self::Announce
            | Self::AnnounceAgain { .. }
            | Self::Reminder { .. }
            | Self::Moved { .. }
            | Self::AnnounceMove { .. }
            | Self::Held { .. }
            | Self::Resumed { .. }
            | Self::Reopened { .. }
            | Self::ClosedAgain { .. }
            | Self::Said { .. }
            | Self::Discussion { .. }
            | Self::DiscussionBegins { .. }
            | Self::StatusUpdate { .. }
            | Self::Retrospective { .. }
            | Self::RetrospectiveDue { .. }
            | Self::Reached { .. }
            | Self::Card { .. }
            | Self::Closed
            | Self::Scorecard { .. }
            | Self::Archive { .. }
            | Self::Unarchive { .. }
            | Self::Alert { .. }
            | Self::Warning { .. }
            | Self::Proposal { .. }
            | Self::ProposalAnswered { .. } => None,
        }
    }
}
