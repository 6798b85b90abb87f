//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::systems::System;

/// Runs Kalda and Apache Kafka side by side under the same load, and compares.
#[derive(Clone, Debug, Parser)]
#[command(name = "bench", about)]
pub struct Options {
    /// Run these scenarios only (a name, or several joined by commas); the beginning of a name stands for all that begin so.
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub scenario: Vec<String>,
    /// Run all scenarios, also those that take long.
    #[arg(long)]
    pub all: bool,
    /// How often each is run on each broker, in turns.
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub reps: usize,
    /// Seconds that are measured in each run.
    #[arg(long, default_value_t = 3.0, value_name = "S")]
    pub seconds: f64,
    /// Seconds for which Apache Kafka warms up before its first run of a scenario.
    #[arg(long, default_value_t = 8.0, value_name = "S")]
    pub warm_up: f64,
    /// Leave Apache Kafka out.
    #[arg(long)]
    pub without_kafka: bool,
    /// Run on these only.
    #[arg(long, value_delimiter = ',', value_enum, value_name = "SYSTEM")]
    pub system: Vec<Chosen>,
    /// The `kalda` binary; by default it is built now, in the release profile.
    #[arg(long, value_name = "FILE")]
    pub kalda: Option<PathBuf>,
    /// Where the results go as JSON; by default to `target/bench/results.json`.
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// List the scenarios.
    #[arg(long)]
    pub list: bool,
}

/// A system by its name on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Chosen {
    /// Kalda.
    Kalda,
    /// Apache Kafka as it comes.
    Stock,
    /// Apache Kafka, tuned.
    Tuned,
    /// The bare loop.
    Floor,
}

impl Options {
    /// Whether a scenario is asked for.
    #[must_use]
    pub fn wants(&self, name: &str, by_default: bool) -> bool {
        if self.scenario.is_empty() {
            return by_default || self.all;
        }
        self.scenario.iter().any(|wanted| name.starts_with(wanted))
    }

    /// Whether a system takes part.
    #[must_use]
    pub fn takes_part(&self, system: System) -> bool {
        let chosen = match system {
            System::Kalda => Chosen::Kalda,
            System::KafkaStock => Chosen::Stock,
            System::KafkaTuned => Chosen::Tuned,
            System::Floor => Chosen::Floor,
        };
        let left_out = self.without_kafka && system.is_kafka();
        !left_out && (self.system.is_empty() || self.system.contains(&chosen))
    }
}
