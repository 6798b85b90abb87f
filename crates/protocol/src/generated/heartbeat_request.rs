// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `HeartbeatRequest`: API key 12, versions 0-4, flexible 4.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};

/// `HeartbeatRequest`, versions 0-4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeartbeatRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `GenerationId`: versions 0+.
    pub generation_id: i32,
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `GroupInstanceId`: versions 3+.
    pub group_instance_id: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> HeartbeatRequest<'a> {
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
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            generation_id,
            member_id,
            group_instance_id,
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
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> HeartbeatRequest<'static> {
        HeartbeatRequest {
            group_id: owned_str(self.group_id),
            generation_id: self.generation_id,
            member_id: owned_str(self.member_id),
            group_instance_id: self.group_instance_id.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(HeartbeatRequest<'a>, "HeartbeatRequest", 0, 4);

impl<'a> crate::Request<'a> for HeartbeatRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::Heartbeat;
    type Response<'r> = crate::heartbeat_response::HeartbeatResponse;
}
