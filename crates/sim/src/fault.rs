//! What goes wrong, and when.

use crate::chance::Chance;

/// A fault that the simulator starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The process ends; the page cache survives.
    Kill,
    /// The machine stops; what was not synced may be lost.
    PowerLoss,
    /// The process is stopped cleanly; sometimes the power goes right after.
    CleanStop,
    /// The process stands still, sometimes longer than session time-outs.
    Pause,
    /// One connection is cut.
    Cut,
    /// All connections are cut.
    CutAll,
    /// Bytes take up to half a second for a while.
    SlowNetwork,
    /// Operations of the disk take up to a second for a while.
    SlowDisk,
    /// One sync fails; the machine is restarted soon after.
    FailedSync,
    /// The disk is full for a while.
    FullDisk,
    /// The wall clock jumps by up to ten minutes.
    ClockJump,
}

/// Every fault with its name in reports; chosen equally often.
const FAULTS: [(Fault, &str); 11] = [
    (Fault::Kill, "kill"),
    (Fault::PowerLoss, "loss of power"),
    (Fault::CleanStop, "clean stop"),
    (Fault::Pause, "pause"),
    (Fault::Cut, "cut connection"),
    (Fault::CutAll, "all connections cut"),
    (Fault::SlowNetwork, "slow network"),
    (Fault::SlowDisk, "slow disk"),
    (Fault::FailedSync, "failed sync"),
    (Fault::FullDisk, "full disk"),
    (Fault::ClockJump, "clock jump"),
];

/// What the disk adds of itself when power is lost.
pub(crate) const LOSSES: [&str; 5] = [
    "lost write",
    "torn write",
    "hole",
    "lost directory entry",
    "write refused by a full disk",
];

impl Fault {
    pub(crate) fn choose(chance: &mut Chance) -> Self {
        FAULTS[chance.below(FAULTS.len() as u64) as usize].0
    }

    pub(crate) fn name(self) -> &'static str {
        let known = FAULTS.iter().find(|(fault, _)| *fault == self);
        known.expect("every fault has a name").1
    }

    /// The names of all that can go wrong.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        FAULTS.iter().map(|(_, name)| *name).chain(LOSSES)
    }
}
