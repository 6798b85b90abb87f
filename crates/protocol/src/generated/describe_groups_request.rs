// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeGroupsRequest`: API key 15, versions 0-6, flexible 5-6.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeGroupsRequest`, versions 0-6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeGroupsRequest<'a> {
    /// `Groups`: versions 0+.
    pub groups: Vec<Str<'a>>,
    /// `IncludeAuthorizedOperations`: versions 3+.
    pub include_authorized_operations: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeGroupsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let groups = r.array(flexible, 1, |r| r.string(flexible))?;
        let include_authorized_operations = if version >= 3 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            groups,
            include_authorized_operations,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        s.len32(flexible, Some(self.groups.len()))?;
        for x in &self.groups {
            s.string(flexible, x)?;
        }
        if version >= 3 {
            s.bool(self.include_authorized_operations);
        } else if self.include_authorized_operations {
            return Err(EncodeError::not_in_version(
                "IncludeAuthorizedOperations",
                version,
            ));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeGroupsRequest<'static> {
        DescribeGroupsRequest {
            groups: owned_vec(self.groups, owned_str),
            include_authorized_operations: self.include_authorized_operations,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DescribeGroupsRequest<'a>, "DescribeGroupsRequest", 0, 6);

impl<'a> crate::Request<'a> for DescribeGroupsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeGroups;
    type Response<'r> = crate::describe_groups_response::DescribeGroupsResponse<'r>;
}
