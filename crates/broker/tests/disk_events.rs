//! What a slow, a full and a failing disk do to those who use it, and what they do not do to the others.

mod node;

use std::path::Path;
use std::time::Duration;

use model::ErrorCode;
use node::Bench;
use protocol::delete_records_request::{
    DeleteRecordsPartition, DeleteRecordsRequest, DeleteRecordsTopic,
};
use storage::disk::{Disk, DiskOp, MemFaults};

const OK: ErrorCode = ErrorCode::NONE;

fn is_read(op: &DiskOp) -> bool {
    matches!(op, DiskOp::ReadCold(_))
}

fn is_job(op: &DiskOp) -> bool {
    matches!(op, DiskOp::Job(_))
}

/// A node whose partition `t-0` holds one record and is not in memory.
fn cold() -> Bench {
    let mut bench = Bench::new(&[]);
    // More than a look-up brings in.
    bench.record_bytes = 50_000;
    bench.create("t", 2);
    let producer = bench.connect();
    bench.produce(producer, "t", 0);
    assert_eq!(bench.produced(producer), Some((OK, 0)));
    bench.stop_and_start();
    // The log is opened before memory becomes short.
    let reader = bench.connect();
    bench.fetch(reader, "t", 0);
    assert!(bench.fetched(reader).is_some());
    bench.disk.set_faults(MemFaults {
        cold_per_mille: 1000,
        ..MemFaults::default()
    });
    bench.holds = is_read;
    bench
}

#[test]
fn a_cold_read_holds_up_its_own_connection_only() {
    let mut bench = cold();
    let (reader, other) = (bench.connect(), bench.connect());
    bench.fetch(reader, "t", 0);
    assert_eq!(bench.fetched(reader), None);
    assert_eq!(bench.held.len(), 1, "the look-up waits for the device");
    bench.produce(other, "t", 1);
    assert_eq!(bench.produced(other), Some((OK, 0)));
    let mut reads = 0;
    while !bench.held.is_empty() {
        reads += bench.release(is_read);
        assert!(reads < 10);
    }
    assert!(reads > 1, "the records themselves are waited for as well");
    let (error, bytes) = bench.fetched(reader).expect("the device has answered");
    assert_eq!(error, OK);
    assert!(bytes > 100);
}

#[test]
fn a_cold_read_is_waited_for_beyond_the_time_of_the_fetch() {
    let mut bench = cold();
    let reader = bench.connect();
    bench.fetch(reader, "t", 0);
    bench.pass(Duration::from_secs(2));
    while !bench.held.is_empty() {
        bench.release(is_read);
    }
    assert!(bench.fetched(reader).is_some_and(|(_, bytes)| bytes > 100));
}

#[test]
fn who_asks_for_a_log_that_is_recovered_waits_and_nobody_else() {
    let mut bench = Bench::new(&[]);
    bench.create("t", 2);
    let producer = bench.connect();
    bench.produce(producer, "t", 0);
    bench.produce(producer, "t", 0);
    bench.holds = is_job;
    bench.kill_and_start();
    let (waits, goes_on) = (bench.connect(), bench.connect());
    bench.produce(waits, "t", 0);
    bench.produce(waits, "t", 0);
    assert_eq!(bench.produced(waits), None);
    bench.holds = |_| false;
    bench.produce(goes_on, "t", 1);
    assert_eq!(bench.produced(goes_on), Some((OK, 0)));
    bench.release(is_job);
    assert_eq!(
        bench.produced(waits),
        Some((OK, 2)),
        "nothing acknowledged is lost"
    );
    assert_eq!(
        bench.produced(waits),
        Some((OK, 3)),
        "and the order is kept"
    );
    let told = bench
        .reports
        .iter()
        .any(|report| report.contains("recovered 1 partitions"));
    assert!(told, "{:?}", bench.reports);
}

#[test]
fn an_idle_log_is_closed_and_taken_up_again() {
    let mut bench = Bench::new(&[]);
    bench.create("t", 1);
    let producer = bench.connect();
    bench.produce(producer, "t", 0);
    bench.pass(Duration::from_secs(60));
    bench.holds = is_job;
    bench.produce(producer, "t", 0);
    assert_eq!(bench.produced(producer), Some((OK, 0)));
    assert_eq!(bench.produced(producer), None, "it has to be opened again");
    bench.holds = |_| false;
    bench.release(is_job);
    assert_eq!(bench.produced(producer), Some((OK, 1)));
    bench.pass(Duration::from_secs(60));
    assert_eq!(bench.stop_and_start(), [""; 0], "and a stop is a clean one");
    let reader = bench.connect();
    bench.fetch(reader, "t", 0);
    assert!(bench.fetched(reader).is_some_and(|(_, bytes)| bytes > 200));
}

#[test]
fn a_closed_log_is_cut_when_its_records_are_too_old() {
    let mut bench = Bench::new(&["log.retention.ms=600000", "log.initial.task.delay.ms=1000"]);
    bench.create("t", 1);
    let producer = bench.connect();
    bench.produce(producer, "t", 0);
    bench.stop_and_start();
    bench.pass(Duration::from_secs(700));
    let reader = bench.connect();
    bench.fetch(reader, "t", 0);
    let (error, _) = bench.fetched(reader).expect("an answer");
    assert_eq!(error, ErrorCode::OFFSET_OUT_OF_RANGE);
}

#[test]
fn an_open_log_is_looked_at_for_retention_as_often_as_configured() {
    let mut bench = Bench::new(&[
        "log.retention.ms=1000",
        "log.retention.check.interval.ms=1000",
    ]);
    bench.create("t", 1);
    let producer = bench.connect();
    bench.produce(producer, "t", 0);
    bench.pass(Duration::from_secs(4));
    let reader = bench.connect();
    bench.fetch(reader, "t", 0);
    let (error, _) = bench.fetched(reader).expect("an answer");
    assert_eq!(error, ErrorCode::OFFSET_OUT_OF_RANGE);
}

#[test]
fn one_of_two_log_directories_fails_while_the_other_goes_on() {
    let mut bench = Bench::new(&["log.dirs=/a,/b", "metadata.log.dir=/m"]);
    bench.create("t", 2);
    let producer = bench.connect();
    for index in [0, 1] {
        bench.produce(producer, "t", index);
        assert_eq!(bench.produced(producer), Some((OK, 0)));
    }
    bench.disk.set_offline(Path::new("/b"), true);
    let mut outcomes = Vec::new();
    for index in [0, 1, 0, 1] {
        bench.produce(producer, "t", index);
        outcomes.extend(bench.produced(producer).map(|(error, _)| error));
    }
    let failed = outcomes
        .iter()
        .filter(|error| **error == ErrorCode::KAFKA_STORAGE_ERROR)
        .count();
    assert_eq!(
        failed, 2,
        "{outcomes:?}: the partition in the other directory goes on"
    );
    let told = bench
        .reports
        .iter()
        .any(|report| report.contains("/b is offline"));
    assert!(told, "{:?}", bench.reports);
    let mut found = bench.leaders("t");
    found.sort_unstable();
    let me = found[1].0;
    assert_eq!(
        found,
        [(-1, vec![me]), (me, Vec::new())],
        "the controller is told of the directory"
    );
    bench.disk.set_offline(Path::new("/b"), false);
    bench.kill_and_start();
    assert_eq!(bench.leaders("t"), [(me, Vec::new()), (me, Vec::new())]);
}

const TWO_DIRECTORIES: [&str; 2] = ["log.dirs=/a,/b", "metadata.log.dir=/m"];

/// One record to each of the two partitions of `t`: what comes of it.
fn write_to_both(bench: &mut Bench) -> [(ErrorCode, i64); 2] {
    let producer = bench.connect();
    [0, 1].map(|index| {
        bench.produce(producer, "t", index);
        bench.produced(producer).expect("an answer")
    })
}

/// The partition has no leader.
const REFUSED: (ErrorCode, i64) = (ErrorCode::NOT_LEADER_OR_FOLLOWER, -1);

#[test]
fn a_log_directory_that_fails_at_the_start_keeps_its_partitions_and_the_others_go_on() {
    let mut bench = Bench::new(&TWO_DIRECTORIES);
    bench.create("t", 2);
    assert_eq!(write_to_both(&mut bench), [(OK, 0), (OK, 0)]);
    bench.disk.set_offline(Path::new("/b"), true);
    bench.kill_and_start();
    assert_eq!(bench.offline_directories(), [Path::new("/b")]);
    let told = (bench.reports.iter()).any(|report| report.contains("/b is offline"));
    assert!(told, "{:?}", bench.reports);
    assert_eq!(write_to_both(&mut bench), [(OK, 1), REFUSED]);
    bench.disk.set_offline(Path::new("/b"), false);
    bench.kill_and_start();
    assert!(bench.offline_directories().is_empty());
    assert_eq!(write_to_both(&mut bench), [(OK, 2), (OK, 1)]);
}

#[test]
fn a_topic_that_is_created_again_while_its_directory_is_away_is_kept() {
    let mut bench = Bench::new(&TWO_DIRECTORIES);
    bench.create("t", 2);
    for nth in 0..3 {
        assert_eq!(write_to_both(&mut bench), [(OK, nth), (OK, nth)]);
    }
    bench.disk.set_offline(Path::new("/a"), true);
    bench.kill_and_start();
    bench.delete("t");
    bench.create("t", 2);
    assert_eq!(write_to_both(&mut bench), [(OK, 0), (OK, 0)]);
    bench.disk.set_offline(Path::new("/a"), false);
    for nth in 1..3 {
        bench.kill_and_start();
        assert_eq!(write_to_both(&mut bench), [(OK, nth), (OK, nth)]);
    }
}

#[test]
fn a_topic_that_was_deleted_and_created_again_keeps_its_records_over_a_start() {
    let mut bench = Bench::new(&[
        "log.dirs=/a",
        "metadata.log.dir=/m",
        "log.flush.interval.messages=1",
    ]);
    bench.create("t", 2);
    assert_eq!(write_to_both(&mut bench), [(OK, 0), (OK, 0)]);
    bench.delete("t");
    bench.create("t", 2);
    for nth in 0..3 {
        assert_eq!(write_to_both(&mut bench), [(OK, nth), (OK, nth)]);
        // The topic id, by which the log is known, has to survive a loss of power as its records do.
        bench.disk.crash(nth as u64);
        bench.kill_and_start();
    }
}

#[test]
fn a_topic_that_is_created_while_a_directory_is_away_lies_in_another() {
    let mut bench = Bench::new(&TWO_DIRECTORIES);
    bench.disk.set_offline(Path::new("/a"), true);
    bench.kill_and_start();
    bench.create("t", 2);
    assert_eq!(write_to_both(&mut bench), [(OK, 0), (OK, 0)]);
    bench.kill_and_start();
    assert_eq!(write_to_both(&mut bench), [(OK, 1), (OK, 1)]);
}

/// A node with two partitions, one in each directory, that have a record each; then it starts with nothing in `/b`.
fn without_b() -> Bench {
    let mut bench = Bench::new(&TWO_DIRECTORIES);
    bench.create("t", 2);
    assert_eq!(write_to_both(&mut bench), [(OK, 0), (OK, 0)]);
    bench.stop_and_restart_with(|disk| disk.rename(Path::new("/b"), Path::new("/unmounted")));
    bench
}

#[test]
fn a_directory_that_comes_up_empty_keeps_its_partitions_unavailable_over_any_number_of_starts() {
    let mut bench = without_b();
    for nth in 1..4 {
        assert_eq!(write_to_both(&mut bench), [(OK, nth), REFUSED]);
        let told = (bench.reports.iter()).filter(|report| report.contains("1 partitions, t-1"));
        assert_eq!(told.count(), nth as usize, "{:?}", bench.reports);
        bench.kill_and_start();
    }
    bench.stop_and_restart_with(|disk| {
        disk.remove_dir_all(Path::new("/b"))?;
        disk.rename(Path::new("/unmounted"), Path::new("/b"))
    });
    assert_eq!(write_to_both(&mut bench), [(OK, 4), (OK, 1)]);
}

#[test]
fn a_directory_that_is_taken_out_of_the_configuration_keeps_its_partitions_unavailable() {
    let mut bench = Bench::new(&TWO_DIRECTORIES);
    bench.create("t", 2);
    assert_eq!(write_to_both(&mut bench), [(OK, 0), (OK, 0)]);
    bench.overrides[0] = "log.dirs=/a".to_owned();
    bench.stop_and_start();
    // The stop was clean, so nobody took the leadership away.
    let refused = (ErrorCode::KAFKA_STORAGE_ERROR, -1);
    assert_eq!(write_to_both(&mut bench), [(OK, 1), refused]);
    bench.overrides[0] = "log.dirs=/a,/b".to_owned();
    bench.stop_and_start();
    assert_eq!(write_to_both(&mut bench), [(OK, 2), (OK, 1)]);
}

#[test]
fn a_log_that_was_moved_to_another_directory_is_found_there() {
    let mut bench = Bench::new(&TWO_DIRECTORIES);
    bench.create("t", 2);
    assert_eq!(write_to_both(&mut bench), [(OK, 0), (OK, 0)]);
    bench.stop_and_restart_with(|disk| {
        disk.rename(Path::new("/b/t-1"), Path::new("/a/t-1"))?;
        disk.remove_dir_all(Path::new("/b"))
    });
    for nth in 1..3 {
        assert_eq!(write_to_both(&mut bench), [(OK, nth), (OK, nth)]);
        bench.stop_and_start();
    }
}

#[test]
fn a_topic_whose_directory_is_lost_can_be_deleted_and_created_again() {
    let mut bench = without_b();
    bench.delete("t");
    bench.create("t", 2);
    for nth in 0..3 {
        assert_eq!(write_to_both(&mut bench), [(OK, nth), (OK, nth)]);
        bench.kill_and_start();
    }
}

#[test]
fn an_empty_directory_that_is_added_takes_new_partitions_and_those_never_written_to() {
    let mut bench = Bench::new(&["log.dirs=/a", "metadata.log.dir=/m"]);
    bench.create("t", 2);
    bench.create("u", 2);
    assert_eq!(write_to_both(&mut bench), [(OK, 0), (OK, 0)]);
    bench.overrides[0] = "log.dirs=/a,/b".to_owned();
    bench.stop_and_start();
    bench.create("v", 2);
    let producer = bench.connect();
    for (topic, index) in [("u", 0), ("u", 1), ("v", 0), ("v", 1)] {
        bench.produce(producer, topic, index);
        assert_eq!(bench.produced(producer), Some((OK, 0)), "{topic}-{index}");
    }
    for name in ["/b/v-0", "/b/v-1", "/a/u-0"] {
        assert!(bench.disk.exists(Path::new(name)).unwrap(), "{name}");
    }
    bench.kill_and_start();
    assert_eq!(write_to_both(&mut bench), [(OK, 1), (OK, 1)]);
}

#[test]
fn a_topic_that_was_created_while_a_directory_was_away_and_never_written_to_is_not_taken_for_lost()
{
    let mut bench = Bench::new(&["log.dirs=/a,/b,/c", "metadata.log.dir=/m"]);
    bench.disk.set_offline(Path::new("/a"), true);
    bench.kill_and_start();
    bench.create("t", 2);
    bench.kill_and_start();
    assert_eq!(write_to_both(&mut bench), [(OK, 0), (OK, 0)]);
}

#[test]
fn a_failed_sync_takes_its_directory_offline_and_nothing_is_acknowledged() {
    let mut bench = Bench::new(&[
        "log.dirs=/a,/b",
        "metadata.log.dir=/m",
        "log.flush.interval.messages=1",
    ]);
    bench.create("t", 2);
    let producer = bench.connect();
    bench.disk.set_faults(MemFaults {
        failing_syncs: 1,
        ..MemFaults::default()
    });
    bench.produce(producer, "t", 0);
    let refused = bench.produced(producer).map(|(error, _)| error);
    assert_eq!(refused, Some(ErrorCode::KAFKA_STORAGE_ERROR));
    bench.produce(producer, "t", 1);
    assert_eq!(
        bench.produced(producer),
        Some((OK, 0)),
        "the other directory goes on"
    );
}

#[test]
fn a_full_disk_refuses_writes_until_there_is_space() {
    let mut bench = Bench::new(&["log.dirs=/a", "metadata.log.dir=/m"]);
    bench.create("t", 1);
    let client = bench.connect();
    bench.produce(client, "t", 0);
    assert_eq!(bench.produced(client), Some((OK, 0)));
    bench.disk.set_faults(MemFaults {
        capacity: Some(0),
        ..MemFaults::default()
    });
    bench.produce(client, "t", 0);
    let refused = bench.produced(client).map(|(error, _)| error);
    assert_eq!(refused, Some(ErrorCode::KAFKA_STORAGE_ERROR));
    bench.fetch(client, "t", 0);
    assert!(
        bench
            .fetched(client)
            .is_some_and(|(error, bytes)| error == OK && bytes > 100)
    );
    bench.disk.set_faults(MemFaults::default());
    bench.produce(client, "t", 0);
    assert_eq!(bench.produced(client), Some((OK, 1)), "it heals by itself");
}

#[test]
fn requests_that_arrive_in_parts_share_a_bounded_memory() {
    let mut bench = Bench::new(&[
        "socket.request.max.bytes=1000",
        "queued.max.request.bytes=1000",
    ]);
    let (a, b) = (bench.connect(), bench.connect());
    assert!(bench.is_read(a) && bench.is_read(b));
    bench.send_bytes(a, &[0, 0, 4, 0, 1]);
    assert!(bench.is_read(a), "what has begun may go on to its end");
    assert!(
        !bench.is_read(b),
        "1,028 bytes are promised: nobody else may begin"
    );
    bench.leave(a);
    assert!(bench.is_read(b));
}

#[test]
fn a_topic_created_again_keeps_its_records_over_a_start_that_passes_the_deletion() {
    for is_clean in [true, false] {
        let mut bench = Bench::new(&[]);
        let client = bench.connect();
        for _ in 0..3 {
            bench.create("again", 1);
            bench.produce(client, "again", 0);
            assert_eq!(bench.produced(client), Some((OK, 0)));
            bench.delete("again");
        }
        bench.create("again", 1);
        bench.produce(client, "again", 0);
        assert_eq!(bench.produced(client), Some((OK, 0)));
        if is_clean {
            bench.stop_and_start();
        } else {
            bench.kill_and_start();
        }
        let client = bench.connect();
        bench.produce(client, "again", 0);
        assert_eq!(bench.produced(client), Some((OK, 1)), "clean: {is_clean}");
    }
}

#[test]
fn a_broker_whose_controller_was_held_up_is_not_fenced() {
    let mut bench = Bench::new(&["broker.session.timeout.ms=9000"]);
    bench.create("t", 1);
    for _ in 0..3 {
        bench.stand_still(Duration::from_secs(60));
        let is_fenced = |report: &String| report.contains("broker 0 is fenced");
        assert!(!bench.reports.iter().any(is_fenced), "{:?}", bench.reports);
    }
    let producer = bench.connect();
    bench.produce(producer, "t", 0);
    assert_eq!(bench.produced(producer), Some((OK, 0)));
}

#[test]
fn deleted_records_stay_deleted_over_a_kill_though_nothing_else_changes() {
    let mut bench = Bench::new(&["log.dirs=/a"]);
    bench.create("t", 1);
    let client = bench.connect();
    bench.produce(client, "t", 0);
    assert_eq!(bench.produced(client), Some((OK, 0)));
    // All checkpoints are written; the next that is due is that of high watermarks alone.
    bench.pass(Duration::from_secs(6));
    let partition = DeleteRecordsPartition {
        partition_index: 0,
        offset: 1,
        ..DeleteRecordsPartition::default()
    };
    let request = DeleteRecordsRequest {
        topics: vec![DeleteRecordsTopic {
            name: "t".into(),
            partitions: vec![partition],
            ..DeleteRecordsTopic::default()
        }],
        timeout_ms: 1_000,
        ..DeleteRecordsRequest::default()
    };
    bench.send(client, 2, &request);
    bench.answer(client).expect("they are deleted at once");
    bench.pass(Duration::from_secs(70));
    bench.kill_and_start();
    let client = bench.connect();
    bench.fetch(client, "t", 0);
    bench.pass(Duration::from_secs(1));
    assert_eq!(
        bench.fetched(client),
        Some((ErrorCode::OFFSET_OUT_OF_RANGE, 0))
    );
}
