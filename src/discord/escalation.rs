//! Buttons, selects and forms of escalations.

use crate::app::{ReleaseView, Which};
use crate::discord::custom_id::{CustomId, DirectoryId, EscalationId, EscalationPress};
use crate::discord::directory;
use crate::discord::forms::{Field, Form, Name};
use crate::discord::post::Post;
use crate::discord::render::room::escalation as render;
use crate::discord::{Data, Failure};
use crate::domain::escalation::Kind;
use crate::domain::ids::ReleaseKey;
use crate::domain::person::{Actor, Person};
use crate::domain::rejection::Rejection;
use crate::domain::release::Command;
use crate::domain::room::{
    CHANNELS_LIMIT, EscalationCommand, EscalationRefusal, EscalationStep, NewEscalation, PROBLEM_LIMIT,
    RoomCommand, Severity,
};

/// The most characters of an address in a form.
const ADDRESS: usize = 500;

/// The longest word for how bad something is.
const SEVERITY: usize = 20;

/// The form that a button asks for; none when it asks for none. Whoever may not send it is told before they write.
pub(super) async fn form(data: &Data, person: &Person, id: &EscalationId) -> Result<Option<Form>, Failure> {
    match id {
        EscalationId::Open(key, item) => {
            let view = release(data, person, key).await?;
            view.release.may_escalate(&actor(&view, person))?;
            let block = view.release.room.work.get(item);
            let block = block.and_then(|work| work.blocked.as_ref());
            let problem = Field {
                name: Name::Problem,
                label: "What is blocked, and what do you see?",
                value: block.map_or_else(String::new, |block| block.reason.clone()),
                limit: PROBLEM_LIMIT,
                ..Field::default()
            };
            let severity = Field {
                name: Name::Severity,
                label: "critical, high, medium or low?",
                placeholder: "critical calls people at night as well",
                value: Severity::High.to_string(),
                limit: SEVERITY,
                short: true,
                ..Field::default()
            };
            Ok(Some(Form {
                id: CustomId::Escalation(id.clone()),
                title: format!("Escalate: {}", view.release.name()),
                fields: vec![problem, severity],
            }))
        }
        EscalationId::On(key, number, EscalationPress::Keep) => keep(data, person, (key, *number)).await,
        EscalationId::On(key, number, press) => form_on(data, person, (key, *number), *press).await,
        EscalationId::Form(..) => Ok(None),
    }
}

/// The form of a new symptom with what was seen, and what it was; what to do about it the next time is for people to say.
async fn keep(
    data: &Data,
    person: &Person,
    (key, number): (&ReleaseKey, u32),
) -> Result<Option<Form>, Failure> {
    data.app.open_new(person, None).await?;
    let view = release(data, person, key).await?;
    let resolved = view
        .release
        .room
        .escalation(number)
        .and_then(|escalation| Some((&escalation.problem, &escalation.resolved.as_ref()?.what)));
    let (problem, what) = resolved.ok_or(Rejection::QuestionGone)?;
    let id = DirectoryId::New(Kind::Symptom, None, None);
    Ok(Some(directory::form_with(Kind::Symptom, id, |key| match key {
        "symptom" => problem.clone(),
        "cause" => what.clone(),
        _ => String::new(),
    })))
}

async fn form_on(
    data: &Data,
    person: &Person,
    (key, number): (&ReleaseKey, u32),
    press: EscalationPress,
) -> Result<Option<Form>, Failure> {
    let (label, limit, short) = match press {
        EscalationPress::Kind(_) => ("Which one exactly?", PROBLEM_LIMIT, false),
        EscalationPress::Ticket => ("The address of the ticket", ADDRESS, true),
        EscalationPress::Channels => ("Where did you tell it?", CHANNELS_LIMIT, false),
        EscalationPress::Resolve => ("What was it? One line, for the record.", PROBLEM_LIMIT, false),
        _ => return Ok(None),
    };
    let view = release(data, person, key).await?;
    let escalation = view.release.escalation_meant(Some(number))?;
    view.release.may_take_part(escalation, &actor(&view, person))?;
    let value = match press {
        EscalationPress::Kind(_) => escalation.class.as_ref().map(|class| class.what.clone()),
        EscalationPress::Ticket => escalation.ticket.as_ref().map(|ticket| ticket.link.clone()),
        EscalationPress::Channels => {
            let told = escalation.told.as_ref().map(|told| told.channels.clone());
            // Never fewer than those that always hear of it (S52).
            match told {
                Some(told) => Some(told),
                None => {
                    let directory = data.app.directory(person.guild).await?;
                    Some(render::channels(&directory, escalation))
                }
            }
        }
        _ => None,
    };
    let field = Field {
        label,
        limit,
        short,
        value: value.unwrap_or_default(),
        ..Field::default()
    };
    Ok(Some(Form {
        id: CustomId::Escalation(EscalationId::Form(key.clone(), number, press)),
        title: format!("Escalation {number}: {}", render::press_title(press)),
        fields: vec![field],
    }))
}

/// Carries out what was written into a form. The card itself shows it in a moment; it leaves through the outbox.
pub(super) async fn sent(
    data: &Data,
    person: &Person,
    form: &EscalationId,
    text: impl Fn(Name) -> String,
) -> Result<(), Failure> {
    let (key, command) = match form {
        EscalationId::Open(key, item) => {
            let open = EscalationCommand::Open(NewEscalation {
                problem: text(Name::Problem),
                severity: severity(&text(Name::Severity))?,
                item: Some(item.clone()),
                topic: None,
            });
            (key, open)
        }
        EscalationId::On(key, number, press) | EscalationId::Form(key, number, press) => {
            let step = match press {
                EscalationPress::Kind(kind) => EscalationStep::Classify {
                    kind: *kind,
                    what: text(Name::Text),
                },
                EscalationPress::Ticket => EscalationStep::File {
                    link: text(Name::Text),
                },
                EscalationPress::Channels => EscalationStep::Tell {
                    channels: text(Name::Text),
                },
                EscalationPress::Resolve => EscalationStep::Resolve {
                    what: text(Name::Text),
                },
                _ => return Ok(()),
            };
            let number = Some(*number);
            (key, EscalationCommand::Take { number, step })
        }
    };
    act(data, person, key, command).await
}

/// Carries out a press, with what was chosen in a select. What it changes shows on the card itself in a moment; the answer
/// is for whoever pressed.
pub(super) async fn pressed(
    data: &Data,
    person: &Person,
    id: &EscalationId,
    chosen: &str,
) -> Result<Option<Post>, Failure> {
    // The others open a form, or are one.
    let EscalationId::On(key, number, press) = id else {
        return Ok(None);
    };
    let (which, now) = (Which::Key(key.to_string()), (data.now)());
    let number = Some(*number);
    let take = |step| act(data, person, key, EscalationCommand::Take { number, step });
    match press {
        EscalationPress::Confirm => take(EscalationStep::Confirm).await?,
        EscalationPress::Acknowledge => take(EscalationStep::Acknowledge).await?,
        EscalationPress::Kinds | EscalationPress::Topics => {
            let view = release(data, person, key).await?;
            let escalation = view.release.escalation_meant(number)?;
            view.release.may_take_part(escalation, &actor(&view, person))?;
            return Ok(Some(match press {
                EscalationPress::Kinds => render::kinds(&view, escalation),
                _ => {
                    let directory = data.app.directory_to_page(person.guild).await?;
                    render::topics(&view, &directory, escalation)
                }
            }));
        }
        EscalationPress::Topic => {
            let topic = if chosen == render::ANYBODY { "" } else { chosen };
            let change = (Some(topic), None);
            data.app
                .change_escalation(person, &which, number, change, now)
                .await?;
        }
        EscalationPress::Look => {
            data.app.look_for_help(person, &which, number, now).await?;
        }
        EscalationPress::Page => {
            data.app.page(person, &which, number, now).await?;
        }
        EscalationPress::Kind(_)
        | EscalationPress::Ticket
        | EscalationPress::Channels
        | EscalationPress::Resolve
        | EscalationPress::Keep => {}
    }
    Ok(None)
}

/// How bad something is, in a word that somebody typed.
fn severity(given: &str) -> Result<Severity, EscalationRefusal> {
    let typed = given.trim().to_lowercase();
    [
        Severity::Critical,
        Severity::High,
        Severity::Medium,
        Severity::Low,
    ]
    .into_iter()
    .find(|severity| severity.to_string() == typed)
    .ok_or_else(|| EscalationRefusal::NotASeverity {
        given: given.to_owned(),
    })
}

async fn release(data: &Data, person: &Person, key: &ReleaseKey) -> Result<ReleaseView, Failure> {
    Ok(data.app.release(person, &Which::Key(key.to_string())).await?)
}

async fn act(
    data: &Data,
    person: &Person,
    key: &ReleaseKey,
    command: EscalationCommand,
) -> Result<(), Failure> {
    let command = Command::Room(RoomCommand::Escalation(command));
    let which = Which::Key(key.to_string());
    data.app.act(person, &which, &command, (data.now)()).await?;
    Ok(())
}

fn actor(view: &ReleaseView, person: &Person) -> Actor {
    Actor {
        user: person.user,
        roles: view.setup.playbook_roles(&person.guild_roles),
    }
}
