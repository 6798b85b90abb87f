//! kafka-server-start: a node from a properties file, in the foreground or, with -daemon, in the background.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use super::console;

/// Its name.
pub const NAME: &str = "kafka-server-start";
/// Where the background node writes, if LOG_DIR says nothing.
const LOG_DIR: &str = "logs";
/// The file in which it writes.
const LOG_FILE: &str = "kafkaServer.out";
const USAGE: &str =
    "USAGE: kafka-server-start [-daemon] server.properties [--override property=value]*";

/// What is to be done.
#[derive(Debug, PartialEq, Eq)]
pub enum Start {
    /// `kalda server` with these arguments, here.
    Here(Vec<String>),
    /// It is done, or cannot be.
    Done(u8),
}

/// What the arguments ask for.
pub fn start(arguments: &[String]) -> Start {
    let mut daemon = false;
    let mut rest = arguments;
    loop {
        match rest.first().map(String::as_str) {
            Some("-daemon") => {
                daemon = true;
                rest = &rest[1..];
            }
            // What they say is of the Java machine: its name among logs, and its garbage collection's log.
            Some("-loggc") => rest = &rest[1..],
            Some("-name") => rest = rest.get(2..).unwrap_or_default(),
            _ => break,
        }
    }
    if rest.is_empty() || rest.iter().any(|word| word == "--help") {
        console::note(USAGE);
        return Start::Done(1);
    }
    if rest.iter().any(|word| word == "--version") {
        return Start::Done(u8::from(console::line(super::KAFKA_VERSION).is_err()));
    }
    let words = ["kalda", "server"].into_iter().map(str::to_owned);
    let words: Vec<_> = words.chain(rest.iter().cloned()).collect();
    if !daemon {
        return Start::Here(words);
    }
    match in_background(&words[1..]) {
        Ok(_) => Start::Done(0),
        Err(error) => {
            console::note(format!(
                "the node cannot be started in the background: {error}"
            ));
            Start::Done(1)
        }
    }
}

/// Starts a process that outlives this one, in a process group of its own; the answer is its id.
fn in_background(words: &[String]) -> io::Result<u32> {
    let place = std::env::var_os("LOG_DIR").map_or_else(|| PathBuf::from(LOG_DIR), PathBuf::from);
    std::fs::create_dir_all(&place)?;
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(place.join(LOG_FILE))?;
    let child = Command::new(std::env::current_exe()?)
        .args(words)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0)
        .spawn()?;
    Ok(child.id())
}

impl From<Start> for Result<Vec<String>, ExitCode> {
    fn from(start: Start) -> Self {
        match start {
            Start::Here(words) => Ok(words),
            Start::Done(code) => Err(ExitCode::from(code)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(words: &[&str], expected: Start) {
        let words: Vec<_> = words.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(start(&words), expected);
    }

    fn here(words: &[&str]) -> Start {
        Start::Here(words.iter().map(|word| (*word).to_owned()).collect())
    }

    #[test]
    fn the_file_and_its_overrides_go_to_the_server() {
        let given = ["server.properties", "--override", "node.id=3"];
        check(
            &given,
            here(&[
                "kalda",
                "server",
                "server.properties",
                "--override",
                "node.id=3",
            ]),
        );
        check(
            &["-name", "x", "-loggc", "a"],
            here(&["kalda", "server", "a"]),
        );
    }

    #[test]
    fn without_a_file_the_usage_is_shown() {
        check(&[], Start::Done(1));
        check(&["-daemon"], Start::Done(1));
    }
}
