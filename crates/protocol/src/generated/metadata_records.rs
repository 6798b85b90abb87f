// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! A record of `__cluster_metadata`.

/// The type of a `RegisterBrokerRecord`.
pub const REGISTER_BROKER_RECORD: i16 = 0;
/// The type of a `UnregisterBrokerRecord`.
pub const UNREGISTER_BROKER_RECORD: i16 = 1;
/// The type of a `TopicRecord`.
pub const TOPIC_RECORD: i16 = 2;
/// The type of a `PartitionRecord`.
pub const PARTITION_RECORD: i16 = 3;
/// The type of a `ConfigRecord`.
pub const CONFIG_RECORD: i16 = 4;
/// The type of a `PartitionChangeRecord`.
pub const PARTITION_CHANGE_RECORD: i16 = 5;
/// The type of a `FenceBrokerRecord`.
pub const FENCE_BROKER_RECORD: i16 = 7;
/// The type of a `UnfenceBrokerRecord`.
pub const UNFENCE_BROKER_RECORD: i16 = 8;
/// The type of a `RemoveTopicRecord`.
pub const REMOVE_TOPIC_RECORD: i16 = 9;
/// The type of a `DelegationTokenRecord`.
pub const DELEGATION_TOKEN_RECORD: i16 = 10;
/// The type of a `UserScramCredentialRecord`.
pub const USER_SCRAM_CREDENTIAL_RECORD: i16 = 11;
/// The type of a `FeatureLevelRecord`.
pub const FEATURE_LEVEL_RECORD: i16 = 12;
/// The type of a `ClientQuotaRecord`.
pub const CLIENT_QUOTA_RECORD: i16 = 14;
/// The type of a `ProducerIdsRecord`.
pub const PRODUCER_IDS_RECORD: i16 = 15;
/// The type of a `BrokerRegistrationChangeRecord`.
pub const BROKER_REGISTRATION_CHANGE_RECORD: i16 = 17;
/// The type of a `AccessControlEntryRecord`.
pub const ACCESS_CONTROL_ENTRY_RECORD: i16 = 18;
/// The type of a `RemoveAccessControlEntryRecord`.
pub const REMOVE_ACCESS_CONTROL_ENTRY_RECORD: i16 = 19;
/// The type of a `NoOpRecord`.
pub const NO_OP_RECORD: i16 = 20;
/// The type of a `ZkMigrationStateRecord`.
pub const ZK_MIGRATION_STATE_RECORD: i16 = 21;
/// The type of a `RemoveUserScramCredentialRecord`.
pub const REMOVE_USER_SCRAM_CREDENTIAL_RECORD: i16 = 22;
/// The type of a `BeginTransactionRecord`.
pub const BEGIN_TRANSACTION_RECORD: i16 = 23;
/// The type of a `EndTransactionRecord`.
pub const END_TRANSACTION_RECORD: i16 = 24;
/// The type of a `AbortTransactionRecord`.
pub const ABORT_TRANSACTION_RECORD: i16 = 25;
/// The type of a `RemoveDelegationTokenRecord`.
pub const REMOVE_DELEGATION_TOKEN_RECORD: i16 = 26;
/// The type of a `RegisterControllerRecord`.
pub const REGISTER_CONTROLLER_RECORD: i16 = 27;
/// The type of a `ClearElrRecord`.
pub const CLEAR_ELR_RECORD: i16 = 28;
/// The type of a `UnregisterControllerRecord`.
pub const UNREGISTER_CONTROLLER_RECORD: i16 = 29;

crate::macros::message_enum! {
    /// A record of `__cluster_metadata`.
    MetadataRecord<'a>, MetadataRecord<'a>, MetadataRecord<'static>, by i16 {
    REGISTER_BROKER_RECORD => RegisterBroker(crate::register_broker_record::RegisterBrokerRecord<'a>),
    UNREGISTER_BROKER_RECORD => UnregisterBroker(crate::unregister_broker_record::UnregisterBrokerRecord),
    TOPIC_RECORD => Topic(crate::topic_record::TopicRecord<'a>),
    PARTITION_RECORD => Partition(crate::partition_record::PartitionRecord),
    CONFIG_RECORD => Config(crate::config_record::ConfigRecord<'a>),
    PARTITION_CHANGE_RECORD => PartitionChange(crate::partition_change_record::PartitionChangeRecord),
    FENCE_BROKER_RECORD => FenceBroker(crate::fence_broker_record::FenceBrokerRecord),
    UNFENCE_BROKER_RECORD => UnfenceBroker(crate::unfence_broker_record::UnfenceBrokerRecord),
    REMOVE_TOPIC_RECORD => RemoveTopic(crate::remove_topic_record::RemoveTopicRecord),
    DELEGATION_TOKEN_RECORD => DelegationToken(crate::delegation_token_record::DelegationTokenRecord<'a>),
    USER_SCRAM_CREDENTIAL_RECORD => UserScramCredential(crate::user_scram_credential_record::UserScramCredentialRecord<'a>),
    FEATURE_LEVEL_RECORD => FeatureLevel(crate::feature_level_record::FeatureLevelRecord<'a>),
    CLIENT_QUOTA_RECORD => ClientQuota(crate::client_quota_record::ClientQuotaRecord<'a>),
    PRODUCER_IDS_RECORD => ProducerIds(crate::producer_ids_record::ProducerIdsRecord),
    BROKER_REGISTRATION_CHANGE_RECORD => BrokerRegistrationChange(crate::broker_registration_change_record::BrokerRegistrationChangeRecord),
    ACCESS_CONTROL_ENTRY_RECORD => AccessControlEntry(crate::access_control_entry_record::AccessControlEntryRecord<'a>),
    REMOVE_ACCESS_CONTROL_ENTRY_RECORD => RemoveAccessControlEntry(crate::remove_access_control_entry_record::RemoveAccessControlEntryRecord),
    NO_OP_RECORD => NoOp(crate::no_op_record::NoOpRecord),
    ZK_MIGRATION_STATE_RECORD => ZkMigrationState(crate::zk_migration_state_record::ZkMigrationStateRecord),
    REMOVE_USER_SCRAM_CREDENTIAL_RECORD => RemoveUserScramCredential(crate::remove_user_scram_credential_record::RemoveUserScramCredentialRecord<'a>),
    BEGIN_TRANSACTION_RECORD => BeginTransaction(crate::begin_transaction_record::BeginTransactionRecord<'a>),
    END_TRANSACTION_RECORD => EndTransaction(crate::end_transaction_record::EndTransactionRecord),
    ABORT_TRANSACTION_RECORD => AbortTransaction(crate::abort_transaction_record::AbortTransactionRecord<'a>),
    REMOVE_DELEGATION_TOKEN_RECORD => RemoveDelegationToken(crate::remove_delegation_token_record::RemoveDelegationTokenRecord<'a>),
    REGISTER_CONTROLLER_RECORD => RegisterController(crate::register_controller_record::RegisterControllerRecord<'a>),
    CLEAR_ELR_RECORD => ClearElr(crate::clear_elr_record::ClearElrRecord<'a>),
    UNREGISTER_CONTROLLER_RECORD => UnregisterController(crate::unregister_controller_record::UnregisterControllerRecord),
    }
}
