// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `GroupMetadataValue`: record type 2, versions 0-4, flexible 4.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes,
    owned_str, owned_vec,
};

/// `GroupMetadataValue`, versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupMetadataValue<'a> {
    /// `protocolType`: versions 0+.
    pub protocol_type: Str<'a>,
    /// `generation`: versions 0+.
    pub generation: i32,
    /// `protocol`: versions 0+.
    pub protocol: Option<Str<'a>>,
    /// `leader`: versions 0+.
    pub leader: Option<Str<'a>>,
    /// `currentStateTimestamp`: versions 2+, default -1, ignorable.
    pub current_state_timestamp: i64,
    /// `members`: versions 0+.
    pub members: Vec<MemberMetadata<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for GroupMetadataValue<'_> {
    fn default() -> Self {
        Self {
            protocol_type: Str::default(),
            generation: 0,
            protocol: Some(Str::default()),
            leader: Some(Str::default()),
            current_state_timestamp: -1,
            members: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> GroupMetadataValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let protocol_type = r.string(flexible)?;
        let generation = r.i32()?;
        let protocol = r.opt_string(flexible, true)?;
        let leader = r.opt_string(flexible, true)?;
        let current_state_timestamp = if version >= 2 { r.i64()? } else { -1 };
        let members = r.array(flexible, 15, |r| MemberMetadata::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            protocol_type,
            generation,
            protocol,
            leader,
            current_state_timestamp,
            members,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.string(flexible, &self.protocol_type)?;
        s.i32(self.generation);
        s.opt_string(flexible, true, self.protocol.as_deref(), "protocol")?;
        s.opt_string(flexible, true, self.leader.as_deref(), "leader")?;
        if version >= 2 {
            s.i64(self.current_state_timestamp);
        }
        s.len32(flexible, Some(self.members.len()))?;
        for x in &self.members {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> GroupMetadataValue<'static> {
        GroupMetadataValue {
            protocol_type: owned_str(self.protocol_type),
            generation: self.generation,
            protocol: self.protocol.map(owned_str),
            leader: self.leader.map(owned_str),
            current_state_timestamp: self.current_state_timestamp,
            members: owned_vec(self.members, MemberMetadata::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `GroupMetadataValue`, versions 0-4.
#[derive(Clone, Debug, PartialEq)]
pub struct MemberMetadata<'a> {
    /// `memberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `groupInstanceId`: versions 3+, ignorable.
    pub group_instance_id: Option<Str<'a>>,
    /// `clientId`: versions 0+.
    pub client_id: Str<'a>,
    /// `clientHost`: versions 0+.
    pub client_host: Str<'a>,
    /// `rebalanceTimeout`: versions 1+, default -1, ignorable.
    pub rebalance_timeout: i32,
    /// `sessionTimeout`: versions 0+.
    pub session_timeout: i32,
    /// `subscription`: versions 0+.
    pub subscription: Bytes<'a>,
    /// `assignment`: versions 0+.
    pub assignment: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for MemberMetadata<'_> {
    fn default() -> Self {
        Self {
            member_id: Str::default(),
            group_instance_id: None,
            client_id: Str::default(),
            client_host: Str::default(),
            rebalance_timeout: -1,
            session_timeout: 0,
            subscription: Bytes::default(),
            assignment: Bytes::default(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> MemberMetadata<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let member_id = r.string(flexible)?;
        let group_instance_id = if version >= 3 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let client_id = r.string(flexible)?;
        let client_host = r.string(flexible)?;
        let rebalance_timeout = if version >= 1 { r.i32()? } else { -1 };
        let session_timeout = r.i32()?;
        let subscription = r.bytes(flexible)?;
        let assignment = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            member_id,
            group_instance_id,
            client_id,
            client_host,
            rebalance_timeout,
            session_timeout,
            subscription,
            assignment,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.string(flexible, &self.member_id)?;
        if version >= 3 {
            s.opt_string(
                flexible,
                true,
                self.group_instance_id.as_deref(),
                "groupInstanceId",
            )?;
        }
        s.string(flexible, &self.client_id)?;
        s.string(flexible, &self.client_host)?;
        if version >= 1 {
            s.i32(self.rebalance_timeout);
        }
        s.i32(self.session_timeout);
        s.bytes(flexible, &self.subscription)?;
        s.bytes(flexible, &self.assignment)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> MemberMetadata<'static> {
        MemberMetadata {
            member_id: owned_str(self.member_id),
            group_instance_id: self.group_instance_id.map(owned_str),
            client_id: owned_str(self.client_id),
            client_host: owned_str(self.client_host),
            rebalance_timeout: self.rebalance_timeout,
            session_timeout: self.session_timeout,
            subscription: owned_bytes(self.subscription),
            assignment: owned_bytes(self.assignment),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(GroupMetadataValue<'a>, "GroupMetadataValue", 0, 4);
