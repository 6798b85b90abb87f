//! One long-lived JVM that runs many main classes, several at a time (`clients/jvm/Runner.java`).

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{ChildStdin, ChildStdout, Command};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use testkit::error::FixtureError;
use testkit::process::Process;

/// What a main class did.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

type Waiting = Arc<Mutex<BTreeMap<u64, Sender<Ran>>>>;

/// A running JVM. Commands may be given from several threads.
#[derive(Debug)]
pub struct Jvm {
    name: String,
    _process: Process,
    stdin: Mutex<ChildStdin>,
    waiting: Waiting,
    next: AtomicU64,
}

impl Jvm {
    /// Starts a JVM with a class path.
    ///
    /// # Errors
    /// [`FixtureError`] when it cannot be started.
    pub fn start(name: &str, class_path: &str, errors: &Path) -> Result<Self, FixtureError> {
        let mut command = Command::new("java");
        if let Some(place) = errors.parent() {
            // Where RocksDB unpacks its library; otherwise each JVM leaves a copy among temporary files.
            command.env("ROCKSDB_SHAREDLIB_DIR", place);
        }
        command
            .args([
                "-Xmx768m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Duser.timezone=UTC",
                // For commands that leave by System.exit.
                "-Djava.security.manager=allow",
                // For the shutdown hooks of single commands.
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
            ])
            .args([
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                class_path,
                "Runner",
            ]);
        let mut process = Process::start_piped(name, &mut command, errors)?;
        let stdin = process
            .child()
            .stdin
            .take()
            .expect("the standard input is piped");
        let stdout = process
            .child()
            .stdout
            .take()
            .expect("the standard output is piped");
        let waiting = Waiting::default();
        let for_reader = Arc::clone(&waiting);
        std::thread::spawn(move || read_answers(stdout, &for_reader));
        let (stdin, next) = (Mutex::new(stdin), AtomicU64::new(1));
        Ok(Self {
            name: name.to_owned(),
            _process: process,
            stdin,
            waiting,
            next,
        })
    }

    /// Runs a main class to its end.
    ///
    /// # Errors
    /// [`FixtureError::Late`] when it runs longer than `limit` or the JVM has ended.
    pub fn run(
        &self,
        main: &str,
        arguments: &[String],
        input: &str,
        limit: Duration,
    ) -> Result<Ran, FixtureError> {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (sender, receiver) = mpsc::channel();
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, sender);
        let mut line = format!("{id}\t{}\t{}", base64(main), base64(input));
        for argument in arguments {
            line.push('\t');
            line.push_str(&base64(argument));
        }
        line.push('\n');
        let mut stdin = self.stdin.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = stdin
            .write_all(line.as_bytes())
            .and_then(|()| stdin.flush());
        drop(stdin);
        let late = |detail: String| FixtureError::Late {
            what: format!("the end of {main} in {}", self.name),
            limit,
            detail,
        };
        sent.map_err(|e| late(e.to_string()))?;
        receiver
            .recv_timeout(limit)
            .map_err(|e| late(e.to_string()))
    }
}

fn read_answers(stdout: ChildStdout, waiting: &Waiting) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        let fields: Vec<_> = line.split('\t').collect();
        let [id, code, out, err] = fields[..] else {
            continue;
        };
        let ran = Ran {
            code: code.parse().unwrap_or(-1),
            out: unbase64(out),
            err: unbase64(err),
        };
        let sender = id.parse().ok().and_then(|id: u64| {
            waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .remove(&id)
        });
        if let Some(sender) = sender {
            // The caller may have given up on it.
            let _ = sender.send(ran);
        }
    }
    // Those that still wait learn that there will be no answer.
    waiting
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .clear();
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(text: &str) -> String {
    let mut coded = String::with_capacity(text.len() * 4 / 3 + 4);
    for chunk in text.as_bytes().chunks(3) {
        let word = chunk
            .iter()
            .enumerate()
            .fold(0u32, |w, (i, b)| w | u32::from(*b) << (16 - 8 * i));
        for i in 0..4 {
            let letter = ALPHABET[(word >> (18 - 6 * i) & 63) as usize];
            coded.push(if i > chunk.len() {
                '='
            } else {
                char::from(letter)
            });
        }
    }
    coded
}

fn unbase64(text: &str) -> String {
    let (mut bytes, mut word, mut bits) = (Vec::with_capacity(text.len()), 0u32, 0);
    for letter in text.bytes() {
        let Some(value) = ALPHABET.iter().position(|a| *a == letter) else {
            break;
        };
        word = word << 6 | u32::try_from(value).unwrap_or(0);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits & 0xff) as u8);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_every_length_survive_base64() {
        for text in ["", "a", "ab", "abc", "abcd", "zwölf Boxkämpfer\n\t"] {
            assert_eq!(unbase64(&base64(text)), text);
        }
    }

    #[test]
    fn base64_is_padded_as_java_wants_it() {
        assert_eq!(
            (base64("a"), base64("ab"), base64("abc")),
            ("YQ==".into(), "YWI=".into(), "YWJj".into())
        );
    }
}
