// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `FetchResponse`: API key 1, versions 4-18, flexible 12-18.

use crate::wire::{
    DecodeError, DecodeErrorKind, EncodeError, Reader, Records, Sink, Size, Str,
    UnknownTaggedFields, owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `FetchResponse`, versions 4-18.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FetchResponse<'a> {
    /// `ThrottleTimeMs`: versions 1+, ignorable.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 7+, ignorable.
    pub error_code: ErrorCode,
    /// `SessionId`: versions 7+.
    pub session_id: i32,
    /// `Responses`: versions 0+.
    pub responses: Vec<FetchableTopicResponse<'a>>,
    /// `NodeEndpoints`: versions 16+, tag 0.
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> FetchResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let throttle_time_ms = r.i32()?;
        let error_code = if version >= 7 {
            r.error_code()?
        } else {
            ErrorCode::NONE
        };
        let session_id = if version >= 7 { r.i32()? } else { 0 };
        let responses = r.array(flexible, 3, |r| FetchableTopicResponse::read(r, version))?;
        let mut node_endpoints = Vec::new();
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 if version >= 16 => {
                        node_endpoints =
                            field.array(flexible, 11, |r| NodeEndpoint::read(r, version))?
                    }
                    0 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                    _ => unknown_tagged_fields.push(tag, field.take_rest()),
                }
                field.finish()?;
            }
        }
        Ok(Self {
            throttle_time_ms,
            error_code,
            session_id,
            responses,
            node_endpoints,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        s.i32(self.throttle_time_ms);
        if version >= 7 {
            s.error_code(self.error_code);
        }
        if version >= 7 {
            s.i32(self.session_id);
        } else if self.session_id != 0 {
            return Err(EncodeError::not_in_version("SessionId", version));
        }
        s.len32(flexible, Some(self.responses.len()))?;
        for x in &self.responses {
            x.write(s, version)?;
        }
        if version <= 15 && !self.node_endpoints.is_empty() {
            return Err(EncodeError::not_in_version("NodeEndpoints", version));
        }
        if flexible {
            let has_0 = version >= 16 && !self.node_endpoints.is_empty();
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
        } else {
            self.unknown_tagged_fields.refuse(version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> FetchResponse<'static> {
        FetchResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            session_id: self.session_id,
            responses: owned_vec(self.responses, FetchableTopicResponse::into_owned),
            node_endpoints: owned_vec(self.node_endpoints, NodeEndpoint::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FetchResponse`, versions 4-18.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FetchableTopicResponse<'a> {
    /// `Topic`: versions 0-12, ignorable.
    pub topic: Str<'a>,
    /// `TopicId`: versions 13+, ignorable.
    pub topic_id: Uuid,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<PartitionData<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> FetchableTopicResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let topic = if version <= 12 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 13 { r.uuid()? } else { Uuid::ZERO };
        let partitions = r.array(flexible, 30, |r| PartitionData::read(r, version))?;
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
    pub fn into_owned(self) -> FetchableTopicResponse<'static> {
        FetchableTopicResponse {
            topic: owned_str(self.topic),
            topic_id: self.topic_id,
            partitions: owned_vec(self.partitions, PartitionData::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FetchResponse`, versions 4-18.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionData<'a> {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `HighWatermark`: versions 0+.
    pub high_watermark: i64,
    /// `LastStableOffset`: versions 4+, default -1, ignorable.
    pub last_stable_offset: i64,
    /// `LogStartOffset`: versions 5+, default -1, ignorable.
    pub log_start_offset: i64,
    /// `DivergingEpoch`: versions 12+, tag 0.
    pub diverging_epoch: EpochEndOffset,
    /// `CurrentLeader`: versions 12+, tag 1.
    pub current_leader: LeaderIdAndEpoch,
    /// `SnapshotId`: versions 12+, tag 2.
    pub snapshot_id: SnapshotId,
    /// `AbortedTransactions`: versions 4+, ignorable.
    pub aborted_transactions: Option<Vec<AbortedTransaction>>,
    /// `PreferredReadReplica`: versions 11+, default -1.
    pub preferred_read_replica: i32,
    /// `Records`: versions 0+.
    pub records: Option<Records<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for PartitionData<'_> {
    fn default() -> Self {
        Self {
            partition_index: 0,
            error_code: ErrorCode::NONE,
            high_watermark: 0,
            last_stable_offset: -1,
            log_start_offset: -1,
            diverging_epoch: EpochEndOffset::default(),
            current_leader: LeaderIdAndEpoch::default(),
            snapshot_id: SnapshotId::default(),
            aborted_transactions: Some(Vec::new()),
            preferred_read_replica: -1,
            records: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> PartitionData<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        let high_watermark = r.i64()?;
        let last_stable_offset = r.i64()?;
        let log_start_offset = if version >= 5 { r.i64()? } else { -1 };
        let mut diverging_epoch = EpochEndOffset::default();
        let mut current_leader = LeaderIdAndEpoch::default();
        let mut snapshot_id = SnapshotId::default();
        let aborted_transactions =
            r.opt_array(flexible, true, 16, |r| AbortedTransaction::read(r, version))?;
        let preferred_read_replica = if version >= 11 { r.i32()? } else { -1 };
        let records = r.opt_records(flexible, true)?;
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 => diverging_epoch = EpochEndOffset::read(&mut field, version)?,
                    1 => current_leader = LeaderIdAndEpoch::read(&mut field, version)?,
                    2 => snapshot_id = SnapshotId::read(&mut field, version)?,

                    _ => unknown_tagged_fields.push(tag, field.take_rest()),
                }
                field.finish()?;
            }
        }
        Ok(Self {
            partition_index,
            error_code,
            high_watermark,
            last_stable_offset,
            log_start_offset,
            diverging_epoch,
            current_leader,
            snapshot_id,
            aborted_transactions,
            preferred_read_replica,
            records,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        s.i64(self.high_watermark);
        s.i64(self.last_stable_offset);
        if version >= 5 {
            s.i64(self.log_start_offset);
        }
        if version <= 11 && self.diverging_epoch != EpochEndOffset::default() {
            return Err(EncodeError::not_in_version("DivergingEpoch", version));
        }
        if version <= 11 && self.current_leader != LeaderIdAndEpoch::default() {
            return Err(EncodeError::not_in_version("CurrentLeader", version));
        }
        if version <= 11 && self.snapshot_id != SnapshotId::default() {
            return Err(EncodeError::not_in_version("SnapshotId", version));
        }
        match &self.aborted_transactions {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "AbortedTransactions")?,
        }
        if version >= 11 {
            s.i32(self.preferred_read_replica);
        } else if self.preferred_read_replica != -1 {
            return Err(EncodeError::not_in_version("PreferredReadReplica", version));
        }
        s.opt_records(flexible, true, self.records.as_ref(), "Records")?;
        if flexible {
            let has_0 = self.diverging_epoch != EpochEndOffset::default();
            let has_1 = self.current_leader != LeaderIdAndEpoch::default();
            let has_2 = self.snapshot_id != SnapshotId::default();
            s.uvarint(
                self.unknown_tagged_fields.len()
                    + u32::from(has_0)
                    + u32::from(has_1)
                    + u32::from(has_2),
            );
            self.unknown_tagged_fields.write_between(s, None, Some(0))?;
            if has_0 {
                let mut size = Size::default();
                self.diverging_epoch.write(&mut size, version)?;
                s.tagged_field(0, size.total())?;
                self.diverging_epoch.write(s, version)?;
            }
            self.unknown_tagged_fields
                .write_between(s, Some(0), Some(1))?;
            if has_1 {
                let mut size = Size::default();
                self.current_leader.write(&mut size, version)?;
                s.tagged_field(1, size.total())?;
                self.current_leader.write(s, version)?;
            }
            self.unknown_tagged_fields
                .write_between(s, Some(1), Some(2))?;
            if has_2 {
                let mut size = Size::default();
                self.snapshot_id.write(&mut size, version)?;
                s.tagged_field(2, size.total())?;
                self.snapshot_id.write(s, version)?;
            }
            self.unknown_tagged_fields.write_between(s, Some(2), None)?;
        } else {
            self.unknown_tagged_fields.refuse(version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PartitionData<'static> {
        PartitionData {
            partition_index: self.partition_index,
            error_code: self.error_code,
            high_watermark: self.high_watermark,
            last_stable_offset: self.last_stable_offset,
            log_start_offset: self.log_start_offset,
            diverging_epoch: self.diverging_epoch,
            current_leader: self.current_leader,
            snapshot_id: self.snapshot_id,
            aborted_transactions: self.aborted_transactions,
            preferred_read_replica: self.preferred_read_replica,
            records: self.records.map(Records::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `FetchResponse`, versions 12-18.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochEndOffset {
    /// `Epoch`: versions 12+, default -1.
    pub epoch: i32,
    /// `EndOffset`: versions 12+, default -1.
    pub end_offset: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for EpochEndOffset {
    fn default() -> Self {
        Self {
            epoch: -1,
            end_offset: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl EpochEndOffset {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let epoch = r.i32()?;
        let end_offset = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            epoch,
            end_offset,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.epoch);
        s.i64(self.end_offset);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `FetchResponse`, versions 12-18.
#[derive(Clone, Debug, PartialEq)]
pub struct LeaderIdAndEpoch {
    /// `LeaderId`: versions 12+, default -1.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 12+, default -1.
    pub leader_epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for LeaderIdAndEpoch {
    fn default() -> Self {
        Self {
            leader_id: -1,
            leader_epoch: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
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

/// Part of `FetchResponse`, versions 12-18.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotId {
    /// `EndOffset`: versions 0+, default -1.
    pub end_offset: i64,
    /// `Epoch`: versions 0+, default -1.
    pub epoch: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for SnapshotId {
    fn default() -> Self {
        Self {
            end_offset: -1,
            epoch: -1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
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

/// Part of `FetchResponse`, versions 4-18.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AbortedTransaction {
    /// `ProducerId`: versions 4+.
    pub producer_id: i64,
    /// `FirstOffset`: versions 4+.
    pub first_offset: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AbortedTransaction {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 12;
        let producer_id = r.i64()?;
        let first_offset = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            producer_id,
            first_offset,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 12;
        s.i64(self.producer_id);
        s.i64(self.first_offset);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

/// Part of `FetchResponse`, versions 16-18.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeEndpoint<'a> {
    /// `NodeId`: versions 16+.
    pub node_id: i32,
    /// `Host`: versions 16+.
    pub host: Str<'a>,
    /// `Port`: versions 16+.
    pub port: i32,
    /// `Rack`: versions 16+.
    pub rack: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> NodeEndpoint<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let node_id = r.i32()?;
        let host = r.string(flexible)?;
        let port = r.i32()?;
        let rack = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            node_id,
            host,
            port,
            rack,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.node_id);
        s.string(flexible, &self.host)?;
        s.i32(self.port);
        s.opt_string(flexible, true, self.rack.as_deref(), "Rack")?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> NodeEndpoint<'static> {
        NodeEndpoint {
            node_id: self.node_id,
            host: owned_str(self.host),
            port: self.port,
            rack: self.rack.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(FetchResponse<'a>, "FetchResponse", 4, 18);

impl<'a> crate::Response<'a> for FetchResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::Fetch;
}
