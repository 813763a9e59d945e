//! The record of a release with a long timeline: read, counted and written in each form.

use std::collections::BTreeMap;
use std::hint::black_box;

use tminus::app::Which;
use tminus::discord::render::plain::told;
use tminus::domain::report::Form;

use crate::full::Full;
use crate::support::report::Figures;
use crate::support::stopwatch::Stopwatch;

/// Events of the timeline.
pub(crate) const EVENTS: i64 = 5_000;

/// How many times each form is written.
const TIMES: usize = 30;

/// From the question to the bytes of the file, for each form.
pub(crate) async fn measure(full: &Full) -> anyhow::Result<Vec<(Form, usize, Figures)>> {
    let release = &full.releases()[0];
    full.lengthen(release, EVENTS).await?;
    let which = Which::Key(release.key.to_string());
    let people = BTreeMap::new();
    let mut all = Vec::new();
    for form in Form::EACH {
        let (mut figures, mut bytes) = (Figures::default(), 0);
        for _ in 0..TIMES {
            let watch = Stopwatch::start();
            let record = full.app().record_of(&full.presses(0), &which).await?;
            let tell = |event: &_| told(&record.view.release, event, &people);
            let text = black_box(record.report(&people, &tell, full.now()).write(form));
            figures.add(watch.passed());
            bytes = text.len();
        }
        all.push((form, bytes, figures));
    }
    Ok(all)
}
