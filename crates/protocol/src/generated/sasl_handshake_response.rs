// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `SaslHandshakeResponse`: API key 17, versions 0-1, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str, owned_vec};
use model::ErrorCode;

/// `SaslHandshakeResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SaslHandshakeResponse<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Mechanisms`: versions 0+.
    pub mechanisms: Vec<Str<'a>>,
}

impl<'a> SaslHandshakeResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let error_code = r.error_code()?;
        let mechanisms = r.array(flexible, 2, |r| r.string(flexible))?;
        Ok(Self {
            error_code,
            mechanisms,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.error_code(self.error_code);
        s.len32(flexible, Some(self.mechanisms.len()))?;
        for x in &self.mechanisms {
            s.string(flexible, x)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> SaslHandshakeResponse<'static> {
        SaslHandshakeResponse {
            error_code: self.error_code,
            mechanisms: owned_vec(self.mechanisms, owned_str),
        }
    }
}

crate::macros::message!(SaslHandshakeResponse<'a>, "SaslHandshakeResponse", 0, 1);

impl<'a> crate::Response<'a> for SaslHandshakeResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::SaslHandshake;
}
