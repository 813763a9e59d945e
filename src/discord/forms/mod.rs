//! Forms: a button or a command that needs words opens one. What is sent is authorised anew, whoever opened it.
//!
//! Here is what forms there are; `opening` puts one in front of a person, `sent` carries out what comes back.

mod opening;
mod sent;

use serenity::all::{ButtonStyle, CreateActionRow, CreateButton};

pub(super) use self::opening::{open, open_by_command};
pub(super) use self::sent::sent;

use crate::app::{self, UpdateDraft, Which};
use crate::discord::custom_id::CustomId;
use crate::discord::post::Post;
use crate::discord::render::{refusal, retrospective as looking_back, update as render};
use crate::discord::{Data, Failure, directory, escalation, shift};
use crate::domain::ids::ReleaseKey;
use crate::domain::person::{Actor, Person};
use crate::domain::playbook::ItemId;
use crate::domain::rejection::Rejection;
use crate::domain::release::REASON_LIMIT;
use crate::domain::room::{Choice, FACTS_LIMIT, PART_LIMIT, RoomRefusal, TEXT_LIMIT, UPDATE_LIMIT};

/// A form before it opens. It is shortened to what the platform takes when it does.
pub(super) struct Form {
    /// What is sent comes back under this.
    pub(super) id: CustomId,
    /// What it is called.
    pub(super) title: String,
    /// What it asks, from top to bottom: at least one field, at most five.
    pub(super) fields: Vec<Field>,
}

/// A field of a form.
#[derive(Default)]
pub(super) struct Field {
    /// Under which name its text is sent.
    pub(super) name: Name,
    /// What it asks.
    pub(super) label: &'static str,
    /// What stands in it as long as it is empty.
    pub(super) placeholder: &'static str,
    /// What stands in it when it opens.
    pub(super) value: String,
    /// The most characters that it takes.
    pub(super) limit: usize,
    /// Whether it may stay empty.
    pub(super) optional: bool,
    /// Whether it takes one line alone.
    pub(super) short: bool,
}

/// The name of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Name {
    /// The text that the form is for.
    #[default]
    Text,
    /// After how long the next one is due.
    Next,
    /// What there is to know.
    Facts,
    /// What went well.
    Well,
    /// What went badly.
    Badly,
    /// What to change.
    Change,
    /// The text of a roster.
    Roster,
    /// A key of an entry of the directory.
    Entry(&'static str),
    /// What is blocked.
    Problem,
    /// How bad it is.
    Severity,
}

impl Name {
    const ALL: [Self; 9] = [
        Self::Text,
        Self::Next,
        Self::Facts,
        Self::Well,
        Self::Badly,
        Self::Change,
        Self::Roster,
        Self::Problem,
        Self::Severity,
    ];

    /// Every name.
    fn all() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().chain(directory::keys().map(Self::Entry))
    }

    /// Under which it is sent.
    fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Next => "next",
            Self::Facts => "facts",
            Self::Well => "well",
            Self::Badly => "badly",
            Self::Change => "change",
            Self::Roster => "roster",
            Self::Entry(key) => key,
            Self::Problem => "problem",
            Self::Severity => "severity",
        }
    }

    /// What is said of it when several of this form are quoted.
    fn heading(self, form: Option<&CustomId>) -> &'static str {
        match self {
            Self::Text if matches!(form, Some(CustomId::UpdateForm(_))) => STANDING,
            Self::Text => "The text",
            Self::Next => "Next update in",
            Self::Facts => "Facts",
            Self::Well => "What went well",
            Self::Badly => "What went badly",
            Self::Change => "What to change",
            Self::Roster => "The roster",
            Self::Entry(key) => directory::label(key),
            Self::Problem => "What is blocked",
            Self::Severity => "How bad it is",
        }
    }
}

/// The form that a button asks for, filled in from what is so at this moment; none when the button asks for none. It
/// has to be there within three seconds, so it may read and nothing else.
///
/// # Errors
/// What the person would be told when it is sent can be told before anything is written.
pub(super) async fn asked_for(
    data: &Data,
    person: &Person,
    pressed: &CustomId,
) -> Result<Option<Form>, Failure> {
    if let CustomId::Shift(id) = pressed {
        return shift::asked_for(data, person, id).await;
    }
    if let CustomId::Escalation(id) = pressed {
        return escalation::form(data, person, id).await;
    }
    if let CustomId::Words(key) = pressed {
        return words(data, person, key).await.map(Some);
    }
    let (id, title, label, limit) = match pressed {
        CustomId::Vote(key, number, Choice::NoGo) => (
            CustomId::NoGoForm(key.clone(), *number),
            format!("No-go in go/no-go {number}"),
            "Why? It stands until you withdraw it.",
            REASON_LIMIT,
        ),
        CustomId::Sign(key, number, false) => (
            CustomId::RefusalForm(key.clone(), *number),
            format!("Refuse sign-off {number}"),
            "Why? It goes on the record, for good.",
            REASON_LIMIT,
        ),
        CustomId::Show(key, item) => (
            CustomId::EvidenceForm(key.clone(), item.clone()),
            "Show what it asks for".to_owned(),
            "A link, a text, or a link to a message",
            TEXT_LIMIT,
        ),
        CustomId::Update(key) => {
            let form = update(data, person, &Which::Key(key.to_string())).await?;
            return Ok(Some(form));
        }
        CustomId::LookBack(key) => {
            let form = retrospective(data, person, &Which::Key(key.to_string())).await?;
            return Ok(Some(form));
        }
        _ => return Ok(None),
    };
    let field = Field {
        label,
        limit,
        ..Field::default()
    };
    Ok(Some(Form {
        id,
        title,
        fields: vec![field],
    }))
}

/// The form of a status update, which begins with the facts.
///
/// # Errors
/// The person may not give one, or the database failed.
pub(super) async fn update(data: &Data, person: &Person, which: &Which) -> Result<Form, Failure> {
    let UpdateDraft {
        view,
        standing,
        every,
    } = data.app.draft_update(person, which, (data.now)()).await?;
    Ok(Form {
        id: CustomId::UpdateForm(view.release.key.clone()),
        title: format!("Status update: {}", view.release.name()),
        fields: vec![
            Field {
                label: STANDING,
                value: render::draft(&view, &standing),
                limit: UPDATE_LIMIT,
                ..Field::default()
            },
            Field {
                name: Name::Next,
                label: "Next update in",
                placeholder: "4 h, 1 day (a working day), or none",
                value: render::interval(every),
                limit: INTERVAL,
                short: true,
                ..Field::default()
            },
        ],
    })
}

/// The form of a retrospective, which begins with what was written before, or with the facts.
///
/// # Errors
/// The person may not write one, the release is in flight, or the database failed.
pub(super) async fn retrospective(data: &Data, person: &Person, which: &Which) -> Result<Form, Failure> {
    let record = data.app.draft_retrospective(person, which).await?;
    let release = &record.view.release;
    let before = release
        .room
        .retrospective
        .as_ref()
        .map(|written| written.findings.clone());
    let findings = before.unwrap_or_else(|| looking_back::draft(&record, (data.now)()));
    let part = |name: Name, value: String, limit| Field {
        name,
        label: name.heading(None),
        value,
        limit,
        optional: true,
        ..Field::default()
    };
    Ok(Form {
        id: CustomId::LookBackForm(release.key.clone()),
        title: format!("Retrospective: {}", release.name()),
        fields: vec![
            part(Name::Facts, findings.facts, FACTS_LIMIT),
            part(Name::Well, findings.well, PART_LIMIT),
            part(Name::Badly, findings.badly, PART_LIMIT),
            part(Name::Change, findings.change, PART_LIMIT),
        ],
    })
}

/// What a status update asks for.
const STANDING: &str = "How the release stands";

/// The most characters of an interval.
const INTERVAL: usize = 40;

/// The form with the words above the announcement. Whoever may not change them is told before they write.
async fn words(data: &Data, person: &Person, key: &ReleaseKey) -> Result<Form, Failure> {
    let which = Which::Key(key.to_string());
    let view = data.app.release(person, &which).await?;
    view.release.may_word(&Actor {
        user: person.user,
        roles: view.setup.playbook_roles(&person.guild_roles),
    })?;
    let field = Field {
        label: "A few sentences above the facts",
        placeholder: "Left empty, the facts stand alone",
        value: view.release.room.announcement.words.unwrap_or_default(),
        limit: TEXT_LIMIT,
        optional: true,
        ..Field::default()
    };
    Ok(Form {
        id: CustomId::WordsForm(key.clone()),
        title: "Words above the announcement".to_owned(),
        fields: vec![field],
    })
}

/// The refusal of a tick that lacks what the item asks to be shown, with a button that opens the form for it.
pub(super) fn asking_for(failure: &Failure, key: &ReleaseKey, item: &ItemId) -> Option<Post> {
    let Failure::App(app::Error::Rejected(rejection)) = failure else {
        return None;
    };
    let Rejection::Room(refusal) = &**rejection else {
        return None;
    };
    let RoomRefusal::EvidenceNeeded { .. } = **refusal else {
        return None;
    };
    let show = CustomId::Show(key.clone(), item.clone());
    let button = CreateButton::new(show.to_string())
        .label("Show it…")
        .style(ButtonStyle::Primary);
    Some(Post {
        rows: vec![CreateActionRow::Buttons(vec![button])],
        ..refusal::refusal(rejection)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a form of another kind hands back is not called what a status update says.
    #[test]
    fn a_text_is_called_what_its_form_asks_for() {
        let key = ReleaseKey::from_stored("REL-2026-12-001".to_owned());
        let update = CustomId::UpdateForm(key.clone());
        assert_eq!(Name::Text.heading(Some(&update)), "How the release stands");
        for other in [Some(&CustomId::LookBackForm(key)), None] {
            assert_eq!(Name::Text.heading(other), "The text");
        }
    }
}
