//! Faults that are built in on purpose, to see that the simulation finds them.

use clap::ValueEnum;

/// One fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mutant {
    /// A message counts as sent before it is sent.
    SentBeforeSending,
    /// A row is claimed without a lease, so that it can be claimed again at once.
    ForgetsLease,
    /// An occasion is settled in a transaction of its own, before the one that enqueues its reminder.
    SettlesApart,
    /// Messages carry no nonce.
    SkipsNonce,
    /// What may have been posted long ago is posted again without looking for it.
    SkipsSearch,
    /// A start forgets which reminders were settled, and their messages.
    RemindsAgain,
    /// Reminders leave ten minutes early.
    RemindsEarly,
    /// What waits leaves in any order.
    IgnoresOrder,
    /// People are answered although the database has failed.
    AnswersAnyway,
    /// A start drops the newest line of the timeline.
    RewritesHistory,
    /// A channel is created without looking for one.
    SkipsAdoption,
}
