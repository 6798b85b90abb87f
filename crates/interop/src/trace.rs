//! Watches a broker's system calls: whether a file was synced.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use testkit::error::FixtureError;
use testkit::process::Process;
use testkit::wait;

/// How long strace may take to attach to all threads.
const ATTACH_LIMIT: Duration = Duration::from_secs(20);

/// strace attached to a running process; it lets go when the value is dropped.
#[derive(Debug)]
pub struct Trace {
    strace: Process,
    calls: PathBuf,
}

impl Trace {
    /// Attaches to every thread of a process and writes its syncs to a file in `place`.
    ///
    /// # Errors
    /// [`FixtureError`] when strace does not attach, for example where tracing is forbidden.
    pub fn attach(process: u32, place: &Path, name: &str) -> Result<Self, FixtureError> {
        let calls = place.join(format!("{name}.syncs"));
        let log = place.join(format!("{name}.strace"));
        let mut command = Command::new("strace");
        command.args([
            "-f",
            "-y",
            "-e",
            "trace=fsync,fdatasync,sync_file_range",
            "-o",
        ]);
        command
            .arg(&calls)
            .args(["-p", &process.to_string()])
            .stdin(Stdio::null());
        let mut strace = Process::start("strace", &mut command, &log)?;
        wait::until(
            "strace attaching",
            ATTACH_LIMIT,
            || {
                let written = std::fs::read_to_string(&log).unwrap_or_default();
                let attached = written.contains(" attached");
                (attached || strace.ended().is_some()).then_some(())
            },
            || std::fs::read_to_string(&log).unwrap_or_default(),
        )?;
        Ok(Self { strace, calls })
    }

    /// Lets go, and gives for a partition's directory how many syncs of its log were seen to succeed.
    #[must_use]
    pub fn finish(mut self) -> Syncs {
        // A second interrupt is never needed: strace detaches from all threads at the first.
        let _ = self.strace.stop(ATTACH_LIMIT);
        Syncs(std::fs::read_to_string(&self.calls).unwrap_or_default())
    }
}

/// The system calls that were seen.
#[derive(Debug)]
pub struct Syncs(String);

impl Syncs {
    /// How many syncs of the log segments of a partition directory were begun.
    #[must_use]
    pub fn of(&self, partition: &str) -> usize {
        let (path, calls) = (format!("/{partition}/"), ["fsync(", "fdatasync("]);
        let lines = self
            .0
            .lines()
            .filter(|l| l.contains(&path) && l.contains(".log"));
        lines
            .filter(|l| calls.iter().any(|c| l.contains(c)))
            .count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_syncs_of_the_partitions_log_count() {
        let syncs = Syncs(
            "1 fdatasync(9</d/t-0/00000000000000000000.log>) = 0\n\
             1 fsync(9</d/t-0/00000000000000000000.log> <unfinished ...>\n\
             1 <... fsync resumed>) = 0\n\
             1 fsync(9</d/t-1/00000000000000000000.log>) = 0\n\
             1 fsync(9</d/t-0/partition.metadata>) = 0\n"
                .to_owned(),
        );
        assert_eq!(syncs.of("t-0"), 2);
    }
}
