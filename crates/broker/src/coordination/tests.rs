//! Three brokers: the first coordinates transactions, the second leads a topic, the third coordinates groups.

use std::time::Duration;

use model::{ErrorCode, ProducerEpoch, ProducerId, TopicId, Uuid};
use protocol::add_offsets_to_txn_request::AddOffsetsToTxnRequest;
use protocol::add_offsets_to_txn_response::AddOffsetsToTxnResponse;
use protocol::add_partitions_to_txn_request::{AddPartitionsToTxnRequest, AddPartitionsToTxnTopic};
use protocol::add_partitions_to_txn_response::AddPartitionsToTxnResponse;
use protocol::consumer_group_heartbeat_request::ConsumerGroupHeartbeatRequest;
use protocol::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse;
use protocol::end_txn_request::EndTxnRequest;
use protocol::end_txn_response::EndTxnResponse;
use protocol::feature_level_record::FeatureLevelRecord;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::init_producer_id_response::InitProducerIdResponse;
use protocol::offset_fetch_request::{OffsetFetchRequest, OffsetFetchRequestTopic};
use protocol::offset_fetch_response::OffsetFetchResponse;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::ProduceResponse;
use protocol::txn_offset_commit_request::{
    TxnOffsetCommitRequest, TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use protocol::txn_offset_commit_response::TxnOffsetCommitResponse;
use protocol::{Message, Reader, Records};
use records::{BatchBuilder, NewRecord};
use transaction::{Producer, State};

use crate::topics::{CONSUMER_OFFSETS, TRANSACTION_STATE};
use crate::trio::{TOPIC, Trio};

const OK: ErrorCode = ErrorCode::NONE;
const STATES: TopicId = Uuid([8; 16]);
const OFFSETS: TopicId = Uuid([9; 16]);

/// A producer of transactions and the brokers that it talks to.
struct Story {
    trio: Trio,
    producer: Producer,
    sequence: i32,
    /// Hosts of the transaction coordinator and of the topic's leader.
    coordinator: usize,
    leader: usize,
    /// And of the group coordinator.
    groups: usize,
}

impl Story {
    fn new(overrides: &[&str]) -> Self {
        Self::with(overrides, &[3, 1, 2])
    }

    /// The first of `groups` coordinates them.
    fn with(overrides: &[&str], groups: &[i32]) -> Self {
        let mut trio = Trio::new(overrides);
        trio.create_topic("t", TOPIC, &[(&[2, 3, 1], &[2, 3, 1])]);
        trio.create_topic(TRANSACTION_STATE, STATES, &[(&[1, 2, 3], &[1, 2, 3])]);
        trio.create_topic(CONSUMER_OFFSETS, OFFSETS, &[(groups, groups)]);
        let mut story = Self {
            trio,
            producer: Producer {
                id: ProducerId(-1),
                epoch: ProducerEpoch(-1),
            },
            sequence: 0,
            coordinator: 0,
            leader: 1,
            groups: groups[0] as usize - 1,
        };
        assert_eq!(story.init(), OK);
        story
    }

    fn init(&mut self) -> ErrorCode {
        let request = InitProducerIdRequest {
            transactional_id: Some("txn".into()),
            transaction_timeout_ms: 60_000,
            ..Default::default()
        };
        for _ in 0..50 {
            let answer: InitProducerIdResponse = self.trio.ask(self.coordinator, 4, &request);
            match answer.error_code {
                // The first block of producer ids is on its way, or the coordinator is loaded.
                ErrorCode::COORDINATOR_LOAD_IN_PROGRESS | ErrorCode::CONCURRENT_TRANSACTIONS => {
                    self.trio.pass(Duration::from_millis(100));
                }
                OK => {
                    self.producer = Producer {
                        id: ProducerId(answer.producer_id),
                        epoch: ProducerEpoch(answer.producer_epoch),
                    };
                    self.sequence = 0;
                    return OK;
                }
                error => return error,
            }
        }
        ErrorCode::CONCURRENT_TRANSACTIONS
    }

    fn add(&mut self) -> ErrorCode {
        let request = AddPartitionsToTxnRequest {
            v3_and_below_transactional_id: "txn".into(),
            v3_and_below_producer_id: self.producer.id.0,
            v3_and_below_producer_epoch: self.producer.epoch.0,
            v3_and_below_topics: vec![AddPartitionsToTxnTopic {
                name: "t".into(),
                partitions: vec![0],
                ..Default::default()
            }],
            ..Default::default()
        };
        let body = self.trio.ask_bytes(self.coordinator, 3, &request);
        let answer = AddPartitionsToTxnResponse::decode(&mut Reader::new(&body), 3).unwrap();
        answer.results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code
    }

    fn write(&mut self, version: i16) -> ErrorCode {
        let client = self.send(version);
        let error = self.told(client, version);
        self.sequence += i32::from(error == OK);
        error
    }

    /// Sends a record; gives the connection on which the answer comes.
    fn send(&mut self, version: i16) -> u64 {
        let producer = self.producer;
        let mut batch = BatchBuilder::new()
            .producer(producer.id, producer.epoch, self.sequence)
            .transactional();
        let wall = self.trio.time().wall;
        batch.append(&NewRecord::new(wall, None, Some(b"x")));
        let request = ProduceRequest {
            transactional_id: Some("txn".into()),
            acks: -1,
            timeout_ms: 10_000,
            topic_data: vec![TopicProduceData {
                name: "t".into(),
                partition_data: vec![PartitionProduceData {
                    records: Some(Records::Bytes(batch.finish().into())),
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let client = self.trio.connect(self.leader);
        self.trio.send(self.leader, client, version, &request);
        client
    }

    fn told(&mut self, client: u64, version: i16) -> ErrorCode {
        let body = self.trio.wait_for(self.leader, client, 1);
        let answer = ProduceResponse::decode(&mut Reader::new(&body), version).unwrap();
        answer.responses[0].partition_responses[0].error_code
    }

    fn add_offsets(&mut self) -> ErrorCode {
        let request = AddOffsetsToTxnRequest {
            transactional_id: "txn".into(),
            producer_id: self.producer.id.0,
            producer_epoch: self.producer.epoch.0,
            group_id: "g".into(),
            ..Default::default()
        };
        let answer: AddOffsetsToTxnResponse = self.trio.ask(self.coordinator, 3, &request);
        answer.error_code
    }

    fn commit_offset(&mut self, version: i16) -> ErrorCode {
        let request = TxnOffsetCommitRequest {
            transactional_id: "txn".into(),
            group_id: "g".into(),
            producer_id: self.producer.id.0,
            producer_epoch: self.producer.epoch.0,
            generation_id_or_member_epoch: -1,
            topics: vec![TxnOffsetCommitRequestTopic {
                name: "t".into(),
                partitions: vec![TxnOffsetCommitRequestPartition {
                    committed_offset: 7,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let body = self.trio.ask_bytes(self.groups, version, &request);
        let answer = TxnOffsetCommitResponse::decode(&mut Reader::new(&body), version).unwrap();
        answer.topics[0].partitions[0].error_code
    }

    fn end(&mut self, version: i16, commits: bool) -> ErrorCode {
        let request = EndTxnRequest {
            transactional_id: "txn".into(),
            producer_id: self.producer.id.0,
            producer_epoch: self.producer.epoch.0,
            committed: commits,
            ..Default::default()
        };
        let answer: EndTxnResponse = self.trio.ask(self.coordinator, version, &request);
        if version >= 5 && answer.error_code == OK {
            self.producer = Producer {
                id: ProducerId(answer.producer_id),
                epoch: ProducerEpoch(answer.producer_epoch),
            };
            self.sequence = 0;
        }
        answer.error_code
    }

    fn committed(&mut self) -> (ErrorCode, i64) {
        let request = OffsetFetchRequest {
            group_id: "g".into(),
            topics: Some(vec![OffsetFetchRequestTopic {
                name: "t".into(),
                partition_indexes: vec![0],
                ..Default::default()
            }]),
            require_stable: true,
            ..Default::default()
        };
        let body = self.trio.ask_bytes(self.groups, 7, &request);
        let answer = OffsetFetchResponse::decode(&mut Reader::new(&body), 7).unwrap();
        let partition = &answer.topics[0].partitions[0];
        (partition.error_code, partition.committed_offset)
    }

    /// A member of a group says that it is there.
    fn heartbeat(&mut self, epoch: i32) -> (ErrorCode, i32) {
        let request = ConsumerGroupHeartbeatRequest {
            group_id: "members".into(),
            member_id: "m".into(),
            member_epoch: epoch,
            rebalance_timeout_ms: if epoch == 0 { 60_000 } else { -1 },
            subscribed_topic_names: (epoch == 0).then(|| vec!["t".into()]),
            topic_partitions: (epoch == 0).then(Vec::new),
            ..Default::default()
        };
        let body = self.trio.ask_bytes(self.groups, 1, &request);
        let answer = ConsumerGroupHeartbeatResponse::decode(&mut Reader::new(&body), 1).unwrap();
        (answer.error_code, answer.member_epoch)
    }

    /// What the coordinator knows of the transaction.
    fn state(&self) -> State {
        let shard = self.trio.broker(self.coordinator).transactions.shard(0);
        let shard = shard.expect("it coordinates");
        let known = shard.look(|logged| logged.get("txn").map(|known| known.state));
        known.expect("it is loaded").expect("it knows the producer")
    }

    /// Whether readers of committed records are held up at the topic's leader.
    fn is_open(&self) -> bool {
        let broker = self.trio.broker(self.leader);
        let logs = broker.logs(self.trio.time());
        let replica = self.trio.replica(self.leader);
        let producers = replica.producers(logs).expect("it leads");
        producers
            .iter()
            .any(|known| known.txn_first_offset.is_some())
    }

    fn pass(&mut self, millis: u64) {
        self.trio.pass(Duration::from_millis(millis));
    }
}

/// Without verification, so that only markers go from node to node.
const UNVERIFIED: &[&str] = &["transaction.partition.verification.enable=false"];

#[test]
fn a_transaction_ends_in_a_partition_that_another_node_leads() {
    for commits in [true, false] {
        let mut story = Story::new(UNVERIFIED);
        assert_eq!((story.add(), story.write(9)), (OK, OK));
        assert!(story.is_open());
        assert_eq!(story.end(3, commits), OK);
        story.pass(1_000);
        let complete = match commits {
            true => State::CompleteCommit,
            false => State::CompleteAbort,
        };
        assert_eq!((story.state(), story.is_open()), (complete, false));
    }
}

#[test]
fn a_marker_is_sent_until_it_arrives_and_follows_the_leader() {
    let mut story = Story::new(UNVERIFIED);
    assert_eq!((story.add(), story.write(9)), (OK, OK));
    story.pass(1_000);
    story.trio.cut = vec![(0, 1)];
    assert_eq!(story.end(3, true), OK);
    story.pass(3_000);
    assert_eq!(story.state(), State::PrepareCommit);
    assert!(story.is_open());
    story.trio.change(Some(3), None);
    story.leader = 2;
    story.pass(3_000);
    assert_eq!(story.state(), State::CompleteCommit);
    assert!(!story.is_open());
}

#[test]
fn another_coordinator_goes_on_with_markers_that_are_not_written() {
    let mut story = Story::new(UNVERIFIED);
    assert_eq!((story.add(), story.write(9)), (OK, OK));
    story.pass(1_000);
    story.trio.cut = vec![(0, 1)];
    assert_eq!(story.end(3, true), OK);
    story.trio.kill(0);
    story.trio.fence(0);
    story.trio.cut.clear();
    story
        .trio
        .change_partition((STATES, 0), Some(3), Some(&[2, 3]));
    story.trio.change_partition((TOPIC, 0), None, Some(&[2, 3]));
    story.coordinator = 2;
    story.pass(3_000);
    assert_eq!(story.state(), State::CompleteCommit);
    assert!(!story.is_open());
}

/// The first version of Produce whose clients leave it to the leader to add partitions.
const ADDING: i16 = 12;

#[test]
fn a_leader_adds_its_partition_to_a_transaction_that_another_node_coordinates() {
    let mut story = Story::new(&[]);
    for commits in [true, false, true] {
        for _ in 0..3 {
            assert_eq!(story.write(ADDING), OK);
        }
        assert_eq!(story.state(), State::Ongoing);
        assert_eq!(story.end(5, commits), OK);
        story.pass(1_000);
        assert!(!story.is_open());
    }
}

#[test]
fn a_leader_takes_nothing_of_a_transaction_that_its_coordinator_does_not_know_of() {
    let mut story = Story::new(&[]);
    assert_eq!(story.write(9), ErrorCode::INVALID_TXN_STATE);
    assert_eq!(story.write(11), ErrorCode::TRANSACTION_ABORTABLE);
    assert_eq!((story.add(), story.write(11)), (OK, OK));
    assert_eq!(story.write(9), OK, "it is open");
    assert_eq!(story.end(3, true), OK);
    story.pass(1_000);
    assert_eq!(story.write(11), ErrorCode::TRANSACTION_ABORTABLE);
    let fenced = story.producer;
    assert_eq!(story.init(), OK);
    story.producer = fenced;
    assert_eq!(story.write(ADDING), ErrorCode::INVALID_PRODUCER_EPOCH);
}

#[test]
fn a_coordinator_that_is_not_reached_is_asked_again_by_the_producer() {
    let mut story = Story::new(&[]);
    story.trio.cut = vec![(1, 0)];
    assert_eq!(story.write(ADDING), ErrorCode::NOT_ENOUGH_REPLICAS);
    story.trio.cut.clear();
    story.pass(1_000);
    assert_eq!(story.write(ADDING), OK);
}

#[test]
fn a_record_that_a_coordinator_has_consented_to_is_refused_once_the_transaction_has_ended() {
    let mut story = Story::new(&[]);
    assert_eq!(story.add(), OK);
    // The answer is on its way for longer than the transaction lasts.
    story.trio.holds = Some((1, 0));
    let client = story.send(ADDING);
    assert_eq!(story.end(3, false), OK);
    story.pass(1_000);
    assert_eq!(story.state(), State::CompleteAbort);
    assert_eq!(story.add(), OK, "another transaction, of the same epoch");
    story.trio.holds = None;
    story.trio.release();
    assert_eq!(story.told(client, ADDING), ErrorCode::INVALID_TXN_STATE);
    assert!(!story.is_open());
}

#[test]
fn offsets_are_committed_within_a_transaction_that_another_node_coordinates() {
    for (version, commits) in [(3, true), (3, false), (5, true)] {
        let mut story = Story::new(&[]);
        if version == 3 {
            assert_eq!(story.commit_offset(version), ErrorCode::INVALID_TXN_STATE);
            assert_eq!(story.add_offsets(), OK);
        }
        assert_eq!(story.commit_offset(version), OK);
        let unstable = (ErrorCode::UNSTABLE_OFFSET_COMMIT, -1);
        assert_eq!(story.committed(), unstable);
        assert_eq!(story.end(version, commits), OK);
        story.pass(1_000);
        assert_eq!(story.committed(), (OK, if commits { 7 } else { -1 }));
    }
}

#[test]
fn a_node_that_coordinates_a_group_and_a_transaction_dies_in_the_middle_and_nothing_is_lost() {
    let mut story = Story::with(&[], &[1, 2, 3]);
    let feature = FeatureLevelRecord {
        name: "group.version".into(),
        feature_level: 1,
        ..Default::default()
    };
    story.trio.publish(&[feature.into()]);
    let (error, epoch) = story.heartbeat(0);
    assert_eq!(error, OK);
    assert_eq!((story.write(ADDING), story.write(ADDING)), (OK, OK));
    assert_eq!(story.commit_offset(5), OK);
    story.trio.kill(0);
    story.trio.fence(0);
    // What the coordinators had in mind is nowhere but in the logs of the others.
    for place in [(STATES, 0), (OFFSETS, 0)] {
        let isr = Some(&[2, 3][..]);
        story.trio.change_partition(place, Some(3), isr);
    }
    story.trio.change(None, Some(&[2, 3]));
    (story.coordinator, story.groups) = (2, 2);
    story.pass(1_000);
    assert_eq!(story.state(), State::Ongoing);
    assert_eq!(story.write(ADDING), OK);
    assert_eq!(story.committed(), (ErrorCode::UNSTABLE_OFFSET_COMMIT, -1));
    assert_eq!(story.end(5, true), OK);
    story.pass(1_000);
    assert_eq!(
        (story.state(), story.is_open()),
        (State::CompleteCommit, false)
    );
    assert_eq!(story.committed(), (OK, 7));
    assert_eq!(story.heartbeat(epoch).0, OK, "it is still a member");
    // And with the next transaction.
    assert_eq!(story.write(ADDING), OK);
    assert_eq!(story.end(5, false), OK);
    story.pass(1_000);
    assert_eq!(
        (story.state(), story.is_open()),
        (State::CompleteAbort, false)
    );
}

#[test]
fn the_one_that_comes_back_coordinates_again() {
    let mut story = Story::with(&[], &[1, 2, 3]);
    assert_eq!((story.write(ADDING), story.commit_offset(5)), (OK, OK));
    for host in [2, 0] {
        let gone = story.coordinator;
        story.trio.kill(gone);
        story.trio.fence(gone);
        let isr = [2, host as i32 + 1];
        story.trio.change(None, Some(&isr));
        for place in [(STATES, 0), (OFFSETS, 0)] {
            story.trio.change_partition(place, Some(isr[1]), Some(&isr));
        }
        (story.coordinator, story.groups) = (host, host);
        story.pass(1_000);
        assert_eq!(story.state(), State::Ongoing);
        story.trio.start(gone);
        story.pass(2_000);
    }
    assert_eq!(story.end(5, true), OK);
    story.pass(1_000);
    assert_eq!(
        (story.state(), story.is_open()),
        (State::CompleteCommit, false)
    );
    assert_eq!(story.committed(), (OK, 7));
}

#[test]
fn the_first_record_of_a_transaction_waits_for_the_end_of_the_one_before() {
    let mut story = Story::new(&["add.partitions.to.txn.retry.backoff.max.ms=2000"]);
    assert_eq!(story.write(ADDING), OK);
    story.pass(1_000);
    story.trio.cut = vec![(0, 1)];
    assert_eq!(story.end(5, true), OK);
    let client = story.send(ADDING);
    story.pass(500);
    assert!(story.trio.answered(1, client, 1).is_none());
    story.trio.cut.clear();
    assert_eq!(story.told(client, ADDING), OK);
    assert_eq!(story.state(), State::Ongoing);
}

#[test]
fn the_producer_is_told_where_the_one_before_takes_long_to_end() {
    let mut story = Story::new(&[]);
    assert_eq!(story.write(ADDING), OK);
    story.pass(1_000);
    story.trio.cut = vec![(0, 1)];
    assert_eq!(story.end(5, true), OK);
    assert_eq!(story.write(ADDING), ErrorCode::CONCURRENT_TRANSACTIONS);
}
