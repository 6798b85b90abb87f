//! A producer of one partition: idempotent or plain, one request at a time or several, with or
//! without answers.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::Duration;

use model::{ErrorCode, ProducerEpoch, ProducerId, TimestampMs};
use protocol::Records;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::init_producer_id_response::InitProducerIdResponse;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::{PartitionProduceResponse, ProduceResponse};
use records::{BatchBuilder, NewRecord};

use super::{Ask, Cx, Role, answer, call};
use crate::history::{Part, TOPICS};

const PRODUCE: i16 = 9;
const INIT: i16 = 4;
/// Waits after an error.
const RETRY: Duration = Duration::from_millis(100);

/// How a producer works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It repeats a batch until it is acknowledged.
    Idempotent,
    /// Whether a batch that was not acknowledged was written is open: it is not sent again.
    Plain {
        /// 0 wants no answers.
        acks: i16,
    },
}

/// One batch, which is repeated byte for byte.
#[derive(Clone, Debug)]
struct Batch {
    values: Vec<u64>,
    sequence: i32,
    created: TimestampMs,
    padding: usize,
    /// How often the node had stopped when it was made.
    stops: u64,
    /// It was made while one log directory failed and nothing else.
    is_watched: bool,
    /// It was made after the faults.
    is_last: bool,
}

/// Sends batches of new values.
#[derive(Debug)]
pub(crate) struct Producer {
    part: Part,
    kind: Kind,
    window: usize,
    producer: Option<(i64, i16)>,
    next_sequence: i32,
    /// Not acknowledged, in the order of their sequences; the first of them are in flight.
    batches: VecDeque<Batch>,
    in_flight: VecDeque<i32>,
    /// Something in flight has failed: the rest is waited for, then all is sent again.
    has_failed: bool,
    asked_for_id: bool,
    waits: bool,
    /// The loss of power before which it began to write.
    since_loss: u64,
    is_done: bool,
}

impl Producer {
    pub(crate) fn new(part: Part, kind: Kind, window: usize) -> Self {
        Self {
            part,
            kind,
            window,
            producer: None,
            next_sequence: 0,
            batches: VecDeque::new(),
            in_flight: VecDeque::new(),
            has_failed: false,
            asked_for_id: false,
            waits: false,
            since_loss: 0,
            is_done: false,
        }
    }

    fn is_idempotent(&self) -> bool {
        self.kind == Kind::Idempotent
    }

    fn acks(&self) -> i16 {
        match self.kind {
            Kind::Idempotent => -1,
            Kind::Plain { acks } => acks,
        }
    }

    fn begin_batch(&mut self, cx: &mut Cx<'_>) -> Batch {
        let count = 1 + cx.chance.below(4);
        let is_idempotent = self.is_idempotent();
        let values = (0..count).map(|_| cx.history.send(self.part, is_idempotent));
        let padding = cx.chance.below(200) as usize;
        let batch = Batch {
            values: values.collect(),
            sequence: self.next_sequence,
            created: cx.now.wall,
            padding: if cx.chance.one_in(20) { 5_000 } else { padding },
            stops: cx.history.stops,
            is_watched: cx.history.is_watching(),
            is_last: cx.is_healed,
        };
        self.next_sequence += count as i32;
        batch
    }

    fn bytes(&self, batch: &Batch) -> Vec<u8> {
        let mut builder = BatchBuilder::new();
        if let Some((id, epoch)) = self.producer {
            builder = builder.producer(ProducerId(id), ProducerEpoch(epoch), batch.sequence);
        }
        for value in &batch.values {
            let mut bytes = value.to_be_bytes().to_vec();
            bytes.resize(8 + batch.padding, b'.');
            builder.append(&NewRecord::new(batch.created, None, Some(&bytes)));
        }
        builder.finish()
    }

    fn produce(&mut self, batch: &Batch, cx: &Cx<'_>) -> Ask {
        let request = ProduceRequest {
            transactional_id: None,
            acks: self.acks(),
            timeout_ms: 5_000,
            topic_data: vec![TopicProduceData {
                name: TOPICS[self.part.0].0.into(),
                partition_data: vec![PartitionProduceData {
                    index: self.part.1,
                    records: Some(Records::Bytes(Cow::Owned(self.bytes(batch)))),
                    ..PartitionProduceData::default()
                }],
                ..TopicProduceData::default()
            }],
            ..ProduceRequest::default()
        };
        let ask = call(cx, PRODUCE, &request);
        if self.acks() != 0 {
            self.in_flight.push_back(batch.sequence);
            return ask;
        }
        self.batches.clear();
        self.is_done |= batch.is_last;
        match ask {
            Ask::Send(call) => Ask::Send(super::Call {
                answer_header_version: None,
                ..call
            }),
            wait => wait,
        }
    }

    fn start_over(&mut self) {
        self.producer = None;
        self.next_sequence = 0;
        self.batches.clear();
    }

    fn on_id(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<InitProducerIdResponse>(body, INIT, cx) else {
            return;
        };
        if response.error_code.is_none() {
            cx.history.got_producer_id(response.producer_id);
            self.producer = Some((response.producer_id, response.producer_epoch));
            self.next_sequence = 0;
            self.since_loss = cx.history.losses;
        } else {
            self.waits = true;
        }
    }

    fn on_produced(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<ProduceResponse<'_>>(body, PRODUCE, cx) else {
            return;
        };
        let sequence = self.in_flight.pop_front().expect("it was asked");
        // After a new beginning the answers to what came before say nothing.
        let position = self.batches.iter().position(|b| b.sequence == sequence);
        if let Some(position) = position {
            let part = &response.responses[0].partition_responses[0];
            self.on_outcome(position, part, cx);
        }
        if self.in_flight.is_empty() {
            self.has_failed = false;
        }
    }

    fn on_outcome(
        &mut self,
        position: usize,
        part: &PartitionProduceResponse<'_>,
        cx: &mut Cx<'_>,
    ) {
        let values = self.batches[position].values.clone();
        let is_new = self.batches[position].is_watched;
        cx.history.answered(self.part, is_new, part.error_code);
        match part.error_code {
            ErrorCode::NONE => {
                cx.history.acked(self.part, &values, part.base_offset);
                self.end_batch(position);
            }
            ErrorCode::DUPLICATE_SEQUENCE_NUMBER if self.is_idempotent() => {
                cx.history.acked_somewhere(&values);
                self.end_batch(position);
            }
            ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER
            | ErrorCode::UNKNOWN_PRODUCER_ID
            | ErrorCode::INVALID_PRODUCER_EPOCH
                if position == 0 =>
            {
                self.on_refused(part.error_code, cx);
            }
            error => {
                self.waits = true;
                self.has_failed = true;
                cx.heed(error);
                if !self.is_idempotent() {
                    self.batches.remove(position);
                }
            }
        }
    }

    /// The oldest batch does not follow what the node remembers of this producer.
    fn on_refused(&mut self, error: ErrorCode, cx: &mut Cx<'_>) {
        let may_be_lost = !TOPICS[self.part.0].1 && cx.history.losses > self.since_loss;
        // Kafka's snapshot of the producers has the last batch of each and none before.
        let may_be_forgotten = self.window > 1 && cx.history.stops > self.batches[0].stops;
        if !may_be_lost && !may_be_forgotten && !cx.history.is_harmed(self.part) {
            let what = format!(
                "{:?} {:?} sequence {}: {error}",
                self.part, self.producer, self.batches[0].sequence
            );
            let checker = "an_idempotent_producer_is_never_refused";
            cx.history.violate(checker, what);
        }
        self.start_over();
    }

    fn end_batch(&mut self, position: usize) {
        let batch = self.batches.remove(position);
        self.is_done |= batch.is_some_and(|batch| batch.is_last);
    }

    fn ask_for_id(&self, cx: &Cx<'_>) -> Ask {
        let request = InitProducerIdRequest {
            transactional_id: None,
            transaction_timeout_ms: 60_000,
            producer_id: -1,
            producer_epoch: -1,
            ..InitProducerIdRequest::default()
        };
        call(cx, INIT, &request)
    }
}

impl Role for Producer {
    fn window(&self) -> usize {
        self.window
    }

    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        let is_waiting = !cx.history.is_ready || std::mem::take(&mut self.waits);
        if is_waiting || self.has_failed || self.asked_for_id {
            return Ask::Wait(RETRY);
        }
        // From a partition that the disk has harmed nothing is expected.
        if cx.is_healed && cx.history.is_harmed(self.part) {
            self.is_done = true;
            self.batches.clear();
        }
        if self.is_done && self.batches.is_empty() {
            return Ask::Wait(Duration::from_secs(1));
        }
        if self.is_idempotent() && self.producer.is_none() {
            if !self.in_flight.is_empty() {
                return Ask::Wait(RETRY);
            }
            self.asked_for_id = true;
            return self.ask_for_id(cx);
        }
        let batch = match self.batches.get(self.in_flight.len()) {
            Some(batch) => batch.clone(),
            None if self.is_done => return Ask::Wait(Duration::from_secs(1)),
            None => {
                let batch = self.begin_batch(cx);
                self.batches.push_back(batch.clone());
                batch
            }
        };
        self.produce(&batch, cx)
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match std::mem::take(&mut self.asked_for_id) {
            true => self.on_id(body, cx),
            false => self.on_produced(body, cx),
        }
    }

    fn on_lost(&mut self, _was_asked: bool, _cx: &mut Cx<'_>) {
        if !self.is_idempotent() {
            let sent = self.in_flight.len().min(self.batches.len());
            self.batches.drain(..sent);
        }
        self.in_flight.clear();
        (self.has_failed, self.asked_for_id) = (false, false);
    }

    fn restart(&mut self) {
        *self = Self::new(self.part, self.kind, self.window);
    }

    fn is_done(&self) -> bool {
        self.is_done && self.batches.is_empty()
    }

    fn is_writer(&self) -> bool {
        true
    }
}
