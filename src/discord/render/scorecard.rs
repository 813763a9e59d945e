//! How a release went, and several together.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::app::Record;
use crate::discord::post::{CONTENT_LIMIT, MARK_ROOM, Post, PostFile};
use crate::discord::render::{count, date, escape, fitting, picture::png, release_name, target};
use crate::domain::report::Report;
use crate::domain::scorecard::{self, Outcome, OverriddenRule, Scorecard, Summary, duration};

/// The scorecard of a release with its picture, as it is posted when the release is closed.
#[must_use]
pub fn posted(record: &Record, now: DateTime<Utc>) -> Post {
    let card = record.scorecard(now);
    let text = fitting(
        &lines(record, &card, now),
        CONTENT_LIMIT - MARK_ROOM,
        "lines: `/release export` has all",
    );
    Post {
        files: drawn(&record.report(&BTreeMap::new(), &|_| String::new(), now))
            .into_iter()
            .collect(),
        ..Post::text(text)
    }
}

fn drawn(report: &Report) -> Option<PostFile> {
    Some(PostFile {
        name: format!("{}.png", report.release.key),
        bytes: png(&report.picture())?,
        description: Some(report.picture_words()),
    })
}

pub(super) fn lines(record: &Record, card: &Scorecard, now: DateTime<Utc>) -> Vec<String> {
    let release = &record.view.release;
    let mut lines = vec![
        format!(
            "📊 **Scorecard of {} · {}**",
            release.key,
            release_name(&record.view)
        ),
        outcome(card),
        match card.time_to_first_action() {
            Some(time) => format!("• First action: after {}", duration(time)),
            None => "• First action: none".to_owned(),
        },
        format!(
            "• Working days from start to release: {} planned, {} taken",
            number(card.planned_working_days),
            number(card.actual_working_days)
        ),
        match card.slips() {
            0 => "• Slips: none".to_owned(),
            slips => format!("• Slips: {slips} ({})", days(card.working_days_slipped())),
        },
        items(record, card),
        match card.holds.len() {
            0 => "• Holds: none".to_owned(),
            holds => format!("• Holds: {holds} ({})", duration(card.held_for(now))),
        },
    ];
    lines.extend(testing(card));
    if card.overrides.is_empty() {
        lines.push("• Overrides: none".to_owned());
    }
    for set_aside in &card.overrides {
        let what = match set_aside.rule {
            // What was open then was no item.
            OverriddenRule::ClosedWithOpenItems { open: 0 } => "closed while it was blocked".to_owned(),
            OverriddenRule::ClosedWithOpenItems { open } => {
                format!("closed with {}", count(open, "open item"))
            }
            OverriddenRule::OpenedGate { missing } => {
                format!("opened a phase with {} missing", count(missing, "thing"))
            }
        };
        lines.push(format!(
            "• Override by <@{}>: {what}, because: {}",
            set_aside.stamp.by,
            escape(&set_aside.reason)
        ));
    }
    lines
}

/// What testing took; nothing of a release without candidates and defects.
fn testing(card: &Scorecard) -> Vec<String> {
    let testing = &card.testing;
    let mut lines = Vec::new();
    if let Some(first) = testing.first_candidate {
        let rounds: Vec<String> = testing
            .rounds
            .iter()
            .map(|(version, rounds)| format!("{} {rounds}", escape(version)))
            .collect();
        let approved = testing.approval_to_shipping(card.shipped);
        let approved = approved.map_or_else(String::new, |time| {
            format!("; shipped {} after QA approved", duration(time))
        });
        lines.push(format!(
            "• Release candidates: {} ({}), the first after {}{approved}",
            testing.candidates(),
            rounds.join(", "),
            duration(first - card.started),
        ));
    }
    let defects = testing.defects.iter();
    let defects: Vec<String> = defects
        .map(|(severity, found)| format!("{found} {severity}"))
        .collect();
    if !defects.is_empty() {
        lines.push(format!("• Defects: {}", defects.join(", ")));
    }
    lines
}

fn outcome(card: &Scorecard) -> String {
    let shipped = card.shipped_on.map_or_else(String::new, date);
    match card.outcome {
        Outcome::OnTime => format!(
            "✅ **On time**: shipped {shipped}, first target {}.",
            target(card.first_target)
        ),
        Outcome::Late { working_days } => format!(
            "⚠️ **{} late**: shipped {shipped}, first target {}.",
            days(i64::from(working_days)),
            target(card.first_target)
        ),
        Outcome::NotShipped => format!(
            "⚠️ **Not shipped** by this record: closed while items of the target date were open. First target {}.",
            target(card.first_target)
        ),
        Outcome::Undated => format!("✅ **Shipped** {shipped}; there never was a target date."),
        Outcome::UnderWay => format!("⏭️ **Under way**, target {}.", target(card.last_target)),
    }
}

fn items(record: &Record, card: &Scorecard) -> String {
    let settled = card.items - card.open;
    let mut line = format!("• Items: {settled} of {} settled", card.items);
    if card.not_applicable > 0 {
        line.push_str(&format_args!(", {} of them did not apply", card.not_applicable).to_string());
    }
    let roles = card.late_by_role.iter();
    let roles: Vec<String> = roles
        .map(|(role, late)| format!("{} {late}", escape(&record.view.release.role_title(role))))
        .collect();
    match card.late.len() {
        0 => line + "; none was late",
        late => format!("{line}; **{late} late** ({})", roles.join(", ")),
    }
}

/// Several releases together, with `named` for what they have in common, as "the last 90 days".
#[must_use]
pub fn together(records: &[Record], named: &str, now: DateTime<Utc>) -> Post {
    let cards: Vec<Scorecard> = records.iter().map(|record| record.scorecard(now)).collect();
    let all = scorecard::summary(&cards);
    if all.releases == 0 {
        return Post::text(format!(
            "No release of this server was closed in {named}. Ask for a longer time, or name a release."
        ));
    }
    let mut lines = summary(&all, records, named);
    lines.push(String::new());
    for (record, card) in records.iter().zip(&cards).rev() {
        let sign = match card.outcome {
            Outcome::OnTime | Outcome::Undated => "✅",
            Outcome::Late { .. } | Outcome::NotShipped => "⚠️",
            Outcome::UnderWay => "⏭️",
        };
        lines.push(format!(
            "{sign} **{}** {} · {} · {} · {}",
            record.view.release.key,
            release_name(&record.view),
            card.shipped_on.map_or_else(|| "not shipped".to_owned(), date),
            count(card.slips(), "slip"),
            count(card.late.len(), "late item"),
        ));
    }
    Post::text(fitting(&lines, CONTENT_LIMIT, "releases"))
}

fn summary(all: &Summary, records: &[Record], named: &str) -> Vec<String> {
    let title = |role| {
        let mut releases = records.iter().map(|record| &record.view.release);
        let release = releases.find(|release| release.playbook.role(role).is_some());
        release.map_or_else(|| role.to_string(), |release| release.role_title(role))
    };
    let roles = all.late_by_role.iter();
    let roles: Vec<String> = roles
        .map(|(role, late)| format!("{} {late}", escape(&title(role))))
        .collect();
    let late = match all.late_items {
        0 => "none was late".to_owned(),
        late => format!("{late} late ({})", roles.join(", ")),
    };
    let median = |days: Option<i64>| days.map_or_else(|| "–".to_owned(), |days| days.to_string());
    vec![
        format!(
            "📊 **Scorecard of {named}** · {} closed",
            count(all.releases, "release")
        ),
        format!(
            "• On time: **{}** · late: {} · not shipped: {}",
            all.on_time, all.late, all.not_shipped
        ),
        format!(
            "• First action: median {}",
            all.first_action.map_or_else(|| "–".to_owned(), duration)
        ),
        format!(
            "• Working days from start to release: median {} planned, {} taken",
            median(all.planned_working_days),
            median(all.actual_working_days)
        ),
        format!("• Slips: {} ({})", all.slips, days(all.working_days_slipped)),
        format!("• Items: {}; {late}", all.items),
        format!("• Holds: {} · overrides: {}", all.holds, all.overrides),
    ]
}

fn number(number: Option<u32>) -> String {
    number.map_or_else(|| "–".to_owned(), |number| number.to_string())
}

fn days(number: i64) -> String {
    count(usize::try_from(number).unwrap_or(0), "working day")
}
