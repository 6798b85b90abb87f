//! A transactional producer: several partitions, offsets of a group, commits and aborts; it crashes, hangs and is fenced by the
//! others of its transactional id.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::Duration;

use model::{ErrorCode, ProducerEpoch, ProducerId, TimestampMs};
use protocol::Records;
use protocol::add_offsets_to_txn_request::AddOffsetsToTxnRequest;
use protocol::add_offsets_to_txn_response::AddOffsetsToTxnResponse;
use protocol::add_partitions_to_txn_request::{AddPartitionsToTxnRequest, AddPartitionsToTxnTopic};
use protocol::add_partitions_to_txn_response::AddPartitionsToTxnResponse;
use protocol::end_txn_request::EndTxnRequest;
use protocol::end_txn_response::EndTxnResponse;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::init_producer_id_response::InitProducerIdResponse;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::ProduceResponse;
use protocol::txn_offset_commit_request::{
    TxnOffsetCommitRequest, TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use protocol::txn_offset_commit_response::TxnOffsetCommitResponse;
use records::{BatchBuilder, NewRecord};

use super::{Ask, Cx, Role, answer, call};
use crate::history::PARTITIONS;
use crate::txn_history::TRANSACTED;

const INIT: i16 = 4;
const ADD: i16 = 3;
/// Waits after an error.
const RETRY: Duration = Duration::from_millis(100);

/// What is asked in which version.
#[derive(Clone, Copy, Debug)]
struct Versions {
    produce: i16,
    offsets: i16,
    end: i16,
    /// Whether the client adds partitions itself.
    adds: bool,
}

/// Clients before and after KIP-890.
const VERSIONS: [Versions; 2] = [
    Versions {
        produce: 9,
        offsets: 3,
        end: 3,
        adds: true,
    },
    Versions {
        produce: 12,
        offsets: 5,
        end: 5,
        adds: false,
    },
];

#[derive(Clone, Debug)]
enum Todo {
    /// Ask for an epoch; going on from the one that is held, or as a new incarnation.
    Init {
        goes_on: bool,
    },
    Add(i32),
    Produce(Batch),
    AddOffsets,
    CommitOffset,
    End {
        commits: bool,
    },
}

/// One batch, which is repeated byte for byte.
#[derive(Clone, Debug)]
struct Batch {
    partition: i32,
    values: Vec<u64>,
    sequence: i32,
    created: TimestampMs,
}

/// Runs one transaction after the other.
#[derive(Debug)]
pub(crate) struct Transactor {
    id: usize,
    versions: Versions,
    producer: (i64, i16),
    sequences: [i32; PARTITIONS as usize],
    /// The number of the transaction that is under way.
    txn: Option<usize>,
    /// What is to be asked; the first may be in flight.
    todo: VecDeque<Todo>,
    is_asking: bool,
    waits: Option<Duration>,
    /// The transaction was begun after the faults.
    is_last: bool,
    is_done: bool,
}

impl Transactor {
    /// A producer of the transactional id with number `id`.
    pub(crate) fn new(id: usize, is_new: bool) -> Self {
        Self {
            id,
            versions: VERSIONS[usize::from(is_new)],
            producer: (-1, -1),
            sequences: [0; PARTITIONS as usize],
            txn: None,
            todo: VecDeque::from([Todo::Init { goes_on: false }]),
            is_asking: false,
            waits: None,
            is_last: false,
            is_done: false,
        }
    }

    fn name(&self) -> String {
        format!("txn-{}", self.id)
    }

    /// Begins a transaction: what it consists of is decided here.
    fn begin(&mut self, cx: &mut Cx<'_>) {
        let txn = cx.history.txns.begin(self.id);
        self.txn = Some(txn);
        self.is_last = cx.is_healed;
        let mut added = [!self.versions.adds; PARTITIONS as usize];
        for _ in 0..=cx.chance.below(3) {
            let partition = cx.chance.below(PARTITIONS as u64) as i32;
            let values = (0..=cx.chance.below(3)).map(|_| cx.history.txns.value(txn, partition));
            let values: Vec<u64> = values.collect();
            if !std::mem::replace(&mut added[partition as usize], true) {
                self.todo.push_back(Todo::Add(partition));
            }
            let sequence = &mut self.sequences[partition as usize];
            let batch = Batch {
                partition,
                sequence: *sequence,
                created: cx.now.wall,
                values,
            };
            *sequence += batch.values.len() as i32;
            self.todo.push_back(Todo::Produce(batch));
        }
        if cx.chance.one_in(2) {
            if self.versions.adds {
                self.todo.push_back(Todo::AddOffsets);
            }
            self.todo.push_back(Todo::CommitOffset);
            cx.history.txns.commits_offset(txn);
        }
        let commits = cx.is_healed || !cx.chance.one_in(4);
        self.todo.push_back(Todo::End { commits });
    }

    /// Forgets everything and comes back as a new incarnation, sometimes after its transaction has timed out.
    fn crash(&mut self, cx: &mut Cx<'_>) {
        // Longer than a transaction takes: two of one id fence each other, and each has to have its turn in the end.
        self.waits = Some(cx.chance.millis(10, 6_000));
        self.txn = None;
        self.todo = VecDeque::from([Todo::Init { goes_on: false }]);
    }

    /// Aborts; a batch of which no answer came needs a new epoch, so that it cannot come in later.
    fn give_up(&mut self) {
        self.todo = VecDeque::from([Todo::End { commits: false }]);
        if self.versions.adds {
            self.todo.push_back(Todo::Init { goes_on: true });
        }
    }

    fn ask(&mut self, todo: &Todo, cx: &mut Cx<'_>) -> Ask {
        let ask = match todo {
            Todo::Init { goes_on } => self.init(*goes_on, cx),
            Todo::Add(partition) => self.add(*partition, cx),
            Todo::Produce(batch) => self.produce(batch, cx),
            Todo::AddOffsets => self.add_offsets(cx),
            Todo::CommitOffset => self.commit_offset(cx),
            Todo::End { commits } => self.end(*commits, cx),
        };
        // Of an old client a late end ends the next transaction of the same epoch, and late offsets are committed in it: what
        // transaction version 2 is for.
        let is_harmful = matches!(todo, Todo::End { .. } | Todo::CommitOffset);
        if let Ask::Send(call) = &ask
            && !(self.versions.adds && is_harmful)
        {
            let commits = self
                .txn
                .filter(|_| matches!(todo, Todo::End { commits: true }));
            cx.history.txns.sent(call, commits);
        }
        ask
    }

    fn init(&self, goes_on: bool, cx: &mut Cx<'_>) -> Ask {
        let held = if goes_on { self.producer } else { (-1, -1) };
        let request = InitProducerIdRequest {
            transactional_id: Some(self.name().into()),
            transaction_timeout_ms: 3_000 + cx.chance.below(9_000) as i32,
            producer_id: held.0,
            producer_epoch: held.1,
            ..InitProducerIdRequest::default()
        };
        call(cx, INIT, &request)
    }

    fn add(&self, partition: i32, cx: &Cx<'_>) -> Ask {
        let request = AddPartitionsToTxnRequest {
            v3_and_below_transactional_id: self.name().into(),
            v3_and_below_producer_id: self.producer.0,
            v3_and_below_producer_epoch: self.producer.1,
            v3_and_below_topics: vec![AddPartitionsToTxnTopic {
                name: TRANSACTED.into(),
                partitions: vec![partition],
                ..AddPartitionsToTxnTopic::default()
            }],
            ..AddPartitionsToTxnRequest::default()
        };
        call(cx, ADD, &request)
    }

    fn produce(&self, batch: &Batch, cx: &Cx<'_>) -> Ask {
        let (id, epoch) = (ProducerId(self.producer.0), ProducerEpoch(self.producer.1));
        let mut builder = BatchBuilder::new()
            .producer(id, epoch, batch.sequence)
            .transactional();
        for value in &batch.values {
            let value = value.to_be_bytes();
            builder.append(&NewRecord::new(batch.created, None, Some(&value)));
        }
        let request = ProduceRequest {
            transactional_id: Some(self.name().into()),
            acks: -1,
            timeout_ms: 5_000,
            topic_data: vec![TopicProduceData {
                name: TRANSACTED.into(),
                partition_data: vec![PartitionProduceData {
                    index: batch.partition,
                    records: Some(Records::Bytes(Cow::Owned(builder.finish()))),
                    ..PartitionProduceData::default()
                }],
                ..TopicProduceData::default()
            }],
            ..ProduceRequest::default()
        };
        call(cx, self.versions.produce, &request)
    }

    fn add_offsets(&self, cx: &Cx<'_>) -> Ask {
        let request = AddOffsetsToTxnRequest {
            transactional_id: self.name().into(),
            producer_id: self.producer.0,
            producer_epoch: self.producer.1,
            group_id: self.name().into(),
            ..AddOffsetsToTxnRequest::default()
        };
        call(cx, ADD, &request)
    }

    /// The offset is the number of the transaction.
    fn commit_offset(&self, cx: &Cx<'_>) -> Ask {
        let request = TxnOffsetCommitRequest {
            transactional_id: self.name().into(),
            group_id: self.name().into(),
            producer_id: self.producer.0,
            producer_epoch: self.producer.1,
            generation_id_or_member_epoch: -1,
            topics: vec![TxnOffsetCommitRequestTopic {
                name: TRANSACTED.into(),
                partitions: vec![TxnOffsetCommitRequestPartition {
                    committed_offset: self.txn.unwrap_or(0) as i64,
                    ..TxnOffsetCommitRequestPartition::default()
                }],
                ..TxnOffsetCommitRequestTopic::default()
            }],
            ..TxnOffsetCommitRequest::default()
        };
        call(cx, self.versions.offsets, &request)
    }

    fn end(&self, commits: bool, cx: &mut Cx<'_>) -> Ask {
        if let Some(txn) = self.txn.filter(|_| commits) {
            cx.history.txns.send_commit(txn);
        }
        let request = EndTxnRequest {
            transactional_id: self.name().into(),
            producer_id: self.producer.0,
            producer_epoch: self.producer.1,
            committed: commits,
            ..EndTxnRequest::default()
        };
        call(cx, self.versions.end, &request)
    }

    /// The error of an answer, and the producer to go on with, if it names one.
    fn read(
        &self,
        todo: &Todo,
        body: &[u8],
        cx: &mut Cx<'_>,
    ) -> Option<(ErrorCode, Option<(i64, i16)>)> {
        let versions = self.versions;
        Some(match todo {
            Todo::Init { .. } => {
                let response = answer::<InitProducerIdResponse>(body, INIT, cx)?;
                let producer = (response.producer_id, response.producer_epoch);
                (response.error_code, Some(producer))
            }
            Todo::Add(_) => {
                let response = answer::<AddPartitionsToTxnResponse<'_>>(body, ADD, cx)?;
                let topic = &response.results_by_topic_v3_and_below[0];
                (topic.results_by_partition[0].partition_error_code, None)
            }
            Todo::Produce(batch) => {
                let response = answer::<ProduceResponse<'_>>(body, versions.produce, cx)?;
                let part = &response.responses[0].partition_responses[0];
                if part.error_code.is_none() {
                    let complaint = cx.history.txns.wrote(&batch.values, part.base_offset);
                    cx.history.complain(complaint);
                }
                (part.error_code, None)
            }
            Todo::AddOffsets => {
                let response = answer::<AddOffsetsToTxnResponse>(body, ADD, cx)?;
                (response.error_code, None)
            }
            Todo::CommitOffset => {
                let response = answer::<TxnOffsetCommitResponse<'_>>(body, versions.offsets, cx)?;
                (response.topics[0].partitions[0].error_code, None)
            }
            Todo::End { .. } => {
                let response = answer::<EndTxnResponse>(body, versions.end, cx)?;
                let producer = (response.producer_id, response.producer_epoch);
                (
                    response.error_code,
                    Some(producer).filter(|_| !versions.adds),
                )
            }
        })
    }

    fn on_success(&mut self, todo: &Todo, producer: Option<(i64, i16)>, cx: &mut Cx<'_>) {
        self.todo.pop_front();
        if let Some(producer) = producer.filter(|producer| *producer != self.producer) {
            self.producer = producer;
            self.sequences = [0; PARTITIONS as usize];
        }
        if let Todo::End { commits } = todo
            && let Some(txn) = self.txn.take().filter(|_| *commits)
        {
            cx.history.txns.committed(txn);
            self.is_done |= self.is_last;
        }
    }

    fn on_error(&mut self, todo: &Todo, error: ErrorCode, cx: &mut Cx<'_>) {
        cx.heed(error);
        let commits = self
            .txn
            .filter(|_| matches!(todo, Todo::End { commits: true }));
        match error {
            ErrorCode::CONCURRENT_TRANSACTIONS => self.waits = Some(RETRY),
            ErrorCode::COORDINATOR_NOT_AVAILABLE
            | ErrorCode::COORDINATOR_LOAD_IN_PROGRESS
            | ErrorCode::NOT_COORDINATOR
            | ErrorCode::NOT_ENOUGH_REPLICAS
            | ErrorCode::NOT_LEADER_OR_FOLLOWER
            | ErrorCode::KAFKA_STORAGE_ERROR
            | ErrorCode::UNKNOWN_SERVER_ERROR
            | ErrorCode::REQUEST_TIMED_OUT => {
                commits
                    .into_iter()
                    .for_each(|txn| cx.history.txns.lose_commit(txn));
                self.waits = Some(RETRY);
            }
            ErrorCode::TRANSACTION_ABORTABLE => self.give_up(),
            _ => {
                commits
                    .into_iter()
                    .for_each(|txn| cx.history.txns.refuse_commit(txn));
                self.crash(cx);
            }
        }
    }
}

impl Role for Transactor {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if let Some(time) = self.waits.take() {
            return Ask::Wait(time);
        }
        if !cx.history.is_ready {
            return Ask::Wait(RETRY);
        }
        if self.is_done {
            return Ask::Wait(Duration::from_secs(1));
        }
        let is_early = self.txn.is_some() && !self.is_last && cx.is_healed;
        if is_early || !cx.is_healed && cx.chance.one_in(25) {
            self.crash(cx);
            return Ask::Wait(RETRY);
        }
        if self.todo.is_empty() {
            self.begin(cx);
        }
        let todo = self
            .todo
            .front()
            .cloned()
            .expect("a transaction has an end");
        self.is_asking = true;
        self.ask(&todo, cx)
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        self.is_asking = false;
        let Some(todo) = self.todo.front().cloned() else {
            return;
        };
        if let Some((error, producer)) = self.read(&todo, body, cx) {
            if error.is_none() {
                self.on_success(&todo, producer, cx);
            } else {
                self.on_error(&todo, error, cx);
            }
        }
    }

    fn on_lost(&mut self, _was_asked: bool, cx: &mut Cx<'_>) {
        if !std::mem::take(&mut self.is_asking) {
            return;
        }
        match self.todo.front() {
            Some(Todo::End { commits: true }) => {
                let txn = self.txn.expect("what is committed has begun");
                cx.history.txns.lose_commit(txn);
            }
            Some(Todo::Produce(_)) if !cx.is_healed && cx.chance.one_in(2) => self.give_up(),
            _ => {}
        }
    }

    fn restart(&mut self) {
        *self = Self {
            versions: self.versions,
            ..Self::new(self.id, false)
        };
    }

    fn is_done(&self) -> bool {
        self.is_done
    }

    fn is_writer(&self) -> bool {
        true
    }
}
