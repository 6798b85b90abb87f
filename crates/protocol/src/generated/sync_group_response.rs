// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `SyncGroupResponse`: API key 14, versions 0-5, flexible 4-5.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_bytes, owned_str,
};
use model::ErrorCode;

/// `SyncGroupResponse`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SyncGroupResponse<'a> {
    /// `ThrottleTimeMs`: versions 1+, ignorable.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ProtocolType`: versions 5+, ignorable.
    pub protocol_type: Option<Str<'a>>,
    /// `ProtocolName`: versions 5+, ignorable.
    pub protocol_name: Option<Str<'a>>,
    /// `Assignment`: versions 0+.
    pub assignment: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> SyncGroupResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let throttle_time_ms = if version >= 1 { r.i32()? } else { 0 };
        let error_code = r.error_code()?;
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
        let assignment = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            protocol_type,
            protocol_name,
            assignment,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        if version >= 1 {
            s.i32(self.throttle_time_ms);
        }
        s.error_code(self.error_code);
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
        s.bytes(flexible, &self.assignment)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> SyncGroupResponse<'static> {
        SyncGroupResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            protocol_type: self.protocol_type.map(owned_str),
            protocol_name: self.protocol_name.map(owned_str),
            assignment: owned_bytes(self.assignment),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(SyncGroupResponse<'a>, "SyncGroupResponse", 0, 5);

impl<'a> crate::Response<'a> for SyncGroupResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::SyncGroup;
}
