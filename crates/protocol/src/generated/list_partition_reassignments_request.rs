// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ListPartitionReassignmentsRequest`: API key 46, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ListPartitionReassignmentsRequest`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct ListPartitionReassignmentsRequest<'a> {
    /// `TimeoutMs`: versions 0+, default 60000.
    pub timeout_ms: i32,
    /// `Topics`: versions 0+.
    pub topics: Option<Vec<ListPartitionReassignmentsTopics<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ListPartitionReassignmentsRequest<'_> {
    fn default() -> Self {
        Self {
            timeout_ms: 60000,
            topics: None,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ListPartitionReassignmentsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let timeout_ms = r.i32()?;
        let topics = r.opt_array(flexible, true, 3, |r| {
            ListPartitionReassignmentsTopics::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            timeout_ms,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.timeout_ms);
        match &self.topics {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "Topics")?,
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ListPartitionReassignmentsRequest<'static> {
        ListPartitionReassignmentsRequest {
            timeout_ms: self.timeout_ms,
            topics: self
                .topics
                .map(|items| owned_vec(items, ListPartitionReassignmentsTopics::into_owned)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ListPartitionReassignmentsRequest`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListPartitionReassignmentsTopics<'a> {
    /// `Name`: versions 0+.
    pub name: Str<'a>,
    /// `PartitionIndexes`: versions 0+.
    pub partition_indexes: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ListPartitionReassignmentsTopics<'a> {
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
    pub fn into_owned(self) -> ListPartitionReassignmentsTopics<'static> {
        ListPartitionReassignmentsTopics {
            name: owned_str(self.name),
            partition_indexes: self.partition_indexes,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ListPartitionReassignmentsRequest<'a>,
    "ListPartitionReassignmentsRequest",
    0,
    0
);

impl<'a> crate::Request<'a> for ListPartitionReassignmentsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ListPartitionReassignments;
    type Response<'r> =
        crate::list_partition_reassignments_response::ListPartitionReassignmentsResponse<'r>;
}
