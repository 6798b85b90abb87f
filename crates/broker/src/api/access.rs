//! What each API asks of the authorizer, in one place.
//!
//! Until access control is there everything is allowed; the questions are asked all the same, so
//! that the handlers need no change then.

use protocol::ApiKey;

use crate::session::Session;

/// What is done to a resource, in the words of Kafka's ACLs (KIP-11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Read,
    Write,
    Create,
    Delete,
    Alter,
    Describe,
    DescribeConfigs,
    AlterConfigs,
    IdempotentWrite,
}

/// What something is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResourceKind {
    Topic,
    Group,
    Cluster,
    TransactionalId,
}

/// The resource and operation that an API needs; `None` for what everybody may ask.
pub(crate) const fn required(key: ApiKey) -> Option<(ResourceKind, Operation)> {
    use Operation as O;
    use ResourceKind as R;
    match key {
        ApiKey::Produce => Some((R::Topic, O::Write)),
        ApiKey::Fetch => Some((R::Topic, O::Read)),
        ApiKey::ListOffsets
        | ApiKey::Metadata
        | ApiKey::OffsetForLeaderEpoch
        | ApiKey::DescribeTopicPartitions => Some((R::Topic, O::Describe)),
        ApiKey::DescribeProducers => Some((R::Topic, O::Read)),
        ApiKey::CreateTopics => Some((R::Cluster, O::Create)),
        ApiKey::DeleteTopics | ApiKey::DeleteRecords => Some((R::Topic, O::Delete)),
        ApiKey::CreatePartitions => Some((R::Topic, O::Alter)),
        ApiKey::DescribeConfigs => Some((R::Cluster, O::DescribeConfigs)),
        ApiKey::AlterConfigs | ApiKey::IncrementalAlterConfigs => {
            Some((R::Cluster, O::AlterConfigs))
        }
        ApiKey::ListConfigResources => Some((R::Cluster, O::DescribeConfigs)),
        ApiKey::DescribeCluster
        | ApiKey::DescribeLogDirs
        | ApiKey::DescribeQuorum
        | ApiKey::ListPartitionReassignments => Some((R::Cluster, O::Describe)),
        ApiKey::UpdateFeatures => Some((R::Cluster, O::Alter)),
        ApiKey::InitProducerId => Some((R::Cluster, O::IdempotentWrite)),
        ApiKey::JoinGroup
        | ApiKey::SyncGroup
        | ApiKey::Heartbeat
        | ApiKey::LeaveGroup
        | ApiKey::ConsumerGroupHeartbeat
        | ApiKey::ShareGroupHeartbeat
        | ApiKey::ShareFetch
        | ApiKey::ShareAcknowledge
        | ApiKey::AlterShareGroupOffsets
        | ApiKey::OffsetCommit => Some((R::Group, O::Read)),
        ApiKey::OffsetFetch
        | ApiKey::FindCoordinator
        | ApiKey::ListGroups
        | ApiKey::DescribeGroups
        | ApiKey::ConsumerGroupDescribe
        | ApiKey::ShareGroupDescribe
        | ApiKey::DescribeShareGroupOffsets => Some((R::Group, O::Describe)),
        ApiKey::InitializeShareGroupState
        | ApiKey::ReadShareGroupState
        | ApiKey::WriteShareGroupState
        | ApiKey::DeleteShareGroupState
        | ApiKey::ReadShareGroupStateSummary => Some((R::Cluster, O::Alter)),
        ApiKey::AddPartitionsToTxn
        | ApiKey::AddOffsetsToTxn
        | ApiKey::EndTxn
        | ApiKey::TxnOffsetCommit => Some((R::TransactionalId, O::Write)),
        ApiKey::DescribeTransactions | ApiKey::ListTransactions => {
            Some((R::TransactionalId, O::Describe))
        }
        ApiKey::WriteTxnMarkers => Some((R::Cluster, O::Alter)),
        ApiKey::OffsetDelete | ApiKey::DeleteGroups | ApiKey::DeleteShareGroupOffsets => {
            Some((R::Group, O::Delete))
        }
        _ => None,
    }
}

/// Whether the principal of `session` may do `operation`.
///
/// Kalda has no access control so far: everybody may do everything.
pub(crate) fn is_allowed(_session: &Session, _kind: ResourceKind, _operation: Operation) -> bool {
    true
}
