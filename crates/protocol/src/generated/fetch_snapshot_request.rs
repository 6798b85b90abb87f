// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `FetchSnapshotRequest`: API key 59, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, DecodeErrorKind, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields,
    owned_str, owned_vec,
};
use model::Uuid;

/// `FetchSnapshotRequest`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchSnapshotRequest<'a> {
    /// `ClusterId`: versions 0+, tag 0.
    pub cluster_id: Option<Str<'a>>,
    /// `ReplicaId`: versions 0+, default -1.
    pub replica_id: i32,
    /// `MaxBytes`: versions 0+, default 2147483647.
    pub max_bytes: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<TopicSnapshot<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for FetchSnapshotRequest<'_> {
    fn default() -> Self {
        Self {
            cluster_id: None,
            replica_id: -1,
            max_bytes: 2147483647,
            topics: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> FetchSnapshotRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let mut cluster_id = None;
        let replica_id = r.i32()?;
        let max_bytes = r.i32()?;
        let topics = r.array(flexible, 3, |r| TopicSnapshot::read(r, version))?;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 => cluster_id = field.opt_string(flexible, true)?,

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            cluster_id,
            replica_id,
            max_bytes,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.replica_id);
        s.i32(self.max_bytes);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        let has_0 = self.cluster_id.is_some();
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            let mut size = Size::default();
            size.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
            s.tagged_field(0, size.total())?;
            s.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> FetchSnapshotRequest<'static> {
        FetchSnapshotRequest {
            cluster_id: self.cluster_id.map(owned_str),
            replica_id: self.replica_id,
            max_bytes: self.max_bytes,
            topics: owned_vec(self.topics, TopicSnapshot::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FetchSnapshotRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicSnapshot<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionSnapshot>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicSnapshot<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 30, |r| PartitionSnapshot::read(r, version))?;
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
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FetchSnapshotRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionSnapshot {
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// `CurrentLeaderEpoch`: versions 0+.
    pub current_leader_epoch: i32,
    /// `SnapshotId`: versions 0+.
    pub snapshot_id: SnapshotId,
    /// `Position`: versions 0+.
    pub position: i64,
    /// `ReplicaDirectoryId`: versions 1+, tag 0, ignorable.
    pub replica_directory_id: Uuid,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl PartitionSnapshot {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let partition = r.i32()?;
        let current_leader_epoch = r.i32()?;
        let snapshot_id = SnapshotId::read(r, version)?;
        let position = r.i64()?;
        let mut replica_directory_id = Uuid::ZERO;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        for _ in 0..r.uvarint()? {
            let (tag, mut field) = r.tagged_field()?;
            match tag {
                0 if version >= 1 => replica_directory_id = field.uuid()?,
                0 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                _ => unknown_tagged_fields.push(tag, field.take_rest()),
            }
            field.finish()?;
        }
        Ok(Self {
            partition,
            current_leader_epoch,
            snapshot_id,
            position,
            replica_directory_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        s.i32(self.partition);
        s.i32(self.current_leader_epoch);
        self.snapshot_id.write(s, version)?;
        s.i64(self.position);
        let has_0 = version >= 1 && self.replica_directory_id != Uuid::ZERO;
        s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
        self.unknown_tagged_fields.write_between(s, None, Some(0))?;
        if has_0 {
            s.tagged_field(0, 16)?;
            s.uuid(self.replica_directory_id);
        }
        self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        Ok(())
    }
}

/// Part of `FetchSnapshotRequest`, versions 0-1.
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

crate::macros::message!(FetchSnapshotRequest<'a>, "FetchSnapshotRequest", 0, 1);

impl<'a> crate::Request<'a> for FetchSnapshotRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::FetchSnapshot;
    type Response<'r> = crate::fetch_snapshot_response::FetchSnapshotResponse<'r>;
}
