//! Who is called when a release is blocked, in which order, and who is left to sleep.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};

use super::{Contact, ContactId, Directory, Found, Presence, Topic};
use crate::domain::ids::UserId;
use crate::domain::room::Severity;
use crate::domain::shift::Away;

/// How pages are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagingRules {
    /// How long somebody has to answer before the next one is called; at least a minute.
    pub answer_within: TimeDelta,
    /// How bad something has to be, at least, for people to be called outside their hours; none when nothing is.
    pub wakes: Option<Severity>,
}

impl PagingRules {
    /// Whether this is bad enough to call people outside their hours.
    #[must_use]
    pub fn wakes_for(&self, severity: Severity) -> bool {
        // The worst comes first.
        self.wakes.is_some_and(|least| severity <= least)
    }
}

impl Default for PagingRules {
    fn default() -> Self {
        Self {
            answer_within: TimeDelta::minutes(15),
            wakes: Some(Severity::Critical),
        }
    }
}

/// Somebody who may help, as they were when it was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Helper {
    /// What people call them.
    pub name: String,
    /// Who it is on the chat platform; none when nobody wrote it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// As what they are asked.
    pub part: Part,
    /// Whether they are at work.
    pub whereabouts: Whereabouts,
}

/// As what somebody is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// A contact of the topic.
    Contact,
    /// The manager of one.
    Manager,
    /// Whom to ask when nobody else is known, or answers.
    Fallback,
}

/// Whether somebody is at work, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Whereabouts {
    /// At work.
    AtWork {
        /// When they stop.
        until: DateTime<Utc>,
    },
    /// Nobody wrote down when they work, and it is not known to be night where they are.
    NotKnown,
    /// Not at work, or it is night where they are.
    Off {
        /// When they begin again, where that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        back: Option<DateTime<Utc>>,
    },
    /// Away for whole days, as they said themselves or somebody for them.
    Away {
        /// The last of these days.
        last: NaiveDate,
    },
}

/// Somebody who is not called, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedOver {
    /// Who.
    pub helper: Helper,
    /// Why.
    pub why: Passing,
}

/// Why somebody is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passing {
    /// Nobody wrote down who it is on the chat platform.
    NoId,
    /// They are not at work, not on duty, and it is not bad enough to call them all the same.
    Off,
    /// They are away, which nothing overrides.
    Away,
    /// They ask for the help themselves.
    Asks,
}

/// Who is called, in order, and who is not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageOrder {
    /// Who is called, the first one first. Each of them has an id.
    pub targets: Vec<Helper>,
    /// Who is not.
    #[serde(default)]
    pub passed: Vec<PassedOver>,
}

/// The circumstances that decide who is called.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// Whether it is bad enough to call people outside their hours.
    pub wakes: bool,
    /// Who is on duty, and is called outside their hours as well.
    pub on_duty: &'a BTreeSet<UserId>,
    /// Who asks for help, and need not be called.
    pub asks: UserId,
}

/// As many words of a problem are looked at.
const WORDS: usize = 20;

/// The first hour of a day at which nobody is asleep, where hours are not known.
const MORNING: u32 = 8;

/// The first hour of the evening at which people are left alone, likewise.
const EVENING: u32 = 20;

impl Directory {
    /// Everybody who may help with this topic at `now` (S53, S54): its contacts in their order, then their managers, then
    /// whom to ask when nobody else is known. Each once. `away` is who said to be away.
    #[must_use]
    pub fn helpers(&self, topic: Option<&Topic>, away: &[Away], now: DateTime<Utc>) -> Vec<Helper> {
        let contacts: Vec<&Contact> = topic
            .iter()
            .flat_map(|topic| &topic.contacts)
            .filter_map(|id| self.contact(id))
            .collect();
        let managers = contacts.iter().filter_map(|contact| contact.manager.as_ref());
        let managers = managers.filter_map(|id| self.contact(id));
        let fallback = self.fallback.as_ref().and_then(|id| self.contact(id));
        let mut known: BTreeSet<&ContactId> = BTreeSet::new();
        let all = contacts.iter().map(|contact| (*contact, Part::Contact));
        all.chain(managers.map(|manager| (manager, Part::Manager)))
            .chain(fallback.map(|fallback| (fallback, Part::Fallback)))
            .filter(|(contact, _)| known.insert(&contact.id))
            .map(|(contact, part)| Helper {
                name: contact.name.clone(),
                user: contact.user,
                part,
                whereabouts: whereabouts(contact, away, now),
            })
            .collect()
    }

    /// The topics for a problem that somebody has described, those first of which a word names one; then the others, in the
    /// order of the file.
    #[must_use]
    pub fn topics_for(&self, problem: &str) -> Vec<&Topic> {
        let words = problem.split(|character: char| !character.is_alphanumeric() && character != '-');
        let mut topics: Vec<&Topic> = Vec::new();
        for word in words.filter(|word| word.chars().count() >= 4).take(WORDS) {
            if let Found::Topic(topic) = self.find(word)
                && !topics.iter().any(|known| known.id == topic.id)
            {
                topics.push(topic);
            }
        }
        for topic in &self.topics {
            if !topics.iter().any(|known| known.id == topic.id) {
                topics.push(topic);
            }
        }
        topics
    }
}

impl PageOrder {
    /// Who of these helpers is called, in which order: of those with the same part, who is at work comes first, then the
    /// others in their order. Whoever is off is called only when they are on duty or it is bad enough.
    #[must_use]
    pub fn of(helpers: Vec<Helper>, circumstances: Circumstances<'_>) -> Self {
        let mut order = Self::default();
        let mut called = BTreeSet::new();
        for helper in helpers {
            let why = match (helper.user, helper.whereabouts) {
                (None, _) => Some(Passing::NoId),
                (Some(user), _) if user == circumstances.asks => Some(Passing::Asks),
                (Some(user), Whereabouts::Off { .. })
                    if !circumstances.wakes && !circumstances.on_duty.contains(&user) =>
                {
                    Some(Passing::Off)
                }
                (Some(_), Whereabouts::Away { .. }) => Some(Passing::Away),
                // Two contacts may be one person.
                (Some(user), _) if !called.insert(user) => continue,
                _ => None,
            };
            match why {
                Some(why) => order.passed.push(PassedOver { helper, why }),
                None => order.targets.push(helper),
            }
        }
        // The sort is stable, so the order of the directory stays within each.
        order.targets.sort_by_key(|helper| {
            let at_work = matches!(helper.whereabouts, Whereabouts::AtWork { .. });
            (helper.part, !at_work)
        });
        order
    }
}

fn whereabouts(contact: &Contact, away: &[Away], now: DateTime<Utc>) -> Whereabouts {
    if let Some(away) = contact.away(away, now) {
        return Whereabouts::Away { last: away.last };
    }
    match contact.presence(away, now) {
        Presence::AtWork { until, .. } => Whereabouts::AtWork { until },
        Presence::Off { back, .. } => Whereabouts::Off { back: Some(back) },
        Presence::Somewhere { local } if is_night(local) => Whereabouts::Off { back: None },
        Presence::Unknown | Presence::Somewhere { .. } => Whereabouts::NotKnown,
    }
}

fn is_night(local: NaiveDateTime) -> bool {
    !(MORNING..EVENING).contains(&local.hour())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::{at, stamp};

    const DIRECTORY: &str = r#"
        fallback = "fay"
        topics = [
          { id = "balrog", title = "Balrog and updates", aliases = ["updates"], contacts = ["ben", "nick", "zoe", "ida"] },
          { id = "signing", title = "Signing", contacts = ["nick"] },
        ]
        contacts = [
          { id = "ben", discord = "12345678901234567", zone = "America/Toronto", hours = "09:00-17:00", manager = "mo" },
          { id = "nick", discord = "22345678901234567", zone = "Pacific/Auckland", hours = "09:00-17:00", manager = "fay" },
          { id = "zoe", discord = "32345678901234567" },
          { id = "ida" },
          { id = "mo", discord = "42345678901234567", zone = "America/Toronto" },
          { id = "fay", discord = "52345678901234567" },
        ]
    "#;

    fn directory() -> Directory {
        Directory::read("escalation.toml", DIRECTORY).unwrap()
    }

    /// Who is called at this instant, and who is not.
    fn order(now: &str, wakes: bool, on_duty: &[u64], asks: u64) -> String {
        let directory = directory();
        let helpers = directory.helpers(Some(&directory.topics[0]), &[], at(now));
        let on_duty = on_duty.iter().map(|user| UserId(*user)).collect();
        let circumstances = Circumstances {
            wakes,
            on_duty: &on_duty,
            asks: UserId(asks),
        };
        let order = PageOrder::of(helpers, circumstances);
        let targets: Vec<&str> = order.targets.iter().map(|helper| helper.name.as_str()).collect();
        let passed: Vec<String> = order
            .passed
            .iter()
            .map(|passed| format!("{} {:?}", passed.helper.name, passed.why))
            .collect();
        format!("{} | {}", targets.join(" "), passed.join(", "))
    }

    /// Wednesday: noon in Toronto, six in the morning of Thursday in Auckland.
    const NOON: &str = "2026-12-02T17:00:00Z";
    /// Three in the morning in Toronto, nine in the evening in Auckland.
    const NIGHT: &str = "2026-12-02T08:00:00Z";
    /// Wednesday, five in the afternoon in Toronto; Thursday, eleven in the morning in Auckland.
    const AUCKLAND: &str = "2026-12-02T22:00:00Z";

    #[test]
    fn s53_who_is_at_work_is_called_first_and_nobody_is_woken_for_little() {
        assert_eq!(order(NOON, false, &[], 1), "ben zoe mo fay | nick Off, ida NoId");
        assert_eq!(
            order(AUCKLAND, false, &[], 1),
            "nick zoe mo fay | ben Off, ida NoId"
        );
        // Mo has a zone and no hours: three in the morning is night all the same.
        assert_eq!(
            order(NIGHT, false, &[], 1),
            "zoe fay | ben Off, nick Off, ida NoId, mo Off"
        );
    }

    #[test]
    fn at_night_those_on_duty_are_called_and_all_when_it_is_bad_enough() {
        let ben = 12_345_678_901_234_567;
        assert_eq!(
            order(NIGHT, false, &[ben], 1),
            "ben zoe fay | nick Off, ida NoId, mo Off"
        );
        assert_eq!(order(NIGHT, true, &[], 1), "ben nick zoe mo fay | ida NoId");
        assert_eq!(
            order(NIGHT, true, &[], ben),
            "nick zoe mo fay | ben Asks, ida NoId"
        );
    }

    /// Away on Wednesday and Thursday, whatever the directory says.
    #[test]
    fn whoever_is_away_is_called_by_nothing() {
        let directory = directory();
        let user = UserId(12_345_678_901_234_567);
        let away = |first: &str, last: &str| Away {
            number: 1,
            user,
            first: first.parse().unwrap(),
            last: last.parse().unwrap(),
            reason: None,
            said: stamp(1, NOON),
        };
        let why = |away: Away| {
            let helpers = directory.helpers(Some(&directory.topics[0]), &[away], at(NOON));
            let on_duty = BTreeSet::from([user]);
            let circumstances = Circumstances {
                wakes: true,
                on_duty: &on_duty,
                asks: UserId(1),
            };
            PageOrder::of(helpers, circumstances).passed[0].why
        };
        assert_eq!(why(away("2026-12-01", "2026-12-02")), Passing::Away);
        assert_eq!(
            why(away("2026-12-03", "2026-12-04")),
            Passing::NoId,
            "Ben is there"
        );
    }

    #[test]
    fn what_is_bad_enough_wakes_people() {
        let rules = |wakes| PagingRules {
            wakes,
            ..PagingRules::default()
        };
        assert!(PagingRules::default().wakes_for(Severity::Critical));
        assert!(!PagingRules::default().wakes_for(Severity::High));
        assert!(rules(Some(Severity::Medium)).wakes_for(Severity::High));
        assert!(!rules(None).wakes_for(Severity::Critical));
    }

    #[test]
    fn s54_without_a_topic_the_fallback_is_asked() {
        let helpers = directory().helpers(None, &[], at(NOON));
        let names: Vec<_> = helpers
            .iter()
            .map(|helper| (helper.name.as_str(), helper.part))
            .collect();
        assert_eq!(names, [("fay", Part::Fallback)]);
    }

    #[test]
    fn s51_the_words_of_a_problem_suggest_the_topic() {
        let directory = directory();
        let first = |problem| directory.topics_for(problem)[0].id.to_string();
        assert_eq!(first("The signing servers time out"), "signing");
        assert_eq!(first("Updates are not served"), "balrog");
        assert_eq!(first("It is broken"), "balrog", "the order of the file");
        assert_eq!(directory.topics_for("signing, updates").len(), 2);
    }
}
