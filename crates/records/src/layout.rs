//! Where the fields of a magic 2 batch lie, in bytes from its first (Kafka's documentation, "Record Batch").
//!
//! ```text
//!  0        8         12       16     17   21      23          27         35         43   51   53   57    61
//!  | base   | batch   | leader | ma-  | c  | attri-| last off- | base     | max      | pro-| ep-| base| co- | re-
//!  | offset | length  | epoch  | gic  | rc | butes | set delta | timestamp| timestamp| ducer id | seq | unt | cords
//!           [-- 12: log overhead --)       [------------------ covered by the CRC-32C ---------------------->
//! ```
//!
//! The first 16 bytes are outside the checksum: a leader patches base offset and leader epoch in place.

/// Base offset, int64.
pub const BASE_OFFSET: usize = 0;
/// Batch length, int32: bytes that follow this field.
pub const BATCH_LENGTH: usize = 8;
/// Partition leader epoch, int32.
pub const LEADER_EPOCH: usize = 12;
/// Magic, int8; at the same place in magic 0 and 1.
pub const MAGIC: usize = 16;
/// CRC-32C of everything from [`ATTRIBUTES`] on, uint32.
pub const CRC: usize = 17;
/// Attributes, int16.
pub const ATTRIBUTES: usize = 21;
/// Last offset minus base offset, int32.
pub const LAST_OFFSET_DELTA: usize = 23;
/// Base timestamp, int64: the first record's, or the delete horizon.
pub const BASE_TIMESTAMP: usize = 27;
/// Max timestamp, int64.
pub const MAX_TIMESTAMP: usize = 35;
/// Producer id, int64; -1 for none.
pub const PRODUCER_ID: usize = 43;
/// Producer epoch, int16; -1 for none.
pub const PRODUCER_EPOCH: usize = 51;
/// Base sequence, int32; -1 for none.
pub const BASE_SEQUENCE: usize = 53;
/// Number of records, int32.
pub const RECORD_COUNT: usize = 57;
/// The records, compressed as one block.
pub const RECORDS: usize = 61;

/// Bytes of a batch's header.
pub const HEADER_SIZE: usize = RECORDS;
/// Bytes up to and including the batch length, which the length does not count.
pub const LOG_OVERHEAD: usize = 12;
/// Bytes at the start of a batch that a leader overwrites: base offset, length, leader epoch.
pub const PATCHED_SIZE: usize = MAGIC;
/// Bytes that must be present before a batch's magic is known.
pub const SIZE_UP_TO_MAGIC: usize = MAGIC + 1;

/// The magic of the current format.
pub const MAGIC_V2: i8 = 2;

/// Attribute bits 0-2: the compression codec.
pub const CODEC_MASK: i16 = 0x07;
/// Attribute bit 3: the max timestamp is the broker's and stands for every record.
pub const LOG_APPEND_TIME_FLAG: i16 = 0x08;
/// Attribute bit 4: part of a transaction.
pub const TRANSACTIONAL_FLAG: i16 = 0x10;
/// Attribute bit 5: control records, invisible to applications.
pub const CONTROL_FLAG: i16 = 0x20;
/// Attribute bit 6: the base timestamp is a delete horizon (KIP-534).
pub const DELETE_HORIZON_FLAG: i16 = 0x40;
/// The attribute bits that the format knows; the others are written as 0.
pub const KNOWN_ATTRIBUTES: i16 = 0x7f;

/// What the format writes for "no timestamp".
pub(crate) const NO_TIMESTAMP: i64 = -1;
