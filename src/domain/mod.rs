//! The rules of dot releases, as pure functions and plain data.
//!
//! Nothing here knows the time by itself (`now` is an argument), performs I/O, or has heard of Discord.
//! Read in this order: [`ids`], [`zone`], [`calendar`], [`recurrence`], [`offset`], [`hours`], [`file`](mod@file),
//! [`slug`], [`playbook`], [`escalation`], [`shift`], [`handoff`], [`recurring`], [`plan`], [`release`], [`timeline`], [`standing`],
//! [`scorecard`], [`report`], [`suggestion`], [`difference`], [`slip`], [`snooze`], [`reminder`], [`news`], [`digest`],
//! [`direct`], [`notice`], [`question`], [`rejection`], [`backup`].

pub mod backup;
pub mod calendar;
pub mod difference;
pub mod digest;
pub mod direct;
pub mod escalation;
pub mod file;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod handoff;
pub mod hours;
pub mod ids;
pub mod mail;
pub mod news;
pub mod notice;
pub mod offset;
pub mod overview;
pub mod person;
pub mod plan;
pub mod playbook;
pub mod question;
pub mod recurrence;
pub mod recurring;
pub mod rejection;
pub mod release;
pub mod reminder;
pub mod report;
pub mod room;
pub mod scorecard;
pub mod setup;
pub mod shift;
pub mod slip;
pub mod slug;
pub mod snooze;
pub mod standing;
pub mod start;
pub mod suggestion;
pub mod timeline;
pub mod zone;
