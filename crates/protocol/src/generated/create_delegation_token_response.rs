// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `CreateDelegationTokenResponse`: API key 38, versions 1-3, flexible 2-3.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes, owned_str,
};
use model::ErrorCode;

/// `CreateDelegationTokenResponse`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateDelegationTokenResponse<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `PrincipalType`: versions 0+.
    pub principal_type: Str<'a>,
    /// `PrincipalName`: versions 0+.
    pub principal_name: Str<'a>,
    /// `TokenRequesterPrincipalType`: versions 3+.
    pub token_requester_principal_type: Str<'a>,
    /// `TokenRequesterPrincipalName`: versions 3+.
    pub token_requester_principal_name: Str<'a>,
    /// `IssueTimestampMs`: versions 0+.
    pub issue_timestamp_ms: i64,
    /// `ExpiryTimestampMs`: versions 0+.
    pub expiry_timestamp_ms: i64,
    /// `MaxTimestampMs`: versions 0+.
    pub max_timestamp_ms: i64,
    /// `TokenId`: versions 0+.
    pub token_id: Str<'a>,
    /// `Hmac`: versions 0+.
    pub hmac: Bytes<'a>,
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> CreateDelegationTokenResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let error_code = r.error_code()?;
        let principal_type = r.string(flexible)?;
        let principal_name = r.string(flexible)?;
        let token_requester_principal_type = if version >= 3 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let token_requester_principal_name = if version >= 3 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let issue_timestamp_ms = r.i64()?;
        let expiry_timestamp_ms = r.i64()?;
        let max_timestamp_ms = r.i64()?;
        let token_id = r.string(flexible)?;
        let hmac = r.bytes(flexible)?;
        let throttle_time_ms = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            principal_type,
            principal_name,
            token_requester_principal_type,
            token_requester_principal_name,
            issue_timestamp_ms,
            expiry_timestamp_ms,
            max_timestamp_ms,
            token_id,
            hmac,
            throttle_time_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.error_code(self.error_code);
        s.string(flexible, &self.principal_type)?;
        s.string(flexible, &self.principal_name)?;
        if version >= 3 {
            s.string(flexible, &self.token_requester_principal_type)?;
        } else if !self.token_requester_principal_type.is_empty() {
            return Err(EncodeError::not_in_version(
                "TokenRequesterPrincipalType",
                version,
            ));
        }
        if version >= 3 {
            s.string(flexible, &self.token_requester_principal_name)?;
        } else if !self.token_requester_principal_name.is_empty() {
            return Err(EncodeError::not_in_version(
                "TokenRequesterPrincipalName",
                version,
            ));
        }
        s.i64(self.issue_timestamp_ms);
        s.i64(self.expiry_timestamp_ms);
        s.i64(self.max_timestamp_ms);
        s.string(flexible, &self.token_id)?;
        s.bytes(flexible, &self.hmac)?;
        s.i32(self.throttle_time_ms);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreateDelegationTokenResponse<'static> {
        CreateDelegationTokenResponse {
            error_code: self.error_code,
            principal_type: owned_str(self.principal_type),
            principal_name: owned_str(self.principal_name),
            token_requester_principal_type: owned_str(self.token_requester_principal_type),
            token_requester_principal_name: owned_str(self.token_requester_principal_name),
            issue_timestamp_ms: self.issue_timestamp_ms,
            expiry_timestamp_ms: self.expiry_timestamp_ms,
            max_timestamp_ms: self.max_timestamp_ms,
            token_id: owned_str(self.token_id),
            hmac: owned_bytes(self.hmac),
            throttle_time_ms: self.throttle_time_ms,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    CreateDelegationTokenResponse<'a>,
    "CreateDelegationTokenResponse",
    1,
    3
);

impl<'a> crate::Response<'a> for CreateDelegationTokenResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::CreateDelegationToken;
}
