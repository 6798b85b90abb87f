// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ConsumerGroupDescribeRequest`: API key 69, versions 0-1, flexible 0-1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ConsumerGroupDescribeRequest`, versions 0-1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsumerGroupDescribeRequest<'a> {
    /// `GroupIds`: versions 0+.
    pub group_ids: Vec<Str<'a>>,
    /// `IncludeAuthorizedOperations`: versions 0+.
    pub include_authorized_operations: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ConsumerGroupDescribeRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let group_ids = r.array(flexible, 1, |r| r.string(flexible))?;
        let include_authorized_operations = r.bool()?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_ids,
            include_authorized_operations,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.len32(flexible, Some(self.group_ids.len()))?;
        for x in &self.group_ids {
            s.string(flexible, x)?;
        }
        s.bool(self.include_authorized_operations);
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> ConsumerGroupDescribeRequest<'static> {
        ConsumerGroupDescribeRequest {
            group_ids: owned_vec(self.group_ids, owned_str),
            include_authorized_operations: self.include_authorized_operations,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ConsumerGroupDescribeRequest<'a>,
    "ConsumerGroupDescribeRequest",
    0,
    1
);

impl<'a> crate::Request<'a> for ConsumerGroupDescribeRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ConsumerGroupDescribe;
    type Response<'r> = crate::consumer_group_describe_response::ConsumerGroupDescribeResponse<'r>;
}
