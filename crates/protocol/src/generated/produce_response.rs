// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ProduceResponse`: API key 0, versions 3-13, flexible 9-13.

use crate::wire::{
    DecodeError, DecodeErrorKind, EncodeError, Reader, Sink, Size, Str, UnknownTaggedFields,
    owned_str, owned_vec,
};
use model::{ErrorCode, Uuid};

/// `ProduceResponse`, versions 3-13.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProduceResponse<'a> {
    /// `Responses`: versions 0+.
    pub responses: Vec<TopicProduceResponse<'a>>,
    /// `ThrottleTimeMs`: versions 1+, ignorable.
    pub throttle_time_ms: i32,
    /// `NodeEndpoints`: versions 10+, tag 0.
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ProduceResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let responses = r.array(flexible, 3, |r| TopicProduceResponse::read(r, version))?;
        let throttle_time_ms = r.i32()?;
        let mut node_endpoints = Vec::new();
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 if version >= 10 => {
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
            responses,
            throttle_time_ms,
            node_endpoints,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        s.len32(flexible, Some(self.responses.len()))?;
        for x in &self.responses {
            x.write(s, version)?;
        }
        s.i32(self.throttle_time_ms);
        if version <= 9 && !self.node_endpoints.is_empty() {
            return Err(EncodeError::not_in_version("NodeEndpoints", version));
        }
        if flexible {
            let has_0 = version >= 10 && !self.node_endpoints.is_empty();
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
    pub fn into_owned(self) -> ProduceResponse<'static> {
        ProduceResponse {
            responses: owned_vec(self.responses, TopicProduceResponse::into_owned),
            throttle_time_ms: self.throttle_time_ms,
            node_endpoints: owned_vec(self.node_endpoints, NodeEndpoint::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ProduceResponse`, versions 3-13.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicProduceResponse<'a> {
    /// `Name`: versions 0-12, ignorable.
    pub name: Str<'a>,
    /// `TopicId`: versions 13+, ignorable.
    pub topic_id: Uuid,
    /// `PartitionResponses`: versions 0+.
    pub partition_responses: Vec<PartitionProduceResponse<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicProduceResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let name = if version <= 12 {
            r.string(flexible)?
        } else {
            Str::default()
        };
        let topic_id = if version >= 13 { r.uuid()? } else { Uuid::ZERO };
        let partition_responses =
            r.array(flexible, 22, |r| PartitionProduceResponse::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            topic_id,
            partition_responses,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        if version <= 12 {
            s.string(flexible, &self.name)?;
        }
        if version >= 13 {
            s.uuid(self.topic_id);
        }
        s.len32(flexible, Some(self.partition_responses.len()))?;
        for x in &self.partition_responses {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> TopicProduceResponse<'static> {
        TopicProduceResponse {
            name: owned_str(self.name),
            topic_id: self.topic_id,
            partition_responses: owned_vec(
                self.partition_responses,
                PartitionProduceResponse::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ProduceResponse`, versions 3-13.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionProduceResponse<'a> {
    /// `Index`: versions 0+.
    pub index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `BaseOffset`: versions 0+.
    pub base_offset: i64,
    /// `LogAppendTimeMs`: versions 2+, default -1, ignorable.
    pub log_append_time_ms: i64,
    /// `LogStartOffset`: versions 5+, default -1, ignorable.
    pub log_start_offset: i64,
    /// `RecordErrors`: versions 8+, ignorable.
    pub record_errors: Vec<BatchIndexAndErrorMessage<'a>>,
    /// `ErrorMessage`: versions 8+, ignorable.
    pub error_message: Option<Str<'a>>,
    /// `CurrentLeader`: versions 10+, tag 0.
    pub current_leader: LeaderIdAndEpoch,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for PartitionProduceResponse<'_> {
    fn default() -> Self {
        Self {
            index: 0,
            error_code: ErrorCode::NONE,
            base_offset: 0,
            log_append_time_ms: -1,
            log_start_offset: -1,
            record_errors: Vec::new(),
            error_message: None,
            current_leader: LeaderIdAndEpoch::default(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> PartitionProduceResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let index = r.i32()?;
        let error_code = r.error_code()?;
        let base_offset = r.i64()?;
        let log_append_time_ms = r.i64()?;
        let log_start_offset = if version >= 5 { r.i64()? } else { -1 };
        let record_errors = if version >= 8 {
            r.array(flexible, 6, |r| BatchIndexAndErrorMessage::read(r, version))?
        } else {
            Vec::new()
        };
        let error_message = if version >= 8 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let mut current_leader = LeaderIdAndEpoch::default();
        let mut unknown_tagged_fields = UnknownTaggedFields::default();
        if flexible {
            for _ in 0..r.uvarint()? {
                let (tag, mut field) = r.tagged_field()?;
                match tag {
                    0 if version >= 10 => {
                        current_leader = LeaderIdAndEpoch::read(&mut field, version)?
                    }
                    0 => return Err(field.error(DecodeErrorKind::TagNotInVersion(tag))),

                    _ => unknown_tagged_fields.push(tag, field.take_rest()),
                }
                field.finish()?;
            }
        }
        Ok(Self {
            index,
            error_code,
            base_offset,
            log_append_time_ms,
            log_start_offset,
            record_errors,
            error_message,
            current_leader,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        s.i32(self.index);
        s.error_code(self.error_code);
        s.i64(self.base_offset);
        s.i64(self.log_append_time_ms);
        if version >= 5 {
            s.i64(self.log_start_offset);
        }
        if version >= 8 {
            s.len32(flexible, Some(self.record_errors.len()))?;
            for x in &self.record_errors {
                x.write(s, version)?;
            }
        }
        if version >= 8 {
            s.opt_string(
                flexible,
                true,
                self.error_message.as_deref(),
                "ErrorMessage",
            )?;
        }
        if version <= 9 && self.current_leader != LeaderIdAndEpoch::default() {
            return Err(EncodeError::not_in_version("CurrentLeader", version));
        }
        if flexible {
            let has_0 = version >= 10 && self.current_leader != LeaderIdAndEpoch::default();
            s.uvarint(self.unknown_tagged_fields.len() + u32::from(has_0));
            self.unknown_tagged_fields.write_between(s, None, Some(0))?;
            if has_0 {
                let mut size = Size::default();
                self.current_leader.write(&mut size, version)?;
                s.tagged_field(0, size.total())?;
                self.current_leader.write(s, version)?;
            }
            self.unknown_tagged_fields.write_between(s, Some(0), None)?;
        } else {
            self.unknown_tagged_fields.refuse(version)?;
        }
        Ok(())
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PartitionProduceResponse<'static> {
        PartitionProduceResponse {
            index: self.index,
            error_code: self.error_code,
            base_offset: self.base_offset,
            log_append_time_ms: self.log_append_time_ms,
            log_start_offset: self.log_start_offset,
            record_errors: owned_vec(self.record_errors, BatchIndexAndErrorMessage::into_owned),
            error_message: self.error_message.map(owned_str),
            current_leader: self.current_leader,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ProduceResponse`, versions 8-13.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchIndexAndErrorMessage<'a> {
    /// `BatchIndex`: versions 8+.
    pub batch_index: i32,
    /// `BatchIndexErrorMessage`: versions 8+.
    pub batch_index_error_message: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> BatchIndexAndErrorMessage<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 9;
        let batch_index = r.i32()?;
        let batch_index_error_message = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            batch_index,
            batch_index_error_message,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 9;
        s.i32(self.batch_index);
        s.opt_string(
            flexible,
            true,
            self.batch_index_error_message.as_deref(),
            "BatchIndexErrorMessage",
        )?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> BatchIndexAndErrorMessage<'static> {
        BatchIndexAndErrorMessage {
            batch_index: self.batch_index,
            batch_index_error_message: self.batch_index_error_message.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ProduceResponse`, versions 10-13.
#[derive(Clone, Debug, PartialEq)]
pub struct LeaderIdAndEpoch {
    /// `LeaderId`: versions 10+, default -1.
    pub leader_id: i32,
    /// `LeaderEpoch`: versions 10+, default -1.
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

/// Part of `ProduceResponse`, versions 10-13.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeEndpoint<'a> {
    /// `NodeId`: versions 10+.
    pub node_id: i32,
    /// `Host`: versions 10+.
    pub host: Str<'a>,
    /// `Port`: versions 10+.
    pub port: i32,
    /// `Rack`: versions 10+.
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

crate::macros::message!(ProduceResponse<'a>, "ProduceResponse", 3, 13);

impl<'a> crate::Response<'a> for ProduceResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::Produce;
}
