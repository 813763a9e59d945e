//! What happens in a history, drawn from its seed before it begins.

use chrono::{DateTime, TimeDelta, Utc};

use super::chance::Chance;
use super::duty;
use super::room::ACTS;
use super::world::PLAYBOOKS;

/// One history.
#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) seed: u64,
    /// When it begins.
    pub(crate) begins: DateTime<Utc>,
    pub(crate) guilds: u64,
    /// How long the platform knows a nonce.
    pub(crate) window: TimeDelta,
    /// Whether the bot may read what was written in a channel.
    pub(crate) readable: bool,
    /// Whether the first server keeps a roster, whose shifts take far longer to play than all else.
    pub(crate) roster: bool,
    pub(crate) steps: Vec<Step>,
}

/// One thing that happens. Numbers that point at something are taken modulo what is there, so that any list of steps is
/// a history.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Somebody starts a release, in so many days or without a date.
    Start {
        guild: u64,
        playbook: usize,
        version: u64,
        days: Option<i64>,
        again: bool,
    },
    /// Somebody ticks an item.
    Tick(Press),
    /// Somebody takes a completion back.
    Undo(Press),
    /// Somebody does something in the room of a release.
    Room(Press, usize),
    /// Somebody does something about the duty of the roster.
    Duty { role: usize, act: usize, again: bool },
    /// Somebody closes a release.
    Close { release: usize, reason: bool },
    /// Somebody opens a closed release again.
    Reopen(usize),
    /// Somebody moves the target of a release to so many days ahead, or withdraws it.
    Slip { release: usize, days: Option<i64> },
    /// Somebody puts a release on hold.
    Hold(usize),
    /// Somebody lets a release go on.
    Resume(usize),
    /// Somebody silences an item until tomorrow.
    Snooze(Press),
    /// Somebody says that a day so many days ahead is off, or that it is worked.
    SayDay { guild: u64, days: i64, off: bool },
    /// The Release Manager has a release announced.
    Announce(usize),
    /// Time goes on.
    Wait(TimeDelta),
    /// The machine is suspended: the clock has moved when it wakes, and nothing happened in between.
    Suspend(TimeDelta),
    /// The bot's clock is set.
    SetClock(TimeDelta),
    /// The process dies at this point, and is started again after a while.
    Crash(Death, TimeDelta),
    /// How the platform behaves from now on.
    Weather(Weather),
    /// The token is refused for a while.
    TokenRefused(TimeDelta),
    /// So many commits fail, because the disk is full.
    DiskFull(u32),
    /// Somebody deletes the channel of a release.
    DeleteChannel(usize),
    /// Somebody deletes the board of a release.
    DeleteBoard(usize),
    /// Somebody deletes a card of the room of a release.
    DeleteCard { release: usize, card: usize },
}

/// A press on an item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Press {
    pub(crate) release: usize,
    pub(crate) item: usize,
    pub(crate) role: usize,
    /// Whether the platform delivers it twice.
    pub(crate) again: bool,
}

/// Where the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Death {
    /// Now, with whatever is under way.
    Now,
    /// Right before the commit after so many others.
    BeforeCommit(u32),
    /// Right after the commit after so many others.
    AfterCommit(u32),
    /// After a claim, before its request.
    BeforePost,
    /// After a request has arrived, before its answer.
    AfterPost,
}

/// How the platform behaves, in thousandths of all requests.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weather {
    /// It does what it is asked and the answer is lost.
    pub(crate) lost: u64,
    /// It fails and does nothing.
    pub(crate) down: u64,
    /// It asks to wait.
    pub(crate) limited: u64,
    /// It refuses for good.
    pub(crate) refused: u64,
    /// It takes up to 50 s to answer.
    pub(crate) slow: u64,
}

impl History {
    /// The history of a seed.
    pub(crate) fn of(seed: u64) -> Self {
        let mut chance = Chance::about(seed, &[0]);
        let begins = "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let guilds = 1 + chance.below(3);
        let length = 20 + chance.below(30);
        let mut steps = vec![start(&mut chance, guilds)];
        steps.extend((1..length).map(|_| step(&mut chance, guilds)));
        Self {
            seed,
            begins: begins + TimeDelta::milliseconds(chance.between(0, 2 * 365 * 86_400_000)),
            guilds,
            window: TimeDelta::seconds(chance.between(120, 300)),
            readable: !chance.one_in(8),
            roster: chance.one_in(6),
            steps,
        }
    }
}

fn step(chance: &mut Chance, guilds: u64) -> Step {
    match chance.below(100) {
        0..5 => start(chance, guilds),
        5..15 => Step::Tick(press(chance)),
        15..17 => Step::Duty {
            role: chance.index(4),
            act: chance.index(duty::ACTS),
            again: chance.one_in(8),
        },
        17..26 => Step::Room(press(chance), chance.index(ACTS)),
        26..29 => Step::Undo(press(chance)),
        29..31 if chance.one_in(4) => Step::Reopen(chance.index(8)),
        29..31 => Step::Close {
            release: chance.index(8),
            reason: !chance.one_in(3),
        },
        31..34 => Step::Slip {
            release: chance.index(8),
            days: (!chance.one_in(8)).then(|| chance.between(0, 20)),
        },
        34..36 => Step::Hold(chance.index(8)),
        36..38 => Step::Resume(chance.index(8)),
        38..40 => Step::Snooze(press(chance)),
        40..42 => Step::SayDay {
            guild: chance.below(guilds),
            days: chance.between(0, 16),
            off: !chance.one_in(3),
        },
        42..44 => Step::Announce(chance.index(8)),
        44..61 => Step::Wait(length(chance)),
        61..65 => Step::Suspend(length(chance)),
        65..68 => Step::SetClock(step_of_clock(chance)),
        68..82 => Step::Crash(death(chance), length(chance)),
        82..91 => Step::Weather(weather(chance)),
        91..93 => Step::TokenRefused(TimeDelta::seconds(chance.between(1, 3_600))),
        93..95 => Step::DiskFull(u32::try_from(1 + chance.below(4)).unwrap_or(1)),
        95..97 if chance.one_in(2) => Step::DeleteCard {
            release: chance.index(8),
            card: chance.index(4),
        },
        95..97 => Step::DeleteBoard(chance.index(8)),
        97..98 => Step::DeleteChannel(chance.index(8)),
        _ => Step::Wait(TimeDelta::days(chance.between(1, 5))),
    }
}

fn start(chance: &mut Chance, guilds: u64) -> Step {
    Step::Start {
        guild: chance.below(guilds),
        playbook: chance.index(PLAYBOOKS.len()),
        version: chance.below(6),
        days: (!chance.one_in(12)).then(|| chance.between(0, 16)),
        again: chance.one_in(6),
    }
}

fn press(chance: &mut Chance) -> Press {
    Press {
        release: chance.index(8),
        item: chance.index(64),
        role: chance.index(4),
        again: chance.one_in(8),
    }
}

/// Mostly short, sometimes over a weekend: as many milliseconds, seconds, minutes, hours as days.
fn length(chance: &mut Chance) -> TimeDelta {
    let longest = *chance.pick(&[1_000, 60_000, 600_000, 7_200_000, 86_400_000, 3 * 86_400_000]);
    TimeDelta::milliseconds(chance.between(0, longest))
}

fn step_of_clock(chance: &mut Chance) -> TimeDelta {
    let seconds = *chance.pick(&[3_600, -3_600, 30, -30, 5]);
    TimeDelta::seconds(seconds) + TimeDelta::milliseconds(chance.between(-500, 500))
}

fn death(chance: &mut Chance) -> Death {
    let others = u32::try_from(chance.below(4)).unwrap_or(0);
    match chance.below(6) {
        0 => Death::Now,
        1 | 2 => Death::BeforeCommit(others),
        3 => Death::AfterCommit(others),
        4 => Death::BeforePost,
        _ => Death::AfterPost,
    }
}

fn weather(chance: &mut Chance) -> Weather {
    let share = |chance: &mut Chance| {
        if chance.one_in(2) { 0 } else { chance.below(400) }
    };
    if chance.one_in(4) {
        return Weather::default();
    }
    Weather {
        lost: share(chance),
        down: share(chance),
        limited: share(chance),
        refused: share(chance) / 8,
        slow: share(chance),
    }
}
