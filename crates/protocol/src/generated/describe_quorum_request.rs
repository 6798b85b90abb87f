// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeQuorumRequest`: API key 55, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeQuorumRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeQuorumRequest<'a> {
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicData<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeQuorumRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topics = r.array(flexible, 3, |r| TopicData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeQuorumRequest<'static> {
        DescribeQuorumRequest {
            topics: owned_vec(self.topics, TopicData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeQuorumRequest`, versions 0-2.
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
        let flexible = true;
        let topic_name = r.string(flexible)?;
        let partitions = r.array(flexible, 5, |r| PartitionData::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
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

/// Part of `DescribeQuorumRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionData {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl PartitionData {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(DescribeQuorumRequest<'a>, "DescribeQuorumRequest", 0, 2);

impl<'a> crate::Request<'a> for DescribeQuorumRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeQuorum;
    type Response<'r> = crate::describe_quorum_response::DescribeQuorumResponse<'r>;
}
