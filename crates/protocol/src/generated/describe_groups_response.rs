// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeGroupsResponse`: API key 15, versions 0-6, flexible 5-6.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes,
    owned_str, owned_vec,
};
use model::ErrorCode;

/// `DescribeGroupsResponse`, versions 0-6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeGroupsResponse<'a> {
    /// `ThrottleTimeMs`: versions 1+, ignorable.
    pub throttle_time_ms: i32,
    /// `Groups`: versions 0+.
    pub groups: Vec<DescribedGroup<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeGroupsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let groups = r.array(flexible, 12, |r| DescribedGroup::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            groups,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        if version >= 1 {
            s.i32(self.throttle_time_ms);
        }
        s.len32(flexible, Some(self.groups.len()))?;
        for x in &self.groups {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeGroupsResponse<'static> {
        DescribeGroupsResponse {
            throttle_time_ms: self.throttle_time_ms,
            groups: owned_vec(self.groups, DescribedGroup::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeGroupsResponse`, versions 0-6.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribedGroup<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 6+.
    pub error_message: Option<Str<'a>>,
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `GroupState`: versions 0+.
    pub group_state: Str<'a>,
    /// `ProtocolType`: versions 0+.
    pub protocol_type: Str<'a>,
    /// `ProtocolData`: versions 0+.
    pub protocol_data: Str<'a>,
    /// `Members`: versions 0+.
    pub members: Vec<DescribedGroupMember<'a>>,
    /// `AuthorizedOperations`: versions 3+, default -2147483648.
    pub authorized_operations: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribedGroup<'_> {
    fn default() -> Self {
        Self {
            error_code: ErrorCode::NONE,
            error_message: None,
            group_id: Str::default(),
            group_state: Str::default(),
            protocol_type: Str::default(),
            protocol_data: Str::default(),
            members: Vec::new(),
            authorized_operations: -2147483648,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribedGroup<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let error_code = r.error_code()?;
        let error_message = if version >= 6 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let group_id = r.string(flexible)?;
        let group_state = r.string(flexible)?;
        let protocol_type = r.string(flexible)?;
        let protocol_data = r.string(flexible)?;
        let members = r.array(flexible, 7, |r| DescribedGroupMember::read(r, version))?;
        let authorized_operations = if version >= 3 { r.i32()? } else { -2147483648 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            group_id,
            group_state,
            protocol_type,
            protocol_data,
            members,
            authorized_operations,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        s.error_code(self.error_code);
        if version >= 6 {
            s.opt_string(
                flexible,
                true,
                self.error_message.as_deref(),
                "ErrorMessage",
            )?;
        } else if self.error_message.is_some() {
            return Err(EncodeError::not_in_version("ErrorMessage", version));
        }
        s.string(flexible, &self.group_id)?;
        s.string(flexible, &self.group_state)?;
        s.string(flexible, &self.protocol_type)?;
        s.string(flexible, &self.protocol_data)?;
        s.len32(flexible, Some(self.members.len()))?;
        for x in &self.members {
            x.write(s, version)?;
        }
        if version >= 3 {
            s.i32(self.authorized_operations);
        } else if self.authorized_operations != -2147483648 {
            return Err(EncodeError::not_in_version("AuthorizedOperations", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribedGroup<'static> {
        DescribedGroup {
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            group_id: owned_str(self.group_id),
            group_state: owned_str(self.group_state),
            protocol_type: owned_str(self.protocol_type),
            protocol_data: owned_str(self.protocol_data),
            members: owned_vec(self.members, DescribedGroupMember::into_owned),
            authorized_operations: self.authorized_operations,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeGroupsResponse`, versions 0-6.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribedGroupMember<'a> {
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `GroupInstanceId`: versions 4+, ignorable.
    pub group_instance_id: Option<Str<'a>>,
    /// `ClientId`: versions 0+.
    pub client_id: Str<'a>,
    /// `ClientHost`: versions 0+.
    pub client_host: Str<'a>,
    /// `MemberMetadata`: versions 0+.
    pub member_metadata: Bytes<'a>,
    /// `MemberAssignment`: versions 0+.
    pub member_assignment: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribedGroupMember<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let member_id = r.string(flexible)?;
        let group_instance_id = if version >= 4 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let client_id = r.string(flexible)?;
        let client_host = r.string(flexible)?;
        let member_metadata = r.bytes(flexible)?;
        let member_assignment = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_id,
            group_instance_id,
            client_id,
            client_host,
            member_metadata,
            member_assignment,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        s.string(flexible, &self.member_id)?;
        if version >= 4 {
            s.opt_string(
                flexible,
                true,
                self.group_instance_id.as_deref(),
                "GroupInstanceId",
            )?;
        }
        s.string(flexible, &self.client_id)?;
        s.string(flexible, &self.client_host)?;
        s.bytes(flexible, &self.member_metadata)?;
        s.bytes(flexible, &self.member_assignment)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribedGroupMember<'static> {
        DescribedGroupMember {
            member_id: owned_str(self.member_id),
            group_instance_id: self.group_instance_id.map(owned_str),
            client_id: owned_str(self.client_id),
            client_host: owned_str(self.client_host),
            member_metadata: owned_bytes(self.member_metadata),
            member_assignment: owned_bytes(self.member_assignment),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DescribeGroupsResponse<'a>, "DescribeGroupsResponse", 0, 6);

impl<'a> crate::Response<'a> for DescribeGroupsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeGroups;
}
