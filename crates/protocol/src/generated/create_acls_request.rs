// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `CreateAclsRequest`: API key 30, versions 1-3, flexible 2-3.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `CreateAclsRequest`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateAclsRequest<'a> {
    /// `Creations`: versions 0+.
    pub creations: Vec<AclCreation<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> CreateAclsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let creations = r.array(flexible, 8, |r| AclCreation::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            creations,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.len32(flexible, Some(self.creations.len()))?;
        for x in &self.creations {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreateAclsRequest<'static> {
        CreateAclsRequest {
            creations: owned_vec(self.creations, AclCreation::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `CreateAclsRequest`, versions 1-3.
#[derive(Clone, Debug, PartialEq)]
pub struct AclCreation<'a> {
    /// `ResourceType`: versions 0+.
    pub resource_type: i8,
    /// `ResourceName`: versions 0+.
    pub resource_name: Str<'a>,
    /// `ResourcePatternType`: versions 1+, default 3.
    pub resource_pattern_type: i8,
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

impl Default for AclCreation<'_> {
    fn default() -> Self {
        Self {
            resource_type: 0,
            resource_name: Str::default(),
            resource_pattern_type: 3,
            principal: Str::default(),
            host: Str::default(),
            operation: 0,
            permission_type: 0,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> AclCreation<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let resource_type = r.i8()?;
        let resource_name = r.string(flexible)?;
        let resource_pattern_type = r.i8()?;
        let principal = r.string(flexible)?;
        let host = r.string(flexible)?;
        let operation = r.i8()?;
        let permission_type = r.i8()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            resource_type,
            resource_name,
            resource_pattern_type,
            principal,
            host,
            operation,
            permission_type,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i8(self.resource_type);
        s.string(flexible, &self.resource_name)?;
        s.i8(self.resource_pattern_type);
        s.string(flexible, &self.principal)?;
        s.string(flexible, &self.host)?;
        s.i8(self.operation);
        s.i8(self.permission_type);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AclCreation<'static> {
        AclCreation {
            resource_type: self.resource_type,
            resource_name: owned_str(self.resource_name),
            resource_pattern_type: self.resource_pattern_type,
            principal: owned_str(self.principal),
            host: owned_str(self.host),
            operation: self.operation,
            permission_type: self.permission_type,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(CreateAclsRequest<'a>, "CreateAclsRequest", 1, 3);

impl<'a> crate::Request<'a> for CreateAclsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::CreateAcls;
    type Response<'r> = crate::create_acls_response::CreateAclsResponse<'r>;
}
