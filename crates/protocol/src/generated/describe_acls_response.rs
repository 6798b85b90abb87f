// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeAclsResponse`: API key 29, versions 1-3, flexible 2-3.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `DescribeAclsResponse`, versions 1-3.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeAclsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `Resources`: versions 0+.
    pub resources: Vec<DescribeAclsResource<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeAclsResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            resources: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeAclsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let resources = r.array(flexible, 5, |r| DescribeAclsResource::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            resources,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        s.len32(flexible, Some(self.resources.len()))?;
        for x in &self.resources {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeAclsResponse<'static> {
        DescribeAclsResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            resources: owned_vec(self.resources, DescribeAclsResource::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeAclsResponse`, versions 1-3.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeAclsResource<'a> {
    /// `ResourceType`: versions 0+.
    pub resource_type: i8,
    /// `ResourceName`: versions 0+.
    pub resource_name: Str<'a>,
    /// `PatternType`: versions 1+, default 3.
    pub pattern_type: i8,
    /// `Acls`: versions 0+.
    pub acls: Vec<AclDescription<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeAclsResource<'_> {
    fn default() -> Self {
        Self {
            resource_type: 0,
            resource_name: Str::default(),
            pattern_type: 3,
            acls: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeAclsResource<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let resource_type = r.i8()?;
        let resource_name = r.string(flexible)?;
        let pattern_type = r.i8()?;
        let acls = r.array(flexible, 5, |r| AclDescription::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            resource_type,
            resource_name,
            pattern_type,
            acls,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i8(self.resource_type);
        s.string(flexible, &self.resource_name)?;
        s.i8(self.pattern_type);
        s.len32(flexible, Some(self.acls.len()))?;
        for x in &self.acls {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeAclsResource<'static> {
        DescribeAclsResource {
            resource_type: self.resource_type,
            resource_name: owned_str(self.resource_name),
            pattern_type: self.pattern_type,
            acls: owned_vec(self.acls, AclDescription::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeAclsResponse`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AclDescription<'a> {
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

impl<'a> AclDescription<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let principal = r.string(flexible)?;
        let host = r.string(flexible)?;
        let operation = r.i8()?;
        let permission_type = r.i8()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            principal,
            host,
            operation,
            permission_type,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.principal)?;
        s.string(flexible, &self.host)?;
        s.i8(self.operation);
        s.i8(self.permission_type);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AclDescription<'static> {
        AclDescription {
            principal: owned_str(self.principal),
            host: owned_str(self.host),
            operation: self.operation,
            permission_type: self.permission_type,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DescribeAclsResponse<'a>, "DescribeAclsResponse", 1, 3);

impl<'a> crate::Response<'a> for DescribeAclsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeAcls;
}
