//! One processor for all threads.
//!
//! Each query goes to a thread of the database and back. Where the two threads are on different processors, the one that
//! is woken has to be roused from its sleep first, which takes many times as long as the query; measured, the bot does
//! nearly three times as much on one processor as on two (docs/measurements.md).

/// Keeps this thread, and those that it starts from now on, on one processor: the one that it is on, or the `nth` of
/// those that it may use. Where the operating system does not let it, everything works the same, only slower.
#[cfg(target_os = "linux")]
pub fn stay_on_one_processor(nth: Option<usize>) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};

    let chosen = match nth {
        None => Some(sched_getcpu()),
        Some(nth) => sched_getaffinity(None).ok().and_then(|allowed| {
            let mut processors = (0..CpuSet::MAX_CPU).filter(|processor| allowed.is_set(*processor));
            let count = processors.clone().count();
            processors.nth(nth % count.max(1))
        }),
    };
    if let Some(processor) = chosen.filter(|processor| *processor < CpuSet::MAX_CPU) {
        let mut one = CpuSet::new();
        one.set(processor);
        if let Err(error) = sched_setaffinity(None, &one) {
            tracing::debug!(%error, "the threads stay on any processor");
        }
    }
}

/// Keeps this thread on one processor, where that is known how to do.
#[cfg(not(target_os = "linux"))]
pub fn stay_on_one_processor(_: Option<usize>) {}
