//! Processes with a deadline and captured output.
//!
//! A process leads a process group of its own: what it starts goes with it, and a stop reaches nobody else.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::error::FixtureError;
use crate::wait;

/// How much of a process's output an error quotes, in bytes.
const QUOTED: usize = 4_000;

/// A process started here, whose output goes to a file; it is killed when the value is dropped.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    output: PathBuf,
}

impl Process {
    /// Starts `command`, with standard output and error going to the file `output` (standard input stays as the command has it).
    ///
    /// # Errors
    /// [`FixtureError::File`] or [`FixtureError::Start`].
    pub fn start(name: &str, command: &mut Command, output: &Path) -> Result<Self, FixtureError> {
        let file = File::create(output).map_err(FixtureError::file(output))?;
        let both = file.try_clone().map_err(FixtureError::file(output))?;
        command.stdout(Stdio::from(file)).stderr(Stdio::from(both));
        Self::spawn(name, command, output)
    }

    /// Starts `command` with its standard output piped to the caller and standard error going to the file `errors`.
    ///
    /// # Errors
    /// [`FixtureError::File`] or [`FixtureError::Start`].
    pub fn start_piped(
        name: &str,
        command: &mut Command,
        errors: &Path,
    ) -> Result<Self, FixtureError> {
        let file = File::create(errors).map_err(FixtureError::file(errors))?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::from(file));
        Self::spawn(name, command, errors)
    }

    fn spawn(name: &str, command: &mut Command, output: &Path) -> Result<Self, FixtureError> {
        use std::os::unix::process::CommandExt;
        let child = command
            .process_group(0)
            .spawn()
            .map_err(|source| FixtureError::Start {
                program: name.to_owned(),
                source,
            })?;
        Ok(Self {
            name: name.to_owned(),
            child,
            output: output.to_path_buf(),
        })
    }

    /// The process's id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The pipes and the status of the child.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Its exit status once it has ended.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// The end of what it wrote so far.
    #[must_use]
    pub fn written(&self) -> String {
        let text = std::fs::read(&self.output).unwrap_or_default();
        String::from_utf8_lossy(&text[text.len().saturating_sub(QUOTED)..]).into_owned()
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// [`FixtureError::Late`] with the end of its output when it runs longer than `limit`.
    pub fn wait(&mut self, limit: Duration) -> Result<ExitStatus, FixtureError> {
        let (name, output) = (self.name.clone(), self.output.clone());
        let detail =
            || String::from_utf8_lossy(&std::fs::read(output).unwrap_or_default()).into_owned();
        wait::until(
            &format!("the end of {name}"),
            limit,
            || self.ended(),
            detail,
        )
    }

    /// Asks it to end (SIGTERM) and waits; kills it when it does not.
    ///
    /// # Errors
    /// [`FixtureError::Late`] when it had to be killed.
    pub fn stop(&mut self, limit: Duration) -> Result<ExitStatus, FixtureError> {
        self.signal(Signal::TERM);
        let ended = self.wait(limit);
        self.kill();
        ended
    }

    /// Kills it and what it started (SIGKILL), at once.
    pub fn kill(&mut self) {
        if let Some(pid) = self.pid() {
            // An error says that the group is gone, which is what is wanted.
            let _ = kill_process_group(pid, Signal::KILL);
        }
        let _ = self.child.wait();
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            // It may have ended by itself in the meantime.
            let _ = kill_process(pid, signal);
        }
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.ended().is_none() {
            self.kill();
        }
    }
}

/// Runs a program to its end.
///
/// # Errors
/// [`FixtureError::Start`], [`FixtureError::Late`], or [`FixtureError::Failed`] with the end of its output.
pub fn run(
    name: &str,
    command: &mut Command,
    output: &Path,
    limit: Duration,
) -> Result<(), FixtureError> {
    command.stdin(Stdio::null());
    let mut process = Process::start(name, command, output)?;
    let status = process.wait(limit)?;
    if status.success() {
        return Ok(());
    }
    Err(FixtureError::Failed {
        program: name.to_owned(),
        status: status.to_string(),
        output: process.written(),
    })
}

/// Whether a program is on the path.
#[must_use]
pub fn installed(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|dir| dir.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::TempDir;

    const LIMIT: Duration = Duration::from_secs(20);

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_a_failed_program_wrote_is_in_the_error() {
        let dir = TempDir::new("process").unwrap();
        let output = dir.path().join("out");
        let failed = run("sh", &mut shell("echo lost; exit 3"), &output, LIMIT);
        let message = failed.unwrap_err().to_string();
        assert!(
            message.contains("lost") && message.contains('3'),
            "{message}"
        );
    }

    #[test]
    fn a_kill_takes_along_what_the_process_started() {
        let dir = TempDir::new("process").unwrap();
        let output = dir.path().join("out");
        let script = "sleep 600 & echo $!; wait";
        let mut process = Process::start("sh", &mut shell(script), &output).unwrap();
        let inner = wait::until(
            "a line",
            LIMIT,
            || process.written().trim().parse::<i32>().ok(),
            String::new,
        );
        let inner = PathBuf::from(format!("/proc/{}/stat", inner.unwrap()));
        process.kill();
        let gone = || {
            std::fs::read_to_string(&inner).map_or(Some(()), |s| s.contains(" Z ").then_some(()))
        };
        wait::until("the end of what it started", LIMIT, gone, String::new).unwrap();
    }

    #[test]
    fn a_program_that_ignores_the_request_to_stop_is_killed() {
        let dir = TempDir::new("process").unwrap();
        let output = dir.path().join("out");
        let script = "trap '' TERM; echo ready; while :; do sleep 1; done";
        let mut process = Process::start("sh", &mut shell(script), &output).unwrap();
        wait::until(
            "a line",
            LIMIT,
            || process.written().contains("ready").then_some(()),
            String::new,
        )
        .unwrap();
        assert!(process.stop(Duration::from_millis(200)).is_err());
        assert!(process.ended().is_some());
    }
}
