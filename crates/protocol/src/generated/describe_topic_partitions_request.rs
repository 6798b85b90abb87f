// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeTopicPartitionsRequest`: API key 75, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeTopicPartitionsRequest`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeTopicPartitionsRequest<'a> {
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicRequest<'a>>,
    /// `ResponsePartitionLimit`: versions 0+, default 2000.
    pub response_partition_limit: i32,
    /// `Cursor`: versions 0+.
    pub cursor: Option<Cursor<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeTopicPartitionsRequest<'_> {
    fn default() -> Self {
        Self {
            topics: Vec::new(),
            response_partition_limit: 2000,
            cursor: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeTopicPartitionsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topics = r.array(flexible, 2, |r| TopicRequest::read(r, version))?;
        let response_partition_limit = r.i32()?;
        let cursor = if r.struct_marker()? {
            Some(Cursor::read(r, version)?)
        } else {
            None
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topics,
            response_partition_limit,
            cursor,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        s.i32(self.response_partition_limit);
        s.struct_marker(self.cursor.is_some());
        if let Some(x) = &self.cursor {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeTopicPartitionsRequest<'static> {
        DescribeTopicPartitionsRequest {
            topics: owned_vec(self.topics, TopicRequest::into_owned),
            response_partition_limit: self.response_partition_limit,
            cursor: self.cursor.map(Cursor::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeTopicPartitionsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicRequest<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicRequest<'static> {
        TopicRequest {
            name: owned_str(self.name),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeTopicPartitionsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cursor<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Cursor<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_name = r.string(flexible)?;
        let partition_index = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            partition_index,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.topic_name)?;
        s.i32(self.partition_index);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Cursor<'static> {
        Cursor {
            topic_name: owned_str(self.topic_name),
            partition_index: self.partition_index,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeTopicPartitionsRequest<'a>,
    "DescribeTopicPartitionsRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for DescribeTopicPartitionsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeTopicPartitions;
    type Response<'r> =
        crate::describe_topic_partitions_response::DescribeTopicPartitionsResponse<'r>;
}
