// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeProducersRequest`: API key 61, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeProducersRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeProducersRequest<'a> {
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicRequest<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeProducersRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topics = r.array(flexible, 3, |r| TopicRequest::read(r, version))?;
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
    pub fn into_owned(self) -> DescribeProducersRequest<'static> {
        DescribeProducersRequest {
            topics: owned_vec(self.topics, TopicRequest::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeProducersRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicRequest<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `PartitionIndexes`: versions 0+.
    pub partition_indexes: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let partition_indexes = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partition_indexes,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partition_indexes.len()))?;
        for x in &self.partition_indexes {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicRequest<'static> {
        TopicRequest {
            name: owned_str(self.name),
            partition_indexes: self.partition_indexes,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeProducersRequest<'a>,
    "DescribeProducersRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for DescribeProducersRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeProducers;
    type Response<'r> = crate::describe_producers_response::DescribeProducersResponse<'r>;
}
