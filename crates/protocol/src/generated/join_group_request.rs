// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `JoinGroupRequest`: API key 11, versions 0-9, flexible 6-9.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes,
    owned_str, owned_vec,
};

/// `JoinGroupRequest`, versions 0-9.
#[derive(Clone, Debug, PartialEq)]
pub struct JoinGroupRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `SessionTimeoutMs`: versions 0+.
    pub session_timeout_ms: i32,
    /// `RebalanceTimeoutMs`: versions 1+, default -1, ignorable.
    pub rebalance_timeout_ms: i32,
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `GroupInstanceId`: versions 5+.
    pub group_instance_id: Option<Str<'a>>,
    /// `ProtocolType`: versions 0+.
    pub protocol_type: Str<'a>,
    /// `Protocols`: versions 0+.
    pub protocols: Vec<JoinGroupRequestProtocol<'a>>,
    /// `Reason`: versions 8+, ignorable.
    pub reason: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for JoinGroupRequest<'_> {
    fn default() -> Self {
        Self {
            group_id: Str::default(),
            session_timeout_ms: 0,
            rebalance_timeout_ms: -1,
            member_id: Str::default(),
            group_instance_id: None,
            protocol_type: Str::default(),
            protocols: Vec::new(),
            reason: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> JoinGroupRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let group_id = r.string(flexible)?;
        let session_timeout_ms = r.i32()?;
        let rebalance_timeout_ms = if version >= 1 { r.i32()? } else { -1 };
        let member_id = r.string(flexible)?;
        let group_instance_id = if version >= 5 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let protocol_type = r.string(flexible)?;
        let protocols = r.array(flexible, 3, |r| JoinGroupRequestProtocol::read(r, version))?;
        let reason = if version >= 8 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            session_timeout_ms,
            rebalance_timeout_ms,
            member_id,
            group_instance_id,
            protocol_type,
            protocols,
            reason,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.string(flexible, &self.group_id)?;
        s.i32(self.session_timeout_ms);
        if version >= 1 {
            s.i32(self.rebalance_timeout_ms);
        }
        s.string(flexible, &self.member_id)?;
        if version >= 5 {
            s.opt_string(
                flexible,
                true,
                self.group_instance_id.as_deref(),
                "GroupInstanceId",
            )?;
        } else if self.group_instance_id.is_some() {
            return Err(EncodeError::not_in_version("GroupInstanceId", version));
        }
        s.string(flexible, &self.protocol_type)?;
        s.len32(flexible, Some(self.protocols.len()))?;
        for x in &self.protocols {
            x.write(s, version)?;
        }
        if version >= 8 {
            s.opt_string(flexible, true, self.reason.as_deref(), "Reason")?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> JoinGroupRequest<'static> {
        JoinGroupRequest {
            group_id: owned_str(self.group_id),
            session_timeout_ms: self.session_timeout_ms,
            rebalance_timeout_ms: self.rebalance_timeout_ms,
            member_id: owned_str(self.member_id),
            group_instance_id: self.group_instance_id.map(owned_str),
            protocol_type: owned_str(self.protocol_type),
            protocols: owned_vec(self.protocols, JoinGroupRequestProtocol::into_owned),
            reason: self.reason.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `JoinGroupRequest`, versions 0-9.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JoinGroupRequestProtocol<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Metadata`: versions 0+.
    pub metadata: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> JoinGroupRequestProtocol<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let name = r.string(flexible)?;
        let metadata = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            metadata,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.string(flexible, &self.name)?;
        s.bytes(flexible, &self.metadata)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> JoinGroupRequestProtocol<'static> {
        JoinGroupRequestProtocol {
            name: owned_str(self.name),
            metadata: owned_bytes(self.metadata),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(JoinGroupRequest<'a>, "JoinGroupRequest", 0, 9);

impl<'a> crate::Request<'a> for JoinGroupRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::JoinGroup;
    type Response<'r> = crate::join_group_response::JoinGroupResponse<'r>;
}
