// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! A record of `__remote_log_metadata`.

/// The type of a `RemoteLogSegmentMetadataRecord`.
pub const REMOTE_LOG_SEGMENT_METADATA_RECORD: i16 = 0;
/// The type of a `RemoteLogSegmentMetadataUpdateRecord`.
pub const REMOTE_LOG_SEGMENT_METADATA_UPDATE_RECORD: i16 = 1;
/// The type of a `RemotePartitionDeleteMetadataRecord`.
pub const REMOTE_PARTITION_DELETE_METADATA_RECORD: i16 = 2;
/// The type of a `RemoteLogSegmentMetadataSnapshotRecord`.
pub const REMOTE_LOG_SEGMENT_METADATA_SNAPSHOT_RECORD: i16 = 3;

crate::macros::message_enum! {
    /// A record of `__remote_log_metadata`.
    RemoteLogRecord<'a>, RemoteLogRecord<'a>, RemoteLogRecord<'static>, by i16 {
    REMOTE_LOG_SEGMENT_METADATA_RECORD => RemoteLogSegmentMetadata(crate::remote_log_segment_metadata_record::RemoteLogSegmentMetadataRecord<'a>),
    REMOTE_LOG_SEGMENT_METADATA_UPDATE_RECORD => RemoteLogSegmentMetadataUpdate(crate::remote_log_segment_metadata_update_record::RemoteLogSegmentMetadataUpdateRecord<'a>),
    REMOTE_PARTITION_DELETE_METADATA_RECORD => RemotePartitionDeleteMetadata(crate::remote_partition_delete_metadata_record::RemotePartitionDeleteMetadataRecord<'a>),
    REMOTE_LOG_SEGMENT_METADATA_SNAPSHOT_RECORD => RemoteLogSegmentMetadataSnapshot(crate::remote_log_segment_metadata_snapshot_record::RemoteLogSegmentMetadataSnapshotRecord<'a>),
    }
}
