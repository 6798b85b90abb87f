// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeDelegationTokenResponse`: API key 41, versions 1-3, flexible 2-3.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes,
    owned_str, owned_vec,
};
use model::ErrorCode;

/// `DescribeDelegationTokenResponse`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeDelegationTokenResponse<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Tokens`: versions 0+.
    pub tokens: Vec<DescribedDelegationToken<'a>>,
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeDelegationTokenResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let error_code = r.error_code()?;
        let tokens = r.array(flexible, 30, |r| DescribedDelegationToken::read(r, version))?;
        let throttle_time_ms = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            tokens,
            throttle_time_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.error_code(self.error_code);
        s.len32(flexible, Some(self.tokens.len()))?;
        for x in &self.tokens {
            x.write(s, version)?;
        }
        s.i32(self.throttle_time_ms);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeDelegationTokenResponse<'static> {
        DescribeDelegationTokenResponse {
            error_code: self.error_code,
            tokens: owned_vec(self.tokens, DescribedDelegationToken::into_owned),
            throttle_time_ms: self.throttle_time_ms,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeDelegationTokenResponse`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedDelegationToken<'a> {
    /// `PrincipalType`: versions 0+.
    pub principal_type: Str<'a>,
    /// `PrincipalName`: versions 0+.
    pub principal_name: Str<'a>,
    /// `TokenRequesterPrincipalType`: versions 3+.
    pub token_requester_principal_type: Str<'a>,
    /// `TokenRequesterPrincipalName`: versions 3+.
    pub token_requester_principal_name: Str<'a>,
    /// `IssueTimestamp`: versions 0+.
    pub issue_timestamp: i64,
    /// `ExpiryTimestamp`: versions 0+.
    pub expiry_timestamp: i64,
    /// `MaxTimestamp`: versions 0+.
    pub max_timestamp: i64,
    /// `TokenId`: versions 0+.
    pub token_id: Str<'a>,
    /// `Hmac`: versions 0+.
    pub hmac: Bytes<'a>,
    /// `Renewers`: versions 0+.
    pub renewers: Vec<DescribedDelegationTokenRenewer<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribedDelegationToken<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
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
        let issue_timestamp = r.i64()?;
        let expiry_timestamp = r.i64()?;
        let max_timestamp = r.i64()?;
        let token_id = r.string(flexible)?;
        let hmac = r.bytes(flexible)?;
        let renewers = r.array(flexible, 3, |r| {
            DescribedDelegationTokenRenewer::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            principal_type,
            principal_name,
            token_requester_principal_type,
            token_requester_principal_name,
            issue_timestamp,
            expiry_timestamp,
            max_timestamp,
            token_id,
            hmac,
            renewers,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
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
        s.i64(self.issue_timestamp);
        s.i64(self.expiry_timestamp);
        s.i64(self.max_timestamp);
        s.string(flexible, &self.token_id)?;
        s.bytes(flexible, &self.hmac)?;
        s.len32(flexible, Some(self.renewers.len()))?;
        for x in &self.renewers {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribedDelegationToken<'static> {
        DescribedDelegationToken {
            principal_type: owned_str(self.principal_type),
            principal_name: owned_str(self.principal_name),
            token_requester_principal_type: owned_str(self.token_requester_principal_type),
            token_requester_principal_name: owned_str(self.token_requester_principal_name),
            issue_timestamp: self.issue_timestamp,
            expiry_timestamp: self.expiry_timestamp,
            max_timestamp: self.max_timestamp,
            token_id: owned_str(self.token_id),
            hmac: owned_bytes(self.hmac),
            renewers: owned_vec(self.renewers, DescribedDelegationTokenRenewer::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeDelegationTokenResponse`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedDelegationTokenRenewer<'a> {
    /// `PrincipalType`: versions 0+.
    pub principal_type: Str<'a>,
    /// `PrincipalName`: versions 0+.
    pub principal_name: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribedDelegationTokenRenewer<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let principal_type = r.string(flexible)?;
        let principal_name = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            principal_type,
            principal_name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.principal_type)?;
        s.string(flexible, &self.principal_name)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribedDelegationTokenRenewer<'static> {
        DescribedDelegationTokenRenewer {
            principal_type: owned_str(self.principal_type),
            principal_name: owned_str(self.principal_name),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeDelegationTokenResponse<'a>,
    "DescribeDelegationTokenResponse",
    1,
    3
);

impl<'a> crate::Response<'a> for DescribeDelegationTokenResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeDelegationToken;
}
