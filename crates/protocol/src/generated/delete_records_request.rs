// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DeleteRecordsRequest`: API key 21, versions 0-2, flexible 2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DeleteRecordsRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteRecordsRequest<'a> {
    /// `Topics`: versions 0+.
    pub topics: Vec<DeleteRecordsTopic<'a>>,
    /// `TimeoutMs`: versions 0+.
    pub timeout_ms: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteRecordsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let topics = r.array(flexible, 3, |r| DeleteRecordsTopic::read(r, version))?;
        let timeout_ms = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topics,
            timeout_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        s.i32(self.timeout_ms);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteRecordsRequest<'static> {
        DeleteRecordsRequest {
            topics: owned_vec(self.topics, DeleteRecordsTopic::into_owned),
            timeout_ms: self.timeout_ms,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteRecordsRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteRecordsTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<DeleteRecordsPartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteRecordsTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 12, |r| DeleteRecordsPartition::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteRecordsTopic<'static> {
        DeleteRecordsTopic {
            name: owned_str(self.name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteRecordsRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteRecordsPartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `Offset`: versions 0+.
    pub offset: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl DeleteRecordsPartition {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let partition_index = r.i32()?;
        let offset = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            offset,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.partition_index);
        s.i64(self.offset);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(DeleteRecordsRequest<'a>, "DeleteRecordsRequest", 0, 2);

impl<'a> crate::Request<'a> for DeleteRecordsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DeleteRecords;
    type Response<'r> = crate::delete_records_response::DeleteRecordsResponse<'r>;
}
