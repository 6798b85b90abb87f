// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `OffsetForLeaderEpochRequest`: API key 23, versions 2-4, flexible 4.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `OffsetForLeaderEpochRequest`, versions 2-4.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetForLeaderEpochRequest<'a> {
    /// `ReplicaId`: versions 3+, default -2, ignorable.
    pub replica_id: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<OffsetForLeaderTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for OffsetForLeaderEpochRequest<'_> {
    fn default() -> Self {
        Self {
            replica_id: -2,
            topics: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> OffsetForLeaderEpochRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let replica_id = if version >= 3 { r.i32()? } else { -2 };
        let topics = r.array(flexible, 3, |r| OffsetForLeaderTopic::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            replica_id,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        if version >= 3 {
            s.i32(self.replica_id);
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetForLeaderEpochRequest<'static> {
        OffsetForLeaderEpochRequest {
            replica_id: self.replica_id,
            topics: owned_vec(self.topics, OffsetForLeaderTopic::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetForLeaderEpochRequest`, versions 2-4.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OffsetForLeaderTopic<'a> {
    /// `Topic`: versions 0+.
    pub topic: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<OffsetForLeaderPartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> OffsetForLeaderTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let topic = r.string(flexible)?;
        let partitions = r.array(flexible, 12, |r| OffsetForLeaderPartition::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.string(flexible, &self.topic)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> OffsetForLeaderTopic<'static> {
        OffsetForLeaderTopic {
            topic: owned_str(self.topic),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `OffsetForLeaderEpochRequest`, versions 2-4.
#[derive(Clone, Debug, PartialEq)]
pub struct OffsetForLeaderPartition {
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// `CurrentLeaderEpoch`: versions 2+, default -1, ignorable.
    pub current_leader_epoch: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for OffsetForLeaderPartition {
    fn default() -> Self {
        Self {
            partition: 0,
            current_leader_epoch: -1,
            leader_epoch: 0,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl OffsetForLeaderPartition {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 4;
        let partition = r.i32()?;
        let current_leader_epoch = r.i32()?;
        let leader_epoch = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition,
            current_leader_epoch,
            leader_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 4;
        s.i32(self.partition);
        s.i32(self.current_leader_epoch);
        s.i32(self.leader_epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    OffsetForLeaderEpochRequest<'a>,
    "OffsetForLeaderEpochRequest",
    2,
    4
);

impl<'a> crate::Request<'a> for OffsetForLeaderEpochRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::OffsetForLeaderEpoch;
    type Response<'r> = crate::offset_for_leader_epoch_response::OffsetForLeaderEpochResponse<'r>;
}
