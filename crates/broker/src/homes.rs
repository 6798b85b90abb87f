//! The log directory of each replica: learns it from the metadata, and has the controller note where a log lies or will lie
//! (KIP-858).
//!
//! Only the controller's thread comes here. A replica whose directory is not online is refused by the log directories, which hear
//! of it from here; it is never begun anew.

use std::collections::BTreeMap;

use metadata::{Image, Partition as Registered, Topic};
use model::{BrokerEpoch, BrokerId, DirectoryId, PartitionIndex, TopicId, TopicIdPartition};
use parking_lot::Mutex;
use protocol::assign_replicas_to_dirs_request::{
    AssignReplicasToDirsRequest, DirectoryData, PartitionData, TopicData,
};
use storage::file_names::TopicPartition;

use crate::broker::Broker;
use crate::effects::Effects;

/// Before metadata version 3.7-IV2 replicas have no directories.
const DIRECTORIES_SINCE: i16 = 17;
/// Replicas in one request.
const MAX_REPLICAS: usize = 2_000;

/// Directories of replicas that the metadata do not name yet.
#[derive(Debug, Default)]
pub(crate) struct Assignments {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    wanted: BTreeMap<TopicIdPartition, DirectoryId>,
    is_due: bool,
}

impl Assignments {
    /// The metadata are to name `directory`, or name the right one.
    fn set(&self, replica: TopicIdPartition, directory: Option<DirectoryId>) {
        let mut state = self.state.lock();
        match directory {
            Some(directory) => {
                let before = state.wanted.insert(replica, directory);
                state.is_due |= before != Some(directory);
            }
            None => drop(state.wanted.remove(&replica)),
        }
    }

    /// The replica is gone.
    pub fn forget(&self, replica: TopicIdPartition) {
        self.set(replica, None);
    }

    /// What was not noted so far is asked for again.
    pub fn retry(&self) {
        let mut state = self.state.lock();
        state.is_due = !state.wanted.is_empty();
    }

    /// Whether there is something to ask the controller for.
    pub fn is_due(&self) -> bool {
        self.state.lock().is_due
    }

    /// What to ask the controller for.
    pub fn take(&self, me: BrokerId, epoch: BrokerEpoch) -> Vec<AssignReplicasToDirsRequest> {
        let mut state = self.state.lock();
        if !std::mem::take(&mut state.is_due) {
            return Vec::new();
        }
        let wanted: Vec<_> = state.wanted.iter().collect();
        let requests = wanted.chunks(MAX_REPLICAS).map(|replicas| {
            let mut by_directory: BTreeMap<DirectoryId, BTreeMap<TopicId, Vec<PartitionData>>> =
                BTreeMap::new();
            for (replica, directory) in replicas {
                let topics = by_directory.entry(**directory).or_default();
                let partitions = topics.entry(replica.topic_id).or_default();
                partitions.push(PartitionData {
                    partition_index: replica.partition.0,
                    ..PartitionData::default()
                });
            }
            AssignReplicasToDirsRequest {
                broker_id: me.0,
                broker_epoch: epoch.0,
                directories: by_directory.into_iter().map(directory_data).collect(),
                ..AssignReplicasToDirsRequest::default()
            }
        });
        requests.collect()
    }
}

fn directory_data(
    (id, topics): (DirectoryId, BTreeMap<TopicId, Vec<PartitionData>>),
) -> DirectoryData {
    let topics = topics.into_iter().map(|(topic_id, partitions)| TopicData {
        topic_id,
        partitions,
        ..TopicData::default()
    });
    DirectoryData {
        id,
        topics: topics.collect(),
        ..DirectoryData::default()
    }
}

impl Broker {
    /// It has become known what belongs to the node: settles the directory of each of its replicas, and reports those that lie in
    /// one that is not online.
    pub(crate) fn settle_homes(&self, fx: &mut Effects) {
        let image = self.image();
        let mut away: BTreeMap<DirectoryId, (usize, TopicPartition)> = BTreeMap::new();
        for topic in image.topics().iter() {
            for (index, registered) in topic.partitions.iter() {
                self.settle_home(&image, topic, index, registered);
                let Some(told) = registered.directory(self.me) else {
                    continue;
                };
                let manager = self.store.manager();
                if manager.is_only_dir(told) {
                    continue;
                }
                let name = TopicPartition::new(&topic.name, index.0);
                if let Some(directory) = manager.away(&name, topic.id) {
                    away.entry(directory).or_insert((0, name)).0 += 1;
                }
            }
        }
        let reports = away.into_iter().map(|(directory, (count, first))| {
            format!(
                "{count} partitions, {first} among them, lie in the log directory with directory.id={directory}, which is \
                 none of those that are online. They are unavailable and not begun anew. See that its disk is mounted and \
                 that log.dirs names it, and restart; or delete the topics, with what they hold there"
            )
        });
        fx.reports.extend(reports);
    }

    /// Settles the directory of one replica of this node.
    pub(crate) fn settle_home(
        &self,
        image: &Image,
        topic: &Topic,
        index: PartitionIndex,
        registered: &Registered,
    ) {
        if image.metadata_version() < DIRECTORIES_SINCE {
            return;
        }
        let Some(told) = registered.directory(self.me) else {
            return;
        };
        let mut manager = self.store.manager();
        if !manager.is_matched() {
            return;
        }
        let wanted = match manager.is_only_dir(told) {
            true => None,
            false => {
                let name = TopicPartition::new(&topic.name, index.0);
                manager.settle_home(&name, topic.id, told)
            }
        };
        drop(manager);
        let replica = TopicIdPartition {
            topic_id: topic.id,
            partition: index,
        };
        self.assignments
            .set(replica, wanted.filter(|wanted| *wanted != told));
    }
}
