// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DeleteAclsRequest`: API key 31, versions 1-3, flexible 2-3.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DeleteAclsRequest`, versions 1-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteAclsRequest<'a> {
    /// `Filters`: versions 0+.
    pub filters: Vec<DeleteAclsFilter<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteAclsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let filters = r.array(flexible, 8, |r| DeleteAclsFilter::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            filters,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.len32(flexible, Some(self.filters.len()))?;
        for x in &self.filters {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteAclsRequest<'static> {
        DeleteAclsRequest {
            filters: owned_vec(self.filters, DeleteAclsFilter::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteAclsRequest`, versions 1-3.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteAclsFilter<'a> {
    /// `ResourceTypeFilter`: versions 0+.
    pub resource_type_filter: i8,
    /// `ResourceNameFilter`: versions 0+.
    pub resource_name_filter: Option<Str<'a>>,
    /// `PatternTypeFilter`: versions 1+, default 3.
    pub pattern_type_filter: i8,
    /// `PrincipalFilter`: versions 0+.
    pub principal_filter: Option<Str<'a>>,
    /// `HostFilter`: versions 0+.
    pub host_filter: Option<Str<'a>>,
    /// `Operation`: versions 0+.
    pub operation: i8,
    /// `PermissionType`: versions 0+.
    pub permission_type: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DeleteAclsFilter<'_> {
    fn default() -> Self {
        Self {
            resource_type_filter: 0,
            resource_name_filter: Some(Str::default()),
            pattern_type_filter: 3,
            principal_filter: Some(Str::default()),
            host_filter: Some(Str::default()),
            operation: 0,
            permission_type: 0,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DeleteAclsFilter<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let resource_type_filter = r.i8()?;
        let resource_name_filter = r.opt_string(flexible, true)?;
        let pattern_type_filter = r.i8()?;
        let principal_filter = r.opt_string(flexible, true)?;
        let host_filter = r.opt_string(flexible, true)?;
        let operation = r.i8()?;
        let permission_type = r.i8()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            resource_type_filter,
            resource_name_filter,
            pattern_type_filter,
            principal_filter,
            host_filter,
            operation,
            permission_type,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i8(self.resource_type_filter);
        s.opt_string(
            flexible,
            true,
            self.resource_name_filter.as_deref(),
            "ResourceNameFilter",
        )?;
        s.i8(self.pattern_type_filter);
        s.opt_string(
            flexible,
            true,
            self.principal_filter.as_deref(),
            "PrincipalFilter",
        )?;
        s.opt_string(flexible, true, self.host_filter.as_deref(), "HostFilter")?;
        s.i8(self.operation);
        s.i8(self.permission_type);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteAclsFilter<'static> {
        DeleteAclsFilter {
            resource_type_filter: self.resource_type_filter,
            resource_name_filter: self.resource_name_filter.map(owned_str),
            pattern_type_filter: self.pattern_type_filter,
            principal_filter: self.principal_filter.map(owned_str),
            host_filter: self.host_filter.map(owned_str),
            operation: self.operation,
            permission_type: self.permission_type,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DeleteAclsRequest<'a>, "DeleteAclsRequest", 1, 3);

impl<'a> crate::Request<'a> for DeleteAclsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DeleteAcls;
    type Response<'r> = crate::delete_acls_response::DeleteAclsResponse<'r>;
}
