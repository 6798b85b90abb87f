// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `SyncGroupRequest`: API key 14, versions 0-5, flexible 4-5.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes,
    owned_str, owned_vec,
};

/// `SyncGroupRequest`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncGroupRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `GenerationId`: versions 0+.
    pub generation_id: i32,
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `GroupInstanceId`: versions 3+.
    pub group_instance_id: Option<Str<'a>>,
    /// `ProtocolType`: versions 5+, ignorable.
    pub protocol_type: Option<Str<'a>>,
    /// `ProtocolName`: versions 5+, ignorable.
    pub protocol_name: Option<Str<'a>>,
    /// `Assignments`: versions 0+.
    pub assignments: Vec<SyncGroupRequestAssignment<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> SyncGroupRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let group_id = r.string(flexible)?;
        let generation_id = r.i32()?;
        let member_id = r.string(flexible)?;
        let group_instance_id = if version >= 3 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let protocol_type = if version >= 5 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let protocol_name = if version >= 5 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let assignments = r.array(flexible, 3, |r| {
            SyncGroupRequestAssignment::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            generation_id,
            member_id,
            group_instance_id,
            protocol_type,
            protocol_name,
            assignments,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.string(flexible, &self.group_id)?;
        s.i32(self.generation_id);
        s.string(flexible, &self.member_id)?;
        if version >= 3 {
            s.opt_string(
                flexible,
                true,
                self.group_instance_id.as_deref(),
                "GroupInstanceId",
            )?;
        } else if self.group_instance_id.is_some() {
            return Err(EncodeError::not_in_version("GroupInstanceId", version));
        }
        if version >= 5 {
            s.opt_string(
                flexible,
                true,
                self.protocol_type.as_deref(),
                "ProtocolType",
            )?;
        }
        if version >= 5 {
            s.opt_string(
                flexible,
                true,
                self.protocol_name.as_deref(),
                "ProtocolName",
            )?;
        }
        s.len32(flexible, Some(self.assignments.len()))?;
        for x in &self.assignments {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> SyncGroupRequest<'static> {
        SyncGroupRequest {
            group_id: owned_str(self.group_id),
            generation_id: self.generation_id,
            member_id: owned_str(self.member_id),
            group_instance_id: self.group_instance_id.map(owned_str),
            protocol_type: self.protocol_type.map(owned_str),
            protocol_name: self.protocol_name.map(owned_str),
            assignments: owned_vec(self.assignments, SyncGroupRequestAssignment::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `SyncGroupRequest`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncGroupRequestAssignment<'a> {
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `Assignment`: versions 0+.
    pub assignment: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> SyncGroupRequestAssignment<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let member_id = r.string(flexible)?;
        let assignment = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_id,
            assignment,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.string(flexible, &self.member_id)?;
        s.bytes(flexible, &self.assignment)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> SyncGroupRequestAssignment<'static> {
        SyncGroupRequestAssignment {
            member_id: owned_str(self.member_id),
            assignment: owned_bytes(self.assignment),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(SyncGroupRequest<'a>, "SyncGroupRequest", 0, 5);

impl<'a> crate::Request<'a> for SyncGroupRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::SyncGroup;
    type Response<'r> = crate::sync_group_response::SyncGroupResponse<'r>;
}
