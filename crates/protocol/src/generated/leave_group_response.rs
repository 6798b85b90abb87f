// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `LeaveGroupResponse`: API key 13, versions 0-5, flexible 4-5.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `LeaveGroupResponse`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeaveGroupResponse<'a> {
    /// `ThrottleTimeMs`: versions 1+, ignorable.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Members`: versions 3+.
    pub members: Vec<MemberResponse<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> LeaveGroupResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let error_code = r.error_code()?;
        let members = if version >= 3 {
            r.array(flexible, 5, |r| MemberResponse::read(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            members,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        if version >= 1 {
            s.i32(self.throttle_time_ms);
        }
        s.error_code(self.error_code);
        if version >= 3 {
            s.len32(flexible, Some(self.members.len()))?;
            for x in &self.members {
                x.write(s, version)?;
            }
        } else if !self.members.is_empty() {
            return Err(EncodeError::not_in_version("Members", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> LeaveGroupResponse<'static> {
        LeaveGroupResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            members: owned_vec(self.members, MemberResponse::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `LeaveGroupResponse`, versions 3-5.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberResponse<'a> {
    /// `MemberId`: versions 3+.
    pub member_id: Str<'a>,
    /// `GroupInstanceId`: versions 3+.
    pub group_instance_id: Option<Str<'a>>,
    /// `ErrorCode`: versions 3+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for MemberResponse<'_> {
    fn default() -> Self {
        Self {
            member_id: Str::default(),
            group_instance_id: Some(Str::default()),
            error_code: ErrorCode::NONE,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> MemberResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let member_id = r.string(flexible)?;
        let group_instance_id = r.opt_string(flexible, true)?;
        let error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_id,
            group_instance_id,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.string(flexible, &self.member_id)?;
        s.opt_string(
            flexible,
            true,
            self.group_instance_id.as_deref(),
            "GroupInstanceId",
        )?;
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> MemberResponse<'static> {
        MemberResponse {
            member_id: owned_str(self.member_id),
            group_instance_id: self.group_instance_id.map(owned_str),
            error_code: self.error_code,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(LeaveGroupResponse<'a>, "LeaveGroupResponse", 0, 5);

impl<'a> crate::Response<'a> for LeaveGroupResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::LeaveGroup;
}
