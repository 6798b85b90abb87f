// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `JoinGroupResponse`: API key 11, versions 0-9, flexible 6-9.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes,
    owned_str, owned_vec,
};
use model::ErrorCode;

/// `JoinGroupResponse`, versions 0-9.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinGroupResponse<'a> {
    /// `ThrottleTimeMs`: versions 2+, ignorable.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `GenerationId`: versions 0+, default -1.
    pub generation_id: i32,
    /// `ProtocolType`: versions 7+, ignorable.
    pub protocol_type: Option<Str<'a>>,
    /// `ProtocolName`: versions 0+, null in 7+.
    pub protocol_name: Option<Str<'a>>,
    /// `Leader`: versions 0+.
    pub leader: Str<'a>,
    /// `SkipAssignment`: versions 9+.
    pub skip_assignment: bool,
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `Members`: versions 0+.
    pub members: Vec<JoinGroupResponseMember<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for JoinGroupResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: ErrorCode::NONE,
            generation_id: -1,
            protocol_type: None,
            protocol_name: Some(Str::default()),
            leader: Str::default(),
            skip_assignment: false,
            member_id: Str::default(),
            members: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> JoinGroupResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let throttle_time_ms = if version >= 2 { r.i32()? } else { 0 };
        let error_code = r.error_code()?;
        let generation_id = r.i32()?;
        let protocol_type = if version >= 7 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let protocol_name = r.opt_string(flexible, version >= 7)?;
        let leader = r.string(flexible)?;
        let skip_assignment = if version >= 9 { r.bool()? } else { false };
        let member_id = r.string(flexible)?;
        let members = r.array(flexible, 4, |r| JoinGroupResponseMember::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            generation_id,
            protocol_type,
            protocol_name,
            leader,
            skip_assignment,
            member_id,
            members,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        if version >= 2 {
            s.i32(self.throttle_time_ms);
        }
        s.error_code(self.error_code);
        s.i32(self.generation_id);
        if version >= 7 {
            s.opt_string(
                flexible,
                true,
                self.protocol_type.as_deref(),
                "ProtocolType",
            )?;
        }
        s.opt_string(
            flexible,
            version >= 7,
            self.protocol_name.as_deref(),
            "ProtocolName",
        )?;
        s.string(flexible, &self.leader)?;
        if version >= 9 {
            s.bool(self.skip_assignment);
        } else if self.skip_assignment {
            return Err(EncodeError::not_in_version("SkipAssignment", version));
        }
        s.string(flexible, &self.member_id)?;
        s.len32(flexible, Some(self.members.len()))?;
        for x in &self.members {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> JoinGroupResponse<'static> {
        JoinGroupResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            generation_id: self.generation_id,
            protocol_type: self.protocol_type.map(owned_str),
            protocol_name: self.protocol_name.map(owned_str),
            leader: owned_str(self.leader),
            skip_assignment: self.skip_assignment,
            member_id: owned_str(self.member_id),
            members: owned_vec(self.members, JoinGroupResponseMember::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `JoinGroupResponse`, versions 0-9.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JoinGroupResponseMember<'a> {
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `GroupInstanceId`: versions 5+, ignorable.
    pub group_instance_id: Option<Str<'a>>,
    /// `Metadata`: versions 0+.
    pub metadata: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> JoinGroupResponseMember<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let member_id = r.string(flexible)?;
        let group_instance_id = if version >= 5 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let metadata = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_id,
            group_instance_id,
            metadata,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.string(flexible, &self.member_id)?;
        if version >= 5 {
            s.opt_string(
                flexible,
                true,
                self.group_instance_id.as_deref(),
                "GroupInstanceId",
            )?;
        }
        s.bytes(flexible, &self.metadata)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> JoinGroupResponseMember<'static> {
        JoinGroupResponseMember {
            member_id: owned_str(self.member_id),
            group_instance_id: self.group_instance_id.map(owned_str),
            metadata: owned_bytes(self.metadata),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(JoinGroupResponse<'a>, "JoinGroupResponse", 0, 9);

impl<'a> crate::Response<'a> for JoinGroupResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::JoinGroup;
}
