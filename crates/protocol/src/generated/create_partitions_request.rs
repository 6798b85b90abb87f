// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `CreatePartitionsRequest`: API key 37, versions 0-3, flexible 2-3.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `CreatePartitionsRequest`, versions 0-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreatePartitionsRequest<'a> {
    /// `Topics`: versions 0+.
    pub topics: Vec<CreatePartitionsTopic<'a>>,
    /// `TimeoutMs`: versions 0+.
    pub timeout_ms: i32,
    /// `ValidateOnly`: versions 0+.
    pub validate_only: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> CreatePartitionsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let topics = r.array(flexible, 7, |r| CreatePartitionsTopic::read(r, version))?;
        let timeout_ms = r.i32()?;
        let validate_only = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topics,
            timeout_ms,
            validate_only,
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
        s.bool(self.validate_only);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreatePartitionsRequest<'static> {
        CreatePartitionsRequest {
            topics: owned_vec(self.topics, CreatePartitionsTopic::into_owned),
            timeout_ms: self.timeout_ms,
            validate_only: self.validate_only,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `CreatePartitionsRequest`, versions 0-3.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatePartitionsTopic<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `Count`: versions 0+.
    pub count: i32,
    /// `Assignments`: versions 0+.
    pub assignments: Option<Vec<CreatePartitionsAssignment>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for CreatePartitionsTopic<'_> {
    fn default() -> Self {
        Self {
            name: Str::default(),
            count: 0,
            assignments: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> CreatePartitionsTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let name = r.string(flexible)?;
        let count = r.i32()?;
        let assignments = r.opt_array(flexible, true, 2, |r| {
            CreatePartitionsAssignment::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            name,
            count,
            assignments,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.name)?;
        s.i32(self.count);
        match &self.assignments {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "Assignments")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> CreatePartitionsTopic<'static> {
        CreatePartitionsTopic {
            name: owned_str(self.name),
            count: self.count,
            assignments: self.assignments,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `CreatePartitionsRequest`, versions 0-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreatePartitionsAssignment {
    /// `BrokerIds`: versions 0+.
    pub broker_ids: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl CreatePartitionsAssignment {
    pub(crate) fn read(r: &mut Reader<'_>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let broker_ids = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            broker_ids,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.len32(flexible, Some(self.broker_ids.len()))?;
        for x in &self.broker_ids {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }
}

crate::macros::message!(CreatePartitionsRequest<'a>, "CreatePartitionsRequest", 0, 3);

impl<'a> crate::Request<'a> for CreatePartitionsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::CreatePartitions;
    type Response<'r> = crate::create_partitions_response::CreatePartitionsResponse<'r>;
}
