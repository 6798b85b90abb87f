// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareGroupStatePartitionMetadataValue`: record type 15, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::Uuid;

/// `ShareGroupStatePartitionMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareGroupStatePartitionMetadataValue<'a> {
    /// `InitializingTopics`: versions 0+.
    pub initializing_topics: Vec<TopicPartitionsInfo<'a>>,
    /// `InitializedTopics`: versions 0+.
    pub initialized_topics: Vec<TopicPartitionsInfo<'a>>,
    /// `DeletingTopics`: versions 0+.
    pub deleting_topics: Vec<TopicInfo<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ShareGroupStatePartitionMetadataValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let initializing_topics =
            r.array(flexible, 19, |r| TopicPartitionsInfo::read(r, version))?;
        let initialized_topics =
            r.array(flexible, 19, |r| TopicPartitionsInfo::read(r, version))?;
        let deleting_topics = r.array(flexible, 18, |r| TopicInfo::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            initializing_topics,
            initialized_topics,
            deleting_topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.initializing_topics.len()))?;
        for x in &self.initializing_topics {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.initialized_topics.len()))?;
        for x in &self.initialized_topics {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.deleting_topics.len()))?;
        for x in &self.deleting_topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ShareGroupStatePartitionMetadataValue<'static> {
        ShareGroupStatePartitionMetadataValue {
            initializing_topics: owned_vec(
                self.initializing_topics,
                TopicPartitionsInfo::into_owned,
            ),
            initialized_topics: owned_vec(self.initialized_topics, TopicPartitionsInfo::into_owned),
            deleting_topics: owned_vec(self.deleting_topics, TopicInfo::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareGroupStatePartitionMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicPartitionsInfo<'a> {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicPartitionsInfo<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let topic_name = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id,
            topic_name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.topic_id);
        s.string(flexible, &self.topic_name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicPartitionsInfo<'static> {
        TopicPartitionsInfo {
            topic_id: self.topic_id,
            topic_name: owned_str(self.topic_name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ShareGroupStatePartitionMetadataValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicInfo<'a> {
    /// `TopicId`: versions 0+.
    pub topic_id: Uuid,
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicInfo<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_id = r.uuid()?;
        let topic_name = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_id,
            topic_name,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.uuid(self.topic_id);
        s.string(flexible, &self.topic_name)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicInfo<'static> {
        TopicInfo {
            topic_id: self.topic_id,
            topic_name: owned_str(self.topic_name),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ShareGroupStatePartitionMetadataValue<'a>,
    "ShareGroupStatePartitionMetadataValue",
    0,
    0
);
