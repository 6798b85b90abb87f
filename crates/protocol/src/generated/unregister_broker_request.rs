// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `UnregisterBrokerRequest`: API key 64, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `UnregisterBrokerRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnregisterBrokerRequest {
    /// `BrokerId`: versions 0+.
    pub broker_id: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl UnregisterBrokerRequest {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let broker_id = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            broker_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.broker_id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(UnregisterBrokerRequest, "UnregisterBrokerRequest", 0, 0);

impl<'a> crate::Request<'a> for UnregisterBrokerRequest {
    const KEY: crate::ApiKey = crate::ApiKey::UnregisterBroker;
    type Response<'r> = crate::unregister_broker_response::UnregisterBrokerResponse<'r>;
}
