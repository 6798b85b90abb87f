// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterPartitionReassignmentsRequest`: API key 45, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `AlterPartitionReassignmentsRequest`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterPartitionReassignmentsRequest<'a> {
    /// `TimeoutMs`: versions 0+, default 60000.
    pub timeout_ms: i32,
    /// `AllowReplicationFactorChange`: versions 1+, default true.
    pub allow_replication_factor_change: bool,
    /// `Topics`: versions 0+.
    pub topics: Vec<ReassignableTopic<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for AlterPartitionReassignmentsRequest<'_> {
    fn default() -> Self {
        Self {
            timeout_ms: 60000,
            allow_replication_factor_change: true,
            topics: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> AlterPartitionReassignmentsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let timeout_ms = r.i32()?;
        let allow_replication_factor_change = if version >= 1 { r.bool()? } else { true };
        let topics = r.array(flexible, 3, |r| ReassignableTopic::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            timeout_ms,
            allow_replication_factor_change,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.timeout_ms);
        if version >= 1 {
            s.bool(self.allow_replication_factor_change);
        } else if !self.allow_replication_factor_change {
            return Err(EncodeError::not_in_version(
                "AllowReplicationFactorChange",
                version,
            ));
        }
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterPartitionReassignmentsRequest<'static> {
        AlterPartitionReassignmentsRequest {
            timeout_ms: self.timeout_ms,
            allow_replication_factor_change: self.allow_replication_factor_change,
            topics: owned_vec(self.topics, ReassignableTopic::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterPartitionReassignmentsRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReassignableTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<ReassignablePartition>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ReassignableTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let name = r.string(flexible)?;
        let partitions = r.array(flexible, 6, |r| ReassignablePartition::read(r, version))?;
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
    pub fn into_owned(self) -> ReassignableTopic<'static> {
        ReassignableTopic {
            name: owned_str(self.name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterPartitionReassignmentsRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReassignablePartition {
    /// `PartitionIndex`: versions 0+.
    pub partition_index: i32,
    /// `Replicas`: versions 0+.
    pub replicas: Option<Vec<i32>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl ReassignablePartition {
    pub(crate) fn read(r: &mut Reader<'_>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let partition_index = r.i32()?;
        let replicas = r.opt_array(flexible, true, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            partition_index,
            replicas,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.partition_index);
        match &self.replicas {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    s.i32(*x);
                }
            }
            None => s.null(flexible, true, "Replicas")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(
    AlterPartitionReassignmentsRequest<'a>,
    "AlterPartitionReassignmentsRequest",
    0,
    1
);

impl<'a> crate::Request<'a> for AlterPartitionReassignmentsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AlterPartitionReassignments;
    type Response<'r> =
        crate::alter_partition_reassignments_response::AlterPartitionReassignmentsResponse<'r>;
}
