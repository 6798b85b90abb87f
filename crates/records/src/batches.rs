//! Walking concatenated batches, as requests and segments hold them.

use model::{LeaderEpoch, Offset, TimestampMs};

use crate::batch::RecordBatch;
use crate::codec::Codecs;
use crate::layout::{self, HEADER_SIZE, LOG_OVERHEAD, MAGIC_V2, SIZE_UP_TO_MAGIC};
use crate::legacy::{self, LegacyBatch, LegacyRecordIter};
use crate::malformed::{Malformed, Problem};
use crate::record::{Record, RecordIter};

/// The size and magic of the batch that begins at some place; the first 17 bytes of any batch say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Bytes of the whole batch.
    pub size: usize,
    /// Its format: 0, 1 or 2.
    pub magic: i8,
    /// The offset field: the base offset in magic 2, the last offset in magic 0 and 1.
    pub offset: Offset,
}

impl Frame {
    /// Bytes that [`peek`](Self::peek) needs.
    pub const PEEKED: usize = SIZE_UP_TO_MAGIC;

    /// What begins at the start of `bytes`; `None` when fewer than [`PEEKED`](Self::PEEKED) bytes are there.
    ///
    /// The size is what the batch says: at least a header, not yet compared with what is there.
    ///
    /// # Errors
    /// When the magic is unknown or the size is less than the header of that magic.
    pub fn peek(bytes: &[u8]) -> Result<Option<Self>, Malformed> {
        let Some(head) = bytes.first_chunk::<SIZE_UP_TO_MAGIC>() else {
            return Ok(None);
        };
        let offset = i64::from_be_bytes(field(head, layout::BASE_OFFSET));
        let length = i32::from_be_bytes(field(head, layout::BATCH_LENGTH));
        let magic = i8::from_be_bytes(field(head, layout::MAGIC));
        let least = match magic {
            0 | 1 => legacy::least_size(magic),
            MAGIC_V2 => HEADER_SIZE,
            unknown => return Err(Problem::Magic(unknown).at(layout::MAGIC)),
        };
        let declared = i64::from(length) + LOG_OVERHEAD as i64;
        match usize::try_from(declared) {
            Ok(size) if size >= least => Ok(Some(Self {
                size,
                magic,
                offset: Offset(offset),
            })),
            _ => Err(Problem::BatchTooSmall { declared, least }.at(layout::BATCH_LENGTH)),
        }
    }
}

fn field<const N: usize>(head: &[u8; SIZE_UP_TO_MAGIC], at: usize) -> [u8; N] {
    head[at..at + N]
        .try_into()
        .expect("the fields up to the magic lie within its end")
}

/// A batch of any magic.
#[derive(Clone, Copy, Debug)]
pub enum Batch<'a> {
    /// The current format.
    V2(RecordBatch<'a>),
    /// A message of magic 0 or 1, perhaps a compressed wrapper of several. Only old segments have these.
    Legacy(LegacyBatch<'a>),
}

impl<'a> Batch<'a> {
    /// The batch at the start of `bytes`; `None` when it is not all there.
    ///
    /// # Errors
    /// When the magic is unknown, or the size is less than what that magic takes.
    pub fn parse(bytes: &'a [u8]) -> Result<Option<Self>, Malformed> {
        let Some(frame) = Frame::peek(bytes)? else {
            return Ok(None);
        };
        let Some(bytes) = bytes.get(..frame.size) else {
            return Ok(None);
        };
        if frame.magic == MAGIC_V2 {
            RecordBatch::parse(bytes).map(|batch| Some(Self::V2(batch)))
        } else {
            LegacyBatch::parse(bytes).map(|batch| Some(Self::Legacy(batch)))
        }
    }

    /// The whole batch.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        match self {
            Self::V2(batch) => batch.bytes(),
            Self::Legacy(batch) => batch.bytes(),
        }
    }

    /// The offset of the first record; unknown without decompression for a wrapper of magic 0 or 1, where
    /// this is the last one's.
    #[must_use]
    pub fn base_offset(&self) -> Offset {
        match self {
            Self::V2(batch) => batch.base_offset(),
            Self::Legacy(batch) => batch.offset(),
        }
    }

    /// The offset of the last record.
    #[must_use]
    pub fn last_offset(&self) -> Offset {
        match self {
            Self::V2(batch) => batch.last_offset(),
            Self::Legacy(batch) => batch.offset(),
        }
    }

    /// The largest timestamp; magic 0 has none.
    #[must_use]
    pub fn max_timestamp(&self) -> Option<TimestampMs> {
        match self {
            Self::V2(batch) => batch.max_timestamp(),
            Self::Legacy(batch) => batch.timestamp(),
        }
    }

    /// The epoch of the leader that appended the batch; magic 0 and 1 have none.
    #[must_use]
    pub fn leader_epoch(&self) -> Option<LeaderEpoch> {
        match self {
            Self::V2(batch) => batch.leader_epoch(),
            Self::Legacy(_) => None,
        }
    }

    /// Computes the checksum and compares it with the stored one.
    #[must_use]
    pub fn is_valid_crc(&self) -> bool {
        match self {
            Self::V2(batch) => batch.is_valid_crc(),
            Self::Legacy(batch) => batch.is_valid_crc(),
        }
    }

    /// The records, decompressed into the buffer of `codecs` where they are compressed; at most `limit` bytes
    /// of them.
    ///
    /// # Errors
    /// When the records cannot be decompressed, or within `limit`, or their count is impossible.
    pub fn records<'b>(
        &self,
        codecs: &'b mut Codecs,
        limit: usize,
    ) -> Result<AnyRecordIter<'b>, Malformed>
    where
        'a: 'b,
    {
        match self {
            Self::V2(batch) => batch.records(codecs, limit).map(AnyRecordIter::V2),
            Self::Legacy(batch) => batch.records(codecs, limit).map(AnyRecordIter::Legacy),
        }
    }

    /// The batch, if it is of magic 2.
    #[must_use]
    pub const fn v2(&self) -> Option<RecordBatch<'a>> {
        match self {
            Self::V2(batch) => Some(*batch),
            Self::Legacy(_) => None,
        }
    }
}

/// The records of a batch of any magic.
#[derive(Clone, Debug)]
pub enum AnyRecordIter<'a> {
    /// Of the current format.
    V2(RecordIter<'a>),
    /// Of magic 0 or 1.
    Legacy(LegacyRecordIter<'a>),
}

impl<'a> Iterator for AnyRecordIter<'a> {
    type Item = Result<Record<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::V2(records) => records.next(),
            Self::Legacy(records) => records.next(),
        }
    }
}

/// Walks the batches of a slice. Ends before a last batch that is not all there, as an answer to a fetch may
/// have, and after the first error.
#[derive(Clone, Debug)]
pub struct BatchIter<'a> {
    bytes: &'a [u8],
    position: usize,
    is_broken: bool,
}

impl<'a> BatchIter<'a> {
    /// The batches of `bytes`, which begins with one.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            position: 0,
            is_broken: false,
        }
    }

    /// Bytes of the batches given out so far: where the next begins, or where the whole ones end.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.position
    }
}

impl<'a> Iterator for BatchIter<'a> {
    type Item = Result<Batch<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_broken {
            return None;
        }
        match Batch::parse(&self.bytes[self.position..]) {
            Ok(batch) => {
                self.position += batch.as_ref()?.bytes().len();
                batch.map(Ok)
            }
            Err(error) => {
                self.is_broken = true;
                Some(Err(error.problem.at(self.position + error.position)))
            }
        }
    }
}
