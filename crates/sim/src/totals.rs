//! What runs did: operations, crashes, faults.

use std::collections::BTreeMap;
use std::fmt;

/// Counts over one or more runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Answers that clients got.
    pub operations: u64,
    /// Ends of the process that were not clean, by kill or loss of power.
    pub crashes: u64,
    /// Records that were acknowledged.
    pub acked_records: u64,
    /// Records that were read and checked.
    pub read_records: u64,
    /// Records that were acknowledged and gone at the end, superseded.
    pub compacted_away: u64,
    /// Transactions whose commit was acknowledged.
    pub committed_txns: u64,
    /// Simulated time in milliseconds.
    pub simulated_ms: u64,
    /// How often each fault fired, by its name.
    pub faults: BTreeMap<&'static str, u64>,
}

impl Totals {
    /// Counts a fault.
    pub(crate) fn fault(&mut self, name: &'static str, count: u64) {
        *self.faults.entry(name).or_default() += count;
    }

    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        self.operations += other.operations;
        self.crashes += other.crashes;
        self.acked_records += other.acked_records;
        self.read_records += other.read_records;
        self.compacted_away += other.compacted_away;
        self.committed_txns += other.committed_txns;
        self.simulated_ms += other.simulated_ms;
        for (name, count) in &other.faults {
            self.fault(name, *count);
        }
    }

    /// The faults that never fired.
    #[must_use]
    pub fn idle_faults(&self) -> Vec<&'static str> {
        let idle = self.faults.iter().filter(|(_, count)| **count == 0);
        idle.map(|(name, _)| *name).collect()
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} operations, {} crashes, {} records acknowledged, {} read, {} compacted away, {} transactions committed, {} simulated seconds",
            self.operations,
            self.crashes,
            self.acked_records,
            self.read_records,
            self.compacted_away,
            self.committed_txns,
            self.simulated_ms / 1000
        )?;
        write!(f, "faults:")?;
        for (name, count) in &self.faults {
            write!(f, " {name} {count};")?;
        }
        Ok(())
    }
}
