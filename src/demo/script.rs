//! Scenario scripts: what people do and what time does, one step a line. `docs/scenarios.md` has the grammar.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use simcord::{FaultKind, GatewayMishap};

use crate::domain::zone::Zone;

#[cfg(test)]
mod tests;

/// A whole script.
#[derive(Clone, Debug)]
pub struct Script {
    /// What the clock shows at first.
    pub starts: DateTime<Utc>,
    /// Whether the servers are set up before the first step, as they are unless the script says otherwise.
    pub set_up: bool,
    /// People beside the four, without any role, on every server.
    pub guests: Vec<String>,
    /// Servers beside the first, by name.
    pub servers: Vec<String>,
    /// How often a message older than an hour may be edited within an hour; as often as one likes when left out.
    pub old_edits: Option<usize>,
    /// The steps with their lines.
    pub steps: Vec<(usize, String, Step)>,
}

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    /// A person goes to a channel.
    Opens {
        /// Who.
        who: String,
        /// Where.
        place: Place,
    },
    /// A person does not see a channel.
    SeesNot {
        /// Who.
        who: String,
        /// Where.
        place: Place,
    },
    /// A person types a slash command.
    Command {
        /// Who.
        who: String,
        /// Where; the place of before when left out.
        place: Option<Place>,
        /// What was typed, with the slash.
        text: String,
    },
    /// A person types the beginning of an option and sees suggestions.
    Suggest {
        /// Who.
        who: String,
        /// What was typed, with the slash; the last option is the one being typed.
        text: String,
    },
    /// A person presses a button in the newest message that has it.
    Clicks {
        /// Who.
        who: String,
        /// The button's label.
        label: String,
    },
    /// A person picks an option in the newest message that has such a select.
    Picks {
        /// Who.
        who: String,
        /// The beginning of the option's label.
        option: String,
        /// The beginning of the select's placeholder.
        from: String,
    },
    /// A person writes a message.
    Writes {
        /// Who.
        who: String,
        /// The text.
        text: String,
    },
    /// Time passes.
    Advance(Until),
    /// The bot is stopped in order and started again.
    Restart,
    /// The bot dies in the middle and is started again.
    Crash,
    /// The bot is stopped in order.
    Down,
    /// The bot is started again.
    Up,
    /// Somebody deletes the pinned message of a channel.
    DeletePinned(Place),
    /// The bot loses a permission (by its bit), or gets all of them back.
    LosesPermission(Option<u8>),
    /// The bot is denied a permission (by its bit) in one channel, whatever its roles grant.
    Denied {
        /// The bit.
        bit: u8,
        /// Where.
        place: Place,
    },
    /// Discord misbehaves.
    Fault {
        /// How.
        kind: FaultKind,
        /// How many times.
        times: u32,
        /// The method of the requests.
        method: String,
        /// What their path contains, or the channel that they are about.
        path: String,
    },
    /// Something befalls the gateway.
    Gateway(GatewayMishap),
    /// The gateway is away for so much real time.
    Away(Duration),
    /// Prints a channel as a person sees it.
    Show {
        /// Who looks.
        who: String,
        /// Where.
        place: Place,
    },
    /// What people saw in the last step contains this.
    Expect(String),
    /// What people saw in the last step does not contain this.
    ExpectNot(String),
    /// Exactly these people heard something in the last step.
    ExpectPings(Vec<String>),
}

/// A channel, of the first server unless another is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The server's name.
    pub server: Option<String>,
    /// The channel's name.
    pub channel: String,
}

/// How far time goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// By this much.
    By(TimeDelta),
    /// To this instant.
    At(DateTime<Utc>),
    /// To the next instant at which the bot does something by itself.
    NextWakeup,
}

/// A line that is no step.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}: `{text}`")]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub problem: String,
    /// The line itself.
    pub text: String,
}

/// All problems of a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.0.iter().map(Problem::to_string).collect();
        formatter.write_str(&lines.join("\n"))
    }
}

impl FromStr for Script {
    type Err = Problems;

    fn from_str(text: &str) -> Result<Self, Problems> {
        let mut problems = Vec::new();
        let (mut starts, mut set_up, mut guests) = (None, true, Vec::new());
        let (mut servers, mut steps, mut old_edits) = (Vec::new(), Vec::new(), None);
        for (index, raw) in text.lines().enumerate() {
            let line = raw.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let parsed = if let Some(at) = line.strip_prefix("at ") {
                instant(at).map(|at| starts = Some(at))
            } else if line == "without set-up" {
                set_up = false;
                Ok(())
            } else if let Some(name) = line.strip_prefix("guest @") {
                guests.push(name.to_owned());
                Ok(())
            } else if let Some(name) = line.strip_prefix("server ") {
                servers.push(unquoted(name).to_owned());
                Ok(())
            } else if let Some(number) = line.strip_prefix("discord allows edits of an old message: ") {
                let parsed = number.parse().map_err(|_| "how many edits an hour?".to_owned());
                parsed.map(|number| old_edits = Some(number))
            } else {
                step(line).map(|step| steps.push((index + 1, line.to_owned(), step)))
            };
            if let Err(problem) = parsed {
                problems.push(Problem {
                    line: index + 1,
                    problem,
                    text: line.to_owned(),
                });
            }
        }
        let Some(starts) = starts else {
            let problem = "a script begins with `at DATE TIME ZONE`".to_owned();
            problems.insert(
                0,
                Problem {
                    line: 1,
                    problem,
                    text: text.lines().next().unwrap_or("").to_owned(),
                },
            );
            return Err(Problems(problems));
        };
        if problems.is_empty() {
            Ok(Self {
                starts,
                set_up,
                guests,
                servers,
                old_edits,
                steps,
            })
        } else {
            Err(Problems(problems))
        }
    }
}

fn step(line: &str) -> Result<Step, String> {
    if let Some(rest) = line.strip_prefix('@') {
        let (who, rest) = rest.split_once([' ', ':']).ok_or("who does what?")?;
        return person(who.to_owned(), rest.trim());
    }
    if let Some(rest) = line.strip_prefix("advance ") {
        return until(rest).map(Step::Advance);
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
    if let Some(rest) = line.strip_prefix("somebody deletes the pinned message of ") {
        return rest.parse().map(Step::DeletePinned);
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
    if let Some(text) = rest.strip_prefix("writes ") {
        return Ok(Step::Writes {
            who,
            text: quoted(text)?,
        });
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
    Err("a person can open, type a command, click, pick or write".to_owned())
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
            FaultKind::Status(429, Some(seconds))
        }
        ["answers", status] => FaultKind::Status(status.parse().map_err(|_| FORM)?, None),
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
fn instant(text: &str) -> Result<DateTime<Utc>, String> {
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

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches('"')
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (server, channel) = text.trim().split_once('#').ok_or("name a channel as #name")?;
        let server = Some(unquoted(server))
            .filter(|server| !server.is_empty())
            .map(str::to_owned);
        Ok(Self {
            server,
            channel: channel.to_owned(),
        })
    }
}
