//! `kalda cluster start | status | kill | stop`.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use testkit::ports::Port;

use crate::trio::command;

/// How far controllers listen above clients.
const CONTROLLERS_ABOVE: u16 = 10_000;

/// A cluster that the command keeps in a directory; its nodes are ended with it.
struct Kept {
    directory: TempDir,
    port: u16,
    arguments: Vec<String>,
}

impl Kept {
    fn new(arguments: &[&str]) -> Self {
        Self {
            directory: tempfile::tempdir().unwrap(),
            port: three_ports(),
            arguments: arguments.iter().map(ToString::to_string).collect(),
        }
    }

    fn run(&self, action: &[&str]) -> Output {
        let mut command = self.command(action);
        command.output().unwrap()
    }

    fn command(&self, action: &[&str]) -> Command {
        let mut command = command(&["cluster"]);
        command.args(action);
        command.arg("--directory").arg(self.directory.path());
        command.args(&self.arguments);
        command
    }

    fn start(&self, more: &[&str]) -> String {
        let port = self.port.to_string();
        let mut command = self.command(&["start", "--port", &port]);
        said(&command.args(more).output().unwrap())
    }

    fn status(&self) -> String {
        said(&self.run(&["status"]))
    }

    /// What `kalda topic` says of the cluster through one of its nodes.
    fn topic(&self, node: u16, arguments: &[&str]) -> String {
        let address = format!("localhost:{}", self.port + node - 1);
        let mut command = command(&["topic"]);
        said(
            &command
                .args(arguments)
                .args(["-b", &address])
                .output()
                .unwrap(),
        )
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        for node in ["1", "2", "3"] {
            let _ = self.run(&["kill", node]);
        }
    }
}

fn said(output: &Output) -> String {
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{error}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The first of three ports that nobody has, nor those that controllers get.
fn three_ports() -> u16 {
    let is_free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
    loop {
        let first = Port::free().unwrap().number();
        let ports = first..first + 3;
        if ports
            .into_iter()
            .all(|port| is_free(port) && is_free(port + CONTROLLERS_ABOVE))
        {
            return first;
        }
    }
}

fn states(status: &str) -> Vec<&str> {
    let nodes = status
        .lines()
        .filter(|line| line.starts_with(['1', '2', '3']));
    let state = |line| {
        ["running", "stopped", "not in the cluster"]
            .into_iter()
            .find(|state| str::contains(line, state))
    };
    nodes.map(|line| state(line).unwrap_or(line)).collect()
}

#[test]
fn one_command_starts_a_cluster_of_three_and_one_stops_it() {
    let kept = Kept::new(&[]);
    let started = kept.start(&["--override", "num.partitions=6"]);
    assert_eq!(states(&started), ["running"; 3], "{started}");
    assert!(
        started.contains(&format!("localhost:{}", kept.port + 2)),
        "{started}"
    );
    kept.topic(1, &["create", "orders"]);
    let described = kept.topic(3, &["describe", "orders", "--output", "json"]);
    let described: Value = serde_json::from_str(&described).unwrap();
    let partitions = described[0]["partitions"].as_array().unwrap();
    assert_eq!(partitions.len(), 6);
    let isr = |partition: &Value| partition["isr"].as_array().map(Vec::len);
    assert!(
        partitions.iter().all(|one| isr(one) == Some(3)),
        "{described}"
    );

    said(&kept.run(&["kill", "2"]));
    assert_eq!(states(&kept.status())[1], "stopped");
    let again = kept.start(&[]);
    assert_eq!(states(&again), ["running"; 3], "{again}");
    assert!(kept.topic(2, &["list"]).contains("orders"));

    let refused = kept.run(&["start", "--nodes", "5"]);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        !refused.status.success() && why.contains("has 3 nodes"),
        "{why}"
    );

    said(&kept.run(&["stop"]));
    assert_eq!(states(&kept.status()), ["stopped"; 3]);
}

#[test]
fn hosts_are_reached_through_a_command_in_place_of_ssh() {
    let place = tempfile::tempdir().unwrap();
    let (hosts, ssh) = (place.path().join("hosts"), place.path().join("ssh"));
    std::fs::write(
        &hosts,
        "# machines\none@localhost\ntwo@localhost\nthree@localhost\n",
    )
    .unwrap();
    let calls = place.path().join("calls");
    let script = format!(
        "#!/bin/sh\necho \"$1\" >> {}\nexec sh -c \"$2\"\n",
        calls.display()
    );
    std::fs::write(&ssh, script).unwrap();
    std::fs::set_permissions(&ssh, PermissionsExt::from_mode(0o755)).unwrap();
    let kept = Kept::new(&["--ssh", ssh.to_str().unwrap()]);
    let kalda = env!("CARGO_BIN_EXE_kalda");
    let started = kept.start(&["--hosts", hosts.to_str().unwrap(), "--remote-kalda", kalda]);
    assert_eq!(states(&started), ["running"; 3], "{started}");
    let called = std::fs::read_to_string(&calls).unwrap();
    for machine in ["one@localhost", "two@localhost", "three@localhost"] {
        assert!(called.lines().any(|line| line == machine), "{called}");
    }
    said(&kept.run(&["stop"]));
    assert_eq!(states(&kept.status()), ["stopped"; 3]);
}
