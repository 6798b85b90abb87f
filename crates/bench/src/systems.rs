//! The brokers that are compared, each started once and kept for the whole run.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::broker::{Broker, Kind};
use testkit::{artifacts, directory};

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum System {
    /// Kalda, without configuration.
    Kalda,
    /// Apache Kafka as it comes, with its own heap settings.
    KafkaStock,
    /// Apache Kafka with two network and two IO threads and the kernel's socket buffers.
    KafkaTuned,
    /// A bare loop that does the same exchange and nothing else.
    Floor,
}

impl System {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Kalda, Self::KafkaStock, Self::KafkaTuned, Self::Floor];

    /// Its name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Kalda => "kalda",
            Self::KafkaStock => "kafka stock",
            Self::KafkaTuned => "kafka tuned",
            Self::Floor => "bare loop",
        }
    }

    /// Whether it runs in a JVM, which has to warm up.
    #[must_use]
    pub const fn is_kafka(self) -> bool {
        matches!(self, Self::KafkaStock | Self::KafkaTuned)
    }
}

/// What every broker is told, so that none does less than another: topics are made by the benchmark, old data is looked for
/// and removed at once.
const COMMON: [(&str, &str); 7] = [
    ("auto.create.topics.enable", "false"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("offsets.topic.num.partitions", "5"),
    ("log.retention.check.interval.ms", "1000"),
    ("log.segment.delete.delay.ms", "1000"),
    ("log.initial.task.delay.ms", "500"),
    ("max.connections.per.ip", "200000"),
];

const TUNED: [(&str, &str); 4] = [
    ("num.network.threads", "2"),
    ("num.io.threads", "2"),
    ("socket.send.buffer.bytes", "-1"),
    ("socket.receive.buffer.bytes", "-1"),
];

/// Kafka's own start script gives it this heap; the collector is the JVM's default on a server.
const JVM: [&str; 4] = ["-Xms1g", "-Xmx1g", "-XX:+UseG1GC", "-server"];

/// Where the programs are.
#[derive(Clone, Debug)]
pub struct Programs {
    kalda: PathBuf,
    jars: Option<PathBuf>,
}

impl Programs {
    /// Builds Kalda unless its binary is named, and fetches Apache Kafka if it takes part.
    ///
    /// # Errors
    /// The build or the fetch failed.
    pub fn find(kalda: Option<&Path>, with_kafka: bool) -> Result<Self, String> {
        let kalda = match kalda {
            Some(path) => path.to_owned(),
            None => build_kalda()?,
        };
        let pom = directory::workspace().join("crates/interop/clients/kafka/pom.xml");
        let fetch = || artifacts::maven("kafka", &pom).map_err(|e| e.to_string());
        let jars = with_kafka.then(fetch).transpose()?;
        Ok(Self { kalda, jars })
    }

    /// Starts a broker; the bare loop is no broker.
    ///
    /// # Errors
    /// It does not come up; the message has the end of its output.
    pub fn start(&self, system: System, more: &[(&str, &str)]) -> Result<Broker, String> {
        let mut properties = COMMON.to_vec();
        if system == System::KafkaTuned {
            properties.extend(TUNED);
        }
        properties.extend(more);
        let kind = match (system, &self.jars) {
            (System::Kalda, _) => Kind::Kalda {
                binary: self.kalda.clone(),
            },
            (System::Floor, _) => return Err("the bare loop is no broker".to_owned()),
            (_, Some(jars)) => Kind::Kafka { jars: jars.clone() },
            (_, None) => return Err("Apache Kafka was left out".to_owned()),
        };
        Broker::start_with(kind, &properties, &JVM).map_err(|e| e.to_string())
    }
}

fn build_kalda() -> Result<PathBuf, String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["build", "--release", "-q", "-p", "kalda", "--bin", "kalda"])
        .current_dir(directory::workspace());
    let status = command.status().map_err(|e| format!("cargo: {e}"))?;
    if status.success() {
        Ok(directory::target().join("release/kalda"))
    } else {
        Err("kalda cannot be built".to_owned())
    }
}

/// A broker that runs, as a benchmark sees it.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// Which it is.
    pub system: System,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process.
    pub pid: u32,
}
