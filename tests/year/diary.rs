//! What will happen in the year, drawn from a seed.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use tminus::domain::calendar::Calendar;
use tminus::domain::plan::plan;
use tminus::domain::playbook::{ItemId, Playbook, RoleId};
use tminus::domain::zone::Zone;

use super::chance::Chance;

/// The first Monday of 2027: a year with both changes of the clocks and every holiday.
const FIRST: NaiveDate = NaiveDate::from_ymd_opt(2027, 1, 4).unwrap();

/// Where the people are.
const HOME: Zone = Zone::SAN_FRANCISCO;

/// Everything that will happen, in order.
#[derive(Debug)]
pub(crate) struct Diary {
    pub(crate) seed: u64,
    pub(crate) begins: DateTime<Utc>,
    pub(crate) ends: DateTime<Utc>,
    pub(crate) entries: Vec<(DateTime<Utc>, Happens)>,
    /// The times at which the bot is down.
    pub(crate) downs: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    pub(crate) starts: usize,
    pub(crate) weeks: usize,
}

/// One thing that happens. A release is known by the name of its channel.
#[derive(Clone, Debug)]
pub(crate) enum Happens {
    /// A person starts a release.
    Start {
        channel: String,
        version: String,
        target: NaiveDate,
    },
    /// A person ticks an item.
    Tick {
        channel: String,
        item: ItemId,
        by: &'static str,
    },
    /// A person stops the clock of a release, lets it go on, or moves its target.
    Hold {
        channel: String,
    },
    Resume {
        channel: String,
    },
    Slip {
        channel: String,
        target: NaiveDate,
    },
    /// A person closes a release.
    Close {
        channel: String,
    },
    /// The bot is stopped in order, or comes back.
    Down,
    Up,
    /// The bot dies and is started again.
    Crash,
    /// The next messages to this channel are refused for good.
    Refuse {
        channel: String,
        times: u32,
    },
    /// The bot may write nowhere, or everywhere again.
    Gag,
    Ungag,
    /// The answers to the next messages are lost.
    LoseAnswers(u32),
    /// The next messages meet a server that fails.
    Fail(u32),
    /// Somebody deletes the channel of a release.
    Delete {
        channel: String,
    },
    /// A person looks after what could not be delivered, and has some of it tried again or given up.
    LookAfter,
    /// The weekly release comes no more.
    SwitchOff,
}

impl Diary {
    /// So many weeks with a release on each working day, and then the weeks in which the last ones end.
    pub(crate) fn of(seed: u64, weeks: u32, dot: &Playbook, weekly: &Playbook) -> Self {
        let calendar = Calendar::named(dot.calendar);
        let mut diary = Self {
            seed,
            begins: HOME.to_utc(FIRST.and_time(clock(6, 0))),
            ends: HOME.to_utc((FIRST + Days::new(7 * u64::from(weeks + 4))).and_time(clock(6, 0))),
            entries: Vec::new(),
            downs: Vec::new(),
            starts: 0,
            weeks: 0,
        };
        for week in 0..weeks {
            diary.trouble(week);
        }
        let last = FIRST + Days::new(7 * u64::from(weeks));
        let days = FIRST.iter_days().take_while(|day| *day < last);
        for day in days.filter(|day| calendar.is_working_day(*day)) {
            diary.dot_release(day, dot, &calendar);
        }
        for week in 0..weeks {
            diary.weekly_release(week, weekly);
        }
        let off = HOME.to_utc(last.and_time(clock(7, 0)));
        diary.add(diary.awake(off), Happens::SwitchOff);
        diary.entries.sort_by_key(|(at, _)| *at);
        diary
    }

    fn add(&mut self, at: DateTime<Utc>, happens: Happens) {
        self.entries.push((at, happens));
    }

    /// What goes wrong in a week. Something does in each.
    fn trouble(&mut self, week: u32) {
        let mut chance = Chance::about(self.seed, &[1, u64::from(week)]);
        let monday = FIRST + Days::new(7 * u64::from(week));
        let day = |number: u64| monday + Days::new(number);
        let at = |day: NaiveDate, hour, minute| HOME.to_utc(day.and_time(clock(hour, minute)));
        let workday = day(1 + chance.below(3));
        let down = match (week % 13, week % 4) {
            // Three days, and a long weekend.
            (1, _) => Some((at(day(0), 8, 30), at(day(3), 8, 30))),
            (8, _) => Some((at(day(4), 9, 10), at(day(8), 11, 20))),
            // The long weekend ends in this week.
            (9, _) => None,
            // A morning with its cut-offs, and a night.
            (_, 0) => Some((at(workday, 8, 40), at(workday, 11, 30))),
            (_, 2) => Some((at(workday, 21, 0), at(workday + Days::new(1), 7, 30))),
            _ => None,
        };
        if let Some((from, until)) = down {
            self.add(from, Happens::Down);
            self.add(until, Happens::Up);
            self.downs.push((from, until));
        }
        let answers = u32::try_from(1 + chance.below(2)).unwrap_or(1);
        self.add(
            self.awake(at(day(chance.below(4)), 9, 55)),
            Happens::LoseAnswers(answers),
        );
        self.add(self.awake(at(day(3), 8, 50)), Happens::Fail(answers));
        if week % 3 == 1 {
            let from = self.awake(at(day(4), 9, 30));
            self.add(from, Happens::Gag);
            self.add(from + TimeDelta::minutes(95), Happens::Ungag);
        }
        if week % 5 == 1 {
            self.add(
                self.awake(at(day(3), 10, 0) + TimeDelta::seconds(5)),
                Happens::Crash,
            );
        }
        self.add(self.awake(at(day(4), 15, 30)), Happens::LookAfter);
    }

    fn dot_release(&mut self, day: NaiveDate, playbook: &Playbook, calendar: &Calendar) {
        let number = self.starts;
        self.starts += 1;
        let mut chance = Chance::about(self.seed, &[2, number as u64]);
        let begun = self.awake(at_work(day, &mut chance, 12, 16));
        let today = HOME.to_local(begun).date();
        let ahead = u32::try_from(chance.between(5, 10)).unwrap_or(5);
        let target = calendar.plus_working_days(today, ahead);
        let channel = format!("rel-7-{number}-1");
        let version = format!("7.{number}.1");
        let start = Happens::Start {
            channel: channel.clone(),
            version,
            target,
        };
        self.add(begun, start);
        let deleted = (number % 23 == 6).then(|| begun + TimeDelta::days(5));
        if let Some(at) = deleted {
            let channel = channel.clone();
            self.add(self.awake(at), Happens::Delete { channel });
        }
        if number % 6 == 3 {
            let times = u32::try_from(1 + chance.below(2)).unwrap_or(1);
            let channel = channel.clone();
            self.add(
                self.awake(begun + TimeDelta::days(1)),
                Happens::Refuse { channel, times },
            );
        }
        let mut ends = target;
        if deleted.is_none() && number % 4 == 1 {
            let (held, goes_on) = (
                calendar.next_working_day(today),
                calendar.plus_working_days(today, 2),
            );
            let held = self.awake(at_work(held, &mut chance, 7, 15));
            let goes_on = self
                .awake(at_work(goes_on, &mut chance, 7, 15))
                .max(held + TimeDelta::minutes(7));
            self.add(
                held,
                Happens::Hold {
                    channel: channel.clone(),
                },
            );
            self.add(
                goes_on,
                Happens::Resume {
                    channel: channel.clone(),
                },
            );
        }
        if deleted.is_none() && number % 5 == 2 {
            let moved = calendar.plus_working_days(today, ahead - 1);
            let moved = self.awake(at_work(moved, &mut chance, 7, 15));
            let later = 1 + u32::try_from(chance.below(3)).unwrap_or(0);
            ends = calendar.plus_working_days(target.max(HOME.to_local(moved).date()), later);
            let channel = channel.clone();
            self.add(
                moved,
                Happens::Slip {
                    channel,
                    target: ends,
                },
            );
        }
        let after = calendar.plus_working_days(ends, 1 + u32::try_from(chance.below(4)).unwrap_or(0));
        let ended = self.awake(at_work(after, &mut chance, 11, 16));
        let plan = plan(playbook, target, calendar);
        for (phase, item) in playbook.items() {
            let Some(planned) = plan.phase(&phase.id) else {
                continue;
            };
            let by = person(&item.role);
            let mut tick = |at: DateTime<Utc>| {
                let at = self.awake(at);
                if begun < at && at < ended && deleted.is_none_or(|deleted| at < deleted) {
                    let (channel, item) = (channel.clone(), item.id.clone());
                    self.add(at, Happens::Tick { channel, item, by });
                }
            };
            if item.daily_until.is_some() {
                let daily = plan.daily.get(&item.id).map_or(&[][..], Vec::as_slice);
                for day in daily {
                    let at = at_work(day.date, &mut chance, 7, 14);
                    if !chance.one_in(3) {
                        tick(at);
                    }
                }
                continue;
            }
            match chance.below(100) {
                0..70 => tick(between(begun, planned.cutoff_at, &mut chance)),
                70..94 => tick(between(
                    planned.cutoff_at,
                    planned.cutoff_at + TimeDelta::days(4),
                    &mut chance,
                )),
                _ => {}
            }
        }
        self.add(ended, Happens::Close { channel });
    }

    fn weekly_release(&mut self, week: u32, playbook: &Playbook) {
        let Some(recurring) = &playbook.recurring else {
            return;
        };
        let mut chance = Chance::about(self.seed, &[3, u64::from(week)]);
        let before = self.begins + TimeDelta::days(7 * i64::from(week));
        let Some(occurrence) = recurring.at.after(before).next() else {
            return;
        };
        self.weeks += 1;
        let named = occurrence.local.date().iso_week();
        let channel = format!("rel-{}-{:02}", named.year(), named.week());
        let days = [1, 3].map(|days| occurrence.at + TimeDelta::days(days));
        for ((_, item), day) in playbook.items().zip(days) {
            if !chance.one_in(5) {
                let late = TimeDelta::minutes(chance.between(-600, 600)) + odd(&mut chance);
                let (channel, item, by) = (channel.clone(), item.id.clone(), person(&item.role));
                self.add(self.awake(day + late), Happens::Tick { channel, item, by });
            }
        }
        let ended = occurrence.at + TimeDelta::days(5) + odd(&mut chance);
        self.add(self.awake(ended), Happens::Close { channel });
    }

    /// The instant itself, or soon after the bot has come back: who meets a bot that is down tries again.
    fn awake(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let down = self
            .downs
            .iter()
            .find(|(from, until)| *from <= at && at <= *until);
        down.map_or(at, |(from, until)| {
            let waited = (at - *from).num_seconds() % 5_400;
            *until + TimeDelta::seconds(61 + waited)
        })
    }
}

/// Who plays a role.
fn person(role: &RoleId) -> &'static str {
    match role.as_str() {
        "dev" => "devon",
        "qa" => "quinn",
        "marketing" => "mona",
        _ => "riley",
    }
}

fn clock(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

/// Seconds that no plan has, so that no act coincides with a cut-off.
fn odd(chance: &mut Chance) -> TimeDelta {
    TimeDelta::seconds(1 + chance.between(0, 58))
}

/// Some time of that day between two hours.
fn at_work(day: NaiveDate, chance: &mut Chance, from: u32, until: u32) -> DateTime<Utc> {
    let minutes = chance.between(i64::from(from) * 60, i64::from(until) * 60);
    HOME.to_utc(day.and_time(NaiveTime::MIN)) + TimeDelta::minutes(minutes) + odd(chance)
}

/// Some time between two instants, and rather in working hours than not.
fn between(from: DateTime<Utc>, until: DateTime<Utc>, chance: &mut Chance) -> DateTime<Utc> {
    let minutes = (until - from).num_minutes().max(1);
    let mut at = from;
    for _ in 0..6 {
        at = from + TimeDelta::minutes(chance.between(0, minutes)) + odd(chance);
        let local = HOME.to_local(at);
        let is_weekend = matches!(local.weekday(), Weekday::Sat | Weekday::Sun);
        if !is_weekend && local.time() >= clock(8, 0) && local.time() < clock(18, 0) {
            break;
        }
    }
    at
}
