// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `UpdateFeaturesResponse`: API key 57, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};
use model::ErrorCode;

/// `UpdateFeaturesResponse`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateFeaturesResponse<'a> {
    /// `ThrottleTimeMs`: versions 0+.
    pub throttle_time_ms: i32,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// `Results`: versions 0-1, ignorable.
    pub results: Vec<UpdatableFeatureResult<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for UpdateFeaturesResponse<'_> {
    fn default() -> Self {
        Self {
            throttle_time_ms: 0,
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            results: Vec::new(),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> UpdateFeaturesResponse<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let throttle_time_ms = r.i32()?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let results = if version <= 1 {
            r.array(flexible, 5, |r| UpdatableFeatureResult::read(r, version))?
        } else {
            Vec::new()
        };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            throttle_time_ms,
            error_code,
            error_message,
            results,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.throttle_time_ms);
        s.error_code(self.error_code);
        s.opt_string(
            flexible,
            true,
            self.error_message.as_deref(),
            "ErrorMessage",
        )?;
        if version <= 1 {
            s.len32(flexible, Some(self.results.len()))?;
            for x in &self.results {
                x.write(s, version)?;
            }
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> UpdateFeaturesResponse<'static> {
        UpdateFeaturesResponse {
            throttle_time_ms: self.throttle_time_ms,
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            results: owned_vec(self.results, UpdatableFeatureResult::into_owned),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `UpdateFeaturesResponse`, versions 0-1.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdatableFeatureResult<'a> {
    /// `Feature`: versions 0+.
    pub feature: Str<'a>,
    /// `ErrorCode`: versions 0+.
    pub error_code: ErrorCode,
    /// `ErrorMessage`: versions 0+.
    pub error_message: Option<Str<'a>>,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for UpdatableFeatureResult<'_> {
    fn default() -> Self {
        Self {
            feature: Str::default(),
            error_code: ErrorCode::NONE,
            error_message: Some(Str::default()),
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> UpdatableFeatureResult<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, _version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let feature = r.string(flexible)?;
        let error_code = r.error_code()?;
        let error_message = r.opt_string(flexible, true)?;
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            feature,
            error_code,
            error_message,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.feature)?;
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
    pub fn into_owned(self) -> UpdatableFeatureResult<'static> {
        UpdatableFeatureResult {
            feature: owned_str(self.feature),
            error_code: self.error_code,
            error_message: self.error_message.map(owned_str),
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(UpdateFeaturesResponse<'a>, "UpdateFeaturesResponse", 0, 2);

impl<'a> crate::Response<'a> for UpdateFeaturesResponse<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::UpdateFeatures;
}
