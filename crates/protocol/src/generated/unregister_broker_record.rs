// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `UnregisterBrokerRecord`: record type 1, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `UnregisterBrokerRecord`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UnregisterBrokerRecord {
    /// `BrokerId`: versions 0+.
    pub broker_id: i32,
    /// `BrokerEpoch`: versions 0+.
    pub broker_epoch: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl UnregisterBrokerRecord {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let broker_id = r.i32()?;
        let broker_epoch = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            broker_id,
            broker_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.broker_id);
        s.i64(self.broker_epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(UnregisterBrokerRecord, "UnregisterBrokerRecord", 0, 0);
