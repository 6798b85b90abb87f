// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `GetTelemetrySubscriptionsRequest`: API key 71, versions 0, flexible 0.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};
use model::Uuid;

/// `GetTelemetrySubscriptionsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GetTelemetrySubscriptionsRequest {
    /// `ClientInstanceId`: versions 0+.
    pub client_instance_id: Uuid,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl GetTelemetrySubscriptionsRequest {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let client_instance_id = r.uuid()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            client_instance_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.client_instance_id);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(
    GetTelemetrySubscriptionsRequest,
    "GetTelemetrySubscriptionsRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for GetTelemetrySubscriptionsRequest {
    const KEY: crate::ApiKey = crate::ApiKey::GetTelemetrySubscriptions;
    type Response<'r> =
        crate::get_telemetry_subscriptions_response::GetTelemetrySubscriptionsResponse<'r>;
}
