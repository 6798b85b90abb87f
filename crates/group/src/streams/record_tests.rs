//! Records against bytes that Apache Kafka 4.4.0 wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::TimestampMs;

use super::topology::{CopartitionGroup, Subtopology, TopicInfo};
use super::{
    Endpoint, HeldTasks, StreamsAssignment, StreamsChange, StreamsMemberMetadata,
    StreamsMemberState, StreamsMetadata, TaskSet, Tasks, Topology,
};
use crate::{EncodedRecord, Record};

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits");
    (0..hex.len()).step_by(2).map(digit).collect()
}

/// The change is written as these bytes, and read from them.
#[track_caller]
fn check(change: StreamsChange, key: &str, value: Option<&str>) {
    let record = Record::streams("g", change);
    let encoded = EncodedRecord {
        key: bytes(key),
        value: value.map(bytes),
    };
    assert_eq!(record.encode(), Ok(Some(encoded)));
    let read = Record::decode(&bytes(key), value.map(bytes).as_deref(), None);
    assert_eq!(read, Ok(Some(record)));
}

fn set(id: &str, partitions: &[i32]) -> TaskSet {
    TaskSet::from([(
        Arc::from(id),
        BTreeSet::from_iter(partitions.iter().copied()),
    )])
}

#[test]
fn a_member_is_written_as_apache_kafka_writes_it() {
    let member = StreamsMemberMetadata {
        instance_id: Some("i".into()),
        rack_id: Some("r".into()),
        client_id: "c".into(),
        client_host: "/h".into(),
        rebalance_timeout_ms: 60_000,
        topology_epoch: 1,
        process_id: "p".into(),
        endpoint: Some(Endpoint {
            host: "e".into(),
            port: 9,
        }),
        client_tags: BTreeMap::from([("a".into(), "b".into()), ("k".into(), "v".into())]),
    };
    check(
        StreamsChange::Member("m".into(), Some(Arc::new(member))),
        "001300016700016d",
        Some("0000026902720263032f680000ea60000000010270010265000900030261026200026b02760000"),
    );
    check(
        StreamsChange::Member("m".into(), None),
        "001300016700016d",
        None,
    );
}

#[test]
fn what_a_member_has_is_written_with_its_epochs() {
    let current = StreamsAssignment {
        epoch: 5,
        previous_epoch: 4,
        state: StreamsMemberState::Unrevoked,
        assigned: HeldTasks {
            active: BTreeMap::from([("0".into(), BTreeMap::from([(0, 3), (1, 4)]))]),
            standby: set("1", &[2]),
            warmup: TaskSet::new(),
        },
        revoking: HeldTasks {
            active: BTreeMap::from([("0".into(), BTreeMap::from([(2, 3)]))]),
            standby: TaskSet::new(),
            warmup: set("1", &[0]),
        },
    };
    check(
        StreamsChange::Current("m".into(), Some(current)),
        "001600016700016d",
        Some(
            "00000000000500000004020202300300000000000000010100090300000003000000040202310200000002\
             0001020230020000000201000502000000030102023102000000000000",
        ),
    );
}

#[test]
fn a_group_is_written_with_what_its_epoch_rests_on() {
    let metadata = StreamsMetadata {
        epoch: 7,
        metadata_hash: -2,
        validated_topology_epoch: 1,
        assignment_configs: BTreeMap::from([("num.standby.replicas".into(), "1".into())]),
        ..StreamsMetadata::default()
    };
    check(
        StreamsChange::Group(Some(Arc::new(metadata))),
        "0011000167",
        Some(
            "000000000007fffffffffffffffe02000400000001011902156e756d2e7374616e6462792e7265706c6963\
             6173023100",
        ),
    );
    let metadata = StreamsMetadata {
        epoch: 7,
        stored_description_epoch: 3,
        failed_description_epoch: 4,
        ..StreamsMetadata::default()
    };
    check(
        StreamsChange::Group(Some(Arc::new(metadata))),
        "0011000167",
        Some("000000000007000000000000000002020400000003030400000004"),
    );
}

#[test]
fn a_target_is_written_as_apache_kafka_writes_it() {
    let target = Tasks {
        active: set("0", &[0, 1]),
        standby: set("1", &[2]),
        warmup: TaskSet::new(),
    };
    check(
        StreamsChange::Target("m".into(), Some(target)),
        "001500016700016d",
        Some("0000020230030000000000000001000202310200000002000100"),
    );
    check(
        StreamsChange::TargetEpoch(Some((7, TimestampMs(42)))),
        "0014000167",
        Some("000000000007010008000000000000002a"),
    );
    check(
        StreamsChange::TargetEpoch(Some((7, TimestampMs(0)))),
        "0014000167",
        Some("00000000000700"),
    );
}

#[test]
fn a_topology_is_written_as_apache_kafka_writes_it() {
    let subtopology = Subtopology {
        id: "0".into(),
        source_topics: vec!["t".into()],
        state_changelog_topics: vec![TopicInfo {
            name: "cl".into(),
            partitions: None,
            replication_factor: None,
            configs: vec![("k".into(), "v".into())],
        }],
        repartition_sink_topics: vec!["s".into()],
        repartition_source_topics: vec![TopicInfo {
            name: "rp".into(),
            partitions: Some(3),
            replication_factor: Some(1),
            configs: Vec::new(),
        }],
        copartition_groups: vec![CopartitionGroup {
            source_topics: vec![0],
            repartition_source_topics: vec![0],
            ..CopartitionGroup::default()
        }],
        ..Subtopology::default()
    };
    let topology = Topology {
        epoch: 2,
        subtopologies: vec![subtopology],
    };
    check(
        StreamsChange::Topology(Some(Arc::new(topology))),
        "0017000167",
        Some(
            "000000000002020230020274010203636c00000000000002026b0276000002027302037270000000030001\
             01000202000001020000000000",
        ),
    );
    check(StreamsChange::Topology(None), "0017000167", None);
}
