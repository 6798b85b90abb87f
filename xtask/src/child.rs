//! Programs that are started, read line by line, and never outlive their time.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::workspace::Workspace;

/// How a program ended.
pub(crate) enum End {
    /// By itself.
    Exit(ExitStatus),
    /// It was stopped because its time was over.
    TimedOut,
}

/// How often it is seen whether a silent program still runs.
const GLANCE: Duration = Duration::from_millis(200);

/// How long a killed process may take to be gone.
const LAST_BREATH: Duration = Duration::from_secs(5);

/// Runs `command` for at most `limit` and hands each line that it prints to `on_line`.
///
/// Whatever it started and left behind is stopped with it, and nothing else is.
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
    let mut status = None;
    loop {
        match lines.recv_timeout(GLANCE) {
            Ok(line) => on_line(&line),
            // Somebody whom it left behind may hold its pipes open.
            Err(_) if status.is_some() => break,
            Err(RecvTimeoutError::Disconnected) => thread::sleep(GLANCE / 10),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if status.is_none() {
            status = child
                .try_wait()
                .map_err(|error| format!("{name}: {error}"))?;
        }
        if status.is_none() && Instant::now() >= deadline {
            break;
        }
    }
    stop(&mut child);
    Ok(status.map_or(End::TimedOut, End::Exit))
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
    let mut command = binary(workspace, name)?;
    Err(format!("{name}: {}", command.args(args).exec()))
}

/// The program of crate `name`, built.
///
/// It is built as part of the whole workspace, because cargo unites the features of dependencies over
/// what is built together: built alone, half of the workspace would be compiled once more.
pub(crate) fn binary(workspace: &Workspace, name: &str) -> Result<Command, String> {
    let status = Command::new("cargo")
        .args([
            "build",
            "--release",
            "--quiet",
            "--workspace",
            "--bin",
            name,
        ])
        .current_dir(&workspace.root)
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    if !status.success() {
        return Err(format!("{name} cannot be built"));
    }
    let mut command = Command::new(workspace.target.join("release").join(name));
    command.current_dir(&workspace.root);
    Ok(command)
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

/// Ends the program, its process group, and what it started in groups of their own.
fn stop(child: &mut Child) {
    let Some(root) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else {
        return;
    };
    let descendants = descendants(root);
    // Whoever ended in this moment is as good as stopped.
    let _ended = kill_process_group(root, Signal::KILL);
    for descendant in &descendants {
        let _ended = kill_process(*descendant, Signal::KILL);
    }
    let _ended = child.wait();
    // Their ports and files are free only when they are gone, which a kill does not wait for.
    let patience = Instant::now() + LAST_BREATH;
    while descendants.iter().any(|descendant| is_running(*descendant)) && Instant::now() < patience
    {
        thread::sleep(GLANCE / 10);
    }
}

/// A process that ended and was not asked for yet is not running.
fn is_running(process: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// The processes that `root` started, and those that they started.
fn descendants(root: Pid) -> Vec<Pid> {
    let parents = parents();
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        let parent = found[next];
        found.extend(
            parents
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(child, _)| *child),
        );
        next += 1;
    }
    found.split_off(1)
}

/// Every process with its parent, as /proc has them.
fn parents() -> Vec<(Pid, Pid)> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| read_parent(&entry.ok()?.path()))
        .collect()
}

/// `/proc/PID/stat` is "PID (name) state parent ...", and a name may hold anything.
fn read_parent(process: &Path) -> Option<(Pid, Pid)> {
    let own = process
        .file_name()?
        .to_str()?
        .parse()
        .ok()
        .and_then(Pid::from_raw)?;
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok();
    Some((own, Pid::from_raw(parent?)?))
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
        command.args(["-c", "setsid sleep 600 & echo $!; wait"]);
        let mut left = None;
        let end = run(&mut command, Duration::from_secs(2), |line| {
            left = line.parse().ok()
        });
        assert!(matches!(end, Ok(End::TimedOut)));
        let left = left
            .and_then(Pid::from_raw)
            .expect("the shell prints a process id");
        assert!(is_running(rustix::process::getpid()) && !is_running(left));
    }

    #[test]
    fn a_program_that_does_not_exist_is_an_error() {
        let mut command = Command::new("/no/such/program");
        assert!(run(&mut command, Duration::from_secs(1), |_| {}).is_err());
    }
}
