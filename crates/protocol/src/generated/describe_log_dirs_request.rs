// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DescribeLogDirsRequest`: API key 35, versions 1-5, flexible 2-5.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `DescribeLogDirsRequest`, versions 1-5.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribeLogDirsRequest<'a> {
    /// `Topics`: versions 0+.
    pub topics: Option<Vec<DescribableLogDirTopic<'a>>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for DescribeLogDirsRequest<'_> {
    fn default() -> Self {
        Self {
            topics: Some(Vec::new()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> DescribeLogDirsRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let topics = r.opt_array(flexible, true, 3, |r| {
            DescribableLogDirTopic::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topics,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
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
    pub fn into_owned(self) -> DescribeLogDirsRequest<'static> {
        DescribeLogDirsRequest {
            topics: self
                .topics
                .map(|items| owned_vec(items, DescribableLogDirTopic::into_owned)),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DescribeLogDirsRequest`, versions 1-5.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DescribableLogDirTopic<'a> {
    /// `Topic`: versions 0+.
    pub topic: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DescribableLogDirTopic<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let topic = r.string(flexible)?;
        let partitions = r.array(flexible, 4, |r| r.i32())?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topic,
            partitions,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.topic)?;
        s.len32(flexible, Some(self.partitions.len()))?;
        for x in &self.partitions {
            s.i32(*x);
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DescribableLogDirTopic<'static> {
        DescribableLogDirTopic {
            topic: owned_str(self.topic),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DescribeLogDirsRequest<'a>, "DescribeLogDirsRequest", 1, 5);

impl<'a> crate::Request<'a> for DescribeLogDirsRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DescribeLogDirs;
    type Response<'r> = crate::describe_log_dirs_response::DescribeLogDirsResponse<'r>;
}
