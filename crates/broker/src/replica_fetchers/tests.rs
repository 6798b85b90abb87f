use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic, ReplicaState};
use protocol::fetch_response::FetchResponse;
use protocol::response_header::ResponseHeader;
use protocol::{Message, Reader};

use super::*;
use crate::trio::{TOPIC, Trio};

const OK: ErrorCode = ErrorCode::NONE;

#[test]
fn a_record_is_acknowledged_once_three_brokers_have_it() {
    let mut trio = Trio::new(&["min.insync.replicas=2"]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    let id = trio.produce(0, "x");
    assert_eq!(
        trio.acknowledged(0, id),
        Some((OK, 0)),
        "without a moment of waiting"
    );
    assert_eq!(trio.ends(0), (1, 1));
    for host in [1, 2] {
        assert_eq!(trio.bytes(host), trio.bytes(0));
    }
    trio.pass(Duration::from_millis(600));
    assert_eq!(
        [trio.ends(1), trio.ends(2)],
        [(1, 1); 2],
        "they hear of it in time"
    );
    assert_eq!(trio.reports, [""; 0]);
}

#[test]
fn with_flush_messages_1_it_is_synced_on_three_brokers() {
    let mut trio = Trio::new(&["log.flush.interval.messages=1"]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    for value in ["x", "y", "z"] {
        let id = trio.produce(0, value);
        assert!(trio.acknowledged(0, id).is_some());
    }
    for host in 0..3 {
        let power = trio.machines[host].disk.clone();
        trio.kill(host);
        power.crash(9);
    }
    for host in 0..3 {
        trio.start(host);
    }
    assert_eq!([0, 1, 2].map(|host| trio.ends(host).0), [3; 3]);
}

#[test]
fn a_broker_that_is_gone_leaves_the_isr_and_comes_back() {
    let mut trio = Trio::new(&["min.insync.replicas=2", "replica.lag.time.max.ms=2000"]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    trio.produce(0, "x");
    trio.kill(2);
    let id = trio.produce(0, "y");
    assert_eq!(trio.acknowledged(0, id), None, "the third lacks it");
    trio.pass(Duration::from_millis(1_900));
    assert_eq!(trio.isr(), [1, 2, 3]);
    trio.pass(Duration::from_millis(200));
    assert_eq!(trio.isr(), [1, 2]);
    assert_eq!(trio.acknowledged(0, id), Some((OK, 1)));
    trio.start(2);
    trio.pass(Duration::from_millis(100));
    assert_eq!(trio.isr(), [1, 2, 3]);
    assert_eq!(trio.bytes(2), trio.bytes(0));
}

#[test]
fn another_leader_goes_on_and_the_old_one_is_brought_into_line() {
    let mut trio = Trio::new(&["min.insync.replicas=1"]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    trio.produce(0, "x");
    trio.cut = vec![(1, 0), (2, 0)];
    let lost = trio.produce(0, "never acknowledged");
    trio.change(Some(2), Some(&[2, 3]));
    trio.settle();
    assert_eq!(
        trio.acknowledged(0, lost),
        Some((ErrorCode::NOT_LEADER_OR_FOLLOWER, -1))
    );
    trio.cut.clear();
    trio.pass(Duration::from_millis(600));
    let id = trio.produce(1, "y");
    assert_eq!(trio.acknowledged(1, id), Some((OK, 1)));
    trio.pass(Duration::from_millis(1_000));
    assert_eq!([0, 1, 2].map(|host| trio.ends(host)), [(2, 2); 3]);
    assert_eq!(trio.bytes(0), trio.bytes(1));
    assert_eq!(trio.isr(), [2, 3, 1]);
}

#[test]
fn who_is_no_broker_of_the_cluster_gets_nothing_as_a_follower() {
    let mut trio = Trio::new(&["min.insync.replicas=1"]);
    trio.create(&[1, 2], &[1]);
    trio.produce(0, "x");
    let fetch = |id, epoch| FetchRequest {
        replica_state: ReplicaState {
            replica_id: id,
            replica_epoch: epoch,
            ..ReplicaState::default()
        },
        topics: vec![FetchTopic {
            topic_id: TOPIC,
            partitions: vec![FetchPartition {
                partition_max_bytes: 1 << 20,
                ..FetchPartition::default()
            }],
            ..FetchTopic::default()
        }],
        max_bytes: 1 << 20,
        ..FetchRequest::default()
    };
    let epoch = trio.loader.image().broker(BrokerId(3)).unwrap().epoch.0;
    for (id, epoch, whole, of_partition) in [
        (9, -1, ErrorCode::CLUSTER_AUTHORIZATION_FAILED, None),
        (3, epoch - 1, ErrorCode::STALE_BROKER_EPOCH, None),
        (3, epoch, OK, Some(ErrorCode::NOT_LEADER_OR_FOLLOWER)),
    ] {
        let client = trio.connect(0);
        trio.send(0, client, FETCH, &fetch(id, epoch));
        let answer = trio.machines[0].received.remove(&client).unwrap();
        let mut reader = Reader::new(&answer[4..]);
        ResponseHeader::decode(&mut reader, 1).unwrap();
        let response = FetchResponse::decode(&mut reader, FETCH).unwrap();
        let partitions = response
            .responses
            .iter()
            .flat_map(|topic| &topic.partitions);
        let found = partitions.map(|partition| partition.error_code).next();
        assert_eq!((response.error_code, found), (whole, of_partition));
    }
}

const FETCH: i16 = requests::FETCH_VERSION;

#[test]
fn a_new_replica_of_a_log_whose_beginning_is_gone_starts_there() {
    let mut trio = Trio::new(&["min.insync.replicas=1"]);
    trio.cut = vec![(1, 0)];
    trio.create(&[1, 2], &[1]);
    for value in ["a", "b", "c"] {
        trio.produce(0, value);
    }
    let (now, broker) = (trio.time(), trio.broker(0));
    let deleted =
        trio.replica(0)
            .delete_records(broker.logs(now), Some(Offset(2)), &mut Vec::new());
    assert_eq!(deleted, Ok(Offset(2)));
    trio.cut.clear();
    trio.pass(Duration::from_secs(2));
    assert_eq!(trio.ends(1), (3, 3));
    assert_eq!(trio.isr(), [1, 2]);
}

#[test]
fn an_idle_follower_asks_twice_a_second_and_no_more() {
    let mut trio = Trio::new(&["min.insync.replicas=1"]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    trio.produce(0, "x");
    trio.pass(Duration::from_secs(2));
    let before = trio.broker(1).fetchers.next_number();
    trio.pass(Duration::from_secs(10));
    let asked = trio.broker(1).fetchers.next_number() - before;
    assert!((18..=22).contains(&asked), "{asked}");
}

/// A consumer's fetch from `offset` on: the preferred replica and whether there are records, or the error.
fn consume(
    trio: &mut Trio,
    host: usize,
    rack: &str,
    offset: i64,
) -> Result<(i32, bool), ErrorCode> {
    let client = trio.connect(host);
    send_fetch(trio, (host, client), rack, offset);
    let body = trio.wait_for(host, client, 1);
    let response = FetchResponse::decode(&mut Reader::new(&body), FETCH).unwrap();
    let partition = &response.responses[0].partitions[0];
    let records = partition
        .records
        .as_ref()
        .and_then(|records| records.bytes());
    match partition.error_code {
        OK => Ok((
            partition.preferred_read_replica,
            records.is_some_and(|records| !records.is_empty()),
        )),
        error => Err(error),
    }
}

fn send_fetch(trio: &mut Trio, (host, client): (usize, u64), rack: &str, offset: i64) {
    let request = FetchRequest {
        max_wait_ms: 5_000,
        min_bytes: 1,
        max_bytes: 1 << 20,
        rack_id: rack.to_owned().into(),
        topics: vec![FetchTopic {
            topic_id: TOPIC,
            partitions: vec![FetchPartition {
                fetch_offset: offset,
                partition_max_bytes: 1 << 20,
                current_leader_epoch: -1,
                last_fetched_epoch: -1,
                ..FetchPartition::default()
            }],
            ..FetchTopic::default()
        }],
        ..FetchRequest::default()
    };
    trio.send(host, client, FETCH, &request);
}

const RACK_AWARE: &str =
    "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector";

#[test]
fn a_consumer_is_sent_to_the_follower_in_its_rack() {
    let mut trio = Trio::new(&[RACK_AWARE]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    trio.produce(0, "x");
    trio.pass(Duration::from_millis(600));
    assert_eq!(consume(&mut trio, 0, "rack-3", 0), Ok((3, false)));
    assert_eq!(consume(&mut trio, 2, "rack-3", 0), Ok((-1, true)));
    for rack in ["rack-1", "", "nowhere"] {
        assert_eq!(consume(&mut trio, 0, rack, 0), Ok((-1, true)));
    }
    let beyond = Err(ErrorCode::OFFSET_OUT_OF_RANGE);
    assert_eq!(consume(&mut trio, 2, "rack-3", 7), beyond);
    trio.change(None, Some(&[1, 2]));
    assert_eq!(
        consume(&mut trio, 0, "rack-3", 0),
        Ok((-1, true)),
        "not of the ISR"
    );
}

#[test]
fn a_consumer_that_waits_at_a_follower_hears_of_what_is_committed() {
    let mut trio = Trio::new(&[RACK_AWARE]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    trio.produce(0, "x");
    trio.pass(Duration::from_millis(600));
    let client = trio.connect(2);
    send_fetch(&mut trio, (2, client), "rack-3", 1);
    assert!(trio.answered(2, client, 1).is_none());
    trio.produce(0, "y");
    trio.pass(Duration::from_millis(600));
    assert!(trio.answered(2, client, 1).is_some());
}

#[test]
fn without_a_selector_consumers_fetch_from_the_leader_or_where_they_will() {
    let mut trio = Trio::new(&[]);
    trio.create(&[1, 2, 3], &[1, 2, 3]);
    trio.produce(0, "x");
    trio.pass(Duration::from_millis(600));
    assert_eq!(consume(&mut trio, 0, "rack-3", 0), Ok((-1, true)));
    assert_eq!(consume(&mut trio, 2, "rack-3", 0), Ok((-1, true)));
}
