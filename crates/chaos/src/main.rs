//! Real nodes and real clients under faults, judged by what the clients saw.
//!
//! Every node is a `kalda` process that others reach through a proxy of this program ([`links`]). Client libraries
//! ([`drivers`]) append numbered values and read them back, while [`faults`] that are drawn from a seed strike. In the end
//! everything is healed, all is read, and the [`checker`] looks for what may never be.

// A command's answer goes to standard output.
#![expect(
    clippy::print_stdout,
    reason = "a developer command reports on standard output"
)]

mod bound;
mod chance;
mod checker;
mod client_faults;
mod cluster;
mod drivers;
mod faults;
mod ground;
mod history;
mod links;
mod options;
mod report;
mod requests;
mod run;
mod storm;

use std::process::ExitCode;

use clap::Parser;

use crate::options::Options;

fn main() -> ExitCode {
    match run::run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("chaos: {error}");
            ExitCode::from(2)
        }
    }
}
