// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `UpdateRaftVoterResponse`: API key 82, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields, owned_str,
};
use model::ErrorCode;

/// `UpdateRaftVoterResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UpdateRaftVoterResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `CurrentLeader`: versions 0+, tag 0.
    pub current_leader: CurrentLeader<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> UpdateRaftVoterResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let mut current_leader = CurrentLeader::default();
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => current_leader = CurrentLeader::read(&mut field, version)?,

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            throttle_time_ms,
            error_code,
            current_leader,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        let has_0 = self.current_leader != CurrentLeader::default();
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            let mut size = Size::default();
            self.current_leader.write(&mut size, version)?;
            s.tagged_field(0, size.total())?;
            self.current_leader.write(s, version)?;
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> UpdateRaftVoterResponse<'static> {
        UpdateRaftVoterResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            current_leader: self.current_leader.into_owned(),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `UpdateRaftVoterResponse`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct CurrentLeader<'a> {
    /// `LeaderId`: versions 0+, default -1.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 0+, default -1.
    pub leader_epoch: i32,
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Port`: versions 0+.
    pub port: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for CurrentLeader<'_> {
    fn default() -> Self {
        Self {
            leader_id: -1,
            leader_epoch: -1,
            host: Str::default(),
            port: 0,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> CurrentLeader<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let host = r.string(flexible)?;
        let port = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            leader_id,
            leader_epoch,
            host,
            port,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.leader_id);
        s.i32(self.leader_epoch);
        s.string(flexible, &self.host)?;
        s.i32(self.port);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CurrentLeader<'static> {
        CurrentLeader {
            leader_id: self.leader_id,
            leader_epoch: self.leader_epoch,
            host: owned_str(self.host),
            port: self.port,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(UpdateRaftVoterResponse<'a>, "UpdateRaftVoterResponse", 0, 0);

impl<'a> crate::Response<'a> for UpdateRaftVoterResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::UpdateRaftVoter;
}
