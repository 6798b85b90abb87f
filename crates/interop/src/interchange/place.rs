//! Two log directories, the `server.properties` that names them, and the programs that run on them.

use std::fmt;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use testkit::directory::TempDir;
use testkit::error::FixtureError;
use testkit::ports::Port;
use testkit::process::{self, Process};
use testkit::wait;

use super::Tools;

/// How long a program may take until it accepts connections.
const START_LIMIT: Duration = Duration::from_secs(240);
/// How long a program may take to stop, or to refuse to start.
const STOP_LIMIT: Duration = Duration::from_secs(120);
/// The cluster of every directory that Apache Kafka formats.
const CLUSTER_ID: &str = "a2FsZGEtaW50ZXJvcC0wMQ";

/// Who uses the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    /// Apache Kafka 4.4.0.
    Kafka,
    /// Apache Kafka 3.9.
    Kafka39,
    /// Kalda.
    Kalda,
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kafka => "Kafka 4.4",
            Self::Kafka39 => "Kafka 3.9",
            Self::Kalda => "Kalda",
        })
    }
}

/// The directories of one node and its ports. Every program gets the same `server.properties`.
#[derive(Debug)]
pub(super) struct Place {
    directory: TempDir,
    broker: Port,
    controller: Port,
}

impl Place {
    pub(super) fn new(settings: &[(&str, &str)]) -> Result<Self, FixtureError> {
        let place = Self {
            directory: TempDir::new("interchange")?,
            broker: Port::free()?,
            controller: Port::free()?,
        };
        let mut text = String::new();
        for (key, value) in place.properties() {
            if !settings.iter().any(|(given, _)| *given == key) {
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{key}={value}");
            }
        }
        for (key, value) in settings {
            let value = value
                .replace("DIR", &place.directory.path().display().to_string())
                .replace("CONTROLLER_PORT", &place.controller.number().to_string());
            if !value.is_empty() {
                let _ = writeln!(text, "{key}={value}");
            }
        }
        let file = place.file();
        std::fs::write(&file, text).map_err(FixtureError::file(&file))?;
        Ok(place)
    }

    /// A file as an operator writes it. Snapshots are frequent, so that there is one at every turn.
    fn properties(&self) -> Vec<(&'static str, String)> {
        let here = self.directory.path().display();
        let controller = format!("127.0.0.1:{}", self.controller.number());
        let one = |key| (key, "1".to_owned());
        vec![
            ("process.roles", "broker,controller".to_owned()),
            one("node.id"),
            ("controller.quorum.voters", format!("1@{controller}")),
            ("listeners", listeners(&self.broker, &self.controller)),
            ("controller.listener.names", "CONTROLLER".to_owned()),
            ("log.dirs", format!("{here}/one,{here}/two")),
            one("offsets.topic.replication.factor"),
            one("transaction.state.log.replication.factor"),
            one("transaction.state.log.min.isr"),
            one("share.coordinator.state.topic.replication.factor"),
            one("share.coordinator.state.topic.min.isr"),
            ("offsets.topic.num.partitions", "4".to_owned()),
            ("transaction.state.log.num.partitions", "2".to_owned()),
            (
                "share.coordinator.state.topic.num.partitions",
                "2".to_owned(),
            ),
            ("group.initial.rebalance.delay.ms", "0".to_owned()),
            (
                "metadata.log.max.record.bytes.between.snapshots",
                "2000".to_owned(),
            ),
            ("log.segment.delete.delay.ms", "500".to_owned()),
            // Otherwise a killed Kafka has forgotten for a minute what DeleteRecords did.
            ("log.initial.task.delay.ms", "100".to_owned()),
            (
                "log.flush.start.offset.checkpoint.interval.ms",
                "100".to_owned(),
            ),
            (
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer".to_owned(),
            ),
            ("super.users", "User:ANONYMOUS".to_owned()),
        ]
    }

    fn file(&self) -> PathBuf {
        self.directory.path().join("server.properties")
    }

    /// Where clients connect.
    pub(super) fn bootstrap(&self) -> String {
        format!("127.0.0.1:{}", self.broker.number())
    }

    /// A file or directory of this place.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Formats the directories with the storage tool of a Kafka.
    pub(super) fn format(
        &self,
        program: Program,
        tools: &Tools,
        arguments: &[&str],
    ) -> Result<(), FixtureError> {
        let mut command = java(program, tools);
        command.args(["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c"]);
        command.arg(self.file()).args(arguments);
        process::run(
            "kafka-storage",
            &mut command,
            &self.path("format.log"),
            STOP_LIMIT,
        )
    }

    /// Starts a program and waits until it accepts connections.
    pub(super) fn start(&self, program: Program, tools: &Tools) -> Result<Process, FixtureError> {
        let mut process = self.launch(program, tools, None)?;
        let address = ([127, 0, 0, 1], self.broker.number()).into();
        let up = || match process.ended() {
            Some(status) => Some(Some(status)),
            None => wait::accepts(address).then_some(None),
        };
        let ended = wait::until(
            "a broker accepting connections",
            START_LIMIT,
            up,
            String::new,
        )?;
        match ended {
            None => Ok(process),
            Some(status) => Err(FixtureError::Failed {
                program: program.to_string(),
                status: status.to_string(),
                output: process.written(),
            }),
        }
    }

    /// Starts a program that must refuse; gives what it wrote. It gets ports of its own, which are not the reason.
    pub(super) fn refusal(&self, program: Program, tools: &Tools) -> Result<String, FixtureError> {
        let (broker, controller) = (Port::free()?, Port::free()?);
        let ports = format!("listeners={}", listeners(&broker, &controller));
        let mut process = self.launch(program, tools, Some(&ports))?;
        let ended = process.wait(STOP_LIMIT);
        let written = process.written();
        process.kill();
        match ended? {
            status if status.success() => Err(FixtureError::Failed {
                program: format!("{program}, which should have refused,"),
                status: status.to_string(),
                output: written,
            }),
            _ => Ok(written),
        }
    }

    fn launch(
        &self,
        program: Program,
        tools: &Tools,
        override_pair: Option<&str>,
    ) -> Result<Process, FixtureError> {
        let mut command = match program {
            Program::Kalda => {
                let mut command = Command::new(&tools.kalda);
                command.arg("server");
                command
            }
            Program::Kafka | Program::Kafka39 => {
                let mut command = java(program, tools);
                command.arg("kafka.Kafka");
                command
            }
        };
        command.arg(self.file()).stdin(Stdio::null());
        if let Some(pair) = override_pair {
            command.arg("--override").arg(pair);
        }
        let log = self.path(&format!("{program}.log").replace(' ', "-"));
        Process::start(&program.to_string(), &mut command, &log)
    }

    /// Asks a program to stop, with the signal of a service manager.
    pub(super) fn stop(process: &mut Process) -> Result<String, FixtureError> {
        process.stop(STOP_LIMIT)?;
        Ok(process.written())
    }
}

fn listeners(broker: &Port, controller: &Port) -> String {
    let (broker, controller) = (broker.number(), controller.number());
    format!("PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}")
}

fn java(program: Program, tools: &Tools) -> Command {
    let class_path = match program {
        Program::Kafka39 => tools.kafka39.join("*").into_os_string(),
        Program::Kafka | Program::Kalda => {
            std::env::join_paths([tools.kafka.join("*"), tools.logging.join("*")])
                .expect("no directory of artifacts has a colon in its name")
        }
    };
    let mut command = Command::new("java");
    command.args([
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        "-cp",
    ]);
    command.arg(class_path);
    command
}
