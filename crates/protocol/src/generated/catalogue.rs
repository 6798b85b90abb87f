// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

use crate::message::{CatalogueEntry, Message, recode};

/// Every message by name.
pub const CATALOGUE: [CatalogueEntry; 280] = [
    CatalogueEntry {
        name: "AbortTransactionRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::abort_transaction_record::AbortTransactionRecord<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::abort_transaction_record::AbortTransactionRecord<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AbortedTxn",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::aborted_txn::AbortedTxn as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| recode::<crate::aborted_txn::AbortedTxn>(bytes, from, to),
    },
    CatalogueEntry {
        name: "AccessControlEntryRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::access_control_entry_record::AccessControlEntryRecord<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::access_control_entry_record::AccessControlEntryRecord<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AddOffsetsToTxnRequest",
        min_version: 0,
        max_version: 4,
        decode: |bytes, version| {
            <crate::add_offsets_to_txn_request::AddOffsetsToTxnRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::add_offsets_to_txn_request::AddOffsetsToTxnRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AddOffsetsToTxnResponse",
        min_version: 0,
        max_version: 4,
        decode: |bytes, version| {
            <crate::add_offsets_to_txn_response::AddOffsetsToTxnResponse as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::add_offsets_to_txn_response::AddOffsetsToTxnResponse>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AddPartitionsToTxnRequest",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::add_partitions_to_txn_request::AddPartitionsToTxnRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::add_partitions_to_txn_request::AddPartitionsToTxnRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AddPartitionsToTxnResponse",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::add_partitions_to_txn_response::AddPartitionsToTxnResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::add_partitions_to_txn_response::AddPartitionsToTxnResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AddRaftVoterRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::add_raft_voter_request::AddRaftVoterRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::add_raft_voter_request::AddRaftVoterRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AddRaftVoterResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::add_raft_voter_response::AddRaftVoterResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::add_raft_voter_response::AddRaftVoterResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AllocateProducerIdsRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::allocate_producer_ids_request::AllocateProducerIdsRequest as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::allocate_producer_ids_request::AllocateProducerIdsRequest>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AllocateProducerIdsResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::allocate_producer_ids_response::AllocateProducerIdsResponse as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::allocate_producer_ids_response::AllocateProducerIdsResponse>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AlterClientQuotasRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::alter_client_quotas_request::AlterClientQuotasRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::alter_client_quotas_request::AlterClientQuotasRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AlterClientQuotasResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::alter_client_quotas_response::AlterClientQuotasResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::alter_client_quotas_response::AlterClientQuotasResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AlterConfigsRequest",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::alter_configs_request::AlterConfigsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::alter_configs_request::AlterConfigsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AlterConfigsResponse",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::alter_configs_response::AlterConfigsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::alter_configs_response::AlterConfigsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AlterPartitionReassignmentsRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::alter_partition_reassignments_request::AlterPartitionReassignmentsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::alter_partition_reassignments_request::AlterPartitionReassignmentsRequest<
                    '_,
                >,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AlterPartitionReassignmentsResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::alter_partition_reassignments_response::AlterPartitionReassignmentsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::alter_partition_reassignments_response::AlterPartitionReassignmentsResponse<
                    '_,
                >,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AlterPartitionRequest",
        min_version: 2,
        max_version: 3,
        decode: |bytes, version| {
            <crate::alter_partition_request::AlterPartitionRequest as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::alter_partition_request::AlterPartitionRequest>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AlterPartitionResponse",
        min_version: 2,
        max_version: 3,
        decode: |bytes, version| {
            <crate::alter_partition_response::AlterPartitionResponse as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::alter_partition_response::AlterPartitionResponse>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AlterReplicaLogDirsRequest",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::alter_replica_log_dirs_request::AlterReplicaLogDirsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::alter_replica_log_dirs_request::AlterReplicaLogDirsRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AlterReplicaLogDirsResponse",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::alter_replica_log_dirs_response::AlterReplicaLogDirsResponse<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::alter_replica_log_dirs_response::AlterReplicaLogDirsResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AlterShareGroupOffsetsRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::alter_share_group_offsets_request::AlterShareGroupOffsetsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::alter_share_group_offsets_request::AlterShareGroupOffsetsRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AlterShareGroupOffsetsResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::alter_share_group_offsets_response::AlterShareGroupOffsetsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::alter_share_group_offsets_response::AlterShareGroupOffsetsResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AlterUserScramCredentialsRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::alter_user_scram_credentials_request::AlterUserScramCredentialsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::alter_user_scram_credentials_request::AlterUserScramCredentialsRequest<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AlterUserScramCredentialsResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::alter_user_scram_credentials_response::AlterUserScramCredentialsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::alter_user_scram_credentials_response::AlterUserScramCredentialsResponse<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ApiVersionsRequest",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::api_versions_request::ApiVersionsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::api_versions_request::ApiVersionsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ApiVersionsResponse",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::api_versions_response::ApiVersionsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::api_versions_response::ApiVersionsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "AssignReplicasToDirsRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::assign_replicas_to_dirs_request::AssignReplicasToDirsRequest as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::assign_replicas_to_dirs_request::AssignReplicasToDirsRequest>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "AssignReplicasToDirsResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::assign_replicas_to_dirs_response::AssignReplicasToDirsResponse as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::assign_replicas_to_dirs_response::AssignReplicasToDirsResponse>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "BeginQuorumEpochRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::begin_quorum_epoch_request::BeginQuorumEpochRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::begin_quorum_epoch_request::BeginQuorumEpochRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "BeginQuorumEpochResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::begin_quorum_epoch_response::BeginQuorumEpochResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::begin_quorum_epoch_response::BeginQuorumEpochResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "BeginTransactionRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::begin_transaction_record::BeginTransactionRecord<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::begin_transaction_record::BeginTransactionRecord<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "BrokerHeartbeatRequest",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::broker_heartbeat_request::BrokerHeartbeatRequest as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::broker_heartbeat_request::BrokerHeartbeatRequest>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "BrokerHeartbeatResponse",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::broker_heartbeat_response::BrokerHeartbeatResponse as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::broker_heartbeat_response::BrokerHeartbeatResponse>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "BrokerRegistrationChangeRecord",
        min_version: 0,
        max_version: 3,
        decode: |bytes, version| {
            <crate::broker_registration_change_record::BrokerRegistrationChangeRecord as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::broker_registration_change_record::BrokerRegistrationChangeRecord>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "BrokerRegistrationRequest",
        min_version: 0,
        max_version: 4,
        decode: |bytes, version| {
            <crate::broker_registration_request::BrokerRegistrationRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::broker_registration_request::BrokerRegistrationRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "BrokerRegistrationResponse",
        min_version: 0,
        max_version: 4,
        decode: |bytes, version| {
            <crate::broker_registration_response::BrokerRegistrationResponse as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::broker_registration_response::BrokerRegistrationResponse>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ClearElrRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::clear_elr_record::ClearElrRecord<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::clear_elr_record::ClearElrRecord<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ClientQuotaRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::client_quota_record::ClientQuotaRecord<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::client_quota_record::ClientQuotaRecord<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConfigRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::config_record::ConfigRecord<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| recode::<crate::config_record::ConfigRecord<'_>>(bytes, from, to),
    },
    CatalogueEntry {
        name: "ConsumerGroupCurrentMemberAssignmentKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_current_member_assignment_key::ConsumerGroupCurrentMemberAssignmentKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_current_member_assignment_key::ConsumerGroupCurrentMemberAssignmentKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupCurrentMemberAssignmentValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_current_member_assignment_value::ConsumerGroupCurrentMemberAssignmentValue as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_current_member_assignment_value::ConsumerGroupCurrentMemberAssignmentValue>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupDescribeRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::consumer_group_describe_request::ConsumerGroupDescribeRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_describe_request::ConsumerGroupDescribeRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupDescribeResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::consumer_group_describe_response::ConsumerGroupDescribeResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_describe_response::ConsumerGroupDescribeResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupHeartbeatRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::consumer_group_heartbeat_request::ConsumerGroupHeartbeatRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_heartbeat_request::ConsumerGroupHeartbeatRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupHeartbeatResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupMemberMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_member_metadata_key::ConsumerGroupMemberMetadataKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_member_metadata_key::ConsumerGroupMemberMetadataKey<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupMemberMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_member_metadata_value::ConsumerGroupMemberMetadataValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::consumer_group_member_metadata_value::ConsumerGroupMemberMetadataValue<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_metadata_key::ConsumerGroupMetadataKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_metadata_key::ConsumerGroupMetadataKey<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_metadata_value::ConsumerGroupMetadataValue as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_metadata_value::ConsumerGroupMetadataValue>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupPartitionMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_partition_metadata_key::ConsumerGroupPartitionMetadataKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::consumer_group_partition_metadata_key::ConsumerGroupPartitionMetadataKey<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupPartitionMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_partition_metadata_value::ConsumerGroupPartitionMetadataValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::consumer_group_partition_metadata_value::ConsumerGroupPartitionMetadataValue<
                    '_,
                >,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupRegularExpressionKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_regular_expression_key::ConsumerGroupRegularExpressionKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::consumer_group_regular_expression_key::ConsumerGroupRegularExpressionKey<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupRegularExpressionValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_regular_expression_value::ConsumerGroupRegularExpressionValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::consumer_group_regular_expression_value::ConsumerGroupRegularExpressionValue<
                    '_,
                >,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupTargetAssignmentMemberKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_target_assignment_member_key::ConsumerGroupTargetAssignmentMemberKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_target_assignment_member_key::ConsumerGroupTargetAssignmentMemberKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupTargetAssignmentMemberValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_target_assignment_member_value::ConsumerGroupTargetAssignmentMemberValue as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_target_assignment_member_value::ConsumerGroupTargetAssignmentMemberValue>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupTargetAssignmentMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_target_assignment_metadata_key::ConsumerGroupTargetAssignmentMetadataKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_target_assignment_metadata_key::ConsumerGroupTargetAssignmentMetadataKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupTargetAssignmentMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::consumer_group_target_assignment_metadata_value::ConsumerGroupTargetAssignmentMetadataValue as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_group_target_assignment_metadata_value::ConsumerGroupTargetAssignmentMetadataValue>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ConsumerProtocolAssignment",
        min_version: 0,
        max_version: 3,
        decode: |bytes, version| {
            <crate::consumer_protocol_assignment::ConsumerProtocolAssignment<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_protocol_assignment::ConsumerProtocolAssignment<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerProtocolSubscription",
        min_version: 0,
        max_version: 3,
        decode: |bytes, version| {
            <crate::consumer_protocol_subscription::ConsumerProtocolSubscription<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::consumer_protocol_subscription::ConsumerProtocolSubscription<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ControlRecordTypeSchema",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::control_record_type_schema::ControlRecordTypeSchema as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::control_record_type_schema::ControlRecordTypeSchema>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ControllerRegistrationRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::controller_registration_request::ControllerRegistrationRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::controller_registration_request::ControllerRegistrationRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ControllerRegistrationResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::controller_registration_response::ControllerRegistrationResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::controller_registration_response::ControllerRegistrationResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "CreateAclsRequest",
        min_version: 1,
        max_version: 3,
        decode: |bytes, version| {
            <crate::create_acls_request::CreateAclsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::create_acls_request::CreateAclsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "CreateAclsResponse",
        min_version: 1,
        max_version: 3,
        decode: |bytes, version| {
            <crate::create_acls_response::CreateAclsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::create_acls_response::CreateAclsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "CreateDelegationTokenRequest",
        min_version: 1,
        max_version: 3,
        decode: |bytes, version| {
            <crate::create_delegation_token_request::CreateDelegationTokenRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::create_delegation_token_request::CreateDelegationTokenRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "CreateDelegationTokenResponse",
        min_version: 1,
        max_version: 3,
        decode: |bytes, version| {
            <crate::create_delegation_token_response::CreateDelegationTokenResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::create_delegation_token_response::CreateDelegationTokenResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "CreatePartitionsRequest",
        min_version: 0,
        max_version: 3,
        decode: |bytes, version| {
            <crate::create_partitions_request::CreatePartitionsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::create_partitions_request::CreatePartitionsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "CreatePartitionsResponse",
        min_version: 0,
        max_version: 3,
        decode: |bytes, version| {
            <crate::create_partitions_response::CreatePartitionsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::create_partitions_response::CreatePartitionsResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "CreateTopicsRequest",
        min_version: 2,
        max_version: 7,
        decode: |bytes, version| {
            <crate::create_topics_request::CreateTopicsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::create_topics_request::CreateTopicsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "CreateTopicsResponse",
        min_version: 2,
        max_version: 7,
        decode: |bytes, version| {
            <crate::create_topics_response::CreateTopicsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::create_topics_response::CreateTopicsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DefaultPrincipalData",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::default_principal_data::DefaultPrincipalData<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::default_principal_data::DefaultPrincipalData<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DelegationTokenRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::delegation_token_record::DelegationTokenRecord<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delegation_token_record::DelegationTokenRecord<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DeleteAclsRequest",
        min_version: 1,
        max_version: 3,
        decode: |bytes, version| {
            <crate::delete_acls_request::DeleteAclsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_acls_request::DeleteAclsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DeleteAclsResponse",
        min_version: 1,
        max_version: 3,
        decode: |bytes, version| {
            <crate::delete_acls_response::DeleteAclsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_acls_response::DeleteAclsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DeleteGroupsRequest",
        min_version: 0,
        max_version: 3,
        decode: |bytes, version| {
            <crate::delete_groups_request::DeleteGroupsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_groups_request::DeleteGroupsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DeleteGroupsResponse",
        min_version: 0,
        max_version: 3,
        decode: |bytes, version| {
            <crate::delete_groups_response::DeleteGroupsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_groups_response::DeleteGroupsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DeleteRecordsRequest",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::delete_records_request::DeleteRecordsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_records_request::DeleteRecordsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DeleteRecordsResponse",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::delete_records_response::DeleteRecordsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_records_response::DeleteRecordsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DeleteShareGroupOffsetsRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::delete_share_group_offsets_request::DeleteShareGroupOffsetsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_share_group_offsets_request::DeleteShareGroupOffsetsRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DeleteShareGroupOffsetsResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::delete_share_group_offsets_response::DeleteShareGroupOffsetsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_share_group_offsets_response::DeleteShareGroupOffsetsResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DeleteShareGroupStateRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::delete_share_group_state_request::DeleteShareGroupStateRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_share_group_state_request::DeleteShareGroupStateRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DeleteShareGroupStateResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::delete_share_group_state_response::DeleteShareGroupStateResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_share_group_state_response::DeleteShareGroupStateResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DeleteTopicsRequest",
        min_version: 1,
        max_version: 6,
        decode: |bytes, version| {
            <crate::delete_topics_request::DeleteTopicsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_topics_request::DeleteTopicsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DeleteTopicsResponse",
        min_version: 1,
        max_version: 6,
        decode: |bytes, version| {
            <crate::delete_topics_response::DeleteTopicsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::delete_topics_response::DeleteTopicsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeAclsRequest",
        min_version: 1,
        max_version: 3,
        decode: |bytes, version| {
            <crate::describe_acls_request::DescribeAclsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_acls_request::DescribeAclsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeAclsResponse",
        min_version: 1,
        max_version: 3,
        decode: |bytes, version| {
            <crate::describe_acls_response::DescribeAclsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_acls_response::DescribeAclsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeClientQuotasRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::describe_client_quotas_request::DescribeClientQuotasRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_client_quotas_request::DescribeClientQuotasRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeClientQuotasResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::describe_client_quotas_response::DescribeClientQuotasResponse<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_client_quotas_response::DescribeClientQuotasResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeClusterRequest",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::describe_cluster_request::DescribeClusterRequest as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_cluster_request::DescribeClusterRequest>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeClusterResponse",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::describe_cluster_response::DescribeClusterResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_cluster_response::DescribeClusterResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeConfigsRequest",
        min_version: 1,
        max_version: 4,
        decode: |bytes, version| {
            <crate::describe_configs_request::DescribeConfigsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_configs_request::DescribeConfigsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeConfigsResponse",
        min_version: 1,
        max_version: 4,
        decode: |bytes, version| {
            <crate::describe_configs_response::DescribeConfigsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_configs_response::DescribeConfigsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeDelegationTokenRequest",
        min_version: 1,
        max_version: 3,
        decode: |bytes, version| {
            <crate::describe_delegation_token_request::DescribeDelegationTokenRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_delegation_token_request::DescribeDelegationTokenRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeDelegationTokenResponse",
        min_version: 1,
        max_version: 3,
        decode: |bytes, version| {
            <crate::describe_delegation_token_response::DescribeDelegationTokenResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_delegation_token_response::DescribeDelegationTokenResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeGroupsRequest",
        min_version: 0,
        max_version: 6,
        decode: |bytes, version| {
            <crate::describe_groups_request::DescribeGroupsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_groups_request::DescribeGroupsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeGroupsResponse",
        min_version: 0,
        max_version: 6,
        decode: |bytes, version| {
            <crate::describe_groups_response::DescribeGroupsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_groups_response::DescribeGroupsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeLogDirsRequest",
        min_version: 1,
        max_version: 5,
        decode: |bytes, version| {
            <crate::describe_log_dirs_request::DescribeLogDirsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_log_dirs_request::DescribeLogDirsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeLogDirsResponse",
        min_version: 1,
        max_version: 5,
        decode: |bytes, version| {
            <crate::describe_log_dirs_response::DescribeLogDirsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_log_dirs_response::DescribeLogDirsResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeProducersRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::describe_producers_request::DescribeProducersRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_producers_request::DescribeProducersRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeProducersResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::describe_producers_response::DescribeProducersResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_producers_response::DescribeProducersResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeQuorumRequest",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::describe_quorum_request::DescribeQuorumRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_quorum_request::DescribeQuorumRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeQuorumResponse",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::describe_quorum_response::DescribeQuorumResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_quorum_response::DescribeQuorumResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeShareGroupOffsetsRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::describe_share_group_offsets_request::DescribeShareGroupOffsetsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::describe_share_group_offsets_request::DescribeShareGroupOffsetsRequest<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeShareGroupOffsetsResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponse<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeTopicPartitionsRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::describe_topic_partitions_request::DescribeTopicPartitionsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_topic_partitions_request::DescribeTopicPartitionsRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeTopicPartitionsResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::describe_topic_partitions_response::DescribeTopicPartitionsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_topic_partitions_response::DescribeTopicPartitionsResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeTransactionsRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::describe_transactions_request::DescribeTransactionsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_transactions_request::DescribeTransactionsRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeTransactionsResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::describe_transactions_response::DescribeTransactionsResponse<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_transactions_response::DescribeTransactionsResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeUserScramCredentialsRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::describe_user_scram_credentials_request::DescribeUserScramCredentialsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::describe_user_scram_credentials_request::DescribeUserScramCredentialsRequest<
                    '_,
                >,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "DescribeUserScramCredentialsResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::describe_user_scram_credentials_response::DescribeUserScramCredentialsResponse<
                '_,
            > as Message<'_>>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::describe_user_scram_credentials_response::DescribeUserScramCredentialsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ElectLeadersRequest",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::elect_leaders_request::ElectLeadersRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::elect_leaders_request::ElectLeadersRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ElectLeadersResponse",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::elect_leaders_response::ElectLeadersResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::elect_leaders_response::ElectLeadersResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "EndQuorumEpochRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::end_quorum_epoch_request::EndQuorumEpochRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::end_quorum_epoch_request::EndQuorumEpochRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "EndQuorumEpochResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::end_quorum_epoch_response::EndQuorumEpochResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::end_quorum_epoch_response::EndQuorumEpochResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "EndTransactionRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::end_transaction_record::EndTransactionRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::end_transaction_record::EndTransactionRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "EndTxnMarker",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::end_txn_marker::EndTxnMarker as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| recode::<crate::end_txn_marker::EndTxnMarker>(bytes, from, to),
    },
    CatalogueEntry {
        name: "EndTxnRequest",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::end_txn_request::EndTxnRequest<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::end_txn_request::EndTxnRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "EndTxnResponse",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::end_txn_response::EndTxnResponse as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::end_txn_response::EndTxnResponse>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "EnvelopeRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::envelope_request::EnvelopeRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::envelope_request::EnvelopeRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "EnvelopeResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::envelope_response::EnvelopeResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::envelope_response::EnvelopeResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ExpireDelegationTokenRequest",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::expire_delegation_token_request::ExpireDelegationTokenRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::expire_delegation_token_request::ExpireDelegationTokenRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ExpireDelegationTokenResponse",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::expire_delegation_token_response::ExpireDelegationTokenResponse as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::expire_delegation_token_response::ExpireDelegationTokenResponse>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "FeatureLevelRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::feature_level_record::FeatureLevelRecord<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::feature_level_record::FeatureLevelRecord<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "FenceBrokerRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::fence_broker_record::FenceBrokerRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::fence_broker_record::FenceBrokerRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "FetchRequest",
        min_version: 4,
        max_version: 18,
        decode: |bytes, version| {
            <crate::fetch_request::FetchRequest<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| recode::<crate::fetch_request::FetchRequest<'_>>(bytes, from, to),
    },
    CatalogueEntry {
        name: "FetchResponse",
        min_version: 4,
        max_version: 18,
        decode: |bytes, version| {
            <crate::fetch_response::FetchResponse<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::fetch_response::FetchResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "FetchSnapshotRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::fetch_snapshot_request::FetchSnapshotRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::fetch_snapshot_request::FetchSnapshotRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "FetchSnapshotResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::fetch_snapshot_response::FetchSnapshotResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::fetch_snapshot_response::FetchSnapshotResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "FindCoordinatorRequest",
        min_version: 0,
        max_version: 6,
        decode: |bytes, version| {
            <crate::find_coordinator_request::FindCoordinatorRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::find_coordinator_request::FindCoordinatorRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "FindCoordinatorResponse",
        min_version: 0,
        max_version: 6,
        decode: |bytes, version| {
            <crate::find_coordinator_response::FindCoordinatorResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::find_coordinator_response::FindCoordinatorResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "GetTelemetrySubscriptionsRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::get_telemetry_subscriptions_request::GetTelemetrySubscriptionsRequest as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::get_telemetry_subscriptions_request::GetTelemetrySubscriptionsRequest>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "GetTelemetrySubscriptionsResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::get_telemetry_subscriptions_response::GetTelemetrySubscriptionsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::get_telemetry_subscriptions_response::GetTelemetrySubscriptionsResponse<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "GroupMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::group_metadata_key::GroupMetadataKey<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::group_metadata_key::GroupMetadataKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "GroupMetadataValue",
        min_version: 0,
        max_version: 4,
        decode: |bytes, version| {
            <crate::group_metadata_value::GroupMetadataValue<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::group_metadata_value::GroupMetadataValue<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "HeartbeatRequest",
        min_version: 0,
        max_version: 4,
        decode: |bytes, version| {
            <crate::heartbeat_request::HeartbeatRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::heartbeat_request::HeartbeatRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "HeartbeatResponse",
        min_version: 0,
        max_version: 4,
        decode: |bytes, version| {
            <crate::heartbeat_response::HeartbeatResponse as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::heartbeat_response::HeartbeatResponse>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "IncrementalAlterConfigsRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::incremental_alter_configs_request::IncrementalAlterConfigsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::incremental_alter_configs_request::IncrementalAlterConfigsRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "IncrementalAlterConfigsResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::incremental_alter_configs_response::IncrementalAlterConfigsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::incremental_alter_configs_response::IncrementalAlterConfigsResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "InitProducerIdRequest",
        min_version: 0,
        max_version: 6,
        decode: |bytes, version| {
            <crate::init_producer_id_request::InitProducerIdRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::init_producer_id_request::InitProducerIdRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "InitProducerIdResponse",
        min_version: 0,
        max_version: 6,
        decode: |bytes, version| {
            <crate::init_producer_id_response::InitProducerIdResponse as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::init_producer_id_response::InitProducerIdResponse>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "InitializeShareGroupStateRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::initialize_share_group_state_request::InitializeShareGroupStateRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::initialize_share_group_state_request::InitializeShareGroupStateRequest<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "InitializeShareGroupStateResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::initialize_share_group_state_response::InitializeShareGroupStateResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::initialize_share_group_state_response::InitializeShareGroupStateResponse<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "JoinGroupRequest",
        min_version: 0,
        max_version: 9,
        decode: |bytes, version| {
            <crate::join_group_request::JoinGroupRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::join_group_request::JoinGroupRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "JoinGroupResponse",
        min_version: 0,
        max_version: 9,
        decode: |bytes, version| {
            <crate::join_group_response::JoinGroupResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::join_group_response::JoinGroupResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "KRaftVersionRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::kraft_version_record::KRaftVersionRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::kraft_version_record::KRaftVersionRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "LeaderChangeMessage",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::leader_change_message::LeaderChangeMessage as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::leader_change_message::LeaderChangeMessage>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "LeaveGroupRequest",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::leave_group_request::LeaveGroupRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::leave_group_request::LeaveGroupRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "LeaveGroupResponse",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::leave_group_response::LeaveGroupResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::leave_group_response::LeaveGroupResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "LegacyOffsetCommitKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::legacy_offset_commit_key::LegacyOffsetCommitKey<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::legacy_offset_commit_key::LegacyOffsetCommitKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "LegacyOffsetCommitValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::legacy_offset_commit_value::LegacyOffsetCommitValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::legacy_offset_commit_value::LegacyOffsetCommitValue<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ListConfigResourcesRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::list_config_resources_request::ListConfigResourcesRequest as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::list_config_resources_request::ListConfigResourcesRequest>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ListConfigResourcesResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::list_config_resources_response::ListConfigResourcesResponse<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::list_config_resources_response::ListConfigResourcesResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ListGroupsRequest",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::list_groups_request::ListGroupsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::list_groups_request::ListGroupsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ListGroupsResponse",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::list_groups_response::ListGroupsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::list_groups_response::ListGroupsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ListOffsetsRequest",
        min_version: 1,
        max_version: 11,
        decode: |bytes, version| {
            <crate::list_offsets_request::ListOffsetsRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::list_offsets_request::ListOffsetsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ListOffsetsResponse",
        min_version: 1,
        max_version: 11,
        decode: |bytes, version| {
            <crate::list_offsets_response::ListOffsetsResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::list_offsets_response::ListOffsetsResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ListPartitionReassignmentsRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::list_partition_reassignments_request::ListPartitionReassignmentsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::list_partition_reassignments_request::ListPartitionReassignmentsRequest<'_>,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ListPartitionReassignmentsResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::list_partition_reassignments_response::ListPartitionReassignmentsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::list_partition_reassignments_response::ListPartitionReassignmentsResponse<
                    '_,
                >,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ListTransactionsRequest",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::list_transactions_request::ListTransactionsRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::list_transactions_request::ListTransactionsRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ListTransactionsResponse",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::list_transactions_response::ListTransactionsResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::list_transactions_response::ListTransactionsResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "MetadataRequest",
        min_version: 0,
        max_version: 13,
        decode: |bytes, version| {
            <crate::metadata_request::MetadataRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::metadata_request::MetadataRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "MetadataResponse",
        min_version: 0,
        max_version: 13,
        decode: |bytes, version| {
            <crate::metadata_response::MetadataResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::metadata_response::MetadataResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "NoOpRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::no_op_record::NoOpRecord as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| recode::<crate::no_op_record::NoOpRecord>(bytes, from, to),
    },
    CatalogueEntry {
        name: "OffsetCommitKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::offset_commit_key::OffsetCommitKey<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::offset_commit_key::OffsetCommitKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "OffsetCommitRequest",
        min_version: 2,
        max_version: 10,
        decode: |bytes, version| {
            <crate::offset_commit_request::OffsetCommitRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::offset_commit_request::OffsetCommitRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "OffsetCommitResponse",
        min_version: 2,
        max_version: 10,
        decode: |bytes, version| {
            <crate::offset_commit_response::OffsetCommitResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::offset_commit_response::OffsetCommitResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "OffsetCommitValue",
        min_version: 0,
        max_version: 4,
        decode: |bytes, version| {
            <crate::offset_commit_value::OffsetCommitValue<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::offset_commit_value::OffsetCommitValue<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "OffsetDeleteRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::offset_delete_request::OffsetDeleteRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::offset_delete_request::OffsetDeleteRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "OffsetDeleteResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::offset_delete_response::OffsetDeleteResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::offset_delete_response::OffsetDeleteResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "OffsetFetchRequest",
        min_version: 1,
        max_version: 10,
        decode: |bytes, version| {
            <crate::offset_fetch_request::OffsetFetchRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::offset_fetch_request::OffsetFetchRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "OffsetFetchResponse",
        min_version: 1,
        max_version: 10,
        decode: |bytes, version| {
            <crate::offset_fetch_response::OffsetFetchResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::offset_fetch_response::OffsetFetchResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "OffsetForLeaderEpochRequest",
        min_version: 2,
        max_version: 4,
        decode: |bytes, version| {
            <crate::offset_for_leader_epoch_request::OffsetForLeaderEpochRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::offset_for_leader_epoch_request::OffsetForLeaderEpochRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "OffsetForLeaderEpochResponse",
        min_version: 2,
        max_version: 4,
        decode: |bytes, version| {
            <crate::offset_for_leader_epoch_response::OffsetForLeaderEpochResponse<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::offset_for_leader_epoch_response::OffsetForLeaderEpochResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "PartitionChangeRecord",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::partition_change_record::PartitionChangeRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::partition_change_record::PartitionChangeRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "PartitionRecord",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::partition_record::PartitionRecord as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::partition_record::PartitionRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ProduceRequest",
        min_version: 3,
        max_version: 13,
        decode: |bytes, version| {
            <crate::produce_request::ProduceRequest<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::produce_request::ProduceRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ProduceResponse",
        min_version: 3,
        max_version: 13,
        decode: |bytes, version| {
            <crate::produce_response::ProduceResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::produce_response::ProduceResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ProducerIdsRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::producer_ids_record::ProducerIdsRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::producer_ids_record::ProducerIdsRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ProducerSnapshot",
        min_version: 1,
        max_version: 1,
        decode: |bytes, version| {
            <crate::producer_snapshot::ProducerSnapshot as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::producer_snapshot::ProducerSnapshot>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "PushTelemetryRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::push_telemetry_request::PushTelemetryRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::push_telemetry_request::PushTelemetryRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "PushTelemetryResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::push_telemetry_response::PushTelemetryResponse as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::push_telemetry_response::PushTelemetryResponse>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "QuorumStateData",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::quorum_state_data::QuorumStateData<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::quorum_state_data::QuorumStateData<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ReadShareGroupStateRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::read_share_group_state_request::ReadShareGroupStateRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::read_share_group_state_request::ReadShareGroupStateRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ReadShareGroupStateResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::read_share_group_state_response::ReadShareGroupStateResponse<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::read_share_group_state_response::ReadShareGroupStateResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ReadShareGroupStateSummaryRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::read_share_group_state_summary_request::ReadShareGroupStateSummaryRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::read_share_group_state_summary_request::ReadShareGroupStateSummaryRequest<
                    '_,
                >,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ReadShareGroupStateSummaryResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::read_share_group_state_summary_response::ReadShareGroupStateSummaryResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::read_share_group_state_summary_response::ReadShareGroupStateSummaryResponse<
                    '_,
                >,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "RegisterBrokerRecord",
        min_version: 0,
        max_version: 4,
        decode: |bytes, version| {
            <crate::register_broker_record::RegisterBrokerRecord<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::register_broker_record::RegisterBrokerRecord<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "RegisterControllerRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::register_controller_record::RegisterControllerRecord<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::register_controller_record::RegisterControllerRecord<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "RemoteLogSegmentMetadataRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::remote_log_segment_metadata_record::RemoteLogSegmentMetadataRecord<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::remote_log_segment_metadata_record::RemoteLogSegmentMetadataRecord<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "RemoteLogSegmentMetadataSnapshotRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::remote_log_segment_metadata_snapshot_record::RemoteLogSegmentMetadataSnapshotRecord<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::remote_log_segment_metadata_snapshot_record::RemoteLogSegmentMetadataSnapshotRecord<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "RemoteLogSegmentMetadataUpdateRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::remote_log_segment_metadata_update_record::RemoteLogSegmentMetadataUpdateRecord<
                '_,
            > as Message<'_>>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::remote_log_segment_metadata_update_record::RemoteLogSegmentMetadataUpdateRecord<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "RemotePartitionDeleteMetadataRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::remote_partition_delete_metadata_record::RemotePartitionDeleteMetadataRecord<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<
                crate::remote_partition_delete_metadata_record::RemotePartitionDeleteMetadataRecord<
                    '_,
                >,
            >(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "RemoveAccessControlEntryRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::remove_access_control_entry_record::RemoveAccessControlEntryRecord as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::remove_access_control_entry_record::RemoveAccessControlEntryRecord>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "RemoveDelegationTokenRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::remove_delegation_token_record::RemoveDelegationTokenRecord<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::remove_delegation_token_record::RemoveDelegationTokenRecord<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "RemoveRaftVoterRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::remove_raft_voter_request::RemoveRaftVoterRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::remove_raft_voter_request::RemoveRaftVoterRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "RemoveRaftVoterResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::remove_raft_voter_response::RemoveRaftVoterResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::remove_raft_voter_response::RemoveRaftVoterResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "RemoveTopicRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::remove_topic_record::RemoveTopicRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::remove_topic_record::RemoveTopicRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "RemoveUserScramCredentialRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::remove_user_scram_credential_record::RemoveUserScramCredentialRecord<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::remove_user_scram_credential_record::RemoveUserScramCredentialRecord<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "RenewDelegationTokenRequest",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::renew_delegation_token_request::RenewDelegationTokenRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::renew_delegation_token_request::RenewDelegationTokenRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "RenewDelegationTokenResponse",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::renew_delegation_token_response::RenewDelegationTokenResponse as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::renew_delegation_token_response::RenewDelegationTokenResponse>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "RequestHeader",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::request_header::RequestHeader<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::request_header::RequestHeader<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ResponseHeader",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::response_header::ResponseHeader as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| recode::<crate::response_header::ResponseHeader>(bytes, from, to),
    },
    CatalogueEntry {
        name: "SaslAuthenticateRequest",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::sasl_authenticate_request::SaslAuthenticateRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::sasl_authenticate_request::SaslAuthenticateRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "SaslAuthenticateResponse",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::sasl_authenticate_response::SaslAuthenticateResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::sasl_authenticate_response::SaslAuthenticateResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "SaslHandshakeRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::sasl_handshake_request::SaslHandshakeRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::sasl_handshake_request::SaslHandshakeRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "SaslHandshakeResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::sasl_handshake_response::SaslHandshakeResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::sasl_handshake_response::SaslHandshakeResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareAcknowledgeRequest",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::share_acknowledge_request::ShareAcknowledgeRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_acknowledge_request::ShareAcknowledgeRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareAcknowledgeResponse",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::share_acknowledge_response::ShareAcknowledgeResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_acknowledge_response::ShareAcknowledgeResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ShareFetchRequest",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::share_fetch_request::ShareFetchRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_fetch_request::ShareFetchRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareFetchResponse",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::share_fetch_response::ShareFetchResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_fetch_response::ShareFetchResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareGroupCurrentMemberAssignmentKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_current_member_assignment_key::ShareGroupCurrentMemberAssignmentKey<
                '_,
            > as Message<'_>>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_current_member_assignment_key::ShareGroupCurrentMemberAssignmentKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareGroupCurrentMemberAssignmentValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_current_member_assignment_value::ShareGroupCurrentMemberAssignmentValue as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_current_member_assignment_value::ShareGroupCurrentMemberAssignmentValue>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareGroupDescribeRequest",
        min_version: 1,
        max_version: 1,
        decode: |bytes, version| {
            <crate::share_group_describe_request::ShareGroupDescribeRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_describe_request::ShareGroupDescribeRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupDescribeResponse",
        min_version: 1,
        max_version: 1,
        decode: |bytes, version| {
            <crate::share_group_describe_response::ShareGroupDescribeResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_describe_response::ShareGroupDescribeResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupHeartbeatRequest",
        min_version: 1,
        max_version: 1,
        decode: |bytes, version| {
            <crate::share_group_heartbeat_request::ShareGroupHeartbeatRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_heartbeat_request::ShareGroupHeartbeatRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupHeartbeatResponse",
        min_version: 1,
        max_version: 1,
        decode: |bytes, version| {
            <crate::share_group_heartbeat_response::ShareGroupHeartbeatResponse<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_heartbeat_response::ShareGroupHeartbeatResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupMemberMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_member_metadata_key::ShareGroupMemberMetadataKey<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_member_metadata_key::ShareGroupMemberMetadataKey<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupMemberMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_member_metadata_value::ShareGroupMemberMetadataValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_member_metadata_value::ShareGroupMemberMetadataValue<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_metadata_key::ShareGroupMetadataKey<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_metadata_key::ShareGroupMetadataKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareGroupMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_metadata_value::ShareGroupMetadataValue as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_metadata_value::ShareGroupMetadataValue>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareGroupStatePartitionMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_state_partition_metadata_key::ShareGroupStatePartitionMetadataKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_state_partition_metadata_key::ShareGroupStatePartitionMetadataKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareGroupStatePartitionMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_state_partition_metadata_value::ShareGroupStatePartitionMetadataValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_state_partition_metadata_value::ShareGroupStatePartitionMetadataValue<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareGroupTargetAssignmentMemberKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_target_assignment_member_key::ShareGroupTargetAssignmentMemberKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_target_assignment_member_key::ShareGroupTargetAssignmentMemberKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareGroupTargetAssignmentMemberValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_target_assignment_member_value::ShareGroupTargetAssignmentMemberValue as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_target_assignment_member_value::ShareGroupTargetAssignmentMemberValue>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareGroupTargetAssignmentMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_target_assignment_metadata_key::ShareGroupTargetAssignmentMetadataKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_target_assignment_metadata_key::ShareGroupTargetAssignmentMetadataKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareGroupTargetAssignmentMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_group_target_assignment_metadata_value::ShareGroupTargetAssignmentMetadataValue as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_group_target_assignment_metadata_value::ShareGroupTargetAssignmentMetadataValue>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareSnapshotKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_snapshot_key::ShareSnapshotKey<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_snapshot_key::ShareSnapshotKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareSnapshotValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_snapshot_value::ShareSnapshotValue as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_snapshot_value::ShareSnapshotValue>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareUpdateKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_update_key::ShareUpdateKey<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_update_key::ShareUpdateKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "ShareUpdateValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::share_update_value::ShareUpdateValue as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::share_update_value::ShareUpdateValue>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "SnapshotFooterRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::snapshot_footer_record::SnapshotFooterRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::snapshot_footer_record::SnapshotFooterRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "SnapshotHeaderRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::snapshot_header_record::SnapshotHeaderRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::snapshot_header_record::SnapshotHeaderRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupCurrentMemberAssignmentKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_current_member_assignment_key::StreamsGroupCurrentMemberAssignmentKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_current_member_assignment_key::StreamsGroupCurrentMemberAssignmentKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupCurrentMemberAssignmentValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_current_member_assignment_value::StreamsGroupCurrentMemberAssignmentValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_current_member_assignment_value::StreamsGroupCurrentMemberAssignmentValue<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupDescribeRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::streams_group_describe_request::StreamsGroupDescribeRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_describe_request::StreamsGroupDescribeRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupDescribeResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::streams_group_describe_response::StreamsGroupDescribeResponse<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_describe_response::StreamsGroupDescribeResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupHeartbeatRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::streams_group_heartbeat_request::StreamsGroupHeartbeatRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_heartbeat_request::StreamsGroupHeartbeatRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupHeartbeatResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupMemberMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_member_metadata_key::StreamsGroupMemberMetadataKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_member_metadata_key::StreamsGroupMemberMetadataKey<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupMemberMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_member_metadata_value::StreamsGroupMemberMetadataValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_member_metadata_value::StreamsGroupMemberMetadataValue<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_metadata_key::StreamsGroupMetadataKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_metadata_key::StreamsGroupMetadataKey<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_metadata_value::StreamsGroupMetadataValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_metadata_value::StreamsGroupMetadataValue<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTargetAssignmentMemberKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_target_assignment_member_key::StreamsGroupTargetAssignmentMemberKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_target_assignment_member_key::StreamsGroupTargetAssignmentMemberKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTargetAssignmentMemberValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_target_assignment_member_value::StreamsGroupTargetAssignmentMemberValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_target_assignment_member_value::StreamsGroupTargetAssignmentMemberValue<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTargetAssignmentMetadataKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_target_assignment_metadata_key::StreamsGroupTargetAssignmentMetadataKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_target_assignment_metadata_key::StreamsGroupTargetAssignmentMetadataKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTargetAssignmentMetadataValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_target_assignment_metadata_value::StreamsGroupTargetAssignmentMetadataValue as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_target_assignment_metadata_value::StreamsGroupTargetAssignmentMetadataValue>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTopologyDescriptionUpdateRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_topology_description_update_request::StreamsGroupTopologyDescriptionUpdateRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_topology_description_update_request::StreamsGroupTopologyDescriptionUpdateRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTopologyDescriptionUpdateResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_topology_description_update_response::StreamsGroupTopologyDescriptionUpdateResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_topology_description_update_response::StreamsGroupTopologyDescriptionUpdateResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTopologyKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_topology_key::StreamsGroupTopologyKey<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_topology_key::StreamsGroupTopologyKey<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTopologyValue",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::streams_group_topology_value::StreamsGroupTopologyValue<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::streams_group_topology_value::StreamsGroupTopologyValue<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "SyncGroupRequest",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::sync_group_request::SyncGroupRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::sync_group_request::SyncGroupRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "SyncGroupResponse",
        min_version: 0,
        max_version: 5,
        decode: |bytes, version| {
            <crate::sync_group_response::SyncGroupResponse<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::sync_group_response::SyncGroupResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "TopicRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::topic_record::TopicRecord<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| recode::<crate::topic_record::TopicRecord<'_>>(bytes, from, to),
    },
    CatalogueEntry {
        name: "TransactionLogKey",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::transaction_log_key::TransactionLogKey<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::transaction_log_key::TransactionLogKey<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "TransactionLogValue",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::transaction_log_value::TransactionLogValue<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::transaction_log_value::TransactionLogValue<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "TxnOffsetCommitRequest",
        min_version: 0,
        max_version: 6,
        decode: |bytes, version| {
            <crate::txn_offset_commit_request::TxnOffsetCommitRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::txn_offset_commit_request::TxnOffsetCommitRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "TxnOffsetCommitResponse",
        min_version: 0,
        max_version: 6,
        decode: |bytes, version| {
            <crate::txn_offset_commit_response::TxnOffsetCommitResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::txn_offset_commit_response::TxnOffsetCommitResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "UnfenceBrokerRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::unfence_broker_record::UnfenceBrokerRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::unfence_broker_record::UnfenceBrokerRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "UnregisterBrokerRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::unregister_broker_record::UnregisterBrokerRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::unregister_broker_record::UnregisterBrokerRecord>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "UnregisterBrokerRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::unregister_broker_request::UnregisterBrokerRequest as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::unregister_broker_request::UnregisterBrokerRequest>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "UnregisterBrokerResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::unregister_broker_response::UnregisterBrokerResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::unregister_broker_response::UnregisterBrokerResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "UnregisterControllerRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::unregister_controller_record::UnregisterControllerRecord as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::unregister_controller_record::UnregisterControllerRecord>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "UnregisterControllerRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::unregister_controller_request::UnregisterControllerRequest as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::unregister_controller_request::UnregisterControllerRequest>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "UnregisterControllerResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::unregister_controller_response::UnregisterControllerResponse<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::unregister_controller_response::UnregisterControllerResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "UpdateFeaturesRequest",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::update_features_request::UpdateFeaturesRequest<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::update_features_request::UpdateFeaturesRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "UpdateFeaturesResponse",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::update_features_response::UpdateFeaturesResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::update_features_response::UpdateFeaturesResponse<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "UpdateRaftVoterRequest",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::update_raft_voter_request::UpdateRaftVoterRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::update_raft_voter_request::UpdateRaftVoterRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "UpdateRaftVoterResponse",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::update_raft_voter_response::UpdateRaftVoterResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::update_raft_voter_response::UpdateRaftVoterResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "UserScramCredentialRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::user_scram_credential_record::UserScramCredentialRecord<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::user_scram_credential_record::UserScramCredentialRecord<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "VoteRequest",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::vote_request::VoteRequest<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| recode::<crate::vote_request::VoteRequest<'_>>(bytes, from, to),
    },
    CatalogueEntry {
        name: "VoteResponse",
        min_version: 0,
        max_version: 2,
        decode: |bytes, version| {
            <crate::vote_response::VoteResponse<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| recode::<crate::vote_response::VoteResponse<'_>>(bytes, from, to),
    },
    CatalogueEntry {
        name: "VoterMessageData",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::voter_message_data::VoterMessageData<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::voter_message_data::VoterMessageData<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "VoterMessageRefusal",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::voter_message_refusal::VoterMessageRefusal<'_> as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::voter_message_refusal::VoterMessageRefusal<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "VotersRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::voters_record::VotersRecord<'_> as Message<'_>>::from_bytes(bytes, version)
                .map(drop)
        },
        recode: |bytes, from, to| recode::<crate::voters_record::VotersRecord<'_>>(bytes, from, to),
    },
    CatalogueEntry {
        name: "WriteShareGroupStateRequest",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::write_share_group_state_request::WriteShareGroupStateRequest<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::write_share_group_state_request::WriteShareGroupStateRequest<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "WriteShareGroupStateResponse",
        min_version: 0,
        max_version: 1,
        decode: |bytes, version| {
            <crate::write_share_group_state_response::WriteShareGroupStateResponse<'_> as Message<
                '_,
            >>::from_bytes(bytes, version)
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::write_share_group_state_response::WriteShareGroupStateResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "WriteTxnMarkersRequest",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::write_txn_markers_request::WriteTxnMarkersRequest<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::write_txn_markers_request::WriteTxnMarkersRequest<'_>>(bytes, from, to)
        },
    },
    CatalogueEntry {
        name: "WriteTxnMarkersResponse",
        min_version: 1,
        max_version: 2,
        decode: |bytes, version| {
            <crate::write_txn_markers_response::WriteTxnMarkersResponse<'_> as Message<'_>>::from_bytes(bytes, version).map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::write_txn_markers_response::WriteTxnMarkersResponse<'_>>(
                bytes, from, to,
            )
        },
    },
    CatalogueEntry {
        name: "ZkMigrationStateRecord",
        min_version: 0,
        max_version: 0,
        decode: |bytes, version| {
            <crate::zk_migration_state_record::ZkMigrationStateRecord as Message<'_>>::from_bytes(
                bytes, version,
            )
            .map(drop)
        },
        recode: |bytes, from, to| {
            recode::<crate::zk_migration_state_record::ZkMigrationStateRecord>(bytes, from, to)
        },
    },
];
