// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `BeginQuorumEpochResponse`: API key 53, versions 0-1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `BeginQuorumEpochResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BeginQuorumEpochResponse<'a> {
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicData<'a>>,
    /// `NodeEndpoints`: versions 1+, tag 0.
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> BeginQuorumEpochResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let error_code = r.error_code()?;
        let topics = r.array(flexible, 3, |r| TopicData::read(r, version))?;
        let mut node_endpoints = Vec::new();
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 => {
                        node_endpoints =
                            field.array(flexible, 8, |r| NodeEndpoint::read(r, version))?
                    }

                    _ => unknown_tagged_fields.push(tag, field.take_rest()),
                }
                field.finish()?;
            }
        }
        Ok(Self {
            error_code,
            topics,
            node_endpoints,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.error_code(self.error_code);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        if version <= 0 && !self.node_endpoints.is_empty() {
            return Err(EncodeError::not_in_version("NodeEndpoints", version));
        }
        if flexible {
            let has_0 = !self.node_endpoints.is_empty();
            s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
            self.unknown_tagged_fields.write_between(s, None, Some(0))?;
            if has_0 {
                let mut size = Size::default();
                size.len32(flexible, Some(self.node_endpoints.len()))?;
                for x in &self.node_endpoints {
                    x.write(&mut size, version)?;
                }
                s.tagged_field(0, size.total())?;
                s.len32(flexible, Some(self.node_endpoints.len()))?;
                for x in &self.node_endpoints {
                    x.write(s, version)?;
                }
            }
            self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        } else {
            self.unknown_tagged_fields.refuse(version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> BeginQuorumEpochResponse<'static> {
        BeginQuorumEpochResponse {
            error_code: self.error_code,
            topics: owned_vec(self.topics, TopicData::into_owned),
            node_endpoints: owned_vec(self.node_endpoints, NodeEndpoint::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `BeginQuorumEpochResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicData<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionData>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let topic_name = r.string(flexible)?;
        let partitions = r.array(flexible, 14, |r| PartitionData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.string(flexible, &self.topic_name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicData<'static> {
        TopicData {
            topic_name: owned_str(self.topic_name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `BeginQuorumEpochResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionData {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `LeaderId`: versions 0+.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 1;
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            error_code,
            leader_id,
            leader_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 1;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        s.i32(self.leader_id);
        s.i32(self.leader_epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `BeginQuorumEpochResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeEndpoint<'a> {
    /// `NodeId`: versions 1+.
    pub node_id: i32,
    /// `Host`: versions 1+.
    pub host: Str<'a>,
    /// `Port`: versions 1+.
    pub port: u16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> NodeEndpoint<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let node_id = r.i32()?;
        let host = r.string(flexible)?;
        let port = r.u16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            node_id,
            host,
            port,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.node_id);
        s.string(flexible, &self.host)?;
        s.u16(self.port);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> NodeEndpoint<'static> {
        NodeEndpoint {
            node_id: self.node_id,
            host: owned_str(self.host),
            port: self.port,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    BeginQuorumEpochResponse<'a>,
    "BeginQuorumEpochResponse",
    0,
    1
);

impl<'a> crate::Response<'a> for BeginQuorumEpochResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::BeginQuorumEpoch;
}
