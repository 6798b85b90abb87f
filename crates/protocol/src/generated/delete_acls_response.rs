// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DeleteAclsResponse`: API key 31, versions 1-3, flexible 2-3.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `DeleteAclsResponse`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteAclsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `FilterResults`: versions 0+.
    pub filter_results: Vec<DeleteAclsFilterResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteAclsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let throttle_time_ms = r.i32()?;
        let filter_results = r.array(flexible, 5, |r| DeleteAclsFilterResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            filter_results,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.filter_results.len()))?;
        for x in &self.filter_results {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteAclsResponse<'static> {
        DeleteAclsResponse {
            throttle_time_ms: self.throttle_time_ms,
            filter_results: owned_vec(self.filter_results, DeleteAclsFilterResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteAclsResponse`, versions 1-3.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteAclsFilterResult<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `MatchingAcls`: versions 0+.
    pub matching_acls: Vec<DeleteAclsMatchingAcl<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DeleteAclsFilterResult<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            matching_acls: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DeleteAclsFilterResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let matching_acls = r.array(flexible, 11, |r| DeleteAclsMatchingAcl::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            matching_acls,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.len32(flexible, Some(self.matching_acls.len()))?;
        for x in &self.matching_acls {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteAclsFilterResult<'static> {
        DeleteAclsFilterResult {
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            matching_acls: owned_vec(self.matching_acls, DeleteAclsMatchingAcl::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteAclsResponse`, versions 1-3.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteAclsMatchingAcl<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `ResourceType`: versions 0+.
    pub resource_type: i8,
    /// `ResourceName`: versions 0+.
    pub resource_name: Str<'a>,
    /// `PatternType`: versions 1+, default 3.
    pub pattern_type: i8,
    /// `Principal`: versions 0+.
    pub principal: Str<'a>,
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Operation`: versions 0+.
    pub operation: i8,
    /// `PermissionType`: versions 0+.
    pub permission_type: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DeleteAclsMatchingAcl<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            resource_type: 0,
            resource_name: Str::default(),
            pattern_type: 3,
            principal: Str::default(),
            host: Str::default(),
            operation: 0,
            permission_type: 0,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DeleteAclsMatchingAcl<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let resource_type = r.i8()?;
        let resource_name = r.string(flexible)?;
        let pattern_type = r.i8()?;
        let principal = r.string(flexible)?;
        let host = r.string(flexible)?;
        let operation = r.i8()?;
        let permission_type = r.i8()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            resource_type,
            resource_name,
            pattern_type,
            principal,
            host,
            operation,
            permission_type,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.i8(self.resource_type);
        s.string(flexible, &self.resource_name)?;
        s.i8(self.pattern_type);
        s.string(flexible, &self.principal)?;
        s.string(flexible, &self.host)?;
        s.i8(self.operation);
        s.i8(self.permission_type);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteAclsMatchingAcl<'static> {
        DeleteAclsMatchingAcl {
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            resource_type: self.resource_type,
            resource_name: owned_str(self.resource_name),
            pattern_type: self.pattern_type,
            principal: owned_str(self.principal),
            host: owned_str(self.host),
            operation: self.operation,
            permission_type: self.permission_type,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DeleteAclsResponse<'a>, "DeleteAclsResponse", 1, 3);

impl<'a> crate::Response<'a> for DeleteAclsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DeleteAcls;
}
