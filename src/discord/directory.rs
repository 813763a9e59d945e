//! Forms and buttons of the directory: whom to ask, and what to do.

use crate::app;
use crate::discord::custom_id::{CustomId, DirectoryId};
use crate::discord::forms::{Field, Form, Name};
use crate::discord::post::Post;
use crate::discord::render::{directory as render, refusal};
use crate::discord::{Data, Failure};
use crate::domain::escalation::{Draft, Entry, Kind, Target};
use crate::domain::person::Person;

/// What a form asks about an entry.
struct Question {
    /// Under which key of the file it stands.
    key: &'static str,
    /// What it asks.
    label: &'static str,
    /// What stands in it as long as it is empty.
    placeholder: &'static str,
    /// The most characters.
    limit: usize,
    /// Whether it may stay empty.
    optional: bool,
}

/// As many characters as a line of a file may have; the reader of files says what is too long.
const LINE: usize = 200;

/// What the form of each kind of entry asks, from top to bottom.
const QUESTIONS: [(Kind, &[Question]); 4] = [
    (
        Kind::Topic,
        &[
            needed("title", "What it is called", "Balrog and updates", LINE),
            may_be("aliases", "What else people call it, one on a line", "", 2_000),
            needed(
                "contacts",
                "Who helps, the first one first",
                "One contact on a line",
                1_200,
            ),
            may_be("note", "What to know before asking", "", 500),
        ],
    ),
    (
        Kind::Contact,
        &[
            needed("name", "What people call them", "Ben", LINE),
            may_be("zone", "Their time zone", "America/Toronto", LINE),
            may_be(
                "hours",
                "Their hours there, and days if not Mon–Fri",
                "09:00-17:00, or 09:00-13:00 tuesday thursday",
                LINE,
            ),
            may_be("manager", "Their manager, another contact", "catlee", LINE),
            may_be(
                "channel",
                "The channel in which they are best asked",
                "#release-engineering",
                LINE,
            ),
        ],
    ),
    (
        Kind::Symptom,
        &[
            needed(
                "symptom",
                "What is seen, on one line",
                "Rollback exceeds its time limit",
                LINE,
            ),
            needed("cause", "What it comes from", "", 500),
            needed("resolution", "What to do", "", 500),
        ],
    ),
    (
        Kind::Always,
        &[
            may_be(
                "always",
                "The channels that always hear of it",
                "#releaseduty",
                2_000,
            ),
            may_be(
                "fallback",
                "Whom to ask when nobody else is known",
                "A contact",
                LINE,
            ),
        ],
    ),
];

const fn needed(key: &'static str, label: &'static str, placeholder: &'static str, limit: usize) -> Question {
    Question {
        key,
        label,
        placeholder,
        limit,
        optional: false,
    }
}

const fn may_be(key: &'static str, label: &'static str, placeholder: &'static str, limit: usize) -> Question {
    Question {
        key,
        label,
        placeholder,
        limit,
        optional: true,
    }
}

fn questions(kind: Kind) -> impl Iterator<Item = &'static Question> {
    let of_kind = QUESTIONS.into_iter().filter(move |(known, _)| *known == kind);
    of_kind.flat_map(|(_, questions)| questions)
}

/// The keys that forms ask about.
pub(super) fn keys() -> impl Iterator<Item = &'static str> {
    let all = QUESTIONS.into_iter().flat_map(|(_, questions)| questions);
    all.map(|question| question.key)
}

/// What a form asks about this key.
pub(super) fn label(key: &str) -> &'static str {
    let mut all = QUESTIONS.into_iter().flat_map(|(_, questions)| questions);
    all.find(|question| question.key == key)
        .map_or("", |question| question.label)
}

/// The form of an entry with what it says now, or of a new one.
pub(super) fn form(kind: Kind, entry: Option<&Entry>, id: DirectoryId) -> Form {
    let typed = |key| entry.map_or_else(String::new, |entry| entry.typed(key));
    Form {
        title: render::form_title(kind, entry),
        ..form_with(kind, id, typed)
    }
}

/// The form of a new entry with what is known of it by its key.
pub(super) fn form_with(kind: Kind, id: DirectoryId, known: impl Fn(&'static str) -> String) -> Form {
    let field = |question: &Question| Field {
        name: Name::Entry(question.key),
        label: question.label,
        placeholder: question.placeholder,
        value: known(question.key),
        limit: question.limit,
        optional: question.optional,
        short: question.limit == LINE,
    };
    Form {
        id: CustomId::Directory(id),
        title: render::form_title(kind, None),
        fields: questions(kind).map(field).collect(),
    }
}

/// Carries out what was written into a form; none when it is no form.
pub(super) async fn sent(
    data: &Data,
    person: &Person,
    form: &DirectoryId,
    text: impl Fn(Name) -> String,
) -> Result<Option<Post>, Failure> {
    let (target, user) = match form {
        DirectoryId::New(kind, id, user) => {
            let id = id.clone();
            (Target::New { kind: *kind, id }, *user)
        }
        DirectoryId::Edit(id, since, user) => {
            let (id, since) = (id.clone(), *since);
            (Target::Existing { id, since }, *user)
        }
        DirectoryId::Remove(..) | DirectoryId::Keep | DirectoryId::History(_) => return Ok(None),
    };
    let kind = match &target {
        Target::New { kind, .. } => *kind,
        Target::Existing { id, .. } => id.kind(),
    };
    let texts = questions(kind).map(|question| (question.key, text(Name::Entry(question.key))));
    let draft = Draft {
        texts: texts.collect(),
        user,
    };
    let changes = data
        .app
        .write_entry(person, &target, &draft, (data.now)())
        .await?;
    Ok(Some(render::saved(&changes)))
}

/// Carries out a press; none when it is no button.
pub(super) async fn pressed(
    data: &Data,
    person: &Person,
    pressed: &DirectoryId,
) -> Result<Option<Post>, Failure> {
    Ok(match pressed {
        DirectoryId::Remove(id, since) => {
            // A refusal takes the place of the question, whose buttons are used up.
            match data.app.remove_entry(person, id, *since, (data.now)()).await {
                Err(app::Error::Rejected(rejection)) => Some(refusal::refusal(&rejection)),
                changes => Some(render::saved(&changes?)),
            }
        }
        DirectoryId::Keep => Some(render::kept()),
        DirectoryId::History(page) => {
            let history = data.app.directory_history(person.guild, *page).await?;
            Some(render::history(&history))
        }
        // A form is sent, not pressed.
        DirectoryId::New(..) | DirectoryId::Edit(..) => None,
    })
}
