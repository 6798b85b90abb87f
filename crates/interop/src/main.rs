//! Drives real clients and Apache Kafka's own tools against Kalda and against Apache Kafka, and compares what they see.
//!
//! Every run asks Apache Kafka anew: no expected answers are stored. Each library has a driver in its language
//! (`clients/`) that goes through the scenarios of [`scenario::SCENARIOS`] and prints what it sees; the tools go through [`scripts`].
//! Before two observations are compared, ids, times and ports are taken out, and rows without an order are sorted.

// A command's answer goes to standard output.
#![expect(
    clippy::print_stdout,
    reason = "a developer command reports on standard output"
)]

mod check;
mod clients;
mod compare;
mod differences;
mod drive;
mod exactly_once;
mod interchange;
mod jvm;
mod likeness;
mod normalise;
mod options;
mod prepare;
mod report;
mod scenario;
mod scripts;
mod sides;
mod suite;
mod tools;
mod trace;

use std::process::ExitCode;

use clap::Parser;

use crate::options::{Options, Suite};

fn main() -> ExitCode {
    let options = Options::parse();
    let ran = match options.suite {
        Suite::Clients => suite::run(&options),
        Suite::Interchange => interchange::run(&options),
        Suite::ExactlyOnce => exactly_once::run(&options),
        Suite::Scripts => likeness::run(&options),
    };
    match ran {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            println!("interop: {message}");
            ExitCode::from(2)
        }
    }
}
