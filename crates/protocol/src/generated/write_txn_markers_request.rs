// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `WriteTxnMarkersRequest`: API key 27, versions 1-2, flexible 1-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `WriteTxnMarkersRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WriteTxnMarkersRequest<'a> {
    /// `Markers`: versions 0+.
    pub markers: Vec<WritableTxnMarker<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> WriteTxnMarkersRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let markers = r.array(flexible, 17, |r| WritableTxnMarker::read(r, version))?;
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
    pub fn into_owned(self) -> WriteTxnMarkersRequest<'static> {
        WriteTxnMarkersRequest {
            markers: owned_vec(self.markers, WritableTxnMarker::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `WriteTxnMarkersRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WritableTxnMarker<'a> {
    /// `ProducerId`: versions 0+.
    pub producer_id: i64,
    /// `ProducerEpoch`: versions 0+.
    pub producer_epoch: i16,
    /// `TransactionResult`: versions 0+.
    pub transaction_result: bool,
    /// `Topics`: versions 0+.
    pub topics: Vec<WritableTxnMarkerTopic<'a>>,
    /// `CoordinatorEpoch`: versions 0+.
    pub coordinator_epoch: i32,
    /// `TransactionVersion`: versions 2+, ignorable.
    pub transaction_version: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> WritableTxnMarker<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let producer_id = r.i64()?;
        let producer_epoch = r.i16()?;
        let transaction_result = r.bool()?;
        let topics = r.array(flexible, 3, |r| WritableTxnMarkerTopic::read(r, version))?;
        let coordinator_epoch = r.i32()?;
        let transaction_version = if version >= 2 { r.i8()? } else { 0 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            producer_id,
            producer_epoch,
            transaction_result,
            topics,
            coordinator_epoch,
            transaction_version,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i64(self.producer_id);
        s.i16(self.producer_epoch);
        s.bool(self.transaction_result);
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        s.i32(self.coordinator_epoch);
        if version >= 2 {
            s.i8(self.transaction_version);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> WritableTxnMarker<'static> {
        WritableTxnMarker {
            producer_id: self.producer_id,
            producer_epoch: self.producer_epoch,
            transaction_result: self.transaction_result,
            topics: owned_vec(self.topics, WritableTxnMarkerTopic::into_owned),
            coordinator_epoch: self.coordinator_epoch,
            transaction_version: self.transaction_version,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `WriteTxnMarkersRequest`, versions 1-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WritableTxnMarkerTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `PartitionIndexes`: versions 0+.
    pub partition_indexes: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> WritableTxnMarkerTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let partition_indexes = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partition_indexes,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partition_indexes.len()))?;
        for x in &self.partition_indexes {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> WritableTxnMarkerTopic<'static> {
        WritableTxnMarkerTopic {
            name: owned_str(self.name),
            partition_indexes: self.partition_indexes,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(WriteTxnMarkersRequest<'a>, "WriteTxnMarkersRequest", 1, 2);

impl<'a> crate::Request<'a> for WriteTxnMarkersRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::WriteTxnMarkers;
    type Response<'r> = crate::write_txn_markers_response::WriteTxnMarkersResponse<'r>;
}
