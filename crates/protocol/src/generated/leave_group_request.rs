// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `LeaveGroupRequest`: API key 13, versions 0-5, flexible 4-5.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `LeaveGroupRequest`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeaveGroupRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `MemberId`: versions 0-2.
    pub member_id: Str<'a>,
    /// `Members`: versions 3+.
    pub members: Vec<MemberIdentity<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> LeaveGroupRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let group_id = r.string(flexible)?;
        let member_id = if version <= 2 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let members = if version >= 3 {
            r.array(flexible, 3, |r| MemberIdentity::read(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            member_id,
            members,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.string(flexible, &self.group_id)?;
        if version <= 2 {
            s.string(flexible, &self.member_id)?;
        } else if !self.member_id.is_empty() {
            return Err(EncodeError::not_in_version("MemberId", version));
        }
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
    pub fn into_owned(self) -> LeaveGroupRequest<'static> {
        LeaveGroupRequest {
            group_id: owned_str(self.group_id),
            member_id: owned_str(self.member_id),
            members: owned_vec(self.members, MemberIdentity::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `LeaveGroupRequest`, versions 3-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MemberIdentity<'a> {
    /// `MemberId`: versions 3+.
    pub member_id: Str<'a>,
    /// `GroupInstanceId`: versions 3+.
    pub group_instance_id: Option<Str<'a>>,
    /// `Reason`: versions 5+, ignorable.
    pub reason: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> MemberIdentity<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let member_id = r.string(flexible)?;
        let group_instance_id = r.opt_string(flexible, true)?;
        let reason = if version >= 5 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_id,
            group_instance_id,
            reason,
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
        if version >= 5 {
            s.opt_string(flexible, true, self.reason.as_deref(), "Reason")?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> MemberIdentity<'static> {
        MemberIdentity {
            member_id: owned_str(self.member_id),
            group_instance_id: self.group_instance_id.map(owned_str),
            reason: self.reason.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(LeaveGroupRequest<'a>, "LeaveGroupRequest", 0, 5);

impl<'a> crate::Request<'a> for LeaveGroupRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::LeaveGroup;
    type Response<'r> = crate::leave_group_response::LeaveGroupResponse<'r>;
}
