// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `AlterUserScramCredentialsResponse`: API key 51, versions 0, flexible 0.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `AlterUserScramCredentialsResponse`, versions 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlterUserScramCredentialsResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `Results`: versions 0+.
    pub results: Vec<AlterUserScramCredentialsResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl<'a> AlterUserScramCredentialsResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let results = r.array(flexible, 5, |r| {
            AlterUserScramCredentialsResult::read(r, version)
        })?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            results,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.len32(flexible, Some(self.results.len()))?;
        for x in &self.results {
            x.write(s, version)?;
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterUserScramCredentialsResponse<'static> {
        AlterUserScramCredentialsResponse {
            throttle_time_ms: self.throttle_time_ms,
            results: owned_vec(self.results, AlterUserScramCredentialsResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `AlterUserScramCredentialsResponse`, versions 0.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterUserScramCredentialsResult<'a> {
    /// `User`: versions 0+.
    pub user: Str<'a>,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for AlterUserScramCredentialsResult<'_> {
    fn default() -> Self {
        Self {
            user: Str::default(),
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> AlterUserScramCredentialsResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let user = r.string(flexible)?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            user,
            error_code,
            error_message,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.user)?;
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> AlterUserScramCredentialsResult<'static> {
        AlterUserScramCredentialsResult {
            user: owned_str(self.user),
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(
    AlterUserScramCredentialsResponse<'a>,
    "AlterUserScramCredentialsResponse",
    0,
    0
);

impl<'a> crate::Response<'a> for AlterUserScramCredentialsResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::AlterUserScramCredentials;
}
