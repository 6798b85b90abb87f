// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ListGroupsRequest`: API key 16, versions 0-5, flexible 3-5.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ListGroupsRequest`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListGroupsRequest<'a> {
    /// `StatesFilter`: versions 4+.
    pub states_filter: Vec<Str<'a>>,
    /// `TypesFilter`: versions 5+.
    pub types_filter: Vec<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ListGroupsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let states_filter = if version >= 4 {
            r.array(flexible, 1, |r| r.string(flexible))?
        } else {
            Vec::new()
        };
        let types_filter = if version >= 5 {
            r.array(flexible, 1, |r| r.string(flexible))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            states_filter,
            types_filter,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        if version >= 4 {
            s.len32(flexible, Some(self.states_filter.len()))?;
            for x in &self.states_filter {
                s.string(flexible, x)?;
            }
        } else if !self.states_filter.is_empty() {
            return Err(EncodeError::not_in_version("StatesFilter", version));
        }
        if version >= 5 {
            s.len32(flexible, Some(self.types_filter.len()))?;
            for x in &self.types_filter {
                s.string(flexible, x)?;
            }
        } else if !self.types_filter.is_empty() {
            return Err(EncodeError::not_in_version("TypesFilter", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListGroupsRequest<'static> {
        ListGroupsRequest {
            states_filter: owned_vec(self.states_filter, owned_str),
            types_filter: owned_vec(self.types_filter, owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ListGroupsRequest<'a>, "ListGroupsRequest", 0, 5);

impl<'a> crate::Request<'a> for ListGroupsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ListGroups;
    type Response<'r> = crate::list_groups_response::ListGroupsResponse<'r>;
}
