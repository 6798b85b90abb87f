// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeClusterResponse`: API key 60, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `DescribeClusterResponse`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeClusterResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `EndpointType`: versions 1+, default 1.
    pub endpoint_type: i8,
    /// `ClusterId`: versions 0+.
    pub cluster_id: Str<'a>,
    /// `ControllerId`: versions 0+, default -1.
    pub controller_id: i32,
    /// `Brokers`: versions 0+.
    pub brokers: Vec<DescribeClusterBroker<'a>>,
    /// `ClusterAuthorizedOperations`: versions 0+, default -2147483648.
    pub cluster_authorized_operations: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeClusterResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: ErrorCode::NONE,
            error_message: None,
            endpoint_type: 1,
            cluster_id: Str::default(),
            controller_id: -1,
            brokers: Vec::new(),
            cluster_authorized_operations: -2147483648,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeClusterResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let endpoint_type = if version >= 1 { r.i8()? } else { 1 };
        let cluster_id = r.string(flexible)?;
        let controller_id = r.i32()?;
        let brokers = r.array(flexible, 11, |r| DescribeClusterBroker::read(r, version))?;
        let cluster_authorized_operations = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            endpoint_type,
            cluster_id,
            controller_id,
            brokers,
            cluster_authorized_operations,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        if version >= 1 {
            s.i8(self.endpoint_type);
        } else if self.endpoint_type != 1 {
            return Err(EncodeError::not_in_version("EndpointType", version));
        }
        s.string(flexible, &self.cluster_id)?;
        s.i32(self.controller_id);
        s.len32(flexible, Some(self.brokers.len()))?;
        for x in &self.brokers {
            x.write(s, version)?;
        }
        s.i32(self.cluster_authorized_operations);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeClusterResponse<'static> {
        DescribeClusterResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            endpoint_type: self.endpoint_type,
            cluster_id: owned_str(self.cluster_id),
            controller_id: self.controller_id,
            brokers: owned_vec(self.brokers, DescribeClusterBroker::into_owned),
            cluster_authorized_operations: self.cluster_authorized_operations,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeClusterResponse`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeClusterBroker<'a> {
    /// `BrokerId`: versions 0+.
    pub broker_id: i32,
    /// `Host`: versions 0+.
    pub host: Str<'a>,
    /// `Port`: versions 0+.
    pub port: i32,
    /// `Rack`: versions 0+.
    pub rack: Option<Str<'a>>,
    /// `IsFenced`: versions 2+.
    pub is_fenced: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeClusterBroker<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let broker_id = r.i32()?;
        let host = r.string(flexible)?;
        let port = r.i32()?;
        let rack = r.opt_string(flexible, true)?;
        let is_fenced = if version >= 2 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            broker_id,
            host,
            port,
            rack,
            is_fenced,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.broker_id);
        s.string(flexible, &self.host)?;
        s.i32(self.port);
        s.opt_string(flexible, true, self.rack.as_deref(), "Rack")?;
        if version >= 2 {
            s.bool(self.is_fenced);
        } else if self.is_fenced {
            return Err(EncodeError::not_in_version("IsFenced", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeClusterBroker<'static> {
        DescribeClusterBroker {
            broker_id: self.broker_id,
            host: owned_str(self.host),
            port: self.port,
            rack: self.rack.map(owned_str),
            is_fenced: self.is_fenced,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DescribeClusterResponse<'a>, "DescribeClusterResponse", 0, 2);

impl<'a> crate::Response<'a> for DescribeClusterResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeCluster;
}
