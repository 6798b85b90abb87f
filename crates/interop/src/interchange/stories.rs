//! The stories: who has the directory when, and how each ends.

use super::place::Program::{Kafka, Kafka39, Kalda};
use super::turns::End::{Clean, Killed};
use super::turns::Turns;

/// One directory's life.
#[derive(Debug)]
pub(super) struct Story {
    /// What `--only` calls it.
    pub(super) name: &'static str,
    /// What its `server.properties` says differently; an empty value leaves a key out.
    pub(super) settings: &'static [(&'static str, &'static str)],
    /// Tells it.
    pub(super) tell: fn(&mut Turns<'_>) -> Result<(), String>,
}

/// As Apache Kafka 4.4 ships it: the voters are in the metadata log, not in the file.
const DYNAMIC_VOTERS: &[(&str, &str)] = &[
    ("controller.quorum.voters", ""),
    (
        "controller.quorum.bootstrap.servers",
        "127.0.0.1:CONTROLLER_PORT",
    ),
];

/// Every story. The last one begins first.
pub(super) const STORIES: [Story; 5] = [
    Story {
        name: "oldest",
        settings: &[("log.dirs", "DIR/one")],
        tell: oldest,
    },
    Story {
        name: "kafka39",
        settings: &[],
        tell: kafka39,
    },
    Story {
        name: "transactions",
        settings: DYNAMIC_VOTERS,
        tell: transactions,
    },
    Story {
        name: "kalda-first",
        settings: DYNAMIC_VOTERS,
        tell: kalda_first,
    },
    Story {
        name: "kafka-first",
        settings: DYNAMIC_VOTERS,
        tell: kafka_first,
    },
];

/// Kafka, Kalda, Kafka, Kalda, Kafka: clean stops, then kills.
fn kafka_first(turns: &mut Turns<'_>) -> Result<(), String> {
    turns.format(Kafka, &["--standalone"])?;
    turns.start(Kafka)?;
    turns.write("kafka")?;
    turns.share("kafka")?;
    turns.transact()?;
    turns.special()?;
    turns.end(Clean)?;
    turns.start(Kalda)?;
    turns.write("kalda")?;
    turns.share("kalda")?;
    turns.end(Clean)?;
    turns.start(Kafka)?;
    turns.write("again-kafka")?;
    turns.share("again-kafka")?;
    turns.end(Killed)?;
    turns.start(Kalda)?;
    turns.write("again-kalda")?;
    turns.share("again-kalda")?;
    turns.end(Killed)?;
    turns.start(Kafka)?;
    turns.settle()?;
    turns.end(Clean)?;
    turns.start(Kalda)?;
    turns.end(Clean)
}

/// A directory that Kalda formats; kills, then clean stops. Each refuses what the other runs on.
fn kalda_first(turns: &mut Turns<'_>) -> Result<(), String> {
    turns.start(Kalda)?;
    turns.refuses(Kafka, &["Failed to acquire lock on file .lock in"])?;
    turns.write("kalda")?;
    turns.share("kalda")?;
    turns.end(Killed)?;
    turns.start(Kafka)?;
    turns.refuses(Kalda, &["is in use by another process"])?;
    turns.write("kafka")?;
    turns.share("kafka")?;
    turns.transact()?;
    turns.special()?;
    turns.end(Killed)?;
    turns.start(Kalda)?;
    turns.write("again-kalda")?;
    turns.share("again-kalda")?;
    turns.end(Clean)?;
    turns.start(Kafka)?;
    turns.end(Clean)
}

/// A directory of Kafka 3.9, whose open transaction Kalda ends, and which Kafka 4.4 opens afterwards.
fn kafka39(turns: &mut Turns<'_>) -> Result<(), String> {
    turns.format(Kafka39, &[])?;
    turns.start(Kafka39)?;
    turns.write("kafka39")?;
    turns.transact()?;
    turns.end(Clean)?;
    turns.start(Kalda)?;
    turns.write("kalda")?;
    turns.settle()?;
    turns.end(Clean)?;
    turns.start(Kafka)?;
    turns.end(Clean)
}

/// The lowest metadata version that Kafka 4 reads, in one log directory: it has no records of several.
fn oldest(turns: &mut Turns<'_>) -> Result<(), String> {
    turns.format(Kafka39, &["--release-version", "3.3-IV3"])?;
    turns.start(Kafka39)?;
    turns.write("kafka39")?;
    turns.end(Killed)?;
    turns.start(Kalda)?;
    turns.write("kalda")?;
    turns.end(Killed)?;
    turns.start(Kafka39)?;
    turns.end(Clean)
}

/// Each ends what the one before has left open: after clean stops, then after kills. Apache Kafka shows first what comes of it.
fn transactions(turns: &mut Turns<'_>) -> Result<(), String> {
    turns.format(Kafka, &["--standalone"])?;
    turns.start(Kafka)?;
    turns.open("first")?;
    turns.end(Clean)?;
    let rounds = [
        (Kafka, "second", Clean),
        (Kalda, "third", Clean),
        (Kafka, "fourth", Killed),
        (Kalda, "fifth", Killed),
        (Kafka, "sixth", Killed),
        (Kalda, "seventh", Killed),
    ];
    for (program, round, end) in rounds {
        turns.start(program)?;
        turns.finish()?;
        turns.open(round)?;
        turns.end(end)?;
    }
    turns.start(Kalda)?;
    turns.finish()?;
    turns.end(Clean)?;
    turns.start(Kafka)?;
    turns.end(Clean)
}
