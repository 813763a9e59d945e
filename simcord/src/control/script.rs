//! Scripts of mishaps: what is to go wrong, as data that a file can hold.

use serde::Deserialize;

use super::{Control, GatewayMishap};
use crate::faults::Fault;
use crate::options::LimitChanges;
use crate::world::Refusal;

/// One line of a script.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Mishap {
    /// Of REST.
    Fault(Fault),
    /// Of the gateway.
    Gateway(GatewayMishap),
    /// Other numbers from now on.
    Limits(LimitChanges),
}

impl Mishap {
    fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Fault(fault) => fault.check(),
            Self::Gateway(_) | Self::Limits(_) => Ok(()),
        }
    }
}

impl Control {
    /// Plays a script of mishaps, one JSON object a line, and says how many they were. Empty lines and lines that begin
    /// with `#` are passed over.
    ///
    /// ```text
    /// # The first two messages get lost, then the gateway hangs up.
    /// {"fault": {"method": "POST", "path": "/messages", "times": 2, "with": {"kind": "status", "status": 503}}}
    /// {"gateway": {"do": "close", "code": 4000}}
    /// {"limits": {"requests_per_second": 5}}
    /// ```
    ///
    /// # Errors
    ///
    /// When any line cannot be read, and then nothing is played. The sentence names every such line.
    pub fn play_mishaps(&self, script: &str) -> Result<usize, Refusal> {
        let mishaps = read(script)?;
        let count = mishaps.len();
        for mishap in mishaps {
            match mishap {
                Mishap::Fault(fault) => self.fault(fault),
                Mishap::Gateway(mishap) => self.gateway(mishap),
                Mishap::Limits(changes) => self.change_limits(|limits| changes.make(limits)),
            }
        }
        Ok(count)
    }
}

fn read(script: &str) -> Result<Vec<Mishap>, Refusal> {
    let lines = (1..).zip(script.lines().map(str::trim));
    let steps = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let (mut mishaps, mut problems) = (Vec::new(), Vec::new());
    for (number, line) in steps {
        match serde_json::from_str::<Mishap>(line) {
            Ok(mishap) => match mishap.check() {
                Ok(()) => mishaps.push(mishap),
                Err(refusal) => problems.push(format!("line {number}: {refusal}")),
            },
            Err(error) => problems.push(format!(
                "line {number}, column {}: {}",
                error.column(),
                told(&error)
            )),
        }
    }
    if problems.is_empty() {
        Ok(mishaps)
    } else {
        Err(problems.join("\n").into())
    }
}

/// An error's words without its place: each line is a document of its own, so serde's line is always the first.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line 1 column {}", error.column());
    text.trim_end_matches(&place).to_owned()
}
