//! What goes wrong, and when.

use crate::chance::Chance;
use crate::network::NODE_LOSSES;
use crate::world::Cluster;

/// A fault that the simulator starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// The process ends; the page cache survives.
    Kill,
    /// The machine stops, sometimes just after a checkpoint was written; what was not synced may be lost.
    PowerLoss,
    /// The process is stopped cleanly; sometimes the power goes right after.
    CleanStop,
    /// The process stands still, sometimes longer than session time-outs.
    Pause,
    /// One connection is cut.
    Cut,
    /// All connections are cut.
    CutAll,
    /// The process of a client ends, and another begins that knows nothing of what the first did.
    RestartClient,
    /// Bytes take up to half a second for a while.
    SlowNetwork,
    /// Operations of the disk take up to a second for a while.
    SlowDisk,
    /// One sync fails; the machine is restarted soon after.
    FailedSync,
    /// One deletion fails.
    FailedDeletion,
    /// Reading the log of a group coordinator, or opening a log, fails once.
    FailedLoad,
    /// A read of bytes that are not in memory fails.
    FailedRead,
    /// The disk is full for a while.
    FullDisk,
    /// Some reads fail for a while.
    FailingReads,
    /// The wall clock jumps by up to ten minutes.
    ClockJump,
    /// The machine stops in the middle of a change of its disk, soon.
    StopInChange,
    /// A bit of an index or a producer snapshot flips: the node has to make it anew.
    IndexBitFlip,
    /// A log directory other than the one with the metadata fails for a while: the node has to go on with the others.
    FailedDirectory,
    /// The node starts without such a log directory. Follows it.
    RefusedDirectory,
    /// A bit of the records of one partition flips: they are refused, or fail their checksums.
    RecordBitFlip,
    /// A voter hears nobody, and nobody hears it.
    Isolation,
    /// One voter does not hear one other.
    OneWay,
    /// Messages between voters are lost, doubled, overtaken and slow.
    LossyNetwork,
    /// As [`Fault::StopInChange`], before the node has started. Follows any stop.
    CrashAtStart,
}

/// What strikes a machine, its disk, its clients and their connections.
const OF_NODES: [(Fault, &str); 18] = [
    (Fault::Kill, "kill"),
    (Fault::PowerLoss, "loss of power"),
    (Fault::CleanStop, "clean stop"),
    (Fault::Pause, "pause"),
    (Fault::Cut, "cut connection"),
    (Fault::CutAll, "all connections cut"),
    (Fault::RestartClient, "restarted client"),
    (Fault::SlowNetwork, "slow network"),
    (Fault::SlowDisk, "slow disk"),
    (Fault::FailedSync, "failed sync"),
    (Fault::FailedDeletion, "failed deletion"),
    (Fault::FailedLoad, "failed load of groups or a log"),
    (Fault::FailedRead, "failed cold read"),
    (Fault::FullDisk, "full disk"),
    (Fault::FailingReads, "failing reads"),
    (Fault::ClockJump, "clock jump"),
    (Fault::StopInChange, "stop in the middle of a change"),
    (Fault::IndexBitFlip, "bit flip in an index"),
];

/// Where there are partitions with records.
const OF_RECORDS: [(Fault, &str); 2] = [
    (Fault::RecordBitFlip, "bit flip in records"),
    (Fault::FailedDirectory, "failed log directory"),
];

/// Where there are several voters.
const OF_VOTERS: [(Fault, &str); 3] = [
    (Fault::Isolation, "isolated voter"),
    (Fault::OneWay, "voter that is not heard by one other"),
    (Fault::LossyNetwork, "lossy network between voters"),
];

/// Faults that follow others.
const FOLLOWING: [(Fault, &str); 1] = [(Fault::CrashAtStart, "crash during a start")];

/// Faults that follow others where there are partitions with records.
const FOLLOWING_RECORDS: [(Fault, &str); 1] = [(
    Fault::RefusedDirectory,
    "start without a failed log directory",
)];

/// What the disk adds of itself, when power is lost or while a fault lasts.
pub(crate) const LOSSES: [&str; 7] = [
    "lost write",
    "torn write",
    "hole",
    "lost directory entry",
    "write refused by a full disk",
    "failed read",
    "sync that failed",
];

impl Fault {
    /// One of those that begin by themselves, each as often as the others.
    pub(crate) fn choose(cluster: Cluster, chance: &mut Chance) -> Self {
        let count = Self::chosen(cluster).count() as u64;
        let nth = chance.below(count) as usize;
        Self::chosen(cluster)
            .nth(nth)
            .expect("it is below their count")
    }

    pub(crate) fn name(self) -> &'static str {
        let mut all = [
            &OF_NODES[..],
            &OF_RECORDS,
            &OF_VOTERS,
            &FOLLOWING,
            &FOLLOWING_RECORDS,
        ]
        .into_iter()
        .flatten();
        let known = all.find(|(fault, _)| *fault == self);
        known.expect("every fault has a name").1
    }

    /// All that begin by themselves.
    pub(crate) fn chosen(cluster: Cluster) -> impl Iterator<Item = Self> {
        let own: &[(Self, &str)] = match cluster {
            Cluster::OneNode => &OF_RECORDS,
            Cluster::ThreeVoters | Cluster::ThreeBrokers => &OF_VOTERS,
        };
        OF_NODES.iter().chain(own).map(|(fault, _)| *fault)
    }

    /// Whether it has happened as soon as it begins; the others are counted when they strike.
    pub(crate) fn fires_when_it_begins(self) -> bool {
        matches!(
            self,
            Self::Pause
                | Self::Cut
                | Self::CutAll
                | Self::RestartClient
                | Self::SlowNetwork
                | Self::SlowDisk
                | Self::FullDisk
                | Self::FailingReads
                | Self::ClockJump
                | Self::Isolation
                | Self::OneWay
                | Self::LossyNetwork
        )
    }

    /// The names of all that can go wrong.
    pub(crate) fn names(cluster: Cluster) -> impl Iterator<Item = &'static str> {
        let (also, own): (&[(Self, &str)], &[&str]) = match cluster {
            Cluster::OneNode => (&FOLLOWING_RECORDS, &[]),
            Cluster::ThreeVoters | Cluster::ThreeBrokers => (&[], &NODE_LOSSES),
        };
        let following = FOLLOWING.iter().chain(also).map(|(fault, _)| *fault);
        Self::chosen(cluster)
            .chain(following)
            .map(Self::name)
            .chain(LOSSES)
            .chain(own.iter().copied())
    }
}
