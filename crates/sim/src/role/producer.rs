//! A producer of one partition, idempotent or plain.

use std::borrow::Cow;
use std::time::Duration;

use model::{ErrorCode, ProducerEpoch, ProducerId, TimestampMs};
use protocol::Records;
use protocol::init_producer_id_request::InitProducerIdRequest;
use protocol::init_producer_id_response::InitProducerIdResponse;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::ProduceResponse;
use records::{BatchBuilder, NewRecord};

use super::{Ask, Cx, Role, answer, call};
use crate::history::{Part, TOPICS};

const PRODUCE: i16 = 9;
const INIT: i16 = 4;
/// Waits after an error.
const RETRY: Duration = Duration::from_millis(100);

/// Sends batches of new values; an idempotent one repeats a batch until it is acknowledged.
#[derive(Debug)]
pub(crate) struct Producer {
    part: Part,
    idempotent: bool,
    acks: i16,
    producer: Option<(i64, i16)>,
    sequence: i32,
    batch: Vec<u64>,
    /// When the batch was made, so that it is repeated byte for byte.
    created: TimestampMs,
    padding: usize,
    asked_for_id: bool,
    waits: bool,
    /// The loss of power before which it began to write.
    since_loss: u64,
    /// The batch was made after the faults.
    is_last: bool,
    is_done: bool,
}

impl Producer {
    pub(crate) fn new(part: Part, idempotent: bool, acks: i16) -> Self {
        Self {
            part,
            idempotent,
            acks,
            producer: None,
            sequence: 0,
            batch: Vec::new(),
            created: TimestampMs(0),
            padding: 0,
            asked_for_id: false,
            waits: false,
            since_loss: 0,
            is_last: false,
            is_done: false,
        }
    }

    fn begin_batch(&mut self, cx: &mut Cx<'_>) {
        let count = 1 + cx.chance.below(4);
        for _ in 0..count {
            self.batch.push(cx.history.send(self.part, self.idempotent));
        }
        self.created = cx.now.wall;
        self.padding = cx.chance.below(200) as usize;
        if cx.chance.one_in(20) {
            self.padding = 5_000;
        }
        self.is_last = cx.is_healed;
    }

    fn bytes(&self) -> Vec<u8> {
        let mut builder = BatchBuilder::new();
        if let Some((id, epoch)) = self.producer {
            builder = builder.producer(ProducerId(id), ProducerEpoch(epoch), self.sequence);
        }
        for value in &self.batch {
            let mut bytes = value.to_be_bytes().to_vec();
            bytes.resize(8 + self.padding, b'.');
            builder.append(&NewRecord::new(self.created, None, Some(&bytes)));
        }
        builder.finish()
    }

    fn produce(&self, cx: &Cx<'_>) -> Ask {
        let request = ProduceRequest {
            transactional_id: None,
            acks: self.acks,
            timeout_ms: 5_000,
            topic_data: vec![TopicProduceData {
                name: TOPICS[self.part.0].0.into(),
                partition_data: vec![PartitionProduceData {
                    index: self.part.1,
                    records: Some(Records::Bytes(Cow::Owned(self.bytes()))),
                    ..PartitionProduceData::default()
                }],
                ..TopicProduceData::default()
            }],
            ..ProduceRequest::default()
        };
        call(cx, PRODUCE, &request)
    }

    fn start_over(&mut self) {
        self.producer = None;
        self.sequence = 0;
        self.batch.clear();
    }

    fn on_id(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<InitProducerIdResponse>(body, INIT, cx) else {
            return;
        };
        if response.error_code.is_none() {
            cx.history.got_producer_id(response.producer_id);
            self.producer = Some((response.producer_id, response.producer_epoch));
            self.sequence = 0;
            self.since_loss = cx.history.losses;
        } else {
            self.waits = true;
        }
    }

    fn on_produced(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<ProduceResponse<'_>>(body, PRODUCE, cx) else {
            return;
        };
        let part = &response.responses[0].partition_responses[0];
        match part.error_code {
            ErrorCode::NONE => {
                cx.history.acked(self.part, &self.batch, part.base_offset);
                self.end_batch();
            }
            ErrorCode::DUPLICATE_SEQUENCE_NUMBER if self.idempotent => {
                cx.history.acked_somewhere(&self.batch);
                self.end_batch();
            }
            ErrorCode::OUT_OF_ORDER_SEQUENCE_NUMBER
            | ErrorCode::UNKNOWN_PRODUCER_ID
            | ErrorCode::INVALID_PRODUCER_EPOCH => {
                let may_be_lost = !TOPICS[self.part.0].1 && cx.history.losses > self.since_loss;
                if !may_be_lost {
                    let what = format!(
                        "{:?} {:?} sequence {}: {}",
                        self.part, self.producer, self.sequence, part.error_code
                    );
                    let checker = "an_idempotent_producer_is_never_refused";
                    cx.history.violate(checker, what);
                }
                self.start_over();
            }
            // Whether a plain producer's batch was written is open: its values are not sent again.
            _ if !self.idempotent => {
                self.batch.clear();
                self.waits = true;
            }
            _ => self.waits = true,
        }
    }

    fn end_batch(&mut self) {
        self.sequence += self.batch.len() as i32;
        self.batch.clear();
        self.is_done |= self.is_last;
    }
}

impl Role for Producer {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if !cx.history.is_ready || std::mem::take(&mut self.waits) {
            return Ask::Wait(RETRY);
        }
        if self.is_done {
            return Ask::Wait(Duration::from_secs(1));
        }
        self.asked_for_id = self.idempotent && self.producer.is_none();
        if self.asked_for_id {
            let request = InitProducerIdRequest {
                transactional_id: None,
                transaction_timeout_ms: 60_000,
                producer_id: -1,
                producer_epoch: -1,
                ..InitProducerIdRequest::default()
            };
            return call(cx, INIT, &request);
        }
        if self.batch.is_empty() {
            self.begin_batch(cx);
        }
        self.produce(cx)
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        match self.asked_for_id {
            true => self.on_id(body, cx),
            false => self.on_produced(body, cx),
        }
    }

    fn on_lost(&mut self, _was_asked: bool, _cx: &mut Cx<'_>) {
        if !self.idempotent {
            self.batch.clear();
        }
    }

    fn is_done(&self) -> bool {
        self.is_done
    }

    fn is_writer(&self) -> bool {
        true
    }
}
