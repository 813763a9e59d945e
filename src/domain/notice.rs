//! What the bot wants to say or do in a channel. A notice holds facts; the text is made when it is sent.

mod card;
mod copy;
mod label;
mod warning;
mod worth;

pub use self::card::Card;
pub use self::copy::CopyTo;
pub use self::warning::Warning;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::difference::{Cause, Difference};
use crate::domain::handoff::Called;
use crate::domain::ids::{
    ChannelId, HandOffNumber, MessageId, OccurrenceId, ReleaseKey, RosterNumber, SwapNumber, UserId,
};
use crate::domain::news::News;
use crate::domain::person::Stamp;
use crate::domain::playbook::{ItemId, PhaseId};
use crate::domain::recurring::{Obstacle, RecurringRelease};
use crate::domain::reminder::{Call, Moment, Step};
use crate::domain::room::{Findings, RoomEvent};
use crate::domain::shift::{Gap, Span};
use crate::domain::zone::Zone;

/// The chat hears first (S47), and a mail can say where: with the platform down it leaves all the same.
const MAIL_AFTER_CHAT: TimeDelta = TimeDelta::seconds(30);

/// One wish of a release towards the chat platform. Stored as JSON: a variant is never changed, only added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "kebab-case")]
pub enum Notice {
    /// Create the release's channel.
    OpenChannel,
    /// Post the brief: why, version, target, who does what when.
    Brief,
    /// Bring the pinned board up to date; post and pin it when there is none.
    Board,
    /// Tell the announcement channel that the release has started.
    Announce,
    /// Tell the announcement channel once more how the release stands, because the announcement was deleted or takes no
    /// more edits.
    AnnounceAgain {
        /// Tells this from others of the same release.
        number: i64,
    },
    /// Call roles and people to what is due or overdue: all that is due at one instant.
    Calls {
        /// The occasions, soonest first; never empty.
        calls: Vec<Call>,
        /// How many earlier reminders this one stands for, because the bot was away when they were due.
        missed: usize,
    },
    /// Remind the roles of a phase, before there was a ladder.
    Reminder {
        /// The phase.
        phase: PhaseId,
        /// Which moment of its day.
        moment: Moment,
        /// When it was due.
        due: DateTime<Utc>,
        /// The earlier reminders that this one stands for, because the bot was away when they were due.
        instead_of: Vec<(PhaseId, Moment)>,
    },
    /// Tell the release channel what a move of the plan changes.
    Moved {
        /// Tells this move from others of the same release.
        number: i64,
        /// Why.
        cause: Cause,
        /// What changes.
        difference: Difference,
    },
    /// Tell the announcement channel that the target has moved.
    AnnounceMove {
        /// Tells this move from others of the same release.
        number: i64,
        /// T-0 before; none when it was to be decided.
        from: Option<NaiveDate>,
        /// T-0 after; none when it is to be decided again.
        to: Option<NaiveDate>,
    },
    /// Tell the release channel that the release is on hold.
    Held {
        /// Tells this hold from others of the same release.
        number: i64,
    },
    /// Tell the release channel that the release goes on, what is late now and what comes next.
    Resumed {
        /// Tells this from others of the same release.
        number: i64,
        /// Who let it go on.
        by: UserId,
        /// When it was put on hold.
        since: DateTime<Utc>,
    },
    /// Tell the release channel that the release was opened again.
    Reopened {
        /// Tells this from others of the same release.
        number: i64,
        /// Who did it.
        by: UserId,
        /// Why.
        reason: String,
    },
    /// Tell the release channel of something that happened in the room of the release.
    Said {
        /// Tells this from others of the same release.
        number: i64,
        /// What.
        did: Box<RoomEvent>,
        /// Who did it.
        by: UserId,
    },
    /// Open a thread in which an item is discussed, below a message that says so.
    Discussion {
        /// Tells this wish from others of the same release.
        number: i64,
        /// The item.
        item: ItemId,
        /// Who wants it.
        by: UserId,
    },
    /// Say in the thread of an item what it is about.
    DiscussionBegins {
        /// The item.
        item: ItemId,
        /// The thread.
        thread: ChannelId,
    },
    /// Post what the Release Manager says about how the release stands.
    StatusUpdate {
        /// Tells this from others of the same release.
        number: i64,
        /// What is said, as typed.
        text: String,
        /// Who says it.
        by: UserId,
        /// When the next one is due; none when nobody is reminded of it.
        next: Option<DateTime<Utc>>,
    },
    /// Call the Release Manager for a status update that has not come.
    UpdateDue {
        /// When it was due.
        due: DateTime<Utc>,
        /// Which call it is: those after the first come later than it was due.
        at: DateTime<Utc>,
    },
    /// Post what was learnt from the release.
    Retrospective {
        /// Tells this text from others of the same release.
        number: i64,
        /// What.
        findings: Box<Findings>,
        /// Who wrote it.
        by: UserId,
    },
    /// Call the Release Manager for the retrospective.
    RetrospectiveDue {
        /// When it was due.
        due: DateTime<Utc>,
    },
    /// Tell the release channel what the release is now, as its playbook announces it (S4).
    Reached {
        /// What it is, as "ready to share with the customer".
        what: String,
    },
    /// Bring a card up to date; post it when there is none. The announcement was posted by a notice of its own.
    Card {
        /// Which.
        card: Card,
    },
    /// Tell the release channel that the release is closed.
    Closed,
    /// Tell the release channel that a release which was reopened is closed.
    ClosedAgain {
        /// Tells this from others of the same release.
        number: i64,
    },
    /// Tell the release channel how the release went (S126), with a picture.
    Scorecard {
        /// Tells this end from others of the same release.
        number: i64,
    },
    /// Move the channel of a closed release to the archive, where one is chosen, and lock it.
    Archive {
        /// Tells this end from others of the same release.
        number: i64,
    },
    /// Unlock the channel of a reopened release, and move it back from the archive.
    Unarchive {
        /// Tells this from others of the same release.
        number: i64,
    },
    /// Tell the operations channel that a message could not be delivered.
    Alert {
        /// The number of that message.
        note: i64,
        /// Which of its failures this is: a message that is retried may fail again.
        lease: i64,
        /// What it was, as "a reminder".
        what: String,
        /// Why it could not be delivered.
        why: String,
        /// The message itself, when somebody has to hear it all the same.
        instead: Option<Box<Notice>>,
    },
    /// Tell the operations channel of a trouble of the bot itself.
    Warning {
        /// Which.
        warning: Warning,
    },
    /// Ask the Release Manager whether a recurring release shall start, or tell why it did not start by itself.
    Proposal {
        /// Which time it is.
        occurrence: OccurrenceId,
        /// The release that is due.
        release: RecurringRelease,
        /// Why it did not start by itself; none when it is only asked.
        obstacle: Option<Obstacle>,
    },
    /// Show on a proposal what was answered.
    ProposalAnswered {
        /// Which time it was.
        occurrence: OccurrenceId,
        /// The release that was due.
        release: RecurringRelease,
        /// Where the proposal is.
        channel: ChannelId,
        /// The proposal.
        message: MessageId,
        /// The release that was started; none for "not this time".
        started: Option<ReleaseKey>,
        /// Who answered, and when.
        answered: Stamp,
    },
    /// Tell somebody who follows the release, by direct message, what has become of it.
    News {
        /// Who.
        to: UserId,
        /// Tells this from others of the same release.
        number: i64,
        /// What; never empty.
        news: Vec<News>,
    },
    /// Tell somebody by direct message that their turn in a roster comes.
    Turn {
        /// Who.
        to: UserId,
        /// The roster.
        roster: RosterNumber,
        /// What it is called.
        title: String,
        /// Their first shift.
        span: Span,
    },
    /// Warn the Release Manager that nobody will be on.
    Gaps {
        /// The roster.
        roster: RosterNumber,
        /// What it is called.
        title: String,
        /// When; never empty.
        gaps: Vec<Gap>,
    },
    /// Bring the message of a swap up to date; post it when there is none.
    Swap {
        /// The swap.
        number: SwapNumber,
    },
    /// Tell the release channel how the release stands at the end of a shift (S47).
    HandOffSummary {
        /// The hand-off.
        number: HandOffNumber,
        /// Who goes.
        from: UserId,
        /// Who comes on next or stays on.
        to: Vec<UserId>,
        /// From when on what happened was done in the shift.
        since: DateTime<Utc>,
        /// What the person who goes wants others to know.
        note: Option<String>,
    },
    /// Bring the message of a hand-off up to date; post it when there is none.
    HandOff {
        /// The hand-off.
        number: HandOffNumber,
    },
    /// Ask again who takes the duty over.
    HandOffCall {
        /// The hand-off.
        number: HandOffNumber,
        /// The call.
        call: Called,
    },
    /// Put a question to whoever goes, in the thread of the hand-off's message; open the thread when there is none.
    HandOffQuestion {
        /// The hand-off.
        number: HandOffNumber,
        /// Which of its questions this is, from 1.
        nth: u32,
        /// What is asked, as typed.
        question: String,
        /// Who asks.
        by: UserId,
    },
    /// Ask whoever goes for a note.
    HandOffNote {
        /// The roster.
        roster: RosterNumber,
        /// What it is called.
        title: String,
        /// Who.
        to: UserId,
        /// When their duty ends.
        ends: DateTime<Utc>,
    },
    /// Send a copy of a hand-off by e-mail (S47).
    HandOffMail {
        /// The hand-off.
        number: HandOffNumber,
        /// To whom.
        to: CopyTo,
    },
    /// Tell somebody by direct message what they owe when it leaves.
    Digest {
        /// Who.
        to: UserId,
        /// The local time that was meant.
        local: NaiveDateTime,
        /// The zone of that.
        zone: Zone,
        /// When that is.
        due: DateTime<Utc>,
    },
}

impl Notice {
    /// What makes this notice unique within its release.
    #[must_use]
    pub fn occasion(&self) -> String {
        match self {
            Self::OpenChannel => "open-channel".to_owned(),
            Self::Brief => "brief".to_owned(),
            Self::Board => "board".to_owned(),
            Self::Announce => "announce".to_owned(),
            Self::AnnounceAgain { number } => format!("announce-again:{number}"),
            // An occasion is settled once, so the first of a message belongs to no other.
            Self::Calls { calls, .. } => match calls.first() {
                Some(Call { occasion, .. }) => format!(
                    "calls:{}:{}:{}:{}",
                    occasion.phase,
                    occasion.step.as_str(),
                    occasion.audience,
                    occasion.due.timestamp_millis()
                ),
                None => "calls".to_owned(),
            },
            // A phase that moves is reminded of anew on its new date.
            Self::Reminder {
                phase,
                moment: Moment::DayStart,
                due,
                ..
            } => format!("reminder:{phase}:day-start:{}", due.timestamp()),
            Self::Reminder {
                phase,
                moment: Moment::CutOff,
                due,
                ..
            } => format!("reminder:{phase}:cut-off:{}", due.timestamp()),
            Self::Moved { number, .. } => format!("moved:{number}"),
            Self::AnnounceMove { number, .. } => format!("announce-move:{number}"),
            Self::Held { number } => format!("held:{number}"),
            Self::Resumed { number, .. } => format!("resumed:{number}"),
            Self::Reopened { number, .. } => format!("reopened:{number}"),
            Self::Said { number, .. } => format!("said:{number}"),
            Self::Discussion { number, item, .. } => format!("discussion:{item}:{number}"),
            Self::DiscussionBegins { thread, .. } => format!("discussion-begins:{thread}"),
            Self::StatusUpdate { number, .. } => format!("status-update:{number}"),
            Self::UpdateDue { at, .. } => format!("update-due:{}", at.timestamp_millis()),
            Self::Retrospective { number, .. } => format!("retrospective:{number}"),
            Self::RetrospectiveDue { due } => format!("retrospective-due:{}", due.timestamp_millis()),
            Self::Reached { what } => format!("reached:{what}"),
            Self::Card { card } => format!("card:{}", card.name()),
            Self::Closed => "closed".to_owned(),
            Self::ClosedAgain { number } => format!("closed:{number}"),
            Self::Scorecard { number } => format!("scorecard:{number}"),
            Self::Archive { number } => format!("archive:{number}"),
            Self::Unarchive { number } => format!("unarchive:{number}"),
            Self::Alert { note, lease, .. } => format!("alert:{note}:{lease}"),
            Self::Warning { warning } => warning.occasion(),
            Self::Proposal { occurrence, .. } => format!("proposal:{}", occurrence.0),
            Self::ProposalAnswered { occurrence, .. } => format!("proposal:{}:answered", occurrence.0),
            Self::News { to, number, .. } => format!("news:{to}:{number}"),
            Self::Turn { to, roster, span, .. } => {
                format!("turn:{}:{to}:{}", roster.0, span.from.timestamp_millis())
            }
            Self::Gaps { roster, gaps, .. } => {
                let first = gaps.first().map_or(0, |gap| gap.span.from.timestamp_millis());
                format!("gaps:{}:{first}", roster.0)
            }
            Self::Swap { number } => format!("swap:{}", number.0),
            Self::HandOffSummary { number, .. } => format!("hand-off-summary:{}", number.0),
            Self::HandOff { number } => format!("hand-off:{}", number.0),
            Self::HandOffCall { number, call } => {
                format!("hand-off-call:{}:{}", number.0, call.at.timestamp_millis())
            }
            Self::HandOffQuestion { number, nth, .. } => format!("hand-off-question:{}:{nth}", number.0),
            Self::HandOffNote { roster, to, ends, .. } => {
                format!("hand-off-note:{}:{to}:{}", roster.0, ends.timestamp_millis())
            }
            Self::HandOffMail { number, to } => match to {
                CopyTo::Member { user } => format!("hand-off-mail:{}:{user}", number.0),
                CopyTo::Always { place, .. } => format!("hand-off-mail:{}:always-{place}", number.0),
            },
            Self::Digest { to, local, zone, .. } => {
                format!("digest:{to}:{} {zone}", local.format("%Y-%m-%dT%H:%M"))
            }
        }
    }

    /// The person to whom it goes as a direct message; none for what goes to a channel. What one person is told stands in
    /// an order of its own, so that somebody who cannot be told holds nothing else back.
    #[must_use]
    pub fn recipient(&self) -> Option<UserId> {
        match self {
            Self::News { to, .. } | Self::Digest { to, .. } | Self::Turn { to, .. } => Some(*to),
            _ => None,
        }
    }

    /// To whom it goes by e-mail; none for what goes to the chat platform. Each address stands in an order of its own, and
    /// mail holds nothing back that is said in the chat.
    #[must_use]
    pub fn copy_to(&self) -> Option<&CopyTo> {
        match self {
            Self::HandOffMail { to, .. } => Some(to),
            _ => None,
        }
    }

    /// How long it waits before it is tried first.
    #[must_use]
    pub fn waits(&self) -> TimeDelta {
        match self {
            Self::HandOffMail { .. } => MAIL_AFTER_CHAT,
            _ => TimeDelta::zero(),
        }
    }

    /// Whether it reminds people of a phase that `which` means.
    #[must_use]
    pub fn reminds_of(&self, which: impl Fn(&PhaseId) -> bool) -> bool {
        match self {
            Self::Calls { calls, .. } => calls.iter().all(|call| which(&call.occasion.phase)),
            Self::Reminder { phase, .. } => which(phase),
            _ => false,
        }
    }

    /// Whether it is said or done because the release is closed.
    #[must_use]
    pub fn is_of_the_end(&self) -> bool {
        matches!(
            self,
            Self::Closed | Self::ClosedAgain { .. } | Self::Scorecard { .. } | Self::Archive { .. }
        )
    }

    /// Whether people have to hear this even where it cannot be posted: a cut-off that nobody hears of is a release
    /// that slips in silence, and who does not hear that a plan moves or stands still works by dates that are over.
    #[must_use]
    pub fn must_be_heard(&self) -> bool {
        match self {
            Self::Calls { calls, .. } => calls.iter().any(|call| call.occasion.step == Step::CutOff),
            Self::Reminder { moment, .. } => *moment == Moment::CutOff,
            Self::Moved { .. } | Self::Held { .. } | Self::Resumed { .. } => true,
            // The release channel hears by itself what the announcement says, and a draft asks for no haste.
            Self::Card { card } => !matches!(card, Card::Announcement | Card::AnnouncementDraft),
            Self::Said { .. } | Self::StatusUpdate { .. } | Self::HandOffSummary { .. } => true,
            _ => false,
        }
    }

    /// Whether a newer wish of this kind replaces an older one that is still waiting. Such a notice shows what is, so it
    /// also stands outside the order in which a release speaks.
    #[must_use]
    pub fn coalesces(&self) -> bool {
        matches!(
            self,
            Self::Board | Self::Card { .. } | Self::Swap { .. } | Self::HandOff { .. }
        )
    }
}
