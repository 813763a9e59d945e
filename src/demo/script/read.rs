//! One line of a script.

use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use simcord::{FaultKind, GatewayMishap, Limits};

use super::{MenuOf, Step, Until};
use crate::demo::files::Edit;
use crate::domain::zone::Zone;

/// `channels in a category: 3`
pub(super) fn limit(rest: &str, limits: &mut Limits) -> Result<(), String> {
    let (what, number) = rest
        .split_once(": ")
        .ok_or("write `discord allows WHAT: NUMBER`")?;
    let number = number.parse().map_err(|_| "how many?".to_owned())?;
    match what {
        "edits of an old message" => limits.old_message_edits = Some(number),
        "channels in a category" => limits.channels_per_category = number,
        "channels in a server" => limits.channels_per_guild = number,
        _ => {
            return Err(
                "limits are of edits of an old message, channels in a category, channels in a server"
                    .to_owned(),
            );
        }
    }
    Ok(())
}

/// `"Releases": 49`
pub(super) fn full(rest: &str) -> Result<(String, usize), String> {
    let form = || "write `channels of others under \"Releases\": 49`".to_owned();
    let (name, number) = rest.rsplit_once(": ").ok_or_else(form)?;
    Ok((quoted(name)?, number.parse().map_err(|_| form())?))
}

pub(super) fn step(line: &str) -> Result<Step, String> {
    if let Some(rest) = line.strip_prefix('@') {
        let (who, rest) = rest.split_once([' ', ':']).ok_or("who does what?")?;
        return person(who.to_owned(), rest.trim());
    }
    if let Some(text) = line.strip_prefix("caption ") {
        return quoted(text).map(Step::Caption);
    }
    if let Some(rest) = line.strip_prefix("advance ") {
        return until(rest).map(Step::Advance);
    }
    if let Some(who) = line.strip_prefix("show the categories as @") {
        return Ok(Step::ShowCategories { who: who.to_owned() });
    }
    if let Some(rest) = line.strip_prefix("show ") {
        let (place, who) = rest.split_once(" as @").ok_or("write `show #channel as @name`")?;
        return Ok(Step::Show {
            who: who.to_owned(),
            place: place.parse()?,
        });
    }
    if let Some(rest) = line.strip_prefix("expect no ") {
        return match rest {
            "ping" => Ok(Step::ExpectPings(Vec::new())),
            text => Ok(Step::ExpectNot(quoted(text)?)),
        };
    }
    if let Some(rest) = line.strip_prefix("expect pings ") {
        let mut names: Vec<String> = rest
            .split_whitespace()
            .map(|name| name.trim_start_matches('@').to_owned())
            .collect();
        names.sort();
        return Ok(Step::ExpectPings(names));
    }
    if let Some(rest) = line.strip_prefix("expect ") {
        return quoted(rest).map(Step::Expect);
    }
    if let Some(rest) = line.strip_prefix("discord ") {
        return gateway(rest)?.map_or_else(|| fault(rest), Ok);
    }
    if let Some(rest) = line.strip_prefix("the file of ") {
        let (playbook, edit) = rest.split_once(' ').ok_or(EDIT_FORM)?;
        return Ok(Step::EditPlaybook {
            playbook: playbook.to_owned(),
            edit: file_edit(edit)?,
        });
    }
    if let Some(rest) = line.strip_prefix("somebody deletes the pinned message of ") {
        return rest.parse().map(Step::DeletePinned);
    }
    if let Some(rest) = line.strip_prefix("somebody deletes ") {
        return quoted(rest).map(Step::DeleteChannel);
    }
    if let Some(rest) = line.strip_prefix("somebody renames ") {
        let form = "write `somebody renames \"this\" to \"that\"`";
        let (from, to) = rest.split_once(" to ").ok_or(form)?;
        let (from, to) = (quoted(from)?, quoted(to)?);
        return Ok(Step::RenameChannel { from, to });
    }
    if let Some(rest) = line.strip_prefix("the bot loses permission bit ") {
        let bit = |text: &str| text.parse().map_err(|_| "name the bit by its number".to_owned());
        return match rest.split_once(" in ") {
            Some((number, place)) => Ok(Step::Denied {
                bit: bit(number)?,
                place: place.parse()?,
            }),
            None => Ok(Step::LosesPermission(Some(bit(rest)?))),
        };
    }
    match line {
        "the bot has all its permissions" => Ok(Step::LosesPermission(None)),
        "restart" => Ok(Step::Restart),
        "crash" => Ok(Step::Crash),
        "the bot goes down" => Ok(Step::Down),
        "the bot comes up" => Ok(Step::Up),
        _ => Err("this is no step (docs/scenarios.md lists them)".to_owned()),
    }
}

fn person(who: String, rest: &str) -> Result<Step, String> {
    if rest.starts_with('/') {
        return Ok(Step::Command {
            who,
            place: None,
            text: rest.to_owned(),
        });
    }
    if let Some(rest) = rest.strip_prefix("in ") {
        let (place, text) = rest
            .split_once(": ")
            .ok_or("write `@name in #channel: /command`")?;
        return Ok(Step::Command {
            who,
            place: Some(place.parse()?),
            text: text.to_owned(),
        });
    }
    if let Some(place) = rest.strip_prefix("opens ") {
        return Ok(Step::Opens {
            who,
            place: place.parse()?,
        });
    }
    if let Some(place) = rest.strip_prefix("sees no ") {
        return Ok(Step::SeesNot {
            who,
            place: place.parse()?,
        });
    }
    if let Some(text) = rest.strip_prefix("types ") {
        return Ok(Step::Suggest {
            who,
            text: text.to_owned(),
        });
    }
    if let Some(label) = rest.strip_prefix("clicks ") {
        return Ok(Step::Clicks {
            who,
            label: quoted(label)?,
        });
    }
    if rest == "sends the form" {
        let fields = Vec::new();
        return Ok(Step::Fills { who, fields });
    }
    if let Some(rest) = rest.strip_prefix("fills in ") {
        let fields = filled(rest)?;
        return Ok(Step::Fills { who, fields });
    }
    if let Some(text) = rest.strip_prefix("writes ") {
        let (text, file) = match text.split_once(" with the file ") {
            Some((text, file)) => (text, Some(quoted(file)?)),
            None => (text, None),
        };
        return Ok(Step::Writes {
            who,
            text: quoted(text)?,
            file,
        });
    }
    if let Some(rest) = rest.strip_prefix("has the file ") {
        let form = "write `@name has the file \"name\" with \"text\"`";
        let (name, text) = rest.split_once(" with ").ok_or(form)?;
        return Ok(Step::HasFile {
            who,
            name: quoted(name)?,
            text: quoted(text)?.replace("\\n", "\n"),
        });
    }
    if let Some(name) = rest.strip_prefix("starts the thread ") {
        return Ok(Step::StartsThread {
            who,
            name: quoted(name)?,
        });
    }
    if let Some(rest) = rest.strip_prefix("uses ") {
        let (command, on) = rest
            .split_once(" on ")
            .ok_or("write `@name uses \"command\" on \"text\"`, or on @somebody")?;
        let on = match on.strip_prefix('@') {
            Some(person) => MenuOf::Person(person.to_owned()),
            None => MenuOf::Message(quoted(on)?),
        };
        return Ok(Step::Uses {
            who,
            command: quoted(command)?,
            on,
        });
    }
    match rest {
        "takes direct messages" => return Ok(Step::TakesMessages { who, takes: true }),
        "refuses direct messages" => return Ok(Step::TakesMessages { who, takes: false }),
        _ => {}
    }
    if let Some(server) = rest.strip_prefix("leaves ") {
        let server = quoted(server)?;
        return Ok(Step::Leaves { who, server });
    }
    if let Some(roles) = rest.strip_prefix("holds ") {
        let roles = match roles {
            "no role" => Vec::new(),
            roles => roles.split(", ").map(quoted).collect::<Result<_, _>>()?,
        };
        return Ok(Step::Holds { who, roles });
    }
    if let Some(rest) = rest.strip_prefix("picks ") {
        let (option, from) = rest
            .split_once(" from ")
            .ok_or("write `@name picks \"option\" from \"select\"`")?;
        return Ok(Step::Picks {
            who,
            option: quoted(option)?,
            from: quoted(from)?,
        });
    }
    Err(
        "a person can open, type a command, click, pick, fill in, send, write, have a file, use, start a thread, hold roles, \
         take or refuse direct messages, or leave"
            .to_owned(),
    )
}

/// `"text"`, or `"field" with "text" and "field" with "text"`; `\n` is a new line.
fn filled(rest: &str) -> Result<Vec<(Option<String>, String)>, String> {
    let written = |text: &str| quoted(text).map(|text| text.replace("\\n", "\n"));
    if !rest.contains("\" with \"") {
        return Ok(vec![(None, written(rest)?)]);
    }
    rest.split("\" and \"")
        .map(|field| {
            let form = "write `@name fills in \"field\" with \"text\" and \"field\" with \"text\"`";
            let (name, text) = field.split_once("\" with \"").ok_or(form)?;
            let (name, text) = (name.trim_start_matches('"'), text.trim_end_matches('"'));
            Ok((Some(name.to_owned()), written(&format!("\"{text}\""))?))
        })
        .collect()
}

const EDIT_FORM: &str = "write `the file of NAME drops \"item\"`, `… calls \"item\" \"title\"`, `… moves \"phase\" to \"offset\"`, \
                         `… breaks` or `… is mended`";

/// What somebody does to a playbook file.
fn file_edit(rest: &str) -> Result<Edit, String> {
    if let Some(item) = rest.strip_prefix("drops ") {
        return Ok(Edit::Drop { item: quoted(item)? });
    }
    if let Some(rest) = rest.strip_prefix("calls ") {
        let (item, title) = rest.split_once("\" \"").ok_or(EDIT_FORM)?;
        let (item, title) = (quoted(&format!("{item}\""))?, quoted(&format!("\"{title}"))?);
        return Ok(Edit::Retitle { item, title });
    }
    if let Some(rest) = rest.strip_prefix("moves ") {
        let (phase, to) = rest.split_once(" to ").ok_or(EDIT_FORM)?;
        let (phase, to) = (quoted(phase)?, quoted(to)?);
        return Ok(Edit::Move { phase, to });
    }
    match rest {
        "breaks" => Ok(Edit::Break),
        "is mended" => Ok(Edit::Mend),
        _ => Err(EDIT_FORM.to_owned()),
    }
}

/// What befalls the gateway; none when it is a fault of REST.
fn gateway(rest: &str) -> Result<Option<Step>, String> {
    let mishap = match rest {
        "drops the connection" => GatewayMishap::Cut,
        "closes the gateway" => GatewayMishap::Close { code: None },
        "stops acknowledging" => GatewayMishap::FallSilent,
        "asks to reconnect" => GatewayMishap::AskToReconnect,
        "invalidates the session" => GatewayMishap::Invalidate { resumable: false },
        "sends events twice" => GatewayMishap::Double { events: u32::MAX },
        _ => {
            if let Some(code) = rest.strip_prefix("closes the gateway with ") {
                let code = code.parse().map_err(|_| "name the close code by its number")?;
                return Ok(Some(Step::Gateway(GatewayMishap::Close { code: Some(code) })));
            }
            let Some(length) = rest.strip_prefix("is away for ") else {
                return Ok(None);
            };
            let millis = length.strip_suffix(" ms").and_then(|millis| millis.parse().ok());
            let millis = millis.ok_or("write `discord is away for 500 ms`")?;
            return Ok(Some(Step::Away(Duration::from_millis(millis))));
        }
    };
    Ok(Some(Step::Gateway(mishap)))
}

fn fault(rest: &str) -> Result<Step, String> {
    const FORM: &str = "write `discord answers 500 2 times to POST /messages`, `discord answers 429 for 200 ms 1 times to \
                        …` or `discord loses the answer 1 times to …`";
    let (what, target) = rest.split_once(" times to ").ok_or(FORM)?;
    let (what, times) = what.rsplit_once(' ').ok_or(FORM)?;
    let (method, path) = target.split_once(' ').ok_or(FORM)?;
    let kind = match what.split_whitespace().collect::<Vec<_>>().as_slice() {
        ["loses", "the", "answer"] => FaultKind::LoseAnswer,
        ["answers", "429", "for", millis, "ms"] => {
            let seconds = millis.parse::<f64>().map_err(|_| FORM)? / 1000.0;
            FaultKind::Status {
                status: 429,
                retry_after: Some(seconds),
            }
        }
        ["answers", status] => FaultKind::Status {
            status: status.parse().map_err(|_| FORM)?,
            retry_after: None,
        },
        _ => return Err(FORM.to_owned()),
    };
    let times = times.parse().map_err(|_| FORM)?;
    Ok(Step::Fault {
        kind,
        times,
        method: method.to_owned(),
        path: path.to_owned(),
    })
}

fn until(text: &str) -> Result<Until, String> {
    if text == "to next wake-up" {
        return Ok(Until::NextWakeup);
    }
    if let Some(at) = text.strip_prefix("to ") {
        return instant(at).map(Until::At);
    }
    let (number, unit) = text.split_once(' ').ok_or("advance by how much?")?;
    let number: i64 = number.parse().map_err(|_| "advance by how much?".to_owned())?;
    match unit {
        "min" => Ok(Until::By(TimeDelta::minutes(number))),
        "h" => Ok(Until::By(TimeDelta::hours(number))),
        "day" | "days" => Ok(Until::By(TimeDelta::days(number))),
        _ => Err("units are min, h and days".to_owned()),
    }
}

/// `2026-12-01 09:00 America/Los_Angeles`
pub(super) fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    let parts: Vec<&str> = text.split_whitespace().collect();
    let [date, time, zone] = parts.as_slice() else {
        return Err("write `DATE TIME ZONE`".to_owned());
    };
    let date: NaiveDate = date.parse().map_err(|_| "the date is YYYY-MM-DD".to_owned())?;
    let time = NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| "the time is HH:MM".to_owned())?;
    let zone: Zone = zone.parse().map_err(|error| format!("{error}"))?;
    Ok(zone.to_utc(NaiveDateTime::new(date, time)))
}

fn quoted(text: &str) -> Result<String, String> {
    let inner = text
        .trim()
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner
        .map(str::to_owned)
        .ok_or_else(|| "put the text into \"quotes\"".to_owned())
}

pub(super) fn unquoted(text: &str) -> &str {
    text.trim().trim_matches('"')
}
