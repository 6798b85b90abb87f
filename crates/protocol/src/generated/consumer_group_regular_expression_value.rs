// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupRegularExpressionValue`: record type 16, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ConsumerGroupRegularExpressionValue`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerGroupRegularExpressionValue<'a> {
    /// `Topics`: versions 0+.
    pub topics: Vec<Str<'a>>,
    /// `Version`: versions 0+.
    pub version: i64,
    /// `Timestamp`: versions 0+.
    pub timestamp: i64,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ConsumerGroupRegularExpressionValue<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let topics = r.array(flexible, 1, |r| r.string(flexible))?;
        let version_ = r.i64()?;
        let timestamp = r.i64()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            topics,
            version: version_,
            timestamp,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.topics.len()))?;
        for x in &self.topics {
            s.string(flexible, x)?;
        }
        s.i64(self.version);
        s.i64(self.timestamp);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ConsumerGroupRegularExpressionValue<'static> {
        ConsumerGroupRegularExpressionValue {
            topics: owned_vec(self.topics, owned_str),
            version: self.version,
            timestamp: self.timestamp,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ConsumerGroupRegularExpressionValue<'a>,
    "ConsumerGroupRegularExpressionValue",
    0,
    0
);
