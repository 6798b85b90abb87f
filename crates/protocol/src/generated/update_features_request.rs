// Written by `cargo xtask codegen` from crates/protocol/schemas. Do not edit.

//! `UpdateFeaturesRequest`: API key 57, versions 0-2, flexible 0-2.

use crate::wire::{
    DecodeError, EncodeError, Reader, Sink, Str, UnknownTaggedFields, owned_str, owned_vec,
};

/// `UpdateFeaturesRequest`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateFeaturesRequest<'a> {
    /// `timeoutMs`: versions 0+, default 60000.
    pub timeout_ms: i32,
    /// `FeatureUpdates`: versions 0+.
    pub feature_updates: Vec<FeatureUpdateKey<'a>>,
    /// `ValidateOnly`: versions 1+.
    pub validate_only: bool,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for UpdateFeaturesRequest<'_> {
    fn default() -> Self {
        Self {
            timeout_ms: 60000,
            feature_updates: Vec::new(),
            validate_only: false,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> UpdateFeaturesRequest<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let timeout_ms = r.i32()?;
        let feature_updates = r.array(flexible, 5, |r| FeatureUpdateKey::read(r, version))?;
        let validate_only = if version >= 1 { r.bool()? } else { false };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            timeout_ms,
            feature_updates,
            validate_only,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.i32(self.timeout_ms);
        s.len32(flexible, Some(self.feature_updates.len()))?;
        for x in &self.feature_updates {
            x.write(s, version)?;
        }
        if version >= 1 {
            s.bool(self.validate_only);
        } else if self.validate_only {
            return Err(EncodeError::not_in_version("ValidateOnly", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> UpdateFeaturesRequest<'static> {
        UpdateFeaturesRequest {
            timeout_ms: self.timeout_ms,
            feature_updates: owned_vec(self.feature_updates, FeatureUpdateKey::into_owned),
            validate_only: self.validate_only,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

/// Part of `UpdateFeaturesRequest`, versions 0-2.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureUpdateKey<'a> {
    /// `Feature`: versions 0+.
    pub feature: Str<'a>,
    /// `MaxVersionLevel`: versions 0+.
    pub max_version_level: i16,
    /// `AllowDowngrade`: versions 0.
    pub allow_downgrade: bool,
    /// `UpgradeType`: versions 1+, default 1.
    pub upgrade_type: i8,
    /// Tagged fields that this release does not know.
    pub unknown_tagged_fields: UnknownTaggedFields,
}

impl Default for FeatureUpdateKey<'_> {
    fn default() -> Self {
        Self {
            feature: Str::default(),
            max_version_level: 0,
            allow_downgrade: false,
            upgrade_type: 1,
            unknown_tagged_fields: UnknownTaggedFields::default(),
        }
    }
}

impl<'a> FeatureUpdateKey<'a> {
    pub(crate) fn read(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError> {
        let flexible = true;
        let feature = r.string(flexible)?;
        let max_version_level = r.i16()?;
        let allow_downgrade = if version <= 0 { r.bool()? } else { false };
        let upgrade_type = if version >= 1 { r.i8()? } else { 1 };
        let unknown_tagged_fields = r.unknown_tagged_fields(flexible)?;
        Ok(Self {
            feature,
            max_version_level,
            allow_downgrade,
            upgrade_type,
            unknown_tagged_fields,
        })
    }

    pub(crate) fn write<S: Sink>(&self, s: &mut S, version: i16) -> Result<(), EncodeError> {
        let flexible = true;
        s.string(flexible, &self.feature)?;
        s.i16(self.max_version_level);
        if version <= 0 {
            s.bool(self.allow_downgrade);
        } else if self.allow_downgrade {
            return Err(EncodeError::not_in_version("AllowDowngrade", version));
        }
        if version >= 1 {
            s.i8(self.upgrade_type);
        } else if self.upgrade_type != 1 {
            return Err(EncodeError::not_in_version("UpgradeType", version));
        }
        self.unknown_tagged_fields.write_only(s, flexible, version)
    }

    /// A copy that outlives the frame.
    #[must_use]
    pub fn into_owned(self) -> FeatureUpdateKey<'static> {
        FeatureUpdateKey {
            feature: owned_str(self.feature),
            max_version_level: self.max_version_level,
            allow_downgrade: self.allow_downgrade,
            upgrade_type: self.upgrade_type,
            unknown_tagged_fields: self.unknown_tagged_fields,
        }
    }
}

crate::macros::message!(UpdateFeaturesRequest<'a>, "UpdateFeaturesRequest", 0, 2);

impl<'a> crate::Request<'a> for UpdateFeaturesRequest<'a> {
    const KEY: crate::ApiKey = crate::ApiKey::UpdateFeatures;
    type Response<'r> = crate::update_features_response::UpdateFeaturesResponse<'r>;
}
