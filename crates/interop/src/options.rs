//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Drives real clients and Apache Kafka's own tools against Kalda and against Apache Kafka, and compares what they see.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub struct Options {
    /// What to run.
    #[arg(long, value_enum, default_value_t = Suite::Clients)]
    pub suite: Suite,
    /// Run only these scenarios or tools (a name, or several joined by commas).
    #[arg(long, value_delimiter = ',', value_name = "SCENARIO")]
    pub only: Vec<String>,
    /// Run only these clients ("tools" stands for the command-line tools).
    #[arg(long, value_delimiter = ',', value_name = "CLIENT")]
    pub client: Vec<String>,
    /// Which broker to ask; a comparison needs both.
    #[arg(long, value_enum, default_value_t = Against::Both)]
    pub against: Against,
    /// The `kalda` binary; by default it is built now, in the release profile.
    #[arg(long, value_name = "FILE")]
    pub kalda: Option<PathBuf>,
    /// How many clients run at a time.
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub jobs: usize,
    /// Write every observation of both brokers to this file, one JSON line each.
    #[arg(long, value_name = "FILE")]
    pub dump: Option<PathBuf>,
    /// Print every difference in full.
    #[arg(long)]
    pub verbose: bool,
}

/// A suite of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    /// Clients and tools against both brokers.
    Clients,
    /// Data directories that both programs use in turns.
    Interchange,
    /// Copiers and a broker that are killed while records are copied in transactions.
    ExactlyOnce,
    /// Kalda's scripts beside Apache Kafka's tools, at one cluster.
    Scripts,
}

/// Which broker to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Against {
    /// Kalda alone.
    Kalda,
    /// Apache Kafka alone.
    Kafka,
    /// Both, and compare.
    Both,
    /// Apache Kafka with itself: whatever differs is a fault of the suite.
    Itself,
}

impl Options {
    /// Whether a client or the tools are asked for.
    #[must_use]
    pub fn wants_client(&self, name: &str) -> bool {
        self.client.is_empty() || self.client.iter().any(|c| c == name)
    }

    /// Whether each of the asked is among those that there are.
    ///
    /// # Errors
    /// Which is not, and what there is.
    pub fn expect_known(what: &str, asked: &[String], known: &[&str]) -> Result<(), String> {
        match asked.iter().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => Err(format!(
                "there is no {what} \"{name}\", but {}",
                known.join(", ")
            )),
        }
    }

    /// Whether a scenario or tool is asked for.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|o| o == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_does_not_exist_is_refused_with_those_that_do() {
        let check = |asked: &[&str]| {
            let asked: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
            Options::expect_known("scenario", &asked, &["create", "seek"])
        };
        assert_eq!(check(&[]), Ok(()));
        assert_eq!(check(&["seek", "create"]), Ok(()));
        assert_eq!(
            check(&["seek", "seeek"]),
            Err("there is no scenario \"seeek\", but create, seek".to_owned())
        );
    }
}
