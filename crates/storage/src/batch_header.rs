//! The fixed part of a record batch, as far as the log needs it to find its way: where it begins
//! and ends, whose it is, whether its checksum holds. Records inside are not looked at.
//!
//! ```text
//! v2:  0 base offset | 8 length | 12 leader epoch | 16 magic | 17 crc | 21 attributes | 23 last offset delta
//!      27 base timestamp | 35 max timestamp | 43 producer id | 51 epoch | 53 base sequence | 57 count | 61
//! v0/1: 0 offset | 8 size | 12 crc | 16 magic | 17 attributes | [v1: 18 timestamp]
//! ```

use model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, TimestampMs};

/// Bytes before a batch's length counts: offset and the length itself.
pub(crate) const LOG_OVERHEAD: usize = 12;
/// The fixed part of a v2 batch.
pub(crate) const HEADER_LEN: usize = 61;
/// As much as is needed to know a legacy entry.
pub(crate) const MIN_HEADER_LEN: usize = 18;
/// Through the magic byte.
const MAGIC_AT: usize = 16;
const V0_OVERHEAD: usize = 14;
const V1_OVERHEAD: usize = 22;

const TRANSACTIONAL: i16 = 1 << 4;
const CONTROL: i16 = 1 << 5;

/// Why bytes are not a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchFault {
    /// Fewer bytes are left than a header has.
    #[error("the file ends inside a batch header")]
    HeaderCut,
    /// Fewer bytes are left than the length says.
    #[error("the file ends inside a batch")]
    BodyCut,
    /// A length that no batch has.
    #[error("the batch length is impossible")]
    Length,
    /// Neither 0, 1 nor 2.
    #[error("the magic byte is unknown")]
    Magic,
    /// Offsets that no batch has.
    #[error("the offset is impossible")]
    Offset,
    /// A whole batch whose offset is not beyond that of the one before it.
    #[error("the offset is out of order")]
    Order,
    /// An epoch in which the leader that sends the batch does not lead yet.
    #[error("the leader epoch is later than the leader's")]
    Epoch,
    /// A control batch whose record cannot be read.
    #[error("the control record is malformed")]
    Control,
    /// Records that cannot be decompressed or decoded.
    #[error("the records are malformed")]
    Records,
    /// The checksum does not match the bytes.
    #[error("the checksum does not match")]
    Crc,
}

/// What the fixed part of a batch says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BatchHeader {
    /// Of a compressed legacy entry this is the last offset: the first is known only inside.
    pub(crate) base_offset: Offset,
    pub(crate) last_offset: Offset,
    /// Whole size in bytes.
    pub(crate) size: u32,
    pub(crate) leader_epoch: Option<LeaderEpoch>,
    pub(crate) magic: u8,
    pub(crate) max_timestamp: Option<TimestampMs>,
    pub(crate) producer: Option<BatchProducer>,
    pub(crate) transactional: bool,
    pub(crate) control: bool,
    pub(crate) count: i32,
}

/// The producer's part of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BatchProducer {
    pub(crate) id: ProducerId,
    pub(crate) epoch: ProducerEpoch,
    /// `None` for batches without sequence (markers, a coordinator's own).
    pub(crate) base_sequence: Option<i32>,
    pub(crate) last_sequence: Option<i32>,
}

fn i16_at(bytes: &[u8], at: usize) -> i16 {
    i16::from_be_bytes([bytes[at], bytes[at + 1]])
}

fn i32_at(bytes: &[u8], at: usize) -> i32 {
    i32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn i64_at(bytes: &[u8], at: usize) -> i64 {
    i64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

impl BatchHeader {
    /// Reads the header of the batch that begins `bytes`, of which at least [`HEADER_LEN`] are given unless
    /// the file ends before.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, BatchFault> {
        if bytes.len() < MIN_HEADER_LEN {
            return Err(BatchFault::HeaderCut);
        }
        let length = i32_at(bytes, 8);
        let size = u32::try_from(length).map_err(|_| BatchFault::Length)? + LOG_OVERHEAD as u32;
        match bytes[MAGIC_AT] {
            2 => Self::parse_v2(bytes, size),
            magic @ (0 | 1) => Self::parse_legacy(bytes, size, magic),
            _ => Err(BatchFault::Magic),
        }
    }

    fn parse_v2(bytes: &[u8], size: u32) -> Result<Self, BatchFault> {
        if (size as usize) < HEADER_LEN {
            return Err(BatchFault::Length);
        }
        if bytes.len() < HEADER_LEN {
            return Err(BatchFault::HeaderCut);
        }
        let base_offset = Offset::known(i64_at(bytes, 0)).ok_or(BatchFault::Offset)?;
        let delta = i32_at(bytes, 23);
        let last = base_offset
            .0
            .checked_add(i64::from(delta))
            .filter(|_| delta >= 0);
        let attributes = i16_at(bytes, 21);
        Ok(Self {
            base_offset,
            last_offset: Offset(last.filter(|l| *l < i64::MAX).ok_or(BatchFault::Offset)?),
            size,
            leader_epoch: LeaderEpoch::known(i32_at(bytes, 12)),
            magic: 2,
            max_timestamp: TimestampMs::known(i64_at(bytes, 35)),
            producer: BatchProducer::parse(bytes, delta),
            transactional: attributes & TRANSACTIONAL != 0,
            control: attributes & CONTROL != 0,
            count: i32_at(bytes, 57),
        })
    }

    fn parse_legacy(bytes: &[u8], size: u32, magic: u8) -> Result<Self, BatchFault> {
        let overhead = if magic == 0 { V0_OVERHEAD } else { V1_OVERHEAD };
        if (size as usize) < LOG_OVERHEAD + overhead {
            return Err(BatchFault::Length);
        }
        if magic == 1 && bytes.len() < 26 {
            return Err(BatchFault::HeaderCut);
        }
        let offset = Offset::known(i64_at(bytes, 0)).filter(|o| o.0 < i64::MAX);
        let offset = offset.ok_or(BatchFault::Offset)?;
        let timestamp = if magic == 1 {
            TimestampMs::known(i64_at(bytes, 18))
        } else {
            None
        };
        Ok(Self {
            base_offset: offset,
            last_offset: offset,
            size,
            leader_epoch: None,
            magic,
            max_timestamp: timestamp,
            producer: None,
            transactional: false,
            control: false,
            count: 1,
        })
    }

    /// The offset after the last record.
    pub(crate) fn next_offset(&self) -> Offset {
        self.last_offset.next()
    }
}

impl BatchProducer {
    fn parse(bytes: &[u8], last_offset_delta: i32) -> Option<Self> {
        let id = ProducerId::known(i64_at(bytes, 43))?;
        let base_sequence = Some(i32_at(bytes, 53)).filter(|s| *s >= 0);
        Some(Self {
            id,
            epoch: ProducerEpoch(i16_at(bytes, 51)),
            base_sequence,
            last_sequence: base_sequence.map(|base| sequence_after(base, last_offset_delta)),
        })
    }
}

/// `base + by` in the sequence numbers 0 to 2^31-1, which wrap.
pub(crate) fn sequence_after(base: i32, by: i32) -> i32 {
    ((i64::from(base) + i64::from(by)) % (1 << 31)) as i32
}

/// `last - by` in the wrapping sequence numbers.
pub(crate) fn sequence_before(last: i32, by: i32) -> i32 {
    (i64::from(last) - i64::from(by)).rem_euclid(1 << 31) as i32
}

/// Whether the checksum of a whole batch, whose header was parsed, holds.
pub(crate) fn crc_holds(batch: &[u8]) -> bool {
    matches!(records::Batch::parse(batch), Ok(Some(batch)) if batch.is_valid_crc())
}
