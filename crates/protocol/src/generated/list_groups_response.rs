// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ListGroupsResponse`: API key 16, versions 0-5, flexible 3-5.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `ListGroupsResponse`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListGroupsResponse<'a> {
    /// `ThrottleTimeMs`: versions 1+, ignorable.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Groups`: versions 0+.
    pub groups: Vec<ListedGroup<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ListGroupsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let error_code = r.error_code()?;
        let groups = r.array(flexible, 3, |r| ListedGroup::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            groups,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        if version >= 1 {
            s.i32(self.throttle_time_ms);
        }
        s.error_code(self.error_code);
        s.len32(flexible, Some(self.groups.len()))?;
        for x in &self.groups {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListGroupsResponse<'static> {
        ListGroupsResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            groups: owned_vec(self.groups, ListedGroup::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ListGroupsResponse`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListedGroup<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `ProtocolType`: versions 0+.
    pub protocol_type: Str<'a>,
    /// `GroupState`: versions 4+, ignorable.
    pub group_state: Str<'a>,
    /// `GroupType`: versions 5+, ignorable.
    pub group_type: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ListedGroup<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let group_id = r.string(flexible)?;
        let protocol_type = r.string(flexible)?;
        let group_state = if version >= 4 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let group_type = if version >= 5 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            protocol_type,
            group_state,
            group_type,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.string(flexible, &self.group_id)?;
        s.string(flexible, &self.protocol_type)?;
        if version >= 4 {
            s.string(flexible, &self.group_state)?;
        }
        if version >= 5 {
            s.string(flexible, &self.group_type)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListedGroup<'static> {
        ListedGroup {
            group_id: owned_str(self.group_id),
            protocol_type: owned_str(self.protocol_type),
            group_state: owned_str(self.group_state),
            group_type: owned_str(self.group_type),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ListGroupsResponse<'a>, "ListGroupsResponse", 0, 5);

impl<'a> crate::Response<'a> for ListGroupsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ListGroups;
}
