//! Programs that are started, read line by line, and never outlive their time.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use crate::workspace::Workspace;

/// How a program ended.
pub(crate) enum End {
    /// By itself.
    Exit(ExitStatus),
    /// It was stopped because its time was over.
    TimedOut,
}

/// Runs `command` for at most `limit` and hands each line that it prints to `on_line`.
///
/// It runs in a process group of its own, so that stopping it stops all that it started and nothing else.
pub(crate) fn run(
    command: &mut Command,
    limit: Duration,
    mut on_line: impl FnMut(&str),
) -> Result<End, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| format!("{name}: {error}"))?;
    let (sender, lines) = mpsc::channel();
    forward(child.stdout.take(), sender.clone());
    forward(child.stderr.take(), sender);
    let deadline = Instant::now() + limit;
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => on_line(&line),
            Err(RecvTimeoutError::Disconnected) => return wait(child, deadline),
            Err(RecvTimeoutError::Timeout) => return stop(child),
        }
    }
}

/// Replaces this process by the program of crate `name`.
pub(crate) fn exec_binary(
    workspace: &Workspace,
    name: &str,
    args: &[String],
) -> Result<ExitCode, String> {
    if !workspace.has_binary(name) {
        return Err(format!(
            "there is no program `{name}` in this workspace yet"
        ));
    }
    Err(format!(
        "cargo: {}",
        cargo_run(workspace, name).args(args).exec()
    ))
}

/// `cargo run` of the program of crate `name`.
pub(crate) fn cargo_run(workspace: &Workspace, name: &str) -> Command {
    let mut command = Command::new("cargo");
    command
        .args([
            "run",
            "--release",
            "--quiet",
            "--package",
            name,
            "--bin",
            name,
            "--",
        ])
        .current_dir(&workspace.root);
    command
}

fn forward(stream: Option<impl Read + Send + 'static>, sender: Sender<String>) {
    let Some(stream) = stream else { return };
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader
            .read_until(b'\n', &mut line)
            .is_ok_and(|length| length > 0)
        {
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if sender.send(text).is_err() {
                break;
            }
            line.clear();
        }
    });
}

/// Both pipes are closed, but the program may still run.
fn wait(mut child: Child, deadline: Instant) -> Result<End, String> {
    const PAUSE: Duration = Duration::from_millis(20);
    while Instant::now() < deadline {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => return Ok(End::Exit(status)),
            None => thread::sleep(PAUSE),
        }
    }
    stop(child)
}

fn stop(mut child: Child) -> Result<End, String> {
    let group = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if let Some(group) = group {
        // It may have ended in this moment, which is as good.
        let _ended = kill_process_group(group, Signal::KILL);
    }
    child.wait().map_err(|error| error.to_string())?;
    Ok(End::TimedOut)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_both_streams_arrive() {
        let mut lines = Vec::new();
        let mut command = Command::new("sh");
        command.args(["-c", "echo out; echo err >&2"]);
        let end = run(&mut command, Duration::from_secs(60), |line| {
            lines.push(line.to_owned())
        });
        assert!(matches!(end, Ok(End::Exit(status)) if status.success()));
        lines.sort();
        assert_eq!(lines, ["err", "out"]);
    }

    #[test]
    fn a_program_that_hangs_is_stopped_with_all_that_it_started() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & sleep 600"]);
        let end = run(&mut command, Duration::from_millis(100), |_| {});
        assert!(matches!(end, Ok(End::TimedOut)));
    }

    #[test]
    fn a_program_that_does_not_exist_is_an_error() {
        let mut command = Command::new("/no/such/program");
        assert!(run(&mut command, Duration::from_secs(1), |_| {}).is_err());
    }
}
