//! Files that Apache Kafka 4.4.0 wrote (tests/golden/README.md): they are understood, and made anew they come out
//! byte for byte the same.

use std::io::IoSlice;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use model::{BrokerEpoch, BrokerId, LeaderEpoch, Now, Offset, ProducerId, TimestampMs};
use records::{BatchIter, Codecs};
use storage::checkpoint::{CheckpointKind, parse_checkpoint};
use storage::clean_shutdown::LastStop;
use storage::disk::{Disk, MemDisk, OpenMode};
use storage::file_names::TopicPartition;
use storage::log::{Log, LogOptions, ReadRequest};
use storage::log_config::LogConfig;
use storage::log_manager::LogManager;
use storage::meta_properties::MetaProperties;
use storage::open_files::OpenFiles;
use storage::partition_metadata::read_topic_id;

const DIR: &str = "/data/golden-0";
const END: Offset = Offset(38);

fn golden(name: &str) -> Vec<u8> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    std::fs::read(dir.join(name)).unwrap()
}

fn put(disk: &MemDisk, path: &str, bytes: &[u8]) {
    let file = disk.open(Path::new(path), OpenMode::Truncate).unwrap();
    file.write_at(&[IoSlice::new(bytes)], 0).unwrap();
}

const FILES: [&str; 6] = [
    "00000000000000000000.log",
    "00000000000000000000.index",
    "00000000000000000000.timeindex",
    "00000000000000000038.snapshot",
    "leader-epoch-checkpoint",
    "partition.metadata",
];

/// The partition as it lies after a clean stop, without the files named in `without`.
fn partition(without: &[&str]) -> MemDisk {
    let disk = MemDisk::new(0);
    disk.create_dir_all(Path::new(DIR)).unwrap();
    for name in FILES.iter().filter(|name| !without.contains(name)) {
        put(
            &disk,
            &format!("{DIR}/{name}"),
            &golden(&format!("apache-kafka-4.4.0/{name}")),
        );
    }
    disk
}

fn open(disk: &MemDisk, is_clean: bool, recovery_point: Offset) -> Log {
    let options = LogOptions {
        path: DIR.into(),
        files: Arc::new(OpenFiles::new(Arc::new(disk.clone()), 16)),
        config: Arc::new(LogConfig {
            index_interval_bytes: 200,
            ..LogConfig::default()
        }),
        recovery_point,
        log_start: Offset(0),
        cleaned: None,
        is_clean,
        seed: 0,
    };
    Log::open(options, Now::default()).unwrap().0
}

fn check_same(disk: &MemDisk) {
    for name in FILES {
        let ours = disk
            .read_file(Path::new(&format!("{DIR}/{name}")), 1 << 20)
            .unwrap();
        assert_eq!(
            ours,
            golden(&format!("apache-kafka-4.4.0/{name}")),
            "{name}"
        );
    }
}

#[test]
fn a_partition_is_read_as_it_lies() {
    let disk = partition(&[]);
    let mut log = open(&disk, true, END);
    assert_eq!(
        (log.log_start_offset(), log.log_end_offset()),
        (Offset(0), END)
    );
    assert_eq!(
        log.end_offset_for_epoch(LeaderEpoch(0)),
        Some((LeaderEpoch(0), END))
    );
    assert!(read_topic_id(&disk, Path::new(DIR)).unwrap().is_some());
    let transactional = log.producers().get(ProducerId(5)).unwrap();
    assert_eq!(
        (transactional.epoch.0, transactional.txn_first_offset),
        (3, None)
    );
    assert_eq!(log.producers().producers().count(), 6);
    let codecs = &mut Codecs::new();
    let newest = log.max_timestamp(codecs).unwrap().unwrap();
    for from in 0..END.0 {
        let request = ReadRequest {
            from: Offset(from),
            upper: END,
            max_bytes: 1 << 20,
            min_one: true,
            with_aborted: true,
            may_wait: true,
        };
        let info = log.read(&request).unwrap();
        let bytes = info.slice.unwrap().read().unwrap();
        let first = BatchIter::new(&bytes).next().unwrap().unwrap();
        assert!(first.is_valid_crc() && first.base_offset() == info.first_offset);
        assert!(first.base_offset().0 <= from && from <= first.last_offset().0);
        assert!(info.aborted.is_empty());
    }
    let found = log.offset_for_timestamp(newest.timestamp, codecs).unwrap();
    assert_eq!(found, Some(newest));
    assert_eq!(
        log.offset_for_timestamp(TimestampMs(0), codecs)
            .unwrap()
            .unwrap()
            .offset,
        Offset(0)
    );
}

#[test]
fn a_clean_start_and_stop_change_nothing() {
    let disk = partition(&[]);
    open(&disk, true, END).close().unwrap();
    check_same(&disk);
}

#[test]
fn lost_indexes_and_producer_state_come_out_the_same() {
    for (is_clean, point) in [(false, 0), (false, 12), (false, 38), (true, 38)] {
        let lost = [
            "00000000000000000000.index",
            "00000000000000000000.timeindex",
            "00000000000000000038.snapshot",
        ];
        let disk = partition(&lost);
        open(&disk, is_clean, Offset(point)).close().unwrap();
        if is_clean {
            // Made anew without the topic's configuration, the index is coarser.
            put(
                &disk,
                &format!("{DIR}/{}", lost[0]),
                &golden(&format!("apache-kafka-4.4.0/{}", lost[0])),
            );
            put(
                &disk,
                &format!("{DIR}/{}", lost[1]),
                &golden(&format!("apache-kafka-4.4.0/{}", lost[1])),
            );
        }
        check_same(&disk);
    }
}

#[test]
fn a_log_directory_is_understood() {
    let disk = partition(&[]);
    for name in [
        "meta.properties",
        "replication-offset-checkpoint",
        "recovery-point-offset-checkpoint",
        "log-start-offset-checkpoint",
        "cleaner-offset-checkpoint",
    ] {
        put(&disk, &format!("/data/{name}"), &golden(name));
    }
    put(
        &disk,
        "/data/.kafka_cleanshutdown",
        &golden("kafka_cleanshutdown"),
    );
    assert!(LastStop::read(&disk, Path::new("/data")).unwrap().is_clean);
    let meta = MetaProperties::read(&disk, Path::new("/data"))
        .unwrap()
        .unwrap();
    assert_eq!(
        (meta.node_id, meta.cluster_id.as_str()),
        (BrokerId(1), "4L6g3nShT-eMCtK--X86sw")
    );
    let files = Arc::new(OpenFiles::new(Arc::new(disk.clone()), 16));
    let paths = [PathBuf::from("/data")];
    let (manager, report) =
        LogManager::start(files, &paths, meta.node_id, &meta.cluster_id).unwrap();
    assert!(report.is_clean && report.damaged.is_empty());
    assert!(report.previous_epoch > Some(BrokerEpoch(0)));
    let known = manager.get(&TopicPartition::new("golden", 0)).unwrap();
    assert_eq!((known.recovery_point, known.high_watermark), (END, END));
    let text = String::from_utf8(golden("recovery-point-offset-checkpoint")).unwrap();
    assert!(
        parse_checkpoint(&text)
            .unwrap()
            .iter()
            .any(|line| line.topic == "golden")
    );
    assert_eq!(
        CheckpointKind::RecoveryPoint.file_name(),
        "recovery-point-offset-checkpoint"
    );
}
