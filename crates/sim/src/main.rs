//! `sim`: runs seeds, and says what the checkers found.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use sim::{Outcome, Plan, Totals, run};

/// Seeds between two lines of progress.
const PROGRESS: u64 = 100;

/// Runs a node under simulated faults, one run for each seed.
#[derive(Debug, Parser)]
struct Args {
    /// How many seeds to run.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 0)]
    start: u64,
    /// Operations of each run before faults end.
    #[arg(long, default_value_t = 500)]
    ops: u64,
    /// Print what happens.
    #[arg(long)]
    trace: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let mut totals = Totals::default();
    let mut failed = Vec::new();
    for seed in args.start..args.start + args.seeds {
        let plan = Plan {
            seed,
            operations: args.ops,
            trace: args.trace,
        };
        match catch_unwind(AssertUnwindSafe(|| run(&plan))) {
            Ok(outcome) => {
                totals.add(&outcome.totals);
                if !report(seed, &outcome) {
                    failed.push(seed);
                }
            }
            Err(_) => {
                say(&format!("seed {seed} FAILED: the node panicked"));
                say(&replay(seed));
                failed.push(seed);
            }
        }
        let done = seed + 1 - args.start;
        if done % PROGRESS == 0 {
            say(&format!(
                "{done} of {} seeds, {} failed",
                args.seeds,
                failed.len()
            ));
        }
    }
    say(&totals.to_string());
    let idle = totals.idle_faults();
    if !idle.is_empty() {
        say(&format!("never fired: {}", idle.join(", ")));
    }
    let failures = failed.len() as u64;
    say(&format!(
        "{} passed, {failures} failed, 0 skipped",
        args.seeds - failures
    ));
    // A few seeds need not meet every fault; many that never meet one prove nothing about it.
    if failed.is_empty() && (idle.is_empty() || args.seeds < PROGRESS) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn report(seed: u64, outcome: &Outcome) -> bool {
    for line in &outcome.lines {
        say(line);
    }
    for violation in &outcome.violations {
        say(&format!("seed {seed} FAILED: {violation}"));
        say(&replay(seed));
    }
    outcome.violations.is_empty()
}

fn replay(seed: u64) -> String {
    format!("  again: cargo run --release -p sim -- --start {seed} --seeds 1 --trace")
}

fn say(line: &str) {
    // Who closed the pipe does not want more.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
