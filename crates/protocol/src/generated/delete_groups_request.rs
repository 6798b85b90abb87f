// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DeleteGroupsRequest`: API key 42, versions 0-3, flexible 2-3.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DeleteGroupsRequest`, versions 0-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteGroupsRequest<'a> {
    /// `GroupsNames`: versions 0+.
    pub groups_names: Vec<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteGroupsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let groups_names = r.array(flexible, 1, |r| r.string(flexible))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            groups_names,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.len32(flexible, Some(self.groups_names.len()))?;
        for x in &self.groups_names {
            s.string(flexible, x)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteGroupsRequest<'static> {
        DeleteGroupsRequest {
            groups_names: owned_vec(self.groups_names, owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DeleteGroupsRequest<'a>, "DeleteGroupsRequest", 0, 3);

impl<'a> crate::Request<'a> for DeleteGroupsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DeleteGroups;
    type Response<'r> = crate::delete_groups_response::DeleteGroupsResponse<'r>;
}
