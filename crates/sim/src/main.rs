//! `sim`: runs seeds, on all cores, and says what the checkers found.

use std::io::Write;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::available_parallelism;

use clap::Parser;
use sim::{Cluster, Outcome, Plan, Totals, run};
use storage::planted::{PlantedBug, plant};

/// Seeds between two lines of progress.
const PROGRESS: u64 = 100;

/// Every so many seeds three voters, and three brokers, are run as well.
const VOTERS_EVERY: u64 = 5;

/// Runs a node under simulated faults, one run for each seed, and three voters and three brokers for every fifth.
#[derive(Clone, Debug, Parser)]
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
    /// How many runs at a time; as many as there are cores if not said.
    #[arg(long)]
    jobs: Option<u64>,
    /// Run three voters for every seed.
    #[arg(long)]
    voters: bool,
    /// Run three brokers with replicated topics for every seed, and nothing else.
    #[arg(long)]
    brokers: bool,
    /// Let the log make a mistake on purpose, which the checkers should catch: one of
    /// `storage::planted::PlantedBug`.
    #[arg(long, value_parser = planted)]
    planted: Option<PlantedBug>,
    /// Print what happens.
    #[arg(long)]
    trace: bool,
}

/// What came of one run; nothing if a node panicked.
struct Ended {
    seed: u64,
    cluster: Cluster,
    outcome: Option<Outcome>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let next = AtomicU64::new(args.start);
    let mut count = Count::default();
    std::thread::scope(|scope| {
        let (sender, ended) = channel();
        for _ in 0..jobs(&args) {
            let (args, sender, next) = (&args, sender.clone(), &next);
            scope.spawn(move || work(args, next, &sender));
        }
        drop(sender);
        for ended in ended {
            count.add(ended, args.seeds);
        }
    });
    count.finish()
}

fn planted(name: &str) -> Result<PlantedBug, String> {
    let known = [
        PlantedBug::AcknowledgeBeforeWrite,
        PlantedBug::TruncateOneBatchTooMany,
        PlantedBug::ForgetProducersAtOpen,
        PlantedBug::IndexOffByOne,
        PlantedBug::CheckpointAheadOfData,
        PlantedBug::CompactAwayTheNewest,
        PlantedBug::ForgetAbortedTransactions,
        PlantedBug::CommitAlone,
        PlantedBug::JoinersDoNotCount,
        PlantedBug::MissDivergence,
        PlantedBug::FollowersCountUnsynced,
    ];
    let found = known.into_iter().find(|bug| format!("{bug:?}") == name);
    found.ok_or_else(|| format!("one of {known:?}"))
}

/// One at a time where somebody wants to read what happens.
fn jobs(args: &Args) -> u64 {
    let cores = available_parallelism().map_or(1, NonZero::get) as u64;
    let wanted = args.jobs.unwrap_or(cores).max(1);
    if args.trace {
        1
    } else {
        wanted.min(args.seeds)
    }
}

/// Runs one seed after the other until there is none left.
fn work(args: &Args, next: &AtomicU64, ended: &Sender<Ended>) {
    plant(args.planted);
    loop {
        let seed = next.fetch_add(1, Ordering::Relaxed);
        if seed >= args.start + args.seeds {
            return;
        }
        let is_chosen = seed.is_multiple_of(VOTERS_EVERY);
        let runs = [
            (Cluster::OneNode, !args.brokers),
            (
                Cluster::ThreeVoters,
                args.voters || is_chosen && !args.brokers,
            ),
            (Cluster::ThreeBrokers, args.brokers || is_chosen),
        ];
        for (cluster, _) in runs.into_iter().filter(|(_, is_run)| *is_run) {
            if !run_one(args, cluster, seed, ended) {
                return;
            }
        }
    }
}

/// `false` if nobody wants to know.
fn run_one(args: &Args, cluster: Cluster, seed: u64, ended: &Sender<Ended>) -> bool {
    let plan = Plan {
        cluster,
        seed,
        operations: args.ops,
        trace: args.trace,
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| run(&plan))).ok();
    let ended_run = Ended {
        seed,
        cluster,
        outcome,
    };
    ended.send(ended_run).is_ok()
}

/// What all runs came to.
#[derive(Default)]
struct Count {
    runs: u64,
    seeds: u64,
    failed: u64,
    totals: Totals,
    /// The fewest operations, crashes and simulated milliseconds of a run to its end.
    least: Option<[u64; 3]>,
}

impl Count {
    fn add(&mut self, ended: Ended, of: u64) {
        self.runs += 1;
        let (seed, cluster) = (ended.seed, ended.cluster);
        let found = match ended.outcome {
            None => vec!["a node panicked".to_owned()],
            Some(outcome) => {
                outcome.lines.iter().for_each(|line| say(line));
                self.totals.add(&outcome.totals);
                if outcome.violations.is_empty() {
                    self.note_length(&outcome.totals);
                }
                outcome.violations.iter().map(ToString::to_string).collect()
            }
        };
        for what in &found {
            say(&format!("seed {seed} ({cluster:?}) FAILED: {what}"));
            let voters = match cluster {
                Cluster::OneNode => "",
                Cluster::ThreeVoters => " --voters",
                Cluster::ThreeBrokers => " --brokers",
            };
            say(&format!(
                "  again: cargo xtask sim --start {seed} --seeds 1 --trace{voters}"
            ));
        }
        self.failed += u64::from(!found.is_empty());
        self.seeds += u64::from(cluster == Cluster::OneNode);
        if cluster == Cluster::OneNode && self.seeds.is_multiple_of(PROGRESS) {
            let (seeds, failed) = (self.seeds, self.failed);
            say(&format!("{seeds} of {of} seeds, {failed} failed"));
        }
    }

    fn note_length(&mut self, of: &Totals) {
        let length = [of.operations, of.crashes, of.simulated_ms];
        let least = self.least.get_or_insert(length);
        (least.iter_mut().zip(length)).for_each(|(least, length)| *least = length.min(*least));
    }

    /// A few seeds need not meet every fault; many that never meet one prove nothing about it.
    fn finish(mut self) -> ExitCode {
        say(&self.totals.to_string());
        if let Some([operations, crashes, ms]) = self.least {
            say(&format!(
                "every run: {operations} operations, {crashes} crashes and {} simulated seconds at least",
                ms / 1000
            ));
        }
        let idle = self.totals.idle_faults();
        if !idle.is_empty() && self.seeds >= PROGRESS {
            say(&format!("FAILED: never fired: {}", idle.join(", ")));
            self.failed += 1;
        }
        let passed = self.runs.saturating_sub(self.failed);
        say(&format!(
            "{passed} passed, {} failed, 0 skipped",
            self.failed
        ));
        match self.failed {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }
    }
}

fn say(line: &str) {
    // Who closed the pipe does not want more.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
