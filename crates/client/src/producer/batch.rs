//! One batch on its way: open, sent, perhaps sent again.

use std::time::{Duration, Instant};

use bytes::Bytes;
use model::{ProducerEpoch, ProducerId};
use records::{BatchBuilder, Codecs, Compression, NewRecord, checksum, layout};

use super::DeliveryReport;

/// Who the batches of a partition are from, for de-duplication (KIP-98).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) id: ProducerId,
    pub(crate) epoch: ProducerEpoch,
}

/// Where a batch that was sealed stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// A request carries it.
    InFlight,
    /// To be sent again, not before this moment.
    Again(Instant),
}

/// Records that no request has carried yet.
pub(crate) struct OpenBatch {
    builder: BatchBuilder,
    pub(crate) since: Instant,
    reports: Vec<(i32, DeliveryReport)>,
}

impl OpenBatch {
    pub(crate) fn new(since: Instant, room: usize) -> Self {
        Self {
            builder: BatchBuilder::with_capacity(room),
            since,
            reports: Vec::new(),
        }
    }

    pub(crate) fn append(&mut self, record: &NewRecord<'_>, report: Option<DeliveryReport>) {
        if let Some(report) = report {
            self.reports.push((self.builder.len(), report));
        }
        self.builder.append(record);
    }

    pub(crate) const fn size(&self) -> usize {
        self.builder.size()
    }

    /// The bytes to send, from `identity` with the sequence number `base_sequence`.
    pub(crate) fn seal(
        self,
        codecs: &mut Codecs,
        compression: Compression,
        identity: Option<Identity>,
        base_sequence: i32,
    ) -> SealedBatch {
        let (buffered, count) = (self.builder.size(), self.builder.len());
        let builder = match identity {
            Some(Identity { id, epoch }) => self.builder.producer(id, epoch, base_sequence),
            None => self.builder,
        };
        let level = compression.default_level();
        SealedBatch {
            bytes: builder.finish_compressed(codecs, compression, level).into(),
            count,
            buffered,
            identity,
            base_sequence,
            since: self.since,
            state: State::InFlight,
            is_uncertain: false,
            reports: self.reports,
        }
    }

    pub(crate) fn into_reports(self) -> Vec<(i32, DeliveryReport)> {
        self.reports
    }
}

/// A batch whose bytes are fixed.
pub(crate) struct SealedBatch {
    pub(crate) bytes: Bytes,
    pub(crate) count: i32,
    /// What its records took of the producer's memory before they were compressed.
    pub(crate) buffered: usize,
    pub(crate) identity: Option<Identity>,
    pub(crate) base_sequence: i32,
    pub(crate) since: Instant,
    pub(crate) state: State,
    /// A request that carried it ended without an answer: the broker may have it.
    pub(crate) is_uncertain: bool,
    pub(crate) reports: Vec<(i32, DeliveryReport)>,
}

impl SealedBatch {
    /// Writes another producer and sequence number into the header.
    pub(crate) fn renumber(&mut self, identity: Identity, base_sequence: i32) {
        let mut bytes = self.bytes.to_vec();
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(layout::PRODUCER_ID, &identity.id.0.to_be_bytes());
        put(layout::PRODUCER_EPOCH, &identity.epoch.0.to_be_bytes());
        put(layout::BASE_SEQUENCE, &base_sequence.to_be_bytes());
        let crc = checksum::crc32c(&bytes[layout::ATTRIBUTES..]);
        bytes[layout::CRC..layout::CRC + 4].copy_from_slice(&crc.to_be_bytes());
        self.bytes = bytes.into();
        self.identity = Some(identity);
        self.base_sequence = base_sequence;
    }

    /// Whether it was taken in more than `timeout` ago.
    pub(crate) fn is_late(&self, now: Instant, timeout: Duration) -> bool {
        now.duration_since(self.since) >= timeout
    }
}
