//! `kalda`: an Apache Kafka node and its tools in one binary.

mod server;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Apache Kafka's whole job in one binary.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a node.
    Server(server::Args),
}

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Server(args) => server::run(&args),
    }
}
