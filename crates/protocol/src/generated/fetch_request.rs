// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `FetchRequest`: API key 1, versions 4-18, flexible 12-18.

use crate::wire::{
    DecodeError, DecodeErrorKind, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields,
    owned_str, owned_vec,
};
use model::Uuid;

/// `FetchRequest`, versions 4-18.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchRequest<'a> {
    /// `ClusterId`: versions 12+, tag 0, ignorable.
    pub cluster_id: Option<Str<'a>>,
    /// `ReplicaId`: versions 0-14, default -1.
    pub replica_id: i32,
    /// `ReplicaState`: versions 15+, tag 1.
    pub replica_state: ReplicaState,
    /// `MaxWaitMs`: versions 0+.
    pub max_wait_ms: i32,
    /// `MinBytes`: versions 0+.
    pub min_bytes: i32,
    /// `MaxBytes`: versions 3+, default 2147483647, ignorable.
    pub max_bytes: i32,
    /// `IsolationLevel`: versions 4+, ignorable.
    pub isolation_level: i8,
    /// `SessionId`: versions 7+, ignorable.
    pub session_id: i32,
    /// `SessionEpoch`: versions 7+, default -1, ignorable.
    pub session_epoch: i32,
    /// `Topics`: versions 0+.
    pub topics: Vec<FetchTopic<'a>>,
    /// `ForgottenTopicsData`: versions 7+.
    pub forgotten_topics_data: Vec<ForgottenTopic<'a>>,
    /// `RackId`: versions 11+, ignorable.
    pub rack_id: Str<'a>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for FetchRequest<'_> {
    fn default() -> Self {
        Self {
            cluster_id: None,
            replica_id: -1,
            replica_state: ReplicaState::default(),
            max_wait_ms: 0,
            min_bytes: 0,
            max_bytes: 2147483647,
            isolation_level: 0,
            session_id: 0,
            session_epoch: -1,
            topics: Vec::new(),
            forgotten_topics_data: Vec::new(),
            rack_id: Str::default(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> FetchRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let mut cluster_id = None;
        let replica_id = if version <= 14 { r.i32()? } else { -1 };
        let mut replica_state = ReplicaState::default();
        let max_wait_ms = r.i32()?;
        let min_bytes = r.i32()?;
        let max_bytes = r.i32()?;
        let isolation_level = r.i8()?;
        let session_id = if version >= 7 { r.i32()? } else { 0 };
        let session_epoch = if version >= 7 { r.i32()? } else { -1 };
        let topics = r.array(flexible, 3, |r| FetchTopic::read(r, version))?;
        let forgotten_topics_data = if version >= 7 {
            r.array(flexible, 3, |r| ForgottenTopic::read(r, version))?
        } else {
            Vec::new()
        };
        let rack_id = if version >= 11 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 => cluster_id = field.opt_string(flexible, true)?,
                    1 if version >= 15 => replica_state = ReplicaState::read(&mut field, version)?,
                    1 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                    _ => unknown_tagged_fields.push(tag, field.take_rest()),
                }
                field.finish()?;
            }
        }
        Ok(Self {
            cluster_id,
            replica_id,
            replica_state,
            max_wait_ms,
            min_bytes,
            max_bytes,
            isolation_level,
            session_id,
            session_epoch,
            topics,
            forgotten_topics_data,
            rack_id,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        if version <= 14 {
            s.i32(self.replica_id);
        } else if self.replica_id != -1 {
            return Err(EncodeError::not_in_version("ReplicaId", version));
        }
        if version <= 14 && self.replica_state != ReplicaState::default() {
            return Err(EncodeError::not_in_version("ReplicaState", version));
        }
        s.i32(self.max_wait_ms);
        s.i32(self.min_bytes);
        s.i32(self.max_bytes);
        s.i8(self.isolation_level);
        if version >= 7 {
            s.i32(self.session_id);
        }
        if version >= 7 {
            s.i32(self.session_epoch);
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        if version >= 7 {
            s.len32(flexible, Some(self.forgotten_topics_data.len()))?;
            for x in &self.forgotten_topics_data {
                x.write(s, version)?;
            }
        } else if !self.forgotten_topics_data.is_empty() {
            return Err(EncodeError::not_in_version("ForgottenTopicsData", version));
        }
        if version >= 11 {
            s.string(flexible, &self.rack_id)?;
        }
        if flexible {
            let has_0 = self.cluster_id.is_some();
            let has_1 = version >= 15 && self.replica_state != ReplicaState::default();
            s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0) + u32::from(has_1));
            self.unknown_tagged_fields.write_between(s, None, Some(0))?;
            if has_0 {
                let mut size = Size::default();
                size.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
                s.tagged_field(0, size.total())?;
                s.opt_string(flexible, true, self.cluster_id.as_deref(), "ClusterId")?;
            }
            self.unknown_tagged_fields
                .write_between(s, Some(0), Some(1))?;
            if has_1 {
                let mut size = Size::default();
                self.replica_state.write(&mut size, version)?;
                s.tagged_field(1, size.total())?;
                self.replica_state.write(s, version)?;
            }
            self.unknown_tagged_fields.write_between(s, Some(1), None)?;
        } else {
            self.unknown_tagged_fields.refuse(version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> FetchRequest<'static> {
        FetchRequest {
            cluster_id: self.cluster_id.map(owned_str),
            replica_id: self.replica_id,
            replica_state: self.replica_state,
            max_wait_ms: self.max_wait_ms,
            min_bytes: self.min_bytes,
            max_bytes: self.max_bytes,
            isolation_level: self.isolation_level,
            session_id: self.session_id,
            session_epoch: self.session_epoch,
            topics: owned_vec(self.topics, FetchTopic::into_owned),
            forgotten_topics_data: owned_vec(
                self.forgotten_topics_data,
                ForgottenTopic::into_owned,
            ),
            rack_id: owned_str(self.rack_id),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FetchRequest`, versions 15-18.
#[derive(Clone, Debug, PartialEq)]
pub struct ReplicaState {
    /// `ReplicaId`: versions 15+, default -1.
    pub replica_id: i32,
    /// `ReplicaEpoch`: versions 15+, default -1.
    pub replica_epoch: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ReplicaState {
    fn default() -> Self {
        Self {
            replica_id: -1,
            replica_epoch: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl ReplicaState {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let replica_id = r.i32()?;
        let replica_epoch = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            replica_id,
            replica_epoch,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.replica_id);
        s.i64(self.replica_epoch);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `FetchRequest`, versions 4-18.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FetchTopic<'a> {
    /// `Topic`: versions 0-12, ignorable.
    pub topic: Str<'a>,
    /// `TopicId`: versions 13+, ignorable.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<FetchPartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> FetchTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let topic = if version <= 12 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 13 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, 16, |r| FetchPartition::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic,
            topic_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        if version <= 12 {
            s.string(flexible, &self.topic)?;
        }
        if version >= 13 {
            s.uuid(self.topic_id);
        }
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> FetchTopic<'static> {
        FetchTopic {
            topic: owned_str(self.topic),
            topic_id: self.topic_id,
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FetchRequest`, versions 4-18.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchPartition {
    /// `Partition`: versions 0+.
    pub partition: i32,
    /// `CurrentLeaderEpoch`: versions 9+, default -1, ignorable.
    pub current_leader_epoch: i32,
    /// `FetchOffset`: versions 0+.
    pub fetch_offset: i64,
    /// `LastFetchedEpoch`: versions 12+, default -1.
    pub last_fetched_epoch: i32,
    /// `LogStartOffset`: versions 5+, default -1, ignorable.
    pub log_start_offset: i64,
    /// `PartitionMaxBytes`: versions 0+.
    pub partition_max_bytes: i32,
    /// `ReplicaDirectoryId`: versions 17+, tag 0, ignorable.
    pub replica_directory_id: Uuid,
    /// `HighWatermark`: versions 18+, tag 1, default 9223372036854775807, ignorable.
    pub high_watermark: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for FetchPartition {
    fn default() -> Self {
        Self {
            partition: 0,
            current_leader_epoch: -1,
            fetch_offset: 0,
            last_fetched_epoch: -1,
            log_start_offset: -1,
            partition_max_bytes: 0,
            replica_directory_id: Uuid::ZERO,
            high_watermark: 9223372036854775807,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl FetchPartition {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let partition = r.i32()?;
        let current_leader_epoch = if version >= 9 { r.i32()? } else { -1 };
        let fetch_offset = r.i64()?;
        let last_fetched_epoch = if version >= 12 { r.i32()? } else { -1 };
        let log_start_offset = if version >= 5 { r.i64()? } else { -1 };
        let partition_max_bytes = r.i32()?;
        let mut replica_directory_id = Uuid::ZERO;
        let mut high_watermark = 9223372036854775807;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 if version >= 17 => replica_directory_id = field.uuid()?,
                    0 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),
                    1 if version >= 18 => high_watermark = field.i64()?,
                    1 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                    _ => unknown_tagged_fields.push(tag, field.take_rest()),
                }
                field.finish()?;
            }
        }
        Ok(Self {
            partition,
            current_leader_epoch,
            fetch_offset,
            last_fetched_epoch,
            log_start_offset,
            partition_max_bytes,
            replica_directory_id,
            high_watermark,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        s.i32(self.partition);
        if version >= 9 {
            s.i32(self.current_leader_epoch);
        }
        s.i64(self.fetch_offset);
        if version >= 12 {
            s.i32(self.last_fetched_epoch);
        } else if self.last_fetched_epoch != -1 {
            return Err(EncodeError::not_in_version("LastFetchedEpoch", version));
        }
        if version >= 5 {
            s.i64(self.log_start_offset);
        }
        s.i32(self.partition_max_bytes);
        if flexible {
            let has_0 = version >= 17 && self.replica_directory_id != Uuid::ZERO;
            let has_1 = version >= 18 && self.high_watermark != 9223372036854775807;
            s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0) + u32::from(has_1));
            self.unknown_tagged_fields.write_between(s, None, Some(0))?;
            if has_0 {
                s.tagged_field(0, 16)?;
                s.uuid(self.replica_directory_id);
            }
            self.unknown_tagged_fields
                .write_between(s, Some(0), Some(1))?;
            if has_1 {
                s.tagged_field(1, 8)?;
                s.i64(self.high_watermark);
            }
            self.unknown_tagged_fields.write_between(s, Some(1), None)?;
        } else {
            self.unknown_tagged_fields.refuse(version)?;
        }
        Ok(())
    }
}

/// Part of `FetchRequest`, versions 7-18.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ForgottenTopic<'a> {
    /// `Topic`: versions 7-12, ignorable.
    pub topic: Str<'a>,
    /// `TopicId`: versions 13+, ignorable.
    pub topic_id: Uuid,
    /// `Partitions`: versions 7+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ForgottenTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let topic = if version <= 12 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 13 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic,
            topic_id,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        if version <= 12 {
            s.string(flexible, &self.topic)?;
        }
        if version >= 13 {
            s.uuid(self.topic_id);
        }
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ForgottenTopic<'static> {
        ForgottenTopic {
            topic: owned_str(self.topic),
            topic_id: self.topic_id,
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(FetchRequest<'a>, "FetchRequest", 4, 18);

impl<'a> crate::Request<'a> for FetchRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::Fetch;
    type Response<'r> = crate::fetch_response::FetchResponse<'r>;
}
