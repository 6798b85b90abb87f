//! What each API asks of the authorizer, in one place.
//!
//! Until access control is there everything is allowed; the questions are asked all the same, so
//! that the handlers need no change then.

use protocol::ApiKey;

use super::{SERVED, SERVED_BY_CONTROLLER};
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
    ClusterAction,
}

/// What something is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResourceKind {
    Topic,
    Group,
    Cluster,
    TransactionalId,
}

impl ResourceKind {
    /// What can be done to such a resource, as the bits of the operations' numbers in ACLs (KIP-430): what a client that
    /// asks is told it may do, since everybody may do everything.
    pub(crate) const fn authorized_operations(self) -> i32 {
        match self {
            Self::Topic => 0b0_1101_1111_1000,
            Self::Group => 0b0_1101_0100_1000,
            Self::Cluster => 0b1_1111_1010_0000,
            Self::TransactionalId => 0b1000_0001_0001_0000,
        }
    }
}

/// The resource and operation that an API needs; `None` for what everybody may ask.
pub(crate) const fn required(key: ApiKey) -> Option<(ResourceKind, Operation)> {
    match asked_of(key) {
        Asked::Nothing | Asked::NotServed => None,
        Asked::For(kind, operation) => Some((kind, operation)),
    }
}

enum Asked {
    Nothing,
    For(ResourceKind, Operation),
    NotServed,
}

/// What is served without a word here does not compile.
const _: () = {
    let mut at = 0;
    while at < SERVED.len() {
        assert!(!matches!(asked_of(SERVED[at]), Asked::NotServed));
        at += 1;
    }
    at = 0;
    while at < SERVED_BY_CONTROLLER.len() {
        assert!(!matches!(
            asked_of(SERVED_BY_CONTROLLER[at]),
            Asked::NotServed
        ));
        at += 1;
    }
};

const fn asked_of(key: ApiKey) -> Asked {
    use Operation as O;
    use ResourceKind as R;
    let (kind, operation) = match key {
        ApiKey::ApiVersions => return Asked::Nothing,
        ApiKey::Produce => (R::Topic, O::Write),
        ApiKey::Fetch => (R::Topic, O::Read),
        ApiKey::ListOffsets
        | ApiKey::Metadata
        | ApiKey::OffsetForLeaderEpoch
        | ApiKey::DescribeTopicPartitions => (R::Topic, O::Describe),
        ApiKey::DescribeProducers => (R::Topic, O::Read),
        ApiKey::CreateTopics => (R::Cluster, O::Create),
        ApiKey::DeleteTopics | ApiKey::DeleteRecords => (R::Topic, O::Delete),
        ApiKey::CreatePartitions => (R::Topic, O::Alter),
        ApiKey::DescribeConfigs => (R::Cluster, O::DescribeConfigs),
        ApiKey::AlterConfigs | ApiKey::IncrementalAlterConfigs => (R::Cluster, O::AlterConfigs),
        ApiKey::ListConfigResources => (R::Cluster, O::DescribeConfigs),
        ApiKey::DescribeCluster
        | ApiKey::DescribeLogDirs
        | ApiKey::DescribeQuorum
        | ApiKey::ListPartitionReassignments => (R::Cluster, O::Describe),
        ApiKey::UpdateFeatures
        | ApiKey::ElectLeaders
        | ApiKey::AlterPartitionReassignments
        | ApiKey::UnregisterBroker => (R::Cluster, O::Alter),
        ApiKey::InitProducerId => (R::Cluster, O::IdempotentWrite),
        ApiKey::JoinGroup
        | ApiKey::SyncGroup
        | ApiKey::Heartbeat
        | ApiKey::LeaveGroup
        | ApiKey::ConsumerGroupHeartbeat
        | ApiKey::ShareGroupHeartbeat
        | ApiKey::ShareFetch
        | ApiKey::ShareAcknowledge
        | ApiKey::AlterShareGroupOffsets
        | ApiKey::StreamsGroupHeartbeat
        | ApiKey::StreamsGroupTopologyDescriptionUpdate
        | ApiKey::OffsetCommit => (R::Group, O::Read),
        ApiKey::OffsetFetch
        | ApiKey::FindCoordinator
        | ApiKey::ListGroups
        | ApiKey::DescribeGroups
        | ApiKey::ConsumerGroupDescribe
        | ApiKey::ShareGroupDescribe
        | ApiKey::StreamsGroupDescribe
        | ApiKey::DescribeShareGroupOffsets => (R::Group, O::Describe),
        ApiKey::InitializeShareGroupState
        | ApiKey::ReadShareGroupState
        | ApiKey::WriteShareGroupState
        | ApiKey::DeleteShareGroupState
        | ApiKey::ReadShareGroupStateSummary => (R::Cluster, O::Alter),
        ApiKey::AddPartitionsToTxn
        | ApiKey::AddOffsetsToTxn
        | ApiKey::EndTxn
        | ApiKey::TxnOffsetCommit => (R::TransactionalId, O::Write),
        ApiKey::DescribeTransactions | ApiKey::ListTransactions => {
            (R::TransactionalId, O::Describe)
        }
        ApiKey::WriteTxnMarkers => (R::Cluster, O::Alter),
        ApiKey::OffsetDelete | ApiKey::DeleteGroups | ApiKey::DeleteShareGroupOffsets => {
            (R::Group, O::Delete)
        }
        _ => return asked_of_controller(key),
    };
    Asked::For(kind, operation)
}

/// What is asked for an API that only controllers answer.
const fn asked_of_controller(key: ApiKey) -> Asked {
    use Operation as O;
    use ResourceKind as R;
    let (kind, operation) = match key {
        ApiKey::AlterPartition
        | ApiKey::Envelope
        | ApiKey::FetchSnapshot
        | ApiKey::BrokerRegistration
        | ApiKey::BrokerHeartbeat
        | ApiKey::AllocateProducerIds
        | ApiKey::ControllerRegistration
        | ApiKey::AssignReplicasToDirs
        | ApiKey::Vote
        | ApiKey::BeginQuorumEpoch
        | ApiKey::EndQuorumEpoch => (R::Cluster, O::ClusterAction),
        ApiKey::UnregisterController => (R::Cluster, O::Alter),
        _ => return Asked::NotServed,
    };
    Asked::For(kind, operation)
}

/// Whether the principal of `session` may do `operation`.
///
/// Kalda has no access control so far: everybody may do everything.
pub(crate) fn is_allowed(_session: &Session, _kind: ResourceKind, _operation: Operation) -> bool {
    true
}
