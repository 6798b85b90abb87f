//! What goes wrong with a disk in memory: the settings, the counts and the seeded source of chance.

/// Faults that a [`super::MemDisk`] injects while it runs. The default injects none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemFaults {
    /// Bytes of file data that fit; writes beyond fail with `StorageFull` after what still fitted.
    pub capacity: Option<u64>,
    /// The next so many syncs fail, and what they should have covered never becomes durable.
    pub failing_syncs: u32,
    /// Of a thousand syncs, so many fail.
    pub sync_failures_per_mille: u32,
    /// Of a thousand reads, so many fail.
    pub read_failures_per_mille: u32,
    /// Of a thousand looks at bytes that were not just brought in, so many find them not in memory.
    pub cold_per_mille: u32,
    /// In a crash, a page of unsynced writes may hold what it held at the last sync, and zeros beyond, although later
    /// pages were written, as file systems with delayed allocation do it.
    pub holes: bool,
}

/// How often each fault has fired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FaultCounts {
    /// Writes refused because the disk was full.
    pub full: u64,
    /// Syncs that failed.
    pub failed_syncs: u64,
    /// Reads that failed.
    pub failed_reads: u64,
    /// Looks that found bytes not in memory.
    pub cold: u64,
    /// Crashes.
    pub crashes: u64,
    /// Unsynced writes that a crash took away whole.
    pub lost_writes: u64,
    /// Unsynced writes of which a crash left a part.
    pub torn_writes: u64,
    /// Pages that a crash left zero in the middle of what it kept.
    pub holes: u64,
    /// Unsynced creations, renames and removals that a crash undid.
    pub lost_entries: u64,
    /// Bits flipped.
    pub bit_flips: u64,
    /// Calls refused below a path that was made to fail.
    pub offline: u64,
    /// Machines that stopped in the middle of a change, as [`super::MemDisk::stop_in`] wanted.
    pub stops: u64,
}

impl FaultCounts {
    /// Every count with its name, for a report.
    #[must_use]
    pub const fn named(&self) -> [(&'static str, u64); 12] {
        [
            ("full disk", self.full),
            ("failed sync", self.failed_syncs),
            ("failed read", self.failed_reads),
            ("cold read", self.cold),
            ("crash", self.crashes),
            ("lost write", self.lost_writes),
            ("torn write", self.torn_writes),
            ("hole", self.holes),
            ("lost directory entry", self.lost_entries),
            ("bit flip", self.bit_flips),
            ("offline path", self.offline),
            ("stop in the middle of a change", self.stops),
        ]
    }
}

/// What one crash did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CrashReport {
    /// As [`FaultCounts::lost_writes`], of this crash.
    pub lost_writes: u64,
    /// As [`FaultCounts::torn_writes`], of this crash.
    pub torn_writes: u64,
    /// As [`FaultCounts::holes`], of this crash.
    pub holes: u64,
    /// As [`FaultCounts::lost_entries`], of this crash.
    pub lost_entries: u64,
}

/// A seeded stream of numbers (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to `bound`, both included.
    pub(super) fn up_to(&mut self, bound: u64) -> u64 {
        match bound.checked_add(1) {
            Some(n) => self.next() % n,
            None => self.next(),
        }
    }

    pub(super) fn per_mille(&mut self, chance: u32) -> bool {
        chance > 0 && self.next() % 1000 < u64::from(chance)
    }
}
