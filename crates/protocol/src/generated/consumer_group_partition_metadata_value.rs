// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupPartitionMetadataValue`: record type 4, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `ConsumerGroupPartitionMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerGroupPartitionMetadataValue<'a> {
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicMetadata<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ConsumerGroupPartitionMetadataValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topics = r.array(flexible, 23, |r| TopicMetadata::read(r, version))?;
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
    pub fn into_owned(self) -> ConsumerGroupPartitionMetadataValue<'static> {
        ConsumerGroupPartitionMetadataValue {
            topics: owned_vec(self.topics, TopicMetadata::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ConsumerGroupPartitionMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicMetadata<'a> {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `NumPartitions`: versions 0+.
    pub num_partitions: i32,
    /// `PartitionMetadata`: versions 0+.
    pub partition_metadata: Vec<PartitionMetadata<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicMetadata<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let topic_name = r.string(flexible)?;
        let num_partitions = r.i32()?;
        let partition_metadata = r.array(flexible, 6, |r| PartitionMetadata::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id,
            topic_name,
            num_partitions,
            partition_metadata,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.topic_id);
        s.string(flexible, &self.topic_name)?;
        s.i32(self.num_partitions);
        s.len32(flexible, Some(self.partition_metadata.len()))?;
        for x in &self.partition_metadata {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicMetadata<'static> {
        TopicMetadata {
            topic_id: self.topic_id,
            topic_name: owned_str(self.topic_name),
            num_partitions: self.num_partitions,
            partition_metadata: owned_vec(self.partition_metadata, PartitionMetadata::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ConsumerGroupPartitionMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionMetadata<'a> {
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// `Racks`: versions 0+.
    pub racks: Vec<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> PartitionMetadata<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition = r.i32()?;
        let racks = r.array(flexible, 1, |r| r.string(flexible))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition,
            racks,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition);
        s.len32(flexible, Some(self.racks.len()))?;
        for x in &self.racks {
            s.string(flexible, x)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PartitionMetadata<'static> {
        PartitionMetadata {
            partition: self.partition,
            racks: owned_vec(self.racks, owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ConsumerGroupPartitionMetadataValue<'a>,
    "ConsumerGroupPartitionMetadataValue",
    0,
    0
);
