//! Feeds one target with mutated inputs for a time.

use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use codegen::sample::Random;
use fuzz::{Fingerprint, Target};

use crate::memory::peak_of;
use crate::mutate::mutate;

/// Inputs that are kept because they led to something new.
const MAX_CORPUS: usize = 20_000;
/// An execution that takes longer is a finding: work that grows faster than its input.
const SLOW: Duration = Duration::from_secs(5);
/// Findings of one target that are kept.
const MAX_FOUND: usize = 10;

/// What to run.
pub(crate) struct Plan<'a> {
    pub(crate) target: &'a Target,
    pub(crate) seed: u64,
    pub(crate) time: Duration,
}

/// An input that did harm.
pub(crate) struct Found {
    pub(crate) input: Vec<u8>,
    pub(crate) what: String,
}

/// What came of it.
pub(crate) struct Report {
    executions: u64,
    time: Duration,
    corpus_before: usize,
    corpus: usize,
    peak: usize,
    slowest: Duration,
    pub(crate) found: Vec<Found>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>9} executions in {:>5.1}s, corpus {:>5} -> {:>5}, at most {:>6} KiB and {:>4} ms each, {} found",
            self.executions,
            self.time.as_secs_f64(),
            self.corpus_before,
            self.corpus,
            self.peak >> 10,
            self.slowest.as_millis(),
            self.found.len()
        )
    }
}

/// Where the last panic was: what tells two findings apart.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

fn watch_panics() {
    std::panic::set_hook(Box::new(|info| {
        if let Ok(mut last) = LAST_PANIC.lock() {
            *last = info.to_string();
        }
    }));
}

struct Run<'a> {
    target: &'a Target,
    seen: BTreeSet<Fingerprint>,
    corpus: Vec<Vec<u8>>,
    places: BTreeSet<String>,
    report: Report,
}

/// Runs the corpus as it is, then mutations of it until the time is over.
pub(crate) fn run(plan: &Plan<'_>) -> Report {
    watch_panics();
    let target = plan.target;
    let seeds = (target.corpus)(plan.seed);
    let mut run = Run {
        target,
        seen: BTreeSet::new(),
        corpus: seeds.clone(),
        places: BTreeSet::new(),
        report: Report {
            executions: 0,
            time: Duration::ZERO,
            corpus_before: seeds.len(),
            corpus: 0,
            peak: 0,
            slowest: Duration::ZERO,
            found: Vec::new(),
        },
    };
    let start = Instant::now();
    let mut random = Random(plan.seed);
    for seed in seeds {
        run.execute(seed, false);
        if start.elapsed() >= plan.time.mul_f64(0.5) {
            break;
        }
    }
    while start.elapsed() < plan.time && run.report.found.len() < MAX_FOUND {
        let mut input = run.pick(&mut random).to_vec();
        let other = run.pick(&mut random).to_vec();
        mutate(&mut random, &mut input, &other, target.max_len);
        run.execute(input, true);
    }
    run.report.time = start.elapsed();
    run.report.corpus = run.corpus.len();
    run.report
}

impl Run<'_> {
    /// Half of the picks are of what was found last.
    fn pick(&self, random: &mut Random) -> &[u8] {
        let count = self.corpus.len();
        let index = if random.one_in(2) {
            count - 1 - random.below(count.min(64))
        } else {
            random.below(count)
        };
        &self.corpus[index]
    }

    fn execute(&mut self, input: Vec<u8>, is_mutated: bool) {
        let target = self.target;
        let start = Instant::now();
        let (peak, result) = peak_of(|| catch_unwind(AssertUnwindSafe(|| (target.run)(&input))));
        let time = start.elapsed();
        self.report.executions += 1;
        self.report.peak = self.report.peak.max(peak);
        self.report.slowest = self.report.slowest.max(time);
        let bound = target.memory.always + target.memory.per_byte * input.len();
        match result {
            Err(_) => {
                let what = LAST_PANIC
                    .lock()
                    .map_or_else(|_| String::new(), |last| last.clone());
                self.found(input, what);
            }
            Ok(_) if peak > bound => {
                let what = format!("{peak} bytes of memory for {} of input", input.len());
                self.found(input, what);
            }
            Ok(_) if time > SLOW => {
                let what = format!("{time:?} for {} bytes of input", input.len());
                self.found(input, what);
            }
            Ok(fingerprint) => {
                let is_new = self.seen.insert(fingerprint);
                if is_new && is_mutated && self.corpus.len() < MAX_CORPUS {
                    self.corpus.push(input);
                }
            }
        }
    }

    /// Notes a finding unless one like it is known: of panics the place counts.
    fn found(&mut self, input: Vec<u8>, what: String) {
        let place = what.lines().next().unwrap_or_default();
        let place: String = place
            .chars()
            .filter(|c| !c.is_ascii_digit() || what.starts_with("panicked"))
            .collect();
        if self.places.insert(place) {
            self.report.found.push(Found { input, what });
        }
    }
}
