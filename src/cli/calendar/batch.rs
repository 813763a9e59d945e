//! `tminus calendar minus --batch`: many questions on standard input, an answer a line.

use std::io::{self, BufRead, BufWriter, Write};
use std::process::ExitCode;

use crate::cli::calendar::{CalendarError, cutoff, date, rfc3339};
use crate::domain::calendar::{Calendar, CalendarName};

/// What answers a line that is wrong, so that the n-th line of the answer belongs to the n-th question.
const NO_ANSWER: &str = "-";

/// The most working days that may be asked for.
const MOST: u32 = 10_000;

/// Why a line has no answer.
#[derive(Debug, thiserror::Error)]
enum BadLine {
    #[error("expected `DATE N CALENDAR`, as `2026-12-10 4 concurrent`")]
    Form,
    #[error("`{0}` is not a number of working days: expected 0 to {MOST}")]
    Number(String),
    #[error(transparent)]
    Other(#[from] CalendarError),
}

/// Answers each line in its order. An empty line is answered by an empty line.
pub(super) fn answer(
    calendar: impl Fn(CalendarName) -> Calendar,
    mut lines: impl BufRead,
    out: &mut impl Write,
    complaints: &mut impl Write,
) -> io::Result<ExitCode> {
    let calendars = CalendarName::ALL.map(calendar);
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut all_well = true;
    let mut bytes = Vec::new();
    for number in 1_u64.. {
        bytes.clear();
        if lines.read_until(b'\n', &mut bytes)? == 0 {
            break;
        }
        let line = String::from_utf8_lossy(&bytes);
        if line.trim().is_empty() {
            writeln!(out)?;
            continue;
        }
        match one(&calendars, &line) {
            Ok(answer) => writeln!(out, "{answer}")?,
            Err(bad) => {
                all_well = false;
                writeln!(out, "{NO_ANSWER}")?;
                writeln!(complaints, "line {number}: {bad}")?;
            }
        }
    }
    out.flush()?;
    Ok(if all_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn one(calendars: &[Calendar], line: &str) -> Result<String, BadLine> {
    let mut words = line.split_whitespace();
    let (Some(from), Some(n), Some(name), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(BadLine::Form);
    };
    let from = date(from)?;
    let number = || BadLine::Number(n.chars().take(40).collect());
    let n: u32 = n.parse().ok().filter(|n| *n <= MOST).ok_or_else(number)?;
    let name: CalendarName = name.parse().map_err(CalendarError::from)?;
    let calendar = calendars.iter().find(|calendar| calendar.name() == name);
    let calendar = calendar.ok_or(BadLine::Form)?;
    let day = calendar.minus_working_days(from, n);
    Ok(format!("{day} {}", rfc3339(cutoff(day))))
}
