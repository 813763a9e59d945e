//! How long to rest when the database has failed.

use std::time::Duration;

use tokio::sync::watch;

use crate::runtime::clock::pause;

/// The longest rest between two attempts: how late the bot notices that there is room again.
const LONGEST: Duration = Duration::from_secs(15);

/// Rests in real time, longer with each failure in a row, or until the bot is to stop.
pub(super) async fn rest_after(failures: u32, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = pause(rest(failures)) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// One second, and twice as long each time.
fn rest(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(10);
    Duration::from_secs(1 << doublings).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_rests_longer_each_time_but_never_long() {
        let seconds: Vec<u64> = [1, 2, 3, 4, 5, 6, u32::MAX]
            .map(|failures| rest(failures).as_secs())
            .to_vec();
        assert_eq!(seconds, [1, 2, 4, 8, 15, 15, 15]);
    }
}
