// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ElectLeadersResponse`: API key 43, versions 0-2, flexible 2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `ElectLeadersResponse`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ElectLeadersResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 1+.
    pub error_code: ErrorCode,
    /// `ReplicaElectionResults`: versions 0+.
    pub replica_election_results: Vec<ReplicaElectionResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ElectLeadersResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let throttle_time_ms = r.i32()?;
        let error_code = if version >= 1 {
            r.error_code()?
        } else {
            ErrorCode::NONE
        };
        let replica_election_results =
            r.array(flexible, 3, |r| ReplicaElectionResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            replica_election_results,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.throttle_time_ms);
        if version >= 1 {
            s.error_code(self.error_code);
        } else if self.error_code != ErrorCode::NONE {
            return Err(EncodeError::not_in_version("ErrorCode", version));
        }
        s.len32(flexible, Some(self.replica_election_results.len()))?;
        for x in &self.replica_election_results {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ElectLeadersResponse<'static> {
        ElectLeadersResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            replica_election_results: owned_vec(
                self.replica_election_results,
                ReplicaElectionResult::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ElectLeadersResponse`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplicaElectionResult<'a> {
    /// `Topic`: versions 0+.
    pub topic: Str<'a>,
    /// `PartitionResult`: versions 0+.
    pub partition_result: Vec<PartitionResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ReplicaElectionResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let topic = r.string(flexible)?;
        let partition_result = r.array(flexible, 8, |r| PartitionResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic,
            partition_result,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.topic)?;
        s.len32(flexible, Some(self.partition_result.len()))?;
        for x in &self.partition_result {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ReplicaElectionResult<'static> {
        ReplicaElectionResult {
            topic: owned_str(self.topic),
            partition_result: owned_vec(self.partition_result, PartitionResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ElectLeadersResponse`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct PartitionResult<'a> {
    /// `PartitionId`: versions 0+.
    pub partition_id: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for PartitionResult<'_> {
    fn default() -> Self {
        Self {
            partition_id: 0,
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> PartitionResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let partition_id = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_id,
            error_code,
            error_message,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.partition_id);
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> PartitionResult<'static> {
        PartitionResult {
            partition_id: self.partition_id,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ElectLeadersResponse<'a>, "ElectLeadersResponse", 0, 2);

impl<'a> crate::Response<'a> for ElectLeadersResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ElectLeaders;
}
