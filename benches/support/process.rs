//! What the operating system says about a process and about the machine (Linux, `/proc`).

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use anyhow::Context as _;

/// What a process has used so far.
#[derive(Clone, Debug)]
pub(crate) struct Usage {
    /// User and system time, in clock ticks.
    pub(crate) ticks: u64,
    /// Memory that is in RAM.
    pub(crate) resident_kib: u64,
    /// Nanoseconds on a core, and times that it went to sleep by itself; by thread.
    threads: BTreeMap<String, (u64, u64)>,
}

impl Usage {
    pub(crate) fn of(process: u32) -> anyhow::Result<Self> {
        let folder = format!("/proc/{process}");
        let stat = fs::read_to_string(format!("{folder}/stat"))?;
        let status = fs::read_to_string(format!("{folder}/status"))?;
        let mut threads = BTreeMap::new();
        for thread in fs::read_dir(format!("{folder}/task"))? {
            let thread = thread?;
            let read = |name| fs::read_to_string(thread.path().join(name));
            // A thread may end while it is looked at.
            let (Ok(schedule), Ok(status)) = (read("schedstat"), read("status")) else {
                continue;
            };
            let ran = schedule.split(' ').next().and_then(|ran| ran.parse().ok());
            let slept = field(&status, "voluntary_ctxt_switches:");
            let name = thread.file_name().to_string_lossy().into_owned();
            threads.insert(name, (ran.unwrap_or(0), slept.unwrap_or(0)));
        }
        Ok(Self {
            ticks: ticks(&stat, 2).context("the process's times")?,
            resident_kib: field(&status, "VmRSS:").context("the process's memory")?,
            threads,
        })
    }

    pub(crate) fn memory(&self) -> String {
        format!("{:.1} MB", self.resident_kib as f64 * 1.024 / 1_000.0)
    }

    /// Time on a core since then, as the scheduler counted it.
    pub(crate) fn run_since(&self, earlier: &Self) -> Duration {
        Duration::from_nanos(self.since(earlier, |(ran, _)| ran))
    }

    /// How many times its threads went to sleep since then, and so woke up.
    pub(crate) fn wakeups_since(&self, earlier: &Self) -> u64 {
        self.since(earlier, |(_, slept)| slept)
    }

    /// How much of one core it used since then.
    pub(crate) fn share_since(&self, earlier: &Self, passed: Duration) -> f64 {
        self.run_since(earlier).as_secs_f64() / passed.as_secs_f64()
    }

    fn since(&self, earlier: &Self, which: impl Fn((u64, u64)) -> u64) -> u64 {
        let of = |usage: &Self, thread| usage.threads.get(thread).map_or(0, |counts| which(*counts));
        self.threads
            .keys()
            .map(|thread| of(self, thread).saturating_sub(of(earlier, thread)))
            .sum()
    }
}

/// How busy the machine has been so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    busy: u64,
    all: u64,
    own: u64,
}

impl Machine {
    pub(crate) fn now() -> anyhow::Result<Self> {
        let stat = fs::read_to_string("/proc/stat")?;
        let line = stat.lines().next().unwrap_or_default();
        // user nice system idle iowait irq softirq steal; guests are counted in user.
        let times: Vec<u64> = line
            .split_whitespace()
            .skip(1)
            .take(8)
            .filter_map(|time| time.parse().ok())
            .collect();
        let all: u64 = times.iter().sum();
        let waiting: u64 = times.iter().skip(3).take(2).sum();
        let own = ticks(&fs::read_to_string("/proc/self/stat")?, 4).context("my own times")?;
        Ok(Self {
            busy: all - waiting,
            all,
            own,
        })
    }

    /// The share of the machine that was used since then neither by this process, nor by its children that have ended,
    /// nor for the `living` ones' clock ticks.
    pub(crate) fn others(&self, living: u64) -> anyhow::Result<f64> {
        let now = Self::now()?;
        let others = (now.busy - self.busy).saturating_sub(now.own - self.own + living);
        Ok(others as f64 / (now.all - self.all).max(1) as f64)
    }

    /// Its cores and its load.
    pub(crate) fn describe() -> anyhow::Result<String> {
        let load = fs::read_to_string("/proc/loadavg")?;
        let load: Vec<&str> = load.split(' ').take(3).collect();
        let cores = std::thread::available_parallelism()?;
        Ok(format!("{cores} cores, load {} before the run", load.join(" ")))
    }
}

/// Times from a line of `/proc/…/stat`: user, system, and both of the children that have ended; the first `count` of
/// them. The name before them may hold spaces and brackets.
fn ticks(stat: &str, count: usize) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let times = rest.split(' ').skip(11).take(count);
    times.map(|time| time.parse::<u64>().ok()).sum()
}

fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
