//! Figures, and the table that they are printed in.

use std::time::Duration;

/// Milliseconds, one for each time that something was done.
#[derive(Clone, Debug, Default)]
pub(crate) struct Figures(Vec<f64>);

impl Figures {
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64() * 1_000.0);
    }

    /// The time between two instants of the local Discord's clock.
    pub(crate) fn add_between(
        &mut self,
        from: chrono::DateTime<chrono::Utc>,
        to: chrono::DateTime<chrono::Utc>,
    ) {
        self.0.push((to - from).as_seconds_f64() * 1_000.0);
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn median(&self) -> f64 {
        self.percentile(50.0)
    }

    pub(crate) fn longest(&self) -> f64 {
        self.percentile(100.0)
    }

    /// The smallest figure that this share of all figures does not exceed (nearest rank).
    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }

    /// How many there are in a second when they follow each other without a pause.
    pub(crate) fn per_second(&self) -> f64 {
        self.0.len() as f64 * 1_000.0 / self.0.iter().sum::<f64>()
    }
}

impl std::ops::AddAssign for Figures {
    fn add_assign(&mut self, others: Self) {
        self.0.extend(others.0);
    }
}

/// Milliseconds for people.
pub(crate) fn ms(milliseconds: f64) -> String {
    if milliseconds < 10.0 {
        format!("{milliseconds:.2} ms")
    } else {
        format!("{milliseconds:.0} ms")
    }
}

/// Everything that was measured.
#[derive(Debug, Default)]
pub(crate) struct Report(Vec<Row>);

#[derive(Debug)]
struct Row {
    promise: String,
    figure: String,
    kept: Option<bool>,
    limit: String,
}

impl Report {
    /// Adds a figure and prints it at once; `kept` is none where nothing was promised.
    pub(crate) fn add(&mut self, promise: &str, figure: String, kept: Option<bool>, limit: String) {
        let row = Row {
            promise: promise.to_owned(),
            figure,
            kept,
            limit,
        };
        println!("{}: {} [{}]", row.promise, row.figure, row.verdict());
        self.0.push(row);
    }

    /// A table in Markdown.
    pub(crate) fn table(&self) -> String {
        let rows = self.0.iter().map(|row| {
            format!(
                "| {} | {} | {} | {} |\n",
                row.promise,
                row.figure,
                row.verdict(),
                row.limit
            )
        });
        let head = "| Promise | Measured | | Physical limit, same run |\n|---|---|---|---|\n";
        std::iter::once(head.to_owned()).chain(rows).collect()
    }
}

impl Row {
    fn verdict(&self) -> &'static str {
        match self.kept {
            Some(true) => "ok",
            Some(false) => "MISSED",
            None => "–",
        }
    }
}
