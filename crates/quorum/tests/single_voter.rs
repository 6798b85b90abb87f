//! A quorum of one: how it starts, commits, restarts and fails.

mod cluster;

use std::io::IoSlice;
use std::time::Duration;

use cluster::node::{Node, batch, dir, values};
use model::{BrokerId, LeaderEpoch, Now, Offset, TimestampMs};
use protocol::Message as _;
use protocol::leader_change_message::LeaderChangeMessage;
use quorum::{Event, Failure, NotProposed, Output, Quorum, Voter};
use records::{BatchBuilder, ControlType, NewRecord, RecordBatch};
use storage::disk::{Disk, MemFaults, OpenMode};

const NOW: Now = Now {
    mono: Duration::from_secs(5),
    wall: TimestampMs(1_000),
};

fn node() -> Node {
    Node::new(0, 1, 1, u64::MAX)
}

fn open(node: &Node) -> Quorum {
    node.open(1, NOW).unwrap()
}

/// Carries syncs out at once, as long as there are any.
fn run(node: &Node, quorum: &mut Quorum) -> Vec<Event> {
    let mut events = Vec::new();
    loop {
        let output = quorum.poll();
        assert!(output.failure.is_none(), "{:?}", output.failure);
        events.extend(output.events);
        let Some(sync) = output.sync else {
            return events;
        };
        sync.files.iter().for_each(|file| file.sync().unwrap());
        sync.dirs
            .iter()
            .for_each(|dir| node.disk.sync_dir(dir).unwrap());
        quorum.on_synced(NOW, sync.upto, Ok(()));
    }
}

fn propose(quorum: &mut Quorum, value: &str) -> Result<(i64, i64), NotProposed> {
    let proposed = quorum.propose(NOW, batch(&[value.as_bytes()], NOW))?;
    Ok((proposed.base_offset.0, proposed.end_offset.0))
}

fn committed(events: &[Event]) -> Vec<String> {
    let batches = events.iter().filter_map(|event| match event {
        Event::Committed(batch) => Some(values(&batch.bytes)),
        _ => None,
    });
    batches
        .flatten()
        .map(|value| String::from_utf8(value).unwrap())
        .collect()
}

fn leading(events: &[Event]) -> Option<(i32, i64)> {
    events.iter().find_map(|event| match event {
        Event::Leading { epoch, end } => Some((epoch.0, end.0)),
        _ => None,
    })
}

#[test]
fn it_leads_when_it_is_open_and_waits_for_no_time() {
    let node = node();
    let mut quorum = open(&node);
    let output = quorum.poll();
    assert_eq!(leading(&output.events), Some((1, 1)));
    assert!(output.sync.is_none() && output.send.is_empty());
    assert_eq!(quorum.next_deadline(), None);
    assert_eq!(quorum.info().leader, Some(BrokerId(0)));
    assert_eq!(propose(&mut quorum, "a"), Ok((1, 2)));
}

#[test]
fn an_epoch_begins_with_a_leader_change_that_names_leader_and_voters() {
    let node = node();
    let events = run(&node, &mut open(&node));
    let Some(Event::Committed(first)) = events.iter().find(|e| matches!(e, Event::Committed(_)))
    else {
        panic!("{events:?}")
    };
    let batch = RecordBatch::parse(&first.bytes).unwrap();
    assert!(batch.is_valid_crc() && batch.is_control());
    assert_eq!(batch.control_type(), Ok(Some(ControlType::LeaderChange)));
    assert_eq!(
        (batch.base_offset(), batch.leader_epoch()),
        (Offset(0), Some(LeaderEpoch(1)))
    );
    assert_eq!(batch.max_timestamp(), Some(NOW.wall));
    let record = batch.plain_records().unwrap().next().unwrap().unwrap();
    let change = LeaderChangeMessage::from_bytes(record.value.unwrap(), 0).unwrap();
    assert_eq!((change.leader_id, change.voters.len()), (0, 1));
}

#[test]
fn proposals_of_one_turn_share_one_sync_and_nothing_is_committed_before_it() {
    let node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    for value in ["a", "b", "c"] {
        propose(&mut quorum, value).unwrap();
    }
    let output = quorum.poll();
    let upto = output.sync.expect("three proposals wait for a sync").upto;
    assert_eq!(committed(&output.events), [""; 0]);
    propose(&mut quorum, "d").unwrap();
    assert!(
        quorum.poll().sync.is_none(),
        "a second sync waits for the first"
    );
    quorum.on_synced(NOW, upto, Ok(()));
    let output = quorum.poll();
    assert_eq!(committed(&output.events), ["a", "b", "c"]);
    assert!(output.sync.is_some());
}

#[test]
fn a_restart_replays_what_was_committed_and_begins_a_new_epoch() {
    let node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    propose(&mut quorum, "a").unwrap();
    run(&node, &mut quorum);
    quorum.close().unwrap();
    let mut quorum = open(&node);
    let events = run(&node, &mut quorum);
    assert_eq!(committed(&events), ["a"]);
    assert_eq!(leading(&events), Some((2, 3)));
    assert_eq!(propose(&mut quorum, "b"), Ok((3, 4)));
}

#[test]
fn what_was_committed_survives_every_loss_of_power() {
    for seed in 0..200 {
        let node = Node::new(0, 1, seed, u64::MAX);
        let mut quorum = open(&node);
        run(&node, &mut quorum);
        propose(&mut quorum, "a").unwrap();
        assert_eq!(committed(&run(&node, &mut quorum)), ["a"]);
        propose(&mut quorum, "perhaps").unwrap();
        drop(quorum.poll());
        drop(quorum);
        node.disk.crash(seed);
        let found = committed(&run(&node, &mut open(&node)));
        assert!(found == ["a"] || found == ["a", "perhaps"], "{found:?}");
    }
}

#[test]
fn a_failed_sync_stops_it_for_good() {
    let node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    propose(&mut quorum, "a").unwrap();
    let upto = quorum.poll().sync.unwrap().upto;
    quorum.on_synced(NOW, upto, Err(std::io::ErrorKind::Other.into()));
    assert!(matches!(quorum.poll().failure, Some(Failure::Disk { .. })));
    assert_eq!(propose(&mut quorum, "b"), Err(NotProposed::NotLeader));
    assert!(quorum.poll().is_empty());
}

#[test]
fn a_full_disk_is_a_failure_and_a_later_start_goes_on() {
    let node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    propose(&mut quorum, "a").unwrap();
    run(&node, &mut quorum);
    node.disk.set_faults(MemFaults {
        capacity: Some(0),
        ..MemFaults::default()
    });
    propose(&mut quorum, "b").unwrap();
    let Output {
        failure: Some(Failure::Disk { source, .. }),
        ..
    } = quorum.poll()
    else {
        panic!()
    };
    assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
    drop(quorum);
    node.disk.set_faults(MemFaults::default());
    assert_eq!(committed(&run(&node, &mut open(&node))), ["a"]);
}

#[test]
fn only_whole_batches_with_a_right_checksum_are_taken() {
    let node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    let good = batch(&[b"a"], NOW);
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let two = [good.as_slice(), good.as_slice()].concat();
    for bad in [Vec::new(), damaged, two, good[..good.len() - 1].to_vec()] {
        assert_eq!(quorum.propose(NOW, bad), Err(NotProposed::InvalidBatch));
    }
    assert_eq!(propose(&mut quorum, "a"), Ok((1, 2)));
}

#[test]
fn a_batch_of_many_records_takes_as_many_offsets() {
    let node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    let proposed = quorum
        .propose(NOW, batch(&[b"a", b"b", b"c"], NOW))
        .unwrap();
    assert_eq!(
        (proposed.base_offset, proposed.end_offset),
        (Offset(1), Offset(4))
    );
    assert_eq!(committed(&run(&node, &mut quorum)), ["a", "b", "c"]);
    assert_eq!(quorum.log_mut().log_end_offset(), Offset(4));
}

#[test]
fn a_damaged_journal_is_named_with_file_and_position() {
    let node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    propose(&mut quorum, "a").unwrap();
    run(&node, &mut quorum);
    quorum.close().unwrap();
    let file = node
        .disk
        .open(&dir().join("quorum-journal"), OpenMode::Write)
        .unwrap();
    file.write_at(&[IoSlice::new(&[0xff])], 200).unwrap();
    let error = node.open(1, NOW).err().unwrap().to_string();
    assert!(
        error.contains("quorum-journal is corrupt at byte "),
        "{error}"
    );
}

#[test]
fn a_journal_that_was_lost_beside_a_log_is_taken_over_from_the_log() {
    let node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    propose(&mut quorum, "a").unwrap();
    run(&node, &mut quorum);
    quorum.close().unwrap();
    node.disk
        .remove_file(&dir().join("quorum-journal"))
        .unwrap();
    // As a directory that Apache Kafka wrote: log, snapshots and quorum-state, but no journal.
    let mut quorum = open(&node);
    let events = run(&node, &mut quorum);
    assert_eq!(committed(&events), ["a"]);
    assert_eq!(leading(&events), Some((2, 3)));
    assert_eq!(propose(&mut quorum, "b"), Ok((3, 4)));
    assert_eq!(committed(&run(&node, &mut quorum)), ["b"]);
    drop(quorum);
    assert_eq!(committed(&run(&node, &mut open(&node))), ["a", "b"]);
}

/// What Apache Kafka has written behind two records of ours, in an epoch that the journal has not seen.
fn append_theirs(quorum: &mut Quorum) {
    let mut theirs = BatchBuilder::new()
        .base_offset(Offset(2))
        .leader_epoch(LeaderEpoch(5));
    theirs.append(&NewRecord::new(NOW.wall, None, Some(b"theirs")));
    quorum
        .log_mut()
        .append_as_follower(NOW, &theirs.finish())
        .unwrap();
}

/// The same directory with three voters by configuration.
fn among_three(node: &Node) -> Result<Quorum, Failure> {
    let mut config = node.config.clone();
    config.voters = (0..3).map(|id| Voter::of_id(BrokerId(id))).collect();
    let disk = std::sync::Arc::new(node.disk.clone());
    Quorum::open(config, disk, &dir(), 1, NOW)
}

/// It says which directory and what to do, and has left it to be taken over by a single voter.
#[track_caller]
fn is_foreign_to_three_and_not_to_one(node: &Node, values: &[&str]) {
    let failure = among_three(node).err();
    assert!(
        matches!(&failure, Some(Failure::ForeignLog(path)) if *path == dir()),
        "{failure:?}"
    );
    let text = failure
        .map(|failure| failure.to_string())
        .unwrap_or_default();
    assert!(text.contains("/data/__cluster_metadata-0"), "{text}");
    assert!(text.contains("take it over with a single voter"), "{text}");
    assert_eq!(committed(&run(node, &mut open(node))), values);
}

#[test]
fn a_log_without_journal_is_refused_where_there_are_several_voters() {
    let node = node();
    let mut quorum = open(&node);
    propose(&mut quorum, "a").unwrap();
    run(&node, &mut quorum);
    quorum.close().unwrap();
    node.disk
        .remove_file(&dir().join("quorum-journal"))
        .unwrap();
    is_foreign_to_three_and_not_to_one(&node, &["a"]);
}

#[test]
fn a_log_that_went_on_beside_the_journal_is_refused_where_there_are_several_voters() {
    let node = node();
    let mut quorum = open(&node);
    propose(&mut quorum, "ours").unwrap();
    run(&node, &mut quorum);
    append_theirs(&mut quorum);
    drop(quorum);
    is_foreign_to_three_and_not_to_one(&node, &["ours", "theirs"]);
}

#[test]
fn an_empty_directory_is_begun_by_several_voters() {
    assert!(among_three(&node()).is_ok());
}

#[test]
fn a_journal_that_lost_its_end_is_refused_because_the_log_knows_better() {
    let node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    let path = dir().join("quorum-journal");
    let before = node.disk.file_len(&path).unwrap();
    propose(&mut quorum, "a").unwrap();
    run(&node, &mut quorum);
    drop(quorum);
    node.disk
        .open(&path, OpenMode::Write)
        .unwrap()
        .truncate(before)
        .unwrap();
    assert!(matches!(
        node.open(1, NOW),
        Err(Failure::JournalBehindLog { .. })
    ));
}

#[test]
fn what_apache_kafka_has_written_since_in_a_later_epoch_is_taken_over() {
    let node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    propose(&mut quorum, "ours").unwrap();
    run(&node, &mut quorum);
    append_theirs(&mut quorum);
    drop(quorum);
    let mut quorum = open(&node);
    let events = run(&node, &mut quorum);
    assert_eq!(committed(&events), ["ours", "theirs"]);
    assert_eq!(leading(&events), Some((6, 4)));
}

#[test]
fn static_voters_cannot_be_changed_by_configuration() {
    let mut node = node();
    open(&node).close().unwrap();
    node.config.voters.push(Voter::of_id(BrokerId(7)));
    assert!(matches!(
        node.open(1, NOW),
        Err(Failure::VotersDiffer { .. })
    ));
}

#[test]
fn a_node_that_is_no_voter_is_refused() {
    let mut node = node();
    node.config.node_id = BrokerId(9);
    assert!(matches!(
        node.open(1, NOW),
        Err(Failure::NotAVoter(BrokerId(9)))
    ));
}

#[test]
fn a_snapshot_replaces_the_entries_before_it() {
    let mut node = node();
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    let journal = dir().join("quorum-journal");
    for number in 0..50 {
        propose(&mut quorum, &format!("value {number}")).unwrap();
        for event in run(&node, &mut quorum) {
            if let Event::Committed(batch) = event {
                node.take(&batch);
            }
        }
    }
    let before = node.disk.file_len(&journal).unwrap();
    node.quorum = Some(quorum);
    node.snapshot(NOW);
    assert!(node.disk.file_len(&journal).unwrap() < before / 10);
    let quorum = node.quorum.take().unwrap();
    assert!(!quorum.snapshot_due(NOW));
    let snapshot = quorum.newest_snapshot().unwrap();
    assert_eq!(
        (snapshot.end_offset, snapshot.epoch),
        (Offset(51), LeaderEpoch(1))
    );
    assert!(node.disk.exists(&snapshot.path(&dir())).unwrap());
    drop(quorum);
    let events = run(&node, &mut open(&node));
    assert_eq!(events[0], Event::SnapshotInstalled(snapshot));
    assert_eq!(committed(&events), [""; 0]);
    assert_eq!(leading(&events), Some((2, 52)));
}

#[test]
fn old_snapshots_and_the_log_before_them_go_when_they_are_too_large() {
    let mut node = node();
    node.config.segment_bytes = 4096;
    let mut quorum = open(&node);
    run(&node, &mut quorum);
    for round in 0..8 {
        for number in 0..50 {
            propose(&mut quorum, &format!("value {number} of {round}")).unwrap();
        }
        for event in run(&node, &mut quorum) {
            if let Event::Committed(batch) = event {
                node.take(&batch);
            }
        }
        // A state that does not grow with the log.
        node.state.truncate(20);
        node.quorum = Some(quorum);
        node.snapshot(NOW);
        quorum = node.quorum.take().unwrap();
    }
    let names: Vec<_> = node
        .disk
        .read_dir(&dir())
        .unwrap()
        .into_iter()
        .map(|e| e.name)
        .collect();
    let snapshots = names
        .iter()
        .filter(|name| name.ends_with(".checkpoint"))
        .count();
    assert!((1..=3).contains(&snapshots), "{names:?}");
    assert!(quorum.log_mut().log_start_offset() > Offset(0));
    assert!(quorum.log_mut().size() < 16_000);
}

#[test]
fn the_files_are_those_that_apache_kafka_knows_and_one_that_it_ignores() {
    let mut node = node();
    let mut quorum = open(&node);
    for event in run(&node, &mut quorum) {
        if let Event::Committed(batch) = event {
            node.take(&batch);
        }
    }
    node.quorum = Some(quorum);
    node.snapshot(NOW);
    node.quorum.take().unwrap().close().unwrap();
    let names: Vec<_> = node
        .disk
        .read_dir(&dir())
        .unwrap()
        .into_iter()
        .map(|e| e.name)
        .collect();
    let expected = [
        "00000000000000000000.index",
        "00000000000000000000.log",
        "00000000000000000000.timeindex",
        "00000000000000000001-0000000001.checkpoint",
        "00000000000000000001.snapshot",
        "leader-epoch-checkpoint",
        "partition.metadata",
        "quorum-journal",
        "quorum-state",
    ];
    assert_eq!(names, expected);
}
