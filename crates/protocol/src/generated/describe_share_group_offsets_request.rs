// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeShareGroupOffsetsRequest`: API key 90, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeShareGroupOffsetsRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeShareGroupOffsetsRequest<'a> {
    /// `Groups`: versions 0+.
    pub groups: Vec<DescribeShareGroupOffsetsRequestGroup<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeShareGroupOffsetsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let groups = r.array(flexible, 3, |r| {
            DescribeShareGroupOffsetsRequestGroup::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            groups,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.groups.len()))?;
        for x in &self.groups {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeShareGroupOffsetsRequest<'static> {
        DescribeShareGroupOffsetsRequest {
            groups: owned_vec(
                self.groups,
                DescribeShareGroupOffsetsRequestGroup::into_owned,
            ),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeShareGroupOffsetsRequest`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeShareGroupOffsetsRequestGroup<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `Topics`: versions 0+.
    pub topics: Option<Vec<DescribeShareGroupOffsetsRequestTopic<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeShareGroupOffsetsRequestGroup<'_> {
    fn default() -> Self {
        Self {
            group_id: Str::default(),
            topics: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeShareGroupOffsetsRequestGroup<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_id = r.string(flexible)?;
        let topics = r.opt_array(flexible, true, 3, |r| {
            DescribeShareGroupOffsetsRequestTopic::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.group_id)?;
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
    pub fn into_owned(self) -> DescribeShareGroupOffsetsRequestGroup<'static> {
        DescribeShareGroupOffsetsRequestGroup {
            group_id: owned_str(self.group_id),
            topics: self
                .topics
                .map(|items| owned_vec(items, DescribeShareGroupOffsetsRequestTopic::into_owned)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeShareGroupOffsetsRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribeShareGroupOffsetsRequestTopic<'a> {
    /// `TopicName`: versions 0+.
    pub topic_name: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribeShareGroupOffsetsRequestTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topic_name = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic_name,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.topic_name)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribeShareGroupOffsetsRequestTopic<'static> {
        DescribeShareGroupOffsetsRequestTopic {
            topic_name: owned_str(self.topic_name),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    DescribeShareGroupOffsetsRequest<'a>,
    "DescribeShareGroupOffsetsRequest",
    0,
    1
);

impl<'a> crate::Request<'a> for DescribeShareGroupOffsetsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeShareGroupOffsets;
    type Response<'r> =
        crate::describe_share_group_offsets_response::DescribeShareGroupOffsetsResponse<'r>;
}
