//! A server process with a data directory of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_kalda");
/// How long a start or a stop may be silent.
const PATIENCE: Duration = Duration::from_secs(60);
/// The last line of what a start says.
const LAST_LINE: &str = "started in";

/// A server, and what it has said.
pub struct Server {
    data: TempDir,
    /// Where its standard error goes.
    output: TempDir,
    child: Child,
    lines: Receiver<String>,
    said: String,
}

impl Server {
    /// Starts one and waits until it has said that it serves.
    pub fn start(overrides: &[&str]) -> Self {
        let (data, output) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let (child, lines) = launch(&data, &output, overrides);
        let mut server = Self {
            data,
            output,
            child,
            lines,
            said: String::new(),
        };
        server.wait_until_it_serves();
        server
    }

    /// Starts it again on the same directory.
    pub fn restart(&mut self, overrides: &[&str]) {
        (self.child, self.lines) = launch(&self.data, &self.output, overrides);
        self.wait_until_it_serves();
    }

    fn wait_until_it_serves(&mut self) {
        self.said.clear();
        while !self.said.contains(LAST_LINE) {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.said.push_str(&line),
                Err(error) => panic!("{error}, instead of a start: {}", self.warned()),
            }
        }
    }

    /// What it has written to standard output.
    pub fn said(&self) -> &str {
        &self.said
    }

    /// What it has written to standard error.
    pub fn warned(&self) -> String {
        std::fs::read_to_string(self.output.path().join("err")).unwrap()
    }

    pub fn directory(&self) -> String {
        self.data.path().display().to_string()
    }

    /// A file of its log directory.
    pub fn path(&self, name: &str) -> PathBuf {
        self.data.path().join(name)
    }

    /// Sends a signal and waits for the end, which is a success unless it was killed.
    pub fn end(&mut self, signal: &str) {
        let sent = Command::new("kill")
            .args([&format!("-{signal}"), &self.child.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        // Its output ends with it.
        let end = loop {
            if let Err(end) = self.lines.recv_timeout(PATIENCE) {
                break end;
            }
        };
        assert_eq!(end, RecvTimeoutError::Disconnected, "{}", self.warned());
        let status = self.child.wait().unwrap();
        assert_eq!(status.success(), signal != "KILL", "{signal}");
    }

    /// What a second server on the same directory says when it refuses.
    pub fn refused(&self, overrides: &[&str]) -> String {
        let output = command(&self.data, overrides).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8(output.stderr).unwrap()
    }

    /// What a tool says that asks at `address`.
    pub fn tool(&self, address: &str, arguments: &[&str]) -> String {
        self.tool_with(address, arguments, "")
    }

    /// The same, with `input` on its standard input.
    pub fn tool_with(&self, address: &str, arguments: &[&str], input: &str) -> String {
        let mut tool = Command::new(BINARY)
            .args(arguments)
            .args(["--bootstrap-server", address])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = tool.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        let output = tool.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a server says that refuses to start at all.
pub fn refusal(overrides: &[&str]) -> String {
    let data = tempfile::tempdir().unwrap();
    let output = command(&data, overrides).output().unwrap();
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

/// An address on which nobody listens.
pub fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

fn command(data: &TempDir, overrides: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .arg("server")
        .args(["--override", "listeners=PLAINTEXT://127.0.0.1:0"])
        .args(["--override", &format!("log.dirs={}", data.path().display())]);
    for pair in overrides {
        command.args(["--override", pair]);
    }
    command
}

fn launch(data: &TempDir, output: &TempDir, overrides: &[&str]) -> (Child, Receiver<String>) {
    let errors = std::fs::File::create(output.path().join("err")).unwrap();
    let mut child = command(data, overrides)
        .stdout(Stdio::piped())
        .stderr(Stdio::from(errors))
        .spawn()
        .unwrap();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            // The test may have ended.
            let _ = sender.send(line + "\n");
        }
    });
    (child, lines)
}
