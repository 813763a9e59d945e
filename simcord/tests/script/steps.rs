//! The steps of the script, in order.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::json;
use simcord::{
    ChannelId, Control, EventStatus, Fault, FaultKind, Filled, MessageId, ModalId, OutcomeState, Scope,
};

use super::{Check, Stage, Transcript, holds, said, same};

/// What the bot registers.
const COMMANDS: [&str; 12] = [
    "busy", "event", "find", "form", "greet", "heard", "layout", "panel", "pins", "refused", "thread",
    "whoami",
];

/// Messages of the newer components (Discord's flag `IS_COMPONENTS_V2`).
const LAYOUT: u64 = 1 << 15;

pub(super) async fn all(stage: &Stage, told: &mut Transcript<'_>) -> Check {
    told.step("the client identifies once", identifies(stage)).await?;
    told.step("its commands are registered in one request", registers(stage))
        .await?;
    told.step(
        "it knows itself, its application and the guild",
        stage.reads("/whoami", "bot of bot in Works"),
    )
    .await?;
    told.step(
        "an answer is deferred and edited",
        stage.reads("/greet", "Hello, Ada L.!"),
    )
    .await?;
    told.step("a follow-up is seen by everybody", follow_up(stage))
        .await?;
    told.step("an ephemeral follow-up is seen by one person", ephemeral(stage))
        .await?;
    told.step("suggestions follow what is typed", suggests(stage))
        .await?;
    told.step(
        "an option arrives",
        stage.reads("/find name:apple", "found apple"),
    )
    .await?;
    panel(stage, told).await?;
    form(stage, told).await?;
    told.step("pins by the new route", pins(stage, "new", "/messages/pins/"))
        .await?;
    told.step("pins by the deprecated route", pins(stage, "old", "/pins/"))
        .await?;
    thread(stage, told).await?;
    event(stage, told).await?;
    told.step(
        "a refusal is read with its code",
        stage.reads("/refused", "404 10008"),
    )
    .await?;
    told.step("a 429 is waited for and tried again", busy(stage))
        .await?;
    layout(stage, told).await?;
    told.step("a dropped connection is resumed", resumes(stage))
        .await?;
    let heard = "ready 1, resumed 1, from Ben 1, events 3";
    told.step(
        "what was missed has arrived, and once",
        stage.reads("/heard", heard),
    )
    .await?;
    told.step("no rule was broken", async {
        same(stage.control.errors(), Vec::new())
    })
    .await
}

async fn identifies(stage: &Stage) -> Check {
    stage.control.wait_connected().await;
    same(stage.control.gateway_record().borrow().identifies, 1)
}

async fn registers(stage: &Stage) -> Check {
    let known = || {
        let view = stage.control.view(stage.ada);
        let commands = view.map(|view| view.commands).unwrap_or_default();
        let mut names: Vec<_> = commands.into_iter().map(|command| command.name).collect();
        names.sort();
        names
    };
    stage.control.wait_until(|| !known().is_empty()).await;
    // The commands are there a little earlier than the answer.
    while !stage.control.quiet() {
        tokio::task::yield_now().await;
    }
    same(known(), COMMANDS.map(str::to_owned).into())?;
    same(stage.statuses("PUT", "/commands"), vec![200])
}

async fn follow_up(stage: &Stage) -> Check {
    stage.sees(stage.ben, "for everybody").await;
    Ok(())
}

async fn ephemeral(stage: &Stage) -> Check {
    stage.sees(stage.ada, "for you alone").await;
    let seen = stage.texts(stage.ben, stage.general);
    holds(!seen.contains(&"for you alone".to_owned()), "Ben sees it too")
}

async fn suggests(stage: &Stage) -> Check {
    let typed = Control::values(&[("name", "ap")]);
    let control = &stage.control;
    let outcome = control
        .autocomplete(stage.ada, stage.general, "find", typed, "name")
        .await;
    let choices = outcome.choices.unwrap_or_default();
    let names: Vec<_> = choices.iter().map(|choice| choice.name.as_str()).collect();
    same(names, vec!["apple", "apricot"])
}

async fn panel(stage: &Stage, told: &mut Transcript<'_>) -> Check {
    let mut panel = MessageId(0);
    told.step("a button and a select are sent", async {
        let outcome = stage.control.slash_text(stage.ada, stage.general, "/panel").await;
        let message = outcome.message.ok_or("there is no panel")?;
        panel = message.id;
        same(message.components.len(), 2)
    })
    .await?;
    told.step("a press changes its message", async {
        for (pressed, wanted) in [("press:0", "pressed 1"), ("press:1", "pressed 2")] {
            let outcome = stage.control.click(stage.ben, panel, pressed).await;
            same(outcome.state, OutcomeState::Updated)?;
            same(outcome.text().lines().next(), Some(wanted))?;
        }
        Ok(())
    })
    .await?;
    told.step("a choice changes its message", async {
        let chosen = vec!["Pear".to_owned()];
        let outcome = stage.control.select(stage.ben, panel, "fruit", chosen).await;
        same(outcome.state, OutcomeState::Updated)?;
        same(outcome.text().lines().next(), Some("chose pear"))
    })
    .await
}

async fn form(stage: &Stage, told: &mut Transcript<'_>) -> Check {
    let mut form = ModalId(0);
    told.step("a form with labels opens", async {
        let outcome = stage.control.slash_text(stage.ada, stage.general, "/form").await;
        let modal = outcome.modal.ok_or("no form opened")?;
        form = modal.id;
        same(modal.title.as_str(), "Order")?;
        let labels: Vec<_> = modal
            .components
            .iter()
            .map(|label| label["label"].clone())
            .collect();
        same(labels, vec![json!("Words"), json!("Size")])
    })
    .await?;
    told.step("the client reads what the labels hold", async {
        let filled = [
            ("words", Filled::from("by hand")),
            ("size", Filled::from("large")),
        ];
        let fields = filled.map(|(name, value)| (name.to_owned(), value));
        let outcome = stage.control.submit_modal(stage.ada, form, fields.into()).await;
        said(&outcome, "words: by hand, size: large")
    })
    .await
}

/// The bot pins, lists, unpins and lists again.
async fn pins(stage: &Stage, route: &str, path: &str) -> Check {
    let line = format!("/pins route:{route}");
    stage
        .reads(&line, &format!("pinned {route}, then nothing"))
        .await?;
    same(stage.control.pins(stage.ada, stage.general).len(), 0)?;
    let place = format!("/channels/{}{path}", stage.general);
    let requests = stage.control.requests().into_iter();
    let asked = requests.filter(|request| request.path.contains(&place));
    let asked: Vec<_> = asked.map(|request| (request.method, request.status)).collect();
    same(
        asked,
        [("PUT", 204), ("DELETE", 204)]
            .map(|(method, status)| (method.to_owned(), status))
            .into(),
    )
}

async fn thread(stage: &Stage, told: &mut Transcript<'_>) -> Check {
    let mut place = ChannelId(0);
    told.step("a thread is made of a message, and written in", async {
        stage.reads("/thread act:open", "open").await?;
        let found = stage.control.thread_id(stage.ada, stage.general, "Topic");
        place = found.ok_or("there is no thread")?;
        holds(
            stage
                .texts(stage.ada, place)
                .contains(&"in the thread".to_owned()),
            "the bot has written nothing there",
        )?;
        stage
            .control
            .post(stage.ada, place, "me too")
            .map_err(|refusal| refusal.0)?;
        Ok(())
    })
    .await?;
    let state = || {
        let channels = stage.control.channels(stage.ada).into_iter();
        let mut threads = channels.filter(|channel| channel.id == place);
        let thread = threads.next().and_then(|channel| channel.thread);
        thread.map(|thread| (thread.archived, thread.locked))
    };
    told.step("it is archived and locked", async {
        stage
            .reads("/thread act:close", "archived true, locked true")
            .await?;
        same(state(), Some((true, true)))?;
        let refused = stage.control.post(stage.ben, place, "Too late");
        holds(refused.is_err(), "Ben still writes there")
    })
    .await?;
    told.step("it is taken out again", async {
        stage
            .reads("/thread act:reopen", "archived false, locked false")
            .await?;
        same(state(), Some((false, false)))
    })
    .await
}

async fn event(stage: &Stage, told: &mut Transcript<'_>) -> Check {
    let written = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, false);
    let now = stage.control.clock().now;
    let (starts, ends) = (now + TimeDelta::days(1), now + TimeDelta::days(2));
    let planned = || {
        let guilds = stage
            .control
            .view(stage.ada)
            .map(|view| view.guilds)
            .unwrap_or_default();
        let events = guilds.into_iter().filter(|guild| guild.id == stage.guild);
        let events = events.flat_map(|guild| guild.scheduled_events);
        events
            .map(|event| (event.name, event.location, event.status))
            .collect::<Vec<_>>()
    };
    let party = |place: &str| vec![("Party".to_owned(), place.to_owned(), EventStatus::Scheduled)];
    told.step("an event is scheduled", async {
        let line = format!(
            "/event act:create starts:{} ends:{}",
            written(starts),
            written(ends)
        );
        stage.reads(&line, "Party at Kitchen").await?;
        same(planned(), party("Kitchen"))
    })
    .await?;
    told.step("it is changed", async {
        stage.reads("/event act:edit", "Party at Roof").await?;
        same(planned(), party("Roof"))
    })
    .await?;
    told.step("it is deleted", async {
        stage.reads("/event act:delete", "0 events").await?;
        same(planned(), Vec::new())
    })
    .await
}

async fn busy(stage: &Stage) -> Check {
    let path = format!("/channels/{}/messages", stage.general);
    let before = stage.statuses("POST", &path).len();
    stage.control.fault(Fault {
        method: Some("POST".into()),
        path_contains: path.clone(),
        times: 1,
        kind: FaultKind::RateLimit {
            scope: Scope::User,
            retry_after: 0.05,
        },
    });
    stage.reads("/busy", "through").await?;
    same(stage.statuses("POST", &path).split_off(before), vec![429, 200])
}

async fn layout(stage: &Stage, told: &mut Transcript<'_>) -> Check {
    let mut sent = MessageId(0);
    told.step("a message of the newer components is sent", async {
        let outcome = stage
            .control
            .slash_text(stage.ada, stage.general, "/layout")
            .await;
        let message = outcome.message.clone().ok_or("there is no message")?;
        sent = message.id;
        holds(message.flags & LAYOUT != 0, "it has not the flag")?;
        holds(outcome.text().contains("closed"), outcome.text())
    })
    .await?;
    told.step("its button is pressed", async {
        let outcome = stage.control.click(stage.ben, sent, "open").await;
        same(outcome.state, OutcomeState::Updated)?;
        holds(outcome.text().contains("opened by Ben"), outcome.text())
    })
    .await
}

async fn resumes(stage: &Stage) -> Check {
    stage.control.drop_connections();
    let posted = stage
        .control
        .post(stage.ben, stage.general, "while you were away");
    posted.map_err(|refusal| refusal.0)?;
    let mut record = stage.control.gateway_record();
    let resumed = record.wait_for(|record| record.resumes > 0).await;
    let record = *resumed.map_err(|error| error.to_string())?;
    same(
        (record.identifies, record.resumes, record.refused_resumes),
        (1, 1, 0),
    )
}
