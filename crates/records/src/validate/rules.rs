//! What one partition asks of a batch.

use crate::batch::{BatchHeader, TimestampType};
use crate::compression::Compression;

/// A limit on decompressed records that no honest producer reaches: the default of `socket.request.max.bytes`.
pub const DEFAULT_MAX_DECOMPRESSED_BYTES: usize = 100 << 20;

/// Who wants to append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A Produce request of this version.
    Client {
        /// The request's version.
        produce_version: i16,
    },
    /// A coordinator of this node, which may write control records and any offsets.
    Coordinator,
}

/// What a topic's `compression.type` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TargetCompression {
    /// `producer`: whatever the producer chose.
    #[default]
    Producer,
    /// A codec, and its level from `compression.<codec>.level`.
    Codec(Compression, i32),
}

/// How far a compressed batch that is stored as it is gets checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CompressedCheck {
    /// Every record, like Apache Kafka; the price is the decompression.
    #[default]
    Records,
    /// The header and its checksum only, where nothing else forces decompression: a compacted topic does.
    /// Wrong counts, timestamps and corrupt streams are then left to consumers.
    Header,
}

/// Kafka's default of `max.decompressed.message.bytes`: as much as a Java array can hold.
pub const DEFAULT_MAX_DECOMPRESSED_MESSAGE_BYTES: usize = 2_147_483_639;

/// What one partition asks of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AppendRules {
    /// Who appends.
    pub origin: Origin,
    /// `max.message.bytes`: the size of a whole batch, before and after recompression.
    pub max_message_bytes: usize,
    /// `message.timestamp.type`.
    pub timestamp_type: TimestampType,
    /// `message.timestamp.before.max.ms`: how far a CreateTime may lie in the past.
    pub timestamp_before_max_ms: i64,
    /// `message.timestamp.after.max.ms`: how far a CreateTime may lie in the future.
    pub timestamp_after_max_ms: i64,
    /// Whether `cleanup.policy` has `compact`: every record needs a key.
    pub is_compacted: bool,
    /// `compression.type` and the level.
    pub compression: TargetCompression,
    /// How far compressed batches are checked.
    pub compressed_check: CompressedCheck,
    /// The most that a batch's records may decompress to, in bytes.
    pub max_decompressed_bytes: usize,
    /// `max.decompressed.message.bytes`: the largest single record of a compressed batch.
    pub max_decompressed_message_bytes: usize,
}

impl AppendRules {
    /// Kafka's defaults for a topic: a megabyte, CreateTime up to an hour ahead, not compacted, the
    /// producer's codec.
    #[must_use]
    pub const fn new(origin: Origin) -> Self {
        Self {
            origin,
            max_message_bytes: 1_048_588,
            timestamp_type: TimestampType::CreateTime,
            timestamp_before_max_ms: i64::MAX,
            timestamp_after_max_ms: 3_600_000,
            is_compacted: false,
            compression: TargetCompression::Producer,
            compressed_check: CompressedCheck::Records,
            max_decompressed_bytes: DEFAULT_MAX_DECOMPRESSED_BYTES,
            max_decompressed_message_bytes: DEFAULT_MAX_DECOMPRESSED_MESSAGE_BYTES,
        }
    }

    /// Whether a batch with this header is compressed anew (KIP-390), which takes so long, up to milliseconds
    /// per 64 KiB with gzip, that it is better done off the connection's thread.
    #[must_use]
    pub fn recompresses(&self, header: &BatchHeader<'_>) -> bool {
        header
            .compression()
            .is_some_and(|source| self.target(header, source).0 != source)
    }

    /// The codec and level to store with. Control batches that are not compressed stay so.
    pub(super) fn target(
        &self,
        header: &BatchHeader<'_>,
        source: Compression,
    ) -> (Compression, i32) {
        match self.compression {
            TargetCompression::Codec(codec, level)
                if !(source == Compression::None && header.is_control()) =>
            {
                (codec, level)
            }
            _ => (source, source.default_level()),
        }
    }

    /// Whether a compressed batch that is stored as it is need not be decompressed.
    pub(super) const fn is_header_enough(&self) -> bool {
        matches!(self.compressed_check, CompressedCheck::Header) && !self.is_compacted
    }
}
