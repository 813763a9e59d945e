//! The story that is watched: its scenes, and how long each thing stays on the screen.

use std::time::Duration;

use crate::demo::script::{Script, Step, Until};

/// What one caption speaks of.
#[derive(Clone, Debug)]
pub(super) struct Act<'a> {
    /// What is told.
    pub(super) caption: &'a str,
    /// What happens then, without what only a test wants to see, each with its line.
    pub(super) steps: Vec<(&'a str, &'a Step)>,
}

/// The acts of a script. What comes before its first caption has none.
pub(super) fn acts(script: &Script) -> Vec<Act<'_>> {
    let mut acts: Vec<Act<'_>> = Vec::new();
    for (_, text, step) in &script.steps {
        match step {
            Step::Caption(caption) => acts.push(Act {
                caption,
                steps: Vec::new(),
            }),
            step if step.is_expectation() => {}
            step => {
                if let Some(act) = acts.last_mut() {
                    act.steps.push((text, step));
                }
            }
        }
    }
    acts
}

/// How long things stay on the screen, as a multiple of what people need to see them; 0 is no time at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pace(pub(super) u32);

/// What an act takes beside the reading of its caption, shared by its steps.
const ACTING: Duration = Duration::from_millis(3_400);

/// The longest that one step takes of it.
const STEP: Duration = Duration::from_millis(1_700);

impl Pace {
    /// That of people.
    pub(super) const HUMAN: Self = Self(1);

    /// How long a caption is read before anything happens: a glance, and most of the reading. The rest of it overlaps with
    /// what happens.
    pub(super) fn reading(self, caption: &str) -> Duration {
        let letters = u64::try_from(caption.chars().count()).unwrap_or(u64::MAX);
        self.of(Duration::from_millis(500 + letters.saturating_mul(25)))
    }

    /// How long the outcome of one of so many steps is looked at.
    pub(super) fn outcome(self, steps: usize) -> Duration {
        let share = u32::try_from(steps.max(1)).unwrap_or(u32::MAX);
        self.of((ACTING / share).min(STEP))
    }

    /// How long a step is looked at that somebody asked to be shown.
    pub(super) fn shown(self) -> Duration {
        self.of(STEP)
    }

    fn of(self, length: Duration) -> Duration {
        length * self.0
    }
}

/// What is being done, for people: "Riley: /rc cut commit:v7.2.1-rc1".
pub(super) fn doing(step: &Step) -> Option<String> {
    let what = match step {
        Step::Command { text, .. } => text.clone(),
        Step::Clicks { label, .. } => format!("presses {label}"),
        Step::Picks { option, .. } => format!("ticks “{option}”"),
        Step::Fills { fields, .. } => {
            let texts: Vec<&str> = fields.iter().map(|(_, text)| text.as_str()).collect();
            format!("writes “{}”", texts.join(" · "))
        }
        Step::Writes { text, .. } => format!("writes “{text}”"),
        Step::Opens { place, .. } => format!("opens {place}"),
        Step::Advance(Until::NextWakeup) => return Some("The clock goes to the next wake-up".to_owned()),
        Step::Advance(_) => return Some("The clock goes forward".to_owned()),
        _ => return None,
    };
    Some(format!("{}: {what}", named(step.who()?)))
}

/// A username as people say it.
fn named(who: &str) -> String {
    let mut letters = who.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
