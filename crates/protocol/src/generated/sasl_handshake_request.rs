// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `SaslHandshakeRequest`: API key 17, versions 0-1, never flexible.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, Str, owned_str};

/// `SaslHandshakeRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SaslHandshakeRequest<'a> {
    /// `Mechanism`: versions 0+.
    pub mechanism: Str<'a>,
}

impl<'a> SaslHandshakeRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = false;
        let mechanism = r.string(flexible)?;
        Ok(Self { mechanism })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, _version: i16) -> Result<(), EncodeError> {
        let flexible = false;
        s.string(flexible, &self.mechanism)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> SaslHandshakeRequest<'static> {
        SaslHandshakeRequest {
            mechanism: owned_str(self.mechanism),
        }
    }
}

crate::macros::message!(SaslHandshakeRequest<'a>, "SaslHandshakeRequest", 0, 1);

impl<'a> crate::Request<'a> for SaslHandshakeRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::SaslHandshake;
    type Response<'r> = crate::sasl_handshake_response::SaslHandshakeResponse<'r>;
}
