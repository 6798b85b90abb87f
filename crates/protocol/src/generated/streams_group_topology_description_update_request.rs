// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `StreamsGroupTopologyDescriptionUpdateRequest`: API key 93, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `StreamsGroupTopologyDescriptionUpdateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StreamsGroupTopologyDescriptionUpdateRequest<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `MemberId`: versions 0+.
    pub member_id: Str<'a>,
    /// `TopologyEpoch`: versions 0+.
    pub topology_epoch: i32,
    /// `TopologyDescription`: versions 0+.
    pub topology_description: TopologyDescription<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> StreamsGroupTopologyDescriptionUpdateRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let member_id = r.string(flexible)?;
        let topology_epoch = r.i32()?;
        let topology_description = TopologyDescription::read(r, version)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            member_id,
            topology_epoch,
            topology_description,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.group_id)?;
        s.string(flexible, &self.member_id)?;
        s.i32(self.topology_epoch);
        self.topology_description.write(s, version)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> StreamsGroupTopologyDescriptionUpdateRequest<'static> {
        StreamsGroupTopologyDescriptionUpdateRequest {
            group_id: owned_str(self.group_id),
            member_id: owned_str(self.member_id),
            topology_epoch: self.topology_epoch,
            topology_description: self.topology_description.into_owned(),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupTopologyDescriptionUpdateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopologyDescription<'a> {
    /// `Subtopologies`: versions 0+.
    pub subtopologies: Vec<TopologyDescriptionSubtopology<'a>>,
    /// `GlobalStores`: versions 0+.
    pub global_stores: Vec<TopologyDescriptionGlobalStore<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopologyDescription<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopologies = r.array(flexible, 3, |r| {
            TopologyDescriptionSubtopology::read(r, version)
        })?;
        let global_stores = r.array(flexible, 15, |r| {
            TopologyDescriptionGlobalStore::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            subtopologies,
            global_stores,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.subtopologies.len()))?;
        for x in &self.subtopologies {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.global_stores.len()))?;
        for x in &self.global_stores {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopologyDescription<'static> {
        TopologyDescription {
            subtopologies: owned_vec(
                self.subtopologies,
                TopologyDescriptionSubtopology::into_owned,
            ),
            global_stores: owned_vec(
                self.global_stores,
                TopologyDescriptionGlobalStore::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupTopologyDescriptionUpdateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopologyDescriptionSubtopology<'a> {
    /// `SubtopologyId`: versions 0+.
    pub subtopology_id: Str<'a>,
    /// `Nodes`: versions 0+.
    pub nodes: Vec<TopologyDescriptionNode<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopologyDescriptionSubtopology<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let subtopology_id = r.string(flexible)?;
        let nodes = r.array(flexible, 7, |r| TopologyDescriptionNode::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            subtopology_id,
            nodes,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.subtopology_id)?;
        s.len32(flexible, Some(self.nodes.len()))?;
        for x in &self.nodes {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopologyDescriptionSubtopology<'static> {
        TopologyDescriptionSubtopology {
            subtopology_id: owned_str(self.subtopology_id),
            nodes: owned_vec(self.nodes, TopologyDescriptionNode::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupTopologyDescriptionUpdateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopologyDescriptionNode<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `NodeType`: versions 0+.
    pub node_type: i8,
    /// `SourceTopics`: versions 0+.
    pub source_topics: Vec<Str<'a>>,
    /// `SinkTopic`: versions 0+.
    pub sink_topic: Option<Str<'a>>,
    /// `Stores`: versions 0+.
    pub stores: Vec<Str<'a>>,
    /// `Successors`: versions 0+.
    pub successors: Vec<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopologyDescriptionNode<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let node_type = r.i8()?;
        let source_topics = r.array(flexible, 1, |r| r.string(flexible))?;
        let sink_topic = r.opt_string(flexible, true)?;
        let stores = r.array(flexible, 1, |r| r.string(flexible))?;
        let successors = r.array(flexible, 1, |r| r.string(flexible))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            node_type,
            source_topics,
            sink_topic,
            stores,
            successors,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.i8(self.node_type);
        s.len32(flexible, Some(self.source_topics.len()))?;
        for x in &self.source_topics {
            s.string(flexible, x)?;
        }
        s.opt_string(flexible, true, self.sink_topic.as_deref(), "SinkTopic")?;
        s.len32(flexible, Some(self.stores.len()))?;
        for x in &self.stores {
            s.string(flexible, x)?;
        }
        s.len32(flexible, Some(self.successors.len()))?;
        for x in &self.successors {
            s.string(flexible, x)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopologyDescriptionNode<'static> {
        TopologyDescriptionNode {
            name: owned_str(self.name),
            node_type: self.node_type,
            source_topics: owned_vec(self.source_topics, owned_str),
            sink_topic: self.sink_topic.map(owned_str),
            stores: owned_vec(self.stores, owned_str),
            successors: owned_vec(self.successors, owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `StreamsGroupTopologyDescriptionUpdateRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopologyDescriptionGlobalStore<'a> {
    /// `Source`: versions 0+.
    pub source: TopologyDescriptionNode<'a>,
    /// `Processor`: versions 0+.
    pub processor: TopologyDescriptionNode<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopologyDescriptionGlobalStore<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let source = TopologyDescriptionNode::read(r, version)?;
        let processor = TopologyDescriptionNode::read(r, version)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            source,
            processor,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        self.source.write(s, version)?;
        self.processor.write(s, version)?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopologyDescriptionGlobalStore<'static> {
        TopologyDescriptionGlobalStore {
            source: self.source.into_owned(),
            processor: self.processor.into_owned(),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    StreamsGroupTopologyDescriptionUpdateRequest<'a>,
    "StreamsGroupTopologyDescriptionUpdateRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for StreamsGroupTopologyDescriptionUpdateRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::StreamsGroupTopologyDescriptionUpdate;
    type Response<'r> = crate::streams_group_topology_description_update_response::StreamsGroupTopologyDescriptionUpdateResponse<'r>;
}
