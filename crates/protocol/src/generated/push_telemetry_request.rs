// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `PushTelemetryRequest`: API key 72, versions 0, flexible 0.

use crate::wire::{
    Bytes, DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields, owned_bytes,
};
use model::Uuid;

/// `PushTelemetryRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PushTelemetryRequest<'a> {
    /// `ClientInstanceId`: versions 0+.
    pub client_instance_id: Uuid,
    /// `SubscriptionId`: versions 0+.
    pub subscription_id: i32,
    /// `Terminating`: versions 0+.
    pub terminating: bool,
    /// `CompressionType`: versions 0+.
    pub compression_type: i8,
    /// `Metrics`: versions 0+.
    pub metrics: Bytes<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> PushTelemetryRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let client_instance_id = r.uuid()?;
        let subscription_id = r.i32()?;
        let terminating = r.bool()?;
        let compression_type = r.i8()?;
        let metrics = r.bytes(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            client_instance_id,
            subscription_id,
            terminating,
            compression_type,
            metrics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.client_instance_id);
        s.i32(self.subscription_id);
        s.bool(self.terminating);
        s.i8(self.compression_type);
        s.bytes(flexible, &self.metrics)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PushTelemetryRequest<'static> {
        PushTelemetryRequest {
            client_instance_id: self.client_instance_id,
            subscription_id: self.subscription_id,
            terminating: self.terminating,
            compression_type: self.compression_type,
            metrics: owned_bytes(self.metrics),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(PushTelemetryRequest<'a>, "PushTelemetryRequest", 0, 0);

impl<'a> crate::Request<'a> for PushTelemetryRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::PushTelemetry;
    type Response<'r> = crate::push_telemetry_response::PushTelemetryResponse;
}
