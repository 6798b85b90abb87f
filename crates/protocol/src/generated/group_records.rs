// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! The records of `__consumer_offsets`.

/// The type of a `LegacyOffsetCommitKey`.
pub const LEGACY_OFFSET_COMMIT_KEY: i16 = 0;
/// The type of a `OffsetCommitKey`.
pub const OFFSET_COMMIT_KEY: i16 = 1;
/// The type of a `GroupMetadataKey`.
pub const GROUP_METADATA_KEY: i16 = 2;
/// The type of a `ConsumerGroupMetadataKey`.
pub const CONSUMER_GROUP_METADATA_KEY: i16 = 3;
/// The type of a `ConsumerGroupPartitionMetadataKey`.
pub const CONSUMER_GROUP_PARTITION_METADATA_KEY: i16 = 4;
/// The type of a `ConsumerGroupMemberMetadataKey`.
pub const CONSUMER_GROUP_MEMBER_METADATA_KEY: i16 = 5;
/// The type of a `ConsumerGroupTargetAssignmentMetadataKey`.
pub const CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA_KEY: i16 = 6;
/// The type of a `ConsumerGroupTargetAssignmentMemberKey`.
pub const CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY: i16 = 7;
/// The type of a `ConsumerGroupCurrentMemberAssignmentKey`.
pub const CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY: i16 = 8;
/// The type of a `ShareGroupMemberMetadataKey`.
pub const SHARE_GROUP_MEMBER_METADATA_KEY: i16 = 10;
/// The type of a `ShareGroupMetadataKey`.
pub const SHARE_GROUP_METADATA_KEY: i16 = 11;
/// The type of a `ShareGroupTargetAssignmentMetadataKey`.
pub const SHARE_GROUP_TARGET_ASSIGNMENT_METADATA_KEY: i16 = 12;
/// The type of a `ShareGroupTargetAssignmentMemberKey`.
pub const SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY: i16 = 13;
/// The type of a `ShareGroupCurrentMemberAssignmentKey`.
pub const SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY: i16 = 14;
/// The type of a `ShareGroupStatePartitionMetadataKey`.
pub const SHARE_GROUP_STATE_PARTITION_METADATA_KEY: i16 = 15;
/// The type of a `ConsumerGroupRegularExpressionKey`.
pub const CONSUMER_GROUP_REGULAR_EXPRESSION_KEY: i16 = 16;
/// The type of a `StreamsGroupMetadataKey`.
pub const STREAMS_GROUP_METADATA_KEY: i16 = 17;
/// The type of a `StreamsGroupMemberMetadataKey`.
pub const STREAMS_GROUP_MEMBER_METADATA_KEY: i16 = 19;
/// The type of a `StreamsGroupTargetAssignmentMetadataKey`.
pub const STREAMS_GROUP_TARGET_ASSIGNMENT_METADATA_KEY: i16 = 20;
/// The type of a `StreamsGroupTargetAssignmentMemberKey`.
pub const STREAMS_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY: i16 = 21;
/// The type of a `StreamsGroupCurrentMemberAssignmentKey`.
pub const STREAMS_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY: i16 = 22;
/// The type of a `StreamsGroupTopologyKey`.
pub const STREAMS_GROUP_TOPOLOGY_KEY: i16 = 23;

crate::macros::message_enum! {
    /// The key of a record of `__consumer_offsets`.
    GroupRecordKey<'a>, GroupRecordKey<'a>, GroupRecordKey<'static>, by i16 {
    LEGACY_OFFSET_COMMIT_KEY => LegacyOffsetCommit(crate::legacy_offset_commit_key::LegacyOffsetCommitKey<'a>),
    OFFSET_COMMIT_KEY => OffsetCommit(crate::offset_commit_key::OffsetCommitKey<'a>),
    GROUP_METADATA_KEY => GroupMetadata(crate::group_metadata_key::GroupMetadataKey<'a>),
    CONSUMER_GROUP_METADATA_KEY => ConsumerGroupMetadata(crate::consumer_group_metadata_key::ConsumerGroupMetadataKey<'a>),
    CONSUMER_GROUP_PARTITION_METADATA_KEY => ConsumerGroupPartitionMetadata(crate::consumer_group_partition_metadata_key::ConsumerGroupPartitionMetadataKey<'a>),
    CONSUMER_GROUP_MEMBER_METADATA_KEY => ConsumerGroupMemberMetadata(crate::consumer_group_member_metadata_key::ConsumerGroupMemberMetadataKey<'a>),
    CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA_KEY => ConsumerGroupTargetAssignmentMetadata(crate::consumer_group_target_assignment_metadata_key::ConsumerGroupTargetAssignmentMetadataKey<'a>),
    CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY => ConsumerGroupTargetAssignmentMember(crate::consumer_group_target_assignment_member_key::ConsumerGroupTargetAssignmentMemberKey<'a>),
    CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY => ConsumerGroupCurrentMemberAssignment(crate::consumer_group_current_member_assignment_key::ConsumerGroupCurrentMemberAssignmentKey<'a>),
    SHARE_GROUP_MEMBER_METADATA_KEY => ShareGroupMemberMetadata(crate::share_group_member_metadata_key::ShareGroupMemberMetadataKey<'a>),
    SHARE_GROUP_METADATA_KEY => ShareGroupMetadata(crate::share_group_metadata_key::ShareGroupMetadataKey<'a>),
    SHARE_GROUP_TARGET_ASSIGNMENT_METADATA_KEY => ShareGroupTargetAssignmentMetadata(crate::share_group_target_assignment_metadata_key::ShareGroupTargetAssignmentMetadataKey<'a>),
    SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY => ShareGroupTargetAssignmentMember(crate::share_group_target_assignment_member_key::ShareGroupTargetAssignmentMemberKey<'a>),
    SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY => ShareGroupCurrentMemberAssignment(crate::share_group_current_member_assignment_key::ShareGroupCurrentMemberAssignmentKey<'a>),
    SHARE_GROUP_STATE_PARTITION_METADATA_KEY => ShareGroupStatePartitionMetadata(crate::share_group_state_partition_metadata_key::ShareGroupStatePartitionMetadataKey<'a>),
    CONSUMER_GROUP_REGULAR_EXPRESSION_KEY => ConsumerGroupRegularExpression(crate::consumer_group_regular_expression_key::ConsumerGroupRegularExpressionKey<'a>),
    STREAMS_GROUP_METADATA_KEY => StreamsGroupMetadata(crate::streams_group_metadata_key::StreamsGroupMetadataKey<'a>),
    STREAMS_GROUP_MEMBER_METADATA_KEY => StreamsGroupMemberMetadata(crate::streams_group_member_metadata_key::StreamsGroupMemberMetadataKey<'a>),
    STREAMS_GROUP_TARGET_ASSIGNMENT_METADATA_KEY => StreamsGroupTargetAssignmentMetadata(crate::streams_group_target_assignment_metadata_key::StreamsGroupTargetAssignmentMetadataKey<'a>),
    STREAMS_GROUP_TARGET_ASSIGNMENT_MEMBER_KEY => StreamsGroupTargetAssignmentMember(crate::streams_group_target_assignment_member_key::StreamsGroupTargetAssignmentMemberKey<'a>),
    STREAMS_GROUP_CURRENT_MEMBER_ASSIGNMENT_KEY => StreamsGroupCurrentMemberAssignment(crate::streams_group_current_member_assignment_key::StreamsGroupCurrentMemberAssignmentKey<'a>),
    STREAMS_GROUP_TOPOLOGY_KEY => StreamsGroupTopology(crate::streams_group_topology_key::StreamsGroupTopologyKey<'a>),
    }
}

/// The type of a `LegacyOffsetCommitValue`.
pub const LEGACY_OFFSET_COMMIT_VALUE: i16 = 0;
/// The type of a `OffsetCommitValue`.
pub const OFFSET_COMMIT_VALUE: i16 = 1;
/// The type of a `GroupMetadataValue`.
pub const GROUP_METADATA_VALUE: i16 = 2;
/// The type of a `ConsumerGroupMetadataValue`.
pub const CONSUMER_GROUP_METADATA_VALUE: i16 = 3;
/// The type of a `ConsumerGroupPartitionMetadataValue`.
pub const CONSUMER_GROUP_PARTITION_METADATA_VALUE: i16 = 4;
/// The type of a `ConsumerGroupMemberMetadataValue`.
pub const CONSUMER_GROUP_MEMBER_METADATA_VALUE: i16 = 5;
/// The type of a `ConsumerGroupTargetAssignmentMetadataValue`.
pub const CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA_VALUE: i16 = 6;
/// The type of a `ConsumerGroupTargetAssignmentMemberValue`.
pub const CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER_VALUE: i16 = 7;
/// The type of a `ConsumerGroupCurrentMemberAssignmentValue`.
pub const CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT_VALUE: i16 = 8;
/// The type of a `ShareGroupMemberMetadataValue`.
pub const SHARE_GROUP_MEMBER_METADATA_VALUE: i16 = 10;
/// The type of a `ShareGroupMetadataValue`.
pub const SHARE_GROUP_METADATA_VALUE: i16 = 11;
/// The type of a `ShareGroupTargetAssignmentMetadataValue`.
pub const SHARE_GROUP_TARGET_ASSIGNMENT_METADATA_VALUE: i16 = 12;
/// The type of a `ShareGroupTargetAssignmentMemberValue`.
pub const SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER_VALUE: i16 = 13;
/// The type of a `ShareGroupCurrentMemberAssignmentValue`.
pub const SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT_VALUE: i16 = 14;
/// The type of a `ShareGroupStatePartitionMetadataValue`.
pub const SHARE_GROUP_STATE_PARTITION_METADATA_VALUE: i16 = 15;
/// The type of a `ConsumerGroupRegularExpressionValue`.
pub const CONSUMER_GROUP_REGULAR_EXPRESSION_VALUE: i16 = 16;
/// The type of a `StreamsGroupMetadataValue`.
pub const STREAMS_GROUP_METADATA_VALUE: i16 = 17;
/// The type of a `StreamsGroupMemberMetadataValue`.
pub const STREAMS_GROUP_MEMBER_METADATA_VALUE: i16 = 19;
/// The type of a `StreamsGroupTargetAssignmentMetadataValue`.
pub const STREAMS_GROUP_TARGET_ASSIGNMENT_METADATA_VALUE: i16 = 20;
/// The type of a `StreamsGroupTargetAssignmentMemberValue`.
pub const STREAMS_GROUP_TARGET_ASSIGNMENT_MEMBER_VALUE: i16 = 21;
/// The type of a `StreamsGroupCurrentMemberAssignmentValue`.
pub const STREAMS_GROUP_CURRENT_MEMBER_ASSIGNMENT_VALUE: i16 = 22;
/// The type of a `StreamsGroupTopologyValue`.
pub const STREAMS_GROUP_TOPOLOGY_VALUE: i16 = 23;

crate::macros::message_enum! {
    /// The value of a record of `__consumer_offsets`.
    GroupRecordValue<'a>, GroupRecordValue<'a>, GroupRecordValue<'static>, by i16 {
    LEGACY_OFFSET_COMMIT_VALUE => LegacyOffsetCommit(crate::legacy_offset_commit_value::LegacyOffsetCommitValue<'a>),
    OFFSET_COMMIT_VALUE => OffsetCommit(crate::offset_commit_value::OffsetCommitValue<'a>),
    GROUP_METADATA_VALUE => GroupMetadata(crate::group_metadata_value::GroupMetadataValue<'a>),
    CONSUMER_GROUP_METADATA_VALUE => ConsumerGroupMetadata(crate::consumer_group_metadata_value::ConsumerGroupMetadataValue),
    CONSUMER_GROUP_PARTITION_METADATA_VALUE => ConsumerGroupPartitionMetadata(crate::consumer_group_partition_metadata_value::ConsumerGroupPartitionMetadataValue<'a>),
    CONSUMER_GROUP_MEMBER_METADATA_VALUE => ConsumerGroupMemberMetadata(crate::consumer_group_member_metadata_value::ConsumerGroupMemberMetadataValue<'a>),
    CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA_VALUE => ConsumerGroupTargetAssignmentMetadata(crate::consumer_group_target_assignment_metadata_value::ConsumerGroupTargetAssignmentMetadataValue),
    CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER_VALUE => ConsumerGroupTargetAssignmentMember(crate::consumer_group_target_assignment_member_value::ConsumerGroupTargetAssignmentMemberValue),
    CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT_VALUE => ConsumerGroupCurrentMemberAssignment(crate::consumer_group_current_member_assignment_value::ConsumerGroupCurrentMemberAssignmentValue),
    SHARE_GROUP_MEMBER_METADATA_VALUE => ShareGroupMemberMetadata(crate::share_group_member_metadata_value::ShareGroupMemberMetadataValue<'a>),
    SHARE_GROUP_METADATA_VALUE => ShareGroupMetadata(crate::share_group_metadata_value::ShareGroupMetadataValue),
    SHARE_GROUP_TARGET_ASSIGNMENT_METADATA_VALUE => ShareGroupTargetAssignmentMetadata(crate::share_group_target_assignment_metadata_value::ShareGroupTargetAssignmentMetadataValue),
    SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER_VALUE => ShareGroupTargetAssignmentMember(crate::share_group_target_assignment_member_value::ShareGroupTargetAssignmentMemberValue),
    SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT_VALUE => ShareGroupCurrentMemberAssignment(crate::share_group_current_member_assignment_value::ShareGroupCurrentMemberAssignmentValue),
    SHARE_GROUP_STATE_PARTITION_METADATA_VALUE => ShareGroupStatePartitionMetadata(crate::share_group_state_partition_metadata_value::ShareGroupStatePartitionMetadataValue<'a>),
    CONSUMER_GROUP_REGULAR_EXPRESSION_VALUE => ConsumerGroupRegularExpression(crate::consumer_group_regular_expression_value::ConsumerGroupRegularExpressionValue<'a>),
    STREAMS_GROUP_METADATA_VALUE => StreamsGroupMetadata(crate::streams_group_metadata_value::StreamsGroupMetadataValue<'a>),
    STREAMS_GROUP_MEMBER_METADATA_VALUE => StreamsGroupMemberMetadata(crate::streams_group_member_metadata_value::StreamsGroupMemberMetadataValue<'a>),
    STREAMS_GROUP_TARGET_ASSIGNMENT_METADATA_VALUE => StreamsGroupTargetAssignmentMetadata(crate::streams_group_target_assignment_metadata_value::StreamsGroupTargetAssignmentMetadataValue),
    STREAMS_GROUP_TARGET_ASSIGNMENT_MEMBER_VALUE => StreamsGroupTargetAssignmentMember(crate::streams_group_target_assignment_member_value::StreamsGroupTargetAssignmentMemberValue<'a>),
    STREAMS_GROUP_CURRENT_MEMBER_ASSIGNMENT_VALUE => StreamsGroupCurrentMemberAssignment(crate::streams_group_current_member_assignment_value::StreamsGroupCurrentMemberAssignmentValue<'a>),
    STREAMS_GROUP_TOPOLOGY_VALUE => StreamsGroupTopology(crate::streams_group_topology_value::StreamsGroupTopologyValue<'a>),
    }
}
