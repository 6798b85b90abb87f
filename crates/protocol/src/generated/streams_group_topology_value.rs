// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupTopologyValue`: record type 23, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `StreamsGroupTopologyValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamsGroupTopologyValue<'a> {
    /// `Epoch`: versions 0+.
    pub epoch: i32,
    /// `Subtopologies`: versions 0+.
    pub subtopologies: Vec<Subtopology<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> StreamsGroupTopologyValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let epoch = r.i32()?;
        let subtopologies = r.array(flexible, 8, |r| Subtopology::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            epoch,
            subtopologies,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.epoch);
        s.len32(flexible, Some(self.subtopologies.len()))?;
        for x in &self.subtopologies {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> StreamsGroupTopologyValue<'static> {
        StreamsGroupTopologyValue {
            epoch: self.epoch,
            subtopologies: owned_vec(self.subtopologies, Subtopology::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupTopologyValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subtopology<'a> {
    /// `SubtopologyId`: versions 0+.
    pub subtopology_id: Str<'a>,
    /// `SourceTopics`: versions 0+.
    pub source_topics: Vec<Str<'a>>,
    /// `SourceTopicRegex`: versions 0+.
    pub source_topic_regex: Vec<Str<'a>>,
    /// `StateChangelogTopics`: versions 0+.
    pub state_changelog_topics: Vec<TopicInfo<'a>>,
    /// `RepartitionSinkTopics`: versions 0+.
    pub repartition_sink_topics: Vec<Str<'a>>,
    /// `RepartitionSourceTopics`: versions 0+.
    pub repartition_source_topics: Vec<TopicInfo<'a>>,
    /// `CopartitionGroups`: versions 0+.
    pub copartition_groups: Vec<CopartitionGroup>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> Subtopology<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopology_id = r.string(flexible)?;
        let source_topics = r.array(flexible, 1, |r| r.string(flexible))?;
        let source_topic_regex = r.array(flexible, 1, |r| r.string(flexible))?;
        let state_changelog_topics = r.array(flexible, 9, |r| TopicInfo::read(r, version))?;
        let repartition_sink_topics = r.array(flexible, 1, |r| r.string(flexible))?;
        let repartition_source_topics = r.array(flexible, 9, |r| TopicInfo::read(r, version))?;
        let copartition_groups = r.array(flexible, 4, |r| CopartitionGroup::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            subtopology_id,
            source_topics,
            source_topic_regex,
            state_changelog_topics,
            repartition_sink_topics,
            repartition_source_topics,
            copartition_groups,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.subtopology_id)?;
        s.len32(flexible, Some(self.source_topics.len()))?;
        for x in &self.source_topics {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.source_topic_regex.len()))?;
        for x in &self.source_topic_regex {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.state_changelog_topics.len()))?;
        for x in &self.state_changelog_topics {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.repartition_sink_topics.len()))?;
        for x in &self.repartition_sink_topics {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.repartition_source_topics.len()))?;
        for x in &self.repartition_source_topics {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.copartition_groups.len()))?;
        for x in &self.copartition_groups {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> Subtopology<'static> {
        Subtopology {
            subtopology_id: owned_str(self.subtopology_id),
            source_topics: owned_vec(self.source_topics, owned_str),
            source_topic_regex: owned_vec(self.source_topic_regex, owned_str),
            state_changelog_topics: owned_vec(self.state_changelog_topics, TopicInfo::into_owned),
            repartition_sink_topics: owned_vec(self.repartition_sink_topics, owned_str),
            repartition_source_topics: owned_vec(
                self.repartition_source_topics,
                TopicInfo::into_owned,
            ),
            copartition_groups: self.copartition_groups,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupTopologyValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CopartitionGroup {
    /// `SourceTopics`: versions 0+.
    pub source_topics: Vec<i16>,
    /// `SourceTopicRegex`: versions 0+.
    pub source_topic_regex: Vec<i16>,
    /// `RepartitionSourceTopics`: versions 0+.
    pub repartition_source_topics: Vec<i16>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl CopartitionGroup {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let source_topics = r.array(flexible, 2, |r| r.i16())?;
        let source_topic_regex = r.array(flexible, 2, |r| r.i16())?;
        let repartition_source_topics = r.array(flexible, 2, |r| r.i16())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            source_topics,
            source_topic_regex,
            repartition_source_topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.source_topics.len()))?;
        for x in &self.source_topics {
            s.i16(*x);
        }
        s.len32(flexible, Some(self.source_topic_regex.len()))?;
        for x in &self.source_topic_regex {
            s.i16(*x);
        }
        s.len32(flexible, Some(self.repartition_source_topics.len()))?;
        for x in &self.repartition_source_topics {
            s.i16(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `StreamsGroupTopologyValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicConfig<'a> {
    /// `key`: versions 0+.
    pub key: Str<'a>,
    /// `value`: versions 0+.
    pub value: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicConfig<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let key = r.string(flexible)?;
        let value = r.string(flexible)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            key,
            value,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.key)?;
        s.string(flexible, &self.value)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicConfig<'static> {
        TopicConfig {
            key: owned_str(self.key),
            value: owned_str(self.value),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupTopologyValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicInfo<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: i32,
    /// `ReplicationFactor`: versions 0+.
    pub replication_factor: i16,
    /// `TopicConfigs`: versions 0+.
    pub topic_configs: Vec<TopicConfig<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicInfo<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let partitions = r.i32()?;
        let replication_factor = r.i16()?;
        let topic_configs = r.array(flexible, 3, |r| TopicConfig::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            replication_factor,
            topic_configs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i32(self.partitions);
        s.i16(self.replication_factor);
        s.len32(flexible, Some(self.topic_configs.len()))?;
        for x in &self.topic_configs {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicInfo<'static> {
        TopicInfo {
            name: owned_str(self.name),
            partitions: self.partitions,
            replication_factor: self.replication_factor,
            topic_configs: owned_vec(self.topic_configs, TopicConfig::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    StreamsGroupTopologyValue<'a>,
    "StreamsGroupTopologyValue",
    0,
    0
);
