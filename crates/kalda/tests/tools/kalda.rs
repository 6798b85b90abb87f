//! A node, and the tools that ask it.

use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_kalda");
/// How long a node or a group may take for what is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A node, or the cluster that the environment names.
pub struct Node {
    address: String,
    running: Option<(Child, TempDir)>,
}

/// What a tool said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Node {
    /// Starts a node on a free port, with data of its own.
    pub fn start() -> Self {
        if let Ok(address) = std::env::var("KALDA_TEST_BOOTSTRAP_SERVER") {
            return Self {
                address,
                running: None,
            };
        }
        let data = tempfile::tempdir().expect("a directory");
        let address = free_address();
        let child = Command::new(BINARY)
            .arg("server")
            .args(["--override", &format!("log.dirs={}", data.path().display())])
            .args(["--override", &format!("listeners=PLAINTEXT://{address}")])
            .args(["--override", "group.initial.rebalance.delay.ms=0"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the node starts");
        let node = Self {
            address,
            running: Some((child, data)),
        };
        until("the node listens", || {
            TcpStream::connect(&node.address).is_ok()
        });
        node
    }

    /// Runs a tool that is to succeed; the answer is its output.
    pub fn ok(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments, "");
        assert_eq!(said.code, 0, "kalda {arguments:?} failed: {}", said.err);
        said.out
    }

    /// The same, with `input` on standard input.
    pub fn ok_with(&self, arguments: &[&str], input: &str) -> String {
        let said = self.run(arguments, input);
        assert_eq!(said.code, 0, "kalda {arguments:?} failed: {}", said.err);
        said.out
    }

    /// The same, whose output is JSON.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let arguments = [arguments, &["--output", "json"]].concat();
        serde_json::from_str(&self.ok(&arguments)).expect("JSON")
    }

    /// Runs a tool that is to fail with code 1; the answer is its message.
    pub fn fails(&self, arguments: &[&str], input: &str) -> String {
        let said = self.run(arguments, input);
        assert_eq!(
            said.code, 1,
            "kalda {arguments:?} said: {}{}",
            said.out, said.err
        );
        said.err
    }

    /// Runs a tool.
    pub fn run(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = self.spawn(arguments);
        let mut stdin = child.stdin.take().expect("it is piped");
        // A tool that fails early does not read its input.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        said(child.wait_with_output().expect("it ends"))
    }

    /// Starts a tool.
    pub fn spawn(&self, arguments: &[&str]) -> Child {
        command(arguments)
            .env("KALDA_BOOTSTRAP_SERVER", &self.address)
            .spawn()
            .expect("the tool starts")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.running {
            // It may have ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Runs a tool that needs no cluster.
pub fn run(arguments: &[&str]) -> Said {
    said(command(arguments).output().expect("it ends"))
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// What a tool that has ended said.
pub fn said(output: Output) -> Said {
    let text = |bytes| String::from_utf8(bytes).expect("text");
    Said {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// Waits until `condition` holds.
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        assert!(Instant::now() < deadline, "not in time: {what}");
        std::thread::yield_now();
    }
}

/// An address on which nobody listens.
pub fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").to_string()
}

/// A name that no other test uses, so that tests can share a cluster.
pub fn unique(name: &str) -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!(
        "{name}-{}-{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
