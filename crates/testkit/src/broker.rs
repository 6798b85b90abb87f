//! A broker as a process: Kalda or Apache Kafka, with the same configuration.

use std::fmt;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::directory::TempDir;
use crate::error::FixtureError;
use crate::ports::Port;
use crate::process::{self, Process};
use crate::wait;

/// How long a broker may take until it accepts connections.
const START_LIMIT: Duration = Duration::from_secs(240);
/// How long a broker may take to stop when asked.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// Which broker, and where its program is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Kalda, by its binary.
    Kalda {
        /// The `kalda` binary.
        binary: PathBuf,
    },
    /// Apache Kafka, by the directory of its jars.
    Kafka {
        /// Directory of jars.
        jars: PathBuf,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kalda { .. } => "kalda",
            Self::Kafka { .. } => "kafka",
        })
    }
}

/// A running broker with a directory of its own; it is killed when the value is dropped.
#[derive(Debug)]
pub struct Broker {
    kind: Kind,
    directory: TempDir,
    port: Port,
    controller: Port,
    properties: Vec<(String, String)>,
    java: Vec<String>,
    process: Process,
}

/// How the JVM of an Apache Kafka that is only asked questions is run: small.
const SMALL_JVM: [&str; 2] = ["-Xmx700m", "-XX:+UseSerialGC"];

impl Broker {
    /// Starts a combined node with node id 0 and waits until it accepts connections.
    ///
    /// `properties` come on top of what a single node needs, with Apache Kafka's names.
    ///
    /// # Errors
    /// [`FixtureError`] with the end of the broker's output when it does not come up.
    pub fn start(kind: Kind, properties: &[(&str, &str)]) -> Result<Self, FixtureError> {
        Self::start_with(kind, properties, &SMALL_JVM)
    }

    /// As [`Broker::start`], with the options of the JVM, where it is one.
    ///
    /// # Errors
    /// As [`Broker::start`].
    pub fn start_with(
        kind: Kind,
        properties: &[(&str, &str)],
        java: &[&str],
    ) -> Result<Self, FixtureError> {
        let directory = TempDir::new(&kind.to_string())?;
        let (port, controller) = (Port::free()?, Port::free()?);
        let mut all = single_node(&directory, &port, &controller);
        all.extend(
            properties
                .iter()
                .map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
        );
        write_properties(&directory, &all)?;
        if let Kind::Kafka { jars } = &kind {
            format_directory(jars, directory.path())?;
        }
        let java: Vec<String> = java.iter().map(|option| (*option).to_owned()).collect();
        let process = launch(&kind, directory.path(), &all, &java)?;
        let mut broker = Self {
            kind,
            directory,
            port,
            controller,
            properties: all,
            java,
            process,
        };
        broker.ready()?;
        Ok(broker)
    }

    /// Starts it again on the same directory and port after [`Broker::stop`] or [`Broker::kill`].
    ///
    /// # Errors
    /// As [`Broker::start`].
    pub fn restart(&mut self) -> Result<(), FixtureError> {
        self.launch_again()?;
        self.ready()
    }

    /// As [`Broker::restart`], without waiting for anything: for those who measure how long it takes.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn launch_again(&mut self) -> Result<(), FixtureError> {
        self.process = launch(
            &self.kind,
            self.directory.path(),
            &self.properties,
            &self.java,
        )?;
        Ok(())
    }

    fn ready(&mut self) -> Result<(), FixtureError> {
        let address = self.address();
        let process = &mut self.process;
        let up = wait::until(
            "a broker accepting connections",
            START_LIMIT,
            || {
                let ended = process.ended();
                (ended.is_some() || wait::accepts(address)).then_some(ended)
            },
            String::new,
        );
        match up {
            Ok(None) => Ok(()),
            Ok(Some(status)) => Err(FixtureError::Failed {
                program: self.kind.to_string(),
                status: status.to_string(),
                output: self.process.written(),
            }),
            Err(_) => Err(FixtureError::Late {
                what: format!("{} accepting connections", self.kind),
                limit: START_LIMIT,
                detail: self.process.written(),
            }),
        }
    }

    /// Which broker this is.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Where clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port.number()))
    }

    /// The ports of clients and of the controller.
    #[must_use]
    pub fn ports(&self) -> [u16; 2] {
        [self.port.number(), self.controller.number()]
    }

    /// Its log directory.
    #[must_use]
    pub fn log_dir(&self) -> PathBuf {
        log_dir(self.directory.path())
    }

    /// The id of its process.
    #[must_use]
    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// The end of what it wrote.
    #[must_use]
    pub fn written(&self) -> String {
        self.process.written()
    }

    /// Whether it still runs.
    pub fn alive(&mut self) -> bool {
        self.process.ended().is_none()
    }

    /// Stops it with SIGTERM.
    ///
    /// # Errors
    /// [`FixtureError::Late`] when it had to be killed.
    pub fn stop(&mut self) -> Result<(), FixtureError> {
        self.process.stop(STOP_LIMIT).map(|_| ())
    }

    /// Kills it with SIGKILL.
    pub fn kill(&mut self) {
        self.process.kill();
    }
}

fn log_dir(directory: &Path) -> PathBuf {
    directory.join("data")
}

fn single_node(directory: &TempDir, port: &Port, controller: &Port) -> Vec<(String, String)> {
    let (port, controller) = (port.number(), controller.number());
    let listeners = format!("PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}");
    let data = log_dir(directory.path()).display().to_string();
    [
        ("process.roles", "broker,controller".to_owned()),
        ("node.id", "0".to_owned()),
        (
            "controller.quorum.voters",
            format!("0@127.0.0.1:{controller}"),
        ),
        ("listeners", listeners),
        ("controller.listener.names", "CONTROLLER".to_owned()),
        (
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT".to_owned(),
        ),
        ("log.dirs", data),
        ("offsets.topic.replication.factor", "1".to_owned()),
        ("transaction.state.log.replication.factor", "1".to_owned()),
        ("transaction.state.log.min.isr", "1".to_owned()),
        (
            "share.coordinator.state.topic.replication.factor",
            "1".to_owned(),
        ),
        ("share.coordinator.state.topic.min.isr", "1".to_owned()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .to_vec()
}

fn properties_file(directory: &Path) -> PathBuf {
    directory.join("server.properties")
}

fn write_properties(directory: &TempDir, all: &[(String, String)]) -> Result<(), FixtureError> {
    let mut text = String::new();
    for (key, value) in all {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{key}={value}");
    }
    let path = properties_file(directory.path());
    std::fs::write(&path, text).map_err(FixtureError::file(&path))
}

fn java(jars: &Path, options: &[impl AsRef<std::ffi::OsStr>]) -> Command {
    let mut command = Command::new("java");
    command.args(options).arg("-cp").arg(jars.join("*"));
    command
}

/// A fixed cluster id: each broker has its own directory and port.
const CLUSTER_ID: &str = "a2FsZGEtaW50ZXJvcC0wMQ";

fn format_directory(jars: &Path, directory: &Path) -> Result<(), FixtureError> {
    let mut command = java(jars, &["-Xmx128m", "-XX:+UseSerialGC"]);
    command.args(["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c"]);
    command.arg(properties_file(directory));
    process::run(
        "kafka-storage format",
        &mut command,
        &directory.join("format.log"),
        START_LIMIT,
    )
}

fn launch(
    kind: &Kind,
    directory: &Path,
    properties: &[(String, String)],
    java_options: &[String],
) -> Result<Process, FixtureError> {
    let mut command = match kind {
        Kind::Kafka { jars } => {
            let mut command = java(jars, java_options);
            command.arg("kafka.Kafka").arg(properties_file(directory));
            command
        }
        Kind::Kalda { binary } => {
            let mut command = Command::new(binary);
            command.arg("server");
            for (key, value) in properties {
                command.arg("--override").arg(format!("{key}={value}"));
            }
            command
        }
    };
    command.stdin(std::process::Stdio::null());
    Process::start(
        &kind.to_string(),
        &mut command,
        &directory.join("broker.log"),
    )
}
