// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AddPartitionsToTxnResponse`: API key 24, versions 0-5, flexible 3-5.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `AddPartitionsToTxnResponse`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddPartitionsToTxnResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 4+, ignorable.
    pub error_code: ErrorCode,
    /// `ResultsByTransaction`: versions 4+.
    pub results_by_transaction: Vec<AddPartitionsToTxnResult<'a>>,
    /// `ResultsByTopicV3AndBelow`: versions 0-3.
    pub results_by_topic_v3_and_below: Vec<AddPartitionsToTxnTopicResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AddPartitionsToTxnResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let throttle_time_ms = r.i32()?;
        let error_code = if version >= 4 {
            r.error_code()?
        } else {
            ErrorCode::NONE
        };
        let results_by_transaction = if version >= 4 {
            r.array(flexible, 3, |r| AddPartitionsToTxnResult::read(r, version))?
        } else {
            Vec::new()
        };
        let results_by_topic_v3_and_below = if version <= 3 {
            r.array(flexible, 3, |r| {
                AddPartitionsToTxnTopicResult::read(r, version)
            })?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            results_by_transaction,
            results_by_topic_v3_and_below,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.i32(self.throttle_time_ms);
        if version >= 4 {
            s.error_code(self.error_code);
        }
        if version >= 4 {
            s.len32(flexible, Some(self.results_by_transaction.len()))?;
            for x in &self.results_by_transaction {
                x.write(s, version)?;
            }
        } else if !self.results_by_transaction.is_empty() {
            return Err(EncodeError::not_in_version("ResultsByTransaction", version));
        }
        if version <= 3 {
            s.len32(flexible, Some(self.results_by_topic_v3_and_below.len()))?;
            for x in &self.results_by_topic_v3_and_below {
                x.write(s, version)?;
            }
        } else if !self.results_by_topic_v3_and_below.is_empty() {
            return Err(EncodeError::not_in_version(
                "ResultsByTopicV3AndBelow",
                version,
            ));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AddPartitionsToTxnResponse<'static> {
        AddPartitionsToTxnResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            results_by_transaction: owned_vec(
                self.results_by_transaction,
                AddPartitionsToTxnResult::into_owned,
            ),
            results_by_topic_v3_and_below: owned_vec(
                self.results_by_topic_v3_and_below,
                AddPartitionsToTxnTopicResult::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AddPartitionsToTxnResponse`, versions 4-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddPartitionsToTxnResult<'a> {
    /// `TransactionalId`: versions 4+.
    pub transactional_id: Str<'a>,
    /// `TopicResults`: versions 4+.
    pub topic_results: Vec<AddPartitionsToTxnTopicResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AddPartitionsToTxnResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let transactional_id = r.string(flexible)?;
        let topic_results = r.array(flexible, 3, |r| {
            AddPartitionsToTxnTopicResult::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            transactional_id,
            topic_results,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.transactional_id)?;
        s.len32(flexible, Some(self.topic_results.len()))?;
        for x in &self.topic_results {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AddPartitionsToTxnResult<'static> {
        AddPartitionsToTxnResult {
            transactional_id: owned_str(self.transactional_id),
            topic_results: owned_vec(
                self.topic_results,
                AddPartitionsToTxnTopicResult::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AddPartitionsToTxnResponse`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddPartitionsToTxnTopicResult<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `ResultsByPartition`: versions 0+.
    pub results_by_partition: Vec<AddPartitionsToTxnPartitionResult>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AddPartitionsToTxnTopicResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let name = r.string(flexible)?;
        let results_by_partition = r.array(flexible, 6, |r| {
            AddPartitionsToTxnPartitionResult::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            results_by_partition,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.string(flexible, &self.name)?;
        s.len32(flexible, Some(self.results_by_partition.len()))?;
        for x in &self.results_by_partition {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AddPartitionsToTxnTopicResult<'static> {
        AddPartitionsToTxnTopicResult {
            name: owned_str(self.name),
            results_by_partition: self.results_by_partition,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AddPartitionsToTxnResponse`, versions 0-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AddPartitionsToTxnPartitionResult {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `PartitionErrorCode`: versions 0+.
    pub partition_error_code: ErrorCode,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl AddPartitionsToTxnPartitionResult {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 3;
        let partition_index = r.i32()?;
        let partition_error_code = r.error_code()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            partition_error_code,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 3;
        s.i32(self.partition_index);
        s.error_code(self.partition_error_code);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    AddPartitionsToTxnResponse<'a>,
    "AddPartitionsToTxnResponse",
    0,
    5
);

impl<'a> crate::Response<'a> for AddPartitionsToTxnResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AddPartitionsToTxn;
}
