//! What a process uses, out of /proc.
//!
//! The kernel charges the loopback's soft interrupts to whoever sends, so the clients' time is always shown beside the
//! broker's.

use std::fs;
use std::time::Instant;

use rustix::param::clock_ticks_per_second;

/// What a process has used since its start, and what it holds.
#[derive(Clone, Copy, Debug)]
pub struct Usage {
    /// When this was read.
    pub at: Instant,
    /// User and system time of all its threads, in seconds.
    pub cpu: f64,
    /// Context switches of the threads that live, wanted and not.
    pub switches: u64,
}

/// Memory of a process.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    /// Resident set size in bytes.
    pub rss: u64,
    /// The part that is no file's: what the process itself holds.
    pub anonymous: u64,
    /// Open descriptors.
    pub descriptors: usize,
}

/// Processor time of the whole machine, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine {
    busy: f64,
    stolen: f64,
}

fn seconds(ticks: u64) -> f64 {
    ticks as f64 / clock_ticks_per_second() as f64
}

impl Usage {
    /// What `pid` has used so far.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        Self {
            at: Instant::now(),
            cpu: cpu(&format!("/proc/{pid}/stat")),
            switches: switches(pid),
        }
    }
}

/// Processor seconds of the calling thread.
#[must_use]
pub fn own_thread_cpu() -> f64 {
    let nanoseconds = read("/proc/thread-self/schedstat");
    let nanoseconds = nanoseconds
        .split(' ')
        .next()
        .and_then(|n| n.parse::<u64>().ok());
    nanoseconds.unwrap_or(0) as f64 / 1e9
}

impl Memory {
    /// What `pid` holds now.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        let status = read(&format!("/proc/{pid}/status"));
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count);
        Self {
            rss: field(&status, "VmRSS:") * 1024,
            anonymous: field(&status, "RssAnon:") * 1024,
            descriptors,
        }
    }
}

impl Machine {
    /// What all processors have done so far.
    #[must_use]
    pub fn now() -> Self {
        let stat = read("/proc/stat");
        let line = stat.lines().next().unwrap_or("");
        let ticks: Vec<u64> = (line.split_whitespace().skip(1))
            .map(|n| n.parse().unwrap_or(0))
            .collect();
        let at = |index: usize| seconds(ticks.get(index).copied().unwrap_or(0));
        Self {
            busy: at(0) + at(1) + at(2) + at(5) + at(6),
            stolen: at(7),
        }
    }

    /// Busy and stolen seconds since `earlier`.
    #[must_use]
    pub fn since(self, earlier: Self) -> (f64, f64) {
        (self.busy - earlier.busy, self.stolen - earlier.stolen)
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// The number after `name` in a file of named lines; 0 if it is not there.
fn field(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// User and system time out of a stat file, whose second field may hold anything in parentheses.
fn cpu(path: &str) -> f64 {
    let stat = read(path);
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = |index: usize| -> u64 {
        rest.split_whitespace()
            .nth(index)
            .and_then(|n| n.parse().ok())
            .unwrap_or(0)
    };
    seconds(ticks(11) + ticks(12))
}

fn switches(pid: u32) -> u64 {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return 0;
    };
    let of_task = |task: fs::DirEntry| {
        let status = fs::read_to_string(task.path().join("status")).unwrap_or_default();
        field(&status, "voluntary_ctxt_switches:") + field(&status, "nonvoluntary_ctxt_switches:")
    };
    tasks.flatten().map(of_task).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_sees_its_own_use() {
        let me = std::process::id();
        let before = Usage::of(me);
        let began = Instant::now();
        while Usage::of(me).cpu <= before.cpu {
            assert!(
                began.elapsed().as_secs() < 60,
                "reading costs processor time"
            );
        }
        let memory = Memory::of(me);
        assert!(memory.rss > 0 && memory.anonymous > 0 && memory.descriptors > 0);
    }

    #[test]
    fn a_named_line_gives_its_number() {
        assert_eq!(field("VmPeak:\t 7 kB\nVmRSS:\t 42 kB\n", "VmRSS:"), 42);
        assert_eq!(field("", "VmRSS:"), 0);
    }
}
