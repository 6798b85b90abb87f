// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `WriteTxnMarkersResponse`: API key 27, versions 1-2, flexible 1-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `WriteTxnMarkersResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteTxnMarkersResponse<'a> {
    /// `Markers`: versions 0+.
    pub markers: Vec<WritableTxnMarkerResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> WriteTxnMarkersResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let markers = r.array(flexible, 10, |r| WritableTxnMarkerResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            markers,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.markers.len()))?;
        for x in &self.markers {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> WriteTxnMarkersResponse<'static> {
        WriteTxnMarkersResponse {
            markers: owned_vec(self.markers, WritableTxnMarkerResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `WriteTxnMarkersResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WritableTxnMarkerResult<'a> {
    /// `ProducerId`: versions 0+.
    pub producer_id: i64,
    /// `Topics`: versions 0+.
    pub topics: Vec<WritableTxnMarkerTopicResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> WritableTxnMarkerResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let producer_id = r.i64()?;
        let topics = r.array(flexible, 3, |r| {
            WritableTxnMarkerTopicResult::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            producer_id,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i64(self.producer_id);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> WritableTxnMarkerResult<'static> {
        WritableTxnMarkerResult {
            producer_id: self.producer_id,
            topics: owned_vec(self.topics, WritableTxnMarkerTopicResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `WriteTxnMarkersResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WritableTxnMarkerTopicResult<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<WritableTxnMarkerPartitionResult>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> WritableTxnMarkerTopicResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 7, |r| {
            WritableTxnMarkerPartitionResult::read(r, version)
        })?;
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
    pub fn into_owned(self) -> WritableTxnMarkerTopicResult<'static> {
        WritableTxnMarkerTopicResult {
            name: owned_str(self.name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `WriteTxnMarkersResponse`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WritableTxnMarkerPartitionResult {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl WritableTxnMarkerPartitionResult {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        s.error_code(self.error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(WriteTxnMarkersResponse<'a>, "WriteTxnMarkersResponse", 1, 2);

impl<'a> crate::Response<'a> for WriteTxnMarkersResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::WriteTxnMarkers;
}
