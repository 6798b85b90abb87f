// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ElectLeadersRequest`: API key 43, versions 0-2, flexible 2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ElectLeadersRequest`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct ElectLeadersRequest<'a> {
    /// `ElectionType`: versions 1+.
    pub election_type: i8,
    /// `TopicPartitions`: versions 0+.
    pub topic_partitions: Option<Vec<TopicPartitions<'a>>>,
    /// `TimeoutMs`: versions 0+, default 60000.
    pub timeout_ms: i32,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for ElectLeadersRequest<'_> {
    fn default() -> Self {
        Self {
            election_type: 0,
            topic_partitions: Some(Vec::new()),
            timeout_ms: 60000,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> ElectLeadersRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let election_type = if version >= 1 { r.i8()? } else { 0 };
        let topic_partitions =
            r.opt_array(flexible, true, 3, |r| TopicPartitions::read(r, version))?;
        let timeout_ms = r.i32()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            election_type,
            topic_partitions,
            timeout_ms,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        if version >= 1 {
            s.i8(self.election_type);
        } else if self.election_type != 0 {
            return Err(EncodeError::not_in_version("ElectionType", version));
        }
        match &self.topic_partitions {
            Some(items) => {
                s.len32(flexible, Some(items.len()))?;
                for x in items {
                    x.write(s, version)?;
                }
            }
            None => s.null(flexible, true, "TopicPartitions")?,
        }
        s.i32(self.timeout_ms);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ElectLeadersRequest<'static> {
        ElectLeadersRequest {
            election_type: self.election_type,
            topic_partitions: self
                .topic_partitions
                .map(|items| owned_vec(items, TopicPartitions::into_owned)),
            timeout_ms: self.timeout_ms,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `ElectLeadersRequest`, versions 0-2.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TopicPartitions<'a> {
    /// `Topic`: versions 0+.
    pub topic: Str<'a>,
    /// `Partitions`: versions 0+.
    pub partitions: Vec<i32>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> TopicPartitions<'a> {
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
    pub fn into_owned(self) -> TopicPartitions<'static> {
        TopicPartitions {
            topic: owned_str(self.topic),
            partitions: self.partitions,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(ElectLeadersRequest<'a>, "ElectLeadersRequest", 0, 2);

impl<'a> crate::Request<'a> for ElectLeadersRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ElectLeaders;
    type Response<'r> = crate::elect_leaders_response::ElectLeadersResponse<'r>;
}
