//! What guards the cluster: ACLs, SCRAM credentials, delegation tokens. Kept as records have it.

use std::fmt;

use model::Uuid;
use protocol::access_control_entry_record::AccessControlEntryRecord;
use protocol::delegation_token_record::DelegationTokenRecord;
use protocol::user_scram_credential_record::UserScramCredentialRecord;

/// One access control entry. The numbers are Kafka's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acl {
    /// What it names: 2 topic, 3 group, 4 cluster, 5 transactional id, 6 delegation token, 7 user.
    pub resource_type: i8,
    /// The resource's name or prefix.
    pub resource_name: Box<str>,
    /// 3 literal, 4 prefixed.
    pub pattern_type: i8,
    /// Whom it concerns, for example `User:alice`.
    pub principal: Box<str>,
    /// From where; `*` for everywhere.
    pub host: Box<str>,
    /// What is done.
    pub operation: i8,
    /// 2 deny, 3 allow.
    pub permission_type: i8,
}

impl Acl {
    pub(crate) fn from_record(record: &AccessControlEntryRecord<'_>) -> Self {
        Self {
            resource_type: record.resource_type,
            resource_name: record.resource_name.as_ref().into(),
            pattern_type: record.pattern_type,
            principal: record.principal.as_ref().into(),
            host: record.host.as_ref().into(),
            operation: record.operation,
            permission_type: record.permission_type,
        }
    }
}

/// What a user proves knowledge of (RFC 5802, KIP-554). Its keys are never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ScramCredential {
    /// The salt.
    pub salt: Box<[u8]>,
    /// Verifies the client.
    pub stored_key: Box<[u8]>,
    /// Proves the server.
    pub server_key: Box<[u8]>,
    /// How often the password was hashed.
    pub iterations: i32,
}

impl ScramCredential {
    pub(crate) fn from_record(record: &UserScramCredentialRecord<'_>) -> Self {
        Self {
            salt: record.salt.as_ref().into(),
            stored_key: record.stored_key.as_ref().into(),
            server_key: record.server_key.as_ref().into(),
            iterations: record.iterations,
        }
    }
}

impl fmt::Debug for ScramCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScramCredential")
            .field("iterations", &self.iterations)
            .finish_non_exhaustive()
    }
}

/// A delegation token (KIP-48). Its HMAC is not kept: it follows from the id and the secret key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DelegationToken {
    /// For whom it stands.
    pub owner: Box<str>,
    /// Who asked for it.
    pub requester: Box<str>,
    /// Who else may renew it.
    pub renewers: Vec<Box<str>>,
    /// When it was made, in milliseconds since the epoch.
    pub issue_timestamp: i64,
    /// Until when it may be renewed.
    pub max_timestamp: i64,
    /// Until when it is valid.
    pub expiration_timestamp: i64,
}

impl DelegationToken {
    pub(crate) fn from_record(record: &DelegationTokenRecord<'_>) -> Self {
        Self {
            owner: record.owner.as_ref().into(),
            requester: record.requester.as_ref().into(),
            renewers: record
                .renewers
                .iter()
                .map(|name| name.as_ref().into())
                .collect(),
            issue_timestamp: record.issue_timestamp,
            max_timestamp: record.max_timestamp,
            expiration_timestamp: record.expiration_timestamp,
        }
    }
}

/// An ACL by its id.
pub(crate) type AclId = Uuid;
