// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `ShareGroupDescribeRequest`: API key 77, versions 1, flexible 1.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `ShareGroupDescribeRequest`, versions 1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShareGroupDescribeRequest<'a> {
    /// `GroupIds`: versions 0+.
    pub group_ids: Vec<Str<'a>>,
    /// `IncludeAuthorizedOperations`: versions 0+.
    pub include_authorized_operations: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> ShareGroupDescribeRequest<'a> {
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
    pub fn into_owned(self) -> ShareGroupDescribeRequest<'static> {
        ShareGroupDescribeRequest {
            group_ids: owned_vec(self.group_ids, owned_str),
            include_authorized_operations: self.include_authorized_operations,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    ShareGroupDescribeRequest<'a>,
    "ShareGroupDescribeRequest",
    1,
    1
);

impl<'a> crate::Request<'a> for ShareGroupDescribeRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::ShareGroupDescribe;
    type Response<'r> = crate::share_group_describe_response::ShareGroupDescribeResponse<'r>;
}
