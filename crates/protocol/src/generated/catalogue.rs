// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

use crate::message::{CatalogueEntry, recode};

/// Every message by name.
pub const CATALOGUE: [CatalogueEntry; 278] = [
    CatalogueEntry {
        name: "AbortTransactionRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::abort_transaction_record::AbortTransactionRecord<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AbortedTxn",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| recode::<crate::aborted_txn::AbortedTxn>(bytes, version),
    },
    CatalogueEntry {
        name: "AccessControlEntryRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::access_control_entry_record::AccessControlEntryRecord<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AddOffsetsToTxnRequest",
        min_version: 0,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::add_offsets_to_txn_request::AddOffsetsToTxnRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AddOffsetsToTxnResponse",
        min_version: 0,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::add_offsets_to_txn_response::AddOffsetsToTxnResponse>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AddPartitionsToTxnRequest",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::add_partitions_to_txn_request::AddPartitionsToTxnRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AddPartitionsToTxnResponse",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::add_partitions_to_txn_response::AddPartitionsToTxnResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AddRaftVoterRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::add_raft_voter_request::AddRaftVoterRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AddRaftVoterResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::add_raft_voter_response::AddRaftVoterResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AllocateProducerIdsRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::allocate_producer_ids_request::AllocateProducerIdsRequest>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AllocateProducerIdsResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::allocate_producer_ids_response::AllocateProducerIdsResponse>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AlterClientQuotasRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::alter_client_quotas_request::AlterClientQuotasRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AlterClientQuotasResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::alter_client_quotas_response::AlterClientQuotasResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AlterConfigsRequest",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::alter_configs_request::AlterConfigsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AlterConfigsResponse",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::alter_configs_response::AlterConfigsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AlterPartitionReassignmentsRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<
                crate::alter_partition_reassignments_request::AlterPartitionReassignmentsRequest<
                    '_,
                >,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AlterPartitionReassignmentsResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<
                crate::alter_partition_reassignments_response::AlterPartitionReassignmentsResponse<
                    '_,
                >,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AlterPartitionRequest",
        min_version: 2,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::alter_partition_request::AlterPartitionRequest>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AlterPartitionResponse",
        min_version: 2,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::alter_partition_response::AlterPartitionResponse>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AlterReplicaLogDirsRequest",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::alter_replica_log_dirs_request::AlterReplicaLogDirsRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AlterReplicaLogDirsResponse",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::alter_replica_log_dirs_response::AlterReplicaLogDirsResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AlterShareGroupOffsetsRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::alter_share_group_offsets_request::AlterShareGroupOffsetsRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AlterShareGroupOffsetsResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::alter_share_group_offsets_response::AlterShareGroupOffsetsResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AlterUserScramCredentialsRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::alter_user_scram_credentials_request::AlterUserScramCredentialsRequest<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AlterUserScramCredentialsResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::alter_user_scram_credentials_response::AlterUserScramCredentialsResponse<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ApiVersionsRequest",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::api_versions_request::ApiVersionsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ApiVersionsResponse",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::api_versions_response::ApiVersionsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "AssignReplicasToDirsRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::assign_replicas_to_dirs_request::AssignReplicasToDirsRequest>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "AssignReplicasToDirsResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::assign_replicas_to_dirs_response::AssignReplicasToDirsResponse>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "BeginQuorumEpochRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::begin_quorum_epoch_request::BeginQuorumEpochRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "BeginQuorumEpochResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::begin_quorum_epoch_response::BeginQuorumEpochResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "BeginTransactionRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::begin_transaction_record::BeginTransactionRecord<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "BrokerHeartbeatRequest",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::broker_heartbeat_request::BrokerHeartbeatRequest>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "BrokerHeartbeatResponse",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::broker_heartbeat_response::BrokerHeartbeatResponse>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "BrokerRegistrationChangeRecord",
        min_version: 0,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::broker_registration_change_record::BrokerRegistrationChangeRecord>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "BrokerRegistrationRequest",
        min_version: 0,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::broker_registration_request::BrokerRegistrationRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "BrokerRegistrationResponse",
        min_version: 0,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::broker_registration_response::BrokerRegistrationResponse>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ClearElrRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::clear_elr_record::ClearElrRecord<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ClientQuotaRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::client_quota_record::ClientQuotaRecord<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConfigRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| recode::<crate::config_record::ConfigRecord<'_>>(bytes, version),
    },
    CatalogueEntry {
        name: "ConsumerGroupCurrentMemberAssignmentKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::consumer_group_current_member_assignment_key::ConsumerGroupCurrentMemberAssignmentKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupCurrentMemberAssignmentValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::consumer_group_current_member_assignment_value::ConsumerGroupCurrentMemberAssignmentValue>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupDescribeRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::consumer_group_describe_request::ConsumerGroupDescribeRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupDescribeResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::consumer_group_describe_response::ConsumerGroupDescribeResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupHeartbeatRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::consumer_group_heartbeat_request::ConsumerGroupHeartbeatRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupHeartbeatResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::consumer_group_heartbeat_response::ConsumerGroupHeartbeatResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupMemberMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::consumer_group_member_metadata_key::ConsumerGroupMemberMetadataKey<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupMemberMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::consumer_group_member_metadata_value::ConsumerGroupMemberMetadataValue<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::consumer_group_metadata_key::ConsumerGroupMetadataKey<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::consumer_group_metadata_value::ConsumerGroupMetadataValue>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupPartitionMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::consumer_group_partition_metadata_key::ConsumerGroupPartitionMetadataKey<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupPartitionMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::consumer_group_partition_metadata_value::ConsumerGroupPartitionMetadataValue<
                    '_,
                >,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupRegularExpressionKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::consumer_group_regular_expression_key::ConsumerGroupRegularExpressionKey<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupRegularExpressionValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::consumer_group_regular_expression_value::ConsumerGroupRegularExpressionValue<
                    '_,
                >,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupTargetAssignmentMemberKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::consumer_group_target_assignment_member_key::ConsumerGroupTargetAssignmentMemberKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupTargetAssignmentMemberValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::consumer_group_target_assignment_member_value::ConsumerGroupTargetAssignmentMemberValue>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupTargetAssignmentMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::consumer_group_target_assignment_metadata_key::ConsumerGroupTargetAssignmentMetadataKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerGroupTargetAssignmentMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::consumer_group_target_assignment_metadata_value::ConsumerGroupTargetAssignmentMetadataValue>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ConsumerProtocolAssignment",
        min_version: 0,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::consumer_protocol_assignment::ConsumerProtocolAssignment<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ConsumerProtocolSubscription",
        min_version: 0,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::consumer_protocol_subscription::ConsumerProtocolSubscription<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ControlRecordTypeSchema",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::control_record_type_schema::ControlRecordTypeSchema>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ControllerRegistrationRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::controller_registration_request::ControllerRegistrationRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ControllerRegistrationResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::controller_registration_response::ControllerRegistrationResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "CreateAclsRequest",
        min_version: 1,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::create_acls_request::CreateAclsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "CreateAclsResponse",
        min_version: 1,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::create_acls_response::CreateAclsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "CreateDelegationTokenRequest",
        min_version: 1,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::create_delegation_token_request::CreateDelegationTokenRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "CreateDelegationTokenResponse",
        min_version: 1,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::create_delegation_token_response::CreateDelegationTokenResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "CreatePartitionsRequest",
        min_version: 0,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::create_partitions_request::CreatePartitionsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "CreatePartitionsResponse",
        min_version: 0,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::create_partitions_response::CreatePartitionsResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "CreateTopicsRequest",
        min_version: 2,
        max_version: 7,
        recode: |bytes, version| {
            recode::<crate::create_topics_request::CreateTopicsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "CreateTopicsResponse",
        min_version: 2,
        max_version: 7,
        recode: |bytes, version| {
            recode::<crate::create_topics_response::CreateTopicsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DefaultPrincipalData",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::default_principal_data::DefaultPrincipalData<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DelegationTokenRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::delegation_token_record::DelegationTokenRecord<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DeleteAclsRequest",
        min_version: 1,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::delete_acls_request::DeleteAclsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DeleteAclsResponse",
        min_version: 1,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::delete_acls_response::DeleteAclsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DeleteGroupsRequest",
        min_version: 0,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::delete_groups_request::DeleteGroupsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DeleteGroupsResponse",
        min_version: 0,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::delete_groups_response::DeleteGroupsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DeleteRecordsRequest",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::delete_records_request::DeleteRecordsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DeleteRecordsResponse",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::delete_records_response::DeleteRecordsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DeleteShareGroupOffsetsRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::delete_share_group_offsets_request::DeleteShareGroupOffsetsRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DeleteShareGroupOffsetsResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::delete_share_group_offsets_response::DeleteShareGroupOffsetsResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DeleteShareGroupStateRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::delete_share_group_state_request::DeleteShareGroupStateRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DeleteShareGroupStateResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::delete_share_group_state_response::DeleteShareGroupStateResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DeleteTopicsRequest",
        min_version: 1,
        max_version: 6,
        recode: |bytes, version| {
            recode::<crate::delete_topics_request::DeleteTopicsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DeleteTopicsResponse",
        min_version: 1,
        max_version: 6,
        recode: |bytes, version| {
            recode::<crate::delete_topics_response::DeleteTopicsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeAclsRequest",
        min_version: 1,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::describe_acls_request::DescribeAclsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeAclsResponse",
        min_version: 1,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::describe_acls_response::DescribeAclsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeClientQuotasRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::describe_client_quotas_request::DescribeClientQuotasRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeClientQuotasResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::describe_client_quotas_response::DescribeClientQuotasResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeClusterRequest",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::describe_cluster_request::DescribeClusterRequest>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeClusterResponse",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::describe_cluster_response::DescribeClusterResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeConfigsRequest",
        min_version: 1,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::describe_configs_request::DescribeConfigsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeConfigsResponse",
        min_version: 1,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::describe_configs_response::DescribeConfigsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeDelegationTokenRequest",
        min_version: 1,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::describe_delegation_token_request::DescribeDelegationTokenRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeDelegationTokenResponse",
        min_version: 1,
        max_version: 3,
        recode: |bytes, version| {
            recode::<crate::describe_delegation_token_response::DescribeDelegationTokenResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeGroupsRequest",
        min_version: 0,
        max_version: 6,
        recode: |bytes, version| {
            recode::<crate::describe_groups_request::DescribeGroupsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeGroupsResponse",
        min_version: 0,
        max_version: 6,
        recode: |bytes, version| {
            recode::<crate::describe_groups_response::DescribeGroupsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeLogDirsRequest",
        min_version: 1,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::describe_log_dirs_request::DescribeLogDirsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeLogDirsResponse",
        min_version: 1,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::describe_log_dirs_response::DescribeLogDirsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeProducersRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::describe_producers_request::DescribeProducersRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeProducersResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::describe_producers_response::DescribeProducersResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeQuorumRequest",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::describe_quorum_request::DescribeQuorumRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeQuorumResponse",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::describe_quorum_response::DescribeQuorumResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeShareGroupOffsetsRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<
                crate::describe_share_group_offsets_request::DescribeShareGroupOffsetsRequest<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeShareGroupOffsetsResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<
                crate::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponse<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeTopicPartitionsRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::describe_topic_partitions_request::DescribeTopicPartitionsRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeTopicPartitionsResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::describe_topic_partitions_response::DescribeTopicPartitionsResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeTransactionsRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::describe_transactions_request::DescribeTransactionsRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeTransactionsResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::describe_transactions_response::DescribeTransactionsResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "DescribeUserScramCredentialsRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::describe_user_scram_credentials_request::DescribeUserScramCredentialsRequest<
                    '_,
                >,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "DescribeUserScramCredentialsResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::describe_user_scram_credentials_response::DescribeUserScramCredentialsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ElectLeadersRequest",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::elect_leaders_request::ElectLeadersRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ElectLeadersResponse",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::elect_leaders_response::ElectLeadersResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "EndQuorumEpochRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::end_quorum_epoch_request::EndQuorumEpochRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "EndQuorumEpochResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::end_quorum_epoch_response::EndQuorumEpochResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "EndTransactionRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::end_transaction_record::EndTransactionRecord>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "EndTxnMarker",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| recode::<crate::end_txn_marker::EndTxnMarker>(bytes, version),
    },
    CatalogueEntry {
        name: "EndTxnRequest",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::end_txn_request::EndTxnRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "EndTxnResponse",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| recode::<crate::end_txn_response::EndTxnResponse>(bytes, version),
    },
    CatalogueEntry {
        name: "EnvelopeRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::envelope_request::EnvelopeRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "EnvelopeResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::envelope_response::EnvelopeResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ExpireDelegationTokenRequest",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::expire_delegation_token_request::ExpireDelegationTokenRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ExpireDelegationTokenResponse",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::expire_delegation_token_response::ExpireDelegationTokenResponse>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "FeatureLevelRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::feature_level_record::FeatureLevelRecord<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "FenceBrokerRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::fence_broker_record::FenceBrokerRecord>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "FetchRequest",
        min_version: 4,
        max_version: 18,
        recode: |bytes, version| recode::<crate::fetch_request::FetchRequest<'_>>(bytes, version),
    },
    CatalogueEntry {
        name: "FetchResponse",
        min_version: 4,
        max_version: 18,
        recode: |bytes, version| recode::<crate::fetch_response::FetchResponse<'_>>(bytes, version),
    },
    CatalogueEntry {
        name: "FetchSnapshotRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::fetch_snapshot_request::FetchSnapshotRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "FetchSnapshotResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::fetch_snapshot_response::FetchSnapshotResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "FindCoordinatorRequest",
        min_version: 0,
        max_version: 6,
        recode: |bytes, version| {
            recode::<crate::find_coordinator_request::FindCoordinatorRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "FindCoordinatorResponse",
        min_version: 0,
        max_version: 6,
        recode: |bytes, version| {
            recode::<crate::find_coordinator_response::FindCoordinatorResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "GetTelemetrySubscriptionsRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::get_telemetry_subscriptions_request::GetTelemetrySubscriptionsRequest>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "GetTelemetrySubscriptionsResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::get_telemetry_subscriptions_response::GetTelemetrySubscriptionsResponse<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "GroupMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::group_metadata_key::GroupMetadataKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "GroupMetadataValue",
        min_version: 0,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::group_metadata_value::GroupMetadataValue<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "HeartbeatRequest",
        min_version: 0,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::heartbeat_request::HeartbeatRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "HeartbeatResponse",
        min_version: 0,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::heartbeat_response::HeartbeatResponse>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "IncrementalAlterConfigsRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::incremental_alter_configs_request::IncrementalAlterConfigsRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "IncrementalAlterConfigsResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::incremental_alter_configs_response::IncrementalAlterConfigsResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "InitProducerIdRequest",
        min_version: 0,
        max_version: 6,
        recode: |bytes, version| {
            recode::<crate::init_producer_id_request::InitProducerIdRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "InitProducerIdResponse",
        min_version: 0,
        max_version: 6,
        recode: |bytes, version| {
            recode::<crate::init_producer_id_response::InitProducerIdResponse>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "InitializeShareGroupStateRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::initialize_share_group_state_request::InitializeShareGroupStateRequest<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "InitializeShareGroupStateResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::initialize_share_group_state_response::InitializeShareGroupStateResponse<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "JoinGroupRequest",
        min_version: 0,
        max_version: 9,
        recode: |bytes, version| {
            recode::<crate::join_group_request::JoinGroupRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "JoinGroupResponse",
        min_version: 0,
        max_version: 9,
        recode: |bytes, version| {
            recode::<crate::join_group_response::JoinGroupResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "KRaftVersionRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::kraft_version_record::KRaftVersionRecord>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "LeaderChangeMessage",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::leader_change_message::LeaderChangeMessage>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "LeaveGroupRequest",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::leave_group_request::LeaveGroupRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "LeaveGroupResponse",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::leave_group_response::LeaveGroupResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "LegacyOffsetCommitKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::legacy_offset_commit_key::LegacyOffsetCommitKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "LegacyOffsetCommitValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::legacy_offset_commit_value::LegacyOffsetCommitValue<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ListConfigResourcesRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::list_config_resources_request::ListConfigResourcesRequest>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ListConfigResourcesResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::list_config_resources_response::ListConfigResourcesResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ListGroupsRequest",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::list_groups_request::ListGroupsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ListGroupsResponse",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::list_groups_response::ListGroupsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ListOffsetsRequest",
        min_version: 1,
        max_version: 11,
        recode: |bytes, version| {
            recode::<crate::list_offsets_request::ListOffsetsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ListOffsetsResponse",
        min_version: 1,
        max_version: 11,
        recode: |bytes, version| {
            recode::<crate::list_offsets_response::ListOffsetsResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ListPartitionReassignmentsRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::list_partition_reassignments_request::ListPartitionReassignmentsRequest<'_>,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ListPartitionReassignmentsResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::list_partition_reassignments_response::ListPartitionReassignmentsResponse<
                    '_,
                >,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ListTransactionsRequest",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::list_transactions_request::ListTransactionsRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ListTransactionsResponse",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::list_transactions_response::ListTransactionsResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "MetadataRequest",
        min_version: 0,
        max_version: 13,
        recode: |bytes, version| {
            recode::<crate::metadata_request::MetadataRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "MetadataResponse",
        min_version: 0,
        max_version: 13,
        recode: |bytes, version| {
            recode::<crate::metadata_response::MetadataResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "NoOpRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| recode::<crate::no_op_record::NoOpRecord>(bytes, version),
    },
    CatalogueEntry {
        name: "OffsetCommitKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::offset_commit_key::OffsetCommitKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "OffsetCommitRequest",
        min_version: 2,
        max_version: 10,
        recode: |bytes, version| {
            recode::<crate::offset_commit_request::OffsetCommitRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "OffsetCommitResponse",
        min_version: 2,
        max_version: 10,
        recode: |bytes, version| {
            recode::<crate::offset_commit_response::OffsetCommitResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "OffsetCommitValue",
        min_version: 0,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::offset_commit_value::OffsetCommitValue<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "OffsetDeleteRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::offset_delete_request::OffsetDeleteRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "OffsetDeleteResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::offset_delete_response::OffsetDeleteResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "OffsetFetchRequest",
        min_version: 1,
        max_version: 10,
        recode: |bytes, version| {
            recode::<crate::offset_fetch_request::OffsetFetchRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "OffsetFetchResponse",
        min_version: 1,
        max_version: 10,
        recode: |bytes, version| {
            recode::<crate::offset_fetch_response::OffsetFetchResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "OffsetForLeaderEpochRequest",
        min_version: 2,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::offset_for_leader_epoch_request::OffsetForLeaderEpochRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "OffsetForLeaderEpochResponse",
        min_version: 2,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::offset_for_leader_epoch_response::OffsetForLeaderEpochResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "PartitionChangeRecord",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::partition_change_record::PartitionChangeRecord>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "PartitionRecord",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| recode::<crate::partition_record::PartitionRecord>(bytes, version),
    },
    CatalogueEntry {
        name: "ProduceRequest",
        min_version: 3,
        max_version: 13,
        recode: |bytes, version| {
            recode::<crate::produce_request::ProduceRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ProduceResponse",
        min_version: 3,
        max_version: 13,
        recode: |bytes, version| {
            recode::<crate::produce_response::ProduceResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ProducerIdsRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::producer_ids_record::ProducerIdsRecord>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ProducerSnapshot",
        min_version: 1,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::producer_snapshot::ProducerSnapshot>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "PushTelemetryRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::push_telemetry_request::PushTelemetryRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "PushTelemetryResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::push_telemetry_response::PushTelemetryResponse>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "QuorumStateData",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::quorum_state_data::QuorumStateData<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ReadShareGroupStateRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::read_share_group_state_request::ReadShareGroupStateRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ReadShareGroupStateResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::read_share_group_state_response::ReadShareGroupStateResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ReadShareGroupStateSummaryRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<
                crate::read_share_group_state_summary_request::ReadShareGroupStateSummaryRequest<
                    '_,
                >,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ReadShareGroupStateSummaryResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<
                crate::read_share_group_state_summary_response::ReadShareGroupStateSummaryResponse<
                    '_,
                >,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "RegisterBrokerRecord",
        min_version: 0,
        max_version: 4,
        recode: |bytes, version| {
            recode::<crate::register_broker_record::RegisterBrokerRecord<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "RegisterControllerRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::register_controller_record::RegisterControllerRecord<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "RemoteLogSegmentMetadataRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::remote_log_segment_metadata_record::RemoteLogSegmentMetadataRecord<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "RemoteLogSegmentMetadataSnapshotRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::remote_log_segment_metadata_snapshot_record::RemoteLogSegmentMetadataSnapshotRecord<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "RemoteLogSegmentMetadataUpdateRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::remote_log_segment_metadata_update_record::RemoteLogSegmentMetadataUpdateRecord<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "RemotePartitionDeleteMetadataRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<
                crate::remote_partition_delete_metadata_record::RemotePartitionDeleteMetadataRecord<
                    '_,
                >,
            >(bytes, version)
        },
    },
    CatalogueEntry {
        name: "RemoveAccessControlEntryRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::remove_access_control_entry_record::RemoveAccessControlEntryRecord>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "RemoveDelegationTokenRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::remove_delegation_token_record::RemoveDelegationTokenRecord<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "RemoveRaftVoterRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::remove_raft_voter_request::RemoveRaftVoterRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "RemoveRaftVoterResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::remove_raft_voter_response::RemoveRaftVoterResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "RemoveTopicRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::remove_topic_record::RemoveTopicRecord>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "RemoveUserScramCredentialRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::remove_user_scram_credential_record::RemoveUserScramCredentialRecord<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "RenewDelegationTokenRequest",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::renew_delegation_token_request::RenewDelegationTokenRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "RenewDelegationTokenResponse",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::renew_delegation_token_response::RenewDelegationTokenResponse>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "RequestHeader",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| recode::<crate::request_header::RequestHeader<'_>>(bytes, version),
    },
    CatalogueEntry {
        name: "ResponseHeader",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| recode::<crate::response_header::ResponseHeader>(bytes, version),
    },
    CatalogueEntry {
        name: "SaslAuthenticateRequest",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::sasl_authenticate_request::SaslAuthenticateRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "SaslAuthenticateResponse",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::sasl_authenticate_response::SaslAuthenticateResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "SaslHandshakeRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::sasl_handshake_request::SaslHandshakeRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "SaslHandshakeResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::sasl_handshake_response::SaslHandshakeResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareAcknowledgeRequest",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::share_acknowledge_request::ShareAcknowledgeRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareAcknowledgeResponse",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::share_acknowledge_response::ShareAcknowledgeResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ShareFetchRequest",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::share_fetch_request::ShareFetchRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareFetchResponse",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::share_fetch_response::ShareFetchResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareGroupCurrentMemberAssignmentKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_current_member_assignment_key::ShareGroupCurrentMemberAssignmentKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareGroupCurrentMemberAssignmentValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_current_member_assignment_value::ShareGroupCurrentMemberAssignmentValue>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareGroupDescribeRequest",
        min_version: 1,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::share_group_describe_request::ShareGroupDescribeRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupDescribeResponse",
        min_version: 1,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::share_group_describe_response::ShareGroupDescribeResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupHeartbeatRequest",
        min_version: 1,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::share_group_heartbeat_request::ShareGroupHeartbeatRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupHeartbeatResponse",
        min_version: 1,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::share_group_heartbeat_response::ShareGroupHeartbeatResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupMemberMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_member_metadata_key::ShareGroupMemberMetadataKey<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupMemberMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_member_metadata_value::ShareGroupMemberMetadataValue<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "ShareGroupMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_metadata_key::ShareGroupMetadataKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareGroupMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_metadata_value::ShareGroupMetadataValue>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareGroupStatePartitionMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_state_partition_metadata_key::ShareGroupStatePartitionMetadataKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareGroupStatePartitionMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_state_partition_metadata_value::ShareGroupStatePartitionMetadataValue<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareGroupTargetAssignmentMemberKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_target_assignment_member_key::ShareGroupTargetAssignmentMemberKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareGroupTargetAssignmentMemberValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_target_assignment_member_value::ShareGroupTargetAssignmentMemberValue>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareGroupTargetAssignmentMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_target_assignment_metadata_key::ShareGroupTargetAssignmentMetadataKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareGroupTargetAssignmentMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_group_target_assignment_metadata_value::ShareGroupTargetAssignmentMetadataValue>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareSnapshotKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_snapshot_key::ShareSnapshotKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareSnapshotValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_snapshot_value::ShareSnapshotValue>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareUpdateKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_update_key::ShareUpdateKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ShareUpdateValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::share_update_value::ShareUpdateValue>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "SnapshotFooterRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::snapshot_footer_record::SnapshotFooterRecord>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "SnapshotHeaderRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::snapshot_header_record::SnapshotHeaderRecord>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupCurrentMemberAssignmentKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_current_member_assignment_key::StreamsGroupCurrentMemberAssignmentKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupCurrentMemberAssignmentValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_current_member_assignment_value::StreamsGroupCurrentMemberAssignmentValue<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupDescribeRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::streams_group_describe_request::StreamsGroupDescribeRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupDescribeResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::streams_group_describe_response::StreamsGroupDescribeResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupHeartbeatRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::streams_group_heartbeat_request::StreamsGroupHeartbeatRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupHeartbeatResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::streams_group_heartbeat_response::StreamsGroupHeartbeatResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupMemberMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_member_metadata_key::StreamsGroupMemberMetadataKey<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupMemberMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_member_metadata_value::StreamsGroupMemberMetadataValue<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_metadata_key::StreamsGroupMetadataKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_metadata_value::StreamsGroupMetadataValue<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTargetAssignmentMemberKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_target_assignment_member_key::StreamsGroupTargetAssignmentMemberKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTargetAssignmentMemberValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_target_assignment_member_value::StreamsGroupTargetAssignmentMemberValue<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTargetAssignmentMetadataKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_target_assignment_metadata_key::StreamsGroupTargetAssignmentMetadataKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTargetAssignmentMetadataValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_target_assignment_metadata_value::StreamsGroupTargetAssignmentMetadataValue>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTopologyDescriptionUpdateRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_topology_description_update_request::StreamsGroupTopologyDescriptionUpdateRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTopologyDescriptionUpdateResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_topology_description_update_response::StreamsGroupTopologyDescriptionUpdateResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTopologyKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_topology_key::StreamsGroupTopologyKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "StreamsGroupTopologyValue",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::streams_group_topology_value::StreamsGroupTopologyValue<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "SyncGroupRequest",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::sync_group_request::SyncGroupRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "SyncGroupResponse",
        min_version: 0,
        max_version: 5,
        recode: |bytes, version| {
            recode::<crate::sync_group_response::SyncGroupResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "TopicRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| recode::<crate::topic_record::TopicRecord<'_>>(bytes, version),
    },
    CatalogueEntry {
        name: "TransactionLogKey",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::transaction_log_key::TransactionLogKey<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "TransactionLogValue",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::transaction_log_value::TransactionLogValue<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "TxnOffsetCommitRequest",
        min_version: 0,
        max_version: 6,
        recode: |bytes, version| {
            recode::<crate::txn_offset_commit_request::TxnOffsetCommitRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "TxnOffsetCommitResponse",
        min_version: 0,
        max_version: 6,
        recode: |bytes, version| {
            recode::<crate::txn_offset_commit_response::TxnOffsetCommitResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "UnfenceBrokerRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::unfence_broker_record::UnfenceBrokerRecord>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "UnregisterBrokerRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::unregister_broker_record::UnregisterBrokerRecord>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "UnregisterBrokerRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::unregister_broker_request::UnregisterBrokerRequest>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "UnregisterBrokerResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::unregister_broker_response::UnregisterBrokerResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "UnregisterControllerRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::unregister_controller_record::UnregisterControllerRecord>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "UnregisterControllerRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::unregister_controller_request::UnregisterControllerRequest>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "UnregisterControllerResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::unregister_controller_response::UnregisterControllerResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "UpdateFeaturesRequest",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::update_features_request::UpdateFeaturesRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "UpdateFeaturesResponse",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::update_features_response::UpdateFeaturesResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "UpdateRaftVoterRequest",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::update_raft_voter_request::UpdateRaftVoterRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "UpdateRaftVoterResponse",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::update_raft_voter_response::UpdateRaftVoterResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "UserScramCredentialRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::user_scram_credential_record::UserScramCredentialRecord<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "VoteRequest",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| recode::<crate::vote_request::VoteRequest<'_>>(bytes, version),
    },
    CatalogueEntry {
        name: "VoteResponse",
        min_version: 0,
        max_version: 2,
        recode: |bytes, version| recode::<crate::vote_response::VoteResponse<'_>>(bytes, version),
    },
    CatalogueEntry {
        name: "VotersRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| recode::<crate::voters_record::VotersRecord<'_>>(bytes, version),
    },
    CatalogueEntry {
        name: "WriteShareGroupStateRequest",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::write_share_group_state_request::WriteShareGroupStateRequest<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "WriteShareGroupStateResponse",
        min_version: 0,
        max_version: 1,
        recode: |bytes, version| {
            recode::<crate::write_share_group_state_response::WriteShareGroupStateResponse<'_>>(
                bytes, version,
            )
        },
    },
    CatalogueEntry {
        name: "WriteTxnMarkersRequest",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::write_txn_markers_request::WriteTxnMarkersRequest<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "WriteTxnMarkersResponse",
        min_version: 1,
        max_version: 2,
        recode: |bytes, version| {
            recode::<crate::write_txn_markers_response::WriteTxnMarkersResponse<'_>>(bytes, version)
        },
    },
    CatalogueEntry {
        name: "ZkMigrationStateRecord",
        min_version: 0,
        max_version: 0,
        recode: |bytes, version| {
            recode::<crate::zk_migration_state_record::ZkMigrationStateRecord>(bytes, version)
        },
    },
];
