//! Records against bytes that Apache Kafka 4.4.0 wrote.

use std::sync::Arc;

use model::{ProducerId, TimestampMs, Uuid};

use crate::{
    ClassicMember, ClassicValue, CommittedOffset, ConsumerChange, CurrentAssignment, EncodedRecord,
    MalformedRecord, MemberMetadata, MemberState, MemberValue, Record, ResolvedRegex,
};

fn bytes(hex: &str) -> Vec<u8> {
    let digit = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits");
    (0..hex.len()).step_by(2).map(digit).collect()
}

/// The record is written as these bytes, and read from them.
#[track_caller]
fn check(record: &Record, key: &str, value: Option<&str>) {
    let encoded = EncodedRecord {
        key: bytes(key),
        value: value.map(bytes),
    };
    assert_eq!(record.encode(), Ok(Some(encoded)));
    let read = Record::decode(&bytes(key), value.map(bytes).as_deref(), None);
    assert_eq!(read, Ok(Some(record.clone())));
}

fn committed() -> CommittedOffset {
    CommittedOffset {
        offset: 42,
        leader_epoch: Some(7),
        metadata: "m".into(),
        committed_at: TimestampMs(1_000),
        expires_at: None,
        topic_id: Uuid(1_u128.wrapping_shl(64).wrapping_add(2).to_be_bytes()),
    }
}

fn offset(value: Option<CommittedOffset>) -> Record {
    Record::Offset {
        group: "g".into(),
        topic: "topic".into(),
        partition: 3,
        value,
        transaction: None,
    }
}

fn classic(value: Option<ClassicValue>) -> Record {
    Record::Classic {
        group: "g".into(),
        value: value.map(Arc::new),
    }
}

const OFFSET_KEY: &str = "00010001670005746f70696300000003";

#[test]
fn an_offset_is_written_with_the_id_of_its_topic() {
    let value = "0004000000000000002a00000007026d00000000000003e8\
                 01001000000000000000010000000000000002";
    check(&offset(Some(committed())), OFFSET_KEY, Some(value));
}

#[test]
fn an_offset_without_topic_id_and_epoch_is_short() {
    let value = CommittedOffset {
        leader_epoch: None,
        metadata: "".into(),
        topic_id: Uuid::ZERO,
        ..committed()
    };
    let bytes = "0004000000000000002affffffff0100000000000003e800";
    check(&offset(Some(value)), OFFSET_KEY, Some(bytes));
}

#[test]
fn an_offset_with_a_retention_is_written_in_the_version_that_has_it() {
    let value = CommittedOffset {
        expires_at: Some(TimestampMs(2_000)),
        leader_epoch: None,
        topic_id: Uuid::ZERO,
        ..committed()
    };
    let bytes = "0001000000000000002a00016d00000000000003e800000000000007d0";
    check(&offset(Some(value)), OFFSET_KEY, Some(bytes));
}

#[test]
fn a_forgotten_offset_is_a_key_without_value() {
    check(&offset(None), OFFSET_KEY, None);
}

#[test]
fn a_group_is_written_with_its_members() {
    let member = MemberValue {
        id: "a-1".into(),
        instance_id: Some("i".into()),
        client_id: "a".into(),
        client_host: "/127.0.0.1".into(),
        rebalance_timeout_ms: 60_000,
        session_timeout_ms: 10_000,
        subscription: Arc::from([1, 2]),
        assignment: Arc::from([3]),
    };
    let value = ClassicValue {
        protocol_type: "consumer".into(),
        generation: 5,
        protocol: Some("range".into()),
        leader: Some("a-1".into()),
        since: Some(TimestampMs(1_000)),
        members: vec![member],
    };
    let bytes = "00030008636f6e73756d657200000005000572616e67650003612d3100000000000003e8\
                 000000010003612d31000169000161000a2f3132372e302e302e310000ea6000002710\
                 00000002010200000001 03"
        .replace(' ', "");
    check(&classic(Some(value)), "0002000167", Some(&bytes));
}

#[test]
fn an_empty_group_has_neither_protocol_nor_leader() {
    let value = ClassicValue {
        protocol_type: "".into(),
        generation: 0,
        protocol: None,
        leader: None,
        since: Some(TimestampMs(1_000)),
        members: Vec::new(),
    };
    let bytes = "0003000000000000ffffffff00000000000003e800000000";
    check(&classic(Some(value)), "0002000167", Some(bytes));
    check(&classic(None), "0002000167", None);
}

#[test]
fn an_offset_of_a_transaction_is_told_by_its_batch() {
    let read = Record::decode(&bytes(OFFSET_KEY), None, Some(ProducerId(9)));
    let Ok(Some(Record::Offset { transaction, .. })) = read else {
        panic!("{read:?}")
    };
    assert_eq!(transaction, Some(ProducerId(9)));
}

#[test]
fn offsets_of_the_oldest_format_are_read() {
    let key = OFFSET_KEY.replacen("0001", "0000", 1);
    let value = bytes("0000000000000000002a00016d00000000000003e8");
    let read = Record::decode(&bytes(&key), Some(&value), None);
    let expected = CommittedOffset {
        leader_epoch: None,
        topic_id: Uuid::ZERO,
        ..committed()
    };
    assert_eq!(read, Ok(Some(offset(Some(expected)))));
}

#[test]
fn records_of_unknown_types_say_nothing() {
    for record_type in [9_u8, 18, 24, 99] {
        for value in [None, Some(&[0_u8, 0][..])] {
            let read = Record::decode(&[0, record_type, 0, 1, b'g'], value, None);
            assert_eq!(read, Ok(None), "type {record_type}");
        }
    }
}

#[test]
fn bytes_that_are_no_record_are_refused() {
    assert_eq!(
        Record::decode(&[0], None, None),
        Err(MalformedRecord::TooShort)
    );
    assert_eq!(
        Record::decode(&bytes(OFFSET_KEY), Some(&[4]), None),
        Err(MalformedRecord::TooShort)
    );
    let value = bytes("0003000000000000ffffffff00000000000003e87fffffff");
    for (key, value) in [("0001000167", None), ("0002000167", Some(&value[..]))] {
        let read = Record::decode(&bytes(key), value, None);
        assert!(
            matches!(read, Err(MalformedRecord::Bytes(_))),
            "{key}: {read:?}"
        );
    }
}

#[test]
fn a_text_too_long_for_the_format_is_not_written() {
    let record = Record::Classic {
        group: "g".repeat(40_000).into(),
        value: None,
    };
    assert!(record.encode().is_err());
}

fn consumer(change: ConsumerChange) -> Record {
    Record::consumer("g", change)
}

const TOPIC: &str = "00000000000000010000000000000002";

#[test]
fn the_epochs_of_a_consumer_group_are_written_with_hash_and_time() {
    let group = consumer(ConsumerChange::Group(Some((5, 7))));
    let value = "00000000000501000800000000000000 07".replace(' ', "");
    check(&group, "0003000167", Some(&value));
    let without_hash = consumer(ConsumerChange::Group(Some((5, 0))));
    check(&without_hash, "0003000167", Some("00000000000500"));
    check(&consumer(ConsumerChange::Group(None)), "0003000167", None);
    let target = consumer(ConsumerChange::TargetEpoch(Some((5, TimestampMs(1_000)))));
    let value = "00000000000501000800000000000003e8";
    check(&target, "0006000167", Some(value));
    check(&consumer(ConsumerChange::TopicsTold), "0004000167", None);
}

#[test]
fn a_member_of_a_consumer_group_is_written_with_what_it_said() {
    let metadata = MemberMetadata {
        instance_id: Some("i".into()),
        client_id: "c".into(),
        client_host: "h".into(),
        topics: ["t".into()].into(),
        rebalance_timeout_ms: 1_000,
        assignor: Some("range".into()),
        ..MemberMetadata::default()
    };
    let member = consumer(ConsumerChange::Member("a".into(), Some(metadata.into())));
    // Whoever does not speak the classic protocol says so: tag 0 with one byte, 0 for absent.
    let value = "0000026900026302680202740100 0003e80672616e676501000100".replace(' ', "");
    check(&member, "0005000167000161", Some(&value));
    let classic = MemberMetadata {
        rack_id: Some("r".into()),
        client_id: "c".into(),
        client_host: "h".into(),
        topics: ["t".into()].into(),
        regex: Some("x".into()),
        rebalance_timeout_ms: 1_000,
        classic: Some(ClassicMember {
            session_timeout_ms: 10_000,
            protocols: vec![("range".into(), Box::from([1, 2]))],
        }),
        ..MemberMetadata::default()
    };
    let classic = consumer(ConsumerChange::Member("a".into(), Some(classic.into())));
    let value =
        "0000000272026302680202740278000003e800 010011 01 00002710020672616e676503010200 00";
    check(&classic, "0005000167000161", Some(&value.replace(' ', "")));
    let regex = ResolvedRegex {
        topics: ["t".into()].into(),
        version: 3,
        at: TimestampMs(1_000),
    };
    let regex = consumer(ConsumerChange::Regex("t.*".into(), Some(regex.into())));
    let value = "0000020274000000000000000300000000000003e800";
    check(&regex, "00100001670003742e2a", Some(value));
}

#[test]
fn what_a_member_has_is_written_with_the_epochs_in_which_it_was_given() {
    let topic = Uuid(1_u128.wrapping_shl(64).wrapping_add(2).to_be_bytes());
    let current = CurrentAssignment {
        epoch: 5,
        previous_epoch: 4,
        state: MemberState::Unrevoked,
        assigned: [(topic, [(3, 2)].into())].into(),
        revoking: Default::default(),
    };
    let record = consumer(ConsumerChange::Current("a".into(), Some(current.clone())));
    let value = format!("0000000000050000000401 02{TOPIC}0200000003 01000502000000020100");
    let value = value.replace(' ', "");
    check(&record, "0008000167000161", Some(&value));
    // Earlier releases keep no epoch of a partition: the member's counts.
    let value = format!("000000000005000000040102{TOPIC}0200000003000100");
    let read = Record::decode(&bytes("0008000167000161"), Some(&bytes(&value)), None);
    let current = CurrentAssignment {
        assigned: [(topic, [(3, 5)].into())].into(),
        ..current
    };
    let expected = consumer(ConsumerChange::Current("a".into(), Some(current)));
    assert_eq!(read, Ok(Some(expected)));
    let target = [(topic, [3].into())].into();
    let target = consumer(ConsumerChange::Target("a".into(), Some(target)));
    let value = format!("000002{TOPIC}02000000030000");
    check(&target, "0007000167000161", Some(&value));
}
