// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `DeleteGroupsResponse`: API key 42, versions 0-3, flexible 2-3.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `DeleteGroupsResponse`, versions 0-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteGroupsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Results`: versions 0+.
    pub results: Vec<DeletableGroupResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeleteGroupsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let throttle_time_ms = r.i32()?;
        let results = r.array(flexible, 4, |r| DeletableGroupResult::read(r, version))?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            results,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.results.len()))?;
        for x in &self.results {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeleteGroupsResponse<'static> {
        DeleteGroupsResponse {
            throttle_time_ms: self.throttle_time_ms,
            results: owned_vec(self.results, DeletableGroupResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `DeleteGroupsResponse`, versions 0-3.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeletableGroupResult<'a> {
    /// `GroupId`: versions 0+.
    pub group_id: Str<'a>,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 3+, ignorable.
    pub error_message: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> DeletableGroupResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = version >= 2;
        let group_id = r.string(flexible)?;
        let error_code = r.error_code()?;
        let error_message = if version >= 3 {
            r.opt_string(flexible, true)?
        } else {
            None
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            group_id,
            error_code,
            error_message,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = version >= 2;
        s.string(flexible, &self.group_id)?;
        s.error_code(self.error_code);
        if version >= 3 {
            s.opt_string(
                flexible,
                true,
                self.error_message.as_deref(),
                "ErrorMessage",
            )?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> DeletableGroupResult<'static> {
        DeletableGroupResult {
            group_id: owned_str(self.group_id),
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(DeleteGroupsResponse<'a>, "DeleteGroupsResponse", 0, 3);

impl<'a> crate::Response<'a> for DeleteGroupsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::DeleteGroups;
}
