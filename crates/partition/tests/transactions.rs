//! Transactions in a log that was not closed cleanly.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::{
    BrokerId, LeaderEpoch, Now, Offset, PartitionEpoch, PartitionIndex, ProducerEpoch, ProducerId,
    TimestampMs, TopicIdPartition, Uuid,
};
use partition::{Isolation, LeaderState, LogStore, Logs, OffsetQuery, Partition, TopicSettings};
use records::control::EndTransaction;
use records::{AppendRules, BatchBuilder, Codecs, NewRecord, Origin};
use storage::disk::{Disk, MemDisk};
use storage::file_names::TopicPartition;
use storage::log_config::LogConfig;
use storage::log_manager::LogManager;
use storage::meta_properties::MetaProperties;
use storage::open_files::OpenFiles;

const ME: BrokerId = BrokerId(1);
const TOPIC: Uuid = Uuid([3; 16]);
const NOW: Now = Now {
    mono: Duration::ZERO,
    wall: TimestampMs(1_000),
};

fn store(disk: &MemDisk) -> LogStore {
    let dir = Path::new("/data");
    if !disk.exists(dir).unwrap() {
        disk.create_dir_all(dir).unwrap();
        let meta = MetaProperties {
            cluster_id: "cluster".to_owned(),
            node_id: ME,
            directory_id: Some(Uuid([9; 16])),
        };
        meta.write(disk, dir).unwrap();
    }
    let files = Arc::new(OpenFiles::new(Arc::new(disk.clone()), 16));
    let (manager, _) = LogManager::start(files, &[PathBuf::from(dir)], ME, "cluster").unwrap();
    LogStore::new(manager)
}

/// One transaction, and the marker that commits it.
fn committed_transaction() -> [Vec<u8>; 2] {
    let (id, epoch) = (ProducerId(7), ProducerEpoch(0));
    let mut data = BatchBuilder::new()
        .leader_epoch(LeaderEpoch(0))
        .producer(id, epoch, 0)
        .transactional();
    data.append(&NewRecord::new(NOW.wall, None, Some(b"value")));
    let end = EndTransaction {
        is_committed: true,
        coordinator_epoch: 0,
    };
    let mut marker = end.batch(id, epoch, NOW.wall);
    marker[..8].copy_from_slice(&1i64.to_be_bytes());
    [data.finish(), marker]
}

#[test]
fn a_transaction_that_was_committed_before_a_crash_is_stable_although_the_high_watermark_does_not_move()
 {
    let disk = MemDisk::new(1);
    let name = TopicPartition::new("topic", 0);
    let config = Arc::new(LogConfig::default());
    {
        let store = store(&disk);
        let mut log = store.open(&name, TOPIC, &config, None, NOW).unwrap();
        for batch in committed_transaction() {
            log.append_as_follower(NOW, &batch).unwrap();
        }
    }
    let store = store(&disk);
    let settings = Arc::new(TopicSettings {
        log: config,
        rules: AppendRules::new(Origin::Client { produce_version: 9 }),
        min_isr: 1,
        check_interval: Duration::from_secs(300),
        lag_time_max: Duration::from_secs(30),
    });
    let id = TopicIdPartition {
        topic_id: TOPIC,
        partition: PartitionIndex(0),
    };
    let partition = Partition::new(id, "topic".into(), ME, settings, Offset(2));
    let leader = LeaderState::new(LeaderEpoch(1), PartitionEpoch(0), [ME], [ME]);
    partition.lead(NOW, leader, &mut Vec::new());
    let logs = Logs {
        store: &store,
        now: NOW,
    };
    let end = partition.list_offset(
        logs,
        &mut Codecs::new(),
        OffsetQuery::Latest,
        None,
        Isolation::ReadCommitted,
    );
    assert_eq!(end.unwrap().offset, Some(Offset(2)));
}
