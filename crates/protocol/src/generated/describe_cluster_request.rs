// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeClusterRequest`: API key 60, versions 0-2, flexible 0-2.

use crate::wire::{DecodeError, EncodeError, Reader, Sink, UnknownTaggedFields};

/// `DescribeClusterRequest`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeClusterRequest {
    /// `IncludeClusterAuthorizedOperations`: versions 0+.
    pub include_cluster_authorized_operations: bool,
    /// `EndpointType`: versions 1+, default 1.
    pub endpoint_type: i8,
    /// `IncludeFencedBrokers`: versions 2+.
    pub include_fenced_brokers: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeClusterRequest {
    fn default() -> Self {
        Self {
            include_cluster_authorized_operations: false,
            endpoint_type: 1,
            include_fenced_brokers: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl DescribeClusterRequest {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let include_cluster_authorized_operations = r.bool()?;
        let endpoint_type = if version >= 1 { r.i8()? } else { 1 };
        let include_fenced_brokers = if version >= 2 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            include_cluster_authorized_operations,
            endpoint_type,
            include_fenced_brokers,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.bool(self.include_cluster_authorized_operations);
        if version >= 1 {
            s.i8(self.endpoint_type);
        } else if self.endpoint_type != 1 {
            return Err(EncodeError::not_in_version("EndpointType", version));
        }
        if version >= 2 {
            s.bool(self.include_fenced_brokers);
        } else if self.include_fenced_brokers {
            return Err(EncodeError::not_in_version("IncludeFencedBrokers", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// Itself: nothing in it borrows from the frame.
    #[must_use]
    pub fn into_owned(self) -> Self {
        self
    }
}

crate::macros::message!(DescribeClusterRequest, "DescribeClusterRequest", 0, 2);

impl<'a> crate::Request<'a> for DescribeClusterRequest {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeCluster;
    type Response<'r> = crate::describe_cluster_response::DescribeClusterResponse<'r>;
}
