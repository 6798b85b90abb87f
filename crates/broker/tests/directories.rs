//! Metadata directories that a release before or after this one has written.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use broker::{Effects, Node, NodeParams, OpenError};
use config::{Input, NodeConfig};
use model::{BrokerId, Now, TimestampMs};
use protocol::feature_level_record::FeatureLevelRecord;
use protocol::metadata_records::MetadataRecord;
use quorum::{Quorum, Voter};
use records::{BatchBuilder, NewRecord};
use storage::disk::{Disk, MemDisk, OpenMode};
use storage::meta_properties::MetaProperties;

const NOW: Now = Now {
    mono: Duration::ZERO,
    wall: TimestampMs(1_000),
};
const METADATA: &str = "/data/__cluster_metadata-0";

fn open(disk: &MemDisk, overrides: &[&str]) -> Result<Node, OpenError> {
    let mut all = vec!["log.dirs=/data".to_owned()];
    all.extend(overrides.iter().map(|text| (*text).to_owned()));
    let config = NodeConfig::load(Input {
        file: None,
        overrides: &all,
        data_directory: "/data",
    })
    .unwrap();
    let params = NodeParams {
        given: config.given().clone(),
        advertised: Vec::new(),
        disk: Arc::new(disk.clone()),
        seed: [1; 32],
        open_files: 64,
        now: NOW,
    };
    Node::open(params, &mut Effects::default()).map(|(node, _)| node)
}

fn level(name: &'static str, feature_level: i16) -> Vec<u8> {
    let record = FeatureLevelRecord {
        name: name.into(),
        feature_level,
        ..FeatureLevelRecord::default()
    };
    metadata::encode_record(&MetadataRecord::from(record), 33).unwrap()
}

/// A directory of this release, to whose metadata log somebody has added a record.
fn with_record(value: &[u8]) -> MemDisk {
    let disk = MemDisk::new(1);
    assert!(open(&disk, &[]).unwrap().close(NOW).is_empty());
    let meta = MetaProperties::read(&disk, Path::new("/data"))
        .unwrap()
        .unwrap();
    let me = BrokerId(1);
    let config = quorum::Config {
        directory_id: meta.directory_id.unwrap(),
        ..quorum::Config::new(me, vec![Voter::of_id(me)])
    };
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let mut quorum = Quorum::open(config, shared, Path::new(METADATA), 1, NOW).unwrap();
    drop(quorum.poll());
    let mut batch = BatchBuilder::new();
    batch.append(&NewRecord::new(NOW.wall, None, Some(value)));
    quorum.propose(NOW, batch.finish()).unwrap();
    let sync = quorum.poll().sync.unwrap();
    quorum.on_synced(NOW, sync.upto, Ok(()));
    drop(quorum.poll());
    quorum.close().unwrap();
    disk
}

#[track_caller]
fn check_refused(value: &[u8], expected: &[&str]) {
    let refused = open(&with_record(value), &[]);
    let message = refused.expect_err("it is newer").to_string();
    for text in expected {
        assert!(message.contains(text), "no `{text}` in {message}");
    }
}

#[test]
fn a_newer_metadata_version_is_refused_and_named() {
    let expected = [
        "the cluster has metadata.version 34",
        "knows 7 to 33 (4.4-IV2)",
        "start a release that has metadata.version 34",
    ];
    check_refused(&level("metadata.version", 34), &expected);
}

#[test]
fn a_record_of_a_newer_release_is_refused_with_its_type_and_offset() {
    let unknown_type = [1, 99, 0];
    check_refused(
        &unknown_type,
        &["has type 99 version 0", "a newer release wrote it"],
    );
}

#[test]
fn a_newer_level_of_a_feature_is_refused_and_named() {
    let expected = ["feature group.version at level 2", "knows it up to 1"];
    check_refused(&level("group.version", 2), &expected);
    let expected = [
        "feature later.version at level 1",
        "start a release that has later.version 1",
    ];
    check_refused(&level("later.version", 1), &expected);
}

#[test]
fn a_known_level_of_a_feature_is_kept_and_the_node_starts() {
    let disk = with_record(&level("share.version", 1));
    let node = open(&disk, &[]).unwrap();
    assert_eq!(node.broker().image().features().level("share.version"), 1);
}

/// What the storage tool of Kafka 3.9 leaves: a file beside an empty metadata directory.
fn formatted_by_an_older_tool(records: &[&[u8]]) -> MemDisk {
    let disk = MemDisk::new(1);
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let apart = Path::new("/apart");
    disk.create_dir_all(Path::new("/data")).unwrap();
    quorum::format(&shared, apart, Some(&[]), records.iter().copied()).unwrap();
    let name = "00000000000000000000-0000000000.checkpoint";
    let bytes = disk.read_file(&apart.join(name), 1 << 20).unwrap();
    let file = disk
        .open(Path::new("/data/bootstrap.checkpoint"), OpenMode::Create)
        .unwrap();
    file.write_at(&[std::io::IoSlice::new(&bytes)], 0).unwrap();
    let meta = MetaProperties {
        cluster_id: "a2FsZGEtaW50ZXJvcC0wMQ".to_owned(),
        node_id: BrokerId(1),
        directory_id: Some(model::Uuid([5; 16])),
    };
    meta.write(&disk, Path::new("/data")).unwrap();
    disk
}

#[test]
fn a_cluster_begins_with_what_an_older_tool_formatted_it_for() {
    let level = level("metadata.version", 21);
    let disk = formatted_by_an_older_tool(&[&level]);
    let voters = ["controller.quorum.voters=1@localhost:9093"];
    let node = open(&disk, &voters).unwrap();
    assert_eq!(
        node.broker().image().features().metadata_version(),
        Some(21)
    );
    assert_eq!(node.broker().image().features().level("group.version"), 0);
    assert!(node.close(NOW).is_empty());
    let node = open(&disk, &voters).unwrap();
    assert_eq!(
        node.broker().image().features().metadata_version(),
        Some(21)
    );
}

#[test]
fn a_bootstrap_file_that_is_damaged_is_refused_by_its_name() {
    let disk = formatted_by_an_older_tool(&[&level("metadata.version", 21)]);
    let file = disk
        .open(Path::new("/data/bootstrap.checkpoint"), OpenMode::Write)
        .unwrap();
    file.write_at(&[std::io::IoSlice::new(&[0xff; 8])], 30)
        .unwrap();
    let refused = open(&disk, &["controller.quorum.voters=1@localhost:9093"]);
    let message = refused.expect_err("it is damaged").to_string();
    assert!(message.contains("bootstrap.checkpoint"), "{message}");
}
