//! The writer of the compacted topic: a record for one key after the other, one at a time.

use std::borrow::Cow;
use std::time::Duration;

use protocol::Records;
use protocol::produce_request::{PartitionProduceData, ProduceRequest, TopicProduceData};
use protocol::produce_response::ProduceResponse;
use records::{BatchBuilder, NewRecord};

use super::{Ask, Cx, Role, answer, call};
use crate::keyed_history::{COMPACTED, KEYS, Keyed};

const PRODUCE: i16 = 9;

/// Writes keys in turn, and deletes odd ones now and then.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    asked: Option<Keyed>,
    waits: bool,
    is_done: bool,
}

impl Keeper {
    fn write(&mut self, cx: &mut Cx<'_>) -> Ask {
        let key = cx.chance.below(KEYS);
        let keyed = cx
            .history
            .keyed
            .write(key, key % 2 == 1 && cx.chance.one_in(3));
        self.asked = Some(keyed);
        let bytes = |number: u64| number.to_be_bytes();
        let (key, value) = (bytes(keyed.key), keyed.value.map(bytes));
        let mut builder = BatchBuilder::new();
        let value = value.as_ref().map(<[u8; 8]>::as_slice);
        builder.append(&NewRecord::new(cx.now.wall, Some(&key), value));
        let request = ProduceRequest {
            transactional_id: None,
            acks: -1,
            timeout_ms: 5_000,
            topic_data: vec![TopicProduceData {
                name: COMPACTED.into(),
                partition_data: vec![PartitionProduceData {
                    records: Some(Records::Bytes(Cow::Owned(builder.finish()))),
                    ..PartitionProduceData::default()
                }],
                ..TopicProduceData::default()
            }],
            ..ProduceRequest::default()
        };
        call(cx, PRODUCE, &request)
    }
}

impl Role for Keeper {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if !cx.history.is_ready || std::mem::take(&mut self.waits) {
            return Ask::Wait(Duration::from_millis(100));
        }
        if self.is_done {
            return Ask::Wait(Duration::from_secs(1));
        }
        self.write(cx)
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<ProduceResponse<'_>>(body, PRODUCE, cx) else {
            return;
        };
        let part = &response.responses[0].partition_responses[0];
        let Some(keyed) = self.asked.take() else {
            return;
        };
        if part.error_code.is_none() {
            let complaint = cx.history.keyed.acked(keyed, part.base_offset);
            cx.history.complain(complaint);
            self.is_done |= cx.is_healed;
        } else {
            self.waits = true;
        }
    }

    fn on_lost(&mut self, _was_asked: bool, _cx: &mut Cx<'_>) {
        self.asked = None;
    }

    fn restart(&mut self) {
        *self = Self::default();
    }

    fn is_done(&self) -> bool {
        self.is_done
    }

    fn is_writer(&self) -> bool {
        true
    }
}
