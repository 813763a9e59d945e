//! The timeline of a release as a picture: for each phase the time that was planned for it, its cut-off, when it was
//! done, and what moved. It is SVG, on a ground of its own, so that it is legible on light and dark pages alike; every
//! colour stands beside a shape and a word.

mod style;

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use self::style::{Style, color, escape, shortened};
use super::{PhaseFacts, Report};
use crate::domain::scorecard::Outcome;

/// The width of the picture in its own units, and of the margin on each side.
const WIDTH: f64 = 900.0;
const MARGIN: f64 = 36.0;

/// Where the first phase begins, and how high each is.
const TOP: f64 = 196.0;
const ROW: f64 = 96.0;

/// Below the phases: the days, and what the marks mean.
const BOTTOM: f64 = 150.0;

/// The most phases that are drawn; a playbook has few.
const MOST: usize = 24;

/// How a phase went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    InTime(DateTime<Utc>),
    Late(DateTime<Utc>),
    Open,
    /// Nothing of it is due yet.
    Ahead,
}

impl State {
    fn of(report: &Report, phase: &PhaseFacts) -> Self {
        let late = phase.items.iter().any(|item| item.missed.is_some());
        let end = report.release.closed.as_ref();
        let end = end.map_or(report.taken_at, |closed| closed.at);
        let ahead = phase.planned.is_some_and(|planned| planned.cutoff_at > end);
        // What a closed release has left open does not come any more, but for what is due after its target date.
        let lives_on = report.release.closed.is_none() || phase.label.starts_with("T+");
        match phase.completed_at {
            None if ahead && lives_on && !late => Self::Ahead,
            None => Self::Open,
            Some(at) if late => Self::Late(at),
            Some(at) => Self::InTime(at),
        }
    }

    fn color(self) -> &'static str {
        match self {
            Self::InTime(_) => color::DONE,
            Self::Late(_) | Self::Open => color::LATE,
            Self::Ahead => color::SMALL,
        }
    }
}

impl Report {
    /// The picture, as SVG.
    #[must_use]
    pub fn picture(&self) -> String {
        let mut drawing = Drawing::new(self);
        drawing.head();
        drawing.holds();
        drawing.moves();
        for (row, phase) in self.phases.iter().take(MOST).enumerate() {
            drawing.phase(row, phase);
        }
        drawing.days();
        drawing.legend();
        drawing.svg.push_str("</svg>\n");
        drawing.svg
    }

    /// The picture in words, for those who do not see it.
    #[must_use]
    pub fn picture_words(&self) -> String {
        let phases = self.phases.iter().map(|phase| {
            let planned = phase
                .planned
                .map_or_else(|| "no date".to_owned(), |planned| self.short(planned.cutoff_at));
            let state = match State::of(self, phase) {
                State::InTime(at) => format!("done {}", self.short(at)),
                State::Late(at) => format!("done late {}", self.short(at)),
                State::Open => "open".to_owned(),
                State::Ahead => "still to come".to_owned(),
            };
            format!("{} {}: planned {planned}, {state}", phase.label, phase.title)
        });
        let mut words = format!("Timeline of {}, planned against actual. ", self.name());
        words.push_str(&phases.collect::<Vec<_>>().join("; "));
        let _ = write!(words, ". Slips: {}.", self.scorecard.slips);
        words
    }

    /// "Wed 2 Dec 10:00"
    fn short(&self, at: DateTime<Utc>) -> String {
        self.zone.to_local(at).format("%a %-d %b %H:%M").to_string()
    }
}

struct Drawing<'a> {
    report: &'a Report,
    svg: String,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    /// Where the last phase ends.
    end: f64,
}

impl<'a> Drawing<'a> {
    fn new(report: &'a Report) -> Self {
        let (from, until) = span(report);
        let rows = report.phases.len().clamp(1, MOST);
        let end = TOP + ROW * whole(rows);
        let height = end + BOTTOM;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
             viewBox=\"0 0 {WIDTH} {height}\" font-family=\"DejaVu Sans\">\n"
        );
        let _ = writeln!(
            svg,
            "<rect width=\"{WIDTH}\" height=\"{height}\" rx=\"18\" fill=\"{}\"/>",
            color::GROUND
        );
        Self {
            report,
            svg,
            from,
            until,
            end,
        }
    }

    /// Where an instant is.
    fn x(&self, at: DateTime<Utc>) -> f64 {
        let seconds = |time: TimeDelta| time.as_seconds_f64();
        let share = seconds(at - self.from) / seconds(self.until - self.from).max(1.0);
        MARGIN + share.clamp(0.0, 1.0) * (WIDTH - 2.0 * MARGIN)
    }

    fn text(&mut self, x: f64, y: f64, style: &Style, text: &str) {
        let Style {
            size,
            color,
            bold,
            anchor,
        } = style;
        let weight = if *bold { "bold" } else { "normal" };
        let _ = writeln!(
            self.svg,
            "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" font-weight=\"{weight}\" fill=\"{color}\" \
             text-anchor=\"{anchor}\">{}</text>",
            escape(text)
        );
    }

    fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, color: &str, dashes: &str) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let _ = writeln!(
            self.svg,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{color}\" \
             stroke-width=\"{width}\" stroke-dasharray=\"{dashes}\"/>"
        );
    }

    fn bar(&mut self, x: (f64, f64), y: f64, height: f64, color: &str, opacity: f64) {
        let (from, until) = x;
        let _ = writeln!(
            self.svg,
            "<rect x=\"{from:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{height}\" rx=\"4\" fill=\"{color}\" \
             fill-opacity=\"{opacity}\"/>",
            (until - from).max(3.0)
        );
    }

    fn head(&mut self) {
        let report = self.report;
        let title = shortened(&format!("{} {}", report.release.product, report.name()), 42);
        self.text(MARGIN, 58.0, &Style::bold(32), &title);
        self.text(MARGIN, 96.0, &Style::small(24), &shortened(&outcome(report), 60));
        let key = format!("{} · times in {}", report.release.key, report.release.zone);
        self.text(MARGIN, 128.0, &Style::small(20), &key);
    }

    /// A band for each time during which the clock stood still.
    fn holds(&mut self) {
        let report = self.report;
        for hold in &report.scorecard.holds {
            let x = (self.x(hold.act.at), self.x(hold.until.unwrap_or(self.until)));
            self.bar(x, TOP - 4.0, self.end - TOP, color::SMALL, 0.22);
            let middle = f64::midpoint(x.0, x.1).clamp(MARGIN + 24.0, WIDTH - MARGIN - 24.0);
            self.text(middle, TOP - 10.0, &Style::small(20).centered(), "hold");
        }
    }

    /// A line across all phases for each move of the target.
    fn moves(&mut self) {
        let report = self.report;
        for moved in &report.scorecard.moves {
            let x = self.x(moved.act.at);
            self.line((x, TOP - 4.0), (x, self.end - 8.0), 3.0, color::MOVED, "8 6");
            let middle = x.clamp(MARGIN + 24.0, WIDTH - MARGIN - 24.0);
            let word = if moved.working_days < 0 { "earlier" } else { "slip" };
            let style = Style {
                color: color::MOVED,
                ..Style::bold(20).centered()
            };
            self.text(middle, TOP - 30.0, &style, word);
        }
    }

    fn phase(&mut self, row: usize, phase: &PhaseFacts) {
        let y = TOP + ROW * whole(row);
        let state = State::of(self.report, phase);
        let name = shortened(&format!("{} {}", phase.label, phase.title), 26);
        self.text(MARGIN, y + 28.0, &Style::bold(25), &name);
        let words = match state {
            State::InTime(at) => format!("in time, {}", self.report.short(at)),
            State::Late(at) => format!("late, {}", self.report.short(at)),
            State::Open => "open".to_owned(),
            State::Ahead => "still to come".to_owned(),
        };
        let style = Style {
            color: state.color(),
            ..Style::small(22)
        };
        self.text(WIDTH - MARGIN, y + 28.0, &style.at_the_end(), &words);
        let track = y + 42.0;
        self.bar((MARGIN, WIDTH - MARGIN), track, 24.0, color::TRACK, 1.0);
        let Some(planned) = phase.planned else {
            self.text(MARGIN + 10.0, track + 19.0, &Style::small(18), "no date");
            return;
        };
        let before = row
            .checked_sub(1)
            .and_then(|before| self.report.phases.get(before)?.planned);
        let begins = before
            .map_or(self.from, |before| before.cutoff_at)
            .min(planned.cutoff_at);
        let cutoff = self.x(planned.cutoff_at);
        self.bar((self.x(begins), cutoff), track, 24.0, color::PLANNED, 0.75);
        if let Some(first) = phase
            .first_planned
            .filter(|first| first.cutoff_at != planned.cutoff_at)
        {
            let x = self.x(first.cutoff_at);
            self.line((x, track - 6.0), (x, track + 30.0), 4.0, color::MOVED, "");
        }
        self.line(
            (cutoff, track - 6.0),
            (cutoff, track + 30.0),
            4.0,
            color::TEXT,
            "",
        );
        self.done(state, track + 12.0);
    }

    /// A full circle where a phase was done in time, one with a cross where it was late, a ring where it is open.
    fn done(&mut self, state: State, y: f64) {
        let at = match state {
            State::InTime(at) | State::Late(at) => at,
            State::Ahead => return,
            State::Open => self
                .report
                .release
                .closed
                .as_ref()
                .map_or(self.until, |closed| closed.at),
        };
        let x = self.x(at);
        let fill = if state == State::Open {
            color::GROUND
        } else {
            state.color()
        };
        let _ = writeln!(
            self.svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"13\" fill=\"{fill}\" stroke=\"{}\" stroke-width=\"4\"/>",
            if state == State::Open {
                state.color()
            } else {
                color::GROUND
            }
        );
        if let State::Late(_) = state {
            self.line((x - 5.0, y - 5.0), (x + 5.0, y + 5.0), 3.0, color::GROUND, "");
            self.line((x - 5.0, y + 5.0), (x + 5.0, y - 5.0), 3.0, color::GROUND, "");
        }
    }

    /// The first day, the last, and some between.
    fn days(&mut self) {
        let y = self.end + 24.0;
        let zone = self.report.zone;
        let (first, last) = (zone.to_local(self.from).date(), zone.to_local(self.until).date());
        let days = (last - first).num_days().max(1);
        let step = usize::try_from(days / 6 + 1).unwrap_or(1);
        for day in first.iter_days().take_while(|day| *day <= last).step_by(step) {
            let noon = zone.to_utc(day.and_time(chrono::NaiveTime::MIN));
            if noon < self.from {
                continue;
            }
            let x = self.x(noon);
            self.line((x, self.end - 6.0), (x, self.end + 2.0), 2.0, color::SMALL, "");
            let middle = x.clamp(MARGIN + 30.0, WIDTH - MARGIN - 30.0);
            let label = day.format("%-d %b").to_string();
            self.text(middle, y, &Style::small(20).centered(), &label);
        }
    }

    fn legend(&mut self) {
        let (first, second) = (self.end + 68.0, self.end + 108.0);
        let small = Style::small(20);
        self.bar((MARGIN, MARGIN + 34.0), first - 16.0, 18.0, color::PLANNED, 0.75);
        self.line(
            (MARGIN + 34.0, first - 20.0),
            (MARGIN + 34.0, first + 6.0),
            4.0,
            color::TEXT,
            "",
        );
        self.text(MARGIN + 48.0, first, &small, "planned, to its cut-off");
        let x = MARGIN + 340.0;
        self.line((x, first - 20.0), (x, first + 6.0), 4.0, color::MOVED, "");
        self.text(x + 14.0, first, &small, "first cut-off");
        let x = MARGIN + 540.0;
        self.line((x, first - 20.0), (x, first + 6.0), 3.0, color::MOVED, "8 6");
        self.text(x + 14.0, first, &small, "target moved");
        for (x, shown, word) in [
            (MARGIN + 13.0, State::InTime(self.from), "done in time"),
            (MARGIN + 353.0, State::Late(self.from), "done late"),
            (MARGIN + 553.0, State::Open, "open at the end"),
        ] {
            self.mark(shown, x, second - 7.0);
            self.text(x + 24.0, second, &small, word);
        }
    }

    fn mark(&mut self, state: State, x: f64, y: f64) {
        let (from, until) = (self.from, self.until);
        // The scale of one instant puts it where it is wanted.
        let share = (x - MARGIN) / (WIDTH - 2.0 * MARGIN);
        let at = from + TimeDelta::seconds(seconds(share * (until - from).as_seconds_f64()));
        match state {
            State::InTime(_) => self.done(State::InTime(at), y),
            State::Late(_) => self.done(State::Late(at), y),
            State::Open | State::Ahead => {
                let _ = writeln!(
                    self.svg,
                    "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"13\" fill=\"{}\" stroke=\"{}\" stroke-width=\"4\"/>",
                    color::GROUND,
                    color::LATE
                );
            }
        }
    }
}

/// What came of it, in as few words as fit into a line.
fn outcome(report: &Report) -> String {
    let figures = &report.scorecard;
    let day = |date: Option<NaiveDate>| {
        date.map_or_else(
            || "TBD".to_owned(),
            |date| date.format("%a %-d %b %Y").to_string(),
        )
    };
    match report.card.outcome {
        Outcome::OnTime => format!("On time: shipped {}", day(figures.shipped_on)),
        Outcome::Late { working_days } => format!(
            "{working_days} {} late: shipped {}",
            if working_days == 1 {
                "working day"
            } else {
                "working days"
            },
            day(figures.shipped_on)
        ),
        Outcome::NotShipped => "Closed without having shipped".to_owned(),
        Outcome::Undated => format!("Shipped {}, without a target date", day(figures.shipped_on)),
        Outcome::UnderWay => format!("Under way, target {}", day(figures.last_target)),
    }
}

/// From the start to the last thing that was planned or happened, with a little room.
fn span(report: &Report) -> (DateTime<Utc>, DateTime<Utc>) {
    let from = report.release.opened.at;
    let planned = report.phases.iter().flat_map(|phase| {
        let dates = phase.planned.into_iter().chain(phase.first_planned);
        dates.map(|planned| planned.cutoff_at).chain(phase.completed_at)
    });
    let ends = planned.chain(report.release.closed.as_ref().map(|closed| closed.at));
    let until = ends
        .max()
        .unwrap_or(report.taken_at)
        .max(from + TimeDelta::hours(1));
    let first = report
        .phases
        .iter()
        .filter_map(|phase| phase.planned)
        .map(|planned| planned.cutoff_at);
    (
        first.min().map_or(from, |first| first.min(from)),
        until + (until - from) / 40,
    )
}

#[expect(clippy::cast_precision_loss, reason = "rows of a picture")]
fn whole(number: usize) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds within the time of a release"
)]
fn seconds(seconds: f64) -> i64 {
    seconds as i64
}
