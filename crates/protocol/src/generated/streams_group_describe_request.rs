// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupDescribeRequest`: API key 89, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `StreamsGroupDescribeRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamsGroupDescribeRequest<'a> {
    /// `GroupIds`: versions 0+.
    pub group_ids: Vec<Str<'a>>,
    /// `IncludeAuthorizedOperations`: versions 0+.
    pub include_authorized_operations: bool,
    /// `IncludeTopologyDescription`: versions 1+.
    pub include_topology_description: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> StreamsGroupDescribeRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_ids = r.array(flexible, 1, |r| r.string(flexible))?;
        let include_authorized_operations = r.bool()?;
        let include_topology_description = if version >= 1 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_ids,
            include_authorized_operations,
            include_topology_description,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.group_ids.len()))?;
        for x in &self.group_ids {
            s.string(flexible, x)?;
        }
        s.bool(self.include_authorized_operations);
        if version >= 1 {
            s.bool(self.include_topology_description);
        } else if self.include_topology_description {
            return Err(EncodeError::not_in_version(
                "IncludeTopologyDescription",
                version,
            ));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> StreamsGroupDescribeRequest<'static> {
        StreamsGroupDescribeRequest {
            group_ids: owned_vec(self.group_ids, owned_str),
            include_authorized_operations: self.include_authorized_operations,
            include_topology_description: self.include_topology_description,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    StreamsGroupDescribeRequest<'a>,
    "StreamsGroupDescribeRequest",
    0,
    1
);

impl<'a> crate::Request<'a> for StreamsGroupDescribeRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::StreamsGroupDescribe;
    type Response<'r> = crate::streams_group_describe_response::StreamsGroupDescribeResponse<'r>;
}
