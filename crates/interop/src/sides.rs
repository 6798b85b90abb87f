//! The brokers under test, side by side, each with its rules of what is its own.

use std::path::{Path, PathBuf};

use testkit::broker::{Broker, Kind};
use testkit::directory;
use testkit::error::FixtureError;

use crate::clients;
use crate::normalise::Own;
use crate::options::{Against, Options};
use crate::scripts::Place;

/// Settings of both brokers on top of a single node's: short waits, so that the suite is quick.
const PROPERTIES: [(&str, &str); 21] = [
    ("num.partitions", "2"),
    ("offsets.topic.num.partitions", "5"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("group.min.session.timeout.ms", "500"),
    ("group.consumer.min.session.timeout.ms", "500"),
    ("group.consumer.session.timeout.ms", "5000"),
    ("group.consumer.min.heartbeat.interval.ms", "50"),
    ("group.consumer.heartbeat.interval.ms", "200"),
    ("group.share.min.heartbeat.interval.ms", "50"),
    ("group.share.heartbeat.interval.ms", "200"),
    ("group.share.assignment.interval.ms", "0"),
    ("group.streams.min.session.timeout.ms", "500"),
    ("group.streams.session.timeout.ms", "5000"),
    ("group.streams.min.heartbeat.interval.ms", "50"),
    ("group.streams.heartbeat.interval.ms", "200"),
    ("group.streams.initial.rebalance.delay.ms", "0"),
    ("share.coordinator.state.topic.num.partitions", "5"),
    ("log.retention.check.interval.ms", "500"),
    ("log.initial.task.delay.ms", "100"),
    ("transaction.state.log.num.partitions", "2"),
    (
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        "200",
    ),
];

/// One broker under test.
#[derive(Debug)]
pub struct Side {
    /// The broker.
    pub broker: Broker,
    /// What its answers contain that is its own.
    pub own: Own,
    /// What the place holders of scripts stand for.
    pub place: Place,
    _files: directory::TempDir,
}

impl Side {
    fn start(kind: Kind) -> Result<Self, FixtureError> {
        let broker = Broker::start(kind, &PROPERTIES)?;
        let log_dir = broker.log_dir().display().to_string();
        let files = directory::TempDir::new("tools")?;
        for (name, text) in crate::scripts::FILES {
            let path = files.path().join(name);
            std::fs::write(&path, text).map_err(FixtureError::file(&path))?;
        }
        let place = Place {
            bootstrap: broker.address().to_string(),
            log_dir: log_dir.clone(),
            files: files.path().display().to_string(),
        };
        Ok(Self {
            own: Own::new(broker.ports(), &log_dir),
            broker,
            place,
            _files: files,
        })
    }
}

/// The brokers that are asked.
#[derive(Debug, Default)]
pub struct Sides {
    /// Apache Kafka.
    pub kafka: Option<Side>,
    /// Kalda.
    pub kalda: Option<Side>,
}

impl Sides {
    /// Starts the brokers that are asked for.
    ///
    /// # Errors
    /// What kept one from starting, with its output.
    pub fn start(options: &Options, jars: Option<&PathBuf>) -> Result<Self, String> {
        let kalda = || binary(options).map(|binary| Kind::Kalda { binary });
        let kafka = || jars.map(|jars| Kind::Kafka { jars: jars.clone() });
        let kinds = match options.against {
            Against::Kalda => (None, Some(kalda()?)),
            Against::Kafka => (kafka(), None),
            Against::Both => (kafka(), Some(kalda()?)),
            Against::Itself => (kafka(), kafka()),
        };
        let start =
            |kind: Option<Kind>| kind.map(Side::start).transpose().map_err(|e| e.to_string());
        std::thread::scope(|scope| {
            let kafka = scope.spawn(|| start(kinds.0));
            let kalda = start(kinds.1);
            let kafka = kafka
                .join()
                .map_err(|_| "starting Apache Kafka panicked".to_owned())?;
            Ok(Self {
                kafka: kafka?,
                kalda: kalda?,
            })
        })
    }

    /// Another Apache Kafka, to be asked once more.
    ///
    /// # Errors
    /// What kept it from starting, with its output.
    pub fn fresh_kafka(jars: &Path) -> Result<Side, String> {
        let jars = jars.to_owned();
        Side::start(Kind::Kafka { jars }).map_err(|e| e.to_string())
    }

    /// The brokers that run, with their names.
    pub fn running(&self) -> impl Iterator<Item = (&'static str, &Side)> {
        let kafka = self.kafka.iter().map(|s| ("kafka", s));
        kafka.chain(self.kalda.iter().map(|s| ("kalda", s)))
    }
}

/// The binary that was named, or the one of this workspace, built now.
///
/// # Errors
/// What the compiler said.
pub fn binary(options: &Options) -> Result<PathBuf, String> {
    match &options.kalda {
        Some(binary) => Ok(binary.clone()),
        None => clients::kalda().map_err(|e| e.to_string()),
    }
}
