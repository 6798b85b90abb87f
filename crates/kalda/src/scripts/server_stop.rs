//! kafka-server-stop: ends the nodes of this machine, or those with a role or an id, by a signal.

use std::fs;
use std::path::Path;

use config::properties;
use rustix::process::{Pid, Signal, kill_process};

use super::console;

/// Its name.
pub const NAME: &str = "kafka-server-stop";

/// A node that runs here.
#[derive(Debug)]
struct Node {
    pid: Pid,
    /// What follows `server` on its command line.
    words: Vec<String>,
    /// Where paths of its command line begin.
    directory: std::path::PathBuf,
}

/// Ends them; the answer is the exit code.
pub fn run(arguments: &[String]) -> u8 {
    let option = |name: &str| arguments.iter().find_map(|word| word.strip_prefix(name));
    let (role, id) = (option("--process-role="), option("--node-id="));
    let unknown = arguments
        .iter()
        .find(|word| !word.starts_with("--process-role=") && !word.starts_with("--node-id="));
    if let Some(word) = unknown {
        console::note(format!(
            "{word}: kafka-server-stop takes --process-role=ROLE and --node-id=ID"
        ));
        return 1;
    }
    let Some(signal) = signal() else {
        console::note(
            "SIGNAL names a signal that a node is not ended with: TERM, INT, QUIT and KILL are",
        );
        return 1;
    };
    let nodes = nodes();
    if nodes.is_empty() {
        return said("No kafka server to stop");
    }
    let has = |node: &Node, name: &str, wanted: Option<&str>| {
        wanted.is_none_or(|wanted| {
            let value = setting(node, name).unwrap_or_default();
            value.split(',').any(|part| part.trim() == wanted)
        })
    };
    let meant = nodes
        .iter()
        .filter(|node| has(node, "process.roles", role) && has(node, "node.id", id));
    let meant: Vec<_> = meant.collect();
    if meant.is_empty() {
        return said("No kafka server with that role and id to stop");
    }
    let failed = meant
        .iter()
        .filter(|node| kill_process(node.pid, signal).is_err());
    u8::from(failed.count() > 0)
}

/// A message, and the exit code of those who find nothing.
fn said(message: &str) -> u8 {
    // Without standard output there is nobody to tell.
    let _ = console::line(message);
    1
}

fn signal() -> Option<Signal> {
    let name = std::env::var("SIGNAL").unwrap_or_else(|_| "TERM".to_owned());
    match name.trim_start_matches("SIG") {
        "TERM" => Some(Signal::TERM),
        "INT" => Some(Signal::INT),
        "QUIT" => Some(Signal::QUIT),
        "KILL" => Some(Signal::KILL),
        _ => None,
    }
}

/// The nodes that run here: processes of this binary that serve.
fn nodes() -> Vec<Node> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| node(&entry.path())).collect()
}

fn node(process: &Path) -> Option<Node> {
    let pid: i32 = process.file_name()?.to_str()?.parse().ok()?;
    let line = fs::read(process.join("cmdline")).ok()?;
    let words: Vec<String> = line
        .split(|byte| *byte == 0)
        .map(|word| String::from_utf8_lossy(word).into_owned())
        .collect();
    let words = served(&words)?;
    Some(Node {
        pid: Pid::from_raw(pid)?,
        words,
        directory: fs::read_link(process.join("cwd")).unwrap_or_default(),
    })
}

/// What follows `server` on the command line of a node; none where it is another program.
fn served(words: &[String]) -> Option<Vec<String>> {
    let name = |word: &String| {
        let name = word.rsplit('/').next().unwrap_or_default();
        name.trim_end_matches(".sh").to_owned()
    };
    let mut rest = words.iter();
    let mut called = name(rest.next()?);
    if called == "kalda" {
        called = name(rest.next()?);
    }
    let is_node = called == "server" || called == super::server_start::NAME;
    is_node.then(|| rest.filter(|word| !word.is_empty()).cloned().collect())
}

/// A configuration of a node: of its command line, else of its file.
fn setting(node: &Node, name: &str) -> Option<String> {
    let prefix = format!("{name}=");
    let given = node.words.iter().rev().find_map(|word| {
        let pair = word.strip_prefix("--override=").unwrap_or(word);
        pair.strip_prefix(&prefix)
    });
    if let Some(value) = given {
        return Some(value.to_owned());
    }
    let file = node
        .words
        .iter()
        .find(|word| word.ends_with(".properties"))?;
    let bytes = fs::read(node.directory.join(file)).ok()?;
    let parsed = properties::parse(file, &bytes).ok()?;
    parsed.get(name).map(|given| given.value.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: Option<&[&str]>) {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        let expected = expected.map(|words| words.iter().map(|word| (*word).to_owned()).collect());
        assert_eq!(served(&words), expected, "{words:?}");
    }

    #[test]
    fn a_node_is_known_by_its_command_line() {
        check(
            &["/usr/bin/kalda", "server", "a.properties"],
            Some(&["a.properties"]),
        );
        check(&["kalda", "kafka-server-start", "a"], Some(&["a"]));
        check(&["/opt/kafka-server-start.sh", "a"], Some(&["a"]));
        check(&["kalda", "topic", "list"], None);
        check(&["vi", "server"], None);
        check(&[], None);
    }

    #[test]
    fn a_setting_is_that_of_the_command_line_before_that_of_the_file() {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("a.properties");
        fs::write(&file, "node.id=1\nprocess.roles=broker,controller\n").expect("it is written");
        let words = ["a.properties", "--override", "node.id=7"];
        let node = Node {
            pid: Pid::from_raw(1).expect("a process id"),
            words: words.map(str::to_owned).to_vec(),
            directory: place.path().to_owned(),
        };
        assert_eq!(setting(&node, "node.id").as_deref(), Some("7"));
        assert_eq!(
            setting(&node, "process.roles").as_deref(),
            Some("broker,controller")
        );
    }
}
