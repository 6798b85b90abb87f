// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `VoterMessageRefusal`: versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str};
use model::ErrorCode;

/// `VoterMessageRefusal` with every field of versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VoterMessageRefusal<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> VoterMessageRefusal<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let error_code = r.error_code()?;
        let error_message = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            error_code,
            error_message,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.error_code(self.error_code);
        s.string(flexible, &self.error_message)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> VoterMessageRefusal<'static> {
        VoterMessageRefusal {
            error_code: self.error_code,
            error_message: owned_str(self.error_message),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(VoterMessageRefusal<'a>, "VoterMessageRefusal", 0, 0);
