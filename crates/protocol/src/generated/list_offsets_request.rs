// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ListOffsetsRequest`: API key 2, versions 1-11, flexible 6-11.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ListOffsetsRequest`, versions 1-11.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListOffsetsRequest<'a> {
    /// `ReplicaId`: versions 0+.
    pub replica_id: i32,
    /// `IsolationLevel`: versions 2+.
    pub isolation_level: i8,
    /// `Topics`: versions 0+.
    pub topics: Vec<ListOffsetsTopic<'a>>,
    /// `TimeoutMs`: versions 10+, ignorable.
    pub timeout_ms: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ListOffsetsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let replica_id = r.i32()?;
        let isolation_level = if version >= 2 { r.i8()? } else { 0 };
        let topics = r.array(flexible, 3, |r| ListOffsetsTopic::read(r, version))?;
        let timeout_ms = if version >= 10 { r.i32()? } else { 0 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            replica_id,
            isolation_level,
            topics,
            timeout_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.i32(self.replica_id);
        if version >= 2 {
            s.i8(self.isolation_level);
        } else if self.isolation_level != 0 {
            return Err(EncodeError::not_in_version("IsolationLevel", version));
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        if version >= 10 {
            s.i32(self.timeout_ms);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListOffsetsRequest<'static> {
        ListOffsetsRequest {
            replica_id: self.replica_id,
            isolation_level: self.isolation_level,
            topics: owned_vec(self.topics, ListOffsetsTopic::into_owned),
            timeout_ms: self.timeout_ms,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ListOffsetsRequest`, versions 1-11.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListOffsetsTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<ListOffsetsPartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ListOffsetsTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 12, |r| ListOffsetsPartition::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListOffsetsTopic<'static> {
        ListOffsetsTopic {
            name: owned_str(self.name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ListOffsetsRequest`, versions 1-11.
#[derive(Clone, Debug, PartialEq)]
pub struct ListOffsetsPartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `CurrentLeaderEpoch`: versions 4+, default -1, ignorable.
    pub current_leader_epoch: i32,
    /// `Timestamp`: versions 0+.
    pub timestamp: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ListOffsetsPartition {
    fn default() -> Self {
        Self {
            partition_index: 0,
            current_leader_epoch: -1,
            timestamp: 0,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl ListOffsetsPartition {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 6;
        let partition_index = r.i32()?;
        let current_leader_epoch = if version >= 4 { r.i32()? } else { -1 };
        let timestamp = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            current_leader_epoch,
            timestamp,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 6;
        s.i32(self.partition_index);
        if version >= 4 {
            s.i32(self.current_leader_epoch);
        }
        s.i64(self.timestamp);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(ListOffsetsRequest<'a>, "ListOffsetsRequest", 1, 11);

impl<'a> crate::Request<'a> for ListOffsetsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ListOffsets;
    type Response<'r> = crate::list_offsets_response::ListOffsetsResponse<'r>;
}
