//! Runs Kalda and Apache Kafka side by side under a load generator of its own, and compares.
//!
//! Scenarios are run in turns (A B C A B C ...) on brokers that all run at once, so that what the machine does meanwhile
//! meets all alike. The table says medians and ranges; absolute figures move between machines, ratios do not.

// A command's answer goes to standard output.
#![expect(
    clippy::print_stdout,
    reason = "a developer command reports on standard output"
)]

mod call;
mod first_ack;
mod floor;
mod heartbeats;
mod link;
mod load;
mod options;
mod report;
mod runner;
mod scenario;
mod scenarios;
mod systems;
mod template;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use crate::options::Options;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(("floor", rest)) = arguments.split_first().map(|(f, rest)| (f.as_str(), rest)) {
        return serve_floor(rest);
    }
    match runner::run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("bench: {message}");
            ExitCode::FAILURE
        }
    }
}

/// This program as the bare loop that it starts beside itself.
fn serve_floor(arguments: &[String]) -> ExitCode {
    let Some(plan) = floor::FloorPlan::parse(arguments) else {
        println!("bench floor is started by bench itself");
        return ExitCode::from(2);
    };
    match floor::serve(plan) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("bench floor: {error}");
            ExitCode::FAILURE
        }
    }
}
