use std::collections::BTreeMap;
use std::io::IoSlice;

use model::{BrokerId, DirectoryId, LeaderEpoch, Now, TimestampMs, TopicId};
use records::{BatchBuilder, NewRecord};

use super::*;
use crate::disk::{Disk, DiskOp, MemDisk, MemFaults, OpenMode};
use crate::errors::LogError;
use crate::log::{LeaderAppend, Log, Recovery};
use crate::log_config::LogConfig;
use crate::meta_properties::MetaProperties;
use crate::producer_state::Origin;

const NODE: BrokerId = BrokerId(0);
const CLUSTER: &str = "cluster";

fn paths(count: usize) -> Vec<PathBuf> {
    (0..count)
        .map(|i| PathBuf::from(format!("/disk{i}/logs")))
        .collect()
}

/// A disk with so many formatted log directories.
fn formatted(count: usize) -> MemDisk {
    let disk = MemDisk::new(1);
    for (i, path) in paths(count).iter().enumerate() {
        disk.create_dir_all(path).unwrap();
        let id = DirectoryId::from_random(u128::from(i as u64 + 1) << 64).unwrap();
        let meta = MetaProperties {
            cluster_id: CLUSTER.to_owned(),
            node_id: NODE,
            directory_id: Some(id),
        };
        meta.write(&disk, path).unwrap();
        disk.sync_dir(path.parent().unwrap()).unwrap();
    }
    disk.sync_dir(Path::new("/")).unwrap();
    disk
}

fn start(disk: &MemDisk, count: usize) -> Result<(LogManager, StartReport), StartError> {
    let files = Arc::new(OpenFiles::new(Arc::new(disk.clone()), 16));
    LogManager::start(files, &paths(count), NODE, CLUSTER)
}

fn tp(topic: &str, partition: i32) -> TopicPartition {
    TopicPartition::new(topic, partition)
}

fn id(n: u8) -> TopicId {
    TopicId::reserved(100 + n)
}

fn now() -> Now {
    Now {
        wall: TimestampMs(1000),
        ..Now::default()
    }
}

fn open(
    manager: &mut LogManager,
    of: &TopicPartition,
    id: TopicId,
) -> Result<(Log, Recovery), LogError> {
    let options = manager
        .log_options(of, id, Arc::new(LogConfig::default()))
        .unwrap();
    let opened = Log::open(options, now())?;
    manager.on_opened(of);
    Ok(opened)
}

fn append(log: &mut Log, count: usize) {
    for _ in 0..count {
        let mut batch = BatchBuilder::new();
        batch.append(&NewRecord::new(TimestampMs(1), None, Some(b"value")));
        let batch = batch.finish();
        let append = LeaderAppend::trusted(&batch, LeaderEpoch(0), Origin::Client);
        log.append_as_leader(now(), &append).unwrap();
    }
}

#[test]
fn what_was_known_at_a_clean_stop_is_known_at_the_next_start() {
    let disk = formatted(2);
    let (mut manager, report) = start(&disk, 2).unwrap();
    assert!(!report.is_clean, "there has been no stop yet");
    for i in 0..7 {
        let dir = manager.pick_dir().unwrap();
        manager.create_partition(&tp("t", i), id(1), dir).unwrap();
        let (mut log, _) = open(&mut manager, &tp("t", i), id(1)).unwrap();
        append(&mut log, i as usize);
        log.close().unwrap();
        assert!(manager.note(&tp("t", i), &log, Offset(i64::from(i) / 2)));
    }
    let counts: Vec<usize> = manager.dirs().iter().map(LogDir::partition_count).collect();
    assert_eq!(counts, [4, 3], "spread over the directories");
    assert_eq!(manager.finish(Some(BrokerEpoch(5))), []);
    drop(manager);
    disk.crash(3);

    let (mut manager, report) = start(&disk, 2).unwrap();
    assert!(report.is_clean);
    assert_eq!(report.previous_epoch, Some(BrokerEpoch(5)));
    assert_eq!(manager.files().open_count(), 0, "no partition was touched");
    for i in 0..7 {
        let known = manager.get(&tp("t", i)).unwrap();
        let offsets = (
            known.recovery_point.0,
            known.high_watermark.0,
            known.needs_recovery,
        );
        assert_eq!(offsets, (i64::from(i), i64::from(i) / 2, false));
        let size = manager.size_of(&tp("t", i)).unwrap();
        let (log, recovery) = open(&mut manager, &tp("t", i), id(1)).unwrap();
        assert_eq!(
            (log.log_end_offset(), recovery),
            (Offset(i64::from(i)), Recovery::default())
        );
        assert_eq!(log.size(), size);
    }
    drop(manager);
    disk.restart();
    let (manager, report) = start(&disk, 2).unwrap();
    assert!(!report.is_clean, "the mark goes when the node starts");
    assert_eq!(manager.unrecovered(100).len(), 7);
}

#[test]
fn a_directory_is_not_marked_clean_while_a_log_waits_for_recovery() {
    let disk = formatted(1);
    let (mut manager, _) = start(&disk, 1).unwrap();
    manager.create_partition(&tp("t", 0), id(1), 0).unwrap();
    manager.write_checkpoints(0).unwrap();
    drop(manager);
    disk.restart();
    let (mut manager, _) = start(&disk, 1).unwrap();
    assert_eq!(manager.finish(None), [0]);
    open(&mut manager, &tp("t", 0), id(1)).unwrap();
    assert_eq!(manager.unrecovered(10), []);
    assert_eq!(manager.finish(None), []);
    manager.on_not_closed(&tp("t", 0));
    assert_eq!(manager.finish(None), [0]);
}

#[test]
fn a_directory_in_use_is_refused() {
    let disk = formatted(1);
    let (first, _) = start(&disk, 1).unwrap();
    let error = start(&disk, 1).unwrap_err();
    assert!(matches!(error, StartError::InUse(_)), "{error}");
    drop(first);
    start(&disk, 1).unwrap();
}

#[test]
fn directories_of_others_are_refused() {
    let disk = formatted(1);
    let files = || Arc::new(OpenFiles::new(Arc::new(disk.clone()), 16));
    let other = LogManager::start(files(), &paths(1), BrokerId(9), CLUSTER).unwrap_err();
    assert!(
        other
            .to_string()
            .contains("belongs to node 0 of cluster cluster"),
        "{other}"
    );
    let other = LogManager::start(files(), &paths(1), NODE, "x").unwrap_err();
    assert!(matches!(other, StartError::Foreign { .. }), "{other}");
    let bare = LogManager::start(files(), &["/bare".into()], NODE, CLUSTER).unwrap_err();
    assert!(matches!(bare, StartError::NotFormatted(_)), "{bare}");
    let disk = formatted(2);
    let meta = MetaProperties::read(&disk, &paths(2)[0]).unwrap().unwrap();
    meta.write(&disk, &paths(2)[1]).unwrap();
    assert!(matches!(
        start(&disk, 2).unwrap_err(),
        StartError::SameId(..)
    ));
}

#[test]
fn one_failing_directory_leaves_the_others() {
    let disk = formatted(2);
    disk.set_offline(Path::new("/disk0"), true);
    let (mut manager, report) = start(&disk, 2).unwrap();
    assert_eq!(report.failed.len(), 1);
    assert_eq!(manager.pick_dir(), Some(1));
    let early = manager.create_partition(&tp("t", 0), id(1), 1).unwrap_err();
    assert!(matches!(early, PartitionError::Missing(_)), "{early}");
    let removed = manager.match_partitions(&[(tp("u", 0), id(3))].into(), 9);
    assert!(removed.is_empty());
    let missing = manager.create_partition(&tp("u", 0), id(3), 1).unwrap_err();
    assert!(matches!(missing, PartitionError::Missing(_)), "{missing}");
    manager.create_partition(&tp("t", 0), id(1), 1).unwrap();
    let refused = manager.create_partition(&tp("t", 1), id(1), 0).unwrap_err();
    assert!(matches!(refused, PartitionError::Offline(_)), "{refused}");
    assert_eq!(manager.dir_of(Path::new("/disk1/logs/t-0/x")), Some(1));
    assert_eq!(manager.set_offline(1), [tp("t", 0)]);
    assert_eq!(manager.pick_dir(), None);
    assert_eq!(manager.finish(None), [0, 1]);
    drop(manager);
    disk.set_offline(Path::new("/disk1"), true);
    assert!(matches!(
        start(&disk, 2).unwrap_err(),
        StartError::AllFailed(_)
    ));
}

#[test]
fn a_partition_whose_directory_is_not_online_is_not_begun_in_another() {
    let disk = formatted(2);
    let (mut manager, _) = start(&disk, 2).unwrap();
    manager.match_partitions(&BTreeMap::new(), 9);
    let gone = DirectoryId::reserved(99);
    assert_eq!(manager.settle_home(&tp("t", 0), id(1), gone), None);
    let away = manager.create_partition(&tp("t", 0), id(1), 0).unwrap_err();
    assert!(
        matches!(away, PartitionError::Away { directory, .. } if directory == gone),
        "{away}"
    );
    // Another incarnation of the topic is not in it.
    manager.create_partition(&tp("t", 0), id(2), 0).unwrap();
}

#[test]
fn partitions_are_spread_over_the_directories_before_they_are_begun() {
    let disk = formatted(2);
    let (mut manager, _) = start(&disk, 2).unwrap();
    manager.match_partitions(&BTreeMap::new(), 9);
    let ids: Vec<_> = manager.dirs().iter().map(|dir| dir.id()).collect();
    for index in 0..4 {
        let name = tp("t", index);
        let chosen = manager.settle_home(&name, id(1), DirectoryId::UNASSIGNED);
        assert_eq!(chosen, ids[index as usize % 2]);
        assert_eq!(
            manager.settle_home(&name, id(1), DirectoryId::UNASSIGNED),
            chosen
        );
    }
    for index in [3, 1, 2, 0] {
        let dir = manager.dir_for(&tp("t", index)).unwrap();
        assert_eq!(dir, index as usize % 2);
        manager
            .create_partition(&tp("t", index), id(1), dir)
            .unwrap();
    }
    assert_eq!(
        manager
            .dirs()
            .iter()
            .map(|dir| dir.partition_count())
            .collect::<Vec<_>>(),
        [2, 2]
    );
}

#[test]
fn the_deletion_of_an_earlier_topic_leaves_the_log_of_a_later_one() {
    let disk = formatted(1);
    let (mut manager, _) = start(&disk, 1).unwrap();
    manager.create_partition(&tp("t", 0), id(2), 0).unwrap();
    let refused = manager.delete_partition(&tp("t", 0), id(1), 7);
    assert!(matches!(
        refused,
        Err(PartitionError::OtherIncarnation { .. })
    ));
    assert!(manager.delete_partition(&tp("t", 0), id(2), 7).is_ok());
}

#[test]
fn a_deleted_partition_leaves_no_recovery_point_to_its_successor() {
    check_successor(|manager, _| manager.write_checkpoints(0).unwrap());
}

#[test]
fn a_checkpoint_from_before_a_deletion_that_comes_late_leaves_no_recovery_point_either() {
    check_successor(|manager, late| *late = manager.checkpoint_op(0, Checkpoint::Whole));
}

/// A log of 50 records is checkpointed and deleted, and the next one of its name begun.
fn check_successor(checkpoint: impl Fn(&mut LogManager, &mut Option<DiskOp>)) {
    let disk = formatted(1);
    let (mut manager, _) = start(&disk, 1).unwrap();
    manager.create_partition(&tp("t", 0), id(1), 0).unwrap();
    let (mut log, _) = open(&mut manager, &tp("t", 0), id(1)).unwrap();
    append(&mut log, 50);
    log.close().unwrap();
    manager.note(&tp("t", 0), &log, Offset(50));
    let mut late = None;
    checkpoint(&mut manager, &mut late);
    drop(log);
    let gone = manager.delete_partition(&tp("t", 0), id(1), 7).unwrap();
    manager.create_partition(&tp("t", 0), id(2), 0).unwrap();
    if let Some(op) = late {
        disk.complete(0, op).result.unwrap();
    }
    let (mut log, _) = open(&mut manager, &tp("t", 0), id(2)).unwrap();
    append(&mut log, 3);
    drop((log, manager));
    disk.restart();
    let (mut manager, report) = start(&disk, 1).unwrap();
    assert_eq!(report.to_delete, [gone]);
    disk.complete(0, DiskOp::Delete(report.to_delete))
        .result
        .unwrap();
    let (log, recovery) = open(&mut manager, &tp("t", 0), id(2)).unwrap();
    assert_eq!(
        (log.log_end_offset(), recovery.lost_from),
        (Offset(3), None)
    );
}

#[test]
fn a_deletion_of_long_ago_spares_the_successor() {
    let disk = formatted(1);
    let (mut manager, _) = start(&disk, 1).unwrap();
    for index in [0, 1, 2] {
        (manager.create_partition(&tp("t", index), id(2), 0)).unwrap();
    }
    for index in [0, 1] {
        let path = manager.path_of(&tp("t", index)).unwrap();
        (disk.remove_file(&path.join("partition.metadata"))).unwrap();
    }
    drop(manager);
    disk.restart();
    let (mut manager, _) = start(&disk, 1).unwrap();
    for index in [0, 1, 2] {
        manager.delete_once_matched(tp("t", index), id(1));
    }
    let ours = [(tp("t", 0), id(2)), (tp("t", 2), id(2))].into();
    assert_eq!(manager.match_partitions(&ours, 7).len(), 1);
    let left = |index| manager.get(&tp("t", index)).is_some();
    assert_eq!([0, 1, 2].map(left), [false, false, true]);
    let entries = disk.read_dir(&paths(1)[0]).unwrap();
    let kept = entries
        .iter()
        .filter(|entry| entry.name.ends_with("-stray"));
    assert_eq!(
        kept.count(),
        1,
        "whose the first is cannot be told; the second is nobody's"
    );
}

#[test]
fn a_new_partition_does_not_take_over_what_a_deletion_left() {
    let disk = formatted(2);
    let (mut manager, _) = start(&disk, 2).unwrap();
    for dir in [0, 1] {
        manager.create_partition(&tp("t", 0), id(1), dir).unwrap();
        let (mut log, _) = open(&mut manager, &tp("t", 0), id(1)).unwrap();
        append(&mut log, 3);
        drop(log);
        if dir == 0 {
            let gone = manager.delete_partition(&tp("t", 0), id(1), 7).unwrap();
            disk.rename(&gone, &paths(2)[0].join("t-0")).unwrap();
        }
    }
    manager.delete_partition(&tp("t", 0), id(1), 7).unwrap();
    manager.create_partition(&tp("t", 0), id(2), 0).unwrap();
    let (log, _) = open(&mut manager, &tp("t", 0), id(2)).unwrap();
    assert_eq!(log.log_end_offset(), Offset::ZERO);
}

#[test]
fn another_incarnation_is_told_by_its_topic_id() {
    let disk = formatted(1);
    let (mut manager, _) = start(&disk, 1).unwrap();
    manager.create_partition(&tp("t", 0), id(1), 0).unwrap();
    let config = Arc::new(LogConfig::default());
    let error = manager
        .log_options(&tp("t", 0), id(2), Arc::clone(&config))
        .unwrap_err();
    assert!(
        matches!(error, PartitionError::OtherIncarnation { .. }),
        "{error}"
    );
    let aside = manager.set_aside(&tp("t", 0), 1).unwrap();
    assert!(disk.exists(&aside).unwrap());
    let error = manager.log_options(&tp("t", 0), id(2), config).unwrap_err();
    assert!(matches!(error, PartitionError::Unknown(_)), "{error}");
    let name = manager
        .create_partition(&tp("../t", 0), id(1), 0)
        .unwrap_err();
    assert!(matches!(name, PartitionError::Name(_)), "{name}");
}

#[test]
fn damaged_checkpoints_lead_to_recovery_and_are_named() {
    let disk = formatted(1);
    let (mut manager, _) = start(&disk, 1).unwrap();
    manager.create_partition(&tp("t", 0), id(1), 0).unwrap();
    let (mut log, _) = open(&mut manager, &tp("t", 0), id(1)).unwrap();
    append(&mut log, 5);
    log.close().unwrap();
    manager.note(&tp("t", 0), &log, Offset(5));
    manager.finish(None);
    drop(manager);
    let path = paths(1)[0].join("recovery-point-offset-checkpoint");
    let file = disk.open(&path, OpenMode::Truncate).unwrap();
    file.write_at(&[IoSlice::new(b"0\n1\nt 0 99999999999999999999\n")], 0)
        .unwrap();
    disk.restart();
    let (mut manager, report) = start(&disk, 1).unwrap();
    assert_eq!(report.damaged, [(path, 3)]);
    let (log, recovery) = open(&mut manager, &tp("t", 0), id(1)).unwrap();
    assert!(recovery.checked_bytes > 0);
    assert_eq!(log.log_end_offset(), Offset(5));
}

#[test]
fn what_is_no_partition_is_left_alone() {
    let disk = formatted(1);
    for name in [
        "__cluster_metadata-0",
        "lost+found",
        "t-0.0123456789abcdef0123456789abcdef-stray",
        "u-3",
    ] {
        disk.create_dir_all(&paths(1)[0].join(name)).unwrap();
    }
    let (manager, report) = start(&disk, 1).unwrap();
    assert_eq!(report.unknown, [paths(1)[0].join("lost+found")]);
    assert_eq!(
        manager
            .partitions()
            .map(|(tp, _)| tp.to_string())
            .collect::<Vec<_>>(),
        ["u-3"]
    );
}

#[test]
fn the_periodic_checkpoint_is_an_operation_and_survives_a_crash() {
    for seed in 0..20 {
        let disk = formatted(1);
        let (mut manager, _) = start(&disk, 1).unwrap();
        manager.create_partition(&tp("t", 0), id(1), 0).unwrap();
        let (mut log, _) = open(&mut manager, &tp("t", 0), id(1)).unwrap();
        append(&mut log, 5);
        let target = log.begin_sync().unwrap().unwrap();
        disk.complete(0, target.op).result.unwrap();
        log.finish_sync(target.ticket, true);
        manager.note(&tp("t", 0), &log, Offset(4));
        disk.complete(0, manager.checkpoint_op(0, Checkpoint::Whole).unwrap())
            .result
            .unwrap();
        append(&mut log, 5);
        manager.note(&tp("t", 0), &log, Offset(9));
        disk.set_faults(MemFaults {
            capacity: Some(0),
            ..MemFaults::default()
        });
        disk.complete(0, manager.checkpoint_op(0, Checkpoint::Whole).unwrap())
            .result
            .unwrap_err();
        disk.set_faults(MemFaults::default());
        drop((manager, log));
        disk.crash(seed);
        let (mut manager, _) = start(&disk, 1).unwrap();
        let known = *manager.get(&tp("t", 0)).unwrap();
        assert_eq!(
            (known.recovery_point, known.high_watermark),
            (Offset(5), Offset(4))
        );
        let (log, _) = open(&mut manager, &tp("t", 0), id(1)).unwrap();
        assert!(log.log_end_offset() >= Offset(5));
    }
}
