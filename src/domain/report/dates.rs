//! The cut-offs of the phases as iCalendar (RFC 5545).

use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarValue,
};
use chrono::{DateTime, Utc};

use super::{ItemState, PhaseFacts, Planned, Report};

pub(super) fn write(report: &Report) -> String {
    let phases = report.phases.iter();
    let events: Vec<ICalendarComponent> = phases
        .filter_map(|phase| phase.planned.map(|planned| event(report, phase, planned)))
        .collect();
    let mut calendar = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    calendar.add_property(ICalendarProperty::Version, text("2.0"));
    calendar.add_property(ICalendarProperty::Prodid, text("-//T-minus//T-minus//EN"));
    calendar.component_ids = (1..).take(events.len()).collect();
    let calendar = ICalendar {
        components: std::iter::once(calendar).chain(events).collect(),
    };
    let mut written = String::new();
    // Writing to text does not fail.
    let _ = calendar.write_to(&mut written);
    written
}

/// The UID stays when the phase moves, and the sequence grows, so that a calendar that knows the event moves it.
fn event(report: &Report, phase: &PhaseFacts, planned: Planned) -> ICalendarComponent {
    let key = &report.release.key;
    let moves = report
        .timeline
        .iter()
        .filter(|event| matches!(event.kind.as_str(), "slipped" | "replanned"));
    let settled = phase.items.iter().filter(|item| item.state != ItemState::Open);
    let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
    event.add_uid(&format!("{key}.{}.{}@t-minus", phase.id, report.guild));
    event.add_dtstamp(instant(report.taken_at));
    event.add_sequence(i64::try_from(moves.count()).unwrap_or(i64::MAX));
    event.add_property(
        ICalendarProperty::Dtstart,
        ICalendarValue::PartialDateTime(Box::new(instant(planned.cutoff_at))),
    );
    event.add_property(
        ICalendarProperty::Summary,
        text(&format!(
            "{}: {} {} cut-off",
            report.name(),
            phase.label,
            phase.title
        )),
    );
    event.add_property(
        ICalendarProperty::Description,
        text(&format!(
            "{key}, {} {}. {} of {} items settled.",
            report.release.product,
            report.name(),
            settled.count(),
            phase.items.len()
        )),
    );
    event.add_property(ICalendarProperty::Transp, text("TRANSPARENT"));
    event
}

fn text(text: &str) -> ICalendarValue {
    ICalendarValue::Text(text.to_owned())
}

fn instant(at: DateTime<Utc>) -> PartialDateTime {
    PartialDateTime::from_utc_timestamp(at.timestamp())
}
