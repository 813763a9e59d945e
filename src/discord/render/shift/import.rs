//! What somebody's own calendar gives, for their eyes alone, before it is kept.

use serenity::all::{
    ButtonStyle, CreateActionRow, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};

use crate::app::AwayPreview;
use crate::discord::custom_id::{CustomId, ShiftId};
use crate::discord::post::{CONTENT_LIMIT, Post};
use crate::discord::render::shift::from_to;
use crate::discord::render::{button, count, escape, fitting, shortened, visible};
use crate::domain::question::AwayRequest;
use crate::domain::shift::{LeftOut, Period};

/// So many days that are known are named.
const NAMED: usize = 8;

/// The days that a calendar gives, with the question whether they shall be kept.
#[must_use]
pub fn preview(preview: &AwayPreview) -> Post {
    let request = &preview.request;
    let (new, known) = (&request.imported.periods, &request.imported.known);
    let mut below = Vec::new();
    if !known.is_empty() {
        below.push(format!("Away already, which stays: {}.", days(known)));
    }
    below.extend(left_out(request.imported.left_out));
    if !new.is_empty() {
        let reason = request.reason.as_ref();
        let shown = reason.map_or_else(
            || "the days alone".to_owned(),
            |reason| format!("the days and “{}”", escape(reason)),
        );
        below.push(format!(
            "-# You alone see what the events are called; others see {shown}."
        ));
    }
    // Nobody saves a day that they do not see: what the events are called goes first.
    let named = new.iter().map(|period| format!("• {}", line(period, escape)));
    let bare = new
        .iter()
        .map(|period| format!("• {}", from_to(period.first, period.last)));
    let whole = |days: Vec<String>| [vec![opening(preview)], days, below.clone()].concat();
    let named = whole(named.collect());
    let fits = named.iter().map(|line| line.chars().count() + 1).sum::<usize>() <= CONTENT_LIMIT;
    let lines = if fits { named } else { whole(bare.collect()) };
    Post {
        rows: preview
            .question
            .map_or_else(Vec::new, |question| controls(question, new)),
        ..Post::text(fitting(&lines, CONTENT_LIMIT, "lines"))
    }
}

/// That nothing was kept.
#[must_use]
pub fn dropped() -> Post {
    Post::text("✅ Nothing of the calendar was saved.")
}

fn opening(preview: &AwayPreview) -> String {
    let AwayRequest {
        user, file, imported, ..
    } = &preview.request;
    let file = escape(&shortened(file, 40));
    match (imported.periods.is_empty(), imported.known.is_empty()) {
        (false, _) => format!(
            "🗓️ By **{file}** <@{user}> is away on these days, by the clock of {}. Nothing is saved until you press **Save these days**.",
            preview.zone.name()
        ),
        (true, false) => {
            format!("🗓️ **{file}** gives no new day away of <@{user}>; nothing has to be saved.")
        }
        (true, true) => format!(
            "🗓️ **{file}** gives no day away of <@{user}>: nothing in it fills a working day. Days can be given with `from` \
             and `until` of `/shift away`."
        ),
    }
}

fn line(period: &Period, show: impl Fn(&str) -> String) -> String {
    let titles: Vec<String> = period.titles.iter().map(|title| show(title)).collect();
    let titles = if titles.is_empty() {
        String::new()
    } else {
        format!(": {}", titles.join(", "))
    };
    format!("{}{titles}", from_to(period.first, period.last))
}

fn days(periods: &[Period]) -> String {
    let days = periods.iter().take(NAMED);
    let days = days.map(|period| from_to(period.first, period.last));
    let more = periods.len().saturating_sub(NAMED);
    let more = (more > 0).then(|| format!("and {more} times more"));
    days.chain(more).collect::<Vec<_>>().join("; ")
}

/// Why other events give no day, so that nobody looks for them.
fn left_out(left_out: LeftOut) -> Option<String> {
    let LeftOut {
        partial,
        free,
        cancelled,
        over,
        later,
    } = left_out;
    let parts: Vec<String> = [
        (partial, "not a whole working day"),
        (free, "marked as free"),
        (cancelled, "cancelled"),
        (over, "over"),
        (later, "more than a year ahead"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, why)| format!("{number} {why}"))
    .collect();
    let number = partial + free + cancelled + over + later;
    (number > 0).then(|| format!("-# Left out: {} ({}).", count(number, "event"), parts.join(", ")))
}

fn controls(question: i64, periods: &[Period]) -> Vec<CreateActionRow> {
    let mut rows = Vec::new();
    if periods.len() > 1 {
        let options = periods.iter().map(|period| {
            let label = line(period, |title| title.chars().filter_map(visible).collect());
            CreateSelectMenuOption::new(shortened(&label, 100), period.first.to_string())
        });
        let options = options.collect();
        let id = CustomId::Shift(ShiftId::LeaveOut(question)).to_string();
        let select = CreateSelectMenu::new(id, CreateSelectMenuKind::String { options });
        rows.push(CreateActionRow::SelectMenu(
            select.placeholder("Leave some of them out"),
        ));
    }
    let press = |id, label, style| button(&CustomId::Shift(id), label, style);
    rows.push(CreateActionRow::Buttons(vec![
        press(
            ShiftId::SaveAway(question),
            "Save these days",
            ButtonStyle::Success,
        ),
        press(
            ShiftId::DropAway(question),
            "Save nothing",
            ButtonStyle::Secondary,
        ),
    ]));
    rows
}

#[cfg(test)]
mod tests {
    use chrono::{Days, NaiveDate};

    use super::*;
    use crate::domain::ids::UserId;
    use crate::domain::shift::{Imported, MOST_PERIODS};

    /// However many days and whatever the events are called: every day that would be saved is shown.
    #[test]
    fn every_day_that_would_be_saved_is_seen() {
        let first = NaiveDate::from_ymd_opt(2026, 12, 21).unwrap();
        let period = |number: usize| {
            let first = first + Days::new(7 * u64::try_from(number).unwrap());
            Period {
                first,
                last: first + Days::new(4),
                titles: vec!["*Away* @everyone ".repeat(6); 3],
            }
        };
        let imported = Imported {
            periods: (0..MOST_PERIODS).map(period).collect(),
            known: (100..150).map(period).collect(),
            left_out: LeftOut {
                partial: 1_000,
                free: 1_000,
                cancelled: 1_000,
                over: 1_000,
                later: 1_000,
            },
        };
        let request = AwayRequest {
            user: UserId(u64::MAX),
            file: "*".repeat(200),
            reason: Some("@".repeat(100)),
            imported,
        };
        let shown = AwayPreview {
            request,
            zone: "America/Argentina/ComodRivadavia".parse().unwrap(),
            question: Some(i64::MAX),
        };
        let post = preview(&shown);
        assert!(post.content.chars().count() <= CONTENT_LIMIT, "{}", post.content);
        for period in &shown.request.imported.periods {
            assert!(
                post.content.contains(&from_to(period.first, period.last)),
                "{period:?}"
            );
        }
        assert!(post.content.contains("You alone see"), "{}", post.content);
        assert_eq!(post.rows.len(), 2);
    }
}
