//! librdkafka through Rust: goes through the scenarios and prints what it sees, one line each.
//!
//! Arguments are the bootstrap address, the prefix of names, and scenarios joined by commas; or `member:GROUP:TOPIC` for a
//! member of a group in a process of its own, so that it can crash.

// The lines are what the suite reads.
#![expect(clippy::print_stdout, reason = "a driver reports on standard output")]

mod adapter;
mod administration;
mod groups;
mod records;
mod report;
mod sample;
mod scenarios;
mod transactions;

use std::process::ExitCode;
use std::time::Instant;

use crate::adapter::Session;
use crate::report::Report;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [bootstrap, prefix, names] = &arguments[..] else {
        println!("usage: rdkafka-driver BOOTSTRAP PREFIX SCENARIO[,SCENARIO...]");
        return ExitCode::from(2);
    };
    if let Some(member) = names.strip_prefix("member:") {
        groups::member(&Session::new(bootstrap, prefix), member);
        return ExitCode::SUCCESS;
    }
    for name in names.split(',') {
        let (mut report, began) = (Report::default(), Instant::now());
        let failure = scenarios::run(name, &Session::new(bootstrap, prefix), &mut report).err();
        println!(
            "@{}",
            report.line(name, failure.as_deref(), began.elapsed())
        );
    }
    ExitCode::SUCCESS
}
