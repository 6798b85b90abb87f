// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `GetTelemetrySubscriptionsResponse`: API key 71, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `GetTelemetrySubscriptionsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GetTelemetrySubscriptionsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ClientInstanceId`: versions 0+.
    pub client_instance_id: Uuid,
    /// `SubscriptionId`: versions 0+.
    pub subscription_id: i32,
    /// `AcceptedCompressionTypes`: versions 0+.
    pub accepted_compression_types: Vec<i8>,
    /// `PushIntervalMs`: versions 0+.
    pub push_interval_ms: i32,
    /// `TelemetryMaxBytes`: versions 0+.
    pub telemetry_max_bytes: i32,
    /// `DeltaTemporality`: versions 0+.
    pub delta_temporality: bool,
    /// `RequestedMetrics`: versions 0+.
    pub requested_metrics: Vec<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> GetTelemetrySubscriptionsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let client_instance_id = r.uuid()?;
        let subscription_id = r.i32()?;
        let accepted_compression_types = r.array(flexible, 1, |r| r.i8())?;
        let push_interval_ms = r.i32()?;
        let telemetry_max_bytes = r.i32()?;
        let delta_temporality = r.bool()?;
        let requested_metrics = r.array(flexible, 1, |r| r.string(flexible))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            client_instance_id,
            subscription_id,
            accepted_compression_types,
            push_interval_ms,
            telemetry_max_bytes,
            delta_temporality,
            requested_metrics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.uuid(self.client_instance_id);
        s.i32(self.subscription_id);
        s.len32(flexible, Some(self.accepted_compression_types.len()))?;
        for x in &self.accepted_compression_types {
            s.i8(*x);
        }
        s.i32(self.push_interval_ms);
        s.i32(self.telemetry_max_bytes);
        s.bool(self.delta_temporality);
        s.len32(flexible, Some(self.requested_metrics.len()))?;
        for x in &self.requested_metrics {
            s.string(flexible, x)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> GetTelemetrySubscriptionsResponse<'static> {
        GetTelemetrySubscriptionsResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            client_instance_id: self.client_instance_id,
            subscription_id: self.subscription_id,
            accepted_compression_types: self.accepted_compression_types,
            push_interval_ms: self.push_interval_ms,
            telemetry_max_bytes: self.telemetry_max_bytes,
            delta_temporality: self.delta_temporality,
            requested_metrics: owned_vec(self.requested_metrics, owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    GetTelemetrySubscriptionsResponse<'a>,
    "GetTelemetrySubscriptionsResponse",
    0,
    0
);

impl<'a> crate::Response<'a> for GetTelemetrySubscriptionsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::GetTelemetrySubscriptions;
}
