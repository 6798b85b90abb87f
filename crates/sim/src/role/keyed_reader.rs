//! A reader of the compacted topic, from its start to its end, again and again.

use std::time::Duration;

use model::ErrorCode;
use protocol::Records;
use protocol::fetch_request::{FetchPartition, FetchRequest, FetchTopic};
use protocol::fetch_response::{FetchResponse, PartitionData};
use records::{Batch, BatchIter, Record, RecordBatch};

use super::{Ask, Cx, Role, answer, call};
use crate::keyed_history::{COMPACTED, Keyed, Pass};

const FETCH: i16 = 12;

/// Reads the topic.
#[derive(Debug, Default)]
pub(crate) struct KeyedReader {
    /// `None` between two passes.
    pass: Option<Pass>,
    next: i64,
    waits: bool,
    /// The last pass, which began after the last write.
    is_final: bool,
    is_done: bool,
}

impl KeyedReader {
    fn request(&self, cx: &mut Cx<'_>) -> Ask {
        let max_bytes = 1 + cx.chance.below(2_000) as i32;
        let request = FetchRequest {
            replica_id: -1,
            max_wait_ms: 400,
            min_bytes: 1,
            max_bytes,
            session_epoch: -1,
            topics: vec![FetchTopic {
                topic: COMPACTED.into(),
                partitions: vec![FetchPartition {
                    current_leader_epoch: -1,
                    last_fetched_epoch: -1,
                    fetch_offset: self.next,
                    log_start_offset: -1,
                    partition_max_bytes: max_bytes,
                    ..FetchPartition::default()
                }],
                ..FetchTopic::default()
            }],
            ..FetchRequest::default()
        };
        call(cx, FETCH, &request)
    }

    fn on_partition(&mut self, data: &PartitionData<'_>, cx: &mut Cx<'_>) {
        match data.error_code {
            ErrorCode::NONE => {
                if let Some(Records::Bytes(bytes)) = &data.records {
                    self.read(bytes, cx);
                }
                if self.next >= data.high_watermark {
                    self.end_pass(cx);
                }
            }
            ErrorCode::OFFSET_OUT_OF_RANGE => {
                let what = format!("compacted: position {} is out of range", self.next);
                cx.history.violate("compacted_offsets_ascend", what);
            }
            _ => self.waits = true,
        }
    }

    fn read(&mut self, bytes: &[u8], cx: &mut Cx<'_>) {
        for batch in BatchIter::new(bytes) {
            match batch {
                Ok(Batch::V2(batch)) if batch.is_valid_crc() => self.read_batch(&batch, cx),
                _ => {
                    let what = format!("compacted near offset {}", self.next);
                    return cx.history.violate("wrong_bytes_are_never_served", what);
                }
            }
        }
    }

    fn read_batch(&mut self, batch: &RecordBatch<'_>, cx: &mut Cx<'_>) {
        let last = batch.last_offset().0;
        if last < self.next {
            let what = format!("a batch up to {last} at position {}", self.next);
            cx.history.violate("compacted_offsets_ascend", what);
        }
        let records = batch.plain_records().into_iter().flatten().flatten();
        for record in records {
            if record.offset.0 >= self.next {
                self.read_record(&record, cx);
            }
        }
        self.next = self.next.max(last + 1);
    }

    fn read_record(&mut self, record: &Record<'_>, cx: &mut Cx<'_>) {
        let number = |bytes: &[u8]| bytes.first_chunk().map(|bytes| u64::from_be_bytes(*bytes));
        let keyed = Keyed {
            key: record.key.and_then(number).unwrap_or(u64::MAX),
            value: record.value.map(|value| number(value).unwrap_or(u64::MAX)),
        };
        cx.history.read_records += 1;
        if let Some(pass) = &mut self.pass {
            let complaint = cx.history.keyed.read(pass, keyed, record.offset.0);
            cx.history.complain(complaint);
        }
    }

    fn end_pass(&mut self, cx: &mut Cx<'_>) {
        if let Some(pass) = self.pass.take() {
            let complaint = cx.history.keyed.end_pass(&pass, self.is_final);
            cx.history.complain(complaint);
            self.is_done |= self.is_final;
        }
    }
}

impl Role for KeyedReader {
    fn next(&mut self, cx: &mut Cx<'_>) -> Ask {
        if !cx.history.is_ready || std::mem::take(&mut self.waits) {
            return Ask::Wait(Duration::from_millis(100));
        }
        if self.is_done {
            return Ask::Wait(Duration::from_secs(1));
        }
        if cx.is_written && !self.is_final {
            self.is_final = true;
            self.pass = None;
        }
        if self.pass.is_none() {
            self.next = 0;
            self.pass = Some(cx.history.keyed.begin_pass());
        }
        self.request(cx)
    }

    fn on_answer(&mut self, body: &[u8], cx: &mut Cx<'_>) {
        let Some(response) = answer::<FetchResponse<'_>>(body, FETCH, cx) else {
            return;
        };
        if !response.error_code.is_none() {
            self.waits = true;
            return;
        }
        let partitions = response
            .responses
            .iter()
            .flat_map(|topic| &topic.partitions);
        for data in partitions {
            self.on_partition(data, cx);
        }
    }

    fn on_lost(&mut self, _was_asked: bool, _cx: &mut Cx<'_>) {}

    fn restart(&mut self) {
        *self = Self::default();
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}
