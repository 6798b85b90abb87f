//! The command line.

use std::path::PathBuf;

use clap::Parser;

use crate::drivers::Library;
use crate::faults::Kind;

/// Starts a cluster and real clients, lets faults loose on them, and judges what the clients saw.
#[derive(Clone, Debug, Parser)]
#[command(version, about)]
pub struct Options {
    /// How long faults are let loose, in seconds.
    #[arg(long, default_value_t = 110, value_name = "N")]
    pub seconds: u64,
    /// What faults are drawn from; by default from the clock, and printed.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many nodes the cluster has, each of them broker and controller.
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u8).range(3..=5))]
    pub nodes: u8,
    /// Only these clients, joined by commas.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "CLIENT")]
    pub clients: Vec<Library>,
    /// Only these faults, joined by commas.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FAULT")]
    pub faults: Vec<Kind>,
    /// The `kalda` binary; by default it is built now, in the release profile.
    #[arg(long, value_name = "FILE")]
    pub kalda: Option<PathBuf>,
    /// Cut the ends off the logs of killed nodes before they start again, to see that the checker tells of what is lost.
    #[arg(long)]
    pub lose_ends: bool,
    /// Keep the logs and data of a run that found nothing, too.
    #[arg(long)]
    pub keep: bool,
}
