//! Runs the driver of a client library through its scenarios at one broker.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use testkit::error::FixtureError;
use testkit::process::Process;

use crate::clients::Driver;
use crate::jvm::Jvm;
use crate::scenario::{self, Seen};

/// How long one scenario may take before its driver is given up: longer than the deadlines inside the drivers.
const SCENARIO_LIMIT: Duration = Duration::from_secs(150);

/// What the scenarios of one client saw at one broker, by scenario.
pub type Answers = BTreeMap<String, Seen>;

/// One driver at one broker.
#[derive(Debug)]
pub struct Run<'a> {
    /// The library's name, which begins the names of its topics and groups.
    pub client: &'a str,
    /// The program.
    pub driver: &'a Driver,
    /// The JVM of the Java client.
    pub jvm: Option<&'a Jvm>,
    /// Where the broker listens.
    pub address: SocketAddr,
    /// Where the driver's errors go.
    pub log: &'a Path,
}

impl Run<'_> {
    /// Runs scenarios in turn. A driver that dies or hangs in one is started again for those that are left.
    ///
    /// # Errors
    /// [`FixtureError`] when the driver cannot be started at all.
    pub fn scenarios(&self, scenarios: &[&str]) -> Result<Answers, FixtureError> {
        let mut answers = Answers::new();
        let mut left = scenarios.to_vec();
        while !left.is_empty() {
            let began = Instant::now();
            let broke = match self.driver {
                Driver::Jvm => self.in_jvm(&left, &mut answers),
                Driver::Program(program) => self.program(program, &left, &mut answers)?,
            };
            left.retain(|s| !answers.contains_key(*s));
            if let Some(stuck) = left.first().copied() {
                let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
                let error = Some(broke.unwrap_or_else(|| "the driver ended early".to_owned()));
                answers.insert(
                    stuck.to_owned(),
                    Seen {
                        error,
                        ms,
                        ..Seen::default()
                    },
                );
                left.remove(0);
            }
        }
        Ok(answers)
    }

    fn in_jvm(&self, scenarios: &[&str], answers: &mut Answers) -> Option<String> {
        let jvm = self.jvm?;
        for scenario in scenarios {
            let arguments = [
                self.address.to_string(),
                self.client.to_owned(),
                (*scenario).to_owned(),
            ];
            match jvm.run("JavaClient", &arguments, "", SCENARIO_LIMIT) {
                Ok(ran) => {
                    let lines = ran.out.lines().filter_map(scenario::parse);
                    answers.extend(lines);
                    if !answers.contains_key(*scenario) {
                        return Some(format!("the driver ended early: {}", ran.err));
                    }
                }
                Err(error) => return Some(error.to_string()),
            }
        }
        None
    }

    fn program(
        &self,
        program: &[std::ffi::OsString],
        scenarios: &[&str],
        answers: &mut Answers,
    ) -> Result<Option<String>, FixtureError> {
        let mut command = Command::new(&program[0]);
        command.args(&program[1..]).arg(self.address.to_string());
        command.arg(self.client).arg(scenarios.join(","));
        let mut process = Process::start_piped(self.client, &mut command, self.log)?;
        // The driver has nothing to read; members that it starts end when this pipe does.
        let stdin = process.child().stdin.take();
        let stdout = process
            .child()
            .stdout
            .take()
            .expect("the standard output is piped");
        let (sender, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let stopped = collect(&lines, answers);
        drop(stdin);
        process.kill();
        let written = process.written();
        let tail: String = written
            .chars()
            .skip(written.chars().count().saturating_sub(600))
            .collect();
        Ok(stopped.map(|s| format!("{s}: {tail}")))
    }
}

/// Takes a driver's lines until it ends or hangs.
fn collect(lines: &mpsc::Receiver<String>, answers: &mut Answers) -> Option<String> {
    let mut deadline = Instant::now() + SCENARIO_LIMIT;
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                if let Some((scenario, seen)) = scenario::parse(&line) {
                    answers.insert(scenario, seen);
                    deadline = Instant::now() + SCENARIO_LIMIT;
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                return Some(format!("no answer within {SCENARIO_LIMIT:?}"));
            }
            Err(RecvTimeoutError::Disconnected) => {
                return Some("the driver ended early".to_owned());
            }
        }
    }
}
