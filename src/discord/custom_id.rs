//! What a button or select says when it is pressed.
//!
//! The text survives restarts and holds no secret; who may do what is checked when it is pressed. The leading number is
//! the version of the form: a button of another version is told to be old.

use std::fmt;
use std::str::FromStr;

pub use self::directory::DirectoryId;
pub use self::escalation::{EscalationId, EscalationPress};
pub use self::shift::ShiftId;

use chrono::NaiveDate;

use crate::app::Answer;
use crate::domain::ids::{OccurrenceId, ReleaseKey};
use crate::domain::overview::Listed;
use crate::domain::playbook::{ItemId, RoleId};
use crate::domain::room::Choice;
use crate::domain::timeline::{Filter, Show};

mod directory;
mod escalation;
mod shift;

#[cfg(test)]
mod tests;

const VERSION: &str = "1";

/// What was pressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomId {
    /// The board's select: tick the chosen item.
    Tick(ReleaseKey),
    /// A list's select: tick or undo the chosen item and show the same page again.
    Toggle(ReleaseKey, ListView),
    /// Open a list, for the person alone.
    List(ReleaseKey, ListView),
    /// Turn the list that is open to another page.
    Turn(ReleaseKey, ListView),
    /// Explain the dates.
    Why(ReleaseKey),
    /// Answer the question with this number, about a start.
    Start(i64, Answer),
    /// Answer the question with this number, about a move.
    Slip(i64, Answer),
    /// Answer the question with this number, about a snooze.
    Snooze(i64, Answer),
    /// Pick the role of the guild that plays this role.
    SetupRole(RoleId),
    /// Pick the category.
    SetupCategory,
    /// Pick the category for channels of closed releases.
    SetupArchive,
    /// Pick the announcement channel.
    SetupAnnouncements,
    /// Pick the operations channel.
    SetupOperations,
    /// Pick the channel for hand-offs.
    SetupHandOffs,
    /// Pick the manager.
    SetupManager,
    /// Make what is missing.
    SetupCreate(SetupPage),
    /// Switch between private and public release channels.
    SetupPrivate(bool),
    /// Show a page of the set-up.
    SetupPage(SetupPage),
    /// Show a page of the timeline.
    Timeline(ReleaseKey, TimelineView),
    /// Show the list of releases of this kind, from this page.
    Releases(Listed, usize),
    /// Show what could not be delivered, from this page.
    Outbox(usize),
    /// Show what a playbook says, from this page.
    Book(Book, usize),
    /// Record the next step of the chosen fix.
    FixStep(ReleaseKey),
    /// Sign the sign-off of this number, or refuse to.
    Sign(ReleaseKey, u32, bool),
    /// The form in which a refusal of a sign-off says why.
    RefusalForm(ReleaseKey, u32),
    /// Vote in the go/no-go of this number.
    Vote(ReleaseKey, u32, Choice),
    /// The form in which a no-go says why.
    NoGoForm(ReleaseKey, u32),
    /// Take one's vote back.
    Unvote(ReleaseKey, u32),
    /// Open the form that asks what an item needs shown.
    Show(ReleaseKey, ItemId),
    /// That form.
    EvidenceForm(ReleaseKey, ItemId),
    /// Open the form of a status update.
    Update(ReleaseKey),
    /// That form.
    UpdateForm(ReleaseKey),
    /// Open the form of a retrospective.
    LookBack(ReleaseKey),
    /// That form.
    LookBackForm(ReleaseKey),
    /// Post the announcement of which the draft is shown.
    Announce(ReleaseKey),
    /// Open the form with the words above the announcement.
    Words(ReleaseKey),
    /// That form.
    WordsForm(ReleaseKey),
    /// Do not announce the release.
    DoNotAnnounce(ReleaseKey),
    /// Draft the announcement again.
    Redraft(ReleaseKey),
    /// Start the release of this proposal.
    Accept(OccurrenceId),
    /// Do not start the release of this proposal.
    Decline(OccurrenceId),
    /// Open the thread of an item, or say where it is.
    Discuss(ReleaseKey, ItemId),
    /// Show the message of the question with this number for the chosen item.
    ShowFor(i64),
    /// Something about rosters and shifts.
    Shift(ShiftId),
    /// Something about whom to ask and what to do.
    Directory(DirectoryId),
    /// Something about an escalation.
    Escalation(EscalationId),
}

/// What is shown of a playbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Book {
    /// The loaded playbook of this name.
    Show(String),
    /// What differs between the playbook that this release keeps and its file.
    Difference(ReleaseKey),
    /// What this release suggests for its playbook.
    Proposal(ReleaseKey),
}

/// Which items a list shows, and which page of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListView {
    /// Which items.
    pub scope: Scope,
    /// The page, from 0.
    pub page: usize,
}

/// Which events of a timeline are shown, and which page of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimelineView {
    /// Which events.
    pub filter: Filter,
    /// The page, from 0 for the newest.
    pub page: usize,
}

/// Which items a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All items.
    All,
    /// The open items of the person's own roles.
    Mine,
    /// The items that are done, to undo one.
    Done,
}

/// The pages of the set-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetupPage {
    /// Roles.
    Roles,
    /// Category, announcement channel, privacy.
    Places,
    /// Where channels of closed releases go.
    Archive,
}

/// A text that is no custom id of this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotOurs;

impl fmt::Display for CustomId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{VERSION}|")?;
        match self {
            Self::Tick(key) => write!(formatter, "tick|{key}"),
            Self::Toggle(key, view) => write!(formatter, "toggle|{key}|{view}"),
            Self::List(key, view) => write!(formatter, "list|{key}|{view}"),
            Self::Turn(key, view) => write!(formatter, "turn|{key}|{view}"),
            Self::Why(key) => write!(formatter, "why|{key}"),
            Self::Start(question, answer) => write!(formatter, "start|{question}|{}", answer_text(*answer)),
            Self::Slip(question, answer) => write!(formatter, "slip|{question}|{}", answer_text(*answer)),
            Self::Snooze(question, answer) => write!(formatter, "snooze|{question}|{}", answer_text(*answer)),
            Self::SetupRole(role) => write!(formatter, "setup-role|{role}"),
            Self::SetupCategory => formatter.write_str("setup-category"),
            Self::SetupArchive => formatter.write_str("setup-archive"),
            Self::SetupAnnouncements => formatter.write_str("setup-announcements"),
            Self::SetupOperations => formatter.write_str("setup-operations"),
            Self::SetupHandOffs => formatter.write_str("setup-hand-offs"),
            Self::SetupManager => formatter.write_str("setup-manager"),
            Self::SetupCreate(page) => write!(formatter, "setup-create|{page}"),
            Self::SetupPrivate(private) => write!(formatter, "setup-private|{private}"),
            Self::SetupPage(page) => write!(formatter, "setup-page|{page}"),
            Self::Timeline(key, view) => write!(formatter, "timeline|{key}|{view}"),
            Self::Releases(listed, page) => write!(formatter, "releases|{}|{page}", listed.as_str()),
            Self::Outbox(page) => write!(formatter, "outbox|{page}"),
            Self::Book(Book::Show(id), page) => write!(formatter, "book|show|{id}|{page}"),
            Self::Book(Book::Proposal(key), page) => write!(formatter, "book|propose|{key}|{page}"),
            Self::Book(Book::Difference(key), page) => write!(formatter, "book|diff|{key}|{page}"),
            Self::FixStep(key) => write!(formatter, "fix-step|{key}"),
            Self::Sign(key, number, approve) => write!(formatter, "sign|{key}|{number}|{approve}"),
            Self::RefusalForm(key, number) => write!(formatter, "refusal|{key}|{number}"),
            Self::Vote(key, number, choice) => {
                write!(formatter, "vote|{key}|{number}|{}", choice_text(*choice))
            }
            Self::NoGoForm(key, number) => write!(formatter, "no-go|{key}|{number}"),
            Self::Unvote(key, number) => write!(formatter, "unvote|{key}|{number}"),
            Self::Show(key, item) => write!(formatter, "show|{key}|{item}"),
            Self::EvidenceForm(key, item) => write!(formatter, "evidence|{key}|{item}"),
            Self::Discuss(key, item) => write!(formatter, "discuss|{key}|{item}"),
            Self::ShowFor(question) => write!(formatter, "show-for|{question}"),
            Self::Update(key) => write!(formatter, "update|{key}"),
            Self::UpdateForm(key) => write!(formatter, "update-form|{key}"),
            Self::LookBack(key) => write!(formatter, "look-back|{key}"),
            Self::LookBackForm(key) => write!(formatter, "look-back-form|{key}"),
            Self::Announce(key) => write!(formatter, "announce|{key}"),
            Self::Words(key) => write!(formatter, "words|{key}"),
            Self::WordsForm(key) => write!(formatter, "words-form|{key}"),
            Self::DoNotAnnounce(key) => write!(formatter, "do-not-announce|{key}"),
            Self::Redraft(key) => write!(formatter, "redraft|{key}"),
            Self::Accept(proposal) => write!(formatter, "accept|{}", proposal.0),
            Self::Decline(proposal) => write!(formatter, "decline|{}", proposal.0),
            Self::Shift(id) => id.fmt(formatter),
            Self::Directory(id) => id.fmt(formatter),
            Self::Escalation(id) => id.fmt(formatter),
        }
    }
}

impl FromStr for CustomId {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let parts: Vec<&str> = text.split('|').collect();
        let [VERSION, parts @ ..] = parts.as_slice() else {
            return Err(NotOurs);
        };
        Ok(match parts {
            ["tick", key] => Self::Tick(release_key(key)),
            ["toggle", key, view] => Self::Toggle(release_key(key), view.parse()?),
            ["list", key, view] => Self::List(release_key(key), view.parse()?),
            ["turn", key, view] => Self::Turn(release_key(key), view.parse()?),
            ["why", key] => Self::Why(release_key(key)),
            [kind @ ("start" | "slip" | "snooze"), question, answer] => {
                let question = question.parse().map_err(|_| NotOurs)?;
                let answer = read_answer(answer)?;
                match *kind {
                    "start" => Self::Start(question, answer),
                    "slip" => Self::Slip(question, answer),
                    _ => Self::Snooze(question, answer),
                }
            }
            ["setup-role", role] => Self::SetupRole(role.parse().map_err(|_| NotOurs)?),
            ["setup-category"] => Self::SetupCategory,
            ["setup-archive"] => Self::SetupArchive,
            ["setup-announcements"] => Self::SetupAnnouncements,
            ["setup-operations"] => Self::SetupOperations,
            ["setup-hand-offs"] => Self::SetupHandOffs,
            ["setup-manager"] => Self::SetupManager,
            ["setup-create", page] => Self::SetupCreate(page.parse()?),
            ["setup-private", private] => Self::SetupPrivate(private.parse().map_err(|_| NotOurs)?),
            ["setup-page", page] => Self::SetupPage(page.parse()?),
            ["update", key] => Self::Update(release_key(key)),
            ["update-form", key] => Self::UpdateForm(release_key(key)),
            ["look-back", key] => Self::LookBack(release_key(key)),
            ["look-back-form", key] => Self::LookBackForm(release_key(key)),
            ["releases", listed, page] => {
                let listed = Listed::ALL.into_iter().find(|known| known.as_str() == *listed);
                Self::Releases(listed.ok_or(NotOurs)?, page.parse().map_err(|_| NotOurs)?)
            }
            ["outbox", page] => Self::Outbox(page.parse().map_err(|_| NotOurs)?),
            ["timeline", key, view] => Self::Timeline(release_key(key), view.parse()?),
            ["book", what, of, page] => {
                let book = match *what {
                    "show" => Book::Show((*of).to_owned()),
                    "propose" => Book::Proposal(release_key(of)),
                    "diff" => Book::Difference(release_key(of)),
                    _ => return Err(NotOurs),
                };
                Self::Book(book, page.parse().map_err(|_| NotOurs)?)
            }
            ["fix-step", key] => Self::FixStep(release_key(key)),
            ["sign", key, number, approve] => Self::Sign(
                release_key(key),
                number.parse().map_err(|_| NotOurs)?,
                approve.parse().map_err(|_| NotOurs)?,
            ),
            ["refusal", key, number] => {
                Self::RefusalForm(release_key(key), number.parse().map_err(|_| NotOurs)?)
            }
            ["vote", key, number, choice] => Self::Vote(
                release_key(key),
                number.parse().map_err(|_| NotOurs)?,
                read_choice(choice)?,
            ),
            ["no-go", key, number] => Self::NoGoForm(release_key(key), number.parse().map_err(|_| NotOurs)?),
            ["unvote", key, number] => Self::Unvote(release_key(key), number.parse().map_err(|_| NotOurs)?),
            ["show", key, item] => Self::Show(release_key(key), item.parse().map_err(|_| NotOurs)?),
            ["evidence", key, item] => {
                Self::EvidenceForm(release_key(key), item.parse().map_err(|_| NotOurs)?)
            }
            ["discuss", key, item] => Self::Discuss(release_key(key), item.parse().map_err(|_| NotOurs)?),
            ["show-for", question] => Self::ShowFor(question.parse().map_err(|_| NotOurs)?),
            ["announce", key] => Self::Announce(release_key(key)),
            ["words", key] => Self::Words(release_key(key)),
            ["words-form", key] => Self::WordsForm(release_key(key)),
            ["do-not-announce", key] => Self::DoNotAnnounce(release_key(key)),
            ["redraft", key] => Self::Redraft(release_key(key)),
            ["accept", proposal] => Self::Accept(OccurrenceId(proposal.parse().map_err(|_| NotOurs)?)),
            ["decline", proposal] => Self::Decline(OccurrenceId(proposal.parse().map_err(|_| NotOurs)?)),
            ["shift", parts @ ..] => Self::Shift(ShiftId::read(parts)?),
            ["directory", parts @ ..] => Self::Directory(DirectoryId::read(parts)?),
            ["escalation", parts @ ..] => Self::Escalation(EscalationId::read(parts)?),
            _ => return Err(NotOurs),
        })
    }
}

impl fmt::Display for ListView {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = match self.scope {
            Scope::All => "all",
            Scope::Mine => "mine",
            Scope::Done => "done",
        };
        write!(formatter, "{scope}.{}", self.page)
    }
}

impl FromStr for ListView {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let (scope, page) = text.split_once('.').ok_or(NotOurs)?;
        let scope = match scope {
            "all" => Scope::All,
            "mine" => Scope::Mine,
            "done" => Scope::Done,
            _ => return Err(NotOurs),
        };
        Ok(Self {
            scope,
            page: page.parse().map_err(|_| NotOurs)?,
        })
    }
}

impl fmt::Display for TimelineView {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.page)?;
        if self.filter.is_open() {
            return Ok(());
        }
        write!(formatter, ".{}", self.filter.show)?;
        self.filter.who.map_or(Ok(()), |who| write!(formatter, ".{who}"))
    }
}

impl FromStr for TimelineView {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        let mut parts = text.split('.');
        let mut next = || parts.next();
        let page = next().ok_or(NotOurs)?.parse().map_err(|_| NotOurs)?;
        let show = next().map_or(Ok(Show::All), |show| show.parse().map_err(|()| NotOurs))?;
        let who = next().map(|who| who.parse().map_err(|_| NotOurs)).transpose()?;
        match next() {
            Some(_) => Err(NotOurs),
            None => Ok(Self {
                filter: Filter { show, who },
                page,
            }),
        }
    }
}

impl fmt::Display for SetupPage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Roles => "roles",
            Self::Places => "places",
            Self::Archive => "archive",
        })
    }
}

impl FromStr for SetupPage {
    type Err = NotOurs;

    fn from_str(text: &str) -> Result<Self, NotOurs> {
        match text {
            "roles" => Ok(Self::Roles),
            "places" => Ok(Self::Places),
            "archive" => Ok(Self::Archive),
            _ => Err(NotOurs),
        }
    }
}

fn choice_text(choice: Choice) -> &'static str {
    match choice {
        Choice::Go => "go",
        Choice::NoGo => "no-go",
        Choice::Abstain => "abstain",
    }
}

fn read_choice(text: &str) -> Result<Choice, NotOurs> {
    Ok(match text {
        "go" => Choice::Go,
        "no-go" => Choice::NoGo,
        "abstain" => Choice::Abstain,
        _ => return Err(NotOurs),
    })
}

fn answer_text(answer: Answer) -> String {
    match answer {
        Answer::Anyway => "anyway".to_owned(),
        Answer::Cancel => "cancel".to_owned(),
        Answer::Target(date) => date.to_string(),
    }
}

fn read_answer(text: &str) -> Result<Answer, NotOurs> {
    Ok(match text {
        "anyway" => Answer::Anyway,
        "cancel" => Answer::Cancel,
        date => Answer::Target(date.parse::<NaiveDate>().map_err(|_| NotOurs)?),
    })
}

fn release_key(text: &str) -> ReleaseKey {
    ReleaseKey::from_stored(text.to_owned())
}
