//! What the replicas of a partition have in common at the end.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use records::{Batch, BatchIter};
use storage::disk::{Disk, OpenMode};

use super::{Cluster, World};
use crate::history::{Part, TOPICS, all_parts};
use crate::running::DATA;

/// The batches of a log: the leader epoch and the records of each, by its first offset.
type Batches = BTreeMap<i64, (i32, Vec<u8>)>;

/// How often it is looked at whether the last replica has everything.
const LOOK: Duration = Duration::from_millis(200);

impl World {
    /// Whether all replicas have what consumers have seen. It may take a while after the last fault.
    pub(super) fn replicas_agree(&mut self) -> bool {
        if self.cluster != Cluster::ThreeBrokers {
            return true;
        }
        if self.now < self.replicas_at {
            return false;
        }
        self.replicas_at = self.now + LOOK;
        let difference = all_parts().find_map(|part| self.difference(part));
        difference.is_none()
    }

    /// Below the high watermark that consumers have seen every replica has the same, byte for byte.
    pub(super) fn check_replicas(&mut self) {
        if self.cluster != Cluster::ThreeBrokers {
            return;
        }
        let differences: Vec<_> = all_parts()
            .filter_map(|part| self.difference(part))
            .collect();
        for what in differences {
            self.history
                .violate("replicas_agree_below_high_watermark", what);
        }
    }

    /// How the replicas of a partition differ below the high watermark.
    fn difference(&self, part: Part) -> Option<String> {
        let committed = self.history.high_watermark(part);
        let logs: Vec<Batches> = (0..self.hosts.len())
            .map(|host| self.batches(host, part, committed))
            .collect();
        let (host, log) = (logs.iter().enumerate().skip(1)).find(|(_, log)| **log != logs[0])?;
        let first = (logs[0].iter().zip(log)).find(|(a, b)| a != b);
        Some(format!(
            "{part:?} below {committed}: host 0 has {} batches, host {host} {}; {first:?}",
            logs[0].len(),
            log.len()
        ))
    }

    /// The batches below `committed`, as they lie in the files.
    fn batches(&self, host: usize, part: Part, committed: i64) -> Batches {
        let directory = Path::new(DATA).join(format!("{}-{}", TOPICS[part.0].0, part.1));
        let disk = &self.hosts[host].disk;
        let mut found = Batches::new();
        for entry in disk.list(&directory) {
            if !entry.name.ends_with(".log") {
                continue;
            }
            let path = directory.join(&entry.name);
            let Ok(file) = disk.open(&path, OpenMode::Read) else {
                continue;
            };
            let mut bytes = vec![0; disk.file_len(&path).unwrap_or(0) as usize];
            if file.read_at(&mut bytes, 0).is_err() {
                continue;
            }
            // What was allocated ahead is blank.
            for batch in BatchIter::new(&bytes).map_while(Result::ok) {
                if let Batch::V2(batch) = batch
                    && batch.last_offset().0 < committed
                {
                    let epoch = batch.leader_epoch().map_or(-1, |epoch| epoch.0);
                    found.insert(
                        batch.base_offset().0,
                        (epoch, batch.records_bytes().to_vec()),
                    );
                }
            }
        }
        found
    }
}
