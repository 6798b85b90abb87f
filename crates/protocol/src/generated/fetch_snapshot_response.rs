// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `FetchSnapshotResponse`: API key 59, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, DecodeErrorKind, EncodeError, Reader, Records, Sink, Size, Str,
    UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `FetchSnapshotResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FetchSnapshotResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+, ignorable.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicSnapshot<'a>>,
    /// `NodeEndpoints`: versions 1+, tag 0.
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> FetchSnapshotResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let topics = r.array(flexible, 3, |r| TopicSnapshot::read(r, version))?;
        let mut node_endpoints = Vec::new();
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 if version >= 1 => {
                    node_endpoints = field.array(flexible, 8, |r| NodeEndpoint::read(r, version))?
                }
                0 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            throttle_time_ms,
            error_code,
            topics,
            node_endpoints,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        if version <= 0 && !self.node_endpoints.is_empty() {
            return Err(EncodeError::not_in_version("NodeEndpoints", version));
        }
        let has_0 = version >= 1 && !self.node_endpoints.is_empty();
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            let mut size = Size::default();
            size.len32(flexible, Some(self.node_endpoints.len()))?;
            for x in &self.node_endpoints {
                x.write(&mut size, version)?;
            }
            s.tagged_field(0, size.total())?;
            s.len32(flexible, Some(self.node_endpoints.len()))?;
            for x in &self.node_endpoints {
                x.write(s, version)?;
            }
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> FetchSnapshotResponse<'static> {
        FetchSnapshotResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            topics: owned_vec(self.topics, TopicSnapshot::into_owned),
            node_endpoints: owned_vec(self.node_endpoints, NodeEndpoint::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FetchSnapshotResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicSnapshot<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionSnapshot<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicSnapshot<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 37, |r| PartitionSnapshot::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicSnapshot<'static> {
        TopicSnapshot {
            name: owned_str(self.name),
            partitions: owned_vec(self.partitions, PartitionSnapshot::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FetchSnapshotResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionSnapshot<'a> {
    /// `Index`: versions 0+.
    pub index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `SnapshotId`: versions 0+.
    pub snapshot_id: SnapshotId,
    /// `CurrentLeader`: versions 0+, tag 0.
    pub current_leader: LeaderIdAndEpoch,
    /// `Size`: versions 0+.
    pub size: i64,
    /// `Position`: versions 0+.
    pub position: i64,
    /// `UnalignedRecords`: versions 0+.
    pub unaligned_records: Records<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> PartitionSnapshot<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let index = r.i32()?;
        let error_code = r.error_code()?;
        let snapshot_id = SnapshotId::read(r, version)?;
        let mut current_leader = LeaderIdAndEpoch::default();
        let size = r.i64()?;
        let position = r.i64()?;
        let unaligned_records = r.records(flexible)?;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => current_leader = LeaderIdAndEpoch::read(&mut field, version)?,

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            index,
            error_code,
            snapshot_id,
            current_leader,
            size,
            position,
            unaligned_records,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.index);
        s.error_code(self.error_code);
        self.snapshot_id.write(s, version)?;
        s.i64(self.size);
        s.i64(self.position);
        s.opt_records(
            flexible,
            false,
            Some(&self.unaligned_records),
            "UnalignedRecords",
        )?;
        let has_0 = self.current_leader != LeaderIdAndEpoch::default();
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            let mut size = Size::default();
            self.current_leader.write(&mut size, version)?;
            s.tagged_field(0, size.total())?;
            self.current_leader.write(s, version)?;
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PartitionSnapshot<'static> {
        PartitionSnapshot {
            index: self.index,
            error_code: self.error_code,
            snapshot_id: self.snapshot_id,
            current_leader: self.current_leader,
            size: self.size,
            position: self.position,
            unaligned_records: Records::into_owned(self.unaligned_records),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FetchSnapshotResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SnapshotId {
    /// `EndOffset`: versions 0+.
    pub end_offset: i64,
    /// `Epoch`: versions 0+.
    pub epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl SnapshotId {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let end_offset = r.i64()?;
        let epoch = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            end_offset,
            epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i64(self.end_offset);
        s.i32(self.epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `FetchSnapshotResponse`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LeaderIdAndEpoch {
    /// `LeaderId`: versions 0+.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 0+.
    pub leader_epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl LeaderIdAndEpoch {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let leader_id = r.i32()?;
        let leader_epoch = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            leader_id,
            leader_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.leader_id);
        s.i32(self.leader_epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `FetchSnapshotResponse`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeEndpoint<'a> {
    /// `NodeId`: versions 1+.
    pub node_id: i32,
    /// `Host`: versions 1+.
    pub host: Str<'a>,
    /// `Port`: versions 1+.
    pub port: u16,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> NodeEndpoint<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let node_id = r.i32()?;
        let host = r.string(flexible)?;
        let port = r.u16()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            node_id,
            host,
            port,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.node_id);
        s.string(flexible, &self.host)?;
        s.u16(self.port);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> NodeEndpoint<'static> {
        NodeEndpoint {
            node_id: self.node_id,
            host: owned_str(self.host),
            port: self.port,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(FetchSnapshotResponse<'a>, "FetchSnapshotResponse", 0, 1);

impl<'a> crate::Response<'a> for FetchSnapshotResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::FetchSnapshot;
}
