//! What is done on the machine of a node: shell scripts, run here or through ssh.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::plan::NodePlan;

/// How nodes are reached.
#[derive(Clone, Debug)]
pub struct Machines {
    /// What runs a command on another machine: `ssh`, or a command in its place, which is given machine and script.
    pub ssh: String,
    /// The program that runs a node, on its machine.
    pub kalda: String,
}

/// What came of a script.
pub type Ran = Result<String, String>;

impl Machines {
    /// Writes the configuration of a node, formats its directories if need be, and starts it.
    pub fn start(&self, node: &NodePlan, cluster_id: &str, properties: &str) -> Ran {
        let (dir, kalda) = (quoted_path(&node.directory), quoted(&self.kalda));
        let id = quoted(cluster_id);
        let script = format!(
            "set -e; mkdir -p {dir}; cat > {dir}/server.properties; \
             {kalda} storage format --ignore-formatted --cluster-id={id} --config {dir}/server.properties >/dev/null; \
             nohup {kalda} server {dir}/server.properties >> {dir}/kalda.log 2>&1 < /dev/null & \
             echo $! > {dir}/pid"
        );
        self.run(node, &script, properties)
    }

    /// The id of the node's process; nothing if it does not run.
    pub fn process(&self, node: &NodePlan) -> Result<Option<u32>, String> {
        let dir = quoted_path(&node.directory);
        // A process id is used again: the command line tells whose it is.
        let script = format!(
            "pid=$(cat {dir}/pid 2>/dev/null) || exit 0; \
             tr '\\0' ' ' < /proc/$pid/cmdline 2>/dev/null | grep -qF {dir}/server.properties && echo $pid; true"
        );
        let found = self.run(node, &script, "")?;
        Ok(found.trim().parse().ok())
    }

    /// Sends a signal to the process of a node.
    pub fn signal(&self, node: &NodePlan, process: u32, signal: &str) -> Ran {
        self.run(node, &format!("kill -{signal} {process}"), "")
    }

    /// The last lines that a node has logged.
    pub fn last_words(&self, node: &NodePlan) -> Ran {
        let dir = quoted_path(&node.directory);
        self.run(
            node,
            &format!("tail -n 5 {dir}/kalda.log 2>/dev/null; true"),
            "",
        )
    }

    fn run(&self, node: &NodePlan, script: &str, input: &str) -> Ran {
        let mut command = match &node.machine {
            None => {
                let mut command = Command::new("sh");
                command.args(["-c", script]);
                command
            }
            Some(machine) => {
                let mut words = self.ssh.split_whitespace();
                let mut command = Command::new(words.next().unwrap_or("ssh"));
                command.args(words).arg(machine).arg(script);
                command
            }
        };
        let output =
            talk(&mut command, input).map_err(|error| format!("node {}: {error}", node.id))?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("node {}: {}", node.id, said.trim()))
        }
    }
}

fn talk(command: &mut Command, input: &str) -> std::io::Result<Output> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // Who fails before it has read everything says why.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output()
}

fn quoted_path(path: &Path) -> String {
    quoted(&path.display().to_string())
}

/// One word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(quoted("a b$c"), "'a b$c'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
