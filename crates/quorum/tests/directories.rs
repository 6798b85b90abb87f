//! Metadata directories that somebody else has written or formatted.

mod cluster;

use std::io::IoSlice;
use std::sync::Arc;
use std::time::Duration;

use cluster::node::{Node, batch, dir, values};
use model::{BrokerId, DirectoryId, LeaderEpoch, Now, Offset, TimestampMs, Uuid};
use protocol::Message as _;
use protocol::leader_change_message::LeaderChangeMessage;
use protocol::voters_record::{self, VotersRecord};
use quorum::{Endpoint, Event, Failure, Quorum, Voter};
use records::{BatchBuilder, ControlType, NewRecord, RecordBatch, control};
use storage::disk::{Disk, OpenMode};

const NOW: Now = Now {
    mono: Duration::from_secs(5),
    wall: TimestampMs(1_000),
};
const DIRECTORY: DirectoryId = Uuid([7; 16]);

fn node() -> Node {
    Node::new(0, 1, 1, u64::MAX)
}

fn open(node: &Node) -> Quorum {
    node.open(1, NOW).unwrap()
}

/// Carries syncs out at once, as long as there are any.
fn run(node: &mut Node, quorum: &mut Quorum) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let output = quorum.poll();
        assert!(output.failure.is_none(), "{:?}", output.failure);
        for event in output.events {
            if let Event::Committed(batch) = &event {
                node.take(batch);
            }
            events.push(event);
        }
        let Some(sync) = output.sync else {
            return events;
        };
        sync.files.iter().for_each(|file| file.sync().unwrap());
        quorum.on_synced(NOW, sync.upto, Ok(()));
    }
}

fn write(node: &mut Node, quorum: &mut Quorum, value: &str) {
    quorum
        .propose(NOW, batch(&[value.as_bytes()], NOW))
        .unwrap();
    run(node, quorum);
}

fn committed(events: &[Event]) -> Vec<String> {
    let batches = events.iter().filter_map(|event| match event {
        Event::Committed(batch) => Some(values(&batch.bytes)),
        _ => None,
    });
    let texts = batches
        .flatten()
        .map(|value| String::from_utf8(value).unwrap());
    texts.collect()
}

fn epoch(events: &[Event]) -> Option<i32> {
    events.iter().find_map(|event| match event {
        Event::Leading { epoch, .. } => Some(epoch.0),
        _ => None,
    })
}

/// Writes at the end of the log, and of the log alone, as Apache Kafka does.
fn write_as_kafka(quorum: &mut Quorum, at: i64, bytes: Vec<u8>) {
    let log = quorum.log_mut();
    assert_eq!(log.log_end_offset(), Offset(at));
    log.append_as_follower(NOW, &bytes).unwrap();
}

#[test]
fn where_the_journal_had_more_than_the_log_that_apache_kafka_went_on_with_the_log_counts() {
    let mut node = node();
    let mut quorum = open(&node);
    run(&mut node, &mut quorum);
    write(&mut node, &mut quorum, "ours");
    write(&mut node, &mut quorum, "not in the log");
    quorum.log_mut().truncate_to(NOW, Offset(2)).unwrap();
    let mut theirs = BatchBuilder::new()
        .base_offset(Offset(2))
        .leader_epoch(LeaderEpoch(5));
    theirs.append(&NewRecord::new(NOW.wall, None, Some(b"theirs")));
    write_as_kafka(&mut quorum, 2, theirs.finish());
    drop(quorum);
    let mut quorum = open(&node);
    let events = run(&mut node, &mut quorum);
    assert_eq!(committed(&events), ["ours", "theirs"]);
    assert_eq!(epoch(&events), Some(6));
}

#[test]
fn a_journal_that_ends_before_the_log_begins_is_given_up() {
    let mut node = node();
    node.config.segment_bytes = 4096;
    let mut quorum = open(&node);
    run(&mut node, &mut quorum);
    let path = dir().join("quorum-journal");
    let old = node.disk.read_file(&path, 1 << 20).unwrap();
    quorum.close().unwrap();
    let mut quorum = open(&node);
    run(&mut node, &mut quorum);
    for round in 0..8 {
        for number in 0..50 {
            write(&mut node, &mut quorum, &format!("{number} of {round}"));
        }
        node.state.truncate(20);
        node.quorum = Some(quorum);
        node.snapshot(NOW);
        quorum = node.quorum.take().unwrap();
    }
    let end = quorum.log_mut().log_end_offset();
    assert!(quorum.log_mut().log_start_offset() > Offset(3));
    quorum.close().unwrap();
    let file = node.disk.open(&path, OpenMode::Truncate).unwrap();
    file.write_at(&[IoSlice::new(&old)], 0).unwrap();
    let mut quorum = open(&node);
    let events = run(&mut node, &mut quorum);
    assert_eq!(epoch(&events), Some(3));
    assert_eq!(quorum.log_mut().log_end_offset(), end.next());
}

fn voter(port: u16) -> Voter {
    Voter {
        directory_id: DIRECTORY,
        endpoints: vec![Endpoint {
            name: "CONTROLLER".to_owned(),
            host: "localhost".to_owned(),
            port,
        }],
        ..Voter::of_id(BrokerId(0))
    }
}

fn formatted() -> Node {
    let mut node = node();
    let disk: Arc<dyn Disk> = Arc::new(node.disk.clone());
    let first: &[u8] = b"first";
    assert!(!quorum::is_formatted(&*disk, &dir()).unwrap());
    quorum::format(&disk, &dir(), Some(&[voter(9093)]), [first]).unwrap();
    assert!(quorum::is_formatted(&*disk, &dir()).unwrap());
    node.config.directory_id = DIRECTORY;
    node
}

#[test]
fn a_formatted_directory_knows_its_voter_at_every_start() {
    let mut node = formatted();
    for start in 0..3 {
        let mut quorum = open(&node);
        let events = run(&mut node, &mut quorum);
        assert!(matches!(events[0], Event::SnapshotInstalled(_)));
        assert_eq!(quorum.info().voters[0].directory_id, DIRECTORY, "{start}");
        write(&mut node, &mut quorum, "a");
        node.quorum = Some(quorum);
        node.snapshot(NOW);
        node.quorum.take().unwrap().close().unwrap();
    }
}

#[test]
fn a_leader_is_announced_in_the_only_form_that_apache_kafka_reads() {
    let mut node = formatted();
    let mut quorum = open(&node);
    let events = run(&mut node, &mut quorum);
    let first = events.iter().find_map(|event| match event {
        Event::Committed(batch) => Some(&batch.bytes),
        _ => None,
    });
    let batch = RecordBatch::parse(first.unwrap()).unwrap();
    let record = batch.plain_records().unwrap().next().unwrap().unwrap();
    let change = LeaderChangeMessage::from_bytes(record.value.unwrap(), 0).unwrap();
    assert_eq!((change.version, change.leader_id), (0, 0));
}

#[test]
fn a_node_whose_directory_was_replaced_is_no_voter() {
    let mut node = formatted();
    node.config.directory_id = Uuid([8; 16]);
    assert!(matches!(
        node.open(1, NOW),
        Err(Failure::NotAVoter(BrokerId(0)))
    ));
}

#[test]
fn voters_that_apache_kafka_has_written_to_the_log_count_more_than_those_of_the_snapshot() {
    let mut node = formatted();
    let mut quorum = open(&node);
    run(&mut node, &mut quorum);
    let moved = VotersRecord {
        voters: vec![voters_record::Voter {
            voter_id: 0,
            voter_directory_id: DIRECTORY,
            endpoints: vec![voters_record::Endpoint {
                name: "CONTROLLER".into(),
                host: "elsewhere".into(),
                port: 19093,
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    };
    let value = moved.to_bytes(0).unwrap();
    let values = [(ControlType::KRaftVoters, value.as_slice())];
    let bytes = control::control_batch(Offset(1), LeaderEpoch(5), NOW.wall, &values);
    write_as_kafka(&mut quorum, 1, bytes);
    drop(quorum);
    let mut quorum = open(&node);
    run(&mut node, &mut quorum);
    node.quorum = Some(quorum);
    node.snapshot(NOW);
    let disk = Arc::new(node.disk.clone());
    let voters = quorum::voters_in_snapshots(disk, &dir()).unwrap().unwrap();
    assert_eq!(voters[0].endpoints[0].host, "elsewhere");
    assert_eq!(voters[0].endpoints[0].port, 19093);
}
