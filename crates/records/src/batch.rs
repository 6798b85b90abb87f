//! The borrowed view of one magic 2 batch.
//!
//! [`BatchHeader`] needs only the 61 bytes of a header, which is what a scan of a segment reads;
//! [`RecordBatch`] has the whole batch.

use std::ops::Deref;

use model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, TimestampMs};

use crate::checksum::crc32c;
use crate::codec::{Codecs, Framing};
use crate::compression::Compression;
use crate::layout::{self, HEADER_SIZE, LOG_OVERHEAD, MAGIC_V2, PATCHED_SIZE};
use crate::malformed::{Malformed, Problem};
use crate::record::RecordIter;

/// Whose clock a batch's timestamps are (KIP-32).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimestampType {
    /// The producer's, record by record.
    #[default]
    CreateTime,
    /// The leader's at the append; the batch's max timestamp stands for every record.
    LogAppendTime,
}

/// The 61 bytes before a batch's records, their length and magic checked.
#[derive(Clone, Copy, Debug)]
pub struct BatchHeader<'a> {
    bytes: &'a [u8; HEADER_SIZE],
}

macro_rules! getter {
    ($(#[$doc:meta])* $vis:vis $name:ident: $raw:ty = $at:expr) => {
        $(#[$doc])*
        #[must_use]
        #[inline]
        $vis fn $name(&self) -> $raw {
            const SIZE: usize = size_of::<$raw>();
            let field = self.bytes[$at..$at + SIZE].try_into().expect("the header holds the field");
            <$raw>::from_be_bytes(field)
        }
    };
}

impl<'a> BatchHeader<'a> {
    /// The header at the start of `bytes`; what follows it is not looked at.
    ///
    /// # Errors
    /// When `bytes` is shorter than a header, the magic is not 2, or the length field says less than a header.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let Some(bytes) = bytes.first_chunk() else {
            let problem = Problem::BatchTruncated {
                declared: HEADER_SIZE,
                present: bytes.len(),
            };
            return Err(problem.at(0));
        };
        let header = Self { bytes };
        if header.magic() != MAGIC_V2 {
            return Err(Problem::Magic(header.magic()).at(layout::MAGIC));
        }
        let declared = i64::from(header.batch_length()) + LOG_OVERHEAD as i64;
        if declared < HEADER_SIZE as i64 {
            let problem = Problem::BatchTooSmall {
                declared,
                least: HEADER_SIZE,
            };
            return Err(problem.at(layout::BATCH_LENGTH));
        }
        Ok(header)
    }

    getter! { raw_base_offset: i64 = layout::BASE_OFFSET }
    getter! { batch_length: i32 = layout::BATCH_LENGTH }
    getter! { raw_leader_epoch: i32 = layout::LEADER_EPOCH }
    getter! { magic: i8 = layout::MAGIC }
    getter! {
        /// The stored CRC-32C.
        pub crc: u32 = layout::CRC
    }
    getter! {
        /// The attributes as they lie.
        pub attributes: i16 = layout::ATTRIBUTES
    }
    getter! {
        /// Last offset minus base offset; a compacted batch keeps it while records leave. Negative only in
        /// bytes that no validation has seen.
        pub last_offset_delta: i32 = layout::LAST_OFFSET_DELTA
    }
    getter! { pub(crate) raw_base_timestamp: i64 = layout::BASE_TIMESTAMP }
    getter! { pub(crate) raw_max_timestamp: i64 = layout::MAX_TIMESTAMP }
    getter! { raw_producer_id: i64 = layout::PRODUCER_ID }
    getter! { raw_producer_epoch: i16 = layout::PRODUCER_EPOCH }
    getter! { raw_base_sequence: i32 = layout::BASE_SEQUENCE }
    getter! {
        /// How many records the header claims. Negative only in bytes that no validation has seen.
        pub record_count: i32 = layout::RECORD_COUNT
    }

    /// The header's bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8; HEADER_SIZE] {
        self.bytes
    }

    /// Bytes of the whole batch, header included.
    #[must_use]
    pub fn size(&self) -> usize {
        usize::try_from(self.batch_length()).expect("a parsed header has a positive length")
            + LOG_OVERHEAD
    }

    /// The offset of the first record (or of the first there was, before compaction).
    #[must_use]
    pub fn base_offset(&self) -> Offset {
        Offset(self.raw_base_offset())
    }

    /// The offset of the last record (or of the last there was). Wraps in bytes that no validation has seen.
    #[must_use]
    pub fn last_offset(&self) -> Offset {
        Offset(
            self.raw_base_offset()
                .wrapping_add(i64::from(self.last_offset_delta())),
        )
    }

    /// The epoch of the leader that appended the batch.
    #[must_use]
    pub fn leader_epoch(&self) -> Option<LeaderEpoch> {
        LeaderEpoch::known(self.raw_leader_epoch())
    }

    /// The codec of the records; `None` for an id that the format does not have.
    #[must_use]
    pub fn compression(&self) -> Option<Compression> {
        Compression::from_id((self.attributes() & layout::CODEC_MASK) as u8)
    }

    /// Whose clock the timestamps are.
    #[must_use]
    pub fn timestamp_type(&self) -> TimestampType {
        if self.has(layout::LOG_APPEND_TIME_FLAG) {
            TimestampType::LogAppendTime
        } else {
            TimestampType::CreateTime
        }
    }

    /// Whether the batch is part of a transaction (KIP-98).
    #[must_use]
    pub fn is_transactional(&self) -> bool {
        self.has(layout::TRANSACTIONAL_FLAG)
    }

    /// Whether the records are control records.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.has(layout::CONTROL_FLAG)
    }

    /// From when on the cleaner may drop tombstones and markers of this batch (KIP-534).
    #[must_use]
    pub fn delete_horizon(&self) -> Option<TimestampMs> {
        self.has(layout::DELETE_HORIZON_FLAG)
            .then(|| TimestampMs(self.raw_base_timestamp()))
    }

    /// What record timestamps are counted from: the first record's, or the delete horizon.
    #[must_use]
    pub fn base_timestamp(&self) -> Option<TimestampMs> {
        TimestampMs::known(self.raw_base_timestamp())
    }

    /// The largest timestamp of the records, or the append time.
    #[must_use]
    pub fn max_timestamp(&self) -> Option<TimestampMs> {
        TimestampMs::known(self.raw_max_timestamp())
    }

    /// The idempotent producer that wrote the batch.
    #[must_use]
    pub fn producer_id(&self) -> Option<ProducerId> {
        ProducerId::known(self.raw_producer_id())
    }

    /// The epoch of that producer.
    #[must_use]
    pub fn producer_epoch(&self) -> Option<ProducerEpoch> {
        ProducerEpoch::known(self.raw_producer_epoch())
    }

    /// The sequence number of the first record.
    #[must_use]
    pub fn base_sequence(&self) -> Option<i32> {
        Some(self.raw_base_sequence()).filter(|sequence| *sequence >= 0)
    }

    /// The sequence number of the last record; numbers wrap from 2^31-1 to 0.
    #[must_use]
    pub fn last_sequence(&self) -> Option<i32> {
        self.base_sequence()
            .map(|base| sequence_after(base, self.last_offset_delta()))
    }

    /// The first 16 bytes with the offset and epoch that the leader assigns, to be written before the rest of
    /// the batch: the checksum does not cover them.
    #[must_use]
    pub fn assigned(&self, base_offset: Offset, epoch: LeaderEpoch) -> [u8; PATCHED_SIZE] {
        let mut prefix = *self
            .bytes
            .first_chunk()
            .expect("a header is longer than its prefix");
        assign(&mut prefix, base_offset, epoch);
        prefix
    }

    /// Producer id, epoch and base sequence as they lie.
    pub(crate) fn raw_producer(&self) -> (i64, i16, i32) {
        (
            self.raw_producer_id(),
            self.raw_producer_epoch(),
            self.raw_base_sequence(),
        )
    }

    fn has(&self, flag: i16) -> bool {
        self.attributes() & flag != 0
    }
}

/// Writes the offset and epoch that the leader assigns into the first 16 bytes of a batch.
pub fn assign(prefix: &mut [u8; PATCHED_SIZE], base_offset: Offset, epoch: LeaderEpoch) {
    prefix[..layout::BATCH_LENGTH].copy_from_slice(&base_offset.0.to_be_bytes());
    prefix[layout::LEADER_EPOCH..].copy_from_slice(&epoch.0.to_be_bytes());
}

/// The sequence number `count` records after `sequence`: from 2^31-1 numbers go on at 0 (KIP-98).
#[must_use]
pub const fn sequence_after(sequence: i32, count: i32) -> i32 {
    sequence.wrapping_add(count) & i32::MAX
}

/// One magic 2 batch with all its bytes; its header's getters are at hand.
#[derive(Clone, Copy, Debug)]
pub struct RecordBatch<'a> {
    header: BatchHeader<'a>,
    bytes: &'a [u8],
}

impl<'a> Deref for RecordBatch<'a> {
    type Target = BatchHeader<'a>;

    fn deref(&self) -> &BatchHeader<'a> {
        &self.header
    }
}

impl<'a> RecordBatch<'a> {
    /// The batch at the start of `bytes`, which may hold more behind it. The checksum is not looked at:
    /// [`is_valid_crc`](Self::is_valid_crc).
    ///
    /// # Errors
    /// When the header is not one of magic 2, or the batch is longer than `bytes`.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let header = BatchHeader::parse(bytes)?;
        let declared = header.size();
        match bytes.get(..declared) {
            Some(bytes) => Ok(Self { header, bytes }),
            None => Err(Problem::BatchTruncated {
                declared,
                present: bytes.len(),
            }
            .at(0)),
        }
    }

    /// The header alone.
    #[must_use]
    pub const fn header(&self) -> BatchHeader<'a> {
        self.header
    }

    /// The whole batch.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The records section as it lies, compressed or not.
    #[must_use]
    pub fn records_bytes(&self) -> &'a [u8] {
        &self.bytes[HEADER_SIZE..]
    }

    /// Computes the checksum over the whole batch and compares it with the stored one.
    #[must_use]
    pub fn is_valid_crc(&self) -> bool {
        crc32c(&self.bytes[layout::ATTRIBUTES..]) == self.crc()
    }

    /// The records, decompressed into the buffer of `codecs` where they are compressed; at most `limit` bytes
    /// of them.
    ///
    /// # Errors
    /// When the codec is unknown, the stream is corrupt or yields more than `limit` bytes, or the header counts
    /// below zero.
    pub fn records<'b>(
        &self,
        codecs: &'b mut Codecs,
        limit: usize,
    ) -> Result<RecordIter<'b>, Malformed>
    where
        'a: 'b,
    {
        let compression = self.known_compression()?;
        let records = codecs
            .decompress(compression, Framing::Standard, self.records_bytes(), limit)
            .map_err(|error| Problem::Codec(error).at(HEADER_SIZE))?;
        RecordIter::new(&self.header, records)
    }

    pub(crate) fn known_compression(&self) -> Result<Compression, Malformed> {
        let id = (self.attributes() & layout::CODEC_MASK) as u8;
        Compression::from_id(id).ok_or(Problem::UnknownCodec(id).at(layout::ATTRIBUTES))
    }

    /// The records of a batch that is not compressed.
    ///
    /// # Errors
    /// [`Problem::Compressed`] when it is, [`Problem::RecordCount`] when the header counts below zero.
    pub fn plain_records(&self) -> Result<RecordIter<'a>, Malformed> {
        match self.compression() {
            Some(Compression::None) => RecordIter::new(&self.header, self.records_bytes()),
            _ => Err(Problem::Compressed.at(layout::ATTRIBUTES)),
        }
    }
}
