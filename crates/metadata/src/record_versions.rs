//! Which version of a record a `metadata.version` asks for, and the framing of records.

use model::Offset;
use protocol::metadata_records::MetadataRecord;
use protocol::{EncodeError, Reader};

use crate::RecordError;

/// 3.4-IV0: registrations tell of a migration from `ZooKeeper`.
pub(crate) const MIGRATION_SINCE: i16 = 8;
/// 3.7-IV0: controllers register (KIP-919).
pub(crate) const CONTROLLERS_SINCE: i16 = 15;
/// 3.7-IV2: replicas have directories (KIP-858).
pub(crate) const DIRECTORIES_SINCE: i16 = 17;
/// 4.0-IV1: partitions have eligible leader replicas (KIP-966).
pub(crate) const ELR_SINCE: i16 = 23;
/// 4.3-IV0: log directories can be cordoned (KIP-1066).
pub(crate) const CORDONED_SINCE: i16 = 30;

/// The version at which Kafka writes a record in a cluster at `metadata_version`.
#[must_use]
pub fn record_version(record: &MetadataRecord<'_>, metadata_version: i16) -> i16 {
    match record {
        MetadataRecord::RegisterBroker(_) => match metadata_version {
            CORDONED_SINCE.. => 4,
            DIRECTORIES_SINCE.. => 3,
            MIGRATION_SINCE.. => 2,
            _ => 1,
        },
        // Kafka writes the lowest version that can say it.
        MetadataRecord::BrokerRegistrationChange(change) => {
            if change.cordoned_log_dirs.is_some() {
                3
            } else if !change.log_dirs.is_empty() {
                2
            } else {
                i16::from(change.in_controlled_shutdown != 0)
            }
        }
        MetadataRecord::Partition(_) | MetadataRecord::PartitionChange(_) => match metadata_version
        {
            ELR_SINCE.. => 2,
            DIRECTORIES_SINCE.. => 1,
            _ => 0,
        },
        _ => 0,
    }
}

/// The value of a record in a cluster at `metadata_version`, with its frame.
///
/// # Errors
/// When that version cannot carry what the record holds.
pub fn encode_record(
    record: &MetadataRecord<'_>,
    metadata_version: i16,
) -> Result<Vec<u8>, EncodeError> {
    record.to_bytes(record_version(record, metadata_version))
}

/// Reads the value of the record at `offset`.
///
/// # Errors
/// When it is of a type or version that this release does not know, which the error names, or
/// malformed.
pub fn decode_record(offset: Offset, bytes: &[u8]) -> Result<MetadataRecord<'_>, RecordError> {
    MetadataRecord::decode(bytes).map_err(|source| {
        let mut header = Reader::new(bytes);
        let mut number = || header.uvarint().unwrap_or_default();
        let (_frame, key, version) = (number(), number(), number());
        RecordError::new(offset, key, version, source)
    })
}
