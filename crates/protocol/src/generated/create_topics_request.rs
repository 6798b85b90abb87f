// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `CreateTopicsRequest`: API key 19, versions 2-7, flexible 5-7.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `CreateTopicsRequest`, versions 2-7.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateTopicsRequest<'a> {
    /// `Topics`: versions 0+.
    pub topics: Vec<CreatableTopic<'a>>,
    /// `timeoutMs`: versions 0+, default 60000.
    pub timeout_ms: i32,
    /// `validateOnly`: versions 1+.
    pub validate_only: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for CreateTopicsRequest<'_> {
    fn default() -> Self {
        Self {
            topics: Vec::new(),
            timeout_ms: 60000,
            validate_only: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> CreateTopicsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let topics = r.array(flexible, 10, |r| CreatableTopic::read(r, version))?;
        let timeout_ms = r.i32()?;
        let validate_only = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topics,
            timeout_ms,
            validate_only,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        s.i32(self.timeout_ms);
        s.bool(self.validate_only);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreateTopicsRequest<'static> {
        CreateTopicsRequest {
            topics: owned_vec(self.topics, CreatableTopic::into_owned),
            timeout_ms: self.timeout_ms,
            validate_only: self.validate_only,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `CreateTopicsRequest`, versions 2-7.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreatableTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `NumPartitions`: versions 0+.
    pub num_partitions: i32,
    /// `ReplicationFactor`: versions 0+.
    pub replication_factor: i16,
    /// `Assignments`: versions 0+.
    pub assignments: Vec<CreatableReplicaAssignment>,
    /// `Configs`: versions 0+.
    pub configs: Vec<CreatableTopicConfig<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> CreatableTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let name = r.string(flexible)?;
        let num_partitions = r.i32()?;
        let replication_factor = r.i16()?;
        let assignments = r.array(flexible, 6, |r| {
            CreatableReplicaAssignment::read(r, version)
        })?;
        let configs = r.array(flexible, 3, |r| CreatableTopicConfig::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            num_partitions,
            replication_factor,
            assignments,
            configs,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        s.string(flexible, &self.name)?;
        s.i32(self.num_partitions);
        s.i16(self.replication_factor);
        s.len32(flexible, Some(self.assignments.len()))?;
        for x in &self.assignments {
            x.write(s, version)?;
        }
        s.len32(flexible, Some(self.configs.len()))?;
        for x in &self.configs {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreatableTopic<'static> {
        CreatableTopic {
            name: owned_str(self.name),
            num_partitions: self.num_partitions,
            replication_factor: self.replication_factor,
            assignments: self.assignments,
            configs: owned_vec(self.configs, CreatableTopicConfig::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `CreateTopicsRequest`, versions 2-7.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreatableReplicaAssignment {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `BrokerIds`: versions 0+.
    pub broker_ids: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl CreatableReplicaAssignment {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let partition_index = r.i32()?;
        let broker_ids = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            broker_ids,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        s.i32(self.partition_index);
        s.len32(flexible, Some(self.broker_ids.len()))?;
        for x in &self.broker_ids {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `CreateTopicsRequest`, versions 2-7.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatableTopicConfig<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Value`: versions 0+.
    pub value: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for CreatableTopicConfig<'_> {
    fn default() -> Self {
        Self {
            name: Str::default(),
            value: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> CreatableTopicConfig<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 5;
        let name = r.string(flexible)?;
        let value = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            value,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 5;
        s.string(flexible, &self.name)?;
        s.opt_string(flexible, true, self.value.as_deref(), "Value")?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreatableTopicConfig<'static> {
        CreatableTopicConfig {
            name: owned_str(self.name),
            value: self.value.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(CreateTopicsRequest<'a>, "CreateTopicsRequest", 2, 7);

impl<'a> crate::Request<'a> for CreateTopicsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::CreateTopics;
    type Response<'r> = crate::create_topics_response::CreateTopicsResponse<'r>;
}
