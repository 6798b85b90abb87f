//! What a run says: lines while it goes on, its checks, and one line of JSON for the record.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use serde_json::json;

use crate::checker::Verdict;
use crate::history::{Event, Heard};

/// Says what happens.
pub fn line(at: Duration, text: &str) {
    println!("{:7.1} s  {text}", at.as_secs_f64());
}

/// What was counted of a run.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Sends, by clients together.
    pub sent: usize,
    /// Of them acknowledged.
    pub acked: usize,
    /// Records that readers got.
    pub read: usize,
    /// Transactions.
    pub transactions: usize,
    /// Errors that clients met, by what they said, shortened.
    pub errors: BTreeMap<String, usize>,
}

/// How much of an error tells its kind.
const KIND: usize = 100;

impl Figures {
    /// Counts a history.
    pub fn of(history: &[Heard]) -> Self {
        let mut figures = Self::default();
        for heard in history {
            match &heard.event {
                Event::Send { .. } => figures.sent += 1,
                Event::Acked { .. } => figures.acked += 1,
                Event::Read { records, .. } => figures.read += records.len(),
                Event::Ended { .. } => figures.transactions += 1,
                Event::Error {
                    who,
                    error,
                    is_retriable,
                } => {
                    let mark = if *is_retriable { "passing" } else { "LASTING" };
                    let kind: String = error
                        .chars()
                        .filter(|c| !c.is_ascii_digit())
                        .take(KIND)
                        .collect();
                    *figures
                        .errors
                        .entry(format!("{mark} {who}: {kind}"))
                        .or_default() += 1;
                }
                _ => {}
            }
        }
        figures
    }

    /// Prints them.
    pub fn print(&self) {
        let Self {
            sent,
            acked,
            read,
            transactions,
            errors,
        } = self;
        println!("{sent} sent, {acked} acknowledged, {read} read, {transactions} transactions");
        for (error, count) in errors {
            println!("  {count:>5} x {error}");
        }
    }
}

/// A run that is over.
pub struct Finished<'a> {
    /// What the faults were drawn from.
    pub seed: u64,
    /// How many nodes there were.
    pub nodes: u8,
    /// How long it took.
    pub took: Duration,
    /// Which faults happened, and how often.
    pub faults: &'a BTreeMap<String, usize>,
    /// What was counted.
    pub figures: &'a Figures,
    /// Why the run could not go to its end.
    pub stopped: Option<String>,
    /// What the checker says.
    pub verdicts: &'a [Verdict],
}

impl Finished<'_> {
    /// How many checks failed.
    pub fn failed(&self) -> usize {
        let broken = self.verdicts.iter().filter(|verdict| verdict.count > 0);
        broken.count() + usize::from(self.stopped.is_some())
    }

    /// Prints every check.
    pub fn print(&self) {
        match &self.stopped {
            None => println!("  ok     everybody_goes_on_after_faults"),
            Some(why) => println!("  FAILED everybody_goes_on_after_faults: {why}"),
        }
        for Verdict { rule, count, told } in self.verdicts {
            match count {
                0 => println!("  ok     {rule}"),
                _ => println!(
                    "  FAILED {rule}: {count} times\n           {}",
                    told.join("\n           ")
                ),
            }
        }
    }

    /// Adds a line to the file of all runs.
    ///
    /// # Errors
    /// Those of writing.
    pub fn record(&self, file: &Path) -> std::io::Result<()> {
        let broken = self.verdicts.iter().filter(|verdict| verdict.count > 0);
        let broken: BTreeMap<_, _> = broken
            .map(|verdict| (verdict.rule, verdict.count))
            .collect();
        let line = json!({
            "seed": self.seed,
            "nodes": self.nodes,
            "seconds": self.took.as_secs(),
            "operations": {
                "sent": self.figures.sent,
                "acked": self.figures.acked,
                "read": self.figures.read,
                "transactions": self.figures.transactions,
            },
            "faults": self.faults,
            "outcome": if self.failed() == 0 { "passed" } else { "failed" },
            "broken": broken,
            "stopped": self.stopped,
        });
        let mut file = OpenOptions::new().create(true).append(true).open(file)?;
        writeln!(file, "{line}")
    }
}
