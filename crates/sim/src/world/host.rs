//! One machine: its disk, its clock, and the node that runs on it or does not.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use model::{BrokerId, Uuid};
use storage::disk::{Disk, MemDisk, MemFaults};
use storage::meta_properties::MetaProperties;

use super::{Cluster, Queued};
use crate::chance::Chance;
use crate::history::{Part, TOPICS};
use crate::running::{DATA, DIRECTORIES, Running, node_id};

/// Longest time of a disk operation of a disk that is well, in microseconds.
pub(super) const USUAL_DISK_DELAY: u64 = 5_000;

/// When a node is to be called next, on the simulation's clock.
#[derive(Debug, Default)]
pub(super) struct Planned {
    pub(super) controller: Option<Duration>,
    pub(super) background: Option<Duration>,
    pub(super) expiries: BTreeMap<u64, Duration>,
    /// Of connections to other nodes.
    pub(super) peers: Option<Duration>,
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
    /// The links of the sockets of its node's connections to other nodes.
    pub(super) sockets: BTreeMap<u64, u64>,
    pub(super) paused_until: Duration,
    /// What happened to the node while it stood still.
    pub(super) held: Vec<Queued>,
    pub(super) wall_skew: i64,
    /// Longest time of a disk operation in microseconds.
    pub(super) disk_delay: u64,
    pub(super) is_full: bool,
    pub(super) failing: Failing,
    /// The power goes as soon as a checkpoint is written.
    pub(super) ends_with_checkpoint: bool,
    /// The log directories of its node.
    pub(super) directories: &'static [&'static str],
    /// The one that the disk fails.
    pub(super) failed_directory: Option<&'static str>,
    /// The boot whose node is known to do without the failed directory.
    pub(super) lame_boot: u64,
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
        let mut directories = &DIRECTORIES[..1];
        if cluster != Cluster::OneNode {
            format(&disk, host);
        } else {
            let count = 1 + Chance::new(seed, "directories").below(DIRECTORIES.len() as u64);
            directories = &DIRECTORIES[..count as usize];
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
            sockets: BTreeMap::new(),
            paused_until: Duration::ZERO,
            held: Vec::new(),
            wall_skew: 0,
            disk_delay: USUAL_DISK_DELAY,
            is_full: false,
            failing: Failing::default(),
            ends_with_checkpoint: false,
            directories,
            failed_directory: None,
            lame_boot: 0,
            failed_syncs: 0,
            ends_boot: 0,
            is_tainted: false,
        }
    }

    /// Whether the node stands still, or what it missed has not been given back.
    pub(super) fn is_paused(&self, now: Duration) -> bool {
        now < self.paused_until || !self.held.is_empty()
    }

    /// The log directory in which the node has this partition, if it has it.
    pub(super) fn directory_of(&self, part: Part) -> Option<&'static str> {
        let name = format!("{}-{}", TOPICS[part.0].0, part.1);
        let is_there = |dir: &&&'static str| {
            let entries = self.disk.list(Path::new(**dir));
            entries.iter().any(|entry| entry.name == name)
        };
        self.directories.iter().find(is_there).copied()
    }

    /// The disk fails a log directory, or it is healed.
    pub(super) fn fail_directory(&mut self, directory: Option<&'static str>) {
        for (failed, is_offline) in [(self.failed_directory, false), (directory, true)] {
            if let Some(failed) = failed {
                self.disk.set_offline(Path::new(failed), is_offline);
            }
        }
        self.failed_directory = directory;
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
