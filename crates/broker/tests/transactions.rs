//! Transactions through a whole node: what a producer asks, and what readers see.

#[expect(dead_code, reason = "other tests of the node use the rest of it")]
mod node;

use model::{ErrorCode, ProducerEpoch, ProducerId, TimestampMs};
use node::Bench;
use protocol::add_offsets_to_txn_request::AddOffsetsToTxnRequest;
use protocol::add_offsets_to_txn_response::AddOffsetsToTxnResponse;
use protocol::add_partitions_to_txn_request::{AddPartitionsToTxnRequest, AddPartitionsToTxnTopic};
use protocol::add_partitions_to_txn_response::AddPartitionsToTxnResponse;
use protocol::describe_transactions_request::DescribeTransactionsRequest;
use protocol::describe_transactions_response::DescribeTransactionsResponse;
use protocol::end_txn_request::EndTxnRequest;
use protocol::end_txn_response::EndTxnResponse;
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use protocol::fetch_response::FetchResponse;
use protocol::find_coordinator_request::FindCoordinatorRequest;
use protocol::find_coordinator_response::FindCoordinatorResponse;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::init_producer_id_response::InitProducerIdResponse;
use protocol::list_transactions_request::ListTransactionsRequest;
use protocol::list_transactions_response::ListTransactionsResponse;
use protocol::offset_fetch_request::{OffsetFetchRequest, OffsetFetchRequestTopic};
use protocol::offset_fetch_response::OffsetFetchResponse;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::response_header::ResponseHeader;
use protocol::txn_offset_commit_request::{
    TxnOffsetCommitRequest, TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use protocol::txn_offset_commit_response::TxnOffsetCommitResponse;
use protocol::{Message, Reader, Records, Request};
use records::{BatchBuilder, NewRecord};

const OK: ErrorCode = ErrorCode::NONE;
const READ_COMMITTED: i8 = 1;

struct Story {
    bench: Bench,
    client: u64,
    id: i64,
    epoch: i16,
    sequence: i32,
}

/// The body of the next answer; `M` is read from it.
fn read<M: for<'a> Message<'a>>(answer: &[u8], header: i16, version: i16) -> M {
    let mut reader = Reader::new(answer);
    ResponseHeader::decode(&mut reader, header).expect("a header");
    M::decode(&mut reader, version).expect("an answer")
}

/// The version of the header of answers about partitions, offsets and the end of a transaction.
fn header(version: i16) -> i16 {
    i16::from(version >= 3)
}

impl Story {
    /// A node with topic `t` and a transactional producer.
    fn new() -> Self {
        let mut bench = Bench::new(&[]);
        bench.create("t", 1);
        let client = bench.connect();
        let mut story = Self {
            bench,
            client,
            id: -1,
            epoch: -1,
            sequence: 0,
        };
        story.find(1, "txn");
        story.find(0, "g");
        story.init();
        story
    }

    fn ask<'a, R: Request<'a>>(&mut self, version: i16, request: &R) -> Vec<u8> {
        self.bench.send(self.client, version, request);
        self.bench.answer(self.client).expect("an answer at once")
    }

    /// The topic that keeps the coordinator's state is made at the first question.
    fn find(&mut self, key_type: i8, key: &str) {
        for _ in 0..2 {
            let request = FindCoordinatorRequest {
                key: key.into(),
                key_type,
                ..Default::default()
            };
            let answer = self.ask(2, &request);
            let mut reader = Reader::new(&answer);
            ResponseHeader::decode(&mut reader, 0).expect("a header");
            let response = FindCoordinatorResponse::decode(&mut reader, 2).expect("an answer");
            if response.error_code == OK {
                return;
            }
        }
        panic!("no coordinator of {key}");
    }

    fn init(&mut self) -> ErrorCode {
        let request = InitProducerIdRequest {
            transactional_id: Some("txn".into()),
            transaction_timeout_ms: 60_000,
            ..Default::default()
        };
        let answer = self.ask(4, &request);
        let response: InitProducerIdResponse = read(&answer, 1, 4);
        if response.error_code == OK {
            (self.id, self.epoch, self.sequence) =
                (response.producer_id, response.producer_epoch, 0);
        }
        response.error_code
    }

    /// What an init answers that goes on from the producer id and epoch at hand.
    fn go_on_at(&mut self, version: i16) -> ErrorCode {
        let request = InitProducerIdRequest {
            transactional_id: Some("txn".into()),
            transaction_timeout_ms: 60_000,
            producer_id: self.id,
            producer_epoch: self.epoch,
            ..Default::default()
        };
        let answer = self.ask(version, &request);
        read::<InitProducerIdResponse>(&answer, 1, version).error_code
    }

    fn add(&mut self) -> ErrorCode {
        self.add_at(3)
    }

    fn add_at(&mut self, version: i16) -> ErrorCode {
        let request = AddPartitionsToTxnRequest {
            v3_and_below_transactional_id: "txn".into(),
            v3_and_below_producer_id: self.id,
            v3_and_below_producer_epoch: self.epoch,
            v3_and_below_topics: vec![AddPartitionsToTxnTopic {
                name: "t".into(),
                partitions: vec![0],
                ..Default::default()
            }],
            ..Default::default()
        };
        let answer = self.ask(version, &request);
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, header(version)).expect("a header");
        let response = AddPartitionsToTxnResponse::decode(&mut reader, version).expect("an answer");
        response.results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code
    }

    fn produce(&mut self) -> ErrorCode {
        let (id, epoch) = (ProducerId(self.id), ProducerEpoch(self.epoch));
        let mut builder = BatchBuilder::new()
            .producer(id, epoch, self.sequence)
            .transactional();
        builder.append(&NewRecord {
            timestamp: Some(TimestampMs(1_770_000_000_000)),
            key: None,
            value: Some(b"value"),
            headers: &[],
        });
        let batch = builder.finish();
        let request = ProduceRequest {
            transactional_id: Some("txn".into()),
            acks: -1,
            timeout_ms: 30_000,
            topic_data: vec![TopicProduceData {
                name: "t".into(),
                partition_data: vec![PartitionProduceData {
                    index: 0,
                    records: Some(Records::Bytes(batch.as_slice().into())),
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        self.bench.send(self.client, node::PRODUCE, &request);
        let (error, _) = self.bench.produced(self.client).expect("an answer");
        self.sequence += i32::from(error == OK);
        error
    }

    fn end(&mut self, committed: bool) -> ErrorCode {
        self.end_at(3, committed)
    }

    fn end_at(&mut self, version: i16, committed: bool) -> ErrorCode {
        let request = EndTxnRequest {
            transactional_id: "txn".into(),
            producer_id: self.id,
            producer_epoch: self.epoch,
            committed,
            ..Default::default()
        };
        let answer = self.ask(version, &request);
        read::<EndTxnResponse>(&answer, header(version), version).error_code
    }

    /// The last stable offset, and the first offsets of aborted transactions, as a reader of committed records is told.
    fn fetch(&mut self) -> (i64, Vec<i64>) {
        let request = FetchRequest {
            replica_id: -1,
            min_bytes: 0,
            max_bytes: 1 << 20,
            isolation_level: READ_COMMITTED,
            session_epoch: -1,
            topics: vec![FetchTopic {
                topic: "t".into(),
                partitions: vec![FetchPartition {
                    partition_max_bytes: 1 << 20,
                    current_leader_epoch: -1,
                    last_fetched_epoch: -1,
                    log_start_offset: -1,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let answer = self.ask(node::FETCH, &request);
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 0).expect("a header");
        let response = FetchResponse::decode(&mut reader, node::FETCH).expect("an answer");
        let partition = &response.responses[0].partitions[0];
        let aborted = partition.aborted_transactions.iter().flatten();
        let aborted = aborted.map(|aborted| aborted.first_offset).collect();
        (partition.last_stable_offset, aborted)
    }

    fn state(&mut self) -> String {
        let request = DescribeTransactionsRequest {
            transactional_ids: vec!["txn".into()],
            ..Default::default()
        };
        let answer = self.ask(0, &request);
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1).expect("a header");
        let response = DescribeTransactionsResponse::decode(&mut reader, 0).expect("an answer");
        response.transaction_states[0].transaction_state.to_string()
    }

    fn listed(&mut self, pattern: Option<&str>) -> Result<usize, ErrorCode> {
        let request = ListTransactionsRequest {
            transactional_id_pattern: pattern.map(Into::into),
            ..Default::default()
        };
        let answer = self.ask(2, &request);
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1).expect("a header");
        let response = ListTransactionsResponse::decode(&mut reader, 2).expect("an answer");
        match response.error_code {
            OK => Ok(response.transaction_states.len()),
            error => Err(error),
        }
    }

    fn add_offsets(&mut self) -> ErrorCode {
        self.add_offsets_at(3)
    }

    fn add_offsets_at(&mut self, version: i16) -> ErrorCode {
        let request = AddOffsetsToTxnRequest {
            transactional_id: "txn".into(),
            producer_id: self.id,
            producer_epoch: self.epoch,
            group_id: "g".into(),
            ..Default::default()
        };
        let answer = self.ask(version, &request);
        read::<AddOffsetsToTxnResponse>(&answer, header(version), version).error_code
    }

    fn commit_offset(&mut self, offset: i64) -> ErrorCode {
        let request = TxnOffsetCommitRequest {
            transactional_id: "txn".into(),
            group_id: "g".into(),
            producer_id: self.id,
            producer_epoch: self.epoch,
            topics: vec![TxnOffsetCommitRequestTopic {
                name: "t".into(),
                partitions: vec![TxnOffsetCommitRequestPartition {
                    committed_offset: offset,
                    ..Default::default()
                }],
                ..Default::default()
            }],
            ..Default::default()
        };
        let answer = self.ask(3, &request);
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1).expect("a header");
        let response = TxnOffsetCommitResponse::decode(&mut reader, 3).expect("an answer");
        response.topics[0].partitions[0].error_code
    }

    fn stable_offset(&mut self) -> (ErrorCode, i64) {
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
        let answer = self.ask(7, &request);
        let mut reader = Reader::new(&answer);
        ResponseHeader::decode(&mut reader, 1).expect("a header");
        let response = OffsetFetchResponse::decode(&mut reader, 7).expect("an answer");
        let partition = &response.topics[0].partitions[0];
        (partition.error_code, partition.committed_offset)
    }
}

#[test]
fn a_committed_transaction_is_read_and_an_aborted_one_is_named() {
    let mut story = Story::new();
    assert_eq!(story.add(), OK);
    assert_eq!(story.produce(), OK);
    assert_eq!(story.produce(), OK);
    assert_eq!(story.fetch(), (0, vec![]), "open");
    assert_eq!(story.end(true), OK);
    assert_eq!(story.fetch(), (3, vec![]), "two records and a marker");
    assert_eq!(story.state(), "CompleteCommit");
    assert_eq!(story.add(), OK);
    assert_eq!(story.produce(), OK);
    assert_eq!(story.end(false), OK);
    assert_eq!(story.fetch(), (5, vec![3]));
    assert_eq!(story.state(), "CompleteAbort");
}

#[test]
fn a_new_incarnation_fences_the_old_one() {
    let mut story = Story::new();
    let old = (story.id, story.epoch);
    assert_eq!(story.add(), OK);
    assert_eq!(story.produce(), OK);
    assert_eq!(story.init(), ErrorCode::CONCURRENT_TRANSACTIONS);
    assert_eq!(story.fetch(), (2, vec![0]), "what was open is aborted");
    assert_eq!(story.init(), OK);
    let new = (story.id, story.epoch);
    assert_eq!(new, (old.0, old.1 + 2));
    (story.id, story.epoch) = old;
    assert_eq!(story.end(true), ErrorCode::PRODUCER_FENCED);
    assert_eq!(story.produce(), ErrorCode::INVALID_PRODUCER_EPOCH);
}

#[test]
fn a_fenced_producer_is_told_in_words_that_its_version_knows() {
    let mut story = Story::new();
    let old = (story.id, story.epoch);
    assert_eq!(story.init(), OK);
    (story.id, story.epoch) = old;
    let old_epoch = ErrorCode::INVALID_PRODUCER_EPOCH;
    for (version, error) in [(1, old_epoch), (2, ErrorCode::PRODUCER_FENCED)] {
        assert_eq!(story.add_at(version), error, "partitions, {version}");
        assert_eq!(story.add_offsets_at(version), error, "offsets, {version}");
        assert_eq!(story.end_at(version, true), error, "end, {version}");
    }
    assert_eq!(story.init(), OK);
    (story.id, story.epoch) = old;
    assert_eq!(story.go_on_at(3), old_epoch);
    assert_eq!(story.go_on_at(4), ErrorCode::PRODUCER_FENCED);
}

#[test]
fn offsets_of_a_transaction_are_unstable_until_it_ends() {
    let mut story = Story::new();
    assert_eq!(story.add_offsets(), OK);
    assert_eq!(story.commit_offset(7), OK);
    let unstable = ErrorCode::UNSTABLE_OFFSET_COMMIT;
    assert_eq!(story.stable_offset().0, unstable);
    assert_eq!(story.end(true), OK);
    assert_eq!(story.stable_offset(), (OK, 7));
    assert_eq!(story.add_offsets(), OK);
    assert_eq!(story.commit_offset(9), OK);
    assert_eq!(story.end(false), OK);
    assert_eq!(story.stable_offset(), (OK, 7), "dropped");
}

#[test]
fn a_transaction_survives_a_kill_and_goes_on() {
    let mut story = Story::new();
    assert_eq!(story.add(), OK);
    assert_eq!(story.produce(), OK);
    story.bench.kill_and_start();
    story.client = story.bench.connect();
    assert_eq!(story.state(), "Ongoing");
    assert_eq!(story.fetch(), (0, vec![]));
    assert_eq!(story.end(true), OK);
    assert_eq!(story.fetch(), (2, vec![]));
    assert_eq!(story.state(), "CompleteCommit");
}

#[test]
fn transactional_ids_are_listed_by_a_pattern_that_matches_the_whole_id() {
    let mut story = Story::new();
    for all in [None, Some(""), Some("t[x]n"), Some("(?i)TXN")] {
        assert_eq!(story.listed(all), Ok(1), "{all:?}");
    }
    assert_eq!(story.listed(Some("tx")), Ok(0));
    let refused = ErrorCode::INVALID_REGULAR_EXPRESSION;
    assert_eq!(story.listed(Some("(")), Err(refused));
}
