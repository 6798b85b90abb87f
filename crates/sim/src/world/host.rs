//! One machine: its disk, its clock, and the node that runs on it or does not.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use model::{BrokerId, Uuid};
use storage::disk::{Disk, MemDisk, MemFaults};
use storage::meta_properties::MetaProperties;

use super::{Cluster, Queued};
use crate::chance::Chance;
use crate::running::{DATA, Running, node_id};

/// Longest time of a disk operation of a disk that is well, in microseconds.
pub(super) const USUAL_DISK_DELAY: u64 = 5_000;

/// When a node is to be called next, on the simulation's clock.
#[derive(Debug, Default)]
pub(super) struct Planned {
    pub(super) controller: Option<Duration>,
    pub(super) background: Option<Duration>,
    pub(super) expiries: BTreeMap<u64, Duration>,
}

/// Submitted operations of which the next is to fail.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Failing {
    pub(super) sync: bool,
    pub(super) deletion: bool,
    pub(super) load: bool,
    pub(super) read: bool,
}

pub(super) struct Host {
    pub(super) disk: MemDisk,
    pub(super) node: Option<Running>,
    /// Counts starts.
    pub(super) boot: u64,
    pub(super) booted: Duration,
    pub(super) planned: Planned,
    pub(super) paused_until: Duration,
    /// What happened to the node while it stood still.
    pub(super) held: Vec<Queued>,
    pub(super) wall_skew: i64,
    /// Longest time of a disk operation in microseconds.
    pub(super) disk_delay: u64,
    pub(super) is_full: bool,
    pub(super) failing: Failing,
    /// So many syncs are known to have failed.
    pub(super) failed_syncs: u64,
    /// The boot of the node that will be ended because its log directory is offline.
    pub(super) ends_boot: u64,
    /// A sync has failed: only a restart of the machine gives back what can be trusted.
    pub(super) is_tainted: bool,
}

impl Host {
    pub(super) fn new(seed: u64, host: usize, cluster: Cluster, has_holes: bool) -> Self {
        let disk = MemDisk::new(Chance::new(seed, &format!("disk faults {host}")).next());
        if cluster == Cluster::ThreeVoters {
            format(&disk, host);
        }
        disk.set_faults(MemFaults {
            holes: has_holes,
            ..MemFaults::default()
        });
        Self {
            disk,
            node: None,
            boot: 0,
            booted: Duration::ZERO,
            planned: Planned::default(),
            paused_until: Duration::ZERO,
            held: Vec::new(),
            wall_skew: 0,
            disk_delay: USUAL_DISK_DELAY,
            is_full: false,
            failing: Failing::default(),
            failed_syncs: 0,
            ends_boot: 0,
            is_tainted: false,
        }
    }

    /// Whether the node stands still, or what it missed has not been given back.
    pub(super) fn is_paused(&self, now: Duration) -> bool {
        now < self.paused_until || !self.held.is_empty()
    }

    /// Changes what goes wrong with the disk.
    pub(super) fn change_disk(&self, change: impl FnOnce(&mut MemFaults)) {
        let mut faults = self.disk.faults();
        change(&mut faults);
        self.disk.set_faults(faults);
    }
}

/// The members of one cluster are formatted with its id, as Apache Kafka's are.
fn format(disk: &MemDisk, host: usize) {
    let data = Path::new(DATA);
    let meta = MetaProperties {
        cluster_id: "three-voters".into(),
        node_id: BrokerId(node_id(host)),
        directory_id: Uuid::from_random(((host as u128 + 1) << 64) | 7),
    };
    let formatted = disk
        .create_dir_all(data)
        .and_then(|()| disk.sync_dir(Path::new("/")))
        .and_then(|()| meta.write(disk, data));
    formatted.expect("a disk that is well takes everything");
}
